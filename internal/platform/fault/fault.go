// Package fault is the one vocabulary of errors. Rooms return these; httpx maps them to HTTP in one table; the command line maps
// them to exit codes. A message tells the reader what happened, what was kept and what to do.
package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"maillage/internal/platform/i18n"
)

// Kind says what sort of failure a fault is.
type Kind string

// The kinds. Their HTTP statuses are in httpx.statusOf.
const (
	KindInvalid         Kind = "invalid"         // what was sent cannot be read or breaks a field's rule
	KindUnauthenticated Kind = "unauthenticated" // nobody is signed in
	KindForbidden       Kind = "forbidden"       // somebody is, and may not
	KindNotFound        Kind = "not_found"
	KindConflict        Kind = "conflict"    // somebody else changed it meanwhile
	KindRefused         Kind = "refused"     // an invariant or a lifecycle says no, and is named
	KindTooLarge        Kind = "too_large"   // over a stated limit
	KindTooMany         Kind = "too_many"    // rate limit
	KindFull            Kind = "full"        // storage is full
	KindMethod          Kind = "method"      // this address does not take what is sent this way
	KindSlow            Kind = "slow"        // what was sent came too slowly
	KindUnavailable     Kind = "unavailable" // something the system needs does not answer
)

// Error is a fault with its message in both languages.
type Error struct {
	Kind    Kind
	Message i18n.Text
	// Rule names the invariant, lifecycle move or rule that refused ("invariant-4", "calls.application: grant").
	Rule string
	// Fields holds one message per refused field, by the field's form name.
	Fields map[string]i18n.Text
	cause  error
}

// Error is the English text, for logs: messages never hold personal data.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Kind))
	if e.Rule != "" {
		fmt.Fprintf(&b, " [%s]", e.Rule)
	}
	if m := e.Message.EN; m != "" {
		fmt.Fprintf(&b, ": %s", m)
	}
	names := make([]string, 0, len(e.Fields))
	for name := range e.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&b, "; %s: %s", name, e.Fields[name].EN)
	}
	if e.cause != nil {
		fmt.Fprintf(&b, ": %v", e.cause)
	}
	return b.String()
}

// Unwrap gives the cause, if any.
func (e *Error) Unwrap() error { return e.cause }

// New makes a fault of a kind.
func New(kind Kind, message i18n.Text) *Error { return &Error{Kind: kind, Message: message} }

// Invalid refuses input as a whole.
func Invalid(fr, en string) *Error { return New(KindInvalid, i18n.Text{FR: fr, EN: en}) }

// NotFound says that nothing is there, or nothing that this reader may see.
func NotFound(fr, en string) *Error { return New(KindNotFound, i18n.Text{FR: fr, EN: en}) }

// Forbidden says that this actor may not.
func Forbidden(fr, en string) *Error { return New(KindForbidden, i18n.Text{FR: fr, EN: en}) }

// Conflict says that the object changed since it was read.
func Conflict(fr, en string) *Error { return New(KindConflict, i18n.Text{FR: fr, EN: en}) }

// Refused says that a named rule forbids this.
func Refused(rule, fr, en string) *Error {
	return &Error{Kind: KindRefused, Rule: rule, Message: i18n.Text{FR: fr, EN: en}}
}

// Because keeps a cause for the log; the reader never sees it.
func (e *Error) Because(err error) *Error { e.cause = err; return e }

// Fields collects refusals field by field; Err is nil when there is none.
type Fields map[string]i18n.Text

// Add refuses a field, keeping the first refusal of each.
func (f Fields) Add(name, fr, en string) {
	if _, seen := f[name]; !seen {
		f[name] = i18n.Text{FR: fr, EN: en}
	}
}

// Err is the fault that holds every refused field, or nil.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Fields: f, Message: i18n.Text{
		FR: "Certains champs sont à corriger ; rien de ce que vous avez saisi n’est perdu.",
		EN: "Some fields need correcting; nothing you typed was lost.",
	}}
}

// KindOf finds the kind of an error, or "" when it is not a fault.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// Is tells whether err is a fault of this kind.
func Is(err error, kind Kind) bool { return KindOf(err) == kind }
