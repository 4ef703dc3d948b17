package web

import (
	"net/http"
	"strconv"
	"strings"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/pdf"
	"maillage/internal/platform/sheets"
	"maillage/internal/reports"
)

// document is the whole report as a PDF, in the reader's language.
func (p *Pages) document(w http.ResponseWriter, r *http.Request) error {
	if r.PathValue("file") != "bilan.pdf" {
		return fault.NotFound("Ce document n’existe pas.", "This document does not exist.")
	}
	report, err := p.read(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	title := i18n.Tf(ctx, "Bilan annuel %d", "Yearly report %d", report.Year)
	d := pdf.New(pdf.Options{Title: title, Issuer: i18n.T(ctx, "Agence régionale de santé", "Regional health agency"), Reference: title, Lang: i18n.Of(ctx), At: report.To.Time(), Landscape: true})
	d.Heading(1, title)
	d.Paragraph(period(ctx, report) + " " + access(ctx, report))
	for _, n := range report.Notes {
		d.Strong(n.Ctx(ctx))
	}
	var heads [][2]string
	for _, h := range report.Heads {
		heads = append(heads, [2]string{h.Label.Ctx(ctx), signed(ctx, h)})
	}
	d.Facts(heads...)
	for _, t := range report.Tables {
		d.Keep(60)
		d.Heading(2, t.Title.Ctx(ctx))
		d.Small(t.Note.Ctx(ctx))
		if len(t.Rows) == 0 {
			d.Paragraph(nothing(ctx))
			continue
		}
		columns := make([]pdf.Column, len(t.Columns))
		for i, c := range t.Columns {
			columns[i] = pdf.Column{Title: c.Title.Ctx(ctx), Right: c.Kind != sheets.Text}
		}
		rows := make([][]string, len(t.Rows))
		for i, row := range t.Rows {
			for k, v := range row {
				rows[i] = append(rows[i], cell(ctx, t.Columns[k], v))
			}
		}
		d.Table(columns, rows)
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", httpx.Attachment(strings.ReplaceAll(strings.ToLower(title), " ", "-")+".pdf"))
	return d.Write(w)
}

// query is the part of an address that asks for the same report.
func query(r *reports.Report, public bool) string {
	q := "annee=" + strconv.Itoa(r.Year)
	if public {
		q += "&public=1"
	}
	return q
}
