package calls

import (
	"errors"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"maillage/internal/platform/i18n"
	"maillage/internal/platform/money"
	"maillage/internal/structures/identifier"
)

// readers refuse a value that is not of its kind, with the reason; an empty Text accepts.
var readers = map[Kind]func(string) i18n.Text{
	KindInt: func(v string) i18n.Text {
		if n, err := strconv.Atoi(money.NoSpaces(v)); err != nil || n < 0 {
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
	KindIBAN:    money.CheckIBAN,
	KindFINESS:  numbered(identifier.FINESS),
	KindSIRET:   numbered(identifier.SIRET),
	KindRPPS:    numbered(identifier.RPPS),
	KindCommune: numbered(identifier.Commune),
}

// numbered reads an official number with its control digits.
func numbered(scheme identifier.Scheme) func(string) i18n.Text {
	return func(v string) i18n.Text {
		_, err := identifier.Parse(scheme, v)
		if err == nil {
			return i18n.Text{}
		}
		var refusal *identifier.Refusal
		if errors.As(err, &refusal) {
			return refusal.Text
		}
		return i18n.Text{FR: "Ce numéro ne peut pas être lu.", EN: "This number cannot be read."}
	}
}

// digitOnly maps every digit to 0 and drops the rest.
func digitOnly(r rune) rune {
	if r >= '0' && r <= '9' {
		return '0'
	}
	return -1
}

// Cents reads an amount typed in euros as integer cents.
func Cents(v string) (int64, bool) { return money.Cents(v) }
