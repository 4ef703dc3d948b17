// Package mail sends letters to people who work here. A letter is written in the transaction of the change that it tells of, sealed,
// as a job; a worker then hands it to a mail server, or keeps it as a file in a demonstration. A letter never holds anything about a
// patient: it says that something waits, and links to where the reader signs in.
package mail

import (
	"fmt"
	"html/template"
	"io"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"maillage/internal/platform/i18n"
)

// Letter is a message to one person, in their language. Rooms write theirs with small functions that pick both texts.
type Letter struct {
	To         string // address
	Name       string // "" when unknown
	Lang       i18n.Lang
	Subject    string
	Paragraphs []string
	Link       string // complete address; "" for none
	LinkText   string
}

// envelope is a letter ready to leave.
type envelope struct {
	Letter
	From mail.Address
	ID   string // left part of the Message-ID: the same at each attempt, so that a mail server can drop a repeated one
	At   time.Time
}

// footers stand under every letter.
var footers = i18n.Text{
	FR: "Message envoyé automatiquement par Maillage ; n’y répondez pas. Maillage ne demande jamais un mot de passe par courriel.",
	EN: "Sent automatically by Maillage; please do not reply. Maillage never asks for a password by e-mail.",
}

// text is the letter for readers without HTML.
func (l Letter) text() string {
	var b strings.Builder
	for _, p := range l.Paragraphs {
		b.WriteString(p + "\n\n")
	}
	if l.Link != "" {
		fmt.Fprintf(&b, "%s\n%s\n\n", l.LinkText, l.Link)
	}
	b.WriteString("-- \n" + footers.In(l.Lang) + "\n")
	return b.String()
}

var page = template.Must(template.New("letter").Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><title>{{.Subject}}</title></head>
<body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; color: #1b1b1f; max-width: 36em">
{{range .Paragraphs}}<p>{{.}}</p>
{{end}}{{if .Link}}<p><a href="{{.Link}}" style="display: inline-block; padding: 0.6em 1.2em; background: #0b4f6c; color: #ffffff; text-decoration: none; border-radius: 4px">{{.LinkText}}</a></p>
<p style="font-size: 14px">{{.Link}}</p>
{{end}}<p style="font-size: 13px; color: #5b5b66">{{.Footer}}</p>
</body></html>
`))

func (l Letter) html() (string, error) {
	if l.Lang == "" {
		l.Lang = i18n.FR
	}
	var b strings.Builder
	err := page.Execute(&b, struct {
		Letter
		Footer string
	}{l, footers.In(l.Lang)})
	return b.String(), err
}

// message builds the MIME message: plain text, and the same as HTML.
func (e envelope) message() (*gomail.Msg, error) {
	html, err := e.html()
	if err != nil {
		return nil, fmt.Errorf("write a letter: %w", err)
	}
	m := gomail.NewMsg()
	if err := m.FromFormat(e.From.Name, e.From.Address); err != nil {
		return nil, fmt.Errorf("the sender's address cannot be used: %w", err)
	}
	if err := m.AddToFormat(e.Name, e.To); err != nil {
		return nil, errAddress // without the address: errors are logged
	}
	m.Subject(strings.Join(strings.Fields(e.Subject), " "))
	m.SetDateWithValue(e.At)
	_, host, _ := strings.Cut(e.From.Address, "@")
	m.SetMessageIDWithValue(e.ID + "@" + host)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader(gomail.HeaderContentLang, string(e.Lang))
	m.SetBodyString(gomail.TypeTextPlain, e.text())
	m.AddAlternativeString(gomail.TypeTextHTML, html)
	return m, nil
}

// writeTo writes the message as a mail server receives it.
func (e envelope) writeTo(w io.Writer) error {
	m, err := e.message()
	if err == nil {
		_, err = m.WriteTo(w)
	}
	return err
}
