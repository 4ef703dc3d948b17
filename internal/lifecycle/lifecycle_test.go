package lifecycle_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"maillage/internal/lifecycle"
	"maillage/internal/lifecycle/lifecycletest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

type role string

func (r role) Name() i18n.Text { return i18n.Text{FR: string(r), EN: string(r)} }

const (
	team   role = "team"
	agency role = "agency"
)

type project struct {
	signed bool
	grace  int
}

func both(s string) i18n.Text { return i18n.Text{FR: s, EN: s} }

// table is a small life with everything in it: a guard, a silence clock, a deadline read from the object, a reopening.
func table() lifecycle.Table[*project, role] {
	return lifecycle.Table[*project, role]{
		Name: "test.project", Label: i18n.Text{FR: "Projet", EN: "Project"}, Initial: "draft",
		States: []lifecycle.StateRow[role]{
			{Name: "draft", Label: i18n.Text{FR: "brouillon", EN: "draft"}, Owner: team},
			{Name: "filed", Label: i18n.Text{FR: "déposé", EN: "filed"}, Owner: agency},
			{Name: "valid", Label: i18n.Text{FR: "validé", EN: "valid"}, Terminal: true},
			{Name: "refused", Label: i18n.Text{FR: "refusé", EN: "refused"}, Terminal: true},
		},
		Moves: []lifecycle.Move[*project, role]{
			{
				Name: "file", Label: i18n.Text{FR: "Déposer", EN: "File"}, From: []lifecycle.State{"draft"}, To: "filed", Roles: []role{team},
				DeadlineOf: func(p *project) lifecycle.Deadline {
					return lifecycle.Deadline{N: p.grace, Unit: lifecycle.Days}
				},
				Guard: func(p *project) error {
					if !p.signed {
						return fault.Refused("invariant-2", "Le projet n’est pas signé.", "The project is not signed.")
					}
					return nil
				},
			},
			{Name: "validate", Label: both("Valider"), From: []lifecycle.State{"filed"}, To: "valid", Roles: []role{agency}, Deadline: lifecycle.Deadline{N: 10, Unit: lifecycle.WorkingDays}},
			{Name: "stay silent", Label: both("Silence : accord"), From: []lifecycle.State{"filed"}, To: "valid", Roles: []role{lifecycle.System}, Automatic: true, Deadline: lifecycle.Deadline{N: 2, Unit: lifecycle.Months}},
			{Name: "refuse", Label: both("Refuser"), From: []lifecycle.State{"filed"}, To: "refused", Roles: []role{agency}, Reason: true},
			{Name: "reopen", Label: both("Rouvrir"), From: []lifecycle.State{"valid", "refused"}, To: "filed", Roles: []role{agency, team}, Reason: true},
		},
	}
}

func TestEveryMoveEveryRole(t *testing.T) {
	lifecycletest.EveryMoveEveryRole(t, lifecycle.New(table()), []role{team, agency}, func(lifecycle.State) *project { return &project{signed: true} })
}

func TestRefusalsNameTheirRule(t *testing.T) {
	m := lifecycle.New(table())
	for name, c := range map[string]struct {
		state  lifecycle.State
		move   string
		by     role
		reason string
		kind   fault.Kind
		rule   string
	}{
		"guard":          {"draft", "file", team, "", fault.KindRefused, "test.project: file (invariant-2)"},
		"role":           {"filed", "validate", team, "", fault.KindForbidden, "test.project: validate"},
		"state":          {"draft", "validate", agency, "", fault.KindRefused, "test.project: validate"},
		"unknown move":   {"draft", "burn", agency, "", fault.KindRefused, "test.project: burn"},
		"missing reason": {"filed", "refuse", agency, " ", fault.KindInvalid, "test.project: refuse"},
	} {
		_, err := m.Check(&project{}, c.state, c.move, []role{c.by}, c.reason)
		var said *fault.Error
		if !errors.As(err, &said) || said.Kind != c.kind || said.Rule != c.rule {
			t.Errorf("%s: got %v", name, err)
		}
	}
	options := m.Options(&project{}, "draft", []role{team})
	if len(options) != 1 || options[0].Refusal == nil || len(m.Moves(&project{}, "draft", []role{team})) != 0 {
		t.Errorf("a guarded move must be an option with its refusal, not a button: %v", options)
	}
}

func TestDeadlines(t *testing.T) {
	m := lifecycle.New(table())
	since := time.Date(2026, 12, 31, 9, 0, 0, 0, i18n.Paris)
	due := m.Deadlines(&project{}, "filed", since)
	want := []string{"validate 2027-01-15 09:00", "stay silent 2027-02-28 09:00"}
	if len(due) != len(want) {
		t.Fatalf("%d deadlines", len(due))
	}
	for i, d := range due {
		if got := d.Move.Name + " " + d.At.In(i18n.Paris).Format("2006-01-02 15:04"); got != want[i] {
			t.Errorf("got %s, want %s", got, want[i])
		}
	}
	if due := m.Deadlines(&project{grace: 3}, "draft", since); len(due) != 1 || !due[0].At.Equal(since.AddDate(0, 0, 3)) {
		t.Errorf("the object's own deadline: %v", due)
	}
	if due := m.Deadlines(&project{}, "draft", since); len(due) != 0 {
		t.Errorf("no deadline set, yet %v", due)
	}
}

func TestDocument(t *testing.T) {
	m := lifecycle.New(table())
	lifecycletest.Golden(t, "document.md", lifecycle.Document(i18n.FR, m))
	if en := lifecycle.Document(i18n.EN, m); !strings.Contains(en, "| File (`file`) | draft | filed | team | a setting | — |") {
		t.Error(en)
	}
}

func TestBadTablesDoNotStart(t *testing.T) {
	for name, spoil := range map[string]func(*lifecycle.Table[*project, role]){
		"unknown initial state": func(t *lifecycle.Table[*project, role]) { t.Initial = "none" },
		"state without label":   func(t *lifecycle.Table[*project, role]) { t.States[1].Label.EN = "" },
		"dead end":              func(t *lifecycle.Table[*project, role]) { t.States[2].Terminal = false; t.Moves = t.Moves[:4] },
		"unreachable state":     func(t *lifecycle.Table[*project, role]) { t.Moves[3].To = "valid" },
		"move twice":            func(t *lifecycle.Table[*project, role]) { t.Moves[1].Name = "file" },
		"nobody may":            func(t *lifecycle.Table[*project, role]) { t.Moves[1].Roles = nil },
		"automatic, no clock":   func(t *lifecycle.Table[*project, role]) { t.Moves[2].Deadline.N = 0 },
		"automatic by a person": func(t *lifecycle.Table[*project, role]) { t.Moves[2].Roles = []role{team} },
		"unknown unit":          func(t *lifecycle.Table[*project, role]) { t.Moves[1].Deadline.Unit = "moons" },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("the table was accepted")
				}
			}()
			bad := table()
			spoil(&bad)
			lifecycle.New(bad)
		})
	}
}
