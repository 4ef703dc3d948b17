package app

import (
	"context"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures"
	"maillage/internal/territory"
)

// The front page leads on: aids, open calls with the nearest closing, initiatives and structures, and each key figure to what it counts.
func TestFrontPageLeadsOn(t *testing.T) {
	a := demonstration(t)
	_, body := page(t, a, "/")
	all, err := a.calls.Calls(context.Background(), accounts.Actor{})
	if err != nil {
		t.Fatal(err)
	}
	nearest := time.Time{}
	for _, c := range all {
		if c.Open(a.cfg.Clock.Now()) && (nearest.IsZero() || c.ClosesAt.Before(nearest)) {
			nearest = c.ClosesAt
		}
	}
	for _, text := range []string{`href="/aides"`, `href="/appels"`, `href="/initiatives"`, `href="/structures"`, i18n.Date(context.Background(), nearest), "initiatives publiées", "maisons de santé"} {
		if !strings.Contains(body, text) {
			t.Errorf("the front page lacks %q", text)
		}
	}
	if figures, links := strings.Count(body, `<dd class="figures">`), strings.Count(body, `<div class="led"><dt><a href=`); figures == 0 || figures != links {
		t.Errorf("%d key figures, %d of them lead on", figures, links)
	}
	if _, body := page(t, a, "/?region=94"); strings.Contains(body, `class="card card-link teaser" href="/appels"`) {
		t.Error("Corsica is told of the calls of another region")
	}
}

// A commune's page says first whether care is missing there, what its zone means and opens, and how these are known.
func TestCommuneSaysItsVerdict(t *testing.T) {
	a := demonstration(t)
	r := region(t, a)
	for _, n := range []int{r.List(territory.UpTo65, atlas.Filter{})[0], r.List(territory.UpTo65, atlas.Filter{Sort: "-apl"})[0]} {
		place, st := r.Places[n], r.Standing(n, territory.UpTo65)
		want := map[int]string{-1: "inférieure à la moyenne de la région", 1: "supérieure à la moyenne de la région"}[st.Compared()]
		_, body := page(t, a, "/communes/"+place.Code)
		for _, text := range []string{want, i18n.Int(context.Background(), st.Rank), "calculé", "démonstration (inventée)", "/aides?lieu=" + place.Code, "/communes.csv?q=" + place.Code, "data-share", "arrêté du 13 novembre 2017"} {
			if !strings.Contains(body, text) {
				t.Errorf("%s: no %q", place.Name, text)
			}
		}
	}
	if _, body := page(t, a, "/communes.csv?q=91286"); strings.Count(strings.TrimSpace(body), "\n") != 1 {
		t.Error("the file of Grigny holds more than Grigny")
	}
}

// What the demonstration lacks is said where it is missed: a choice that cannot be made says why, the empty section of incomes is for
// whoever can fill it, and the zone of a structure is the map's, with its mark.
func TestWhatIsMissingIsSaid(t *testing.T) {
	a := demonstration(t)
	absent := regexp.MustCompile(`(<option value="QPV" disabled>[^<]*|value="qpv" disabled[^>]*>\s*<span>[^<]*)liste non importée`)
	for _, path := range []string{"/carte", "/communes"} {
		if _, body := page(t, a, path); !absent.MatchString(body) {
			t.Errorf("%s offers priority neighbourhoods that nobody imported", path)
		}
	}
	if _, body := page(t, a, "/carte?reperes=qpv"); !regexp.MustCompile(`legend-points[^>]*>.*liste non importée`).MatchString(body) {
		t.Error("a map of priority neighbourhoods does not say why it has none")
	}
	if _, body := page(t, a, "/indicateurs"); strings.Contains(body, "Équité selon le revenu") || !strings.Contains(body, "ne sont pas chargés dans cette installation") {
		t.Error("the public is shown an empty section, or not told of it")
	}
	r := region(t, a)
	found, _, err := a.structures.List(context.Background(), accounts.Actor{}, structures.Filter{Region: "11", Kinds: []structures.Kind{structures.MSP}, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	n, _ := r.Find(found[0].Commune)
	want := strings.Replace(r.ZoneOf(n).Class, atlas.Outside, "Hors zonage", 1) + " (calculé)"
	if _, body := page(t, a, "/structures?type=msp"); !strings.Contains(body, want) || strings.Contains(body, "<td>—</td>") {
		t.Errorf("the list of structures lacks %q", want)
	}
}

// A structure's page says where it is, how well its commune is served, with the zone's mark, and leads to the commune.
func TestStructurePageSaysWhere(t *testing.T) {
	a := demonstration(t)
	r := region(t, a)
	n, _ := r.Find("91286")
	_, body := page(t, a, "/structures/demo-msp-grigny")
	for _, text := range []string{"locator-title", `class="mark here"`, `href="/communes/91286"`, i18n.Dec(context.Background(), r.Standing(n, territory.UpTo65).Mean, 2), ">" + r.ZoneOf(n).Class + "<", "(calculé)", "démonstration (inventée)", "Adresse"} {
		if !strings.Contains(body, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
}

// Initiatives and consultations lead to one another and on: no page that a card names is missing, nor closed to the public.
func TestInitiativesLeadOn(t *testing.T) {
	a := demonstration(t)
	all, err := a.initiatives.List(context.Background(), accounts.Actor{}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		_, body := page(t, a, "/initiatives/"+x.Slug)
		for _, to := range append(x.Content.V.See, x.Content.V.Funding...) {
			if status, _ := page(t, a, to.Href); status != http.StatusOK || !strings.Contains(body, `href="`+html.EscapeString(to.Href)+`"`) {
				t.Errorf("%s leads to %s: %d", x.Slug, to.Href, status)
			}
		}
		if x.Content.V.Contact.Empty() || !strings.Contains(body, html.EscapeString(x.Content.V.Contact.FR)) || !strings.Contains(body, "data-share") {
			t.Errorf("%s does not say whom to ask, or cannot be shared", x.Slug)
		}
	}
	for _, path := range []string{"/consultations", "/consultations/demo-grigny"} {
		if _, body := page(t, a, path); !strings.Contains(body, `href="/initiatives/consultation-avancee-grigny"`) {
			t.Errorf("%s does not lead to its initiative", path)
		}
	}
	if _, body := page(t, a, "/initiatives/consultation-avancee-grigny"); strings.Contains(body, `<td class="num">1 an</td>`) || !strings.Contains(body, "ont adopté cette consultation") {
		t.Error("a fact is shown as a figure")
	}
}
