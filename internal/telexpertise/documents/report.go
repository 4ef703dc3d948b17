// Package documents writes what leaves tele-expertise on paper: the report for both doctors, the patient's slip, the scale card, the
// yearly statement of acts.
package documents

import (
	"fmt"
	"io"
	"strings"
	"time"

	"maillage/internal/platform/i18n"
	"maillage/internal/platform/pdf"
	"maillage/internal/telexpertise"
)

// Reservation is what every report opens with.
const Reservation = "Avis donné à distance, au vu des photographies et des données transmises par le médecin requérant, sans examen du patient. Il ne remplace pas un examen clinique ; " +
	"en cas d’évolution ou de doute, une consultation reste nécessaire (CSP, art. L.6316-1 et R.6316-1 à R.6316-4)."

// Report writes the report of an answered case, in French, the language of the record. It opens with the customary reservation.
func Report(w io.Writer, f *telexpertise.File, now time.Time) error {
	d := pdf.New(pdf.Options{Title: "Compte rendu de télé-expertise " + f.Case.Ref(), Issuer: f.Pool.Name, Reference: "Demande " + f.Case.Ref(), Lang: i18n.FR, At: now})
	d.Heading(1, "Compte rendu de télé-expertise en dermatologie")
	d.Small(Reservation)
	p, c := f.Record.Patient, f.Record.Clinical
	identity := "provisoire"
	if p.Qualified {
		identity = "qualifiée"
	}
	d.Heading(2, "Patient")
	d.Facts([2]string{"Nom de naissance", strings.ToUpper(p.BirthName)}, [2]string{"Premier prénom", p.FirstBirthName}, [2]string{"Nom utilisé", dash(p.UsedName)},
		[2]string{"Né(e) le", born(p)}, [2]string{"Sexe", p.Sex}, [2]string{"INS", dash(p.INS) + " (identité " + identity + ")"},
		[2]string{"Consentement", f.Record.Consent.Form + ", recueilli le " + day(f.Record.Consent.At)})
	d.Heading(2, "Demande")
	d.Facts([2]string{"Requérant", f.Names[f.Case.RequesterID]}, [2]string{"Reçue le", moment(f.Case.SubmittedAt)}, [2]string{"Urgence proposée", f.Case.Urgency.Name().FR},
		[2]string{"Lésion", lesion(c)}, [2]string{"Règle des 7 points", fmt.Sprintf("%d, d’après ce qui a été saisi", c.Score())}, [2]string{"Hypothèse du requérant", dash(c.Hypothesis)},
		[2]string{"Question", dash(f.Record.Question)}, [2]string{"Photographies", fmt.Sprint(len(f.Photos))})
	for _, a := range f.Answers {
		answer(d, f, a)
	}
	if f.Slot != nil {
		d.Heading(2, "Consultation")
		d.Paragraph(fmt.Sprintf("%s : %s, %s, %s.", telexpertise.VisitLife.Label(f.Case.Visit).FR, moment(&f.Slot.StartsAt), f.Names[f.Slot.ExpertID], f.Slot.Place))
	}
	incidents(d, f)
	return d.Write(w)
}

func answer(d *pdf.Doc, f *telexpertise.File, a telexpertise.Answer) {
	if a.Kind == "addendum" {
		d.Heading(2, "Complément")
	} else {
		d.Heading(2, "Réponse")
		usable := "utilisables"
		if !a.PhotosUsable {
			usable = "inutilisables"
		}
		d.Strong(string(a.Disposition) + " — " + a.Disposition.Name().FR)
		d.Facts([2]string{"Hypothèse", dash(a.Hypothesis)}, [2]string{"Certitude", a.Confidence.Name().FR}, [2]string{"Photographies", usable})
	}
	if a.Text != "" {
		d.Paragraph(a.Text)
	}
	d.Small(fmt.Sprintf("Signé par %s le %s. Empreinte SHA-256 : %s", f.Names[a.AuthorID], moment(&a.SignedAt), a.Digest))
}

func incidents(d *pdf.Doc, f *telexpertise.File) {
	var items []string
	for _, n := range f.Notes {
		if n.Kind == telexpertise.NoteIncident && n.Text != "" {
			items = append(items, moment(&n.At)+" : "+n.Text)
		}
	}
	if len(items) > 0 {
		d.Heading(2, "Incidents techniques")
		d.List(items...)
	}
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func born(p telexpertise.Patient) string {
	at, ok := p.Born()
	if !ok {
		return "—"
	}
	return day(at)
}

func lesion(c telexpertise.Clinical) string {
	parts := []string{telexpertise.SiteName(c.Site).FR}
	if c.SiteDetail != "" {
		parts = append(parts, c.SiteDetail)
	}
	if c.DiameterMM > 0 {
		parts = append(parts, fmt.Sprintf("%g mm", c.DiameterMM))
	}
	return strings.Join(parts, ", ")
}

func day(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(i18n.Paris).Format("02/01/2006")
}

func moment(t *time.Time) string {
	if t == nil {
		return "—"
	}
	return t.In(i18n.Paris).Format("02/01/2006 à 15 h 04")
}
