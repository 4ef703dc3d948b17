package protocols

import (
	"cmp"
	"context"
	"slices"

	"maillage/internal/platform/i18n"
)

// Project is something that followed from an action, as the room that holds it tells.
type Project struct {
	Number, Title        string
	Href                 string
	Commune, Departement string
	Structure            string // its identifier; "" when none is known
	Kind                 string // of works: "creation", "renovation", "rehabilitation"; "" when it is none
	State                i18n.Text
	On                   Day   // filed, or signalled
	Granted              int64 // cents
	Supported            bool  // granted and kept, or accompanied
	TowardMSP            bool
}

// Source is where the projects of an action come from.
type Source struct {
	ID    string
	Label i18n.Text
	Href  string // of its call, or of its list; "" when none is open
}

// Held is what the room reads of others: which sources there are, and the projects of one in a region since a day.
type Held interface {
	Sources(ctx context.Context, region string) ([]Source, error)
	Projects(ctx context.Context, region, source string, since Day) ([]Project, error)
}

// Count is what the projects of one source came to.
type Count struct {
	Source    string         `json:"source"`
	Projects  int            `json:"projects"` // supported
	TowardMSP int            `json:"toward_msp"`
	Funded    int            `json:"funded"`
	Granted   int64          `json:"granted"`         // cents
	Waiting   int            `json:"waiting"`         // known, not supported yet
	Kinds     map[string]int `json:"kinds,omitempty"` // of works
}

// Figures are the counts of every source that a protocol follows, as of a day.
type Figures struct {
	On     Day     `json:"on"`
	Counts []Count `json:"counts"`
}

// Of is the count of a source; the zero count when it is not followed.
func (f Figures) Of(source string) Count {
	if i := slices.IndexFunc(f.Counts, func(c Count) bool { return c.Source == source }); i >= 0 {
		return f.Counts[i]
	}
	return Count{Source: source}
}

// Granted is the money of all sources, in cents.
func (f Figures) Granted() (cents int64) {
	for _, c := range f.Counts {
		cents += c.Granted
	}
	return cents
}

// count adds up projects.
func count(source string, all []Project) Count {
	c := Count{Source: source, Kinds: map[string]int{}}
	for _, p := range all {
		if !p.Supported {
			c.Waiting++
			continue
		}
		c.Projects++
		c.Granted += p.Granted
		if p.TowardMSP {
			c.TowardMSP++
		}
		if p.Granted > 0 {
			c.Funded++
		}
		if p.Kind != "" {
			c.Kinds[p.Kind]++
		}
	}
	return c
}

// figures counts what each source of a protocol came to, until a day.
func (s *Service) figures(ctx context.Context, p *Protocol, until Day) (Figures, []Project, error) {
	f := Figures{On: until}
	var all []Project
	for _, source := range p.Sources() {
		found, err := s.held.Projects(ctx, p.Region, source, p.Signed)
		if err != nil {
			return f, nil, err
		}
		found = slices.DeleteFunc(found, func(x Project) bool { return x.On > until })
		f.Counts = append(f.Counts, count(source, found))
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(a, b Project) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Number, b.Number)) })
	return f, all, nil
}
