package consultations

import (
	"context"

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

const demoOpened = clock.Day("2017-01-09")

// demoSessions are invented: a weekly session of the first year, with those that August and snow cancelled, and the sessions to come.
func demoSessions(today clock.Day) []Session {
	all := make([]Session, 0, 60)
	for week, day := range weeks(demoOpened, 1, 52) {
		wait := max(4, 15-week/4)
		one := Session{HeldOn: day, Slots: 16, Attended: min(15, 7+week/4), State: Held, Waiting: &wait}
		if week == 5 || week >= 30 && week < 33 {
			one = Session{HeldOn: day, Slots: 16, State: Cancelled, Reason: "Neige"}
			if week > 5 {
				one.Reason = "Congés du praticien"
			}
		}
		all = append(all, one)
	}
	for _, day := range weeks(today.Add(7), 1, 4) {
		all = append(all, Session{HeldOn: day, Slots: 16, State: Planned})
	}
	return all
}

// SeedDemo makes the advanced consultation of Grigny: its partners, its opening on 9 January 2017 and its review a year later are the
// agency's own; sessions are invented. It does nothing when consultations exist.
func (s *Service) SeedDemo(ctx context.Context) error {
	var n int
	if err := s.db.GetContext(ctx, &n, `SELECT COUNT(*) FROM consultation`); err != nil || n > 0 {
		return err
	}
	place, _ := s.ground.Commune("91286")
	now := s.now()
	c := &Consultation{ID: DemoGrigny, State: Renewed, Title: "Consultation avancée de médecine générale à Grigny", Need: "Trop peu de généralistes pour les habitants de la commune.",
		Speciality: "Médecine générale", Practitioner: "Praticien hospitalier", Employer: "Centre hospitalier Sud-Francilien", Premises: "Local mis à disposition par la ville de Grigny",
		Region: place.Region, Dept: place.Departement, Commune: place.Code, Town: place.Name, SignedOn: "2016-12-01", OpenedOn: demoOpened, ReviewedOn: demoOpened.AddMonths(12),
		Review: "Après une année, les habitants de Grigny ont largement adopté cette consultation.", Since: now, Version: 1, CreatedAt: now, UpdatedAt: now}
	for _, due := range Life.Deadlines(c, c.State, c.Since) {
		c.DueAt = &due.At
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insert(ctx, tx, c); err != nil {
			return err
		}
		for i, p := range demoPartners {
			row := Partner{ID: db.NewID(), ConsultationID: c.ID, Structure: p.structure, Name: p.name, Rank: i + 1}
			if err := insertPartner(ctx, tx, row); err != nil {
				return err
			}
			if p.hours > 0 {
				if err := putPart(ctx, tx, Part{ConsultationID: c.ID, PartnerID: row.ID, Year: 1, Hours: p.hours, Note: "Inventé pour la démonstration."}); err != nil {
					return err
				}
			}
			for _, share := range p.shares {
				share.ConsultationID, share.PartnerID = c.ID, row.ID
				if err := putShare(ctx, tx, share); err != nil {
					return err
				}
			}
		}
		if err := putReview(ctx, tx, YearReview{ConsultationID: c.ID, Year: 1, Text: c.Review, WrittenOn: c.ReviewedOn}); err != nil {
			return err
		}
		for _, session := range demoSessions(s.Today()) {
			session.ID, session.ConsultationID, session.ReportedBy, session.ReportedAt = db.NewID(), c.ID, "demo", now
			if err := putSession(ctx, tx, session); err != nil {
				return err
			}
		}
		return audit.Append(ctx, tx, audit.Entry{At: now, Actor: audit.System, Action: "consultations.demo", Object: audit.Object{Kind: object, ID: c.ID}, Text: "Consultation de démonstration créée"})
	})
}
