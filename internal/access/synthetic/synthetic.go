// Package synthetic makes territories of a chosen size, always the same for the same numbers: towns, villages, inhabitants and
// doctors spread as unevenly as in France. Benchmarks and tests of size use them; nothing shows them as real.
package synthetic

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"maillage/internal/access"
)

// Shape says how large a territory is.
type Shape struct {
	Communes int // demand places
	Sites    int // supply places, a part of the communes
	Pairs    int // links within Minutes
	Minutes  float64
	Access   float64 // mean access, in consultations a year per inhabitant
}

// France and Region are the sizes of the published figures.
var (
	France = Shape{Communes: 35000, Sites: 19000, Pairs: 1_560_000, Minutes: 20, Access: 3.3}
	Region = Shape{Communes: 1300, Sites: 1300, Pairs: 51_837, Minutes: 20, Access: 3.3}
)

// Territory is what Make builds.
type Territory struct {
	Links      *access.Links
	Population []float64
	Supply     []float64
	Home       []int // commune of each supply place
}

type link struct {
	origin, dest uint32
	squared      float64
}

// Make builds a territory of exactly that shape. It is an error when the communes are too few for the pairs.
func Make(shape Shape, seed uint64) (*Territory, error) {
	if shape.Sites < 1 || shape.Sites > shape.Communes || shape.Pairs < shape.Sites || shape.Minutes <= 2 {
		return nil, fmt.Errorf("no territory has the shape %+v", shape)
	}
	random := rand.New(rand.NewPCG(seed, 20170706))
	points, population := settle(shape.Communes, random)
	t := &Territory{Population: population, Home: chooseSites(population, shape.Sites, random)}
	links, err := nearest(points, t.Home, shape.Pairs-shape.Sites)
	if err != nil {
		return nil, err
	}
	t.Links, err = measure(shape, t.Home, links)
	if err != nil {
		return nil, err
	}
	t.Supply = doctors(population, t.Home, shape.Access, random)
	return t, nil
}

// settle places communes in the unit square, a third of them around cities, and peoples them: 1,900 inhabitants on average.
func settle(n int, random *rand.Rand) (points [][2]float64, population []float64) {
	cities := make([][3]float64, max(1, n/250))
	for k := range cities {
		cities[k] = [3]float64{random.Float64(), random.Float64(), math.Exp(random.NormFloat64())}
	}
	side := math.Sqrt(float64(n))
	points, population = make([][2]float64, n), make([]float64, n)
	for i := range n {
		size := math.Exp(0.3 + 1.15*random.NormFloat64())
		if random.Float64() < 0.33 {
			city := cities[random.IntN(len(cities))]
			away := math.Abs(random.NormFloat64()) * 4 / side
			angle := random.Float64() * 2 * math.Pi
			points[i] = [2]float64{city[0] + away*math.Cos(angle), city[1] + away*math.Sin(angle)}
			size *= 1 + 6*city[2]*math.Exp(-away*side)
		} else {
			points[i] = [2]float64{random.Float64(), random.Float64()}
		}
		population[i] = size
	}
	byDepartement(points, population)
	total := 0.0
	for _, size := range population {
		total += size
	}
	for i := range population {
		population[i] = max(1, math.Round(population[i]*1900*float64(n)/total))
	}
	return points, population
}

// byDepartement orders communes as their codes do: département by département, about 350 communes each, in no spatial order inside.
func byDepartement(points [][2]float64, population []float64) {
	across := max(1, math.Round(math.Sqrt(float64(len(points))/350)))
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	departement := func(i int) int {
		return int(math.Floor(points[i][0]*across))*1000 + int(math.Floor(points[i][1]*across))
	}
	slices.SortStableFunc(order, func(a, b int) int { return departement(a) - departement(b) })
	movedPoints, movedPeople := make([][2]float64, len(points)), make([]float64, len(points))
	for k, i := range order {
		movedPoints[k], movedPeople[k] = points[i], population[i]
	}
	copy(points, movedPoints)
	copy(population, movedPeople)
}

// chooseSites draws the communes with doctors, the larger the likelier, in the order of the communes.
func chooseSites(population []float64, sites int, random *rand.Rand) []int {
	type draw struct {
		commune int
		key     float64
	}
	draws := make([]draw, len(population))
	for i, people := range population {
		draws[i] = draw{i, -math.Log(1-random.Float64()) / people}
	}
	slices.SortFunc(draws, func(a, b draw) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return a.commune - b.commune
	})
	home := make([]int, sites)
	for k := range home {
		home[k] = draws[k].commune
	}
	slices.Sort(home)
	return home
}

// nearest finds the `count` shortest links between a commune and a site elsewhere.
func nearest(points [][2]float64, home []int, count int) ([]link, error) {
	for radius := math.Sqrt(float64(count) / float64(len(points)) / float64(len(home)) / 2); radius < 4; radius *= 1.3 {
		found := within(points, home, radius)
		if len(found) < count {
			continue
		}
		slices.SortFunc(found, func(a, b link) int {
			switch {
			case a.squared < b.squared:
				return -1
			case a.squared > b.squared:
				return 1
			case a.origin != b.origin:
				return int(a.origin) - int(b.origin)
			}
			return int(a.dest) - int(b.dest)
		})
		return found[:count], nil
	}
	return nil, fmt.Errorf("%d communes and %d sites have fewer than %d links", len(points), len(home), count)
}

func within(points [][2]float64, home []int, radius float64) []link {
	cell := func(p [2]float64) [2]int {
		return [2]int{int(math.Floor(p[0] / radius)), int(math.Floor(p[1] / radius))}
	}
	cells := make(map[[2]int][]uint32)
	for j, i := range home {
		c := cell(points[i])
		cells[c] = append(cells[c], uint32(j))
	}
	var found []link
	for i, p := range points {
		c := cell(p)
		for x := c[0] - 1; x <= c[0]+1; x++ {
			for y := c[1] - 1; y <= c[1]+1; y++ {
				for _, j := range cells[[2]int{x, y}] {
					q := points[home[j]]
					squared := (p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1])
					if home[j] != i && squared <= radius*radius {
						found = append(found, link{uint32(i), j, squared})
					}
				}
			}
		}
	}
	return found
}

// measure turns distances into minutes, the longest link being the shape's Minutes away.
func measure(shape Shape, home []int, links []link) (*access.Links, error) {
	block := access.PairBlock{}
	add := func(i, j uint32, minutes float64) {
		block.Origin, block.Dest = append(block.Origin, i), append(block.Dest, j)
		block.Cost = append(block.Cost, minutes)
	}
	for j, i := range home {
		add(uint32(i), uint32(j), 0)
	}
	longest := math.Sqrt(links[len(links)-1].squared)
	scale := 1.0
	for low, high := 0.0, 1e7; high-low > 1e-9*high; { // kilometres in the unit square
		scale = (low + high) / 2
		if access.EstimateMinutes(longest*scale) > shape.Minutes {
			high = scale
		} else {
			low = scale
		}
	}
	for _, l := range links {
		minutes := access.EstimateMinutes(math.Sqrt(l.squared) * scale)
		add(l.origin, l.dest, math.Round(min(minutes, shape.Minutes)*100)/100)
	}
	return access.NewLinks(shape.Communes, shape.Sites, block)
}

// doctors gives each site whole doctors of 3,600 to 6,000 consultations, for the mean access wanted.
func doctors(population []float64, home []int, mean float64, random *rand.Rand) []float64 {
	people, attraction := 0.0, 0.0
	for _, p := range population {
		people += p
	}
	wish := make([]float64, len(home))
	for j, i := range home {
		wish[j] = math.Pow(population[i], 1.1) * math.Exp(0.8*random.NormFloat64())
		attraction += wish[j]
	}
	supply := make([]float64, len(home))
	for j := range home {
		each := 3600 + 2400*random.Float64()
		count := math.Floor(wish[j]/attraction*people*mean/each + random.Float64())
		supply[j] = math.Round(count * each)
	}
	return supply
}
