package web_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/blobs"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/seal"
	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/web"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var ctx = context.Background()

type silent struct{}

func (silent) Send(context.Context, *db.Tx, telexpertise.Letter) error { return nil }

type flat struct{}

func (flat) Distance(string, string) float64             { return 0 }
func (flat) Zone(context.Context, string) (string, bool) { return "", false }
func (flat) Priority(context.Context, string) bool       { return false }

// server serves the room; the header X-Actor says who asks.
type server struct {
	*httptest.Server
	s    *telexpertise.Service
	d    *db.DB
	pool string
}

func actor(id string) accounts.Actor {
	if id == "" {
		return accounts.Actor{}
	}
	role := accounts.RoleGP
	if strings.HasPrefix(id, "derm") {
		role = accounts.RoleDermatologist
	}
	return accounts.Actor{ID: id, Name: id, SecondFactor: true, Grants: []accounts.Grant{{Role: role}}}
}

func serve(t testing.TB, d *db.DB, gps int) *server {
	folder := t.TempDir()
	ring, err := seal.OpenKeyring(filepath.Join(folder, "seal.keys"))
	if err != nil {
		t.Fatal(err)
	}
	store, err := blobs.OpenDisk(filepath.Join(folder, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	s := &server{d: d, s: telexpertise.New(d, clock.System{}, seal.NewVault(ring), store, silent{}, flat{}, telexpertise.Config{TestIdentities: true})}
	system := accounts.System("test")
	s.pool, err = s.s.SavePool(ctx, system, telexpertise.PoolCommand{Name: "Pool", Phone: "01", Departements: []string{"77"}, Settings: telexpertise.DefaultSettings()})
	if err != nil {
		t.Fatal(err)
	}
	all := []telexpertise.Member{{PersonID: "derm", Part: telexpertise.PartExpert, Name: "derm"}}
	for i := range gps {
		all = append(all, telexpertise.Member{PersonID: fmt.Sprintf("gp%d", i), Part: telexpertise.PartRequester, Name: "gp"})
	}
	for i := range all {
		all[i].PoolID, all[i].Departement, all[i].Active = s.pool, "77", true
	}
	if err := s.s.SaveMembers(ctx, system, all); err != nil {
		t.Fatal(err)
	}
	rt := &httpx.Router{
		Guard: func(r *http.Request, p httpx.Permission) error {
			return accounts.FromContext(r.Context()).RequireSomewhere(p)
		},
		Fail: func(w http.ResponseWriter, _ *http.Request, err error) {
			_ = httpx.JSON(w, httpx.Status(err), httpx.AsFault(err))
		},
		Private: func(httpx.Permission) bool { return true },
	}
	rt.Add(web.New(s.s, "").Routes()...)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rt.ServeHTTP(w, r.WithContext(accounts.WithActor(r.Context(), actor(r.Header.Get("X-Actor")))))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) do(who, method, path string, body []byte, headers map[string]string) (int, string, error) {
	r, err := http.NewRequest(method, s.URL+path, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("X-Actor", who)
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text), err
}

// phone sends one request as the phone does: draft, photographs in parts of size bytes, submission.
func (s *server) phone(who, id string, photos [][]byte, size int) error {
	draft, _ := json.Marshal(telexpertise.DraftCommand{ID: id, Urgency: "P2", Record: telexpertise.Record{
		Patient: telexpertise.Patient{BirthName: "Essai", FirstBirthName: "Ada", BirthDate: "1960-01-01", Sex: "F"},
		Consent: telexpertise.Consent{Given: true, Form: "oral"}, Clinical: telexpertise.Clinical{Site: "back"}}})
	api := "/telexpertise/api/demandes/" + id
	if code, text, err := s.do(who, "PUT", api, draft, nil); err != nil || code != 200 {
		return fmt.Errorf("draft: %d %s %w", code, text, err)
	}
	var refs []string
	for i, data := range photos {
		h := sha256.Sum256(data)
		hash, name := hex.EncodeToString(h[:]), fmt.Sprintf("%s-p%d", id, i)
		refs = append(refs, fmt.Sprintf(`{"id":%q,"sha256":%q}`, name, hash))
		for from := 0; from < len(data); from += size {
			to := min(from+size, len(data))
			code, text, err := s.do(who, "PUT", api+"/photos/"+name, data[from:to], map[string]string{"X-Photo-View": "close-up", "X-Photo-Sha256": hash,
				"Content-Range": fmt.Sprintf("bytes %d-%d/%d", from, to-1, len(data))})
			if err != nil || code != 200 {
				return fmt.Errorf("photo: %d %s %w", code, text, err)
			}
		}
	}
	code, text, err := s.do(who, "POST", api+"/envoi", []byte(`{"photos":[`+strings.Join(refs, ",")+`]}`), nil)
	if err != nil || code != 200 || !strings.Contains(text, `"submitted_at"`) {
		return fmt.Errorf("submit: %d %s %w", code, text, err)
	}
	return nil
}

// noise is a photograph of about n bytes that does not compress.
func noise(n int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	side := int(math.Sqrt(1.2 * float64(n)))
	img := image.NewGray(image.Rect(0, 0, side, side))
	for i := range img.Pix {
		img.Pix[i] = uint8(r.Uint32())
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, &jpeg.Options{Quality: 92})
	return b.Bytes()
}

func TestTwoHundredPhonesAtOnce(t *testing.T) {
	if testing.Short() {
		t.Log("50 phones in the short run")
	}
	phones := map[bool]int{true: 50, false: 200}[testing.Short()]
	s := serve(t, dbtest.SQLite(t), phones)
	photos := [][]byte{noise(20_000, 1), noise(20_000, 2), noise(20_000, 3)}
	var wg sync.WaitGroup
	for i := range phones {
		wg.Go(func() {
			who, id := fmt.Sprintf("gp%d", i), fmt.Sprintf("phone-%04d-aaaaaaaaaaaa", i)
			for range 2 { // and again, as a phone does that lost the answer
				if err := s.phone(who, id, photos, 8_000); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	var cases, received int
	if err := s.d.Get(&cases, "SELECT COUNT(*) FROM telex_case WHERE state = 'offered'"); err != nil {
		t.Fatal(err)
	}
	if err := s.d.Get(&received, "SELECT COUNT(*) FROM telex_photo WHERE received_at IS NOT NULL"); err != nil {
		t.Fatal(err)
	}
	if cases != phones || received != 3*phones {
		t.Fatalf("%d requests and %d photos from %d phones", cases, received, phones)
	}
}

func TestFormWithoutJavaScriptKeepsWhatWasTyped(t *testing.T) {
	s := serve(t, dbtest.SQLite(t), 1)
	var form bytes.Buffer
	for name, value := range map[string]string{"id": "formulaire-sans-script", "birth_name": "Martin-Essai", "first_birth_name": "Zoé", "birth_date": "2041-02-03", "sex": "F", "site": "back",
		"consent": "1", "consent_form": "oral", "urgency": "P2", "do": "send"} {
		fmt.Fprintf(&form, "--x\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", name, value)
	}
	fmt.Fprintf(&form, "--x\r\nContent-Disposition: form-data; name=\"photo-close-up\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n%s\r\n--x--\r\n", noise(20_000, 5))
	code, page, err := s.do("gp0", "POST", "/telexpertise/nouvelle", form.Bytes(), map[string]string{"Content-Type": "multipart/form-data; boundary=x"})
	if err != nil || code != 422 {
		t.Fatalf("%d %v", code, err)
	}
	for _, want := range []string{"Martin-Essai", "Zoé", "dans le futur", "Déjà reçue"} {
		if !strings.Contains(page, want) {
			t.Errorf("the form that comes back lacks %q", want)
		}
	}
}

// BenchmarkSubmitThreePhotosOf4MB is a whole request over loopback, in parts of a megabyte.
func BenchmarkSubmitThreePhotosOf4MB(b *testing.B) {
	s := serve(b, dbtest.SQLite(b), 1)
	photos := [][]byte{noise(4<<20, 1), noise(4<<20, 2), noise(4<<20, 3)}
	n := 0
	for b.Loop() {
		n++
		if err := s.phone("gp0", fmt.Sprintf("mesure-%012d", n), photos, 1<<20); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(photos[0]))/1e6, "MB/photo")
}

// BenchmarkWorklistOf10000 opens the first page of a list of ten thousand requests, on each database.
func BenchmarkWorklistOf10000(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) { openWorklist(b, open(b)) })
	}
}

func openWorklist(b *testing.B, d *db.DB) {
	s := serve(b, d, 1)
	for i := range 10_000 {
		if _, err := s.s.SaveDraft(ctx, actor("gp0"), telexpertise.DraftCommand{ID: fmt.Sprintf("liste-%012d", i), Urgency: telexpertise.Urgencies[i%3]}); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := s.d.Exec("UPDATE telex_case SET state = 'offered', offered_to = '', submitted_at = created_at"); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		if code, _, err := s.do("derm", "GET", "/telexpertise/avis", nil, nil); code != 200 || err != nil {
			b.Fatal(code, err)
		}
	}
}
