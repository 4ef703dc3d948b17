package telexpertise

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// idPattern is what identifiers made by phones look like: those of crypto.randomUUID, or ours.
var idPattern = regexp.MustCompile(`^[0-9a-z][0-9a-z-]{15,39}$`)

// DraftCommand is a request as far as it was typed.
type DraftCommand struct {
	ID         string  `json:"id"`
	PoolID     string  `json:"pool"`     // "" for the requester's first pool
	Urgency    Urgency `json:"urgency"`  // "" for P3
	PreviousID string  `json:"previous"` // the case whose lesion is photographed again
	Record
}

// SaveDraft creates a draft or replaces what was typed in it. Sending the same draft again is harmless, and a draft of a request
// that was submitted meanwhile changes nothing: the status says where it stands. Half-filled drafts are accepted; only lengths and
// codes are checked. KindNotFound when the identifier is somebody else's.
func (s *Service) SaveDraft(ctx context.Context, actor accounts.Actor, cmd DraftCommand) (Status, error) {
	if err := actor.RequireSomewhere(PermAsk); err != nil {
		return Status{}, err
	}
	if err := cmd.check(); err != nil {
		return Status{}, err
	}
	held, err := memberships(ctx, s.db, actor.ID)
	if err != nil {
		return Status{}, err
	}
	zones := s.zonesOf(ctx, held) // outside the transaction: the zoning is read elsewhere
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := caseByID(ctx, tx, cmd.ID)
		if fault.Is(err, fault.KindNotFound) {
			return s.createDraft(ctx, tx, actor, cmd, zones)
		}
		if err != nil {
			return err
		}
		if c.RequesterID != actor.ID {
			return errNoCase()
		}
		if c.State != StateDraft {
			return nil
		}
		return s.replaceDraft(ctx, tx, c, cmd)
	})
	if err != nil {
		return Status{}, err
	}
	return s.Status(ctx, actor, cmd.ID)
}

// check refuses what no column and no page can hold.
func (cmd *DraftCommand) check() error {
	f := fault.Fields{}
	if !idPattern.MatchString(cmd.ID) {
		f.Add("id", "L’identifiant de la demande n’est pas valable.", "The identifier of the request is not valid.")
	}
	if cmd.Urgency == "" {
		cmd.Urgency = P3
	}
	if !cmd.Urgency.Valid() {
		f.Add("urgency", "Choisissez P1, P2 ou P3.", "Choose P1, P2 or P3.")
	}
	for name, value := range map[string]string{"birth_name": cmd.Patient.BirthName, "first_birth_name": cmd.Patient.FirstBirthName, "used_name": cmd.Patient.UsedName,
		"usual_doctor": cmd.Patient.UsualDoctor, "site_detail": cmd.Clinical.SiteDetail} {
		text(f, name, value, 100, false)
	}
	text(f, "phone", cmd.Patient.Phone, 30, false)
	text(f, "question", cmd.Question, 4000, false)
	text(f, "treatments", cmd.Clinical.Treatments, 2000, false)
	text(f, "hypothesis", cmd.Clinical.Hypothesis, 1000, false)
	if d := cmd.Clinical.DiameterMM; d < 0 || d > 500 {
		f.Add("diameter_mm", "Indiquez un diamètre entre 0 et 500 mm.", "Give a diameter between 0 and 500 mm.")
	}
	if p := cmd.Clinical.Phototype; p < 0 || p > 6 {
		f.Add("phototype", "Le phototype va de 1 à 6.", "The phototype goes from 1 to 6.")
	}
	return f.Err()
}

// zone is how the practice's commune stands in the map of under-served areas.
type zone struct {
	class string
	qpv   bool
}

func (s *Service) zonesOf(ctx context.Context, held []Member) map[string]zone {
	zones := map[string]zone{}
	for _, m := range held {
		if m.Part == PartRequester {
			class, qpv := s.places.Zone(ctx, m.Commune)
			zones[m.Commune] = zone{class, qpv}
		}
	}
	return zones
}

func (s *Service) createDraft(ctx context.Context, tx *db.Tx, actor accounts.Actor, cmd DraftCommand, zones map[string]zone) error {
	held, err := memberships(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(held, func(m Member) bool {
		return m.Part == PartRequester && (cmd.PoolID == "" || m.PoolID == cmd.PoolID)
	})
	if at < 0 {
		return fault.Forbidden("Vous n’êtes requérant d’aucun pool ouvert : demandez à son responsable de vous y ajouter. Votre brouillon est gardé sur cet appareil.",
			"You are a requester of no open pool: ask its lead to add you. Your draft is kept on this device.")
	}
	m, now := held[at], db.Now(s.clock)
	pool, err := poolByID(ctx, tx, m.PoolID)
	if err != nil {
		return err
	}
	if err := s.checkPrevious(ctx, tx, actor, cmd); err != nil {
		return err
	}
	c := &Case{ID: cmd.ID, Zone: zones[m.Commune].class, QPV: zones[m.Commune].qpv, PoolID: m.PoolID, RequesterID: actor.ID, Departement: m.Departement, Urgency: cmd.Urgency, Score: cmd.Clinical.Score(),
		State: RequestLife.Initial(), StateSince: now, Reading: ReadingLife.Initial(), ReadingSince: now, Visit: VisitLife.Initial(), VisitSince: now,
		PreviousID: cmd.PreviousID, CreatedAt: now, Version: 1}
	if _, err := s.vault.NewKey(ctx, tx, c.ID, now); err != nil {
		return err
	}
	if c.Sealed, err = s.seal(ctx, tx, c.ID, "record", cmd.Record); err != nil {
		return err
	}
	t := &turn{s: s, tx: tx, actor: actor, now: now, pool: pool, c: c}
	t.setClocks()
	if err := insertCase(ctx, tx, c); err != nil {
		return err
	}
	t.note("draft", "a commencé une demande", "", nil)
	return audit.Append(ctx, tx, t.entries...)
}

// checkPrevious lets a requester follow up on their own cases only.
func (s *Service) checkPrevious(ctx context.Context, q db.Queryer, actor accounts.Actor, cmd DraftCommand) error {
	if cmd.PreviousID == "" {
		return nil
	}
	before, err := caseByID(ctx, q, cmd.PreviousID)
	if err == nil && before.RequesterID != actor.ID {
		err = errNoCase()
	}
	return err
}

func (s *Service) replaceDraft(ctx context.Context, tx *db.Tx, c *Case, cmd DraftCommand) (err error) {
	c.Urgency, c.Score = cmd.Urgency, cmd.Clinical.Score()
	if c.Sealed, err = s.seal(ctx, tx, c.ID, "record", cmd.Record); err != nil {
		return err
	}
	return updateCase(ctx, tx, c)
}

// DropDraft erases a draft at once: its key is destroyed, its photographs are deleted.
func (s *Service) DropDraft(ctx context.Context, actor accounts.Actor, id string) error {
	err := s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if err := t.request("erase", ""); err != nil {
			return err
		}
		t.note("erase", "a effacé un brouillon", "", nil)
		return t.forget(ctx)
	})
	if err != nil {
		return err
	}
	return s.sweepBlobs(ctx, id)
}

// forget destroys the key of the case, and with it the meaning of all that was sealed. The row stays, with nothing readable; the
// caller sweeps the blobs once the transaction is kept.
func (t *turn) forget(ctx context.Context) error {
	if err := t.s.vault.Forget(ctx, t.tx, t.c.ID, t.now); err != nil {
		return err
	}
	for _, q := range []string{
		"DELETE FROM telex_chunk WHERE photo_id IN (SELECT id FROM telex_photo WHERE case_id = $1)",
		"DELETE FROM telex_photo WHERE case_id = $1",
		"DELETE FROM telex_reply_draft WHERE case_id = $1",
		"DELETE FROM telex_slip WHERE case_id = $1",
		"UPDATE telex_note SET sealed = '' WHERE case_id = $1",
		"UPDATE telex_answer SET sealed = '' WHERE case_id = $1",
		"UPDATE telex_opening SET reason = '', review = '' WHERE case_id = $1",
	} {
		if _, err := t.tx.ExecContext(ctx, q, t.c.ID); err != nil {
			return fmt.Errorf("erase a case: %w", err)
		}
	}
	t.c.Sealed, t.changed = "", true
	return nil
}

// sweepBlobs deletes the sealed files of a case that was erased.
func (s *Service) sweepBlobs(ctx context.Context, caseID string) error {
	names, err := s.blobNames(ctx, "telexpertise/"+caseID+"/")
	if err != nil {
		return err
	}
	return s.deleteBlobs(ctx, names)
}

// Status is where a request stands, as the phone shows it.
type Status struct {
	ID          string        `json:"id"`
	Ref         string        `json:"ref"`
	Pool        string        `json:"pool"`
	State       string        `json:"state"`
	StateLabel  string        `json:"state_label"`
	Urgency     Urgency       `json:"urgency"`
	Score       int           `json:"score"`
	Previous    string        `json:"previous,omitempty"`
	AgainAt     *time.Time    `json:"again_at,omitempty"` // when to photograph the lesion again
	CreatedAt   time.Time     `json:"created_at"`
	SubmittedAt *time.Time    `json:"submitted_at,omitempty"`
	AnsweredAt  *time.Time    `json:"answered_at,omitempty"`
	ReadAt      *time.Time    `json:"read_at,omitempty"`
	InformedAt  *time.Time    `json:"informed_at,omitempty"`
	Reading     string        `json:"reading"`
	Visit       string        `json:"visit"`
	VisitLabel  string        `json:"visit_label"`
	Photos      []PhotoStatus `json:"photos"`
	// Record is what was typed, given back for a draft only: once sent, it is on the page of the case.
	Record *Record `json:"record,omitempty"`
}

// PhotoStatus is the receipt of one photograph.
type PhotoStatus struct {
	ID         string     `json:"id"`
	View       View       `json:"view"`
	SHA256     string     `json:"sha256"`
	Size       int64      `json:"size"`
	Received   int64      `json:"received"` // bytes that are here: go on from there
	ReceivedAt *time.Time `json:"received_at,omitempty"`
}

// Status says where one of the actor's own requests stands.
func (s *Service) Status(ctx context.Context, actor accounts.Actor, id string) (Status, error) {
	if err := actor.RequireSomewhere(PermAsk); err != nil {
		return Status{}, err
	}
	c, err := caseByID(ctx, s.db, id)
	if err != nil {
		return Status{}, err
	}
	if c.RequesterID != actor.ID {
		return Status{}, errNoCase()
	}
	photos, err := photosOf(ctx, s.db, id)
	if err != nil {
		return Status{}, err
	}
	status := statusOf(ctx, c, photos)
	if c.State == StateDraft {
		status.Record = &Record{}
		err = s.open(ctx, s.db, c.ID, "record", c.Sealed, status.Record)
	}
	return status, err
}

func statusOf(ctx context.Context, c *Case, photos []Photo) Status {
	status := Status{ID: c.ID, Ref: c.Ref(), Pool: c.PoolID, State: string(c.State), StateLabel: RequestLife.Label(c.State).Ctx(ctx), Urgency: c.Urgency, Score: c.Score,
		Previous: c.PreviousID, AgainAt: c.AgainAt, CreatedAt: c.CreatedAt, SubmittedAt: c.SubmittedAt, AnsweredAt: c.AnsweredAt, ReadAt: c.ReadAt, InformedAt: c.InformedAt,
		Reading: string(c.Reading), Visit: string(c.Visit), VisitLabel: VisitLife.Label(c.Visit).Ctx(ctx), Photos: []PhotoStatus{}}
	for _, p := range photos {
		status.Photos = append(status.Photos, PhotoStatus{ID: p.ID, View: p.View, SHA256: p.SHA256, Size: p.Size, Received: p.Received, ReceivedAt: p.ReceivedAt})
	}
	return status
}

// Mine lists the actor's own requests, newest first: at most 200.
func (s *Service) Mine(ctx context.Context, actor accounts.Actor) ([]Status, error) {
	if err := actor.RequireSomewhere(PermAsk); err != nil {
		return nil, err
	}
	var cases []Case
	err := s.db.SelectContext(ctx, &cases, "SELECT "+caseColumns+" FROM telex_case WHERE requester_id = $1 AND state <> 'erased' ORDER BY created_at DESC, id LIMIT 200", actor.ID)
	if err != nil {
		return nil, fmt.Errorf("list own cases: %w", err)
	}
	var photos []Photo
	err = s.db.SelectContext(ctx, &photos, "SELECT "+photoColumns+` FROM telex_photo
		WHERE case_id IN (SELECT id FROM telex_case WHERE requester_id = $1 AND state <> 'erased') ORDER BY created_at, id`, actor.ID)
	if err != nil {
		return nil, fmt.Errorf("list own photos: %w", err)
	}
	of := map[string][]Photo{}
	for _, p := range photos {
		of[p.CaseID] = append(of[p.CaseID], p)
	}
	list := []Status{}
	for i := range cases {
		list = append(list, statusOf(ctx, &cases[i], of[cases[i].ID]))
	}
	return list, nil
}
