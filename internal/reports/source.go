package reports

import (
	"context"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
)

// Departement is a row of the report.
type Departement struct{ Code, Name string }

// Measure is what a Fact counts.
type Measure string

// The measures. Cents are integer euro cents.
const (
	Structures    Measure = "structures" // opened, of every kind that follows
	MSP           Measure = "msp"
	CDS           Measure = "cds"
	CPTS          Measure = "cpts"
	Shared        Measure = "shared"   // shared posts started
	Recruits      Measure = "recruits" // general practitioners recruited
	Granted       Measure = "granted"  // dossiers granted
	Decided       Measure = "decided"  // cents granted
	Paid          Measure = "paid"     // cents paid, less what came back
	Consultations Measure = "consultations"
	Sessions      Measure = "sessions"
	Patients      Measure = "patients" // seen in advanced consultations
)

// Fact is a count, or a sum, of a département over the days asked.
type Fact struct {
	Measure     Measure
	Departement string
	N           int64
}

// Facts is a room that tells what happened from a day to another, that one excluded.
type Facts interface {
	Facts(ctx context.Context, region string, from, to clock.Day) ([]Fact, error)
}

// Site is a place where a post started, with its full-time equivalent outside the hospital.
type Site struct {
	Commune, Departement string
	FTE                  float64
}

// Sites is a room that tells where posts started.
type Sites interface {
	Started(ctx context.Context, region string, from, to clock.Day) ([]Site, error)
}

// Access is what people have, on average: mean in consultations a year and inhabitant, and the share who have less than the threshold
// of under-served areas.
type Access struct {
	Population  int
	Mean, Below float64
}

// Picture is access on a day.
type Picture struct {
	From      clock.Day // since when the version is in force; "" for the one that is always there
	Demo      bool      // the supply is invented
	Estimated bool      // travel times are estimated
	All       Access
	Of        map[string]Access // by département
}

// Gain is what posts alone bring to the mean of each département.
type Gain struct {
	All    float64
	Of     map[string]float64
	Lifted int // inhabitants whose commune passes the threshold
}

// Territory is what the report needs of the map.
type Territory interface {
	Access(ctx context.Context, region string, on clock.Day) (Picture, error)
	// Gain adds posts to the supply of a day.
	Gain(ctx context.Context, region string, on clock.Day, sites []Site) (Gain, error)
}

// Quarter is what tele-expertise publishes of three months; an interval of 0 is hidden or was not lived by enough.
type Quarter struct {
	Name          string
	Cases         int
	Hidden        bool // the count is small
	Answer, Visit time.Duration
}

// Delays is what the report needs of tele-expertise: the quarters of a year that its figures publish.
type Delays interface {
	Quarters(ctx context.Context, year int) ([]Quarter, error)
}

// Sources is all that the report is drawn from.
type Sources struct {
	Region       string
	Departements []Departement
	Territory    Territory
	Sites        Sites
	Delays       Delays
	Facts        []Facts
	// Notes say what holds for all of it: that this is a demonstration.
	Notes []i18n.Text
}
