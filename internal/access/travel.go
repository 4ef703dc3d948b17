package access

import (
	"fmt"
	"math"
	"slices"
)

// Position is a point on Earth, in degrees (WGS 84).
type Position struct{ Lat, Lon float64 }

const earthRadiusKm = 6371.0088

// CrowKm is the distance between two positions as the crow flies, in kilometres.
func CrowKm(a, b Position) float64 {
	return chordToKm(distance2(unit(a), unit(b)))
}

// The estimate of a car's travel time, t = fixed + slope·km^power, was fitted on 2,500 real pairs of communes: its mean error is
// 2.6 minutes under 25 km. It replaces a travel-time matrix only until one is imported, and is shown as estimated.
const (
	estimateFixed = 1.44
	estimateSlope = 1.062
	estimatePower = 1.019
)

// EstimateMinutes is the estimated time by car over a crow-fly distance in kilometres, between two different communes. Inside
// one commune the time is 0 by convention.
func EstimateMinutes(km float64) float64 {
	return estimateFixed + estimateSlope*math.Pow(km, estimatePower)
}

// estimateKm is the crow-fly distance covered in some minutes; 0 when the fixed part takes them all.
func estimateKm(minutes float64) float64 {
	if minutes <= estimateFixed {
		return 0
	}
	return math.Pow((minutes-estimateFixed)/estimateSlope, 1/estimatePower)
}

// EstimateLinks links every demand place to the supply places within maxMinutes by the estimate. home[i] is the supply place that lies
// in the commune of demand i, at 0 minutes, or −1; a nil home means that both lists are the same communes in the same order.
func EstimateLinks(demand, supply []Position, home []int, maxMinutes float64) (*Links, error) {
	if home == nil {
		if len(demand) != len(supply) {
			return nil, fmt.Errorf("estimated links: %d and %d places are not the same list", len(demand), len(supply))
		}
		home = make([]int, len(demand))
		for i := range home {
			home[i] = i
		}
	}
	if len(home) != len(demand) {
		return nil, fmt.Errorf("estimated links: %d homes for %d places", len(home), len(demand))
	}
	if !(maxMinutes >= 0) || maxMinutes > 600 {
		return nil, fmt.Errorf("estimated links: %v minutes is not between 0 and 600", maxMinutes)
	}
	for _, list := range [][]Position{demand, supply} {
		for k, p := range list {
			if !(math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180) {
				return nil, fmt.Errorf("estimated links: place %d is at %v, %v", k, p.Lat, p.Lon)
			}
		}
	}
	grid := newGrid(supply, estimateKm(maxMinutes))
	links := &Links{Demands: len(demand), Supplies: len(supply), Start: make([]uint32, 1, len(demand)+1)}
	var found []pairCost
	for i, p := range demand {
		found = grid.within(p, home[i], maxMinutes, found[:0])
		for _, pair := range found {
			links.Dest, links.Cost = append(links.Dest, pair.dest), append(links.Cost, pair.cost)
		}
		links.Start = append(links.Start, uint32(len(links.Dest)))
	}
	return links, nil
}

// grid finds the positions near another one. Cells are as wide as the search radius at the equator's scale, so that the nine
// cells around a point, or more across when meridians converge, hold everything in reach.
type grid struct {
	radiusKm float64
	chord2   float64 // squared chord of the radius on the unit sphere
	step     float64 // degrees of latitude and longitude in a cell
	cells    map[[2]int32][]uint32
	points   [][3]float64
}

func newGrid(positions []Position, radiusKm float64) *grid {
	g := &grid{radiusKm: radiusKm, cells: make(map[[2]int32][]uint32), points: make([][3]float64, len(positions))}
	chord := 2 * math.Sin(min(radiusKm/earthRadiusKm, math.Pi)/2)
	g.chord2 = chord * chord * (1 + 1e-9)
	g.step = max(0.02, radiusKm/earthRadiusKm*180/math.Pi)
	for k, p := range positions {
		g.points[k] = unit(p)
		cell := g.cell(p)
		g.cells[cell] = append(g.cells[cell], uint32(k))
	}
	return g
}

func (g *grid) cell(p Position) [2]int32 {
	return [2]int32{int32(math.Floor(p.Lat / g.step)), int32(math.Floor(p.Lon / g.step))}
}

// within appends the places at most maxMinutes away, sorted by place.
func (g *grid) within(p Position, home int, maxMinutes float64, found []pairCost) []pairCost {
	here := unit(p)
	consider := func(k uint32) {
		squared := distance2(here, g.points[k])
		if int(k) == home || squared > g.chord2 {
			return
		}
		if minutes := EstimateMinutes(chordToKm(squared)); minutes <= maxMinutes {
			found = append(found, pairCost{k, minutes})
		}
	}
	if home >= 0 {
		found = append(found, pairCost{uint32(home), 0})
	}
	centre := g.cell(p)
	spread := g.columns(p.Lat)
	for row := centre[0] - 1; row <= centre[0]+1; row++ {
		for column := centre[1] - spread; column <= centre[1]+spread; column++ {
			for _, k := range g.cells[[2]int32{row, column}] {
				consider(k)
			}
		}
	}
	slices.SortFunc(found, func(a, b pairCost) int { return int(a.dest) - int(b.dest) })
	return found
}

// columns is how many cells on each side may hold a place in reach, at the latitude furthest from the equator that is in reach.
func (g *grid) columns(lat float64) int32 {
	reach := g.radiusKm / earthRadiusKm * 180 / math.Pi
	highest := min(89.9, math.Abs(lat)+reach)
	return int32(math.Ceil(reach / math.Cos(highest*math.Pi/180) / g.step))
}

func unit(p Position) [3]float64 {
	lat, lon := p.Lat*math.Pi/180, p.Lon*math.Pi/180
	return [3]float64{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
}

func distance2(a, b [3]float64) float64 {
	x, y, z := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	return x*x + y*y + z*z
}

func chordToKm(squared float64) float64 {
	return 2 * earthRadiusKm * math.Asin(min(1, math.Sqrt(squared)/2))
}
