package money

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCents(t *testing.T) {
	for in, want := range map[string]int64{"12 500": 1250000, "12\u202f500,5 €": 1250050, "0,01": 1, "12500.50": 1250050, "1000000000": 100_000_000_000} {
		if got, ok := Cents(in); !ok || got != want {
			t.Errorf("Cents(%q) = %d, %t", in, got, ok)
		}
	}
	for _, in := range []string{"", "-1", "12,345", "douze", "1,2,3", "9999999999", "1e3", ",5"} {
		if got, ok := Cents(in); ok {
			t.Errorf("Cents(%q) = %d", in, got)
		}
	}
}

func TestIBAN(t *testing.T) {
	for _, good := range []string{"FR76 3000 6000 0112 3456 7890 189", "DE89370400440532013000"} {
		if refusal := CheckIBAN(good); !refusal.Empty() {
			t.Errorf("%s: %s", good, refusal.EN)
		}
	}
	for _, bad := range []string{"FR76 3000 6000 0112 3456 7890 188", "FR76", "FR7630006000011234567890é9", strings.Repeat("A", 40)} {
		if CheckIBAN(bad).Empty() {
			t.Errorf("%s is accepted", bad)
		}
	}
}

// One wrong digit in an IBAN is always found.
func TestOneWrongDigitOfAnIBANIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		iban := []byte("FR7630006000011234567890189")
		i := rapid.IntRange(2, len(iban)-1).Draw(t, "place")
		d := byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		if d == iban[i] {
			return
		}
		iban[i] = d
		if CheckIBAN(string(iban)).Empty() {
			t.Fatalf("%s is accepted", iban)
		}
	})
}
