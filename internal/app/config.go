package app

import (
	"log/slog"

	"maillage/internal/platform/clock"
)

// Config is what an installation chooses.
type Config struct {
	// DB is a SQLite file path or a PostgreSQL URL.
	DB string
	// Data is the folder of blobs, keys and outgoing mail of a single node.
	Data string
	// BaseURL is the public address, without a slash at the end; links in mails start with it.
	BaseURL string
	// Region is the INSEE code of the region on the front page ("11" Île-de-France).
	Region string
	// Demo loads invented people, structures and supply, and says so on every page.
	Demo bool

	Log   *slog.Logger
	Clock clock.Clock
}
