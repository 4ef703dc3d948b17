package atlas

import (
	"context"
	"math"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var today = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// demoRegion is Île-de-France with the demonstration's supply, shared by tests that only read it.
func demoRegion(t testing.TB) (*Atlas, *Region) {
	t.Helper()
	d := dbtest.SQLite(t)
	a := New("11", territory.New(d, clock.At(today), true), clock.At(today))
	r, err := a.Region(context.Background(), "11", DefaultDecay)
	if err != nil {
		t.Fatal(err)
	}
	return a, r
}

func TestRegionCountsItsNeighbours(t *testing.T) {
	_, r := demoRegion(t)
	if r.Inside != 1285 || len(r.Places) <= r.Inside || !r.Estimated || !r.DemoSupply() || !r.ZonesComputed() {
		t.Fatalf("%d places, %d inside", len(r.Places), r.Inside)
	}
	// A wider ring of neighbours changes nothing inside: twice the reach holds all that counts.
	wide := &Region{Code: r.Code, Snap: r.Snap, Decay: r.Decay, at: map[string]int{}, Estimated: true}
	wide.settle(4*r.Decay.Reach(), nil)
	links, err := wide.links(r.Decay.Reach())
	if err != nil {
		t.Fatal(err)
	}
	if err := wide.compute(links); err != nil {
		t.Fatal(err)
	}
	for n := range r.Inside {
		for _, ages := range AgeFilters {
			if a, b := r.Model(ages).Value[n], wide.Model(ages).Value[n]; math.Abs(a-b) > 1e-9 {
				t.Fatalf("%s, doctors %s: %v, with more neighbours %v", r.Places[n].Name, ages, a, b)
			}
		}
	}
	alone := 0.0 // the edge would look empty without its neighbours
	for _, n := range r.In("") {
		for _, c := range r.Model(territory.UpTo65).Explain(n) {
			if c.Supply >= r.Inside {
				alone += c.Part
			}
		}
	}
	if alone == 0 {
		t.Error("no supply beyond the border counts")
	}
}

func TestRegionsAreComputedOnceUntilSomethingIsImported(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := territory.New(d, clock.At(today), true)
		a := New("94", s, clock.At(today))
		first, err := a.Region(ctx, "94", DefaultDecay)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := a.Region(ctx, "94", DefaultDecay); err != nil || again != first {
			t.Errorf("computed twice: %v", err)
		}
		_, err = s.Import(ctx, accounts.System("test"), territory.ImportCommand{Kind: intake.Zones, FileName: "z.csv", ValidFrom: today.AddDate(-1, 0, 0),
			Body: strings.NewReader("code_insee,zonage_mg\n2A004,ZIP\n")})
		if err != nil {
			t.Fatal(err)
		}
		after, err := a.Region(ctx, "94", DefaultDecay)
		if err != nil || after == first {
			t.Fatalf("the import did not show: %v", err)
		}
		ajaccio, _ := after.Find("2A004")
		bastia, _ := after.Find("2B033")
		if z := after.ZoneOf(ajaccio); z.Class != ZIP || z.Since.IsZero() || after.ZonesComputed() {
			t.Errorf("zone of Ajaccio: %+v", z)
		}
		if z := after.ZoneOf(bastia); z.Class != Outside {
			t.Errorf("a commune that the decree does not name is %+v", z)
		}
	})
}

func TestViewRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		region := rapid.SampledFrom([]string{"11", "84", "94"}).Draw(t, "region")
		departements := []string{""}
		for _, d := range territory.Embedded().DepartementsOf(region) {
			departements = append(departements, d.Code)
		}
		v := View{
			Region: region, Departement: rapid.SampledFrom(departements).Draw(t, "departement"),
			Layer: rapid.SampledFrom(Layers).Draw(t, "layer").Key, Ages: rapid.SampledFrom(AgeFilters).Draw(t, "ages"),
			Decay: rapid.SampledFrom([]string{"drees2015", "drees2012", "step:5=1,12=0.4", "linear:25"}).Draw(t, "decay"), Overlays: rapid.SampledFrom([]string{"", "qpv", "qpv,structures"}).Draw(t, "overlays"), home: "11",
		}
		q, err := url.ParseQuery(strings.TrimPrefix(v.At(""), "?"))
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseView(q, "11"); err != nil || back != v {
			t.Fatalf("%+v became %+v, %v", v, back, err)
		}
	})
	ticked, err := ParseView(url.Values{"reperes": {"structures", "qpv", "qpv"}}, "11")
	if err != nil || ticked.Overlays != "qpv,structures" || !ticked.Shows("qpv") || ticked.Shows("projets") {
		t.Errorf("ticked boxes: %+v, %v", ticked, err)
	}
	for _, bad := range []string{"region=99", "couche=x", "ages=64", "decroissance=exp:0.1", "decroissance=binary:90", "departement=69", "reperes=<b>"} {
		q, _ := url.ParseQuery(bad)
		if _, err := ParseView(q, "11"); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// A part of the region that fills the map names its own towns, none over another.
func TestTownsOfAPart(t *testing.T) {
	_, r := demoRegion(t)
	shape := newShape(r)
	var box [4]int
	for k, n := range r.In("91") {
		b := shape.Boxes[n]
		if k == 0 {
			box = b
		}
		box = [4]int{min(box[0], b[0]), min(box[1], b[1]), max(box[2], b[2]), max(box[3], b[3])}
	}
	towns := shape.TownsIn(r, box, 0.4)
	if len(towns) < 8 {
		t.Errorf("%d towns named in Essonne", len(towns))
	}
	for k, one := range towns {
		if one.X < box[0] || one.X > box[2] || one.Y < box[1] || one.Y > box[3] || !one.clear(towns[:k], 0.4) {
			t.Errorf("%+v is outside, or over another", one)
		}
	}
}

func TestFiguresAddUp(t *testing.T) {
	_, r := demoRegion(t)
	whole, err := r.Figures(territory.UpTo65, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	population, communes, mean := 0, 0, 0.0
	for _, d := range r.Snap.France.DepartementsOf("11") {
		f, err := r.Figures(territory.UpTo65, d.Code, nil)
		if err != nil {
			t.Fatal(err)
		}
		population, communes, mean = population+f.Population, communes+f.Communes, mean+f.Mean*float64(f.Population)
	}
	if population != whole.Population || communes != whole.Communes || math.Abs(mean/float64(population)-whole.Mean) > 1e-9 {
		t.Errorf("départements add up to %d people in %d communes, mean %v; region %+v", population, communes, mean/float64(population), whole)
	}
	if got := r.Mean(territory.UpTo65, r.In("")); math.Abs(got-whole.Mean) > 1e-9 {
		t.Errorf("mean %v and %v", got, whole.Mean)
	}
	curve := r.Distribution(territory.UpTo65, "", nil, 5, 10)
	if half := curve[5]; half.APL != ThresholdZIP || math.Abs(half.People-whole.FGT0) > 1e-9 {
		t.Errorf("distribution at 2.5: %+v; share below %v", half, whole.FGT0)
	}
}

func TestShapeIsWhole(t *testing.T) {
	a, r := demoRegion(t)
	s, err := a.Shape(r)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := a.Shape(r); again != s || !s.Approximate || len(s.Paths) != r.Inside || s.Borders == "" || s.Outline == "" || len(s.Version) != 12 {
		t.Fatalf("shape %s: %d paths", s.Version, len(s.Paths))
	}
	total := 0
	for n, path := range s.Paths {
		total += len(path)
		if !strings.HasPrefix(path, "M") || !strings.HasSuffix(path, "z") {
			t.Fatalf("path of %s: %q", r.Places[n].Name, path)
		}
		box := s.Boxes[n]
		if box[0] < 0 || box[1] < 0 || box[2] > s.Width || box[3] > s.Height || box[0] >= box[2] || box[1] >= box[3] {
			t.Errorf("%s lies at %v of %d × %d", r.Places[n].Name, box, s.Width, s.Height)
		}
	}
	if total > 100_000 {
		t.Errorf("the paths take %d bytes", total)
	}
	names := map[string]bool{}
	for _, town := range s.Towns {
		names[town.Name] = true
	}
	if !names["Paris"] || !names["Meaux"] {
		t.Errorf("towns: %v", names)
	}
}

// A path read back gives the points that were written.
func TestPathRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.Int32Range(0, shapeSize)
		line := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) point { return point{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")} }), 2, 12).Draw(t, "line")
		path := pathOf([][]point{line}, true)
		start, steps, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(path, "M"), "z"), "l")
		numbers := append(readNumbers(t, start), readNumbers(t, steps)...)
		at := point{}
		for k := range line {
			at = point{at.x + numbers[2*k], at.y + numbers[2*k+1]}
			if at != line[k] {
				t.Fatalf("%q: point %d is %v, want %v", path, k, at, line[k])
			}
		}
		if len(numbers) != 2*len(line) {
			t.Fatalf("%q holds %d numbers", path, len(numbers))
		}
	})
}

func readNumbers(t *rapid.T, s string) []int32 {
	var all []int32
	for _, word := range strings.Fields(strings.ReplaceAll(s, "-", " -")) {
		n, err := strconv.ParseInt(word, 10, 32)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		all = append(all, int32(n))
	}
	return all
}

func TestScenariosBelongToTheirOwner(t *testing.T) {
	ctx := context.Background()
	owner := accounts.Actor{ID: "p1", Name: "Ada", Email: "ada@example.org"}
	other := accounts.Actor{ID: "p2", Name: "Bob"}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := NewService(d, clock.At(today))
		command := SaveCommand{Name: " Essai ", View: DefaultView("11"), Changes: []Change{{House, []SiteFTE{{"91286", 3}}}}}
		if _, err := s.Save(ctx, accounts.Actor{}, command); !fault.Is(err, fault.KindUnauthenticated) {
			t.Errorf("nobody saved a scenario: %v", err)
		}
		if _, err := s.Save(ctx, owner, SaveCommand{View: DefaultView("11")}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("an empty scenario: %v", err)
		}
		kept, err := s.Save(ctx, owner, command)
		if err != nil {
			t.Fatal(err)
		}
		read, err := s.Get(ctx, accounts.Actor{}, kept.ID)
		if err != nil || read.Name != "Essai" || read.OwnerName != "Ada" || !slices.Equal(read.Changes.V, []string{"msp:91286:3"}) || !read.UpdatedAt.Equal(today) {
			t.Fatalf("read back %+v, %v", read, err)
		}
		command.ID, command.Version, command.Name = kept.ID, 1, "Autre"
		if _, err := s.Save(ctx, other, command); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("another person changed it: %v", err)
		}
		if _, err := s.Save(ctx, owner, command); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Save(ctx, owner, command); !fault.Is(err, fault.KindConflict) {
			t.Errorf("an old version overwrote: %v", err)
		}
		if mine, err := s.Mine(ctx, owner); err != nil || len(mine) != 1 || mine[0].Name != "Autre" || mine[0].Version != 2 {
			t.Errorf("mine: %+v, %v", mine, err)
		}
		if err := s.Delete(ctx, other, kept.ID); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("another person deleted it: %v", err)
		}
		if err := s.Delete(ctx, owner, kept.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(ctx, owner, kept.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("deleted, yet %v", err)
		}
		if records, err := audit.List(ctx, d, audit.Filter{Action: "atlas."}); err != nil || len(records) != 3 {
			t.Errorf("audit: %d entries, %v", len(records), err)
		}
	})
}

// Two imports of the supply make a history: the layer of change compares the last with the first.
func TestHistory(t *testing.T) {
	ctx := context.Background()
	s := territory.New(dbtest.SQLite(t), clock.At(today), false)
	a := New("94", s, clock.At(today))
	view := DefaultView("94")
	view.Layer = Trend
	before, err := a.SincePast(ctx, view)
	if steps, _ := a.History(ctx, view); err != nil || a.HasPast() || len(steps) != 0 {
		t.Fatalf("a history without imports: %v", err)
	}
	trend, _ := LayerOf(Trend)
	if v := trend.Value(before, territory.UpTo65, 0); !math.IsNaN(v) || trend.Class(v) != 0 {
		t.Errorf("a change without a past: %v", v)
	}
	for year, fte := range map[int]string{2022: "60", 2024: "40", 2030: "1"} {
		_, err := s.Import(ctx, accounts.System("test"), territory.ImportCommand{Kind: intake.GPSupply, FileName: "s.csv", ValidFrom: time.Date(year, 1, 1, 12, 0, 0, 0, time.UTC),
			Body: strings.NewReader("code_insee,fte\n2A004," + fte + "\n")})
		if err != nil {
			t.Fatal(err)
		}
	}
	r, err := a.SincePast(ctx, view)
	if err != nil {
		t.Fatal(err)
	}
	steps, err := a.History(ctx, view)
	if err != nil || len(steps) != 2 || !a.HasPast() {
		t.Fatalf("%d steps, %v: that of 2030 is not in force yet", len(steps), err)
	}
	n, _ := r.Find("2A004")
	want := steps[1].Region.Model(territory.UpTo65).Value[n] - steps[0].Region.Model(territory.UpTo65).Value[n]
	if got := trend.Value(r, territory.UpTo65, n); math.Abs(got-want) > 1e-12 || got >= 0 {
		t.Errorf("Ajaccio changed by %v, want %v", got, want)
	}
}

// The demonstration, where nothing was imported, invents a past as it invents its supply: it is today's territory at the last step, it
// is labelled, and the first import ends it.
func TestTheDemonstrationInventsItsPast(t *testing.T) {
	ctx := context.Background()
	s := territory.New(dbtest.SQLite(t), clock.At(today), true)
	a := New("94", s, clock.At(today))
	view := DefaultView("94")
	view.Layer = Trend
	r, err := a.SincePast(ctx, view)
	if err != nil {
		t.Fatal(err)
	}
	steps, err := a.History(ctx, view)
	if err != nil || len(steps) != 3 || !a.HasPast() || !r.DemoSupply() || steps[2].From.Year() != today.Year() {
		t.Fatalf("%d steps, %v", len(steps), err)
	}
	first, last := steps[0].Region, steps[2].Region
	if first.Mean(territory.UpTo65, first.In("")) <= last.Mean(territory.UpTo65, last.In("")) || last.Model(territory.UpTo65) != must(a.Of(ctx, view)).Model(territory.UpTo65) {
		t.Error("the past has fewer doctors, or today is not today")
	}
	trend, _ := LayerOf(Trend)
	if n, _ := r.Find("2A004"); math.IsNaN(trend.Value(r, territory.UpTo65, n)) {
		t.Error("no change at Ajaccio")
	}
	if _, err := s.Import(ctx, accounts.System("test"), territory.ImportCommand{Kind: intake.GPSupply, FileName: "s.csv", ValidFrom: today.AddDate(-1, 0, 0), Body: strings.NewReader("code_insee,fte\n2A004,3\n")}); err != nil {
		t.Fatal(err)
	}
	if steps, err := a.History(ctx, view); err != nil || len(steps) != 1 || a.HasPast() {
		t.Errorf("after an import: %d steps, %v", len(steps), err)
	}
}

// A region of the past shares communes and travel times with today's, and is what a whole computation gives.
func TestThePastSharesTravelTimes(t *testing.T) {
	a, r := demoRegion(t)
	steps, err := a.History(context.Background(), DefaultView("11"))
	if err != nil {
		t.Fatal(err)
	}
	past := steps[0].Region
	alone, err := newRegion(r.Snap, "11", DefaultDecay, 2*demoStep, nil)
	if err != nil {
		t.Fatal(err)
	}
	if past.Model(territory.AllAges).Links != r.Model(territory.AllAges).Links || past.Inside != alone.Inside {
		t.Error("the past measures its travel times again")
	}
	for _, ages := range AgeFilters {
		if !slices.Equal(past.Model(ages).Value, alone.Model(ages).Value) {
			t.Errorf("doctors %s: the past differs from a whole computation", ages)
		}
	}
}

func must(r *Region, err error) *Region {
	if err != nil {
		panic(err)
	}
	return r
}

// Density is the population over the area of the outline; the region's areas add up to its own, roughly, by approximate outlines.
func TestDensity(t *testing.T) {
	r := must(New("11", territory.New(dbtest.SQLite(t), clock.At(today), true), clock.At(today)).Region(context.Background(), "11", DefaultDecay))
	area := 0.0
	for n := range r.Inside {
		area += float64(r.Places[n].Population) / r.Density(n)
	}
	paris, _ := r.Find("75111")
	if area < 11000 || area > 13500 || r.Density(paris) < 15000 {
		t.Errorf("%.0f km² in all, %.0f a km² in Paris 11", area, r.Density(paris))
	}
}

// A commune is told beside its region: ranks are those of the table, the mean is that of the figures.
func TestStandingAgreesWithTheTableAndTheFigures(t *testing.T) {
	_, r := demoRegion(t)
	worstFirst := r.List(territory.UpTo65, Filter{})
	f, err := r.Figures(territory.UpTo65, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	best, worst := r.Standing(worstFirst[len(worstFirst)-1], territory.UpTo65), r.Standing(worstFirst[0], territory.UpTo65)
	if best.Rank != 1 || best.Better != 0 || best.Compared() != 1 || best.Of != r.Inside {
		t.Errorf("the best served: %+v", best)
	}
	if worst.Rank <= r.Inside/2 || worst.Better < 0.9 || worst.Compared() != -1 || math.Abs(worst.Mean-f.Mean) > 1e-9 {
		t.Errorf("the worst served: %+v", worst)
	}
	if (Standing{APL: 2.921, Mean: 2.924}).Compared() != 0 {
		t.Error("two values that are written the same are not compared")
	}
}

// Thresholds are dated: a day before the first known text has the first, the latest begun holds.
func TestThresholdsAreDated(t *testing.T) {
	kept := thresholds
	t.Cleanup(func() { thresholds = kept })
	thresholds = append(slices.Clone(kept), Thresholds{From: "2030-01-01", ZIP: 3, Pool: 5})
	for day, want := range map[clock.Day]float64{"2010-01-01": ThresholdZIP, "2029-12-31": ThresholdZIP, "2030-01-01": 3, "2031-06-01": 3} {
		if got := ThresholdsOn(day).ZIP; got != want {
			t.Errorf("%s: %v, want %v", day, got, want)
		}
	}
}
