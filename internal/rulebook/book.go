package rulebook

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"

	"maillage/internal/platform/fault"
)

//go:embed rules/*.yaml
var files embed.FS

// Book is a set of rules, compiled: immutable, safe for concurrent use. Rules are in the order of their identifiers, then versions.
type Book struct {
	rules []*compiled
}

// New compiles rules into a book. It refuses a rule that does not hold together, two versions with one number, and two versions of
// one rule in force on a common day; the refusal names them.
func New(rules []Rule) (*Book, error) {
	b := &Book{}
	var errs []error
	for _, r := range rules {
		c, err := compileRule(r)
		if err != nil {
			errs = append(errs, fmt.Errorf("rule %s version %d: %w", r.ID, r.Version, err))
			continue
		}
		b.rules = append(b.rules, c)
	}
	slices.SortStableFunc(b.rules, func(x, y *compiled) int {
		return cmp.Or(cmp.Compare(x.ID, y.ID), cmp.Compare(x.Version, y.Version))
	})
	for i, r := range b.rules {
		for _, o := range b.rules[i+1:] {
			if o.ID == r.ID && (o.Version == r.Version || r.overlaps(o.Rule)) {
				errs = append(errs, Overlap(r.Rule, o.Rule))
			}
		}
	}
	return b, errors.Join(errs...)
}

// Overlap is the refusal of two versions of one rule that would be in force together.
func Overlap(a, b Rule) error {
	return fault.Refused("rulebook.overlap",
		fmt.Sprintf("Les versions %d et %d de la règle « %s » seraient en vigueur en même temps ; rien n’a été enregistré. Changez leurs dates.", a.Version, b.Version, a.Title.FR),
		fmt.Sprintf("Versions %d and %d of the rule “%s” would be in force at the same time; nothing was recorded. Change their dates.", a.Version, b.Version, a.Title.EN))
}

var embedded = sync.OnceValues(func() ([]Rule, error) { return ReadFS(files) })

// Embedded lists the rules compiled into the program.
func Embedded() []Rule {
	rules, err := embedded()
	if err != nil {
		panic(err) // the files are part of the binary: a test reads them all
	}
	return slices.Clone(rules)
}

// ReadFS reads every rule file (*.yaml) of a file system, by path.
func ReadFS(fsys fs.FS) ([]Rule, error) {
	paths, err := fs.Glob(fsys, "rules/*.yaml")
	if err != nil {
		return nil, err
	}
	var all []Rule
	for _, path := range paths {
		text, err := fs.ReadFile(fsys, path)
		if err != nil {
			return nil, err
		}
		rules, err := Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, rules...)
	}
	return all, nil
}

// Parse reads the rules of one file: a YAML list. A field that does not exist is refused.
func Parse(text []byte) ([]Rule, error) {
	j, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, fmt.Errorf("read YAML: %w", err)
	}
	var rules []Rule
	dec := json.NewDecoder(bytes.NewReader(j))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&rules); err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	return rules, nil
}

// Rules lists every version in the book.
func (b *Book) Rules() []Rule {
	all := make([]Rule, len(b.rules))
	for i, r := range b.rules {
		all[i] = r.Rule
	}
	return all
}

// On lists the rules in force on a day.
func (b *Book) On(day Day) []Rule {
	var all []Rule
	for _, r := range b.rules {
		if r.InForce(day) {
			all = append(all, r.Rule)
		}
	}
	return all
}

// Rule finds the version of a rule in force on a day.
func (b *Book) Rule(id string, on Day) (Rule, bool) {
	if c := b.on(id, on); c != nil {
		return c.Rule, true
	}
	return Rule{}, false
}

// Version finds one version of a rule, in force or not: what a filed dossier froze.
func (b *Book) Version(id string, version int) (Rule, bool) {
	for _, r := range b.rules {
		if r.ID == id && r.Version == version {
			return r.Rule, true
		}
	}
	return Rule{}, false
}

func (b *Book) on(id string, day Day) *compiled {
	for _, r := range b.rules {
		if r.ID == id && r.InForce(day) {
			return r
		}
	}
	return nil
}

// RunTests runs the tests written beside each rule, and names those that fail.
func (b *Book) RunTests() error {
	var errs []error
	for _, r := range b.rules {
		for _, t := range r.Tests {
			if err := b.runTest(r, t); err != nil {
				errs = append(errs, fmt.Errorf("rule %s version %d, test %q: %w", r.ID, r.Version, t.Name, err))
			}
		}
	}
	return errors.Join(errs...)
}

func (b *Book) runTest(r *compiled, t Test) error {
	p, err := Profile(t.Facts).Normal()
	if err != nil {
		return err
	}
	on := t.On
	if on == "" {
		on = r.From
	}
	a := b.answer(r, p, t.Held, on)
	if a.Verdict != t.Verdict {
		return fmt.Errorf("says %s, not %s", a.Verdict, t.Verdict)
	}
	for _, id := range t.Failing {
		if !slices.ContainsFunc(a.Reasons, func(s Reason) bool { return s.ID == id && s.Verdict == Not }) {
			return fmt.Errorf("condition %s does not say no", id)
		}
	}
	for _, fact := range t.Missing {
		if !slices.Contains(a.Missing, fact) {
			return fmt.Errorf("fact %s is not asked for", fact)
		}
	}
	low, high := a.Sum()
	if t.Min != nil && low != *t.Min || t.Max != nil && high != *t.Max {
		return fmt.Errorf("gives %d to %d cents", low, high)
	}
	return nil
}
