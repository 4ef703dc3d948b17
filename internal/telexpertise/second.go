package telexpertise

import (
	"context"
	"hash/fnv"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
)

// chooseSecond puts an answered case among those that another expert reads blind: a share drawn at random (by the identifier, so that
// nobody can steer it and a test can repeat it) and every "no visit" of a patient whose seven-point score advises an urgent referral.
func (t *turn) chooseSecond() {
	h := fnv.New32a()
	_, _ = h.Write([]byte("second reading " + t.c.ID))
	drawn := int(h.Sum32()%100) < t.settings().SecondReading
	t.c.SecondReading = drawn || t.c.Disposition == D3 && t.c.Score >= UrgentScore
}

// MaySecond tells whether the reader may read this case blind: another expert answered it, it was chosen, and nobody did yet.
func (f *File) MaySecond() bool {
	answered := f.Case.State == StateAnswered || f.Case.State == StateClosed
	return answered && f.Case.SecondReading && f.Is(PartExpert) && !f.Is(PartTaker) && !f.secondDone
}

// SignSecond signs a blind second reading. Nothing of it changes the patient's way; when the two differ on whether to be seen, and how
// fast, the lead is told.
func (s *Service) SignSecond(ctx context.Context, actor accounts.Actor, cmd AnswerCommand) error {
	if err := cmd.check(); err != nil {
		return err
	}
	return s.on(ctx, actor, cmd.CaseID, func(ctx context.Context, t *turn) error {
		f := &File{Case: t.c, Parts: t.parts, Health: true}
		if err := t.fillAnswers(ctx, f); err != nil {
			return err
		}
		if !f.MaySecond() {
			return fault.Refused("second", "Cette demande n’attend pas de seconde lecture de votre part.", "This request awaits no second reading of yours.")
		}
		if err := t.sign(ctx, "second", cmd); err != nil {
			return err
		}
		if urgencyOf(cmd.Disposition) == urgencyOf(t.c.Disposition) {
			return nil
		}
		leads, err := t.people(ctx, PartLead)
		if err != nil {
			return err
		}
		return t.tell(ctx, leads, titleReview, "Une seconde lecture de la demande "+t.c.Ref()+" diffère de la première.")
	})
}

// urgencyOf groups dispositions as agreement is measured: fast, slow, none, cannot say.
func urgencyOf(d Disposition) string {
	return map[Disposition]string{D1: "fast", D5: "fast", D2: "slow", D6: "slow", D3: "none", D4: "unknown"}[d]
}
