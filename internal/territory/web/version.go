package web

import (
	"net/http"

	"maillage/internal/platform/httpx"
	"maillage/internal/territory"
)

// versionData is one version with the form that rolls it back.
type versionData struct {
	Version territory.Dataset
	Reason  string
	Err     error
	Import  bool
}

func (p *Pages) version(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Service.Dataset(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, versionView(p.versionData(r, v)))
}

func (p *Pages) versionData(r *http.Request, v territory.Dataset) versionData {
	return versionData{Version: v, Import: actorOf(r).CanSomewhere(territory.PermImport)}
}

func (p *Pages) rollback(w http.ResponseWriter, r *http.Request) error {
	id, reason := r.PathValue("id"), r.PostFormValue("reason")
	if err := p.Service.Rollback(r.Context(), actorOf(r), id, reason); err != nil {
		v, notFound := p.Service.Dataset(r.Context(), actorOf(r), id)
		if notFound != nil {
			return notFound
		}
		d := p.versionData(r, v)
		d.Reason, d.Err = reason, err
		return refused(w, r, err, versionView(d))
	}
	return httpx.SeeOther(w, r, base+"/versions/"+id)
}
