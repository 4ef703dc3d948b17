package calls

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
)

// The demonstration reproduces the figures of the seeds, and seeding twice adds nothing.
func TestDemoFigures(t *testing.T) {
	each(t, func(w *world) {
		var places []DemoPlace
		for i := range 60 {
			places = append(places, DemoPlace{Code: fmt.Sprintf("91%03d", i), Name: fmt.Sprintf("Commune %d", i), Departement: "91", Zone: "ZIP"})
		}
		near := []DemoPlace{{Code: "91286", Name: "Grigny", Departement: "91", Zone: "ZIP"}, {Code: "91521", Name: "Ris-Orangis", Departement: "91", Zone: "ZAC"}}
		for i := range 20 {
			places = append(places, DemoPlace{Code: fmt.Sprintf("77%03d", i), Name: fmt.Sprintf("Ville %d", i), Departement: "77", Zone: "HZ"})
		}
		for range 2 {
			w.must(w.SeedDemo(ctx, "11", places, DemoPeople{Applicant: "applicant", Instructor: "instructor", Decider: "decider", Departement: "91", Reviewer: Reviewer{ID: "reviewer", Name: "Évaluateur"}, Near: near}))
		}
		count := func(condition string, args ...any) (n int) {
			w.must(w.db.GetContext(ctx, &n, `SELECT COUNT(*) FROM dossier JOIN dossier_content ON dossier_id = dossier.id WHERE `+condition, args...))
			return n
		}
		past := ` AND call_id IN (SELECT id FROM call WHERE state = 'results')`
		for what, c := range map[string]struct{ got, want int }{
			"projects of the protocol":     {count(`programme = $1`+past, ProtocolWalls), DemoWallProjects},
			"of which toward an MSP":       {count(`programme = $1 AND answers LIKE '%"to_msp":"yes"%'`+past, ProtocolWalls), DemoWallTowardMSP},
			"fragile practices":            {count(`programme = $1`+past, PracticeDifficulty), DemoFragilePractices},
			"all of them audited":          {count(`programme = $1 AND answers LIKE '%Audit réalisé%'`+past, PracticeDifficulty), DemoFragilePractices},
			"some of them funded":          {count(`programme = $1 AND granted_cents > 0`+past, PracticeDifficulty), 4},
			"kinds of works":               {count(`programme = $1 AND answers LIKE '%rehabilitation%'`+past, ProtocolWalls), 16},
			"decided in the future":        {count(`decided_at > $1 OR state_since > $1`, w.now()), 0},
			"processed, nothing proposed":  {count(`state = 'instructed' AND proposed_cents = 0`), 0},
			"the applicant's, elsewhere":   {count(`owner_id = 'applicant' AND commune NOT IN ('91286', '91521')`), 0},
			"before the committee":         {count(`state = 'committee' AND proposed_cents > 0 AND decided_at IS NULL AND id IN (SELECT dossier_id FROM committee_dossier)`), 4},
			"committee without a sitting":  {count(`state = 'committee' AND id NOT IN (SELECT dossier_id FROM committee_dossier)`), 0},
			"opinions to give":             {count(`state = 'admissible' AND owner_id <> 'reviewer' AND id IN (SELECT dossier_id FROM opinion WHERE state = 'asked' AND reviewer_id = 'reviewer')`), 3},
			"asked in the future":          {count(`id IN (SELECT dossier_id FROM opinion WHERE opinion.state = 'asked' AND (asked_at > $1 OR due_at < $1))`, w.now()), 0},
			"due soon":                     {count(`id IN (SELECT dossier_id FROM opinion WHERE opinion.state = 'asked' AND due_at < $1)`, w.now().AddDate(0, 0, 5)), 1},
			"the instructor, elsewhere":    {count(`instructor_id = 'instructor' AND departement <> '91'`), 0},
			"under way, nobody's":          {count(`instructor_id NOT IN ('', 'instructor') AND call_id IN (SELECT id FROM call WHERE state = 'published')`), 0},
			"a score without an opinion":   {count(`(score > 0) <> (id IN (SELECT dossier_id FROM opinion WHERE opinion.state = 'given'))`), 0},
			"given in the future":          {count(`id IN (SELECT dossier_id FROM opinion WHERE given_at > $1)`, w.now()), 0},
			"calls named for another year": {count(`call_id IN (SELECT id FROM call WHERE opens_at > $1 AND title NOT LIKE '%2026%')`, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), 0},
			"decider is not instructor":    {count(`decider_id = instructor_id AND decider_id <> ''`), 0},
			"decisions without a record":   {count(`granted_cents > 0 AND id NOT IN (SELECT dossier_id FROM dossier_decision)`), 0},
		} {
			if c.got != c.want {
				w.t.Errorf("%s: %d, want %d", what, c.got, c.want)
			}
		}
		for _, p := range Programmes {
			if count(`programme = $1`, p.Code) == 0 {
				w.t.Errorf("%s is not exercised", p.Code)
			}
		}
		var sittings int
		w.must(w.db.GetContext(ctx, &sittings, `SELECT COUNT(*) FROM committee WHERE state = 'planned' AND held_on > $1 AND held_on < $2`, w.now().Format(time.DateOnly), w.now().AddDate(0, 0, 28).Format(time.DateOnly)))
		if sittings != 1 {
			w.t.Errorf("%d sittings in the coming weeks", sittings)
		}
		var over int
		w.must(w.db.GetContext(ctx, &over, `SELECT COUNT(*) FROM call WHERE granted_cents <> (SELECT COALESCE(SUM(granted_cents), 0) FROM dossier WHERE call_id = call.id)`))
		if over != 0 {
			w.t.Errorf("%d calls do not add up", over)
		}
	})
}

// Each dossier of the demonstration has the history that led to its state, at hours of work, in order; what its form requires is answered,
// and the people of the demonstration find documents in the files that they open first.
func TestDemoDossiersHaveALife(t *testing.T) {
	each(t, func(w *world) {
		places := []DemoPlace{{Code: "91001", Name: "Abbéville", Departement: "91", Zone: "ZIP"}}
		near := []DemoPlace{{Code: "91286", Name: "Grigny", Departement: "91", Zone: "ZIP"}}
		w.must(w.SeedDemo(ctx, "11", places, DemoPeople{Applicant: "demo-applicant", Instructor: "demo-officer-91", Decider: "demo-officer-region", Departement: "91", Reviewer: Reviewer{ID: "reviewer", Name: "Évaluateur"}, Near: near}))
		var ids []string
		w.must(w.db.SelectContext(ctx, &ids, `SELECT id FROM dossier`))
		for _, id := range ids {
			d, err := getDossier(ctx, w.db, id)
			w.must(err)
			events, err := w.History(ctx, id)
			w.must(err)
			last := events[len(events)-1]
			if mv, ok := DossierLife.Move(strings.TrimPrefix(last.Action, "calls.dossier.")); d.State != Filed && d.State != Settled && (!ok || mv.To != d.State) && last.Action != "calls.opinion.ask" {
				t.Errorf("%s is %s and its history ends with %s", d.Number, d.State, last.Action)
			}
			for i, e := range events {
				at := e.At.In(i18n.Paris)
				if at.Hour() < 8 || at.Hour() > 18 || !clock.France.IsWorkingDay(at) || e.At.After(w.now()) || i > 0 && e.At.Before(events[i-1].At) {
					t.Errorf("%s: %s at %s", d.Number, e.Action, at)
				}
			}
			held := map[string]bool{}
			for _, q := range d.Form.V.Fields() {
				held[q.Name] = q.Kind == KindFile
			}
			if missing := d.Form.V.Check(d.Answers.V, held).Missing; len(missing) > 0 {
				t.Errorf("%s (%s) lacks %v", d.Number, d.Programme, missing)
			}
			documents, err := w.Documents(ctx, id)
			w.must(err)
			if d.OwnerID == "demo-applicant" && len(documents) == 0 {
				t.Errorf("%s has no document", d.Number)
			}
		}
	})
}
