package httpx

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/a-h/templ"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Render writes a page with a status.
func Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	return page.Render(r.Context(), w)
}

// JSON writes a value as JSON.
func JSON(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(v)
}

// ReadJSON reads a JSON body into v and refuses unknown fields, trailing bytes and text that cannot be kept. Errors: fault.KindInvalid;
// what AsFault knows of a body that is too large, too slow or broken off.
func ReadJSON(r *http.Request, v any) error {
	text, err := ReadText(r)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fault.Invalid("Le contenu envoyé n’est pas lisible ; rien n’a été enregistré.", "The content sent cannot be read; nothing was recorded.").Because(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) { // More() takes a closing bracket for an end
		return fault.Invalid("Le contenu envoyé a une suite inattendue.", "The content sent goes on unexpectedly.")
	}
	return nil
}

// ReadText reads a JSON body whole, for whoever decodes it otherwise than ReadJSON, and refuses text that cannot be kept. Errors: as
// ReadJSON.
func ReadText(r *http.Request) ([]byte, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("read a body: %w", err)
	}
	return text, legibleJSON(text)
}

// formMemory is how much of a form's files is held in memory, in bytes; the rest waits in temporary files.
const formMemory = 32 << 20

// ReadForm reads the form that a request carries, if it carries one, and refuses one that did not come whole or holds text that cannot
// be kept: handlers that then ask for a field get what was typed, never an empty form for a broken one. The router calls it before
// every handler whose route is not Raw. Errors: fault.KindInvalid; what AsFault knows of a body that is too large, too slow or broken
// off.
func ReadForm(r *http.Request) error {
	err := r.ParseForm()
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil // a query that is badly written is read as far as it goes
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "multipart/form-data" {
		err = r.ParseMultipartForm(formMemory)
	}
	if err != nil {
		return unreadForm(err)
	}
	if err := legibleValues(r.Form); err != nil {
		return err
	}
	if r.MultipartForm == nil {
		return nil
	}
	for name, files := range r.MultipartForm.File {
		for _, file := range files {
			if err := Legible(name, file.Filename); err != nil {
				return err
			}
		}
	}
	return nil
}

// unreadForm tells a form that is badly written, which AsFault cannot recognise, from the other reasons why it could not be read.
func unreadForm(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || errors.Is(err, errSlowBody) || errors.Is(err, errBrokenBody) || db.IsFull(err) {
		return err
	}
	return fault.Invalid("Le formulaire reçu n’est pas lisible ; rien n’a été enregistré. Rechargez la page et recommencez.",
		"The form received cannot be read; nothing was recorded. Reload the page and try again.").Because(err)
}

// IsFragment tells whether htmx asks for a part of a page rather than the page.
func IsFragment(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Boosted") != "true" && r.Header.Get("HX-History-Restore-Request") != "true"
}

// SeeOther sends the reader to another page after a write; htmx follows it too.
func SeeOther(w http.ResponseWriter, r *http.Request, to string) error {
	if !isOurs(to) {
		to = "/" // never lead elsewhere
	}
	if IsFragment(r) {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// isOurs tells whether an address leads to a page of this site. Browsers drop tabs and line ends and take \ for /, also once http.Redirect
// has cleaned the path: "/\t/elsewhere", "/\elsewhere" and "/./\elsewhere" would lead to another one.
func isOurs(to string) bool {
	path, _, _ := strings.Cut(to, "?")
	if strings.ContainsFunc(to, unicode.IsControl) || strings.Contains(path, `\`) || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
		return false
	}
	u, err := url.Parse(to)
	return err == nil && u.Scheme == "" && u.Host == ""
}

// Page reads ?page= (from 1) and gives it with the offset for a page size.
func Page(r *http.Request, size int) (page, offset int) {
	page, _ = strconv.Atoi(r.URL.Query().Get("page"))
	page = max(1, min(page, 1_000_000))
	return page, (page - 1) * size
}

// Attachment is the Content-Disposition of a file to keep, whatever its name holds.
func Attachment(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}

// Whole reads a whole number that was typed; what is none is -1, out of the range of any count, so that the service refuses it at its field.
func Whole(typed string) int {
	n, err := strconv.Atoi(strings.TrimSpace(typed))
	if err != nil {
		return -1
	}
	return n
}
