package web

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
)

// communeView is what a commune's page tells beside the map.
type communeView struct {
	*atlas.Portrait
	Standing   atlas.Standing
	Thresholds atlas.Thresholds
	Steps      []atlas.Dated
	Inside     []atlas.Hit
	Doors      []atlas.Door
}

const communesPerPage = 50

// communes is the table twin of the map.
func (p *Pages) communes(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	f := atlas.ParseFilter(r.URL.Query())
	list := s.Region.List(s.View.Ages, f)
	page, offset := httpx.Page(r, communesPerPage)
	shown := list[min(offset, len(list)):min(offset+communesPerPage, len(list))]
	return httpx.Render(w, r, http.StatusOK, communesPage(s, f, shown, page, len(list)))
}

// Locator shows another room where a commune is, how well it is served and where to read more; nil for a commune that has no page.
func (p *Pages) Locator(ctx context.Context, code string) (templ.Component, error) {
	portrait, moved, err := p.Atlas.Commune(ctx, code, atlas.DefaultView(p.Atlas.Home))
	if fault.Is(err, fault.KindNotFound) || moved != "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	view := atlas.DefaultView(p.Atlas.Home)
	view.Region = portrait.Region.Code
	s, err := p.sceneOf(ctx, view)
	if err != nil {
		return nil, err
	}
	return locator(s, portrait), nil
}

// commune is the page of one commune.
func (p *Pages) commune(w http.ResponseWriter, r *http.Request) error {
	view, err := atlas.ParseView(r.URL.Query(), p.Atlas.Home)
	if err != nil {
		return err
	}
	portrait, moved, err := p.Atlas.Commune(r.Context(), r.PathValue("code"), view)
	if err != nil {
		return err
	}
	if moved != "" {
		return httpx.SeeOther(w, r, view.At("/communes/"+moved))
	}
	view.Region, view.Layer = portrait.Region.Code, "apl"
	s, err := p.sceneOf(r.Context(), view)
	if err != nil {
		return err
	}
	steps, err := p.Atlas.History(r.Context(), view)
	if err != nil {
		return err
	}
	var inside []atlas.Hit
	if p.InCommune != nil {
		if inside, err = p.InCommune.InCommune(r.Context(), accounts.FromContext(r.Context()), s.Region.Places[portrait.Place].Code); err != nil {
			return err
		}
	}
	return httpx.Render(w, r, http.StatusOK, communePage(s, communeView{Portrait: portrait, Standing: portrait.Region.Standing(portrait.Place, view.Ages), Thresholds: p.Atlas.Thresholds(),
		Steps: steps, Inside: inside, Doors: p.Doors}))
}
