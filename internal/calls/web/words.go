package web

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
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

// gap is one answer to mend, with the way to it.
type gap struct{ label, text, href string }

// gaps lists what is missing or wrong in a form, section after section, in the order of its questions.
func gaps(ctx context.Context, v dossierView, wrong fault.Fields) []gap {
	var all []gap
	for _, s := range v.Form.Sections {
		for _, f := range s.Fields {
			for _, name := range slices.Sorted(maps.Keys(wrong)) {
				if name == f.Name || strings.HasPrefix(name, f.Name+".") {
					all = append(all, gap{s.Title.Ctx(ctx) + " — " + questionName(ctx, f, name), v.gapText(ctx, f, name, wrong[name]), strings.Replace(v.placeOf(f.Name), "#", "?verifier=1#", 1)})
				}
			}
		}
	}
	return all
}

// questionName names a question, or the cell of a table: its row and its column.
func questionName(ctx context.Context, f calls.Field, name string) string {
	rest, ok := strings.CutPrefix(name, f.Name+".")
	row, column, cell := strings.Cut(rest, ".")
	if n, err := strconv.Atoi(row); ok && cell && err == nil {
		for _, c := range f.Columns {
			if c.Name == column {
				return i18n.Tf(ctx, "%s, ligne %d, %s", "%s, row %d, %s", f.Label.Ctx(ctx), n+1, c.Label.Ctx(ctx))
			}
		}
	}
	return f.Label.Ctx(ctx)
}

// gapText says in a word what an empty question waits for, and why another answer is refused.
func (v dossierView) gapText(ctx context.Context, f calls.Field, name string, refusal i18n.Text) string {
	switch {
	case f.Kind == calls.KindFile:
		return i18n.T(ctx, "à joindre", "to attach")
	case f.Kind == calls.KindTable && name == f.Name && v.Dossier.Answers.V.Rows(name) == 0:
		return i18n.T(ctx, "au moins une ligne à remplir", "at least one row to fill in")
	case f.Kind == calls.KindTable && name == f.Name, f.Kind == calls.KindChoices, !f.Required, strings.TrimSpace(v.Dossier.Answers.V[name]) != "":
		return refusal.Ctx(ctx)
	}
	return i18n.T(ctx, "à remplir", "to fill in")
}

// refusedAnswers are the answers for which the dossier was not filed; nil for another refusal.
func (v dossierView) refusedAnswers() fault.Fields {
	var said *fault.Error
	if !errors.As(v.Unfiled, &said) {
		return nil
	}
	return said.Fields
}

// next is the first part of the form where something is missing.
func (v dossierView) next() (calls.Section, bool) {
	for _, s := range v.Form.Sections {
		if v.remaining(s) > 0 {
			return s, true
		}
	}
	return calls.Section{}, false
}

// officerStep leads an officer to what the dossier waits for, below what it says; "" when it waits for nothing.
func (v dossierView) officerStep(ctx context.Context) (label, href string) {
	switch {
	case v.may("admit"):
		return i18n.T(ctx, "Aller à la recevabilité", "Go to admissibility"), "#admissibility"
	case v.may("instruct"):
		return i18n.T(ctx, "Aller à la conclusion", "Go to the conclusion"), "#conclude"
	case v.may("grant"):
		return i18n.T(ctx, "Aller à la décision", "Go to the decision"), "#decide"
	}
	return "", ""
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

// answers are what the dossier says, for reading: its structure and its communes by their names.
func (v dossierView) answers() calls.Answers {
	said := placed(v.Dossier.Answers.V, v.PlaceName)
	if v.Structure != "" && strings.TrimSpace(said[calls.AnswerStructure]) == v.Dossier.Structure {
		said[calls.AnswerStructure] = v.Structure
	}
	return said
}

// isPlace tells whether an answer holds the code of a commune: the project's, or a cell of that name.
func isPlace(name string) bool {
	return name == calls.AnswerCommune || strings.HasSuffix(name, "."+calls.AnswerCommune)
}

// placed copies answers, with the names of communes beside their codes; name may be nil.
func placed(a calls.Answers, name func(code string) string) calls.Answers {
	said := maps.Clone(a)
	for key, code := range a {
		if isPlace(key) && code != "" && name != nil {
			said[key] = name(code)
		}
	}
	return said
}

// coded takes the code back from a commune shown as "Grigny (91286)".
func coded(name, typed string) string {
	const length = len("91286")
	rest, ok := strings.CutSuffix(strings.TrimSpace(typed), ")")
	at := strings.LastIndex(rest, " (")
	if !ok || !isPlace(name) || at < 0 || len(rest)-at-len(" (") != length {
		return typed
	}
	return rest[at+len(" ("):]
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
