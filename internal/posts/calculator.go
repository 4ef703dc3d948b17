package posts

import (
	"fmt"

	"maillage/internal/platform/fault"
)

// Share is a party's part of a post, in percent of the working time and of the funding.
type Share struct {
	Name          string
	Time, Funding int
	Hospital      bool
}

// Line is what a share comes to.
type Line struct {
	Share
	FTE      float64 // full-time equivalent at this party
	HalfDays float64 // half-days a week, of the ten of a full time
	Cents    int64   // a year
}

// Calculation is what a post comes to, party by party, with the sums.
type Calculation struct {
	Lines         []Line
	Time, Funding int
	FTE           float64
	Cents         int64
	// Err refuses shares that do not sum to 100 %, field by field; the lines are computed all the same.
	Err error
}

// Calculate shares a post: quota in percent of a full time, its yearly cost in cents. Cents are shared so that they sum to the cost: what
// rounding leaves goes to the first parties.
func Calculate(quota int, cost int64, shares []Share) Calculation {
	wrong := fault.Fields{}
	if quota < 1 || quota > 100 {
		wrong.Add("quota", "La quotité est de 1 à 100 % d’un temps plein.", "The quota is 1 to 100% of a full time.")
	}
	if cost < 0 {
		wrong.Add("cost", "Le coût est positif ou nul.", "The cost is zero or more.")
	}
	c := Calculation{}
	for i, s := range shares {
		if s.Time < 0 || s.Time > 100 {
			wrong.Add(fmt.Sprintf("time_%d", i), "Une part est de 0 à 100 %.", "A share is 0 to 100%.")
		}
		if s.Funding < 0 || s.Funding > 100 {
			wrong.Add(fmt.Sprintf("funding_%d", i), "Une part est de 0 à 100 %.", "A share is 0 to 100%.")
		}
		fte := float64(quota*s.Time) / 10_000
		c.Lines = append(c.Lines, Line{Share: s, FTE: fte, HalfDays: 10 * fte, Cents: cost * int64(s.Funding) / 100})
		c.Time, c.Funding, c.FTE = c.Time+s.Time, c.Funding+s.Funding, c.FTE+fte
	}
	sums(wrong, c.Time, c.Funding)
	c.round(cost)
	c.Err = wrong.Err()
	return c
}

// round gives the cents that rounding left, once the funding is whole.
func (c *Calculation) round(cost int64) {
	for _, l := range c.Lines {
		c.Cents += l.Cents
	}
	for i := 0; c.Funding == 100 && c.Cents < cost && i < len(c.Lines); i++ {
		if c.Lines[i].Funding > 0 {
			c.Lines[i].Cents++
			c.Cents++
		}
	}
}

// sums refuses shares that do not make a whole (invariant 7).
func sums(wrong fault.Fields, time, funding int) {
	if time != 100 {
		wrong.Add("time_0", fmt.Sprintf("Les parts du temps de travail font %d %% au lieu de 100 %%.", time), fmt.Sprintf("The shares of working time sum to %d%%, not 100%%.", time))
	}
	if funding != 100 {
		wrong.Add("funding_0", fmt.Sprintf("Les parts du financement font %d %% au lieu de 100 %%.", funding), fmt.Sprintf("The shares of funding sum to %d%%, not 100%%.", funding))
	}
}
