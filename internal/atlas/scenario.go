package atlas

import (
	"net/url"
	"strings"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Scenario is a what-if that somebody kept under a name.
type Scenario struct {
	ID        string            `db:"id"`
	OwnerID   string            `db:"owner_id"`
	OwnerName string            `db:"owner_name"` // as shown the day it was saved
	Name      string            `db:"name"`
	Note      string            `db:"note"`
	ViewQuery string            `db:"view_query"`
	Changes   db.JSON[[]string] `db:"changes"`
	CreatedAt time.Time         `db:"created_at"`
	UpdatedAt time.Time         `db:"updated_at"`
	Version   int               `db:"version"`
}

// View is what the scenario was looked at with.
func (s Scenario) View(home string) (View, error) {
	q, err := url.ParseQuery(s.ViewQuery)
	if err != nil {
		return View{}, fault.Invalid("L’affichage enregistré n’est plus lisible.", "The saved view can no longer be read.").Because(err)
	}
	return ParseView(q, home)
}

// List gives the changes.
func (s Scenario) List() ([]Change, error) { return ParseChanges(s.Changes.V) }

// SaveCommand keeps a scenario: a new one without ID, else a change of the one at this version.
type SaveCommand struct {
	ID, Name, Note string
	Version        int
	View           View
	Changes        []Change
}

const (
	longestName = 120
	longestNote = 2000
)

func (c *SaveCommand) check() error {
	c.Name, c.Note = strings.TrimSpace(c.Name), strings.TrimSpace(c.Note)
	fields := fault.Fields{}
	if c.Name == "" {
		fields.Add("nom", "Donnez un nom au scénario.", "Give the scenario a name.")
	}
	if len([]rune(c.Name)) > longestName {
		fields.Add("nom", "Le nom est trop long : 120 caractères au plus.", "The name is too long: 120 characters at most.")
	}
	if len([]rune(c.Note)) > longestNote {
		fields.Add("note", "La note est trop longue : 2 000 caractères au plus.", "The note is too long: 2,000 characters at most.")
	}
	if len(c.Changes) == 0 {
		fields.Add("ajout", "Le scénario est vide : ajoutez au moins un changement.", "The scenario is empty: add at least one change.")
	}
	for _, change := range c.Changes {
		if err := change.check(); err != nil {
			return err
		}
	}
	return fields.Err()
}
