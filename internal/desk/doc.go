// Package desk is what a signed-in person finds on arriving: what needs them today, then the territory they work on.
//
// # Vocabulary
//
// An [Item] is one thing that waits, with its deadline when it has one. A [Section] is a list of them that one room hands over, or a
// board that it draws itself. A [Source] is how a room takes part: it answers with the sections that concern this reader, and with
// nothing for whom it does not concern. A [Desk] is all of it, with what is late and what comes within the week counted.
//
// # Who may do what
//
// Whoever is signed in reads their own desk; a source shows only what its room lets this reader see.
package desk
