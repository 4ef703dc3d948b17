package internal_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// pinned lists what go.mod and package.json files name directly, with the version.
func pinned(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, file := range []string{"../go.mod", "../tools/go.mod"} {
		for _, line := range strings.Split(readText(t, file), "\n") {
			line = strings.TrimPrefix(strings.TrimSpace(line), "require ")
			name, version, ok := strings.Cut(line, " ")
			if ok && strings.HasPrefix(version, "v") && !strings.Contains(version, "// indirect") {
				all[name] = version
			}
		}
	}
	for _, file := range []string{"../web/package.json", "../e2e/package.json", "../tools/territory/package.json"} {
		var p struct{ Dependencies, DevDependencies map[string]string }
		if err := json.Unmarshal([]byte(readText(t, file)), &p); err != nil {
			t.Fatal(err)
		}
		for _, list := range []map[string]string{p.Dependencies, p.DevDependencies} {
			for name, version := range list {
				all[name] = version
			}
		}
	}
	return all
}

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Each dependency has one line that says why, with the version that is pinned; the tables are whole.
func TestEachDependencyHasItsLine(t *testing.T) {
	row := regexp.MustCompile(`^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$`)
	told := map[string]string{}
	for i, line := range strings.Split(readText(t, "../docs/dependencies.md"), "\n") {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || strings.Contains(line, "| version |") {
			continue
		}
		cells := row.FindStringSubmatch(line)
		if cells == nil {
			t.Errorf("docs/dependencies.md, line %d: not a row of four cells: %s", i+1, line)
			continue
		}
		if _, twice := told[cells[1]]; twice {
			t.Errorf("docs/dependencies.md, line %d: %s is there twice", i+1, cells[1])
		}
		told[cells[1]] = cells[2]
		name, _, _ := strings.Cut(cells[1], " (")
		told[name] = cells[2]
	}
	for name, version := range pinned(t) {
		switch got, ok := told[name]; {
		case !ok:
			t.Errorf("%s %s has no line in docs/dependencies.md", name, version)
		case got != version:
			t.Errorf("docs/dependencies.md says %s of %s, %s is pinned", got, name, version)
		}
	}
}
