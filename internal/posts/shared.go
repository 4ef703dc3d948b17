package posts

import (
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// SharedPost is a post that parties share.
type SharedPost struct {
	ID        string          `db:"id"`
	Kind      Kind            `db:"kind"`
	State     lifecycle.State `db:"state"`
	Title     string          `db:"title"`
	Region    string          `db:"region"`
	Dept      string          `db:"departement"`
	Structure string          `db:"structure_id"` // who coordinates it
	Dossier   string          `db:"dossier_id"`   // the application to a call that it comes from; "" for none
	Email     string          `db:"contact_email"`
	Cost      int64           `db:"cost_cents"` // a year; 0 when nobody said
	Trainer   int             `db:"trainer"`    // 1 when the holder is a university trainer (MSU)
	// Exception says why the post departs from the terms of its kind.
	Exception string `db:"exception"`
	Quota     int    `db:"quota_pct"` // percent of a full time
	// Parties, TimeSum and FundingSum follow the rows of the parties, so that the database refuses shares that are no whole.
	Parties    int       `db:"parties"`
	TimeSum    int       `db:"time_sum"`
	FundingSum int       `db:"funding_sum"`
	StartsOn   clock.Day `db:"starts_on"`
	EndsOn     clock.Day `db:"ends_on"`
	// AlertMonths is how many months before the end the succession alert falls due.
	AlertMonths int        `db:"alert_months"`
	Holder      string     `db:"holder_name"`
	RPPS        string     `db:"holder_rpps"`
	HolderSince clock.Day  `db:"holder_since"`
	DepartureOn clock.Day  `db:"departure_on"` // announced
	AlertedAt   *time.Time `db:"alerted_at"`
	Review      string     `db:"review"`
	Since       time.Time  `db:"since"`
	DueAt       *time.Time `db:"due_at"`
	SearchText  string     `db:"search_text"`
	Version     int        `db:"version"`
	CreatedAt   time.Time  `db:"created_at"`
	UpdatedAt   time.Time  `db:"updated_at"`

	Party []Party `db:"-"`
}

// Party is one of those who share a post. The agency is one, with no working time.
type Party struct {
	ID        string `db:"id"`
	PostID    string `db:"post_id"`
	Rank      int    `db:"rank"`
	Name      string `db:"name"`
	SIREN     string `db:"siren"`
	Structure string `db:"structure_id"`
	Commune   string `db:"commune"`
	Time      int    `db:"time_pct"`
	Funding   int    `db:"funding_pct"`
	Hospital  int    `db:"hospital"` // 1 when the time is at a hospital
}

// Document is a paper of a post: agreement, leave, review.
type Document struct {
	ID     string    `db:"id"`
	PostID string    `db:"post_id"`
	Name   string    `db:"name"`
	Kind   string    `db:"kind"`
	Size   int64     `db:"size"`
	SHA256 string    `db:"sha256"`
	Blob   string    `db:"blob"`
	ByID   string    `db:"added_by"`
	By     string    `db:"adder_name"`
	At     time.Time `db:"added_at"`
}

// Holder held a post from a day, to a day or "".
type Holder struct {
	ID     string    `db:"id"`
	PostID string    `db:"post_id"`
	Name   string    `db:"name"`
	RPPS   string    `db:"rpps"`
	From   clock.Day `db:"from_day"`
	To     clock.Day `db:"to_day"`
}

// The states of a shared post.
const (
	Campaign   lifecycle.State = "campaign"
	Applied    lifecycle.State = "applied"
	Jury       lifecycle.State = "jury"
	Refused    lifecycle.State = "refused"
	Convention lifecycle.State = "convention"
	Started    lifecycle.State = "started"
	Review     lifecycle.State = "review"
	Permanent  lifecycle.State = "permanent"
	Ended      lifecycle.State = "ended"
)

// Scope is where the post is.
func (p *SharedPost) Scope() accounts.Scope {
	return accounts.Scope{Region: p.Region, Departement: p.Dept, Structure: p.Structure}
}

// Running tells whether somebody works in the post.
func (p *SharedPost) Running() bool { return p.State == Started || p.State == Review }

// AlertDue tells whether the succession must be prepared: some months before the end, or as soon as a departure is announced.
func (p *SharedPost) AlertDue(today clock.Day) bool {
	return p.Running() && (p.DepartureOn != "" || p.EndsOn != "" && p.EndsOn.AddMonths(-p.AlertMonths) <= today)
}

var (
	officer = []accounts.Role{accounts.RoleOfficer}
	filers  = []accounts.Role{accounts.RoleApplicant, accounts.RoleOfficer}
)

// SharedLife is the lifecycle of a shared post (DOMAIN: campaign → joint application → jury → convention → start → review → end).
var SharedLife = lifecycle.New(lifecycle.Table[*SharedPost, accounts.Role]{
	Name: "posts.shared", Label: i18n.Text{FR: "Poste partagé", EN: "Shared post"}, Initial: Campaign,
	States: []lifecycle.StateRow[accounts.Role]{
		{Name: Campaign, Label: i18n.Text{FR: "En préparation", EN: "Being prepared"}, Owner: accounts.RoleApplicant},
		{Name: Applied, Label: i18n.Text{FR: "Candidature commune déposée", EN: "Joint application filed"}, Owner: accounts.RoleOfficer},
		{Name: Jury, Label: i18n.Text{FR: "En jury", EN: "Before the jury"}, Owner: accounts.RoleOfficer},
		{Name: Refused, Label: i18n.Text{FR: "Non retenu", EN: "Not selected"}, Terminal: true},
		{Name: Convention, Label: i18n.Text{FR: "En convention", EN: "Being agreed"}, Owner: accounts.RoleOfficer},
		{Name: Started, Label: i18n.Text{FR: "Pourvu", EN: "Held"}},
		{Name: Review, Label: i18n.Text{FR: "En bilan", EN: "Under review"}, Owner: accounts.RoleOfficer},
		{Name: Permanent, Label: i18n.Text{FR: "Pérennisé", EN: "Made permanent"}, Terminal: true},
		{Name: Ended, Label: i18n.Text{FR: "Terminé", EN: "Ended"}, Terminal: true},
	},
	Moves: []lifecycle.Move[*SharedPost, accounts.Role]{
		{Name: "apply", Label: i18n.Text{FR: "Déposer la candidature commune", EN: "File the joint application"}, From: []lifecycle.State{Campaign}, To: Applied, Roles: filers, Guard: whole},
		{Name: "take-back", Label: i18n.Text{FR: "Reprendre pour corriger", EN: "Take back to correct"}, From: []lifecycle.State{Applied}, To: Campaign, Roles: filers, Reason: true},
		{Name: "adopt", Label: i18n.Text{FR: "Reprendre la décision de l’appel", EN: "Take the decision of the call"}, From: []lifecycle.State{Campaign, Applied}, To: Convention, Roles: officer, Guard: adoptable},
		{Name: "to-jury", Label: i18n.Text{FR: "Présenter au jury", EN: "Bring to the jury"}, From: []lifecycle.State{Applied}, To: Jury, Roles: officer},
		{Name: "select", Label: i18n.Text{FR: "Retenir", EN: "Select"}, From: []lifecycle.State{Jury}, To: Convention, Roles: officer, Guard: whole},
		{Name: "refuse", Label: i18n.Text{FR: "Ne pas retenir", EN: "Do not select"}, From: []lifecycle.State{Jury}, To: Refused, Roles: officer, Reason: true},
		{Name: "start", Label: i18n.Text{FR: "Ouvrir le poste", EN: "Start"}, From: []lifecycle.State{Convention}, To: Started, Roles: officer, Guard: startable},
		{Name: "review", Label: i18n.Text{FR: "Ouvrir le bilan", EN: "Open the review"}, From: []lifecycle.State{Started}, To: Review, Roles: officer, Deadline: lifecycle.Deadline{N: 12, Unit: lifecycle.Months}},
		{Name: "continue", Label: i18n.Text{FR: "Poursuivre", EN: "Go on"}, From: []lifecycle.State{Review}, To: Started, Roles: officer, Guard: reviewed},
		{Name: "make-permanent", Label: i18n.Text{FR: "Pérenniser", EN: "Make permanent"}, From: []lifecycle.State{Started, Review}, To: Permanent, Roles: officer, Guard: reviewed},
		{Name: "end", Label: i18n.Text{FR: "Terminer", EN: "End"}, From: []lifecycle.State{Convention, Started, Review}, To: Ended, Roles: officer, Reason: true},
		{Name: "reopen", Label: i18n.Text{FR: "Rouvrir", EN: "Reopen"}, From: []lifecycle.State{Refused, Permanent, Ended}, To: Applied, Roles: officer, Reason: true},
	},
})

// whole refuses parties that do not make a post (invariant 7).
func whole(p *SharedPost) error {
	switch {
	case p.Parties < 2:
		return fault.Refused("invariant-7", "Un poste partagé réunit au moins deux partenaires juridiquement distincts.", "A shared post needs at least two legally distinct partners.")
	case p.TimeSum != 100 || p.FundingSum != 100:
		wrong := fault.Fields{}
		sums(wrong, p.TimeSum, p.FundingSum)
		refusal := fault.Refused("invariant-7", "Les parts ne font pas 100 % : complétez-les avant de déposer.", "The shares do not sum to 100%: complete them before filing.")
		refusal.Fields = wrong
		return refusal
	}
	return nil
}

// adoptable refuses a post that comes from no call; the service asks the room of calls whether its application is granted.
func adoptable(p *SharedPost) error {
	if p.Dossier == "" {
		return fault.Refused("dossier", "Ce poste ne vient d’aucun dossier d’appel à projets : il passe par un jury.", "This post comes from no application to a call: it goes before a jury.")
	}
	return whole(p)
}

func startable(p *SharedPost) error {
	switch {
	case p.Kind == TownUniversity && p.Trainer == 0:
		return fault.Refused("town-university", "Un poste ville–université est tenu par un maître de stage universitaire : dites-le en nommant le titulaire.", "A town–university post is held by a university trainer: say so when naming the holder.")
	case p.Holder == "" || p.RPPS == "":
		return fault.Refused("invariant-7", "Le numéro RPPS du titulaire doit être connu avant l’ouverture du poste : nommez le titulaire.", "The holder's RPPS number must be known before the start: name the holder.")
	case p.StartsOn == "" || p.EndsOn <= p.StartsOn:
		return fault.Refused("dates", "Donnez les dates de début et de fin du poste.", "Give the first and last days of the post.")
	}
	return whole(p)
}

func reviewed(p *SharedPost) error {
	if p.Review == "" {
		return fault.Refused("review", "Écrivez d’abord le bilan du poste.", "Write the review of the post first.")
	}
	return nil
}
