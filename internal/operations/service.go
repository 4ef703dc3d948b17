package operations

import (
	"context"
	"fmt"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
)

// Waker is told that a job waits.
type Waker interface{ Poke() }

// Service is what an administrator may do.
type Service struct {
	house House
	wake  Waker
}

// New makes the service of an installation.
func New(h House, wake Waker) *Service { return &Service{h, wake} }

// Health looks at everything.
func (s *Service) Health(ctx context.Context, actor accounts.Actor) ([]Check, error) {
	if err := actor.Require(PermSee, accounts.Scope{}); err != nil {
		return nil, err
	}
	return s.house.Examine(ctx), nil
}

// House is the installation that the service looks after.
func (s *Service) House() House { return s.house }

// Queue is a page of jobs.
type Queue struct {
	Jobs   []jobs.Job
	Counts []jobs.Count
	Kinds  []jobs.Kind   // where each kind stands; the ones that fail first
	Lag    time.Duration // how long the oldest due job has waited
	Next   string        // the identifier before which the next page starts; "" at the end
}

const perPage = 50

// Queue lists jobs, newest first.
func (s *Service) Queue(ctx context.Context, actor accounts.Actor, f jobs.Filter) (Queue, error) {
	if err := actor.Require(PermSee, accounts.Scope{}); err != nil {
		return Queue{}, err
	}
	f.Limit = perPage + 1
	var q Queue
	var err error
	if q.Jobs, err = jobs.List(ctx, s.house.DB, f); err != nil {
		return q, err
	}
	if len(q.Jobs) > perPage {
		q.Jobs = q.Jobs[:perPage]
		q.Next = q.Jobs[perPage-1].ID
	}
	if q.Counts, err = jobs.Counts(ctx, s.house.DB); err != nil {
		return q, err
	}
	if q.Kinds, err = jobs.Kinds(ctx, s.house.DB); err != nil {
		return q, err
	}
	q.Lag, err = jobs.Lag(ctx, s.house.DB, s.house.Clock.Now())
	return q, err
}

// Retry sends a dead or cancelled job back to the queue.
func (s *Service) Retry(ctx context.Context, actor accounts.Actor, id string) error {
	err := s.change(ctx, actor, id, "retry", "a relancé la tâche", jobs.Retry)
	if err == nil {
		s.wake.Poke()
	}
	return err
}

// Cancel stops a job that waits or runs.
func (s *Service) Cancel(ctx context.Context, actor accounts.Actor, id string) error {
	return s.change(ctx, actor, id, "cancel", "a annulé la tâche", jobs.Cancel)
}

func (s *Service) change(ctx context.Context, actor accounts.Actor, id, verb, did string, do func(context.Context, *db.Tx, string, time.Time) error) error {
	if err := actor.Require(PermManage, accounts.Scope{}); err != nil {
		return err
	}
	now := db.Now(s.house.Clock)
	return s.house.DB.InTx(ctx, func(tx *db.Tx) error {
		j, err := jobs.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := do(ctx, tx, id, now); err != nil {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{At: now, Actor: actor.Auditor(), Action: "operations.job-" + verb, Object: audit.Object{Kind: "platform.job", ID: id},
			Text: fmt.Sprintf("%s %s « %s ».", actor.Name, did, KindName(j.Kind).FR), Details: map[string]string{"kind": j.Kind}})
	})
}

// kindNames is how people read the kinds of jobs.
var kindNames = map[string]i18n.Text{
	"mail.send":             {FR: "Envoi d’un courriel", EN: "Sending of a letter"},
	"jobs.sweep":            {FR: "Ménage des tâches finies", EN: "Sweeping of finished jobs"},
	"audit.checkpoint":      {FR: "Signature du journal d’audit", EN: "Signing of the audit record"},
	"audit.verify":          {FR: "Vérification du journal d’audit", EN: "Verification of the audit record"},
	"accounts.sweep":        {FR: "Ménage des sessions et liens échus", EN: "Sweeping of expired sessions and links"},
	"accounts.resets":       {FR: "Envoi des liens de mot de passe", EN: "Sending of password links"},
	"telexpertise.clocks":   {FR: "Échéances de la télé-expertise", EN: "Deadlines of tele-expertise"},
	"telexpertise.derive":   {FR: "Vignettes d’une photographie", EN: "Smaller pictures of a photograph"},
	"structures.clocks":     {FR: "Échéances des structures", EN: "Deadlines of structures"},
	"posts.sweep":           {FR: "Alertes des postes partagés", EN: "Alerts of shared posts"},
	"consultations.reviews": {FR: "Bilans des consultations avancées", EN: "Reviews of advanced consultations"},
	"calls.close-due":       {FR: "Clôture des appels à projets", EN: "Closing of calls"},
	"calls.clocks":          {FR: "Échéances de l’instruction", EN: "Deadlines of processing"},
	"calls.remind":          {FR: "Rappels aux évaluateurs", EN: "Reminders to reviewers"},
	"funding.remind":        {FR: "Rappels des conventions", EN: "Reminders of agreements"},
	"notifications.push":    {FR: "Envoi d’une notification", EN: "Sending of a notification"},
	"posts.succession":      {FR: "Alerte de succession d’un poste", EN: "Alert of succession of a post"},
	"territory.read":        {FR: "Lecture d’un fichier déposé", EN: "Reading of an uploaded file"},
	"territory.sweep":       {FR: "Ménage des fichiers déposés", EN: "Sweeping of uploaded files"},
	"territory.collect":     {FR: "Temps de trajet demandés à un serveur", EN: "Travel times asked from a server"},
	"territory.import":      {FR: "Import d’un fichier officiel", EN: "Import of an official file"},
}

// KnownKind tells whether people can read the kind of a job.
func KnownKind(kind string) bool { _, ok := kindNames[kind]; return ok }

// KindName is how people read a kind of job; the kind itself when it has no name.
func KindName(kind string) i18n.Text {
	if name, ok := kindNames[kind]; ok {
		return name
	}
	return i18n.Text{FR: kind, EN: kind}
}
