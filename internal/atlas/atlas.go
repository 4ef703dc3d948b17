package atlas

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// Atlas keeps the regions that were computed. It is safe for many readers at once.
type Atlas struct {
	Home      string // the installation's region
	territory Territory
	clock     clock.Clock

	mu       sync.Mutex
	today    *territory.Snapshot
	invented bool        // there is no import: the demonstration's past is invented as its supply is
	dates    []time.Time // from which an imported supply is in force, oldest first, up to today
	regions  map[regionKey]*lazy[*Region]
	shapes   map[string]*lazy[*Shape]
}

// New makes an atlas of an installation's region.
func New(home string, t Territory, c clock.Clock) *Atlas {
	return &Atlas{Home: home, territory: t, clock: c}
}

type regionKey struct {
	snap        *territory.Snapshot
	code, decay string
	back        int // years before today, in an invented past
}

// lazy is computed once, by the first who asks; the others wait for the same result.
type lazy[T any] struct{ get func() (T, error) }

// mostKept bounds what is kept: readers may invent decays, and ask for many dates.
const mostKept = 24

// Of is the region of a view as it stands today.
func (a *Atlas) Of(ctx context.Context, v View) (*Region, error) {
	return a.Region(ctx, v.Region, v.Decay)
}

// Region computes a region under a decay as it stands today, or gives the one computed already.
func (a *Atlas) Region(ctx context.Context, code, decay string) (*Region, error) {
	snap, err := a.now(ctx)
	if err != nil {
		return nil, err
	}
	return a.regionOf(snap, code, decay, 0, nil)
}

// regionOf computes a region once. Like is the same region under the same decay at another date, whose communes and travel times are
// taken where they are the same; nil for none.
func (a *Atlas) regionOf(snap *territory.Snapshot, code, decay string, back int, like *Region) (*Region, error) {
	key := regionKey{snap, code, decay, back}
	a.mu.Lock()
	kept, ok := a.regions[key]
	if !ok {
		if len(a.regions) >= mostKept {
			clear(a.regions)
		}
		kept = &lazy[*Region]{sync.OnceValues(func() (*Region, error) { return newRegion(snap, code, decay, back, like) })}
		a.regions[key] = kept
	}
	a.mu.Unlock()
	return kept.get()
}

// Shape draws a region, or gives the drawing made already: it does not depend on the decay.
func (a *Atlas) Shape(r *Region) (*Shape, error) {
	a.mu.Lock()
	kept, ok := a.shapes[r.Code]
	if !ok || r.Snap != a.today {
		kept = &lazy[*Shape]{sync.OnceValues(func() (*Shape, error) { return newShape(r), nil })}
		if r.Snap == a.today {
			a.shapes[r.Code] = kept
		}
	}
	a.mu.Unlock()
	return kept.get()
}

// now is today's territory; what was computed from an earlier one is dropped.
func (a *Atlas) now(ctx context.Context) (*territory.Snapshot, error) {
	snap, err := a.territory.Now(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the territory: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.today == snap {
		return snap, nil
	}
	days, err := a.territory.Dates(ctx, intake.GPSupply)
	if err != nil {
		return nil, fmt.Errorf("read the dates of the supply: %w", err)
	}
	today := a.clock.Now()
	supply := snap.Origin(intake.GPSupply)
	if a.invented = supply.Demo && supply.Dataset == ""; a.invented {
		days = demoDates(today)
	}
	days = slices.DeleteFunc(days, func(day time.Time) bool { return day.After(today) })
	a.dates = days[max(0, len(days)-mostSteps):]
	a.today, a.regions, a.shapes = snap, map[regionKey]*lazy[*Region]{}, map[string]*lazy[*Shape]{}
	return snap, nil
}

// demoStep is how many years lie between the steps of the demonstration's invented past.
const demoStep = 2

// demoDates are the steps of that past: January of this year, and of two and four years before.
func demoDates(today time.Time) []time.Time {
	var days []time.Time
	for back := 2 * demoStep; back >= 0; back -= demoStep {
		days = append(days, time.Date(today.Year()-back, 1, 1, 0, 0, 0, 0, today.Location()))
	}
	return days
}

// HasPast tells whether the supply of two dates at least was imported: access can then be compared over time.
func (a *Atlas) HasPast() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.dates) > 1
}

// Dated is a region as it stood on a day.
type Dated struct {
	From   time.Time // the day from which the supply or the zones of the step are in force
	Region *Region
}

// mostSteps bounds a history: the latest imports are shown.
const mostSteps = 8

// History gives the region of a view at each import of supply, oldest first; a single step, or none, means that there is nothing to
// compare.
func (a *Atlas) History(ctx context.Context, v View) ([]Dated, error) {
	if _, err := a.now(ctx); err != nil {
		return nil, err
	}
	a.mu.Lock()
	days, invented, today := slices.Clone(a.dates), a.invented, a.today
	a.mu.Unlock()
	now, err := a.regionOf(today, v.Region, v.Decay, 0, nil)
	if err != nil {
		return nil, err
	}
	steps := make([]Dated, 0, len(days))
	for k, day := range days {
		snap, back := today, demoStep*(len(days)-1-k)
		if !invented {
			if snap, err = a.territory.Snapshot(ctx, day); err != nil {
				return nil, fmt.Errorf("read the territory of %s: %w", day.Format(time.DateOnly), err)
			}
			back = 0
		}
		r, err := a.regionOf(snap, v.Region, v.Decay, back, now)
		if err != nil {
			return nil, err
		}
		steps = append(steps, Dated{From: day, Region: r})
	}
	return steps, nil
}

// SincePast is the region of a view with the one at the first import kept: what the layer of change compares with. Without a past it
// is the region itself.
func (a *Atlas) SincePast(ctx context.Context, v View) (*Region, error) {
	r, err := a.Of(ctx, v)
	if err != nil || !a.HasPast() {
		return r, err
	}
	steps, err := a.History(ctx, v)
	if err != nil {
		return nil, err
	}
	compared := *r
	compared.past = steps[0].Region
	return &compared, nil
}
