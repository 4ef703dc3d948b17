package atlas

import (
	"context"

	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
)

// Hit is something that a search found.
type Hit struct {
	Kind          i18n.Text
	Title, Detail string
	Href          string
}

// Finder is how another room takes part in the search: it gives what this actor may see, the best first.
type Finder interface {
	Find(ctx context.Context, actor accounts.Actor, query string, limit int) ([]Hit, error)
}

// Communes finds communes by name, code or postcode: those of the home region first.
func (a *Atlas) Communes(ctx context.Context, query string, limit int) ([]territory.Commune, error) {
	snap, err := a.now(ctx)
	if err != nil {
		return nil, err
	}
	found := snap.France.Search(query, a.Home, limit)
	seen := map[string]bool{}
	for _, c := range found {
		seen[c.Code] = true
	}
	for _, c := range snap.France.Search(query, "", limit) {
		if len(found) < limit && !seen[c.Code] {
			found = append(found, c)
		}
	}
	return found, nil
}
