package i18n

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// French gives a text its French typography: a narrow no-break space before ; ! ?, a no-break space before : and », after « and
// between a figure and % or €, the apostrophe ’ between letters, and raised ends of ordinals (13ᵉ arrondissement, 1ᵉʳ mars). Only an ordinary space that is already there is
// changed, and only where the sign ends a word: addresses, times and code are left alone. A text that needs nothing is not copied.
func French(s string) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); i++ {
		if !suspect[s[i]] || s[i] == 'e' && (i == 0 || s[i-1] > '9') { // nearly every byte: texts are drawn by the thousand
			continue
		}
		sign, eaten := mend(s, i)
		if eaten == 0 {
			continue
		}
		b.WriteString(s[done:i])
		b.WriteString(sign)
		done = i + eaten
		i = done - 1
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// suspect are the bytes at which something may change.
var suspect = [256]bool{' ': true, '\'': true, '&': true, 'e': true}

// mend tells what French typography writes at a byte of a text, and instead of how many bytes; 0 where nothing changes.
func mend(s string, i int) (sign string, eaten int) {
	switch s[i] {
	case ' ':
		sign, eaten = space(s[:i], s[i+1:]), 1
	case '\'':
		sign, eaten = apostrophe(s[:i], s[i+1:]), 1
	case '&':
		if after, is := strings.CutPrefix(s[i:], escaped); is {
			sign, eaten = apostrophe(s[:i], after), len(escaped)
		}
	case 'e':
		sign, eaten = ordinal(s, i)
	}
	if sign == "" {
		return "", 0
	}
	return sign, eaten
}

// escaped is an apostrophe in the source of a page.
const escaped = "&#39;"

// space is what an ordinary space becomes between two texts, "" where it stays.
func space(before, after string) string {
	switch {
	case strings.HasSuffix(before, "«"), strings.HasPrefix(after, "»"), strings.HasPrefix(after, ":") && ends(after[1:]):
		return hardSpace
	case (strings.HasPrefix(after, "%") || strings.HasPrefix(after, "€")) && strings.TrimRight(before, "0123456789") != before:
		return hardSpace
	case after != "" && strings.IndexByte(";!?", after[0]) >= 0 && ends(after[1:]):
		return thinSpace
	}
	return ""
}

// ends tells whether nothing of a word follows: a colon in front of a letter belongs to code.
func ends(after string) bool {
	r, _ := utf8.DecodeRuneInString(after)
	return after == "" || unicode.IsSpace(r) || strings.ContainsRune("!?…)»\"”.", r)
}

// apostrophe is what a straight apostrophe becomes between two texts, "" where it stays.
func apostrophe(before, after string) string {
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	if unicode.IsLetter(last) && unicode.IsLetter(next) {
		return "’"
	}
	return ""
}

// ordinal raises the end of 1er and of 13e, which is at i. Official names say "13e Arrondissement": the word is a common one.
func ordinal(s string, i int) (sign string, eaten int) {
	digits := len(s[:i]) - len(strings.TrimRight(s[:i], "0123456789"))
	if digits == 0 || digits > 2 || !opens(s[:i-digits]) {
		return "", 0
	}
	sign, end := "ᵉ", "e"
	if s[i-digits:i] == "1" && strings.HasPrefix(s[i:], "er") {
		sign, end = "ᵉʳ", "er"
	}
	after, spaced := strings.CutPrefix(s[i+len(end):], " ")
	next, _ := utf8.DecodeRuneInString(after)
	if !spaced || !unicode.IsLetter(next) {
		return "", 0
	}
	if strings.HasPrefix(after, "Arrondissement") {
		return sign + " a", len(end + " A")
	}
	return sign, len(end)
}

// opens tells whether a number that comes next starts a word.
func opens(before string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	return before == "" || unicode.IsSpace(last) || strings.ContainsRune("(«>’'", last)
}
