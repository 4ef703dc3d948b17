package access

import (
	"fmt"
	"math"
	"slices"
)

// Indicators sums up how access is spread over the population. Every figure counts inhabitants, not communes.
type Indicators struct {
	Population float64 `json:"population"`
	Mean       float64 `json:"mean"`
	// DecileLimits are D1..D9: access at or under which 10, 20 … 90 % of the population live.
	DecileLimits []float64 `json:"decile_limits"`
	// DecileMeans is the mean access of each tenth of the population, worst served first.
	DecileMeans []float64 `json:"decile_means"`
	// D10D1 is the mean of the best served tenth over the mean of the worst served one; nil when the latter is 0.
	D10D1 *float64 `json:"d10_d1"`
	// Shares is the share of the population strictly below each threshold.
	Shares []ShareBelow `json:"shares_below"`
	// FGT0, FGT1 and FGT2 are Foster, Greer & Thorbecke's measures (1984) at Tau: share below, mean gap, mean squared gap.
	Tau  float64 `json:"tau"`
	FGT0 float64 `json:"fgt0"`
	FGT1 float64 `json:"fgt1"`
	FGT2 float64 `json:"fgt2"`
	// Gini is 1 − 2 × the area under the Lorenz curve; 0 when nobody has any access.
	Gini float64 `json:"gini"`
	// Theil is Σ s·(A/μ)·ln(A/μ) over population shares s; a place without access counts 0.
	Theil float64 `json:"theil"`
	// Concentration is the concentration index by income, nil without incomes: below 0 the poorer are better served.
	Concentration *float64 `json:"concentration"`
	// IncomePopulation is the population with a known income.
	IncomePopulation float64 `json:"income_population"`
}

// ShareBelow is the share of the population whose access lies strictly below a threshold.
type ShareBelow struct {
	Threshold float64 `json:"threshold"`
	Share     float64 `json:"share"`
	People    float64 `json:"people"`
}

// IndicatorOptions says what to measure.
type IndicatorOptions struct {
	// Tau is the threshold of the FGT measures, in the unit of access.
	Tau float64
	// Thresholds adds shares below other values; Tau is always first.
	Thresholds []float64
	// Income per demand place; NaN where unknown; nil to leave the concentration index out.
	Income []float64
}

// Measure computes the indicators of access values weighted by population. It is an error when lengths differ or when
// nobody lives anywhere.
func Measure(values, population []float64, options IndicatorOptions) (*Indicators, error) {
	if len(values) != len(population) || (options.Income != nil && len(options.Income) != len(values)) {
		return nil, fmt.Errorf("indicators: %d values, %d populations, %d incomes", len(values), len(population), len(options.Income))
	}
	people := sum(population)
	if !(people > 0) {
		return nil, fmt.Errorf("indicators: the population adds up to %v", people)
	}
	order := ascending(values)
	ind := &Indicators{Population: people, Tau: options.Tau, Mean: weightedMean(values, population, nil)}
	ind.tenths(values, population, order)
	ind.poverty(values, population, options)
	ind.inequality(values, population, order)
	if options.Income != nil {
		ind.concentration(values, population, options.Income)
	}
	return ind, nil
}

// tenths fills the decile limits and means. A place that straddles two tenths counts in both for its part.
func (ind *Indicators) tenths(values, population []float64, order []uint32) {
	tenth := ind.Population / 10
	ind.DecileMeans = make([]float64, 10)
	ind.DecileLimits = make([]float64, 0, 9)
	group, filled := 0, 0.0
	for _, i := range order {
		left := population[i]
		for left > 0 {
			part := left
			if group < 9 {
				part = min(left, tenth-filled)
			}
			ind.DecileMeans[group] += values[i] * part
			filled += part
			left -= part
			if group < 9 && filled >= tenth*(1-1e-12) {
				ind.DecileLimits = append(ind.DecileLimits, values[i])
				group, filled = group+1, 0
			}
		}
	}
	for len(ind.DecileLimits) < 9 { // rounding left the last tenths unfilled
		ind.DecileLimits = append(ind.DecileLimits, values[order[len(order)-1]])
	}
	for k := range ind.DecileMeans {
		ind.DecileMeans[k] /= tenth
	}
	if ind.DecileMeans[0] > 0 {
		ratio := ind.DecileMeans[9] / ind.DecileMeans[0]
		ind.D10D1 = &ratio
	}
}

func (ind *Indicators) poverty(values, population []float64, options IndicatorOptions) {
	thresholds := append([]float64{options.Tau}, options.Thresholds...)
	thresholds = slices.Compact(thresholds)
	below := make([]float64, len(thresholds))
	for i, v := range values {
		for k, threshold := range thresholds {
			if v < threshold {
				below[k] += population[i]
			}
		}
		if v < options.Tau {
			gap := (options.Tau - v) / options.Tau
			ind.FGT1 += population[i] * gap
			ind.FGT2 += population[i] * gap * gap
		}
	}
	for k, threshold := range thresholds {
		ind.Shares = append(ind.Shares, ShareBelow{threshold, below[k] / ind.Population, below[k]})
	}
	ind.FGT0 = below[0] / ind.Population
	ind.FGT1 /= ind.Population
	ind.FGT2 /= ind.Population
}

func (ind *Indicators) inequality(values, population []float64, order []uint32) {
	total := ind.Mean * ind.Population
	if total <= 0 {
		return
	}
	area, cumulated := 0.0, 0.0
	for _, i := range order {
		amount := values[i] * population[i] / total
		area += population[i] / ind.Population * (cumulated + amount/2)
		cumulated += amount
		if relative := values[i] / ind.Mean; relative > 0 {
			ind.Theil += population[i] / ind.Population * relative * math.Log(relative)
		}
	}
	ind.Gini = 1 - 2*area
}

// concentration is 2·cov(A, rank by income)/μ, rank being the middle of each place's part of the population, and equal incomes
// sharing the middle of theirs (Kakwani, Wagstaff & van Doorslaer 1997).
func (ind *Indicators) concentration(values, population, income []float64) {
	known := make([]uint32, 0, len(income))
	incomes := make([]float64, 0, len(income))
	people, total := 0.0, 0.0
	for i, euro := range income {
		if math.IsNaN(euro) || population[i] <= 0 {
			continue
		}
		known, incomes = append(known, uint32(i)), append(incomes, euro)
		people += population[i]
		total += values[i] * population[i]
	}
	ind.IncomePopulation = people
	if total <= 0 {
		return
	}
	index, before := 0.0, 0.0
	order := ascending(incomes)
	for from := 0; from < len(order); {
		to, size, amount := from, 0.0, 0.0
		for ; to < len(order) && incomes[order[to]] == incomes[order[from]]; to++ {
			i := known[order[to]]
			size += population[i]
			amount += population[i] * values[i]
		}
		rank := (before + size/2) / people
		index += amount / total * rank
		before += size
		from = to
	}
	index = 2*index - 1
	ind.Concentration = &index
}

// LorenzPoint is a point of the Lorenz curve: the worst served Population share of people holds the Access share of it all.
type LorenzPoint struct {
	Population float64 `json:"population"`
	Access     float64 `json:"access"`
}

// Lorenz is the Lorenz curve at evenly spaced shares of the population, `points` intervals from (0,0) to (1,1). Nil when nobody
// has access.
func Lorenz(values, population []float64, points int) []LorenzPoint {
	people, total := sum(population), 0.0
	for i, v := range values {
		total += v * population[i]
	}
	if people <= 0 || total <= 0 || points < 1 {
		return nil
	}
	curve := make([]LorenzPoint, 0, points+1)
	at, amount := 0.0, 0.0
	for _, i := range ascending(values) {
		if population[i] <= 0 {
			continue
		}
		for len(curve) < points {
			want := people * float64(len(curve)) / float64(points)
			if want > at+population[i] {
				break
			}
			curve = append(curve, LorenzPoint{want / people, (amount + (want-at)*values[i]) / total})
		}
		at += population[i]
		amount += population[i] * values[i]
	}
	for len(curve) <= points {
		curve = append(curve, LorenzPoint{float64(len(curve)) / float64(points), 1})
	}
	return curve
}

// CliffStep is the mean access that remains when only doctors up to an age count.
type CliffStep struct {
	Label string  `json:"label"`
	Mean  float64 `json:"mean"`
	// Lost is the share of the first step's mean that is gone.
	Lost float64 `json:"lost"`
}

// Cliff lays out the retirement cliff from models of the same territory with fewer and fewer doctors (all, ≤ 65, ≤ 62, ≤ 60).
// labels and models have the same length.
func Cliff(labels []string, models []*Model) []CliffStep {
	steps := make([]CliffStep, len(models))
	for k, m := range models {
		steps[k] = CliffStep{Label: labels[k], Mean: m.Mean()}
		if steps[0].Mean > 0 {
			steps[k].Lost = 1 - steps[k].Mean/steps[0].Mean
		}
	}
	return steps
}
