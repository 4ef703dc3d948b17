package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"maillage/internal/territory"
	"maillage/internal/territory/intake"
	"maillage/internal/testdata"
)

func readText(t testing.TB, kind intake.Kind, text string, inForce intake.Content) (intake.Content, *intake.Report) {
	t.Helper()
	content, report, err := intake.Read(context.Background(), kind, intake.Source{Name: "f.csv", Bytes: strings.NewReader(text)}, territory.Embedded(), inForce, false)
	if err != nil {
		t.Fatal(err)
	}
	if (content == nil) != report.Refused() {
		t.Fatalf("content %v, refused %v", content != nil, report.Refused())
	}
	return content, report
}

// line edits one line of a file, counted from 1.
func line(n int, edit func(string) string) func(string) string {
	return func(text string) string {
		lines := strings.SplitAfter(text, "\n")
		lines[n-1] = edit(lines[n-1])
		return strings.Join(lines, "")
	}
}

func swap(old, replacement string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, replacement, 1) }
}

// Broken copies of the real files: where the first problem is, and a word of its reason.
func TestBrokenCopiesAreRefusedAtTheirPlace(t *testing.T) {
	cut := func(share float64) func(string) string {
		return func(s string) string { return s[:int(share*float64(len(s)))] }
	}
	contours, ages, standardised := "communes/communes-ile-de-france-2018.geojson", "communes/population_age_sexe_2021_idf.csv", "communes/population_standardisee_2016_idf.csv"
	zones, qpv, points := "zones/zonage_mg_idf.csv", "zones/qpv_2024_liste_idf.csv", "zones/qpv_2024_points_idf.geojson"
	income, supply := "communes/filosofi_2015_communes_idf.csv", "supply/ps_sirene_par_commune_idf.csv"
	for _, c := range []struct {
		kind         intake.Kind
		path, what   string
		breakIt      func(string) string
		line, column int
		reason       string
	}{
		{intake.Zones, zones, "unknown zone", line(31, swap("ZIP", "ZAP")), 31, 4, "ZIP, ZAC"},
		{intake.Zones, zones, "unknown commune", line(40, swap("77", "99")), 40, 1, "No municipality"},
		{intake.Zones, zones, "lost zero", line(40, swap("7", "")), 40, 1, "zero"},
		{intake.Zones, zones, "twice", line(50, func(s string) string { return s + s }), 51, 1, "line 50"},
		{intake.Zones, zones, "cut", cut(0.5), 0, 0, "truncated"},
		{intake.Zones, zones, "no column", line(1, swap("zonage_mg", "autre")), 1, 0, "missing"},
		{intake.Zones, zones, "open quote", line(60, swap(",", `,"`)), 60, 0, "quote"},
		{intake.PopulationAge, ages, "not a number", line(12, swap(",45,", ",x,")), 12, 0, "number"},
		{intake.PopulationAge, ages, "negative", line(5, swap(",", ",-")), 0, 0, ""},
		{intake.PopulationAge, ages, "short row", line(9, func(s string) string { return s[:len(s)-8] + "\n" }), 9, 0, "fields instead"},
		{intake.PopulationStandardised, standardised, "negative", line(7, swap(",", ",-")), 7, 2, "between"},
		{intake.PopulationStandardised, standardised, "empty", line(8, func(string) string { return "77007,\n" }), 8, 2, "expected"},
		{intake.QPVList, qpv, "bad code", line(3, swap("QN07502M", "QN7502")), 3, 1, "code looks like"},
		{intake.QPVList, qpv, "bad position", line(4, swap("48.85668", "488.5668")), 4, 6, "between"},
		{intake.Income, income, "poverty above 100", line(3, swap("11.2719", "111.2719")), 3, 7, "between"},
		{intake.GPSupply, supply, "half a column", line(6, swap(",235,", ",2e,")), 6, 8, "number"},
		{intake.Contours, contours, "cut", cut(0.7), 1, 0, "truncated"},
		{intake.Contours, contours, "bad JSON", swap(`"geometry"`, `"geometry`), 1, 0, "malformed"},
		{intake.Contours, contours, "no such commune", swap(`"code":"77322"`, `"code":"00000"`), 1, 0, "No municipality"},
		{intake.Contours, contours, "metres", func(s string) string { return strings.ReplaceAll(s, "[2.61034,49.09494]", "[652000.1,6861000.2]") }, 1, 0, "degrees"},
		{intake.QPVShapes, points, "bad code", swap("QN07705M", "QN0770"), 1, 0, "code looks like"},
		{intake.QPVShapes, points, "cut", cut(0.9), 1, 0, "truncated"},
	} {
		if c.what == "negative" && c.kind == intake.PopulationAge {
			c.line, c.breakIt = 5, line(5, swap(",189,", ",-189,"))
			c.reason = "between"
		}
		t.Run(c.path+"/"+c.what, func(t *testing.T) {
			whole, err := os.ReadFile(testdata.Shared(t, c.path))
			if err != nil {
				t.Fatal(err)
			}
			broken := c.breakIt(string(whole))
			if broken == string(whole) {
				t.Fatal("the copy is not broken")
			}
			_, report := readText(t, c.kind, broken, nil)
			if !report.Refused() {
				t.Fatal("accepted")
			}
			first := report.Rejected[0]
			if c.line > 0 && first.Line != c.line || c.column > 0 && first.Column != c.column || !strings.Contains(first.Reason.EN, c.reason) {
				t.Errorf("refused at %s: %s", first.Where(), first.Reason.EN)
			}
			if first.Reason.FR == "" || first.File != "f.csv" {
				t.Errorf("incomplete: %+v", first)
			}
		})
	}
}

func TestEveryShapeOfTheSameFileReadsAlike(t *testing.T) {
	plain := "code_insee,nom,zonage_mg\n91228,\"Évry-Courcouronnes, ville\",ZIP\n91286,Grigny,ZAC\n2A004,Ajaccio,HZ\n"
	want, _ := readText(t, intake.Zones, plain, nil)
	latin, err := charmap.Windows1252.NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"byte-order mark": "\ufeff" + plain,
		"CRLF":            strings.ReplaceAll(plain, "\n", "\r\n"),
		"no last break":   strings.TrimSuffix(plain, "\n"),
		"semicolons":      strings.NewReplacer(",", ";", "s, v", "s, v").Replace(strings.Replace(plain, "s, ville", "s, ville", 1)),
		"tabs":            strings.ReplaceAll(strings.Replace(plain, "s, ville", "s ville", 1), ",", "\t"),
		"latin-1":         latin,
		"quoted fields":   "\"code_insee\",\"nom\",\"zonage_mg\"\n\"91228\",\"dit \"\"Évry\"\"\",\"ZIP\"\n\"91286\",\"Grigny\nvillage\",\"ZAC\"\n\"2A004\",\"\",\"HZ\"\n",
		"blank lines":     strings.ReplaceAll(plain, "\n", "\n\n"),
		"small letters":   strings.NewReplacer("2A", "2a", "ZAC", "zac").Replace(plain),
		"blanks":          strings.ReplaceAll(plain, "ZIP", " ZIP "),
		"other header":    strings.Replace(plain, "zonage_mg", "Zonage", 1),
	} {
		t.Run(name, func(t *testing.T) {
			_, report := readText(t, intake.Zones, text, want)
			if report.Refused() {
				t.Fatalf("refused: %+v", report.Rejected)
			}
			if report.Same != 3 || report.Added+report.Changed+report.Removed != 0 {
				t.Errorf("differs: %+v", report)
			}
			if wantEncoding := map[bool]string{true: "Windows-1252", false: "UTF-8"}[name == "latin-1"]; report.Encoding != wantEncoding {
				t.Errorf("encoding %s", report.Encoding)
			}
		})
	}
}

func TestMergedCommunesAreFollowedAndReported(t *testing.T) {
	content, report := readText(t, intake.PopulationStandardised, "code_insee,population_standardisee_2016\n93066,100\n93059,30\n", nil)
	table := content.(*intake.Table)
	if len(table.Keys) != 1 || table.Keys[0] != "93066" || table.Number("population")[0] != 130 {
		t.Errorf("populations are added up: %+v", table)
	}
	if report.MergedCount != 1 || report.Merged[0] != (intake.Merge{From: "93059", To: "93066", Line: 3}) {
		t.Errorf("reported %+v", report.Merged)
	}
	content, _ = readText(t, intake.Zones, "code_insee,zonage_mg\n93059,ZAC\n93066,ZIP\n", nil)
	if got := content.(*intake.Table).Text("zone"); len(got) != 1 || got[0] != "ZIP" {
		t.Errorf("the seat speaks for all: %v", got)
	}
}

func TestUTF16AndNothingness(t *testing.T) {
	for name, text := range map[string]string{"UTF-16": "\xff\xfec\x00o\x00", "nothing": "", "header alone": "code_insee,zonage_mg\n", "noise": "\x00\x01\x02"} {
		if _, report := readText(t, intake.Zones, text, nil); !report.Refused() {
			t.Errorf("%s was accepted", name)
		}
	}
}

const rppsHeader = "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice|Nom d'exercice|Prénom d'exercice|" +
	"Code profession|Code savoir-faire|Libellé savoir-faire|Code mode exercice|Libellé mode exercice|Identifiant technique de la structure|" +
	"Code commune (coord. structure)|Libellé commune (coord. structure)|"

func rpps(id, skill, mode, structure, commune string) string {
	return fmt.Sprintf("8|%s|8%s|DR|\"L'Exemple|Fictif|10|%s||%s||%s|%s||", id, id, skill, mode, structure, commune)
}

func TestNationalRegister(t *testing.T) {
	text := strings.Join([]string{rppsHeader,
		rpps("10000000001", "SM54", "L", "R1", "91228"),
		rpps("10000000001", "SM26", "L", "R1", "91228"), // the same place by another skill
		rpps("10000000002", "SM53", "L", "R2", "91228"), // half here,
		rpps("10000000002", "SM53", "B", "R3", "91286"), // half there
		rpps("10000000003", "SM15", "L", "R4", "91286"), // a dermatologist
		rpps("10000000004", "SM54", "X", "R5", "91286"), // another mode
		rpps("10000000005", "SM54", "S", "", ""),        // no place of practice
		rpps("10000000006", "SM54", "L", "R7", "99109"), // abroad
		rpps("10000000007", "SM26", "S", "", "93059"),   // a former commune
	}, "\n")
	content, report := readText(t, intake.GPSupply, text, nil)
	if report.Refused() {
		t.Fatalf("refused: %+v", report.Rejected)
	}
	table := content.(*intake.Table)
	got := map[string]float64{}
	for i, key := range table.Keys {
		got[key] = table.Number("unknown")[i]
	}
	if len(got) != 3 || got["91228"] != 1.5 || got["91286"] != 0.5 || got["93066"] != 1 {
		t.Errorf("FTE: %v", got)
	}
	if report.Format != "rpps" || report.IgnoredCount != 2 || report.MergedCount != 1 || report.Ignored[0].Line != 8 || report.Ignored[1].Value != "99109" {
		t.Errorf("report: %+v", report)
	}
	_, report = readText(t, intake.GPSupply, text+"\n8|10000000008|8100", nil)
	if !report.Refused() || report.Rejected[0].Line != 11 || !strings.Contains(report.Rejected[0].Reason.EN, "truncated") {
		t.Errorf("a truncated register: %+v", report.Rejected)
	}
}

func TestSupplyByAge(t *testing.T) {
	content, _ := readText(t, intake.GPSupply, "code_insee;fte;age_band\n91228;1,5;<=60\n91228;1;>65\n91286;2;\n", nil)
	table := content.(*intake.Table)
	if table.Number("to60")[0] != 1.5 || table.Number("over65")[0] != 1 || table.Number("unknown")[1] != 2 {
		t.Errorf("got %+v", table)
	}
	_, report := readText(t, intake.GPSupply, "code_insee;fte;age_band\n91228;1,5;vieux\n91228;1;\n91228;2;\n", nil)
	if report.RejectedCount != 2 || report.Rejected[0].Where() != "f.csv:2:3" || report.Rejected[1].Where() != "f.csv:4:1" {
		t.Errorf("got %+v", report.Rejected)
	}
}

func TestTravelTimes(t *testing.T) {
	content, report := readText(t, intake.TravelTimes, "origin,dest,minutes\n91228,91286,9.5\n91286,91228,10\n93059,91286,40\n93066,91286,38\n", nil)
	m := content.(*intake.Matrix)
	if got, ok := m.Between("93066", "91286"); !ok || got != 38 {
		t.Errorf("of two merged communes the shortest time stays: %v", got)
	}
	if got, ok := m.Between("91228", "91286"); !ok || got != 9.5 || m.Rows() != 3 || report.MergedCount != 1 {
		t.Errorf("%v minutes, %d rows, %+v", got, m.Rows(), report)
	}
	file, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := intake.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	_, report = readText(t, intake.TravelTimes, "origin,dest,minutes\n91228,91286,9.5\n91286,91228,12\n91286,75101,33\n", back)
	if report.Same != 1 || report.Changed != 1 || report.Added != 1 || report.Removed != 1 {
		t.Errorf("compared: %+v", report)
	}
	_, report = readText(t, intake.TravelTimes, "origin,dest,minutes\n91228,91286,9.5\n91228,91286,9\n91228,91286,-1\n", nil)
	if report.RejectedCount != 2 || report.Rejected[1].Where() != "f.csv:3:1" || report.Rejected[0].Where() != "f.csv:4:3" {
		t.Errorf("rejected: %+v", report.Rejected)
	}
}

func TestCancelledReadingStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err := intake.Read(ctx, intake.Zones, intake.Source{Name: "z", Bytes: bytes.NewReader([]byte("code_insee,zonage_mg\n"))}, territory.Embedded(), nil, false)
	if err == nil {
		t.Error("the reading went on")
	}
}
