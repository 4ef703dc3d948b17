package rulebook

import (
	"testing"

	"pgregory.net/rapid"
)

func TestStack(t *testing.T) {
	book, err := New(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	cost := Cents(300_000_00)
	profile := Profile{"who": "msp", "plan": []string{"walls"}, "region": "11", "cost": int(cost), "gps": 4, "works": "creation", "zone": "ZIP"}
	for name, c := range map[string]struct {
		shares []Share
		want   []string
	}{
		"holds":          {[]Share{{"protocole-murs", "ars-urps", 135_000_00}, {"region-travaux", "region", 90_000_00}}, nil},
		"over the cost":  {[]Share{{"protocole-murs", "ars-urps", 135_000_00}, {"region-travaux", "region", 90_000_00}, {"", "other", 75_000_01}}, []string{"invariant-4"}},
		"over a rate":    {[]Share{{"region-travaux", "region", 90_000_01}}, []string{"cap"}},
		"exclusive":      {[]Share{{"protocole-murs", "ars-urps", 1}, {"msp-immobilier", "ars", 1}}, []string{"invariant-10"}},
		"twice the same": {[]Share{{"msp-faisabilite", "ars", 1}, {"msp-faisabilite", "ars", 1}}, []string{"once"}},
	} {
		clashes := book.Stack(Plan{Cost: cost, Shares: c.shares, Profile: profile}, "2026-03-01")
		var got []string
		for _, clash := range clashes {
			got = append(got, clash.Rule)
			if clash.Message.FR == "" || clash.Message.EN == "" {
				t.Errorf("%s: %s says nothing", name, clash.Rule)
			}
		}
		if len(got) != len(c.want) || len(got) > 0 && got[0] != c.want[0] {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	if other, ok := book.Together("cotram", []string{"asp", "caim"}, "2025-01-01"); ok || other.ID != "caim" {
		t.Errorf("COTRAM beside CAIM: %v %v", other.ID, ok)
	}
}

// TestMoreFactsOnlyNarrow states what unknown means: learning a fact never turns a settled answer over, and never widens the range.
func TestMoreFactsOnlyNarrow(t *testing.T) {
	book, err := New(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		less, more := Profile{}, Profile{}
		for _, f := range Facts {
			switch rapid.IntRange(0, 2).Draw(t, "known "+f.ID) {
			case 1:
				more[f.ID] = draw(t, f)
			case 2:
				more[f.ID] = draw(t, f)
				less[f.ID] = more[f.ID]
			}
		}
		on := rapid.SampledFrom([]Day{"2018-01-01", "2020-01-01", "2026-06-01"}).Draw(t, "on")
		for _, a := range book.Evaluate(less, nil, on) {
			b, _ := book.EvaluateOne(a.Rule.ID, more, nil, on)
			if a.Verdict != ToCheck && b.Verdict != a.Verdict {
				t.Fatalf("%s: %s became %s", a.Rule.ID, a.Verdict, b.Verdict)
			}
			la, ha := a.Sum()
			lb, hb := b.Sum()
			if lb < la || hb > ha && !open(a) || lb > hb {
				t.Fatalf("%s: %d–%d became %d–%d", a.Rule.ID, la, ha, lb, hb)
			}
		}
	})
}

func open(a Answer) bool {
	for _, l := range a.Lines {
		if l.Open {
			return true
		}
	}
	return false
}

func draw(t *rapid.T, f Fact) any {
	switch f.Type {
	case TypeChoice:
		return rapid.SampledFrom(f.Choices).Draw(t, f.ID).ID
	case TypeChoices:
		return []string{rapid.SampledFrom(f.Choices).Draw(t, f.ID).ID}
	case TypeYesNo:
		return rapid.Bool().Draw(t, f.ID)
	case TypeMoney:
		return rapid.IntRange(0, 100_000_000).Draw(t, f.ID)
	case TypeNumber:
		return rapid.Float64Range(0, 7).Draw(t, f.ID)
	}
	return rapid.IntRange(0, 200_000).Draw(t, f.ID)
}

func BenchmarkEvaluate(b *testing.B) {
	book, err := New(Embedded())
	if err != nil {
		b.Fatal(err)
	}
	p := Profile{"who": "msp", "plan": []string{"start", "walls"}, "region": "11", "zone": "ZIP", "gps": 4, "cost": 30_000_000}
	for b.Loop() {
		book.Evaluate(p, nil, "2026-06-01")
	}
}
