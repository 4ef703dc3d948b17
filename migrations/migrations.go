// Package migrations holds the schema of every room: plain SQL that SQLite and PostgreSQL both take. Numbers are given by room
// (see CONTRIBUTING.md); a migration that was released is never edited.
package migrations

import "embed"

// FS holds the migration files.
//
//go:embed *.sql
var FS embed.FS
