// Package atlas is what people see of territory and access to care: one region at a time, its communes with their neighbours
// beyond the border, the access model over them, their outlines on a map, what a new practice would change, and where the next
// posts should go.
//
// # Vocabulary
//
// A [Ground] is the state of the territory that everything is computed from: the embedded communes, and whatever was imported. A
// [Region] is one region of it under one decay, with an access model per age limit of doctors. A [Shape] is its outlines as
// short SVG paths. A [View] is what a reader chose to look at; it round-trips through the address, so that a link reproduces
// the view. A [Layer] turns a commune into a class of a colour scale. A [Scenario] is a list of changes of the supply; its
// [Answer] says which communes change and what the region gains.
//
// # Who may do what
//
// Everybody reads. A signed-in person saves scenarios, which whoever has the link may open; only their owner changes them.
package atlas
