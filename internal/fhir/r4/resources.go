package r4

import "encoding/json"

// Organization is a structure, or a pool of tele-expertise.
type Organization struct {
	Base
	Identifier []Identifier   `json:"identifier,omitempty"`
	Active     bool           `json:"active"`
	Type       []Concept      `json:"type,omitempty"`
	Name       string         `json:"name,omitempty"`
	Telecom    []ContactPoint `json:"telecom,omitempty"`
	Address    []Address      `json:"address,omitempty"`
}

// Location is a site of a structure.
type Location struct {
	Base
	Status       string     `json:"status,omitempty"`
	Name         string     `json:"name,omitempty"`
	Description  string     `json:"description,omitempty"`
	Mode         string     `json:"mode,omitempty"`
	Address      *Address   `json:"address,omitempty"`
	Position     *Position  `json:"position,omitempty"`
	Organization *Reference `json:"managingOrganization,omitempty"`
}

// HealthcareService is what a structure offers.
type HealthcareService struct {
	Base
	Active     bool           `json:"active"`
	ProvidedBy *Reference     `json:"providedBy,omitempty"`
	Type       []Concept      `json:"type,omitempty"`
	Location   []Reference    `json:"location,omitempty"`
	Name       string         `json:"name,omitempty"`
	Comment    string         `json:"comment,omitempty"`
	Telecom    []ContactPoint `json:"telecom,omitempty"`
}

// Practitioner is a professional.
type Practitioner struct {
	Base
	Identifier []Identifier `json:"identifier,omitempty"`
	Active     bool         `json:"active"`
	HumanName  []HumanName  `json:"name,omitempty"`
}

// PractitionerRole is what a professional does somewhere.
type PractitionerRole struct {
	Base
	Active       bool        `json:"active"`
	Period       *Period     `json:"period,omitempty"`
	Practitioner *Reference  `json:"practitioner,omitempty"`
	Organization *Reference  `json:"organization,omitempty"`
	Code         []Concept   `json:"code,omitempty"`
	Specialty    []Concept   `json:"specialty,omitempty"`
	Location     []Reference `json:"location,omitempty"`
}

// Patient is whom a case is about.
type Patient struct {
	Base
	Extension  []Extension    `json:"extension,omitempty"`
	Identifier []Identifier   `json:"identifier,omitempty"`
	HumanName  []HumanName    `json:"name,omitempty"`
	Telecom    []ContactPoint `json:"telecom,omitempty"`
	Gender     string         `json:"gender,omitempty"`
	BirthDate  string         `json:"birthDate,omitempty"`
	Address    []Address      `json:"address,omitempty"`
}

// ServiceRequest is a request for an opinion.
type ServiceRequest struct {
	Base
	Extension   []Extension  `json:"extension,omitempty"`
	Identifier  []Identifier `json:"identifier,omitempty"`
	Replaces    []Reference  `json:"replaces,omitempty"`
	Status      string       `json:"status"`
	Intent      string       `json:"intent"`
	Category    []Concept    `json:"category,omitempty"`
	Priority    string       `json:"priority,omitempty"`
	Code        *Concept     `json:"code,omitempty"`
	Subject     Reference    `json:"subject"`
	AuthoredOn  string       `json:"authoredOn,omitempty"`
	Requester   *Reference   `json:"requester,omitempty"`
	Performer   []Reference  `json:"performer,omitempty"`
	ReasonCode  []Concept    `json:"reasonCode,omitempty"`
	Information []Reference  `json:"supportingInfo,omitempty"`
	BodySite    []Concept    `json:"bodySite,omitempty"`
	Note        []Annotation `json:"note,omitempty"`
}

// Task is where a request stands, and who has to act.
type Task struct {
	Base
	Status         string       `json:"status"`
	StatusReason   *Concept     `json:"statusReason,omitempty"`
	BusinessStatus *Concept     `json:"businessStatus,omitempty"`
	Intent         string       `json:"intent"`
	Priority       string       `json:"priority,omitempty"`
	Description    string       `json:"description,omitempty"`
	Focus          *Reference   `json:"focus,omitempty"`
	For            *Reference   `json:"for,omitempty"`
	Period         *Period      `json:"executionPeriod,omitempty"`
	AuthoredOn     string       `json:"authoredOn,omitempty"`
	LastModified   string       `json:"lastModified,omitempty"`
	Requester      *Reference   `json:"requester,omitempty"`
	Owner          *Reference   `json:"owner,omitempty"`
	Restriction    *Restriction `json:"restriction,omitempty"`
}

// Restriction bounds a task in time.
type Restriction struct {
	Period *Period `json:"period,omitempty"`
}

// Media is a photograph.
type Media struct {
	Base
	Identifier []Identifier `json:"identifier,omitempty"`
	BasedOn    []Reference  `json:"basedOn,omitempty"`
	Status     string       `json:"status"`
	Type       *Concept     `json:"type,omitempty"`
	View       *Concept     `json:"view,omitempty"`
	Subject    *Reference   `json:"subject,omitempty"`
	Created    string       `json:"createdDateTime,omitempty"`
	Issued     string       `json:"issued,omitempty"`
	BodySite   *Concept     `json:"bodySite,omitempty"`
	Height     int          `json:"height,omitempty"`
	Width      int          `json:"width,omitempty"`
	Content    Attachment   `json:"content"`
	Note       []Annotation `json:"note,omitempty"`
}

// DocumentReference leads to a document.
type DocumentReference struct {
	Base
	Identifier  []Identifier      `json:"identifier,omitempty"`
	Status      string            `json:"status"`
	DocStatus   string            `json:"docStatus,omitempty"`
	Type        *Concept          `json:"type,omitempty"`
	Subject     *Reference        `json:"subject,omitempty"`
	Date        string            `json:"date,omitempty"`
	Author      []Reference       `json:"author,omitempty"`
	Description string            `json:"description,omitempty"`
	Content     []DocumentContent `json:"content"`
}

// DocumentContent is one form of a document.
type DocumentContent struct {
	Attachment Attachment `json:"attachment"`
}

// DiagnosticReport is a signed answer.
type DiagnosticReport struct {
	Base
	Identifier     []Identifier  `json:"identifier,omitempty"`
	BasedOn        []Reference   `json:"basedOn,omitempty"`
	Status         string        `json:"status"`
	Category       []Concept     `json:"category,omitempty"`
	Code           Concept       `json:"code"`
	Subject        *Reference    `json:"subject,omitempty"`
	Effective      string        `json:"effectiveDateTime,omitempty"`
	Issued         string        `json:"issued,omitempty"`
	Performer      []Reference   `json:"performer,omitempty"`
	Interpreter    []Reference   `json:"resultsInterpreter,omitempty"`
	Media          []ReportMedia `json:"media,omitempty"`
	Conclusion     string        `json:"conclusion,omitempty"`
	ConclusionCode []Concept     `json:"conclusionCode,omitempty"`
	Form           []Attachment  `json:"presentedForm,omitempty"`
}

// ReportMedia is a photograph that a report looks at.
type ReportMedia struct {
	Comment string    `json:"comment,omitempty"`
	Link    Reference `json:"link"`
}

// Appointment is a visit that was proposed or booked.
type Appointment struct {
	Base
	Status      string        `json:"status"`
	Service     []Concept     `json:"serviceType,omitempty"`
	Specialty   []Concept     `json:"specialty,omitempty"`
	Type        *Concept      `json:"appointmentType,omitempty"`
	Description string        `json:"description,omitempty"`
	Start       string        `json:"start,omitempty"`
	End         string        `json:"end,omitempty"`
	Minutes     int           `json:"minutesDuration,omitempty"`
	BasedOn     []Reference   `json:"basedOn,omitempty"`
	Participant []Participant `json:"participant"`
}

// Participant is somebody of a visit.
type Participant struct {
	Actor    *Reference `json:"actor,omitempty"`
	Required string     `json:"required,omitempty"`
	Status   string     `json:"status"`
}

// AuditEvent is a line of the record.
type AuditEvent struct {
	Base
	Type        Coding        `json:"type"`
	Subtype     []Coding      `json:"subtype,omitempty"`
	Action      string        `json:"action,omitempty"`
	Recorded    string        `json:"recorded"`
	Outcome     string        `json:"outcome,omitempty"`
	OutcomeDesc string        `json:"outcomeDesc,omitempty"`
	Agent       []AuditAgent  `json:"agent"`
	Source      AuditSource   `json:"source"`
	Entity      []AuditEntity `json:"entity,omitempty"`
}

// AuditAgent is who acted.
type AuditAgent struct {
	Who       *Reference `json:"who,omitempty"`
	AltID     string     `json:"altId,omitempty"`
	Name      string     `json:"name,omitempty"`
	Requestor bool       `json:"requestor"`
}

// AuditSource is who recorded it.
type AuditSource struct {
	Observer Reference `json:"observer"`
}

// AuditEntity is what was acted upon.
type AuditEntity struct {
	What        *Reference `json:"what,omitempty"`
	Description string     `json:"description,omitempty"`
}

// Composition is the first page of a document.
type Composition struct {
	Base
	Identifier *Identifier `json:"identifier,omitempty"`
	Status     string      `json:"status"`
	Type       Concept     `json:"type"`
	Subject    *Reference  `json:"subject,omitempty"`
	Date       string      `json:"date"`
	Author     []Reference `json:"author"`
	Title      string      `json:"title"`
	Custodian  *Reference  `json:"custodian,omitempty"`
	Section    []Section   `json:"section,omitempty"`
}

// Section is a chapter of a document.
type Section struct {
	Title string      `json:"title,omitempty"`
	Code  *Concept    `json:"code,omitempty"`
	Text  *Narrative  `json:"text,omitempty"`
	Entry []Reference `json:"entry,omitempty"`
}

// Bundle holds resources: a page of a search, a document, a transaction.
type Bundle struct {
	Base
	Identifier *Identifier `json:"identifier,omitempty"`
	Type       string      `json:"type"`
	Timestamp  string      `json:"timestamp,omitempty"`
	Total      *int        `json:"total,omitempty"`
	Link       []Link      `json:"link,omitempty"`
	Entry      []Entry     `json:"entry,omitempty"`
}

// Link is a way to another page of a search.
type Link struct {
	Relation string `json:"relation"`
	URL      string `json:"url"`
}

// Entry is one place of a bundle.
type Entry struct {
	FullURL  string         `json:"fullUrl,omitempty"`
	Resource any            `json:"resource,omitempty"`
	Search   *EntrySearch   `json:"search,omitempty"`
	Request  *EntryRequest  `json:"request,omitempty"`
	Response *EntryResponse `json:"response,omitempty"`
}

// EntrySearch says why a resource is in a page: "match", "include" or "outcome".
type EntrySearch struct {
	Mode string `json:"mode"`
}

// EntryRequest is what a transaction asks for one resource.
type EntryRequest struct {
	Method string `json:"method"`
	URL    string `json:"url"`
}

// EntryResponse is what became of it.
type EntryResponse struct {
	Status       string `json:"status"`
	Location     string `json:"location,omitempty"`
	Etag         string `json:"etag,omitempty"`
	LastModified string `json:"lastModified,omitempty"`
}

// Incoming is a bundle as it came, its resources not yet read.
type Incoming struct {
	Kind       string      `json:"resourceType"`
	Identifier *Identifier `json:"identifier"`
	Type       string      `json:"type"`
	Entry      []struct {
		FullURL  string          `json:"fullUrl"`
		Resource json.RawMessage `json:"resource"`
	} `json:"entry"`
}

// OperationOutcome says what went wrong, or that all is well.
type OperationOutcome struct {
	Base
	Issue []Issue `json:"issue"`
}

// Issue is one thing that went wrong.
type Issue struct {
	Severity    string   `json:"severity"`
	Code        string   `json:"code"`
	Details     *Concept `json:"details,omitempty"`
	Diagnostics string   `json:"diagnostics,omitempty"`
	Expression  []string `json:"expression,omitempty"`
}
