package web

import (
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/structures"
)

// shownRows is how many lines of a difference the page lists; the figures count them all.
const shownRows = 200

type registerPage struct {
	Past []structures.Imported
	Diff *structures.Diff
	Err  error
}

// register shows the form and the past imports.
func (p *Pages) register(w http.ResponseWriter, r *http.Request) error {
	past, err := p.Service.Imports(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, registerView(registerPage{Past: past}))
}

// importRegister compares a file with what we hold, and applies the difference when asked to.
func (p *Pages) importRegister(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), accounts.FromContext(r.Context())
	page := registerPage{}
	file, header, err := r.FormFile("fichier")
	if err != nil {
		wrong := fault.Fields{}
		wrong.Add("fichier", "Choisissez le fichier.", "Choose the file.")
		page.Err = wrong.Err()
	} else {
		defer func() { _ = file.Close() }()
		page.Diff, page.Err = p.Service.Import(ctx, actor, structures.ImportCommand{Name: header.Filename, File: file, Categories: r.MultipartForm.Value["categories"],
			AsOf: structures.Day(r.FormValue("as_of")), DryRun: r.FormValue("action") != "importer",
			ManyClose: r.FormValue("confirmer") == "1"})
	}
	status := http.StatusOK
	if page.Err != nil {
		if !fault.Is(page.Err, fault.KindInvalid) && !fault.Is(page.Err, fault.KindRefused) {
			return page.Err
		}
		status = httpx.Status(page.Err)
	}
	if page.Past, err = p.Service.Imports(ctx, actor); err != nil {
		return err
	}
	return httpx.Render(w, r, status, registerView(page))
}

type duplicatesPage struct{ Pairs []structures.Duplicate }

// duplicates lists pairs that look alike.
func (p *Pages) duplicates(w http.ResponseWriter, r *http.Request) error {
	pairs, err := p.Service.Duplicates(r.Context(), accounts.FromContext(r.Context()), p.Region)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, duplicatesView(duplicatesPage{pairs}))
}
