package i18n

import (
	"bytes"
	"io"
	"strings"
)

// Markup is where a page in French is written: its texts get their typography, whoever wrote them (a template, a stored title, an official
// file), and tags, addresses, scripts, code and what somebody is typing stay as they are. Flush sends the page on.
type Markup struct {
	to   io.Writer
	page bytes.Buffer
}

// NewMarkup starts a page.
func NewMarkup(to io.Writer) *Markup { return &Markup{to: to} }

// Write keeps a piece of the page: a text may come in several.
func (m *Markup) Write(p []byte) (int, error) { return m.page.Write(p) }

// Flush sends the page.
func (m *Markup) Flush() error {
	_, err := io.WriteString(m.to, FrenchMarkup(m.page.String()))
	return err
}

// verbatim are the elements whose content is not prose.
var verbatim = []string{"script", "style", "pre", "code", "textarea", "kbd", "samp"}

// FrenchMarkup gives the texts of a page their French typography.
func FrenchMarkup(page string) string {
	var b strings.Builder
	b.Grow(len(page) + len(page)/64) // a no-break space is one or two bytes longer
	for page != "" {
		at := strings.IndexByte(page, '<')
		if at < 0 {
			at = len(page)
		}
		b.WriteString(French(page[:at]))
		end := at + tag(page[at:])
		b.WriteString(page[at:end])
		page = page[end:]
	}
	return b.String()
}

// tag is the length of the tag that a text starts with; an element that is not prose counts up to its end.
func tag(page string) int {
	if strings.HasPrefix(page, "<!--") {
		return through(page, "-->")
	}
	for _, name := range verbatim {
		if rest, is := strings.CutPrefix(page, "<"+name); is && rest != "" && strings.IndexByte(" >\n\t", rest[0]) >= 0 {
			return through(page, "</"+name+">")
		}
	}
	return closing(page)
}

// closing is the length of one tag: a > inside quotes does not end it.
func closing(page string) int {
	quote := byte(0)
	for i := range len(page) {
		switch c := page[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(page)
}

// through is the length of a text up to the end of a mark, or all of it.
func through(page, mark string) int {
	if at := strings.Index(page, mark); at >= 0 {
		return at + len(mark)
	}
	return len(page)
}
