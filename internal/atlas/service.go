package atlas

import (
	"context"
	"fmt"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Service keeps scenarios.
type Service struct {
	db    *db.DB
	clock clock.Clock
}

// NewService makes the service.
func NewService(d *db.DB, c clock.Clock) *Service { return &Service{db: d, clock: c} }

// Save keeps a scenario and gives it as it is kept. It refuses a nameless or empty one, another person's, and one that was changed
// meanwhile.
func (s *Service) Save(ctx context.Context, actor accounts.Actor, cmd SaveCommand) (Scenario, error) {
	if err := actor.Require(PermSave, accounts.Scope{}); err != nil {
		return Scenario{}, err
	}
	if err := cmd.check(); err != nil {
		return Scenario{}, err
	}
	now := db.Now(s.clock)
	kept := Scenario{
		ID: db.NewID(), OwnerID: actor.ID, OwnerName: actor.Name, Name: cmd.Name, Note: cmd.Note, ViewQuery: cmd.View.Query().Encode(),
		Changes: db.JSON[[]string]{V: WriteChanges(cmd.Changes)}, CreatedAt: now, UpdatedAt: now, Version: 1,
	}
	action := "atlas.scenario_saved"
	if cmd.ID != "" {
		old, err := s.own(ctx, actor, cmd.ID)
		if err != nil {
			return Scenario{}, err
		}
		kept.ID, kept.CreatedAt, kept.OwnerID, kept.Version = old.ID, old.CreatedAt, old.OwnerID, cmd.Version+1
		action = "atlas.scenario_changed"
	}
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		write := insertScenario
		if cmd.ID != "" {
			write = updateScenario
		}
		if err := write(ctx, tx, kept); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, action, kept, fmt.Sprintf("Scénario « %s » enregistré (%d changements).", kept.Name, len(cmd.Changes)))
	})
	return kept, err
}

// Delete takes a scenario away. Links to it stop working.
func (s *Service) Delete(ctx context.Context, actor accounts.Actor, id string) error {
	kept, err := s.own(ctx, actor, id)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := deleteScenario(ctx, tx, id); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "atlas.scenario_deleted", kept, fmt.Sprintf("Scénario « %s » supprimé.", kept.Name))
	})
}

// Get finds a scenario by its link: whoever has it may read it.
func (s *Service) Get(ctx context.Context, actor accounts.Actor, id string) (Scenario, error) {
	if err := actor.Require(PermRead, accounts.Scope{}); err != nil {
		return Scenario{}, err
	}
	kept, err := selectScenario(ctx, s.db, id)
	if db.NoRows(err) {
		return kept, fault.NotFound("Ce scénario n’existe pas, ou son auteur l’a supprimé.", "This scenario does not exist, or its author deleted it.")
	}
	return kept, err
}

// Mine lists the actor's scenarios, the latest first; none for nobody.
func (s *Service) Mine(ctx context.Context, actor accounts.Actor) ([]Scenario, error) {
	if actor.Anonymous() {
		return nil, nil
	}
	return selectScenariosOf(ctx, s.db, actor.ID)
}

// own finds a scenario that the actor may change.
func (s *Service) own(ctx context.Context, actor accounts.Actor, id string) (Scenario, error) {
	kept, err := s.Get(ctx, actor, id)
	if err != nil {
		return kept, err
	}
	return kept, actor.Require(PermEdit, accounts.Scope{Owner: kept.OwnerID})
}

func (s *Service) record(ctx context.Context, tx *db.Tx, actor accounts.Actor, action string, kept Scenario, text string) error {
	return audit.Append(ctx, tx, audit.Entry{
		At: s.clock.Now(), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: action,
		Object: audit.Object{Kind: "atlas.scenario", ID: kept.ID}, Text: text,
	})
}
