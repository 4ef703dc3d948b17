package atlas

import (
	"cmp"
	"math"
	"slices"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
)

// Answer is what a list of changes would do to a region.
type Answer struct {
	Region  *Region
	Ages    territory.AgeFilter
	Changes []Change
	// Values is access after the changes, of every place.
	Values []float64
	// Changed are the places inside the region whose access moves.
	Changed []int
	// FTE is what the changes add in all.
	FTE float64
	// Lifted are the inhabitants who pass the threshold of 2.5 upward; Dropped, downward.
	Lifted, Dropped int
	// Before and After are the region's figures; Shortfall is Σ P·max(0, 2.5 − A), in consultations a year.
	Before, After                   *Figures
	ShortfallBefore, ShortfallAfter float64
}

// Try computes what changes would do, with doctors up to an age; the doctors who come are counted whatever the limit. It refuses
// a commune outside the region, and the departure of more doctors than there are.
func (r *Region) Try(ages territory.AgeFilter, changes []Change) (*Answer, error) {
	model := r.Model(ages)
	box := model.Sandbox()
	a := &Answer{Region: r, Ages: ages, Changes: changes}
	for _, c := range changes {
		if err := c.check(); err != nil {
			return nil, err
		}
		for _, s := range c.Sites {
			n, ok := r.Find(s.Code)
			if !ok {
				return nil, fault.Invalid("La commune « "+s.Code+" » n’est pas dans la région.", "The municipality “"+s.Code+"” is not in the region.")
			}
			if err := box.Add(n, s.FTE*ConsultationsPerFTE); err != nil {
				name := r.Places[n].Name
				return nil, fault.Invalid(i18n.Place("Il n’y a pas assez de médecins à %s pour ce départ.", name), "There are not enough doctors in "+name+" for this departure.").Because(err)
			}
			a.FTE += s.FTE
		}
	}
	a.Values = box.Value
	return a, a.measure(model.Value)
}

func (a *Answer) measure(before []float64) (err error) {
	r := a.Region
	for n := range r.Inside {
		people := float64(r.Places[n].Population)
		a.ShortfallBefore += people * max(0, ThresholdZIP-before[n])
		a.ShortfallAfter += people * max(0, ThresholdZIP-a.Values[n])
		if math.Abs(a.Values[n]-before[n]) < 1e-12 {
			continue
		}
		a.Changed = append(a.Changed, n)
		switch was, is := before[n] < ThresholdZIP, a.Values[n] < ThresholdZIP; {
		case was && !is:
			a.Lifted += r.Places[n].Population
		case !was && is:
			a.Dropped += r.Places[n].Population
		}
	}
	if a.Before, err = r.Figures(a.Ages, "", before); err != nil {
		return err
	}
	a.After, err = r.Figures(a.Ages, "", a.Values)
	return err
}

// Sites adds up the changes per commune, in order of first appearance.
func (a *Answer) Sites() []SiteFTE {
	var sites []SiteFTE
	at := map[string]int{}
	for _, c := range a.Changes {
		for _, s := range c.Sites {
			k, seen := at[s.Code]
			if !seen {
				k = len(sites)
				at[s.Code] = k
				sites = append(sites, SiteFTE{Code: s.Code})
			}
			sites[k].FTE += s.FTE
		}
	}
	return sites
}

// Move is what happens to the access of one place.
type Move struct {
	Place         int
	Before, After float64
}

// Here lists the places where something is added or taken away, in the order of the changes.
func (a *Answer) Here() []Move {
	moves := []Move{}
	for _, s := range a.Sites() {
		n, _ := a.Region.Find(s.Code)
		moves = append(moves, a.move(n))
	}
	return moves
}

// Around lists the other places of the region whose access moves most, most first.
func (a *Answer) Around(limit int) []Move {
	own := map[int]bool{}
	for _, m := range a.Here() {
		own[m.Place] = true
	}
	moves := make([]Move, 0, len(a.Changed))
	for _, n := range a.Changed {
		if !own[n] {
			moves = append(moves, a.move(n))
		}
	}
	slices.SortStableFunc(moves, func(x, y Move) int {
		return cmp.Compare(math.Abs(y.After-y.Before), math.Abs(x.After-x.Before))
	})
	return moves[:min(limit, len(moves))]
}

// Concerned counts the inhabitants whose access rises, and those whose access falls.
func (a *Answer) Concerned() (gain, lose int) {
	for _, n := range a.Changed {
		if m := a.move(n); m.After > m.Before {
			gain += a.Region.Places[n].Population
		} else {
			lose += a.Region.Places[n].Population
		}
	}
	return gain, lose
}

func (a *Answer) move(n int) Move {
	return Move{n, a.Region.Model(a.Ages).Value[n], a.Values[n]}
}

// Share is a point of a distribution curve: the share of inhabitants whose access is under a value.
type Share struct{ APL, People float64 }

// Scale is the highest access that curves and bars show: the first of a few round values under which 95 inhabitants in 100 live, all doctors
// counted. The APL of France fits under 6; another measure of supply may not.
func (r *Region) Scale() float64 {
	for _, most := range []float64{6, 12, 24} {
		if shares := r.Distribution(territory.AllAges, "", nil, most, 1); shares[1].People >= 0.95 {
			return most
		}
	}
	return 60
}

// Distribution gives the share of inhabitants under each of evenly spaced values up to most. values nil takes the model's.
func (r *Region) Distribution(ages territory.AgeFilter, departement string, values []float64, most float64, steps int) []Share {
	if values == nil {
		values = r.Model(ages).Value
	}
	counts := make([]float64, steps+1)
	total := 0.0
	for _, n := range r.In(departement) {
		people := float64(r.Places[n].Population)
		total += people
		if k := int(values[n] / most * float64(steps)); k < steps {
			counts[k+1] += people
		}
	}
	curve := make([]Share, steps+1)
	below := 0.0
	for k := range curve {
		below += counts[k]
		curve[k] = Share{most * float64(k) / float64(steps), below / max(total, 1)}
	}
	return curve
}
