package i18n

import (
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFrenchTypography(t *testing.T) {
	for in, want := range map[string]string{
		"Protocole : oui ; non ? Si !":       "Protocole\u00a0: oui\u202f; non\u202f? Si\u202f!",
		"pages « Accès »":                    "pages «\u00a0Accès\u00a0»",
		"« ":                                 "«\u00a0",
		"(quoi ?)":                           "(quoi\u202f?)",
		"à 12:30, voir https://a.fr/?x=1":    "à 12:30, voir https://a.fr/?x=1",
		"SELECT :id, a ?b, x != y":           "SELECT :id, a ?b, x != y",
		"Val-d'Oise, L'Haÿ, aujourd&#39;hui": "Val-d’Oise, L’Haÿ, aujourd’hui",
		"'mot' et &#39;mot&#39;":             "'mot' et &#39;mot&#39;",
		"Paris 13e Arrondissement":           "Paris 13ᵉ arrondissement",
		"Paris 1er Arrondissement":           "Paris 1ᵉʳ arrondissement",
		"dès le 1er mars, le 2e appel":       "dès le 1ᵉʳ mars, le 2ᵉ appel",
		"a13e b, 2024e b, 13e, 0x1e c, 1er":  "a13e b, 2024e b, 13e, 0x1e c, 1er",
		"60 %, 12 €, de % :":                 "60\u00a0%, 12\u00a0€, de %\u00a0:",
		"Montant\u00a0: 2\u202f000\u00a0€":   "Montant\u00a0: 2\u202f000\u00a0€",
	} {
		if got := French(in); got != want {
			t.Errorf("%q: %q, wanted %q", in, got, want)
		}
	}
}

// whatever draws texts out of the pieces that matter.
var whatever = rapid.Custom(func(t *rapid.T) string {
	return strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{" ", ":", ";", "?", "!", "«", "»", "'", "&#39;", "a", "é", "1", "3", "e", "er", "Arrondissement", "\u00a0", "\u202f", "<", ">", "\"", "b>", "code", "/"})).Draw(t, "pieces"), "")
})

func TestFrenchChangesOnlyWhatItShould(t *testing.T) {
	back := strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'", "&#39;", "'", "ᵉ", "e", "ʳ", "r", "Arr", "arr")
	rapid.Check(t, func(t *rapid.T) {
		in := whatever.Draw(t, "text")
		out := French(in)
		if again := French(out); again != out {
			t.Fatalf("not idempotent: %q then %q", out, again)
		}
		if back.Replace(in) != back.Replace(out) {
			t.Fatalf("%q lost something: %q", in, out)
		}
		if !strings.ContainsAny(in, " '&") && in != out {
			t.Fatalf("%q has no space to change: %q", in, out)
		}
	})
}

func TestFrenchMarkup(t *testing.T) {
	for in, want := range map[string]string{
		`<p title="a : b">« <b>Val-d&#39;Oise</b> » : oui</p>`: "<p title=\"a : b\">«\u00a0<b>Val-d’Oise</b>\u00a0»\u00a0: oui</p>",
		`<script>a ? b : c</script> ?`:                         "<script>a ? b : c</script>\u202f?",
		`<textarea name="x">l&#39;un ; </textarea>`:            `<textarea name="x">l&#39;un ; </textarea>`,
		`<a href='?x>y : z'>x</a><!-- a : b --><code>a : b`:    `<a href='?x>y : z'>x</a><!-- a : b --><code>a : b`,
		`<prefix>a : b</prefix> a < b : c`:                     "<prefix>a\u00a0: b</prefix> a < b : c",
	} {
		if got := FrenchMarkup(in); got != want {
			t.Errorf("%s:\n got %s\nwant %s", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		in := whatever.Draw(t, "page")
		if out := FrenchMarkup(in); FrenchMarkup(out) != out {
			t.Fatalf("not idempotent: %q", out)
		}
	})
}

func TestTextsAreTypeset(t *testing.T) {
	fr, en := With(context.Background(), FR), With(context.Background(), EN)
	if got := Tf(fr, "Déjà %d : « %s »", "Already %d: “%s”", 2, "x"); got != "Déjà 2\u00a0: «\u00a0x\u00a0»" {
		t.Errorf("%q", got)
	}
	if got := T(en, "x", "a : b"); got != "a : b" {
		t.Errorf("English was changed: %q", got)
	}
	if got := Dec(fr, -0.08, 2) + Dec(fr, -0.001, 2) + Int(en, -1200) + Euro(fr, -5_00); got != "−0,080,00−1,200−5\u00a0€" {
		t.Errorf("the minus sign: %q", got)
	}
}

func BenchmarkFrench(b *testing.B) {
	for b.Loop() {
		French("Les mêmes valeurs que la carte, en tableau, et rien de plus.")
	}
}
