package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

func TestImportsChangeTheMap(t *testing.T) {
	ctx := context.Background()
	a := demonstration(t)
	before, err := a.ground(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if !before.DemoSupply || before.Zones != nil || before.Contours != nil || before.Weighted != nil {
		t.Errorf("before any import: demo %v, %d zones", before.DemoSupply, len(before.Zones))
	}
	if again, err := a.ground(ctx); err != nil || again != before {
		t.Errorf("the same ground is made again: %v", err)
	}
	for kind, body := range map[intake.Kind]string{
		intake.Zones:                  "code_insee,zonage_mg\n91286,ZIP\n",
		intake.GPSupply:               "code_insee,fte\n91286,7.5\n",
		intake.PopulationStandardised: "code_insee,population_standardisee_2016\n91286,100\n91228,300\n",
		intake.TravelTimes:            "origin,dest,minutes\n91286,91228,9\n",
	} {
		_, err := a.territory.Import(ctx, accounts.System("test"), territory.ImportCommand{Kind: kind, FileName: "f.csv", Decree: "Arrêté",
			Body: strings.NewReader(body), ValidFrom: time.Date(2022, 3, 25, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
	}
	after, err := a.ground(ctx)
	if err != nil {
		t.Fatal(err)
	}
	grigny, _ := after.France.Index("91286")
	evry, _ := after.France.Index("91228")
	if after.Version == before.Version || after.DemoSupply || after.Supply[grigny].Count(territory.AllAges) != 7.5 || after.Supply[evry].Count(territory.AllAges) != 0 {
		t.Errorf("supply: version %s, %v", after.Version, after.Supply[grigny])
	}
	if z := after.Zones["91286"]; z.Class != "ZIP" || z.Since != "2022-03-25" || z.Text != "Arrêté" {
		t.Errorf("zone: %+v", z)
	}
	if after.Weighted[evry] <= after.Weighted[grigny]*2.9 || after.Minutes == nil || len(after.Past) != 0 {
		t.Errorf("weighted %v and %v", after.Weighted[grigny], after.Weighted[evry])
	}
}
