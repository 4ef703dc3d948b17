package structures

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// MoveCommand asks for a move of the lifecycle. On is the day it happened, today when empty: never in the future.
type MoveCommand struct {
	ID, Move, Reason string
	On               Day
}

// Move moves a structure on. Refusals name the machine, the move and the invariant.
func (s *Service) Move(ctx context.Context, actor accounts.Actor, cmd MoveCommand) (Structure, error) {
	var moved Structure
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		f, err := s.file(ctx, tx, cmd.ID)
		if err != nil {
			return err
		}
		if err := actor.Require(PermRead, f.Scope()); err != nil {
			return err
		}
		moved, err = s.move(ctx, tx, actor, f, cmd)
		return err
	})
	return moved, err
}

func (s *Service) move(ctx context.Context, tx *db.Tx, actor accounts.Actor, f *File, cmd MoveCommand) (Structure, error) {
	if f.MergedInto != "" {
		return f.Structure, fault.Refused("invariant-12", "Cette structure a été fusionnée : elle ne change plus.", "This structure was merged: it no longer changes.")
	}
	to, err := f.Machine().Check(f, f.State, cmd.Move, RolesOn(actor, f.Scope()), cmd.Reason)
	if err != nil {
		return f.Structure, err
	}
	on, err := s.day(cmd.On)
	if err != nil {
		return f.Structure, err
	}
	mv, _ := f.Machine().Move(cmd.Move)
	from := f.State
	f.enter(to, on, db.Now(s.clock))
	if err := updateStructure(ctx, tx, f.Structure); err != nil {
		return f.Structure, err
	}
	label := f.Machine().Label(to)
	if err := insertOne(ctx, tx, insertFact, s.fact(f.ID, on, FactState, string(to), i18n.Text{FR: mv.Label.FR + " : " + label.FR, EN: mv.Label.EN + ": " + label.EN})); err != nil {
		return f.Structure, err
	}
	if cmd.Move == "reviewed" {
		if err := insertOne(ctx, tx, insertFact, s.reviewFact(f, on, strings.TrimSpace(cmd.Reason))); err != nil {
			return f.Structure, err
		}
	}
	f.Version++
	return f.Structure, audit.Append(ctx, tx, audit.Entry{
		At: db.Now(s.clock), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "structures.move",
		Object: audit.Object{Kind: "structures.structure", ID: f.ID}, Reason: strings.TrimSpace(cmd.Reason),
		Text:    fmt.Sprintf("%s : « %s » passe de « %s » à « %s ».", mv.Label.FR, f.Name, f.Machine().Label(from).FR, label.FR),
		Details: map[string]string{"move": cmd.Move, "from": string(from), "to": string(to), "on": string(on)},
	})
}

// enter changes the state and the days that follow from it.
func (f *File) enter(to lifecycle.State, on Day, now time.Time) {
	f.State, f.StateSince, f.UpdatedAt = to, now, now
	if on < clock.DayOf(now) { // deadlines count from the day it happened, not from the day it was typed
		f.StateSince = on.Time().UTC()
	}
	switch {
	case endings[to]:
		f.Closed = max(on, f.Opened)
	case openings[to] && f.Opened == "":
		f.Opened = on
	}
	if !endings[to] {
		f.Closed = ""
	}
}

// day is the day of a move: today unless given, and never later.
func (s *Service) day(given Day) (Day, error) {
	today := s.Today()
	if given == "" {
		return today, nil
	}
	if !given.Valid() || given > today {
		wrong := fault.Fields{}
		wrong.Add("on", "Donnez un jour qui n’est pas à venir.", "Give a day that is not to come.")
		return "", wrong.Err()
	}
	return given, nil
}

// Sweep makes the moves that happen by themselves: a CPTS project without an answer after two months is validated. It is run by a job
// and may be run at any time; it tells how many moved.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	var waiting []string
	if err := s.db.SelectContext(ctx, &waiting, "SELECT id FROM structure WHERE kind = $1 AND state = $2 AND merged_into = '' ORDER BY id", string(CPTS), "filed"); err != nil {
		return 0, fmt.Errorf("find structures that wait: %w", err)
	}
	moved := 0
	for _, id := range waiting {
		done, err := s.sweepOne(ctx, id)
		if err != nil {
			return moved, err
		}
		moved += done
	}
	return moved, nil
}

func (s *Service) sweepOne(ctx context.Context, id string) (moved int, err error) {
	actor := accounts.System("échéances")
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		moved = 0
		f, err := s.file(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, due := range f.Machine().Deadlines(f, f.State, f.StateSince) {
			if due.Move.Automatic && !due.At.After(s.clock.Now()) {
				moved = 1
				_, err := s.move(ctx, tx, actor, f, MoveCommand{ID: id, Move: due.Move.Name, On: clock.DayOf(due.At)})
				return err
			}
		}
		return nil
	})
	return moved, err
}

// MergeCommand folds one structure into another.
type MergeCommand struct {
	From, Into, Reason string
}

// Merge closes a duplicate and gives its open numbers, members and sites to the structure that stays. Both keep their history
// (invariant 12), and each names the other.
func (s *Service) Merge(ctx context.Context, actor accounts.Actor, cmd MergeCommand) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		from, err := s.file(ctx, tx, cmd.From)
		if err != nil {
			return err
		}
		into, err := s.file(ctx, tx, cmd.Into)
		if err != nil {
			return err
		}
		for _, f := range []*File{from, into} {
			if err := actor.Require(PermCreate, f.Scope()); err != nil {
				return err
			}
		}
		if err := mergeable(from, into, cmd.Reason); err != nil {
			return err
		}
		return s.merge(ctx, tx, actor, from, into, cmd.Reason)
	})
}

func mergeable(from, into *File, reason string) error {
	wrong := fault.Fields{}
	switch {
	case from.ID == into.ID:
		wrong.Add("into", "Choisissez une autre structure.", "Choose another structure.")
	case from.MergedInto != "" || into.MergedInto != "":
		wrong.Add("into", "L’une des deux est déjà fusionnée.", "One of the two is already merged.")
	case from.Kind != into.Kind:
		wrong.Add("into", "On ne fusionne que deux structures de même sorte.", "Only two structures of one kind can be merged.")
	}
	if strings.TrimSpace(reason) == "" {
		wrong.Add("reason", "Indiquez le motif.", "Give the reason.")
	}
	return wrong.Err()
}

func (s *Service) merge(ctx context.Context, tx *db.Tx, actor accounts.Actor, from, into *File, reason string) error {
	today, now := s.Today(), db.Now(s.clock)
	for _, part := range []string{"structure_identifier", "structure_member", "structure_site"} {
		if _, err := tx.ExecContext(ctx, "UPDATE "+part+" SET to_day = $1 WHERE structure_id = $2 AND to_day = ''", string(today), from.ID); err != nil {
			return fmt.Errorf("end what moves: %w", err)
		}
	}
	if err := hand(ctx, tx, from, into, today); err != nil {
		return err
	}
	from.MergedInto, from.Closed, from.UpdatedAt, into.UpdatedAt = into.ID, max(today, from.Opened), now, now
	into.rename(into.Name, into.Identifiers)
	for _, f := range []*File{from, into} {
		if err := updateStructure(ctx, tx, f.Structure); err != nil {
			return err
		}
	}
	facts := []Fact{
		s.fact(from.ID, today, FactMerge, into.ID, t("Fusionnée dans « "+into.Name+" »", "Merged into “"+into.Name+"”")),
		s.fact(into.ID, today, FactMerge, from.ID, t("A reçu « "+from.Name+" » par fusion", "Received “"+from.Name+"” by merger")),
	}
	if err := insertAll(ctx, tx, insertFact, facts); err != nil {
		return err
	}
	said := fmt.Sprintf("A fusionné « %s » dans « %s ».", from.Name, into.Name)
	entry := func(id string) audit.Entry {
		return audit.Entry{At: now, Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "structures.merge", Text: said, Reason: reason,
			Object: audit.Object{Kind: "structures.structure", ID: id}, Details: map[string]string{"from": from.ID, "into": into.ID}}
	}
	return audit.Append(ctx, tx, entry(from.ID), entry(into.ID))
}

// hand gives what was open on one side to the other, from today on. A number that the receiver has of the same scheme stays the
// receiver's own: the other one remains in the history only.
func hand(ctx context.Context, tx *db.Tx, from, into *File, today Day) error {
	var numbers []Identifier
	for _, n := range from.Identifiers {
		if n.To == "" && into.Number(n.Scheme) == "" {
			numbers = append(numbers, Identifier{db.NewID(), into.ID, n.Scheme, n.Value, today, ""})
		}
	}
	var members []Member
	for _, m := range from.Members {
		if m.To == "" && !into.has(m.RPPS) {
			m.ID, m.StructureID, m.From = db.NewID(), into.ID, max(today, m.From)
			members = append(members, m)
		}
	}
	var sites []Site
	for _, site := range from.Sites {
		if site.To == "" && !site.Main {
			site.ID, site.StructureID, site.From = db.NewID(), into.ID, today
			sites = append(sites, site)
		}
	}
	var documents []Document
	for _, d := range from.Documents {
		d.ID, d.StructureID = db.NewID(), into.ID
		documents = append(documents, d)
	}
	var projects []Project
	for _, p := range from.Projects {
		if !ProjectLife.State(p.State).Terminal {
			p.ID, p.StructureID = db.NewID(), into.ID
			projects = append(projects, p)
		}
	}
	into.Identifiers = append(into.Identifiers, numbers...)
	if err := insertAll(ctx, tx, insertProject, projects); err != nil {
		return err
	}
	if err := insertAll(ctx, tx, insertDocument, documents); err != nil {
		return err
	}
	if err := endCase(ctx, tx, from, into, today); err != nil {
		return err
	}
	if err := insertAll(ctx, tx, insertIdentifier, numbers); err != nil {
		return err
	}
	if err := insertAll(ctx, tx, insertMember, members); err != nil {
		return err
	}
	return insertAll(ctx, tx, insertSite, sites)
}

// has tells whether a professional is already a member, by number.
func (f *File) has(rpps string) bool {
	return rpps != "" && slices.ContainsFunc(f.Members, func(m Member) bool { return m.RPPS == rpps && m.To == "" })
}

// endCase closes the case of a practice that is merged: what goes on is its receiver's.
func endCase(ctx context.Context, tx *db.Tx, from, into *File, today Day) error {
	_, err := tx.ExecContext(ctx, "UPDATE structure_difficulty SET state = $1, ended_on = $2, outcome = $3, version = version + 1 WHERE structure_id = $4 AND ended_on = ''",
		string(CaseEnded), string(today), "Fusionné dans « "+into.Name+" ».", from.ID)
	if err != nil {
		return fmt.Errorf("end the case of a merged practice: %w", err)
	}
	return nil
}
