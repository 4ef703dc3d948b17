package simulate

import (
	"bytes"
	"testing"
)

// played are the three policies over a year, several seeds taken together.
func played(repeats int, h Habits) (nearest, usual, best Result) {
	var all []Result
	for _, p := range Policies() {
		all = append(all, Run(Plan{Seed: 1, Scale: 1, Days: 364, Repeats: repeats, Policy: p, Habits: h}))
	}
	return all[0], all[1], all[2]
}

func TestTheSameSeedGivesTheSameAnswer(t *testing.T) {
	var runs [2]bytes.Buffer
	for i := range runs {
		for _, p := range Policies() {
			Table(&runs[i], []Result{Run(Plan{Seed: 7, Scale: 1, Days: 60, Policy: p, Habits: Usual()})})
		}
	}
	if runs[0].String() != runs[1].String() {
		t.Fatalf("%s\n%s", &runs[0], &runs[1])
	}
}

// TestTheRecommendedSettingsReachTheFigures holds the figures that the service promises, though nobody reacts to a message.
func TestTheRecommendedSettingsReachTheFigures(t *testing.T) {
	nearest, usual, best := played(8, Usual())
	if nearest.Requests != best.Requests || usual.Requests != best.Requests {
		t.Fatal("the policies do not meet the same requests")
	}
	if best.Answer.Median > 12 || best.In48h < 0.95 || best.AnswerP1.Median > best.Answer.Median {
		t.Errorf("answers: median %.1f h, %.1f %% under 48 h", best.Answer.Median, 100*best.In48h)
	}
	if best.Spread > nearest.Spread {
		t.Errorf("load: %.2f, the nearest only %.2f", best.Spread, nearest.Spread)
	}
	if best.VisitP1.Median > 7*24 || usual.Answer.P90 >= nearest.Answer.P90 || usual.VisitP1.Median >= nearest.VisitP1.Median {
		t.Errorf("P1 seen after %.1f h; default %+v, nearest %+v", best.VisitP1.Median, usual, nearest)
	}
}

// TestLessAssiduousExpertsStillAnswerSooner: what the pool gains does not hang on one assumption.
func TestLessAssiduousExpertsStillAnswerSooner(t *testing.T) {
	for _, h := range Varied() {
		nearest, _, best := played(2, h)
		if best.Answer.Median > 12 || best.In48h < nearest.In48h+0.15 {
			t.Errorf("%s: median %.1f h, %.1f %% under 48 h, nearest %.1f %%", h.Name, best.Answer.Median, 100*best.In48h, 100*nearest.In48h)
		}
	}
}

// TestALargePoolSharesItsLoad: what is everybody's does not all fall to those who look most often, and nobody waits longer for it.
func TestALargePoolSharesItsLoad(t *testing.T) {
	play := func(p Policy) Result {
		return Run(Plan{Seed: 1, Scale: 10, Days: 364, Repeats: 2, Policy: p, Habits: Usual()})
	}
	nearest, best := play(Policies()[0]), play(Policies()[2])
	if best.Spread > nearest.Spread {
		t.Errorf("load: %.2f, the nearest only %.2f", best.Spread, nearest.Spread)
	}
	if best.In48h < 0.95 || best.Answer.Median > 12 || best.AnswerP1.P90 > 24 {
		t.Errorf("answers: median %.1f h, %.1f %% under 48 h; P1 nine in ten %.1f h", best.Answer.Median, 100*best.In48h, best.AnswerP1.P90)
	}
}
