package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/structures"
	"maillage/internal/structures/identifier"
)

type filePage struct {
	File      *structures.File
	Today     structures.Day
	Into      structures.Structure // of a merged structure
	Zone      zone
	Where     templ.Component // nil for nothing
	Size      structures.SizeClass
	Missions  []structures.MissionState
	Options   []lifecycle.Option[*structures.File, accounts.Role]
	Events    []structures.Event
	Fragility structures.Fragility
	CanScore  bool
	CanSignal bool
	Cases     []structures.Difficulty
	CanDetail bool
	CanWrite  bool
	CanMerge  bool
	Roles     []accounts.Role
	Files     []AidFile  // the dossiers that the structure filed, for whoever sees its projects
	Form      url.Values // what was typed, when it was refused
	Err       error
}

// file shows a structure.
func (p *Pages) file(w http.ResponseWriter, r *http.Request) error { return p.show(w, r, nil) }

// show draws a structure's page, with a refusal above it if any and what was typed.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, refusal error) error {
	ctx, actor, id := r.Context(), accounts.FromContext(r.Context()), r.PathValue("id")
	f, err := p.Service.File(ctx, actor, id)
	if err != nil {
		return err
	}
	page := filePage{File: f, Today: p.Service.Today(), Form: r.PostForm, Err: refusal,
		CanDetail: actor.Can(structures.PermDetail, f.Scope()), CanWrite: actor.Can(structures.PermWrite, f.Scope()) && f.MergedInto == "",
		CanMerge: actor.Can(structures.PermCreate, f.Scope()) && f.MergedInto == ""}
	if f.MergedInto != "" {
		if page.Into, err = p.Service.Get(ctx, actor, f.MergedInto); err != nil {
			return err
		}
	}
	snap, err := p.Places.Now(ctx)
	if err != nil {
		return err
	}
	page.Zone = zoneOrComputed(snap, f.Commune, p.computed(ctx))
	if p.Locator != nil {
		if page.Where, err = p.Locator(ctx, f.Commune); err != nil {
			return err
		}
	}
	sizes, missions := p.Service.Reference()
	if f.Kind == structures.CPTS {
		page.Size, _ = structures.SizeOf(sizes, f.Population)
		page.Missions = f.MissionStates(missions, page.Today)
	}
	if page.CanWrite {
		page.Roles = structures.RolesOn(actor, f.Scope())
		page.Options = f.Machine().Options(f, f.State, page.Roles)
	}
	if err := p.weigh(r, &page); err != nil {
		return err
	}
	if page.CanDetail {
		if page.Events, err = p.events(r, id); err != nil {
			return err
		}
		if page.Files, err = p.files(r); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal)
	}
	return httpx.Render(w, r, status, fileView(page))
}

// aid finds a dossier of the structure; nil when it is not among those filed.
func (page filePage) aid(id string) *AidFile {
	if i := slices.IndexFunc(page.Files, func(f AidFile) bool { return f.ID == id }); i >= 0 {
		return &page.Files[i]
	}
	return nil
}

// weigh scores a group practice, for whoever may see it.
func (p *Pages) weigh(r *http.Request, page *filePage) error {
	actor, f := accounts.FromContext(r.Context()), page.File
	var err error
	if page.Fragility, page.CanScore, err = p.Service.FragilityOf(r.Context(), actor, f); err != nil || !page.CanScore {
		return err
	}
	page.Cases, err = p.Service.Cases(r.Context(), actor, f.ID)
	open := slices.ContainsFunc(page.Cases, func(c structures.Difficulty) bool { return c.Open() })
	page.CanSignal = !open && f.Closed == "" && f.MergedInto == "" && actor.Can(structures.PermSignal, f.Scope())
	return err
}

func (p *Pages) events(r *http.Request, id string) ([]structures.Event, error) {
	var more []structures.Event
	if p.More != nil {
		var err error
		if more, err = p.More(r.Context(), id); err != nil {
			return nil, err
		}
	}
	return p.Service.Timeline(r.Context(), accounts.FromContext(r.Context()), id, more...)
}

// done goes back to the structure after a write, or shows the refusal there with what was typed.
func (p *Pages) done(w http.ResponseWriter, r *http.Request, err error) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindRefused, fault.KindConflict, fault.KindTooLarge:
		return p.show(w, r, err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/structures/"+r.PathValue("id"))
}

// move moves the structure on.
func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	_, err := p.Service.Move(r.Context(), accounts.FromContext(r.Context()), structures.MoveCommand{
		ID: r.PathValue("id"), Move: r.PostFormValue("move"), Reason: r.PostFormValue("reason"), On: structures.Day(r.PostFormValue("on"))})
	return p.done(w, r, err)
}

// addMember records a professional.
func (p *Pages) addMember(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Service.AddMember(r.Context(), accounts.FromContext(r.Context()), structures.MemberCommand{
		Structure: r.PathValue("id"), Name: r.PostFormValue("name"), Profession: r.PostFormValue("profession"), RPPS: r.PostFormValue("rpps"),
		From: structures.Day(r.PostFormValue("from")), To: structures.Day(r.PostFormValue("to")), BirthYear: r.PostFormValue("birth_year"), Leaving: structures.Day(r.PostFormValue("leaving"))}))
}

// declare records what a practice says of a member.
func (p *Pages) declare(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Service.Declare(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), r.PathValue("member"),
		r.PostFormValue("birth_year"), structures.Day(r.PostFormValue("leaving"))))
}

// endMember records that a member left.
func (p *Pages) endMember(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Service.EndMember(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), r.PathValue("member"), structures.Day(r.PostFormValue("to"))))
}

// number records an identifier.
func (p *Pages) number(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Service.SetNumber(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"),
		schemeOf(r.PostFormValue("scheme")), r.PostFormValue("value"), structures.Day(r.PostFormValue("from"))))
}

// territory records the communes of a structure: those that stay ticked, and those added by name or code.
func (p *Pages) territory(w http.ResponseWriter, r *http.Request) error {
	_ = r.PostFormValue("communes") // reads the form
	codes, wrong := slices.Clone(r.PostForm["commune"]), fault.Fields{}
	for _, text := range strings.FieldsFunc(r.PostFormValue("communes"), func(c rune) bool { return c == ',' || c == ';' || c == '\n' || c == '\r' || c == '\t' }) {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if words := strings.Fields(text); allCodes(words) { // a column of codes, pasted
			codes = append(codes, words...)
		} else if code := communeOf(wrong, "communes", text, p.Region); code != "" {
			codes = append(codes, code)
		}
	}
	if err := wrong.Err(); err != nil {
		return p.done(w, r, err)
	}
	return p.done(w, r, p.Service.SetTerritory(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), codes))
}

func allCodes(words []string) bool {
	for _, word := range words {
		if _, err := identifier.Parse(identifier.Commune, word); err != nil || strings.Contains(word, "-") {
			return false
		}
	}
	return len(words) > 0
}

// milestone dates a step that happened before the structure was known here.
func (p *Pages) milestone(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Service.RecordMilestone(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), lifecycle.State(r.PostFormValue("milestone")),
		structures.Day(r.PostFormValue("milestone_on"))))
}

// mission records how far a CPTS mission is.
func (p *Pages) mission(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Service.SetMission(r.Context(), accounts.FromContext(r.Context()), structures.MissionCommand{
		Structure: r.PathValue("id"), Mission: r.PostFormValue("mission"), Started: structures.Day(r.PostFormValue("started")),
		Deployed: structures.Day(r.PostFormValue("deployed"))}))
}

// contact records somebody to write to.
func (p *Pages) contact(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Service.AddContact(r.Context(), accounts.FromContext(r.Context()), structures.Contact{
		StructureID: r.PathValue("id"), Name: r.PostFormValue("contact"), Role: r.PostFormValue("role"), Email: r.PostFormValue("email"), Phone: r.PostFormValue("phone")}))
}

// removeContact takes somebody out of those to write to.
func (p *Pages) removeContact(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Service.RemoveContact(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), r.PathValue("contact")))
}

// merge folds the structure into another one.
func (p *Pages) merge(w http.ResponseWriter, r *http.Request) error {
	err := p.Service.Merge(r.Context(), accounts.FromContext(r.Context()), structures.MergeCommand{
		From: r.PathValue("id"), Into: idOf(r.PostFormValue("into")), Reason: r.PostFormValue("reason")})
	if err == nil && r.PostFormValue("back") == "duplicates" {
		return httpx.SeeOther(w, r, "/structures/doublons")
	}
	return p.done(w, r, err)
}

// idOf takes an identifier, or the address of a structure's page.
func idOf(text string) string {
	text = strings.TrimSpace(text)
	if at := strings.LastIndex(text, "/structures/"); at >= 0 {
		return text[at+len("/structures/"):]
	}
	return text
}
