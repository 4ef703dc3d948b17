package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/calls"
	callsweb "maillage/internal/calls/web"
	"maillage/internal/notifications"
	"maillage/internal/platform/blobs"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
	"maillage/internal/platform/mail"
	"maillage/internal/platform/papers"
	"maillage/internal/rulebook"
	"maillage/internal/territory"
)

// openCalls makes the rooms of calls and of money, and has them meet: money knows grants through the room of calls.
func (a *App) openCalls(ctx context.Context) error {
	store, err := a.openFiles(ctx, filesOfDossiers)
	if err != nil {
		return err
	}
	files, letters := fileStore{store, a.antivirus}, programmeLetters{a.post, a.cfg.BaseURL, a.accounts, a.notifications}
	a.calls = calls.New(a.DB, a.cfg.Clock, callPlaces{a.atlas}, callRules{a.rules}, files, letters)
	a.openFunding(files, letters)
	a.jobs.Periodic("calls.close-due", jobs.Every(time.Minute), func(ctx context.Context, _ *jobs.Job) error { _, err := a.calls.CloseDue(ctx); return err })
	a.jobs.Periodic("calls.clocks", jobs.Every(time.Hour), func(ctx context.Context, _ *jobs.Job) error { _, err := a.calls.Sweep(ctx); return err })
	a.jobs.Periodic("calls.remind", jobs.DailyAt(7, 30), func(ctx context.Context, _ *jobs.Job) error { _, err := a.calls.RemindApplicants(ctx); return err })
	a.callPages = &callsweb.Pages{Calls: a.calls, Prefill: a.prefill, Reviewers: a.reviewers, Officers: a.officers, Lookup: a.lookup, Place: communeName, Tracker: a.tracker,
		Base: a.cfg.BaseURL, Region: a.cfg.Region, Agency: agency(a.cfg.Region)}
	if !a.cfg.Demo {
		return nil
	}
	places, err := a.demoPlaces(ctx)
	if err != nil {
		return err
	}
	people := calls.DemoPeople{Applicant: "demo-applicant", Instructor: "demo-officer-91", Decider: "demo-officer-region", Departement: "91",
		Reviewer: calls.Reviewer{ID: "demo-reviewer", Name: "Antoine Roussel"}, Near: nearGrigny(places)}
	if people.Practices, err = a.demoPractices(ctx, places); err != nil {
		return err
	}
	if err := a.calls.SeedDemo(ctx, a.cfg.Region, places, people); err != nil {
		return err
	}
	if err := a.linkDemoPractices(ctx); err != nil {
		return err
	}
	return a.seedFunding(ctx)
}

// demoPlaces are the communes of the region with more than 5,000 inhabitants, with their zones.
func (a *App) demoPlaces(ctx context.Context) ([]calls.DemoPlace, error) {
	region, err := a.atlas.Region(ctx, a.cfg.Region, atlas.DefaultDecay)
	if err != nil {
		return nil, err
	}
	var all []calls.DemoPlace
	for n, p := range region.Places[:region.Inside] {
		if p.Population > 5000 {
			all = append(all, calls.DemoPlace{Code: p.Code, Name: p.Name, Departement: p.Departement, Zone: region.ZoneOf(n).Class})
		}
	}
	return all, nil
}

// aroundGrigny are Grigny, where the demonstration's applicant works, and the communes around it.
var aroundGrigny = []string{"91286", "91521", "91687", "91235", "91549", "91434"}

func nearGrigny(places []calls.DemoPlace) []calls.DemoPlace {
	var near []calls.DemoPlace
	for _, p := range places {
		if slices.Contains(aroundGrigny, p.Code) {
			near = append(near, p)
		}
	}
	return near
}

// fileStore gives the blob store the shape that documents need, and asks the antivirus before anything is kept.
type fileStore struct {
	blobs.Store
	antivirus *papers.Clamd
}

// Put keeps a document, once the antivirus let it pass.
func (f fileStore) Put(ctx context.Context, id string, r io.Reader) (int64, string, error) {
	document, err := io.ReadAll(io.LimitReader(r, papers.Most+1)) // rooms looked at it, and bounded it, before
	if err != nil {
		return 0, "", err
	}
	if err := f.antivirus.Check(ctx, document); err != nil {
		return 0, "", err
	}
	info, err := f.Store.Put(ctx, id, bytes.NewReader(document))
	return info.Size, info.SHA256, err
}

// Get opens a document.
func (f fileStore) Get(ctx context.Context, id string) (io.ReadCloser, error) {
	content, _, err := f.Store.Get(ctx, id)
	return content, err
}

// callPlaces tells the room of calls where a commune is and how it stands today.
type callPlaces struct{ atlas *atlas.Atlas }

// Place reads the commune in its region: zone, access, priority neighbourhoods, and how these are known.
func (p callPlaces) Place(ctx context.Context, code string, _ time.Time) (calls.Place, error) {
	commune, ok := territory.Embedded().Commune(code)
	if !ok {
		return calls.Place{}, fault.NotFound("Ce code de commune n’existe pas.", "There is no municipality with this code.")
	}
	place := calls.Place{Code: code, Name: commune.Name, Departement: commune.Departement, Region: commune.Region}
	region, err := p.atlas.Region(ctx, commune.Region, atlas.DefaultDecay)
	if err != nil {
		return place, err
	}
	n, ok := region.Find(code)
	if !ok {
		return place, nil // a divided commune: its arrondissements have zones, it has none
	}
	zone := region.ZoneOf(n)
	place.Zone, place.APL = zone.Class, region.Model(territory.UpTo65).Value[n]
	if !zone.Since.IsZero() {
		place.ZoneFrom = zone.Since.Format(time.DateOnly)
	}
	for _, q := range region.Places[n].Quarters {
		place.QPV = append(place.QPV, q.Code)
	}
	if region.ZonesComputed() {
		place.Notes = append(place.Notes, "zone calculée par les seuils, sans valeur juridique")
	}
	if region.DemoSupply() {
		place.Notes = append(place.Notes, "offre de soins de démonstration")
	}
	return place, nil
}

// ruleOf names the rule that speaks of each programme; the others have none with an amount that anybody could verify.
var ruleOf = map[calls.Programme]string{
	calls.MSPFeasibility: "msp-faisabilite", calls.MSPStartUp: "msp-demarrage", calls.MSPRealEstate: "msp-immobilier", calls.CDSAid: "cds-accord", calls.ProtocolWalls: "protocole-murs",
	calls.PracticeDifficulty: "protocole-difficulte", calls.SharedSpecialist: "asp", calls.SharedClinicalResearch: "recherche-clinique", calls.SharedTownUniversity: "ville-universite",
	calls.SharedTownHospitalSpec: "ville-hopital-specialiste", calls.SharedTownHospitalGP: "ville-hopital-generaliste", calls.SalariedGP: "generaliste-salarie", calls.GPRecruitment: "400-mg-volet-2",
}

// callRules reads the rule book for the room of calls.
type callRules struct{ rules *rulebook.Service }

// Of gives the rule in force for a programme and the cap it sets, in cents; the deduction of the study aid is the room of calls' own.
func (r callRules) Of(ctx context.Context, p calls.Programme, _ string, at time.Time) ([]calls.Rule, int64, error) {
	id, ok := ruleOf[p]
	if !ok {
		return nil, 0, nil
	}
	book, err := r.rules.Book(ctx)
	if err != nil {
		return nil, 0, err
	}
	rule, ok := book.Rule(id, clock.DayOf(at))
	if !ok {
		return nil, 0, nil
	}
	limit := int64(0)
	for _, a := range rule.Amounts {
		limit = max(limit, int64(a.Max))
	}
	return []calls.Rule{{ID: rule.ID, Version: fmt.Sprint(rule.Version), Source: rule.Source.Name, Text: rule.Title, NotWith: notWith(book, id, clock.DayOf(at))}}, limit, nil
}

// notWith names the programmes whose rule cannot be held together with a rule.
func notWith(book *rulebook.Book, id string, on clock.Day) []calls.Programme {
	var barred []calls.Programme
	for _, p := range calls.Programmes {
		if other, ok := ruleOf[p.Code]; ok && other != id {
			if _, together := book.Together(id, []string{other}, on); !together {
				barred = append(barred, p.Code)
			}
		}
	}
	return barred
}

// programmeLetters sends the letters of calls, of money and of posts.
type programmeLetters struct {
	post   *mail.Post
	base   string
	people *accounts.Service
	told   *notifications.Service
}

// Send writes one letter in French, the language of the procedure; a dossier without an address gets none. Who has an account is told by
// the channels that they chose; on a device, nothing of the dossier is said.
func (l programmeLetters) Send(ctx context.Context, tx *db.Tx, to string, subject, body i18n.Text, link string) error {
	if to == "" {
		return nil
	}
	const open = "Ouvrir le dossier"
	who, err := l.people.WhoAt(ctx, tx, to)
	if err != nil {
		return err
	}
	if who == nil {
		return l.post.Send(ctx, tx, mail.Letter{To: to, Lang: i18n.FR, Subject: subject.FR, Paragraphs: []string{body.FR}, Link: l.base + link, LinkText: open})
	}
	return l.told.Send(ctx, tx, notifications.Notice{Person: who.ID, To: to, Name: who.Name, Topic: notifications.TopicFiles, Title: subject.FR, Pushed: "Du nouveau dans vos dossiers",
		Paragraphs: []string{body.FR}, Path: link, LinkText: open})
}

// reviewers lists the people who may be asked for an opinion.
func (a *App) reviewers(ctx context.Context) ([]calls.Reviewer, error) {
	var all []calls.Reviewer
	people, err := a.accounts.Holding(ctx, accounts.RoleReviewer)
	for _, p := range people {
		all = append(all, calls.Reviewer{ID: p.ID, Name: p.Name, Email: p.Email})
	}
	return all, err
}
