package identifier

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		scheme         Scheme
		text, value    string
		refused, doubt bool
	}{
		{FINESS, "910 002 773", "910002773", false, false},
		{FINESS, "300017910", "300017910", false, false},
		{FINESS, "300017911", "", true, false},
		{FINESS, "30001791", "", true, false},
		{FINESS, "3A0017910", "3A0017910", false, true},
		{FINESS, "2C0000010", "", true, false},
		{FINESSLegal, "300780038", "300780038", false, false},
		{SIRET, "263 000 036 00255", "26300003600255", false, false},
		{SIRET, "26300003600256", "", true, false},
		{SIRET, "2630000360025A", "", true, false},
		{SIRET, "35600000000048", "35600000000048", false, false},
		{SIRET, "35600000049837", "35600000049837", false, false}, // La Poste: the digits add up to 45, Luhn fails
		{SIRET, "35600000049838", "", true, false},
		{RPPS, "10003456785", "10003456785", false, true},
		{RPPS, "899700245667", "", true, false},
		{RPPS, "89970024566", "89970024566", false, true},
		{Commune, "2a004", "2A004", false, false},
		{Commune, "2C004", "", true, false},
		{Commune, "Grigny", "", true, false},
		{QPV, "QN07501M", "QN07501M", false, false},
		{QPV, "qp075001", "QP075001", false, false},
		{QPV, "QN075010", "", true, false},
		{FINESS, " ", "", true, false},
		{"INS", "1", "", true, false},
	} {
		n, err := Parse(c.scheme, c.text)
		if (err != nil) != c.refused || n.Value != c.value {
			t.Errorf("%s %q: got %q, %v", c.scheme, c.text, n.Value, err)
			continue
		}
		var r *Refusal
		if c.refused && (!errors.As(err, &r) || r.FR == "" || r.EN == "") {
			t.Errorf("%s %q: the refusal does not speak both languages", c.scheme, c.text)
		}
		if !c.refused && n.Warning.Empty() == c.doubt {
			t.Errorf("%s %q: warning %q", c.scheme, c.text, n.Warning.FR)
		}
	}
}

// TestOneWrongDigitIsSeen is what a key is for.
func TestOneWrongDigitIsSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scheme := rapid.SampledFrom([]Scheme{FINESS, SIRET}).Draw(t, "scheme")
		size := map[Scheme]int{FINESS: 9, SIRET: 14}[scheme]
		body := rapid.StringOfN(rapid.RuneFrom([]rune("0123456789")), size-1, size-1, -1).Draw(t, "body")
		v := WithKey(body)
		if strings.HasPrefix(v, laPoste) {
			return
		}
		if _, err := Parse(scheme, v); err != nil {
			t.Fatalf("%s: %v", v, err)
		}
		at := rapid.IntRange(0, size-1).Draw(t, "at")
		other := byte('0' + (int(v[at]-'0')+rapid.IntRange(1, 9).Draw(t, "by"))%10)
		if _, err := Parse(scheme, v[:at]+string(other)+v[at+1:]); err == nil {
			t.Fatalf("%s with %c at %d is accepted", v, other, at)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"910002773", "2A0000014", "35600000000048", "QN07501M", "é\x00", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, scheme := range Schemes {
			n, err := Parse(scheme, text)
			if err != nil {
				continue
			}
			again, err := Parse(scheme, n.Value)
			if err != nil || again != n {
				t.Fatalf("%s %q gives %q, which gives %q, %v", scheme, text, n.Value, again.Value, err)
			}
		}
	})
}
