package posts

import (
	"context"
	"fmt"

	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
)

// Milestone is something dated that happened to the posts of a structure.
type Milestone struct {
	Day          clock.Day
	Title, Href  string
	Start, Leave bool // somebody took the post up, or left it
	Holder       string
}

// OfStructure lists who took up and left the posts that a structure shares or hosts, for its history. Whoever asks has already been
// allowed to read the structure.
func (s *Service) OfStructure(ctx context.Context, structure string) ([]Milestone, error) {
	if structure == "" {
		return nil, nil
	}
	var held []struct {
		ID    string    `db:"id"`
		Title string    `db:"title"`
		Name  string    `db:"name"`
		From  clock.Day `db:"from_day"`
		To    clock.Day `db:"to_day"`
	}
	err := s.db.SelectContext(ctx, &held, `SELECT p.id, p.title, h.name, h.from_day, h.to_day FROM shared_post_holder h JOIN shared_post p ON p.id = h.post_id
		WHERE p.structure_id = $1 OR p.id IN (SELECT post_id FROM shared_post_party WHERE structure_id = $1) ORDER BY h.from_day, h.id`, structure)
	if err != nil {
		return nil, fmt.Errorf("list the shared posts of a structure: %w", err)
	}
	var all []Milestone
	for _, h := range held {
		m := Milestone{Day: h.From, Title: h.Title, Href: "/postes/partages/" + h.ID, Start: true, Holder: h.Name}
		all = append(all, m)
		if h.To != "" {
			m.Day, m.Start, m.Leave = h.To, false, true
			all = append(all, m)
		}
	}
	var recruited []GPPost
	if err := s.db.SelectContext(ctx, &recruited, `SELECT `+gpColumns+` FROM gp_post WHERE structure_id = $1 AND started_on <> '' ORDER BY started_on, id`, structure); err != nil {
		return nil, fmt.Errorf("list the recruitments of a structure: %w", err)
	}
	for _, p := range recruited {
		all = append(all, Milestone{Day: p.StartedOn, Title: p.Title, Href: "/postes/recrutements/" + p.ID, Start: true, Holder: p.Doctor})
	}
	return all, nil
}

// Placed is a shared post at one of the sites where somebody works.
type Placed struct {
	ID      string          `db:"id"`
	Kind    Kind            `db:"kind"`
	State   lifecycle.State `db:"state"`
	Title   string          `db:"title"`
	Dossier string          `db:"dossier_id"`
	Site    string          `db:"site"`
	Commune string          `db:"commune"`
}

// Decided tells whether the post is selected: what it rests on is due.
func (p Placed) Decided() bool {
	return p.State == Convention || p.State == Started || p.State == Review
}

// Placed lists the shared posts of a region that are prepared or held, once for each site whose commune is known.
func (s *Service) Placed(ctx context.Context, region string) ([]Placed, error) {
	var all []Placed
	err := s.db.SelectContext(ctx, &all, `SELECT p.id, p.kind, p.state, p.title, p.dossier_id, y.name AS site, y.commune FROM shared_post p
		JOIN shared_post_party y ON y.post_id = p.id WHERE p.region = $1 AND y.time_pct > 0 AND y.commune <> ''
		AND p.state IN ('campaign', 'applied', 'jury', 'convention', 'started', 'review') ORDER BY p.id, y.rank`, region)
	if err != nil {
		return nil, fmt.Errorf("list the shared posts of a region: %w", err)
	}
	return all, nil
}
