package calls

import (
	"context"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Scenarios gives what somebody tried on the territory's map and kept; app hands it over.
type Scenarios interface {
	// Frozen computes a scenario as it stands today, for whoever has its link.
	Frozen(ctx context.Context, actor accounts.Actor, id string) (FrozenScenario, error)
	// Kept lists those of the actor, the latest first.
	Kept(ctx context.Context, actor accounts.Actor) ([]ScenarioChoice, error)
}

// ScenarioChoice is a scenario that may be attached.
type ScenarioChoice struct{ ID, Name string }

// FrozenScenario is a what-if as it was on the day it was attached.
type FrozenScenario struct {
	Name    string      `json:"name"`
	Note    string      `json:"note,omitempty"`
	Author  string      `json:"author"`
	SavedAt time.Time   `json:"saved_at"`
	Address string      `json:"address"` // of the sandbox: computes it again on the data of the day it is opened
	Changes []i18n.Text `json:"changes"`
	// Figures are before and after, as they were written that day.
	Figures []ScenarioFigure `json:"figures"`
	Sites   []ScenarioSite   `json:"sites"`
	Caveats []i18n.Text      `json:"caveats,omitempty"`
}

// ScenarioFigure is one figure of the region; Before is "" for what has no before.
type ScenarioFigure struct {
	Label  i18n.Text `json:"label"`
	Before i18n.Text `json:"before,omitempty"`
	After  i18n.Text `json:"after"`
}

// ScenarioSite is a commune whose access moves, in consultations a year per inhabitant.
type ScenarioSite struct {
	Code   string  `json:"code"`
	Name   string  `json:"name"`
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// AttachedScenario is a what-if in a dossier.
type AttachedScenario struct {
	ID         string                  `db:"id"`
	ScenarioID string                  `db:"scenario_id"`
	Frozen     db.JSON[FrozenScenario] `db:"frozen"`
	AddedBy    string                  `db:"added_by"`
	AddedName  string                  `db:"added_name"`
	AddedAt    time.Time               `db:"added_at"`
}

// mostScenarios bounds what one dossier holds.
const mostScenarios = 6

// WithScenarios lets dossiers hold what-ifs.
func (s *Service) WithScenarios(x Scenarios) *Service {
	s.scenarios = x
	return s
}

// KeptScenarios lists what the reader could attach; nothing for who has no account.
func (s *Service) KeptScenarios(ctx context.Context, r Reader) ([]ScenarioChoice, error) {
	if s.scenarios == nil || r.Anonymous() {
		return nil, nil
	}
	return s.scenarios.Kept(ctx, r.Actor)
}

// ScenariosOf lists the what-ifs of a dossier; the caller has opened it.
func (s *Service) ScenariosOf(ctx context.Context, dossierID string) ([]AttachedScenario, error) {
	var all []AttachedScenario
	err := s.db.SelectContext(ctx, &all, `SELECT id, scenario_id, frozen, added_by, added_name, added_at FROM dossier_scenario
		WHERE dossier_id = $1 AND removed_at IS NULL ORDER BY added_at, id`, dossierID)
	return all, err
}

// AttachScenario freezes a what-if into a dossier, for its author or an officer of the territory. Link is the scenario's identifier, or
// the address at which it opens. A dossier that is over takes none.
func (s *Service) AttachScenario(ctx context.Context, r Reader, id, link string) error {
	if _, _, err := s.open(ctx, s.db, r, id, accounts.RoleApplicant, accounts.RoleOfficer); err != nil {
		return err
	}
	scenario := scenarioOf(link)
	if scenario == "" || s.scenarios == nil {
		return badScenario()
	}
	frozen, err := s.scenarios.Frozen(ctx, r.Actor, scenario)
	if fault.Is(err, fault.KindNotFound) {
		return badScenario()
	}
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, _, err := s.open(ctx, tx, r, id, accounts.RoleApplicant, accounts.RoleOfficer)
		if err != nil {
			return err
		}
		if DossierLife.State(d.State).Terminal {
			return fault.Refused("dossier-over", "Ce dossier est terminé : plus rien ne s’y joint.", "This application is over: nothing more is attached.")
		}
		var n int
		if err := tx.GetContext(ctx, &n, `SELECT COUNT(*) FROM dossier_scenario WHERE dossier_id = $1 AND removed_at IS NULL`, id); err != nil {
			return err
		}
		if n >= mostScenarios {
			return fault.Refused("scenarios", "Un dossier tient six scénarios au plus : retirez-en un.", "A dossier holds six scenarios at most: remove one.")
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO dossier_scenario (id, dossier_id, scenario_id, frozen, added_by, added_name, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			db.NewID(), id, scenario, db.JSON[FrozenScenario]{V: frozen}, r.ID, r.Name, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, r, "calls.dossier.scenario", "calls.dossier", id, "Scénario joint au dossier : « "+frozen.Name+" »", "", map[string]string{"scenario": scenario})
	})
}

// DetachScenario takes a what-if out of sight; whoever attached it may, and the record of it stays.
func (s *Service) DetachScenario(ctx context.Context, r Reader, id, attached string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, _, err := s.open(ctx, tx, r, id, accounts.RoleApplicant, accounts.RoleOfficer)
		if err != nil {
			return err
		}
		if DossierLife.State(d.State).Terminal {
			return fault.Refused("dossier-over", "Ce dossier est terminé : ce qui y est joint reste.", "This application is over: what is attached stays.")
		}
		if err := touched(tx.ExecContext(ctx, `UPDATE dossier_scenario SET removed_at = $1 WHERE id = $2 AND dossier_id = $3 AND added_by = $4 AND removed_at IS NULL`,
			s.now(), attached, id, r.ID)); err != nil {
			return err
		}
		return s.record(ctx, tx, r, "calls.dossier.scenario-removed", "calls.dossier", id, "Scénario retiré du dossier", "", nil)
	})
}

// scenarioOf finds the identifier in what was pasted: an address of the sandbox, or the identifier alone.
func scenarioOf(link string) string {
	link, _, _ = strings.Cut(strings.TrimSpace(link), "?")
	link = strings.TrimSuffix(link, "/")
	return link[strings.LastIndex(link, "/")+1:]
}

func badScenario() error {
	wrong := fault.Fields{}
	wrong.Add("scenario", "Aucun scénario enregistré à cette adresse : enregistrez-le dans le simulateur, puis collez son lien.", "No scenario was saved at this address: save it in the sandbox, then paste its link.")
	return wrong.Err()
}
