package telexpertise

import (
	"context"
	"time"

	"maillage/internal/platform/blobs"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/seal"
)

// Letter is a message to a professional. It holds no health data: it says that something waits, and where.
type Letter struct {
	Person     string // identifier of whom it is for
	Part       Part   // in which part
	Urgent     bool
	To, Name   string
	Subject    string
	Paragraphs []string
	Path       string // of the page to open
}

// Letters sends what was written in a transaction once the transaction is kept.
type Letters interface {
	Send(ctx context.Context, tx *db.Tx, l Letter) error
}

// Places says what the room needs to know of the territory.
type Places interface {
	// Distance is in kilometres between the centres of two départements; 0 for the same one.
	Distance(a, b string) float64
	// Zone is the zoning of under-served areas in a commune ("ZIP", "ZAC", "HZ"; "" when it is not known), and whether the commune
	// holds a priority neighbourhood.
	Zone(ctx context.Context, commune string) (class string, qpv bool)
	// Priority tells whether a list of priority neighbourhoods is loaded for the region of a département.
	Priority(ctx context.Context, departement string) bool
}

// Config is what an installation chooses.
type Config struct {
	// TestIdentities accepts INS numbers of test and demonstration: never in production.
	TestIdentities bool
	// BaseURL starts the addresses that are printed: "https://maillage.example".
	BaseURL string
	// People are those who may join a pool.
	People People
}

// Service is everything that may be done with requests.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	vault   *seal.Vault
	blobs   blobs.Store
	letters Letters
	places  Places
	config  Config
	drawing chan struct{} // one photograph is decoded at a time: memory stays bounded
}

// New makes the service.
func New(d *db.DB, c clock.Clock, v *seal.Vault, b blobs.Store, l Letters, p Places, config Config) *Service {
	return &Service{db: d, clock: c, vault: v, blobs: b, letters: l, places: p, config: config, drawing: make(chan struct{}, 1)}
}

// Now is the present moment, for pages that show how much time is left.
func (s *Service) Now() time.Time { return db.Now(s.clock) }
