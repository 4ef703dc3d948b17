package intake_test

import (
	"context"
	"os"
	"testing"

	"maillage/internal/territory"
	"maillage/internal/territory/intake"

	"maillage/internal/testdata"
)

// realFiles are the reference files, with the number of rows that each must give.
var realFiles = []struct {
	kind   intake.Kind
	path   string
	format string
	rows   int
}{
	{intake.Contours, "communes/communes-ile-de-france-2018.geojson", "geojson", 1266},
	{intake.Contours, "communes/paris-arrondissements.geojson", "geojson", 20},
	{intake.PopulationAge, "communes/population_age_sexe_2021_idf.csv", "csv", 452},
	{intake.PopulationStandardised, "communes/population_standardisee_2016_idf.csv", "csv", 1265},
	{intake.Zones, "zones/zonage_mg_idf.csv", "csv", 1285},
	{intake.QPVList, "zones/qpv_2024_liste_idf.csv", "csv", 344},
	{intake.QPVShapes, "zones/qpv_2024_points_idf.geojson", "geojson", 344},
	{intake.Income, "communes/filosofi_2015_communes_idf.csv", "filosofi", 1286},
	{intake.GPSupply, "supply/ps_sirene_par_commune_idf.csv", "counts", 1002},
}

func read(t testing.TB, kind intake.Kind, path string, inForce intake.Content, complete bool) (intake.Content, *intake.Report) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	content, report, err := intake.Read(context.Background(), kind, intake.Source{Name: path, Bytes: file}, territory.Embedded(), inForce, complete)
	if err != nil {
		t.Fatal(err)
	}
	return content, report
}

func TestRealFilesAreRead(t *testing.T) {
	for _, f := range realFiles {
		t.Run(f.path, func(t *testing.T) {
			content, report := read(t, f.kind, testdata.Shared(t, f.path), nil, false)
			for _, issue := range report.Rejected {
				t.Errorf("%s [%s=%s] %s", issue.Where(), issue.Header, issue.Value, issue.Reason.EN)
			}
			t.Logf("%+v merged %v", *report, report.MergedCount)
			if content == nil {
				t.Fatal("refused")
			}
			if report.Rows != f.rows || report.Format != f.format || report.Added != f.rows {
				t.Errorf("%d rows (%s, %d added), want %d (%s)", report.Rows, report.Format, report.Added, f.rows, f.format)
			}
		})
	}
}
