// Package reports is the room above the others that measures their effect: for a year, département by département, what was done and what
// access became.
//
// # Vocabulary
//
//   - A Report is a year: tables drawn whole from what rooms below hand over, each with a note that says what it counts and how sure it is.
//   - Access is compared at two dates, the first day of the year and that of the next; the version in force on each is named. When both are
//     one version there is nothing to compare, and the report says so.
//   - The gain of posts is an estimate: the full-time equivalents that started in the year, added to the supply of its first day, everything
//     else unchanged.
//   - A count of people is small under six. Who does not manage the territory reads none, nor one that would give it back by subtraction.
//
// # Who may
//
// Anybody reads the public report. Officers read their territory's own counts too. Of tele-expertise, nobody reads more here than the
// quarters that its own figures publish.
//
// The room knows the others through Sources, small interfaces that internal/app implements; it keeps nothing.
package reports
