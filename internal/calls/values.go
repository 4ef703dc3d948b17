package calls

import (
	"math/big"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"maillage/internal/platform/i18n"
)

// readers refuse a value that is not of its kind, with the reason; an empty Text accepts. FINESS, SIRET, RPPS and communes are added by
// the structures room's identifiers through RegisterReader.
var readers = map[Kind]func(string) i18n.Text{
	KindInt: func(v string) i18n.Text {
		if n, err := strconv.Atoi(noSpaces(v)); err != nil || n < 0 {
			return i18n.Text{FR: "Écrivez un nombre entier, sans virgule.", EN: "Write a whole number."}
		}
		return i18n.Text{}
	},
	KindEuro: func(v string) i18n.Text {
		if _, ok := Cents(v); !ok {
			return i18n.Text{FR: "Écrivez un montant en euros, par exemple 12 500 ou 12 500,50.", EN: "Write an amount in euros, such as 12 500 or 12 500.50."}
		}
		return i18n.Text{}
	},
	KindDate: func(v string) i18n.Text {
		if _, err := time.Parse(time.DateOnly, v); err != nil {
			return i18n.Text{FR: "Écrivez une date qui existe.", EN: "Write a date that exists."}
		}
		return i18n.Text{}
	},
	KindYesNo: func(v string) i18n.Text {
		if v != "yes" && v != "no" {
			return i18n.Text{FR: "Répondez par oui ou par non.", EN: "Answer yes or no."}
		}
		return i18n.Text{}
	},
	KindEmail: func(v string) i18n.Text {
		if a, err := mail.ParseAddress(v); err != nil || a.Address != v {
			return i18n.Text{FR: "Cette adresse électronique n’est pas complète.", EN: "This e-mail address is not complete."}
		}
		return i18n.Text{}
	},
	KindPhone: func(v string) i18n.Text {
		digits := strings.Count(strings.Map(digitOnly, v), "0")
		if digits < 9 || digits > 15 {
			return i18n.Text{FR: "Ce numéro de téléphone n’a pas le bon nombre de chiffres.", EN: "This phone number does not have the right count of digits."}
		}
		return i18n.Text{}
	},
	KindIBAN: CheckIBAN,
}

// digitOnly maps every digit to 0 and drops the rest.
func digitOnly(r rune) rune {
	if r >= '0' && r <= '9' {
		return '0'
	}
	return -1
}

// noSpaces drops every space that people and French typography put inside numbers.
func noSpaces(v string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(strings.TrimSpace(v))
}

// Cents reads an amount typed in euros ("12 500,50 €") as integer cents; ok is false when it is no amount, negative, or over a
// thousand million euros.
func Cents(v string) (cents int64, ok bool) {
	v = strings.TrimSuffix(noSpaces(v), "€")
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
	v = strings.ToUpper(noSpaces(v))
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
