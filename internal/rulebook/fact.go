package rulebook

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/money"
)

// Type says what a fact is and how it is asked.
type Type string

// The types, with what the value is in Go and in expressions.
const (
	TypeChoice  Type = "choice"  // string, one of Choices
	TypeChoices Type = "choices" // []string, some of Choices
	TypeYesNo   Type = "yesno"   // bool
	TypeCount   Type = "count"   // int, 0 or more
	TypeNumber  Type = "number"  // float64, 0 or more
	TypeMoney   Type = "money"   // int, cents
)

// Choice is one value of a fact.
type Choice struct {
	ID    string
	Label i18n.Text
}

// Fact is something that rules may ask about.
type Fact struct {
	ID      string
	Type    Type
	Label   i18n.Text
	Choices []Choice
	// Derived says that our own data gives it once the place is known; people are not asked.
	Derived bool
}

// Profile is the facts known of whoever asks; a fact that is absent is unknown.
type Profile map[string]any

// FactByID finds a fact.
func FactByID(id string) (Fact, bool) {
	for _, f := range Facts {
		if f.ID == id {
			return f, true
		}
	}
	return Fact{}, false
}

// sample gives a value of the type, for type checking.
func (f Fact) sample() any {
	return map[Type]any{TypeChoice: "", TypeChoices: []string{}, TypeYesNo: false, TypeCount: 0, TypeNumber: 0.0, TypeMoney: 0}[f.Type]
}

// Choice finds a choice by its identifier.
func (f Fact) Choice(id string) (Choice, bool) {
	for _, c := range f.Choices {
		if c.ID == id {
			return c, true
		}
	}
	return Choice{}, false
}

// maxNumber bounds what people may type: beyond it, sums of cents could no longer be trusted.
const maxNumber = 1e9

// Parse reads a value as a form sends it. No text at all is unknown: (nil, nil). Errors are sentences for the reader.
func (f Fact) Parse(texts []string) (any, *i18n.Text) {
	var given []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			given = append(given, t)
		}
	}
	if len(given) == 0 {
		return nil, nil
	}
	switch f.Type {
	case TypeChoices:
		for _, id := range given {
			if _, ok := f.Choice(id); !ok {
				return nil, &i18n.Text{FR: "Ce choix n’existe pas.", EN: "There is no such choice."}
			}
		}
		return given, nil
	case TypeChoice:
		if _, ok := f.Choice(given[0]); !ok {
			return nil, &i18n.Text{FR: "Ce choix n’existe pas.", EN: "There is no such choice."}
		}
		return given[0], nil
	case TypeYesNo:
		return given[0] == "1" || given[0] == "oui" || given[0] == "true", nil
	case TypeMoney:
		c, err := ParseEuros(given[0])
		if err != nil || c > maxNumber*100 {
			return nil, &i18n.Text{FR: "Écrivez un montant en euros, par exemple 12 500,50.", EN: "Write an amount in euros, for instance 12500.50."}
		}
		return int(c), nil
	}
	return f.parseNumber(given[0])
}

func (f Fact) parseNumber(text string) (any, *i18n.Text) {
	x, err := strconv.ParseFloat(strings.Replace(money.NoSpaces(text), ",", ".", 1), 64)
	if err != nil || math.IsNaN(x) || x < 0 || x > maxNumber {
		return nil, &i18n.Text{FR: "Écrivez un nombre, par exemple 3 ou 2,5.", EN: "Write a number, for instance 3 or 2.5."}
	}
	if f.Type == TypeNumber {
		return x, nil
	}
	if x != math.Trunc(x) {
		return nil, &i18n.Text{FR: "Écrivez un nombre entier.", EN: "Write a whole number."}
	}
	return int(x), nil
}

// ParseProfile reads the facts of a form or of a link. What cannot be read is refused by field; the rest is in the profile anyway.
func ParseProfile(form url.Values) (Profile, error) {
	p := Profile{}
	wrong := fault.Fields{}
	for _, f := range Facts {
		v, refusal := f.Parse(form[f.ID])
		if refusal != nil {
			wrong.Add(f.ID, refusal.FR, refusal.EN)
		} else if v != nil {
			p[f.ID] = v
		}
	}
	return p, wrong.Err()
}

// normal brings a value read from JSON (a test, a frozen file) to the fact's type.
func (f Fact) normal(v any) (any, error) {
	bad := fmt.Errorf("fact %s: %v (%T) is not a %s", f.ID, v, v, f.Type)
	switch f.Type {
	case TypeChoices:
		return normalChoices(f, v)
	case TypeMoney:
		if s, ok := v.(string); ok {
			c, err := ParseEuros(s)
			return int(c), err
		}
		fallthrough
	case TypeCount:
		switch n := v.(type) {
		case int:
			return n, nil
		case float64:
			if n == math.Trunc(n) {
				return int(n), nil
			}
		}
		return nil, bad
	case TypeNumber:
		switch n := v.(type) {
		case int:
			return float64(n), nil
		case float64:
			return n, nil
		}
		return nil, bad
	case TypeYesNo:
		if b, ok := v.(bool); ok {
			return b, nil
		}
		return nil, bad
	}
	if s, ok := v.(string); ok {
		if _, known := f.Choice(s); known {
			return s, nil
		}
	}
	return nil, bad
}

func normalChoices(f Fact, v any) (any, error) {
	var ids []string
	switch list := v.(type) {
	case []string:
		ids = list
	case []any:
		for _, x := range list {
			s, _ := x.(string)
			ids = append(ids, s)
		}
	}
	for _, id := range ids {
		if _, ok := f.Choice(id); !ok {
			return nil, fmt.Errorf("fact %s: %q is no choice", f.ID, id)
		}
	}
	return ids, nil
}

// Normal brings every value of a profile to its fact's type, and refuses facts that do not exist.
func (p Profile) Normal() (Profile, error) {
	out := make(Profile, len(p))
	for id, v := range p {
		f, ok := FactByID(id)
		if !ok {
			return nil, fmt.Errorf("there is no fact %q", id)
		}
		value, err := f.normal(v)
		if err != nil {
			return nil, err
		}
		out[id] = value
	}
	return out, nil
}
