// Package calls is the room of calls for projects, from the call to the decision.
//
// # Vocabulary
//
//   - A programme is a kind of support: the three MSP aids, the health-centre aid, the walls of the ARS–URPS protocol, practices in
//     difficulty, recruitment of general practitioners, six kinds of shared posts. Programmes is the table.
//   - A call opens a programme for a window of time, with an envelope, a form, the evidence asked, criteria and their weights.
//   - A dossier is one application to a call: answers, documents, corrections asked and given, messages, opinions, a decision. A filed
//     dossier keeps the form, the zone and the rule versions of the day it was filed.
//   - An opinion is given by a reviewer before a deadline, with a score per criterion or a declared conflict of interest.
//   - A committee ranks dossiers and votes; another person than the instructor decides; another one pays.
//
// # Who may
//
// Anybody reads published calls and starts a dossier, with or without an account: a dossier without an account is opened by the key
// that its author keeps. Officers instruct and decide in their territory. Reviewers see the dossiers on which their opinion was
// asked. Money after the decision is the funding room's.
package calls
