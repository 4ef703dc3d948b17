// Package identifier checks the numbers that people, practices and places are known by. It knows nothing of who holds them.
//
// A number is refused with a sentence that says why, or accepted with a Warning when its form is right but a check that the registry
// does not promise fails: RPPS keys (the public test numbers fail them) and Corsican FINESS keys (their rule is only presumed).
package identifier

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"maillage/internal/platform/i18n"
)

// Scheme names a kind of number.
type Scheme string

// The schemes.
const (
	FINESS      Scheme = "FINESS"    // an establishment
	FINESSLegal Scheme = "FINESS_EJ" // the legal entity above it; the same form
	SIRET       Scheme = "SIRET"     // an establishment of an enterprise
	RPPS        Scheme = "RPPS"      // a health professional
	Commune     Scheme = "INSEE"     // a commune
	QPV         Scheme = "QPV"       // a priority neighbourhood
)

// Schemes lists them, in the order in which they are shown.
var Schemes = []Scheme{FINESS, FINESSLegal, SIRET, RPPS, Commune, QPV}

// Refusal says why a number is refused.
type Refusal struct{ i18n.Text }

func (r *Refusal) Error() string { return r.EN }

func refuse(fr, en string, args ...any) *Refusal {
	return &Refusal{i18n.Text{FR: fmt.Sprintf(fr, args...), EN: fmt.Sprintf(en, args...)}}
}

// Number is a number in its one written form, and what is doubtful about it.
type Number struct {
	Scheme  Scheme
	Value   string
	Warning i18n.Text // empty when nothing is
}

// Parse reads a number as people write it: spaces, dots and hyphens inside do not count. Errors are *Refusal.
func Parse(scheme Scheme, text string) (Number, error) {
	check, ok := checks[scheme]
	if !ok {
		return Number{}, refuse("« %s » n’est pas un type de numéro.", "“%s” is not a kind of number.", string(scheme))
	}
	value := compact(text)
	if value == "" {
		return Number{}, refuse("Le numéro %s est vide.", "The %s number is empty.", string(scheme))
	}
	warning, refusal := check(value)
	if refusal != nil {
		return Number{}, refusal
	}
	return Number{scheme, value, warning}, nil
}

var checks = map[Scheme]func(string) (warning i18n.Text, refusal *Refusal){
	FINESS: finess, FINESSLegal: finess, SIRET: siret, RPPS: rpps, Commune: commune, QPV: qpv,
}

// compact is the text without separators, in capitals.
func compact(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '.' || r == '-' {
			return -1
		}
		return unicode.ToUpper(r)
	}, text)
}

var (
	finessForm  = regexp.MustCompile(`^[0-9][0-9AB][0-9]{7}$`)
	communeForm = regexp.MustCompile(`^([0-9]{2}|2[AB])[0-9]{3}$`)
	newQPV      = regexp.MustCompile(`^QN[0-9][0-9AB][0-9][0-9]{2}[A-Z]$`)
	oldQPV      = regexp.MustCompile(`^QP[0-9][0-9AB][0-9]{4}$`)
)

func finess(v string) (warning i18n.Text, refusal *Refusal) {
	if refusal := length("FINESS", v, 9, "caractères", "characters"); refusal != nil {
		return warning, refusal
	}
	if !finessForm.MatchString(v) {
		return warning, refuse("Un numéro FINESS est fait de 9 chiffres (en Corse, une lettre A ou B en deuxième place).", "A FINESS number is made of 9 digits (in Corsica, a letter A or B in second place).")
	}
	plain := strings.NewReplacer("A", "1", "B", "2").Replace(v)
	switch {
	case Luhn(plain):
	case plain != v:
		warning = i18n.Text{
			FR: "La clé de ce numéro FINESS corse ne tombe pas juste ; sa règle n’est que présumée : vérifiez-le.",
			EN: "The key of this Corsican FINESS number does not match; its rule is only presumed: check the number."}
	default:
		return warning, refuse("La clé du numéro FINESS est fausse : un chiffre est sans doute mal recopié.", "The key of the FINESS number is wrong: one digit was probably mistyped.")
	}
	return warning, nil
}

// laPoste is the SIREN whose establishments follow a rule of their own.
const laPoste = "356000000"

func siret(v string) (warning i18n.Text, refusal *Refusal) {
	if refusal := digits("SIRET", v, 14); refusal != nil {
		return warning, refusal
	}
	if Luhn(v) || v[:9] == laPoste && sum(v)%5 == 0 {
		return warning, nil
	}
	return warning, refuse("La clé du numéro SIRET est fausse : un chiffre est sans doute mal recopié.", "The key of the SIRET number is wrong: one digit was probably mistyped.")
}

func rpps(v string) (warning i18n.Text, refusal *Refusal) {
	if refusal := digits("RPPS", v, 11); refusal != nil {
		return warning, refusal
	}
	if !Luhn(v) {
		warning = i18n.Text{
			FR: "La clé de ce numéro RPPS ne tombe pas juste (les numéros de test sont dans ce cas) : vérifiez-le.",
			EN: "The key of this RPPS number does not match (test numbers are like that): check the number."}
	}
	return warning, nil
}

func commune(v string) (warning i18n.Text, refusal *Refusal) {
	if !communeForm.MatchString(v) {
		return warning, refuse("Un code INSEE de commune a 5 caractères : 5 chiffres, ou 2A ou 2B suivi de 3 chiffres.", "An INSEE commune code has 5 characters: 5 digits, or 2A or 2B and 3 digits.")
	}
	return warning, nil
}

func qpv(v string) (warning i18n.Text, refusal *Refusal) {
	if !newQPV.MatchString(v) && !oldQPV.MatchString(v) {
		return warning, refuse("Un code de quartier prioritaire s’écrit QN, 5 chiffres et une lettre (2024), ou QP et 6 chiffres (avant).",
			"A priority neighbourhood code is QN, 5 digits and a letter (2024), or QP and 6 digits (before).")
	}
	return warning, nil
}

func digits(name, v string, n int) *Refusal {
	if refusal := length(name, v, n, "chiffres", "digits"); refusal != nil {
		return refusal
	}
	for _, r := range v {
		if r < '0' || r > '9' {
			return refuse("Un numéro %s ne contient que des chiffres ; « %c » n’en est pas un.", "A %s number holds digits only; “%c” is not one.", name, r)
		}
	}
	return nil
}

func length(name, v string, n int, fr, en string) *Refusal {
	if got := len([]rune(v)); got != n {
		return &Refusal{i18n.Text{
			FR: fmt.Sprintf("Un numéro %s a %d %s ; celui-ci en a %d.", name, n, fr, got),
			EN: fmt.Sprintf("A %s number has %d %s; this one has %d.", name, n, en, got)}}
	}
	return nil
}

// Luhn tells whether a text of digits ends with its right key; false when it holds anything else.
func Luhn(v string) bool {
	total := 0
	for i := range len(v) {
		d := int(v[len(v)-1-i]) - '0'
		if d < 0 || d > 9 {
			return false
		}
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		total += d
	}
	return v != "" && total%10 == 0
}

// WithKey adds its Luhn key to a text of digits: how reserved test numbers are made.
func WithKey(body string) string {
	for key := range 10 {
		if v := fmt.Sprintf("%s%d", body, key); Luhn(v) {
			return v
		}
	}
	return ""
}

func sum(v string) int {
	total := 0
	for _, r := range v {
		total += int(r - '0')
	}
	return total
}
