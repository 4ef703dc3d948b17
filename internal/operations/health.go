package operations

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
)

// State says how one part is.
type State int

// The states, which are also the values of the metric maillage_check.
const (
	Well State = iota
	Warning
	Wrong
)

var stateNames = map[State]i18n.Text{Well: {FR: "Bien", EN: "Well"}, Warning: {FR: "À surveiller", EN: "To watch"}, Wrong: {FR: "En défaut", EN: "Wrong"}}

// Name is how people read the state.
func (s State) Name() i18n.Text { return stateNames[s] }

// Check is what was found of one part, and what to do about it.
type Check struct {
	ID    string // of the metric and of its playbook
	Name  i18n.Text
	State State
	Says  i18n.Text
	Do    i18n.Text // empty when all is well
}

// House is an installation to look at.
type House struct {
	DB    *db.DB
	Clock clock.Clock
	Data  string // folder
	// Mail says that letters leave through a server rather than into files.
	Mail bool
	Demo bool
	// Keys checks that the sealing keys open what is sealed.
	Keys    func(ctx context.Context) error
	Started time.Time
}

// ids are the checks, in the order in which they are shown.
var ids = []struct {
	id    string
	name  i18n.Text
	check func(House, context.Context) (State, i18n.Text, i18n.Text)
}{
	{"database", i18n.Text{FR: "Base de données", EN: "Database"}, House.database},
	{"disk", i18n.Text{FR: "Disque", EN: "Disk"}, House.disk},
	{"keys", i18n.Text{FR: "Clés", EN: "Keys"}, House.keys},
	{"jobs", i18n.Text{FR: "Tâches", EN: "Jobs"}, House.jobs},
	{"mail", i18n.Text{FR: "Courriels", EN: "Mail"}, House.mail},
	{"audit", i18n.Text{FR: "Journal d’audit", EN: "Audit record"}, House.audit},
	{"backup", i18n.Text{FR: "Sauvegardes", EN: "Backups"}, House.backup},
}

// Examine looks at each part. It always answers: what cannot be looked at is wrong.
func (h House) Examine(ctx context.Context) []Check {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	all := make([]Check, len(ids))
	for i, c := range ids {
		all[i] = Check{ID: c.id, Name: c.name}
		all[i].State, all[i].Says, all[i].Do = c.check(h, ctx)
	}
	return all
}

// Worst is the worst state of all.
func Worst(all []Check) State {
	worst := Well
	for _, c := range all {
		worst = max(worst, c.State)
	}
	return worst
}

// both fills a sentence in both languages; whole numbers are written as each language groups them, so both formats say %s.
func both(fr, en string, args ...any) i18n.Text {
	in := func(lang i18n.Lang, format string) string {
		ctx, words := i18n.With(context.Background(), lang), slices.Clone(args)
		for i, arg := range words {
			switch n := arg.(type) {
			case int:
				words[i] = i18n.Int(ctx, n)
			case int64:
				words[i] = i18n.Int(ctx, n)
			}
		}
		return fmt.Sprintf(format, words...)
	}
	return i18n.Text{FR: in(i18n.FR, fr), EN: in(i18n.EN, en)}
}

// joined puts the parts of a sentence one after the other.
func joined(parts ...i18n.Text) i18n.Text {
	var all i18n.Text
	for _, p := range parts {
		all.FR, all.EN = all.FR+p.FR, all.EN+p.EN
	}
	return all
}

var none i18n.Text

// unreadable is what is said of a part that the database does not tell of.
func unreadable(error) (State, i18n.Text, i18n.Text) {
	return Wrong, both("La base de données n’a pas répondu à cette question.", "The database did not answer this question."),
		both("Voir d’abord la base de données.", "See the database first.")
}

func (h House) database(ctx context.Context) (State, i18n.Text, i18n.Text) {
	if err := h.DB.PingContext(ctx); err != nil {
		return Wrong, both("Elle ne répond pas.", "It does not answer."),
			both("Vérifiez que PostgreSQL tourne, ou que le disque répond ; le service reprend de lui-même.", "Check that PostgreSQL runs, or that the disk answers; the service resumes by itself.")
	}
	waiting, err := h.DB.Pending(ctx)
	if err != nil {
		return unreadable(err)
	}
	if waiting > 0 {
		return Wrong, i18n.Counted(waiting, "%s migration attend.", "%s migrations attendent.", "%s migration waits.", "%s migrations wait."), both("Lancez « maillage migrate ».", "Run “maillage migrate”.")
	}
	return Well, both("%s, schéma à jour.", "%s, schema up to date.", h.engine()), none
}

func (h House) engine() string {
	if h.DB.Dialect == db.Postgres {
		return "PostgreSQL"
	}
	return "SQLite"
}

func (h House) disk(context.Context) (State, i18n.Text, i18n.Text) {
	free, total, err := diskSpace(h.Data)
	if errors.Is(err, errors.ErrUnsupported) {
		return Well, both("Non mesuré sur ce système.", "Not measured on this system."), none
	}
	if err != nil {
		return Wrong, both("Le dossier de données ne se lit pas.", "The data folder cannot be read."), both("Vérifiez le montage et les droits du dossier.", "Check the mount and the rights of the folder.")
	}
	says := both("%s Go libres sur %s.", "%s GB free of %s.", int64(free>>30), int64(total>>30))
	do := both("Libérez de la place ou agrandissez le disque : plein, le service refuse les écritures et continue de lire.",
		"Free some room or enlarge the disk: once full, the service refuses writes and goes on reading.")
	switch share := float64(free) / float64(max(total, 1)); {
	case share < 0.03 || free < 500<<20:
		return Wrong, says, do
	case share < 0.10 || free < 2<<30:
		return Warning, says, do
	}
	return Well, says, none
}

func (h House) keys(ctx context.Context) (State, i18n.Text, i18n.Text) {
	for _, name := range []string{"keys/accounts.key", "keys/seal.keys", "audit/audit.key"} {
		info, err := os.Stat(filepath.Join(h.Data, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // from the environment, or not made yet; Keys knows whether it is missed
		}
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			return Wrong, both("%s peut être lu par d’autres.", "%s can be read by others.", name), both("chmod 600 sur ce fichier.", "chmod 600 on this file.")
		}
	}
	if err := h.Keys(ctx); err != nil {
		return Wrong, both("Les clés n’ouvrent pas ce que la base contient : %s.", "The keys do not open what the database holds: %s.", err.Error()),
			both("Remettez les fichiers de clés de cette installation.", "Put this installation’s key files back.")
	}
	return Well, both("Présentes, lisibles par le service seul.", "Present, readable by the service alone."), none
}

// lateJobs is how long a due job may wait.
const lateJobs = 5 * time.Minute

func (h House) jobs(ctx context.Context) (State, i18n.Text, i18n.Text) {
	counts, err := jobs.Counts(ctx, h.DB)
	if err != nil {
		return unreadable(err)
	}
	lag, err := jobs.Lag(ctx, h.DB, h.Clock.Now())
	if err != nil {
		return unreadable(err)
	}
	n := map[jobs.State]int{}
	for _, c := range counts {
		n[c.State] += c.N
	}
	says := joined(both("%s en attente, %s en cours, ", "%s waiting, %s running, ", n[jobs.Queued], n[jobs.Running]), i18n.Counted(n[jobs.Dead], "%s arrêtée.", "%s arrêtées.", "%s dead.", "%s dead."))
	switch {
	case lag > lateJobs:
		return Wrong, says, i18n.Counted(int(lag.Minutes()), "Une tâche attend depuis %s minute : aucun nœud ne prend les tâches.", "Une tâche attend depuis %s minutes : aucun nœud ne prend les tâches.", "A job has waited for %s minute: no node takes jobs.", "A job has waited for %s minutes: no node takes jobs.")
	case n[jobs.Dead] > 0:
		return Warning, says, both("Lisez l’erreur des tâches arrêtées, puis relancez-les.", "Read the error of the dead jobs, then retry them.")
	}
	return Well, says, none
}

func (h House) mail(ctx context.Context) (State, i18n.Text, i18n.Text) {
	var waiting, dead int
	err := h.DB.GetContext(ctx, &waiting, "SELECT COUNT(*) FROM job WHERE kind = 'mail.send' AND state = 'queued' AND attempts > 0")
	if err == nil {
		err = h.DB.GetContext(ctx, &dead, "SELECT COUNT(*) FROM job WHERE kind = 'mail.send' AND state = 'dead'")
	}
	switch {
	case err != nil:
		return unreadable(err)
	case dead > 0:
		return Wrong, i18n.Counted(dead, "%s lettre n’a pas pu partir.", "%s lettres n’ont pas pu partir.", "%s letter could not leave.", "%s letters could not leave."), both("Lisez la réponse du serveur dans les tâches, corrigez, relancez.", "Read the server’s answer among the jobs, mend, retry.")
	case waiting > 0:
		return Warning, i18n.Counted(waiting, "Le serveur de courriel n’a pas pris %s lettre ; elle est réessayée.", "Le serveur de courriel n’a pas pris %s lettres ; elles sont réessayées.", "The mail server did not take %s letter; it is tried again.", "The mail server did not take %s letters; they are tried again."),
			both("Vérifiez le serveur de courriel.", "Check the mail server.")
	case !h.Mail && !h.Demo:
		return Warning, both("Aucun serveur : les lettres restent des fichiers du dossier de données.", "No server: letters stay files of the data folder."), both("Donnez un serveur avec --mail.", "Name a server with --mail.")
	}
	return Well, both("Rien n’attend.", "Nothing waits."), none
}

func (h House) audit(ctx context.Context) (State, i18n.Text, i18n.Text) {
	var size, signed int64
	err := h.DB.GetContext(ctx, &size, "SELECT size FROM audit_head WHERE id = 1")
	if err == nil {
		err = h.DB.GetContext(ctx, &signed, "SELECT COALESCE(MAX(size), 0) FROM audit_checkpoint")
	}
	var oldest time.Time
	if err == nil && size > signed {
		err = h.DB.GetContext(ctx, &oldest, "SELECT at FROM audit_entry WHERE n = $1", signed)
	}
	if err != nil {
		return unreadable(err)
	}
	var broken int
	if err := h.DB.GetContext(ctx, &broken, "SELECT COUNT(*) FROM job WHERE kind = 'audit.verify' AND state = 'dead'"); err != nil {
		return unreadable(err)
	}
	says := joined(i18n.Counted(size, "%s entrée, dont ", "%s entrées, dont ", "%s entry, ", "%s entries, "), i18n.Counted(signed, "%s signée.", "%s signées.", "%s of them signed.", "%s of them signed."))
	switch {
	case broken > 0:
		return Wrong, both("La vérification de la nuit a échoué.", "The nightly verification failed."), both("Lancez « maillage audit verify » et gardez une copie de la base avant toute réparation.", "Run “maillage audit verify” and keep a copy of the database before any repair.")
	case size > signed && h.Clock.Now().Sub(oldest) > 2*time.Hour:
		return Wrong, says, both("La signature horaire n’a pas eu lieu : voyez la tâche « audit.checkpoint ».", "The hourly signature did not happen: see the job “audit.checkpoint”.")
	}
	return Well, says, none
}

// LastBackup is the setting that tells of the newest backup.
const LastBackup = "backup.last"

// BackupNote is what is remembered of a backup.
type BackupNote struct {
	At    time.Time `json:"at"`
	Rows  int64     `json:"rows"`
	Files int       `json:"files"`
	Bytes int64     `json:"bytes"`
}

func (h House) backup(ctx context.Context) (State, i18n.Text, i18n.Text) {
	note, err := h.newestBackup(ctx)
	do := both("Voyez « Sauvegarder et restaurer » dans docs/operations.md.", "See “Back up and restore” in docs/operations.md.")
	if db.NoRows(err) {
		if h.Demo {
			return Well, both("Aucune : ceci est une démonstration.", "None: this is a demonstration."), none
		}
		return Warning, both("Aucune sauvegarde n’a encore été faite.", "No backup was made yet."), do
	}
	if err != nil {
		return unreadable(err)
	}
	age := h.Clock.Now().Sub(note.At)
	says := joined(i18n.Counted(int(age.Hours()), "La dernière a %s heure : ", "La dernière a %s heures : ", "The last one is %s hour old: ", "The last one is %s hours old: "),
		i18n.Counted(note.Rows, "%s ligne, ", "%s lignes, ", "%s row, ", "%s rows, "), i18n.Counted(note.Files, "%s fichier.", "%s fichiers.", "%s file.", "%s files."))
	switch {
	case age > 72*time.Hour:
		return Wrong, says, do
	case age > 30*time.Hour:
		return Warning, says, do
	}
	return Well, says, none
}

func (h House) newestBackup(ctx context.Context) (BackupNote, error) {
	var note BackupNote
	var text string
	if err := h.DB.GetContext(ctx, &text, "SELECT value FROM setting WHERE name = $1", LastBackup); err != nil {
		return note, err
	}
	return note, json.Unmarshal([]byte(text), &note)
}
