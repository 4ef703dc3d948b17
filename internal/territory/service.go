package territory

import (
	"context"
	"sync"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/territory/intake"
)

// Service is everything that may be done with the territory's data. Safe for concurrent use.
type Service struct {
	db    *db.DB
	clock clock.Clock
	demo  bool

	mu        sync.Mutex
	version   int64 // of what is cached below; -1 before the first reading
	datasets  []Dataset
	contents  map[string]intake.Content
	snapshots map[string]*Snapshot // by the identifiers of the versions in force
}

// New makes the service. With demo, the invented supply stands in until a real one is imported; it always says what it is.
func New(d *db.DB, c clock.Clock, demo bool) *Service {
	return &Service{db: d, clock: c, demo: demo, version: -1}
}

// Datasets lists every version of every kind, newest first within a kind.
func (s *Service) Datasets(ctx context.Context, actor accounts.Actor) ([]Dataset, error) {
	if err := actor.Require(PermDatasets, accounts.Scope{}); err != nil {
		return nil, err
	}
	return selectDatasets(ctx, s.db)
}

// Dataset finds one version.
func (s *Service) Dataset(ctx context.Context, actor accounts.Actor, id string) (Dataset, error) {
	if err := actor.Require(PermDatasets, accounts.Scope{}); err != nil {
		return Dataset{}, err
	}
	d, err := selectDataset(ctx, s.db, id)
	if db.NoRows(err) {
		return Dataset{}, fault.NotFound("Cette version n’existe pas.", "This version does not exist.")
	}
	return d, err
}

// Content is what a version holds, old versions included.
func (s *Service) Content(ctx context.Context, actor accounts.Actor, id string) (intake.Content, error) {
	if _, err := s.Dataset(ctx, actor, id); err != nil {
		return nil, err
	}
	return selectContent(ctx, s.db, id)
}
