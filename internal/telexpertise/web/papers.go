package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/documents"
)

// pdfFile writes a document whole, or not at all.
func pdfFile(w http.ResponseWriter, name string, document *bytes.Buffer, err error) error {
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Content-Length", strconv.Itoa(document.Len()))
	_, err = document.WriteTo(w)
	return err
}

// report serves the report of an answered case to those who see health data.
func (p *Pages) report(w http.ResponseWriter, r *http.Request) error {
	file, err := p.service.ReadCase(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !file.Health || len(file.Answers) == 0 {
		return fault.NotFound("Il n’y a pas encore de compte rendu.", "There is no report yet.")
	}
	var b bytes.Buffer
	err = documents.Report(&b, file, p.service.Now())
	return pdfFile(w, "compte-rendu-"+file.Case.Ref()+".pdf", &b, err)
}

// card serves the printable scale card.
func (p *Pages) card(w http.ResponseWriter, _ *http.Request) error {
	var b bytes.Buffer
	err := documents.Card(&b, p.service.Now())
	return pdfFile(w, "carte-echelle.pdf", &b, err)
}

type slipData struct {
	Slip     telexpertise.Slip
	Words    telexpertise.SlipWords
	Language telexpertise.Language
	Modules  [][]bool
	Paper    string // address of the PDF; "" on the patient's own page
}

// slip shows the patient's slip, to print and hand over.
func (p *Pages) slip(w http.ResponseWriter, r *http.Request) error {
	d, err := p.slipOf(r)
	if err != nil {
		return err
	}
	if d.Modules, err = documents.Modules(d.Slip.Address); err != nil {
		return err
	}
	d.Paper = caseLink(r.PathValue("id")) + "/fiche.pdf"
	return httpx.Render(w, r, http.StatusOK, slipView(d))
}

// slipPaper serves the slip as a PDF.
func (p *Pages) slipPaper(w http.ResponseWriter, r *http.Request) error {
	d, err := p.slipOf(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = documents.Slip(&b, d.Slip, p.service.Now())
	return pdfFile(w, "fiche-patient.pdf", &b, err)
}

func (p *Pages) slipOf(r *http.Request) (slipData, error) {
	s, err := p.service.PatientSlip(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if asked := r.URL.Query().Get("langue"); asked != "" {
		s.Lang = telexpertise.LanguageOf(asked).Code
	}
	return slipData{Slip: s, Words: telexpertise.SlipTexts[s.Lang], Language: telexpertise.LanguageOf(s.Lang)}, err
}

// patientPage is what the code of a slip leads to. It is open to whoever holds the secret, tells neither who nor what, and is kept
// nowhere.
func (p *Pages) patientPage(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	s, err := p.service.ReadSlip(r.Context(), r.PathValue("secret"))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, slipView(slipData{Slip: s, Words: telexpertise.SlipTexts[s.Lang], Language: telexpertise.LanguageOf(s.Lang)}))
}

type statementData struct {
	Statement telexpertise.Statement
	Years     []int
}

// statement lists the reader's acts of a year.
func (p *Pages) statement(w http.ResponseWriter, r *http.Request) error {
	s, err := p.service.Statement(r.Context(), accounts.FromContext(r.Context()), p.year(r))
	if err != nil {
		return err
	}
	this := p.service.Now().In(i18n.Paris).Year()
	return httpx.Render(w, r, http.StatusOK, statementView(statementData{s, []int{this, this - 1, this - 2}}))
}

// statementPaper serves the same as a PDF.
func (p *Pages) statementPaper(w http.ResponseWriter, r *http.Request) error {
	actor := accounts.FromContext(r.Context())
	s, err := p.service.Statement(r.Context(), actor, p.year(r))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = documents.Statement(&b, actor.Name, s, p.service.Now())
	return pdfFile(w, "releve-"+strconv.Itoa(s.Year)+".pdf", &b, err)
}

func (p *Pages) year(r *http.Request) int {
	year, err := strconv.Atoi(r.URL.Query().Get("annee"))
	if err != nil || year < 2000 || year > 2999 {
		return p.service.Now().In(i18n.Paris).Year()
	}
	return year
}

// path draws the black modules of a square code as one SVG path, a unit each.
func path(modules [][]bool) string {
	var b strings.Builder
	for y, row := range modules {
		for x, black := range row {
			if black {
				b.WriteString("M" + strconv.Itoa(x+4) + " " + strconv.Itoa(y+4) + "h1v1h-1z")
			}
		}
	}
	return b.String()
}

func boxOf(modules [][]bool) string {
	side := strconv.Itoa(len(modules) + 8)
	return "0 0 " + side + " " + side
}

func direction(l telexpertise.Language) string {
	if l.Right {
		return "rtl"
	}
	return "ltr"
}
