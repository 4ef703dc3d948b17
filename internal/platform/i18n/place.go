package i18n

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Place fills the %s of a French sentence with the name of a place, as French says it: “de %s” gives “d’Aulnay-sous-Bois”, “du Bourget”,
// “des Ulis” or “de La Courneuve”, and “à %s” gives “au Bourget” or “aux Ulis”.
func Place(sentence, name string) string {
	before, after, found := strings.Cut(sentence, "%s")
	if !found {
		return sentence
	}
	for _, word := range []string{"de ", "à "} {
		if start, is := strings.CutSuffix(before, word); is && (start == "" || strings.HasSuffix(start, " ")) {
			return start + joined(word, name) + after
		}
	}
	return before + name + after
}

// joined says de or à and a name: the articles le and les melt into them, and de is cut before a vowel.
func joined(word, name string) string {
	if rest, is := strings.CutPrefix(name, "Le "); is {
		return map[string]string{"de ": "du ", "à ": "au "}[word] + rest
	}
	if rest, is := strings.CutPrefix(name, "Les "); is {
		return map[string]string{"de ": "des ", "à ": "aux "}[word] + rest
	}
	if word == "de " && elides(name) {
		return "d’" + name
	}
	return word + name
}

// aspirated are the first words of names whose h is said to stop the e of de: no rule tells them, usage does (“la ville de Houilles”, but
// “la ville d’Herblay”). Other names in H are taken to have a mute h, but those built on haut and the Germanic ones of Alsace and Moselle.
var aspirated = map[string]bool{
	"hagetmau": true, "ham": true, "hem": true, "honfleur": true, "hossegor": true, "houdan": true, "houilles": true, "houlgate": true, "houplines": true, "huelgoat": true, "huningue": true,
}

var germanic = []string{"heim", "willer", "viller", "bourg", "ange", "bach", "dorf", "hausen", "hoffen", "hoff", "au", "statt", "ing"}

// elides tells whether de loses its e before a name.
func elides(name string) bool {
	plain := strings.ToLower(norm.NFD.String(name))
	first, _ := utf8.DecodeRuneInString(plain)
	if first != 'h' {
		return strings.ContainsRune("aeiouyœæ", first)
	}
	word := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, strings.FieldsFunc(plain, func(r rune) bool { return strings.ContainsRune(" -'’", r) })[0])
	if aspirated[word] || strings.HasPrefix(word, "haut") {
		return false
	}
	for _, end := range germanic {
		if strings.HasSuffix(word, end) {
			return false
		}
	}
	return true
}
