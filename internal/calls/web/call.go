package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
)

func (p *Pages) callList(w http.ResponseWriter, r *http.Request) error {
	actor := accounts.FromContext(r.Context())
	all, err := p.Calls.Calls(r.Context(), actor)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, callListView(all, actor.CanSomewhere(calls.PermCall), p.Calls.Now()))
}

// turns parts the list of calls into those that are open, those to come and the past; each keeps its order.
func turns(all []calls.Call, now time.Time) (open, toCome, past []calls.Call) {
	for _, c := range all {
		switch {
		case c.Open(now):
			open = append(open, c)
		case c.ToCome(now):
			toCome = append(toCome, c)
		default:
			past = append(past, c)
		}
	}
	return open, toCome, past
}

// eyebrow names the programme of a call above its title; "" where the title already does.
func eyebrow(ctx context.Context, c calls.Call) string {
	name := c.Programme.Name().Ctx(ctx)
	if strings.Contains(c.Title.V.Ctx(ctx), name) {
		return ""
	}
	return name
}

// callAmounts says how much there is, and how much one dossier may have.
func callAmounts(ctx context.Context, c calls.Call) string {
	var words []string
	if c.Envelope > 0 {
		words = append(words, i18n.Tf(ctx, "%s à répartir", "%s to share out", i18n.Euro(ctx, c.Envelope)))
	}
	if c.Cap > 0 {
		words = append(words, i18n.Tf(ctx, "%s au plus par dossier", "%s at most per application", i18n.Euro(ctx, c.Cap)))
	}
	return strings.Join(words, ", ")
}

func (p *Pages) callPage(w http.ResponseWriter, r *http.Request) error {
	return p.showCall(w, r, nil)
}

func (p *Pages) showCall(w http.ResponseWriter, r *http.Request, refusal error) error {
	actor := accounts.FromContext(r.Context())
	c, err := p.Calls.Call(r.Context(), actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	questions, err := p.Calls.Questions(r.Context(), actor, c.ID)
	if err != nil {
		return err
	}
	rules, err := p.Calls.RulesOf(r.Context(), c)
	if err != nil {
		return err
	}
	view := callView{Rules: rules, Call: c, Questions: questions, Manages: actor.Can(calls.PermCall, accounts.Scope{Region: c.Region}), Now: p.Calls.Now(), Err: refusal, Typed: r.PostFormValue("question"), Commune: r.FormValue("commune")}
	if refusal != nil {
		return again(w, r, refusal, callPageView(view))
	}
	return httpx.Render(w, r, http.StatusOK, callPageView(view))
}

// callForm is what the page of a call's settings shows again.
type callForm struct {
	ID                                                    string
	Programme                                             calls.Programme
	TitleFR, TitleEN, SummaryFR, SummaryEN, Opens, Closes string
	Envelope, Cap                                         string
	Criteria                                              []calls.Criterion
	Calendar, Reviewers                                   string
	OpinionDays, Silence, SilenceUnit                     string
	Excludes                                              []calls.Programme
	Version                                               int
	Err                                                   error
}

func (p *Pages) newCall(w http.ResponseWriter, r *http.Request) error {
	f := callForm{Programme: calls.Programme(r.FormValue("programme"))}
	if info, ok := f.Programme.Info(); ok {
		_, f.Criteria = calls.Template(f.Programme)
		year := strconv.Itoa(p.Calls.Now().In(i18n.Paris).Year())
		f.TitleFR, f.TitleEN, f.SummaryFR, f.SummaryEN = info.Name.FR+" "+year, info.Name.EN+" "+year, info.Purpose.FR, info.Purpose.EN
	}
	return httpx.Render(w, r, http.StatusOK, callFormView(f))
}

func typedCall(r *http.Request) callForm {
	f := callForm{Programme: calls.Programme(r.PostFormValue("programme")), TitleFR: r.PostFormValue("title_fr"), TitleEN: r.PostFormValue("title_en"),
		SummaryFR: r.PostFormValue("summary_fr"), SummaryEN: r.PostFormValue("summary_en"), Opens: r.PostFormValue("opens_at"), Closes: r.PostFormValue("closes_at"),
		Envelope: r.PostFormValue("envelope"), Cap: r.PostFormValue("cap")}
	f.Version, _ = strconv.Atoi(r.PostFormValue("version"))
	f.Calendar, f.Reviewers, f.OpinionDays = r.PostFormValue("calendar"), r.PostFormValue("reviewers"), r.PostFormValue("opinion_days")
	f.Silence, f.SilenceUnit = r.PostFormValue("silence"), r.PostFormValue("silence_unit")
	for _, p := range calls.Programmes {
		if r.PostFormValue("excludes."+string(p.Code)) == "1" {
			f.Excludes = append(f.Excludes, p.Code)
		}
	}
	for i := range 12 {
		n := strconv.Itoa(i)
		weight, _ := strconv.Atoi(r.PostFormValue("weight_" + n))
		if label := strings.TrimSpace(r.PostFormValue("criterion_" + n)); label != "" {
			name := r.PostFormValue("criterion_name_" + n)
			if name == "" {
				name = "c" + n
			}
			f.Criteria = append(f.Criteria, calls.Criterion{Name: name, Label: i18n.Text{FR: label, EN: or(r.PostFormValue("criterion_en_"+n), label)}, Weight: weight})
		}
	}
	return f
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (f callForm) command(form calls.Form, region string) calls.CallCommand {
	envelope, okEnvelope := calls.Cents(or(f.Envelope, "0"))
	limit, okCap := calls.Cents(or(f.Cap, "0"))
	if !okEnvelope {
		envelope = -1
	}
	if !okCap {
		limit = -1
	}
	return calls.CallCommand{Settings: f.settings(), Programme: f.Programme, Title: i18n.Text{FR: f.TitleFR, EN: or(f.TitleEN, f.TitleFR)}, Summary: i18n.Text{FR: f.SummaryFR, EN: or(f.SummaryEN, f.SummaryFR)},
		Region: region, OpensAt: day(f.Opens), ClosesAt: lastSecond(f.Closes), Envelope: envelope, Cap: limit, Form: form, Criteria: f.Criteria, Version: f.Version}
}

// settings reads the calendar (one step a line: "2026-12-15 | Comité"), the reviewers ("Nom | adresse") and their days.
func (f callForm) settings() calls.Settings {
	s := calls.Settings{Excludes: f.Excludes}
	if f.OpinionDays != "" {
		days, err := strconv.Atoi(f.OpinionDays)
		if err != nil {
			days = -1
		}
		s.OpinionDays = days
	}
	if f.Silence != "" {
		n, err := strconv.Atoi(f.Silence)
		if err != nil {
			n = -1
		}
		s.Silence = lifecycle.Deadline{N: n, Unit: lifecycle.Unit(f.SilenceUnit)}
	}
	if s.Silence.N == 0 {
		s.Silence = lifecycle.Deadline{}
	}
	for on, rest := range pairs(f.Calendar) {
		fr, en, _ := strings.Cut(rest, "|")
		s.Calendar = append(s.Calendar, calls.Milestone{On: readDay(on), Label: i18n.Text{FR: strings.TrimSpace(fr), EN: or(strings.TrimSpace(en), strings.TrimSpace(fr))}})
	}
	for name, email := range pairs(f.Reviewers) {
		s.Reviewers = append(s.Reviewers, calls.Reviewer{Name: name, Email: email})
	}
	return s
}

// pairs yields the two sides of each line that holds something.
func pairs(text string) func(yield func(left, right string) bool) {
	return func(yield func(left, right string) bool) {
		for line := range strings.Lines(text) {
			left, right, _ := strings.Cut(line, "|")
			if strings.TrimSpace(line) != "" && !yield(strings.TrimSpace(left), strings.TrimSpace(right)) {
				return
			}
		}
	}
}

// readDay reads 2026-12-15 or 15/12/2026; what is neither stays as typed, to be refused.
func readDay(text string) string {
	if t, err := time.Parse("2/1/2006", text); err == nil {
		return t.Format(time.DateOnly)
	}
	return text
}

func settingsForm(f callForm, s calls.Settings) callForm {
	var calendar, reviewers strings.Builder
	for _, m := range s.Calendar {
		calendar.WriteString(m.On + " | " + m.Label.FR)
		if m.Label.EN != m.Label.FR {
			calendar.WriteString(" | " + m.Label.EN)
		}
		calendar.WriteString("\n")
	}
	for _, r := range s.Reviewers {
		reviewers.WriteString(r.Name + " | " + r.Email + "\n")
	}
	f.Calendar, f.Reviewers, f.Excludes, f.OpinionDays = calendar.String(), reviewers.String(), s.Excludes, strconv.Itoa(s.Days())
	f.Silence, f.SilenceUnit = strconv.Itoa(s.Silence.N), string(s.Silence.Unit)
	return f
}

// regionOf is the region in which an officer writes a call: that of their grant, else the installation's.
func regionOf(actor accounts.Actor) string {
	for _, g := range actor.Grants {
		if g.Role == accounts.RoleOfficer && g.Region != "" {
			return g.Region
		}
	}
	return "11"
}

func (p *Pages) createCall(w http.ResponseWriter, r *http.Request) error {
	f := typedCall(r)
	form, _ := calls.Template(f.Programme)
	actor := accounts.FromContext(r.Context())
	c, err := p.Calls.CreateCall(r.Context(), actor, f.command(form, regionOf(actor)))
	if err != nil {
		f.Err = err
		return again(w, r, err, callFormView(f))
	}
	return httpx.SeeOther(w, r, "/appels/"+c.ID)
}

func (p *Pages) editCall(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Calls.Call(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	euros := func(cents int64) string { return strconv.FormatFloat(float64(cents)/100, 'f', -1, 64) }
	return httpx.Render(w, r, http.StatusOK, callFormView(settingsForm(callForm{ID: c.ID, Programme: c.Programme, TitleFR: c.Title.V.FR, TitleEN: c.Title.V.EN, SummaryFR: c.Summary.V.FR, SummaryEN: c.Summary.V.EN,
		Opens: c.OpensAt.In(i18n.Paris).Format(time.DateOnly), Closes: c.ClosesAt.In(i18n.Paris).Format(time.DateOnly), Envelope: euros(c.Envelope), Cap: euros(c.Cap), Criteria: c.Criteria.V, Version: c.Version}, c.Settings.V)))
}

func (p *Pages) saveCall(w http.ResponseWriter, r *http.Request) error {
	actor, id := accounts.FromContext(r.Context()), r.PathValue("id")
	old, err := p.Calls.Call(r.Context(), actor, id)
	if err != nil {
		return err
	}
	f := typedCall(r)
	f.ID, f.Programme = id, old.Programme
	cmd := f.command(old.Form.V, old.Region)
	cmd.Rules = old.Rules.V
	if _, err := p.Calls.EditCall(r.Context(), actor, id, cmd); err != nil {
		f.Err = err
		return again(w, r, err, callFormView(f))
	}
	return httpx.SeeOther(w, r, "/appels/"+id)
}

func (p *Pages) moveCall(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if _, err := p.Calls.MoveCall(r.Context(), accounts.FromContext(r.Context()), id, r.PostFormValue("move"), strings.TrimSpace(r.PostFormValue("reason"))); err != nil {
		return p.showCall(w, r, err)
	}
	return httpx.SeeOther(w, r, "/appels/"+id)
}

func (p *Pages) cloneCall(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Calls.CloneCall(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/appels/"+c.ID+"/modifier")
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Calls.Ask(r.Context(), accounts.FromContext(r.Context()), id, r.PostFormValue("question")); err != nil {
		return p.showCall(w, r, err)
	}
	return httpx.SeeOther(w, r, "/appels/"+id+"?question=envoyee#questions")
}

func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Calls.Answer(r.Context(), accounts.FromContext(r.Context()), id, r.PathValue("question"), r.PostFormValue("answer")); err != nil {
		return p.showCall(w, r, err)
	}
	return httpx.SeeOther(w, r, "/appels/"+id+"#questions")
}
