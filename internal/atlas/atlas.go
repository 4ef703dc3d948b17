package atlas

import (
	"context"
	"fmt"
	"sync"
)

// Atlas keeps the regions that were computed, per version of the ground. It is safe for many readers at once.
type Atlas struct {
	Home    string // the installation's region
	grounds Grounds

	mu      sync.Mutex
	version string
	regions map[[2]string]*lazy[*Region]
	shapes  map[string]*lazy[*Shape]
}

// New makes an atlas of an installation's region over a source of grounds.
func New(home string, grounds Grounds) *Atlas {
	return &Atlas{Home: home, grounds: grounds}
}

// lazy is computed once, by the first who asks; the others wait for the same result.
type lazy[T any] struct{ get func() (T, error) }

// mostKept bounds what is kept: readers may invent decays.
const mostKept = 24

// Region computes a region under a decay, or gives the one computed already.
func (a *Atlas) Region(ctx context.Context, code, decay string) (*Region, error) {
	g, err := a.ground(ctx)
	if err != nil {
		return nil, err
	}
	key := [2]string{code, decay}
	a.mu.Lock()
	kept, ok := a.regions[key]
	if !ok {
		if len(a.regions) >= mostKept {
			clear(a.regions)
		}
		kept = &lazy[*Region]{sync.OnceValues(func() (*Region, error) { return newRegion(g, code, decay) })}
		a.regions[key] = kept
	}
	a.mu.Unlock()
	return kept.get()
}

// Of is the region of a view.
func (a *Atlas) Of(ctx context.Context, v View) (*Region, error) {
	return a.Region(ctx, v.Region, v.Decay)
}

// Shape draws a region, or gives the drawing made already: it does not depend on the decay.
func (a *Atlas) Shape(ctx context.Context, r *Region) (*Shape, error) {
	if _, err := a.ground(ctx); err != nil {
		return nil, err
	}
	a.mu.Lock()
	kept, ok := a.shapes[r.Code]
	if !ok {
		kept = &lazy[*Shape]{sync.OnceValues(func() (*Shape, error) { return newShape(r), nil })}
		a.shapes[r.Code] = kept
	}
	a.mu.Unlock()
	return kept.get()
}

// ground is today's ground; what was computed from an earlier version is dropped.
func (a *Atlas) ground(ctx context.Context) (*Ground, error) {
	g, err := a.grounds(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the territory: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.regions == nil || a.version != g.Version {
		a.version, a.regions, a.shapes = g.Version, map[[2]string]*lazy[*Region]{}, map[string]*lazy[*Shape]{}
	}
	return g, nil
}
