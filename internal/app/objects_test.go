package app

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
)

// foreign is somebody of the same role as whoever an object belongs to, in another place, and an object that is not theirs.
type foreign struct {
	name   string
	prefix string // of the routes of that object
	query  string // gives its identifier in the demonstration
	actor  accounts.Actor
}

func stranger(role accounts.Role, departement, structure string) accounts.Actor {
	return accounts.Actor{ID: "stranger", Name: "Autre Personne", SecondFactor: true,
		Grants: []accounts.Grant{{Role: role, Region: "11", Departement: departement, Structure: structure}}}
}

var foreigners = []foreign{
	{"another applicant’s dossier", "/dossiers/{id}", "SELECT id FROM dossier WHERE owner_id = 'demo-applicant' ORDER BY id LIMIT 1", stranger(accounts.RoleApplicant, "77", "s-other")},
	{"a dossier of another département", "/instruction/{id}", "SELECT id FROM dossier WHERE departement = '91' AND state <> 'draft' ORDER BY id LIMIT 1", stranger(accounts.RoleOfficer, "77", "")},
	{"a dossier of another département, as its page", "/dossiers/{id}", "SELECT id FROM dossier WHERE departement = '91' AND state <> 'draft' ORDER BY id LIMIT 1", stranger(accounts.RoleOfficer, "77", "")},
	{"a reviewer without an opinion to give", "/dossiers/{id}", "SELECT id FROM dossier WHERE owner_id = 'demo-applicant' ORDER BY id LIMIT 1", stranger(accounts.RoleReviewer, "", "")},
	{"an opinion asked of another reviewer", "/avis/{id}", "SELECT id FROM opinion WHERE reviewer_id = 'demo-reviewer' ORDER BY id LIMIT 1", stranger(accounts.RoleReviewer, "91", "")},
	{"the question to a reviewer, from another département", "/instruction/{id}/avis", "SELECT dossier_id FROM opinion ORDER BY id LIMIT 1", stranger(accounts.RoleOfficer, "77", "")},
	{"an agreement of another département", "/conventions/{id}", "SELECT id FROM convention WHERE departement = '91' ORDER BY id LIMIT 1", stranger(accounts.RoleOfficer, "77", "")},
	{"another doctor’s request", "/telexpertise/demandes/{id}", "SELECT id FROM telex_case WHERE state <> 'draft' ORDER BY id LIMIT 1", stranger(accounts.RoleGP, "93", "")},
	{"another doctor’s request, from a phone", "/telexpertise/api/demandes/{id}", "SELECT id FROM telex_case ORDER BY id LIMIT 1", stranger(accounts.RoleGP, "93", "")},
	{"a request of another pool, as a dermatologist", "/telexpertise/demandes/{id}", "SELECT id FROM telex_case WHERE state <> 'draft' ORDER BY id LIMIT 1", stranger(accounts.RoleDermatologist, "75", "")},
	{"a request of another pool, as a secretary", "/telexpertise/demandes/{id}", "SELECT id FROM telex_case WHERE state <> 'draft' ORDER BY id LIMIT 1", stranger(accounts.RoleSecretary, "75", "")},
	{"a request, as an officer", "/telexpertise/demandes/{id}", "SELECT id FROM telex_case WHERE state <> 'draft' ORDER BY id LIMIT 1", stranger(accounts.RoleOfficer, "93", "")},
	{"a request, as an administrator", "/telexpertise/demandes/{id}", "SELECT id FROM telex_case WHERE state <> 'draft' ORDER BY id LIMIT 1", stranger(accounts.RoleAdmin, "", "")},
	{"an exceptional access of another pool, as its lead", "/telexpertise/acces/{id}", "SELECT id FROM telex_opening ORDER BY id LIMIT 1", stranger(accounts.RoleDermatologist, "75", "")},
	{"an exceptional access, as an administrator", "/telexpertise/acces/{id}", "SELECT id FROM telex_opening ORDER BY id LIMIT 1", stranger(accounts.RoleAdmin, "", "")},
	{"another pool, as its lead", "/telexpertise/pools/{id}", "SELECT id FROM telex_pool ORDER BY id LIMIT 1", stranger(accounts.RoleDermatologist, "75", "")},
	{"a shared post of another structure", "/postes/partages/{id}/", "SELECT id FROM shared_post WHERE departement = '91' ORDER BY id LIMIT 1", stranger(accounts.RoleApplicant, "77", "s-other")},
	{"a shared post of another département", "/postes/partages/{id}/", "SELECT id FROM shared_post WHERE departement = '91' ORDER BY id LIMIT 1", stranger(accounts.RoleOfficer, "77", "")},
	{"a recruited post of another département", "/postes/recrutements/{id}/", "SELECT id FROM gp_post WHERE departement = '91' ORDER BY id LIMIT 1", stranger(accounts.RoleOfficer, "77", "")},
}

// ask sends what a page or a phone could send, empty.
func (f foreign) ask(a *App, route httpx.Route, id string) int {
	path := otherWildcards.ReplaceAllString(strings.Replace(route.Path, "{id}", id, 1), "1")
	body, kind := "", "application/x-www-form-urlencoded"
	if strings.Contains(path, "/api/") {
		body, kind = "{}", "application/json"
	}
	r := httptest.NewRequest(route.Method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	a.router.ServeHTTP(w, r.WithContext(accounts.WithActor(r.Context(), f.actor)))
	return w.Code
}

var otherWildcards = regexp.MustCompile(`\{[^}]*\}`)

// Two people of one role: what belongs to the first, the second can neither read nor change, over every route of the object, nor
// learn that it exists.
func TestSecondUserOfARoleOpensNothing(t *testing.T) {
	a := demonstration(t)
	tried, leaks := 0, 0
	for _, f := range foreigners {
		var id string
		if err := a.DB.Get(&id, f.query); err != nil {
			t.Errorf("%s: the demonstration has no such object: %v", f.name, err)
			continue
		}
		before := 0
		for _, route := range a.router.Routes() {
			if !strings.HasPrefix(route.Path+"/", f.prefix+"/") && !strings.HasPrefix(route.Path, f.prefix) || !f.actor.CanSomewhere(route.Permission) {
				continue
			}
			before++
			tried++
			code := f.ask(a, route, id)
			told := code != http.StatusForbidden && code != http.StatusNotFound
			if told && code >= 400 && code < 500 { // nothing is told when an object that never was is answered the same
				told = f.ask(a, route, "00000000000000000000000000") != code
			}
			if told {
				leaks++
				t.Errorf("%s: %s %s answers %d", f.name, route.Method, route.Path, code)
			}
		}
		if before == 0 && f.actor.Grants[0].Role != accounts.RoleOfficer && f.actor.Grants[0].Role != accounts.RoleAdmin {
			t.Errorf("%s: no route was tried", f.name)
		}
	}
	t.Logf("%d objects of others, %d requests, %d leaks", len(foreigners), tried, leaks)
}

// A kept sandbox is read by whoever holds its link; its owner alone saves over it or deletes it, whoever else asks, signed in or not.
func TestAnotherScenarioCannotBeChanged(t *testing.T) {
	a := demonstration(t)
	server := httptest.NewServer(a.handler)
	defer server.Close()
	owner := browser(t, server, "demo-applicant")
	send := func(b *http.Client, path string, form url.Values) (int, string) {
		t.Helper()
		resp, err := b.PostForm(server.URL+path, form)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		return resp.StatusCode, resp.Header.Get("Location")
	}
	form := url.Values{"nom": {"Deux médecins à Grigny"}, "ajout": {"91286:2"}}
	code, page := send(owner, "/simulateur/enregistrer", form)
	if code != http.StatusSeeOther {
		t.Fatalf("the owner cannot save: %d", code)
	}
	id := strings.TrimPrefix(page, "/simulateur/")
	over := url.Values{"nom": {"À moi"}, "ajout": {"91286:2"}, "scenario": {id}, "version": {"1"}}
	for who, refusals := range map[string][]int{"": {http.StatusUnauthorized}, "demo-officer-91": {http.StatusForbidden, http.StatusNotFound},
		"demo-partner": {http.StatusForbidden, http.StatusNotFound}, "demo-admin": {http.StatusForbidden, http.StatusNotFound}} {
		b := browser(t, server, who)
		if code, _ := send(b, "/simulateur/enregistrer", over); !slices.Contains(refusals, code) {
			t.Errorf("%q saves over it: %d", who, code)
		}
		if code, _ := send(b, page+"/supprimer", nil); !slices.Contains(refusals, code) {
			t.Errorf("%q deletes it: %d", who, code)
		}
	}
	var name string
	if err := a.DB.Get(&name, "SELECT name FROM atlas_scenario WHERE id = $1", id); err != nil || name != form.Get("nom") {
		t.Errorf("it is now %q: %v", name, err)
	}
	over.Set("nom", "Trois médecins")
	if code, _ := send(owner, "/simulateur/enregistrer", over); code != http.StatusSeeOther {
		t.Errorf("the owner cannot save over it: %d", code)
	}
	if code, _ := send(owner, page+"/supprimer", nil); code != http.StatusSeeOther {
		t.Errorf("the owner cannot delete it: %d", code)
	}
}
