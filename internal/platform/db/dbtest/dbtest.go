// Package dbtest gives each test its own migrated database, on SQLite and on PostgreSQL.
package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"maillage/internal/platform/db"
)

// Env names the variable that holds the URL of a PostgreSQL server on which tests may create databases.
const Env = "MAILLAGE_TEST_POSTGRES"

// Each runs a test on a fresh SQLite database and, when Env is set, on a fresh PostgreSQL one.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

var template struct {
	once sync.Once
	file []byte
	err  error
}

// SQLite opens a fresh migrated SQLite database in a temporary folder.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	template.once.Do(func() { template.file, template.err = sqliteTemplate() })
	if template.err != nil {
		t.Fatal(template.err)
	}
	path := filepath.Join(t.TempDir(), "maillage.db")
	if err := os.WriteFile(path, template.file, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func sqliteTemplate() ([]byte, error) {
	dir, err := os.MkdirTemp("", "maillage-template")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "template.db")
	d, err := db.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if _, err := d.Migrate(context.Background()); err != nil {
		return nil, err
	}
	if _, err := d.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

var pgTemplate struct {
	once sync.Once
	name string
	err  error
}

// Postgres opens a fresh migrated PostgreSQL database, dropped at the end. Without a server the test is skipped, and says so.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	server := os.Getenv(Env)
	if server == "" {
		t.Skipf("no PostgreSQL server: set %s (make check starts one)", Env)
	}
	pgTemplate.once.Do(func() { pgTemplate.name, pgTemplate.err = postgresTemplate(server) })
	if pgTemplate.err != nil {
		t.Fatal(pgTemplate.err)
	}
	name := "t_" + db.NewID()
	if err := onServer(server, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, pgTemplate.name)); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(context.Background(), withDatabase(server, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = d.Close()
		if err := onServer(server, fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", name)); err != nil {
			t.Log(err)
		}
	})
	return d
}

// Main runs a package's tests and drops the PostgreSQL template that they shared. A package that uses Postgres may call it from
// TestMain; without it the template stays until the throw-away server goes.
func Main(m *testing.M) int {
	code := m.Run()
	if pgTemplate.name != "" {
		_ = onServer(os.Getenv(Env), "DROP DATABASE IF EXISTS "+pgTemplate.name+" WITH (FORCE)")
	}
	return code
}

func postgresTemplate(server string) (string, error) {
	name := "template_" + db.NewID()
	if err := onServer(server, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	d, err := db.Open(context.Background(), withDatabase(server, name))
	if err != nil {
		return "", err
	}
	defer func() { _ = d.Close() }()
	_, err = d.Migrate(context.Background())
	return name, err
}

func onServer(server, statement string) error {
	d, err := db.Open(context.Background(), server)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if _, err := d.Exec(statement); err != nil {
		return fmt.Errorf("%s: %w", strings.Fields(statement)[0], err)
	}
	return nil
}

func withDatabase(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + name
	return u.String()
}
