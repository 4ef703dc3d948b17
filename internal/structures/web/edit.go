package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/structures"
	"maillage/internal/structures/identifier"
)

type editPage struct {
	ID   string // "" for a new structure
	Name string // of the structure being changed
	Form url.Values
	Err  error
}

func schemeOf(text string) identifier.Scheme { return identifier.Scheme(text) }

// blank shows the form of a new structure.
func (p *Pages) blank(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, editView(editPage{Form: r.URL.Query()}))
}

// form shows the form of a structure.
func (p *Pages) form(w http.ResponseWriter, r *http.Request) error {
	actor := accounts.FromContext(r.Context())
	s, err := p.Service.Get(r.Context(), actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := actor.Require(structures.PermWrite, s.Scope()); err != nil {
		return err
	}
	form := url.Values{"version": {strconv.Itoa(s.Version)}, "name": {s.Name}, "commune": {communeText(s.Commune)}, "address": {s.Detail.V.Address}, "about": {s.Detail.V.About},
		"website": {s.Detail.V.Website}, "themes": {strings.Join(s.Detail.V.Themes, ", ")}, "opened": {string(s.Opened)}}
	if !s.Approximate {
		form.Set("lat", strconv.FormatFloat(s.Lat, 'f', 6, 64))
		form.Set("lon", strconv.FormatFloat(s.Lon, 'f', 6, 64))
	}
	return httpx.Render(w, r, http.StatusOK, editView(editPage{ID: s.ID, Name: s.Name, Form: form}))
}

// create records a structure.
func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	commune, lat, lon, err := p.where(r)
	var s structures.Structure
	if err == nil {
		s, err = p.Service.Create(r.Context(), accounts.FromContext(r.Context()), structures.CreateCommand{
			Kind: structures.Kind(r.PostFormValue("kind")), Name: r.PostFormValue("name"), Commune: commune, Address: r.PostFormValue("address"),
			Lat: lat, Lon: lon, FINESS: r.PostFormValue("finess"), SIRET: r.PostFormValue("siret"), Opened: structures.Day(r.PostFormValue("opened")),
			About: r.PostFormValue("about"), Website: r.PostFormValue("website")})
	}
	if fault.Is(err, fault.KindInvalid) {
		return httpx.Render(w, r, httpx.Status(err), editView(editPage{Form: r.PostForm, Err: err}))
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/structures/"+s.ID)
}

// update changes what describes a structure.
func (p *Pages) update(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	commune, lat, lon, err := p.where(r)
	if err == nil {
		version, _ := strconv.Atoi(r.PostFormValue("version"))
		err = p.Service.Update(r.Context(), accounts.FromContext(r.Context()), structures.UpdateCommand{
			ID: id, Version: version, Name: r.PostFormValue("name"), Commune: commune, Address: r.PostFormValue("address"), Lat: lat, Lon: lon,
			About: r.PostFormValue("about"), Website: r.PostFormValue("website"), Themes: list(r.PostFormValue("themes")), Opened: structures.Day(r.PostFormValue("opened"))})
	}
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindConflict || kind == fault.KindRefused {
		return httpx.Render(w, r, httpx.Status(err), editView(editPage{ID: id, Name: r.PostForm.Get("name"), Form: r.PostForm, Err: err}))
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/structures/"+id)
}

// position reads coordinates; none is the commune's.
func position(wrong fault.Fields, r *http.Request, latName, lonName string) (lat, lon float64) {
	read := func(name string, limit float64) float64 {
		text := strings.Replace(strings.TrimSpace(r.PostFormValue(name)), ",", ".", 1)
		if text == "" {
			return 0
		}
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || x < -limit || x > limit {
			wrong.Add(name, "Écrivez des degrés, par exemple 48,655.", "Write degrees, for instance 48.655.")
		}
		return x
	}
	return read(latName, 90), read(lonName, 180)
}

// where reads the commune and the coordinates of a form.
func (p *Pages) where(r *http.Request) (commune string, lat, lon float64, err error) {
	wrong := fault.Fields{}
	lat, lon = position(wrong, r, "lat", "lon")
	if commune = strings.TrimSpace(r.PostFormValue("commune")); commune != "" { // an empty one is refused with the rest
		commune = communeOf(wrong, "commune", commune, p.Region)
	}
	return commune, lat, lon, wrong.Err()
}

func list(text string) []string {
	var words []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			words = append(words, part)
		}
	}
	return words
}
