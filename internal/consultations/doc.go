// Package consultations is the room of advanced consultations: a practitioner who comes to consult where care is missing, because
// several institutions each bring a part.
//
// # Vocabulary
//
//   - A facet is a part of the common action: premises, operation, funding, information of professionals, communication.
//   - A partner is an institution around the table; a share is a facet that a partner owns. The board crosses partners and facets.
//   - A session is a day of consultations: planned, then held or cancelled with a reason. A session held tells its slots, how many people
//     were seen and how long they had waited (the middle, in days). No patient is named anywhere.
//   - A year counts from the opening. Its review falls due when it ends, has figures and words, and is renewed with its own words only.
//   - A part is what a partner brought in a year: hours, an amount that only those around the table read, a sentence.
//
// # Invariant kept here
//
// A consultation does not open while a facet is uncovered or a partner owns none; the refusal names them (9).
//
// # Who may
//
// Anybody reads consultations that are open or were. Officers run those of their territory. A partner institution sees those that it
// takes part in, takes or leaves facets for itself and reports sessions.
package consultations
