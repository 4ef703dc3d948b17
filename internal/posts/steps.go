package posts

import (
	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
)

// Step is one of the steps of a shared post, past or to come.
type Step struct {
	Label i18n.Text
	Done  bool
	On    clock.Day // when it was done, or is expected; "" when nobody knows
	Late  bool
}

// Steps tells the whole life of a post: what is done, what comes and when.
func (f *SharedFile) Steps() []Step {
	reached := map[string]int{"campaign": 0, "applied": 1, "jury": 1, "refused": 1, "convention": 2, "started": 3, "review": 4, "permanent": 5, "ended": 5}[string(f.State)]
	steps := []Step{{Label: i18n.Text{FR: "Candidature commune déposée", EN: "Joint application filed"}, Done: reached >= 1 || f.Dossier != ""},
		{Label: i18n.Text{FR: "Poste retenu", EN: "Post selected"}, Done: reached >= 2}}
	if f.Application != nil {
		sign := Step{Label: i18n.Text{FR: "Convention signée", EN: "Agreement signed"}}
		if a := f.Application.Agreement; a != nil {
			sign.Done, sign.On = a.SignedOn != "", a.SignedOn
		}
		steps = append(steps, sign)
	}
	alert := f.EndsOn.AddMonths(-f.AlertMonths)
	steps = append(steps,
		Step{Label: i18n.Text{FR: "Titulaire nommé, RPPS connu", EN: "Holder named, RPPS known"}, Done: f.RPPS != "" || reached >= 5, On: f.HolderSince},
		Step{Label: i18n.Text{FR: "Prise de poste", EN: "Start"}, Done: reached >= 3, On: f.StartsOn},
		Step{Label: i18n.Text{FR: "Bilan des douze mois", EN: "Review of the twelve months"}, Done: f.Review != "", On: f.StartsOn.AddMonths(12)},
		Step{Label: i18n.Text{FR: "Alerte de succession", EN: "Succession alert"}, Done: f.AlertedAt != nil, On: alert},
		Step{Label: i18n.Text{FR: "Fin du poste, ou pérennisation", EN: "End of the post, or permanence"}, Done: reached >= 5, On: f.EndsOn})
	for i, s := range steps {
		steps[i].Late = !s.Done && s.On != "" && s.On < f.Today && reached >= 3
	}
	return steps
}
