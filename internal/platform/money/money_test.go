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

func TestBasisPoints(t *testing.T) {
	for in, want := range map[string]int64{"25 %": 2500, "12,5": 1250, "0,01 %": 1, "100": 10_000} {
		if got, ok := BasisPoints(in); !ok || got != want {
			t.Errorf("BasisPoints(%q) = %d, %t", in, got, ok)
		}
	}
	for _, in := range []string{"", "-1 %", "12,345", "tout"} {
		if got, ok := BasisPoints(in); ok {
			t.Errorf("BasisPoints(%q) = %d", in, got)
		}
	}
}

func TestMaskedIBAN(t *testing.T) {
	for in, want := range map[string]string{"FR76 3000 6000 0112 3456 7890 189": "FR76 •••• •••• 0189", "FR76": "••••", "": ""} {
		if got := MaskIBAN(in); got != want {
			t.Errorf("MaskIBAN(%q) = %q", in, got)
		}
	}
}

func TestIBAN(t *testing.T) {
	for _, good := range []string{"FR76 3000 6000 0112 3456 7890 189", "DE89370400440532013000", "be68 5390 0754 7034"} {
		if refusal := CheckIBAN(good); !refusal.Empty() {
			t.Errorf("%s: %s", good, refusal.EN)
		}
	}
	for bad, why := range map[string]string{"FR76 3000 6000 0112 3456 7890 188": "control digits", "FR76": "has 4 characters", "FR7630006000011234567890é9": "letters and digits", strings.Repeat("A", 40): "SEPA",
		"DE8937040044053201300": "“DE” IBAN has 22", "US89370400440532013000": "SEPA", "": "Give", "F": "SEPA"} {
		if got := CheckIBAN(bad); !strings.Contains(got.EN, why) || got.FR == "" {
			t.Errorf("%s: %q", bad, got.EN)
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
