package rulebook

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,60}$`)

// Check refuses a rule that does not hold together, field by field: "from", "conditions.2.when", "amounts.0.max". Expressions are
// compiled. It does not run the rule's tests.
func (r Rule) Check() error {
	_, err := compileRule(r)
	return err
}

// compiled is a rule ready to be asked.
type compiled struct {
	Rule
	conditions []*expression
	amounts    []*expression // nil where the amount is always there
}

func compileRule(r Rule) (*compiled, error) {
	wrong := fault.Fields{}
	r.checkIdentity(wrong)
	r.checkWhere(wrong)
	c := &compiled{Rule: r}
	for i, cond := range r.Conditions {
		at := fmt.Sprintf("conditions.%d.", i)
		if !idForm.MatchString(cond.ID) {
			wrong.Add(at+"id", "Un identifiant court est nécessaire (lettres, chiffres, tirets).", "A short identifier is needed (letters, digits, hyphens).")
		}
		needText(wrong, at+"label", cond.Label)
		c.conditions = append(c.conditions, compileField(wrong, at+"when", cond.When))
	}
	for _, id := range r.Unverified {
		if !slices.Contains([]string{"who", "plan", "region", "zone"}, id) && !slices.ContainsFunc(r.Conditions, func(c Condition) bool { return c.ID == id }) {
			wrong.Add("unverified", fmt.Sprintf("« %s » n’est pas une condition de la règle.", id), fmt.Sprintf("“%s” is no condition of the rule.", id))
		}
	}
	for i, a := range r.Amounts {
		a.check(wrong, fmt.Sprintf("amounts.%d.", i))
		var when *expression
		if a.When != "" {
			when = compileField(wrong, fmt.Sprintf("amounts.%d.when", i), a.When)
		}
		c.amounts = append(c.amounts, when)
	}
	for i, e := range r.Evidence {
		needText(wrong, fmt.Sprintf("evidence.%d.label", i), e.Label)
	}
	for i, row := range r.Table {
		needText(wrong, fmt.Sprintf("table.%d.label", i), row.Label)
	}
	return c, wrong.Err()
}

func compileField(wrong fault.Fields, field, source string) *expression {
	e, err := compile(source)
	var bad *SyntaxError
	if errors.As(err, &bad) {
		m := bad.Message()
		wrong.Add(field, m.FR, m.EN)
	} else if err != nil {
		wrong.Add(field, err.Error(), err.Error())
	}
	return e
}

func (r Rule) checkIdentity(wrong fault.Fields) {
	if !idForm.MatchString(r.ID) {
		wrong.Add("id", "L’identifiant ne tient que des lettres sans accent, des chiffres et des tirets.", "The identifier holds only plain letters, digits and hyphens.")
	}
	if r.Version < 1 {
		wrong.Add("version", "La version est un nombre à partir de 1.", "The version is a number from 1.")
	}
	if r.Kind != KindAid && r.Kind != KindReference {
		wrong.Add("kind", "Une règle est une aide ou une référence.", "A rule is an aid or a reference.")
	}
	needText(wrong, "title", r.Title)
	if r.Article == "" {
		wrong.Add("article", "Indiquez le texte qui fonde la règle.", "Name the text that founds the rule.")
	}
	if r.Source.Name == "" {
		wrong.Add("source", "Indiquez où la règle a été lue.", "Say where the rule was read.")
	}
	if !slices.Contains([]Verified{VerifiedYes, VerifiedSecondary, VerifiedNo}, r.Verified) {
		wrong.Add("verified", "Dites si les montants sont vérifiés.", "Say whether the amounts are verified.")
	}
	if !r.From.Valid() {
		wrong.Add("from", "Donnez le premier jour d’application (AAAA-MM-JJ).", "Give the first day in force (YYYY-MM-DD).")
	}
	if r.To != "" && (!r.To.Valid() || r.To < r.From) {
		wrong.Add("to", "Le dernier jour suit le premier.", "The last day follows the first.")
	}
}

func (r Rule) checkWhere(wrong fault.Fields) {
	check := func(field, fact string, values []string, more ...string) {
		f, _ := FactByID(fact)
		for _, v := range values {
			if _, ok := f.Choice(v); !ok && !slices.Contains(more, v) {
				wrong.Add(field, fmt.Sprintf("« %s » n’est pas un choix.", v), fmt.Sprintf("“%s” is not a choice.", v))
			}
		}
	}
	check("who", "who", r.Who)
	check("plans", "plan", r.Plans)
	check("zones", "zone", r.Zones, "QPV")
	if r.Region != "" {
		check("region", "region", []string{r.Region})
	}
	if r.Kind == KindAid && !slices.ContainsFunc(Funders, func(f Funder) bool { return f.ID == r.Funder }) {
		wrong.Add("funder", "Choisissez le financeur dans la liste.", "Choose the funder in the list.")
	}
}

func (a Amount) check(wrong fault.Fields, at string) {
	needText(wrong, at+"label", a.Label)
	if a.Max != 0 && a.Min > a.Max {
		wrong.Add(at+"max", "Le maximum est sous le minimum.", "The maximum is below the minimum.")
	}
	if a.RateMin > a.RateMax || a.RateMax > 10000 {
		wrong.Add(at+"rate_max", "Les taux vont du plus petit au plus grand, jusqu’à 100 %.", "Rates go from the smallest to the largest, up to 100%.")
	}
	for field, id := range map[string]string{"of": a.Of, "less": a.Less} {
		if f, ok := FactByID(id); id != "" && (!ok || f.Type != TypeMoney) {
			wrong.Add(at+field, "Ce fait n’est pas un montant.", "This fact is not an amount of money.")
		}
	}
	if f, ok := FactByID(a.Times); a.Times != "" && (!ok || f.Type != TypeCount) {
		wrong.Add(at+"times", "Ce fait n’est pas un nombre entier.", "This fact is not a whole number.")
	}
	if !slices.Contains([]Period{Once, PerYear, PerMonth, PerPoint}, a.Per) {
		wrong.Add(at+"per", "Cette période n’existe pas.", "There is no such period.")
	}
}

func needText(wrong fault.Fields, field string, t i18n.Text) {
	if t.FR == "" || t.EN == "" {
		wrong.Add(field, "Un texte est nécessaire dans les deux langues.", "A text is needed in both languages.")
	}
}
