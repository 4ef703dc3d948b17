package territory

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"maillage/internal/testdata"
)

func TestFranceIsWhole(t *testing.T) {
	f := Embedded()
	kinds := map[Kind]int{}
	for i, c := range f.Communes {
		kinds[c.Kind]++
		if i > 0 && c.Code <= f.Communes[i-1].Code {
			t.Fatalf("%s does not come after %s", c.Code, f.Communes[i-1].Code)
		}
		if len(c.Code) != 5 || c.Name == "" || c.Departement == "" || c.Region == "" {
			t.Errorf("incomplete: %+v", c)
		}
		if math.Abs(c.Lat) > 90 || math.Abs(c.Lon) > 180 || math.IsNaN(c.Lat+c.Lon) || c.Lat == 0 {
			t.Errorf("%s %s lies nowhere: %v %v", c.Code, c.Name, c.Lat, c.Lon)
		}
	}
	if kinds[Divided] != 3 || kinds[Arrondissement] != 45 || kinds[Whole] < 34_900 {
		t.Errorf("kinds: %v", kinds)
	}
	if len(f.EPT) != 11 || len(f.EPCI) < 1200 || len(f.DepartementsOf("11")) != 8 {
		t.Errorf("%d EPT, %d EPCI, %d départements in Île-de-France", len(f.EPT), len(f.EPCI), len(f.DepartementsOf("11")))
	}
	if units := f.UnitsOf("11"); len(units) != 1285 {
		t.Errorf("%d units in Île-de-France, want 1265 communes and 20 arrondissements", len(units))
	}
}

func TestOneCommuneInFull(t *testing.T) {
	f := Embedded()
	c, ok := f.Commune("91286")
	if !ok || c.Name != "Grigny" || c.Departement != "91" || c.Region != "11" || !slices.Equal(c.Postcodes, []string{"91350"}) {
		t.Fatalf("got %+v", c)
	}
	if km := DistanceKm(c.Lat, c.Lon, 48.6546, 2.3870); km > 3 || c.Estimated {
		t.Errorf("Grigny lies %.1f km off (estimated: %v)", km, c.Estimated)
	}
	epci, _ := f.Intercommunality(c.EPCI)
	if !strings.Contains(epci.Name, "Grand Paris Sud") {
		t.Errorf("intercommunality %q", epci.Name)
	}
	arrondissement, _ := f.Commune("75113")
	if arrondissement.Kind != Arrondissement || arrondissement.Parent != "75056" || arrondissement.EPCI != "200054781" {
		t.Errorf("got %+v", arrondissement)
	}
	saintDenis, _ := f.Commune("93066")
	if ept, ok := f.Territorial(saintDenis.EPT); !ok || ept.Name != "Plaine Commune" {
		t.Errorf("EPT of Saint-Denis: %+v", ept)
	}
}

func TestMergedCommunesAreFollowed(t *testing.T) {
	for code, want := range map[string]string{
		"93059": "93066", // Pierrefitte-sur-Seine joined Saint-Denis in 2025
		"27443": "27528",
		"75113": "75113",
	} {
		if got, merged, ok := Embedded().Follow(code); got != want || !ok || merged != (code != want) {
			t.Errorf("Follow(%s) = %s, %v, %v", code, got, merged, ok)
		}
	}
	if _, _, ok := Embedded().Follow("99999"); ok {
		t.Error("99999 never existed")
	}
}

func TestSearch(t *testing.T) {
	first := func(query string) string {
		found := Embedded().Search(query, "11", 5)
		if len(found) == 0 {
			return ""
		}
		return found[0].Code
	}
	for query, want := range map[string]string{
		"evry courcouronnes": "91228", "ÉVRY-COURCOURONNES": "91228", "St Denis": "93066", "montreuil": "93048",
		"91286": "91286", "91350": "91286", "l'isle-adam": "95313", "paris 13": "75113", "nowhere at all": "", "": "",
	} {
		if got := first(query); got != want {
			t.Errorf("%q finds %q first, want %q", query, got, want)
		}
	}
}

// The reference table has the real centroids of Île-de-France. Known positions (places) stay within a few kilometres of them;
// estimated ones must be near enough to lie in the right part of their département.
func TestAgainstReferenceTable(t *testing.T) {
	file, err := os.Open(testdata.Shared(t, "communes/communes_idf_2026.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var known, estimated []float64
	for _, row := range rows[1:] {
		c, ok := Embedded().Commune(row[0])
		if !ok {
			t.Errorf("%s %s is missing", row[0], row[1])
			continue
		}
		if fmt.Sprint(c.Population) != row[8] || c.Departement != row[3] || c.EPCI != row[4] || c.EPT != row[6] || c.Name != row[1] {
			t.Errorf("%v differs: %+v", row, c)
		}
		lat, _ := strconv.ParseFloat(row[11], 64)
		lon, _ := strconv.ParseFloat(row[12], 64)
		km := DistanceKm(c.Lat, c.Lon, lat, lon)
		if c.Estimated {
			estimated = append(estimated, km)
		} else {
			known = append(known, km)
		}
	}
	slices.Sort(known)
	slices.Sort(estimated)
	t.Logf("known: %d, median %.2f km, worst %.2f km; estimated: %d, median %.2f km, worst %.2f km", len(known), known[len(known)/2],
		known[len(known)-1], len(estimated), estimated[len(estimated)/2], estimated[len(estimated)-1])
	if len(known)+len(estimated) != 1286 {
		t.Errorf("%d rows compared", len(known)+len(estimated))
	}
	if known[len(known)-1] > 5 || known[len(known)/2] > 1 || estimated[len(estimated)/2] > 6 || estimated[len(estimated)-1] > 25 {
		t.Error("positions are too far from the reference")
	}
}

func TestDecodeRefusesADamagedFile(t *testing.T) {
	for _, cut := range []int{0, 10, len(franceFile) / 2, len(franceFile) - 9} {
		if _, err := decodeFrance(franceFile[:cut]); err == nil {
			t.Errorf("a file cut at %d bytes was read", cut)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for b.Loop() {
		if _, err := decodeFrance(franceFile); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCellsOfARegion(b *testing.B) {
	f := Embedded()
	units := f.UnitsOf("11")
	for b.Loop() {
		f.Cells(units)
	}
}
