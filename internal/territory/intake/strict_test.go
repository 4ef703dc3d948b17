package intake_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"maillage/internal/territory"
	"maillage/internal/territory/intake"
	"maillage/internal/testdata"
)

// wantRefusal checks the first problem of a file: a piece of its place and value, and of its reason. An empty reason wants none.
func wantRefusal(t *testing.T, report *intake.Report, place, reason string) {
	t.Helper()
	if reason == "" {
		if report.Refused() {
			t.Errorf("refused: %+v", report.Rejected[0])
		}
		return
	}
	if !report.Refused() {
		t.Fatal("accepted")
	}
	first := report.Rejected[0]
	if got := first.Where() + " " + first.Value; !strings.Contains(got, place) || !strings.Contains(first.Reason.EN, reason) {
		t.Errorf("refused at %s: %s", got, first.Reason.EN)
	}
}

func feature(properties, geometry string) string {
	return fmt.Sprintf("{\"type\":\"Feature\",\"properties\":{%s},\"geometry\":%s}", properties, geometry)
}

func collection(features ...string) string {
	return "{\"type\":\"FeatureCollection\",\"features\":[\n" + strings.Join(features, ",\n") + "\n]}\n"
}

func point(coordinates string) string { return `{"type":"Point","coordinates":` + coordinates + `}` }

func polygon(rings string) string { return `{"type":"Polygon","coordinates":[` + rings + `]}` }

const (
	grigny = `"code":"91286"`
	square = `[[2.3,48.6],[2.4,48.6],[2.4,48.7],[2.3,48.7],[2.3,48.6]]`
)

func TestNeighbourhoodsLieWhereTheyCan(t *testing.T) {
	for _, c := range []struct{ what, properties, geometry, reason string }{
		{"in its commune", `"code_qp":"QN09125M","insee_com":"91286"`, point(`[2.38,48.65]`), ""},
		{"with an altitude", `"code_qp":"QN09125M","insee_com":"91286"`, point(`[2.38,48.65,80]`), ""},
		{"no commune", `"code_qp":"QN09125M"`, point(`[2.38,48.65]`), ""},
		{"Corsica", `"code_qp":"QN02A01M","insee_com":"2A004"`, point(`[8.73,41.93]`), ""},
		{"Réunion, no commune", `"code_qp":"QN97401M"`, point(`[55.45,-20.9]`), ""},
		{"null", `"code_qp":"QN09125M","insee_com":"91286"`, point(`null`), "two numbers"},
		{"half null", `"code_qp":"QN09125M"`, point(`[2.38,null]`), "two numbers"},
		{"one number", `"code_qp":"QN09125M"`, point(`[2.38]`), "two numbers"},
		{"none", `"code_qp":"QN09125M"`, point(`[]`), "two numbers"},
		{"a text", `"code_qp":"QN09125M"`, point(`["2.38","48.65"]`), "two numbers"},
		{"beyond numbers", `"code_qp":"QN09125M"`, point(`[1e999,48.65]`), "two numbers"},
		{"swapped", `"code_qp":"QN09125M","insee_com":"91286"`, point(`[48.65,2.38]`), "from the municipality"},
		{"swapped, no commune", `"code_qp":"QN09125M"`, point(`[48.65,2.38]`), "not in France"},
		{"nowhere", `"code_qp":"QN09125M"`, point(`[0,0]`), "not in France"},
		{"another commune's", `"code_qp":"QN09125M","insee_com":"13055"`, point(`[2.38,48.65]`), "from the municipality"},
		{"swapped outline", `"code_qp":"QN09125M","insee_com":"91286"`, polygon(`[[48.65,2.38],[48.66,2.38],[48.66,2.39],[48.65,2.38]]`), "from the municipality"},
		{"an outline of one number", `"code_qp":"QN09125M","insee_com":"91286"`, polygon(`[[2.38],[2.39,48.65],[2.39,48.66],[2.38]]`), "two numbers"},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, report := readText(t, intake.QPVShapes, collection(feature(c.properties, c.geometry)), nil)
			wantRefusal(t, report, "f.csv:2:1", c.reason)
		})
	}
	_, report := readText(t, intake.QPVList, "code_qp,nom_qp,insee_com_principal,lon_groupe,lat_groupe\nQN09125M,La Grande Borne,91286,48.65,2.38\n", nil)
	wantRefusal(t, report, "f.csv:2:5 2.38", "from the municipality")
}

// Every commune that ships lies within the bounds that a neighbourhood without a commune must keep to, but for lands without any.
func TestFranceHoldsItsCommunes(t *testing.T) {
	var features []string
	for _, c := range territory.Embedded().Communes {
		if c.Departement != "984" && c.Departement != "989" { // Terres australes, Clipperton
			features = append(features, feature(`"code_qp":"QN09125M"`, point(fmt.Sprintf("[%v,%v]", c.Lon, c.Lat))))
		}
	}
	_, report := readText(t, intake.QPVShapes, collection(features...), nil)
	for _, issue := range report.Rejected {
		t.Errorf("%s %s", issue.Where(), issue.Value)
	}
}

func TestEstimatedCommunesAreCheckedToo(t *testing.T) {
	saul, ok := territory.Embedded().Commune("97352") // placed 170 km from where it is
	if !ok || !saul.Estimated {
		t.Fatalf("no longer estimated: %+v", saul)
	}
	real := feature(`"code":"97352"`, polygon(`[[-53.3,3.5],[-53.1,3.5],[-53.1,3.7],[-53.3,3.5]]`))
	_, report := readText(t, intake.Contours, collection(real), nil)
	wantRefusal(t, report, "", "")
	_, report = readText(t, intake.Contours, collection(feature(`"code":"97352"`, polygon(square))), nil)
	wantRefusal(t, report, "f.csv:2:1", "from the municipality")
	_, report = readText(t, intake.Contours, collection(feature(`"code":"98735"`, polygon(square))), nil) // Polynesia, next to Grigny: no archipelago is that wide
	if report.Refused() {
		t.Errorf("a position in France: %+v", report.Rejected)
	}
	_, report = readText(t, intake.Contours, collection(feature(`"code":"98735"`, polygon(`[[0,0],[0.1,0],[0.1,0.1],[0,0]]`))), nil)
	wantRefusal(t, report, "f.csv:2:1", "not in France")
}

func TestRingsAreSound(t *testing.T) {
	zigzag := func(n int) string { // many long segments side by side, closed by two that cross none
		var b strings.Builder
		b.WriteByte('[')
		for i := range n {
			fmt.Fprintf(&b, "[%v,%v],", []float64{2.3, 2.4}[i%2], 48.6+float64(i)*1e-5)
		}
		fmt.Fprintf(&b, "[2.5,48.8],[2.5,48.5],[2.3,48.6]]")
		return b.String()
	}
	for _, c := range []struct{ what, rings, place, reason string }{
		{"a square", square, "", ""},
		{"a square with a hole", square + `,[[2.32,48.62],[2.34,48.62],[2.34,48.64],[2.32,48.62]]`, "", ""},
		{"a bow tie", `[[2.3,48.6],[2.4,48.7],[2.4,48.6],[2.3,48.7],[2.3,48.6]]`, "2.35000 48.65000", "crosses itself"},
		{"an uneven bow tie", `[[2.3,48.6],[2.4,48.7],[2.4,48.69],[2.3,48.63],[2.3,48.6]]`, "2.37", "crosses itself"},
		{"a crossing hole", square + `,[[2.32,48.62],[2.36,48.66],[2.36,48.62],[2.32,48.66],[2.32,48.62]]`, "2.34000 48.64000", "crosses itself"},
		{"a slip that no map shows", `[[2.3,48.6],[2.4,48.6],[2.4,48.7],[2.3501,48.7],[2.3499,48.7001],[2.3501,48.7001],[2.3499,48.7],[2.3,48.7],[2.3,48.6]]`, "", ""},
		{"touching itself", `[[2.3,48.6],[2.35,48.65],[2.4,48.6],[2.4,48.7],[2.35,48.65],[2.3,48.7],[2.3,48.6]]`, "", ""},
		{"a spike", `[[2.3,48.6],[2.4,48.6],[2.4,48.7],[2.5,48.8],[2.4,48.7],[2.3,48.7],[2.3,48.6]]`, "", ""},
		{"a line there and back", `[[2.3,48.6],[2.4,48.7],[2.35,48.65],[2.3,48.6]]`, "2.30000 48.60000", "no area"},
		{"one point four times", `[[2.3,48.6],[2.3,48.6],[2.3,48.6],[2.3,48.6]]`, "2.30000 48.60000", "no area"},
		{"a hole without area", square + `,[[2.32,48.62],[2.34,48.62],[2.32,48.62],[2.32,48.62]]`, "2.32000 48.62000", "no area"},
		{"made to be slow", zigzag(20_000), "", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, report := readText(t, intake.Contours, collection(feature(grigny, polygon(c.rings))), nil)
			wantRefusal(t, report, c.place, c.reason)
			_, report = readText(t, intake.QPVShapes, collection(feature(`"code_qp":"QN09125M"`, polygon(c.rings))), nil)
			wantRefusal(t, report, c.place, c.reason)
		})
	}
}

func TestDeclaredCoordinates(t *testing.T) {
	named := func(name string) string { return `{"type":"name","properties":{"name":"` + name + `"}}` }
	for crs, fine := range map[string]bool{
		`null`:                                                true,
		named("urn:ogc:def:crs:OGC:1.3:CRS84"):                true,
		named("urn:ogc:def:crs:EPSG::4326"):                   true,
		named("EPSG:4326"):                                    true,
		named("urn:ogc:def:crs:EPSG::4171"):                   true,
		named("http://www.opengis.net/def/crs/OGC/1.3/CRS84"): true,
		named("EPSG:2154"):                                    false,
		named("urn:ogc:def:crs:EPSG::2154"):                   false,
		named("EPSG:14326"):                                   false,
		`{"type":"link","properties":{"href":"x"}}`:           false,
		`"EPSG:4326"`:                                         false,
	} {
		reason := map[bool]string{true: "", false: "other coordinates"}[fine]
		one := feature(grigny, polygon(square))
		_, report := readText(t, intake.Contours, "{\"crs\":"+crs+",\n\"features\":["+one+"]}", nil)
		wantRefusal(t, report, "f.csv:1:8", reason)
		_, report = readText(t, intake.Contours, "{\"features\":["+one+"],\n\"crs\":"+crs+",\"name\":{\"a\":[1]}}", nil)
		wantRefusal(t, report, "f.csv:2:7", reason)
	}
}

func TestJSONStartsAndEndsCleanly(t *testing.T) {
	communes := "[\n{\"code\":\"91286\",\"nom\":\"Grigny\",\"type\":\"commune-actuelle\",\"departement\":\"91\",\"region\":\"11\"}\n]"
	for kind, body := range map[intake.Kind]string{intake.Contours: strings.TrimSpace(collection(feature(grigny, polygon(square)))),
		intake.QPVShapes: strings.TrimSpace(collection(feature(`"code_qp":"QN09125M"`, point(`[2.38,48.65]`)))), intake.Communes: communes} {
		for _, c := range []struct{ text, place, reason string }{
			{body, "", ""},
			{"\ufeff" + body, "", ""},
			{body + " \r\n\t\n", "", ""},
			{body + "{\"garbage", `f.csv:3:%d {"garbage`, "goes on after its end"},
			{body + "\n\n" + body, "f.csv:5:1 ", "goes on after its end"},
			{body + "\x00", "f.csv:3:", "goes on after its end"},
			{body + "]", "f.csv:3:", "goes on after its end"},
			{"\xff\xfe[\x00", "f.csv:1", "UTF-16"},
			{body[:len(body)-1], "f.csv:3:", "truncated"},
			{"", "f.csv:1:1", "truncated"},
		} {
			_, report := readText(t, kind, c.text, nil)
			wantRefusal(t, report, strings.Replace(c.place, "%d", fmt.Sprint(len(body)-strings.LastIndex(body, "\n")), 1), c.reason)
		}
	}
	one := feature(grigny, polygon(square))
	_, report := readText(t, intake.Contours, "{\"features\":["+one+"],\"features\":["+one+"]}", nil)
	wantRefusal(t, report, "f.csv:1:", "two lists")
	// The real file goes on after its features, and may have been saved with a mark.
	whole, err := os.ReadFile(testdata.Shared(t, "communes/paris-arrondissements.geojson"))
	if err != nil {
		t.Fatal(err)
	}
	_, report = readText(t, intake.Contours, "\ufeff"+string(whole), nil)
	wantRefusal(t, report, "", "")
	_, report = readText(t, intake.Contours, string(whole)+`{"garbage`, nil)
	wantRefusal(t, report, `{"garbage`, "goes on after its end")
}

func TestColumnsGivenTwice(t *testing.T) {
	for _, c := range []struct {
		kind          intake.Kind
		text          string
		place, reason string
	}{
		{intake.Zones, "code_insee,zonage_mg,nom,Zonage_MG\n91286,ZIP,Grigny,ZAC\n", "f.csv:1:4", "number 2 and number 4"},
		{intake.Zones, "code_insee,code_insee,zonage_mg\n91286,91286,ZIP\n", "f.csv:1:2", "number 1 and number 2"},
		{intake.Zones, "code_insee,nom,nom,zonage_mg\n91286,a,b,ZIP\n", "", ""}, // nobody reads them
		{intake.GPSupply, "code_insee,fte,age_band,age_band\n91286,1,>65,\n", "f.csv:1:4", "given twice"},
		{intake.Income, "CODGEO,MED15,med15\n91286,13000,14000\n", "f.csv:1:3", "given twice"},
	} {
		_, report := readText(t, c.kind, c.text, nil)
		wantRefusal(t, report, c.place, c.reason)
		if c.reason != "" && report.RejectedCount != 1 {
			t.Errorf("said %d times: %+v", report.RejectedCount, report.Rejected)
		}
	}
}

func TestLastLineWithoutEndIsDoubted(t *testing.T) {
	whole := "origin,dest,minutes\n91286,91228,12\n91228,91286,12.345\n"
	for text, want := range map[string]string{
		whole:                                   "",
		whole + "  ":                            "",
		strings.TrimSuffix(whole, "\n"):         "f.csv:3:3 minutes=12.345",
		whole[:len(whole)-len("345\n")]:         "f.csv:3:3 minutes=12.",
		strings.TrimSuffix(whole, "\n") + ",":   "f.csv:3:3 minutes=12.345",
		strings.ReplaceAll(whole, "\n", "\r\n"): "",
		strings.ReplaceAll(whole, "\n", "\r\n")[:len(whole)+2]: "f.csv:3:3 minutes=12.345",
	} {
		content, report := readText(t, intake.TravelTimes, text, nil)
		if content == nil || content.Rows() != 2 {
			t.Fatalf("refused: %+v", report.Rejected)
		}
		got := ""
		for _, w := range report.Warnings {
			got += fmt.Sprintf("%s %s=%s", w.Where(), w.Header, w.Value)
			if w.Reason.FR == "" || !strings.Contains(w.Reason.EN, "truncated") {
				t.Errorf("reason: %+v", w.Reason)
			}
		}
		if got != want {
			t.Errorf("%q: doubted %q, want %q", text, got, want)
		}
	}
}

func TestNumbersAsPeopleWriteThem(t *testing.T) {
	for written, want := range map[string]float64{
		"1000": 1000, "1 000": 1000, "1\u202f000,5": 1000.5, "12,5": 12.5, "12.5": 12.5, "+3": 3, "1e3": 1000, ".5": 0.5, "1,234": 1.234,
	} {
		content, report := readText(t, intake.PopulationStandardised, "code_insee;population_standardisee\n91286;"+written+"\n", nil)
		if content == nil {
			t.Errorf("%s: %+v", written, report.Rejected)
		} else if got := content.(*intake.Table).Number("population")[0]; math.Abs(got-want) > 1e-12 || len(report.Warnings) > 0 {
			t.Errorf("%s reads %v, %+v", written, got, report.Warnings)
		}
	}
	for _, written := range []string{"1_000", "0x10", "0x1p4", "NaN", "Inf", "infinity", "1,234,567", "1.234,5", "1'000", "--1", "e", "1e999", "+", "١"} {
		_, report := readText(t, intake.PopulationStandardised, "code_insee;population_standardisee\n91286;"+written+"\n", nil)
		wantRefusal(t, report, "f.csv:2:2", "not a number")
	}
	_, report := readText(t, intake.PopulationStandardised, "code_insee,population_standardisee\n91286,\"1,234\"\n91228,\"2,345\"\n", nil)
	if report.Refused() || len(report.Warnings) != 1 || report.Warnings[0].Where() != "f.csv:2:2" || !strings.Contains(report.Warnings[0].Reason.EN, "decimal comma") {
		t.Errorf("a comma that may part thousands: %+v", report.Warnings)
	}
}
