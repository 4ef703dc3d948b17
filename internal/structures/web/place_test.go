package web

import (
	"net/url"
	"strings"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/structures"
)

func TestACommuneIsReadAsPeopleWriteIt(t *testing.T) {
	for typed, want := range map[string]string{"91286": "91286", "Grigny (91286)": "91286", "évry courcouronnes": "91228", "Montigny-le-Bretonneux": "78423"} {
		wrong := fault.Fields{}
		if got := communeOf(wrong, "commune", typed, "11"); got != want || len(wrong) > 0 {
			t.Errorf("%q is %q, %v", typed, got, wrong)
		}
	}
	for typed, says := range map[string]string{"Grigny": "Grigny (91286)", "Saint-Denis": "93066", "Zzz": "n’est le nom ni le code", "99999": "n’est le nom ni le code", "Montigny": "Montigny-le-Bretonneux (78423)"} {
		wrong := fault.Fields{}
		if got := communeOf(wrong, "commune", typed, "11"); got != "" || !strings.Contains(wrong["commune"].FR, says) {
			t.Errorf("%q is %q, %q", typed, got, wrong["commune"].FR)
		}
	}
}

func TestANumberIsCheckedAtItsField(t *testing.T) {
	s := newSite(t)
	for query, says := range map[string]string{
		"finess=910002773": "bien formé", "finess=910002774": "La clé du numéro FINESS est fausse", "finess=91000277": "a 9 caractères\u202f; celui-ci en a 8",
		"rpps=99900000011": "", "rpps=10000000000": "La clé de ce numéro RPPS ne tombe pas juste", "rpps=9990000001X": "X", "siret=12": "a 14 chiffres", "scheme=SIRET&value=35600000000048": "bien formé", "rpps=": "",
	} {
		if code, body := s.get(nobody, "/structures/verifier?"+query); code != 200 || !strings.Contains(body, says) {
			t.Errorf("%s: %d %q", query, code, body)
		}
	}
	if code, body := s.get(nobody, "/structures/communes?communes=Grigny+(91286),+viry"); code != 200 || !strings.Contains(body, `value="Grigny (91286), Viry-Châtillon (91687)"`) {
		t.Errorf("the list keeps what was chosen: %d %s", code, body)
	}
}

// The territory is chosen by name; what is refused comes back as it was typed, ticks included.
func TestTheTerritoryIsChosenByName(t *testing.T) {
	s := newSite(t)
	address := "/structures/" + accounts.DemoCPTSGrigny
	code, body := s.post(officer, address+"/territoire", url.Values{"commune": {"91286"}, "communes": {"Viry-Châtillon, Saint-Denis"}})
	if code != 422 || !strings.Contains(body, "Précisez la commune") || !strings.Contains(body, `value="Viry-Châtillon, Saint-Denis"`) || !strings.Contains(body, `value="91286" checked`) || strings.Contains(body, `value="91687" checked`) {
		t.Errorf("an ambiguous name: %d", code)
	}
	if code, _ := s.post(officer, address+"/territoire", url.Values{"commune": {"91286"}, "communes": {"Viry-Châtillon, 91521 91326"}}); code != 303 {
		t.Fatalf("recording: %d %v", code, s.err)
	}
	if _, body := s.get(nobody, address); !strings.Contains(body, "4 communes") {
		t.Error("the territory is not that of four communes")
	}
}

func TestProjectsAndSitesOnThePage(t *testing.T) {
	s := newSite(t)
	address := "/structures/" + structures.DemoMSPGrigny
	if _, body := s.get(nobody, address); strings.Contains(body, "place du Damier") {
		t.Error("everybody reads the projects")
	}
	if _, body := s.get(officer, address); !strings.Contains(body, "place du Damier") || !strings.Contains(body, "Démarrer") {
		t.Error("an officer reads no project")
	}
	code, body := s.post(officer, address+"/projets", url.Values{"project_title": {"X"}, "project_kind": {"walls"}, "project_about": {"Deux étages"}})
	if code != 422 || !strings.Contains(body, "de 3 à 200 caractères") || !strings.Contains(body, "Deux étages") {
		t.Errorf("too short a name: %d", code)
	}
	code, body = s.post(officer, address+"/sites", url.Values{"site_label": {"Annexe"}, "site_commune": {"Grigny"}, "site_from": {"2026-01-01"}, "site_lat": {"loin"}})
	if code != 422 || !strings.Contains(body, "Annexe") || !strings.Contains(body, "Grigny (91286)") || !strings.Contains(body, "Écrivez des degrés") {
		t.Errorf("a site that nobody can place: %d", code)
	}
	if code, _ := s.post(officer, address+"/sites", url.Values{"site_label": {"Annexe"}, "site_commune": {"Grigny (91286)"}, "site_from": {"2026-01-01"}}); code != 303 {
		t.Errorf("a site: %d %v", code, s.err)
	}
	if _, body := s.get(nobody, address); !strings.Contains(body, "Annexe") || !strings.Contains(body, "position estimée") {
		t.Error("the site is not on the page, marked as estimated")
	}
	if _, body := s.get(nobody, "/structures.geojson?type=msp"); strings.Count(body, structures.DemoMSPGrigny) != 2 {
		t.Error("the site is not on the map")
	}
}
