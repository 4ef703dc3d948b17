package web

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/papers"
	"maillage/internal/ui"
)

func (p *Pages) start(w http.ResponseWriter, r *http.Request) error {
	who := reader(r)
	if who.Anonymous() && who.Key == "" {
		who.Key = newKey()
	}
	known := p.Prefill(r.Context(), r.PostFormValue("commune"), or(r.PostFormValue("structure"), calls.OwnStructure(who.Actor)))
	d, err := p.Calls.Start(r.Context(), who, r.PathValue("id"), known)
	if err != nil {
		return p.showCall(w, r, err)
	}
	if who.Anonymous() {
		remember(w, r, who.Key)
	}
	return httpx.SeeOther(w, r, "/dossiers/"+d.ID)
}

func (p *Pages) mine(w http.ResponseWriter, r *http.Request) error { return p.showMine(w, r, nil) }

func (p *Pages) showMine(w http.ResponseWriter, r *http.Request, refusal error) error {
	private(w)
	who := reader(r)
	if _, err := p.Calls.Claim(r.Context(), who); err != nil {
		return err
	}
	all, err := p.Calls.Mine(r.Context(), who)
	if err != nil {
		return err
	}
	if refusal != nil {
		return httpx.Render(w, r, httpx.Status(refusal), mineView(all, who.Anonymous(), r.PostFormValue("key"), refusal))
	}
	return httpx.Render(w, r, http.StatusOK, mineView(all, who.Anonymous(), "", nil))
}

// resume opens, in this browser, the dossiers of a key that was noted elsewhere.
func (p *Pages) resume(w http.ResponseWriter, r *http.Request) error {
	key := strings.ToUpper(strings.TrimSpace(r.PostFormValue("key")))
	found, err := p.Calls.Mine(r.Context(), calls.Reader{Key: key})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return p.showMine(w, r, fault.NotFound("Aucun dossier ne correspond à cette clé. Vérifiez les 26 caractères.", "No application matches this key. Check the 26 characters."))
	}
	remember(w, r, calls.WithKey(reader(r).Key, key))
	return httpx.SeeOther(w, r, "/dossiers")
}

// load reads everything that the page of a dossier shows.
func (p *Pages) load(r *http.Request) (*dossierView, error) {
	ctx, who := r.Context(), reader(r)
	d, roles, err := p.Calls.Dossier(ctx, who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	v := &dossierView{Dossier: d, Roles: roles, Reader: who, Now: p.Calls.Now(), Fresh: r.FormValue("nouveau") != "", PlaceName: p.Place}
	if p.Place != nil {
		v.Place = p.Place(d.Commune)
	}
	if v.Right, err = p.Calls.RightOn(ctx, who, d); err != nil {
		return nil, err
	}
	officer := slices.Contains(roles, accounts.RoleOfficer)
	steps := []func() error{
		func() (err error) { v.Call, err = p.Calls.CallOf(ctx, d); return },
		func() (err error) { v.Structure, err = p.Calls.StructureName(ctx, d.Structure); return },
		func() (err error) { v.Form, err = p.Calls.FormOf(ctx, d); return },
		func() (err error) { v.Complete, err = p.Calls.Completeness(ctx, d); return },
		func() (err error) { v.Documents, err = p.Calls.Documents(ctx, d.ID); return },
		func() (err error) { v.Corrections, err = p.Calls.Corrections(ctx, d.ID); return },
		func() (err error) { v.Messages, err = p.Calls.Messages(ctx, d.ID, officer); return },
		func() (err error) { v.Decisions, err = p.Calls.Decisions(ctx, d.ID); return },
		func() (err error) { v.Appeals, err = p.Calls.Appeals(ctx, d.ID); return },
		func() (err error) { v.Scenarios.All, err = p.Calls.ScenariosOf(ctx, d.ID); return },
		func() (err error) { v.Scenarios.Mine, err = p.Calls.KeptScenarios(ctx, who); return },
		func() (err error) { v.Tracker, err = p.Tracker(ctx, who.Actor, who.Key, d.ID); return },
	}
	if v.Right.Covers(calls.RightFile) {
		steps = append(steps, func() (err error) { v.Accesses, err = p.Calls.Accesses(ctx, d.ID); return })
	}
	if v.editable() {
		steps = append(steps,
			func() (err error) { v.Reusables, err = p.Calls.Reusables(ctx, who, d.ID); return },
			func() (err error) { v.Papers, err = p.Calls.Papers(ctx, who, d); return },
			func() (err error) { v.Elsewhere, err = p.Calls.OpenCallsOf(ctx, d.Programme); return })
	}
	if officer {
		steps = append(steps,
			func() (err error) { v.Officers, err = p.Officers(ctx); return },
			func() (err error) { v.Rounds, err = p.Calls.Rounds(ctx, d.ID); return },
			func() (err error) { v.Opinions, err = p.Calls.Opinions(ctx, d.ID); return },
			func() (err error) { v.Reviewers, err = p.Reviewers(ctx); return },
			func() (err error) { v.Events, err = p.Calls.History(ctx, d.ID); return })
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (p *Pages) dossier(w http.ResponseWriter, r *http.Request) error {
	return p.showDossier(w, r, nil)
}

// showDossier draws the page of a dossier, for its author or for who instructs it, with what was refused and typed.
func (p *Pages) showDossier(w http.ResponseWriter, r *http.Request, refusal error) error {
	private(w)
	v, err := p.load(r)
	if err != nil {
		return err
	}
	v.Err = refusal
	v.Typed = r.PostForm
	if refusal != nil {
		return again(w, r, refusal, dossierPage(*v))
	}
	return httpx.Render(w, r, http.StatusOK, dossierPage(*v))
}

func (p *Pages) section(w http.ResponseWriter, r *http.Request) error {
	private(w)
	v, err := p.load(r)
	if err != nil {
		return err
	}
	s, err := v.section(r.PathValue("section"))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, sectionView(*v, s, r.FormValue("verifier") != ""))
}

// readForm reads a long form sent to a dossier, once it is known that its sender may see that dossier: anybody may send here.
func (p *Pages) readForm(r *http.Request) error {
	if _, _, err := p.Calls.Dossier(r.Context(), reader(r), r.PathValue("id")); err != nil {
		return err
	}
	return httpx.ReadForm(r)
}

// saveSection keeps what was typed; the button pressed says where to go next, and a page that saves by itself gets only a word.
func (p *Pages) saveSection(w http.ResponseWriter, r *http.Request) error {
	private(w)
	if err := p.readForm(r); err != nil {
		return err
	}
	typed := calls.Answers{}
	for name, values := range r.PostForm {
		if !strings.HasPrefix(name, "_") {
			typed[name] = coded(name, values[len(values)-1])
		}
	}
	id, here := r.PathValue("id"), r.PathValue("section")
	if _, err := p.Calls.Save(r.Context(), reader(r), id, typed); err != nil {
		return err
	}
	if act := or(r.PostFormValue("_choose"), r.PostFormValue("_lookup")); act != "" && r.PostFormValue("_auto") == "" {
		return p.lookup(w, r, act)
	}
	shown := map[string]bool{}
	for _, name := range r.PostForm["_shown"] {
		shown[name] = true
	}
	v, err := p.load(r)
	if err != nil {
		return err
	}
	at, err := v.section(here)
	if err != nil {
		return err
	}
	if r.PostFormValue("_auto") != "" {
		return httpx.Render(w, r, http.StatusOK, autosaved(*v, at, shown))
	}
	if v.appeared(at, shown) {
		return httpx.SeeOther(w, r, "/dossiers/"+id+"/formulaire/"+here+"?nouveau=1")
	}
	to := "/dossiers/" + id
	switch next := r.PostFormValue("_next"); {
	case next == "stay":
		to += "/formulaire/" + here + "?lignes=" + strconv.Itoa(1)
	case next != "" && next != "overview":
		to += "/formulaire/" + next
	}
	return httpx.SeeOther(w, r, to)
}

func (p *Pages) attach(w http.ResponseWriter, r *http.Request) error {
	id, field := r.PathValue("id"), r.URL.Query().Get("field")
	err := p.readForm(r)
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return p.refuseDocument(w, r, field, papers.TooLarge())
	}
	if fault.Is(err, fault.KindInvalid) {
		return p.refuseDocument(w, r, field, err)
	}
	if err != nil {
		return err
	}
	file, head, err := r.FormFile("file")
	if err != nil {
		return p.refuseDocument(w, r, field, fault.Invalid("Choisissez un document à joindre (20 Mo au plus).", "Choose a document to attach (20 MB at most).").Because(err))
	}
	defer func() { _ = file.Close() }()
	doc, err := p.Calls.Attach(r.Context(), reader(r), id, field, head.Filename, file)
	if err != nil {
		return p.refuseDocument(w, r, field, err)
	}
	if on := r.FormValue("expires_on"); on != "" {
		if err := p.Calls.Expire(r.Context(), reader(r), id, doc.ID, on); err != nil {
			return p.refuseDocument(w, r, field, err)
		}
	}
	return p.backToDocuments(w, r, field)
}

// refuseDocument shows the section that asks for a document, with why it was refused and everything that was typed.
func (p *Pages) refuseDocument(w http.ResponseWriter, r *http.Request, field string, refusal error) error {
	private(w)
	v, err := p.load(r)
	if err != nil {
		return err
	}
	v.Err, v.Typed, v.Attaching = refusal, r.PostForm, field
	for at, s := range v.Form.Sections {
		for _, f := range s.Fields {
			if f.Name == field && v.editable() {
				return again(w, r, refusal, sectionView(*v, at, false))
			}
		}
	}
	return again(w, r, refusal, dossierPage(*v))
}

// backToDocuments goes to the section of the form that asks for a document.
func (p *Pages) backToDocuments(w http.ResponseWriter, r *http.Request, field string) error {
	v, err := p.load(r)
	if err != nil {
		return err
	}
	for _, s := range v.Form.Sections {
		for _, f := range s.Fields {
			if f.Name == field {
				return httpx.SeeOther(w, r, "/dossiers/"+v.Dossier.ID+"/formulaire/"+s.Name+"#"+documentAnchor(field))
			}
		}
	}
	return httpx.SeeOther(w, r, "/dossiers/"+v.Dossier.ID)
}

func (p *Pages) reuse(w http.ResponseWriter, r *http.Request) error {
	field, id := r.PostFormValue("field"), r.PathValue("id")
	use := func() error { return p.Calls.Reuse(r.Context(), reader(r), id, field, r.PostFormValue("document")) }
	if paper := r.PostFormValue("paper"); paper != "" {
		use = func() error { return p.Calls.UsePaper(r.Context(), reader(r), id, field, paper) }
	}
	if err := use(); err != nil {
		return p.refuseDocument(w, r, field, err)
	}
	return p.backToDocuments(w, r, field)
}

// carry takes everything over to another call that is open.
func (p *Pages) carry(w http.ResponseWriter, r *http.Request) error {
	who := reader(r)
	d, err := p.Calls.CarryOver(r.Context(), who, r.PathValue("id"), r.PostFormValue("call"))
	if err != nil {
		return p.showDossier(w, r, err)
	}
	return httpx.SeeOther(w, r, "/dossiers/"+d.ID)
}

func (p *Pages) document(w http.ResponseWriter, r *http.Request) error {
	private(w)
	doc, content, err := p.Calls.OpenDocument(r.Context(), reader(r), r.PathValue("id"), r.PathValue("document"))
	if err != nil {
		return err
	}
	return sendDocument(w, doc, content)
}

func sendDocument(w http.ResponseWriter, doc *calls.Document, content io.ReadCloser) error {
	defer func() { _ = content.Close() }()
	private(w)
	h := w.Header()
	h.Set("Content-Type", doc.Kind)
	h.Set("Content-Length", strconv.FormatInt(doc.Size, 10))
	h.Set("Content-Disposition", httpx.Attachment(doc.Name))
	_, err := io.Copy(w, content)
	return err
}

func (p *Pages) detach(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Calls.Detach(r.Context(), reader(r), id, r.PathValue("document")); err != nil {
		return p.showDossier(w, r, err)
	}
	return p.backToDocuments(w, r, r.PostFormValue("field"))
}

// act runs an action of the dossier's page, then shows it again.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, do func(id string) error) error {
	id := r.PathValue("id")
	if err := do(id); err != nil {
		return p.showDossier(w, r, err)
	}
	return httpx.SeeOther(w, r, "/dossiers/"+id)
}

func (p *Pages) file(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if _, err := p.Calls.File(r.Context(), reader(r), id); err != nil {
		return p.refuseFiling(w, r, err)
	}
	return httpx.SeeOther(w, r, "/dossiers/"+id)
}

// refuseFiling shows a dossier that was not filed, with each answer to mend.
func (p *Pages) refuseFiling(w http.ResponseWriter, r *http.Request, refusal error) error {
	private(w)
	v, err := p.load(r)
	if err != nil {
		return err
	}
	v.Unfiled, v.Typed = refusal, r.PostForm
	return again(w, r, refusal, dossierPage(*v))
}

func (p *Pages) complete(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Calls.AnswerCorrections(r.Context(), reader(r), id, typedAnswers(r)); err != nil {
		return p.showDossier(w, r, err)
	}
	err := p.Calls.Complete(r.Context(), reader(r), id)
	switch {
	case err != nil && slices.ContainsFunc(ui.FieldMessages(r.Context(), err), func(m ui.FieldMessage) bool { return strings.HasPrefix(m.Name, "answer.") }):
		return p.showDossier(w, r, err) // a correction without an answer: it is asked on this very page
	case err != nil:
		return p.refuseFiling(w, r, err)
	}
	return httpx.SeeOther(w, r, "/dossiers/"+id)
}

func (p *Pages) answerCorrections(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id string) error {
		return p.Calls.AnswerCorrections(r.Context(), reader(r), id, typedAnswers(r))
	})
}

// typedAnswers are the answers in words to corrections, by correction.
func typedAnswers(r *http.Request) map[string]string {
	typed := map[string]string{}
	for name, values := range r.PostForm {
		if correction, ok := strings.CutPrefix(name, "answer."); ok {
			typed[correction] = values[0]
		}
	}
	return typed
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id string) error {
		return p.Calls.Withdraw(r.Context(), reader(r), id, strings.TrimSpace(r.PostFormValue("reason")))
	})
}

func (p *Pages) message(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id string) error {
		return p.Calls.Write(r.Context(), reader(r), id, r.PostFormValue("text"), r.PostFormValue("internal") == "1")
	})
}
