package app

import (
	"context"
	"encoding/csv"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
)

// readCSV is a download as a program reads it.
func readCSV(t *testing.T, a *App, path string) [][]string {
	t.Helper()
	status, body := page(t, a, path)
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if status != http.StatusOK || err != nil || len(rows) == 0 {
		t.Fatalf("%s: %d, %v", path, status, err)
	}
	return rows
}

func TestEveryOpenTableHasItsDictionary(t *testing.T) {
	a := demonstration(t)
	_, body := page(t, a, "/donnees")
	for _, path := range []string{"/communes", "/departements", "/placement", "/structures"} {
		if !strings.Contains(body, `href="`+path+".csv") || !strings.Contains(body, `id="dictionnaire-`+strings.Trim(path, "/")+`"`) {
			t.Errorf("the open data do not offer %s with its dictionary", path)
		}
		for _, name := range readCSV(t, a, path+".csv")[0] {
			if !strings.Contains(body, "<code>"+name+"</code>") {
				t.Errorf("the dictionary of %s lacks %q", path, name)
			}
		}
	}
}

func TestComparedScenariosDownload(t *testing.T) {
	a := demonstration(t)
	r := region(t, a)
	service := atlas.NewService(a.DB, a.cfg.Clock)
	view, err := atlas.ParseView(nil, "11")
	if err != nil {
		t.Fatal(err)
	}
	changes, err := atlas.ParseChanges([]string{"91286:2"})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := service.Save(context.Background(), accounts.Actor{ID: "demo-officer", Name: "Test"}, atlas.SaveCommand{Name: "Grigny", View: view, Changes: changes})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := r.Try(view.Ages, changes)
	if err != nil {
		t.Fatal(err)
	}
	rows := readCSV(t, a, "/simulateur/comparer.csv?s="+kept.ID)
	if len(rows) < 8 || rows[0][2] != "Grigny" {
		t.Fatalf("%v", rows)
	}
	found := false
	for _, row := range rows[1:] {
		if row[0] == "Accessibilité moyenne" {
			before, errBefore := strconv.ParseFloat(row[1], 64)
			after, errAfter := strconv.ParseFloat(row[2], 64)
			found = errBefore == nil && errAfter == nil && math.Abs(before-answer.Before.Mean) < 1e-4 && math.Abs(after-answer.After.Mean) < 1e-4
		}
	}
	if !found {
		t.Errorf("the mean access, before and after, is not that of the region: %v", rows)
	}
	if status, _ := page(t, a, "/simulateur/comparer.csv"); status != http.StatusUnprocessableEntity {
		t.Errorf("nothing to compare: %d", status)
	}
}

func TestPublicTablesDownload(t *testing.T) {
	a := demonstration(t)
	if rows := readCSV(t, a, "/initiatives/consultation-avancee-grigny/preuves.csv"); len(rows) < 2 || rows[0][3] != "Vérifié" || rows[1][3] != "true" && rows[1][3] != "false" {
		t.Errorf("evidence: %v", rows)
	}
	if rows := readCSV(t, a, "/dossiers.csv"); len(rows) != 1 || rows[0][0] != "Numéro" {
		t.Errorf("nobody's applications: %v", rows)
	}
}
