package app

import (
	"os"
	"testing"

	"maillage/internal/calls"
	"maillage/internal/consultations"
	"maillage/internal/funding"
	"maillage/internal/initiatives"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/i18n"
	"maillage/internal/posts"
	"maillage/internal/protocols"
	"maillage/internal/rulebook"
	"maillage/internal/structures"
	"maillage/internal/telexpertise"
)

//go:generate go test -count=1 -run ^TestLifecyclesPage$ . -update

const lifecyclesPage = "../../docs/lifecycles.md"

// lives are the lifecycles of every room, in the order of the page.
func lives() []lifecycle.Described {
	var all []lifecycle.Described
	for _, m := range structures.Machines {
		all = append(all, m)
	}
	all = append(all, structures.DifficultyLife, structures.ProjectLife, rulebook.Machine)
	return append(all, calls.CallLife, calls.DossierLife, calls.AppealLife, funding.Life, posts.SharedLife, posts.GPLife, consultations.Life, initiatives.Life, protocols.Life, telexpertise.RequestLife, telexpertise.ReadingLife, telexpertise.VisitLife)
}

// A stale page fails the full run; the short one, of everyday work, says so.
func TestLifecyclesPage(t *testing.T) {
	want := lifecycle.Document(i18n.FR, lives()...)
	if *update {
		if err := os.WriteFile(lifecyclesPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(lifecyclesPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) == want {
		return
	}
	const message = "docs/lifecycles.md is stale: run go generate ./internal/app"
	if testing.Short() {
		t.Log(message)
	} else {
		t.Error(message)
	}
}
