// Package clock gives the time, so that tests and simulations can choose it, and counts working time in France.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time.
type Clock interface{ Now() time.Time }

// System is the machine's clock, in UTC cut to microseconds (what both databases keep).
type System struct{}

// Now is the present moment.
func (System) Now() time.Time { return Cut(time.Now()) }

// Cut brings a time to what both databases can hold.
func Cut(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Fixed is a clock that tests move by hand. Safe for concurrent use.
type Fixed struct {
	mu  sync.Mutex
	now time.Time
}

// At makes a clock that stands still.
func At(t time.Time) *Fixed { return &Fixed{now: Cut(t)} }

// Now is the moment the clock stands at.
func (f *Fixed) Now() time.Time { f.mu.Lock(); defer f.mu.Unlock(); return f.now }

// Advance moves the clock forward.
func (f *Fixed) Advance(d time.Duration) { f.mu.Lock(); f.now = Cut(f.now.Add(d)); f.mu.Unlock() }

// Set moves the clock to a moment.
func (f *Fixed) Set(t time.Time) { f.mu.Lock(); f.now = Cut(t); f.mu.Unlock() }
