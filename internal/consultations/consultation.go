package consultations

import (
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Facet is a part of the common action.
type Facet string

// Facets lists them, in the order of the board.
var Facets = []struct {
	Facet Facet
	Name  i18n.Text
}{
	{"premises", i18n.Text{FR: "Locaux", EN: "Premises"}},
	{"operation", i18n.Text{FR: "Fonctionnement", EN: "Operation"}},
	{"funding", i18n.Text{FR: "Financement", EN: "Funding"}},
	{"professionals", i18n.Text{FR: "Information des professionnels", EN: "Information of professionals"}},
	{"communication", i18n.Text{FR: "Communication", EN: "Communication"}},
}

// Name is how people read the facet.
func (f Facet) Name() i18n.Text {
	for _, x := range Facets {
		if x.Facet == f {
			return x.Name
		}
	}
	return i18n.Text{FR: string(f), EN: string(f)}
}

func (f Facet) known() bool {
	for _, x := range Facets {
		if x.Facet == f {
			return true
		}
	}
	return false
}

// Consultation is an advanced consultation.
type Consultation struct {
	ID           string          `db:"id"`
	State        lifecycle.State `db:"state"`
	Title        string          `db:"title"`
	Need         string          `db:"need"`
	Speciality   string          `db:"speciality"`
	Practitioner string          `db:"practitioner"` // who consults, as a function: no name is published
	Employer     string          `db:"employer"`
	Premises     string          `db:"premises"`
	Region       string          `db:"region"`
	Dept         string          `db:"departement"`
	Commune      string          `db:"commune"`
	Town         string          `db:"commune_name"`
	SignedOn     clock.Day       `db:"signed_on"`
	OpenedOn     clock.Day       `db:"opened_on"`
	Review       string          `db:"review"`
	ReviewedOn   clock.Day       `db:"reviewed_on"`
	Since        time.Time       `db:"since"`
	DueAt        *time.Time      `db:"due_at"`
	SearchText   string          `db:"search_text"`
	Version      int             `db:"version"`
	CreatedAt    time.Time       `db:"created_at"`
	UpdatedAt    time.Time       `db:"updated_at"`

	Partners []Partner    `db:"-"`
	Shares   []Share      `db:"-"`
	Reviews  []YearReview `db:"-"`
}

// Partner is an institution around the table.
type Partner struct {
	ID             string `db:"id"`
	ConsultationID string `db:"consultation_id"`
	Structure      string `db:"structure_id"`
	Name           string `db:"name"`
	Rank           int    `db:"rank"`
}

// Share is a facet that a partner owns.
type Share struct {
	ConsultationID string `db:"consultation_id"`
	PartnerID      string `db:"partner_id"`
	Facet          Facet  `db:"facet"`
	Note           string `db:"note"`
}

// Session is a day of consultations: planned, held or cancelled. A day that is not held has seen nobody.
type Session struct {
	ID             string    `db:"id"`
	ConsultationID string    `db:"consultation_id"`
	HeldOn         clock.Day `db:"held_on"`
	Slots          int       `db:"slots"`
	Attended       int       `db:"attended"`
	ReportedBy     string    `db:"reported_by"`
	ReportedAt     time.Time `db:"reported_at"`
	State          string    `db:"state"`
	Waiting        *int      `db:"waiting_days"` // between the request and the visit, in the middle; nil when nobody told
	Reason         string    `db:"reason"`       // of a cancellation
}

// Scope is where the consultation is.
func (c *Consultation) Scope() accounts.Scope {
	return accounts.Scope{Region: c.Region, Departement: c.Dept}
}

// Owns gives the share of a partner in a facet.
func (c *Consultation) Owns(partner string, f Facet) (Share, bool) {
	i := slices.IndexFunc(c.Shares, func(s Share) bool { return s.PartnerID == partner && s.Facet == f })
	if i < 0 {
		return Share{}, false
	}
	return c.Shares[i], true
}

// Covered tells whether somebody owns a facet.
func (c *Consultation) Covered(f Facet) bool {
	return slices.ContainsFunc(c.Shares, func(s Share) bool { return s.Facet == f })
}

// Gaps are the facets that nobody owns.
func (c *Consultation) Gaps() (gaps []Facet) {
	for _, f := range Facets {
		if !c.Covered(f.Facet) {
			gaps = append(gaps, f.Facet)
		}
	}
	return gaps
}

// Busy tells whether a partner owns a facet.
func (c *Consultation) Busy(partner string) bool {
	return slices.ContainsFunc(c.Shares, func(s Share) bool { return s.PartnerID == partner })
}

// The states of a consultation.
const (
	Need        lifecycle.State = "need"
	RoundTable  lifecycle.State = "round-table"
	Convention  lifecycle.State = "convention"
	Open        lifecycle.State = "open"
	Review      lifecycle.State = "review"
	Renewed     lifecycle.State = "renewed"
	Transformed lifecycle.State = "transformed"
	Closed      lifecycle.State = "closed"
)

// published are the states that everybody reads.
var published = []lifecycle.State{Open, Review, Renewed, Transformed, Closed}

var officer = []accounts.Role{accounts.RoleOfficer}

// Life is the lifecycle of an advanced consultation (DOMAIN: need → round table → convention → open → review → renewed, transformed or
// closed).
var Life = lifecycle.New(lifecycle.Table[*Consultation, accounts.Role]{
	Name: "consultations.consultation", Label: i18n.Text{FR: "Consultation avancée", EN: "Advanced consultation"}, Initial: Need,
	States: []lifecycle.StateRow[accounts.Role]{
		{Name: Need, Label: i18n.Text{FR: "Besoin repéré", EN: "Need spotted"}, Owner: accounts.RoleOfficer},
		{Name: RoundTable, Label: i18n.Text{FR: "Tour de table", EN: "Round table"}, Owner: accounts.RolePartner},
		{Name: Convention, Label: i18n.Text{FR: "Convention signée", EN: "Agreement signed"}, Owner: accounts.RoleOfficer},
		{Name: Open, Label: i18n.Text{FR: "Ouverte", EN: "Open"}},
		{Name: Review, Label: i18n.Text{FR: "En bilan", EN: "Under review"}, Owner: accounts.RoleOfficer},
		{Name: Renewed, Label: i18n.Text{FR: "Reconduite", EN: "Renewed"}},
		{Name: Transformed, Label: i18n.Text{FR: "Transformée", EN: "Transformed"}, Terminal: true},
		{Name: Closed, Label: i18n.Text{FR: "Close", EN: "Closed"}, Terminal: true},
	},
	Moves: []lifecycle.Move[*Consultation, accounts.Role]{
		{Name: "convene", Label: i18n.Text{FR: "Réunir les partenaires", EN: "Gather the partners"}, From: []lifecycle.State{Need}, To: RoundTable, Roles: officer},
		{Name: "sign", Label: i18n.Text{FR: "Signer la convention", EN: "Sign the agreement"}, From: []lifecycle.State{RoundTable}, To: Convention, Roles: officer, Guard: shared},
		{Name: "open", Label: i18n.Text{FR: "Ouvrir", EN: "Open"}, From: []lifecycle.State{Convention}, To: Open, Roles: officer, Guard: shared},
		{Name: "back-to-table", Label: i18n.Text{FR: "Revenir au tour de table", EN: "Go back to the round table"}, From: []lifecycle.State{Convention}, To: RoundTable, Roles: officer, Reason: true},
		{Name: "review", Label: i18n.Text{FR: "Ouvrir le bilan", EN: "Open the review"}, From: []lifecycle.State{Open, Renewed}, To: Review, Roles: []accounts.Role{accounts.RoleOfficer, lifecycle.System},
			Deadline: lifecycle.Deadline{N: 12, Unit: lifecycle.Months}, Automatic: true},
		{Name: "renew", Label: i18n.Text{FR: "Reconduire", EN: "Renew"}, From: []lifecycle.State{Review}, To: Renewed, Roles: officer, Guard: reviewedAndShared},
		{Name: "transform", Label: i18n.Text{FR: "Transformer", EN: "Transform"}, From: []lifecycle.State{Review}, To: Transformed, Roles: officer, Guard: reviewed, Reason: true},
		{Name: "close", Label: i18n.Text{FR: "Clore", EN: "Close"}, From: []lifecycle.State{Need, RoundTable, Convention, Open, Review, Renewed}, To: Closed, Roles: officer, Reason: true},
		{Name: "reopen", Label: i18n.Text{FR: "Rouvrir", EN: "Reopen"}, From: []lifecycle.State{Transformed, Closed}, To: RoundTable, Roles: officer, Reason: true},
	},
})

// shared refuses a consultation with an uncovered facet or an idle partner, and names them (invariant 9).
func shared(c *Consultation) error {
	var fr, en []string
	for _, f := range Facets {
		if !c.Covered(f.Facet) {
			fr, en = append(fr, "la facette « "+f.Name.FR+" » n’est portée par personne"), append(en, "nobody owns the facet “"+f.Name.EN+"”")
		}
	}
	for _, p := range c.Partners {
		if !c.Busy(p.ID) {
			fr, en = append(fr, "« "+p.Name+" » ne porte aucune facette"), append(en, "“"+p.Name+"” owns no facet")
		}
	}
	if len(c.Partners) == 0 {
		fr, en = append(fr, "aucun partenaire n’est autour de la table"), append(en, "no partner is at the table")
	}
	if len(fr) == 0 {
		return nil
	}
	return fault.Refused("invariant-9", "Impossible pour l’instant : "+strings.Join(fr, " ; ")+".", "Not possible yet: "+strings.Join(en, "; ")+".")
}

func reviewed(c *Consultation) error {
	if _, written := c.reviewOf(c.dueYear(clock.DayOf(c.Since))); !written {
		return fault.Refused("review", "Écrivez d’abord le bilan de l’année.", "Write the review of the year first.")
	}
	return nil
}

func reviewedAndShared(c *Consultation) error {
	if err := reviewed(c); err != nil {
		return err
	}
	return shared(c)
}
