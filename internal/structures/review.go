package structures

import (
	"context"
	"fmt"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// reviewFact keeps what a yearly review of a CPTS found on its day: how far its missions were, and the words of whoever closed it.
func (s *Service) reviewFact(f *File, on Day, words string) Fact {
	deployed, started, late := 0, 0, 0
	states := f.MissionStates(s.reference.CPTSMissions(on), on)
	for _, m := range states {
		switch {
		case m.Late:
			late++
		case m.Step() == "deployed":
			deployed++
		case m.Step() == "started":
			started++
		}
	}
	text := tf("Revue annuelle : %[1]d missions déployées, %[2]d démarrées et %[3]d en retard sur %[4]d. ", "Yearly review: %[1]d missions deployed, %[2]d started and %[3]d late, of %[4]d. ", deployed, started, late, len(states))
	return s.fact(f.ID, on, FactReview, fmt.Sprint(on.Time().Year()), i18n.Text{FR: text.FR + words, EN: text.EN + words})
}

// Due is what the structure is awaited for in its present state, and until when; Automatic when the system then does it by itself.
type Due struct {
	Label     i18n.Text
	On        Day
	Automatic bool
	Late      bool
}

// Dues lists what is awaited, soonest first.
func (f *File) Dues(on Day) []Due {
	var all []Due
	if f.MergedInto != "" {
		return nil
	}
	for _, d := range f.Machine().Deadlines(f, f.State, f.StateSince) {
		day := clock.DayOf(d.At)
		all = append(all, Due{d.Move.Label, day, d.Move.Automatic, day < on})
	}
	return all
}

// milestones are the states of a health house that happened before the product knew it: the register brings it already running.
var milestones = map[lifecycle.State]bool{"validated": true, "sisa": true}

// RecordMilestone dates a state that a health house went through before it was known here: without its day no agreement can be signed.
func (s *Service) RecordMilestone(ctx context.Context, actor accounts.Actor, id string, state lifecycle.State, on Day) error {
	_, err := s.change(ctx, actor, id, permOfficer, "structures.milestone", func(tx *db.Tx, f *File) (string, error) {
		wrong := fault.Fields{}
		switch {
		case f.Kind != MSP || f.State != "running" || !milestones[state]:
			return "", fault.Refused("structures.msp: milestone", "Seules la validation et la SISA d’une maison de santé en fonctionnement se datent après coup.", "Only the validation and the company of a running health house are dated afterwards.")
		case f.Reached(state) != "":
			return "", fault.Refused("structures.msp: milestone", "Ce jour est déjà enregistré ; rien n’a changé.", "This day is already recorded; nothing has changed.")
		case !on.Valid() || on > s.Today():
			wrong.Add("milestone_on", "Donnez un jour qui n’est pas à venir.", "Give a day that is not to come.")
		case state == "sisa" && f.Reached("validated") != "" && on < f.Reached("validated"):
			wrong.Add("milestone_on", "La SISA suit la validation du projet de santé.", "The company comes after the validation of the health project.")
		}
		if err := wrong.Err(); err != nil {
			return "", err
		}
		label := f.Machine().Label(state)
		text := t("Daté après coup : "+label.FR, "Dated afterwards: "+label.EN)
		return fmt.Sprintf("A daté du %s l’étape « %s » de « %s ».", on, label.FR, f.Name), insertOne(ctx, tx, insertFact, s.fact(f.ID, on, FactState, string(state), text))
	})
	return err
}
