package app

import (
	"html"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
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
