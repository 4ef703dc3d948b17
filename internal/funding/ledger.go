package funding

import (
	"context"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Entry is one movement of money on a convention. "drawn" is a promise, "planned" what its tranches add up to (an amendment adds or takes
// away), "released" what a settled agreement never paid, "returned" what was paid and came back.
type Entry struct {
	ID         string    `db:"id"`
	Convention string    `db:"convention_id"`
	CallID     string    `db:"call_id"`
	Kind       string    `db:"kind"` // drawn, planned, committed, ordered, paid, claimed, repaid, released, returned
	Cents      int64     `db:"cents"`
	On         string    `db:"on_day"`
	Reference  string    `db:"reference"`
	MadeBy     string    `db:"made_by"`
	MadeAt     time.Time `db:"made_at"`
}

// enter writes a movement in the same transaction as what moves.
func (s *Service) enter(ctx context.Context, tx *db.Tx, actor accounts.Actor, c *Convention, kind string, cents int64, on, reference string) error {
	return insertEntry(ctx, tx, Entry{ID: db.NewID(), Convention: c.ID, CallID: c.CallID, Kind: kind, Cents: cents, On: on, Reference: reference, MadeBy: actor.ID, MadeAt: s.now()})
}

func insertEntry(ctx context.Context, tx *db.Tx, e Entry) error {
	_, err := tx.NamedExecContext(ctx, `INSERT INTO funding_entry (id, convention_id, call_id, kind, cents, on_day, reference, made_by, made_at)
		VALUES (:id, :convention_id, :call_id, :kind, :cents, :on_day, :reference, :made_by, :made_at)`, e)
	return err
}

// Decision is a grant on the envelope of a call.
type Decision struct {
	On                               string
	DossierID, Number, Title, Decide string
	Cents                            int64
}

// Budget is the envelope of a call with the grants made on it, as the room of calls knows them.
type Budget struct {
	CallID, Title, Programme string
	Cents                    int64
	Decisions                []Decision
}

// Movement is a line of the history of an envelope. Kind is "granted" or one of an Entry's.
type Movement struct {
	On, Kind, Label, Href string
	Cents                 int64
	// Left is what remains to grant after it.
	Left int64
}

// Balance is an envelope as it stood at the end of a day, in cents.
type Balance struct {
	Budget
	On                                                         string
	Granted, Drawn, Planned, Committed, Ordered, Paid, Claimed int64
	Repaid, Released, Returned                                 int64
	Movements                                                  []Movement // oldest first
}

// Left is what may still be granted: settled agreements give back what they did not spend.
func (b Balance) Left() int64 { return b.Budget.Cents - b.Granted + b.Freed() }

// Freed is what settled agreements gave back.
func (b Balance) Freed() int64 { return b.Released + b.Returned }

// Spent is what left the agency and did not come back.
func (b Balance) Spent() int64 { return b.Paid - b.Repaid }

// Due is what is committed and not paid yet.
func (b Balance) Due() int64 { return b.Committed - b.Paid - b.Released }

// Balances tells how envelopes stood at the end of a day; "" is today.
func (s *Service) Balances(ctx context.Context, actor accounts.Actor, budgets []Budget, on string) ([]Balance, error) {
	if err := actor.RequireSomewhere(PermManage); err != nil {
		return nil, err
	}
	if on == "" {
		on = s.Today()
	}
	if _, err := time.Parse(time.DateOnly, on); err != nil {
		wrong := fault.Fields{}
		wrong.Add("au", "Donnez une date.", "Give a date.")
		return nil, wrong.Err()
	}
	var entries []struct {
		Entry
		Title string `db:"title"`
	}
	if err := s.db.SelectContext(ctx, &entries, `SELECT e.id, e.convention_id, e.call_id, e.kind, e.cents, e.on_day, e.reference, e.made_by, e.made_at, c.title
		FROM funding_entry e JOIN convention c ON c.id = e.convention_id WHERE e.on_day <= $1 ORDER BY e.on_day, e.made_at, e.id`, on); err != nil {
		return nil, err
	}
	all := make([]Balance, len(budgets))
	at := map[string]*Balance{}
	for i, b := range budgets {
		all[i] = Balance{Budget: b, On: on}
		at[b.CallID] = &all[i]
		for _, d := range b.Decisions {
			if d.On <= on {
				all[i].move("granted", d.Cents, d.On, d.Number+" — "+d.Title, "/dossiers/"+d.DossierID)
			}
		}
	}
	for _, e := range entries {
		if b := at[e.CallID]; b != nil {
			b.move(e.Kind, e.Cents, e.On, e.Reference+" — "+e.Title, "/conventions/"+e.Convention)
		}
	}
	for i := range all {
		all[i].settle()
	}
	return all, nil
}

// move adds a movement to the sums and to the history.
func (b *Balance) move(kind string, cents int64, on, label, href string) {
	sums := map[string]*int64{"granted": &b.Granted, "drawn": &b.Drawn, "planned": &b.Planned, "released": &b.Released, "returned": &b.Returned, "committed": &b.Committed, "ordered": &b.Ordered, "paid": &b.Paid, "claimed": &b.Claimed, "repaid": &b.Repaid}
	*sums[kind] += cents
	b.Movements = append(b.Movements, Movement{On: on, Kind: kind, Cents: cents, Label: label, Href: href})
}

// settle puts the history in order and says after each line what remained to grant.
func (b *Balance) settle() {
	slices.SortStableFunc(b.Movements, func(x, y Movement) int {
		if x.On < y.On {
			return -1
		}
		if x.On > y.On {
			return 1
		}
		return 0
	})
	left := b.Budget.Cents
	for i := range b.Movements {
		switch b.Movements[i].Kind {
		case "granted":
			left -= b.Movements[i].Cents
		case "released", "returned":
			left += b.Movements[i].Cents
		}
		b.Movements[i].Left = left
	}
}
