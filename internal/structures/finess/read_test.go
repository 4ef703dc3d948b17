package finess

import (
	"bytes"
	"context"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"maillage/internal/territory"
	"maillage/internal/testdata"
)

const register = `finess;etalab;94;2020-03-04
structureet;910002773;910002765;CH SUD FRANCILIEN;CENTRE HOSPITALIER SUD FRANCILIEN;;;40;AV;SERGE DASSAULT;;;174;91;ESSONNE;91106 CORBEIL ESSONNES CEDEX;0161696169;;355;Centre Hospitalier;1102;CH;26910049900012;8610Z;03;ARS;1;Public;2012-01-23;2012-01-23;2020-01-01;
structureet;910099993;910099988;MSP DE L'ÉTÉ;;;;1;PL;HENRI BARBUSSE;;;286;91;ESSONNE;91350 GRIGNY;;;603;Maison de santé;;;;;;;;;2018-05-01;2018-05-01;2020-01-01;
geolocalisation;910002773;658960.2;6834360.9;1,ATLASANTE,100,IGN,BD_ADRESSE,V2.1,LAMBERT_93;2020-01-21
`

func read(t *testing.T, text string, categories ...string) *File {
	t.Helper()
	f, err := Read(context.Background(), strings.NewReader(text), territory.Embedded(), categories...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestRegister(t *testing.T) {
	latin, err := charmap.Windows1252.NewEncoder().String(register)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"UTF-8": register, "Latin-1": latin, "CRLF": strings.ReplaceAll(register, "\n", "\r\n"), "BOM": "\xef\xbb\xbf" + register} {
		f := read(t, text)
		if f.IssueCount != 0 || len(f.Establishments) != 2 || f.AsOf != "2020-03-04" || !f.Departements["91"] {
			t.Fatalf("%s: %+v", name, f)
		}
		h, m := f.Establishments[0], f.Establishments[1]
		if h.Commune != "91174" || h.Category != "355" || h.SIRET != "26910049900012" || h.Opened != "2012-01-23" || !h.Located || h.Address != "40 AV SERGE DASSAULT, 91106 CORBEIL ESSONNES CEDEX" {
			t.Errorf("%s: %+v", name, h)
		}
		if m.Name != "MSP DE L'ÉTÉ" || m.Commune != "91286" || m.Located {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if f := read(t, register, "603"); len(f.Establishments) != 1 || f.Categories["355"] != 1 {
		t.Errorf("by category: %+v", f)
	}
}

func TestBrokenCopiesNameTheirPlace(t *testing.T) {
	for name, c := range map[string]struct{ text, where string }{
		"empty":            {"", "1"},
		"something else":   {"commune;zone\n91286;ZIP\n", "1"},
		"wrong FINESS":     {strings.Replace(register, ";910002773;910002765", ";910002774;910002765", 1), "2:2"},
		"cut line":         {strings.Replace(register, ";2018-05-01;2018-05-01;2020-01-01;", "", 1), "3"},
		"impossible date":  {strings.Replace(register, ";2018-05-01;2018-05-01", ";2018-02-31;2018-05-01", 1), "3:29"},
		"twice":            {register + strings.Split(register, "\n")[2], "5:2"},
		"no name":          {strings.Replace(register, "MSP DE L'ÉTÉ", "", 1), "3:4"},
		"bad coordinates":  {strings.Replace(register, "658960.2", "est", 1), "4:3"},
		"foreign line":     {register + "autre;1;2\n", "5:1"},
		"a very long line": {register + strings.Repeat("x", maxLine+1), "5"},
		"missing column":   {"numero_finess_etablissement;raison_sociale\n", "1"},
		"short row":        {"numero_finess_etablissement;raison_sociale;code_insee;categetab;siret;dateouv\n910002773;CH;91174\n", "2"},
	} {
		f := read(t, c.text)
		if f.IssueCount == 0 || f.Issues[0].Where() != c.where || f.Issues[0].Reason.FR == "" || f.Issues[0].Reason.EN == "" {
			t.Errorf("%s: %+v, want a refusal at %s", name, f.Issues, c.where)
		}
	}
}

func TestNoticesDoNotRefuse(t *testing.T) {
	f := read(t, strings.NewReplacer(";286;91;", ";999;91;", "26910049900012", "26910049900013").Replace(register))
	if f.IssueCount != 0 || f.NoticeCount != 2 || len(f.Establishments) != 1 || f.Establishments[0].SIRET != "" {
		t.Errorf("%+v", f)
	}
}

// TestRealExtract reads a real extract, and checks the projection against the degrees that the same file gives.
func TestRealExtract(t *testing.T) {
	data, err := os.ReadFile(testdata.Shared(t, "structures/finess_etablissements_occitanie.csv"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := Read(context.Background(), bytes.NewReader(data), territory.Embedded())
	if err != nil || f.IssueCount != 0 {
		t.Fatal(err, f.Issues)
	}
	if f.Categories["124"] != 280 || f.Categories["603"] != 372 || f.Categories["604"] != 82 {
		t.Errorf("124: %d, 603: %d, 604: %d", f.Categories["124"], f.Categories["603"], f.Categories["604"])
	}
	compared := 0
	for i, line := range strings.Split(string(data), "\n")[1:] {
		if strings.Contains(line, `"`) || line == "" {
			continue
		}
		fields := split(line)
		var x, y, lon, lat float64
		for k, into := range map[int]*float64{19: &x, 20: &y, 23: &lon, 24: &lat} {
			*into = number(fields[k])
		}
		if x == 0 || lon == 0 {
			continue
		}
		gotLat, gotLon := fromLambert93(x, y)
		if math.Abs(gotLat-lat) > 1e-5 || math.Abs(gotLon-lon) > 1e-5 {
			t.Fatalf("line %d: %f %f, want %f %f", i+2, gotLat, gotLon, lat, lon)
		}
		compared++
	}
	t.Logf("%d establishments, %d positions agree, %d notices", len(f.Establishments), compared, f.NoticeCount)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(register))
	f.Add([]byte("numero_finess_etablissement;raison_sociale;code_insee;categetab;siret;dateouv\n910002773;\"a;\"\"b\";91174;355;;\n"))
	f.Add([]byte("structureet;\ngeolocalisation;;;\n\"\"\";"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read(context.Background(), bytes.NewReader(data), territory.Embedded())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range file.Establishments {
			if len(e.FINESS) != 9 || e.Name == "" || len(e.Commune) != 5 || math.IsNaN(e.Lat+e.Lon) {
				t.Fatalf("%+v", e)
			}
		}
	})
}

func number(s string) float64 {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return x
}
