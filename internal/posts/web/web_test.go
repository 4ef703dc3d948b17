package web

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/posts"
	"maillage/internal/structures/identifier"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// site is the room's pages over an empty database, with one application granted.
type site struct {
	t   *testing.T
	mux *http.ServeMux
	*Pages
	officer, applicant, partner, stranger accounts.Actor
}

func (s *site) Site(_ context.Context, code string, _ time.Time) (posts.Site, error) {
	if code != "91286" {
		return posts.Site{}, fault.NotFound("Commune inconnue.", "Unknown municipality.")
	}
	return posts.Site{Code: code, Name: "Grigny", Departement: "91", Region: "11", Zone: "ZIP", QPV: []string{"QN09101M"}}, nil
}

func (s *site) Effect(_ context.Context, _ string, sites []posts.SiteFTE) (posts.Effect, error) {
	e := posts.Effect{Changed: 12, Lifted: 345, Around: []posts.SiteEffect{{SiteFTE: posts.SiteFTE{Code: "91687", Name: "Viry-Châtillon"}, Before: 2.4, After: 2.412, Zone: "ZAC"}}}
	for _, x := range sites {
		e.Sites = append(e.Sites, posts.SiteEffect{SiteFTE: x, Before: 2, After: 2.05, Zone: "ZIP", QPV: []string{"QN09101M"}})
	}
	return e, nil
}

func (s *site) Send(context.Context, *db.Tx, string, i18n.Text, i18n.Text, string) error { return nil }

func (s *site) Application(_ context.Context, actor accounts.Actor, id string) (posts.Application, error) {
	if id != "d1" || !actor.IsSystem() && actor.ID == "stranger" {
		return posts.Application{}, fault.NotFound("Dossier inconnu.", "Unknown application.")
	}
	return posts.Application{ID: "d1", Number: "91-2026-00001", Title: "Gériatre partagé", Kind: posts.ASP, Structure: "chsf", Email: "chsf@example.org", Commune: "91286", StartsOn: "2026-11-01", Granted: true, Cents: 96_000_00,
		Shares: []posts.Share{{Name: "ARS", Funding: 60}, {Name: "CHSF", Time: 50, Funding: 20}, {Name: "Hôpital de jour", Time: 50, Funding: 20}}, Agreement: &posts.Agreement{ID: "c1", Number: "C-91", SignedOn: "2026-03-01", Granted: 96_000_00, Paid: 40_000_00}}, nil
}

func (s *site) Officers(context.Context, accounts.Scope) ([]string, error) { return nil, nil }

func (s *site) Put(_ context.Context, _ string, r io.Reader) (int64, string, error) {
	b, err := io.ReadAll(r)
	return int64(len(b)), "sum", err
}

func (s *site) Get(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader("%PDF-1.7")), nil
}

func open(t *testing.T) *site {
	t.Helper()
	person := func(id string, g accounts.Grant) accounts.Actor {
		return accounts.Actor{ID: id, Name: id, Grants: []accounts.Grant{g}}
	}
	s := &site{t: t, mux: http.NewServeMux(), officer: person("officer", accounts.Grant{Role: accounts.RoleOfficer, Region: "11"}), applicant: person("applicant", accounts.Grant{Role: accounts.RoleApplicant, Structure: "chsf"}),
		partner: person("partner", accounts.Grant{Role: accounts.RolePartner, Structure: "jour"}), stranger: person("stranger", accounts.Grant{Role: accounts.RoleApplicant, Structure: "other"})}
	s.Pages = &Pages{Region: "11", Posts: posts.New(dbtest.SQLite(t), clock.At(time.Date(2026, 3, 2, 9, 0, 0, 0, i18n.Paris)), posts.Needs{Ground: s, Access: s, Letters: s, Applications: s, People: s, Files: s})}
	for _, route := range s.Routes() {
		s.mux.HandleFunc(route.Method+" "+route.Path, func(w http.ResponseWriter, r *http.Request) {
			err := accounts.FromContext(r.Context()).RequireSomewhere(route.Permission)
			if err == nil {
				err = route.Handler(w, r)
			}
			if err != nil {
				w.WriteHeader(httpx.Status(err))
				_, _ = io.WriteString(w, err.Error())
			}
		})
	}
	return s
}

func (s *site) ask(actor accounts.Actor, r *http.Request, status int, want ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r.WithContext(accounts.WithActor(r.Context(), actor)))
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d", r.Method, r.URL, w.Code, status)
	}
	for _, text := range want {
		if !strings.Contains(w.Body.String(), i18n.French(text)) {
			s.t.Errorf("%s %s is without %q", r.Method, r.URL, text)
		}
	}
	return w
}

func (s *site) page(actor accounts.Actor, address string, want ...string) string {
	s.t.Helper()
	return s.ask(actor, httptest.NewRequest(http.MethodGet, address, nil), http.StatusOK, want...).Body.String()
}

func (s *site) send(actor accounts.Actor, address string, form url.Values, status int, want ...string) string {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.ask(actor, r, status, want...).Header().Get("Location")
}

// planned is the form of a post between two hospitals and the agency.
func planned(change url.Values) url.Values {
	form := url.Values{"kind": {"asp"}, "dossier": {"d1"}, "structure": {"chsf"}, "title": {"Gériatre partagé"}, "email": {"chsf@example.org"}, "quota": {"80"}, "cost": {"80 000"}, "starts_on": {"2026-11-01"},
		"ends_on": {"2028-10-31"}, "alert_months": {"6"}, "version": {"1"}}
	for i, row := range [][]string{{"ARS", "999001209", "", "0", "60"}, {"CHSF", "999001217", "91286", "50", "20"}, {"Hôpital de jour", "999001225", "91286", "50", "20"}} {
		for j, name := range []string{"name", "siren", "commune", "time", "funding"} {
			form.Set(numbered(name, i), row[j])
		}
	}
	form.Set("structure_2", "jour")
	for name, v := range change {
		form[name] = v
	}
	return form
}

// A post from its application to its holder, page by page; each refusal names its rule and keeps what was typed.
func TestTheLifeOfAPost(t *testing.T) {
	s := open(t)
	s.page(s.officer, "/postes/nouveau?dossier=d1", `value="Hôpital de jour"`, `value="2028-10-31"`, `value="91286"`)
	s.ask(s.stranger, httptest.NewRequest(http.MethodGet, "/postes/nouveau?dossier=d1", nil), http.StatusNotFound)
	for name, c := range map[string]struct {
		change url.Values
		want   string
	}{
		"a key that is wrong": {url.Values{"siren_1": {"999001218"}}, "dont la clé tombe juste"},
		"one partner twice":   {url.Values{"siren_2": {"999001217"}}, "juridiquement distincts."},
		"no municipality":     {url.Values{"commune_1": {"Grigny"}}, "code INSEE"},
		"a cost in words":     {url.Values{"cost": {"beaucoup"}}, "coût annuel en euros"},
		"an end too soon":     {url.Values{"ends_on": {"2026-10-31"}}, "La fin vient après le début"},
	} {
		form := planned(c.change)
		t.Run(name, func(*testing.T) {
			s.send(s.officer, "/postes/nouveau", form, http.StatusUnprocessableEntity, c.want, `value="`+form.Get("siren_1")+`"`, `value="`+form.Get("cost")+`"`, `value="jour"`, `value="d1"`)
		})
	}
	at := s.send(s.officer, "/postes/nouveau", planned(url.Values{"time_2": {"49"}}), http.StatusSeeOther)
	s.page(s.officer, at, "99 %", "Les parts ne font pas 100 %", "Alerte de succession")
	s.page(s.officer, at+"/modifier", `value="49"`, `value="80000"`)
	s.send(s.officer, at+"/modifier", planned(nil), http.StatusSeeOther)
	s.send(s.officer, at+"/etat", url.Values{"move": {"adopt"}}, http.StatusSeeOther)
	s.page(s.officer, at, "C-91", "48\u202f000", "L’APL ne compte que les généralistes")
	s.send(s.officer, at+"/titulaire", url.Values{"name": {"Docteure Essai"}, "rpps": {"123"}, "from": {"2026-11-01"}}, http.StatusUnprocessableEntity, "11 chiffres", `value="Docteure Essai"`)
	s.send(s.officer, at+"/etat", url.Values{"move": {"start"}}, http.StatusConflict, "RPPS")
	s.send(s.officer, at+"/titulaire", url.Values{"name": {"Docteure Essai"}, "rpps": {"99940000015"}, "from": {"2026-11-01"}}, http.StatusSeeOther)
	s.send(s.officer, at+"/etat", url.Values{"move": {"start"}}, http.StatusSeeOther)
	s.send(s.applicant, at+"/depart", url.Values{"departure_on": {"2027-08-31"}, "why": {"Retraite"}}, http.StatusSeeOther)
	body := s.page(s.partner, at, "Docteure Essai", "La suite de ce poste est à préparer", "31 août 2027", "Retraite")
	if strings.Contains(body, "Terminer") || strings.Contains(body, "/documents\"") {
		t.Error("a partner may act on the post")
	}
	s.page(s.officer, "/postes?alerte=1", "Suite à préparer", `<option value="91">`)
	s.page(s.officer, "/postes/recrutements?departement=91", `<option value="91" selected>`)
	s.ask(s.stranger, httptest.NewRequest(http.MethodGet, at, nil), http.StatusNotFound)
	panel, err := s.Panel(context.Background(), s.applicant, "d1")
	if err != nil || panel == nil {
		t.Fatal(panel, err)
	}
	var drawn bytes.Buffer
	if err := panel.Render(i18n.With(context.Background(), i18n.FR), &drawn); err != nil || !strings.Contains(drawn.String(), at) {
		t.Errorf("%s, %v", drawn.String(), err)
	}
	if panel, err := s.Panel(context.Background(), s.stranger, "d1"); panel != nil || err != nil {
		t.Errorf("a stranger sees the post: %v", err)
	}
}

// Papers are joined by who may, and read by the partners.
func TestDocuments(t *testing.T) {
	s := open(t)
	at := s.send(s.officer, "/postes/nouveau", planned(nil), http.StatusSeeOther)
	attach := func(actor accounts.Actor, content string, status int, want ...string) {
		t.Helper()
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		part, err := m.CreateFormFile("file", "convention.pdf")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(part, content)
		_ = m.Close()
		r := httptest.NewRequest(http.MethodPost, at+"/documents", &body)
		r.Header.Set("Content-Type", m.FormDataContentType())
		s.ask(actor, r, status, want...)
	}
	attach(s.applicant, "GIF89a", http.StatusUnprocessableEntity, "pas d’un type accepté")
	attach(s.partner, "%PDF-1.7", http.StatusForbidden)
	attach(s.applicant, "%PDF-1.7", http.StatusSeeOther)
	body := s.page(s.partner, at, "convention.pdf")
	_, rest, _ := strings.Cut(body, at+"/documents/")
	id, _, _ := strings.Cut(rest, `"`)
	s.page(s.partner, at+"/documents/"+id, "%PDF")
	s.ask(s.stranger, httptest.NewRequest(http.MethodGet, at+"/documents/"+id, nil), http.StatusNotFound)
}

// A recruitment shows how its site stands and what it changes around; a wrong number keeps what was typed.
func TestARecruitment(t *testing.T) {
	s := open(t)
	form := url.Values{"strand": {"2"}, "title": {"Généraliste"}, "practice": {"MSP de Grigny"}, "commune": {"91286"}, "quota": {"100"}, "hospital_pct": {"0"}, "qpv": {"QN99999Z"}}
	s.send(s.officer, "/postes/recrutements/nouveau", form, http.StatusUnprocessableEntity, "n’est pas dans la commune", `value="QN99999Z"`, `value="MSP de Grigny"`)
	form.Set("qpv", "")
	at := s.send(s.officer, "/postes/recrutements/nouveau", form, http.StatusSeeOther)
	s.page(s.officer, at, "à vérifier", "2,050", "Viry-Châtillon", "12 communes gagnent")
	s.send(s.officer, at+"/zone", nil, http.StatusSeeOther)
	s.send(s.officer, at+"/etat", url.Values{"move": {"to-jury"}}, http.StatusSeeOther)
	s.send(s.officer, at+"/medecin", url.Values{"name": {"Docteure Essai"}, "rpps": {"1"}}, http.StatusUnprocessableEntity, "11 chiffres", `value="Docteure Essai"`)
	s.send(s.officer, at+"/medecin", url.Values{"name": {"Docteure Essai"}, "rpps": {"99940000015"}}, http.StatusSeeOther)
	s.page(s.officer, at, "ZIP", "vérifiée le")
	s.page(s.officer, "/postes/recrutements?volet=2&zone=ZIP", "Docteure Essai")
	s.page(s.officer, "/postes/recrutements/export/recrutements.csv", "Docteure Essai")
}

// A number whose key does not match is taken, for test numbers are like that, and said beside the name.
func TestAKeyThatDoesNotMatchIsSaid(t *testing.T) {
	right := 0
	for key := range 10 { // one key in ten is right
		number := "1000123456" + strconv.Itoa(key)
		var drawn strings.Builder
		if err := rppsPart(number).Render(i18n.With(context.Background(), i18n.FR), &drawn); err != nil {
			t.Fatal(err)
		}
		warned := strings.Contains(drawn.String(), "clé à vérifier")
		if warned == identifier.Luhn(number) || !strings.Contains(drawn.String(), number) {
			t.Errorf("%s: %s", number, drawn.String())
		}
		if !warned {
			right++
		}
	}
	if right != 1 {
		t.Errorf("%d keys of ten are right", right)
	}
}

// The calculator is open to all, and says what 99 % lacks.
func TestCalculator(t *testing.T) {
	s := open(t)
	s.page(accounts.Actor{}, "/postes", "Calculer un poste")
	s.page(accounts.Actor{}, "/postes/calculateur?sorte=asp", "ARS Île-de-France", "48\u202f000")
	s.page(accounts.Actor{}, "/postes/calculateur?sorte=asp&modele=asp&quota=80&cost=80000&name_0=A&time_0=50&funding_0=60&name_1=B&time_1=49&funding_1=40", "99\u00a0%", "au lieu de 100", `value="49"`)
}
