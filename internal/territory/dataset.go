package territory

import (
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory/intake"
)

// State is where a version of a dataset stands.
type State string

// The states. Importing again for the same date supersedes; rolling back an import brings back what it superseded.
const (
	Active     State = "active"
	Superseded State = "superseded"
	RolledBack State = "rolled_back"
)

// Name is how people read the state.
func (s State) Name() i18n.Text {
	return map[State]i18n.Text{
		Active:     {FR: "En vigueur pour sa période", EN: "In force for its period"},
		Superseded: {FR: "Remplacée", EN: "Replaced"},
		RolledBack: {FR: "Annulée", EN: "Rolled back"},
	}[s]
}

// Dataset is one imported version of official data. From ValidFrom on it is in force, until ValidTo or until a version of the same
// kind that starts later.
type Dataset struct {
	ID        string      `db:"id"`
	Kind      intake.Kind `db:"kind"`
	Format    string      `db:"format"`
	Label     string      `db:"label"`
	ValidFrom time.Time   `db:"valid_from"`
	ValidTo   *time.Time  `db:"valid_to"`
	Decree    string      `db:"decree"`
	Source    string      `db:"source"`
	Licence   string      `db:"licence"`
	Vintage   string      `db:"vintage"` // the year that the data describe, when the file says it
	FileName  string      `db:"file_name"`
	FileBytes int64       `db:"file_bytes"`
	SHA256    string      `db:"sha256"`
	Rows      int         `db:"row_count"`
	State     State       `db:"state"`
	Demo      bool        `db:"demo"`
	Replaces  string      `db:"replaces"` // the version that this one superseded, or ""

	ImportedBy     string    `db:"imported_by"`
	ImportedByName string    `db:"imported_by_name"`
	ImportedAt     time.Time `db:"imported_at"`

	EndedByName string     `db:"ended_by_name"`
	EndedAt     *time.Time `db:"ended_at"`
	EndedReason string     `db:"ended_reason"`

	Report db.JSON[intake.Report] `db:"report"`
}

// Title is how people read the version's name: what was typed, or the name of its kind.
func (d Dataset) Title() i18n.Text {
	if kind, _ := intake.Describe(d.Kind); d.Label == kind.Name.FR {
		return kind.Name
	}
	return i18n.Text{FR: d.Label, EN: d.Label}
}

// covers tells whether the version may be in force on a day.
func (d Dataset) covers(day time.Time) bool {
	return d.State == Active && !d.ValidFrom.After(day) && (d.ValidTo == nil || d.ValidTo.After(day))
}

// inForce picks, of each kind, the version in force on a day: the one that starts last; of two, the one imported last.
func inForce(all []Dataset, day time.Time) map[intake.Kind]Dataset {
	found := map[intake.Kind]Dataset{}
	for _, d := range all {
		best, some := found[d.Kind]
		if !d.covers(day) || some && d.ValidFrom.Before(best.ValidFrom) {
			continue
		}
		if !some || d.ValidFrom.After(best.ValidFrom) || d.ImportedAt.After(best.ImportedAt) {
			found[d.Kind] = d
		}
	}
	return found
}
