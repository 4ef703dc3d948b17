package posts

import (
	"context"
	"fmt"

	"maillage/internal/platform/clock"
)

// StartedPost is a post that somebody took up, at one of its sites in town; a post of several sites comes as often.
type StartedPost struct {
	ID          string `db:"id"`
	Kind        Kind   `db:"kind"` // "" for a recruitment
	Departement string `db:"departement"`
	Commune     string `db:"commune"` // "" when the site is not known, or is a hospital
	FTE         float64
	Pct         int `db:"pct"` // of a full time, in hundredths of a percent
}

// GP tells whether a general practitioner holds it: its time counts in the access of the territory.
func (p StartedPost) GP() bool {
	info, _ := p.Kind.Info()
	return p.Kind == "" || info.Model.GP
}

// StartedBetween lists the posts of a region that started from a day to another, that one excluded: shared ones, and recruited doctors,
// each once. Whoever asks has been allowed to.
func (s *Service) StartedBetween(ctx context.Context, region string, from, to clock.Day) ([]StartedPost, error) {
	var all []StartedPost
	err := s.db.SelectContext(ctx, &all, `SELECT p.id, p.kind, p.departement, COALESCE(y.commune, '') AS commune, COALESCE(p.quota_pct * y.time_pct, 0) AS pct FROM shared_post p
		LEFT JOIN shared_post_party y ON y.post_id = p.id AND y.time_pct > 0 AND y.hospital = 0 AND y.commune <> ''
		WHERE p.region = $1 AND p.starts_on >= $2 AND p.starts_on < $3 AND p.state IN ('started', 'review', 'permanent', 'ended') AND p.holder_rpps <> '' ORDER BY p.id, y.rank`, region, from, to)
	if err != nil {
		return nil, fmt.Errorf("list the shared posts that started: %w", err)
	}
	var recruits []StartedPost
	err = s.db.SelectContext(ctx, &recruits, `SELECT p.id, '' AS kind, p.departement, p.commune, p.quota_pct * (100 - p.hospital_pct) AS pct FROM gp_recruit r JOIN gp_post p ON p.id = r.post_id
		WHERE p.region = $1 AND r.recruited_on >= $2 AND r.recruited_on < $3 ORDER BY p.id`, region, from, to)
	if err != nil {
		return nil, fmt.Errorf("list the doctors recruited: %w", err)
	}
	all = append(all, recruits...)
	for i := range all {
		all[i].FTE = float64(all[i].Pct) / 10_000
	}
	return all, nil
}
