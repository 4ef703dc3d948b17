package territory

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory/intake"
)

// ImportCommand asks for a file to be read, and kept unless DryRun.
type ImportCommand struct {
	Kind     intake.Kind `json:"kind"`
	FileName string      `json:"fileName"`
	// Body is the file; it is read once, to its end.
	Body io.Reader `json:"-"`
	// DryRun reads, compares and writes nothing.
	DryRun bool `json:"dryRun"`
	// Complete keeps what the version in force holds beside the file; else the file replaces it all.
	Complete bool `json:"complete"`

	Label     string     `json:"label"`
	ValidFrom time.Time  `json:"validFrom"` // zero means today
	ValidTo   *time.Time `json:"validTo"`
	Decree    string     `json:"decree"`
	Source    string     `json:"source"`
	Licence   string     `json:"licence"`
	Demo      bool       `json:"demo"`

	// Progress, when set, is told now and then how many bytes were read.
	Progress func(bytes int64) `json:"-"`
}

// Outcome is what an import found and, unless it was a dry run or was refused, what it made.
type Outcome struct {
	Report  intake.Report
	Dataset *Dataset
	version int64 // of the territory that the file was compared with
}

// Import reads a file whole, compares it with the version in force and, when nothing in it is wrong, keeps it as a new version, with
// its audit entry, in one transaction. A file with something wrong gives KindInvalid, and the outcome still holds the report.
func (s *Service) Import(ctx context.Context, actor accounts.Actor, cmd ImportCommand) (Outcome, error) {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return Outcome{}, err
	}
	return s.read(ctx, actor.Auditor(), cmd, nil)
}

// File is one of the files of an import.
type File struct {
	Name string
	Body io.Reader // read once, to its end
}

// ImportAll imports several files of one kind, each completing the one before; the command's own file is left out. All are read before
// any is kept, as one version each, in one transaction: something wrong in one of them keeps none. The outcomes, in the order of the
// files, then hold every report; the error is that of the first refused file. A file that cannot be read stops the reading.
func (s *Service) ImportAll(ctx context.Context, actor accounts.Actor, cmd ImportCommand, files []File) ([]Outcome, error) {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return nil, err
	}
	return s.readAll(ctx, actor.Auditor(), cmd, files, nil)
}

// read does an import for somebody whose right to it was checked. also runs in the transaction that keeps the version, if any.
func (s *Service) read(ctx context.Context, who audit.Actor, cmd ImportCommand, also func(tx *db.Tx, d Dataset) error) (Outcome, error) {
	all, err := s.readAll(ctx, who, cmd, []File{{cmd.FileName, cmd.Body}}, also)
	if len(all) == 0 {
		return Outcome{}, err
	}
	return all[0], err
}

// madeVersion is a version that was read and is still to be kept.
type madeVersion struct {
	dataset Dataset
	payload []byte
}

// readAll does ImportAll for somebody whose right to it was checked. also runs for each version in the transaction that keeps it.
func (s *Service) readAll(ctx context.Context, who audit.Actor, cmd ImportCommand, files []File, also func(tx *db.Tx, d Dataset) error) ([]Outcome, error) {
	seen, err := readVersion(ctx, s.db)
	if err != nil {
		return nil, err
	}
	var all []Outcome
	var made []madeVersion
	var before intake.Content // what the file before makes of the territory
	var refused error
	for _, file := range files {
		cmd.FileName, cmd.Body = file.Name, file.Body
		if cmd, err = s.prepare(cmd); err != nil {
			return all, err
		}
		content, report, err := s.readFile(ctx, cmd, before)
		if err != nil {
			return all, err
		}
		all = append(all, Outcome{Report: *report, version: seen})
		cmd.Complete = true
		if report.Refused() {
			if refused == nil {
				refused = refusal(report)
			}
			continue // the next files are read all the same: one reading tells of every problem
		}
		before = content
		if cmd.DryRun || refused != nil {
			continue
		}
		payload, err := content.Encode()
		if err != nil {
			return all, err
		}
		made = append(made, madeVersion{s.newDataset(who, cmd, report, content.Rows()), payload})
	}
	if cmd.DryRun {
		return all, nil
	}
	if refused != nil {
		return all, refused
	}
	if err := s.keepAll(ctx, who, made, seen, also); err != nil {
		return all, err
	}
	for i := range made {
		all[i].Dataset = &made[i].dataset
	}
	return all, nil
}

// readFile reads a file and compares it with the content before it, or with the one in force when there is none.
func (s *Service) readFile(ctx context.Context, cmd ImportCommand, before intake.Content) (intake.Content, *intake.Report, error) {
	snap, err := s.Snapshot(ctx, cmd.ValidFrom)
	if err != nil {
		return nil, nil, err
	}
	if before == nil {
		before = snap.contents[cmd.Kind]
	}
	return intake.Read(ctx, cmd.Kind, intake.Source{Name: cmd.FileName, Bytes: cmd.Body, Progress: cmd.Progress}, snap.France, before, cmd.Complete)
}

// mostCharacters is the longest text that may be said about a version.
const mostCharacters = 300

// prepare validates a command and fills what was left out.
func (s *Service) prepare(cmd ImportCommand) (ImportCommand, error) {
	wrong := fault.Fields{}
	d, known := intake.Describe(cmd.Kind)
	if !known {
		wrong.Add("kind", "Choisissez la nature du fichier.", "Choose what the file is about.")
	}
	if cmd.Body == nil || strings.TrimSpace(cmd.FileName) == "" {
		wrong.Add("file", "Choisissez un fichier.", "Choose a file.")
	}
	if cmd.ValidFrom.IsZero() {
		cmd.ValidFrom = s.clock.Now()
	}
	cmd.ValidFrom = dayOf(cmd.ValidFrom)
	if cmd.ValidTo != nil {
		to := dayOf(*cmd.ValidTo)
		cmd.ValidTo = &to
		if !to.After(cmd.ValidFrom) {
			wrong.Add("valid_to", "La fin de validité vient après son début.", "The end of validity comes after its start.")
		}
	}
	for name, text := range map[string]string{"label": cmd.Label, "decree": cmd.Decree, "source": cmd.Source, "licence": cmd.Licence} {
		if utf8.RuneCountInString(text) > mostCharacters {
			wrong.Add(name, "Ce texte est trop long (300 caractères au plus).", "This text is too long (300 characters at most).")
		}
	}
	if cmd.Label == "" {
		cmd.Label = d.Name.FR
	}
	return cmd, wrong.Err()
}

// dayOf is midnight, in Paris, of the day of a moment.
func dayOf(t time.Time) time.Time {
	t = t.In(i18n.Paris)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, i18n.Paris).UTC()
}

func refusal(r *intake.Report) error {
	first := r.Rejected[0]
	count := i18n.Counted(r.RejectedCount, "%s problème", "%s problèmes", "%s problem", "%s problems")
	return fault.Invalid(
		fmt.Sprintf("Le fichier est refusé : %s. Le premier : %s, %s Rien n’a été importé.", count.FR, first.Where(), first.Reason.FR),
		fmt.Sprintf("The file is refused: %s. The first: %s, %s Nothing was imported.", count.EN, first.Where(), first.Reason.EN))
}

func (s *Service) newDataset(who audit.Actor, cmd ImportCommand, r *intake.Report, rows int) Dataset {
	d := Dataset{
		ID: db.NewID(), Kind: cmd.Kind, Format: r.Format, Label: cmd.Label, ValidFrom: cmd.ValidFrom, ValidTo: cmd.ValidTo,
		Decree: cmd.Decree, Source: cmd.Source, Licence: cmd.Licence, Vintage: r.Vintage, FileName: r.File, FileBytes: r.Bytes,
		SHA256: r.SHA256, Rows: rows, State: Active, Demo: cmd.Demo, ImportedBy: who.ID, ImportedByName: who.Name, ImportedAt: db.Now(s.clock),
	}
	d.Report.V = *r
	return d
}

// keepAll writes versions that were read one after the other, all or none.
func (s *Service) keepAll(ctx context.Context, who audit.Actor, made []madeVersion, seen int64, also func(tx *db.Tx, d Dataset) error) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		for i := range made {
			d := &made[i].dataset
			if err := s.keep(ctx, tx, who, d, made[i].payload, seen+int64(i)); err != nil {
				return err
			}
			if also == nil {
				continue
			}
			if err := also(tx, *d); err != nil {
				return err
			}
		}
		return nil
	})
}

// keep writes a version. seen is the state of the territory that the file was compared with: had it changed meanwhile, the report
// that somebody agreed to would no longer be true.
func (s *Service) keep(ctx context.Context, tx *db.Tx, who audit.Actor, d *Dataset, payload []byte, seen int64) error {
	ok, err := bumpVersion(ctx, tx, seen)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Conflict("Un autre import a eu lieu pendant la lecture ; rien n’a été enregistré. Relisez le fichier.",
			"Another import took place during the reading; nothing was recorded. Read the file again.")
	}
	if d.Replaces, err = activeTwin(ctx, tx, d.Kind, d.ValidFrom); err != nil {
		return err
	}
	if d.Replaces != "" {
		now := d.ImportedAt
		if _, err := updateState(ctx, tx, d.Replaces, Active, Superseded, d.ImportedByName, "", &now); err != nil {
			return err
		}
	}
	if err := insertDataset(ctx, tx, *d, payload); err != nil {
		return err
	}
	r := d.Report.V
	kind, _ := intake.Describe(d.Kind)
	return audit.Append(ctx, tx, audit.Entry{
		At: d.ImportedAt, Actor: who, Action: "territory.import", Object: audit.Object{Kind: "territory.dataset", ID: d.ID},
		Text: fmt.Sprintf("Import « %s » (%s) : %d ajoutées, %d modifiées, %d retirées.", d.Label, kind.Name.FR, r.Added, r.Changed, r.Removed),
		Details: map[string]string{"kind": string(d.Kind), "file": d.FileName, "sha256": d.SHA256, "rows": fmt.Sprint(d.Rows),
			"valid_from": d.ValidFrom.In(i18n.Paris).Format(time.DateOnly), "decree": d.Decree},
	})
}

// Rollback takes a version out of force; the version that it superseded, if any, comes back. A reason is needed.
func (s *Service) Rollback(ctx context.Context, actor accounts.Actor, id, reason string) error {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > mostCharacters {
		wrong := fault.Fields{}
		wrong.Add("reason", "Dites pourquoi, en 300 caractères au plus.", "Say why, in 300 characters at most.")
		return wrong.Err()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, err := selectDataset(ctx, tx, id)
		if db.NoRows(err) {
			return fault.NotFound("Cette version n’existe pas.", "This version does not exist.")
		}
		if err != nil {
			return err
		}
		now, who := db.Now(s.clock), actor.Auditor()
		ok, err := updateState(ctx, tx, id, Active, RolledBack, who.Name, reason, &now)
		if err != nil {
			return err
		}
		if !ok {
			return fault.Refused("territory.rollback", "Seule une version en vigueur peut être annulée.", "Only a version in force can be rolled back.")
		}
		if d.Replaces != "" {
			if _, err := updateState(ctx, tx, d.Replaces, Superseded, Active, "", "", nil); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, "UPDATE territory_version SET n = n + 1 WHERE id = 1"); err != nil {
			return fmt.Errorf("count a territory change: %w", err)
		}
		return audit.Append(ctx, tx, audit.Entry{
			At: now, Actor: who, Action: "territory.rollback", Object: audit.Object{Kind: "territory.dataset", ID: id},
			Text: fmt.Sprintf("Import « %s » annulé.", d.Label), Reason: reason, Details: map[string]string{"kind": string(d.Kind)},
		})
	})
}
