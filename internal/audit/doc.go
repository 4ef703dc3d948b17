// Package audit keeps the record of what was decided and of who read what, so that nobody can quietly rewrite it.
//
// Vocabulary. An Entry says who (Actor) did what (Action, "territory.import") to what (Object), when, why (Reason), in words that
// outlive the records that they speak of (Text). Entries are leaves of a Merkle tree (golang.org/x/mod/sumdb/tlog): one leaf per
// entry, in order. A checkpoint is the tree's size and root hash, signed with a key that the database does not hold.
//
// Writing. Append runs inside the caller's transaction: either the change and its entry are both kept, or neither is. Appends
// follow one another, on both databases, because each updates the one row of audit_head.
//
// Privacy. An entry is never erased. It therefore never holds a patient's name, birth date, identity number or anything that a
// patient wrote: it names the case by its identifier, and the case can be forgotten while the fact that it was read remains.
//
// Checking. Verify recomputes every hash from the entries and compares the roots with the signed checkpoints, in the database and
// in the file beside the key. It finds an edit, a deletion, an insertion, a change of order anywhere before the last checkpoint, and
// any of them after it unless every stored hash was recomputed too.
package audit
