package fhir

import (
	"fmt"
	"strings"

	"maillage/internal/fhir/r4"
	"maillage/internal/lifecycle"
	"maillage/internal/telexpertise"
)

// drawn is a case opened for a reader, ready to be drawn as resources.
type drawn struct {
	*telexpertise.File
	base string // address of the pages
}

func (d drawn) meta() *r4.Meta {
	return &r4.Meta{VersionID: fmt.Sprint(d.Case.Version), LastUpdated: r4.Instant(d.Case.Moved()), Security: []r4.Coding{{System: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", Code: "R", Display: "restricted"}}}
}

func (d drawn) head(kind, id string) r4.Base { return r4.Base{Kind: kind, ID: id, Meta: d.meta()} }

func (d drawn) subject() *r4.Reference { return ref("Patient/" + d.Case.ID) }
func (d drawn) request() *r4.Reference { return ref("ServiceRequest/" + d.Case.ID) }

// role refers to somebody of the pool in one part.
func (d drawn) role(person string, part telexpertise.Part) *r4.Reference {
	return &r4.Reference{Reference: "PractitionerRole/" + roleID(d.Pool.ID, person, part), Display: d.Names[person]}
}

func (d drawn) requester() *r4.Reference {
	return d.role(d.Case.RequesterID, telexpertise.PartRequester)
}

// performer is the expert who holds the case, or the pool. A blind reader is not told who answered first.
func (d drawn) performer() *r4.Reference {
	if d.Case.TakerID == "" || d.MaySecond() {
		return &r4.Reference{Reference: "Organization/" + poolOrganization(d.Pool.ID), Display: d.Pool.Name}
	}
	return d.role(d.Case.TakerID, telexpertise.PartExpert)
}

var genders = map[string]string{"M": "male", "F": "female", "I": "other"}

func (d drawn) patient() *r4.Patient {
	who := d.Record.Patient
	p := &r4.Patient{Base: d.head("Patient", d.Case.ID), Gender: genders[who.Sex]}
	status := "PROV"
	if who.Qualified {
		status = "VALI"
	}
	p.Extension = []r4.Extension{{URL: extReliability, Extension: []r4.Extension{{URL: "identityStatus", ValueCoding: &r4.Coding{System: systemIdentity, Code: status}}}}}
	if who.BirthPlace != "" {
		place := &r4.Address{Extension: []r4.Extension{{URL: extINSEE, ValueCoding: &r4.Coding{System: systemINSEE, Code: who.BirthPlace}}}}
		p.Extension = append(p.Extension, r4.Extension{URL: extBirthPlace, ValueAddress: place})
	}
	if who.INS != "" {
		p.Identifier = []r4.Identifier{{Use: "official", System: oidPrefix + who.INSOid, Value: who.INS}}
	}
	if _, ok := who.Born(); ok {
		p.BirthDate = who.BirthDate
	}
	if who.BirthName+who.FirstBirthName != "" {
		p.HumanName = []r4.HumanName{{Use: "official", Text: who.Name(), Family: who.BirthName, Given: strings.Fields(who.FirstBirthName)}}
	}
	if who.UsedName != "" {
		p.HumanName = append(p.HumanName, r4.HumanName{Use: "usual", Family: who.UsedName, Given: strings.Fields(who.FirstBirthName)})
	}
	if who.Phone != "" {
		p.Telecom = []r4.ContactPoint{{System: "phone", Value: who.Phone}}
	}
	return p
}

// requestStatus maps the life of a request: what is answered is completed, what was declined or cancelled is revoked.
var requestStatus = map[lifecycle.State]string{
	telexpertise.StateDraft: "draft", telexpertise.StateSubmitted: "active", telexpertise.StateOffered: "active", telexpertise.StateTaken: "active",
	telexpertise.StateAsked: "active", telexpertise.StateDeclined: "revoked", telexpertise.StateAnswered: "completed", telexpertise.StateClosed: "completed",
	telexpertise.StateCancelled: "revoked", telexpertise.StateErased: "entered-in-error",
}

var priorities = map[telexpertise.Urgency]string{telexpertise.P1: "asap", telexpertise.P2: "urgent", telexpertise.P3: "routine"}

const requestWords = "Télé-expertise en dermatologie"

func (d drawn) serviceRequest() *r4.ServiceRequest {
	c := d.Case
	s := &r4.ServiceRequest{Base: d.head("ServiceRequest", c.ID), Identifier: []r4.Identifier{{System: d.base + "/telexpertise/demandes", Value: c.ID}},
		Status: requestStatus[c.State], Intent: "proposal", Category: []r4.Concept{{Text: "Télé-expertise"}}, Priority: priorities[c.Urgency], Code: r4.Words(requestWords),
		Subject: *d.subject(), AuthoredOn: r4.Instant(c.CreatedAt), Requester: d.requester(), Performer: []r4.Reference{*d.performer()}}
	if c.SubmittedAt != nil {
		s.AuthoredOn = r4.InstantOf(c.SubmittedAt)
	}
	if s.Status == "active" {
		code := "ready"
		if c.TakerID != "" {
			code = "in_progress"
		}
		s.Extension = append(s.Extension, r4.Extension{URL: extActive, ValueCoding: &r4.Coding{System: systemActive, Code: code}})
	}
	if !d.Health {
		return s
	}
	given := d.Record.Consent.Given
	s.Extension = append(s.Extension, r4.Extension{URL: extConsent, ValueBoolean: &given})
	if q := d.Record.Question; q != "" {
		s.ReasonCode = []r4.Concept{{Text: q}}
	}
	if site := d.Record.Clinical.Site; site != "" {
		s.BodySite = []r4.Concept{{Text: strings.TrimSpace(telexpertise.SiteName(site).FR + " " + d.Record.Clinical.SiteDetail)}}
	}
	for _, line := range clinicalWords(d.Record.Clinical) {
		s.Note = append(s.Note, r4.Annotation{Text: line})
	}
	for _, p := range d.Photos {
		s.Information = append(s.Information, *ref("Media/" + mediaID(p)))
	}
	if c.PreviousID != "" {
		s.Information = append(s.Information, *ref("ServiceRequest/" + c.PreviousID))
	}
	return s
}

// clinicalWords says in French what the requester typed of the lesion.
func clinicalWords(c telexpertise.Clinical) []string {
	lines := []string{fmt.Sprintf("Règle des 7 points : %d, d’après ce qui a été saisi.", c.Score())}
	for _, p := range c.Checklist() {
		if p.Typed == telexpertise.Yes {
			lines = append(lines, p.Label.FR)
		}
	}
	if c.DiameterMM > 0 {
		lines = append(lines, fmt.Sprintf("Diamètre : %g mm.", c.DiameterMM))
	}
	if c.Hypothesis != "" {
		lines = append(lines, "Hypothèse du requérant : "+c.Hypothesis)
	}
	return lines
}

var taskStatus = map[lifecycle.State]string{
	telexpertise.StateDraft: "draft", telexpertise.StateSubmitted: "requested", telexpertise.StateOffered: "requested", telexpertise.StateTaken: "in-progress",
	telexpertise.StateAsked: "on-hold", telexpertise.StateDeclined: "rejected", telexpertise.StateAnswered: "completed", telexpertise.StateClosed: "completed",
	telexpertise.StateCancelled: "cancelled", telexpertise.StateErased: "entered-in-error",
}

func (d drawn) task() *r4.Task {
	c := d.Case
	words := []string{telexpertise.RequestLife.Label(c.State).FR}
	if c.Reading != telexpertise.ReadingNone {
		words = append(words, "réponse "+telexpertise.ReadingLife.Label(c.Reading).FR)
	}
	if c.Visit != telexpertise.VisitNone && !d.MaySecond() {
		words = append(words, "consultation : "+telexpertise.VisitLife.Label(c.Visit).FR)
	}
	t := &r4.Task{Base: d.head("Task", c.ID), Status: taskStatus[c.State], BusinessStatus: r4.Words(strings.Join(words, ", ")), Intent: "order", Priority: priorities[c.Urgency],
		Description: requestWords, Focus: d.request(), For: d.subject(), AuthoredOn: r4.Instant(c.CreatedAt), LastModified: r4.Instant(c.Moved()),
		Requester: d.requester(), Owner: d.performer()}
	if c.DueAt != nil && t.Status != "completed" {
		t.Restriction = &r4.Restriction{Period: &r4.Period{End: r4.InstantOf(c.DueAt)}}
	}
	if c.TakenAt != nil {
		t.Period = &r4.Period{Start: r4.InstantOf(c.TakenAt), End: r4.InstantOf(c.AnsweredAt)}
	}
	return t
}

func mediaID(p telexpertise.Photo) string { return p.CaseID + "." + p.SHA256[:16] }

func (d drawn) media() []r4.Resource {
	var all []r4.Resource
	for _, p := range d.Photos {
		m := &r4.Media{Base: d.head("Media", mediaID(p)), BasedOn: []r4.Reference{*d.request()}, Status: "completed",
			Type: &r4.Concept{Coding: []r4.Coding{{System: "http://terminology.hl7.org/CodeSystem/media-type", Code: "image", Display: "Image"}}}, View: r4.Words(p.View.Name().FR),
			Subject: d.subject(), Created: r4.Instant(p.CreatedAt), Issued: r4.InstantOf(p.ReceivedAt), Height: p.Height, Width: p.Width, BodySite: r4.Words(telexpertise.SiteName(d.Record.Clinical.Site).FR),
			Content: r4.Attachment{ContentType: "image/jpeg", URL: d.base + "/telexpertise/demandes/" + p.CaseID + "/photos/" + p.ID + "/full", Title: p.View.Name().FR, Creation: r4.Instant(p.CreatedAt)}}
		if p.MMPerPixel > 0 {
			m.Note = []r4.Annotation{{Text: fmt.Sprintf("Échelle lue sur la carte : %.4f mm par pixel de l’original.", p.MMPerPixel)}}
		}
		all = append(all, m)
	}
	return all
}

var appointmentStatus = map[lifecycle.State]string{
	telexpertise.VisitProposed: "proposed", telexpertise.VisitBooked: "booked", telexpertise.VisitSeen: "fulfilled", telexpertise.VisitAbsent: "noshow",
	telexpertise.VisitExcised: "fulfilled", telexpertise.VisitHistology: "fulfilled", telexpertise.VisitWithdrawn: "cancelled",
}

// appointment is the visit; nil when there is no slot, or for whoever reads blind.
func (d drawn) appointment() *r4.Appointment {
	if d.Slot == nil || d.MaySecond() || appointmentStatus[d.Case.Visit] == "" {
		return nil
	}
	s := d.Slot
	a := &r4.Appointment{Base: d.head("Appointment", d.Case.ID), Status: appointmentStatus[d.Case.Visit], Service: []r4.Concept{{Text: "Consultation de dermatologie"}},
		Description: s.Place, Start: r4.Instant(s.StartsAt), BasedOn: []r4.Reference{*d.request()}, Minutes: s.Minutes}
	a.End = r4.Instant(s.StartsAt.Add(minutes(s.Minutes)))
	accepted := "accepted"
	if a.Status == "proposed" {
		accepted = "needs-action"
	}
	a.Participant = []r4.Participant{
		{Actor: d.subject(), Required: "required", Status: accepted},
		{Actor: d.role(s.ExpertID, telexpertise.PartExpert), Required: "required", Status: "accepted"},
		{Actor: &r4.Reference{Display: s.Place}, Required: "required", Status: "accepted"},
	}
	return a
}

// auditActions are FHIR's letters for what our record tells; what is not here is an execution.
var auditActions = map[string]string{"draft": "C", "read": "R", "peek": "R", "read-answer": "R", "view": "R", "erase": "D"}

func (d drawn) auditEvents() []r4.Resource {
	var all []r4.Resource
	for _, r := range d.History {
		verb := strings.TrimPrefix(r.Action, "telexpertise.")
		action := auditActions[verb]
		if action == "" {
			action = "E"
		}
		e := &r4.AuditEvent{Base: r4.Base{Kind: "AuditEvent", ID: fmt.Sprintf("%s.%d", d.Case.ID, r.N), Meta: &r4.Meta{LastUpdated: r4.Instant(r.At)}},
			Type:    r4.Coding{System: "http://terminology.hl7.org/CodeSystem/audit-event-type", Code: "rest", Display: "RESTful Operation"},
			Subtype: []r4.Coding{{System: d.base + "/fhir/CodeSystem/audit", Code: verb}}, Action: action, Recorded: r4.Instant(r.At), Outcome: "0", OutcomeDesc: r.Text,
			Agent:  []r4.AuditAgent{{AltID: r.Actor.ID, Name: r.Actor.Name, Requestor: true}},
			Source: r4.AuditSource{Observer: r4.Reference{Display: "Maillage"}}, Entity: []r4.AuditEntity{{What: d.request()}}}
		all = append(all, e)
	}
	return all
}
