package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"maillage/internal/platform/clock"
)

// Actor is who acted, with the name shown that day. The system itself is Actor{ID: "system", Name: "Maillage"}.
type Actor struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// System is the actor of what happens by itself: silence clocks, expiry, imports at start.
var System = Actor{ID: "system", Name: "Maillage"}

// Object is what was acted upon.
type Object struct {
	Kind string `json:"kind"` // "territory.zoning", "calls.dossier"
	ID   string `json:"id"`
}

// Entry is one fact of the record.
type Entry struct {
	At     time.Time `json:"at"` // UTC, cut to microseconds when written
	Actor  Actor     `json:"actor"`
	Action string    `json:"action"` // "room.verb"
	Object Object    `json:"object"`
	// Text is the French sentence to show, complete without the record it speaks of.
	Text    string            `json:"text"`
	Reason  string            `json:"reason,omitempty"`  // what the actor gave as reason
	Details map[string]string `json:"details,omitempty"` // small facts: amounts in cents, versions, counts
}

// Record is an entry and its place in the record, counted from 0.
type Record struct {
	N int64
	Entry
}

// canonical gives the one JSON text of an entry: fields in the order above, keys of Details sorted, time in UTC.
func (e Entry) canonical() ([]byte, error) {
	if e.At.IsZero() || e.Actor.ID == "" || e.Action == "" || e.Object.Kind == "" {
		return nil, errors.New("an audit entry needs a time, an actor, an action and an object")
	}
	e.At = clock.Cut(e.At)
	if len(e.Details) == 0 {
		e.Details = nil
	}
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("write audit entry: %w", err)
	}
	return b, nil
}

func decode(text string) (Entry, error) {
	var e Entry
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return Entry{}, fmt.Errorf("read audit entry: %w", err)
	}
	return e, nil
}
