// Package initiatives is the room of inspiring initiatives: what works somewhere, with its evidence, so that others may copy it.
//
// # Vocabulary
//
//   - An initiative is spotted, qualified by the agency, sent to the national committee, retained by it, published, replicated elsewhere.
//   - Evidence is a claim with its figure and its source, marked as verified or not: a claim without a source is refused.
//   - The kit says how to copy it: what it takes, with whom, what it costs, in which steps.
//
// # Who may
//
// Anybody reads what is published. Officers prepare the initiatives of their territory.
package initiatives
