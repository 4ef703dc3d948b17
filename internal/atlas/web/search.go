package web

import (
	"net/http"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
	"maillage/internal/ui"
)

const (
	hitsPerKind = 20
	hitsAtOnce  = 4 // of a kind, while somebody types
)

var kindCommune = i18n.Text{FR: "Commune", EN: "Municipality"}

// found is what a search gives of one kind.
type found struct {
	Kind i18n.Text
	Hits []atlas.Hit
}

// search looks for a word in everything that this reader may see; a single answer is opened at once.
func (p *Pages) search(w http.ResponseWriter, r *http.Request) error {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	if query == "" {
		return httpx.Render(w, r, http.StatusOK, searchPage("", nil))
	}
	if r.URL.Query().Has("commune") { // the form asked for a commune
		communes, err := p.Atlas.Communes(r.Context(), query, hitsPerKind)
		if err != nil {
			return err
		}
		if len(communes) == 1 {
			return httpx.SeeOther(w, r, p.communeHit(communes[0]).Href)
		}
	}
	all, err := p.look(r, query, hitsPerKind)
	if err != nil {
		return err
	}
	if len(all) == 1 && len(all[0].Hits) == 1 {
		return httpx.SeeOther(w, r, all[0].Hits[0].Href)
	}
	return httpx.Render(w, r, http.StatusOK, searchPage(query, all))
}

// searchAtOnce gives the first answers while somebody types, as a fragment.
func (p *Pages) searchAtOnce(w http.ResponseWriter, r *http.Request) error {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	if query == "" {
		return httpx.Render(w, r, http.StatusOK, hitsAtOncePart("", nil))
	}
	all, err := p.look(r, query, hitsAtOnce)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, ui.Part(hitsAtOncePart(query, all)))
}

// look asks the atlas and every finder; what two of them give is shown once.
func (p *Pages) look(r *http.Request, query string, limit int) ([]found, error) {
	communes, err := p.Atlas.Communes(r.Context(), query, limit)
	if err != nil {
		return nil, err
	}
	hits := make([]atlas.Hit, 0, len(communes))
	for _, c := range communes {
		hits = append(hits, p.communeHit(c))
	}
	for _, finder := range p.Finders {
		more, err := finder.Find(r.Context(), accounts.FromContext(r.Context()), query, limit)
		if err != nil {
			return nil, err
		}
		hits = append(hits, more...)
	}
	var all []found
	at, seen := map[i18n.Text]int{}, map[string]bool{}
	for _, h := range hits {
		if seen[h.Href] {
			continue
		}
		seen[h.Href] = true
		k, known := at[h.Kind]
		if !known {
			k = len(all)
			at[h.Kind] = k
			all = append(all, found{Kind: h.Kind})
		}
		all[k].Hits = append(all[k].Hits, h)
	}
	return all, nil
}

func countHits(all []found) (n int) {
	for _, f := range all {
		n += len(f.Hits)
	}
	return n
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
