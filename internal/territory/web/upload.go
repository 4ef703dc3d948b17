package web

import (
	"net/http"

	"maillage/internal/platform/httpx"
	"maillage/internal/territory"
)

// uploadData is a file on its way.
type uploadData struct {
	Upload territory.Upload
	Err    error
}

// upload shows how far a file is, then its report; htmx asks for the middle of the page alone.
func (p *Pages) upload(w http.ResponseWriter, r *http.Request) error {
	u, err := p.Service.Upload(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	if u.State == territory.UploadImported {
		return httpx.SeeOther(w, r, base+"/versions/"+u.DatasetID)
	}
	d := uploadData{Upload: u}
	if httpx.IsFragment(r) {
		return httpx.Render(w, r, http.StatusOK, uploadState(d))
	}
	return httpx.Render(w, r, http.StatusOK, uploadView(d))
}

func (p *Pages) confirm(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Service.Confirm(r.Context(), actorOf(r), id); err != nil {
		u, notFound := p.Service.Upload(r.Context(), actorOf(r), id)
		if notFound != nil {
			return notFound
		}
		return refused(w, r, err, uploadView(uploadData{Upload: u, Err: err}))
	}
	p.poke()
	return httpx.SeeOther(w, r, base+"/fichiers/"+id)
}

func (p *Pages) forget(w http.ResponseWriter, r *http.Request) error {
	if err := p.Service.Forget(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, base)
}
