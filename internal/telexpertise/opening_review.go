package telexpertise

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Verdicts of a review.
const (
	VerdictJustified   = "justified"
	VerdictUnjustified = "unjustified"
)

// openingsShown bounds the list of who reviews.
const openingsShown = 200

// Openings lists the exceptional accesses to cases of the pools that the actor leads: those to review first, then the newest.
func (s *Service) Openings(ctx context.Context, actor accounts.Actor) ([]Opening, error) {
	pools, err := s.poolsOf(ctx, actor, PermLead, PartLead)
	if err != nil {
		return nil, err
	}
	var list []Opening
	for _, p := range pools {
		var some []Opening
		err := s.db.SelectContext(ctx, &some, "SELECT "+openingColumns+` FROM telex_opening WHERE pool_id = $1
			ORDER BY CASE WHEN reviewed_at IS NULL THEN 0 ELSE 1 END, opened_at DESC, id LIMIT $2`, p.ID, openingsShown)
		if err != nil {
			return nil, fmt.Errorf("list exceptional accesses: %w", err)
		}
		list = append(list, some...)
	}
	slices.SortStableFunc(list, func(a, b Opening) int {
		if (a.ReviewedAt == nil) != (b.ReviewedAt == nil) {
			return map[bool]int{true: -1, false: 1}[a.ReviewedAt == nil]
		}
		return b.OpenedAt.Compare(a.OpenedAt)
	})
	return list, nil
}

// OpeningsToReview counts those that wait for the actor.
func (s *Service) OpeningsToReview(ctx context.Context, actor accounts.Actor) (int, error) {
	list, err := s.Openings(ctx, actor)
	n := 0
	for _, o := range list {
		if o.ReviewedAt == nil && o.PersonID != actor.ID {
			n++
		}
	}
	return n, err
}

// OpeningFile is an exceptional access as who reviews it reads it: the words typed, and what was read by it.
type OpeningFile struct {
	Opening
	Words, Answer string // the reason and the words of the review; "" once the case is erased
	Read          []audit.Record
	Mine          bool // the reader opened the case: somebody else reviews it
}

// ReadOpening opens an exceptional access for who leads the pool. Reading its reason is recorded.
func (s *Service) ReadOpening(ctx context.Context, actor accounts.Actor, id string) (*OpeningFile, error) {
	f := &OpeningFile{}
	err := s.onOpening(ctx, actor, id, func(ctx context.Context, t *turn, o Opening) error {
		f.Opening, f.Mine = o, o.PersonID == actor.ID
		t.note("opening-read", "a lu le motif d’un accès exceptionnel", "", map[string]string{"opening": o.ID})
		return t.words(ctx, f)
	})
	if err != nil {
		return nil, err
	}
	all, err := audit.Timeline(ctx, s.db, audit.Object{Kind: AuditCase, ID: f.CaseID})
	f.Read = slices.DeleteFunc(all, func(r audit.Record) bool { return r.Details[exceptionalDetail] != id })
	return f, err
}

// words opens what was typed about an exceptional access.
func (t *turn) words(ctx context.Context, f *OpeningFile) error {
	if f.Reason != "" {
		if err := t.s.open(ctx, t.tx, f.CaseID, "opening "+f.ID, f.Reason, &f.Words); err != nil {
			return err
		}
	}
	if f.Review == "" {
		return nil
	}
	return t.s.open(ctx, t.tx, f.CaseID, "review "+f.ID, f.Review, &f.Answer)
}

// fillOpenings tells the doctors of a case who opened it exceptionally, and why.
func (t *turn) fillOpenings(ctx context.Context, f *File) error {
	if !f.Health || f.Exceptional != nil {
		return nil
	}
	var list []Opening
	if err := t.tx.SelectContext(ctx, &list, "SELECT "+openingColumns+" FROM telex_opening WHERE case_id = $1 ORDER BY opened_at, id", t.c.ID); err != nil {
		return fmt.Errorf("read exceptional accesses: %w", err)
	}
	for _, o := range list {
		one := OpeningFile{Opening: o}
		if err := t.words(ctx, &one); err != nil {
			return err
		}
		f.Openings = append(f.Openings, one)
	}
	return nil
}

// ReviewCommand is what who leads the pool says of an exceptional access.
type ReviewCommand struct {
	ID, Verdict, Words string
}

// ReviewOpening closes the review of an exceptional access, once. Who opened the case cannot review it, and is told.
func (s *Service) ReviewOpening(ctx context.Context, actor accounts.Actor, cmd ReviewCommand) error {
	f := fault.Fields{}
	if cmd.Verdict != VerdictJustified && cmd.Verdict != VerdictUnjustified {
		f.Add("verdict", "Dites si l’accès était justifié.", "Say whether the access was justified.")
	}
	words := strings.TrimSpace(cmd.Words)
	if n := utf8.RuneCountInString(words); n > longestReason || cmd.Verdict == VerdictUnjustified && n < shortestReason {
		f.Add("words", "Expliquez en une phrase ou deux (20 à 1 000 caractères) ce qui n’était pas justifié et ce qui suit.",
			"Explain in a sentence or two (20 to 1,000 characters) what was not justified and what follows.")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return s.onOpening(ctx, actor, cmd.ID, func(ctx context.Context, t *turn, o Opening) error {
		if o.PersonID == actor.ID {
			return fault.Refused("opening.self", "Vous avez ouvert cette demande : un autre responsable du pool revoit cet accès.",
				"You opened this request: another lead of the pool reviews this access.")
		}
		if o.ReviewedAt != nil {
			return fault.Conflict("Cet accès a déjà été revu ; rien n’a changé.", "This access was reviewed already; nothing has changed.")
		}
		o.ReviewedAt, o.ReviewerID, o.Reviewer, o.Verdict = &t.now, actor.ID, actor.Name, cmd.Verdict
		if words != "" && t.c.Sealed != "" {
			var err error
			if o.Review, err = s.seal(ctx, t.tx, o.CaseID, "review "+o.ID, words); err != nil {
				return err
			}
		}
		_, err := t.tx.NamedExecContext(ctx, `UPDATE telex_opening SET reviewed_at = :reviewed_at, reviewer_id = :reviewer_id, reviewer = :reviewer,
			verdict = :verdict, review = :review WHERE id = :id AND reviewed_at IS NULL`, o)
		if err != nil {
			return fmt.Errorf("keep a review: %w", err)
		}
		said := map[string]string{VerdictJustified: "a jugé justifié un accès exceptionnel", VerdictUnjustified: "a jugé injustifié un accès exceptionnel"}[cmd.Verdict]
		t.note("opening-review", said, "", map[string]string{"opening": o.ID, "by": o.PersonID, "verdict": cmd.Verdict})
		opener, err := memberships(ctx, t.tx, o.PersonID) // of whatever pool
		if err != nil {
			return err
		}
		return t.tellAt(ctx, "/telexpertise/acces-exceptionnel", opener, titleOpeningReviewed, fmt.Sprintf("%s a revu votre accès à la demande %s.", actor.Name, t.c.Ref()))
	})
}

// onOpening runs an operation on an exceptional access for who leads the pool of its case: for anybody else there is none.
func (s *Service) onOpening(ctx context.Context, actor accounts.Actor, id string, fn func(ctx context.Context, t *turn, o Opening) error) error {
	if err := actor.RequireSomewhere(PermLead); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		o, t, err := s.openingTurn(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := fn(ctx, t, o); err != nil {
			return err
		}
		return t.keep(ctx)
	})
}

func (s *Service) openingTurn(ctx context.Context, tx *db.Tx, actor accounts.Actor, id string) (Opening, *turn, error) {
	none := fault.NotFound("Cet accès n’existe pas, ou vous n’êtes pas responsable du pool.", "This access does not exist, or you do not lead the pool.")
	var o Opening
	err := tx.GetContext(ctx, &o, "SELECT "+openingColumns+" FROM telex_opening WHERE id = $1", id)
	if db.NoRows(err) {
		return o, nil, none
	}
	if err != nil {
		return o, nil, fmt.Errorf("read an exceptional access: %w", err)
	}
	c, err := caseByID(ctx, tx, o.CaseID)
	if err != nil {
		return o, nil, err
	}
	t, err := s.turn(ctx, tx, actor, c)
	if err == nil && !t.is(PartLead) && !t.is(PartSystem) {
		err = none
	}
	return o, t, err
}

// RemindOpenings tells those who lead, once, of accesses that are still to be reviewed.
func (s *Service) RemindOpenings(ctx context.Context) error {
	var due []string
	err := s.db.SelectContext(ctx, &due, "SELECT id FROM telex_opening WHERE reviewed_at IS NULL AND NOT reminded AND opened_at < $1 ORDER BY opened_at, id LIMIT 100", s.Now().Add(-reviewTime))
	if err != nil {
		return fmt.Errorf("find exceptional accesses to review: %w", err)
	}
	for _, id := range due {
		err := s.db.InTx(ctx, func(tx *db.Tx) error {
			o, t, err := s.openingTurn(ctx, tx, accounts.System("horloges"), id)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "UPDATE telex_opening SET reminded = TRUE WHERE id = $1", id); err != nil {
				return fmt.Errorf("note a reminder: %w", err)
			}
			leads, err := t.people(ctx, PartLead)
			if err != nil {
				return err
			}
			leads = slices.DeleteFunc(leads, func(m Member) bool { return m.PersonID == o.PersonID })
			return t.tellAt(ctx, "/telexpertise/acces/"+id, leads, titleOpened, fmt.Sprintf("L’accès exceptionnel à la demande %s est toujours à revoir.", t.c.Ref()))
		})
		if err != nil {
			return err
		}
	}
	return nil
}
