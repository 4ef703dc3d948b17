package structures

import (
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures/finess"
	"maillage/internal/structures/identifier"
	"maillage/internal/territory"
)

// ImportCommand reads the official register.
type ImportCommand struct {
	Name       string // of the file
	File       io.Reader
	Categories []string // none: those of every kind
	AsOf       Day      // the day of the file; "" reads it in the file, or takes today
	DryRun     bool
	ManyClose  bool // whoever imports has read that many would close, and means it
}

// FieldChange is one thing that differs between what we hold and the file.
type FieldChange struct {
	What          i18n.Text
	Before, After string
}

// Changed is a structure that the file describes otherwise.
type Changed struct {
	Structure Structure
	Row       finess.Establishment
	Fields    []FieldChange
}

// Diff is what an import does, or would do.
type Diff struct {
	File      *finess.File
	AsOf      Day
	Created   []finess.Establishment
	Changed   []Changed
	Closed    []Structure
	Unchanged int
	DryRun    bool
	open      int // known from the register and open, in the categories and départements of the file
}

// The share of what is open that a file may close unasked, and the number under which nobody is asked: a file that was cut short at
// the end of a line is well formed, and would close what it lost.
const (
	unaskedShare = 5 // a fifth
	unaskedClose = 20
)

// ClosesMany tells whether the file closes so much that it may have been cut short.
func (d *Diff) ClosesMany() bool {
	return len(d.Closed) > unaskedClose && len(d.Closed)*unaskedShare > d.open
}

func (d *Diff) tooMany() error {
	return fault.Refused("finess-closings",
		fmt.Sprintf("Ce fichier fermerait %d structures sur %d : il a peut-être été coupé en chemin. Rien n’a été importé. Vérifiez-le, puis confirmez les fermetures.", len(d.Closed), d.open),
		fmt.Sprintf("This file would close %d structures of %d: it may have been cut short on its way. Nothing was imported. Check it, then confirm the closings.", len(d.Closed), d.open))
}

// Import compares the register with what we hold, by FINESS number, and applies the difference unless DryRun: created, changed,
// closed, dated by the file. It is all or nothing: one issue in the file refuses it whole, with fault.Invalid and the issues in the
// diff. So does a file of a day to come, and one that closes more than a fifth of what is open, unless ManyClose. A structure is closed
// only when its département is in the file, so that a regional extract closes nothing elsewhere.
func (s *Service) Import(ctx context.Context, actor accounts.Actor, cmd ImportCommand) (*Diff, error) {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return nil, err
	}
	categories, err := followed(cmd.Categories)
	if err != nil {
		return nil, err
	}
	file, err := finess.Read(ctx, cmd.File, territory.Embedded(), categories...)
	if err != nil {
		return nil, err
	}
	d := &Diff{File: file, AsOf: cmd.AsOf, DryRun: cmd.DryRun}
	if d.AsOf == "" {
		d.AsOf = Day(file.AsOf)
	}
	if d.AsOf == "" {
		d.AsOf = s.Today()
	}
	if !d.AsOf.Valid() {
		wrong := fault.Fields{}
		wrong.Add("as_of", "Cette date n’existe pas.", "This date does not exist.")
		return d, wrong.Err()
	}
	if d.AsOf > s.Today() { // what the file opens and closes is dated by it
		wrong := fault.Fields{}
		wrong.Add("as_of", fmt.Sprintf("Le fichier ne peut pas être d’un jour à venir (%s).", d.AsOf), fmt.Sprintf("The file cannot be of a day to come (%s).", d.AsOf))
		return d, wrong.Err()
	}
	if file.IssueCount > 0 {
		return d, refusedFile(file)
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := d.compare(ctx, tx, categories); err != nil || cmd.DryRun {
			return err
		}
		if d.ClosesMany() && !cmd.ManyClose {
			return d.tooMany()
		}
		return s.apply(ctx, tx, actor, d, cmd.Name, categories)
	})
	return d, err
}

func refusedFile(file *finess.File) error {
	where := file.Issues[0].Where()
	if file.IssueCount == 1 {
		return fault.Invalid("Le fichier est refusé : une anomalie, à la place "+where+" (ligne:colonne). Rien n’a été importé.",
			"The file is refused: one problem, at "+where+" (line:column). Nothing was imported.")
	}
	return fault.Invalid(
		fmt.Sprintf("Le fichier est refusé : %d anomalies, la première à la place %s (ligne:colonne). Rien n’a été importé.", file.IssueCount, where),
		fmt.Sprintf("The file is refused: %d problems, the first at %s (line:column). Nothing was imported.", file.IssueCount, where))
}

// followed checks the categories asked for; none is all those of a kind.
func followed(asked []string) ([]string, error) {
	if len(asked) == 0 {
		for _, k := range Kinds {
			asked = append(asked, k.Categories...)
		}
		return asked, nil
	}
	wrong := fault.Fields{}
	for _, c := range asked {
		if KindOfCategory(c) == "" {
			wrong.Add("categories", fmt.Sprintf("La catégorie « %s » n’est pas suivie.", c), fmt.Sprintf("Category “%s” is not followed.", c))
		}
	}
	return asked, wrong.Err()
}

// compare fills the diff.
func (d *Diff) compare(ctx context.Context, q db.Queryer, categories []string) error {
	d.Created, d.Changed, d.Closed, d.Unchanged, d.open = nil, nil, nil, 0, 0 // a transaction may run again
	known, err := knownByFINESS(ctx, q)
	if err != nil {
		return err
	}
	inFile := make(map[string]bool, len(d.File.Establishments))
	for _, e := range d.File.Establishments {
		inFile[e.FINESS] = true
		k, ok := known[e.FINESS]
		if !ok {
			d.Created = append(d.Created, e)
			continue
		}
		if fields := differences(k, e); len(fields) > 0 {
			d.Changed = append(d.Changed, Changed{k.Structure, e, fields})
		} else {
			d.Unchanged++
		}
	}
	for number, k := range known {
		if k.Source != "finess" || k.Closed != "" || !slices.Contains(categories, k.Category) || !d.File.Departements[k.Departement] {
			continue
		}
		d.open++
		if !inFile[number] {
			d.Closed = append(d.Closed, k.Structure)
		}
	}
	slices.SortFunc(d.Closed, func(a, b Structure) int { return strings.Compare(a.SortKey+a.ID, b.SortKey+b.ID) })
	return nil
}

type knownRow struct {
	Structure
	FINESS string `db:"finess"`
	SIRET  string `db:"siret"`
}

func knownByFINESS(ctx context.Context, q db.Queryer) (map[string]knownRow, error) {
	var rows []knownRow
	columns := "s." + strings.Join(strings.Fields(strings.ReplaceAll(structureColumns, ",", " ")), ", s.")
	err := q.SelectContext(ctx, &rows, "SELECT "+columns+`, i.value AS finess, coalesce((SELECT min(n.value) FROM structure_identifier n
		WHERE n.structure_id = s.id AND n.scheme = 'SIRET' AND n.to_day = ''), '') AS siret
		FROM structure_identifier i JOIN structure s ON s.id = i.structure_id WHERE i.scheme = 'FINESS' AND i.to_day = ''`)
	if err != nil {
		return nil, fmt.Errorf("read known FINESS numbers: %w", err)
	}
	known := make(map[string]knownRow, len(rows))
	for _, r := range rows {
		known[r.FINESS] = r
	}
	return known, nil
}

// differences lists what the file says otherwise. What a person wrote in the product (another source) is only told, never closed.
func differences(k knownRow, e finess.Establishment) []FieldChange {
	var fields []FieldChange
	add := func(what i18n.Text, before, after string) {
		if before != after {
			fields = append(fields, FieldChange{what, before, after})
		}
	}
	add(t("nom", "name"), k.Name, e.Name)
	add(t("commune", "municipality"), k.Commune, e.Commune)
	add(t("adresse", "address"), k.Detail.V.Address, e.Address)
	add(t("catégorie", "category"), k.Category, e.Category)
	if e.SIRET != "" {
		add(t("SIRET", "SIRET"), k.SIRET, e.SIRET)
	}
	if e.Opened != "" {
		add(t("ouverture", "opening"), string(k.Opened), e.Opened)
	}
	if e.Located && (k.Approximate || math.Abs(k.Lat-e.Lat) > 1e-6 || math.Abs(k.Lon-e.Lon) > 1e-6) {
		add(t("position", "position"), fmt.Sprintf("%.6f, %.6f", k.Lat, k.Lon), fmt.Sprintf("%.6f, %.6f", e.Lat, e.Lon))
	}
	if k.Closed != "" && k.MergedInto == "" {
		add(t("fermeture", "closing"), string(k.Closed), "")
	}
	return fields
}

// apply writes the diff, one audit entry for the whole, and a dated fact for each structure.
func (s *Service) apply(ctx context.Context, tx *db.Tx, actor accounts.Actor, d *Diff, name string, categories []string) error {
	id, now := db.NewID(), db.Now(s.clock)
	b := &batch{}
	for _, e := range d.Created {
		b.add(fromRegister(e, now), e, d.AsOf, s, id)
	}
	if err := b.write(ctx, tx); err != nil {
		return err
	}
	for _, c := range d.Changed {
		if err := s.applyChange(ctx, tx, c, d.AsOf, now, id); err != nil {
			return err
		}
	}
	for _, st := range d.Closed {
		if err := s.applyClosing(ctx, tx, st, d.AsOf, now, id); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO structure_import (id, at, actor_name, file_name, sha256, as_of, categories, created, changed, closed, unchanged)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, id, now, actor.Name, filepath.Base(name), d.File.SHA256, string(d.AsOf),
		strings.Join(categories, " "), len(d.Created), len(d.Changed), len(d.Closed), d.Unchanged)
	if err != nil {
		return fmt.Errorf("record the import: %w", err)
	}
	return audit.Append(ctx, tx, audit.Entry{At: now, Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "structures.import",
		Object: audit.Object{Kind: "structures.import", ID: id},
		Text: fmt.Sprintf("A importé le répertoire FINESS du %s : %d structures créées, %d modifiées, %d fermées, %d inchangées.", d.AsOf,
			len(d.Created), len(d.Changed), len(d.Closed), d.Unchanged),
		Details: map[string]string{"file": filepath.Base(name), "sha256": d.File.SHA256}})
}

// fromRegister is a new structure from a line of the register.
func fromRegister(e finess.Establishment, now time.Time) Structure {
	st := Structure{ID: db.NewID(), Kind: KindOfCategory(e.Category), Category: e.Category, Opened: Day(e.Opened), Source: "finess",
		StateSince: now, Version: 1, CreatedAt: now, UpdatedAt: now}
	st.State = st.Kind.Row().Imported
	st.Detail.V.Address = e.Address
	st.settle(e)
	return st
}

// settle takes name and place from a line of the register.
func (s *Structure) settle(e finess.Establishment) {
	lat, lon := 0.0, 0.0
	if e.Located {
		lat, lon = e.Lat, e.Lon
	}
	place(fault.Fields{}, s, e.Commune, lat, lon)
	numbers := []Identifier{{Value: e.FINESS}}
	if e.SIRET != "" {
		numbers = append(numbers, Identifier{Value: e.SIRET})
	}
	s.rename(e.Name, numbers)
	s.SearchText += " " + db.Fold(e.LongName)
}

// batch gathers rows to write many at a time.
type batch struct {
	structures  []Structure
	identifiers []Identifier
	sites       []Site
	members     []Member
	territory   []territoryRow
	contacts    []Contact
	facts       []Fact
	missions    []MissionDone
	cases       []Difficulty
	projects    []Project
}

func (b *batch) add(st Structure, e finess.Establishment, asOf Day, s *Service, importID string) {
	from := st.Opened
	if from == "" {
		from = asOf
	}
	b.structures = append(b.structures, st)
	b.identifiers = append(b.identifiers, Identifier{db.NewID(), st.ID, identifier.FINESS, e.FINESS, from, ""})
	if n, err := identifier.Parse(identifier.FINESSLegal, e.Legal); err == nil {
		b.identifiers = append(b.identifiers, Identifier{db.NewID(), st.ID, identifier.FINESSLegal, n.Value, from, ""})
	}
	if e.SIRET != "" {
		b.identifiers = append(b.identifiers, Identifier{db.NewID(), st.ID, identifier.SIRET, e.SIRET, from, ""})
	}
	b.sites = append(b.sites, st.mainSite())
	b.facts = append(b.facts, s.fact(st.ID, asOf, FactImport, importID, t("Entrée par le répertoire FINESS", "Entered from the FINESS register")))
}

func (b *batch) write(ctx context.Context, tx *db.Tx) error {
	for _, write := range []func() error{
		func() error { return insertAll(ctx, tx, insertStructure, b.structures) },
		func() error { return insertAll(ctx, tx, insertIdentifier, b.identifiers) },
		func() error { return insertAll(ctx, tx, insertSite, b.sites) },
		func() error { return insertAll(ctx, tx, insertMember, b.members) },
		func() error { return insertAll(ctx, tx, insertTerritory, b.territory) },
		func() error { return insertAll(ctx, tx, insertContact, b.contacts) },
		func() error { return insertAll(ctx, tx, insertFact, b.facts) },
		func() error { return insertEach(ctx, tx, insertMission, b.missions) },
		func() error { return insertAll(ctx, tx, insertDifficulty, b.cases) },
		func() error { return insertAll(ctx, tx, insertProject, b.projects) },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) applyChange(ctx context.Context, tx *db.Tx, c Changed, asOf Day, now time.Time, importID string) error {
	st := c.Structure
	st.settle(c.Row)
	st.Category, st.Detail.V.Address, st.UpdatedAt = c.Row.Category, c.Row.Address, now
	if c.Row.Opened != "" {
		st.Opened = Day(c.Row.Opened)
	}
	if st.Closed != "" && st.MergedInto == "" {
		st.Closed, st.State, st.StateSince = "", st.Kind.Row().Imported, now
	}
	if err := updateStructure(ctx, tx, st); err != nil {
		return err
	}
	_, err := tx.NamedExecContext(ctx, `UPDATE structure_site SET address = :address, commune = :commune, lat = :lat, lon = :lon, approximate = :approximate
		WHERE structure_id = :structure_id AND main AND to_day = ''`, st.mainSite())
	if err != nil {
		return fmt.Errorf("move the site: %w", err)
	}
	fr, en := make([]string, len(c.Fields)), make([]string, len(c.Fields))
	for i, f := range c.Fields {
		fr[i] = fmt.Sprintf("%s : « %s » → « %s »", f.What.FR, f.Before, f.After)
		en[i] = fmt.Sprintf("%s: “%s” → “%s”", f.What.EN, f.Before, f.After)
		if f.What.EN == "SIRET" {
			if err := s.replaceSIRET(ctx, tx, st.ID, c.Row.SIRET, asOf); err != nil {
				return err
			}
		}
	}
	text := t("Répertoire FINESS : "+strings.Join(fr, " ; "), "FINESS register: "+strings.Join(en, "; "))
	return insertOne(ctx, tx, insertFact, s.fact(st.ID, asOf, FactImport, importID, text))
}

func (s *Service) replaceSIRET(ctx context.Context, tx *db.Tx, id, siret string, asOf Day) error {
	if _, err := tx.ExecContext(ctx, "UPDATE structure_identifier SET to_day = $1 WHERE structure_id = $2 AND scheme = 'SIRET' AND to_day = ''", string(asOf.Add(-1)), id); err != nil {
		return fmt.Errorf("end the former SIRET: %w", err)
	}
	return insertOne(ctx, tx, insertIdentifier, Identifier{db.NewID(), id, identifier.SIRET, siret, asOf, ""})
}

// closings are the states that an import closes into.
var closings = map[Kind]lifecycle.State{MSP: "ceased", CPTS: "ended"}

func (s *Service) applyClosing(ctx context.Context, tx *db.Tx, st Structure, asOf Day, now time.Time, importID string) error {
	to, ok := closings[st.Kind]
	if !ok {
		to = "closed"
	}
	st.State, st.StateSince, st.UpdatedAt, st.Closed = to, now, now, max(asOf, st.Opened)
	if err := updateStructure(ctx, tx, st); err != nil {
		return err
	}
	text := t("Sortie du répertoire FINESS", "Left the FINESS register")
	return insertAll(ctx, tx, insertFact, []Fact{s.fact(st.ID, st.Closed, FactState, string(to), text), s.fact(st.ID, st.Closed, FactImport, importID, text)})
}

// Imported is a past import.
type Imported struct {
	ID         string    `db:"id"`
	At         time.Time `db:"at"`
	ActorName  string    `db:"actor_name"`
	FileName   string    `db:"file_name"`
	SHA256     string    `db:"sha256"`
	AsOf       Day       `db:"as_of"`
	Categories string    `db:"categories"`
	Created    int       `db:"created"`
	Changed    int       `db:"changed"`
	Closed     int       `db:"closed"`
	Unchanged  int       `db:"unchanged"`
}

// Imports lists past imports, newest first.
func (s *Service) Imports(ctx context.Context, actor accounts.Actor) ([]Imported, error) {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return nil, err
	}
	var all []Imported
	err := s.db.SelectContext(ctx, &all, `SELECT id, at, actor_name, file_name, sha256, as_of, categories, created, changed, closed, unchanged
		FROM structure_import ORDER BY at DESC, id DESC LIMIT 100`)
	return all, err
}
