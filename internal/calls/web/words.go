package web

import (
	"context"
	"errors"
	"maps"
	"sort"
	"strings"
	"time"

	"github.com/a-h/templ"

	"maillage/internal/calls"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// titleOf names a dossier: its title, else its programme.
func titleOf(ctx context.Context, d *calls.Dossier) string {
	if d.Title != "" {
		return d.Title
	}
	return d.Programme.Name().Ctx(ctx)
}

func zoneName(zone string) string { return or(zone, "—") }

func numeric(f calls.Field) bool { return f.Kind == calls.KindEuro || f.Kind == calls.KindInt }

func outcomeTone(outcome string) string {
	return map[string]string{"grant": "good", "postpone": "warn", "refuse": "late"}[outcome]
}

func outcomeText(ctx context.Context, x calls.Decision) string {
	when := i18n.Date(ctx, x.DecidedAt)
	switch x.Outcome {
	case "grant":
		return i18n.Tf(ctx, "Accordé le %s : %s", "Granted on %s: %s", when, i18n.Euro(ctx, x.Amount))
	case "postpone":
		return i18n.Tf(ctx, "Ajourné le %s", "Postponed on %s", when)
	}
	return i18n.Tf(ctx, "Refusé le %s", "Refused on %s", when)
}

// gap is one thing missing, with the way to it.
type gap struct{ label, text, href string }

func missing(ctx context.Context, v dossierView) []gap {
	var all []gap
	for _, s := range v.Form.Sections {
		for _, f := range s.Fields {
			for name, text := range v.Complete.Missing {
				if name == f.Name || strings.HasPrefix(name, f.Name+".") {
					all = append(all, gap{f.Label.Ctx(ctx), text.Ctx(ctx), "/dossiers/" + v.Dossier.ID + "/formulaire/" + s.Name + "?verifier=1#" + ui.FieldID(f.Name)})
				}
			}
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].label < all[j].label })
	return all
}

// wrong is the refusal of a field: shown once the reader asks to check, or as soon as something was typed there.
func wrong(ctx context.Context, v dossierView, name string, check bool) string {
	if !check && v.Dossier.Answers.V[name] == "" {
		return ""
	}
	return v.Complete.Missing[name].Ctx(ctx)
}

func choices(ctx context.Context, f calls.Field) []ui.Option {
	var all []ui.Option
	for _, o := range f.Options {
		all = append(all, ui.Option{Value: o.Value, Label: o.Label.Ctx(ctx)})
	}
	return all
}

func htmlType(k calls.Kind) string {
	return map[calls.Kind]string{calls.KindDate: "date", calls.KindEmail: "email", calls.KindPhone: "tel"}[k]
}

func inputMode(k calls.Kind) templ.Attributes {
	switch k {
	case calls.KindInt, calls.KindSIRET, calls.KindRPPS:
		return templ.Attributes{"inputmode": "numeric"}
	case calls.KindEuro:
		return templ.Attributes{"inputmode": "decimal"}
	}
	return templ.Attributes{}
}

func documentAnchor(field string) string { return "piece-" + ui.FieldID(field) }

func expired(doc calls.Document, now time.Time) bool {
	return doc.Expires != "" && doc.Expires < string(clock.DayOf(now))
}

func expiryTone(doc calls.Document, now time.Time) string {
	if expired(doc, now) {
		return "late"
	}
	return "info"
}

func expiryText(ctx context.Context, doc calls.Document, now time.Time) string {
	if expired(doc, now) {
		return i18n.Tf(ctx, "plus valable depuis le %s", "expired on %s", i18n.Date(ctx, day(doc.Expires)))
	}
	return i18n.Tf(ctx, "valable jusqu’au %s", "valid until %s", i18n.Date(ctx, day(doc.Expires)))
}

func reusableOptions(ctx context.Context, all []calls.Reusable) []ui.Option {
	var options []ui.Option
	for _, doc := range all {
		options = append(options, ui.Option{Value: doc.ID, Label: i18n.Tf(ctx, "%s (joint le %s)", "%s (attached on %s)", doc.Name, i18n.Date(ctx, doc.AddedAt))})
	}
	return options
}

func paperOptions(ctx context.Context, all []calls.Paper) []ui.Option {
	var options []ui.Option
	for _, p := range all {
		label := p.Label.Ctx(ctx) + " — " + p.Name
		if p.Expires != "" {
			label += " (" + i18n.Tf(ctx, "valable jusqu’au %s", "valid until %s", i18n.Date(ctx, day(p.Expires))) + ")"
		}
		options = append(options, ui.Option{Value: p.ID, Label: label})
	}
	return options
}

// papers sorts what the structure gave: what holds, and what no longer does.
func (v dossierView) papers() (valid, past []calls.Paper) {
	for _, p := range v.Papers {
		if p.Expired(clock.DayOf(v.Now)) {
			past = append(past, p)
		} else {
			valid = append(valid, p)
		}
	}
	return valid, past
}

// typedAt is what was typed beside the document that was refused at a field.
func (v dossierView) typedAt(field, name string) string {
	if v.Attaching != field {
		return ""
	}
	return v.Typed.Get(name)
}

// refusedAt says at a file field why its document was refused.
func (v dossierView) refusedAt(ctx context.Context, field string) string {
	var said *fault.Error
	if v.Attaching != field || v.typedAt(field, "paper") != "" || v.typedAt(field, "document") != "" || !errors.As(v.Err, &said) || len(said.Fields) > 0 {
		return ""
	}
	return said.Message.Ctx(ctx)
}

func (v dossierView) paperError(ctx context.Context, field string) string {
	if v.Attaching != field {
		return ""
	}
	return errorOf(ctx, v.Err, "paper")
}

// swapped marks what an answer to saving puts in place of what stands on the page.
func swapped(oob bool) templ.Attributes {
	if oob {
		return templ.Attributes{"hx-swap-oob": "outerHTML"}
	}
	return nil
}

// cellOptions are the choices of a cell, nil for one that is typed.
func cellOptions(ctx context.Context, c calls.Field) []ui.Option {
	empty := ui.Option{Value: "", Label: "—"}
	switch c.Kind {
	case calls.KindChoice:
		return append([]ui.Option{empty}, choices(ctx, c)...)
	case calls.KindYesNo:
		return []ui.Option{empty, {Value: "yes", Label: i18n.T(ctx, "Oui", "Yes")}, {Value: "no", Label: i18n.T(ctx, "Non", "No")}}
	}
	return nil
}

func stepHere(here bool) templ.Attributes {
	if here {
		return templ.Attributes{"aria-current": "step"}
	}
	return nil
}

func structureChoices(ctx context.Context, v dossierView) []ui.Option {
	var all []ui.Option
	if v.Structure != "" {
		all = append(all, ui.Option{Value: "said", Label: i18n.Tf(ctx, "%s : c’est bien elle", "%s: it is that one", v.Structure)})
	}
	return append(all, ui.Option{Value: "other", Label: i18n.T(ctx, "une autre structure", "another structure")},
		ui.Option{Value: "none", Label: i18n.T(ctx, "aucune : elle est en création, ou n’est pas connue de l’Agence", "none: it is being created, or the agency does not know it")})
}

// some is a figure once there is one.
func some(is bool, text string) string {
	if is {
		return text
	}
	return "—"
}

// answers are what the dossier says, for reading: its structure by its name.
func (v dossierView) answers() calls.Answers {
	said := maps.Clone(v.Dossier.Answers.V)
	if v.Structure != "" && strings.TrimSpace(said[calls.AnswerStructure]) == v.Dossier.Structure {
		said[calls.AnswerStructure] = v.Structure
	}
	return said
}

// instructor names who has the dossier in hand, for officers.
func (v dossierView) instructor() string {
	for _, o := range v.Officers {
		if o.ID == v.Dossier.Instructor {
			return o.Name
		}
	}
	return ""
}
