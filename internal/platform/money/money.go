// Package money reads and checks what people type about money.
package money

import (
	"math/big"
	"strconv"
	"strings"

	"maillage/internal/platform/i18n"
)

// NoSpaces drops every space that people and French typography put inside numbers.
func NoSpaces(v string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(strings.TrimSpace(v))
}

// Cents reads an amount typed in euros ("12 500,50 €") as integer cents; ok is false when it is no amount, negative, or over a
// thousand million euros.
func Cents(v string) (cents int64, ok bool) {
	v = strings.TrimSuffix(NoSpaces(v), "€")
	whole, frac, cut := strings.Cut(strings.Replace(v, ",", ".", 1), ".")
	if whole == "" || len(whole) > 10 || cut && (frac == "" || len(frac) > 2) {
		return 0, false
	}
	euros, err := strconv.ParseUint(whole, 10, 63)
	if err != nil || euros > 1_000_000_000 {
		return 0, false
	}
	for len(frac) < 2 {
		frac += "0"
	}
	rest, err := strconv.ParseUint(frac, 10, 8)
	if err != nil {
		return 0, false
	}
	return int64(euros)*100 + int64(rest), true
}

// CheckIBAN refuses an IBAN whose length or control digits (ISO 13616, modulo 97) are wrong; French ones have 27 characters.
func CheckIBAN(v string) i18n.Text {
	v = strings.ToUpper(NoSpaces(v))
	if len(v) < 15 || len(v) > 34 || strings.HasPrefix(v, "FR") && len(v) != 27 {
		return i18n.Text{FR: "Cet IBAN n’a pas la bonne longueur (27 caractères en France).", EN: "This IBAN does not have the right length (27 characters in France)."}
	}
	var digits strings.Builder
	for _, r := range v[4:] + v[:4] {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r >= 'A' && r <= 'Z':
			digits.WriteString(strconv.Itoa(int(r-'A') + 10))
		default:
			return i18n.Text{FR: "Un IBAN ne contient que des lettres et des chiffres.", EN: "An IBAN holds letters and digits only."}
		}
	}
	n, _ := new(big.Int).SetString(digits.String(), 10)
	if n.Mod(n, big.NewInt(97)).Int64() != 1 {
		return i18n.Text{FR: "Les chiffres de contrôle de cet IBAN ne correspondent pas : vérifiez la saisie.", EN: "The control digits of this IBAN do not match: check what was typed."}
	}
	return i18n.Text{}
}
