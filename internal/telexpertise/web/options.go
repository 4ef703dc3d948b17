package web

import (
	"context"

	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
	"maillage/internal/ui"
)

func none(ctx context.Context) ui.Option {
	return ui.Option{Label: i18n.T(ctx, "— choisir —", "— choose —")}
}

var informNames = map[string]i18n.Text{
	"phone": {FR: "par téléphone", EN: "by phone"}, "visit": {FR: "en consultation", EN: "at a visit"},
	"letter": {FR: "par écrit", EN: "in writing"}, "other": {FR: "autrement", EN: "otherwise"},
}

func informOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{}
	for _, way := range telexpertise.InformWays {
		options = append(options, ui.Option{Value: way, Label: informNames[way].Ctx(ctx)})
	}
	return options
}

func viewOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{}
	for _, v := range telexpertise.Views {
		options = append(options, ui.Option{Value: string(v), Label: v.Name().Ctx(ctx)})
	}
	return options
}

func confidenceOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{}
	for _, c := range telexpertise.Confidences {
		options = append(options, ui.Option{Value: string(c), Label: c.Name().Ctx(ctx)})
	}
	return options
}

func askOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{none(ctx)}
	for _, a := range telexpertise.AskReasons {
		options = append(options, ui.Option{Value: string(a), Label: a.Name().Ctx(ctx)})
	}
	return options
}

func outcomeOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{none(ctx)}
	for _, o := range telexpertise.Outcomes {
		options = append(options, ui.Option{Value: string(o), Label: o.Name().Ctx(ctx)})
	}
	return options
}

func marginOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: "unknown", Label: i18n.T(ctx, "non précisées", "not given")}, {Value: "clear", Label: i18n.T(ctx, "saines", "clear")},
		{Value: "involved", Label: i18n.T(ctx, "envahies", "involved")},
	}
}

func siteOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{none(ctx)}
	for _, s := range telexpertise.Sites {
		options = append(options, ui.Option{Value: s.Code, Label: s.Name.Ctx(ctx)})
	}
	return options
}

func durationOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{none(ctx)}
	for _, s := range telexpertise.Durations {
		options = append(options, ui.Option{Value: s.Code, Label: s.Name.Ctx(ctx)})
	}
	return options
}

func urgencyOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{}
	for _, u := range telexpertise.Urgencies {
		options = append(options, ui.Option{Value: string(u), Label: u.Name().Ctx(ctx)})
	}
	return options
}

func yesNoOptions(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: "", Label: i18n.T(ctx, "non renseigné", "not answered")}, {Value: "yes", Label: i18n.T(ctx, "oui", "yes")}, {Value: "no", Label: i18n.T(ctx, "non", "no")}}
}

// slotOptions puts the reader's own free slots first, then those of colleagues.
func slotOptions(ctx context.Context, d caseData) []ui.Option {
	own, others := []ui.Option{}, []ui.Option{}
	for _, s := range d.Slots {
		o := ui.Option{Value: s.ID, Label: slotWords(ctx, s, d.Names)}
		if s.ExpertID == d.Case.TakerID {
			own = append(own, o)
		} else {
			others = append(others, o)
		}
	}
	return append(append([]ui.Option{none(ctx)}, own...), others...)
}

func coordinatorOptions(ctx context.Context, d caseData) []ui.Option {
	return memberOptions(ctx, d.Coordinators, "")
}

func expertOptions(ctx context.Context, d caseData) []ui.Option {
	return memberOptions(ctx, d.Experts, d.Case.TakerID)
}

func memberOptions(ctx context.Context, all []telexpertise.Member, except string) []ui.Option {
	options := []ui.Option{none(ctx)}
	for _, m := range all {
		if m.PersonID != except {
			options = append(options, ui.Option{Value: m.PersonID, Label: m.Name + " (" + m.Departement + ")"})
		}
	}
	return options
}

// hypotheses are offered while an expert types one.
var hypotheses = []i18n.Text{
	{FR: "mélanome", EN: "melanoma"}, {FR: "carcinome basocellulaire", EN: "basal cell carcinoma"}, {FR: "carcinome épidermoïde", EN: "squamous cell carcinoma"},
	{FR: "kératose actinique", EN: "actinic keratosis"}, {FR: "kératose séborrhéique", EN: "seborrhoeic keratosis"}, {FR: "nævus commun", EN: "common naevus"},
	{FR: "nævus atypique", EN: "atypical naevus"}, {FR: "histiocytofibrome", EN: "dermatofibroma"}, {FR: "angiome", EN: "angioma"}, {FR: "lentigo", EN: "lentigo"},
	{FR: "eczéma", EN: "eczema"}, {FR: "psoriasis", EN: "psoriasis"},
}
