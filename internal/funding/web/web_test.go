package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"maillage/internal/accounts"
	"maillage/internal/funding"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// site is the room's pages over an empty database, with one grant.
type site struct {
	*Pages
	t   *testing.T
	mux *http.ServeMux

	instructor, payer, author, stranger accounts.Actor
}

func (s *site) Granted(context.Context, db.Queryer, string) (funding.Grant, error) {
	return funding.Grant{DossierID: "d1", CallID: "call", Number: "91-2026-00001", Title: "MSP de Grigny", Programme: "msp-start-up", Departement: "91", Region: "11", Instructor: "instructor", Decider: "decider", Cents: 30_000_00}, nil
}

func (s *site) Advance(context.Context, *db.Tx, accounts.Actor, string, string, string) error {
	return nil
}

func (s *site) Author(_ context.Context, actor accounts.Actor, _, _ string) (bool, error) {
	return actor.ID == "author", nil
}

func (s *site) Together(context.Context, string, []string, string) (i18n.Text, bool, error) {
	return i18n.Text{}, true, nil
}

func (s *site) Excluded(context.Context, string, string) ([]string, error) { return nil, nil }

func (s *site) Release(context.Context, *db.Tx, accounts.Actor, string, int64) error { return nil }

func (s *site) Send(context.Context, *db.Tx, string, i18n.Text, i18n.Text, string) error { return nil }

func (s *site) Put(_ context.Context, _ string, r io.Reader) (int64, string, error) {
	b, err := io.ReadAll(r)
	sum := sha256.Sum256(b)
	return int64(len(b)), hex.EncodeToString(sum[:]), err
}

func (s *site) Get(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader("%PDF-1.7 signed")), nil
}

func open(t *testing.T) *site {
	t.Helper()
	officer := func(id string) accounts.Actor {
		return accounts.Actor{ID: id, Name: id, Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
	}
	s := &site{t: t, mux: http.NewServeMux(), instructor: officer("instructor"), payer: officer("payer"),
		author: accounts.Actor{ID: "author", Grants: []accounts.Grant{{Role: accounts.RoleApplicant}}}, stranger: accounts.Actor{ID: "stranger", Grants: []accounts.Grant{{Role: accounts.RoleApplicant}}}}
	service := funding.New(dbtest.SQLite(t), clock.At(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)), funding.Needs{Grants: s, Rules: s, Files: s, Letters: s})
	s.Pages = &Pages{Funding: service, Region: "11", Grant: func(ctx context.Context, id string) (funding.Grant, error) { return s.Granted(ctx, nil, id) },
		Budgets: func(context.Context, accounts.Actor) ([]funding.Budget, error) {
			return []funding.Budget{{CallID: "call", Title: "MSP — 2026", Programme: "msp-start-up", Cents: 100_000_00, Decisions: []funding.Decision{{On: "2026-03-20", DossierID: "d1", Number: "91-2026-00001", Title: "MSP de Grigny", Cents: 30_000_00}}}}, nil
		},
		Programmes: []Programme{{"msp-start-up", i18n.Text{FR: "Démarrage", EN: "Start-up"}}}}
	for _, route := range s.Routes() {
		s.mux.HandleFunc(route.Method+" "+route.Path, func(w http.ResponseWriter, r *http.Request) {
			if err := accounts.FromContext(r.Context()).RequireSomewhere(route.Permission); err != nil {
				w.WriteHeader(httpx.Status(err))
				return
			}
			if err := route.Handler(w, r); err != nil {
				w.WriteHeader(httpx.Status(err))
				_, _ = io.WriteString(w, err.Error())
			}
		})
	}
	return s
}

// answer runs a request of an actor.
func (s *site) answer(actor accounts.Actor, r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r.WithContext(accounts.WithActor(r.Context(), actor)))
	return w
}

// page reads a page and wants texts on it.
func (s *site) page(actor accounts.Actor, address string, want ...string) string {
	s.t.Helper()
	w := s.answer(actor, httptest.NewRequest(http.MethodGet, address, nil))
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", address, w.Code, w.Body)
	}
	s.holds(address, w.Body.String(), want...)
	return w.Body.String()
}

func (s *site) holds(what, body string, want ...string) {
	s.t.Helper()
	for _, text := range want {
		if !strings.Contains(body, i18n.French(text)) {
			s.t.Errorf("%s is without %q", what, text)
		}
	}
}

// send posts a form, with a file when one is given, and wants a status and texts.
func (s *site) send(actor accounts.Actor, address string, form url.Values, file string, status int, want ...string) string {
	s.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, values := range form {
		for _, v := range values {
			_ = m.WriteField(name, v)
		}
	}
	if file != "" {
		part, err := m.CreateFormFile("file", "piece.pdf")
		if err != nil {
			s.t.Fatal(err)
		}
		_, _ = io.WriteString(part, file)
	}
	_ = m.Close()
	r := httptest.NewRequest(http.MethodPost, address, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	if file == "" {
		r = httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := s.answer(actor, r)
	if w.Code != status {
		s.t.Fatalf("%s: %d, want %d", address, w.Code, status)
	}
	s.holds(address, w.Body.String(), want...)
	return w.Header().Get("Location")
}

func plan(change url.Values) url.Values {
	form := url.Values{"dossier": {"d1"}, "payee": {"SISA de Grigny"}, "iban": {"FR76 3000 6000 0112 3456 7890 189"}, "starts_on": {"2026-04-01"}, "ends_on": {"2028-04-01"},
		"label_0": {"Démarrage"}, "cents_0": {"18 000"}, "expected_0": {"2026-05-01"}, "proof_0": {"Facture"}, "label_1": {"Solde"}, "cents_1": {"12 000"}, "expected_1": {"2027-05-01"}, "final_1": {"1"},
		"report_0": {"Compte rendu"}, "due_0": {"2027-04-01"}}
	for name, v := range change {
		form[name] = v
	}
	return form
}

// What is typed comes back with its refusal, which names the rule.
func TestARefusedAgreementKeepsWhatWasTyped(t *testing.T) {
	s := open(t)
	s.page(s.instructor, "/conventions/nouvelle?dossier=d1", "30\u202f000", "Pièce attendue avant")
	for name, c := range map[string]struct {
		change url.Values
		want   string
	}{
		"IBAN":            {url.Values{"iban": {"FR76 3000 6000 0112 3456 7890 188"}}, "chiffres de contrôle"},
		"length of IBAN":  {url.Values{"iban": {"FR76 3000"}}, "un IBAN « FR » en a 27"},
		"over the grant":  {url.Values{"cents_0": {"18 000,01"}}, "plus que ce qui est accordé"},
		"no report":       {url.Values{"report_0": {""}}, "Un solde attend un compte rendu"},
		"unreadable":      {url.Values{"cents_1": {"douze mille"}}, "montant positif"},
		"balance first":   {url.Values{"final_0": {"1"}}, "dernière tranche"},
		"ends before":     {url.Values{"ends_on": {"2026-03-01"}}, "La fin vient après le début"},
		"nobody to pay":   {url.Values{"payee": {" "}}, "Nommez le bénéficiaire"},
		"no day expected": {url.Values{"expected_0": {""}}, "Donnez une date"},
	} {
		form := plan(c.change)
		typed := []string{c.want}
		for _, field := range []string{"iban", "label_0", "cents_1", "proof_0"} {
			typed = append(typed, `value="`+form.Get(field)+`"`)
		}
		s.t.Run(name, func(*testing.T) {
			s.send(s.instructor, "/conventions", form, "", http.StatusUnprocessableEntity, typed...)
		})
	}
}

// An agreement from its drawing to its last payment, page by page.
func TestTheWayOfTheMoney(t *testing.T) {
	s := open(t)
	at := s.send(s.instructor, "/conventions", plan(nil), "", http.StatusSeeOther)
	s.page(s.instructor, at, "attend les deux signatures", "FR76 •••• •••• 0189", "Enregistrer la signature")
	if body := s.page(s.instructor, at); strings.Contains(body, "FR7630006000011234567890189") {
		t.Error("the page shows the whole account number")
	}
	s.send(s.instructor, at+"/signer", url.Values{"agency": {"Ambre Roy"}, "structure": {"Ambre Roy"}, "signed_on": {"2026-04-01"}}, "%PDF-1.7", http.StatusConflict, "deux signataires distincts", `value="Ambre Roy"`)
	s.send(s.instructor, at+"/signer", url.Values{"agency": {"Ambre Roy"}, "structure": {"Bao Li"}, "signed_on": {"2026-04-01"}}, "GIF89a", http.StatusUnprocessableEntity, "pas d’un type accepté", `value="Bao Li"`)
	s.send(s.instructor, at+"/signer", url.Values{"agency": {"Ambre Roy"}, "structure": {"Bao Li"}, "signed_on": {"2026-04-01"}}, "%PDF-1.7", http.StatusSeeOther)
	s.page(s.instructor, at, "signée le", "Ambre Roy", "SHA-256", "Engager")
	s.send(s.instructor, at+"/engager", nil, "", http.StatusSeeOther)
	s.page(s.payer, at, "attend : Facture")
	s.send(s.payer, at+"/tranches/1", nil, "", http.StatusConflict, "attend une pièce acceptée")

	track, _, err := s.Funding.Track(context.Background(), s.author, "", "d1")
	if err != nil {
		t.Fatal(err)
	}
	proof := track.Awaited(track.Tranches[0])[0].ID
	form := "/dossiers/d1/comptes-rendus/" + track.Convention.ID + "/" + proof
	s.send(s.author, form, url.Values{"text": {"Voir la pièce."}}, "GIF89a", http.StatusUnprocessableEntity, "Voir la pièce.")
	s.send(s.author, form, url.Values{"text": {strings.Repeat("é", 30_000)}}, "", http.StatusUnprocessableEntity, "50 000 caractères", "ééé")
	s.send(s.author, form, url.Values{"text": {"Facture acquittée."}}, "%PDF-1.7", http.StatusSeeOther)
	s.send(s.instructor, at+"/comptes-rendus/"+proof, url.Values{"accept": {"0"}}, "", http.StatusUnprocessableEntity, "Dites ce qui manque")
	s.send(s.instructor, at+"/comptes-rendus/"+proof, url.Values{"accept": {"1"}}, "", http.StatusSeeOther)
	s.page(s.instructor, at, "Un collègue ordonne ce paiement")
	s.send(s.payer, at+"/tranches/1", nil, "", http.StatusSeeOther)
	s.send(s.payer, "/paiements/bordereau", nil, "", http.StatusSeeOther)
	s.page(s.payer, "/paiements", "Bordereau B-2026-04-01-01", "FR76 •••• •••• 0189", "18\u202f000")
	csv := s.page(s.payer, "/paiements/export/ordres.csv?bordereau=B-2026-04-01-01", "FR7630006000011234567890189")
	s.send(s.payer, "/paiements/retour", nil, strings.Replace(csv, "FR76", "FR77", 1), http.StatusUnprocessableEntity, "Ligne 2, colonne « paye_le »")
	book := s.answer(s.payer, httptest.NewRequest(http.MethodGet, "/paiements/export/ordres.xlsx?bordereau=B-2026-04-01-01", nil))
	sheet, err := excelize.OpenReader(book.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := sheet.SetCellValue(sheet.GetSheetName(0), "I2", "2026-04-01"); err != nil {
		t.Fatal(err)
	}
	var back bytes.Buffer
	if err := sheet.Write(&back); err != nil {
		t.Fatal(err)
	}
	s.send(s.payer, "/paiements/retour", nil, back.String(), http.StatusSeeOther)
	s.page(s.payer, "/paiements?payes=1&connus=0", "1 paiement enregistré")
	s.page(s.instructor, "/conventions?etat=paying", "MSP de Grigny", `<option value="91">`)
	s.page(s.instructor, "/enveloppes?au=2026-04-01", "70\u202f000", "18\u202f000")
	s.page(s.instructor, "/enveloppes/call?au=2026-03-21", "Accordé", "70\u202f000")
	s.page(s.instructor, "/conventions/codes", "Démarrage")

	for _, address := range []string{at + "/signee", at + "/comptes-rendus/" + proof + "/piece"} {
		if body := s.page(s.author, address); !strings.HasPrefix(body, "%PDF") {
			t.Errorf("%s is no PDF", address)
		}
		if w := s.answer(s.stranger, httptest.NewRequest(http.MethodGet, address, nil)); w.Code != http.StatusNotFound {
			t.Errorf("a stranger reads %s: %d", address, w.Code)
		}
	}
	if err := s.Funding.Claim(context.Background(), s.instructor, strings.TrimPrefix(at, "/conventions/"), funding.ClaimCommand{Cents: 1_000_00, Reason: "Trop versé", DueOn: "2026-07-01"}); err != nil {
		t.Fatal(err)
	}
	order := at + "/reversement/1/pdf"
	for _, reader := range []accounts.Actor{s.instructor, s.author} {
		if body := s.page(reader, order); !strings.HasPrefix(body, "%PDF") {
			t.Error("the order of repayment is no PDF")
		}
	}
	for address, actor := range map[string]accounts.Actor{order: s.stranger, at + "/reversement/2/pdf": s.author} {
		if w := s.answer(actor, httptest.NewRequest(http.MethodGet, address, nil)); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
	component, err := s.Tracker(context.Background(), s.author, "", "d1")
	if err != nil {
		t.Fatal(err)
	}
	var drawn bytes.Buffer
	if err := component.Render(i18n.With(context.Background(), i18n.FR), &drawn); err != nil {
		t.Fatal(err)
	}
	s.holds("the tracker", drawn.String(), "Suivi des paiements", "payée le 1er avril 2026", "il manque", "Déposer le compte rendu", "À vous : reversez 1\u202f000")
	if c, err := s.Tracker(context.Background(), s.stranger, "", "d1"); c != nil || err != nil && !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a stranger sees the tracker: %v", err)
	}
}

// A broken day or a wrong code are refused at their field.
func TestRefusalsOfSmallForms(t *testing.T) {
	s := open(t)
	w := s.answer(s.instructor, httptest.NewRequest(http.MethodGet, "/enveloppes?au=hier", nil))
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Donnez une date") {
		t.Errorf("a day that is none: %d", w.Code)
	}
	s.send(s.instructor, "/conventions/codes", url.Values{"programme": {"msp-start-up"}, "code": {"a;b"}}, "", http.StatusUnprocessableEntity, `value="a;b"`)
	s.send(s.instructor, "/conventions/codes", url.Values{"programme": {"msp-start-up"}, "code": {"MI 2-3"}}, "", http.StatusSeeOther)
	s.page(s.instructor, "/conventions/codes", `value="MI 2-3"`)
	s.send(s.payer, "/paiements/retour", nil, "", http.StatusUnprocessableEntity, "Choisissez le fichier")
	s.send(s.payer, "/paiements/bordereau", nil, "", http.StatusConflict, "Aucun ordre")
	if w := s.answer(s.instructor, httptest.NewRequest(http.MethodGet, "/enveloppes/autre", nil)); w.Code != http.StatusNotFound {
		t.Errorf("an unknown envelope: %d", w.Code)
	}
}
