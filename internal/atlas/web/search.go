package web

import (
	"net/http"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
)

const hitsPerKind = 20

var kindCommune = i18n.Text{FR: "Commune", EN: "Municipality"}

// search looks for a word in everything that this reader may see; a single answer is opened at once.
func (p *Pages) search(w http.ResponseWriter, r *http.Request) error {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	if query == "" {
		return httpx.Render(w, r, http.StatusOK, searchPage("", nil))
	}
	communes, err := p.Atlas.Communes(r.Context(), query, hitsPerKind)
	if err != nil {
		return err
	}
	if len(communes) == 1 && r.URL.Query().Has("commune") { // the form asked for a commune
		return httpx.SeeOther(w, r, p.communeHit(communes[0]).Href)
	}
	hits := make([]atlas.Hit, 0, len(communes))
	for _, c := range communes {
		hits = append(hits, p.communeHit(c))
	}
	for _, finder := range p.Finders {
		found, err := finder.Find(r.Context(), accounts.FromContext(r.Context()), query, hitsPerKind)
		if err != nil {
			return err
		}
		hits = append(hits, found...)
	}
	if len(hits) == 1 {
		return httpx.SeeOther(w, r, hits[0].Href)
	}
	return httpx.Render(w, r, http.StatusOK, searchPage(query, hits))
}

func (p *Pages) communeHit(c territory.Commune) atlas.Hit {
	hit := atlas.Hit{Kind: kindCommune, Title: c.Name, Detail: c.Departement + " · " + strings.Join(firstOf(c.Postcodes, 3), ", "), Href: "/communes/" + c.Code}
	if c.Kind == territory.Divided {
		view := atlas.DefaultView(p.Atlas.Home)
		view.Region = c.Region
		hit.Href = view.With("/communes", "q", c.Name)
	}
	return hit
}

func firstOf[T any](list []T, n int) []T { return list[:min(n, len(list))] }
