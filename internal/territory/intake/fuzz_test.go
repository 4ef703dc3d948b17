package intake_test

import (
	"context"
	"strings"
	"testing"

	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// fuzz reads anything as a file of a kind. Whatever comes, the reading ends without a panic; a file is either kept whole or refused at
// a place, in both languages; and what is kept can be written and read back.
func fuzz(f *testing.F, kind intake.Kind, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	france := territory.Embedded()
	f.Fuzz(func(t *testing.T, text string) {
		content, report, err := intake.Read(context.Background(), kind, intake.Source{Name: "f", Bytes: strings.NewReader(text)}, france, nil, false)
		if err != nil {
			t.Fatal(err)
		}
		if report.Refused() {
			first := report.Rejected[0]
			if content != nil || first.Line < 1 || first.Reason.FR == "" || first.Reason.EN == "" {
				t.Fatalf("content %v, %+v", content != nil, first)
			}
			return
		}
		file, err := content.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := intake.Decode(file)
		if err != nil || back.Rows() != content.Rows() {
			t.Fatalf("read back: %v", err)
		}
	})
}

func FuzzCommunes(f *testing.F) {
	fuzz(f, intake.Communes, `[{"code":"91286","nom":"Grigny","type":"commune-actuelle","departement":"91","region":"11","codesPostaux":["91350"],"population":1}]`, `[`, `{}`, `[1]`)
}

func FuzzContours(f *testing.F) {
	fuzz(f, intake.Contours,
		`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"91286"},"geometry":{"type":"Polygon","coordinates":[[[2.3,48.6],[2.5,48.6],[2.5,48.7],[2.3,48.6]]]}}]}`,
		`{"features":[{"properties":{"code":91286},"geometry":{"type":"MultiPolygon","coordinates":[]}}]}`, `{"features":[]}`, `{"features":[null`, `[]`,
		"\ufeff"+`{"crs":{"properties":{"name":"EPSG:4326"}},"features":[{"properties":{"code":"91286"},"geometry":{"type":"Polygon","coordinates":[[[2.3,48.6],[2.4,48.7],[2.4,48.6],[2.3,48.7],[2.3,48.6]]]}}],"crs":null}{`)
}

func FuzzPopulationAge(f *testing.F) {
	header := "code_insee"
	row := "91286"
	for _, sex := range []string{"h_", "f_"} {
		for _, age := range intake.AgeColumns {
			header += "," + sex + age
			row += ",1"
		}
	}
	fuzz(f, intake.PopulationAge, header+"\n"+row+"\n", header+"\n"+row, header)
}

func FuzzPopulationStandardised(f *testing.F) {
	fuzz(f, intake.PopulationStandardised, "code_insee,population_standardisee_2016\n91286,12.5\n", "code_insee;population_standardisee\n\"91286\";\"1 234,5\"\n",
		"code_insee,population_standardisee,code_insee\n91286,\"1,234\",1_0")
}

func FuzzZones(f *testing.F) {
	fuzz(f, intake.Zones, "code_insee,zonage_mg\n91286,ZIP\n", "\ufeffcode_insee;zone\r\n2a004;\"HZ\"\r\n", "code_insee\tzonage\n93059\tZAC\n93066\tZIP")
}

func FuzzQPVList(f *testing.F) {
	fuzz(f, intake.QPVList, "code_qp,nom_qp,communes,insee_com_principal,lon_groupe,lat_groupe\nQN09125M,La Grande Borne,Grigny,91286,2.38784,48.65763\n")
}

func FuzzQPVShapes(f *testing.F) {
	fuzz(f, intake.QPVShapes, `{"features":[{"properties":{"code_qp":"QN09125M, QN09126M","lib_qp":"A, B"},"geometry":{"type":"Point","coordinates":[2.38,48.65]}}]}`,
		`{"features":[{"properties":{"code_qp":"QN02A01M","insee_com":"2A004"},"geometry":{"type":"Point","coordinates":[8.7,null]}}],"crs":{"properties":{"name":"EPSG:2154"}}} x`)
}

func FuzzIncome(f *testing.F) {
	fuzz(f, intake.Income, "CODGEO,MED15,TP6015\n91286,13000,44.8\n75056,26430.9,\n")
}

func FuzzGPSupply(f *testing.F) {
	fuzz(f, intake.GPSupply, rppsHeader+"\n"+rpps("10000000001", "SM54", "L", "R1", "91228"), "code_insee;fte;age_band\n91228;1,5;<=60\n", "code_insee,generaliste\n75101,87\n")
}

func FuzzTravelTimes(f *testing.F) {
	fuzz(f, intake.TravelTimes, "origin,dest,minutes\n91228,91286,9.5\n93059,91286,40\n93066,91286,38\n")
}
