// Package r4 holds the FHIR R4 (4.0.1) resources and data types that this program writes and reads, as far as it uses them. Fields
// that FHIR has and the program does not use are left out.
package r4

import "time"

// Instant writes a moment as FHIR does; the zero moment is "".
func Instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// InstantOf is Instant for a moment that may not have come.
func InstantOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return Instant(*t)
}

// Meta is what is known of a resource rather than of what it tells.
type Meta struct {
	Extension   []Extension `json:"extension,omitempty"`
	VersionID   string      `json:"versionId,omitempty"`
	LastUpdated string      `json:"lastUpdated,omitempty"`
	Source      string      `json:"source,omitempty"`
	Profile     []string    `json:"profile,omitempty"`
	Security    []Coding    `json:"security,omitempty"`
}

// Extension carries what FHIR itself has no place for.
type Extension struct {
	URL          string      `json:"url"`
	Extension    []Extension `json:"extension,omitempty"`
	ValueString  string      `json:"valueString,omitempty"`
	ValueURL     string      `json:"valueUrl,omitempty"`
	ValueCode    string      `json:"valueCode,omitempty"`
	ValueBoolean *bool       `json:"valueBoolean,omitempty"`
	ValueCoding  *Coding     `json:"valueCoding,omitempty"`
	ValueAddress *Address    `json:"valueAddress,omitempty"`
}

// Narrative is what a person reads when nothing else is understood.
type Narrative struct {
	Status string `json:"status"`
	Div    string `json:"div"`
}

// Coding is a code of a system.
type Coding struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code,omitempty"`
	Display string `json:"display,omitempty"`
}

// Concept is something said in codes, in words or both.
type Concept struct {
	Coding []Coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitempty"`
}

// Words is a concept in words alone; nil when there are none.
func Words(text string) *Concept {
	if text == "" {
		return nil
	}
	return &Concept{Text: text}
}

// Identifier is a number that somebody gave.
type Identifier struct {
	Use      string     `json:"use,omitempty"`
	Type     *Concept   `json:"type,omitempty"`
	System   string     `json:"system,omitempty"`
	Value    string     `json:"value,omitempty"`
	Period   *Period    `json:"period,omitempty"`
	Assigner *Reference `json:"assigner,omitempty"`
}

// Reference leads to another resource.
type Reference struct {
	Reference  string      `json:"reference,omitempty"`
	Type       string      `json:"type,omitempty"`
	Identifier *Identifier `json:"identifier,omitempty"`
	Display    string      `json:"display,omitempty"`
}

// Period is a time from one moment to another.
type Period struct {
	Start string `json:"start,omitempty"`
	End   string `json:"end,omitempty"`
}

// HumanName is somebody's name.
type HumanName struct {
	Extension []Extension `json:"extension,omitempty"`
	Use       string      `json:"use,omitempty"`
	Text      string      `json:"text,omitempty"`
	Family    string      `json:"family,omitempty"`
	Given     []string    `json:"given,omitempty"`
}

// ContactPoint is a number to call or an address to write to.
type ContactPoint struct {
	System string `json:"system,omitempty"`
	Value  string `json:"value,omitempty"`
	Use    string `json:"use,omitempty"`
}

// Address is a postal address.
type Address struct {
	Extension  []Extension `json:"extension,omitempty"`
	Text       string      `json:"text,omitempty"`
	Line       []string    `json:"line,omitempty"`
	City       string      `json:"city,omitempty"`
	District   string      `json:"district,omitempty"`
	State      string      `json:"state,omitempty"`
	PostalCode string      `json:"postalCode,omitempty"`
	Country    string      `json:"country,omitempty"`
}

// Annotation is a remark.
type Annotation struct {
	Time string `json:"time,omitempty"`
	Text string `json:"text"`
}

// Attachment is a file, by its address.
type Attachment struct {
	ContentType string `json:"contentType,omitempty"`
	Language    string `json:"language,omitempty"`
	URL         string `json:"url,omitempty"`
	Title       string `json:"title,omitempty"`
	Creation    string `json:"creation,omitempty"`
}

// Position is a place on the earth.
type Position struct {
	Longitude float64 `json:"longitude"`
	Latitude  float64 `json:"latitude"`
}

// Base is what every resource has. Kind is its type.
type Base struct {
	Kind string     `json:"resourceType"`
	ID   string     `json:"id,omitempty"`
	Meta *Meta      `json:"meta,omitempty"`
	Text *Narrative `json:"text,omitempty"`
}

// Resource is anything with a Base.
type Resource interface{ Self() *Base }

// Self gives the base.
func (b *Base) Self() *Base { return b }

// Name is how other resources refer to this one: "Organization/12".
func (b *Base) Name() string { return b.Kind + "/" + b.ID }
