package web

import (
	"net/http"
	"strconv"
	"strings"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/territory"
	"maillage/internal/ui"
)

// routingData is the form that asks a routing server, as typed.
type routingData struct {
	Server, Profile, Region, Km, Most, Pause, Complete string
	Err                                                error
}

type collectionData struct {
	Collection territory.Collection
	Err        error
}

func (p *Pages) routingForm(w http.ResponseWriter, r *http.Request) error {
	d := territory.DefaultRouting()
	return httpx.Render(w, r, http.StatusOK, routingView(routingData{
		Profile: d.Profile, Region: d.Region, Km: strconv.Itoa(d.Km), Most: strconv.Itoa(d.Most), Pause: strconv.Itoa(d.PauseMs), Complete: "1"}))
}

// collect asks a routing server for the travel times of a region.
func (p *Pages) collect(w http.ResponseWriter, r *http.Request) error {
	f := r.PostForm
	d := routingData{Server: f.Get("server"), Profile: f.Get("profile"), Region: f.Get("region"), Km: f.Get("km"), Most: f.Get("most"), Pause: f.Get("pause"), Complete: f.Get("complete")}
	c, err := p.Service.Collect(r.Context(), actorOf(r), territory.RoutingRequest{
		Server: d.Server, Profile: strings.TrimSpace(d.Profile), Region: d.Region, Km: httpx.Whole(d.Km), Most: httpx.Whole(d.Most), PauseMs: httpx.Whole(d.Pause), Complete: d.Complete != ""})
	if err != nil {
		d.Err = err
		return refused(w, r, err, routingView(d))
	}
	p.poke()
	return httpx.SeeOther(w, r, collectionLink(c.ID))
}

// collection shows how far a collection is; htmx asks for the middle of the page alone. Once it is a file, it leads to it.
func (p *Pages) collection(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Service.Collection(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	switch {
	case c.State == territory.Collected && httpx.IsFragment(r):
		w.Header().Set("HX-Redirect", base+"/fichiers/"+c.UploadID)
		return httpx.Render(w, r, http.StatusOK, collectionState(collectionData{Collection: c}))
	case c.State == territory.Collected:
		return httpx.SeeOther(w, r, base+"/fichiers/"+c.UploadID)
	case httpx.IsFragment(r):
		return httpx.Render(w, r, http.StatusOK, collectionState(collectionData{Collection: c}))
	}
	return httpx.Render(w, r, http.StatusOK, collectionView(collectionData{Collection: c}))
}

// resumeCollection goes on with a collection that stopped.
func (p *Pages) resumeCollection(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	err := p.Service.Resume(r.Context(), actorOf(r), id)
	if fault.Is(err, fault.KindRefused) {
		c, gone := p.Service.Collection(r.Context(), actorOf(r), id)
		if gone != nil {
			return gone
		}
		return refused(w, r, err, collectionView(collectionData{Collection: c, Err: err}))
	}
	if err != nil {
		return err
	}
	p.poke()
	return httpx.SeeOther(w, r, collectionLink(id))
}

func (p *Pages) dropCollection(w http.ResponseWriter, r *http.Request) error {
	if err := p.Service.Drop(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, base)
}

func collectionLink(id string) string { return base + "/trajets/" + id }

func regionOptions() []ui.Option {
	var options []ui.Option
	for _, r := range territory.Embedded().Regions {
		options = append(options, ui.Option{Value: r.Code, Label: r.Name})
	}
	return options
}
