package documents

import (
	"context"
	"fmt"
	"io"
	"time"

	"maillage/internal/platform/i18n"
	"maillage/internal/platform/pdf"
	"maillage/internal/telexpertise"
)

// Statement writes the acts of a doctor in a year. Cases are named by their reference: the paper names no patient.
func Statement(w io.Writer, name string, s telexpertise.Statement, now time.Time) error {
	ctx := i18n.With(context.Background(), i18n.FR)
	d := pdf.New(pdf.Options{Title: fmt.Sprintf("Relevé d’actes %d", s.Year), Issuer: name, Reference: fmt.Sprintf("Relevé %d", s.Year), Lang: i18n.FR, At: now})
	d.Heading(1, fmt.Sprintf("Actes de télé-expertise %d", s.Year))
	d.Paragraph("Ce relevé compte les actes ; il ne les facture pas. RQD : 10 € par demande, 4 par patient et par an. TE2 : 23 € par réponse, 4 par patient et par an.")
	d.Number(i18n.Euro(ctx, s.Total), "pour les actes comptés")
	var rows [][]string
	for _, a := range s.Acts {
		counted := i18n.Euro(ctx, a.Cents)
		if !a.Counted {
			counted = "au-delà de la limite"
		}
		rows = append(rows, []string{day(a.At), a.Case.Ref(), a.Code, counted})
	}
	d.Table([]pdf.Column{{Title: "Réponse du"}, {Title: "Demande"}, {Title: "Acte"}, {Title: "Compté", Right: true}}, rows)
	return d.Write(w)
}
