package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// page reads a page of the program.
func page(t *testing.T, a *App, path string) (status int, body string) {
	t.Helper()
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
	all, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(all)
}

func TestImportsChangeTheMap(t *testing.T) {
	a := demonstration(t)
	_, front := page(t, a, "/")
	_, grigny := page(t, a, "/communes/91286")
	for _, caveat := range []string{"démonstration (inventée)", "contours approximatifs", "zonage calculé", "population non standardisée", "estimés à vol d"} {
		if !strings.Contains(front, caveat) || !strings.Contains(grigny, caveat) {
			t.Errorf("before any import nothing says %q", caveat)
		}
	}
	for kind, body := range map[intake.Kind]string{
		intake.Zones:                  "code_insee,zonage_mg\n91286,ZIP\n",
		intake.GPSupply:               "code_insee,fte\n91286,7.5\n",
		intake.PopulationStandardised: "code_insee,population_standardisee_2016\n91286,100\n91228,300\n",
		intake.TravelTimes:            "origin,dest,minutes\n91286,91228,9\n91228,91286,9\n",
	} {
		_, err := a.territory.Import(context.Background(), accounts.System("test"), territory.ImportCommand{Kind: kind, FileName: "f.csv", Decree: "Arrêté d’essai",
			Body: strings.NewReader(body), ValidFrom: time.Date(2022, 3, 25, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
	}
	_, after := page(t, a, "/")
	status, grigny := page(t, a, "/communes/91286")
	if status != http.StatusOK || after == front {
		t.Errorf("status %d; the front page changed: %v", status, after != front)
	}
	for _, text := range []string{"25 mars 2022", "Arrêté d’essai", "7,5 ETP", "Zone d’intervention prioritaire"} {
		if !strings.Contains(grigny, text) {
			t.Errorf("after the imports, Grigny's page lacks %q", text)
		}
	}
	for _, caveat := range []string{"démonstration (inventée)", "zonage calculé", "population non standardisée", "Zone calculée"} {
		if strings.Contains(grigny, caveat) {
			t.Errorf("after the imports, Grigny's page still says %q", caveat)
		}
	}
}
