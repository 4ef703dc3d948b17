package web

import (
	"net/http"
	"strings"

	"maillage/internal/calls"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// findable tells whether a look-up helps with a field.
func findable(f calls.Field) bool {
	return f.Kind == calls.KindCommune || f.Kind == calls.KindFINESS || f.Kind == calls.KindSIRET || f.Kind == calls.KindRPPS || f.Name == calls.AnswerStructure
}

// lookup looks for what is known behind a field, once what was typed is saved: "field", or "field=value" for a candidate chosen. What
// is found fills the questions that are still empty, and nothing that was typed is replaced but the field itself.
func (p *Pages) lookup(w http.ResponseWriter, r *http.Request, act string) error {
	ctx, who := r.Context(), reader(r)
	v, err := p.load(r)
	if err != nil {
		return err
	}
	at, err := v.section(r.PathValue("section"))
	if err != nil {
		return err
	}
	name, chosen, picked := strings.Cut(act, "=")
	f, ok := v.Form.Find(name)
	if !ok {
		return httpx.Render(w, r, http.StatusOK, sectionView(*v, at, false))
	}
	typed := v.Dossier.Answers.V[name]
	if picked {
		typed = chosen
	}
	v.LookupOf = name
	if refusal := v.Complete.Missing[name]; f.Kind != calls.KindText && f.Kind != calls.KindCommune && typed != "" && !refusal.Empty() {
		v.LookupSaid = refusal.Ctx(ctx)
		return httpx.Render(w, r, http.StatusOK, sectionView(*v, at, false))
	}
	known, err := p.Lookup(ctx, f.Kind, typed)
	if err != nil {
		return err
	}
	v.LookupSaid = known.Said.Ctx(ctx)
	if len(known.Fill) > 0 {
		fill := calls.Answers{}
		for key, value := range known.Fill {
			if q, asked := v.Form.Find(key); asked && (v.Dossier.Answers.V[q.Name] == "" || q.Name == name) {
				fill[key] = value
			}
		}
		if picked && fill[name] == "" {
			fill[name] = chosen
		}
		if v.Dossier, err = p.Calls.Save(ctx, who, v.Dossier.ID, fill); err != nil {
			return err
		}
		if v.Complete, err = p.Calls.Completeness(ctx, v.Dossier); err != nil {
			return err
		}
		v.LookupSaid = i18n.T(ctx, "Trouvé : les questions encore vides sont remplies. Relisez-les.", "Found: the questions still empty are filled in. Read them again.")
	}
	for _, c := range known.Choose {
		v.Lookup = append(v.Lookup, ui.Option{Value: name + "=" + c.Value, Label: c.Label})
	}
	if v.LookupSaid == "" && len(v.Lookup) == 0 {
		v.LookupSaid = i18n.T(ctx, "Rien de connu sous ce nom ou ce numéro : vous pouvez continuer, c’est gardé comme vous l’avez écrit.", "Nothing known under this name or number: you may go on, it is kept as you wrote it.")
	}
	return httpx.Render(w, r, http.StatusOK, sectionView(*v, at, false))
}
