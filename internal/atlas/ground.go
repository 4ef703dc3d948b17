package atlas

import (
	"context"
	"time"

	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// ConsultationsPerFTE is what a full-time equivalent of general practice counts for where activity is unknown, in consultations a
// year (the APL's convention, see internal/access).
const ConsultationsPerFTE = 5400

// Territory is where the atlas reads the state of the territory; *territory.Service is one.
type Territory interface {
	// Now is the territory as it stands today: the same snapshot while nothing changes.
	Now(ctx context.Context) (*territory.Snapshot, error)
	// Snapshot is the territory as it stood in force at a date.
	Snapshot(ctx context.Context, at time.Time) (*territory.Snapshot, error)
	// Dates lists the days from which something in force changes, oldest first.
	Dates(ctx context.Context, kinds ...intake.Kind) ([]time.Time, error)
}
