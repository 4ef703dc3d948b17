package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
	"maillage/internal/rulebook"
	"maillage/internal/structures"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// question is what somebody asks: where, who, what for, and what else they said.
type question struct {
	Typed      string // as typed
	Commune    *territory.Commune
	Candidates []territory.Commune // when what was typed may be several
	Structure  *structures.Structure
	Zone       territory.Zone
	ZoneKnown  bool
	Computed   string // the zone that access alone suggests, where no official one is known
	QPVs       []territory.QPV
	QPVKnown   bool                      // false: no list of neighbourhoods is in force
	Site       *site                     // the exact place, when it is known
	Quarter    string                    // the priority neighbourhood that holds it
	Granted    map[string]rulebook.Cents // what the structure holds, for whoever may know
	Profile    rulebook.Profile
	Held       []string
	Form       url.Values
	Err        error // fields that could not be read
}

// Asked tells whether enough was said to answer.
func (q question) Asked() bool { return q.Commune != nil && q.Profile["who"] != nil }

type askPage struct {
	question
	Open     map[string]OpenCall // by rule
	Book     *rulebook.Book
	Day      rulebook.Day
	Answers  []rulebook.Answer
	Refine   []rulebook.Fact // facts that would settle or narrow the answers
	Eligible int
	ToCheck  int
}

// ask answers "what can I get here?".
func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	q, err := p.question(r)
	if err != nil {
		return err
	}
	book, err := p.Rules.Book(r.Context())
	if err != nil {
		return err
	}
	page := askPage{question: q, Book: book, Day: p.Rules.Today()}
	if q.Asked() {
		page.answer()
		if p.Open != nil {
			if page.Open, err = p.Open(r.Context()); err != nil {
				return err
			}
		}
	}
	status := http.StatusOK
	if q.Err != nil {
		status = http.StatusUnprocessableEntity
	}
	return httpx.Render(w, r, status, askView(page))
}

func (page *askPage) answer() {
	page.Answers = page.Book.Evaluate(page.Profile, page.Held, page.Day)
	wanted := map[string]bool{}
	for _, a := range page.Answers {
		switch a.Verdict {
		case rulebook.Eligible:
			page.Eligible++
		case rulebook.ToCheck:
			page.ToCheck++
		default:
			continue
		}
		for _, f := range a.Missing {
			wanted[f] = true
		}
	}
	for _, f := range rulebook.Facts {
		_, said := page.Form[f.ID]
		if f.ID != "who" && f.ID != "plan" && f.ID != "region" && (wanted[f.ID] || said && !page.derived(f.ID) || f.ID == "zone" && page.Computed != "") {
			page.Refine = append(page.Refine, f)
		}
	}
}

// derived tells whether our own data gave the fact.
func (q question) derived(fact string) bool {
	_, seen := q.Profile["qpv"]
	return fact == "zone" && q.ZoneKnown || fact == "qpv" && q.QPVKnown && (len(q.QPVs) == 0 || q.Site != nil && seen)
}

// question reads the address: everything is in it, so that a link gives the same answer to anybody.
func (p *Pages) question(r *http.Request) (question, error) {
	form := r.URL.Query()
	q := question{Form: form, Typed: strings.TrimSpace(form.Get("lieu")), Held: form["detient"]}
	q.Profile, q.Err = rulebook.ParseProfile(form)
	if _, said := q.Profile["plan"]; !said {
		q.Profile["plan"] = everyPlan() // nothing ticked asks about everything
	}
	if id := form.Get("structure"); id != "" {
		if err := p.fromStructure(r, &q, id); err != nil {
			return q, err
		}
	}
	snap, err := p.Places.Now(r.Context())
	if err != nil {
		return q, err
	}
	if at, ok := positionTyped(q.Typed); ok && q.Commune == nil {
		if c, found := communeAt(snap, at); found {
			q.Site, q.Commune = &at, &c
		}
	}
	if q.Commune == nil {
		p.locate(&q, form.Get("commune"))
	}
	if q.Commune == nil {
		return q, nil
	}
	q.derive(snap)
	if _, said := q.Profile["zone"]; !said && p.Computed != nil {
		if zone, ok := p.Computed(r.Context())(q.Commune.Code); ok {
			q.Computed, q.Profile["zone"] = zone, zone
		}
	}
	return q, nil
}

func everyPlan() []string {
	f, _ := rulebook.FactByID("plan")
	all := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		all[i] = c.ID
	}
	return all
}

// fromStructure fills the question from what we hold of a structure.
func (p *Pages) fromStructure(r *http.Request, q *question, id string) error {
	actor := accounts.FromContext(r.Context())
	f, err := p.Structures.File(r.Context(), actor, id)
	if err != nil {
		return err
	}
	q.Structure = &f.Structure
	if !f.Approximate {
		q.Site = &site{f.Lat, f.Lon}
	}
	if err := p.holdings(r, q); err != nil {
		return err
	}
	if c, ok := territory.Embedded().Commune(f.Commune); ok {
		q.Commune = &c
	}
	fill := func(fact string, value any, known bool) {
		if _, said := q.Profile[fact]; !said && known {
			q.Profile[fact] = value
		}
	}
	who, _ := rulebook.FactByID("who")
	_, isWho := who.Choice(string(f.Kind))
	fill("who", string(f.Kind), isWho)
	fill("population", int(f.Population), f.Population > 0)
	fill("health_project", true, f.Reached("validated") != "")
	fill("sisa", true, f.Reached("sisa") != "")
	today := p.Rules.Today()
	fill("gps", f.GPs(today), len(f.Members) > 0)
	fill("paramedicals", f.Others(today), len(f.Members) > 0)
	return nil
}

// holdings fills what the structure already holds: the aids that exclude others, and the study aid that the start-up aid deducts. What
// was said in the form comes first.
func (p *Pages) holdings(r *http.Request, q *question) error {
	if p.Held == nil {
		return nil
	}
	granted, err := p.Held(r.Context(), accounts.FromContext(r.Context()), q.Structure.ID)
	if err != nil || len(granted) == 0 {
		return err
	}
	q.Granted = granted
	for id := range granted {
		if !slices.Contains(q.Held, id) {
			q.Held = append(q.Held, id)
		}
	}
	slices.Sort(q.Held)
	if study, ok := granted["msp-faisabilite"]; ok {
		if _, said := q.Profile["study_paid"]; !said {
			q.Profile["study_paid"] = int(study)
		}
	}
	return nil
}

var inBrackets = regexp.MustCompile(`\(([0-9AB]{5})\)\s*$`)

// locate finds the commune: by its code, or by what was typed (a name, a postcode). Several answers are offered as a choice.
func (p *Pages) locate(q *question, code string) {
	france := territory.Embedded()
	if m := inBrackets.FindStringSubmatch(q.Typed); m != nil {
		code = m[1]
	}
	if current, _, ok := france.Follow(strings.ToUpper(code)); ok {
		c, _ := france.Commune(current)
		q.Commune = &c
		return
	}
	if q.Typed == "" {
		return
	}
	found := france.Search(q.Typed, p.Region, 12)
	if len(found) == 0 {
		found = france.Search(q.Typed, "", 12)
	}
	if len(found) == 1 {
		q.Commune = &found[0]
		return
	}
	q.Candidates = found
}

// derive adds what our own data say of the place.
func (q *question) derive(snap *territory.Snapshot) {
	i, ok := snap.Find(q.Commune.Code)
	if !ok {
		return
	}
	q.Profile["region"] = q.Commune.Region
	if q.Zone, q.ZoneKnown = snap.Zone(i); q.ZoneKnown {
		q.Profile["zone"] = q.Zone.Code
	}
	q.QPVs = snap.QPVs(i)
	q.QPVKnown = !snap.Origin(intake.QPVList).Missing()
	if q.QPVKnown && len(q.QPVs) == 0 {
		q.Profile["qpv"] = false
	}
	if q.QPVKnown && q.Site != nil && len(q.QPVs) > 0 {
		if name, inside, settled := quarterAt(q.QPVs, *q.Site); settled {
			q.Quarter, q.Profile["qpv"] = name, inside
		}
	}
}

// suggest lists communes as options of a datalist.
func (p *Pages) suggest(w http.ResponseWriter, r *http.Request) error {
	france := territory.Embedded()
	typed := r.URL.Query().Get("lieu")
	found := france.Search(typed, p.Region, 8)
	if len(found) == 0 {
		found = france.Search(typed, "", 8)
	}
	return httpx.Render(w, r, http.StatusOK, options(found))
}

// with is the address of the question with one value changed; an empty value removes it.
func (q question) with(name, value string) string {
	form := url.Values{}
	for k, v := range q.Form {
		if k != name && k != "lang" {
			form[k] = slices.Clone(v)
		}
	}
	if value != "" {
		form.Set(name, value)
	}
	if name == "commune" {
		form.Del("lieu")
	}
	return "/aides?" + form.Encode()
}

// has tells whether a choice was ticked.
func (q question) has(fact, choice string) bool { return slices.Contains(q.Form[fact], choice) }
