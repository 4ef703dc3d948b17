package app

import (
	"context"
	"html"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"maillage/internal/desk"
	"maillage/internal/platform/i18n"
)

// Each account of the demonstration lands on what it comes for; nobody lands on the region.
func TestEachRoleHasItsFrontDoor(t *testing.T) {
	a := demonstration(t)
	server := httptest.NewServer(a.Handler())
	defer server.Close()
	for account, want := range map[string]struct {
		to    string
		words []string
	}{
		"":                    {"", []string{"L’accès aux soins en", "Votre commune ou votre code postal"}},
		"demo-officer-region": {"", []string{"Bonjour Hélène", "Échéances", "À prendre en charge", "Comité de sélection", "Alertes du territoire", `href="/carte"`}},
		"demo-officer-91":     {"", []string{"Bonjour Karim", "Mes dossiers", "Essonne", `href="/carte?departement=91"`}},
		"demo-officer-payer":  {"", []string{"Bonjour Lucie", "Échéances"}},
		"demo-applicant":      {"", []string{"Bonjour Sophie", "Que puis-je obtenir ici", `name="lieu"`, "Mes dossiers", "Appels ouverts"}},
		"demo-reviewer":       {"", []string{"Bonjour Antoine", "Avis à donner", "Donner le premier avis"}},
		"demo-partner":        {"", []string{"Bonjour Fatou", "Centre hospitalier Sud-Francilien", "Information des professionnels", "Déclarer une séance"}},
		"demo-admin":          {"", []string{"Bonjour Marc", "Santé du système", "Journal d’audit", "Sauvegardes", "/administration/sante", "/administration/comptes"}},
		"demo-gp":             {"/telexpertise", nil},
		"demo-dermatologist":  {"/telexpertise", nil},
		"demo-secretary":      {"/telexpertise", nil},
	} {
		resp, err := browser(t, server, account).Get(server.URL + "/")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.Header.Get("Location") != want.to {
			t.Errorf("%s is led to %q", account, resp.Header.Get("Location"))
		}
		said := html.UnescapeString(string(body))
		for _, words := range want.words {
			if !strings.Contains(said, words) {
				t.Errorf("%s: the front door does not say %q", account, words)
			}
		}
	}
}

// An officer finds each file once, and the sentence above counts those that are not shown too.
func TestTheDeskOfAnOfficerListsEachFileOnceAndCountsThemAll(t *testing.T) {
	a := demonstration(t)
	ctx := context.Background()
	who, err := a.accounts.OnBehalf(ctx, "demo-officer-91")
	if err != nil {
		t.Fatal(err)
	}
	d, err := desk.Gather(ctx, who, a.cfg.Clock.Now(), a.deskFiles)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, s := range d.Sections {
		for _, item := range s.Items {
			if seen[item.Href] {
				t.Errorf("%s stands twice on the desk", item.Title)
			}
			seen[item.Href] = true
		}
	}
	var soon int
	if err := a.DB.GetContext(ctx, &soon, `SELECT COUNT(*) FROM dossier WHERE state <> 'draft' AND departement = '91' AND due_at >= $1 AND due_at < $2`, a.cfg.Clock.Now(), desk.Soon(a.cfg.Clock.Now())); err != nil {
		t.Fatal(err)
	}
	if d.Soon != soon {
		t.Errorf("the desk counts %d deadlines of %d", d.Soon, soon)
	}
}

// What a dossier asks of its author stands on the desk, with its day: the desk never says that nothing is asked meanwhile.
func TestTheDeskOfAnApplicantSaysWhatIsAsked(t *testing.T) {
	a := demonstration(t)
	ctx := context.Background()
	who, err := a.accounts.OnBehalf(ctx, "demo-applicant")
	if err != nil {
		t.Fatal(err)
	}
	part, err := a.deskMine(ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	first := part.Sections[1].Items[0]
	if !strings.Contains(first.Detail, i18n.French("à vous : déposez « Compte rendu final »")) || first.Due.IsZero() || strings.Contains(part.Lead.FR, "Rien") {
		t.Errorf("%q, due %v; %q", first.Detail, first.Due, part.Lead.FR)
	}
}
