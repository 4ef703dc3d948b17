package db

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	schemeOf = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*)://`)
	// keyed is how libpq also writes an address: as a path it would open an empty SQLite file beside the database that was meant.
	keyed = regexp.MustCompile(`(?i)(^|\s)(host|hostaddr|port|dbname|user|password|sslmode|service)\s*=`)
)

const wanted = "the path of a SQLite file, or postgres://user@host/database"

// locate reads the address of a database: a PostgreSQL URL, or the path of a SQLite file ("sqlite:" in front is allowed). Whatever looks
// like another engine's address is refused: taken as a path, it would serve an empty installation. What it holds is not repeated, as it may
// be a password.
func locate(dsn string) (Dialect, string, error) {
	path := strings.TrimPrefix(strings.TrimPrefix(dsn, "sqlite://"), "sqlite:")
	if strings.TrimSpace(path) == "" {
		return "", "", errors.New("no database is named: give " + wanted)
	}
	if found := schemeOf.FindStringSubmatch(path); found != nil {
		scheme := strings.ToLower(found[1])
		if scheme != "postgres" && scheme != "postgresql" {
			return "", "", fmt.Errorf("%s:// is no database that Maillage knows: give %s", found[1], wanted)
		}
		return Postgres, scheme + path[len(scheme):], nil
	}
	if keyed.MatchString(path) || strings.HasPrefix(strings.ToLower(path), "file:") {
		return "", "", errors.New("this is not how a database is named: give " + wanted)
	}
	return SQLite, path, nil
}

// resolve gives the one name of a file, whatever links lead to it: two servers that name it in two ways must meet at one lock. The file
// may not exist yet; its folder does.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	for range 40 { // as many links as Linux itself follows
		if err != nil {
			return "", err
		}
		real, err := filepath.EvalSymlinks(path)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return real, err
		}
		folder, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return "", err
		}
		path = filepath.Join(folder, filepath.Base(path))
		target, err := os.Readlink(path)
		if err != nil {
			return path, nil //nolint:nilerr // no link: a file that is not there yet
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(folder, target)
		}
		path = target
	}
	return "", errors.New("too many links")
}

// uri writes a path as SQLite reads it back: a ? or a # would end it there.
func uri(path string) string {
	return (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path)}).String()
}

// Files are those that a SQLite database has, or will have: itself, its log, its lock. PostgreSQL has none here.
func Files(dsn string) ([]string, error) {
	engine, path, err := locate(dsn)
	if err != nil || engine == Postgres {
		return nil, err
	}
	if real, err := resolve(path); err == nil {
		path = real // where there is no folder yet, there is no link either
	}
	return []string{path, path + "-wal", path + "-shm", path + ".lock"}, nil
}
