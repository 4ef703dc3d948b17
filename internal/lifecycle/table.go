package lifecycle

import (
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
)

// State names a state: short, stable, kept in the database.
type State string

// System is the role under which automatic moves run: silence clocks and expiry. No person holds it.
const System = "system"

// Role is what a room's role type must be able to do.
type Role interface {
	~string
	Name() i18n.Text
}

// Table is the life of one kind of object.
type Table[S any, R Role] struct {
	Name    string // "calls.dossier": the room and the object
	Label   i18n.Text
	Initial State
	States  []StateRow[R]
	Moves   []Move[S, R]
}

// StateRow is a state of the table.
type StateRow[R Role] struct {
	Name     State
	Label    i18n.Text
	Terminal bool // the life may end here; a move may still reopen it
	Owner    R    // who is expected to act; "" when nobody is
}

// Move is a move of the table.
type Move[S any, R Role] struct {
	Name  string
	Label i18n.Text // what the button says
	From  []State
	To    State
	Roles []R // who may; System for a move that may happen by itself
	// Guard refuses with a fault (fault.Refused names the invariant). Nil lets everything pass.
	Guard func(S) error
	// Deadline counts from the entry into the state; the zero Deadline is none. DeadlineOf, when set, reads it from the object.
	Deadline   Deadline
	DeadlineOf func(S) Deadline
	// Automatic makes the system do the move when the deadline passes; otherwise passing it makes the object late.
	Automatic bool
	// Reason says that the mover must give a reason.
	Reason bool
}

// Unit is what a deadline counts in.
type Unit string

// The units of deadlines. Days and months keep the hour of Paris; working time is clock.France's.
const (
	Hours        Unit = "hours"
	Days         Unit = "days"
	Months       Unit = "months"
	WorkingHours Unit = "working_hours"
	WorkingDays  Unit = "working_days"
)

var unitLabels = map[Unit]i18n.Text{
	Hours:        {FR: "h", EN: "h"},
	Days:         {FR: "j", EN: "d"},
	Months:       {FR: "mois", EN: "months"},
	WorkingHours: {FR: "h ouvrées", EN: "working h"},
	WorkingDays:  {FR: "j ouvrés", EN: "working d"},
}

// Deadline is a length of time, as data.
type Deadline struct {
	N    int  `json:"n"`
	Unit Unit `json:"unit"`
}

// None tells whether there is no deadline.
func (d Deadline) None() bool { return d.N <= 0 }

// Valid tells whether the unit is known; a form that lets somebody set a deadline asks.
func (d Deadline) Valid() bool { return dueAfter[d.Unit] != nil }

// After is the moment when the deadline that starts at from passes.
func (d Deadline) After(from time.Time) time.Time {
	return clock.Cut(dueAfter[d.Unit](from, d.N))
}

var dueAfter = map[Unit]func(time.Time, int) time.Time{
	Hours:        func(t time.Time, n int) time.Time { return t.Add(time.Duration(n) * time.Hour) },
	Days:         clock.AddDays,
	Months:       clock.AddMonths,
	WorkingHours: func(t time.Time, n int) time.Time { return clock.France.AddWorking(t, time.Duration(n)*time.Hour) },
	WorkingDays:  clock.France.AddWorkingDays,
}
