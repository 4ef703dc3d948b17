package web

import (
	"context"
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/pdf"
)

// letterPDF is the letter of one decision, for the author and the agency.
func (p *Pages) letterPDF(w http.ResponseWriter, r *http.Request) error {
	v, err := p.load(r)
	if err != nil {
		return err
	}
	for _, x := range v.Decisions {
		if x.ID == r.PathValue("decision") && (v.officer() || v.Right.Covers(calls.RightRead)) {
			doc := p.paper(r.Context(), letterTitle(r.Context(), x), v.Dossier.Number)
			p.letter(r.Context(), doc, v.Call, v.Dossier, x)
			return sendPDF(w, "decision-"+v.Dossier.Number, doc)
		}
	}
	return fault.NotFound("Cette décision n’existe pas.", "This decision does not exist.")
}

// lettersPDF is every letter of a sitting, one a page, ready to be signed.
func (p *Pages) lettersPDF(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	pack, err := p.Calls.Pack(ctx, accounts.FromContext(ctx), r.PathValue("id"))
	if err != nil {
		return err
	}
	doc := p.paper(ctx, i18n.T(ctx, "Lettres de décision", "Decision letters"), pack.Session.HeldOn)
	n, err := p.letters(ctx, doc, pack, false)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Refused("letters-none", "Aucun dossier de cette séance n’est encore décidé : les lettres viennent avec les décisions.", "No application of this sitting is decided yet: letters come with decisions.")
	}
	return sendPDF(w, "lettres-"+pack.Session.HeldOn, doc)
}

// letters writes the latest decision of each dossier of a sitting, each on its own page, and says how many.
func (p *Pages) letters(ctx context.Context, doc *pdf.Doc, pack *calls.Pack, newPage bool) (int, error) {
	n := 0
	for i := range pack.Rows {
		d := &pack.Rows[i].Dossier
		all, err := p.Calls.Decisions(ctx, d.ID)
		if err != nil {
			return n, err
		}
		if len(all) == 0 {
			continue
		}
		if n > 0 || newPage {
			doc.Page()
		}
		p.letter(ctx, doc, pack.Call, d, all[0])
		n++
	}
	return n, nil
}

func (p *Pages) paper(ctx context.Context, title, reference string) *pdf.Doc {
	return pdf.New(pdf.Options{Title: title, Issuer: or(p.Agency, "Maillage"), Reference: reference, Lang: i18n.Of(ctx), At: p.Calls.Now()})
}

func letterTitle(ctx context.Context, x calls.Decision) string {
	return map[string]i18n.Text{"grant": {FR: "Notification d’attribution", EN: "Notice of grant"}, "postpone": {FR: "Notification d’ajournement", EN: "Notice of postponement"},
		"refuse": {FR: "Notification de refus", EN: "Notice of refusal"}}[x.Outcome].Ctx(ctx)
}

// letter writes one decision: what was asked, what is decided and why, what comes next, and the ways to contest it.
func (p *Pages) letter(ctx context.Context, doc *pdf.Doc, c *calls.Call, d *calls.Dossier, x calls.Decision) {
	doc.Heading(1, letterTitle(ctx, x))
	doc.Facts([2]string{i18n.T(ctx, "Dossier", "Application"), d.Number}, [2]string{i18n.T(ctx, "Projet", "Project"), titleOf(ctx, d)}, [2]string{i18n.T(ctx, "Demandeur", "Applicant"), or(d.Answers.V["structure_name"], "—")},
		[2]string{i18n.T(ctx, "Appel", "Call"), c.Title.V.Ctx(ctx)}, [2]string{i18n.T(ctx, "Date de la décision", "Date of the decision"), i18n.Date(ctx, x.DecidedAt)})
	doc.Paragraph(i18n.T(ctx, "Madame, Monsieur,", "Dear Sir or Madam,"))
	if d.FiledAt != nil {
		doc.Paragraph(i18n.Tf(ctx, "Vous avez déposé le %s une demande d’aide de %s au titre de cet appel.", "On %s you applied for an aid of %s under this call.", i18n.Date(ctx, *d.FiledAt), i18n.Euro(ctx, d.Requested)))
	}
	switch x.Outcome {
	case "grant":
		doc.Paragraph(i18n.Tf(ctx, "L’Agence vous accorde une aide de %s.", "The agency grants you an aid of %s.", i18n.Euro(ctx, x.Amount)))
		doc.Paragraph(i18n.T(ctx, "Une convention vous sera adressée. Aucun paiement ne peut intervenir avant sa signature par les deux parties ; elle fixe les versements, les justificatifs et les comptes rendus attendus.",
			"An agreement will be sent to you. Nothing can be paid before both parties sign it; it sets the payments, the proofs and the reports expected."))
	case "postpone":
		doc.Paragraph(i18n.T(ctx, "L’Agence ajourne l’examen de votre demande. Elle reste ouverte et sera présentée de nouveau ; il ne vous est pas demandé de la déposer une seconde fois.",
			"The agency postpones your application. It stays open and will be presented again; you are not asked to file it twice."))
	case "refuse":
		doc.Paragraph(i18n.T(ctx, "L’Agence n’a pas pu donner une suite favorable à votre demande.", "The agency could not grant your application."))
	}
	if x.Reason != "" {
		doc.Heading(2, i18n.T(ctx, "Motifs", "Reasons"))
		doc.Paragraph(x.Reason)
	}
	letterBasis(ctx, doc, d)
	if x.Outcome != "postpone" {
		letterRemedies(ctx, doc, x)
	}
	doc.Signatures(or(p.Agency, i18n.T(ctx, "Pour l’Agence", "For the agency")) + "\n" + x.Decider)
}

// letterBasis says on which zone and rules the decision rests: those of the day of filing.
func letterBasis(ctx context.Context, doc *pdf.Doc, d *calls.Dossier) {
	f := d.Frozen.V
	if f == nil {
		return
	}
	facts := [][2]string{{i18n.T(ctx, "Zone au dépôt", "Zone at filing"), zoneName(f.Zone)}}
	for _, rule := range f.Rules {
		facts = append(facts, [2]string{i18n.T(ctx, "Règle appliquée", "Rule applied"), i18n.Tf(ctx, "%s, version %s", "%s, version %s", or(rule.Text.Ctx(ctx), rule.ID), rule.Version)})
	}
	doc.Heading(2, i18n.T(ctx, "Sur quoi la décision repose", "What the decision rests on"))
	doc.Facts(facts...)
}

func letterRemedies(ctx context.Context, doc *pdf.Doc, x calls.Decision) {
	doc.Heading(2, i18n.T(ctx, "Voies et délais de recours", "Remedies and their deadlines"))
	until := i18n.Date(ctx, calls.AppealUntil(x.DecidedAt))
	doc.List(
		i18n.Tf(ctx, "Recours gracieux, auprès de l’Agence, depuis la page du dossier ou par courrier, avant le %s.", "Gracious appeal to the agency, from the page of the application or by post, before %s.", until),
		i18n.Tf(ctx, "Recours hiérarchique, auprès de la ministre ou du ministre chargé de la santé, avant le %s.", "Hierarchical appeal to the minister in charge of health, before %s.", until),
		i18n.T(ctx, "Recours contentieux, devant le tribunal administratif compétent (www.telerecours.fr), dans les deux mois de la notification.", "Proceedings before the administrative court (www.telerecours.fr), within two months of notification."))
	doc.Small(i18n.T(ctx, "Un recours gracieux ou hiérarchique formé dans ce délai le proroge : le tribunal peut être saisi dans les deux mois de la réponse, ou du silence gardé deux mois, qui vaut rejet.",
		"A gracious or hierarchical appeal made in time extends it: the court may be asked within two months of the answer, or of two months of silence, which counts as a rejection."))
}
