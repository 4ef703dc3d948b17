package territory

import "math"

// kmPerDegree is the length of a degree of latitude on a sphere of 6,371 km radius.
const kmPerDegree = math.Pi * 6371.0088 / 180

// DistanceKm is the great-circle distance between two positions, in km.
func DistanceKm(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	sinLat, sinLon := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	h := sinLat*sinLat + math.Cos(lat1*rad)*math.Cos(lat2*rad)*sinLon*sinLon
	return 2 * 6371.0088 * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Grid finds what lies near a position without looking at everything. It is read only once built.
type Grid struct {
	cell  float64 // degrees
	cells map[[2]int32][]int32
	lat   []float64
	lon   []float64
}

// NewGrid indexes positions (degrees) with cells about km wide.
func NewGrid(lat, lon []float64, km float64) *Grid {
	g := &Grid{cell: km / kmPerDegree, cells: make(map[[2]int32][]int32, len(lat)), lat: lat, lon: lon}
	for i := range lat {
		at := g.at(lat[i], lon[i])
		g.cells[at] = append(g.cells[at], int32(i))
	}
	return g
}

func (g *Grid) at(lat, lon float64) [2]int32 {
	return [2]int32{int32(math.Floor(lat / g.cell)), int32(math.Floor(lon / g.cell))}
}

// Within calls yield with each indexed position at most km from (lat, lon), with its distance in km, in no particular order.
func (g *Grid) Within(lat, lon, km float64, yield func(i int, km float64)) {
	dLat := km / kmPerDegree
	dLon := dLat / math.Max(0.05, math.Cos((math.Abs(lat)+dLat)*math.Pi/180))
	low, high := g.at(lat-dLat, lon-dLon), g.at(lat+dLat, lon+dLon)
	for a := low[0]; a <= high[0]; a++ {
		for b := low[1]; b <= high[1]; b++ {
			for _, i := range g.cells[[2]int32{a, b}] {
				if d := DistanceKm(lat, lon, g.lat[i], g.lon[i]); d <= km {
					yield(int(i), d)
				}
			}
		}
	}
}
