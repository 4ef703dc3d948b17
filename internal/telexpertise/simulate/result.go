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
	Load        [2]int  // fewest and most answers of an expert, of all runs
	Spread      float64 // most over mean, mean of the runs
	Escalations int
	all, p1     []float64 // hours to the answer
	visits      []float64
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
	r := Result{Plan: e.plan, Requests: len(e.requests), Load: [2]int{math.MaxInt, 0}}
	since := func(q *request, t time.Time) float64 { return t.Sub(q.at).Hours() }
	for _, q := range e.requests {
		r.Escalations += q.escalations
		if q.answeredBy < 0 {
			r.Open++
			continue
		}
		r.all = append(r.all, since(q, q.answered))
		if q.urgency == telexpertise.P1 {
			r.p1 = append(r.p1, since(q, q.answered))
		}
		if !q.visit.IsZero() {
			r.visits = append(r.visits, since(q, q.visit))
		}
	}
	for _, x := range e.experts {
		r.Load = [2]int{min(r.Load[0], x.answers), max(r.Load[1], x.answers)}
	}
	r.Spread = float64(r.Load[1]) * float64(len(e.experts)) / math.Max(1, float64(len(r.all)))
	return r
}

// together sums up runs of one plan.
func together(all []Result) Result {
	sum := all[0]
	for _, r := range all[1:] {
		sum.Requests, sum.Open, sum.Escalations = sum.Requests+r.Requests, sum.Open+r.Open, sum.Escalations+r.Escalations
		sum.all, sum.p1, sum.visits = append(sum.all, r.all...), append(sum.p1, r.p1...), append(sum.visits, r.visits...)
		sum.Load = [2]int{min(sum.Load[0], r.Load[0]), max(sum.Load[1], r.Load[1])}
		sum.Spread += r.Spread
	}
	sum.Spread /= float64(len(all))
	sum.Answer, sum.AnswerP1, sum.VisitP1 = times(sum.all), times(sum.p1), times(sum.visits)
	late, _ := slices.BinarySearch(sum.all, 48)
	sum.In48h = float64(late) / math.Max(1, float64(len(sum.all)))
	return sum
}

// Table writes results as a Markdown table.
func Table(w io.Writer, results []Result) {
	fmt.Fprintln(w, "| échelle | partage | demandes | réponse : médiane | 9 sur 10 | sous 48 h | P1 : médiane | 9 sur 10 | P1 vue : médiane | 9 sur 10 | réponses par expert | charge max / moyenne | relances | sans réponse |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, r := range results {
		fmt.Fprintf(w, "| ×%d | %s | %d | %.1f h | %.1f h | %.1f %% | %.1f h | %.1f h | %.1f j | %.1f j | %d à %d | %.2f | %d | %d |\n", r.Plan.Scale, r.Plan.Policy.Name, r.Requests, r.Answer.Median, r.Answer.P90,
			100*r.In48h, r.AnswerP1.Median, r.AnswerP1.P90, r.VisitP1.Median/24, r.VisitP1.P90/24, r.Load[0], r.Load[1], r.Spread, r.Escalations, r.Open)
	}
}

// Sensitivity writes, for each habit, what each policy gives: median, and share under 48 hours.
func Sensitivity(w io.Writer, results []Result) {
	fmt.Fprintln(w, "| habitudes | partage | réponse : médiane | 9 sur 10 | sous 48 h | P1 : médiane | P1 : 9 sur 10 | charge max / moyenne |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|")
	for _, r := range results {
		fmt.Fprintf(w, "| %s | %s | %.1f h | %.1f h | %.1f %% | %.1f h | %.1f h | %.2f |\n", r.Plan.Habits.Name, r.Plan.Policy.Name, r.Answer.Median, r.Answer.P90, 100*r.In48h, r.AnswerP1.Median, r.AnswerP1.P90, r.Spread)
	}
}

// strokes tell the curves apart by colour and by dash.
var strokes = []struct{ colour, dash string }{{"#c8692b", "6 4"}, {"#6a6f7a", "2 3"}, {"#0b5563", ""}}

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
			n, _ := slices.BinarySearch(r.all, h)
			share := float64(n) / math.Max(1, float64(r.Requests))
			fmt.Fprintf(&path, "%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[h == 0], left+h/most*(width-left-20), bottom-share*(bottom-20))
		}
		s := strokes[k%len(strokes)]
		fmt.Fprintf(w, `<path d="%s" fill="none" stroke="%s" stroke-width="2.5" stroke-dasharray="%s"/><text x="%g" y="%g" fill="%s">%s</text>`, path.String(), s.colour, s.dash, width-190, bottom-58+18*float64(k), s.colour, r.Plan.Policy.Name)
	}
	fmt.Fprintln(w, `</svg>`)
}
