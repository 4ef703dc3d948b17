package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/rulebook"
	"maillage/internal/territory"
)

// Every kind of subject reaches the simulator: structures, filed dossiers, drafts, recruitments and shared posts at their sites.
func TestRezoningLooksAtEverything(t *testing.T) {
	a := demonstration(t)
	ctx := context.Background()
	kinds := map[string]int{}
	for _, source := range append(a.rulePages().Sources, rulebook.StructureSubjects{Structures: a.structures}) {
		subjects, err := source.Subjects(ctx, "11")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range subjects {
			kinds[s.Kind]++
			if s.Label.Empty() || s.Commune == "" || s.Kind != "draft" && s.Href == "" {
				t.Errorf("somebody without a name, a place or a page: %+v", s)
			}
			if s.Kind == "shared" && (len(s.Aids) != 1 || s.Aids[0] == "") {
				t.Errorf("a shared post without its aid: %+v", s)
			}
		}
	}
	for _, kind := range []string{"structure", "dossier", "post", "shared"} {
		if kinds[kind] == 0 {
			t.Errorf("the simulator sees no %s: %v", kind, kinds)
		}
	}
	body, err := simulated(a, allOutside(), wholeRegion)
	if err != nil || !strings.Contains(body, "Dossiers déposés") || !strings.Contains(body, "Postes de généralistes") || !strings.Contains(body, "Postes partagés") {
		t.Errorf("files and posts are not on the page: %v", err)
	}
	essonne := accounts.Actor{ID: "e", Name: "Agent", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11", Departement: "91"}}}
	if body, err = simulated(a, allOutside(), essonne); err != nil || strings.Contains(body, "/dossiers/") == false || strings.Contains(body, "75-20") {
		t.Errorf("an officer of one département sees the files of another: %v", err)
	}
}

var wholeRegion = accounts.Actor{ID: "o", Name: "Agent", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}

// allOutside is a zoning that puts every commune of the region outside.
func allOutside() []byte {
	var file bytes.Buffer
	file.WriteString("code_insee,zone\n")
	for _, c := range territory.Embedded().Communes {
		if c.Region == "11" {
			fmt.Fprintf(&file, "%s,HZ\n", c.Code)
		}
	}
	return file.Bytes()
}

// simulated posts a zoning to the page, and gives what it answers.
func simulated(a *App, file []byte, actor accounts.Actor) (string, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("fichier", "zones.csv")
	if err != nil {
		return "", err
	}
	if _, err := part.Write(file); err != nil {
		return "", err
	}
	_ = form.Close()
	r := httptest.NewRequest(http.MethodPost, "/zonage/simulation", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := httptest.NewRecorder()
	for _, route := range a.rulePages().Routes() {
		if route.Method == http.MethodPost && route.Path == "/zonage/simulation" {
			err = route.Handler(w, r.WithContext(accounts.WithActor(r.Context(), actor)))
		}
	}
	if err == nil && w.Code != http.StatusOK {
		err = fmt.Errorf("answered %d", w.Code)
	}
	return w.Body.String(), err
}

// BenchmarkRezoningOfTenThousand simulates a zoning over the demonstration and 10,000 dossiers more, the page drawn whole.
func BenchmarkRezoningOfTenThousand(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchRezoning(b, demonstration(b)) })
	b.Run("postgres", func(b *testing.B) {
		d := dbtest.Postgres(b)
		var name string
		if err := d.Get(&name, `SELECT current_database()`); err != nil {
			b.Fatal(err)
		}
		address, err := url.Parse(os.Getenv(dbtest.Env))
		if err != nil {
			b.Fatal(err)
		}
		address.Path = "/" + name
		a, err := New(context.Background(), Config{DB: address.String(), Data: b.TempDir(), BaseURL: "http://127.0.0.1:1", Region: "11", Demo: true, Clock: clock.System{},
			Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = a.Close() })
		benchRezoning(b, a)
	})
}

func benchRezoning(b *testing.B, a *App) {
	tenThousandMore(b, a.DB)
	file := allOutside()
	for b.Loop() {
		if _, err := simulated(a, file, wholeRegion); err != nil {
			b.Fatal(err)
		}
	}
}

// tenThousandMore copies filed dossiers of the demonstration until there are 10,000 more of them.
func tenThousandMore(b *testing.B, d *db.DB) {
	b.Helper()
	rows, err := d.Queryx(`SELECT * FROM dossier WHERE 1 = 0`)
	if err != nil {
		b.Fatal(err)
	}
	columns, err := rows.Columns()
	if err != nil || rows.Close() != nil {
		b.Fatal(err)
	}
	values := make([]string, len(columns))
	for i, c := range columns {
		values[i] = map[string]string{"id": "d.id || '-' || n.n", "number": "d.number || '-' || n.n", "structure_id": "''"}[c]
		if values[i] == "" {
			values[i] = "d." + c
		}
	}
	_, err = d.Exec(`WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 500)
		INSERT INTO dossier (` + strings.Join(columns, ", ") + `) SELECT ` + strings.Join(values, ", ") + ` FROM n CROSS JOIN
		(SELECT * FROM dossier WHERE state NOT IN ('draft', 'refused', 'withdrawn') AND region = '11' AND commune <> '' ORDER BY id LIMIT 20) d`)
	if err != nil {
		b.Fatal(err)
	}
}
