package telexpertise

import (
	"strings"
	"time"

	"maillage/internal/lifecycle"
)

// Case is one request, as its row keeps it: nothing of it says who the patient is.
type Case struct {
	ID          string  `db:"id"` // made by the phone
	PoolID      string  `db:"pool_id"`
	RequesterID string  `db:"requester_id"`
	Departement string  `db:"departement"` // of the requester
	Zone        string  `db:"zone"`        // of the requester's practice, for figures of equity; "" when unknown
	QPV         bool    `db:"qpv"`         // whether its commune holds a priority neighbourhood
	Urgency     Urgency `db:"urgency"`
	Score       int     `db:"score"` // of the seven-point checklist

	State         lifecycle.State `db:"state"`
	StateSince    time.Time       `db:"state_since"`
	Level         int             `db:"level"`
	OfferedTo     string          `db:"offered_to"` // experts asked last, apart by spaces; "" for all
	TakerID       string          `db:"taker_id"`
	DueAt         *time.Time      `db:"due_at"`
	AnswerDue     *time.Time      `db:"answer_due"` // set when first taken, never reset
	AnswerAlerted bool            `db:"answer_alerted"`
	FreeWarned    bool            `db:"free_warned"` // who holds it knows that it will be given back

	Reading      lifecycle.State `db:"reading"`
	ReadingSince time.Time       `db:"reading_since"`
	ReadingLevel int             `db:"reading_level"`
	ReadingDue   *time.Time      `db:"reading_due"`

	Visit      lifecycle.State `db:"visit"`
	VisitSince time.Time       `db:"visit_since"`
	VisitLevel int             `db:"visit_level"`
	VisitDue   *time.Time      `db:"visit_due"`

	SeenDue     *time.Time `db:"seen_due"` // by when the patient should have been seen; nil when there is nothing to wait for
	SeenAlerted bool       `db:"seen_alerted"`

	Disposition   Disposition `db:"disposition"`
	PhotosUsable  *bool       `db:"photos_usable"`
	SlotID        string      `db:"slot_id"`
	CoordinatorID string      `db:"coordinator_id"`
	Outcome       Outcome     `db:"outcome"`
	PreviousID    string      `db:"previous_id"` // the case whose lesion is photographed again
	AgainAt       *time.Time  `db:"again_at"`    // D6: when to photograph again
	SecondReading bool        `db:"second_reading"`
	SubmitHash    string      `db:"submit_hash"`

	CreatedAt   time.Time  `db:"created_at"`
	SubmittedAt *time.Time `db:"submitted_at"`
	TakenAt     *time.Time `db:"taken_at"`
	AnsweredAt  *time.Time `db:"answered_at"`
	ReadAt      *time.Time `db:"read_at"`
	InformedAt  *time.Time `db:"informed_at"`
	ProposedAt  *time.Time `db:"proposed_at"`
	BookedAt    *time.Time `db:"booked_at"`
	SeenAt      *time.Time `db:"seen_at"`
	ExcisedAt   *time.Time `db:"excised_at"`
	HistologyAt *time.Time `db:"histology_at"`
	ClosedAt    *time.Time `db:"closed_at"`

	Sealed  string `db:"sealed"` // a Record; "" once erased
	Version int    `db:"version"`
}

// Ref is how people name a case aloud: eight characters of its identifier.
func (c *Case) Ref() string {
	id := strings.ToUpper(strings.ReplaceAll(c.ID, "-", ""))
	return id[max(0, len(id)-8):]
}

// SeenTarget is when the visit should have taken place; nil before the request is sent.
func (c *Case) SeenTarget(s Settings) *time.Time {
	if c.SubmittedAt == nil {
		return nil
	}
	at := s.seen(c.Urgency).After(*c.SubmittedAt)
	return &at
}

// Record is what is sealed of a case: who the patient is, how they agreed, what was found, what is asked.
type Record struct {
	Patient  Patient  `json:"patient"`
	Consent  Consent  `json:"consent"`
	Clinical Clinical `json:"clinical"`
	Question string   `json:"question"`
}

// Photo is a photograph of a case, without its pixels.
type Photo struct {
	ID          string     `db:"id"`
	CaseID      string     `db:"case_id"`
	View        View       `db:"view"`
	SHA256      string     `db:"sha256"`
	Size        int64      `db:"size"`
	Received    int64      `db:"received"`
	ReceivedAt  *time.Time `db:"received_at"`
	Kind        string     `db:"kind"`
	Width       int        `db:"width"` // once upright
	Height      int        `db:"height"`
	Orientation int        `db:"orientation"`
	Verdict     string     `db:"verdict"`
	KeptAnyway  bool       `db:"kept_anyway"`
	MMPerPixel  float64    `db:"mm_per_pixel"` // of the upright original; 0 when no card was seen
	Derived     bool       `db:"derived"`
	CreatedAt   time.Time  `db:"created_at"`
}

// Complete tells whether the whole photograph is here.
func (p Photo) Complete() bool { return p.ReceivedAt != nil }
