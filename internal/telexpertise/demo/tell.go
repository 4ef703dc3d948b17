package demo

import (
	"context"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
)

// chapters are the endings in the order in which a story may go through them; a story stops at its own.
var chapters = map[ending][]string{
	"draft": {}, "offered": {}, "taken": {"take"}, "asked": {"take", "ask"}, "answered": {"take", "sign"}, "read": {"take", "sign", "read"},
	"proposed": {"take", "sign", "read", "inform"}, "booked": {"take", "sign", "read", "inform", "book"}, "absent": {"take", "sign", "read", "inform", "book", "miss"},
	"excised": {"take", "sign", "read", "inform", "book", "attend", "excise"}, "again": {"take", "sign", "read", "inform"}, "declined": {"take", "decline"}, "cancelled": {"cancel"},
	"histology": {"take", "sign", "read", "inform", "book", "attend", "excise", "histology"}, "closed": {"take", "sign", "read", "outcome", "inform"},
}

// after is how long after the one before each thing happens, in minutes; urgent requests go faster.
var after = map[string]int{"take": 150, "ask": 25, "sign": 110, "read": 160, "inform": 240, "book": 300, "attend": 60, "miss": 60, "excise": 20, "histology": 60 * 24 * 12, "decline": 20, "cancel": 90, "outcome": 30}

// tell puts what happens in one story into the plan. Visits take place at the hour of their slot.
func (k *seeder) tell(one story, now time.Time) {
	at := one.begins
	k.plan = append(k.plan, event{at, func(ctx context.Context) error { return k.ask(ctx, one) }})
	expert := k.experts[(one.n*3)%len(k.experts)]
	if one.n%4 == 0 {
		expert = k.experts[0] // the account that visitors try
	}
	visit := one.begins.AddDate(0, 0, map[telexpertise.Urgency]int{"P1": 5, "P2": 11, "P3": 30}[one.urgency])
	if one.end == "booked" && visit.Before(now) {
		visit = now.Add(time.Duration(30+one.n) * time.Hour)
	}
	visit = consulting(visit, one.n)
	steps := k.steps(one, as(expert), expert, visit)
	if one.end == "closed" || one.end == "histology" {
		k.plan = append(k.plan, event{one.begins.AddDate(0, 0, 4), k.second(one)})
	}
	for _, name := range chapters[one.end] {
		wait := time.Duration(after[name]*(60+one.n*13%80)/100) * time.Minute
		if one.end == "answered" || one.end == "read" || one.end == "proposed" || one.end == "taken" || one.end == "asked" || one.end == "booked" {
			wait = min(wait, max(time.Minute, now.Sub(at)/4))
		}
		at = at.Add(wait)
		if name == "attend" || name == "miss" {
			at = visit.Add(10 * time.Minute)
		}
		k.plan = append(k.plan, event{at, steps[name]})
	}
}

// consulting moves a moment to consulting hours of the same day, or of the Monday after a weekend.
func consulting(t time.Time, n int) time.Time {
	t = t.In(i18n.Paris)
	for !clock.France.IsWorkingDay(t) {
		t = t.AddDate(0, 0, 1)
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 9+n%8, 20*(n%3), 0, 0, i18n.Paris)
}

// steps says what each chapter does, by whose hand.
func (k *seeder) steps(one story, expert accounts.Actor, member telexpertise.Member, visit time.Time) map[string]func(context.Context) error {
	gp, id := as(one.gp), one.id
	return map[string]func(context.Context) error{
		"take": func(ctx context.Context) error { return k.s.Take(ctx, expert, id) },
		"ask": func(ctx context.Context) error {
			return k.s.Ask(ctx, expert, telexpertise.AskCommand{CaseID: id, Reason: telexpertise.AskReasons[one.n%5], Text: "Une vue plus nette aiderait."})
		},
		"sign": func(ctx context.Context) error { return k.sign(ctx, one, expert, member, visit) },
		"read": func(ctx context.Context) error { _, err := k.s.ReadCase(ctx, gp, id); return err },
		"inform": func(ctx context.Context) error {
			return k.s.Inform(ctx, gp, telexpertise.InformCommand{CaseID: id, How: "phone"})
		},
		"book":   func(ctx context.Context) error { return k.s.Book(ctx, k.desk, id) },
		"attend": func(ctx context.Context) error { return k.s.Presence(ctx, k.desk, id, true) },
		"miss":   func(ctx context.Context) error { return k.s.Presence(ctx, k.desk, id, false) },
		"excise": func(ctx context.Context) error { return k.s.Excise(ctx, expert, id) },
		"decline": func(ctx context.Context) error {
			return k.s.Decline(ctx, expert, id, "Lésion inflammatoire sans question de dépistage : adressez-la à la consultation de dermatologie générale.")
		},
		"cancel": func(ctx context.Context) error {
			return k.s.Cancel(ctx, gp, id, "Le patient a été vu aux urgences entre-temps.")
		},
		"outcome": func(ctx context.Context) error { return k.s.SetOutcome(ctx, gp, id, one.outcome) },
		"histology": func(ctx context.Context) error {
			h := telexpertise.Histology{Type: one.outcome, Margins: []string{"clear", "clear", "involved"}[one.n%3]}
			if one.outcome == "melanoma" {
				h.BreslowMM = []float64{0.4, 0.7, 1.2, 2.1}[one.n%4]
			}
			return k.s.Histology(ctx, k.desk, id, h)
		},
	}
}

// second reads a case blind where one was chosen for it; one reader in six sees it otherwise.
func (k *seeder) second(one story) func(context.Context) error {
	reader := as(k.experts[(one.n*3+1)%len(k.experts)])
	cmd := telexpertise.AnswerCommand{CaseID: one.id, Disposition: one.answer, PhotosUsable: true,
		AnswerText: telexpertise.AnswerText{Hypothesis: guesses[one.lesion], Confidence: telexpertise.Confidences[one.n%3], Text: replies[one.answer]}}
	if one.n%6 == 0 {
		cmd.Disposition = telexpertise.D2
	}
	return func(ctx context.Context) error {
		if err := k.s.SignSecond(ctx, reader, cmd); !fault.Is(err, fault.KindRefused) {
			return err
		}
		return nil
	}
}

var replies = map[telexpertise.Disposition]string{
	"D1": "Lésion suspecte : je la vois avec dermoscopie, exérèse à prévoir. Ne pas biopsier avant.", "D2": "Aspect évocateur, à confirmer en consultation puis exérèse programmée.",
	"D3": "Aspect bénin, pas de traitement nécessaire. Reprendre avis en cas de changement.", "D5": "Exérèse d’emblée avec analyse, au bloc de consultation.",
	"D6": "Pas de critère inquiétant. Photographier de nouveau dans 3 mois avec la carte d’échelle.",
}

// sign answers; who needs a visit gets a slot at the hour of the story.
func (k *seeder) sign(ctx context.Context, one story, expert accounts.Actor, member telexpertise.Member, visit time.Time) error {
	cmd := telexpertise.AnswerCommand{CaseID: one.id, Disposition: one.answer, PhotosUsable: one.n%17 != 0,
		AnswerText: telexpertise.AnswerText{Hypothesis: guesses[one.lesion], Confidence: telexpertise.Confidences[one.n%3], Text: replies[one.answer]}}
	if one.answer.NeedsVisit() {
		slot, err := k.slot(ctx, member, visit.Add(time.Minute))
		if err != nil {
			return err
		}
		cmd.SlotID = slot
	}
	if !slices.Contains(telexpertise.Dispositions, one.answer) {
		return nil
	}
	return k.s.Sign(ctx, expert, cmd)
}
