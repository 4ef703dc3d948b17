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
	optimum             float64 // known optimum; 0 when unknown
}

// headcountOptimum is what HiGHS proves, in 278 s, for 10 doctors on the region of seed 1.
const headcountOptimum = 110150

func placementBars(region, france *access.Model, seed uint64) []placementBar {
	optimum := 0.0
	if seed == 1 {
		optimum = headcountOptimum
	}
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
			what: "lift people over 2.5 with 10 doctors, region", bar: "≤ 200 ms, ≥ 95 % of the optimum", baseline: "HiGHS 43 s (published), 278 s here",
			model: region, request: request(access.Headcount, 10), limit: 200 * time.Millisecond, optimum: optimum,
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
	text := fmt.Sprintf("%s, certified at least %.1f %% of the best possible", ours.text(), 100*plan.AtLeast)
	good := plan.AtLeast >= b.certified
	if b.optimum > 0 {
		text += fmt.Sprintf(", %.1f %% of the optimum", 100*plan.Value/b.optimum)
		good = good && plan.Value >= 0.95*b.optimum
	}
	return measure{what: b.what, bar: b.bar, baseline: b.baseline, ours: text, held: ours.within(b.limit, good)}, nil
}
