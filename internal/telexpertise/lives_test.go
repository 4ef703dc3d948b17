package telexpertise

import (
	"testing"

	"maillage/internal/lifecycle"
	"maillage/internal/lifecycle/lifecycletest"
)

// ready is a case whose guards pass.
func ready(lifecycle.State) Subject {
	return Subject{Settings: DefaultSettings(), Case: &Case{Urgency: P3, State: StateAnswered, Reading: ReadingInformed, Visit: VisitSeen, SlotID: "slot", Outcome: "benign"}}
}

func TestEveryMoveEveryRole(t *testing.T) {
	lifecycletest.EveryMoveEveryRole(t, RequestLife, Parts, ready)
	lifecycletest.EveryMoveEveryRole(t, ReadingLife, Parts, ready)
	lifecycletest.EveryMoveEveryRole(t, VisitLife, Parts, ready)
}

func TestUrgentAnswersNeedAPlace(t *testing.T) {
	for _, d := range Dispositions {
		s := Subject{Settings: DefaultSettings(), Case: &Case{Disposition: d}}
		_, err := RequestLife.Check(s, StateTaken, "answer", []Part{PartTaker}, "")
		if refused := err != nil; refused != (d == D1 || d == D5) {
			t.Errorf("%s without a place: %v", d, err)
		}
		s.Case.CoordinatorID = "somebody"
		if _, err := RequestLife.Check(s, StateTaken, "answer", []Part{PartTaker}, ""); err != nil {
			t.Errorf("%s with a coordinator: %v", d, err)
		}
	}
}

func TestACaseClosesOnlyWhenAllThreeLivesHaveEnded(t *testing.T) {
	for name, spoil := range map[string]func(*Case){
		"patient not informed": func(c *Case) { c.Reading = ReadingRead },
		"visit awaited":        func(c *Case) { c.Visit = VisitBooked },
		"absent patient":       func(c *Case) { c.Visit = VisitAbsent },
		"P1 without outcome":   func(c *Case) { c.Urgency, c.Outcome = P1, "" },
	} {
		s := ready("")
		spoil(s.Case)
		if _, err := RequestLife.Check(s, StateAnswered, "close", []Part{PartSystem}, ""); err == nil {
			t.Errorf("%s: closed", name)
		}
	}
}
