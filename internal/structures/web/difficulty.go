package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
	"maillage/internal/structures"
)

// Auditor is somebody to whom the audit of a practice may be entrusted.
type Auditor struct{ ID, Name string }

// AidFile is a dossier that a practice filed.
type AidFile struct {
	ID, Number       string
	Programme, State i18n.Text
	Granted          int64 // cents
	Readable         bool  // by who looks: only then does its number lead there
}

type frailPage struct {
	Found       []structures.Frail
	Departement string
	All         bool
	Region      string
	Officer     bool
	AtRisk      int
	Helped      int
	Today       structures.Day
}

// frail lists the practices at risk and those being helped.
func (p *Pages) frail(w http.ResponseWriter, r *http.Request) error {
	page, err := p.frailPage(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, frailView(page))
}

func (p *Pages) frailPage(r *http.Request) (frailPage, error) {
	actor, q := accounts.FromContext(r.Context()), r.URL.Query()
	page := frailPage{Departement: q.Get("departement"), All: q.Get("tous") == "1", Region: p.Region, Today: p.Service.Today(), Officer: actor.CanSomewhere(structures.PermFragility)}
	var err error
	page.Found, err = p.Service.Frail(r.Context(), actor, p.Region, structures.FrailFilter{Departement: page.Departement, All: page.All})
	for _, f := range page.Found {
		switch {
		case f.Case != nil:
			page.Helped++
		case f.AtRisk:
			page.AtRisk++
		}
	}
	return page, err
}

var frailColumns = []sheets.Column{
	{Title: i18n.Text{FR: "Identifiant", EN: "Identifier"}}, {Title: i18n.Text{FR: "Cabinet", EN: "Practice"}}, {Title: i18n.Text{FR: "Code INSEE", EN: "INSEE code"}},
	{Title: i18n.Text{FR: "Commune", EN: "Municipality"}}, {Title: i18n.Text{FR: "Département", EN: "Département"}}, {Title: i18n.Text{FR: "Zone", EN: "Zone"}},
	{Title: i18n.Text{FR: "Médecins", EN: "Doctors"}, Kind: sheets.Int}, {Title: i18n.Text{FR: "Points", EN: "Points"}, Kind: sheets.Int},
	{Title: i18n.Text{FR: "Points au plus", EN: "Points at most"}, Kind: sheets.Int}, {Title: i18n.Text{FR: "Signes", EN: "Signs"}}, {Title: i18n.Text{FR: "Suivi", EN: "Case"}},
}

// exportFrail streams the list with what explains each score.
func (p *Pages) exportFrail(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		page, err := p.frailPage(r)
		if err != nil {
			return err
		}
		ctx := r.Context()
		rows := func(yield func([]any, error) bool) {
			for _, f := range page.Found {
				state := ""
				if f.Case != nil {
					state = f.Case.StateLabel().Ctx(ctx)
				}
				if !yield([]any{f.ID, f.Name, f.Commune, communeName(f.Commune), f.Departement, f.Zone, f.Doctors, f.Score, f.Most, signsInWords(ctx, f.Signs), state}, nil) {
					return
				}
			}
		}
		return sheets.Serve(w, r, format, i18n.T(ctx, "cabinets-fragiles", "fragile-practices"), frailColumns, rows)
	}
}

func signsInWords(ctx context.Context, signs []structures.Sign) string {
	text := ""
	for _, s := range signs {
		if text != "" {
			text += i18n.T(ctx, " ; ", "; ")
		}
		text += i18n.Tf(ctx, "%s : %s (%s)", "%s: %s (%s)", s.Label.Ctx(ctx), s.Seen.Ctx(ctx), pointsOf(ctx, s.Points, s.Most))
	}
	return text
}

type casePage struct {
	Case     *structures.CaseFile
	Today    structures.Day
	Options  []lifecycle.Option[*structures.Difficulty, accounts.Role]
	Auditors []Auditor
	Aids     []AidFile
	Officer  bool
	Auditor  bool
	Form     url.Values
	Err      error
}

// Aid is the dossier that the case names; nil when there is none, or nobody may tell.
func (p casePage) Aid() *AidFile {
	if i := slices.IndexFunc(p.Aids, func(a AidFile) bool { return a.ID == p.Case.DossierID }); i >= 0 {
		return &p.Aids[i]
	}
	return nil
}

// difficulty shows a case.
func (p *Pages) difficulty(w http.ResponseWriter, r *http.Request) error {
	return p.showCase(w, r, nil)
}

func (p *Pages) showCase(w http.ResponseWriter, r *http.Request, refusal error) error {
	ctx, actor := r.Context(), accounts.FromContext(r.Context())
	c, err := p.Service.Case(ctx, actor, r.PathValue("case"))
	if err != nil {
		return err
	}
	roles := structures.RolesOnCase(actor, c.Difficulty)
	page := casePage{Case: c, Today: p.Service.Today(), Form: r.PostForm, Err: refusal, Officer: slices.Contains(roles, accounts.RoleOfficer), Auditor: slices.Contains(roles, accounts.RoleReviewer)}
	// What a step needs is given with it: the guards are asked once it is there.
	ready := c.Difficulty
	ready.AuditorID, ready.Audit, ready.Support = "ready", "ready", "ready"
	page.Options = structures.DifficultyLife.Options(&ready, c.State, roles)
	if page.Officer && p.Auditors != nil {
		if page.Auditors, err = p.Auditors(ctx); err != nil {
			return err
		}
	}
	if p.Aid != nil {
		if page.Aids, err = p.Aid(ctx, c.StructureID); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal)
	}
	return httpx.Render(w, r, status, caseView(page))
}

// caseDone goes back to the case, or shows the refusal there with what was typed.
func (p *Pages) caseDone(w http.ResponseWriter, r *http.Request, err error) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindRefused, fault.KindConflict, fault.KindTooLarge:
		return p.showCase(w, r, err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/cabinets-fragiles/"+r.PathValue("case"))
}

// signal opens a case.
func (p *Pages) signal(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Service.Signal(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), r.PostFormValue("signal"))
	if err != nil {
		return p.done(w, r, err)
	}
	return httpx.SeeOther(w, r, "/cabinets-fragiles/"+c.ID)
}

// moveCase moves a case on.
func (p *Pages) moveCase(w http.ResponseWriter, r *http.Request) error {
	version, _ := strconv.Atoi(r.PostFormValue("version"))
	cmd := structures.CaseCommand{ID: r.PathValue("case"), Move: r.PostFormValue("move"), Version: version, AuditorID: r.PostFormValue("auditor"), Due: structures.Day(r.PostFormValue("due")),
		Audit: r.PostFormValue("audit"), Support: r.PostFormValue("support"), DossierID: r.PostFormValue("dossier"), Reason: r.PostFormValue("reason")}
	if cmd.AuditorID != "" {
		all, err := p.Auditors(r.Context())
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(a Auditor) bool { return a.ID == cmd.AuditorID })
		if i < 0 {
			wrong := fault.Fields{}
			wrong.Add("auditor", "Choisissez l’évaluateur dans la liste.", "Choose the reviewer in the list.")
			return p.caseDone(w, r, wrong.Err())
		}
		cmd.AuditorName = all[i].Name
	}
	return p.caseDone(w, r, p.Service.MoveCase(r.Context(), accounts.FromContext(r.Context()), cmd))
}

// plan keeps the plan of a case.
func (p *Pages) plan(w http.ResponseWriter, r *http.Request) error {
	version, _ := strconv.Atoi(r.PostFormValue("version"))
	return p.caseDone(w, r, p.Service.WritePlan(r.Context(), accounts.FromContext(r.Context()), r.PathValue("case"), version, r.PostFormValue("plan")))
}

// linkDossier names the dossier of the aid.
func (p *Pages) linkDossier(w http.ResponseWriter, r *http.Request) error {
	version, _ := strconv.Atoi(r.PostFormValue("version"))
	return p.caseDone(w, r, p.Service.LinkDossier(r.Context(), accounts.FromContext(r.Context()), r.PathValue("case"), version, r.PostFormValue("dossier")))
}

// pointsOf writes a score and the most that it can be.
func pointsOf(ctx context.Context, n, most int) string {
	return i18n.N(ctx, n, "%s point", "%s points", "%s point", "%s points") + i18n.Tf(ctx, " sur %d", " of %d", most)
}
