package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"maillage/internal/app"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures"
	territorycmd "maillage/internal/territory/cmd"
	"maillage/internal/ui"
)

// importCommand reads official files: the territory's by their kind, the register of establishments by its name.
type importCommand struct {
	Territory territorycmd.Import `cmd:"" default:"withargs" help:"Import a file of the territory."`

	FINESS importFINESSCommand `cmd:"" name:"finess" help:"Import the official register of health establishments, as a dated difference."`
}

type importFINESSCommand struct {
	installation
	Categories []string `help:"FINESS categories (124 health centres, 603 health houses, 604 CPTS…); all that the product follows when none." sep:","`
	AsOf       string   `help:"Day of the file (YYYY-MM-DD), when the file does not say it." placeholder:"DAY"`
	DryRun     bool     `help:"Only say what would change."`
	ManyClose  bool     `help:"Import even a file that closes more than a fifth of what is open (it may have been cut short: look first)."`
	Lang       string   `help:"Language of the report." enum:"fr,en" default:"fr"`
	File       string   `arg:"" help:"The register, or a headed extract of it."`
}

// unusable is a file, or what was said of it, that the import refused: exit 2, as for the files of the territory.
type unusable struct{ error }

// ExitCode says that an input file or a flag cannot be used.
func (unusable) ExitCode() int { return 2 }

// Unwrap gives the cause.
func (u unusable) Unwrap() error { return u.error }

// shownIssues is how many problems of a file are printed.
const shownIssues = 20

// Run imports, or says what would be imported. A refused file changes nothing, names its lines and fails.
func (c importFINESSCommand) Run(ctx context.Context) error {
	ctx = i18n.With(ctx, i18n.Lang(c.Lang))
	file, err := os.Open(c.File)
	if err != nil {
		return unusable{errors.New(territorycmd.Plain(err.Error()))}
	}
	defer func() { _ = file.Close() }()
	diff, err := app.ImportFINESS(ctx, c.config(), structures.ImportCommand{
		Name: c.File, File: file, Categories: c.Categories, AsOf: structures.Day(c.AsOf), DryRun: c.DryRun, ManyClose: c.ManyClose})
	if diff != nil && diff.File != nil {
		for i, issue := range diff.File.Issues {
			if i == shownIssues {
				fmt.Println(i18n.Tf(ctx, "et %d autres", "and %d more", diff.File.IssueCount-shownIssues))
				break
			}
			c.say(fmt.Sprintf("%s:%s: %s", c.File, issue.Where(), issue.Reason.Ctx(ctx)))
		}
	}
	if fault.Is(err, fault.KindInvalid) || fault.Is(err, fault.KindRefused) {
		return unusable{errors.New(territorycmd.Plain(territorycmd.InWords(ctx, err).Error()))}
	}
	if err != nil {
		return err
	}
	for _, n := range diff.File.Notices[:min(shownIssues, len(diff.File.Notices))] {
		c.say(fmt.Sprintf("%s:%s: %s", c.File, n.Where(), n.Reason.Ctx(ctx)))
	}
	fmt.Println(i18n.Tf(ctx, "Répertoire du %s, %s lignes : %s à créer, %s à modifier, %s à fermer, %s inchangées.", "Register of %s, %s lines: %s to create, %s to change, %s to close, %s unchanged.",
		ui.Day(ctx, diff.AsOf), i18n.Int(ctx, diff.File.Lines), i18n.Int(ctx, len(diff.Created)), i18n.Int(ctx, len(diff.Changed)), i18n.Int(ctx, len(diff.Closed)), i18n.Int(ctx, diff.Unchanged)))
	switch {
	case !c.DryRun:
		fmt.Println(i18n.T(ctx, "Importé.", "Imported."))
	case diff.ClosesMany():
		fmt.Println(i18n.T(ctx, "À blanc : rien n’a changé. Ce fichier ferme plus d’un cinquième de ce qui est ouvert : il est peut-être coupé. Pour l’importer quand même : --many-close",
			"Dry run: nothing changed. This file closes more than a fifth of what is open: it may have been cut short. To import it all the same: --many-close"))
	default:
		fmt.Println(i18n.T(ctx, "À blanc : rien n’a changé.", "Dry run: nothing changed."))
	}
	return nil
}

// say prints a line that holds what a file, or its name, says.
func (importFINESSCommand) say(line string) { fmt.Println(territorycmd.Plain(line)) }
