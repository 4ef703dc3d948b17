package telexpertise

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Phrase is a sentence that an expert keeps for their answers. It is theirs alone, and sealed: experts write what they like in it.
type Phrase struct {
	ID        string    `db:"id"`
	PersonID  string    `db:"person_id"`
	Sealed    string    `db:"sealed"`
	CreatedAt time.Time `db:"created_at"`
	Text      string    `db:"-"`
}

// maxPhrases bounds a bank that is read at each case.
const maxPhrases = 60

func phraseKey(person string) string { return "telexpertise.phrases " + person }

// Phrases lists the actor's own sentences, oldest first.
func (s *Service) Phrases(ctx context.Context, actor accounts.Actor) ([]Phrase, error) {
	if err := actor.RequireSomewhere(PermAnswer); err != nil {
		return nil, err
	}
	var all []Phrase
	if err := s.db.SelectContext(ctx, &all, "SELECT id, person_id, sealed, created_at FROM telex_phrase WHERE person_id = $1 ORDER BY created_at, id", actor.ID); err != nil {
		return nil, fmt.Errorf("list phrases: %w", err)
	}
	for i := range all {
		if err := s.open(ctx, s.db, phraseKey(actor.ID), "phrase "+all[i].ID, all[i].Sealed, &all[i].Text); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// AddPhrase keeps a sentence. One that is there already is kept once.
func (s *Service) AddPhrase(ctx context.Context, actor accounts.Actor, words string) error {
	f := fault.Fields{}
	text(f, "text", words, 1000, true)
	if err := f.Err(); err != nil {
		return err
	}
	all, err := s.Phrases(ctx, actor)
	if err != nil || slices.ContainsFunc(all, func(p Phrase) bool { return p.Text == words }) {
		return err
	}
	if len(all) >= maxPhrases {
		return fault.Refused("phrases", "Votre banque de phrases est pleine : retirez-en une. Votre réponse est gardée.", "Your bank of phrases is full: remove one. Your answer is kept.")
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		key := phraseKey(actor.ID)
		if _, err := s.vault.Key(ctx, tx, key); fault.Is(err, fault.KindNotFound) {
			if _, err := s.vault.NewKey(ctx, tx, key, s.clock.Now()); err != nil {
				return err
			}
		}
		id := db.NewID()
		sealed, err := s.seal(ctx, tx, key, "phrase "+id, words)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO telex_phrase (id, person_id, sealed, created_at) VALUES ($1, $2, $3, $4)", id, actor.ID, sealed, db.Now(s.clock)); err != nil {
			return fmt.Errorf("keep a phrase: %w", err)
		}
		return nil
	})
}

// DropPhrase removes a sentence of the actor's.
func (s *Service) DropPhrase(ctx context.Context, actor accounts.Actor, id string) error {
	if err := actor.RequireSomewhere(PermAnswer); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM telex_phrase WHERE id = $1 AND person_id = $2", id, actor.ID); err != nil {
			return fmt.Errorf("drop a phrase: %w", err)
		}
		return nil
	})
}

// PhotoIDs names the photographs of a case that an expert will open next, so that they can be fetched ahead; looking at them is
// recorded as they are fetched.
func (s *Service) PhotoIDs(ctx context.Context, actor accounts.Actor, id string) ([]Photo, error) {
	var photos []Photo
	err := s.on(ctx, actor, id, func(ctx context.Context, t *turn) (err error) {
		if !seesHealth(t.parts) {
			return errNoCase()
		}
		photos, err = photosOf(ctx, t.tx, id)
		return err
	})
	return slices.DeleteFunc(photos, func(p Photo) bool { return !p.Complete() }), err
}
