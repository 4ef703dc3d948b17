package rulebook

import (
	"errors"
	"strings"
	"testing"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// TestEmbeddedRulesKeepTheirOwnTests runs the tests written beside each rule, as the program does when it starts.
func TestEmbeddedRulesKeepTheirOwnTests(t *testing.T) {
	b, err := New(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.RunTests(); err != nil {
		t.Error(err)
	}
	tests := 0
	for _, r := range b.Rules() {
		tests += len(r.Tests)
		if r.Kind == KindAid && len(r.Tests) == 0 {
			t.Errorf("%s has no test beside it", r.ID)
		}
		if r.Verified == VerifiedNo && r.Kind == KindAid {
			for _, a := range r.Amounts {
				if a.Max != 0 || a.RateMax != 0 {
					t.Errorf("%s: an amount that nobody verified must be left empty", r.ID)
				}
			}
		}
	}
	t.Logf("%d rules, %d tests beside them", len(b.Rules()), tests)
}

func TestBadRulesAreRefusedAtTheirField(t *testing.T) {
	good := Rule{ID: "essai", Version: 1, Kind: KindAid, Title: both("Essai"), Funder: "ars", Article: "a", Source: Source{Name: "s"}, Verified: VerifiedNo, From: "2020-01-01"}
	for field, spoil := range map[string]func(*Rule){
		"id":                func(r *Rule) { r.ID = "Avec Espaces" },
		"title":             func(r *Rule) { r.Title.EN = "" },
		"from":              func(r *Rule) { r.From = "2020-02-30" },
		"to":                func(r *Rule) { r.To = "2019-01-01" },
		"zones":             func(r *Rule) { r.Zones = []string{"ZIPPY"} },
		"funder":            func(r *Rule) { r.Funder = "oncle" },
		"verified":          func(r *Rule) { r.Verified = "perhaps" },
		"conditions.0.when": func(r *Rule) { r.Conditions = []Condition{{ID: "c", Label: both("c"), When: "gps >="}} },
		"amounts.0.max":     func(r *Rule) { r.Amounts = []Amount{{Label: both("m"), Min: 2, Max: 1}} },
		"amounts.0.when":    func(r *Rule) { r.Amounts = []Amount{{Label: both("m"), When: "zone > 3"}} },
		"amounts.0.of":      func(r *Rule) { r.Amounts = []Amount{{Label: both("m"), Of: "gps", RateMax: 100}} },
	} {
		r := good
		spoil(&r)
		err := r.Check()
		var f *fault.Error
		if !errors.As(err, &f) || f.Fields[field].FR == "" || f.Fields[field].EN == "" {
			t.Errorf("%s: got %v", field, err)
		}
	}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
}

func TestExpressionsThatCallOrLoopAreRefused(t *testing.T) {
	for source, where := range map[string]string{
		"gps >= ":                   "line 1, column 7",
		"gps >= 2 and\nnobody == 3": "line 2, column 1",
		"all(plan, # != \"x\")":     "line 1, column 1",
		"gps in 1..1000000":         "line 1",
		"len(plan) > 2":             "line 1",
		"gps":                       "line 1",
		"zone == 3":                 "line 1, column 6",
		"zone matches \"(a+)+$\"":   "line 1",
		"plan[0] == \"x\"":          "line 1",
		"(gps > 1 ? true : false)":  "line 1",
		"let x = gps; x > 1":        "line 1",
		strings.Repeat("gps > 1 or ", 40) + "gps > 1": "line 1",
	} {
		_, err := compile(source)
		if err == nil || !strings.Contains(err.Error(), where) {
			t.Errorf("%q: got %v, want a refusal at %s", source, err, where)
		}
	}
}

func TestUnknownIsNotFalse(t *testing.T) {
	for source, want := range map[string]answer{
		"health_project":                          unknown,
		"not health_project":                      unknown,
		"gps >= 2 or health_project":              yes,
		"gps >= 3 or health_project":              unknown,
		"gps >= 3 and health_project":             no,
		"gps >= 2 and health_project":             unknown,
		"not (gps >= 3 and health_project)":       yes,
		"gps / 0 > 1 and health_project":          unknown,
		"gps == 2 and zone in [\"ZIP\", \"ZAC\"]": yes,
	} {
		e, err := compile(source)
		if err != nil {
			t.Fatal(source, err)
		}
		if got := e.ask(Profile{"gps": 2, "zone": "ZIP"}); got != want {
			t.Errorf("%s: got %d, want %d", source, got, want)
		}
	}
}

func TestOverlappingVersionsAreNamed(t *testing.T) {
	a := Rule{ID: "essai", Version: 1, Kind: KindAid, Title: both("Essai"), Funder: "ars", Article: "a", Source: Source{Name: "s"}, Verified: VerifiedNo, From: "2020-01-01", To: "2021-12-31"}
	b := a
	b.Version, b.From, b.To = 2, "2021-12-31", ""
	_, err := New([]Rule{a, b})
	if err == nil || !strings.Contains(err.Error(), "Versions 1 and 2") {
		t.Errorf("got %v", err)
	}
	b.From = "2022-01-01"
	book, err := New([]Rule{a, b})
	if err != nil {
		t.Fatal(err)
	}
	if r, _ := book.Rule("essai", "2021-12-31"); r.Version != 1 {
		t.Errorf("version %d on the last day of the first", r.Version)
	}
	if r, _ := book.Rule("essai", "2022-01-01"); r.Version != 2 {
		t.Errorf("version %d on the first day of the second", r.Version)
	}
}

func both(s string) i18n.Text { return i18n.Text{FR: s, EN: s} }
