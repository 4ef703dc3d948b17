package app

import (
	"context"
	"slices"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/protocols"
	"maillage/internal/structures"
)

// The protocol counts what the other rooms hold: the figures of the agency's page come out of the demonstration's own dossiers and cases.
func TestTheProtocolCountsTheFilesThemselves(t *testing.T) {
	a := demonstration(t)
	officer := accounts.Actor{ID: "demo-officer-region", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
	ctx := accounts.WithActor(context.Background(), officer)
	f, err := a.protocols.Get(ctx, officer, protocols.DemoID)
	if err != nil {
		t.Fatal(err)
	}
	walls, practices := ofProgramme+string(calls.ProtocolWalls), f.Figures.Of(practicesSource)
	first := f.Reviews[0].Figures.V.Of(walls)
	if f.Signed != "2017-07-06" || first.Projects != calls.DemoWallProjects || first.TowardMSP != calls.DemoWallTowardMSP || len(first.Kinds) != 3 {
		t.Errorf("signed %s; the first year: %+v", f.Signed, first)
	}
	if practices.Projects != structures.DemoFragile || practices.Funded == 0 || practices.Funded >= practices.Projects {
		t.Errorf("all audited and accompanied, only some funded: %+v", practices)
	}
	if !slices.ContainsFunc(f.Projects, func(p protocols.Project) bool { return p.Href != "" && p.Structure != "" }) {
		t.Error("no project leads to its file and its structure")
	}
	reviewer := accounts.Actor{ID: "demo-reviewer", Grants: []accounts.Grant{{Role: accounts.RoleReviewer, Region: "11", Structure: accounts.DemoURPS}}}
	f, err = a.protocols.Get(accounts.WithActor(context.Background(), reviewer), reviewer, protocols.DemoID)
	if err != nil || !f.Party || len(f.Projects) == 0 {
		t.Fatalf("the partner reads the projects: %v", err)
	}
	for _, p := range f.Projects {
		if p.Href != "" && p.Number != "" {
			t.Errorf("the partner is led to the dossier %s, which is closed to it", p.Number)
		}
	}
}
