package atlas

import (
	"time"

	"maillage/internal/territory"
)

// Classes of the zoning.
const (
	ZIP     = "ZIP"
	ZAC     = "ZAC"
	Outside = "HZ"
)

// Zone is the zone of a commune.
type Zone struct {
	Class  string    // ZIP, ZAC or HZ
	Since  time.Time // first day of the unbroken run of zonings that say so; zero when computed
	Decree string
}

// zoneRank orders the zones as the map's classes; an unknown one is outside.
var zoneRank = map[string]float64{ZIP: 1, ZAC: 2, Outside: 3}

// ZonesComputed tells whether no official zoning was imported: zones are then those that the thresholds alone would give, and
// are labelled so.
func (r *Region) ZonesComputed() bool { return !r.ZonesKnown }

// ZoneOf is the zone of a place: the official one, or the one that the thresholds on the APL of doctors aged 65 and under suggest.
func (r *Region) ZoneOf(place int) Zone {
	if !r.ZonesComputed() {
		if z := r.Places[place].Zone; z.Class != "" {
			return z
		}
		return Zone{Class: Outside}
	}
	switch apl := r.Model(territory.UpTo65).Value[place]; {
	case apl <= ThresholdZIP:
		return Zone{Class: ZIP}
	case apl <= ThresholdPool:
		return Zone{Class: ZAC}
	}
	return Zone{Class: Outside}
}
