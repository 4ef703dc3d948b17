package rulebook

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures"
)

// Service keeps the versions of rules and gives the book made of those that are adopted. Safe for concurrent use.
type Service struct {
	db    *db.DB
	clock clock.Clock

	mu       sync.Mutex
	revision int64
	book     *Book
}

// Open makes the service: the rules compiled into the program are checked against their own tests and kept, those of an earlier start
// stay as they are. An embedded version whose dates clash with what officers adopted enters as a draft, for them to decide.
func Open(ctx context.Context, d *db.DB, c clock.Clock) (*Service, error) {
	s := &Service{db: d, clock: c, revision: -1}
	book, err := New(Embedded())
	if err != nil {
		return nil, err
	}
	if err := book.RunTests(); err != nil {
		return nil, err
	}
	err = s.keepEmbedded(ctx, book.Rules())
	if fault.Is(err, fault.KindConflict) { // another node starts at the same moment, and keeps the same rules
		err = s.keepEmbedded(ctx, book.Rules())
	}
	if err != nil {
		return nil, err
	}
	_, err = s.Book(ctx)
	return s, err
}

func (s *Service) keepEmbedded(ctx context.Context, rules []Rule) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		kept, err := selectVersions(ctx, tx, "")
		if err != nil {
			return err
		}
		added := 0
		for _, r := range rules {
			if slices.ContainsFunc(kept, func(v Version) bool { return v.RuleID == r.ID && v.Version == r.Version }) {
				continue
			}
			now := db.Now(s.clock)
			v := Version{ID: db.NewID(), RuleID: r.ID, Version: r.Version, State: InForce, StateSince: now, From: r.From, To: r.To, Embedded: true,
				AuthorID: "system:maillage", AuthorName: "Maillage", RowVersion: 1, CreatedAt: now, UpdatedAt: now}
			v.Stored.V = r
			if clashing(kept, r) != nil {
				v.State = Draft
			}
			if err := insertVersion(ctx, tx, v); err != nil {
				return err
			}
			added++
		}
		if added == 0 {
			return nil
		}
		if err := bump(ctx, tx); err != nil {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{At: db.Now(s.clock), Actor: audit.System, Action: "rulebook.load",
			Object: audit.Object{Kind: "rulebook.book", ID: "embedded"}, Text: fmt.Sprintf("A chargé %d versions de règles livrées avec le programme.", added)})
	})
}

// clashing is the adopted version that is in force on a day of r; nil when there is none.
func clashing(kept []Version, r Rule) *Version {
	for i, v := range kept {
		if v.State == InForce && v.RuleID == r.ID && v.Version != r.Version && v.Rule().overlaps(r) {
			return &kept[i]
		}
	}
	return nil
}

// Today is the day in Paris.
func (s *Service) Today() Day { return clock.DayOf(s.clock.Now()) }

// Book is the adopted rules. It costs one small read; the book is shared while nothing changes, on every node.
func (s *Service) Book(ctx context.Context) (*Book, error) {
	var n int64
	if err := s.db.GetContext(ctx, &n, "SELECT n FROM rulebook_revision WHERE id = 1"); err != nil {
		return nil, fmt.Errorf("read the revision of the rule book: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if n == s.revision {
		return s.book, nil
	}
	versions, err := selectVersions(ctx, s.db, "")
	if err != nil {
		return nil, err
	}
	var rules []Rule
	for _, v := range versions {
		if v.State == InForce {
			rules = append(rules, v.Rule())
		}
	}
	book, err := New(rules)
	if err != nil {
		return nil, fmt.Errorf("adopted rules: %w", err)
	}
	s.revision, s.book = n, book
	return book, nil
}

// last is the book as it was last read: what structures need cannot wait for a context.
func (s *Service) last() *Book {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.book
}

var _ structures.Reference = (*Service)(nil)

// CPTSSizes lists the size classes of CPTS in force on a day.
func (s *Service) CPTSSizes(on Day) []structures.SizeClass { return s.last().CPTSSizes(on) }

// CPTSMissions lists the missions of CPTS in force on a day.
func (s *Service) CPTSMissions(on Day) []structures.Mission { return s.last().CPTSMissions(on) }

// ACI is the terms of the agreement of health houses in force on a day.
func (s *Service) ACI(on Day) structures.ACITerms { return s.last().ACI(on) }

// Fragility is the scale of the fragility of group practices in force on a day.
func (s *Service) Fragility(on Day) structures.FragilityScale { return s.last().Fragility(on) }

// Versions lists every version of a rule, newest first; of every rule when id is "". Anybody reads what was adopted; drafts are for
// those who write.
func (s *Service) Versions(ctx context.Context, actor accounts.Actor, id string) ([]Version, error) {
	if err := actor.Require(PermRead, accounts.Scope{}); err != nil {
		return nil, err
	}
	all, err := selectVersions(ctx, s.db, id)
	if err != nil || actor.Can(PermWrite, accounts.Scope{}) {
		return all, err
	}
	return slices.DeleteFunc(all, func(v Version) bool { return v.State != InForce && v.State != Withdrawn }), nil
}

// Version reads one version, for those who write.
func (s *Service) Version(ctx context.Context, actor accounts.Actor, id string) (Version, error) {
	if err := actor.Require(PermWrite, accounts.Scope{}); err != nil {
		return Version{}, err
	}
	return selectVersion(ctx, s.db, id)
}

// SaveCommand writes a draft. ID is "" for a new version of a rule, or of a new rule.
type SaveCommand struct {
	ID         string
	RowVersion int
	Rule       Rule
	Note       string
}

// Save writes a draft after compiling it and running the tests beside it. Errors: fault.Invalid by field ("conditions.0.when" with
// the position, "tests" with the name of the test that fails, "from" when another version is in force on one of its days); fault.Refused
// when the version is no longer a draft.
func (s *Service) Save(ctx context.Context, actor accounts.Actor, cmd SaveCommand) (Version, error) {
	if err := actor.Require(PermWrite, accounts.Scope{}); err != nil {
		return Version{}, err
	}
	var saved Version
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		v, err := s.draft(ctx, tx, actor, cmd)
		if err != nil {
			return err
		}
		r := cmd.Rule
		r.ID, r.Version = v.RuleID, v.Version
		if err := together(s.vacant(ctx, tx, r), examine(ctx, tx, r)); err != nil {
			return err
		}
		v.From, v.To, v.Note, v.UpdatedAt = r.From, r.To, strings.TrimSpace(cmd.Note), db.Now(s.clock)
		v.AuthorID, v.AuthorName, v.ReviewerID, v.ReviewerName = actor.ID, actor.Name, "", ""
		v.Stored.V = r
		if cmd.ID == "" {
			err = insertVersion(ctx, tx, v)
		} else {
			err = updateVersion(ctx, tx, v)
		}
		if err != nil {
			return err
		}
		saved = v
		return s.audit(ctx, tx, actor, "rulebook.save", v, fmt.Sprintf("A écrit la version %d de la règle « %s ».", v.Version, r.Title.FR), "")
	})
	return saved, err
}

// draft is the row to write: the one named, or a new one with the next number.
func (s *Service) draft(ctx context.Context, tx *db.Tx, actor accounts.Actor, cmd SaveCommand) (Version, error) {
	if cmd.ID != "" {
		v, err := selectVersion(ctx, tx, cmd.ID)
		if err == nil && v.State != Draft {
			err = fault.Refused("rulebook.version: save", "Cette version n’est plus un brouillon ; rien n’a été enregistré. Écrivez une nouvelle version.",
				"This version is no longer a draft; nothing was recorded. Write a new version.")
		}
		v.RowVersion = cmd.RowVersion
		return v, err
	}
	var last int
	if err := tx.GetContext(ctx, &last, "SELECT coalesce(max(version), 0) FROM rule_version WHERE rule_id = $1", cmd.Rule.ID); err != nil {
		return Version{}, fmt.Errorf("number the version: %w", err)
	}
	now := db.Now(s.clock)
	return Version{ID: db.NewID(), RuleID: cmd.Rule.ID, Version: last + 1, State: Draft, StateSince: now, RowVersion: 1, CreatedAt: now}, nil
}

// Outcome is a test written beside a rule, with what went wrong when it was run; "" when it passed.
type Outcome struct {
	Test
	Failure string
}

// Try runs the tests written beside a rule, among the adopted ones. Anybody may: it only reads.
func (s *Service) Try(ctx context.Context, r Rule) ([]Outcome, error) { return try(ctx, s.db, r) }

func try(ctx context.Context, q db.Queryer, r Rule) ([]Outcome, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	versions, err := selectVersions(ctx, q, "")
	if err != nil {
		return nil, err
	}
	rules := []Rule{r}
	for _, v := range versions {
		if v.State == InForce && v.RuleID != r.ID {
			rules = append(rules, v.Rule())
		}
	}
	book, err := New(rules)
	if err != nil {
		return nil, err
	}
	c := book.on(r.ID, r.From)
	outcomes := make([]Outcome, len(r.Tests))
	for i, test := range r.Tests {
		outcomes[i].Test = test
		if err := book.runTest(c, test); err != nil {
			outcomes[i].Failure = err.Error()
		}
	}
	return outcomes, nil
}

// together is one refusal of what two checks refuse field by field; any other error stands alone.
func together(errs ...error) error {
	wrong := fault.Fields{}
	for _, err := range errs {
		var refused *fault.Error
		if err != nil && (!errors.As(err, &refused) || refused.Kind != fault.KindInvalid || len(refused.Fields) == 0) {
			return err
		}
		if refused != nil {
			maps.Copy(wrong, refused.Fields)
		}
	}
	return wrong.Err()
}

// examine compiles a rule among the adopted ones and refuses it when one of its tests fails.
func examine(ctx context.Context, q db.Queryer, r Rule) error {
	outcomes, err := try(ctx, q, r)
	if err != nil {
		return err
	}
	wrong := fault.Fields{}
	for _, o := range outcomes {
		if o.Failure != "" {
			wrong.Add("tests", fmt.Sprintf("Le test « %s » échoue : %s.", o.Name, o.Failure), fmt.Sprintf("The test “%s” fails: %s.", o.Name, o.Failure))
		}
	}
	return wrong.Err()
}

// MoveCommand moves a version on.
type MoveCommand struct{ ID, Move, Reason string }

// Move moves a version on. Adopting a version ends the open one before it, the day before; it is refused, naming the other version,
// when both would still be in force on one day.
func (s *Service) Move(ctx context.Context, actor accounts.Actor, cmd MoveCommand) (Version, error) {
	if err := actor.Require(PermWrite, accounts.Scope{}); err != nil {
		return Version{}, err
	}
	var moved Version
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		v, err := selectVersion(ctx, tx, cmd.ID)
		if err != nil {
			return err
		}
		v.asking = actor.ID
		from := v.State
		if v.State, err = Machine.Check(&v, v.State, cmd.Move, actor.Roles(), cmd.Reason); err != nil {
			return err
		}
		v.StateSince, v.UpdatedAt = db.Now(s.clock), db.Now(s.clock)
		if err := s.effects(ctx, tx, actor, &v); err != nil {
			return err
		}
		if err := updateVersion(ctx, tx, v); err != nil {
			return err
		}
		if err := bump(ctx, tx); err != nil {
			return err
		}
		moved = v
		mv, _ := Machine.Move(cmd.Move)
		return s.audit(ctx, tx, actor, "rulebook."+cmd.Move, v, fmt.Sprintf("%s : version %d de la règle « %s », de « %s » à « %s ».", mv.Label.FR, v.Version,
			v.Stored.V.Title.FR, Machine.Label(from).FR, Machine.Label(v.State).FR), strings.TrimSpace(cmd.Reason))
	})
	return moved, err
}

func (s *Service) effects(ctx context.Context, tx *db.Tx, actor accounts.Actor, v *Version) error {
	switch v.State {
	case Reviewed:
		v.ReviewerID, v.ReviewerName = actor.ID, actor.Name
	case Draft:
		v.ReviewerID, v.ReviewerName = "", ""
	case InForce:
		return s.adopt(ctx, tx, *v)
	}
	return nil
}

// adopt makes room for a version: the open one before it ends the day before.
func (s *Service) adopt(ctx context.Context, tx *db.Tx, v Version) error {
	if err := examine(ctx, tx, v.Rule()); err != nil {
		return err
	}
	kept, err := selectVersions(ctx, tx, v.RuleID)
	if err != nil {
		return err
	}
	for _, i := range makeRoom(kept, v.From) {
		kept[i].UpdatedAt = db.Now(s.clock)
		if err := updateVersion(ctx, tx, kept[i]); err != nil {
			return err
		}
	}
	if other := clashing(kept, v.Rule()); other != nil {
		return Overlap(other.Rule(), v.Rule())
	}
	return nil
}

// makeRoom ends the open adopted versions that began before a day on its eve, and tells which they are.
func makeRoom(kept []Version, from Day) []int {
	var ended []int
	for i, o := range kept {
		if o.State == InForce && o.To == "" && o.From < from {
			kept[i].To = from.Add(-1)
			ended = append(ended, i)
		}
	}
	return ended
}

// vacant refuses a draft whose days another adopted version holds, even once adopting it has ended the open one before it: its author
// learns it while writing, not when somebody puts it in force.
func (s *Service) vacant(ctx context.Context, tx *db.Tx, r Rule) error {
	if r.From == "" {
		return nil // the check of the rule says so
	}
	kept, err := selectVersions(ctx, tx, r.ID)
	if err != nil {
		return err
	}
	makeRoom(kept, r.From)
	other := clashing(kept, r)
	if other == nil {
		return nil
	}
	wrong := fault.Fields{}
	fr, en := i18n.With(ctx, i18n.FR), i18n.With(ctx, i18n.EN)
	days := i18n.Text{FR: "à partir du " + i18n.Date(fr, other.From.Time()), EN: "from " + i18n.Date(en, other.From.Time())}
	if other.To != "" {
		days = i18n.Text{FR: "du " + i18n.Date(fr, other.From.Time()) + " au " + i18n.Date(fr, other.To.Time()), EN: "from " + i18n.Date(en, other.From.Time()) + " to " + i18n.Date(en, other.To.Time())}
	}
	wrong.Add("from", fmt.Sprintf("La version %d est déjà en vigueur %s : deux versions d’une règle ne valent jamais le même jour. Choisissez d’autres jours, ou retirez d’abord cette version.", other.Version, days.FR),
		fmt.Sprintf("Version %d is already in force %s: two versions of a rule never hold on one day. Choose other days, or withdraw that version first.", other.Version, days.EN))
	return wrong.Err()
}

func (s *Service) audit(ctx context.Context, tx *db.Tx, actor accounts.Actor, action string, v Version, text, reason string) error {
	return audit.Append(ctx, tx, audit.Entry{At: db.Now(s.clock), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: action,
		Object: audit.Object{Kind: "rulebook.rule", ID: v.RuleID}, Text: text, Reason: reason,
		Details: map[string]string{"version": fmt.Sprint(v.Version), "from": string(v.From), "to": string(v.To)}})
}

// History is what happened to a rule, oldest first. Anybody may read it.
func (s *Service) History(ctx context.Context, actor accounts.Actor, id string) ([]audit.Record, error) {
	if err := actor.Require(PermRead, accounts.Scope{}); err != nil {
		return nil, err
	}
	return audit.Timeline(ctx, s.db, audit.Object{Kind: "rulebook.rule", ID: id})
}

// Moves lists what an actor may do with a version now.
func Moves(actor accounts.Actor, v Version) []lifecycle.Option[*Version, accounts.Role] {
	v.asking = actor.ID
	return Machine.Options(&v, v.State, actor.Roles())
}
