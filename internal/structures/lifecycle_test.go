package structures

import (
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/lifecycle/lifecycletest"
	"maillage/internal/structures/identifier"
)

func TestEveryMoveEveryRole(t *testing.T) {
	ready := func(lifecycle.State) *File {
		return &File{
			Identifiers: []Identifier{{Scheme: identifier.FINESS, Value: "910002773"}},
			Territory:   []string{"91286"},
			Facts:       []Fact{{Kind: FactState, Key: "validated", Day: "2020-01-01"}, {Kind: FactState, Key: "sisa", Day: "2020-02-01"}},
			Members:     []Member{{Profession: "gp", From: "2020-01-01"}, {Profession: "gp", From: "2020-01-01"}, {Profession: "nurse", From: "2020-01-01"}},
			today:       "2020-06-01", aci: ACITerms{2, 1, 6},
		}
	}
	for _, m := range Machines {
		t.Run(m.Name(), func(t *testing.T) { lifecycletest.EveryMoveEveryRole(t, m, accounts.Roles, ready) })
	}
}

func TestGuardsNameWhatIsMissing(t *testing.T) {
	terms := ACITerms{2, 1, 6}
	for name, c := range map[string]struct {
		file  *File
		state lifecycle.State
		move  string
		rule  string
	}{
		"a receipt without FINESS":  {&File{Structure: Structure{Kind: CDS}}, "complete", "receipt", "structures.cds: receipt (finess)"},
		"a CPTS without territory":  {&File{Structure: Structure{Kind: CPTS}}, "letter", "file", "structures.cpts: file (territory)"},
		"an ACI before the project": {&File{Structure: Structure{Kind: MSP}, aci: terms}, "running", "sign_aci", "structures.msp: sign_aci (invariant-2)"},
		"an ACI with too small a team": {&File{Structure: Structure{Kind: MSP}, aci: terms, today: "2020-06-01",
			Facts: []Fact{{Kind: FactState, Key: "validated", Day: "2020-01-01"}, {Kind: FactState, Key: "sisa", Day: "2020-02-01"}}}, "running", "sign_aci", "structures.msp: sign_aci (aci-team)"},
	} {
		_, err := c.file.Machine().Check(c.file, c.state, c.move, accounts.Roles, "motif")
		if got := ruleOf(err); got != c.rule {
			t.Errorf("%s: %q, want %q", name, got, c.rule)
		}
	}
}

func TestMissionDeadlines(t *testing.T) {
	missions := []Mission{{ID: "access", Core: true, Start: 6, Deploy: 18}, {ID: "quality"}}
	f := &File{Facts: []Fact{{Kind: FactState, Key: "convention", Day: "2024-01-31"}}, Missions: []MissionDone{{Mission: "quality", Started: "2024-03-01"}}}
	s := f.MissionStates(missions, "2024-08-01")
	if s[0].Due != "2024-07-31" || !s[0].Late || s[0].Step() != "planned" || s[1].Due != "" || s[1].Step() != "started" {
		t.Errorf("got %+v", s)
	}
	f.Missions = append(f.Missions, MissionDone{Mission: "access", Started: "2024-07-01"})
	if s := f.MissionStates(missions, "2024-08-01"); s[0].Due != "2025-07-31" || s[0].Late {
		t.Errorf("once started: %+v", s[0])
	}
}
