// Package cmd holds the command `maillage import`, as kong structures.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// Import is `maillage import KIND FILE`: it reads an official file, prints its report and, unless --dry-run, keeps it as a version.
type Import struct {
	Kind string   `arg:"" enum:"${territory_kinds}" help:"What the file is about: ${territory_kinds}."`
	File []string `arg:"" help:"File to read; several make one import, each completing the one before: all are imported, or none. - is standard input."`

	DB        string `help:"SQLite file or PostgreSQL URL." default:"data/maillage.db" placeholder:"FILE|URL"`
	Data      string `help:"Folder of documents, keys and outgoing mail, as other commands take it; this import needs nothing in it." default:"data" type:"path"`
	DryRun    bool   `help:"Print the report and write nothing."`
	Complete  bool   `help:"Keep what the version in force holds beside the file."`
	ValidFrom string `help:"First day of validity (YYYY-MM-DD); today when left out." placeholder:"DAY"`
	ValidTo   string `help:"First day on which it is no longer valid." placeholder:"DAY"`
	Label     string `help:"Name of the version."`
	Decree    string `help:"Decree that sets the zones or the neighbourhoods."`
	Source    string `help:"Where the file comes from."`
	Licence   string `help:"Licence of the file."`
	Lang      string `help:"Language of the report." enum:"fr,en" default:"fr"`

	out io.Writer
}

// Vars are what kong fills the help and the accepted kinds with.
func Vars() map[string]string {
	kinds := ""
	for i, k := range intake.Kinds {
		if i > 0 {
			kinds += ","
		}
		kinds += string(k.Kind)
	}
	return map[string]string{"territory_kinds": kinds}
}

// refused is a file that was refused: exit 2.
type refused struct{ error }

// ExitCode says that an input file cannot be used.
func (refused) ExitCode() int { return 2 }

// Unwrap gives the cause.
func (r refused) Unwrap() error { return r.error }

// Run imports the files, all or none.
func (c *Import) Run(ctx context.Context) error {
	if c.out == nil {
		c.out = os.Stdout
	}
	ctx = i18n.With(ctx, i18n.Lang(c.Lang))
	from, errFrom := readDay(ctx, c.ValidFrom)
	to, errTo := readDay(ctx, c.ValidTo)
	if err := errors.Join(errFrom, errTo); err != nil {
		return refused{err}
	}
	d, err := db.OpenToImport(ctx, c.DB, c.DryRun)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	service := territory.New(d, clock.System{}, false)
	files, closeAll, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer closeAll()
	cmd := territory.ImportCommand{Kind: intake.Kind(c.Kind), DryRun: c.DryRun, Complete: c.Complete, Label: c.Label,
		ValidTo: to, Decree: c.Decree, Source: c.Source, Licence: c.Licence}
	if from != nil {
		cmd.ValidFrom = *from
	}
	all, err := service.ImportAll(ctx, accounts.System("maillage import"), cmd, files)
	for _, out := range all {
		c.print(ctx, out.Report)
	}
	return c.conclude(ctx, all, err)
}

// open opens every file before any is read, so that a name mistyped is known at once.
func (c *Import) open(ctx context.Context) (files []territory.File, closeAll func(), err error) {
	var opened []*os.File
	closeAll = func() {
		for _, file := range opened {
			_ = file.Close()
		}
	}
	for _, name := range c.File {
		if name == "-" {
			files = append(files, territory.File{Name: name, Body: os.Stdin})
			continue
		}
		file, err := os.Open(name)
		if err == nil {
			opened = append(opened, file)
			if info, failed := file.Stat(); failed == nil && info.IsDir() {
				err = errFolder
			}
		}
		if err != nil {
			closeAll()
			return nil, nil, refused{fmt.Errorf("%s %s", i18n.Tf(ctx, "%s : %s.", "%s: %s.", Plain(name), unopened(ctx, err)), nothing(ctx))}
		}
		files = append(files, territory.File{Name: name, Body: file})
	}
	return files, closeAll, nil
}

var errFolder = errors.New("a folder")

// unopened says why a file cannot be opened.
func unopened(ctx context.Context, err error) string {
	switch {
	case errors.Is(err, errFolder):
		return i18n.T(ctx, "c’est un dossier", "this is a folder")
	case errors.Is(err, fs.ErrNotExist):
		return i18n.T(ctx, "ce fichier n’existe pas", "this file does not exist")
	case errors.Is(err, fs.ErrPermission):
		return i18n.T(ctx, "vous n’avez pas le droit de le lire", "you may not read it")
	}
	return Plain(err.Error())
}

func nothing(ctx context.Context) string {
	return i18n.T(ctx, "Rien n’a été importé.", "Nothing was imported.")
}

// conclude says, after the reports, what became of the files. The error is refused when one of them, or a flag, cannot be used.
func (c *Import) conclude(ctx context.Context, all []territory.Outcome, err error) error {
	if err != nil && !fault.Is(err, fault.KindInvalid) {
		return InWords(ctx, err)
	}
	for _, out := range all {
		if out.Report.Refused() {
			return refused{fmt.Errorf("%s", i18n.Tf(ctx, "%s est refusé : %s. %s", "%s is refused: %s. %s", Plain(out.Report.File),
				i18n.N(ctx, out.Report.RejectedCount, "%s problème", "%s problèmes", "%s problem", "%s problems"), nothing(ctx)))}
		}
	}
	if err != nil {
		return refused{InWords(ctx, err)}
	}
	for _, out := range all {
		if out.Dataset != nil {
			c.say(i18n.Tf(ctx, "Importé : version %s, %s, valable à partir du %s.", "Imported: version %s, %s, valid from %s.",
				out.Dataset.ID, i18n.N(ctx, out.Dataset.Rows, "%s ligne", "%s lignes", "%s row", "%s rows"), i18n.Date(ctx, out.Dataset.ValidFrom)))
		}
	}
	if c.DryRun {
		c.say(i18n.T(ctx, "Essai à blanc : rien n’a été écrit.", "Dry run: nothing was written."))
	}
	return nil
}

// InWords gives a fault in the reader's language, field by field; other errors as they are.
func InWords(ctx context.Context, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	if len(f.Fields) == 0 {
		return errors.New(f.Message.Ctx(ctx))
	}
	var words []string
	for _, name := range slices.Sorted(maps.Keys(f.Fields)) {
		words = append(words, fmt.Sprintf("--%s : %s", strings.ReplaceAll(name, "_", "-"), f.Fields[name].Ctx(ctx)))
	}
	return errors.New(strings.Join(words, " "))
}

// say prints one line. What comes from a file or its name never moves the cursor nor changes the colours of a terminal.
func (c *Import) say(line string) { fmt.Fprintln(c.out, Plain(line)) }

// Plain shows the characters that command a terminal, or that reorder what is read, as a mark.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return '\uFFFD'
		}
		return r
	}, text)
}

// print writes the report: figures first, then each problem with its place, as compilers do.
func (c *Import) print(ctx context.Context, r intake.Report) {
	c.say(i18n.Tf(ctx, "%s (%s, %s) : %d lignes lues, %d ajoutées, %d modifiées, %d retirées, %d inchangées, %d refusées, %d ignorées",
		"%s (%s, %s): %d lines read, %d added, %d changed, %d removed, %d unchanged, %d rejected, %d passed over",
		r.File, r.Format, r.Encoding, r.Lines, r.Added, r.Changed, r.Removed, r.Same, r.RejectedCount, r.IgnoredCount))
	c.issues(ctx, i18n.T(ctx, "refusé", "rejected"), r.Rejected, r.RejectedCount)
	c.issues(ctx, i18n.T(ctx, "à vérifier", "to check"), r.Warnings, len(r.Warnings))
	c.issues(ctx, i18n.T(ctx, "ignoré", "passed over"), r.Ignored, r.IgnoredCount)
	for _, m := range r.Merged {
		c.say(i18n.Tf(ctx, "%s:%d: ancienne commune %s, rattachée à %s", "%s:%d: former municipality %s, attached to %s", r.File, m.Line, m.From, m.To))
	}
}

func (c *Import) issues(ctx context.Context, what string, issues []intake.Issue, total int) {
	for _, i := range issues {
		field := ""
		if i.Header != "" {
			field = fmt.Sprintf(" [%s=%s]", i.Header, i.Value)
		}
		c.say(fmt.Sprintf("%s: %s%s : %s", i.Where(), what, field, i.Reason.Ctx(ctx)))
	}
	if more := total - len(issues); more > 0 {
		c.say(i18n.Tf(ctx, "… et %d autres", "… and %d more", more))
	}
}

func readDay(ctx context.Context, text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, i18n.Paris)
	if err != nil {
		return nil, errors.New(i18n.Tf(ctx, "%q n’est pas un jour : écrivez-le comme 2026-03-02.", "%q is not a day: write it as 2026-03-02.", text))
	}
	return &day, nil
}
