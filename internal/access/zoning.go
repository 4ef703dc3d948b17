package access

import "time"

// Zone is what the zoning says of a place.
type Zone string

// The zones. Pool is the range from which the agency picks; QPV, priority neighbourhoods, are classed apart.
const (
	ZIP     Zone = "ZIP"
	ZAC     Zone = "ZAC"
	Pool    Zone = "pool"
	Outside Zone = "HZ"
	QPV     Zone = "QPV"
)

// ZoningRule is a dated pair of thresholds on APL, in consultations a year per inhabitant.
type ZoningRule struct {
	From   time.Time // first day in force
	ZIPMax float64   // APL at or under which a place is ZIP
	Pool   float64   // APL at or under which it belongs to the pool
	Source string
}

// ZoningRules lists the known rules, oldest first. Later texts move the thresholds: a caller adds them as data.
func ZoningRules() []ZoningRule {
	return []ZoningRule{{
		From: time.Date(2017, time.November, 14, 0, 0, 0, 0, time.UTC), ZIPMax: 2.5, Pool: 4,
		Source: "arrêté du 13 novembre 2017 relatif à la méthodologie applicable à la profession de médecin",
	}}
}

// RuleOn is the rule in force on a day: the last that began. found is false before the first.
func RuleOn(rules []ZoningRule, day time.Time) (rule ZoningRule, found bool) {
	for _, r := range rules {
		if !r.From.After(day) && (!found || r.From.After(rule.From)) {
			rule, found = r, true
		}
	}
	return rule, found
}

// Classify gives the zone of an access value: ZIP, Pool or Outside.
func (r ZoningRule) Classify(apl float64) Zone {
	switch {
	case apl <= r.ZIPMax:
		return ZIP
	case apl <= r.Pool:
		return Pool
	}
	return Outside
}

// Ceilings are the most inhabitants that a region may have in each zone; 0 forbids it, a missing region has no ceiling.
type Ceilings struct{ ZIP, ZAC map[int]float64 }

// ZoningInput is what a proposal of zones needs, one entry per place.
type ZoningInput struct {
	Value, Population []float64
	Region            []int  // region of each place; nil puts all in region 0
	QPV               []bool // places classed apart; nil for none
	Ceilings          Ceilings
}

// Propose classes every place. ZIP is what the rule says, whatever the ceiling. Then the pool is taken from the worst served upward:
// into ZIP while the region's ceiling allows, then into ZAC, and outside once both are full; a place that does not fit lets a
// smaller one pass. Without a ZIP ceiling nothing of the pool is added to ZIP.
func (r ZoningRule) Propose(in ZoningInput) []Zone {
	zones, pool := make([]Zone, len(in.Value)), make([]int, 0, len(in.Value)/2)
	people := map[Zone]map[int]float64{ZIP: {}, ZAC: {}}
	for i, v := range in.Value {
		zones[i] = r.Classify(v)
		if in.QPV != nil && in.QPV[i] {
			zones[i] = QPV
		}
		switch zones[i] {
		case ZIP:
			people[ZIP][in.region(i)] += in.Population[i]
		case Pool:
			pool = append(pool, i)
		}
	}
	values := make([]float64, len(pool))
	for k, i := range pool {
		values[k] = in.Value[i]
	}
	for _, k := range ascending(values) {
		i := pool[k]
		region, size := in.region(i), in.Population[i]
		zipMax, zipSet := in.Ceilings.ZIP[region]
		zacMax, zacSet := in.Ceilings.ZAC[region]
		switch {
		case zipSet && people[ZIP][region]+size <= zipMax:
			zones[i] = ZIP
		case !zacSet || people[ZAC][region]+size <= zacMax:
			zones[i] = ZAC
		default:
			zones[i] = Outside
			continue
		}
		people[zones[i]][region] += size
	}
	return zones
}

func (in ZoningInput) region(i int) int {
	if in.Region == nil {
		return 0
	}
	return in.Region[i]
}
