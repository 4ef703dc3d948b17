// Package funding is the room of money after a decision: agreements, commitments, tranches, payments, reports, repayments.
//
// # Vocabulary
//
//   - A convention is the agreement drawn from a grant and signed by two people, one for the agency and one for the structure. Its
//     signed file is kept with its SHA-256.
//   - A commitment reserves the money; a tranche is a part of it with a date and a condition; a payment order asks the accountant to pay a
//     tranche; a payment is what the accountant says was paid.
//   - A report is what the structure owes, and a proof what one tranche waits for; the last tranche (the balance) waits for the reports.
//   - A slip (batch) is the file of orders that goes to the accountant. A repayment order asks money back.
//   - An entry is one movement of money; from the entries the balance of an envelope is read on any day.
//
// # Invariants kept here, in the service and in the database
//
// An aid already received is deducted (3). Tranches never exceed the grant (4). Nothing is ordered before the agreement is signed, nor
// the balance before a report is accepted (5). Who orders a payment neither processed nor decided the application (6). Aids that
// exclude one another are not under way together (10, in the service). Money is integer cents (11).
//
// The room knows grants through the interface Grants; internal/app hands it the room of calls.
package funding
