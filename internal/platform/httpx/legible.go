package httpx

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"maillage/internal/platform/fault"
)

// Legible refuses text that both databases cannot keep: PostgreSQL takes neither a NUL nor what is not UTF-8, and what SQLite took
// could never move there. Errors: fault.KindInvalid.
func Legible(texts ...string) error {
	for _, text := range texts {
		if strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text) {
			return illegible()
		}
	}
	return nil
}

func illegible() *fault.Error {
	return fault.Invalid("Le texte envoyé contient un caractère qui ne peut pas être enregistré (caractère nul, ou codage autre qu’UTF-8) ; rien n’a été enregistré. Retirez-le et recommencez.",
		"The text sent holds a character that cannot be recorded (a null, or an encoding other than UTF-8); nothing was recorded. Remove it and try again.")
}

// legibleValues asks the same of the names and values of a form or a query.
func legibleValues(all url.Values) error {
	for name, values := range all {
		if err := Legible(name); err != nil {
			return err
		}
		if err := Legible(values...); err != nil {
			return err
		}
	}
	return nil
}

// legibleAddress asks the same of an address. A path that is no text leads nowhere: fault.KindNotFound.
func legibleAddress(r *http.Request) error {
	if err := Legible(r.URL.Path); err != nil {
		return NoPage().Because(err)
	}
	if r.URL.RawQuery == "" {
		return nil
	}
	return legibleValues(r.URL.Query())
}

// NoPage answers an address that leads nowhere: fault.KindNotFound.
func NoPage() *fault.Error {
	return fault.NotFound("Cette adresse ne mène à aucune page. Vérifiez-la, ou repartez de l’accueil.",
		"This address leads to no page. Check it, or start from the front page.")
}

// legibleJSON asks the same of a JSON text, where a NUL is written \u0000. Bytes that are not UTF-8 would be read as other characters.
func legibleJSON(text []byte) error {
	if !utf8.Valid(text) {
		return illegible()
	}
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		if bytes.HasPrefix(text[i+1:], []byte("u0000")) {
			return illegible()
		}
		i++ // what is escaped begins nothing: \\u0000 is a backslash and six letters
	}
	return nil
}
