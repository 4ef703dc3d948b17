package web

import (
	"net/http"

	"maillage/internal/platform/httpx"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// listData is what is in force and every version.
type listData struct {
	Groups      []group
	Uploads     []territory.Upload
	Collections []territory.Collection
	Versions    int  // of all groups
	Import      bool // the reader may import
}

// group is one kind with its versions, newest first.
type group struct {
	Kind     intake.Description
	InForce  territory.Origin
	Versions []territory.Dataset
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), actorOf(r)
	versions, err := p.Service.Datasets(ctx, actor)
	if err != nil {
		return err
	}
	now, err := p.Service.Now(ctx)
	if err != nil {
		return err
	}
	d := listData{Versions: len(versions), Import: actor.CanSomewhere(territory.PermImport)}
	for _, kind := range intake.Kinds {
		g := group{Kind: kind, InForce: now.Origin(kind.Kind)}
		for _, v := range versions {
			if v.Kind == kind.Kind {
				g.Versions = append(g.Versions, v)
			}
		}
		d.Groups = append(d.Groups, g)
	}
	if d.Import {
		if d.Uploads, err = p.Service.Uploads(ctx, actor); err != nil {
			return err
		}
		if d.Collections, err = p.Service.Collections(ctx, actor); err != nil {
			return err
		}
	}
	return httpx.Render(w, r, http.StatusOK, listView(d))
}
