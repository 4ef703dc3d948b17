package internal_test

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// unruled are the folders without a floor of their own: the ground, the top, and what only tests and checks use.
var unruled = []string{"app", "platform", "testdata"}

// A room that the linter does not know could import anything: each folder of internal has its rule in .golangci.yml.
func TestEachRoomHasADirection(t *testing.T) {
	config, err := os.ReadFile("../.golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	folders, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		name := f.Name()
		if !f.IsDir() || slices.Contains(unruled, name) {
			continue
		}
		rule := regexp.MustCompile(`(?m)^        ` + regexp.QuoteMeta(name) + `:\n          files: .*\n          deny: \[\{pkg: maillage/internal/` + regexp.QuoteMeta(name) + `, `)
		if !rule.Match(config) {
			t.Errorf("internal/%s has no depguard rule in .golangci.yml: give it a floor", name)
		}
		if _, err := os.Stat(name + "/web"); err == nil && !strings.Contains(string(config), "{pkg: maillage/internal/"+name+"/web, ") {
			t.Errorf("internal/%s/web is missing from the rule “pages” of .golangci.yml", name)
		}
	}
}

// The templ that writes the templates' Go, and the templ that this Go calls, are one version.
func TestTheTemplateToolMatchesItsLibrary(t *testing.T) {
	version := func(file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(regexp.MustCompile(`github.com/a-h/templ (v\S+)`).Find(text))
	}
	if library, tool := version("../go.mod"), version("../tools/go.mod"); library == "" || library != tool {
		t.Errorf("go.mod says %q, tools/go.mod %q", library, tool)
	}
}

// Browsers may ignore a name given to an element that no role makes nameable: name a group or a landmark around it.
func TestNamesStandOnElementsThatBearThem(t *testing.T) {
	nameless := regexp.MustCompile(`<(?:ol|ul|dl|p|span|div|small|strong)\b[^<>]*aria-label(?:ledby)?=[^<>]*>`)
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".templ") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, tag := range nameless.FindAllString(string(text), -1) {
			if !strings.Contains(tag, "role=") {
				t.Errorf("%s: %s", path, tag)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// French elides with the typographic apostrophe, everywhere alike; the straight one is for code.
func TestFrenchElidesAlike(t *testing.T) {
	straight := regexp.MustCompile(`(?i)(?:^|[^\pL\pN_’'])(?:[ldnscjmt]|qu|jusqu|lorsqu|puisqu|quelqu|aujourd|presqu|entr)'[aeiouyhàâéèêëîïôùûœ«%]`)
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, d fs.DirEntry, err error) error {
		written := strings.HasSuffix(path, ".templ") || strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_templ.go")
		if err != nil || !written {
			return err
		}
		text, err := os.ReadFile(path)
		for n, line := range strings.Split(string(text), "\n") {
			code, _, _ := strings.Cut(line, "//")
			if found := straight.FindString(code); found != "" {
				t.Errorf("%s:%d: %s", path, n+1, found)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
