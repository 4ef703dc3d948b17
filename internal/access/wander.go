package access

import (
	"math/rand/v2"
	"slices"
)

// wanderWork limits the rounds of a search by the links and sites that they visit; little is for a search among others.
const (
	wanderWork = 150_000_000
	littleWork = 3_000_000
)

// wander leaves a list that no single move improves: it takes back a few units at random, fills and improves again, and keeps what is at
// least as good. It stops at the bound, where nothing better exists. It is deterministic, and returns the value reached.
func (f *field) wander(t *tally, left []float64, start []float64, bound float64, work int) float64 {
	s := f.swapper(t, left)
	random := rand.New(rand.NewPCG(uint64(len(f.sites)), uint64(t.budget)))
	already := f.met(start)
	best := f.met(left) - already
	perRound := 1 + 4*len(f.siteRow)/max(1, len(f.sites)) + t.budget*len(f.sites)
	for range min(600, work/perRound) {
		if best >= bound*(1-1e-9) {
			break
		}
		saved := slices.Clone(t.units)
		s.scatter(random)
		s.refill()
		s.improve(3)
		if value := f.met(left) - already; value >= best*(1-1e-12) {
			best = max(best, value)
		} else {
			s.become(saved)
		}
	}
	return best
}

// scatter takes back two to four units of random sites.
func (s *swapper) scatter(random *rand.Rand) {
	var used []int
	for site, units := range s.t.units {
		for range units {
			used = append(used, site)
		}
	}
	for range min(len(used), 2+random.IntN(3)) {
		k := random.IntN(len(used))
		s.shift(used[k], -1)
		used = slices.Delete(used, k, k+1)
	}
	if random.IntN(2) == 0 {
		// Something else first, or filling would put back what was taken.
		if site := random.IntN(len(s.gains)); s.t.fits(site) > 0 {
			s.shift(site, +1)
		}
	}
}

// refill adds the most valuable units while any gains.
func (s *swapper) refill() {
	for s.t.left > 0 {
		best := -1
		for site, gain := range s.gains {
			if gain > 0 && (best < 0 || gain > s.gains[best]) && s.t.fits(site) > 0 {
				best = site
			}
		}
		if best < 0 {
			return
		}
		s.shift(best, +1)
	}
}

// become goes back to given units.
func (s *swapper) become(units []int) {
	for site, u := range units {
		for s.t.units[site] > u {
			s.shift(site, -1)
		}
	}
	for site, u := range units {
		for s.t.units[site] < u {
			s.shift(site, +1)
		}
	}
}
