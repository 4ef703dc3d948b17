package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"maillage/internal/platform/blobs"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var (
	ctx = context.Background()
	day = time.Date(2026, 3, 2, 9, 0, 0, 123456000, time.UTC)
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func identity(t testing.TB) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	must(t, err)
	return id
}

func folder(t testing.TB) *blobs.Disk {
	t.Helper()
	store, err := blobs.OpenDisk(filepath.Join(t.TempDir(), "blobs"))
	must(t, err)
	return store
}

// lived is an installation with a row of each kind of value, and files.
func lived(t testing.TB, d *db.DB) Installation {
	t.Helper()
	must(t, d.InTx(ctx, func(tx *db.Tx) error {
		for i := range 600 {
			_, err := tx.Exec("INSERT INTO setting (name, value, updated_at) VALUES ($1, $2, $3)", fmt.Sprintf("s%04d", i), "élève \u2028 \"<&>\" "+strings.Repeat("x", i%900), day)
			if err != nil {
				return err
			}
		}
		for _, statement := range funded {
			if _, err := tx.Exec(statement, day); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO person (id, name, email, rpps, organisation_id, lang, state, version, search_text, sort_key, created_at, updated_at)
			VALUES ('p1', 'Ada', 'ada@example.org', '', '', 'fr', 'active', 1, 'ada', 'ada', $1, $1)`, day)
		return err
	}))
	store := folder(t)
	for i := range 20 {
		_, err := store.Put(ctx, fmt.Sprintf("telexpertise/case-%d/photo", i), bytes.NewReader(bytes.Repeat([]byte{byte(i)}, i*5000)))
		must(t, err)
	}
	return Installation{DB: d, Stores: map[string]blobs.Store{"blobs": store}}
}

// funded is a row of each table of funding: true, false and null, which the engines keep in their own ways.
var funded = []string{
	`INSERT INTO convention (id, number, dossier_id, dossier_number, title, programme, structure_id, departement, region, state, granted_cents, tranched_cents, ordered_cents, paid_cents, claimed_cents, repaid_cents,
		iban, payee, instructor_id, decider_id, agency_signatory, structure_signatory, signed_on, file_blob, file_sha256, starts_on, ends_on, version, created_at, updated_at, call_id, limit_cents, committed_on)
		VALUES ('c', 'C-1', 'd', '91-1', 'É', 'msp', 's', '91', '11', 'signed', 3000000000000, 900, 300, 300, 100, 50, 'FR', 'MSP', 'i', 'e', 'A', 'B', '2026-01-02', '', '', '2026-01-01', '', 3, $1, $1, '', 0, '')`,
	`INSERT INTO tranche (id, convention_id, rank, label, cents, final, expected_on, state, ordered_by, ordered_at, reference, paid_on) VALUES
		('t1', 'c', 1, 'Avance', 300, FALSE, '2026-02-01', 'paid', 'p', $1, 'C-1-1', '2026-02-03'), ('t2', 'c', 2, 'Solde', 600, TRUE, '', 'planned', '', NULL, 'C-1-2', '')`,
	`INSERT INTO report (id, convention_id, label, due_on, state, text, reason, filed_at, decided_by, decided_at, tranche_rank, reminded_at) VALUES ('r', 'c', 'Bilan', '2026-12-31', 'due', '', '', $1, '', NULL, 2, NULL)`,
	`INSERT INTO amendment (id, convention_id, text, ends_on, signed_on, made_by, made_at, rank, changes) VALUES ('a', 'c', 'Délai', '2027-01-01', '', 'i', $1, 1, '[{"from":1.0}]')`,
	`INSERT INTO payment_order (id, tranche_id, convention_id, reference, cents, iban, payee, signed_on, final, report_id, instructor_id, decider_id, ordered_by, ordered_at, batch, paid_on)
		VALUES ('o', 't1', 'c', 'C-1-1', 300, 'FR', 'MSP', '2026-01-02', FALSE, '', 'i', 'e', 'p', $1, '', '2026-02-03')`,
	`INSERT INTO repayment (id, convention_id, rank, number, cents, repaid_cents, reason, due_on, asked_by, asked_at, closed_on) VALUES ('y', 'c', 1, 'C-1-R1', 100, 50, 'Poste', '', 'i', $1, '')`,
	`INSERT INTO funding_entry (id, convention_id, call_id, kind, cents, on_day, reference, made_by, made_at) VALUES ('e', 'c', '', 'paid', 300, '2026-02-03', 'C-1-1', 'p', $1)`,
	`INSERT INTO funding_code (programme, code, set_by, set_at) VALUES ('msp', '0012', 'i', $1)`,
}

func written(t testing.TB, from Installation, to age.Recipient) (Manifest, []byte) {
	t.Helper()
	var file bytes.Buffer
	m, err := Write(ctx, &file, []age.Recipient{to}, from, day)
	must(t, err)
	return m, file.Bytes()
}

func opener(file []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file)), nil }
}

// What comes back is what was there: on the same engine, and on the other one.
func TestRestoredIsEqual(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		key, from := identity(t), lived(t, d)
		m, file := written(t, from, key.Recipient())
		if m.Rows() < 610 || len(m.Files) != 20 {
			t.Fatalf("%d rows, %d files", m.Rows(), len(m.Files))
		}
		for name, into := range map[string]*db.DB{"sqlite": dbtest.SQLite(t), "postgres": nil} {
			t.Run(name, func(t *testing.T) {
				if into == nil {
					into = dbtest.Postgres(t)
				}
				store := folder(t)
				_, err := Restore(ctx, opener(file), []age.Identity{key}, Installation{DB: into, Stores: map[string]blobs.Store{"blobs": store}})
				must(t, err)
				want, err := Fingerprint(ctx, d)
				must(t, err)
				got, err := Fingerprint(ctx, into)
				must(t, err)
				if !reflect.DeepEqual(want, got) {
					t.Errorf("rows differ:\n%v\n%v", want, got)
				}
				again, _ := written(t, Installation{DB: into, Stores: map[string]blobs.Store{"blobs": store}}, key.Recipient())
				if !reflect.DeepEqual(m.Files, again.Files) {
					t.Errorf("files differ:\n%v\n%v", m.Files, again.Files)
				}
			})
		}
	})
}

// The first backups of SQLite hold 0 and 1 for false and true: they restore into both engines as what they mean.
func TestBackupsWithoutBooleansRestore(t *testing.T) {
	key, d := identity(t), dbtest.SQLite(t)
	from := lived(t, d)
	m, file := written(t, from, key.Recipient())
	want, err := Fingerprint(ctx, d)
	must(t, err)
	a := &archive{manifest: m}
	var old bytes.Buffer
	sealed, err := age.Encrypt(&old, key.Recipient())
	must(t, err)
	packed, err := zstd.NewWriter(sealed)
	must(t, err)
	a.tar = tar.NewWriter(packed)
	sums, changed := map[string]*tally{}, 0
	_, err = read(bytes.NewReader(file), []age.Identity{key}, visitor{
		row: func(table string, text []byte) error {
			row, err := parse(text)
			must(t, err)
			for i, v := range row {
				if truth, ok := v.(bool); ok {
					row[i] = int64(map[bool]int{true: 1}[truth])
					changed++
				}
			}
			text, err = line(row)
			must(t, err)
			if sums[table] == nil {
				sums[table] = &tally{}
			}
			sums[table].add(text)
			return a.entry(fmt.Sprintf("%s%s/%06d.jsonl", tableFolder, table, sums[table].rows), bytes.NewReader(text), int64(len(text)))
		},
		file: func(store, id string, size int64, body io.Reader) error {
			return a.entry(storeFolder+store+"/"+id, body, size)
		},
	})
	must(t, err)
	if changed < 3 {
		t.Fatalf("%d values were true or false", changed)
	}
	for i, table := range m.Tables {
		if sum := sums[table.Name]; sum != nil {
			m.Tables[i].Hash = sum.hash()
		}
	}
	text, err := json.Marshal(m)
	must(t, err)
	must(t, errors.Join(a.entry(manifestName, bytes.NewReader(text), int64(len(text))), a.tar.Close(), packed.Close(), sealed.Close()))
	dbtest.Each(t, func(t *testing.T, into *db.DB) {
		_, err := Restore(ctx, opener(old.Bytes()), []age.Identity{key}, Installation{DB: into, Stores: map[string]blobs.Store{"blobs": folder(t)}})
		must(t, err)
		got, err := Fingerprint(ctx, into)
		must(t, err)
		if !reflect.DeepEqual(want, got) {
			t.Errorf("rows differ:\n%v\n%v", want, got)
		}
	})
}

// A restore never writes over an installation, nor from a backup that is not whole.
func TestRefusedRestoresWriteNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		key, from := identity(t), lived(t, dbtest.SQLite(t))
		_, file := written(t, from, key.Recipient())
		spoilt := bytes.Clone(file)
		spoilt[len(spoilt)/2] ^= 1
		store := folder(t)
		into := Installation{DB: d, Stores: map[string]blobs.Store{"blobs": store}}
		before, err := Fingerprint(ctx, d)
		must(t, err)
		for name, c := range map[string]struct {
			file []byte
			key  age.Identity
			want error
		}{"another key": {file, identity(t), ErrWrongKey}, "a changed bit": {spoilt, key, ErrSpoilt}, "cut short": {file[:len(file)*2/3], key, ErrSpoilt}, "empty": {nil, key, ErrSpoilt}} {
			if _, err := Restore(ctx, opener(c.file), []age.Identity{c.key}, into); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		after, err := Fingerprint(ctx, d)
		must(t, err)
		for info := range store.List(ctx, "") {
			t.Errorf("%s was written", info.ID)
		}
		if !reflect.DeepEqual(before, after) {
			t.Error("rows were written")
		}
		_, err = Restore(ctx, opener(file), []age.Identity{key}, into)
		must(t, err)
		if _, err = Restore(ctx, opener(file), []age.Identity{key}, into); !errors.Is(err, ErrNotEmpty) {
			t.Errorf("over an installation: %v", err)
		}
	})
}

// A backup shows one moment: a transaction is in it whole or not at all, and every file that a row names is there.
func TestBackupUnderWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		key, store := identity(t), folder(t)
		from := Installation{DB: d, Stores: map[string]blobs.Store{"blobs": store}}
		stop, done := make(chan struct{}), make(chan error, 2)
		for w := range 2 {
			go func() {
				for i := 0; ; i++ {
					select {
					case <-stop:
						done <- nil
						return
					default:
					}
					if err := pair(d, store, fmt.Sprintf("w%d-%05d", w, i)); err != nil {
						done <- err
						return
					}
				}
			}()
		}
		for range 3 {
			_, file := written(t, from, key.Recipient())
			into, copied := dbtest.SQLite(t), folder(t)
			_, err := Restore(ctx, opener(file), []age.Identity{key}, Installation{DB: into, Stores: map[string]blobs.Store{"blobs": copied}})
			must(t, err)
			var names []string
			must(t, into.Select(&names, "SELECT name FROM setting WHERE name LIKE 'a-%'"))
			var halves int
			must(t, into.Get(&halves, "SELECT COUNT(*) FROM setting"))
			if halves != 2*len(names) {
				t.Fatalf("%d rows for %d pairs", halves, len(names))
			}
			for _, n := range names {
				if _, err := copied.Stat(ctx, strings.TrimPrefix(n, "a-")); err != nil {
					t.Fatalf("the file of %s: %v", n, err)
				}
			}
		}
		close(stop)
		for range 2 {
			must(t, <-done)
		}
	})
}

// pair writes a file, then two rows that belong together.
func pair(d *db.DB, store blobs.Store, name string) error {
	if _, err := store.Put(ctx, name, strings.NewReader(name)); err != nil {
		return err
	}
	return d.InTx(ctx, func(tx *db.Tx) error {
		for _, half := range []string{"a-", "b-"} {
			if _, err := tx.Exec("INSERT INTO setting (name, value, updated_at) VALUES ($1, 'x', $2)", half+name, day); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestLinesComeBack(t *testing.T) {
	row := []any{nil, true, "a\u2028<é>", int64(1) << 62, day, []byte{0, 255}, 0.1, ""}
	text, err := line(row)
	must(t, err)
	back, err := parse(text)
	must(t, err)
	if !reflect.DeepEqual(row, back) {
		t.Errorf("%#v", back)
	}
}

// A database that changes what is put into it is told apart from a backup that is spoilt, and keeps nothing of it.
func TestUnequalIsNotSpoilt(t *testing.T) {
	key, from := identity(t), lived(t, dbtest.SQLite(t))
	_, file := written(t, from, key.Recipient())
	d := dbtest.SQLite(t)
	_, err := d.Exec("CREATE TRIGGER meddle AFTER INSERT ON person BEGIN UPDATE person SET name = name || '!' WHERE id = NEW.id; END")
	must(t, err)
	into := Installation{DB: d, Stores: map[string]blobs.Store{"blobs": folder(t)}}
	_, err = Restore(ctx, opener(file), []age.Identity{key}, into)
	if !errors.Is(err, ErrUnequal) || errors.Is(err, ErrSpoilt) || !strings.Contains(err.Error(), "table person") {
		t.Errorf("got %v", err)
	}
	var people int
	if err := d.Get(&people, "SELECT COUNT(*) FROM person"); err != nil || people > 0 {
		t.Errorf("%d people were kept, %v", people, err)
	}
}
