package simulate

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"maillage/internal/telexpertise"
)

// Result is what came out of one plan.
type Result struct {
	Plan        Plan
	Requests    int
	Open        int // unanswered at the end
	Answer      Times
	AnswerP1    Times
	VisitP1     Times
	In48h       float64 // share of answers
	Load        [2]int  // fewest and most answers of an expert
	Spread      float64 // most over mean
	Escalations int
	hours       []float64
}

// Times sums up durations, in hours.
type Times struct {
	N           int
	Median, P90 float64
}

func times(hours []float64) Times {
	if len(hours) == 0 {
		return Times{}
	}
	slices.Sort(hours)
	rank := func(p float64) float64 { return hours[int(math.Ceil(p*float64(len(hours))))-1] }
	return Times{len(hours), rank(0.5), rank(0.9)}
}

func (e *engine) result() Result {
	r := Result{Plan: e.plan, Requests: len(e.requests)}
	var all, p1, visits []float64
	since := func(q *request, t time.Time) float64 { return t.Sub(q.at).Hours() }
	for _, q := range e.requests {
		r.Escalations += q.escalations
		if q.answeredBy < 0 {
			r.Open++
			continue
		}
		h := since(q, q.answered)
		all = append(all, h)
		if h < 48 {
			r.In48h++
		}
		if q.urgency == telexpertise.P1 {
			p1 = append(p1, h)
			if !q.visit.IsZero() {
				visits = append(visits, since(q, q.visit))
			}
		}
	}
	r.In48h /= math.Max(1, float64(len(all)))
	r.Answer, r.AnswerP1, r.VisitP1 = times(all), times(p1), times(visits)
	r.hours = all
	r.Load = [2]int{math.MaxInt, 0}
	total := 0
	for _, x := range e.experts {
		r.Load = [2]int{min(r.Load[0], x.answers), max(r.Load[1], x.answers)}
		total += x.answers
	}
	r.Spread = float64(r.Load[1]) * float64(len(e.experts)) / math.Max(1, float64(total))
	return r
}

// Name says which policy the plan follows.
func (p Plan) Name() string {
	if p.Shared {
		return "partagée (la nôtre)"
	}
	return "au plus proche"
}

// Table writes results as a Markdown table.
func Table(w io.Writer, results []Result) {
	fmt.Fprintln(w, "| échelle | politique | demandes | réponse : médiane | 9 sur 10 | sous 48 h | P1 : médiane | 9 sur 10 | P1 vue : médiane | 9 sur 10 | réponses par expert | charge max / moyenne | escalades | sans réponse |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, r := range results {
		fmt.Fprintf(w, "| ×%d | %s | %d | %.1f h | %.1f h | %.1f %% | %.1f h | %.1f h | %.1f j | %.1f j | %d à %d | %.2f | %d | %d |\n", r.Plan.Scale, r.Plan.Name(), r.Requests, r.Answer.Median, r.Answer.P90,
			100*r.In48h, r.AnswerP1.Median, r.AnswerP1.P90, r.VisitP1.Median/24, r.VisitP1.P90/24, r.Load[0], r.Load[1], r.Spread, r.Escalations, r.Open)
	}
}

// Curves draws, for results of one scale, the share answered against the hours since the request.
func Curves(w io.Writer, results []Result) {
	const width, height, left, bottom, most = 640.0, 360.0, 56.0, 310.0, 96.0
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-family="sans-serif" font-size="12"><title>Part des demandes répondues selon les heures écoulées</title><rect width="100%%" height="100%%" fill="#fff"/>`, width, height)
	for h := 0.0; h <= most; h += 24 {
		fmt.Fprintf(w, `<text x="%.1f" y="%g" text-anchor="middle">%g h</text>`, left+h/most*(width-left-20), bottom+18, h)
	}
	for p := 0.0; p <= 100; p += 25 {
		y := bottom - p/100*(bottom-20)
		fmt.Fprintf(w, `<line x1="%g" x2="%g" y1="%.1f" y2="%.1f" stroke="#ddd"/><text x="%g" y="%.1f" text-anchor="end">%g %%</text>`, left, width-20, y, y, left-8, y+4, p)
	}
	for k, r := range results {
		var path strings.Builder
		for h := 0.0; h <= most; h++ {
			n := 0
			for _, x := range r.hours {
				if x <= h {
					n++
				}
			}
			share := float64(n) / math.Max(1, float64(r.Requests))
			fmt.Fprintf(&path, "%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[h == 0], left+h/most*(width-left-20), bottom-share*(bottom-20))
		}
		colour, dash := "#0b5563", ""
		if !r.Plan.Shared {
			colour, dash = "#c8692b", ` stroke-dasharray="6 4"`
		}
		fmt.Fprintf(w, `<path d="%s" fill="none" stroke="%s" stroke-width="2.5"%s/><text x="%g" y="%g" fill="%s">%s</text>`, path.String(), colour, dash, width-170, bottom-40+18*float64(k), colour, r.Plan.Name())
	}
	fmt.Fprintln(w, `</svg>`)
}
