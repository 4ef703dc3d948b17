package fhir

import (
	"html"
	"strings"
	"time"

	"maillage/internal/fhir/r4"
	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/documents"
)

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

var reportCode = r4.Concept{Coding: []r4.Coding{{System: systemLOINC, Code: "11488-4", Display: "Consult note"}}, Text: "Compte rendu de télé-expertise"}

// answered tells whether the reader has a signed answer before them.
func (d drawn) answered() bool { return d.Health && len(d.Answers) > 0 }

// report is the signed answer with its addenda; nil when there is none for this reader.
func (d drawn) report() *r4.DiagnosticReport {
	if !d.answered() {
		return nil
	}
	first, last := d.Answers[0], d.Answers[len(d.Answers)-1]
	r := &r4.DiagnosticReport{Base: d.head("DiagnosticReport", d.Case.ID), BasedOn: []r4.Reference{*d.request()}, Status: "final",
		Identifier: []r4.Identifier{{System: d.base + "/telexpertise/demandes", Value: d.Case.ID}}, Category: []r4.Concept{{Text: "Dermatologie"}}, Code: reportCode,
		Subject: d.subject(), Effective: r4.Instant(first.SignedAt), Issued: r4.Instant(last.SignedAt),
		Performer:   []r4.Reference{{Reference: "Organization/" + poolOrganization(d.Pool.ID), Display: d.Pool.Name}},
		Interpreter: []r4.Reference{*d.role(first.AuthorID, telexpertise.PartExpert)}, Conclusion: strings.Join(d.conclusion(), "\n"),
		ConclusionCode: []r4.Concept{{Coding: []r4.Coding{{System: d.base + "/fhir/CodeSystem/disposition", Code: string(first.Disposition), Display: first.Disposition.Name().FR}}}},
		Form:           []r4.Attachment{d.paper()}}
	if len(d.Answers) > 1 {
		r.Status = "appended"
	}
	for _, m := range d.media() {
		r.Media = append(r.Media, r4.ReportMedia{Link: *ref(m.Self().Name())})
	}
	return r
}

func (d drawn) paper() r4.Attachment {
	return r4.Attachment{ContentType: "application/pdf", Language: "fr-FR", URL: d.base + "/telexpertise/demandes/" + d.Case.ID + "/compte-rendu.pdf", Title: "Compte rendu de télé-expertise " + d.Case.Ref()}
}

// conclusion is what was signed, the customary reservation first.
func (d drawn) conclusion() []string {
	lines := []string{documents.Reservation}
	for _, a := range d.Answers {
		if a.Kind == "addendum" {
			lines = append(lines, "Complément du "+a.SignedAt.Format("02/01/2006")+" :")
		} else {
			lines = append(lines, string(a.Disposition)+" — "+a.Disposition.Name().FR)
			if a.Hypothesis != "" {
				lines = append(lines, "Hypothèse : "+a.Hypothesis+" (certitude "+a.Confidence.Name().FR+")")
			}
		}
		if a.Text != "" {
			lines = append(lines, a.Text)
		}
		lines = append(lines, "Signé par "+d.Names[a.AuthorID]+". Empreinte SHA-256 : "+a.Digest)
	}
	return lines
}

func (d drawn) documentReference() *r4.DocumentReference {
	if !d.answered() {
		return nil
	}
	return &r4.DocumentReference{Base: d.head("DocumentReference", d.Case.ID), Status: "current", DocStatus: "final", Type: &reportCode, Subject: d.subject(),
		Identifier: []r4.Identifier{{System: d.base + "/telexpertise/demandes", Value: d.Case.ID}}, Date: r4.Instant(d.Answers[len(d.Answers)-1].SignedAt),
		Author: []r4.Reference{*d.role(d.Answers[0].AuthorID, telexpertise.PartExpert)}, Description: "Compte rendu de télé-expertise " + d.Case.Ref(),
		Content: []r4.DocumentContent{{Attachment: d.paper()}}}
}

// narrative is text for a reader whose program understands nothing else.
func narrative(lines ...string) *r4.Narrative {
	var b strings.Builder
	b.WriteString(`<div xmlns="http://www.w3.org/1999/xhtml">`)
	for _, line := range lines {
		b.WriteString("<p>" + html.EscapeString(line) + "</p>")
	}
	b.WriteString("</div>")
	return &r4.Narrative{Status: "generated", Div: b.String()}
}

// document is the report with everything that it refers to, as one FHIR document; nil when there is no report for this reader.
func (d drawn) document(people []telexpertise.Member, now time.Time) *r4.Bundle {
	report := d.report()
	if report == nil {
		return nil
	}
	who := d.patient()
	who.Text = narrative(d.Record.Patient.Name() + ", né(e) le " + d.Record.Patient.BirthDate)
	pool := poolOf(d.Pool)
	resources := []r4.Resource{nil, report, d.serviceRequest(), who, pool}
	resources = append(resources, d.media()...)
	if a := d.appointment(); a != nil {
		resources = append(resources, a)
	}
	for _, m := range people {
		author := m.Part == telexpertise.PartExpert && (m.PersonID == d.Case.TakerID || m.PersonID == d.Answers[0].AuthorID || d.Slot != nil && m.PersonID == d.Slot.ExpertID)
		if m.PoolID == d.Pool.ID && (author || m.Part == telexpertise.PartRequester && m.PersonID == d.Case.RequesterID) {
			resources = append(resources, memberOf(m), memberRole(m))
		}
	}
	title := "Compte rendu de télé-expertise en dermatologie"
	resources[0] = &r4.Composition{Base: d.head("Composition", d.Case.ID), Status: "final", Type: reportCode, Subject: d.subject(), Date: r4.Instant(d.Answers[len(d.Answers)-1].SignedAt),
		Author: report.Interpreter, Title: title, Custodian: &r4.Reference{Reference: pool.Self().Name(), Display: d.Pool.Name},
		Section: []r4.Section{
			{Title: "Demande", Text: narrative(append([]string{"Question : " + d.Record.Question}, clinicalWords(d.Record.Clinical)...)...), Entry: []r4.Reference{*d.request()}},
			{Title: "Réponse", Text: narrative(d.conclusion()...), Entry: []r4.Reference{*ref(report.Self().Name())}},
		}}
	b := &r4.Bundle{Base: r4.Base{Kind: "Bundle", ID: "document-" + d.Case.Ref(), Meta: &r4.Meta{LastUpdated: r4.Instant(now)}}, Type: "document",
		Identifier: &r4.Identifier{System: d.base + "/telexpertise/demandes", Value: d.Case.ID + "/" + d.Answers[len(d.Answers)-1].Digest[:16]}, Timestamp: r4.Instant(now)}
	seen := map[string]bool{}
	for _, r := range resources {
		if name := r.Self().Name(); !seen[name] {
			seen[name] = true
			b.Entry = append(b.Entry, r4.Entry{FullURL: d.base + "/fhir/" + name, Resource: r})
		}
	}
	return b
}
