package telexpertise

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// SubmitCommand sends a draft. The photographs are named with their hashes: what is acknowledged is what the phone holds.
type SubmitCommand struct {
	CaseID     string     `json:"-"`
	Photos     []PhotoRef `json:"photos"`
	DeviceTime time.Time  `json:"device_time"` // the phone's clock, zero when not told
}

// PhotoRef names a photograph by what it contains.
type PhotoRef struct {
	ID     string `json:"id"`
	SHA256 string `json:"sha256"`
}

// Receipt says what was received and when, by the server's clock.
type Receipt struct {
	Status
	Warning *i18n.Text `json:"warning,omitempty"`
}

// Submit sends a draft to its pool, at once offered to an expert. Sending the same again gives the same receipt; KindConflict when
// what was sent differs. KindInvalid names each field that is missing; KindRefused each photograph that is not wholly here.
func (s *Service) Submit(ctx context.Context, actor accounts.Actor, cmd SubmitCommand) (Receipt, error) {
	if err := actor.RequireSomewhere(PermAsk); err != nil {
		return Receipt{}, err
	}
	err := s.on(ctx, actor, cmd.CaseID, func(ctx context.Context, t *turn) error {
		if err := t.require(PartRequester); err != nil {
			return err
		}
		return t.submit(ctx, cmd)
	})
	if err != nil {
		return Receipt{}, err
	}
	status, err := s.Status(ctx, actor, cmd.CaseID)
	return Receipt{Status: status, Warning: clockWarning(s.clock.Now(), cmd.DeviceTime)}, err
}

func (t *turn) submit(ctx context.Context, cmd SubmitCommand) error {
	hash := submitHash(cmd.Photos)
	if t.c.State != StateDraft && t.c.State != StateErased {
		if t.c.SubmitHash == hash {
			return nil
		}
		return fault.Conflict("Cette demande a déjà été envoyée avec d’autres photos : ce qui a été reçu en premier est gardé.",
			"This request was already sent with other photos: what was received first is kept.")
	}
	var r Record
	if err := t.s.open(ctx, t.tx, t.c.ID, "record", t.c.Sealed, &r); err != nil {
		return err
	}
	photos, err := photosOf(ctx, t.tx, t.c.ID)
	if err != nil {
		return err
	}
	if err := r.check(t.now, t.s.config.TestIdentities); err != nil {
		return err
	}
	if err := checkPhotos(photos, cmd.Photos); err != nil {
		return err
	}
	if r.Consent.At.IsZero() || r.Consent.At.After(t.now) { // a phone's clock that runs ahead
		r.Consent.At = t.now
		if t.c.Sealed, err = t.s.seal(ctx, t.tx, t.c.ID, "record", r); err != nil {
			return err
		}
	}
	if err := t.request("submit", ""); err != nil {
		return err
	}
	t.c.SubmittedAt, t.c.SubmitHash, t.c.Score = &t.now, hash, r.Clinical.Score()
	t.note("submit", "a envoyé une demande", "", map[string]string{"urgency": string(t.c.Urgency), "photos": fmt.Sprint(len(cmd.Photos)), "hash": hash})
	if err := t.followUp(ctx); err != nil {
		return err
	}
	return t.firstOffer(ctx)
}

// followUp ends the wait of the case whose lesion is photographed again.
func (t *turn) followUp(ctx context.Context) error {
	if t.c.PreviousID == "" {
		return nil
	}
	before, err := caseByID(ctx, t.tx, t.c.PreviousID)
	if err != nil || before.AgainAt == nil {
		return err
	}
	old := *t
	old.c, old.entries, old.changed = before, nil, true
	before.AgainAt = nil
	old.note("again", "a photographié de nouveau la lésion", "", map[string]string{"case": t.c.ID})
	if err := old.closeIfEnded(); err != nil {
		return err
	}
	old.setClocks()
	t.entries = append(t.entries, old.entries...)
	return updateCase(ctx, t.tx, before)
}

// check refuses a request that nobody could answer or that the law forbids to send.
func (r Record) check(now time.Time, test bool) error {
	f := fault.Fields{}
	r.Patient.check(f, now, test)
	if !r.Consent.Given {
		f.Add("consent", "Le consentement du patient se recueille avant l’envoi.", "The patient’s consent is taken before sending.")
	}
	if r.Consent.Form != "oral" && r.Consent.Form != "written" {
		f.Add("consent_form", "Indiquez si le consentement est oral ou écrit.", "Say whether consent is oral or written.")
	}
	if !slices.ContainsFunc(Sites, func(s Site) bool { return s.Code == r.Clinical.Site }) {
		f.Add("site", "Indiquez où se trouve la lésion.", "Say where the lesion is.")
	}
	return f.Err()
}

func checkPhotos(here []Photo, sent []PhotoRef) error {
	if len(sent) == 0 {
		return fault.Refused("photo.none", "Une demande porte au moins une photo ; le reste est gardé.", "A request holds at least one photo; the rest is kept.")
	}
	for _, ref := range sent {
		known := slices.ContainsFunc(here, func(p Photo) bool { return p.ID == ref.ID && p.SHA256 == ref.SHA256 && p.Complete() })
		if !known {
			return fault.Refused("photo.missing", "Une photo n’est pas encore arrivée en entier : renvoyez-la, puis la demande. Rien n’est perdu.",
				"One photo has not wholly arrived: send it again, then the request. Nothing is lost.")
		}
	}
	return nil
}

// submitHash is the same for the same photographs, whatever their order.
func submitHash(photos []PhotoRef) string {
	lines := make([]string, len(photos))
	for i, p := range photos {
		lines[i] = p.ID + " " + p.SHA256
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// clockWarning tells a phone whose clock is wrong by an hour or more that the server's hour was kept.
func clockWarning(now, device time.Time) *i18n.Text {
	if device.IsZero() || device.Sub(now).Abs() < time.Hour {
		return nil
	}
	hours := int(device.Sub(now).Abs().Round(time.Hour).Hours())
	return &i18n.Text{
		FR: fmt.Sprintf("L’horloge de ce téléphone est décalée de %d h : la demande est bien reçue, à l’heure du serveur. Réglez l’heure automatique.", hours),
		EN: fmt.Sprintf("This phone’s clock is off by %d h: the request was received, at the server’s time. Turn automatic time on.", hours),
	}
}

// firstOffer offers a request that has just come.
func (t *turn) firstOffer(ctx context.Context) error {
	system := *t
	system.parts = []Part{PartSystem}
	if err := system.request("offer", ""); err != nil {
		return err
	}
	t.changed = true
	t.c.Level = -1
	return t.offer(ctx)
}

// offer passes the case on to the next expert, to all, or to the coordinator, and tells them.
func (t *turn) offer(ctx context.Context) error {
	candidates, err := t.candidates(ctx)
	if err != nil {
		return err
	}
	var tried []string
	if err := t.tx.SelectContext(ctx, &tried, "SELECT person_id FROM telex_offer WHERE case_id = $1", t.c.ID); err != nil {
		return fmt.Errorf("read offers: %w", err)
	}
	next := t.settings().Offered(t.c.Urgency, t.c.Departement, t.c.Level, tried, candidates, t.s.places.Distance, t.now)
	t.c.Level, t.c.OfferedTo = next.Level, strings.Join(next.To, " ")
	if err := t.offerTo(ctx, next.To...); err != nil {
		return err
	}
	details, err := json.Marshal(next)
	if err != nil {
		return err
	}
	sender := t.actor
	t.actor = accounts.System("répartition")
	t.note("offer", "a proposé la demande", "", map[string]string{"offer": string(details)})
	t.actor = sender
	return t.announceOffer(ctx, next)
}

// offerTo keeps that experts are asked; they see the case until it is taken.
func (t *turn) offerTo(ctx context.Context, ids ...string) error {
	for _, id := range ids {
		_, err := t.tx.ExecContext(ctx, "INSERT INTO telex_offer (case_id, person_id, at, live) VALUES ($1, $2, $3, TRUE) ON CONFLICT (case_id, person_id) DO UPDATE SET live = TRUE", t.c.ID, id, t.now)
		if err != nil {
			return fmt.Errorf("keep an offer: %w", err)
		}
	}
	return nil
}

func (t *turn) announceOffer(ctx context.Context, next Offer) error {
	to, err := t.people(ctx, PartExpert, next.To...)
	if err == nil && next.Level == LevelCoordinator {
		to, err = t.people(ctx, PartCoordinator)
	}
	if err != nil {
		return err
	}
	title := titleWaits
	if next.Level >= LevelAll {
		title = titleStillWaits
	}
	return t.tell(ctx, to, title, t.waits())
}

// candidates are the experts of the pool with today's duty and the cases that they hold.
func (t *turn) candidates(ctx context.Context) ([]Candidate, error) {
	experts, err := t.people(ctx, PartExpert)
	if err != nil {
		return nil, err
	}
	var days []Day
	if err := t.tx.SelectContext(ctx, &days, "SELECT pool_id, person_id, day, kind FROM telex_calendar WHERE pool_id = $1 AND day = $2", t.pool.ID, dayOf(t.now)); err != nil {
		return nil, fmt.Errorf("read the calendar: %w", err)
	}
	weights, err := t.weights(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Candidate, len(experts))
	for i, e := range experts {
		w := weights[e.PersonID]
		list[i] = Candidate{ID: e.PersonID, Departement: e.Departement, Capacity: e.Capacity, Load: w.Load, Recent: w.Recent, Idle: Idle(clock.Day(w.Last).Time(), t.now)}
		for _, d := range days {
			if d.PersonID == e.PersonID {
				list[i].OnDuty, list[i].Away = d.Kind == "duty", d.Kind == "away"
			}
		}
	}
	return list, nil
}

// weight is what an expert has carried and how lately they came.
type weight struct {
	Person string `db:"person"`
	Load   int    `db:"load"`
	Recent int    `db:"recent"`
	Last   string `db:"last"`
}

// weights reads, of each expert of the pool: the open cases that they hold or were asked to take by name, those that they answered in
// the last four weeks, and the last day on which they opened the worklist.
func (t *turn) weights(ctx context.Context) (map[string]weight, error) {
	var rows []weight
	err := t.tx.SelectContext(ctx, &rows, `SELECT m.person_id AS person,
		(SELECT COUNT(*) FROM telex_case c WHERE c.taker_id = m.person_id AND c.pool_id = m.pool_id AND c.state IN ('taken', 'information_asked'))
		+ (SELECT COUNT(*) FROM telex_offer o JOIN telex_case c ON c.id = o.case_id WHERE o.person_id = m.person_id AND o.live AND c.pool_id = m.pool_id AND c.state = 'offered' AND c.offered_to <> '') AS load,
		(SELECT COUNT(*) FROM telex_case c WHERE c.taker_id = m.person_id AND c.pool_id = m.pool_id AND c.answered_at > $2) AS recent,
		COALESCE((SELECT MAX(p.day) FROM telex_presence p WHERE p.person_id = m.person_id), '') AS last
		FROM telex_member m WHERE m.pool_id = $1 AND m.part = 'expert' AND m.active`, t.pool.ID, t.now.AddDate(0, 0, -28))
	if err != nil {
		return nil, fmt.Errorf("read loads: %w", err)
	}
	byID := map[string]weight{}
	for _, w := range rows {
		byID[w.Person] = w
	}
	return byID, nil
}
