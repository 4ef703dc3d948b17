package r4

// CapabilityStatement says what a server can do.
type CapabilityStatement struct {
	Base
	URL            string          `json:"url,omitempty"`
	Version        string          `json:"version,omitempty"`
	Name           string          `json:"name,omitempty"`
	Title          string          `json:"title,omitempty"`
	Status         string          `json:"status"`
	Date           string          `json:"date"`
	Publisher      string          `json:"publisher,omitempty"`
	Description    string          `json:"description,omitempty"`
	StatementKind  string          `json:"kind"`
	Software       *Software       `json:"software,omitempty"`
	Implementation *Implementation `json:"implementation,omitempty"`
	FHIRVersion    string          `json:"fhirVersion"`
	Format         []string        `json:"format"`
	Guides         []string        `json:"implementationGuide,omitempty"`
	Rest           []Rest          `json:"rest,omitempty"`
}

// Software names the program.
type Software struct {
	Name string `json:"name"`
}

// Implementation names the installation.
type Implementation struct {
	Description string `json:"description"`
	URL         string `json:"url,omitempty"`
}

// Rest is what a server does over HTTP.
type Rest struct {
	Mode        string         `json:"mode"`
	Docs        string         `json:"documentation,omitempty"`
	Security    *Security      `json:"security,omitempty"`
	Resource    []RestResource `json:"resource,omitempty"`
	Interaction []Interaction  `json:"interaction,omitempty"`
}

// Security says how a server knows its readers.
type Security struct {
	CORS        bool      `json:"cors"`
	Service     []Concept `json:"service,omitempty"`
	Description string    `json:"description,omitempty"`
}

// RestResource is what a server does with one type.
type RestResource struct {
	Type        string        `json:"type"`
	Docs        string        `json:"documentation,omitempty"`
	Interaction []Interaction `json:"interaction,omitempty"`
	Versioning  string        `json:"versioning,omitempty"`
	Include     []string      `json:"searchInclude,omitempty"`
	Search      []SearchParam `json:"searchParam,omitempty"`
	Operation   []Operation   `json:"operation,omitempty"`
}

// Interaction is one thing that may be done.
type Interaction struct {
	Code string `json:"code"`
}

// SearchParam is one way to narrow a search.
type SearchParam struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Docs string `json:"documentation,omitempty"`
}

// Operation is something beyond reading and searching.
type Operation struct {
	Name       string `json:"name"`
	Definition string `json:"definition"`
}
