package simulate

import (
	"bytes"
	"testing"
)

func TestTheSameSeedGivesTheSameAnswer(t *testing.T) {
	var runs [2]bytes.Buffer
	for i := range runs {
		Table(&runs[i], []Result{Run(Plan{Seed: 7, Scale: 1, Days: 60, Shared: true}), Run(Plan{Seed: 7, Scale: 1, Days: 60})})
	}
	if runs[0].String() != runs[1].String() {
		t.Fatalf("%s\n%s", &runs[0], &runs[1])
	}
}

func TestSharingAnswersSooner(t *testing.T) {
	ours, nearest := Run(Plan{Seed: 1, Scale: 1, Days: 180, Shared: true}), Run(Plan{Seed: 1, Scale: 1, Days: 180})
	if ours.Requests != nearest.Requests {
		t.Fatal("the two policies do not meet the same requests")
	}
	if ours.AnswerP1.P90 >= nearest.AnswerP1.P90 || ours.VisitP1.Median >= nearest.VisitP1.Median || ours.Answer.Median > 24 {
		t.Errorf("ours %+v\nnearest %+v", ours, nearest)
	}
}
