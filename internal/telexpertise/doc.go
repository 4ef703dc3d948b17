// Package telexpertise carries a doubt about a skin lesion from a general practitioner's phone to the histology.
//
// Vocabulary. A general practitioner (the requester) photographs a lesion and asks a Pool: dermatologists (experts), their
// secretaries, a coordinator and a lead, for some départements. A Case is one request: who the patient is, what the practitioner
// found (Clinical), photographs, and everything that follows. The experts answer with a Disposition:
//
//	D1 urgent visit · D2 visit, not urgent · D3 no visit, advice · D4 not assessable · D5 direct excision · D6 photograph again at 3 months
//
// Three lives run beside one another, each a table of package lifecycle (lives.go): the request (draft → … → answered → closed), the
// reading of the answer by who asked (unread → read → informed), and the visit (to book → proposed → booked → seen → excised →
// histology). A case closes when all three have ended; one of P1 or P2 needs an outcome. Whoever acts takes a Part in the case:
// requester, expert, taker (the expert who holds it), secretary, coordinator, lead. Parts come from the pool's members, never from
// the role of the account alone.
//
// Deadlines are settings of the pool (settings.go). Each life has one clock: the moment its next deadline passes. A periodic job
// (jobs.go) finds clocks that have run out and does what the table says: pass the case to the next expert, then to all, then to the
// coordinator; release a case that nobody answers; remind; erase a draft. Who is offered a case is decided by pure code (dispatch.go),
// which the simulation runs too.
//
// Trust. Everything that says who the patient is, everything that was typed about them and every photograph is sealed under a key
// of the case: the database and the disk hold nothing readable. Columns in clear hold identifiers of our own, states, moments,
// urgency, disposition and counts. Every reading of a case is written in the audit record, in the transaction that reads. The health
// agency sees figures (figures.go), whose small counts are hidden so that no difference of two tables gives them back; it never
// reaches a case.
//
// A doctor without a part in a case may open it exceptionally (opening.go): to read, for four hours, with a reason. Its doctors and the
// lead of the pool are told, what is read is recorded as such, and the lead reviews it (opening_review.go).
//
// Nothing here scores an image: the seven-point checklist is computed from what was typed, and shown as such.
package telexpertise
