package telexpertise

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// PermOpen lets a doctor who has no part in a request open it exceptionally: to read, for a few hours, with a reason, and reviewed.
var PermOpen = accounts.Declare("telexpertise.open", i18n.Text{
	FR: "Ouvrir une demande à titre exceptionnel, avec un motif qui sera revu", EN: "Open a request exceptionally, with a reason that will be reviewed"},
	accounts.Allow{Role: accounts.RoleGP, Reach: accounts.Everywhere},
	accounts.Allow{Role: accounts.RoleDermatologist, Reach: accounts.Everywhere})

// PartExceptional is the part of who opened a case exceptionally: it reads and does nothing else. No move of a life names it.
const PartExceptional Part = "exceptional"

// An exceptional access lasts openingTime; one person opens at most openingsADay of them in 24 hours; who leads the pool is reminded of
// one that is still to be reviewed after reviewTime.
const (
	openingTime  = 4 * time.Hour
	openingsADay = 5
	reviewTime   = 72 * time.Hour
)

// OpeningCode is why a case is opened exceptionally.
type OpeningCode string

// OpeningCodes are the reasons to choose from; what happened is typed beside.
var OpeningCodes = []OpeningCode{"care", "continuity", "request", "safety", "other"}

var openingNames = map[OpeningCode]i18n.Text{
	"care":       {FR: "soins qui ne peuvent pas attendre", EN: "care that cannot wait"},
	"continuity": {FR: "continuité des soins, médecin en charge injoignable", EN: "continuity of care, doctor in charge out of reach"},
	"request":    {FR: "à la demande du patient", EN: "at the patient’s request"},
	"safety":     {FR: "erreur ou incident à comprendre", EN: "an error or incident to understand"},
	"other":      {FR: "autre motif", EN: "another reason"},
}

// Name is how people read the code.
func (c OpeningCode) Name() i18n.Text { return openingNames[c] }

// Opening is one exceptional access.
type Opening struct {
	ID         string      `db:"id"`
	CaseID     string      `db:"case_id"`
	PoolID     string      `db:"pool_id"`
	PersonID   string      `db:"person_id"`
	PersonName string      `db:"person_name"`
	Code       OpeningCode `db:"code"`
	Reason     string      `db:"reason"` // sealed
	OpenedAt   time.Time   `db:"opened_at"`
	EndsAt     time.Time   `db:"ends_at"`
	Reminded   bool        `db:"reminded"`
	ReviewedAt *time.Time  `db:"reviewed_at"`
	ReviewerID string      `db:"reviewer_id"`
	Reviewer   string      `db:"reviewer"`
	Verdict    string      `db:"verdict"`
	Review     string      `db:"review"` // sealed
}

// Ref is how people name its case aloud.
func (o Opening) Ref() string { return (&Case{ID: o.CaseID}).Ref() }

var openingColumns, openingValues = columns[Opening]()

// OpenCommand is a case to open exceptionally: by its identifier, or by its reference of eight characters.
type OpenCommand struct {
	Case   string
	Code   OpeningCode
	Reason string
}

const (
	shortestReason = 20
	longestReason  = 1000
)

func (c OpenCommand) check() error {
	f := fault.Fields{}
	if strings.TrimSpace(c.Case) == "" {
		f.Add("case", "Indiquez la référence de la demande.", "Give the reference of the request.")
	}
	if _, known := openingNames[c.Code]; !known {
		f.Add("code", "Choisissez un motif.", "Choose a reason.")
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(c.Reason)); n < shortestReason || n > longestReason {
		f.Add("reason", "Expliquez en une phrase ou deux (20 à 1 000 caractères) : cela sera relu.", "Explain in a sentence or two (20 to 1,000 characters): it will be read.")
	}
	return f.Err()
}

// OpenCase opens a case to a doctor who has no part in it, and says which. Its requester, who holds it and who leads its pool are told;
// the lead reviews it later. Opened again while it stands, it is the same access.
func (s *Service) OpenCase(ctx context.Context, actor accounts.Actor, cmd OpenCommand) (string, error) {
	if err := actor.RequireSomewhere(PermOpen); err != nil {
		return "", err
	}
	if err := cmd.check(); err != nil {
		return "", err
	}
	var id string
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := caseToOpen(ctx, tx, cmd.Case)
		if err != nil {
			return err
		}
		t, err := s.turn(ctx, tx, actor, c)
		if err != nil {
			return err
		}
		id = c.ID
		if seesHealth(t.parts) {
			return fault.Refused("opening.part", "Vous avez déjà une part dans cette demande : ouvrez-la sans accès exceptionnel.",
				"You have a part in this request already: open it without an exceptional access.")
		}
		if standing, err := t.opening(ctx); err != nil || standing != nil {
			return err
		}
		if err := t.mayOpen(ctx); err != nil {
			return err
		}
		if err := t.open(ctx, cmd); err != nil {
			return err
		}
		return t.keep(ctx)
	})
	return id, err
}

var refPattern = regexp.MustCompile(`^[0-9A-Z]{8}$`)

// caseToOpen finds a case that was sent by what somebody read of it.
func caseToOpen(ctx context.Context, tx *db.Tx, typed string) (*Case, error) {
	typed = strings.TrimSpace(typed)
	query, arg := "id = $1", typed
	if ref := strings.ToUpper(strings.ReplaceAll(typed, " ", "")); refPattern.MatchString(ref) {
		query, arg = "UPPER(REPLACE(id, '-', '')) LIKE $1", "%"+ref
	}
	var found []Case
	err := tx.SelectContext(ctx, &found, "SELECT "+caseColumns+" FROM telex_case WHERE "+query+" AND submitted_at IS NOT NULL AND sealed <> '' LIMIT 2", arg)
	if err != nil {
		return nil, fmt.Errorf("find a case: %w", err)
	}
	if len(found) != 1 {
		f := fault.Fields{}
		f.Add("case", "Aucune demande ne porte cette référence, ou plusieurs : recopiez-la du compte rendu, ou l’adresse entière de la demande.",
			"No request has this reference, or several do: copy it from the report, or the whole address of the request.")
		return nil, f.Err()
	}
	return &found[0], nil
}

// mayOpen refuses whoever opened many cases today: an exception is rare.
func (t *turn) mayOpen(ctx context.Context) error {
	var n int
	if err := t.tx.GetContext(ctx, &n, "SELECT COUNT(*) FROM telex_opening WHERE person_id = $1 AND opened_at > $2", t.actor.ID, t.now.Add(-24*time.Hour)); err != nil {
		return fmt.Errorf("count exceptional accesses: %w", err)
	}
	if n >= openingsADay {
		return fault.Refused("opening.limit", "Vous avez ouvert cinq demandes à titre exceptionnel en 24 heures : appelez le responsable du pool. Ce que vous avez saisi est gardé.",
			"You opened five requests exceptionally within 24 hours: call the lead of the pool. What you typed is kept.")
	}
	return nil
}

// open writes the access, records it and tells whom it concerns. What was typed may name the patient: it is sealed, and no letter holds it.
func (t *turn) open(ctx context.Context, cmd OpenCommand) error {
	o := Opening{ID: db.NewID(), CaseID: t.c.ID, PoolID: t.c.PoolID, PersonID: t.actor.ID, PersonName: t.actor.Name, Code: cmd.Code, OpenedAt: t.now, EndsAt: t.now.Add(openingTime)}
	var err error
	if o.Reason, err = t.s.seal(ctx, t.tx, t.c.ID, "opening "+o.ID, strings.TrimSpace(cmd.Reason)); err != nil {
		return err
	}
	if _, err := t.tx.NamedExecContext(ctx, "INSERT INTO telex_opening ("+openingColumns+") VALUES ("+openingValues+")", o); err != nil {
		return fmt.Errorf("keep an exceptional access: %w", err)
	}
	t.note("open", "a ouvert à titre exceptionnel une demande où il n’a pas de part", cmd.Code.Name().FR,
		map[string]string{"opening": o.ID, "until": o.EndsAt.Format(time.RFC3339)})
	told := fmt.Sprintf("%s a ouvert la demande %s à titre exceptionnel. Le motif est dans la demande.", t.actor.Name, t.c.Ref())
	concerned, err := t.people(ctx, "", t.c.RequesterID, t.c.TakerID)
	if err != nil {
		return err
	}
	// not to who opened it, nor by a part that does not open the case
	concerned = slices.DeleteFunc(concerned, func(m Member) bool {
		return m.PersonID == t.actor.ID || m.PersonID == t.c.RequesterID && m.Part != PartRequester || m.PersonID == t.c.TakerID && m.Part != PartExpert
	})
	if err := t.tell(ctx, concerned, titleOpened, told); err != nil {
		return err
	}
	leads, err := t.people(ctx, PartLead)
	if err != nil {
		return err
	}
	leads = slices.DeleteFunc(leads, func(m Member) bool { return m.PersonID == t.actor.ID })
	return t.tellAt(ctx, "/telexpertise/acces/"+o.ID, leads, titleOpened, told, "Vous le reverrez : dites s’il était justifié.")
}

// opening is the access by which the actor reads this case now; nil when there is none.
func (t *turn) opening(ctx context.Context) (*Opening, error) {
	if !t.actor.CanSomewhere(PermOpen) {
		return nil, nil
	}
	var o Opening
	err := t.tx.GetContext(ctx, &o, "SELECT "+openingColumns+" FROM telex_opening WHERE case_id = $1 AND person_id = $2 AND ends_at > $3 ORDER BY ends_at DESC, id DESC LIMIT 1",
		t.c.ID, t.actor.ID, t.now)
	if db.NoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find an exceptional access: %w", err)
	}
	return &o, nil
}

// openingsKept is how far back people see their own exceptional accesses.
const openingsKept = 30 * 24 * time.Hour

// MyOpenings lists the actor's own exceptional accesses of the last month, newest first.
func (s *Service) MyOpenings(ctx context.Context, actor accounts.Actor) ([]Opening, error) {
	if err := actor.RequireSomewhere(PermOpen); err != nil {
		return nil, err
	}
	var list []Opening
	err := s.db.SelectContext(ctx, &list, "SELECT "+openingColumns+" FROM telex_opening WHERE person_id = $1 AND opened_at > $2 ORDER BY opened_at DESC, id", actor.ID, s.Now().Add(-openingsKept))
	if err != nil {
		return nil, fmt.Errorf("list exceptional accesses: %w", err)
	}
	return list, nil
}
