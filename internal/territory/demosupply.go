package territory

import (
	"hash/fnv"
	"math"
	"slices"
	"strconv"
)

// DemoLabel marks the demonstration's supply wherever it shows.
const DemoLabel = "démonstration"

// demoDensity is an approximate number of general practitioners in town practice per 100,000 inhabitants, by département, around what
// public statistics of the early 2020s report. It serves the demonstration only.
var demoDensity = map[string]float64{
	"01": 62, "02": 64, "03": 75, "04": 92, "05": 118, "06": 95, "07": 76, "08": 74, "09": 88, "10": 68, "11": 86, "12": 84,
	"13": 98, "14": 84, "15": 84, "16": 74, "17": 88, "18": 60, "19": 84, "21": 88, "22": 84, "23": 74, "24": 78, "25": 92,
	"26": 82, "27": 53, "28": 54, "29": 96, "2A": 84, "2B": 80, "30": 86, "31": 98, "32": 82, "33": 99, "34": 96, "35": 90,
	"36": 62, "37": 90, "38": 86, "39": 76, "40": 93, "41": 64, "42": 82, "43": 80, "44": 88, "45": 61, "46": 88, "47": 74,
	"48": 80, "49": 82, "50": 74, "51": 82, "52": 68, "53": 62, "54": 90, "55": 70, "56": 88, "57": 76, "58": 62, "59": 90,
	"60": 60, "61": 60, "62": 82, "63": 92, "64": 104, "65": 100, "66": 96, "67": 96, "68": 82, "69": 90, "70": 68, "71": 68,
	"72": 56, "73": 96, "74": 78, "75": 88, "76": 80, "77": 55, "78": 62, "79": 76, "80": 90, "81": 84, "82": 74, "83": 90,
	"84": 84, "85": 74, "86": 88, "87": 96, "88": 76, "89": 60, "90": 76, "91": 58, "92": 70, "93": 51, "94": 64, "95": 58,
	"971": 60, "972": 64, "973": 44, "974": 96, "976": 22,
}

// demoAges is the share of doctors in each age band, and the mean activity of one of them.
var demoAges = []struct {
	band       AgeBand
	share, fte float64
}{
	{AgeTo60, 0.66, 0.98},
	{Age61To62, 0.08, 1},
	{Age63To65, 0.11, 0.95},
	{AgeOver65, 0.15, 0.7},
}

// DemoSupply invents a supply of general practitioners for the whole country, one row per commune of Communes; rows that are not units
// are zero. It is the same at each call, adds up to demoDensity in each département, sits in the larger communes and leaves most small
// ones without anybody. It describes nobody: show DemoLabel with it.
func (f *France) DemoSupply() []FTE { return f.demoSupply() }

// DemoPast is what a commune of the demonstration had some years before: a little more in all, each commune its own way. It is as
// invented as the supply of today.
func DemoPast(code string, now FTE, years int) FTE {
	share := 1 + float64(years)*(0.012+0.09*(draw(code, "past")-0.5))
	var past FTE
	for band := range now {
		past[band] = now[band] * math.Max(0.6, share)
	}
	return past
}

func (f *France) makeDemoSupply() []FTE {
	supply := make([]FTE, len(f.Communes))
	start := 0
	for end := range f.Communes { // communes are sorted by code: those of a département follow each other
		if end+1 == len(f.Communes) || f.Communes[end+1].Departement != f.Communes[start].Departement {
			f.demoDepartement(supply, start, end+1)
			start = end + 1
		}
	}
	return supply
}

// demoDepartement fills the rows from start to end, all of one département.
func (f *France) demoDepartement(supply []FTE, start, end int) {
	weights := make([]float64, end-start)
	population, total := 0, 0.0
	for i := range weights {
		if c := &f.Communes[start+i]; c.Unit() {
			population += c.Population
			weights[i] = demoAttraction(c)
			total += weights[i]
		}
	}
	if total == 0 {
		return
	}
	doctors := int(math.Round(demoDensity[f.Communes[start].Departement] * float64(population) / 1e5))
	for i, n := range shareOut(doctors, weights, total) {
		for d := range n {
			band, fte := demoDoctor(f.Communes[start+i].Code, d)
			supply[start+i][band] += fte
		}
	}
}

// demoAttraction is how strongly a commune draws doctors: its population, a little more than in proportion, times its own luck.
func demoAttraction(c *Commune) float64 {
	luck := draw(c.Code, "luck")
	switch {
	case c.Population < 600 && luck < 0.97, c.Population < 1500 && luck < 0.7, c.Population < 3000 && luck < 0.25:
		return 0
	}
	return math.Pow(float64(c.Population), 1.04) * (0.55 + 0.9*draw(c.Code, "attraction"))
}

// shareOut gives whole doctors in proportion to the weights, the last ones to the largest remainders.
func shareOut(doctors int, weights []float64, total float64) []int {
	counts, order := make([]int, len(weights)), make([]int, len(weights))
	remainder := make([]float64, len(weights))
	left := doctors
	for i, w := range weights {
		quota := float64(doctors) * w / total
		counts[i] = int(quota)
		remainder[i] = quota - float64(counts[i])
		order[i] = i
		left -= counts[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case remainder[a] > remainder[b]:
			return -1
		case remainder[a] < remainder[b]:
			return 1
		}
		return a - b
	})
	for _, i := range order[:left] {
		counts[i]++
	}
	return counts
}

// demoDoctor invents one doctor's age band and activity (tenths of full time).
func demoDoctor(code string, number int) (AgeBand, float64) {
	at, n := draw(code, "age "+strconv.Itoa(number)), len(demoAges)-1
	for i, a := range demoAges {
		if at -= a.share; at < 0 {
			n = i
			break
		}
	}
	spread := 0.4 * (draw(code, "activity "+strconv.Itoa(number)) - 0.5)
	return demoAges[n].band, math.Round(10*(demoAges[n].fte+spread)) / 10
}

// draw is a number in [0, 1) that depends only on its two keys.
func draw(code, key string) float64 {
	h := fnv.New64a()
	h.Write([]byte(code + "/" + key))
	x := h.Sum64() // FNV leaves its high bits close for close keys: mix them (finaliser of MurmurHash3)
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return float64(x>>11) / (1 << 53)
}
