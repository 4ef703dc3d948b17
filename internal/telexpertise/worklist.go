package telexpertise

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
)

// Filter narrows an expert's worklist.
type Filter string

// The filters.
const (
	FilterTodo   Filter = ""       // offered to me or to all, taken by me
	FilterMine   Filter = "mine"   // taken by me, information asked included
	FilterPool   Filter = "pool"   // every case of the pool that awaits an answer
	FilterFollow Filter = "follow" // answered by me, not closed
	FilterSecond Filter = "second" // blind second readings that I may do
)

// Row is a line of a worklist. The patient's name is opened for these lines only.
type Row struct {
	Case
	Patient  Patient
	Site     string
	Pool     Pool
	Clock    *time.Time // the next deadline, whoever's it is
	Previous bool       // photographs again
	Slot     *Slot      // in the agenda: the hour proposed or booked
	Expert   string     // in the agenda: whose slot it is, else who answered
}

// Worklist is one page of an expert's cases, by risk then age.
type Worklist struct {
	Rows   []Row
	Total  int
	Counts map[Filter]int
}

const worklistPage = 50

// filterConditions says which cases c each filter keeps for the expert $1.
var filterConditions = map[Filter]string{
	FilterTodo:   `(c.state = 'offered' AND (c.offered_to = '' OR EXISTS (SELECT 1 FROM telex_offer o WHERE o.case_id = c.id AND o.person_id = $1 AND o.live)) OR c.state = 'taken' AND c.taker_id = $1)`,
	FilterMine:   `(c.state IN ('taken', 'information_asked') AND c.taker_id = $1)`,
	FilterPool:   `(c.state IN ('offered', 'taken', 'information_asked') AND c.requester_id <> $1)`,
	FilterFollow: `(c.state = 'answered' AND c.taker_id = $1)`,
	FilterSecond: `(c.second_reading AND c.state IN ('answered', 'closed') AND c.taker_id <> $1
		AND NOT EXISTS (SELECT 1 FROM telex_answer a WHERE a.case_id = c.id AND a.kind = 'second'))`,
}

const inMyPools = ` FROM telex_case c WHERE c.pool_id IN (SELECT m.pool_id FROM telex_member m WHERE m.person_id = $1 AND m.part = 'expert' AND m.active) AND `

// Filters lists them, in the order of the tabs.
var Filters = []Filter{FilterTodo, FilterMine, FilterPool, FilterFollow, FilterSecond}

// Worklist lists the cases of an expert's pools. It is recorded which cases were shown.
func (s *Service) Worklist(ctx context.Context, actor accounts.Actor, filter Filter, page int) (Worklist, error) {
	if err := actor.RequireSomewhere(PermAnswer); err != nil {
		return Worklist{}, err
	}
	condition, known := filterConditions[filter]
	if !known {
		filter, condition = FilterTodo, filterConditions[FilterTodo]
	}
	list := Worklist{Counts: map[Filter]int{}}
	for _, f := range Filters {
		var n int
		if err := s.db.GetContext(ctx, &n, "SELECT COUNT(*)"+inMyPools+filterConditions[f], actor.ID); err != nil {
			return Worklist{}, fmt.Errorf("count the worklist: %w", err)
		}
		list.Counts[f] = n
	}
	list.Total = list.Counts[filter]
	var cases []Case
	err := s.db.SelectContext(ctx, &cases, "SELECT c.*"+inMyPools+condition+" ORDER BY c.urgency, c.submitted_at, c.id LIMIT $2 OFFSET $3",
		actor.ID, worklistPage, worklistPage*(max(page, 1)-1))
	if err != nil {
		return Worklist{}, fmt.Errorf("read the worklist: %w", err)
	}
	if err := s.here(ctx, actor.ID); err != nil {
		return Worklist{}, err
	}
	list.Rows, err = s.rows(ctx, actor, "worklist", cases, filter == FilterSecond)
	return list, err
}

// here notes that an expert opened the worklist today, once; dispatch asks those who come before those who do not.
func (s *Service) here(ctx context.Context, person string) error {
	_, err := s.db.ExecContext(ctx, "INSERT INTO telex_presence (person_id, day) VALUES ($1, $2) ON CONFLICT (person_id, day) DO NOTHING", person, dayOf(s.clock.Now()))
	if err != nil {
		return fmt.Errorf("note a presence: %w", err)
	}
	return nil
}

// rows opens the names of a page of cases, and records it.
func (s *Service) rows(ctx context.Context, actor accounts.Actor, list string, cases []Case, blind bool) ([]Row, error) {
	pools := map[string]Pool{}
	rows := make([]Row, 0, len(cases))
	var shown []string
	keys, err := s.vault.Keys(ctx, s.db, idsOf(cases))
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		if _, known := pools[c.PoolID]; !known {
			p, err := poolByID(ctx, s.db, c.PoolID)
			if err != nil {
				return nil, err
			}
			pools[c.PoolID] = p
		}
		row := Row{Case: c, Pool: pools[c.PoolID], Clock: c.nextClock(), Previous: c.PreviousID != ""}
		if key := keys[c.ID]; c.Sealed != "" && key != nil { // no key: erased since it was listed
			var r Record
			if err := unseal(key, "record", c.Sealed, &r); err != nil {
				return nil, err
			}
			row.Patient, row.Site = r.Patient, r.Clinical.Site
		}
		if blind {
			row.Disposition, row.TakerID, row.Clock = "", "", nil // a clock that runs tells what was decided
		}
		rows = append(rows, row)
		shown = append(shown, c.Ref())
	}
	if len(rows) == 0 {
		return rows, nil
	}
	return rows, s.db.InTx(ctx, func(tx *db.Tx) error {
		return audit.Append(ctx, tx, audit.Entry{At: db.Now(s.clock), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "telexpertise.list",
			Object: audit.Object{Kind: "telexpertise.list", ID: list}, Text: fmt.Sprintf("%s a affiché une liste de %d demandes.", actor.Name, len(rows)),
			Details: map[string]string{"cases": fmt.Sprint(shown)}})
	})
}

func idsOf(cases []Case) []string {
	ids := make([]string, len(cases))
	for i := range cases {
		ids[i] = cases[i].ID
	}
	return ids
}

// nextClock is the soonest of the clocks that run.
func (c *Case) nextClock() *time.Time {
	var next *time.Time
	for _, at := range []*time.Time{c.DueAt, c.AnswerDue, c.ReadingDue, c.VisitDue} {
		if at != nil && (next == nil || at.Before(*next)) {
			next = at
		}
	}
	return next
}

// NextCase is the first case of the expert's to-do list after the one given; "" when there is none.
func (s *Service) NextCase(ctx context.Context, actor accounts.Actor, after string) (string, error) {
	if err := actor.RequireSomewhere(PermAnswer); err != nil {
		return "", err
	}
	var ids []string
	err := s.db.SelectContext(ctx, &ids, "SELECT c.id"+inMyPools+filterConditions[FilterTodo]+" AND c.id <> $2 ORDER BY c.urgency, c.submitted_at, c.id LIMIT 1", actor.ID, after)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// Questions lists the requester's own requests, newest first, with the names of their patients.
func (s *Service) Questions(ctx context.Context, actor accounts.Actor, page int) ([]Row, int, error) {
	if err := actor.RequireSomewhere(PermAsk); err != nil {
		return nil, 0, err
	}
	const where = " FROM telex_case c WHERE c.requester_id = $1 AND c.state <> 'erased'"
	var total int
	if err := s.db.GetContext(ctx, &total, "SELECT COUNT(*)"+where, actor.ID); err != nil {
		return nil, 0, fmt.Errorf("count questions: %w", err)
	}
	var cases []Case
	err := s.db.SelectContext(ctx, &cases, "SELECT c.*"+where+` ORDER BY CASE WHEN c.reading = 'unread' OR c.state = 'information_asked' OR c.again_at <= $4 THEN 0 WHEN c.reading = 'read' THEN 1 WHEN c.state = 'draft' THEN 2 ELSE 3 END,
		c.created_at DESC, c.id LIMIT $2 OFFSET $3`, actor.ID, worklistPage, worklistPage*(max(page, 1)-1), db.Now(s.clock))
	if err != nil {
		return nil, 0, fmt.Errorf("list questions: %w", err)
	}
	rows, err := s.rows(ctx, actor, "questions", cases, false)
	return rows, total, err
}

// Agenda lists the cases whose visit awaits something from a secretary or a coordinator: to book, proposed, booked, absent, histology.
func (s *Service) Agenda(ctx context.Context, actor accounts.Actor) ([]Row, error) {
	if err := actor.RequireSomewhere(PermBook); err != nil {
		return nil, err
	}
	held, err := memberships(ctx, s.db, actor.ID)
	if err != nil {
		return nil, err
	}
	var cases []Case
	for _, m := range held {
		if m.Part == PartRequester || m.Part == PartLead || !actor.CanSomewhere(doors[m.Part]) || slices.ContainsFunc(cases, func(c Case) bool { return c.PoolID == m.PoolID }) {
			continue
		}
		var more []Case
		err := s.db.SelectContext(ctx, &more, `SELECT c.* FROM telex_case c
			WHERE c.pool_id = $1 AND c.visit IN ('to_book', 'proposed', 'booked', 'absent', 'excised') AND ($2 = '' OR c.taker_id = $2)
			ORDER BY c.urgency, c.answered_at, c.id LIMIT 300`, m.PoolID, onlyOwn(m))
		if err != nil {
			return nil, fmt.Errorf("read the agenda: %w", err)
		}
		cases = append(cases, more...)
	}
	rows, err := s.rows(ctx, actor, "agenda", cases, false)
	if err != nil {
		return nil, err
	}
	return rows, s.place(ctx, rows)
}

// place puts beside each visit its slot and its expert.
func (s *Service) place(ctx context.Context, rows []Row) error {
	names, slots := map[string]string{}, map[string]*Slot{}
	for _, pool := range poolsIn(rows) {
		people, err := members(ctx, s.db, pool, PartExpert)
		if err != nil {
			return err
		}
		for _, m := range people {
			names[m.PersonID] = m.Name
		}
		var held []Slot
		if err := s.db.SelectContext(ctx, &held, "SELECT "+slotColumns+" FROM telex_slot WHERE pool_id = $1 AND case_id <> ''", pool); err != nil {
			return fmt.Errorf("read the slots held: %w", err)
		}
		for i := range held {
			slots[held[i].ID] = &held[i]
		}
	}
	for i := range rows {
		rows[i].Expert = names[rows[i].TakerID]
		if rows[i].Slot = slots[rows[i].SlotID]; rows[i].Slot != nil {
			rows[i].Expert = names[rows[i].Slot.ExpertID]
		}
	}
	return nil
}

func poolsIn(rows []Row) []string {
	var all []string
	for _, r := range rows {
		if !slices.Contains(all, r.PoolID) {
			all = append(all, r.PoolID)
		}
	}
	return all
}

// onlyOwn narrows an expert's agenda to their own visits; secretaries and coordinators see the pool's.
func onlyOwn(m Member) string {
	if m.Part == PartExpert {
		return m.PersonID
	}
	return ""
}
