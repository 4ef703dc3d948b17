package httpx

import (
	"context"
	"errors"
	"net/http"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// statusOf is the one table from faults to HTTP.
var statusOf = map[fault.Kind]int{
	fault.KindInvalid:         http.StatusUnprocessableEntity,
	fault.KindUnauthenticated: http.StatusUnauthorized,
	fault.KindForbidden:       http.StatusForbidden,
	fault.KindNotFound:        http.StatusNotFound,
	fault.KindConflict:        http.StatusConflict,
	fault.KindRefused:         http.StatusConflict,
	fault.KindTooLarge:        http.StatusRequestEntityTooLarge,
	fault.KindTooMany:         http.StatusTooManyRequests,
	fault.KindFull:            http.StatusInsufficientStorage,
	fault.KindMethod:          http.StatusMethodNotAllowed,
	fault.KindSlow:            http.StatusRequestTimeout,
	fault.KindUnavailable:     http.StatusServiceUnavailable,
}

// Status gives the HTTP status of an error; 500 for what is not a fault.
func Status(err error) int {
	if status, ok := statusOf[fault.KindOf(err)]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// AsFault gives the fault behind an error: itself, or what the reader may know of an unexpected one.
func AsFault(err error) *fault.Error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return fault.New(fault.KindTooLarge, i18n.Text{
			FR: "Ce qui a été envoyé dépasse la taille permise ici ; rien n’a été enregistré.",
			EN: "What was sent is larger than allowed here; nothing was recorded."}).Because(err)
	case errors.Is(err, errSlowBody):
		return fault.New(fault.KindSlow, i18n.Text{
			FR: "L’envoi n’avançait plus ; rien n’a été enregistré. Vérifiez la connexion, puis recommencez.",
			EN: "The sending did not go on; nothing was recorded. Check the connection, then try again."}).Because(err)
	case errors.Is(err, errBrokenBody):
		return fault.Invalid("L’envoi s’est interrompu ; rien n’a été enregistré. Recommencez.", "The sending broke off; nothing was recorded. Try again.").Because(err)
	case db.IsIllegible(err):
		return illegible().Because(err)
	case errors.Is(err, http.ErrNotMultipart), errors.Is(err, http.ErrMissingBoundary):
		return fault.Invalid("Le formulaire reçu n’est pas lisible ; rien n’a été enregistré. Rechargez la page et recommencez.",
			"The form received cannot be read; nothing was recorded. Reload the page and try again.").Because(err)
	case db.IsFull(err):
		return fault.New(fault.KindFull, i18n.Text{
			FR: "L’espace de stockage est plein : rien n’a été enregistré, la lecture reste possible. Prévenez l’administrateur.",
			EN: "Storage is full: nothing was recorded, reading still works. Tell the administrator."}).Because(err)
	case errors.Is(err, context.DeadlineExceeded), db.IsAway(err):
		return fault.New(fault.KindUnavailable, i18n.Text{
			FR: "La base de données ou le stockage ne répond pas ; rien n’a été enregistré. Réessayez dans un instant.",
			EN: "The database or the storage does not answer; nothing was recorded. Try again in a moment."}).Because(err)
	}
	return fault.New("", i18n.Text{
		FR: "Une erreur imprévue est survenue ; ce qui n’était pas encore enregistré ne l’a pas été. L’incident est noté.",
		EN: "Something unexpected happened; what was not yet recorded was not. The incident was logged."}).Because(err)
}
