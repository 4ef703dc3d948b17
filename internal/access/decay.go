package access

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
)

// Decay turns a travel cost into the share of a place's pull that is left at that distance.
//
// Contract: the cost is in minutes (or any other unit, the same as the decay was written for), never negative; the weight lies
// in 0..1; it never grows when the cost grows; it is 0 where the place is out of reach. Steps are closed on the right: a
// break at 10 holds for t ≤ 10, or for t < 10 when OpenRight is set.
type Decay struct {
	kind      decayKind
	steps     []Step
	parameter float64
	// OpenRight makes every break strict: a place exactly at the break falls into the next step.
	OpenRight bool
}

// Step is one stair of a stepped decay: Weight holds up to Until minutes.
type Step struct{ Until, Weight float64 }

type decayKind uint8

const (
	stepped decayKind = iota
	linear
	exponential
	gaussian
)

// Preset is a published set of weights, with where it comes from.
type Preset struct {
	Name   string
	Steps  []Step
	Source string
	// Year of the publication that the weights come from.
	Year int
	// Verified is false where weights or breaks were inferred from published values rather than read in the source.
	Verified bool
}

// Presets lists the known weights, newest first. They are data: a caller may always write its own steps.
func Presets() []Preset {
	return []Preset{
		{
			Name: "drees2015", Year: 2015,
			Steps:  []Step{{10, 1}, {15, 2.0 / 3}, {20, 1.0 / 3}},
			Source: "DREES, accessibilité potentielle localisée, revised method: weights inferred from the published values, breaks plausible",
		},
		{
			Name: "drees2012", Year: 2012, Verified: true,
			Steps:  []Step{{5, 1}, {10, 0.3}, {15, 0.1}},
			Source: "Barlet, Coldefy, Collin, Lucas-Gabrielli, DREES, 2012",
		},
	}
}

// NewSteps makes a stepped decay. Breaks must grow, weights must lie in 0..1 and never grow.
func NewSteps(steps ...Step) (Decay, error) {
	if len(steps) == 0 {
		return Decay{}, errors.New("a stepped decay needs at least one step")
	}
	sorted := append([]Step(nil), steps...)
	sort.Slice(sorted, func(a, b int) bool { return sorted[a].Until < sorted[b].Until })
	for k, step := range sorted {
		if !(step.Until >= 0) || math.IsInf(step.Until, 0) {
			return Decay{}, fmt.Errorf("break %v is not a distance", step.Until)
		}
		if !(step.Weight >= 0 && step.Weight <= 1) {
			return Decay{}, fmt.Errorf("weight %v is not between 0 and 1", step.Weight)
		}
		if k > 0 && step.Until == sorted[k-1].Until {
			return Decay{}, fmt.Errorf("break %v is given twice", step.Until)
		}
		if k > 0 && step.Weight > sorted[k-1].Weight {
			return Decay{}, fmt.Errorf("the weight grows after %v", sorted[k-1].Until)
		}
	}
	return Decay{kind: stepped, steps: sorted}, nil
}

// ParseDecay reads "step:10=1,15=0.6667,20=0.3333", "binary:20", "linear:20" (1 at 0 falling to 0 at 20), "exp:0.05"
// (e^(-0.05·t)), "gauss:10" (e^(-t²/(2·10²))), or the name of a preset.
func ParseDecay(spec string) (Decay, error) {
	name, rest, hasRest := strings.Cut(strings.TrimSpace(spec), ":")
	if !hasRest {
		return presetDecay(name)
	}
	if name == "step" {
		return parseSteps(rest)
	}
	value, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
	if err != nil || math.IsNaN(value) || math.IsInf(value, 0) || value < 0 || (value == 0 && name != "binary" && name != "exp") {
		return Decay{}, fmt.Errorf("decay %q: %q is not a usable number", spec, rest)
	}
	switch name {
	case "binary":
		return NewSteps(Step{value, 1})
	case "linear":
		return Decay{kind: linear, parameter: value}, nil
	case "exp":
		return Decay{kind: exponential, parameter: value}, nil
	case "gauss":
		return Decay{kind: gaussian, parameter: value}, nil
	}
	return Decay{}, fmt.Errorf("decay %q is not step, binary, linear, exp, gauss or a preset (%s)", spec, presetNames())
}

func presetDecay(name string) (Decay, error) {
	for _, preset := range Presets() {
		if preset.Name == name {
			return NewSteps(preset.Steps...)
		}
	}
	return Decay{}, fmt.Errorf("decay %q is not a preset (%s) and has no parameter", name, presetNames())
}

func presetNames() string {
	names := make([]string, 0, 2)
	for _, preset := range Presets() {
		names = append(names, preset.Name)
	}
	return strings.Join(names, ", ")
}

func parseSteps(list string) (Decay, error) {
	steps := make([]Step, 0, 3)
	for part := range strings.SplitSeq(list, ",") {
		until, weight, found := strings.Cut(part, "=")
		if !found {
			return Decay{}, fmt.Errorf("step %q is not written break=weight", part)
		}
		u, errU := strconv.ParseFloat(strings.TrimSpace(until), 64)
		w, errW := strconv.ParseFloat(strings.TrimSpace(weight), 64)
		if errU != nil || errW != nil {
			return Decay{}, fmt.Errorf("step %q is not written break=weight", part)
		}
		steps = append(steps, Step{u, w})
	}
	return NewSteps(steps...)
}

// Weight is the decay at a cost.
func (d Decay) Weight(cost float64) float64 {
	switch d.kind {
	case linear:
		return max(0, 1-cost/d.parameter)
	case exponential:
		return math.Exp(-d.parameter * cost)
	case gaussian:
		return math.Exp(-cost * cost / (2 * d.parameter * d.parameter))
	}
	if class := d.class(cost); class < len(d.steps) {
		return d.steps[class].Weight
	}
	return 0
}

// class is the index of the step that holds at a cost, len(steps) beyond the last.
func (d Decay) class(cost float64) int {
	for k, step := range d.steps {
		if cost < step.Until || (cost == step.Until && !d.OpenRight) {
			return k
		}
	}
	return len(d.steps)
}

// Stepped tells whether the decay takes few values; Steps are then its stairs.
func (d Decay) Stepped() bool { return d.kind == stepped }

// Steps returns the stairs of a stepped decay, nil for a smooth one.
func (d Decay) Steps() []Step { return append([]Step(nil), d.steps...) }

// Reach is the cost beyond which every weight is 0; +Inf for the decays that never end.
func (d Decay) Reach() float64 {
	switch d.kind {
	case linear:
		return d.parameter
	case exponential, gaussian:
		return math.Inf(1)
	}
	reach := 0.0
	for _, step := range d.steps {
		if step.Weight > 0 {
			reach = step.Until
		}
	}
	return reach
}
