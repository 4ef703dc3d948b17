package app

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
)

// exportFiles names the file of each export whose route leaves it open.
var exportFiles = map[string]string{
	"/bilan/export/{file}": "offre", "/comites/{id}/export/{file}": "classement", "/enveloppes/export/{file}": "enveloppes", "/instruction/export/{file}": "dossiers",
	"/paiements/export/{file}": "ordres", "/postes/export/{file}": "postes-partages", "/postes/recrutements/export/{file}": "recrutements",
}

// exportObjects gives an object of the demonstration to each export about one.
var exportObjects = map[string]string{
	"/comites/": "SELECT id FROM committee ORDER BY id LIMIT 1", "/protocoles/": "SELECT id FROM protocol ORDER BY id LIMIT 1",
	"/initiatives/":   "SELECT slug FROM initiative ORDER BY slug LIMIT 1",
	"/consultations/": "SELECT id FROM consultation WHERE opened_on <> '' ORDER BY id LIMIT 1",
}

// typedExports are those that hold words which people typed: each must show that it was put to the trial.
var typedExports = []string{"/administration/comptes", "/instruction/export/", "/structures", "/postes/export/", "/enveloppes/export/"}

// everybody holds every role over the region.
func everybody() accounts.Actor {
	a := accounts.Actor{ID: "demo-officer-region", Name: "Tous les rôles", SecondFactor: true}
	for _, r := range accounts.Roles {
		a.Grants = append(a.Grants, accounts.Grant{Role: r, Region: "11"})
	}
	return a
}

// poison makes formulas of names and titles all over a demonstration, and counts the columns.
func poison(t *testing.T, a *App) (n int) {
	t.Helper()
	var columns []struct{ Table, Column string }
	if err := a.DB.Select(&columns, `SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND c.type = 'TEXT' AND c.pk = 0 AND c.name IN ('name', 'title', 'label', 'person_name', 'owner_name', 'reviewer_name', 'holder', 'note', 'payee')
		AND m.name NOT LIKE 'audit%' AND m.name NOT IN ('setting', 'job', 'throttle', 'seal_key', 'rule_version', 'passkey')`); err != nil {
		t.Fatal(err)
	}
	for _, c := range columns {
		// names in two languages are JSON
		if _, err := a.DB.Exec("UPDATE " + c.Table + " SET " + c.Column + " = CASE WHEN " + c.Column + ` LIKE '{"%' THEN REPLACE(REPLACE(` + c.Column +
			`, '"fr":"', '"fr":"=1+'), '"en":"', '"en":"=1+') ELSE '=1+' || ` + c.Column + " END WHERE " + c.Column + " <> ''"); err != nil {
			t.Fatalf("%s.%s: %v", c.Table, c.Column, err)
		}
	}
	return len(columns)
}

// exportPaths are the addresses of an export route, one per format.
func exportPaths(t *testing.T, a *App, route httpx.Route) []string {
	t.Helper()
	path := route.Path
	for prefix, query := range exportObjects {
		if strings.HasPrefix(path, prefix) && (strings.Contains(path, "{id}") || strings.Contains(path, "{slug}")) {
			var id string
			if err := a.DB.Get(&id, query); err != nil {
				t.Fatalf("%s: the demonstration has no such object: %v", path, err)
			}
			path = strings.NewReplacer("{id}", id, "{slug}", id).Replace(path)
		}
	}
	if !strings.Contains(route.Path, "{file}") {
		return []string{path}
	}
	name, known := exportFiles[route.Path]
	if !known {
		t.Fatalf("%s: name its file in exportFiles", route.Path)
	}
	var all []string
	for _, format := range []string{"csv", "xlsx", "ods"} {
		all = append(all, strings.Replace(path, "{file}", name+"."+format, 1))
	}
	return all
}

func isExport(r httpx.Route) bool {
	if strings.HasPrefix(r.Path, "/simulateur/comparer.") {
		return false // needs the scenarios that its address names: downloads_test.go reads it
	}
	return r.Method == http.MethodGet && (strings.HasSuffix(r.Path, "/export/{file}") ||
		slices.ContainsFunc([]string{".csv", ".xlsx", ".ods"}, func(end string) bool { return strings.HasSuffix(r.Path, end) }))
}

// Every export of every room, in every format: no cell is a formula, whatever people typed.
func TestNoExportHoldsAFormula(t *testing.T) {
	a := demonstration(t)
	columns := poison(t, a)
	server := httptest.NewServer(a.handler)
	defer server.Close()
	admin := browser(t, server, "demo-admin") // some exports ask for a session, not only for an actor
	files, neutral := 0, map[string]int{}
	for _, route := range a.router.Routes() {
		if !isExport(route) {
			continue
		}
		for _, path := range exportPaths(t, a, route) {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			w := httptest.NewRecorder()
			if strings.HasPrefix(path, "/administration/") {
				for _, c := range admin.Jar.Cookies(httptest.NewRequest(http.MethodGet, server.URL, nil).URL) {
					r.AddCookie(c)
				}
				a.handler.ServeHTTP(w, r)
			} else {
				a.router.ServeHTTP(w, r.WithContext(accounts.WithActor(r.Context(), everybody())))
			}
			if w.Code != http.StatusOK {
				t.Errorf("%s: %d %.200s", path, w.Code, w.Body.String())
				continue
			}
			files++
			for _, prefix := range typedExports {
				if strings.HasPrefix(path, prefix) {
					neutral[prefix] += strings.Count(readable(t, path, w.Body.Bytes()), "=1+")
				}
			}
			if cell := formula(t, path, w.Body.Bytes()); cell != "" {
				t.Errorf("%s: a cell is %q", path, cell)
			}
		}
	}
	for _, prefix := range typedExports {
		if neutral[prefix] == 0 {
			t.Errorf("%s…: nothing that was typed is in it: the trial says nothing", prefix)
		}
	}
	t.Logf("%d files of exports, %d columns turned into formulas, none left as one; %v", files, columns, neutral)
}

// readable is the text of a file: itself, or the parts of an archive.
func readable(t *testing.T, path string, file []byte) string {
	t.Helper()
	if strings.HasSuffix(path, ".csv") {
		return string(file)
	}
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var all strings.Builder
	for _, part := range archive.File {
		f, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, f); err != nil { //nolint:gosec // our own file
			t.Fatal(err)
		}
		_ = f.Close()
	}
	return all.String()
}

var (
	formulas  = regexp.MustCompile(`<f[ >]|table:formula`)
	dangerous = regexp.MustCompile(`<t(?: [^>]*)?>[=+@\t-][^<]*|office:value-type="string"[^>]*><text:p>[=+@\t-][^<]*`)
)

// formula finds a cell that a spreadsheet would compute.
func formula(t *testing.T, path string, file []byte) string {
	t.Helper()
	text := readable(t, path, file)
	if !strings.HasSuffix(path, ".csv") {
		return formulas.FindString(text) + dangerous.FindString(text)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if _, err := strconv.ParseFloat(cell, 64); cell != "" && err != nil && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
				return cell
			}
		}
	}
	return ""
}

func withEverybody(ctx context.Context) context.Context {
	return accounts.WithActor(ctx, everybody())
}
