package money

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"maillage/internal/platform/i18n"
)

// ibanLength is how many characters an account number of each country of the single euro payments area has (ISO 13616).
var ibanLength = map[string]int{
	"AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27,
	"HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
	"SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}

// NormalIBAN is the IBAN without spaces, in capitals: as it is kept.
func NormalIBAN(v string) string { return strings.ToUpper(NoSpaces(v)) }

// MaskIBAN shows of an IBAN what lets people recognise it: its country, its control digits and its last four characters.
func MaskIBAN(v string) string {
	v = NormalIBAN(v)
	if len(v) < 12 {
		return strings.Repeat("•", len(v))
	}
	return v[:4] + " •••• •••• " + v[len(v)-4:]
}

// CheckIBAN refuses an IBAN whose country is not one that is paid in euros by transfer, whose length is not its country's, or whose
// control digits (ISO 13616, modulo 97) do not match.
func CheckIBAN(v string) i18n.Text {
	v = NormalIBAN(v)
	if v == "" {
		return i18n.Text{FR: "Donnez l’IBAN du compte à créditer.", EN: "Give the IBAN of the account to credit."}
	}
	var digits strings.Builder
	for _, r := range v[min(4, len(v)):] + v[:min(4, len(v))] {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r >= 'A' && r <= 'Z':
			digits.WriteString(strconv.Itoa(int(r-'A') + 10))
		default:
			return i18n.Text{FR: "Un IBAN ne contient que des lettres et des chiffres.", EN: "An IBAN holds letters and digits only."}
		}
	}
	country := v[:min(2, len(v))]
	length, known := ibanLength[country]
	if !known {
		return i18n.Text{FR: fmt.Sprintf("Un IBAN commence par le code d’un pays de la zone SEPA (« FR » pour la France) ; « %s » n’en est pas un.", country),
			EN: fmt.Sprintf("An IBAN begins with the code of a country of the SEPA area (“FR” for France); “%s” is not one.", country)}
	}
	if len(v) != length {
		return i18n.Text{FR: fmt.Sprintf("Cet IBAN a %d caractères ; un IBAN « %s » en a %d.", len(v), country, length), EN: fmt.Sprintf("This IBAN has %d characters; a “%s” IBAN has %d.", len(v), country, length)}
	}
	n, _ := new(big.Int).SetString(digits.String(), 10)
	if n.Mod(n, big.NewInt(97)).Int64() != 1 {
		return i18n.Text{FR: "Les chiffres de contrôle de cet IBAN ne correspondent pas : vérifiez la saisie.", EN: "The control digits of this IBAN do not match: check what was typed."}
	}
	return i18n.Text{}
}
