package web

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/db"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// bench is a sandbox to draw: the scene, what was tried and what it gives.
type bench struct {
	scene
	Answer *atlas.Answer
	Saved  *atlas.Scenario // the scenario that is open, if any
	Mine   []atlas.Scenario
	Files  []atlas.Hit // dossiers that the open scenario may join
	Err    error       // a refusal of what was typed
	Typed  typed
}

// typed is what somebody typed in the form of a change.
type typed struct {
	Kind  atlas.ChangeKind `json:"kind"`
	Sites []typedSite      `json:"sites"`
}

type typedSite struct {
	Commune string  `json:"commune"`
	FTE     float64 `json:"fte"`
}

// sandbox shows what the changes in the address would do. A form that adds one arrives here too, and leads to the new address.
func (p *Pages) sandbox(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	s.Layer = atlas.Layers[0]
	q := r.URL.Query()
	changes, err := atlas.ParseChanges(q["ajout"])
	if err != nil {
		return err
	}
	b := bench{scene: s}
	if q.Has("commune") {
		b.Typed = typedIn(q)
		var change atlas.Change
		if change, b.Err = b.Typed.resolve(s.Region); b.Err == nil {
			if _, b.Err = s.Region.Try(s.View.Ages, append(changes, change)); b.Err == nil {
				return httpx.SeeOther(w, r, sandboxAddress(s.View, append(changes, change)))
			}
		}
	}
	if b.Answer, err = s.Region.Try(s.View.Ages, changes); err != nil {
		return err
	}
	if b.Mine, err = p.Scenarios.Mine(r.Context(), accounts.FromContext(r.Context())); err != nil {
		return err
	}
	return httpx.Render(w, r, refusedOr(http.StatusOK, b.Err), sandboxPage(b))
}

// refusedOr is the status of a page that shows a refusal above its form, or the usual one.
func refusedOr(usual int, refusal error) int {
	if refusal != nil {
		return httpx.Status(refusal)
	}
	return usual
}

func typedIn(q url.Values) typed {
	t := typed{Kind: atlas.ChangeKind(q.Get("genre"))}
	ftes := q["etp"]
	for k, commune := range q["commune"] {
		if strings.TrimSpace(commune) == "" {
			continue
		}
		site := typedSite{Commune: commune}
		if k < len(ftes) {
			site.FTE, _ = strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(ftes[k]), ",", "."), 64) // 0 is refused below
		}
		t.Sites = append(t.Sites, site)
	}
	return t
}

// resolve turns what was typed into a change of the region.
func (t typed) resolve(r *atlas.Region) (atlas.Change, error) {
	c := atlas.Change{Kind: t.Kind}
	if _, known := atlas.KindNames[c.Kind]; !known {
		c.Kind = atlas.Doctors
	}
	for _, site := range t.Sites {
		n, err := r.Resolve(site.Commune)
		if err != nil {
			return c, err
		}
		c.Sites = append(c.Sites, atlas.SiteFTE{Code: r.Places[n].Code, FTE: site.FTE})
	}
	return atlas.ParseChange(c.String())
}

// sandboxAddress is the link that reproduces a sandbox.
func sandboxAddress(v atlas.View, changes []atlas.Change) string {
	q := v.Query()
	q.Del("couche")
	q["ajout"] = atlas.WriteChanges(changes)
	if len(q["ajout"]) == 0 {
		q.Del("ajout")
	}
	if len(q) == 0 {
		return "/simulateur"
	}
	return "/simulateur?" + q.Encode()
}

// sandboxAsk is what the island sends: the changes so far, and what to add to them.
type sandboxAsk struct {
	Changes []string `json:"changes"`
	Add     *typed   `json:"add,omitempty"`
}

// sandboxReply is what changes on the page. Places, Classes, Before and APL go together and list only the communes that move.
type sandboxReply struct {
	Changes []string  `json:"changes"`
	Address string    `json:"address"`
	Places  []int     `json:"places"`
	Classes []int     `json:"classes"`
	Before  []int     `json:"before"` // classes without the changes
	APL     []float64 `json:"apl"`
	Marks   string    `json:"marks"`
	Panel   string    `json:"panel"`
	Summary string    `json:"summary"`
}

// sandboxAnswer computes a sandbox for the island: the server's is the only computation.
func (p *Pages) sandboxAnswer(w http.ResponseWriter, r *http.Request) error {
	var ask sandboxAsk
	if err := httpx.ReadJSON(r, &ask); err != nil {
		return err
	}
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	s.Layer = atlas.Layers[0]
	changes, err := atlas.ParseChanges(ask.Changes)
	if err != nil {
		return err
	}
	if ask.Add != nil {
		change, err := ask.Add.resolve(s.Region)
		if err != nil {
			return err
		}
		changes = append(changes, change)
	}
	answer, err := s.Region.Try(s.View.Ages, changes)
	if err != nil {
		return err
	}
	reply, err := bench{scene: s, Answer: answer}.reply(r.Context())
	if err != nil {
		return err
	}
	return httpx.JSON(w, http.StatusOK, reply)
}

func (b bench) reply(ctx context.Context) (sandboxReply, error) {
	a := b.Answer
	reply := sandboxReply{
		Changes: atlas.WriteChanges(a.Changes), Address: sandboxAddress(b.View, a.Changes), Summary: b.summary(ctx),
		Places: []int{}, Classes: []int{}, Before: []int{}, APL: []float64{},
	}
	for _, n := range a.Changed {
		reply.Places = append(reply.Places, n)
		reply.Classes = append(reply.Classes, b.Layer.Class(a.Values[n]))
		reply.Before = append(reply.Before, b.Layer.Class(b.Region.Model(a.Ages).Value[n]))
		reply.APL = append(reply.APL, round(a.Values[n], 3))
	}
	var marks strings.Builder
	b.drawing().marks(&marks)
	reply.Marks = marks.String()
	var panel bytes.Buffer
	if err := ui.Part(sandboxPanel(b)).Render(ctx, &panel); err != nil {
		return reply, err
	}
	reply.Panel = panel.String()
	return reply, nil
}

// drawing is the map of the sandbox: communes after the changes, and where posts were added or taken away.
func (b bench) drawing() drawing {
	d := drawing{scene: b.scene, Class: func(n int) int { return b.Layer.Class(b.Answer.Values[n]) }, Focus: focusOn(b.scene)}
	for _, site := range b.Answer.Sites() {
		n, _ := b.Region.Find(site.Code)
		d.Marks = append(d.Marks, mark{Place: n, Kind: "added", Label: signed(site.FTE), Title: b.Region.Places[n].Name})
	}
	return d
}

// signed writes an addition: +2, −0.5. It is drawn on a map, with a point in both languages.
func signed(fte float64) string {
	s := strconv.FormatFloat(round(fte, 2), 'f', -1, 64)
	if fte >= 0 {
		return "+" + s
	}
	return strings.Replace(s, "-", "−", 1)
}

// aroundShown is how many neighbours the sandbox names.
const aroundShown = 5

// summary says the result in one sentence: first where something was added.
func (b bench) summary(ctx context.Context) string {
	a := b.Answer
	if len(a.Changes) == 0 {
		return i18n.T(ctx, "Aucun changement : la carte montre la situation de départ.", "No change: the map shows how things stand.")
	}
	var here []string
	for _, m := range a.Here() {
		before, after := writtenApart(ctx, m)
		here = append(here, fmt.Sprintf("%s %s → %s", b.Region.Places[m.Place].Name, before, after))
	}
	return strings.Join(here, ", ") + ". " + b.concerned(ctx)
}

// concerned says for how many people access changes, and how many pass the threshold.
func (b bench) concerned(ctx context.Context) string {
	gain, lose := b.Answer.Concerned()
	var said []string
	if gain > 0 {
		said = append(said, i18n.N(ctx, gain, "%s habitant y gagne", "%s habitants y gagnent", "%s inhabitant gains", "%s inhabitants gain"))
	}
	if lose > 0 {
		said = append(said, i18n.N(ctx, lose, "%s habitant y perd", "%s habitants y perdent", "%s inhabitant loses", "%s inhabitants lose"))
	}
	passing := i18n.T(ctx, "personne ne passe le seuil de 2,5", "nobody passes the threshold of 2.5")
	switch net := b.Answer.Lifted - b.Answer.Dropped; {
	case net > 0:
		passing = i18n.Tf(ctx, "au-dessus du seuil de 2,5 : +%s", "above the threshold of 2.5: +%s", i18n.Int(ctx, net))
	case net < 0:
		passing = i18n.Tf(ctx, "au-dessus du seuil de 2,5 : −%s", "above the threshold of 2.5: −%s", i18n.Int(ctx, -net))
	}
	where := i18n.N(ctx, len(b.Answer.Changed), "%s commune", "%s communes", "%s municipality", "%s municipalities")
	return i18n.Tf(ctx, "%s, dans %s ; %s.", "%s, in %s; %s.", strings.Join(said, ", "), where, passing)
}

// writtenApart gives access before and after, with the decimals that tell them apart: two, or three.
func writtenApart(ctx context.Context, m atlas.Move) (before, after string) {
	for _, decimals := range []int{2, 3} {
		if before, after = i18n.Dec(ctx, m.Before, decimals), i18n.Dec(ctx, m.After, decimals); before != after {
			break
		}
	}
	return before, after
}

// curveMoves tells whether the region's curve, drawn with the changes, can be told from the one without: by a hundredth of the inhabitants.
func (b bench) curveMoves() bool {
	most := b.Region.Scale()
	before := b.Region.Distribution(b.View.Ages, "", nil, most, 60)
	for k, after := range b.Region.Distribution(b.View.Ages, "", b.Answer.Values, most, 60) {
		if math.Abs(after.People-before[k].People) >= 0.01 {
			return true
		}
	}
	return false
}

// sites lists the communes whose names begin as what is being typed in the form of a change.
func (p *Pages) sites(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	var found []int
	if typed := db.Fold(r.URL.Query().Get("commune")); typed != "" {
		found = s.Region.Like(typed, 8)
	}
	return httpx.Render(w, r, http.StatusOK, siteOptions(s.Region, found))
}

// without is the sandbox's address without one of its changes.
func (b bench) without(k int) (address string, changes []string) {
	left := append(append([]atlas.Change{}, b.Answer.Changes[:k]...), b.Answer.Changes[k+1:]...)
	return sandboxAddress(b.View, left), atlas.WriteChanges(left)
}

// words says a change: "2 médecins à Grigny".
func (b bench) words(ctx context.Context, c atlas.Change) string {
	names := make([]string, len(c.Sites))
	total := 0.0
	for k, s := range c.Sites {
		n, _ := b.Region.Find(s.Code)
		names[k] = b.Region.Places[n].Name
		total += s.FTE
		if c.Kind == atlas.Shared {
			names[k] += " (" + i18n.Dec(ctx, s.FTE, 1) + ")"
		}
	}
	return atlas.KindNames[c.Kind].Ctx(ctx) + ", " + signed(total) + " " + i18n.T(ctx, "ETP : ", "FTE: ") + strings.Join(names, ", ")
}

// saveScenario keeps the sandbox of a form.
func (p *Pages) saveScenario(w http.ResponseWriter, r *http.Request) error {
	view, err := atlas.ParseView(r.Form, p.Atlas.Home)
	if err != nil {
		return err
	}
	changes, err := atlas.ParseChanges(r.Form["ajout"])
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(r.Form.Get("version")) // 0 conflicts with every kept version
	kept, err := p.Scenarios.Save(r.Context(), accounts.FromContext(r.Context()), atlas.SaveCommand{
		ID: r.Form.Get("scenario"), Version: version, Name: r.Form.Get("nom"), Note: r.Form.Get("note"), View: view, Changes: changes,
	})
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/simulateur/"+kept.ID)
}

// scenario opens a kept scenario.
func (p *Pages) scenario(w http.ResponseWriter, r *http.Request) error {
	b, err := p.open(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	actor := accounts.FromContext(r.Context())
	if b.Mine, err = p.Scenarios.Mine(r.Context(), actor); err != nil {
		return err
	}
	if p.Dossiers != nil && !actor.Anonymous() {
		if b.Files, err = p.Dossiers(r.Context(), actor); err != nil {
			return err
		}
	}
	return httpx.Render(w, r, http.StatusOK, sandboxPage(b))
}

// open computes a kept scenario on today's territory.
func (p *Pages) open(ctx context.Context, id string) (bench, error) {
	kept, err := p.Scenarios.Get(ctx, accounts.FromContext(ctx), id)
	if err != nil {
		return bench{}, err
	}
	view, err := kept.View(p.Atlas.Home)
	if err != nil {
		return bench{}, err
	}
	s, err := p.sceneOf(ctx, view)
	if err != nil {
		return bench{}, err
	}
	s.Layer = atlas.Layers[0]
	changes, err := kept.List()
	if err != nil {
		return bench{}, err
	}
	answer, err := s.Region.Try(view.Ages, changes)
	return bench{scene: s, Answer: answer, Saved: &kept}, err
}

// deleteScenario takes a scenario away.
func (p *Pages) deleteScenario(w http.ResponseWriter, r *http.Request) error {
	if err := p.Scenarios.Delete(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id")); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/simulateur")
}
