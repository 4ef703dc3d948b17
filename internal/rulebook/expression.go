package rulebook

import (
	"errors"
	"fmt"
	"slices"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"maillage/internal/platform/i18n"
)

// maxNodes bounds an expression: what is longer is several conditions.
const maxNodes = 60

// answer is what a condition says: yes, no, or unknown because a fact is missing.
type answer int8

const (
	unknown answer = iota
	no
	yes
)

// expression is a compiled condition. Conjunctions, disjunctions and negations are kept as a tree so that "a or b" is true when a is,
// whether or not b is known.
type expression struct {
	operator string // "and", "or", "not", or "" for a leaf
	parts    []*expression
	program  *vm.Program
	facts    []string
}

// SyntaxError is an expression that does not compile, and where.
type SyntaxError struct {
	Line, Column int    // from 1
	Detail       string // from the compiler, in English
	forbidden    bool   // it reads, but does what rules may not
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Detail)
}

// Message is the refusal for the reader.
func (e *SyntaxError) Message() i18n.Text {
	if e.forbidden {
		return i18n.Text{
			FR: fmt.Sprintf("Ligne %d, colonne %d : une règle ne fait que comparer, calculer et relier par and, or, not ; ni appel, ni boucle.", e.Line, e.Column),
			EN: fmt.Sprintf("Line %d, column %d: a rule only compares, computes and joins with and, or, not; no call, no loop.", e.Line, e.Column),
		}
	}
	return i18n.Text{
		FR: fmt.Sprintf("L’expression ne se lit pas, ligne %d, colonne %d : %s", e.Line, e.Column, e.Detail),
		EN: fmt.Sprintf("The expression cannot be read, line %d, column %d: %s", e.Line, e.Column, e.Detail),
	}
}

var factEnv = func() map[string]any {
	env := map[string]any{}
	for _, f := range Facts {
		env[f.ID] = f.sample()
	}
	return env
}()

// compile reads and type-checks an expression over Facts. Only comparisons, arithmetic, lists and logic are taken: nothing that
// calls, indexes or loops. Errors are *SyntaxError.
func compile(source string) (*expression, error) {
	if _, err := expr.Compile(source, options()...); err != nil {
		return nil, syntaxError(source, err)
	}
	tree, err := parser.Parse(source)
	if err != nil {
		return nil, syntaxError(source, err)
	}
	w := &walker{}
	ast.Walk(&tree.Node, w)
	if w.refused != nil {
		line, column := position(source, w.refused.Location().From)
		return nil, &SyntaxError{line, column, "only comparisons, arithmetic, lists, and, or, not are allowed: no call, no loop", true}
	}
	return split(tree.Node)
}

func options() []expr.Option {
	return []expr.Option{expr.Env(factEnv), expr.AsBool(), expr.DisableAllBuiltins(), expr.MaxNodes(maxNodes)}
}

func syntaxError(source string, err error) *SyntaxError {
	var at *file.Error
	if !errors.As(err, &at) {
		return &SyntaxError{1, 1, err.Error(), false}
	}
	line, column := position(source, at.From)
	return &SyntaxError{line, column, at.Message, false}
}

func position(source string, rune0 int) (line, column int) {
	line, column = 1, 1
	for i, r := range []rune(source) {
		if i >= rune0 {
			break
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return line, column
}

// walker collects the facts of an expression and the first node that rules may not use.
type walker struct {
	facts   []string
	refused ast.Node
}

// operators are the binary operators that rules may use.
var operators = []string{"and", "&&", "or", "||", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "+", "-", "*", "/"}

// Visit is called for each node.
func (w *walker) Visit(node *ast.Node) {
	allowed := true
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		if !slices.Contains(w.facts, n.Value) {
			w.facts = append(w.facts, n.Value)
		}
	case *ast.BinaryNode:
		allowed = slices.Contains(operators, n.Operator)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode, *ast.ConstantNode, *ast.UnaryNode, *ast.ArrayNode:
	default:
		allowed = false
	}
	if !allowed && w.refused == nil {
		w.refused = *node
	}
}

// split keeps the logic of an expression as a tree, and compiles what is between.
func split(node ast.Node) (*expression, error) {
	switch n := node.(type) {
	case *ast.BinaryNode:
		operator, ok := map[string]string{"and": "and", "&&": "and", "or": "or", "||": "or"}[n.Operator]
		if ok {
			return join(operator, n.Left, n.Right)
		}
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			return join("not", n.Node)
		}
	}
	w := &walker{}
	ast.Walk(&node, w)
	program, err := expr.Compile(node.String(), options()...)
	if err != nil {
		return nil, syntaxError(node.String(), err)
	}
	return &expression{program: program, facts: w.facts}, nil
}

func join(operator string, nodes ...ast.Node) (*expression, error) {
	e := &expression{operator: operator}
	for _, n := range nodes {
		part, err := split(n)
		if err != nil {
			return nil, err
		}
		e.parts = append(e.parts, part)
		for _, f := range part.facts {
			if !slices.Contains(e.facts, f) {
				e.facts = append(e.facts, f)
			}
		}
	}
	return e, nil
}

// ask evaluates against what is known. The profile must be Normal.
func (e *expression) ask(p Profile) answer {
	switch e.operator {
	case "and":
		return min3(e.parts[0].ask(p), e.parts[1].ask(p))
	case "or":
		return negate(min3(negate(e.parts[0].ask(p)), negate(e.parts[1].ask(p))))
	case "not":
		return negate(e.parts[0].ask(p))
	}
	for _, f := range e.facts {
		if _, known := p[f]; !known {
			return unknown
		}
	}
	out, err := expr.Run(e.program, map[string]any(p))
	if err != nil { // a division by zero, for instance: nobody can tell
		return unknown
	}
	if holds, _ := out.(bool); holds {
		return yes
	}
	return no
}

// min3 is the conjunction: one no is enough.
func min3(a, b answer) answer {
	if a == no || b == no {
		return no
	}
	return min(a, b)
}

func negate(a answer) answer {
	return map[answer]answer{yes: no, no: yes}[a]
}
