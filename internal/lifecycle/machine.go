package lifecycle

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Machine answers questions about a table. It holds no state of any object and is safe for concurrent use.
type Machine[S any, R Role] struct {
	table  Table[S, R]
	states map[State]StateRow[R]
	moves  map[string]int
}

// New checks a table and makes its machine. A table that does not hold together is a programming error: New panics and says what
// is wrong.
func New[S any, R Role](t Table[S, R]) *Machine[S, R] {
	m := &Machine[S, R]{table: t, states: map[State]StateRow[R]{}, moves: map[string]int{}}
	for _, s := range t.States {
		m.states[s.Name] = s
	}
	for i, mv := range t.Moves {
		m.moves[mv.Name] = i
	}
	if err := m.check(); err != nil {
		panic(fmt.Sprintf("lifecycle %s: %v", t.Name, err))
	}
	return m
}

func (m *Machine[S, R]) check() error {
	var errs []error
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	known := func(s State) bool { _, ok := m.states[s]; return ok }
	t := m.table
	refuse(t.Name == "" || t.Label.FR == "" || t.Label.EN == "", "no name or label")
	refuse(!known(t.Initial), "unknown initial state %q", t.Initial)
	refuse(len(m.states) != len(t.States), "a state is listed twice")
	refuse(len(m.moves) != len(t.Moves), "a move is listed twice")
	for _, s := range t.States {
		refuse(s.Name == "" || s.Label.FR == "" || s.Label.EN == "", "state %q has no name or label", s.Name)
		exits := slices.ContainsFunc(t.Moves, func(mv Move[S, R]) bool { return slices.Contains(mv.From, s.Name) })
		refuse(!s.Terminal && !exits, "state %q has no way out and is not terminal", s.Name)
		refuse(!m.reached()[s.Name], "state %q is never reached", s.Name)
	}
	for _, mv := range t.Moves {
		refuse(mv.Name == "" || mv.Label.FR == "" || mv.Label.EN == "", "move %q has no name or label", mv.Name)
		refuse(len(mv.From) == 0 || len(mv.Roles) == 0, "move %q starts nowhere, or nobody may", mv.Name)
		for _, s := range append(slices.Clone(mv.From), mv.To) {
			refuse(!known(s), "move %q speaks of the unknown state %q", mv.Name, s)
		}
		timed := !mv.Deadline.None() || mv.DeadlineOf != nil
		refuse(mv.Automatic && !(timed && slices.Contains(mv.Roles, R(System))), "move %q is automatic without a deadline or the role system", mv.Name)
		refuse(!mv.Deadline.None() && dueAfter[mv.Deadline.Unit] == nil, "move %q counts in the unknown unit %q", mv.Name, mv.Deadline.Unit)
	}
	return errors.Join(errs...)
}

// reached is every state that moves can lead to from the initial one.
func (m *Machine[S, R]) reached() map[State]bool {
	seen := map[State]bool{m.table.Initial: true}
	for grew := true; grew; {
		grew = false
		for _, mv := range m.table.Moves {
			if !seen[mv.To] && slices.ContainsFunc(mv.From, func(s State) bool { return seen[s] }) {
				seen[mv.To], grew = true, true
			}
		}
	}
	return seen
}

// Table is what the machine was made from.
func (m *Machine[S, R]) Table() Table[S, R] { return m.table }

// Name is the machine's name.
func (m *Machine[S, R]) Name() string { return m.table.Name }

// Initial is the state of a new object.
func (m *Machine[S, R]) Initial() State { return m.table.Initial }

// State is a state's row; the zero row when the machine has no such state.
func (m *Machine[S, R]) State(s State) StateRow[R] { return m.states[s] }

// Label is how people read a state.
func (m *Machine[S, R]) Label(s State) i18n.Text { return m.states[s].Label }

// Move finds a move by its name.
func (m *Machine[S, R]) Move(name string) (Move[S, R], bool) {
	i, ok := m.moves[name]
	if !ok {
		return Move[S, R]{}, false
	}
	return m.table.Moves[i], true
}

// Moves lists what somebody with these roles can do now: the buttons, in the order of the table.
func (m *Machine[S, R]) Moves(subject S, state State, roles []R) []Move[S, R] {
	var can []Move[S, R]
	for _, o := range m.Options(subject, state, roles) {
		if o.Refusal == nil {
			can = append(can, o.Move)
		}
	}
	return can
}

// Option is a move of the present state, and why it is refused for now if it is.
type Option[S any, R Role] struct {
	Move    Move[S, R]
	Refusal error
}

// Options lists the moves of the present state that the roles may do, those that a guard refuses included, with the refusal to show.
func (m *Machine[S, R]) Options(subject S, state State, roles []R) []Option[S, R] {
	var options []Option[S, R]
	for _, mv := range m.table.Moves {
		if slices.Contains(mv.From, state) && shares(mv.Roles, roles) {
			options = append(options, Option[S, R]{mv, m.guard(mv, subject)})
		}
	}
	return options
}

// Check says where a move leads, or refuses it with a fault that names the machine and the move.
func (m *Machine[S, R]) Check(subject S, state State, move string, roles []R, reason string) (State, error) {
	mv, ok := m.Move(move)
	if !ok || !slices.Contains(mv.From, state) {
		return "", m.refuse(fault.KindRefused, move, i18n.Text{
			FR: fmt.Sprintf("« %s » n’est pas possible dans l’état « %s » ; rien n’a changé.", text(mv.Label.FR, move), text(m.Label(state).FR, string(state))),
			EN: fmt.Sprintf("“%s” is not possible in the state “%s”; nothing has changed.", text(mv.Label.EN, move), text(m.Label(state).EN, string(state))),
		})
	}
	if !shares(mv.Roles, roles) {
		return "", m.refuse(fault.KindForbidden, move, i18n.Text{
			FR: fmt.Sprintf("Votre rôle ne permet pas « %s » ; rien n’a changé.", mv.Label.FR),
			EN: fmt.Sprintf("Your role does not allow “%s”; nothing has changed.", mv.Label.EN),
		})
	}
	if mv.Reason && strings.TrimSpace(reason) == "" {
		refusal := m.refuse(fault.KindInvalid, move, i18n.Text{FR: "Un motif est nécessaire ; rien n’a changé.", EN: "A reason is needed; nothing has changed."})
		refusal.Fields = fault.Fields{"reason": {FR: "Indiquez le motif.", EN: "Give the reason."}}
		return "", refusal
	}
	if err := m.guard(mv, subject); err != nil {
		return "", err
	}
	return mv.To, nil
}

// Due is a deadline that runs on an object.
type Due[S any, R Role] struct {
	Move Move[S, R]
	At   time.Time
}

// Deadlines lists what is due for an object that entered its state at since, soonest first. Jobs do the automatic ones when they
// pass; the others make the object late.
func (m *Machine[S, R]) Deadlines(subject S, state State, since time.Time) []Due[S, R] {
	var due []Due[S, R]
	for _, mv := range m.table.Moves {
		d := mv.Deadline
		if mv.DeadlineOf != nil {
			d = mv.DeadlineOf(subject)
		}
		if slices.Contains(mv.From, state) && !d.None() {
			due = append(due, Due[S, R]{mv, d.After(since)})
		}
	}
	slices.SortStableFunc(due, func(a, b Due[S, R]) int { return a.At.Compare(b.At) })
	return due
}

// guard asks the move's guard, and adds the machine and the move to its refusal. Errors that are not faults pass as they are.
func (m *Machine[S, R]) guard(mv Move[S, R], subject S) error {
	if mv.Guard == nil {
		return nil
	}
	err := mv.Guard(subject)
	var said *fault.Error
	if !errors.As(err, &said) {
		return err
	}
	refusal := m.refuse(said.Kind, mv.Name, said.Message)
	if said.Rule != "" {
		refusal.Rule += " (" + said.Rule + ")"
	}
	refusal.Fields = said.Fields
	return refusal.Because(err)
}

func (m *Machine[S, R]) refuse(kind fault.Kind, move string, message i18n.Text) *fault.Error {
	return &fault.Error{Kind: kind, Rule: m.table.Name + ": " + move, Message: message}
}

func shares[R comparable](a, b []R) bool {
	return slices.ContainsFunc(a, func(r R) bool { return slices.Contains(b, r) })
}

func text(label, name string) string {
	if label == "" {
		return name
	}
	return label
}
