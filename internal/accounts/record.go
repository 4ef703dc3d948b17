package accounts

import (
	"context"

	"maillage/internal/audit"
	"maillage/internal/platform/db"
)

// Auditor is the actor as the audit record names it.
func (a Actor) Auditor() audit.Actor {
	if a.Anonymous() {
		return audit.Actor{ID: "anonymous", Name: "Personne non connectée"}
	}
	return audit.Actor{ID: a.ID, Name: a.Name}
}

// record writes one fact about a person in the caller's transaction. Text is a French sentence, complete without the account.
func (s *Service) record(ctx context.Context, tx *db.Tx, actor Actor, person, action, text string, details map[string]string) error {
	return audit.Append(ctx, tx, audit.Entry{
		At: db.Now(s.clock), Actor: actor.Auditor(), Action: action, Object: audit.Object{Kind: "accounts.person", ID: person},
		Text: text, Details: details,
	})
}
