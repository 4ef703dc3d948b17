package consultations

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/structures"
)

// demoPartners are the seven institutions around the table in Grigny. Who owns which facet is plausible, not published.
var demoPartners = []struct {
	structure, name string
	hours           int     // brought in the first year: invented
	shares          []Share // the facet, and what is brought to it
}{
	{structures.DemoARS, "ARS Île-de-France", 20, []Share{{Facet: "funding", Note: "Finance le temps du praticien."}}},
	{accounts.DemoTownGrigny, "Ville de Grigny", 310, []Share{{Facet: "premises", Note: "Prête le local."}, {Facet: "communication", Note: "Informe les habitants."}}},
	{structures.DemoDepartement, "Conseil départemental de l’Essonne", 24, []Share{{Facet: "communication", Note: "Oriente le public de ses services."}}},
	{structures.DemoPrefecture, "Préfecture de l’Essonne", 12, []Share{{Facet: "communication", Note: "Relaie auprès des acteurs de la politique de la ville."}}},
	{structures.DemoCHSF, "Centre hospitalier Sud-Francilien", 184, []Share{{Facet: "operation", Note: "Détache un praticien hospitalier."}}},
	{structures.DemoCPAM, "CPAM de l’Essonne", 40, []Share{{Facet: "funding", Note: "Prend en charge les actes."}, {Facet: "professionals", Note: "Prévient les cabinets de ses délégués."}}},
	{structures.DemoCDOM, "Conseil départemental de l’ordre des médecins de l’Essonne", 16, []Share{{Facet: "professionals", Note: "Informe les médecins installés."}}},
}

// DemoGrigny is the identifier of the consultation that the agency's own pages describe.
const DemoGrigny = "demo-grigny"

// The days of Grigny: the opening is the agency's; the need, the table and the signature before it are invented.
const (
	demoNeed    = clock.Day("2016-09-12")
	demoTable   = clock.Day("2016-10-10")
	demoSigned  = clock.Day("2016-12-01")
	demoOpened  = clock.Day("2017-01-09") // a Monday, the day of each week's session
	demoRenewal = 7                       // days from the end of a year to the decision to go on
)

// demoSlots is how many visits a session offers.
const demoSlots = 16

// demoSessions are invented: a session each Monday since the opening but for holidays, those cancelled for a reason that all remember,
// and four to come. People come in greater numbers over the first months, then as the weeks go.
func demoSessions(today clock.Day) []Session {
	var all []Session
	for week, planned := 0, 0; planned < 4; week++ {
		day := demoOpened.Add(7 * week)
		if t := day.Time(); isHoliday(t) {
			continue
		}
		one := Session{HeldOn: day, Slots: demoSlots, State: Planned}
		if day >= today {
			planned++
		} else {
			one = toldOf(one, week)
		}
		all = append(all, one)
	}
	return all
}

func isHoliday(t time.Time) bool {
	_, holiday := clock.FrenchHoliday(t.Year(), t.Month(), t.Day())
	return holiday
}

// toldOf gives a past session its figures, or the reason why it was not held.
func toldOf(one Session, week int) Session {
	if one.Reason = demoCancelled(one.HeldOn); one.Reason != "" {
		one.State = Cancelled
		return one
	}
	chance := fnv.New32a()
	_, _ = chance.Write([]byte(one.HeldOn)) // a hash never fails
	roll := int(chance.Sum32() >> 8)
	usual := min(12, 6+week/6)
	wait := max(3, 16-week/5) + roll/7%4
	one.State, one.Attended, one.Waiting = Held, min(demoSlots, max(3, usual+roll%8-3)), &wait
	return one
}

// demoCancelled says why there was no session on a day; "" when there was one.
func demoCancelled(day clock.Day) string {
	t := day.Time()
	switch {
	case t.Month() == time.August && t.Day() <= 21:
		return "Congés du praticien"
	case day >= "2018-02-05" && day <= "2018-02-11":
		return "Neige"
	case day >= "2020-03-16" && day <= "2020-05-10":
		return "Confinement"
	}
	return ""
}

// demoReviews are the yearly reviews that were due by a day. The first is the agency's own sentence; the others say what the invented
// sessions add up to.
func demoReviews(c *Consultation, sessions []Session, today clock.Day) []YearReview {
	var all []YearReview
	for _, y := range slices.Backward(years(c, sessions, nil, today)) {
		written := y.To.Add(1)
		if written.Add(demoRenewal) > today {
			break
		}
		text := demoFirstReview
		if y.Number > 1 {
			text = fmt.Sprintf("%d séances tenues, %d personnes reçues, %d %% des créneaux pourvus : les partenaires reconduisent la consultation. (Inventé pour la démonstration.)", y.Held, y.Attended, int(100*y.Taken()+0.5))
		}
		all = append(all, YearReview{ConsultationID: c.ID, Year: y.Number, Text: text, WrittenOn: written})
	}
	return all
}

const demoFirstReview = "Après une année, les habitants de Grigny ont largement adopté cette consultation."

// demoHistory tells what happened, oldest first, on the days when it did.
func demoHistory(c *Consultation, reviews []YearReview) []audit.Entry {
	var all []audit.Entry
	add := func(on clock.Day, action, text, reason string) {
		all = append(all, audit.Entry{At: clock.Cut(on.Time().Add(10 * time.Hour)), Actor: audit.Actor{ID: "demo", Name: "Démonstration"}, Action: object + "." + action, Object: audit.Object{Kind: object, ID: c.ID},
			Text: text + " : « " + c.Title + " »", Reason: reason})
	}
	move := func(on clock.Day, name, reason string) {
		m, _ := Life.Move(name)
		add(on, name, m.Label.FR, reason)
	}
	const invented = "Date inventée pour la démonstration."
	add(demoNeed, "spot", "Besoin repéré", invented)
	move(demoTable, "convene", invented)
	for _, p := range demoPartners {
		add(demoTable, "invite", p.name+" rejoint le tour de table", invented)
	}
	move(demoSigned, "sign", invented)
	move(demoOpened, "open", "")
	for _, r := range reviews {
		reason := invented
		if r.Year == 1 {
			reason = ""
		}
		move(r.WrittenOn, "review", reason)
		add(r.WrittenOn, "write-review", fmt.Sprintf("Bilan de l’année %d écrit", r.Year), reason)
		move(r.WrittenOn.Add(demoRenewal), "renew", invented)
	}
	return all
}

// SeedDemo makes the advanced consultation of Grigny: its partners, its opening on 9 January 2017 and its review a year later are the
// agency's own; the rest is invented, and says so. It does nothing when consultations exist.
func (s *Service) SeedDemo(ctx context.Context) error {
	var n int
	if err := s.db.GetContext(ctx, &n, `SELECT COUNT(*) FROM consultation`); err != nil || n > 0 {
		return err
	}
	c, today := s.demoConsultation(), s.Today()
	sessions := demoSessions(today)
	reviews := demoReviews(c, sessions, today)
	c.State, c.Since = Open, clock.Cut(demoOpened.Time())
	if len(reviews) > 0 {
		last := reviews[len(reviews)-1]
		c.State, c.Since, c.Review, c.ReviewedOn = Renewed, clock.Cut(last.WrittenOn.Add(demoRenewal).Time()), last.Text, last.WrittenOn
	}
	for _, due := range Life.Deadlines(c, c.State, c.Since) {
		c.DueAt = &due.At
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insert(ctx, tx, c); err != nil {
			return err
		}
		if err := seedPartners(ctx, tx, c.ID); err != nil {
			return err
		}
		for _, r := range reviews {
			if err := putReview(ctx, tx, r); err != nil {
				return err
			}
		}
		for i := range sessions {
			one := &sessions[i]
			one.ID, one.ConsultationID, one.ReportedBy, one.ReportedAt = db.NewID(), c.ID, "demo", clock.Cut(min(one.HeldOn, today).Time().Add(18*time.Hour))
		}
		if _, err := tx.NamedExecContext(ctx, insertSession, sessions); err != nil {
			return err
		}
		return audit.Append(ctx, tx, demoHistory(c, reviews)...)
	})
}

// demoConsultation is Grigny's before anything happened there.
func (s *Service) demoConsultation() *Consultation {
	place, _ := s.ground.Commune("91286")
	begun := clock.Cut(demoNeed.Time())
	return &Consultation{ID: DemoGrigny, Title: "Consultation avancée de médecine générale à Grigny", Need: "Trop peu de généralistes pour les habitants de la commune.",
		Speciality: "Médecine générale", Practitioner: "Praticien hospitalier", Employer: "Centre hospitalier Sud-Francilien", Premises: "Local mis à disposition par la ville de Grigny",
		Region: place.Region, Dept: place.Departement, Commune: place.Code, Town: place.Name, SignedOn: demoSigned, OpenedOn: demoOpened, Version: 1, CreatedAt: begun, UpdatedAt: s.now()}
}

// seedPartners puts the seven institutions around the table, with what each owns and what it brought in the first year.
func seedPartners(ctx context.Context, tx *db.Tx, id string) error {
	for i, p := range demoPartners {
		row := Partner{ID: db.NewID(), ConsultationID: id, Structure: p.structure, Name: p.name, Rank: i + 1}
		if err := insertPartner(ctx, tx, row); err != nil {
			return err
		}
		if err := putPart(ctx, tx, Part{ConsultationID: id, PartnerID: row.ID, Year: 1, Hours: p.hours, Note: "Inventé pour la démonstration."}); err != nil {
			return err
		}
		for _, share := range p.shares {
			share.ConsultationID, share.PartnerID = id, row.ID
			if err := putShare(ctx, tx, share); err != nil {
				return err
			}
		}
	}
	return nil
}
