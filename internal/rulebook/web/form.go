package web

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/rulebook"
)

// formOf writes a rule as the fields of the form.
func formOf(r rulebook.Rule) url.Values {
	f := url.Values{
		"id": {r.ID}, "kind": {string(r.Kind)}, "title_fr": {r.Title.FR}, "title_en": {r.Title.EN}, "summary_fr": {r.Summary.FR}, "summary_en": {r.Summary.EN},
		"funder": {r.Funder}, "article": {r.Article}, "source": {r.Source.Name}, "source_url": {r.Source.URL}, "verified": {string(r.Verified)},
		"from": {string(r.From)}, "to": {string(r.To)}, "years": {strconv.Itoa(r.Years)}, "region": {r.Region},
		"who": r.Who, "plans": r.Plans, "zones": r.Zones, "not_with": {strings.Join(r.NotWith, ", ")},
		"unverified": {strings.Join(r.Unverified, ", ")}, "evidence_verified": {string(r.EvidenceVerified)},
		"evidence": {asYAML(r.Evidence)}, "table": {asYAML(r.Table)}, "tests": {asYAML(r.Tests)},
	}
	if r.Once {
		f.Set("once", "1")
	}
	for i, c := range r.Conditions {
		at := fmt.Sprintf("conditions.%d.", i)
		for name, v := range map[string]string{"id": c.ID, "label_fr": c.Label.FR, "label_en": c.Label.EN, "when": c.When, "article": c.Article} {
			f.Set(at+name, v)
		}
	}
	for i, a := range r.Amounts {
		at := fmt.Sprintf("amounts.%d.", i)
		for name, v := range map[string]string{"label_fr": a.Label.FR, "label_en": a.Label.EN, "when": a.When, "group": a.Group, "min": euros(a.Min), "max": euros(a.Max),
			"rate_min": percent(a.RateMin), "rate_max": percent(a.RateMax), "of": a.Of, "of_fr": a.OfLabel.FR, "of_en": a.OfLabel.EN, "less": a.Less, "times": a.Times, "per": string(a.Per)} {
			f.Set(at+name, v)
		}
	}
	return f
}

func euros(c rulebook.Cents) string {
	if c == 0 {
		return ""
	}
	return fmt.Sprintf("%d,%02d", c/100, c%100)
}

func percent(r rulebook.Rate) string {
	if r == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(r)/100, 'f', -1, 64)
}

func asYAML[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	j, err := json.Marshal(list)
	if err != nil {
		return ""
	}
	y, err := yaml.JSONToYAML(j)
	if err != nil {
		return ""
	}
	return string(y)
}

// ruleOf reads a rule from the fields of the form. What cannot be read is refused by field; the rule's own checks come after.
func ruleOf(f url.Values) (rulebook.Rule, error) {
	wrong := fault.Fields{}
	get := func(name string) string { return strings.TrimSpace(f.Get(name)) }
	both := func(name string) i18n.Text { return i18n.Text{FR: get(name + "_fr"), EN: get(name + "_en")} }
	years, err := strconv.Atoi("0" + get("years"))
	if err != nil || years > 50 {
		wrong.Add("years", "Écrivez un nombre d’années.", "Write a number of years.")
	}
	r := rulebook.Rule{
		ID: get("id"), Version: 1, Kind: rulebook.Kind(get("kind")), Title: both("title"), Summary: both("summary"), Funder: get("funder"), Article: get("article"),
		Source: rulebook.Source{Name: get("source"), URL: get("source_url")}, Verified: rulebook.Verified(get("verified")),
		From: rulebook.Day(get("from")), To: rulebook.Day(get("to")), Years: years, Region: get("region"),
		Who: f["who"], Plans: f["plans"], Zones: f["zones"], Once: get("once") == "1",
		NotWith: words(get("not_with")), Unverified: words(get("unverified")), EvidenceVerified: rulebook.Verified(get("evidence_verified")),
	}
	for _, at := range rows(f, "conditions") {
		c := rulebook.Condition{ID: get(at + "id"), Label: both(at + "label"), When: get(at + "when"), Article: get(at + "article")}
		if c.ID != "" || c.When != "" || !c.Label.Empty() {
			r.Conditions = append(r.Conditions, c)
		}
	}
	for _, at := range rows(f, "amounts") {
		a := rulebook.Amount{Label: both(at + "label"), Group: get(at + "group"), When: get(at + "when"), Of: get(at + "of"),
			OfLabel: i18n.Text{FR: get(at + "of_fr"), EN: get(at + "of_en")}, Less: get(at + "less"), Times: get(at + "times"), Per: rulebook.Period(get(at + "per")),
			Min: readEuros(wrong, at+"min", get(at+"min")), Max: readEuros(wrong, at+"max", get(at+"max")),
			RateMin: readPercent(wrong, at+"rate_min", get(at+"rate_min")), RateMax: readPercent(wrong, at+"rate_max", get(at+"rate_max"))}
		if !a.Label.Empty() || a.Max != 0 || a.Min != 0 || a.RateMax != 0 {
			r.Amounts = append(r.Amounts, a)
		}
	}
	readYAML(wrong, "evidence", get("evidence"), &r.Evidence)
	readYAML(wrong, "table", get("table"), &r.Table)
	readYAML(wrong, "tests", get("tests"), &r.Tests)
	return r, wrong.Err()
}

// words splits identifiers; none is nil.
func words(text string) []string {
	if text == "" {
		return nil
	}
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// rows lists the prefixes of the rows of a repeated block: "conditions.0.", "conditions.1."…
func rows(f url.Values, block string) []string {
	var numbers []int
	for name := range f {
		rest, ok := strings.CutPrefix(name, block+".")
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(number); err == nil && n >= 0 && n < 100 && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	prefixes := make([]string, len(numbers))
	for i, n := range numbers {
		prefixes[i] = fmt.Sprintf("%s.%d.", block, n)
	}
	return prefixes
}

func readEuros(wrong fault.Fields, field, text string) rulebook.Cents {
	if text == "" {
		return 0
	}
	c, err := rulebook.ParseEuros(text)
	if err != nil {
		wrong.Add(field, "Écrivez un montant en euros, par exemple 12 500,50.", "Write an amount in euros, for instance 12500.50.")
	}
	return c
}

func readPercent(wrong fault.Fields, field, text string) rulebook.Rate {
	if text == "" {
		return 0
	}
	r, err := rulebook.ParsePercent(text)
	if err != nil {
		wrong.Add(field, "Écrivez un pourcentage, par exemple 25 ou 12,5.", "Write a percentage, for instance 25 or 12.5.")
	}
	return r
}

func readYAML[T any](wrong fault.Fields, field, text string, into *[]T) {
	if text == "" {
		return
	}
	j, err := yaml.YAMLToJSON([]byte(text))
	if err == nil {
		err = json.Unmarshal(j, into)
	}
	if err != nil {
		detail, _, _ := strings.Cut(err.Error(), "\n")
		wrong.Add(field, "Ce texte ne se lit pas : "+detail, "This text cannot be read: "+detail)
	}
}
