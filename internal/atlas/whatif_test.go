package atlas

import (
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"maillage/internal/access"
	"maillage/internal/platform/fault"
	"maillage/internal/territory"
)

func drawChanges(t *rapid.T, r *Region) []Change {
	site := rapid.Custom(func(t *rapid.T) SiteFTE {
		return SiteFTE{r.Places[rapid.IntRange(0, r.Inside-1).Draw(t, "place")].Code, float64(rapid.IntRange(1, 40).Draw(t, "tenths")) / 10}
	})
	change := rapid.Custom(func(t *rapid.T) Change {
		switch kind := rapid.SampledFrom([]ChangeKind{Doctors, House, Shared}).Draw(t, "kind"); kind {
		case Shared:
			return Change{Shared, rapid.SliceOfN(site, 2, 4).Draw(t, "sites")}
		default:
			return Change{kind, []SiteFTE{site.Draw(t, "site")}}
		}
	})
	return rapid.SliceOfN(change, 0, 6).Draw(t, "changes")
}

// What the sandbox answers is what computing everything again would give.
func TestSandboxEqualsFullComputation(t *testing.T) {
	_, r := demoRegion(t)
	rapid.Check(t, func(t *rapid.T) {
		ages := rapid.SampledFrom(AgeFilters).Draw(t, "ages")
		changes := drawChanges(t, r)
		read, err := ParseChanges(WriteChanges(changes))
		if err != nil || !slices.EqualFunc(read, changes, func(a, b Change) bool { return a.String() == b.String() }) {
			t.Fatalf("%v was read as %v, %v", changes, read, err)
		}
		answer, err := r.Try(ages, changes)
		if err != nil {
			t.Fatal(err)
		}
		model := r.Model(ages)
		supply := slices.Clone(model.Supply)
		for _, c := range changes {
			for _, s := range c.Sites {
				n, _ := r.Find(s.Code)
				supply[n] += s.FTE * ConsultationsPerFTE
			}
		}
		full, err := access.NewModel(model.Links, r.Decay, model.Population, supply)
		if err != nil {
			t.Fatal(err)
		}
		moved := map[int]bool{}
		for _, n := range answer.Changed {
			moved[n] = true
		}
		lifted := 0
		for n := range r.Inside {
			before, after := model.Value[n], full.Value[n]
			if math.Abs(answer.Values[n]-after) > 1e-9 || moved[n] != (math.Abs(after-before) > 1e-11) {
				t.Fatalf("%s: %v, again %v; said to change: %v", r.Places[n].Name, answer.Values[n], after, moved[n])
			}
			if before < ThresholdZIP && answer.Values[n] >= ThresholdZIP {
				lifted += r.Places[n].Population
			}
		}
		if lifted != answer.Lifted || answer.Dropped != 0 || answer.ShortfallAfter > answer.ShortfallBefore+1e-6 {
			t.Fatalf("lifted %d of %d, dropped %d, shortfall %v → %v", answer.Lifted, lifted, answer.Dropped, answer.ShortfallBefore, answer.ShortfallAfter)
		}
	})
}

func TestSandboxRefuses(t *testing.T) {
	_, r := demoRegion(t)
	for _, bad := range []string{"99999:1", "69123:1", "91286:-5000", "91286:0", "91286:NaN", "poste:91286:1", "msp:91286:-1", "msp:91286:1,91228:1", "", "91286"} {
		c, err := ParseChange(bad)
		if err == nil {
			_, err = r.Try(territory.UpTo65, []Change{c})
		}
		if !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	grigny, _ := r.Find("91286")
	doctors := r.Places[grigny].FTE.Count(territory.UpTo65)
	answer, err := r.Try(territory.UpTo65, []Change{{Doctors, []SiteFTE{{"91286", -math.Floor(doctors)}}}})
	if err != nil || answer.Values[grigny] >= r.Model(territory.UpTo65).Value[grigny] || answer.Before.Mean <= answer.After.Mean {
		t.Errorf("a departure: %v", err)
	}
}

// A query of any length is read as its beginning.
func TestLongQueries(t *testing.T) {
	a, r := demoRegion(t)
	long := "Grigny" + strings.Repeat(" -", 30_000)
	f := ParseFilter(url.Values{"q": {long}})
	found := r.List(territory.AllAges, f)
	if utf8.RuneCountInString(f.Query) > 200 || len(found) != 1 || r.Places[found[0]].Code != "91286" {
		t.Errorf("%d characters: %v", len(f.Query), found)
	}
	if n, err := r.Resolve(long); err != nil || r.Places[n].Code != "91286" {
		t.Errorf("%d: %v", n, err)
	}
	if communes, err := a.Communes(t.Context(), long, 5); err != nil || len(communes) == 0 || communes[0].Code != "91286" {
		t.Errorf("%v: %v", communes, err)
	}
}

func TestResolve(t *testing.T) {
	_, r := demoRegion(t)
	for typed, want := range map[string]string{"91286": "91286", "grigny": "91286", "Évry-Courcouronnes": "91228", "evry courcouronnes": "91228", "Saint-Denis (93)": "93066", "La Queue-en-Brie (94060)": "94060", "viry": "91687"} {
		n, err := r.Resolve(typed)
		if err != nil || r.Places[n].Code != want {
			t.Errorf("%q: %v", typed, err)
		}
	}
	for _, bad := range []string{"", "Atlantis", "Lyon", "Marolles (75)"} {
		if _, err := r.Resolve(bad); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A name that no commune has is refused with those that begin alike.
func TestResolveProposes(t *testing.T) {
	_, r := demoRegion(t)
	for typed, proposed := range map[string]string{"Grigni": "Grigny", "saint den": "Saint-Denis", "champigni": "Champigny-sur-Marne"} {
		if _, err := r.Resolve(typed); !fault.Is(err, fault.KindInvalid) || !strings.Contains(err.Error(), proposed) {
			t.Errorf("%q: %v", typed, err)
		}
	}
	if like := r.Like("saint", 8); len(like) != 8 || r.Places[like[0]].Name != "Saint-Denis" {
		t.Errorf("%d names, first %s", len(like), r.Places[like[0]].Name)
	}
	if like := r.Like("", 8); len(like) != 0 {
		t.Errorf("nothing typed is like %d names", len(like))
	}
}

// What a trial does is told where something is added, then around it, and counts everybody once.
func TestTrialTellsWhereItActs(t *testing.T) {
	_, r := demoRegion(t)
	a, err := r.Try(territory.UpTo65, []Change{{Doctors, []SiteFTE{{"91286", 2}}}, {Shared, []SiteFTE{{"91286", 0.5}, {"77288", 0.5}}}})
	if err != nil {
		t.Fatal(err)
	}
	here := a.Here()
	if len(here) != 2 || r.Places[here[0].Place].Code != "91286" || here[0].After <= here[0].Before {
		t.Fatalf("%+v", here)
	}
	around, last := a.Around(5), math.Inf(1)
	for _, m := range around {
		if moved := m.After - m.Before; moved > last || m.Place == here[0].Place || m.Place == here[1].Place {
			t.Errorf("%s moves by %v after %v", r.Places[m.Place].Name, moved, last)
		} else {
			last = moved
		}
	}
	gain, lose := a.Concerned()
	people := 0
	for _, n := range a.Changed {
		people += r.Places[n].Population
	}
	if len(around) != 5 || gain != people || lose != 0 || len(a.Around(10_000)) != len(a.Changed)-2 {
		t.Errorf("%d around, %d gain of %d, %d lose", len(around), gain, people, lose)
	}
}
