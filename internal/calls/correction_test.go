package calls

import (
	"bytes"
	"slices"
	"testing"

	"maillage/internal/platform/fault"
)

// Each round of corrections keeps what the dossier said before and after, and the author's own words; one that nothing answers is named.
func TestEachRoundKeepsBeforeAfterAndTheAnswer(t *testing.T) {
	each(t, func(w *world) {
		d := w.filed(w.call(MSPFeasibility, 100_000_00), "30 000")
		r := Reader{Actor: w.applicant}
		w.must(w.AskCorrections(ctx, w.instructor, d.ID, map[string]string{"description": "Précisez le calendrier.", "doc_quote": "Le devis est illisible.", "provider": "Pourquoi ce prestataire ?", "team": ""}))
		asked, err := w.Corrections(ctx, d.ID)
		if err != nil || len(asked) != 3 {
			w.t.Fatal(asked, err)
		}
		_, err = w.Save(ctx, r, d.ID, Answers{"description": "De mars à août.", "team.0.count": "5"})
		w.must(err)
		_, err = w.Attach(ctx, r, d.ID, "doc_quote", "devis-lisible.pdf", bytes.NewReader(pdf))
		w.must(err)
		err = w.Complete(ctx, r, d.ID)
		w.refused(err, fault.KindInvalid, "")
		provider := asked[slices.IndexFunc(asked, func(c Correction) bool { return c.Field == "provider" })]
		if said := err.(*fault.Error).Fields; len(said) != 1 || said["answer."+provider.ID].Empty() { //nolint:errorlint // faults are returned as they are
			w.t.Fatal(said)
		}
		w.refused(w.AnswerCorrections(ctx, Reader{Actor: w.stranger}, d.ID, map[string]string{provider.ID: "Moi."}), fault.KindNotFound, "")
		w.must(w.AnswerCorrections(ctx, r, d.ID, map[string]string{provider.ID: " Le seul du département. "}))
		w.must(w.Complete(ctx, r, d.ID))
		w.refused(w.AnswerCorrections(ctx, r, d.ID, map[string]string{provider.ID: "Trop tard."}), fault.KindRefused, "dossier-filed")

		rounds, err := w.Rounds(ctx, d.ID)
		if err != nil || len(rounds) != 1 || rounds[0].DoneAt == nil || len(rounds[0].Asked) != 3 {
			w.t.Fatal(rounds, err)
		}
		one := rounds[0]
		for field, changed := range map[string]bool{"description": true, "doc_quote": true, "team": true, "provider": false, "title": false, "": true} {
			if one.Changed(field) != changed {
				w.t.Errorf("%q changed: %t", field, !changed)
			}
		}
		if one.Before.V.Answers["description"] != "Texte" || one.After.V.Answers["description"] != "De mars à août." || len(one.Before.V.Documents["doc_quote"]) != 1 || len(one.After.V.Documents["doc_quote"]) != 2 {
			w.t.Errorf("before %v, after %v", one.Before.V, one.After.V)
		}
		again, err := w.Corrections(ctx, d.ID)
		w.must(err)
		for _, c := range again {
			if c.AnsweredAt == nil || c.Field == "provider" && c.Answer != "Le seul du département." {
				w.t.Errorf("%+v", c)
			}
		}
		w.must(w.AskCorrections(ctx, w.instructor, d.ID, map[string]string{"": "Tout relire."}))
		err = w.Complete(ctx, r, d.ID)
		w.refused(err, fault.KindInvalid, "")
	})
}

// Officers filter by the zone of the day of filing, whatever the zones became.
func TestTheInboxFiltersByTheFrozenZone(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		inZIP := w.filed(c, "30 000")
		w.zone, w.qpv = "ZAC", []string{"QN09304M"}
		inZAC := w.filed(c, "30 000")
		w.zone, w.qpv = "HZ", nil
		outside := w.filed(c, "30 000")
		w.must(w.Admit(ctx, w.instructor, []string{inZIP.ID})) // written again: the zone stays
		for zone, wanted := range map[string][]string{"ZIP": {inZIP.ID}, "ZAC": {inZAC.ID}, "HZ": {outside.ID}, ZoneQPV: {inZAC.ID}, "": {inZIP.ID, inZAC.ID, outside.ID}} {
			rows, total, err := w.Inbox(ctx, w.instructor, Inbox{Zone: zone, Limit: 10})
			w.must(err)
			var got []string
			for _, d := range rows {
				got = append(got, d.ID)
			}
			slices.Sort(got)
			slices.Sort(wanted)
			if total != len(wanted) || !slices.Equal(got, wanted) {
				w.t.Errorf("zone %q: %d", zone, total)
			}
		}
	})
}
