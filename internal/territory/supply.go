package territory

// AgeBand groups general practitioners as the zoning method does.
type AgeBand int

// The age bands. A source that does not give ages puts everybody in AgeUnknown, which counts in every filter and is flagged.
const (
	AgeTo60 AgeBand = iota
	Age61To62
	Age63To65
	AgeOver65
	AgeUnknown
	ageBands
)

// FTE is full-time equivalents of general practice by age band.
type FTE [ageBands]float64

// AgeFilter says up to which age general practitioners count.
type AgeFilter string

// The filters. Zoning uses UpTo65.
const (
	AllAges AgeFilter = "all"
	UpTo65  AgeFilter = "65"
	UpTo62  AgeFilter = "62"
	UpTo60  AgeFilter = "60"
)

var oldestBand = map[AgeFilter]AgeBand{AllAges: AgeOver65, UpTo65: Age63To65, UpTo62: Age61To62, UpTo60: AgeTo60}

// Count is the FTE that a filter keeps; an unknown filter keeps everything. Doctors of unknown age always count.
func (f FTE) Count(filter AgeFilter) float64 {
	last, ok := oldestBand[filter]
	if !ok {
		last = AgeOver65
	}
	total := f[AgeUnknown]
	for band := AgeTo60; band <= last; band++ {
		total += f[band]
	}
	return total
}
