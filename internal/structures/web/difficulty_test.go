package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/structures"
)

var reviewer = accounts.Actor{ID: "u", Name: "Évaluatrice URPS", Grants: []accounts.Grant{{Role: accounts.RoleReviewer, Region: "11"}}}

// upload sends a document as a form does.
func (s *site) upload(actor accounts.Actor, address, name, content string, fields map[string]string) (int, string) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for k, v := range fields {
		_ = form.WriteField(k, v)
	}
	if name != "" {
		part, _ := form.CreateFormFile("file", name)
		_, _ = part.Write([]byte(content))
	}
	_ = form.Close()
	r := httptest.NewRequest(http.MethodPost, address, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return s.do(actor, r)
}

// TestAPracticeIsSignalledAuditedAndAccompanied drives the whole path through its pages.
func TestAPracticeIsSignalledAuditedAndAccompanied(t *testing.T) {
	s := newSite(t)
	practice := "/structures/" + structures.DemoID(structures.GroupPractice, 18)
	if code, body := s.get(officer, practice); code != 200 || !strings.Contains(body, "points sur 100") || !strings.Contains(body, "Signaler ce cabinet") {
		t.Fatalf("the practice’s page does not explain its score: %d", code)
	}
	if _, body := s.get(nobody, practice); strings.Contains(body, "points sur 100") {
		t.Error("the public sees the score")
	}
	if code, body := s.post(officer, practice+"/signaler", url.Values{"signal": {"court"}}); code != 422 || !strings.Contains(body, "court") {
		t.Errorf("a signal in one word: %d", code)
	}
	code, _ := s.post(officer, practice+"/signaler", url.Values{"signal": {"Deux départs annoncés, aucun successeur."}})
	if code != http.StatusSeeOther {
		t.Fatalf("signal: %d %v", code, s.err)
	}
	_, body := s.get(officer, practice)
	address := regexp.MustCompile(`/cabinets-fragiles/[0-9a-zA-Z-]+`).FindString(body)
	move := func(by accounts.Actor, want int, fields ...string) {
		t.Helper()
		form := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		if code, _ := s.post(by, address+"/avancer", form); code != want {
			t.Fatalf("%v: %d, %v", fields, code, s.err)
		}
	}
	if code, _ := s.get(reviewer, address); code != http.StatusNotFound {
		t.Errorf("a reviewer reads a case that nobody entrusted to them: %d", code)
	}
	move(officer, 422, "move", "entrust", "auditor", "somebody")
	move(officer, 422, "move", "entrust", "auditor", "u", "due", "2020-01-01")
	move(officer, http.StatusSeeOther, "move", "entrust", "auditor", "u", "due", "2026-05-01")
	if code, body := s.get(reviewer, "/cabinets-fragiles"); code != 200 || !strings.Contains(body, address) {
		t.Errorf("the auditor does not find the case: %d", code)
	}
	if code, body := s.upload(reviewer, address+"/documents", "audit.pdf", "bonjour", map[string]string{"structure": strings.TrimPrefix(practice, "/structures/"), "document_kind": "audit", "readers": "officers"}); code != 422 || !strings.Contains(body, "type accepté") {
		t.Errorf("a text file named .pdf: %d", code)
	}
	if code, _ := s.upload(reviewer, address+"/documents", "audit.pdf", "%PDF-1.7 …", map[string]string{"structure": strings.TrimPrefix(practice, "/structures/"), "document_kind": "audit", "readers": "officers"}); code != http.StatusSeeOther {
		t.Errorf("the auditor adds the report: %d %v", code, s.err)
	}
	move(reviewer, http.StatusSeeOther, "move", "render", "audit", "Les charges fixes dépassent l’activité de deux médecins.")
	move(officer, 409, "move", "support", "support", "Le plan n’est pas écrit.")
	if code, _ := s.post(officer, address+"/plan", url.Values{"plan": {"Accueil d’internes et partage du secrétariat."}}); code != http.StatusSeeOther {
		t.Fatalf("plan: %d %v", code, s.err)
	}
	move(officer, http.StatusSeeOther, "move", "recover", "reason", "Un médecin s’est installé.")
	if _, body := s.get(officer, address); !strings.Contains(body, "Aucun soutien financier n’a été nécessaire") || !strings.Contains(body, "audit.pdf") && !strings.Contains(body, "Rapport d’audit") {
		t.Error("the case does not tell how it ended")
	}
	if code, body := s.get(officer, "/cabinets-fragiles.csv?tous=1"); code != 200 || strings.Count(body, "\r\n") != 71 {
		t.Errorf("export: %d, %d lines", code, strings.Count(body, "\r\n"))
	}
}

func TestADocumentIsGivenOnceAndReadByWhoMay(t *testing.T) {
	s := newSite(t)
	id := structures.DemoParis13
	coordinator := accounts.Actor{ID: "c", Name: "Coordinatrice", Grants: []accounts.Grant{{Role: accounts.RoleApplicant, Structure: id}}}
	address := "/structures/" + id + "/documents"
	if code, body := s.upload(coordinator, address, "", "", map[string]string{"document_kind": "bank", "readers": "structure", "label": "Compte principal"}); code != 422 || !strings.Contains(body, "Choisissez le fichier") || !strings.Contains(body, "Compte principal") {
		t.Errorf("without a file: %d", code)
	}
	for label, readers := range map[string]string{"Pour elle": "structure", "Pour l’agence": "officers", "Pour tous": "public"} {
		if code, _ := s.upload(coordinator, address, "rib.pdf", "%PDF-1.7 …", map[string]string{"document_kind": "bank", "readers": readers, "label": label}); code != http.StatusSeeOther {
			t.Fatalf("%s: %d %v", label, code, s.err)
		}
	}
	for who, c := range map[string]struct {
		actor accounts.Actor
		sees  string
	}{"the public": {nobody, "Pour tous"}, "the structure": {coordinator, "Pour elle, Pour tous"}, "an officer": {officer, "Pour elle, Pour l’agence, Pour tous"}} {
		_, body := s.get(c.actor, "/structures/"+id)
		for _, label := range []string{"Pour elle", "Pour l’agence", "Pour tous"} {
			if strings.Contains(body, label) != strings.Contains(c.sees, label) {
				t.Errorf("%s and “%s”", who, label)
			}
		}
	}
}
