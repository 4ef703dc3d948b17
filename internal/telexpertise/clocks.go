package telexpertise

import (
	"context"
	"errors"
	"fmt"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// tickBatch bounds how many cases one run of the clocks moves: the next run, a minute later, goes on.
const tickBatch = 500

// Tick finds the clocks that have run out and does what the tables say. Running it twice does nothing more: each case is looked at
// again inside its own transaction. It gives the number of clocks moved.
func (s *Service) Tick(ctx context.Context) (int, error) {
	now := db.Now(s.clock)
	var ids []string
	err := s.db.SelectContext(ctx, &ids, `SELECT id FROM telex_case WHERE due_at <= $1 OR reading_due <= $1 OR visit_due <= $1
		OR (answer_due <= $1 AND NOT answer_alerted) OR seen_due <= $1 ORDER BY id LIMIT $2`, now, tickBatch)
	if err != nil {
		return 0, fmt.Errorf("find clocks that ran out: %w", err)
	}
	moved := 0
	var failed []error
	for _, id := range ids {
		n, err := s.tick(ctx, id)
		moved += n
		if err != nil {
			failed = append(failed, fmt.Errorf("clocks of case %s: %w", id, err))
		}
	}
	return moved, errors.Join(failed...)
}

// tick moves every clock of one case that has run out.
func (s *Service) tick(ctx context.Context, id string) (moved int, err error) {
	erased := false
	err = s.system(ctx, id, func(ctx context.Context, t *turn) error {
		moved, erased = 0, false
		for _, clock := range []struct {
			due bool
			do  func(context.Context, *turn) error
		}{
			{t.c.DueAt != nil && !t.c.DueAt.After(t.now), requestDue},
			{t.c.ReadingDue != nil && !t.c.ReadingDue.After(t.now), readingDue},
			{t.c.VisitDue != nil && !t.c.VisitDue.After(t.now), visitDue},
			{t.c.AnswerDue != nil && !t.c.AnswerDue.After(t.now) && !t.c.AnswerAlerted, answerLate},
			{t.c.SeenDue != nil && !t.c.SeenDue.After(t.now), seenLate},
		} {
			if !clock.due {
				continue
			}
			if err := clock.do(ctx, t); err != nil {
				return err
			}
			moved++
		}
		erased = t.c.State == StateErased
		return nil
	})
	if err == nil && erased {
		err = s.sweepBlobs(ctx, id)
	}
	return moved, err
}

// requestDue does what the table of the request says when its clock runs out.
func requestDue(ctx context.Context, t *turn) error {
	switch t.c.State {
	case StateDraft:
		if err := t.request("erase", ""); err != nil {
			return err
		}
		t.note("erase", "a effacé un brouillon abandonné", "", nil)
		return t.forget(ctx)
	case StateOffered:
		if err := t.request("pass on", ""); err != nil {
			return err
		}
		return t.offer(ctx)
	case StateTaken:
		if t.c.FreeWarned || warnTime(t.subject()).None() || !halfTime(t.subject()).After(t.c.StateSince).After(t.now) {
			return t.free(ctx)
		}
		return t.warn(ctx)
	case StateAsked:
		if err := t.request("remind to complete", ""); err != nil {
			return err
		}
		t.c.Level++
		t.note("remind-complete", "a relancé le requérant et prévenu le coordonnateur", "", nil)
		return t.tellBoth(ctx, PartRequester, t.c.RequesterID, titleStillAsked, "La demande %s attend toujours le complément demandé.")
	}
	if t.c.State == StateClosed || t.c.State == StateCancelled {
		if err := t.request("forget", ""); err != nil {
			return err
		}
		t.note("forget", "a effacé pour toujours le contenu, au terme de la conservation", "", nil)
		return t.forget(ctx)
	}
	if t.c.State == StateAnswered {
		if err := t.request("remind to photograph", ""); err != nil {
			return err
		}
		t.c.Level++
		t.note("remind-again", "a rappelé de photographier de nouveau", "", nil)
		to, err := t.people(ctx, PartRequester, t.c.RequesterID)
		if err != nil {
			return err
		}
		return t.tell(ctx, to, titleReview, fmt.Sprintf("Trois mois ont passé pour la demande %s.", t.c.Ref()))
	}
	return fault.Refused("clock", "Aucune horloge ne court dans cet état.", "No clock runs in this state.")
}

// warn tells the expert who holds a case when it will go back to the pool.
func (t *turn) warn(ctx context.Context) error {
	if err := t.request("warn", ""); err != nil {
		return err
	}
	t.c.FreeWarned = true
	back := halfTime(t.subject()).After(t.now)
	t.note("warn", "a prévenu que la demande serait rendue au pool", "", map[string]string{"taker": t.c.TakerID})
	to, err := t.people(ctx, PartExpert, t.c.TakerID)
	if err != nil {
		return err
	}
	return t.tell(ctx, to, titleWaits, fmt.Sprintf("Sans réponse, la demande %s sera rendue au pool le %s. Ce que vous avez saisi est gardé.", t.c.Ref(), i18n.DateTime(ctx, back)))
}

// free releases a case that its expert did not answer by half time, and warns them.
func (t *turn) free(ctx context.Context) error {
	late := t.c.TakerID
	if err := t.request("free", ""); err != nil {
		return err
	}
	t.toAll()
	t.note("free", "a libéré la demande à mi-délai", "", map[string]string{"taker": late})
	warned, err := t.people(ctx, PartExpert, late)
	if err != nil {
		return err
	}
	if err := t.tell(ctx, warned, titleReleased, fmt.Sprintf("La demande %s n’avait pas de réponse à mi-délai : elle est de nouveau à tous. Ce que vous aviez saisi est gardé.", t.c.Ref())); err != nil {
		return err
	}
	return t.announceOffer(ctx, Offer{Level: LevelAll})
}

// tellBoth writes to one person and to the coordinators.
func (t *turn) tellBoth(ctx context.Context, part Part, id string, title Title, sentence string) error {
	one, err := t.people(ctx, part, id)
	if err != nil {
		return err
	}
	coordinators, err := t.people(ctx, PartCoordinator)
	if err != nil {
		return err
	}
	return t.tell(ctx, append(one, coordinators...), title, fmt.Sprintf(sentence, t.c.Ref()))
}

// readingDue reminds who has not read, then the practice, then the coordinator; or who has not told the patient.
func readingDue(ctx context.Context, t *turn) error {
	if t.c.Reading == ReadingRead {
		if err := t.reading("remind to inform"); err != nil {
			return err
		}
		t.c.ReadingLevel++
		t.note("remind-inform", "a rappelé d’informer le patient", "", nil)
		return t.tellBoth(ctx, PartRequester, t.c.RequesterID, titleNews, "La demande %s attend une dernière action de votre part.")
	}
	if err := t.reading("remind to read"); err != nil {
		return err
	}
	t.c.ReadingLevel++
	t.note("remind-read", "a relancé la lecture de la réponse", "", map[string]string{"level": fmt.Sprint(t.c.ReadingLevel)})
	const sentence = "La réponse à la demande %s n’a pas encore été lue."
	if t.c.ReadingLevel >= 2 {
		return t.tellBoth(ctx, PartRequester, t.c.RequesterID, titleUnread, sentence)
	}
	practice, err := t.practice(ctx)
	if err != nil {
		return err
	}
	return t.tell(ctx, practice, titleUnread, fmt.Sprintf(sentence, t.c.Ref()))
}

// practice is the requester and the doctors who share their practice.
func (t *turn) practice(ctx context.Context) ([]Member, error) {
	all, err := t.people(ctx, PartRequester)
	if err != nil {
		return nil, err
	}
	name := ""
	for _, m := range all {
		if m.PersonID == t.c.RequesterID {
			name = m.Practice
		}
	}
	var same []Member
	for _, m := range all {
		if m.PersonID == t.c.RequesterID || name != "" && m.Practice == name {
			same = append(same, m)
		}
	}
	return same, nil
}

// visitReminders says, for each state of a visit that has a clock, the move and the words.
var visitReminders = map[string]struct{ move, action, words, sentence string }{
	string(VisitToBook):   {"remind to book", "remind-book", "a relancé la prise de rendez-vous", "La demande %s attend toujours d’être organisée."},
	string(VisitProposed): {"remind to confirm", "remind-confirm", "a relancé la confirmation du rendez-vous", "La demande %s attend toujours une confirmation."},
	string(VisitExcised):  {"remind of histology", "remind-histology", "a alerté : histologie attendue", "La demande %s attend toujours une suite."},
}

func visitDue(ctx context.Context, t *turn) error {
	r, known := visitReminders[string(t.c.Visit)]
	if !known {
		return fault.Refused("clock", "Aucune horloge ne court dans cet état.", "No clock runs in this state.")
	}
	if err := t.visit(r.move, ""); err != nil {
		return err
	}
	t.c.VisitLevel++
	t.note(r.action, r.words, "", nil)
	secretaries, err := t.people(ctx, PartSecretary)
	if err != nil {
		return err
	}
	if err := t.tell(ctx, secretaries, titleStillWaits, fmt.Sprintf(r.sentence, t.c.Ref())); err != nil {
		return err
	}
	return t.tellBoth(ctx, PartExpert, t.c.TakerID, titleStillWaits, r.sentence)
}

// seenLate alerts, once, that the patient was not seen in time. The visit stays where it is: nothing closes it.
func seenLate(ctx context.Context, t *turn) error {
	t.c.SeenAlerted, t.changed = true, true
	t.note("seen-late", "a alerté : le patient n’a pas été vu dans le délai", "", nil)
	secretaries, err := t.people(ctx, PartSecretary)
	if err != nil {
		return err
	}
	const sentence = "Le délai fixé pour la demande %s est dépassé."
	if err := t.tell(ctx, secretaries, titleLate, fmt.Sprintf(sentence, t.c.Ref())); err != nil {
		return err
	}
	return t.tellBoth(ctx, PartExpert, t.c.TakerID, titleLate, sentence)
}

// answerLate alerts the coordinator, once, that the time from the first taking to the answer has passed.
func answerLate(ctx context.Context, t *turn) error {
	t.c.AnswerAlerted, t.changed = true, true
	t.note("answer-late", "a alerté : le délai de réponse est passé", "", nil)
	return t.tellBoth(ctx, PartExpert, t.c.TakerID, titleLate, "La demande %s attend sa réponse au-delà du délai.")
}
