package web

import (
	"io"
	"net/http"
	"strconv"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
	"maillage/internal/structures"
)

// addDocument keeps a document of a structure.
func (p *Pages) addDocument(w http.ResponseWriter, r *http.Request) error {
	_, err := p.Service.AddDocument(r.Context(), accounts.FromContext(r.Context()), documentOf(r, r.PathValue("id"), ""))
	return p.done(w, r, err)
}

// addCaseDocument keeps a document of a practice in difficulty.
func (p *Pages) addCaseDocument(w http.ResponseWriter, r *http.Request) error {
	_, err := p.Service.AddDocument(r.Context(), accounts.FromContext(r.Context()), documentOf(r, r.PostFormValue("structure"), r.PathValue("case")))
	return p.caseDone(w, r, err)
}

func documentOf(r *http.Request, structure, caseID string) structures.DocumentCommand {
	cmd := structures.DocumentCommand{Structure: structure, Case: caseID, Kind: r.PostFormValue("document_kind"), Label: r.PostFormValue("label"),
		Readers: structures.Readers(r.PostFormValue("readers")), Issued: structures.Day(r.PostFormValue("issued")), Expires: structures.Day(r.PostFormValue("expires"))}
	if file, header, err := r.FormFile("file"); err == nil {
		cmd.Content, cmd.FileName = file, header.Filename
	}
	return cmd
}

// withdrawDocument takes a document out of use.
func (p *Pages) withdrawDocument(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Service.WithdrawDocument(r.Context(), accounts.FromContext(r.Context()), r.PathValue("document")))
}

// document gives the content of a document, to be saved: it is never shown inside our pages.
func (p *Pages) document(w http.ResponseWriter, r *http.Request) error {
	d, content, err := p.Service.OpenDocument(r.Context(), accounts.FromContext(r.Context()), r.PathValue("document"))
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	w.Header().Set("Content-Type", d.Media)
	w.Header().Set("Content-Length", strconv.FormatInt(d.Size, 10))
	w.Header().Set("Content-Disposition", httpx.Attachment(d.FileName))
	if d.Readers != structures.ReadPublic {
		w.Header().Set("Cache-Control", "no-store")
	}
	_, err = io.Copy(w, content)
	return err
}
