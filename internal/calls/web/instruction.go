package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
)

const inboxPage = 50

func (p *Pages) inbox(w http.ResponseWriter, r *http.Request) error { return p.showInbox(w, r, nil) }

func filterOf(r *http.Request) calls.Inbox {
	q := r.URL.Query()
	return calls.Inbox{Call: q.Get("appel"), State: q.Get("etat"), Departement: q.Get("departement"), Zone: q.Get("zone"), Instructor: q.Get("instructeur"), Text: q.Get("q"), Late: q.Get("retard") == "1", Sort: q.Get("sort")}
}

func (p *Pages) showInbox(w http.ResponseWriter, r *http.Request, refusal error) error {
	private(w)
	actor := accounts.FromContext(r.Context())
	f := filterOf(r)
	page, offset := httpx.Page(r, inboxPage)
	f.Limit, f.Offset = inboxPage, offset
	rows, total, err := p.Calls.Inbox(r.Context(), actor, f)
	if err != nil {
		return err
	}
	all, err := p.Calls.Calls(r.Context(), actor)
	if err != nil {
		return err
	}
	appeals, err := p.Calls.OpenAppeals(r.Context(), actor)
	if err != nil {
		return err
	}
	officers, err := p.Officers(r.Context())
	if err != nil {
		return err
	}
	ticked := map[string]bool{}
	for _, id := range r.PostForm["id"] {
		ticked[id] = true
	}
	v := inboxView{Appeals: appeals, Officers: officers, Ticked: ticked, Reason: r.PostFormValue("reason"), Rows: rows, Total: total, Page: page, Filter: f, Calls: all, Me: actor.ID, Now: p.Calls.Now(), Region: p.Region, Err: refusal}
	if refusal != nil {
		return again(w, r, refusal, inboxPageView(v))
	}
	return httpx.Render(w, r, http.StatusOK, inboxPageView(v))
}

// batch runs one action on the ticked dossiers: all or none.
func (p *Pages) batch(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, ids := r.Context(), accounts.FromContext(r.Context()), r.PostForm["id"]
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	actions := map[string]func() error{
		"mine": func() error { return p.Calls.Assign(ctx, actor, ids, actor.ID) },
		"assign": func() error {
			officer, err := p.officer(ctx, r.PostFormValue("officer"))
			if err != nil {
				return err
			}
			return p.Calls.AssignTo(ctx, actor, ids, officer)
		},
		"distribute": func() error {
			officers, err := p.Officers(ctx)
			if err != nil {
				return err
			}
			return p.Calls.Distribute(ctx, actor, ids, officers)
		},
		"admit": func() error { return p.Calls.Admit(ctx, actor, ids) },
		"grant": func() error {
			return p.Calls.Decide(ctx, actor, calls.DecideCommand{IDs: ids, Outcome: "grant", Reason: reason})
		},
		"postpone": func() error {
			return p.Calls.Decide(ctx, actor, calls.DecideCommand{IDs: ids, Outcome: "postpone", Reason: reason})
		},
		"refuse": func() error {
			return p.Calls.Decide(ctx, actor, calls.DecideCommand{IDs: ids, Outcome: "refuse", Reason: reason})
		},
	}
	act, ok := actions[r.PostFormValue("action")]
	if !ok {
		return p.showInbox(w, r, fault.Invalid("Choisissez une action.", "Choose an action."))
	}
	if err := act(); err != nil {
		return p.showInbox(w, r, err)
	}
	return httpx.SeeOther(w, r, "/instruction?"+r.URL.RawQuery)
}

func (p *Pages) officer(ctx context.Context, id string) (calls.Officer, error) {
	all, err := p.Officers(ctx)
	if err != nil {
		return calls.Officer{}, err
	}
	for _, o := range all {
		if o.ID == id {
			return o, nil
		}
	}
	return calls.Officer{}, fault.Invalid("Choisissez à qui confier les dossiers.", "Choose to whom the applications are given.")
}

func (p *Pages) askCorrections(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id string) error {
		asked := map[string]string{}
		for name, values := range r.PostForm {
			if field, ok := strings.CutPrefix(name, "correct."); ok && values[0] != "" {
				asked[field] = values[0]
			}
		}
		return p.Calls.AskCorrections(r.Context(), accounts.FromContext(r.Context()), id, asked)
	})
}

func (p *Pages) askOpinion(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id string) error {
		all, err := p.Reviewers(r.Context())
		if err != nil {
			return err
		}
		days, _ := strconv.Atoi(r.PostFormValue("days"))
		chosen := calls.Reviewer{Name: strings.TrimSpace(r.PostFormValue("outside_name")), Email: strings.TrimSpace(r.PostFormValue("outside_email"))}
		for _, one := range all {
			if chosen.Name == "" && one.ID == r.PostFormValue("reviewer") {
				chosen = one
			}
		}
		return p.Calls.AskOpinion(r.Context(), accounts.FromContext(r.Context()), id, chosen, days)
	})
}

// confirmStructure keeps which structure asks: the one that was said, another one, or none that exists yet.
func (p *Pages) confirmStructure(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id string) error {
		structure := ""
		switch r.PostFormValue("which") {
		case "said":
			structure = r.PostFormValue("said")
		case "other":
			found, err := p.structureBehind(r.Context(), strings.TrimSpace(r.PostFormValue("other")))
			if err != nil {
				return err
			}
			structure = found
		case "none":
		default:
			wrong := fault.Fields{}
			wrong.Add("which", "Choisissez une des trois réponses.", "Choose one of the three answers.")
			return wrong.Err()
		}
		return p.Calls.ConfirmStructure(r.Context(), accounts.FromContext(r.Context()), id, structure)
	})
}

// structureBehind finds the one structure that a FINESS, a SIRET or a name names.
func (p *Pages) structureBehind(ctx context.Context, typed string) (string, error) {
	kind := map[int]calls.Kind{finessLength: calls.KindFINESS, siretLength: calls.KindSIRET}[len(strings.ReplaceAll(typed, " ", ""))]
	wrong := fault.Fields{}
	for _, k := range []calls.Kind{kind, calls.KindText} {
		if k == "" || typed == "" {
			continue
		}
		known, err := p.Lookup(ctx, k, typed)
		if err != nil {
			return "", err
		}
		switch id := known.Fill[calls.AnswerStructure]; {
		case id != "":
			return id, nil
		case len(known.Choose) == 1:
			return known.Choose[0].Value, nil
		case len(known.Choose) > 1:
			wrong.Add("other", "Plusieurs structures portent ce nom : donnez le numéro FINESS ou SIRET.", "Several structures bear this name: give the FINESS or SIRET number.")
			return "", wrong.Err()
		}
	}
	wrong.Add("other", "Aucune structure n’est connue sous ce nom ou ce numéro.", "No structure is known under this name or number.")
	return "", wrong.Err()
}

const finessLength, siretLength = 9, 14

func (p *Pages) instruct(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id string) error {
		proposed, ok := calls.Cents(r.PostFormValue("proposed"))
		if !ok {
			wrong := fault.Fields{}
			wrong.Add("proposed", "Écrivez un montant en euros.", "Write an amount in euros.")
			return wrong.Err()
		}
		return p.Calls.Instruct(r.Context(), accounts.FromContext(r.Context()), id, proposed, strings.TrimSpace(r.PostFormValue("reason")))
	})
}

func (p *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id string) error {
		return p.Calls.Decide(r.Context(), accounts.FromContext(r.Context()), calls.DecideCommand{IDs: []string{id}, Outcome: r.PostFormValue("outcome"), Reason: strings.TrimSpace(r.PostFormValue("reason"))})
	})
}

func (p *Pages) reopen(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id string) error {
		return p.Calls.Reopen(r.Context(), accounts.FromContext(r.Context()), id, strings.TrimSpace(r.PostFormValue("reason")))
	})
}
