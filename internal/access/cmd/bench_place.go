package accesscmd

import (
	"fmt"
	"time"

	"maillage/internal/access"
)

// placementBar is a placement to measure, with the time and the certificate wanted.
type placementBar struct {
	what, bar, baseline string
	model               *access.Model
	request             access.Request
	limit               time.Duration
	certified           float64 // least certified part of the best possible; 0 asks for none
}

func placementBars(region, france *access.Model) []placementBar {
	request := func(objective access.Objective, n int) access.Request {
		return access.Request{Objective: objective, N: n, Tau: 2.5, Unit: 5400}
	}
	return []placementBar{
		{
			what: "place 50 doctors, region, shortfall", bar: "≤ 10 ms, certified ≤ 3 %", baseline: "HiGHS 60 s (published)",
			model: region, request: request(access.Shortfall, 50), limit: 10 * time.Millisecond, certified: 0.97,
		},
		{
			what: "place 1,000 doctors, France, shortfall", bar: "≤ 1 s, certified ≤ 3 %", baseline: "LP 0.2–0.5 s for the bound only (published)",
			model: france, request: request(access.Shortfall, 1000), limit: time.Second, certified: 0.97,
		},
		{
			what: "lift people over 2.5 with 10 doctors, region", bar: "≤ 200 ms, ≥ 95 % of the optimum", baseline: "HiGHS 43 s (published)",
			model: region, request: request(access.Headcount, 10), limit: 200 * time.Millisecond,
		},
	}
}

func (b placementBar) run() (measure, error) {
	var plan *access.Plan
	var failure error
	ours := times(5, func() {
		if p, err := b.model.Place(b.request); err != nil {
			failure = err
		} else {
			plan = p
		}
	})
	if failure != nil {
		return measure{}, failure
	}
	return measure{
		what: b.what, bar: b.bar, baseline: b.baseline,
		ours: fmt.Sprintf("%s, at least %.1f %% of the best possible", ours.text(), 100*plan.AtLeast),
		held: ours.median() <= b.limit && plan.AtLeast >= b.certified,
	}, nil
}
