package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/calls"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

type callView struct {
	Call      *calls.Call
	Questions []calls.Question
	Rules     []calls.Rule // in force today, or at the opening to come
	Manages   bool
	Now       time.Time
	Err       error
	Typed     string
	Commune   string
}

type dossierView struct {
	Dossier     *calls.Dossier
	Roles       []accounts.Role
	Reader      calls.Reader
	Call        *calls.Call
	Form        calls.Form
	Complete    calls.Completeness
	Documents   []calls.Document
	Corrections []calls.Correction
	Rounds      []calls.Round // for officers
	Messages    []calls.Message
	Decisions   []calls.Decision
	Opinions    []calls.Opinion
	Reviewers   []calls.Reviewer
	Events      []audit.Record
	Tracker     templ.Component
	Appeals     []calls.Appeal
	Accesses    []calls.Access
	Reusables   []calls.Reusable
	Papers      []calls.Paper // of the structure
	Structure   string        // name of the structure
	Elsewhere   []calls.Call  // open calls of the same programme, when this one takes no more
	Officers    []calls.Officer
	Right       calls.Right
	Invited     string // the link just made, shown once
	InvitedName string
	Lookup      []ui.Option // candidates for the field LookupOf
	LookupOf    string
	LookupSaid  string
	Scenarios   scenariosPart
	Now         time.Time
	Place       string // name of the commune
	PlaceName   func(code string) string
	Unfiled     error // why the dossier was not filed: it speaks of answers, not of what this page asks
	Fresh       bool
	Trying      bool // an officer tries the form: nothing is kept
	Err         error
	Typed       url.Values
	Attaching   string // the file field whose document was refused
}

func (v dossierView) author() bool  { return slices.Contains(v.Roles, accounts.RoleApplicant) }
func (v dossierView) officer() bool { return slices.Contains(v.Roles, accounts.RoleOfficer) }

// key is the resume key of a dossier started without an account, for its author alone.
func (v dossierView) key() string {
	if !v.Reader.Anonymous() {
		return ""
	}
	for _, key := range v.Reader.Keys() {
		if v.Dossier.StartedWith(key) {
			return key
		}
	}
	return ""
}

// editable tells whether the author may type now.
func (v dossierView) editable() bool {
	return v.author() && (v.Dossier.State == calls.Draft || v.Dossier.State == calls.ToComplete)
}

func (v dossierView) may(move string) bool {
	_, err := calls.DossierLife.Check(v.Dossier, v.Dossier.State, move, v.Roles, "motif")
	return err == nil
}

// section finds a part of the form by name.
func (v dossierView) section(name string) (int, error) {
	for i, s := range v.Form.Sections {
		if s.Name == name {
			return i, nil
		}
	}
	return 0, fault.NotFound("Cette partie du formulaire n’existe pas.", "This section of the form does not exist.")
}

// appeared tells whether an answer just given asks a question of the section that its page did not show.
func (v dossierView) appeared(at int, shown map[string]bool) bool {
	for _, f := range v.Form.Sections[at].Fields {
		if f.When != "" && f.Kind != calls.KindFile && !shown[f.Name] && v.Dossier.Answers.V[f.Name] == "" && f.Asked(v.Dossier.Answers.V) {
			return true
		}
	}
	return false
}

// remaining counts what is missing in a section.
func (v dossierView) remaining(s calls.Section) int {
	n := 0
	for _, f := range s.Fields {
		for name := range v.Complete.Missing {
			if name == f.Name || len(name) > len(f.Name) && name[:len(f.Name)+1] == f.Name+"." {
				n++
			}
		}
	}
	return n
}

func (v dossierView) typed(name, otherwise string) string {
	if v.Typed.Has(name) {
		return v.Typed.Get(name)
	}
	return otherwise
}

func (v dossierView) open() []calls.Correction {
	var all []calls.Correction
	for _, c := range v.Corrections {
		if c.AnsweredAt == nil {
			all = append(all, c)
		}
	}
	return all
}

func (v dossierView) correctionOf(field string) string {
	for _, c := range v.open() {
		if c.Field == field {
			return c.Message
		}
	}
	return ""
}

// documentsAt are the documents given at one question.
func documentsAt(documents []calls.Document, field string) []calls.Document {
	var all []calls.Document
	for _, d := range documents {
		if d.Field == field {
			all = append(all, d)
		}
	}
	return all
}

// mainOnce is the look of a button that is the page's main action, or not yet.
func mainOnce(is bool) string {
	if is {
		return "main"
	}
	return ""
}

type inboxView struct {
	Appeals  []calls.Appeal
	Officers []calls.Officer
	Ticked   map[string]bool
	Reason   string
	Rows     []calls.Dossier
	Total    int
	Page     int
	Filter   calls.Inbox
	Calls    []calls.Call
	Me       string
	Region   string
	Now      time.Time
	Err      error
}

type opinionView struct {
	PlaceName func(code string) string
	Opinion   calls.Opinion
	Dossier   *calls.Dossier
	Call      *calls.Call
	Form      calls.Form
	Documents []calls.Document
	Err       error
	Typed     func(string) string
	Key       string // of a reviewer's link; "" under an account
}

// action is where the opinion is sent, and under which its documents open.
func (v opinionView) action() string {
	if v.Key != "" {
		return "/avis/lien/" + v.Key
	}
	return "/avis/" + v.Opinion.ID
}

// files is the address under which the reviewer opens the documents.
func (v opinionView) files() string {
	if v.Key != "" {
		return v.action()
	}
	return "/dossiers/" + v.Dossier.ID
}

// tone is how a state looks.
func tone(s lifecycle.State) string {
	switch s {
	case calls.Granted, calls.Settled, calls.Committed, calls.Paying, calls.CallPublished, calls.CallResults:
		return "good"
	case calls.ToComplete, calls.Postponed, calls.Convention, calls.CallJury:
		return "warn"
	case calls.Refused, calls.Repayment:
		return "late"
	case calls.Filed, calls.Admissible, calls.Instructed, calls.Committee:
		return "info"
	}
	return ""
}

func stateName(ctx context.Context, s lifecycle.State) string {
	return calls.DossierLife.Label(s).Ctx(ctx)
}

func callState(ctx context.Context, s lifecycle.State) string {
	return calls.CallLife.Label(s).Ctx(ctx)
}

// shown writes an answer for reading.
func shown(ctx context.Context, f calls.Field, a calls.Answers, key string) string {
	value := a[key]
	switch f.Kind {
	case calls.KindComputed:
		if f.Money {
			return i18n.Euro(ctx, int64(f.Compute(a)))
		}
		return i18n.Int(ctx, f.Compute(a))
	case calls.KindEuro:
		if cents, ok := calls.Cents(value); ok {
			return i18n.Euro(ctx, cents)
		}
	case calls.KindDate:
		if t, err := time.Parse(time.DateOnly, value); err == nil {
			return i18n.Date(ctx, t)
		}
	case calls.KindChoices:
		var ticked []string
		for _, o := range f.Options {
			if a[key+"."+o.Value] == "1" {
				ticked = append(ticked, o.Label.Ctx(ctx))
			}
		}
		return strings.Join(ticked, " ; ")
	case calls.KindYesNo:
		return map[string]string{"yes": i18n.T(ctx, "Oui", "Yes"), "no": i18n.T(ctx, "Non", "No")}[value]
	case calls.KindChoice:
		for _, o := range f.Options {
			if o.Value == value {
				return o.Label.Ctx(ctx)
			}
		}
	}
	return value
}

// dueTone says whether a deadline passed or is near.
func dueTone(due *time.Time, now time.Time) string {
	switch {
	case due == nil:
		return ""
	case due.Before(now):
		return "late"
	case due.Before(now.AddDate(0, 0, 7)):
		return "warn"
	}
	return ""
}

func dueText(ctx context.Context, due *time.Time, now time.Time) string {
	if due == nil {
		return "—"
	}
	if due.Before(now) {
		return i18n.T(ctx, "En retard : ", "Late: ") + i18n.Date(ctx, *due)
	}
	return i18n.Date(ctx, *due)
}

func kindOptions(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, k := range calls.Kinds {
		all = append(all, ui.Option{Value: string(k.Kind), Label: k.Name.Ctx(ctx)})
	}
	return all
}

func programmeOptions(ctx context.Context) []ui.Option {
	all := []ui.Option{{Value: "", Label: i18n.T(ctx, "Choisir…", "Choose…")}}
	for _, p := range calls.Programmes {
		all = append(all, ui.Option{Value: string(p.Code), Label: p.Name.Ctx(ctx)})
	}
	return all
}

func stateOptions(ctx context.Context) []ui.Option {
	all := []ui.Option{{Value: "", Label: i18n.T(ctx, "Tous", "All")}}
	for _, s := range calls.DossierLife.Table().States {
		if s.Name != calls.Draft {
			all = append(all, ui.Option{Value: string(s.Name), Label: s.Label.Ctx(ctx)})
		}
	}
	return all
}

func callOptions(ctx context.Context, all []calls.Call, first string) []ui.Option {
	options := []ui.Option{{Value: "", Label: first}}
	for _, c := range all {
		if c.State != calls.CallDraft {
			options = append(options, ui.Option{Value: c.ID, Label: c.Title.V.Ctx(ctx)})
		}
	}
	return options
}

// instructorOptions are the instructors by whom the inbox is filtered.
func instructorOptions(ctx context.Context, all []calls.Officer, me string) []ui.Option {
	options := []ui.Option{{Value: "", Label: i18n.T(ctx, "Tous", "All")}, {Value: me, Label: i18n.T(ctx, "Moi", "Me")}, {Value: calls.Nobody, Label: i18n.T(ctx, "Personne encore", "Nobody yet")}}
	for _, o := range all {
		if o.ID != me {
			options = append(options, ui.Option{Value: o.ID, Label: o.Name})
		}
	}
	return options
}

func officerOptions(ctx context.Context, all []calls.Officer) []ui.Option {
	options := []ui.Option{{Value: "", Label: i18n.T(ctx, "Choisir…", "Choose…")}}
	for _, o := range all {
		options = append(options, ui.Option{Value: o.ID, Label: o.Name})
	}
	return options
}

func scoreOptions() []ui.Option {
	options := []ui.Option{{Value: "", Label: "–"}}
	for i := range calls.MaxScore + 1 {
		options = append(options, ui.Option{Value: strconv.Itoa(i), Label: strconv.Itoa(i)})
	}
	return options
}

// journey is the usual way of an application, and where this one stands on it; -1 when it left the way (refused, withdrawn).
func journey(s lifecycle.State) (steps []lifecycle.State, here int) {
	steps = []lifecycle.State{calls.Draft, calls.Filed, calls.Admissible, calls.Instructed, calls.Committee, calls.Granted, calls.Convention, calls.Committed, calls.Paying, calls.Settled}
	switch s {
	case calls.ToComplete:
		s = calls.Filed
	case calls.Postponed:
		s = calls.Instructed
	}
	return steps, slices.Index(steps, s)
}

// nextStep says, in words, who has the dossier and what comes next.
func nextStep(ctx context.Context, d *calls.Dossier) string {
	texts := map[lifecycle.State]i18n.Text{
		calls.Draft:      {FR: "À vous : complétez puis déposez le dossier.", EN: "Yours: complete, then file the application."},
		calls.Filed:      {FR: "À l’Agence : elle vérifie que le dossier est complet.", EN: "The agency's: it checks that the application is complete."},
		calls.ToComplete: {FR: "À vous : répondez aux corrections demandées, puis renvoyez le dossier.", EN: "Yours: answer the corrections asked, then send the application back."},
		calls.Admissible: {FR: "À l’Agence : le dossier est instruit et des avis sont recueillis.", EN: "The agency's: the application is processed and opinions are gathered."},
		calls.Instructed: {FR: "À l’Agence : le dossier attend le comité.", EN: "The agency's: the application awaits the committee."},
		calls.Committee:  {FR: "Au comité : la décision suit sa séance.", EN: "The committee's: the decision follows its sitting."},
		calls.Granted:    {FR: "À l’Agence : elle établit la convention.", EN: "The agency's: it draws up the agreement."},
		calls.Postponed:  {FR: "À l’Agence : le dossier sera réexaminé.", EN: "The agency's: the application will be examined again."},
		calls.Convention: {FR: "À signer : par vous et par l’Agence.", EN: "To sign: by you and by the agency."},
		calls.Committed:  {FR: "À l’Agence : le premier paiement est à venir.", EN: "The agency's: the first payment is to come."},
		calls.Paying:     {FR: "Paiements en cours : voyez le suivi.", EN: "Payments under way: see the tracker."},
		calls.Refused:    {FR: "Décision rendue : refus. La lettre dit pourquoi, et comment la contester.", EN: "Decided: refused. The letter says why, and how to appeal."},
		calls.Withdrawn:  {FR: "Dossier clos sans décision. L’Agence peut le rouvrir à votre demande.", EN: "Closed without a decision. The agency may reopen it if you ask."},
		calls.Settled:    {FR: "Tout est versé et justifié : rien ne reste à faire.", EN: "All is paid and accounted for: nothing is left to do."},
		calls.Repayment:  {FR: "À vous : un reversement est demandé.", EN: "Yours: a repayment is asked."},
	}
	if t, ok := texts[d.State]; ok {
		return t.Ctx(ctx)
	}
	return stateName(ctx, d.State)
}
