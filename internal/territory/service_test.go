package territory_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
	"maillage/internal/testdata"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var (
	today = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	admin = accounts.System("test")
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }

func zones(rows ...string) string { return "code_insee,zonage_mg\n" + strings.Join(rows, "\n") + "\n" }

func put(t *testing.T, s *territory.Service, kind intake.Kind, body string, from time.Time) (territory.Outcome, error) {
	t.Helper()
	return s.Import(context.Background(), admin, territory.ImportCommand{Kind: kind, FileName: "test.csv", Body: strings.NewReader(body), ValidFrom: from})
}

func mustPut(t *testing.T, s *territory.Service, kind intake.Kind, body string, from time.Time) *territory.Dataset {
	t.Helper()
	out, err := put(t, s, kind, body, from)
	if err != nil {
		t.Fatal(err)
	}
	return out.Dataset
}

// zoneAt is the zone of a commune at a date, with the year since when.
func zoneAt(t *testing.T, s *territory.Service, code string, at time.Time) string {
	t.Helper()
	snap, err := s.Snapshot(context.Background(), at)
	if err != nil {
		t.Fatal(err)
	}
	i, ok := snap.Find(code)
	if !ok {
		t.Fatalf("no commune %s", code)
	}
	z, ok := snap.Zone(i)
	if !ok {
		return "none"
	}
	return fmt.Sprintf("%s %d", z.Code, z.Since.In(time.UTC).Add(12*time.Hour).Year())
}

func TestVersionsAreInForceInTheirTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := territory.New(d, clock.At(today), false)
		mustPut(t, s, intake.Zones, zones("91286,ZAC", "91228,ZIP"), day(2018, 1, 1))
		mustPut(t, s, intake.Zones, zones("91286,ZIP", "91228,ZIP"), day(2022, 3, 25))
		for _, c := range []struct {
			code string
			at   time.Time
			want string
		}{
			{"91286", day(2017, 12, 31), "none"},
			{"91286", day(2018, 1, 1), "ZAC 2018"},
			{"91286", day(2022, 3, 24), "ZAC 2018"},
			{"91286", day(2022, 3, 25), "ZIP 2022"},
			{"91228", day(2026, 1, 1), "ZIP 2018"}, // unbroken since the first decree
			{"75101", day(2026, 1, 1), "none"},
		} {
			if got := zoneAt(t, s, c.code, c.at); got != c.want {
				t.Errorf("%s on %s: %s, want %s", c.code, c.at.Format(time.DateOnly), got, c.want)
			}
		}
	})
}

func TestCorrectionSupersedesAndRollbackBringsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := territory.New(d, clock.At(today), false)
		first := mustPut(t, s, intake.Zones, zones("91286,ZAC"), day(2022, 3, 25))
		second := mustPut(t, s, intake.Zones, zones("91286,ZIP", "91228,ZIP"), day(2022, 3, 25))
		if r := second.Report.V; second.Replaces != first.ID || r.Added != 1 || r.Changed != 1 || r.Removed != 0 {
			t.Errorf("replaces %q, report %+v", second.Replaces, r)
		}
		if got := zoneAt(t, s, "91286", today); got != "ZIP 2022" {
			t.Errorf("after the correction: %s", got)
		}
		if err := s.Rollback(ctx, admin, first.ID, "essai"); !fault.Is(err, fault.KindRefused) {
			t.Errorf("rolling back a superseded version: %v", err)
		}
		if err := s.Rollback(ctx, admin, second.ID, " "); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("without a reason: %v", err)
		}
		if err := s.Rollback(ctx, admin, second.ID, "mauvais fichier"); err != nil {
			t.Fatal(err)
		}
		if got := zoneAt(t, s, "91286", today); got != "ZAC 2022" {
			t.Errorf("after the rollback: %s", got)
		}
		old, err := s.Content(ctx, admin, second.ID)
		if err != nil || old.Rows() != 2 {
			t.Errorf("the rolled-back version reads %v, %v", old, err)
		}
		records, err := audit.List(ctx, d, audit.Filter{Action: "territory."})
		if err != nil || len(records) != 3 {
			t.Fatalf("audit: %d entries, %v", len(records), err)
		}
	})
}

func TestAnotherNodeNotices(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		one, other := territory.New(d, clock.At(today), false), territory.New(d, clock.At(today), false)
		if got := zoneAt(t, other, "91286", today); got != "none" {
			t.Fatalf("at first: %s", got)
		}
		mustPut(t, one, intake.Zones, zones("91286,ZIP"), day(2022, 3, 25))
		if got := zoneAt(t, other, "91286", today); got != "ZIP 2022" {
			t.Errorf("the other node sees %s", got)
		}
	})
}

func TestRefusedFileLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := territory.New(d, clock.At(today), false)
		out, err := put(t, s, intake.Zones, zones("91286,ZIP", "91228,ZZZ"), day(2022, 3, 25))
		if !fault.Is(err, fault.KindInvalid) || out.Report.RejectedCount != 1 || out.Report.Rejected[0].Where() != "test.csv:3:2" {
			t.Fatalf("got %v, %+v", err, out.Report)
		}
		dry, err := s.Import(ctx, admin, territory.ImportCommand{Kind: intake.Zones, FileName: "z.csv", Body: strings.NewReader(zones("91286,ZIP")), DryRun: true})
		if err != nil || dry.Dataset != nil || dry.Report.Added != 1 {
			t.Fatalf("dry run: %v, %+v", err, dry)
		}
		if all, err := s.Datasets(ctx, admin); err != nil || len(all) != 0 {
			t.Errorf("kept %v, %v", all, err)
		}
		if records, _ := audit.List(ctx, d, audit.Filter{}); len(records) != 0 {
			t.Errorf("audit holds %d entries", len(records))
		}
	})
}

func TestSeveralFilesMakeOneImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := territory.New(d, clock.At(today), false)
		together := func(dry bool, bodies ...string) ([]territory.Outcome, error) {
			var files []territory.File
			for i, body := range bodies {
				files = append(files, territory.File{Name: fmt.Sprintf("f%d.csv", i), Body: strings.NewReader(body)})
			}
			return s.ImportAll(ctx, admin, territory.ImportCommand{Kind: intake.Zones, ValidFrom: day(2022, 3, 25), DryRun: dry}, files)
		}
		nothing := func() {
			t.Helper()
			all, err := s.Datasets(ctx, admin)
			records, _ := audit.List(ctx, d, audit.Filter{})
			if err != nil || len(all)+len(records) != 0 {
				t.Fatalf("kept %d versions and %d audit entries, %v", len(all), len(records), err)
			}
		}
		first, second, wrong := zones("91286,ZIP"), zones("91228,ZAC", "91286,ZIP"), zones("91228,ZUP", "1,ZIP")
		out, err := together(false, first, wrong, zones("91228,"))
		if !fault.Is(err, fault.KindInvalid) || !strings.Contains(err.Error(), "f1.csv:2:2") || len(out) != 3 || out[1].Report.RejectedCount != 2 || out[2].Report.RejectedCount != 1 {
			t.Fatalf("one wrong file among good ones: %v, %+v", err, out)
		}
		nothing()
		if out, err = together(true, first, second); err != nil || out[1].Report.Added != 1 || out[1].Report.Same != 1 || out[1].Dataset != nil {
			t.Fatalf("dry run: %v, %+v", err, out)
		}
		nothing()
		if out, err = together(false, first, second, zones("75101,HZ")); err != nil || len(out) != 3 {
			t.Fatal(err)
		}
		if r := out[2].Report; r.Added != 1 || r.Same != 2 || out[2].Dataset.Rows != 3 || out[2].Dataset.Replaces != out[1].Dataset.ID || out[1].Dataset.Replaces != out[0].Dataset.ID {
			t.Errorf("the last version: %+v, %+v", r, out[2].Dataset)
		}
		for code, want := range map[string]string{"91286": "ZIP 2022", "91228": "ZAC 2022", "75101": "HZ 2022"} {
			if got := zoneAt(t, s, code, today); got != want {
				t.Errorf("%s: %s, want %s", code, got, want)
			}
		}
		if records, _ := audit.List(ctx, d, audit.Filter{Action: "territory.import"}); len(records) != 3 {
			t.Errorf("%d audit entries", len(records))
		}
	})
}

func TestLimitsCountCharacters(t *testing.T) {
	ctx := context.Background()
	s := territory.New(dbtest.SQLite(t), clock.At(today), false)
	long := strings.Repeat("é", 300)
	importing := func(decree string) (territory.Outcome, error) {
		return s.Import(ctx, admin, territory.ImportCommand{Kind: intake.Zones, FileName: "z.csv", Body: strings.NewReader(zones("91286,ZIP")), Decree: decree})
	}
	if _, err := importing(long + "é"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("301 characters: %v", err)
	}
	out, err := importing(long)
	if err != nil {
		t.Fatalf("300 characters: %v", err)
	}
	if err := s.Rollback(ctx, admin, out.Dataset.ID, long+"é"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a reason of 301 characters: %v", err)
	}
	if err := s.Rollback(ctx, admin, out.Dataset.ID, long); err != nil {
		t.Errorf("a reason of 300 characters: %v", err)
	}
}

func TestOnlyAdministratorsImport(t *testing.T) {
	d := dbtest.SQLite(t)
	s := territory.New(d, clock.At(today), false)
	officer := accounts.Actor{ID: "o", Name: "O", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
	_, err := s.Import(context.Background(), officer, territory.ImportCommand{Kind: intake.Zones, FileName: "z.csv", Body: strings.NewReader(zones("91286,ZIP"))})
	if !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an officer imports: %v", err)
	}
	if _, err := s.ImportAll(context.Background(), officer, territory.ImportCommand{Kind: intake.Zones}, nil); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an officer imports several files: %v", err)
	}
	if err := s.Rollback(context.Background(), officer, "x", "y"); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an officer rolls back: %v", err)
	}
	if _, err := s.Datasets(context.Background(), officer); err != nil {
		t.Errorf("an officer does not see the versions: %v", err)
	}
	if _, err := s.Datasets(context.Background(), accounts.Actor{}); !fault.Is(err, fault.KindUnauthenticated) {
		t.Errorf("nobody sees the versions: %v", err)
	}
}

func TestDemonstrationSupplyStandsInUntilARealOne(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	s := territory.New(d, clock.At(today), true)
	snap, err := s.Now(ctx)
	if err != nil {
		t.Fatal(err)
	}
	evry, _ := snap.Find("91228")
	paris, _ := snap.Find("75056")
	if o := snap.Origin(intake.GPSupply); !o.Demo || snap.Supply(evry, territory.AllAges) <= 0 || !snap.AgesKnown() {
		t.Errorf("origin %+v, %v FTE", o, snap.FTE(evry))
	}
	total := 0.0
	for _, c := range snap.Units("11") {
		if snap.Commune(c).Parent == "75056" {
			total += snap.Supply(c, territory.UpTo65)
		}
	}
	if math.Abs(total-snap.Supply(paris, territory.UpTo65)) > 1e-6 {
		t.Errorf("Paris %v, its arrondissements %v", snap.Supply(paris, territory.UpTo65), total)
	}
	mustPut(t, s, intake.GPSupply, "code_insee;fte;age_band\r\n91228;12,5;<=60\r\n91228;2;>65\r\n75056;100;\r\n", day(2025, 1, 1))
	snap, err = s.Now(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if o := snap.Origin(intake.GPSupply); o.Demo || snap.Supply(evry, territory.AllAges) != 14.5 || snap.Supply(evry, territory.UpTo65) != 12.5 {
		t.Errorf("origin %+v, %v FTE", o, snap.FTE(evry))
	}
	if got := snap.Supply(paris, territory.AllAges); math.Abs(got-100) > 1e-6 {
		t.Errorf("what is given for Paris as a whole is %v once shared out", got)
	}
}

func TestRegionalSupplySaysNothingOfOtherRegions(t *testing.T) {
	ctx := context.Background()
	for _, demo := range []bool{false, true} {
		s := territory.New(dbtest.SQLite(t), clock.At(today), demo)
		mustPut(t, s, intake.GPSupply, "code_insee,fte\n91228,12\n", day(2025, 1, 1))
		snap, err := s.Now(ctx)
		if err != nil {
			t.Fatal(err)
		}
		chartres, _ := snap.Find("28085")
		if snap.SupplyCovers("28") || !snap.SupplyCovers("91") || snap.SupplyFilled() != demo || (snap.Supply(chartres, territory.AllAges) > 0) != demo {
			t.Errorf("demo %v: %v FTE in Chartres", demo, snap.FTE(chartres))
		}
	}
}

func TestRealFilesMakeOneTerritory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := territory.New(d, clock.At(today), true)
		for _, f := range []struct {
			kind     intake.Kind
			path     string
			complete bool
		}{
			{intake.Contours, "communes/communes-ile-de-france-2018.geojson", false},
			{intake.Contours, "communes/paris-arrondissements.geojson", true},
			{intake.PopulationStandardised, "communes/population_standardisee_2016_idf.csv", false},
			{intake.Zones, "zones/zonage_mg_idf.csv", false},
			{intake.QPVList, "zones/qpv_2024_liste_idf.csv", false},
			{intake.QPVShapes, "zones/qpv_2024_points_idf.geojson", false},
			{intake.Income, "communes/filosofi_2015_communes_idf.csv", false},
			{intake.GPSupply, "supply/ps_sirene_par_commune_idf.csv", false},
		} {
			file, err := os.Open(testdata.Shared(t, f.path))
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Import(ctx, admin, territory.ImportCommand{Kind: f.kind, FileName: f.path, Body: file, Complete: f.complete, ValidFrom: day(2024, 1, 1)})
			file.Close()
			if err != nil {
				t.Fatalf("%s: %v", f.path, err)
			}
		}
		snap, err := s.Now(ctx)
		if err != nil {
			t.Fatal(err)
		}
		checkTerritory(t, snap)
	})
}

func checkTerritory(t *testing.T, snap *territory.Snapshot) {
	t.Helper()
	units, zoned, drawn := snap.Units("11"), map[string]int{}, 0
	var plain, weighted float64
	for _, i := range units {
		z, _ := snap.Zone(i)
		zoned[z.Code]++
		if outline, approximate := snap.Outline(i); !approximate && len(outline) > 0 {
			drawn++
		}
		if w, ok := snap.Weighted(i); ok {
			weighted += w
			plain += snap.Population(i)
		}
	}
	if zoned["ZIP"] != 1099 || zoned["ZAC"] != 172 || zoned["HZ"] != 14 {
		t.Errorf("zones: %v", zoned)
	}
	if drawn != len(units) {
		t.Errorf("%d of %d units have a contour", drawn, len(units))
	}
	if math.Abs(weighted-plain) > 1 || plain < 9e6 {
		t.Errorf("weighted %v, plain %v", weighted, plain)
	}
	grigny, _ := snap.Find("91286")
	if income, ok := snap.Income(grigny); !ok || income.Poverty < 40 {
		t.Errorf("Grigny's income: %+v", income)
	}
	if !slices.ContainsFunc(snap.QPVs(grigny), func(q territory.QPV) bool { return q.Code == "QN09125M" && q.Name == "La Grande Borne" }) {
		t.Errorf("Grigny's neighbourhoods: %+v", snap.QPVs(grigny))
	}
	paris13, _ := snap.Find("75113")
	if own, city := snap.QPVs(paris13), snap.CityQPVs(paris13); len(own) != 0 || len(city) < 20 {
		t.Errorf("the list does not say in which arrondissement: %d in the 13th, %d in Paris", len(own), len(city))
	}
	if o := snap.Origin(intake.GPSupply); o.Demo || !o.Proxy || snap.AgesKnown() {
		t.Errorf("origin of the supply: %+v", o)
	}
	around, inside := snap.Around("11", 30)
	if inside != 1285 || len(around) < 1800 || snap.Commune(around[inside]).Region == "11" {
		t.Errorf("%d around, %d inside", len(around), inside)
	}
}

func TestNewGeographicCode(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	s := territory.New(d, clock.At(today), false)
	body := `[
{"code":"91286","nom":"Grigny","type":"commune-actuelle","departement":"91","region":"11","codesPostaux":["91350"],"population":30000},
{"code":"91999","nom":"Toute-Neuve","type":"commune-actuelle","departement":"91","region":"11","codesPostaux":["91000"],"population":70000,"anciensCodes":["91228"]},
{"code":"91228","nom":"Évry-Courcouronnes","type":"commune-deleguee","chefLieu":"91999","departement":"91","region":"11"}
]`
	if _, err := s.Import(ctx, admin, territory.ImportCommand{Kind: intake.Communes, FileName: "communes.json", Body: strings.NewReader(body)}); err != nil {
		t.Fatal(err)
	}
	snap, err := s.Now(ctx)
	if err != nil {
		t.Fatal(err)
	}
	evry, ok := snap.Find("91228")
	if !ok || snap.Commune(evry).Code != "91999" || !snap.Commune(evry).Estimated || snap.Commune(evry).EPCI == "" {
		t.Errorf("Évry is now %+v", snap.Commune(evry))
	}
	if got, ok := snap.Find("91182"); !ok || got != evry { // Courcouronnes, merged into Évry in 2019
		t.Errorf("Courcouronnes leads to %d, %v", got, ok)
	}
	if len(snap.France.Communes) != 2 {
		t.Errorf("%d communes", len(snap.France.Communes))
	}
}

func TestNeighbourhoodOutlines(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	s := territory.New(d, clock.At(today), false)
	mustPut(t, s, intake.QPVShapes, `{"features":[{"properties":{"code_qp":"QN09125M","lib_qp":"La Grande Borne","insee_com":"91286"},"geometry":
{"type":"Polygon","coordinates":[[[2.36,48.65],[2.38,48.65],[2.38,48.66],[2.36,48.66],[2.36,48.65]]]}}]}`, day(2024, 1, 1))
	check := func(approximate bool) {
		t.Helper()
		snap, err := s.Now(ctx)
		if err != nil {
			t.Fatal(err)
		}
		grigny, _ := snap.Find("91286")
		all := snap.QPVs(grigny)
		if len(all) == 0 || all[0].Code != "QN09125M" || all[0].Name != "La Grande Borne" || len(all[0].Outline) != 1 || all[0].Approximate {
			t.Errorf("neighbourhoods: %+v", all)
		}
		if approximate != (len(all) == 2 && all[1].Approximate) {
			t.Errorf("the one without an outline: %+v", all)
		}
	}
	check(false)
	mustPut(t, s, intake.QPVList, "code_qp,nom_qp,insee_com_principal\nQN09125M,La Grande Borne,91286\nQN09126M,Grigny 2,91286\n", day(2024, 1, 1))
	check(true)
}

func TestOutlinesTellTheArrondissement(t *testing.T) {
	ctx := context.Background()
	s := territory.New(dbtest.SQLite(t), clock.At(today), false)
	square := `{"type":"Polygon","coordinates":[[[%[1]v,%[2]v],[%[3]v,%[2]v],[%[3]v,%[4]v],[%[1]v,%[4]v],[%[1]v,%[2]v]]]}`
	mustPut(t, s, intake.Contours, `{"features":[{"properties":{"c_arinsee":75113},"geometry":`+fmt.Sprintf(square, 2.34, 48.81, 2.39, 48.84)+`}]}`, day(2024, 1, 1))
	mustPut(t, s, intake.QPVShapes, `{"features":[{"properties":{"code_qp":"QN07503M","insee_com":"75056"},"geometry":`+fmt.Sprintf(square, 2.36, 48.82, 2.37, 48.83)+`}]}`, day(2024, 1, 1))
	mustPut(t, s, intake.QPVList, "code_qp,nom_qp,insee_com_principal\nQN07503M,Kellermann,75056\nQN07501M,Bédier,75056\n", day(2024, 1, 1))
	snap, err := s.Now(ctx)
	if err != nil {
		t.Fatal(err)
	}
	paris13, _ := snap.Find("75113")
	if own, city := snap.QPVs(paris13), snap.CityQPVs(paris13); len(own) != 1 || own[0].Code != "QN07503M" || len(city) != 1 || city[0].Code != "QN07501M" {
		t.Errorf("in the 13th %+v, somewhere in Paris %+v", own, city)
	}
}

func TestAgeWeightsAgreeWithThePublishedPopulation(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	s := territory.New(d, clock.At(today), false)
	weighted := func(kind intake.Kind, path string) *territory.Snapshot {
		t.Helper()
		file, err := os.Open(testdata.Shared(t, path))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		out, err := s.Import(ctx, admin, territory.ImportCommand{Kind: kind, FileName: path, Body: file})
		if err != nil {
			t.Fatal(err)
		}
		snap, err := s.Now(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Rollback(ctx, admin, out.Dataset.ID, "essai"); err != nil {
			t.Fatal(err)
		}
		return snap
	}
	ages := weighted(intake.PopulationAge, "communes/population_age_sexe_2021_idf.csv")
	published := weighted(intake.PopulationStandardised, "communes/population_standardisee_2016_idf.csv")
	var errors []float64
	for _, i := range ages.Units("11") {
		a, okA := ages.Weighted(i)
		p, okP := published.Weighted(i)
		if okA && okP {
			errors = append(errors, math.Abs(a/p-1))
		}
	}
	slices.Sort(errors)
	if len(errors) < 440 || errors[len(errors)/2] > 0.04 {
		t.Errorf("%d communes, median error %.3f", len(errors), errors[len(errors)/2])
	}
}
