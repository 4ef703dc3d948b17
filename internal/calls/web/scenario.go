package web

import (
	"context"
	"net/http"

	"maillage/internal/calls"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// attachScenario joins a what-if to the dossier, as it stands today.
func (p *Pages) attachScenario(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Calls.AttachScenario(r.Context(), reader(r), id, r.PostFormValue("scenario")); err != nil {
		return p.showDossier(w, r, err)
	}
	return httpx.SeeOther(w, r, "/dossiers/"+id+"#scenarios")
}

func (p *Pages) detachScenario(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Calls.DetachScenario(r.Context(), reader(r), id, r.PathValue("scenario")); err != nil {
		return p.showDossier(w, r, err)
	}
	return httpx.SeeOther(w, r, "/dossiers/"+id+"#scenarios")
}

// scenariosPart is what the dossier's page shows of its what-ifs.
type scenariosPart struct {
	All  []calls.AttachedScenario
	Mine []calls.ScenarioChoice
}

// attachedBy names who attached a what-if; an author without account has no name.
func attachedBy(ctx context.Context, s calls.AttachedScenario) string {
	if s.AddedName == "" {
		return i18n.T(ctx, "l’auteur du dossier", "the author of the application")
	}
	return s.AddedName
}

func scenarioOptions(all []calls.ScenarioChoice) []ui.Option {
	options := make([]ui.Option, 0, len(all))
	for _, s := range all {
		options = append(options, ui.Option{Value: s.ID, Label: s.Name})
	}
	return options
}
