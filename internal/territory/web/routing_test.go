package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestAskingARoutingServer(t *testing.T) {
	s := newSite(t)
	open := false
	router := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !open {
			http.Error(w, "closed", http.StatusForbidden)
			return
		}
		fmt.Fprintf(w, `{"code":"Ok","durations":[[%s]]}`, strings.TrimSuffix(strings.Repeat("600,", strings.Count(r.URL.Path, ";")), ","))
	}))
	defer router.Close()
	s.shows(base, "Demander les temps de trajet")
	s.shows(base+"/trajets", `value="100"`, "Île-de-France")
	typed := url.Values{"server": {"router.example"}, "region": {"01"}, "km": {"quarante"}, "most": {"100"}, "pause": {"0"}, "profile": {"driving"}, "complete": {"1"}}
	status, page, _ := s.post(base+"/trajets", typed)
	for _, text := range []string{"Une adresse complète", "Un nombre entre 5 et 100.", `value="router.example"`, `value="quarante"`} {
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, text) {
			t.Errorf("%d without %q", status, text)
		}
	}
	typed.Set("server", router.URL)
	typed.Set("km", "40")
	status, _, collection := s.post(base+"/trajets", typed)
	if status != http.StatusSeeOther {
		t.Fatalf("asking answers %d", status)
	}
	s.shows(collection, "0 communes sur 32", `hx-trigger="every 2s"`, "Guadeloupe, à moins de 40 km")
	if status, page, _ := s.post(base+"/trajets", typed); status != http.StatusConflict || !strings.Contains(page, "une seule collecte à la fois") {
		t.Errorf("a second collection: %d", status)
	}
	if status, page, _ := s.post(collection+"/reprise", nil); status != http.StatusConflict || !strings.Contains(page, "n’est pas arrêtée") {
		t.Errorf("resuming what goes on: %d", status)
	}
	s.work()
	s.shows(collection, "403 Forbidden", "Reprendre la collecte")
	s.shows(base, collection, "arrêtée, à reprendre")
	open = true
	if status, _, _ := s.post(collection+"/reprise", nil); status != http.StatusSeeOther {
		t.Errorf("resuming answers %d", status)
	}
	s.work()
	_, _, upload := s.get(collection)
	s.shows(upload, "Importer cette version", "trajets-01-")
	if status, _, to := s.post(collection+"/abandon", nil); status != http.StatusSeeOther || to != base {
		t.Errorf("dropping answers %d, %s", status, to)
	}
}
