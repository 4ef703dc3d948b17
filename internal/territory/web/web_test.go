package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/jobs"
	"maillage/internal/territory"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var (
	administrator = accounts.Actor{ID: "a", Name: "Ada Ministre", Grants: []accounts.Grant{{Role: accounts.RoleAdmin}}, SecondFactor: true}
	officer       = accounts.Actor{ID: "o", Name: "Omar Agent", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
)

// site is the pages, served to whoever the test says.
type site struct {
	t      *testing.T
	server *httptest.Server
	queue  *jobs.Registry
	actor  accounts.Actor
}

func newSite(t *testing.T) *site {
	t.Helper()
	d, c := dbtest.SQLite(t), clock.At(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	service := territory.New(d, c, true)
	s := &site{t: t, queue: jobs.NewRegistry(d, c, slog.New(slog.DiscardHandler)), actor: administrator}
	service.RegisterJobs(s.queue)
	pages := &Pages{Service: service, Clock: c}
	if err := accounts.CheckRoutes(pages.Routes()); err != nil {
		t.Fatal(err)
	}
	router := &httpx.Router{
		Guard: func(r *http.Request, p httpx.Permission) error {
			return accounts.FromContext(r.Context()).RequireSomewhere(p)
		},
		Private: func(httpx.Permission) bool { return true },
		Fail:    func(w http.ResponseWriter, _ *http.Request, err error) { http.Error(w, err.Error(), httpx.Status(err)) },
	}
	router.Add(pages.Routes()...)
	signed := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(accounts.WithActor(r.Context(), s.actor)))
		})
	}
	s.server = httptest.NewServer(httpx.Chain(router, httpx.Language, signed))
	t.Cleanup(s.server.Close)
	return s
}

// do asks for a page and gives its status, its text and where it leads.
func (s *site) do(r *http.Request) (status int, text, location string) {
	s.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(b), answer.Header.Get("Location")
}

func (s *site) get(path string) (int, string, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.server.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.do(r)
}

func (s *site) post(path string, form url.Values) (int, string, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(r)
}

// send posts the import form; no file when name is "".
func (s *site) send(kind, from, name, body string) (int, string, string) {
	s.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for field, value := range map[string]string{"kind": kind, "valid_from": from, "decree": "Arrêté du 24 mars 2022"} {
		if err := form.WriteField(field, value); err != nil {
			s.t.Fatal(err)
		}
	}
	if name != "" {
		file, err := form.CreateFormFile("file", name)
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := io.WriteString(file, body); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.server.URL+base+"/import", &b)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return s.do(r)
}

func (s *site) work() {
	s.t.Helper()
	if _, err := s.queue.RunDue(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}

// shows checks that a page answers 200 and holds each text.
func (s *site) shows(path string, texts ...string) {
	s.t.Helper()
	status, page, _ := s.get(path)
	if status != http.StatusOK {
		s.t.Fatalf("%s answers %d", path, status)
	}
	for _, text := range texts {
		if !strings.Contains(page, text) {
			s.t.Errorf("%s does not say %q", path, text)
		}
	}
}

func TestImportThenRollBack(t *testing.T) {
	s := newSite(t)
	s.shows(base, "Offre inventée (démonstration)", "rien n’a été importé", "Importer un fichier")
	s.shows(base+"/import?kind=zones", `value="zones" selected`, `value="2026-03-02"`)
	status, _, upload := s.send("zones", "2022-03-25", "zones.csv", "code_insee,zonage_mg\n91286,ZIP\n91228,ZAC\n")
	if status != http.StatusSeeOther {
		t.Fatalf("the form answers %d", status)
	}
	s.shows(upload, "En attente de lecture", `hx-trigger="every 1s"`)
	s.work()
	s.shows(upload, "Importer cette version", "ajoutées")
	if status, _, _ := s.post(upload+"/import", nil); status != http.StatusSeeOther {
		t.Fatalf("the confirmation answers %d", status)
	}
	s.work()
	_, _, version := s.get(upload)
	s.shows(version, "Arrêté du 24 mars 2022", "à partir du 25 mars 2022", "Ada Ministre", "Annuler cette version")
	s.shows(base, version)
	if status, page, _ := s.post(version+"/annulation", url.Values{"reason": {" "}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Dites pourquoi") {
		t.Errorf("without a reason: %d", status)
	}
	if status, _, _ := s.post(version+"/annulation", url.Values{"reason": {"mauvais fichier"}}); status != http.StatusSeeOther {
		t.Errorf("the rollback answers %d", status)
	}
	s.shows(version, "Annulée", "mauvais fichier")
}

func TestRefusedFileShowsItsPlace(t *testing.T) {
	s := newSite(t)
	_, _, upload := s.send("zones", "2022-03-25", "zones.csv", "code_insee,zonage_mg\n91286,ZIP\n91228,ZUP\n")
	s.work()
	s.shows(upload, "Le fichier est refusé", "Une zone est ZIP, ZAC ou HZ.", "ZUP")
	_, page, _ := s.get(upload)
	if strings.Contains(page, "Importer cette version") {
		t.Error("a refused file may be imported")
	}
	if status, _, _ := s.post(upload+"/import", nil); status != http.StatusConflict {
		t.Errorf("the confirmation answers %d", status)
	}
	if status, _, to := s.post(upload+"/abandon", nil); status != http.StatusSeeOther || to != base {
		t.Errorf("dropping answers %d, %s", status, to)
	}
}

func TestDoubtsAreShownBeforeTheConfirmation(t *testing.T) {
	s := newSite(t)
	_, _, upload := s.send("zones", "2022-03-25", "zones.csv", "code_insee,zonage_mg\n91286,ZIP\n91228,ZAC")
	s.work()
	s.shows(upload, "Importer cette version", "À vérifier", "finit sans fin de ligne")
}

func TestFormComesBackWithWhatWasTyped(t *testing.T) {
	s := newSite(t)
	for what, answer := range map[string]func() (int, string, string){
		"no file": func() (int, string, string) { return s.send("zones", "2022-03-25", "", "") },
		"no kind": func() (int, string, string) { return s.send("", "2022-03-25", "z.csv", "x") },
		"no date": func() (int, string, string) { return s.send("zones", "2022-02-30", "z.csv", "x") },
	} {
		status, page, _ := answer()
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, "Arrêté du 24 mars 2022") || !strings.Contains(page, `aria-invalid="true"`) {
			t.Errorf("%s: %d", what, status)
		}
	}
}

func TestOfficersReadAndAdministratorsWrite(t *testing.T) {
	s := newSite(t)
	s.actor = officer
	s.shows(base, "Données officielles")
	if _, page, _ := s.get(base); strings.Contains(page, base+"/import") {
		t.Error("an officer is offered the import")
	}
	for _, path := range []string{base + "/import", base + "/fichiers/x"} {
		if status, _, _ := s.get(path); status != http.StatusForbidden {
			t.Errorf("%s answers an officer %d", path, status)
		}
	}
	s.actor = accounts.Actor{}
	if status, _, _ := s.get(base); status != http.StatusUnauthorized {
		t.Errorf("the list answers nobody %d", status)
	}
	s.actor = administrator
	if status, _, _ := s.get(base + "/versions/unknown"); status != http.StatusNotFound {
		t.Errorf("an unknown version answers %d", status)
	}
}
