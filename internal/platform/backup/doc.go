// Package backup copies an installation, database and files, while it is used, and puts it back.
//
// A backup is one file: a tar archive, compressed, then encrypted to age recipients whose secret stays elsewhere. Rows are written as
// JSON from one read-only transaction, so that what SQLite held can be restored into PostgreSQL and the other way round. Files come
// after the rows: one that a row names was there before the row. Last comes a manifest with the count and hash of each table and
// the size and hash of each file; reading a backup checks them all, restoring checks them again in what was written.
//
// The installation's own keys are not in it: see Keys.
package backup
