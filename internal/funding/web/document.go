package web

import (
	"net/http"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/funding"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/pdf"
)

// conventionPDF is the agreement to sign: the parties, the grant, the tranches with their conditions, the reports due, two signatures.
func (p *Pages) conventionPDF(w http.ResponseWriter, r *http.Request) error {
	ctx := i18n.With(r.Context(), i18n.FR) // an agreement is signed in French
	t, err := p.Funding.Read(ctx, accounts.FromContext(ctx), "", r.PathValue("id"))
	if err != nil {
		return err
	}
	c := t.Convention
	d := pdf.New(pdf.Options{Title: "Convention " + c.Number, Issuer: "Agence régionale de santé", Reference: c.Number, Lang: i18n.FR, At: c.CreatedAt})
	d.Heading(1, "Convention de financement "+c.Number)
	d.Paragraph("Entre l’Agence régionale de santé, ci-après « l’Agence », et " + c.Payee + ", ci-après « le bénéficiaire ».")
	d.Heading(2, "Article 1. Objet")
	d.Paragraph("L’Agence soutient le projet « " + c.Title + " », objet du dossier " + c.DossierNumber + ", tel que décrit dans ce dossier.")
	d.Heading(2, "Article 2. Montant et durée")
	d.Facts([2]string{"Montant accordé", i18n.Euro(ctx, c.Granted)}, [2]string{"Du", dayText(ctx, c.StartsOn)}, [2]string{"Au", dayText(ctx, c.EndsOn)}, [2]string{"Compte à créditer (IBAN)", c.IBAN})
	d.Heading(2, "Article 3. Versements")
	rows := [][]string{}
	for _, x := range t.Tranches {
		rows = append(rows, []string{strconv.Itoa(x.Rank), x.Label, condition(t, x), dayText(ctx, x.ExpectedOn), i18n.Euro(ctx, x.Cents)})
	}
	d.Table([]pdf.Column{{Title: "", Share: 0.3}, {Title: "Tranche"}, {Title: "Condition", Share: 1.6}, {Title: "Date attendue"}, {Title: "Montant", Right: true}}, rows)
	d.Heading(2, "Article 4. Comptes rendus")
	for _, x := range t.Reports {
		d.List(x.Label + ", pour le " + dayText(ctx, x.DueOn))
	}
	for _, a := range t.Amendments {
		d.Heading(2, "Avenant "+strconv.Itoa(a.Rank)+", signé le "+dayText(ctx, a.SignedOn))
		d.Paragraph(a.Text)
		if a.Changes != "" {
			d.Small(a.Changes)
		}
	}
	d.Heading(2, "Article 5. Reversement")
	d.Paragraph("Si le projet n’est pas réalisé, ou l’est en partie, l’Agence peut demander le reversement de tout ou partie des sommes versées, par décision motivée.")
	d.Keep(60)
	d.Signatures("Pour l’Agence", "Pour le bénéficiaire")
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", httpx.Attachment("convention-"+c.Number+".pdf"))
	return d.Write(w)
}

// condition says in a few words what a tranche waits for.
func condition(t funding.Tracker, x funding.Tranche) string {
	waits := []string{"Convention signée et engagée"}
	for _, r := range t.Reports {
		if r.For(x) {
			waits = append(waits, "« "+r.Label+" » accepté")
		}
	}
	return strings.Join(waits, " ; ")
}

// repaymentPDF is the order of repayment: who owes what, why, before when, and what came back already. The author of the dossier reads it
// too.
func (p *Pages) repaymentPDF(w http.ResponseWriter, r *http.Request) error {
	ctx := i18n.With(r.Context(), i18n.FR) // an act of the agency is in French
	t, err := p.Funding.Read(ctx, accounts.FromContext(ctx), key(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	rank, err := strconv.Atoi(r.PathValue("rank"))
	if err != nil || rank < 1 || rank > len(t.Repayments) {
		return fault.NotFound("Cet ordre de reversement n’existe pas.", "This order of repayment does not exist.")
	}
	c, o := t.Convention, t.Repayments[rank-1]
	d := pdf.New(pdf.Options{Title: "Ordre de reversement " + o.Number, Issuer: "Agence régionale de santé", Reference: o.Number, Lang: i18n.FR, At: o.AskedAt})
	d.Heading(1, "Ordre de reversement "+o.Number)
	d.Paragraph("L’Agence régionale de santé demande à " + c.Payee + " le reversement d’une partie des sommes versées au titre de la convention " + c.Number + ", signée le " + dayText(ctx, c.SignedOn) + ".")
	d.Heading(2, "Ce qui est demandé")
	d.Facts([2]string{"Projet", c.Title + " (dossier " + c.DossierNumber + ")"}, [2]string{"Versé à ce jour", i18n.Euro(ctx, c.Paid)}, [2]string{"À reverser", i18n.Euro(ctx, o.Cents)},
		[2]string{"Déjà reçu", i18n.Euro(ctx, o.Repaid)}, [2]string{"Reste à reverser", i18n.Euro(ctx, o.Left())}, [2]string{"Avant le", dayText(ctx, o.DueOn)}, [2]string{"Référence à rappeler", o.Number})
	d.Heading(2, "Motif")
	d.Paragraph(o.Reason)
	d.Heading(2, "Voies et délais de recours")
	d.Paragraph("Cette décision peut être contestée dans un délai de deux mois à compter de sa réception, par un recours gracieux auprès de l’Agence ou devant le tribunal administratif.")
	d.Keep(50)
	d.Signatures("Pour l’Agence")
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", httpx.Attachment("reversement-"+o.Number+".pdf"))
	return d.Write(w)
}
