// Package posts is the room of posts: those that partners share, and general practitioners recruited in under-served areas.
//
// # Vocabulary
//
//   - A shared post is one doctor's work between several parties: assistants shared between hospitals (ASP), clinical research, town and
//     university, town and hospital (specialists, general practitioners), salaried general practitioners. Kinds is the table.
//   - A party has a share of the working time, of the funding, or of both. Its SIREN says that it is legally another than the others.
//   - The quota is the post's part of a full time; the full-time equivalent at a site is the quota times the site's share of the time.
//   - The succession alert tells, some months before the end or as soon as a departure is announced, that nobody follows the holder. It is
//     a job that waits for its day.
//   - An application is a dossier of a call for shared posts: a post that comes from one follows its grant and its agreement.
//   - A recruitment is a general practitioner's post in an under-served area, of strand 1 (shared with a hospital) or 2 (guaranteed
//     income). A recruit is a doctor, counted once however many posts and strands they went through.
//
// # Invariants kept here, in the service and in the database
//
// Shares of time and of funding each sum to 100 %; parties are legally distinct; one holder at a time; the RPPS number is known before
// the start (7). The practice lies in ZIP, ZAC or QPV, checked before the jury and kept as it stood; a doctor counts once (8).
//
// # Who may
//
// Officers manage the posts of their territory. A structure files and follows the posts that it coordinates, and every party reads the
// posts that it shares. Anybody may use the calculator.
package posts
