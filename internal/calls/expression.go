package calls

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"

	"maillage/internal/platform/i18n"
	"maillage/internal/platform/money"
)

// scope is what an expression of a form may use. Amounts are in cents, numbers as typed, absent ones 0.
type scope struct {
	// Text gives an answer as typed.
	Text func(name string) string `expr:"text"`
	// Number reads a whole number.
	Number func(name string) int `expr:"number"`
	// Cents reads an amount.
	Cents func(name string) int `expr:"cents"`
	// Ticked tells whether a choice is ticked.
	Ticked func(name, value string) bool `expr:"ticked"`
	// Sum adds a column of amounts of a table.
	Sum func(table, column string) int `expr:"sum"`
	// Total adds a column of whole numbers of a table.
	Total func(table, column string) int `expr:"total"`
	// Rows counts the rows of a table.
	Rows func(table string) int `expr:"rows"`
	// Entities counts the legal entities of a column of SIRET: rows of one SIREN count once, a row without a SIRET counts.
	Entities func(table, column string) int `expr:"entities"`
}

const maxNodes = 300

// sirenDigits are the first digits of a SIRET, which name the legal entity.
const sirenDigits = 9

func options(result expr.Option) []expr.Option {
	return []expr.Option{expr.Env(scope{}), expr.MaxNodes(maxNodes), expr.DisableAllBuiltins(), result}
}

// compile reads an expression; its error names the place.
func compile(text string, result expr.Option) (*vm.Program, error) {
	p, err := expr.Compile(text, options(result)...)
	if err != nil {
		return nil, err
	}
	root := p.Node()
	var found loops
	if ast.Walk(&root, &found); found {
		return nil, errLoop
	}
	return p, nil
}

var errLoop = errors.New("an expression may not loop")

// loops is true once it visited a node that repeats: a predicate over a list, or a range.
type loops bool

// Visit implements ast.Visitor.
func (l *loops) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.PredicateNode:
		*l = true
	case *ast.BinaryNode:
		*l = *l || n.Operator == ".."
	}
}

func environment(a Answers) scope {
	number := func(key string) int { n, _ := strconv.Atoi(money.NoSpaces(a[key])); return n }
	amount := func(key string) int { c, _ := Cents(a[key]); return int(c) }
	add := func(table, column string, read func(string) int) int {
		sum := 0
		for row := range a.Rows(table) {
			sum += read(Cell(table, row, column))
		}
		return sum
	}
	return scope{
		Text:   func(name string) string { return a[name] },
		Number: number,
		Cents:  amount,
		Ticked: func(name, value string) bool { return a[name+"."+value] == "1" },
		Sum:    func(table, column string) int { return add(table, column, amount) },
		Total:  func(table, column string) int { return add(table, column, number) },
		Rows:   a.Rows,
		Entities: func(table, column string) int {
			seen, without := map[string]bool{}, 0
			for row := range a.Rows(table) {
				siret := money.NoSpaces(a[Cell(table, row, column)])
				if siret == "" {
					without++
					continue
				}
				seen[siret[:min(len(siret), sirenDigits)]] = true
			}
			return len(seen) + without
		},
	}
}

// holds evaluates a condition; an empty one holds, and one that fails does not.
func holds(text string, env scope) bool {
	if text == "" {
		return true
	}
	p, err := compile(text, expr.AsBool())
	if err != nil {
		return false
	}
	out, err := expr.Run(p, env)
	return err == nil && out == true
}

// Compute gives the value of a computed field over the answers.
func (f Field) Compute(a Answers) int {
	p, err := compile(f.Expr, expr.AsInt())
	if err != nil {
		return 0
	}
	out, err := expr.Run(p, environment(a))
	if err != nil {
		return 0
	}
	n, _ := out.(int)
	return n
}

// Validate refuses a form that cannot work: names missing or twice, choices without options, expressions that do not compile. Field
// names of the refusals are "section.field".
func (f Form) Validate() map[string]i18n.Text {
	wrong := map[string]i18n.Text{}
	seen := map[string]bool{}
	if len(f.Sections) == 0 {
		wrong["sections"] = i18n.Text{FR: "Un formulaire a au moins une partie.", EN: "A form has at least one section."}
	}
	for _, s := range f.Sections {
		for _, field := range s.Fields {
			at := s.Name + "." + field.Name
			if refusal := field.validate(seen); !refusal.Empty() {
				wrong[at] = refusal
			}
		}
	}
	for i, c := range f.Checks {
		if _, err := compile(c.Expr, expr.AsBool()); err != nil {
			wrong[fmt.Sprintf("checks.%d", i)] = badExpression(err)
		}
	}
	return wrong
}

func (f Field) validate(seen map[string]bool) i18n.Text {
	switch {
	case f.Name == "" || f.Label.FR == "":
		return i18n.Text{FR: "Une question a un nom et un intitulé.", EN: "A question has a name and a label."}
	case seen[f.Name]:
		return i18n.Text{FR: "Ce nom de question est déjà pris.", EN: "This question name is already taken."}
	case (f.Kind == KindChoice || f.Kind == KindChoices) && len(f.Options) == 0:
		return i18n.Text{FR: "Un choix a au moins une réponse.", EN: "A choice has at least one answer."}
	case f.Kind == KindTable && !f.columnsHold():
		return i18n.Text{FR: "Chaque colonne du tableau a un intitulé, et un type simple (texte, nombre, montant, date, choix).", EN: "Each column of the table has a label, and a simple kind (text, number, amount, date, choice)."}
	case f.Kind == KindTable && len(f.Columns) == 0:
		return i18n.Text{FR: "Un tableau a au moins une colonne.", EN: "A table has at least one column."}
	}
	seen[f.Name] = true
	if f.When != "" {
		if _, err := compile(f.When, expr.AsBool()); err != nil {
			return badExpression(err)
		}
	}
	if f.Kind == KindComputed {
		if _, err := compile(f.Expr, expr.AsInt()); err != nil {
			return badExpression(err)
		}
	}
	return i18n.Text{}
}

// columnsHold tells whether the columns of a table can be answered on a line.
func (f Field) columnsHold() bool {
	for _, c := range f.Columns {
		if c.Name == "" || c.Label.FR == "" || c.Kind == KindTable || c.Kind == KindFile || c.Kind == KindComputed || c.Kind == KindChoices || c.Kind == KindChoice && len(c.Options) == 0 {
			return false
		}
	}
	return true
}

func badExpression(err error) i18n.Text {
	return i18n.Text{FR: "Cette expression ne se lit pas : " + err.Error(), EN: "This expression cannot be read: " + err.Error()}
}
