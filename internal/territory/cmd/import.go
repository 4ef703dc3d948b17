// Package cmd holds the command `maillage import`, as kong structures.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

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
	File []string `arg:"" help:"File to read; several are imported one after the other, each completing the one before. - is standard input."`

	DB        string `help:"SQLite file or PostgreSQL URL." default:"data/maillage.db" placeholder:"FILE|URL"`
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

// Run imports the files; at the first that is refused it stops.
func (c *Import) Run(ctx context.Context) error {
	if c.out == nil {
		c.out = os.Stdout
	}
	ctx = i18n.With(ctx, i18n.Lang(c.Lang))
	from, errFrom := readDay(c.ValidFrom)
	to, errTo := readDay(c.ValidTo)
	if err := errors.Join(errFrom, errTo); err != nil {
		return refused{err}
	}
	d, err := db.Open(ctx, c.DB)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if _, err := d.Migrate(ctx); err != nil {
		return err
	}
	service := territory.New(d, clock.System{}, false)
	for n, file := range c.File {
		cmd := territory.ImportCommand{Kind: intake.Kind(c.Kind), DryRun: c.DryRun, Complete: c.Complete || n > 0, Label: c.Label,
			ValidTo: to, Decree: c.Decree, Source: c.Source, Licence: c.Licence}
		if from != nil {
			cmd.ValidFrom = *from
		}
		if err := c.one(ctx, service, cmd, file); err != nil {
			return err
		}
	}
	return nil
}

func (c *Import) one(ctx context.Context, service *territory.Service, cmd territory.ImportCommand, file string) error {
	body := os.Stdin
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return refused{err}
		}
		defer func() { _ = opened.Close() }()
		body = opened
	}
	cmd.FileName, cmd.Body = file, body
	out, err := service.Import(ctx, accounts.System("maillage import"), cmd)
	if err != nil && out.Report.Kind == "" {
		return err
	}
	c.print(ctx, out.Report)
	switch {
	case fault.Is(err, fault.KindInvalid), err == nil && out.Report.Refused():
		return refused{fmt.Errorf("%s", i18n.Tf(ctx, "%s est refusé : %s, rien n’a été importé", "%s is refused: %s, nothing was imported", out.Report.File,
			i18n.N(ctx, out.Report.RejectedCount, "%s problème", "%s problèmes", "%s problem", "%s problems")))}
	case err != nil:
		return err
	case cmd.DryRun:
		fmt.Fprintln(c.out, i18n.T(ctx, "Essai à blanc : rien n’a été écrit.", "Dry run: nothing was written."))
	default:
		fmt.Fprintln(c.out, i18n.Tf(ctx, "Importé : version %s, %s, valable à partir du %s.", "Imported: version %s, %s, valid from %s.",
			out.Dataset.ID, i18n.N(ctx, out.Dataset.Rows, "%s ligne", "%s lignes", "%s row", "%s rows"), i18n.Date(ctx, out.Dataset.ValidFrom)))
	}
	return nil
}

// print writes the report: figures first, then each problem with its place, as compilers do.
func (c *Import) print(ctx context.Context, r intake.Report) {
	fmt.Fprintln(c.out, i18n.Tf(ctx, "%s (%s, %s) : %d lignes lues, %d ajoutées, %d modifiées, %d retirées, %d inchangées, %d refusées, %d ignorées",
		"%s (%s, %s): %d lines read, %d added, %d changed, %d removed, %d unchanged, %d rejected, %d passed over",
		r.File, r.Format, r.Encoding, r.Lines, r.Added, r.Changed, r.Removed, r.Same, r.RejectedCount, r.IgnoredCount))
	c.issues(ctx, i18n.T(ctx, "refusé", "rejected"), r.Rejected, r.RejectedCount)
	c.issues(ctx, i18n.T(ctx, "ignoré", "passed over"), r.Ignored, r.IgnoredCount)
	for _, m := range r.Merged {
		fmt.Fprintln(c.out, i18n.Tf(ctx, "%s:%d: ancienne commune %s, rattachée à %s", "%s:%d: former municipality %s, attached to %s", r.File, m.Line, m.From, m.To))
	}
}

func (c *Import) issues(ctx context.Context, what string, issues []intake.Issue, total int) {
	for _, i := range issues {
		field := ""
		if i.Header != "" {
			field = fmt.Sprintf(" [%s=%s]", i.Header, i.Value)
		}
		fmt.Fprintf(c.out, "%s: %s%s : %s\n", i.Where(), what, field, i.Reason.Ctx(ctx))
	}
	if more := total - len(issues); more > 0 {
		fmt.Fprintln(c.out, i18n.Tf(ctx, "… et %d autres", "… and %d more", more))
	}
}

func readDay(text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, i18n.Paris)
	if err != nil {
		return nil, fmt.Errorf("%q is not a day: write it as 2026-03-02", text)
	}
	return &day, nil
}
