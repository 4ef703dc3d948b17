// Package web draws the pages of calls for projects: publication, dossier, instruction, opinions, committee.
package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
	"maillage/internal/ui"

	"github.com/a-h/templ"
)

// Prefill gives what is already known for a commune and a structure, so that nobody types it again.
type Prefill func(ctx context.Context, commune, structure string) calls.Answers

// Reviewers lists who may be asked for an opinion.
type Reviewers func(ctx context.Context) ([]calls.Reviewer, error)

// Officers lists who may instruct, with their territory.
type Officers func(ctx context.Context) ([]calls.Officer, error)

// Known is what a look-up found: the answers to fill in, or candidates among which to choose.
type Known struct {
	Fill   calls.Answers
	Choose []Choice
	Said   i18n.Text // of the number itself
}

// Choice is a candidate of a look-up.
type Choice struct{ Value, Label string }

// Lookup finds what is known behind an identifier, a name or a place typed in a field of a kind.
type Lookup func(ctx context.Context, kind calls.Kind, typed string) (Known, error)

// Tracker draws the payment tracker of a dossier, from the room of money; nil while there is no agreement.
type Tracker func(ctx context.Context, actor accounts.Actor, key, dossierID string) (templ.Component, error)

// Pages holds what the pages need.
type Pages struct {
	Calls     *calls.Service
	Prefill   Prefill
	Reviewers Reviewers
	Tracker   Tracker
	Officers  Officers
	Lookup    Lookup
	// Place names a commune by its code; nil leaves codes as they are.
	Place func(code string) string
	// Base is the address of the site, for links given to people; Agency is who signs letters.
	Base, Agency string
	// Region is whose départements the inbox offers.
	Region string
}

// Routes is the table of the room.
func (p *Pages) Routes() []httpx.Route {
	return slices.Concat(p.callRoutes(), p.dossierRoutes(), p.instructionRoutes())
}

// callRoutes are the pages of calls: publication, settings, form.
func (p *Pages) callRoutes() []httpx.Route {
	get, post := http.MethodGet, http.MethodPost
	return []httpx.Route{
		{Method: get, Path: "/appels", Permission: calls.PermRead, Handler: p.callList},
		{Method: get, Path: "/appels/nouveau", Permission: calls.PermCall, Handler: p.newCall},
		{Method: post, Path: "/appels", Permission: calls.PermCall, Handler: p.createCall},
		{Method: get, Path: "/appels/{id}", Permission: calls.PermRead, Handler: p.callPage},
		{Method: get, Path: "/appels/{id}/modifier", Permission: calls.PermCall, Handler: p.editCall},
		{Method: post, Path: "/appels/{id}/modifier", Permission: calls.PermCall, Handler: p.saveCall},
		{Method: get, Path: "/appels/{id}/formulaire", Permission: calls.PermCall, Handler: p.builder},
		{Method: post, Path: "/appels/{id}/formulaire", Permission: calls.PermCall, Handler: p.saveBuilder, MaxBody: 4 << 20},
		{Method: get, Path: "/appels/{id}/essai", Permission: calls.PermCall, Handler: p.try},
		{Method: post, Path: "/appels/{id}/essai", Permission: calls.PermCall, Handler: p.try},
		{Method: post, Path: "/appels/{id}/etat", Permission: calls.PermCall, Handler: p.moveCall},
		{Method: post, Path: "/appels/{id}/copier", Permission: calls.PermCall, Handler: p.cloneCall},
		{Method: post, Path: "/appels/{id}/questions", Permission: calls.PermRead, Handler: p.ask},
		{Method: post, Path: "/appels/{id}/questions/{question}", Permission: calls.PermCall, Handler: p.answer},
		{Method: post, Path: "/appels/{id}/dossier", Permission: calls.PermRead, Handler: p.start},
	}
}

// dossierRoutes are the pages of a dossier, for its authors.
func (p *Pages) dossierRoutes() []httpx.Route {
	get, post := http.MethodGet, http.MethodPost
	return []httpx.Route{
		{Method: get, Path: "/dossiers", Permission: calls.PermRead, Handler: p.mine},
		{Method: get, Path: "/dossiers.csv", Permission: calls.PermRead, Handler: p.mineFile(sheets.CSV)},
		{Method: get, Path: "/dossiers.xlsx", Permission: calls.PermRead, Handler: p.mineFile(sheets.XLSX)},
		{Method: get, Path: "/dossiers.ods", Permission: calls.PermRead, Handler: p.mineFile(sheets.ODS)},
		{Method: post, Path: "/dossiers/reprendre", Permission: calls.PermRead, Handler: p.resume},
		{Method: get, Path: "/dossiers/{id}", Permission: calls.PermRead, Handler: p.dossier},
		{Method: get, Path: "/dossiers/{id}/pdf", Permission: calls.PermRead, Handler: p.dossierPDF},
		{Method: get, Path: "/dossiers/{id}/formulaire/{section}", Permission: calls.PermRead, Handler: p.section},
		{Method: post, Path: "/dossiers/{id}/formulaire/{section}", Permission: calls.PermRead, Handler: p.saveSection, MaxBody: 4 << 20, Raw: true},
		{Method: post, Path: "/dossiers/{id}/documents", Permission: calls.PermRead, Handler: p.attach, MaxBody: calls.MaxDocument + 1<<20, Raw: true},
		{Method: get, Path: "/dossiers/{id}/documents/{document}", Permission: calls.PermRead, Handler: p.document, Stream: true},
		{Method: post, Path: "/dossiers/{id}/scenarios", Permission: calls.PermRead, Handler: p.attachScenario},
		{Method: post, Path: "/dossiers/{id}/scenarios/{scenario}/retirer", Permission: calls.PermRead, Handler: p.detachScenario},
		{Method: post, Path: "/dossiers/{id}/documents/{document}/retirer", Permission: calls.PermRead, Handler: p.detach},
		{Method: post, Path: "/dossiers/{id}/documents/reprendre", Permission: calls.PermRead, Handler: p.reuse},
		{Method: post, Path: "/dossiers/{id}/porteurs", Permission: calls.PermRead, Handler: p.invite},
		{Method: post, Path: "/dossiers/{id}/porteurs/{access}/retirer", Permission: calls.PermRead, Handler: p.revoke},
		{Method: get, Path: "/rejoindre/{key}", Permission: calls.PermRead, Handler: p.invitation},
		{Method: post, Path: "/rejoindre/{key}", Permission: calls.PermRead, Handler: p.join},
		{Method: post, Path: "/dossiers/{id}/reporter", Permission: calls.PermRead, Handler: p.carry},
		{Method: get, Path: "/dossiers/{id}/lettres/{decision}", Permission: calls.PermRead, Handler: p.letterPDF},
		{Method: post, Path: "/dossiers/{id}/recours", Permission: calls.PermRead, Handler: p.appeal},
		{Method: post, Path: "/dossiers/{id}/recours/{appeal}", Permission: calls.PermRead, Handler: p.moveAppeal},
		{Method: post, Path: "/dossiers/{id}/deposer", Permission: calls.PermRead, Handler: p.file},
		{Method: post, Path: "/dossiers/{id}/completer", Permission: calls.PermRead, Handler: p.complete},
		{Method: post, Path: "/dossiers/{id}/reponses", Permission: calls.PermRead, Handler: p.answerCorrections},
		{Method: post, Path: "/dossiers/{id}/retirer", Permission: calls.PermRead, Handler: p.withdraw},
		{Method: post, Path: "/dossiers/{id}/messages", Permission: calls.PermRead, Handler: p.message},
	}
}

// instructionRoutes are the pages of officers, reviewers and committees.
func (p *Pages) instructionRoutes() []httpx.Route {
	get, post := http.MethodGet, http.MethodPost
	return []httpx.Route{
		{Method: get, Path: "/instruction", Permission: calls.PermInstruct, Handler: p.inbox},
		{Method: post, Path: "/instruction/lot", Permission: calls.PermInstruct, Handler: p.batch},
		{Method: get, Path: "/instruction/export/{file}", Permission: calls.PermInstruct, Handler: p.export, Stream: true},
		{Method: post, Path: "/instruction/{id}/corrections", Permission: calls.PermInstruct, Handler: p.askCorrections},
		{Method: post, Path: "/instruction/{id}/structure", Permission: calls.PermInstruct, Handler: p.confirmStructure},
		{Method: post, Path: "/instruction/{id}/avis", Permission: calls.PermInstruct, Handler: p.askOpinion},
		{Method: post, Path: "/instruction/{id}/conclure", Permission: calls.PermInstruct, Handler: p.instruct},
		{Method: post, Path: "/instruction/{id}/decision", Permission: calls.PermDecide, Handler: p.decide},
		{Method: post, Path: "/instruction/{id}/rouvrir", Permission: calls.PermInstruct, Handler: p.reopen},

		{Method: get, Path: "/avis", Permission: calls.PermReview, Handler: p.opinions},
		{Method: get, Path: "/avis/{id}", Permission: calls.PermReview, Handler: p.opinion},
		{Method: post, Path: "/avis/{id}", Permission: calls.PermReview, Handler: p.giveOpinion},

		{Method: get, Path: "/avis/lien/{key}", Permission: calls.PermRead, Handler: p.linkedOpinion},
		{Method: post, Path: "/avis/lien/{key}", Permission: calls.PermRead, Handler: p.giveLinked},
		{Method: get, Path: "/avis/lien/{key}/documents/{document}", Permission: calls.PermRead, Handler: p.linkedDocument, Stream: true},

		{Method: get, Path: "/comites", Permission: calls.PermInstruct, Handler: p.sessions},
		{Method: post, Path: "/comites", Permission: calls.PermInstruct, Handler: p.convene},
		{Method: get, Path: "/comites/{id}", Permission: calls.PermInstruct, Handler: p.session},
		{Method: get, Path: "/comites/{id}/classement", Permission: calls.PermInstruct, Handler: p.live},
		{Method: get, Path: "/comites/{id}/export/{file}", Permission: calls.PermInstruct, Handler: p.ranking, Stream: true},
		{Method: get, Path: "/comites/{id}/lettres", Permission: calls.PermInstruct, Handler: p.lettersPDF},
		{Method: get, Path: "/comites/{id}/pdf", Permission: calls.PermInstruct, Handler: p.packPDF},
		{Method: post, Path: "/comites/{id}/votes/{dossier}", Permission: calls.PermInstruct, Handler: p.vote},
		{Method: post, Path: "/comites/{id}/proces-verbal", Permission: calls.PermInstruct, Handler: p.minutes},
	}
}

const keyCookie = "dossier"

// reader is who asks: the account, and the key of dossiers started without one.
func reader(r *http.Request) calls.Reader {
	return calls.Reader{Actor: accounts.FromContext(r.Context()), Key: httpx.Kept(r, keyCookie)}
}

// remember keeps the key of dossiers started without an account in this browser, for a year.
func remember(w http.ResponseWriter, r *http.Request, key string) { httpx.Keep(w, r, keyCookie, key) }

// newKey makes a key that people can copy: 26 characters.
func newKey() string { return rand.Text() }

// private keeps a page that depends on the reader out of every cache.
func private(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }

// again shows a form that was refused, with everything typed, or passes on what is no refusal of the form.
func again(w http.ResponseWriter, r *http.Request, err error, page templ.Component) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindRefused, fault.KindConflict, fault.KindTooLarge:
		return httpx.Render(w, r, httpx.Status(err), page)
	default:
		return err
	}
}

// day reads a date field at the start of the day in Paris; end reads its last second.
func day(value string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, value, i18n.Paris)
	if err != nil {
		return time.Time{}
	}
	return t
}

func lastSecond(value string) time.Time {
	t := day(value)
	if t.IsZero() {
		return t
	}
	return t.AddDate(0, 0, 1).Add(-time.Second)
}

func errorOf(ctx context.Context, err error, name string) string {
	return ui.FieldError(ctx, err, name)
}
