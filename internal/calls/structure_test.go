package calls

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
)

// known stands for the room of structures: two of them, and what one gave once.
type known struct{}

func (known) Named(_ context.Context, id string) (string, error) {
	name, ok := map[string]string{"msp-grigny": "MSP de Grigny", "msp-evry": "MSP d’Évry"}[id]
	if !ok {
		return "", fault.NotFound("Inconnue.", "Unknown.")
	}
	return name, nil
}

func (known) Papers(_ context.Context, actor accounts.Actor, structure string) ([]Paper, error) {
	if !speaksFor(actor, structure) {
		return nil, nil
	}
	return []Paper{{ID: "p-good", Name: "devis.pdf", Expires: "2026-03-02"}, {ID: "p-past", Name: "ancien.pdf", Expires: "2026-03-01"}}, nil
}

func (known) OpenPaper(_ context.Context, _ accounts.Actor, id string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(pdf)), nil
}

// What the structure gave once is taken on the last day it holds, refused with its date the day after, and only to who may speak for it.
func TestAPaperOfTheStructureIsTakenUntilItsLastDay(t *testing.T) {
	each(t, func(w *world) {
		w.WithStructures(known{})
		c := w.call(MSPFeasibility, 100_000_00)
		r := Reader{Actor: w.applicant}
		d, err := w.Start(ctx, r, c.ID, Answers{AnswerStructure: "msp-grigny"})
		w.must(err)
		w.must(w.UsePaper(ctx, r, d.ID, "doc_quote", "p-good"))
		err = w.UsePaper(ctx, r, d.ID, "doc_quote", "p-past")
		w.refused(err, fault.KindInvalid, "")
		if said := err.(*fault.Error).Fields["paper"].FR; !strings.Contains(said, "1 mars 2026") && !strings.Contains(said, "1ᵉʳ mars 2026") { //nolint:errorlint // faults are returned as they are
			w.t.Errorf("the refusal does not say since when: %s", said)
		}
		all, err := w.Documents(ctx, d.ID)
		if err != nil || len(all) != 1 || all[0].Expires != "2026-03-02" || all[0].SHA256 == "" {
			w.t.Fatal(all, err)
		}
		other := Reader{Actor: w.stranger}
		theirs, err := w.Start(ctx, other, c.ID, Answers{AnswerStructure: "msp-grigny"})
		w.must(err)
		w.refused(w.UsePaper(ctx, other, theirs.ID, "doc_quote", "p-good"), fault.KindNotFound, "")
	})
}

// A structure that somebody merely named counts once the instructor said so; none at all must be said too.
func TestAStructureThatWasNamedIsConfirmedBeforeTheConclusion(t *testing.T) {
	each(t, func(w *world) {
		w.WithStructures(known{})
		walls := w.instructed(w.call(ProtocolWalls, 100_000_00), "20 000", 20_000_00)
		w.must(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{walls.ID}, Outcome: "grant"}))

		c := w.call(MSPRealEstate, 100_000_00)
		stranger := Reader{Actor: w.stranger}
		file := func(structure, creation string) (*Dossier, error) {
			d, err := w.Start(ctx, stranger, c.ID, nil)
			w.must(err)
			a := answers(c.Form.V, "20 000")
			a[AnswerStructure], a["in_creation.yes"] = structure, creation
			_, err = w.Save(ctx, stranger, d.ID, a)
			w.must(err)
			w.attached(stranger, d.ID, c.Form.V)
			return w.File(ctx, stranger, d.ID)
		}
		for _, wrong := range [][2]string{{"", ""}, {"une-inventée", ""}, {"msp-evry", "1"}} {
			_, err := file(wrong[0], wrong[1])
			w.refused(err, fault.KindInvalid, "")
			if said := err.(*fault.Error).Fields; len(said) != 1 || said[AnswerStructure].Empty() { //nolint:errorlint // faults are returned as they are
				w.t.Errorf("%v: %v", wrong, said)
			}
		}
		d, err := file("", "1")
		w.must(err)
		w.must(w.Admit(ctx, w.instructor, []string{d.ID}))
		w.refused(w.Instruct(ctx, w.instructor, d.ID, 20_000_00, "Favorable"), fault.KindRefused, "calls.dossier: instruct (structure-claim)")
		w.refused(w.ConfirmStructure(ctx, w.stranger, d.ID, ""), fault.KindNotFound, "")
		w.refused(w.ConfirmStructure(ctx, w.elsewhere, d.ID, ""), fault.KindNotFound, "")
		w.refused(w.ConfirmStructure(ctx, w.instructor, d.ID, "une-inventée"), fault.KindInvalid, "")
		w.refused(w.ConfirmStructure(ctx, w.instructor, d.ID, "msp-grigny"), fault.KindRefused, "invariant-10")
		w.must(w.ConfirmStructure(ctx, w.instructor, d.ID, "msp-evry"))
		w.must(w.Instruct(ctx, w.instructor, d.ID, 20_000_00, "Favorable"))
		w.refused(w.ConfirmStructure(ctx, w.instructor, d.ID, ""), fault.KindRefused, "structure-claim")
		if again, _, err := w.Dossier(ctx, Reader{Actor: w.instructor}, d.ID); err != nil || again.Structure != "msp-evry" || !again.StructureConfirmed {
			w.t.Fatal(again, err)
		}
	})
}

// Invariant 3 holds at the conclusion too: a study granted after the start-up aid was filed is deducted.
func TestAStudyGrantedMeanwhileIsDeductedAtTheConclusion(t *testing.T) {
	each(t, func(w *world) {
		start := w.filed(w.call(MSPStartUp, 500_000_00), "40 000")
		w.must(w.Admit(ctx, w.instructor, []string{start.ID}))
		study := w.instructed(w.call(MSPFeasibility, 500_000_00), "30 000", 30_000_00)
		w.must(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{study.ID}, Outcome: "grant"}))
		_, err := w.db.Exec(`UPDATE dossier SET requested_cents = 9000000, eligible_cents = 0 WHERE id = $1`, start.ID)
		w.must(err)
		w.refused(w.Instruct(ctx, w.instructor, start.ID, 70_000_01, "Favorable"), fault.KindInvalid, "")
		w.must(w.Instruct(ctx, w.instructor, start.ID, 70_000_00, "Favorable"))
	})
}
