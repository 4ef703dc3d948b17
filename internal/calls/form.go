package calls

import (
	"fmt"
	"strconv"
	"strings"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Kind says what a field holds and how it is checked.
type Kind string

// The kinds of fields.
const (
	KindText     Kind = "text"
	KindLong     Kind = "long"
	KindInt      Kind = "int"
	KindEuro     Kind = "euro" // typed in euros, read in cents
	KindDate     Kind = "date" // 2026-11-22
	KindChoice   Kind = "choice"
	KindChoices  Kind = "choices" // one answer "name.value" = "1" per ticked choice
	KindYesNo    Kind = "yesno"
	KindCommune  Kind = "commune" // INSEE code
	KindFINESS   Kind = "finess"
	KindSIRET    Kind = "siret"
	KindRPPS     Kind = "rpps"
	KindIBAN     Kind = "iban"
	KindEmail    Kind = "email"
	KindPhone    Kind = "phone"
	KindFile     Kind = "file"
	KindTable    Kind = "table"    // repeated rows of Columns: answers "name.0.column"
	KindComputed Kind = "computed" // Expr over the answers, shown and never typed
)

// Kinds lists every kind with how the form builder names it.
var Kinds = []struct {
	Kind Kind
	Name i18n.Text
}{
	{KindText, i18n.Text{FR: "Texte court", EN: "Short text"}},
	{KindLong, i18n.Text{FR: "Texte long", EN: "Long text"}},
	{KindInt, i18n.Text{FR: "Nombre entier", EN: "Whole number"}},
	{KindEuro, i18n.Text{FR: "Montant en euros", EN: "Amount in euros"}},
	{KindDate, i18n.Text{FR: "Date", EN: "Date"}},
	{KindChoice, i18n.Text{FR: "Choix unique", EN: "Single choice"}},
	{KindChoices, i18n.Text{FR: "Choix multiples", EN: "Several choices"}},
	{KindYesNo, i18n.Text{FR: "Oui ou non", EN: "Yes or no"}},
	{KindCommune, i18n.Text{FR: "Commune (code INSEE)", EN: "Municipality (INSEE code)"}},
	{KindFINESS, i18n.Text{FR: "Numéro FINESS", EN: "FINESS number"}},
	{KindSIRET, i18n.Text{FR: "Numéro SIRET", EN: "SIRET number"}},
	{KindRPPS, i18n.Text{FR: "Numéro RPPS", EN: "RPPS number"}},
	{KindIBAN, i18n.Text{FR: "IBAN", EN: "IBAN"}},
	{KindEmail, i18n.Text{FR: "Adresse électronique", EN: "E-mail address"}},
	{KindPhone, i18n.Text{FR: "Téléphone", EN: "Phone"}},
	{KindFile, i18n.Text{FR: "Document à joindre", EN: "Document to attach"}},
	{KindTable, i18n.Text{FR: "Tableau à lignes répétées", EN: "Table of repeated rows"}},
	{KindComputed, i18n.Text{FR: "Valeur calculée", EN: "Computed value"}},
}

// Form is what a call asks. It is versioned with its call; a filed dossier keeps its own copy.
type Form struct {
	Sections []Section `json:"sections"`
	// Checks bind several fields together; all must hold for a dossier to be filed.
	Checks []Check `json:"checks,omitempty"`
}

// Section is a page of the form.
type Section struct {
	Name   string    `json:"name"`
	Title  i18n.Text `json:"title"`
	Lead   i18n.Text `json:"lead,omitzero"`
	Fields []Field   `json:"fields"`
}

// Field is one question.
type Field struct {
	Name     string    `json:"name"`
	Kind     Kind      `json:"kind"`
	Label    i18n.Text `json:"label"`
	Hint     i18n.Text `json:"hint,omitzero"`
	Required bool      `json:"required,omitempty"`
	Options  []Choice  `json:"options,omitempty"`
	Columns  []Field   `json:"columns,omitempty"`
	// When is an expression over the answers; the field is asked only where it holds.
	When string `json:"when,omitempty"`
	// Expr computes the value of a computed field.
	Expr string `json:"expr,omitempty"`
	// Money says that a computed field is an amount, in cents.
	Money bool `json:"money,omitempty"`
	// Start is how many rows of a table are shown to begin with; 0: two.
	Start int `json:"start,omitempty"`
	// Blocks shows each row of a table as a block of questions rather than a line.
	Blocks bool `json:"blocks,omitempty"`
}

// Asked tells whether a question is asked, given the answers so far.
func (f Field) Asked(a Answers) bool { return f.When == "" || holds(f.When, environment(a)) }

// Sample fills a form with answers that hold wherever a kind says what holds: for an officer to try a form.
func (f Form) Sample() Answers {
	a := Answers{}
	for _, q := range f.Fields() {
		if q.Kind != KindTable {
			q.sample(a, q.Name)
			continue
		}
		for _, column := range q.Columns {
			column.sample(a, Cell(q.Name, 0, column.Name))
		}
	}
	return a
}

// samples are answers that hold for each kind; the numbers are those reserved for tests.
var samples = map[Kind]string{KindText: "Exemple", KindLong: "Un exemple de réponse, en quelques phrases.", KindInt: "3", KindEuro: "12 500", KindDate: "2027-03-01", KindYesNo: "yes", KindCommune: "91286",
	KindFINESS: "750000341", KindSIRET: "732 829 320 00074", KindRPPS: "99900000011", KindIBAN: "FR76 3000 6000 0112 3456 7890 189", KindEmail: "equipe@example.org", KindPhone: "01 99 00 12 34"}

func (f Field) sample(a Answers, key string) {
	switch {
	case f.Kind == KindChoice && len(f.Options) > 0:
		a[key] = f.Options[0].Value
	case f.Kind == KindChoices && len(f.Options) > 0:
		a[key+"."+f.Options[0].Value] = "1"
	case samples[f.Kind] != "":
		a[key] = samples[f.Kind]
	}
}

// Choice is one answer of a choice.
type Choice struct {
	Value string    `json:"value"`
	Label i18n.Text `json:"label"`
}

// Check is a rule over several fields.
type Check struct {
	Expr    string    `json:"expr"`
	Field   string    `json:"field"` // where the refusal is shown
	Message i18n.Text `json:"message"`
}

// Answers are what was typed, flat: "name", "table.0.column", "choices.value". Any text is kept as typed.
type Answers map[string]string

// Rows counts the rows typed in a table: one more than the highest row that holds something.
func (a Answers) Rows(table string) int {
	rows := 0
	for key, value := range a {
		rest, ok := strings.CutPrefix(key, table+".")
		if !ok || value == "" {
			continue
		}
		if i, err := strconv.Atoi(strings.SplitN(rest, ".", 2)[0]); err == nil && i >= 0 && i < maxRows {
			rows = max(rows, i+1)
		}
	}
	return rows
}

const maxRows = 200

// Shown is how many rows of a table a page offers: what it starts with, then one more than what was typed.
func (f Field) Shown(a Answers) int {
	start := f.Start
	if start == 0 {
		start = 2
	}
	return min(maxRows, max(start, a.Rows(f.Name)+1))
}

// Cell is the key of a cell of a table.
func Cell(table string, row int, column string) string {
	return fmt.Sprintf("%s.%d.%s", table, row, column)
}

// Fields lists every field of the form, in order.
func (f Form) Fields() []Field {
	var all []Field
	for _, s := range f.Sections {
		all = append(all, s.Fields...)
	}
	return all
}

// Find gives a field by name.
func (f Form) Find(name string) (Field, bool) {
	for _, field := range f.Fields() {
		if field.Name == name {
			return field, true
		}
	}
	return Field{}, false
}

// Completeness says how far a dossier is: fields asked, fields answered well, and the refusals that remain.
type Completeness struct {
	Asked, Done int
	Missing     fault.Fields
}

// Complete tells whether nothing remains.
func (c Completeness) Complete() bool { return len(c.Missing) == 0 }

// Check reads every answer against the form. documents names the file fields that hold a document.
func (f Form) Check(answers Answers, documents map[string]bool) Completeness {
	c := Completeness{Missing: fault.Fields{}}
	env := environment(answers)
	for _, field := range f.Fields() {
		if field.Kind == KindComputed || !holds(field.When, env) {
			continue
		}
		if field.Required {
			c.Asked++
		}
		before := len(c.Missing)
		checkField(field, field.Name, answers, documents, c.Missing)
		if field.Required && len(c.Missing) == before {
			c.Done++
		}
	}
	for _, check := range f.Checks {
		if !holds(check.Expr, env) {
			c.Missing.Add(check.Field, check.Message.FR, check.Message.EN)
		}
	}
	return c
}

func checkField(f Field, key string, answers Answers, documents map[string]bool, missing fault.Fields) {
	switch f.Kind {
	case KindTable:
		checkTable(f, answers, missing)
	case KindChoices:
		if f.Required && !anyTicked(f, answers) {
			missing.Add(key, "Choisissez au moins une réponse.", "Choose at least one answer.")
		}
	case KindFile:
		if f.Required && !documents[f.Name] {
			missing.Add(key, "Joignez ce document.", "Attach this document.")
		}
	default:
		checkValue(f, key, strings.TrimSpace(answers[key]), missing)
	}
}

func checkTable(f Field, answers Answers, missing fault.Fields) {
	rows := answers.Rows(f.Name)
	if f.Required && rows == 0 {
		missing.Add(f.Name, "Remplissez au moins une ligne.", "Fill in at least one row.")
	}
	for row := range rows {
		for _, column := range f.Columns {
			key := Cell(f.Name, row, column.Name)
			checkValue(column, key, strings.TrimSpace(answers[key]), missing)
		}
	}
}

func checkValue(f Field, key, value string, missing fault.Fields) {
	if value == "" {
		if f.Required {
			missing.Add(key, "Répondez à cette question.", "Answer this question.")
		}
		return
	}
	if len(value) > maxAnswer {
		missing.Add(key, "Cette réponse dépasse 20 000 caractères.", "This answer is over 20,000 characters.")
		return
	}
	if f.Kind == KindChoice && !offered(f, value) {
		missing.Add(key, "Choisissez une des réponses proposées.", "Choose one of the answers offered.")
		return
	}
	if read, ok := readers[f.Kind]; ok {
		if refusal := read(value); !refusal.Empty() {
			missing.Add(key, refusal.FR, refusal.EN)
		}
	}
}

const maxAnswer = 20_000

func anyTicked(f Field, answers Answers) bool {
	for _, o := range f.Options {
		if answers[f.Name+"."+o.Value] == "1" {
			return true
		}
	}
	return false
}

func offered(f Field, value string) bool {
	for _, o := range f.Options {
		if o.Value == value {
			return true
		}
	}
	return false
}
