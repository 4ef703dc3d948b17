package rulebook

import (
	"maillage/internal/platform/i18n"
)

// Kind says what a rule is.
type Kind string

// The kinds.
const (
	KindAid       Kind = "aid"       // something that may be asked for
	KindReference Kind = "reference" // a table that other rules and rooms read
)

// Verified says how well the amounts of a rule are established.
type Verified string

// The marks. Whatever is not VerifiedYes says so wherever it shows.
const (
	VerifiedYes       Verified = "yes"       // read at the named source
	VerifiedSecondary Verified = "secondary" // read at somebody who quotes the source
	VerifiedNo        Verified = "no"        // nobody could verify: left empty, to be filled in by an officer
)

// Rule is one version of one rule, as it is written in a file or in the product.
type Rule struct {
	ID      string    `json:"id"`
	Version int       `json:"version"`
	Kind    Kind      `json:"kind"`
	Title   i18n.Text `json:"title"`
	Summary i18n.Text `json:"summary,omitempty"`
	Funder  string    `json:"funder,omitempty"` // one of Funders
	Article string    `json:"article"`          // the text that founds the rule
	Source  Source    `json:"source"`
	// Verified speaks of the amounts and rates.
	Verified Verified `json:"verified"`
	From     Day      `json:"from"`            // first day in force
	To       Day      `json:"to,omitempty"`    // last day in force; "" while open
	Years    int      `json:"years,omitempty"` // how long the aid runs; 0 when it is paid once

	Region string   `json:"region,omitempty"` // INSEE region where it applies; "" everywhere
	Who    []string `json:"who,omitempty"`    // choices of the fact "who"; none: anybody
	Plans  []string `json:"plans,omitempty"`  // choices of the fact "plan"; none: whatever the plan
	Zones  []string `json:"zones,omitempty"`  // choices of the fact "zone", or "QPV"; none: anywhere

	Conditions []Condition `json:"conditions,omitempty"`
	// Unverified names what comes from general knowledge and was not read at the source: conditions, or "who", "plan", "region", "zone".
	Unverified []string   `json:"unverified,omitempty"`
	Amounts    []Amount   `json:"amounts,omitempty"`
	NotWith    []string   `json:"not_with,omitempty"` // rules that cannot be held together with this one
	Once       bool       `json:"once,omitempty"`     // may be held once in a life
	Evidence   []Evidence `json:"evidence,omitempty"`
	// EvidenceVerified speaks of the list of evidence; "" is that nobody read it at a source.
	EvidenceVerified Verified `json:"evidence_verified,omitempty"`
	Table            []Row    `json:"table,omitempty"`
	Tests            []Test   `json:"tests,omitempty"`
}

// Source is where the rule was read.
type Source struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

// Condition is one thing that must hold.
type Condition struct {
	ID      string    `json:"id"`
	Label   i18n.Text `json:"label"`
	When    string    `json:"when"`
	Article string    `json:"article,omitempty"` // when it differs from the rule's
}

// Amount is one line of money. Lines of the same Group exclude one another; groups add up. A line without a group stands alone.
type Amount struct {
	Label i18n.Text `json:"label"`
	Group string    `json:"group,omitempty"`
	When  string    `json:"when,omitempty"` // "" is always
	// Min and Max are cents; equal when the amount is fixed. Both 0 with no rate: nobody knows yet.
	Min Cents `json:"min,omitempty"`
	Max Cents `json:"max,omitempty"`
	// RateMin and RateMax are a share of the money fact Of; Max is then the cap (0: none).
	RateMin Rate   `json:"rate_min,omitempty"`
	RateMax Rate   `json:"rate_max,omitempty"`
	Of      string `json:"of,omitempty"`
	// OfLabel says what the rate is a share of, when no fact holds it.
	OfLabel i18n.Text `json:"of_label,omitempty"`
	Less    string    `json:"less,omitempty"`  // money fact taken off the result
	Times   string    `json:"times,omitempty"` // count fact that multiplies
	Per     Period    `json:"per,omitempty"`
}

// Period says how often an amount is paid.
type Period string

// The periods. The zero value is paid once.
const (
	Once     Period = ""
	PerYear  Period = "year"
	PerMonth Period = "month"
	PerPoint Period = "point" // of a points system: not money until points are counted
)

// Evidence is a document that a file must hold.
type Evidence struct {
	ID    string    `json:"id"`
	Label i18n.Text `json:"label"`
}

// Row is a line of a reference table: a key and its numbers.
type Row struct {
	Key    string           `json:"key"`
	Label  i18n.Text        `json:"label"`
	Values map[string]int64 `json:"values,omitempty"`
}

// Test is a case written beside the rule: the facts, and what must come out.
type Test struct {
	Name    string         `json:"name"`
	Facts   map[string]any `json:"facts"`
	Held    []string       `json:"held,omitempty"`
	On      Day            `json:"on,omitempty"` // the day of the question; the first day in force when empty
	Verdict Verdict        `json:"verdict"`
	Failing []string       `json:"failing,omitempty"` // conditions that must say no
	Missing []string       `json:"missing,omitempty"` // facts that must be asked for
	Min     *Cents         `json:"min,omitempty"`     // sum of the lines
	Max     *Cents         `json:"max,omitempty"`
}

// Funder is who pays.
type Funder struct {
	ID   string
	Name i18n.Text
}

// Funders are who may pay an aid.
var Funders = []Funder{
	{"ars", i18n.Text{FR: "Agence régionale de santé", EN: "Regional health agency"}},
	{"cnam", i18n.Text{FR: "Assurance maladie", EN: "Health insurance"}},
	{"region", i18n.Text{FR: "Région", EN: "Regional council"}},
	{"ars-urps", i18n.Text{FR: "ARS et URPS médecins", EN: "Agency and doctors’ union (URPS)"}},
	{"other", i18n.Text{FR: "Autre financeur", EN: "Another funder"}},
}

// FunderName is how people read a funder.
func FunderName(id string) i18n.Text {
	for _, f := range Funders {
		if f.ID == id {
			return f.Name
		}
	}
	return i18n.Text{FR: id, EN: id}
}

// InForce tells whether the version holds on a day.
func (r Rule) InForce(on Day) bool { return r.From <= on && (r.To == "" || on <= r.To) }

// overlaps tells whether two versions are in force on a common day.
func (r Rule) overlaps(o Rule) bool {
	return (r.To == "" || o.From <= r.To) && (o.To == "" || r.From <= o.To)
}

// Row finds a line of a reference table.
func (r Rule) Row(key string) (Row, bool) {
	for _, row := range r.Table {
		if row.Key == key {
			return row, true
		}
	}
	return Row{}, false
}
