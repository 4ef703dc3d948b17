package script

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

func TestJoin(t *testing.T) {
	for in, want := range map[string]string{
		"الطبي": "\ufe8d\ufedf\ufec4\ufe92\ufef2", // alone, first, between, between, last
		"سؤال":  "\ufeb3\ufe86\ufe8d\ufedd",       // waw and alef do not reach for the letter after
		"لا":    "\ufefb",
		"بلا":   "\ufe91\ufefc",
		"شيء":   "\ufeb7\ufef2\ufe80",
		"بَب":   "\ufe91\ufe90", // a vowel sign is left out
		"ب، 15": "\ufe8f، 15",
		"Œuvre": "Œuvre",
	} {
		if got := Join(in); got != want {
			t.Errorf("%s gives %+q, want %+q", in, got, want)
		}
	}
}

// TestEveryLetterHasItsForms goes back from the drawn forms to the letter, by Unicode's own table, and finds each in the font.
func TestEveryLetterHasItsForms(t *testing.T) {
	font, err := sfnt.Parse(arabic)
	if err != nil {
		t.Fatal(err)
	}
	var b sfnt.Buffer
	for r := rune(0x621); r <= 0x64a; r++ {
		if r >= 0x63b && r <= 0x63f || r == tatweel {
			continue
		}
		for _, text := range []string{string(r), "ب" + string(r), string(r) + "ب", "ب" + string(r) + "ب", "ل" + string(r)} {
			drawn := Join(text)
			if got := norm.NFKC.String(drawn); got != text {
				t.Errorf("%s is drawn as %s", text, got)
			}
			for _, form := range drawn {
				if i, err := font.GlyphIndex(&b, form); err != nil || i == 0 || FaceOf(form) != arabicFace {
					t.Errorf("no form %U of %U", form, r)
				}
			}
		}
	}
}

func TestOrder(t *testing.T) {
	for in, want := range map[string]string{
		"اب 15 جد": "دج 15 با",
		"اب " + Isolate("01 40 00 00 01") + ".":                                               ".01 40 00 00 01 با",
		"في " + Isolate("02/03/2026 15:04") + "، " + Isolate("12 rue d’Alésia (Paris)") + ".": ".12 rue d’Alésia (Paris) ،02/03/2026 15:04 يف",
		Isolate("12 rue"): "12 rue",
	} {
		if got := Order(in, true); got != want {
			t.Errorf("%s is drawn as\n%+q, want\n%+q", in, got, want)
		}
	}
	if got := Order("a "+Isolate("b")+" c", false); got != "a b c" {
		t.Errorf("%q", got)
	}
}

func TestReopen(t *testing.T) {
	if got := Order(Reopen(string(isolate)+"12 rue", "3 Paris"+string(pop)+" اب"), true); got != "با 3 Paris" {
		t.Errorf("%+q", got)
	}
	if got := Reopen("اب "+Isolate("1"), "ج"); got != "ج" {
		t.Errorf("%+q", got)
	}
}

func TestPieces(t *testing.T) {
	if got := Pieces("就诊，地址：12"); !slices.Equal(got, []string{"就", "诊，", "地", "址：12"}) {
		t.Errorf("%q", got)
	}
	if got := Pieces("word"); strings.Join(got, "|") != "word" {
		t.Errorf("%q", got)
	}
}
