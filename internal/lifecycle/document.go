package lifecycle

import (
	"fmt"
	"strings"

	"maillage/internal/platform/i18n"
)

// Described is what a machine offers to documents, whatever its types.
type Described interface {
	Name() string
	Mermaid(lang i18n.Lang) string
	Markdown(lang i18n.Lang) string
}

// Document writes one page about every machine: a diagram and a table of moves each.
func Document(lang i18n.Lang, machines ...Described) string {
	var b strings.Builder
	title := i18n.Text{FR: "Cycles de vie", EN: "Lifecycles"}
	note := i18n.Text{
		FR: "Page générée à partir des tables du code (`internal/lifecycle`) : `make generate` la refait, un test échoue si elle est périmée.",
		EN: "Generated from the tables in the code (`internal/lifecycle`): `make generate` writes it again, a test fails when it is stale.",
	}
	fmt.Fprintf(&b, "# %s\n\n%s\n", title.In(lang), note.In(lang))
	for _, m := range machines {
		b.WriteString("\n" + m.Markdown(lang))
	}
	return b.String()
}

// Mermaid draws the machine as a Mermaid state diagram.
func (m *Machine[S, R]) Mermaid(lang i18n.Lang) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, s := range m.table.States {
		fmt.Fprintf(&b, "    state %q as %s\n", s.Label.In(lang), s.Name)
	}
	fmt.Fprintf(&b, "    [*] --> %s\n", m.table.Initial)
	for _, mv := range m.table.Moves {
		for _, from := range mv.From {
			fmt.Fprintf(&b, "    %s --> %s : %s\n", from, mv.To, strings.ReplaceAll(mv.Label.In(lang), ":", "-"))
		}
	}
	for _, s := range m.table.States {
		if s.Terminal {
			fmt.Fprintf(&b, "    %s --> [*]\n", s.Name)
		}
	}
	return b.String()
}

// Markdown is the machine's section of the document.
func (m *Machine[S, R]) Markdown(lang i18n.Lang) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s (`%s`)\n\n```mermaid\n%s```\n\n", m.table.Label.In(lang), m.table.Name, m.Mermaid(lang))
	b.WriteString(i18n.Text{
		FR: "| mouvement | de | vers | qui | délai | motif exigé |\n|---|---|---|---|---|---|\n",
		EN: "| move | from | to | who | deadline | reason required |\n|---|---|---|---|---|---|\n",
	}.In(lang))
	for _, mv := range m.table.Moves {
		fmt.Fprintf(&b, "| %s (`%s`) | %s | %s | %s | %s | %s |\n", mv.Label.In(lang), mv.Name,
			m.labels(mv.From, lang), m.Label(mv.To).In(lang), roleNames(mv.Roles, lang), mv.deadline(lang), yes(mv.Reason, lang))
	}
	return b.String()
}

func (m *Machine[S, R]) labels(states []State, lang i18n.Lang) string {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = m.Label(s).In(lang)
	}
	return strings.Join(names, ", ")
}

func roleNames[R Role](roles []R, lang i18n.Lang) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = r.Name().In(lang)
		if r == R(System) {
			names[i] = i18n.Text{FR: "le système", EN: "the system"}.In(lang)
		}
	}
	return strings.Join(names, ", ")
}

func (mv Move[S, R]) deadline(lang i18n.Lang) string {
	set := i18n.Text{FR: "réglable", EN: "a setting"}.In(lang)
	switch {
	case mv.Deadline.None() && mv.DeadlineOf == nil:
		return "—"
	case mv.Deadline.None():
		return set
	}
	text := fmt.Sprintf("%d %s", mv.Deadline.N, unitLabels[mv.Deadline.Unit].In(lang))
	if mv.DeadlineOf != nil {
		text += ", " + set
	}
	if mv.Automatic {
		text += i18n.Text{FR: ", puis automatique", EN: ", then automatic"}.In(lang)
	}
	return text
}

func yes(is bool, lang i18n.Lang) string {
	if is {
		return i18n.Text{FR: "oui", EN: "yes"}.In(lang)
	}
	return "—"
}
