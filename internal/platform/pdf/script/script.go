// Package script prepares text of scripts that the documents' own font lacks: it joins Arabic letters, puts a line written from right
// to left in the order in which it is drawn, and names the font that holds a character.
package script

import (
	_ "embed" // the fonts
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// Face is a font of a script; fonts/README.md says where its file comes from.
type Face struct {
	Name string
	File []byte
}

var (
	//go:embed fonts/arabic.ttf
	arabic []byte
	//go:embed fonts/han.ttf
	han []byte

	arabicFace = &Face{"arabic", arabic}
	hanFace    = &Face{"han", han}
)

// FaceOf names the font that draws a character: nil when it is the document's own.
func FaceOf(r rune) *Face {
	switch {
	case r < 0x600:
		return nil
	case r <= 0x6ff, r >= 0xfe70 && r <= 0xfefc:
		return arabicFace
	case r >= 0x2e80 && r <= 0x9fff, r >= 0xff00 && r <= 0xffef:
		return hanFace
	}
	return nil
}

// A value in another direction is kept whole between these two: a telephone number in an Arabic sentence stays in its order.
const (
	isolate = '\u2066'
	pop     = '\u2069'
)

// Isolate marks a value that is written from left to right inside a text written from right to left.
func Isolate(value string) string { return string(isolate) + value + string(pop) }

// Pieces cuts a word where a line may end: before each Chinese character, but not before what closes or separates.
func Pieces(word string) []string {
	var pieces []string
	start := 0
	for i, r := range word {
		if i > start && unicode.Is(unicode.Han, r) {
			pieces, start = append(pieces, word[start:i]), i
		}
	}
	return append(pieces, word[start:])
}

// Reopen puts back, at the head of a line, the mark of a value that the line before began and did not end.
func Reopen(before, line string) string {
	if strings.LastIndex(before, string(isolate)) > strings.LastIndex(before, string(pop)) {
		return string(isolate) + line
	}
	return line
}

// Order gives the characters of one line as they are drawn from left to right, its marks removed.
func Order(line string, rightToLeft bool) string {
	marks := strings.NewReplacer(string(isolate), "", string(pop), "")
	if !rightToLeft {
		return marks.Replace(line)
	}
	var p bidi.Paragraph
	if _, err := p.SetString(line, bidi.DefaultDirection(bidi.RightToLeft)); err != nil {
		return marks.Replace(line)
	}
	order, err := p.Order()
	if err != nil {
		return marks.Replace(line)
	}
	var drawn strings.Builder
	for i := order.NumRuns() - 1; i >= 0; i-- { // the runs of a line that holds one direction inside the other
		run := order.Run(i)
		text := marks.Replace(run.String())
		if run.Direction() == bidi.RightToLeft {
			text = bidi.ReverseString(text)
		}
		drawn.WriteString(text)
	}
	return drawn.String()
}

// joined holds the drawn forms of the letters U+0621 to U+064A in their order: how many each has (1 alone; 2 alone and after a letter;
// 4 between letters as well). They follow one another from U+FE80 on. 0: no letter.
const joined = "122224242444442222444444440000004444444224"

// form is the first drawn form of a letter and how many it has.
func form(r rune) (first rune, forms int) {
	if r == tatweel {
		return r, 4
	}
	if r < 0x621 || r > 0x64a {
		return r, 0
	}
	first = 0xfe80
	for _, n := range joined[:letter(r)] {
		first += n - '0'
	}
	return first, int(joined[letter(r)] - '0')
}

func letter(r rune) int { return int(r - 0x621) }

const (
	lam     = '\u0644'
	tatweel = '\u0640'
)

// alefs are the letters that lam is drawn in one with, and that drawing.
var alefs = map[rune]rune{'\u0622': '\ufef5', '\u0623': '\ufef7', '\u0625': '\ufef9', '\u0627': '\ufefb'}

// Join replaces Arabic letters by the forms that they take beside each other. Vowel signs are left out, as print for adults does.
func Join(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return FaceOf(r) == arabicFace }) {
		return text
	}
	letters := slices.DeleteFunc([]rune(text), func(r rune) bool { return r >= 0x64b && r <= 0x65f || r == 0x670 })
	var out strings.Builder
	open := false // the letter before reaches for this one
	for i := 0; i < len(letters); i++ {
		r := letters[i]
		first, forms := form(r)
		reached := open && forms >= 2
		if r == lam && i+1 < len(letters) && alefs[letters[i+1]] != 0 {
			first, forms, i = alefs[letters[i+1]], 2, i+1
		}
		open = false
		if forms == 4 && i+1 < len(letters) {
			_, next := form(letters[i+1])
			open = next >= 2
		}
		out.WriteRune(shape(first, forms, reached, open))
	}
	return out.String()
}

// shape picks a form: alone, after a letter, before one, between two.
func shape(first rune, forms int, reached, open bool) rune {
	if forms < 2 || first == tatweel {
		return first
	}
	switch {
	case reached && open:
		return first + 3
	case open:
		return first + 2
	case reached:
		return first + 1
	}
	return first
}
