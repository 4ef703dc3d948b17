package structures

import (
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures/identifier"
	"maillage/internal/territory"
)

// Day is a calendar day.
type Day = clock.Day

// Structure is what a row of the list shows.
type Structure struct {
	ID          string          `db:"id"`
	Kind        Kind            `db:"kind"`
	Name        string          `db:"name"`
	SortKey     string          `db:"sort_key"`
	SearchText  string          `db:"search_text"`
	State       lifecycle.State `db:"state"`
	StateSince  time.Time       `db:"state_since"`
	Commune     string          `db:"commune"` // INSEE, of the main site
	Departement string          `db:"departement"`
	Region      string          `db:"region"`
	Lat         float64         `db:"lat"`
	Lon         float64         `db:"lon"`
	Approximate bool            `db:"approximate"` // the position is the commune's
	Category    string          `db:"category"`    // FINESS category, or ""
	Population  int64           `db:"population"`  // of the territory; 0 without one
	Opened      Day             `db:"opened_on"`
	Closed      Day             `db:"closed_on"`
	MergedInto  string          `db:"merged_into"`
	Source      string          `db:"source"` // "manual", "finess", "demo"
	Detail      db.JSON[Detail] `db:"detail"`
	Version     int             `db:"version"`
	CreatedAt   time.Time       `db:"created_at"`
	UpdatedAt   time.Time       `db:"updated_at"`
}

// Detail is what is written of a structure and never searched by column.
type Detail struct {
	About   string   `json:"about,omitempty"`
	Themes  []string `json:"themes,omitempty"`
	Address string   `json:"address,omitempty"`
	Website string   `json:"website,omitempty"`
}

// Scope is where the structure is, for permissions.
func (s Structure) Scope() accounts.Scope {
	return accounts.Scope{Region: s.Region, Departement: s.Departement, Structure: s.ID}
}

// Machine is the structure's lifecycle.
func (s Structure) Machine() *Machine { return MachineOf(s.Kind) }

// StateLabel is how people read the state; a merged structure says so.
func (s Structure) StateLabel() i18n.Text {
	if s.MergedInto != "" {
		return i18n.Text{FR: "fusionnée", EN: "merged"}
	}
	return s.Machine().Label(s.State)
}

// OpenOn tells whether the structure existed on a day, as far as its dates say.
func (s Structure) OpenOn(d Day) bool {
	return s.Opened != "" && s.Opened <= d && (s.Closed == "" || d < s.Closed)
}

// Identifier is a number and when it held.
type Identifier struct {
	ID          string            `db:"id"`
	StructureID string            `db:"structure_id"`
	Scheme      identifier.Scheme `db:"scheme"`
	Value       string            `db:"value"`
	From        Day               `db:"from_day"`
	To          Day               `db:"to_day"`
}

// Site is a place where the structure works.
type Site struct {
	ID          string  `db:"id"`
	StructureID string  `db:"structure_id"`
	Label       string  `db:"label"`
	Address     string  `db:"address"`
	Commune     string  `db:"commune"`
	Lat         float64 `db:"lat"`
	Lon         float64 `db:"lon"`
	Approximate bool    `db:"approximate"`
	Main        bool    `db:"main"`
	From        Day     `db:"from_day"`
	To          Day     `db:"to_day"`
}

// Name is how people name the site: its label, its address, or its commune.
func (s Site) Name() string {
	commune, _ := territory.Embedded().Commune(s.Commune)
	return strings.Join(slices.DeleteFunc([]string{s.Label, s.Address, commune.Name}, func(part string) bool { return part == "" }), ", ")
}

// Member is a professional of the structure.
type Member struct {
	ID          string `db:"id"`
	StructureID string `db:"structure_id"`
	Name        string `db:"name"`
	Profession  string `db:"profession"`
	RPPS        string `db:"rpps"`
	From        Day    `db:"from_day"`
	To          Day    `db:"to_day"`
	BirthYear   int    `db:"birth_year"` // declared; 0 when not
	Leaving     Day    `db:"leaving_on"` // announced departure; "" when none
}

// On tells whether the member is there on a day.
func (m Member) On(d Day) bool { return m.From <= d && (m.To == "" || d <= m.To) }

// Contact is somebody to write to.
type Contact struct {
	ID          string `db:"id"`
	StructureID string `db:"structure_id"`
	Name        string `db:"name"`
	Role        string `db:"role"`
	Email       string `db:"email"`
	Phone       string `db:"phone"`
}

// Fact is something that happened on a day.
type Fact struct {
	ID          string             `db:"id"`
	StructureID string             `db:"structure_id"`
	Day         Day                `db:"day"`
	Kind        string             `db:"kind"` // FactState, FactNote…
	Key         string             `db:"key"`  // the state reached, the review's year…
	Text        db.JSON[i18n.Text] `db:"text"`
}

// The kinds of facts.
const (
	FactState   = "state"   // Key is the state reached
	FactMerge   = "merge"   // Key is the other structure
	FactReview  = "review"  // Key is the year
	FactMission = "mission" // Key is the mission
	FactImport  = "import"  // Key is the import
	FactNote    = "note"
	FactProject = "project" // Key is the project
	// FactDifficulty is a step of a practice in difficulty; Key is the case.
	FactDifficulty = "difficulty"
)

// MissionDone is how far a CPTS mission is.
type MissionDone struct {
	StructureID string `db:"structure_id"`
	Mission     string `db:"mission"`
	Started     Day    `db:"started_on"`
	Deployed    Day    `db:"deployed_on"`
}

// File is a structure with everything that is known of it.
type File struct {
	Structure
	Identifiers []Identifier
	Sites       []Site
	Members     []Member
	Territory   []string // communes
	Contacts    []Contact
	Facts       []Fact // oldest first
	Missions    []MissionDone
	Projects    []Project  // latest first; for whoever may see the detail
	Documents   []Document // those that may be read, without those of a practice in difficulty

	today Day
	aci   ACITerms
}

// Known tells whether the structure holds a number of a scheme today.
func (f *File) Known(scheme identifier.Scheme) bool { return f.Number(scheme) != "" }

// Number is the number of a scheme that holds, or "".
func (f *File) Number(scheme identifier.Scheme) string {
	for _, id := range f.Identifiers {
		if id.Scheme == scheme && id.To == "" {
			return id.Value
		}
	}
	return ""
}

// Reached is the last day on which the structure entered a state; "" when it never did.
func (f *File) Reached(state lifecycle.State) Day {
	var last Day
	for _, fact := range f.Facts {
		if fact.Kind == FactState && fact.Key == string(state) && fact.Day >= last {
			last = fact.Day
		}
	}
	return last
}

// Count is how many members do something on a day.
func (f *File) Count(on Day, counts func(Profession) bool) int {
	n := 0
	for _, m := range f.Members {
		if p, ok := ProfessionByID(m.Profession); ok && m.On(on) && counts(p) {
			n++
		}
	}
	return n
}

// GPs is how many general practitioners are members on a day.
func (f *File) GPs(on Day) int { return f.Count(on, func(p Profession) bool { return p.GP }) }

// Others is how many other health professionals are members on a day.
func (f *File) Others(on Day) int {
	return f.Count(on, func(p Profession) bool { return p.Health && !p.GP })
}
