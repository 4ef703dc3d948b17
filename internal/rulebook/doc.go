// Package rulebook is the room of rules: which aids exist, for whom, where, how much, with what, and where each line was read.
//
// # Vocabulary
//
// A Rule is one aid, or one table of reference (sizes, deadlines, rates), as it stands between two days. Its identifier is stable;
// each change is a new Version with dates of its own, and two versions of one rule never overlap. A Fact is something known of
// whoever asks: the zone, the number of doctors, what is planned. A Profile is the facts known; what is not in it is unknown, which
// is not the same as false. A Condition is a small typed expression over facts (expr-lang/expr, cut down to comparisons: no call, no
// loop). An Amount is a line of money or a rate, in integer cents and basis points.
//
// # Answers
//
// Book.Evaluate gives one Answer per aid in force: eligible, not, or to be checked when a fact is missing. Each answer holds the
// range of its amounts, what it excludes, and its explanation: every condition that spoke, the values it saw, the version and the
// article. Verified says whether the amounts were read at a source: VerifiedNo is shown as such wherever the amount shows.
//
// # Where rules come from
//
// The files of rules/ are compiled into the program and loaded at start; the tests written beside each rule run then too, and the
// program does not start on a rule that fails its own. Officers write new versions in the product:
//
//	draft → reviewed by a second person → in force from a date → withdrawn
//
// Anybody reads; officers and administrators write; nobody reviews what they wrote.
package rulebook
