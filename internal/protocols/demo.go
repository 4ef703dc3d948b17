package protocols

import (
	"context"

	"maillage/internal/audit"
	"maillage/internal/platform/db"
)

// DemoID is the protocol of the demonstration.
const DemoID = "demo-protocol-ars-urps"

// DemoSources are the sources of the demonstration's projects.
type DemoSources struct{ Walls, Practices string }

const agencyPages = "ARS Île-de-France, pages « Accès territorial aux soins »"

// demoSigned is the day that the agency's page gives.
const demoSigned = Day("2017-07-06")

// SeedDemo records the protocol that the agency's pages tell of, in an empty room: its axes are theirs, told in our words. The first
// review keeps the figures of its first year; those that follow are invented, and say so. It does nothing when a protocol exists.
func (s *Service) SeedDemo(ctx context.Context, region, partner, partnerName string, from DemoSources) error {
	ids, err := list(ctx, s.db)
	if err != nil || len(ids) > 0 {
		return err
	}
	now := s.now()
	p := &Protocol{ID: DemoID, State: Projects, Region: region, PartnerID: partner, PartnerName: partnerName, Signed: demoSigned, Ends: "2022-12-31",
		Version: 1, CreatedAt: now, UpdatedAt: now}
	p.Content.V = demoContent(from)
	reviews, err := s.demoReviews(ctx, p)
	if err != nil {
		return err
	}
	p.Since = reviews[len(reviews)-1].Closed.Time().UTC()
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insert(ctx, tx, p); err != nil {
			return err
		}
		for _, r := range reviews {
			if err := addReview(ctx, tx, r); err != nil {
				return err
			}
		}
		return audit.Append(ctx, tx, audit.Entry{At: now, Actor: audit.System, Action: "protocols.demo", Object: audit.Object{Kind: object, ID: p.ID},
			Text: "Protocole de démonstration enregistré."})
	})
}

// demoReviews closes a review at each anniversary; that of the end of the first term renews the protocol.
func (s *Service) demoReviews(ctx context.Context, p *Protocol) ([]Review, error) {
	var all []Review
	for day := demoSigned.AddMonths(12); day <= s.Today(); day = day.AddMonths(12) {
		figures, _, err := s.figures(ctx, p, day)
		if err != nil {
			return nil, err
		}
		r := Review{ID: db.NewID(), ProtocolID: p.ID, Opened: day.Add(-30), Closed: day, AgencyWord: "Revue de démonstration : l’action se poursuit.", PartnerWord: "Revue de démonstration : les cabinets demandent la suite."}
		if len(all) == 0 {
			r.AgencyWord = "Une cinquantaine de projets soutenus en un an, dont 16 s’orientent vers une MSP : création, rénovation et réhabilitation de murs."
			r.PartnerWord = "L’investissement dans les murs répond au coût du foncier ; l’audit des cabinets fragilisés prend le relais."
		}
		r.Figures.V = figures
		all = append(all, r)
		if p.Ends < day.AddMonths(12) {
			next := Day("2028-12-31")
			if p.Ends == next {
				next = p.Ends.AddMonths(72)
			}
			p.Content.V.Terms = append(p.Content.V.Terms, Term{day, next})
			p.Ends = next
		}
	}
	return all, nil
}

func demoContent(from DemoSources) Content {
	action := func(id, fr, en, source string) Action { return Action{ID: id, Title: t(fr, en), Source: source} }
	return Content{
		Title:   t("Protocole ARS–URPS médecins libéraux d’Île-de-France", "ARS–URPS protocol with the private doctors of Île-de-France"),
		Purpose: t("Soutenir l’offre de soins de ville là où le foncier et les charges l’empêchent de s’installer ou de durer, d’abord l’exercice collectif.", "Support care in town where the price of premises and charges keep it from settling or lasting, group practice first."),
		Terms:   []Term{{demoSigned, "2022-12-31"}},
		Axes: []Axis{
			{ID: "installation", Title: t("Aide à l’installation et exercice collectif", "Help to settle, and group practice"), Actions: []Action{
				action("walls", "Investir dans les murs : création, rénovation, réhabilitation", "Invest in premises: creation, renovation, rehabilitation", from.Walls)}},
			{ID: "difficulty", Title: t("Structures en difficulté", "Practices in difficulty"), Actions: []Action{
				action("audit", "Audit, accompagnement et, s’il le faut, soutien financier des cabinets de groupe", "Audit, support plan and, only if needed, money for group practices", from.Practices)}},
			{ID: "coordination", Title: t("Appui à la coordination des situations complexes", "Support for coordination of complex situations"), Actions: []Action{
				action("coordination", "Appuyer la coordination autour des patients en situation complexe", "Support coordination around patients in complex situations", "")}},
			{ID: "therapy", Title: t("Accompagnement thérapeutique en ville", "Therapeutic support in town"), Actions: []Action{
				action("therapy", "Renforcer l’accompagnement thérapeutique des patients en ville", "Strengthen therapeutic support of patients in town", "")}},
		},
		Told: []Told{
			{t("Signature", "Signing"), "6 juillet 2017", agencyPages, true},
			{t("Projets soutenus dans la première année", "Projects supported in the first year"), "une cinquantaine", agencyPages, true},
			{t("dont orientés vers une MSP", "of which heading for an MSP"), "16", agencyPages, true},
			{t("Cabinets de groupe fragilisés, audités et accompagnés", "Weakened group practices, audited and accompanied"), "une dizaine", agencyPages, true},
			{t("Première année, d’après la presse : cabinets, MSP, montant", "First year, from the press: practices, MSP, amount"), "47, 16, 8,2 M€", "leconcoursmedical.fr", true},
		},
	}
}
