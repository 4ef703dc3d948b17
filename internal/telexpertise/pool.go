package telexpertise

import (
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// Pool is a group of doctors who share their experts.
type Pool struct {
	ID           string            `db:"id"`
	Name         string            `db:"name"`
	Phone        string            `db:"phone"` // the coordinator's, printed on patients' slips
	Settings     db.JSON[Settings] `db:"settings"`
	Version      int               `db:"version"`
	CreatedAt    time.Time         `db:"created_at"`
	Departements []string          `db:"-"`
}

// Member is somebody's part in a pool.
type Member struct {
	PoolID      string `db:"pool_id"`
	PersonID    string `db:"person_id"`
	Part        Part   `db:"part"`
	Name        string `db:"name"`
	Email       string `db:"email"`
	RPPS        string `db:"rpps"`
	Departement string `db:"departement"`
	Practice    string `db:"practice"`
	Commune     string `db:"commune"` // INSEE code of the practice; "" when not known
	Capacity    int    `db:"capacity"`
	Active      bool   `db:"active"`
}

// Day is a date of the duty calendar.
type Day struct {
	PoolID   string `db:"pool_id"`
	PersonID string `db:"person_id"`
	Day      string `db:"day"`  // YYYY-MM-DD, in Paris
	Kind     string `db:"kind"` // "duty", "away"
}

// Slot is an hour that an expert keeps for the pool.
type Slot struct {
	ID       string    `db:"id"`
	PoolID   string    `db:"pool_id"`
	ExpertID string    `db:"expert_id"`
	StartsAt time.Time `db:"starts_at"`
	Minutes  int       `db:"minutes"`
	Place    string    `db:"place"`
	CaseID   string    `db:"case_id"` // "" while free
	Version  int       `db:"version"`
}

// dayOf is a moment's date in the calendar.
func dayOf(t time.Time) string { return t.In(i18n.Paris).Format("2006-01-02") }
