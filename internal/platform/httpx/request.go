package httpx

import (
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

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

// ReadJSON reads a JSON body into v and refuses unknown fields and trailing bytes.
func ReadJSON(r *http.Request, v any) error {
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fault.Invalid("Le contenu envoyé n’est pas lisible ; rien n’a été enregistré.", "The content sent cannot be read; nothing was recorded.").Because(err)
	}
	if dec.More() {
		return fault.Invalid("Le contenu envoyé a une suite inattendue.", "The content sent goes on unexpectedly.")
	}
	return nil
}

// IsFragment tells whether htmx asks for a part of a page rather than the page.
func IsFragment(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Boosted") != "true" && r.Header.Get("HX-History-Restore-Request") != "true"
}

// SeeOther sends the reader to another page after a write; htmx follows it too.
func SeeOther(w http.ResponseWriter, r *http.Request, to string) error {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") {
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
