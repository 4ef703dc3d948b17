package territory

import (
	"slices"
	"sync"
)

// unitIndex finds units by place.
type unitIndex struct {
	grid *Grid
	of   []int // index in Communes of each position of the grid
}

// gridKm is the width of the cells of the index.
const gridKm = 20

func (f *France) buildUnitIndex() *unitIndex {
	var lat, lon []float64
	u := &unitIndex{}
	for i := range f.Communes {
		if c := &f.Communes[i]; c.Unit() {
			lat, lon, u.of = append(lat, c.Lat), append(lon, c.Lon), append(u.of, i)
		}
	}
	u.grid = NewGrid(lat, lon, gridKm)
	return u
}

// Near calls yield with each unit within km of a place, in no particular order.
func (f *France) Near(lat, lon, km float64, yield func(unit int, km float64)) {
	u := f.units()
	u.grid.Within(lat, lon, km, func(i int, d float64) { yield(u.of[i], d) })
}

// Around lists a region's units, then the units of other regions within km of any of them, each part by code; inside is the number
// of the first.
func (f *France) Around(region string, km float64) (units []int, inside int) {
	own := f.UnitsOf(region)
	return append(slices.Clone(own), f.nearUnits(own, km)...), len(own)
}

// nearUnits lists, by code, the units that lie within km of one of own and are not of it.
func (f *France) nearUnits(own []int, km float64) []int {
	seen := make(map[int]bool, 2*len(own))
	for _, i := range own {
		seen[i] = true
	}
	var near []int
	for _, i := range own {
		f.Near(f.Communes[i].Lat, f.Communes[i].Lon, km, func(unit int, _ float64) {
			if !seen[unit] {
				seen[unit] = true
				near = append(near, unit)
			}
		})
	}
	slices.Sort(near)
	return near
}

func (f *France) nearest(lat, lon float64) (int, bool) {
	for _, km := range []float64{10, 30, 100} {
		best, found, at := 0, false, km
		f.Near(lat, lon, km, func(unit int, d float64) {
			if d < at || !found {
				best, found, at = unit, true, d
			}
		})
		if found {
			return best, true
		}
	}
	return 0, false
}

// prepare makes what is computed once, when it is first asked for.
func (f *France) prepare() {
	f.names = sync.OnceValue(f.foldNames)
	f.demoSupply = sync.OnceValue(f.makeDemoSupply)
	f.units = sync.OnceValue(f.buildUnitIndex)
}
