package web

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
	"maillage/internal/ui"
)

func nameOf(ctx context.Context, d caseData) string {
	p := d.Record.Patient
	if p.Name() == "" {
		return i18n.T(ctx, "Demande effacée", "Erased request")
	}
	if n := p.Age(d.Now); n >= 0 {
		return i18n.Tf(ctx, "%s, %d ans", "%s, %d years", p.Name(), n)
	}
	return p.Name()
}

func stateOf(ctx context.Context, d caseData) string {
	if d.CanSecond {
		return i18n.T(ctx, "seconde lecture", "second reading")
	}
	return telexpertise.RequestLife.Label(d.Case.State).Ctx(ctx)
}

// brief is what an expert reads before anything else: where, how large, since when, the score, what is suspected.
func brief(ctx context.Context, d caseData) string {
	c := d.Record.Clinical
	parts := []string{telexpertise.SiteName(c.Site).Ctx(ctx)}
	if c.DiameterMM > 0 {
		parts = append(parts, i18n.Tf(ctx, "%s mm", "%s mm", i18n.Dec(ctx, c.DiameterMM, 0)))
	}
	if words := since(ctx, c.Since); words != "" {
		parts = append(parts, words)
	}
	parts = append(parts, i18n.T(ctx, "7 points : ", "7 points: ")+scoreWords(ctx, c.Score()))
	if c.Hypothesis != "" {
		parts = append(parts, i18n.T(ctx, "hypothèse : ", "hypothesis: ")+c.Hypothesis)
	}
	return strings.Join(parts, " · ")
}

func orDash(s string) string { return orElse(s, "—") }

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func nameOrSystem(ctx context.Context, name string) string {
	return orElse(name, i18n.T(ctx, "le système", "the system"))
}

func buttonKind(main bool) string {
	if main {
		return "main"
	}
	return ""
}

func keyOf(i int) string { return strconv.Itoa(i + 1) }

func fact(label, value string) ui.Fact { return ui.Fact{Label: label, Value: ui.Text(orDash(value))} }

func yesNo(ctx context.Context, a telexpertise.Answer3) string {
	return map[telexpertise.Answer3]string{telexpertise.Yes: i18n.T(ctx, "oui", "yes"), telexpertise.No: i18n.T(ctx, "non", "no"), "": i18n.T(ctx, "non renseigné", "not answered")}[a]
}

func clinicalFacts(ctx context.Context, d caseData) []ui.Fact {
	c := d.Record.Clinical
	diameter := i18n.T(ctx, "non mesuré", "not measured")
	if c.DiameterMM > 0 {
		diameter = i18n.Dec(ctx, c.DiameterMM, 0) + " mm"
	}
	phototype := ""
	if c.Phototype > 0 {
		phototype = fmt.Sprint(c.Phototype)
	}
	return []ui.Fact{
		fact(i18n.T(ctx, "Siège", "Site"), strings.TrimSuffix(telexpertise.SiteName(c.Site).Ctx(ctx)+", "+c.SiteDetail, ", ")),
		fact(i18n.T(ctx, "Diamètre", "Diameter"), diameter),
		fact(i18n.T(ctx, "Depuis", "Since"), since(ctx, c.Since)),
		fact(i18n.T(ctx, "En relief", "Raised"), yesNo(ctx, c.Raised)),
		fact(i18n.T(ctx, "Phototype", "Phototype"), phototype),
		fact(i18n.T(ctx, "Cancer de la peau : patient, famille", "Skin cancer: patient, family"), yesNo(ctx, c.PersonalCancer)+", "+yesNo(ctx, c.FamilyCancer)),
		fact(i18n.T(ctx, "Immunodépression", "Immunosuppression"), yesNo(ctx, c.Immuno)),
		fact(i18n.T(ctx, "Anticoagulants", "Anticoagulants"), yesNo(ctx, c.Anticoagulant)),
		fact(i18n.T(ctx, "Traitements essayés", "Treatments tried"), c.Treatments),
		fact(i18n.T(ctx, "Hypothèse du requérant", "The requester’s hypothesis"), c.Hypothesis),
	}
}

func since(ctx context.Context, code string) string {
	for _, s := range telexpertise.Durations {
		if s.Code == code {
			return s.Name.Ctx(ctx)
		}
	}
	return ""
}

func checklistNote(ctx context.Context, c telexpertise.Clinical) string {
	note := i18n.T(ctx, "Calculée d’après ce qui a été saisi, jamais d’après les photos ; 3 ou plus invite à une consultation urgente.",
		"Computed from what was typed, never from the photos; 3 or more advises an urgent visit.")
	if n := c.Missing(); n > 0 {
		note += " " + i18n.Tf(ctx, "%d critères n’ont pas été renseignés.", "%d criteria were not answered.", n)
	}
	return note
}

func pointWords(ctx context.Context, p telexpertise.Point) string {
	if p.Counted() > 0 {
		return fmt.Sprintf("+%d", p.Counted())
	}
	return yesNo(ctx, p.Typed)
}

func identityFacts(ctx context.Context, d caseData) []ui.Fact {
	p, k := d.Record.Patient, d.Record.Consent
	identity := i18n.T(ctx, "provisoire", "provisional")
	if p.Qualified {
		identity = i18n.T(ctx, "qualifiée", "qualified")
	}
	form := map[string]string{"oral": i18n.T(ctx, "oral", "oral"), "written": i18n.T(ctx, "écrit", "written")}[k.Form]
	return append(contactFacts(ctx, d),
		fact(i18n.T(ctx, "Identité", "Identity"), identity),
		fact("INS", p.INS),
		fact(i18n.T(ctx, "Médecin traitant", "Usual doctor"), p.UsualDoctor),
		fact(i18n.T(ctx, "Consentement", "Consent"), strings.TrimSpace(form+" "+moment(ctx, &k.At))),
		fact(i18n.T(ctx, "Requérant", "Requester"), d.Names[d.Case.RequesterID]))
}

func contactFacts(ctx context.Context, d caseData) []ui.Fact {
	p := d.Record.Patient
	born := ""
	if at, ok := p.Born(); ok {
		born = i18n.Date(ctx, at)
	}
	sex := map[string]string{"M": i18n.T(ctx, "masculin", "male"), "F": i18n.T(ctx, "féminin", "female"), "I": i18n.T(ctx, "indéterminé", "undetermined")}[p.Sex]
	return []ui.Fact{
		fact(i18n.T(ctx, "Nom de naissance", "Birth name"), p.BirthName),
		fact(i18n.T(ctx, "Premier prénom", "First birth name"), p.FirstBirthName),
		fact(i18n.T(ctx, "Nom utilisé", "Used name"), p.UsedName),
		fact(i18n.T(ctx, "Date de naissance", "Birth date"), born),
		fact(i18n.T(ctx, "Sexe", "Sex"), sex),
		fact(i18n.T(ctx, "Téléphone", "Phone"), p.Phone),
	}
}

func answerTitle(ctx context.Context, a telexpertise.Answer) string {
	if a.Kind == "addendum" {
		return i18n.T(ctx, "Complément à la réponse", "Addendum to the answer")
	}
	return i18n.T(ctx, "Réponse du dermatologue", "The dermatologist’s answer")
}

func answerFacts(ctx context.Context, a telexpertise.Answer) []ui.Fact {
	usable := i18n.T(ctx, "utilisables", "usable")
	if !a.PhotosUsable {
		usable = i18n.T(ctx, "inutilisables", "not usable")
	}
	return []ui.Fact{
		fact(i18n.T(ctx, "Hypothèse", "Hypothesis"), a.Hypothesis),
		fact(i18n.T(ctx, "Certitude", "Confidence"), a.Confidence.Name().Ctx(ctx)),
		fact(i18n.T(ctx, "Photos", "Photos"), usable),
	}
}

func histologyWords(ctx context.Context, d caseData) string {
	for _, n := range d.Notes {
		if n.Histology == nil {
			continue
		}
		words := n.Histology.Type.Name().Ctx(ctx)
		if n.Histology.BreslowMM > 0 {
			words += i18n.Tf(ctx, ", Breslow %s mm", ", Breslow %s mm", i18n.Dec(ctx, n.Histology.BreslowMM, 2))
		}
		return words + ". " + n.Histology.Text
	}
	return i18n.T(ctx, "pas d’histologie", "no histology")
}

var noteTitles = map[string]i18n.Text{
	telexpertise.NoteAsk:       {FR: "Complément demandé", EN: "Information asked"},
	telexpertise.NoteComplete:  {FR: "Complément envoyé", EN: "Information sent"},
	telexpertise.NoteIncident:  {FR: "Incident", EN: "Incident"},
	telexpertise.NoteInform:    {FR: "Patient informé", EN: "Patient told"},
	telexpertise.NoteDecline:   {FR: "Motif", EN: "Reason"},
	telexpertise.NoteHistology: {FR: "Histologie", EN: "Histology"},
	telexpertise.NoteVisit:     {FR: "Consultation", EN: "Visit"},
}

func noteTitle(ctx context.Context, n telexpertise.Note) string {
	title := noteTitles[n.Kind].Ctx(ctx)
	switch n.Kind {
	case telexpertise.NoteAsk:
		title += i18n.T(ctx, " : ", ": ") + telexpertise.AskReason(n.Code).Name().Ctx(ctx)
	case telexpertise.NoteInform:
		title += i18n.T(ctx, " : ", ": ") + informNames[n.Code].Ctx(ctx)
	case telexpertise.NoteHistology:
		if n.Histology != nil {
			title += i18n.T(ctx, " : ", ": ") + n.Histology.Type.Name().Ctx(ctx)
		}
	}
	return title
}

func visitFacts(ctx context.Context, d caseData) []ui.Fact {
	slot := i18n.T(ctx, "à trouver", "to find")
	if d.Slot != nil {
		slot = slotWords(ctx, *d.Slot, d.Names)
	}
	return []ui.Fact{
		fact(i18n.T(ctx, "Étape", "Step"), telexpertise.VisitLife.Label(d.Case.Visit).Ctx(ctx)),
		fact(i18n.T(ctx, "À voir avant le", "To be seen by"), day(ctx, d.Case.SeenTarget(d.Pool.Settings.V))),
		fact(i18n.T(ctx, "Créneau", "Slot"), slot),
		fact(i18n.T(ctx, "Téléphone du patient", "The patient’s phone"), d.Record.Patient.Phone),
	}
}

func slotWords(ctx context.Context, s telexpertise.Slot, names map[string]string) string {
	return fmt.Sprintf("%s, %s, %s", i18n.DateTime(ctx, s.StartsAt), names[s.ExpertID], s.Place)
}
