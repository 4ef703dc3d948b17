// Package lifecycle turns the life of an object into one readable table.
//
// A Table lists States (name, label, who owns the object while it is there) and Moves (from which states, to which one, which roles
// may, under which guard, before which deadline). A Machine made from it answers every question about that life: which buttons a
// person sees (Moves, Options), whether a move is allowed and, if not, which rule says no (Check), what is due and when (Deadlines),
// and what it looks like (Mermaid, Document). No room writes an `if state == …` of its own.
//
// S is what guards look at, usually a pointer to the room's object. R is the type of roles, usually accounts.Role.
//
// Refusals are faults: fault.KindRefused when the state or the guard says no, fault.KindForbidden when the roles do, fault.KindInvalid
// on the field "reason" when a reason is required and missing. Rule is "machine: move", followed by the guard's own rule if any.
package lifecycle
