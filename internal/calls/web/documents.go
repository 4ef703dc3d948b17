package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/pdf"
)

func sendPDF(w http.ResponseWriter, name string, d *pdf.Doc) error {
	private(w)
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", httpx.Attachment(name+".pdf"))
	return d.Write(w)
}

// dossierPDF is the dossier on paper: the receipt of its filing, its answers and, once decided, the letter with reasons and remedies.
func (p *Pages) dossierPDF(w http.ResponseWriter, r *http.Request) error {
	v, err := p.load(r)
	if err != nil {
		return err
	}
	ctx, d := r.Context(), v.Dossier
	doc := p.paper(ctx, titleOf(ctx, d), d.Number)
	doc.Heading(1, titleOf(ctx, d))
	doc.Paragraph(v.Call.Title.V.Ctx(ctx))
	receipt(ctx, doc, v)
	for _, x := range v.Decisions {
		doc.Heading(2, outcomeText(ctx, x))
		if x.Reason != "" {
			doc.Paragraph(i18n.T(ctx, "Motif : ", "Reason: ") + x.Reason)
		}
		if x.Outcome == "refuse" {
			doc.Paragraph(remedies(ctx))
		}
	}
	answersPDF(ctx, doc, v.Form, v.answers(), v.Documents)
	return sendPDF(w, "dossier-"+d.Number, doc)
}

func remedies(ctx context.Context) string {
	return i18n.T(ctx, "Vous pouvez former un recours gracieux ou hiérarchique, ou saisir le tribunal administratif, dans les deux mois : la lettre dit comment.",
		"You may appeal to the agency or above it, or go to the administrative court, within two months: the letter says how.")
}

func receipt(ctx context.Context, doc *pdf.Doc, v *dossierView) {
	d := v.Dossier
	facts := [][2]string{{i18n.T(ctx, "État", "State"), stateName(ctx, d.State)}, {i18n.T(ctx, "Demandé", "Requested"), i18n.Euro(ctx, d.Requested)}, {i18n.T(ctx, "Coût éligible", "Eligible cost"), i18n.Euro(ctx, d.Eligible)}}
	if d.FiledAt != nil {
		facts = append(facts, [2]string{i18n.T(ctx, "Numéro", "Number"), d.Number}, [2]string{i18n.T(ctx, "Déposé le", "Filed on"), i18n.DateTime(ctx, *d.FiledAt)})
	}
	if d.SilenceAt != nil {
		facts = append(facts, [2]string{i18n.T(ctx, "Silence de l’Agence", "Silence of the agency"), i18n.Tf(ctx, "sans réponse au %s, la demande est réputée refusée (CRPA, art. L. 231-4, 3°)", "without an answer by %s, the application counts as refused (CRPA, art. L. 231-4, 3°)", i18n.Date(ctx, *d.SilenceAt))})
	}
	if f := d.Frozen.V; f != nil {
		facts = append(facts, [2]string{i18n.T(ctx, "Zone au dépôt", "Zone at filing"), strings.Join(append([]string{zoneName(f.Zone)}, f.Notes...), ", ")})
		for _, rule := range f.Rules {
			facts = append(facts, [2]string{i18n.T(ctx, "Règle", "Rule"), fmt.Sprintf("%s, version %s (%s)", rule.Text.Ctx(ctx), rule.Version, rule.Source)})
		}
	}
	doc.Facts(facts...)
}

func answersPDF(ctx context.Context, doc *pdf.Doc, form calls.Form, a calls.Answers, documents []calls.Document) {
	for _, s := range form.Sections {
		doc.Heading(2, s.Title.Ctx(ctx))
		var facts [][2]string
		for _, f := range s.Fields {
			if !f.Asked(a) {
				continue
			}
			switch f.Kind {
			case calls.KindTable:
			case calls.KindFile:
				for _, x := range documents {
					if x.Field == f.Name {
						facts = append(facts, [2]string{f.Label.Ctx(ctx), x.Name + " (SHA-256 " + x.SHA256[:16] + "…)"})
					}
				}
			default:
				facts = append(facts, [2]string{f.Label.Ctx(ctx), or(shown(ctx, f, a, f.Name), "—")})
			}
		}
		doc.Facts(facts...)
		for _, f := range s.Fields {
			if f.Kind == calls.KindTable && a.Rows(f.Name) > 0 {
				tablePDF(ctx, doc, f, a)
			}
		}
	}
}

func tablePDF(ctx context.Context, doc *pdf.Doc, f calls.Field, a calls.Answers) {
	doc.Heading(3, f.Label.Ctx(ctx))
	var columns []pdf.Column
	for _, c := range f.Columns {
		columns = append(columns, pdf.Column{Title: c.Label.Ctx(ctx), Right: numeric(c)})
	}
	var rows [][]string
	for row := range a.Rows(f.Name) {
		var cells []string
		for _, c := range f.Columns {
			cells = append(cells, shown(ctx, c, a, calls.Cell(f.Name, row, c.Name)))
		}
		rows = append(rows, cells)
	}
	doc.Table(columns, rows)
}

// packPDF is what a committee has before it on paper: the ranked list with the envelope, then one page for each file.
func (p *Pages) packPDF(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	pack, err := p.Calls.Pack(ctx, accounts.FromContext(ctx), r.PathValue("id"))
	if err != nil {
		return err
	}
	doc := p.paper(ctx, pack.Session.Title, pack.Session.HeldOn)
	doc.Heading(1, pack.Session.Title)
	doc.Paragraph(pack.Call.Title.V.Ctx(ctx) + ", " + i18n.Date(ctx, day(pack.Session.HeldOn)))
	doc.Facts([2]string{i18n.T(ctx, "Enveloppe", "Envelope"), i18n.Euro(ctx, pack.Call.Envelope)}, [2]string{i18n.T(ctx, "Déjà accordé", "Already granted"), i18n.Euro(ctx, pack.Call.Granted)},
		[2]string{i18n.T(ctx, "Proposé à cette séance", "Proposed at this sitting"), i18n.Euro(ctx, proposed(pack))})
	envelopeBar(ctx, doc, pack)
	var rows [][]string
	for i, row := range pack.Rows {
		within := i18n.T(ctx, "oui", "yes")
		if !row.Within {
			within = i18n.T(ctx, "non", "no")
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), row.Dossier.Number + " " + titleOf(ctx, &row.Dossier), i18n.Dec(ctx, row.Dossier.Score, 0), i18n.Euro(ctx, row.Dossier.Proposed), i18n.Euro(ctx, row.Cumulated), within})
	}
	doc.Table([]pdf.Column{{Title: "", Share: 0.3, Right: true}, {Title: i18n.T(ctx, "Dossier", "Application"), Share: 3}, {Title: i18n.T(ctx, "Score", "Score"), Share: 0.6, Right: true},
		{Title: i18n.T(ctx, "Proposé", "Proposed"), Right: true}, {Title: i18n.T(ctx, "Cumul", "Cumulated"), Right: true}, {Title: i18n.T(ctx, "Dans l’enveloppe", "Within"), Share: 0.8}}, rows)
	for _, row := range pack.Rows {
		if err := p.filePDF(ctx, doc, &row); err != nil {
			return err
		}
	}
	if pack.Session.Minutes != "" {
		doc.Page()
		doc.Heading(1, i18n.T(ctx, "Procès-verbal", "Minutes"))
		doc.Paragraph(pack.Session.Minutes)
	}
	if _, err := p.letters(ctx, doc, pack, true); err != nil {
		return err
	}
	return sendPDF(w, "comite-"+pack.Session.HeldOn, doc)
}

// envelopeBar draws what is granted, what is proposed, and where the envelope ends.
func envelopeBar(ctx context.Context, doc *pdf.Doc, pack *calls.Pack) {
	const height, left = 5.0, 18.0
	granted, asked, envelope := float64(pack.Call.Granted), float64(proposed(pack)), float64(max(1, pack.Call.Envelope))
	scale := doc.Width() / max(envelope, granted+asked)
	doc.Keep(3 * height)
	y := doc.Y()
	doc.Rect(left, y, doc.Width(), height, pdf.Pale)
	doc.Rect(left, y, granted*scale, height, pdf.Accent)
	doc.Rect(left+granted*scale, y, asked*scale, height, pdf.Grey)
	doc.Line(left+envelope*scale, y-1, left+envelope*scale, y+height+1, 0.6)
	doc.MoveTo(y + height + 1)
	doc.Small(i18n.T(ctx, "Bleu : accordé ; gris : proposé à cette séance ; trait : fin de l’enveloppe.", "Blue: granted; grey: proposed at this sitting; line: end of the envelope."))
}

// filePDF is the page of one file: its figures, the opinions, the votes and who is recused.
func (p *Pages) filePDF(ctx context.Context, doc *pdf.Doc, row *calls.PackRow) error {
	d := &row.Dossier
	doc.Page()
	doc.Heading(1, titleOf(ctx, d))
	zone := "—"
	if d.Frozen.V != nil {
		zone = zoneName(d.Frozen.V.Zone)
	}
	doc.Facts([2]string{i18n.T(ctx, "Numéro", "Number"), d.Number}, [2]string{i18n.T(ctx, "Commune", "Municipality"), d.Commune}, [2]string{i18n.T(ctx, "Zone au dépôt", "Zone at filing"), zone},
		[2]string{i18n.T(ctx, "Demandé", "Requested"), i18n.Euro(ctx, d.Requested)}, [2]string{i18n.T(ctx, "Proposé", "Proposed"), i18n.Euro(ctx, d.Proposed)},
		[2]string{i18n.T(ctx, "Votes", "Votes"), i18n.Tf(ctx, "%d pour, %d contre, %d abstention", "%d for, %d against, %d abstaining", row.For, row.Against, row.Abstain)},
		[2]string{i18n.T(ctx, "Récusés", "Recused"), or(strings.Join(row.Recused, ", "), "—")})
	doc.Paragraph(d.Answers.V["description"])
	opinions, err := p.Calls.Opinions(ctx, d.ID)
	if err != nil {
		return err
	}
	for _, o := range opinions {
		if o.State == "given" {
			doc.Heading(3, o.ReviewerName+i18n.T(ctx, " : ", ": ")+favourText(ctx, o.Favourable))
			doc.Paragraph(o.Text)
		}
	}
	return nil
}
