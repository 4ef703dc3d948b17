package structures

import (
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/lifecycle/lifecycletest"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
)

func TestEveryMoveOfAProject(t *testing.T) {
	lifecycletest.EveryMoveEveryRole(t, ProjectLife, accounts.Roles, func(lifecycle.State) *Project { return &Project{} })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What a structure sets out to do is dated, moves on, names its dossiers once, shows in its history, and passes on when it is merged.
func TestProjectsOfAStructure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		st, into := w.create(t, GroupPractice, "Cabinet du Port"), w.create(t, GroupPractice, "Cabinet du Quai")
		walls := ProjectCommand{Structure: st.ID, Kind: "walls", Title: "Rénover le rez-de-chaussée", Expected: "2026-02-01"}
		for name, c := range map[string]struct {
			actor accounts.Actor
			cmd   ProjectCommand
			kind  fault.Kind
			field string
		}{
			"from another département":  {w.paris, walls, fault.KindForbidden, ""},
			"of another structure":      {coordinator(into.ID), walls, fault.KindForbidden, ""},
			"about nothing that exists": {w.essonne, ProjectCommand{Structure: st.ID, Kind: "x", Title: "Rénover"}, fault.KindInvalid, "project_kind"},
			"without a name":            {w.essonne, ProjectCommand{Structure: st.ID, Kind: "walls", Title: " "}, fault.KindInvalid, "project_title"},
			"for a day that is none":    {w.essonne, ProjectCommand{Structure: st.ID, Kind: "walls", Title: "Rénover", Expected: "2026-02-30"}, fault.KindInvalid, "expected"},
		} {
			if err := w.AddProject(w.ctx, c.actor, c.cmd); fault.KindOf(err) != c.kind || c.field != "" && fieldOf(err, c.field) == "" {
				t.Errorf("a project %s: %v", name, err)
			}
		}
		must(t, w.AddProject(w.ctx, coordinator(st.ID), walls))
		f, err := w.File(w.ctx, w.essonne, st.ID)
		must(t, err)
		p := f.Projects[0]
		if p.State != ProjectPlanned || !p.Late(w.Today()) {
			t.Errorf("planned, and awaited for a month: %+v", p)
		}
		if err := w.MoveProject(w.ctx, w.essonne, st.ID, p.ID, "finish", "", ""); ruleOf(err) != "structures.project: finish" {
			t.Errorf("done before it started: %v", err)
		}
		if err := w.MoveProject(w.ctx, w.essonne, st.ID, p.ID, "start", "", "2027-01-01"); fieldOf(err, "on") == "" {
			t.Errorf("started on a day to come: %v", err)
		}
		must(t, w.MoveProject(w.ctx, coordinator(st.ID), st.ID, p.ID, "start", "", "2026-01-15"))
		must(t, w.LinkProject(w.ctx, w.essonne, st.ID, p.ID, "dossier-1"))
		if err := w.LinkProject(w.ctx, w.essonne, st.ID, p.ID, "dossier-1"); fieldOf(err, "dossier") == "" {
			t.Errorf("linked twice: %v", err)
		}
		if err := w.MoveProject(w.ctx, w.essonne, into.ID, p.ID, "drop", "motif", ""); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("moved through another structure: %v", err)
		}
		for who, actor := range map[string]accounts.Actor{"somebody": {}, "of another département": w.paris, "of another structure": coordinator(into.ID)} {
			if open, err := w.OpenProjects(w.ctx, actor, "11"); err != nil || len(open) != 0 {
				t.Errorf("%s is shown the projects: %v, %v", who, open, err)
			}
		}
		if open, err := w.OpenProjects(w.ctx, w.essonne, "11"); err != nil || len(open) != 1 || open[0].ID != p.ID || open[0].Structure.Name != "Cabinet du Port" {
			t.Errorf("open projects: %+v, %v", open, err)
		}
		if f, _ = w.File(w.ctx, accounts.Actor{}, st.ID); len(f.Projects) != 0 {
			t.Error("everybody reads the projects")
		}
		must(t, w.Merge(w.ctx, w.essonne, MergeCommand{From: st.ID, Into: into.ID, Reason: "même cabinet"}))
		f, _ = w.File(w.ctx, w.essonne, into.ID)
		if len(f.Projects) != 1 || f.Projects[0].State != ProjectUnderWay || f.Projects[0].Since != "2026-01-15" || len(f.Projects[0].Dossiers.V) != 1 {
			t.Errorf("after the merger: %+v", f.Projects)
		}
		if open, err := w.OpenProjects(w.ctx, w.essonne, "11"); err != nil || len(open) != 1 || open[0].Structure.ID != into.ID {
			t.Errorf("open projects after the merger: %+v, %v", open, err)
		}
		events, err := w.Timeline(w.ctx, w.essonne, into.ID)
		must(t, err)
		told := 0
		for _, e := range events {
			if e.Text.EN == "Project “Rénover le rez-de-chaussée”: under way" && e.Day == "2026-01-15" {
				told++
			}
		}
		if told != 1 {
			t.Errorf("the history tells the start %d times", told)
		}
	})
}

// A secondary site stands where it is said, or on its commune and marked so; it is on the map while it is open, and stays in the history.
func TestSecondarySites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		st := w.create(t, CDS, "Centre de santé du Port")
		if err := w.AddSite(w.ctx, w.essonne, SiteCommand{Structure: st.ID, Commune: "Viry", From: "2026-01-01"}); fieldOf(err, "site_commune") == "" {
			t.Errorf("a commune by its name: %v", err)
		}
		if err := w.AddSite(w.ctx, w.paris, SiteCommand{Structure: st.ID, Commune: "91687", From: "2026-01-01"}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("from another département: %v", err)
		}
		must(t, w.AddSite(w.ctx, w.essonne, SiteCommand{Structure: st.ID, Label: "Antenne", Commune: "91687", From: "2026-01-01"}))
		must(t, w.AddSite(w.ctx, w.essonne, SiteCommand{Structure: st.ID, Commune: "91521", Lat: 48.64, Lon: 2.36, From: "2026-01-01"}))
		points, err := w.OtherSites(w.ctx, "11")
		must(t, err)
		f, _ := w.File(w.ctx, w.essonne, st.ID)
		estimated := 0
		for _, s := range f.Sites {
			if s.Approximate && !s.Main {
				estimated++
			}
		}
		if len(points) != 2 || len(f.Sites) != 3 || estimated != 1 {
			t.Errorf("%d points, %d sites, %d estimated", len(points), len(f.Sites), estimated)
		}
		for _, s := range f.Sites {
			if err := w.EndSite(w.ctx, w.essonne, st.ID, s.ID, "2026-02-01"); s.Main != (err != nil) {
				t.Errorf("closing %q (main %t): %v", s.Label, s.Main, err)
			}
		}
		if points, err = w.OtherSites(w.ctx, "11"); err != nil || len(points) != 0 {
			t.Errorf("closed sites are on the map: %d, %v", len(points), err)
		}
		events, _ := w.Timeline(w.ctx, w.essonne, st.ID)
		opened, closed := 0, 0
		for _, e := range events {
			switch e.Text.EN {
			case "Site opened: Antenne, Viry-Châtillon":
				opened++
			case "Site closed: Antenne, Viry-Châtillon":
				closed++
			}
		}
		if opened != 1 || closed != 1 {
			t.Errorf("the history tells the opening %d times, the closing %d times", opened, closed)
		}
	})
}

// A professional known on both sides of a merger counts once.
func TestAMergerCountsAProfessionalOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		a, b := w.create(t, GroupPractice, "Cabinet A"), w.create(t, GroupPractice, "Cabinet B")
		for _, id := range []string{a.ID, b.ID} {
			must(t, w.AddMember(w.ctx, w.essonne, MemberCommand{Structure: id, Name: "Camille Essai", Profession: "gp", RPPS: "99900000011", From: "2020-01-01"}))
		}
		must(t, w.Merge(w.ctx, w.essonne, MergeCommand{From: a.ID, Into: b.ID, Reason: "même cabinet"}))
		if f, err := w.File(w.ctx, w.essonne, b.ID); err != nil || f.GPs(w.Today()) != 1 {
			t.Errorf("%d GPs: %v", f.GPs(w.Today()), err)
		}
	})
}

// Words in any order, accents and hyphens or none, "St" for "Saint", a part of a number, a number in groups.
func TestSearchReadsWhatPeopleType(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		w.create(t, CDS, "Centre de santé de l’Étoile")
		if _, err := w.Create(w.ctx, w.essonne, CreateCommand{Kind: MSP, Name: "MSP des Œillets", Commune: "91570", FINESS: "910002773"}); err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]int{"etoile": 1, "ÉTOILE santé": 1, "grigny étoile": 1, "oeillets": 1, "msp st-michel": 1, "Sainte-Geneviève": 0, "saint michel sur orge": 1, "91000277": 1, "91 000 277 3": 1, "910002774": 0, "91570": 1, "zzz étoile": 0, "  ": 2} {
			if _, total, err := w.List(w.ctx, w.essonne, Filter{Text: text}); err != nil || total != want {
				t.Errorf("%q finds %d, want %d: %v", text, total, want, err)
			}
		}
	})
}

func TestContactsComeAndGo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		st, other := w.create(t, ESP, "Équipe du Port"), w.create(t, ESP, "Équipe du Quai")
		must(t, w.AddContact(w.ctx, coordinator(st.ID), Contact{StructureID: st.ID, Name: "Alix Essai", Email: "alix@example.org"}))
		f, _ := w.File(w.ctx, w.essonne, st.ID)
		if err := w.RemoveContact(w.ctx, w.essonne, other.ID, f.Contacts[0].ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("removed through another structure: %v", err)
		}
		must(t, w.RemoveContact(w.ctx, w.essonne, st.ID, f.Contacts[0].ID))
		if f, _ = w.File(w.ctx, w.essonne, st.ID); len(f.Contacts) != 0 {
			t.Errorf("%+v", f.Contacts)
		}
	})
}
