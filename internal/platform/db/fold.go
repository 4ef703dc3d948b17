package db

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Fold brings text to what is searched: lower case, no accents, ligatures opened, punctuation as single spaces.
func Fold(parts ...string) string {
	s := strings.ToLower(strings.Join(parts, " "))
	s = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss").Replace(s)
	if out, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s); err == nil {
		s = out
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// SortKey is what French lists are ordered by: the folded text, articles in front kept.
func SortKey(s string) string { return Fold(s) }

// The most that is read of what somebody typed to search: more finds nothing, makes databases refuse the pattern, and takes seconds.
const (
	mostRunes = 200
	mostWords = 20
)

// Searched is what is read of what somebody typed to search: its first 200 characters.
func Searched(typed string) string {
	n := 0
	for i := range typed {
		if n++; n > mostRunes {
			return typed[:i]
		}
	}
	return typed
}

// Words are the folded words of what somebody typed to search, 20 at most.
func Words(typed string) []string {
	words := strings.Fields(Fold(Searched(typed)))
	return words[:min(len(words), mostWords)]
}

// Like turns what somebody typed into a LIKE pattern over a folded column: every word must be there, in order.
func Like(typed string) string {
	words := Words(typed)
	if len(words) == 0 {
		return "%"
	}
	return "%" + strings.Join(words, "%") + "%"
}
