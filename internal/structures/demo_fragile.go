package structures

import (
	"fmt"

	"maillage/internal/lifecycle"
)

// DemoFragile is how many group practices in difficulty the agency's pages count: « une dizaine ».
const DemoFragile = 10

// demoReviewer audits them: the account of the demonstration's reviewer.
const demoReviewer, demoReviewerName = "demo-reviewer", "Antoine Roussel"

// demoFragile are the ten practices in difficulty, all audited and accompanied. Those with a word of support needed money; the others
// recover, or go on, with their plan alone.
var demoFragile = []struct {
	commune string
	doctors int
	state   lifecycle.State
	support string
}{
	{"91286", 2, Supported, "Le remplacement du secrétariat et la mise aux normes dépassent ce que deux médecins peuvent porter."},
	{"91687", 2, Planning, ""},
	{"77288", 3, Recovered, ""},
	{"93066", 3, Recovered, "Le loyer d’un plateau à moitié vide met le cabinet en cessation avant l’arrivée des deux successeurs."},
	{"94028", 2, Planning, ""},
	{"95127", 3, Recovered, ""},
	{"78361", 1, Supported, "Un seul médecin paie un plateau de quatre : le soutien couvre le loyer le temps de recruter."},
	{"77305", 2, Planning, ""},
	{"93027", 3, Planning, ""},
	{"95018", 2, Supported, "Deux départs la même année laissent un prêt de travaux à la charge de ceux qui restent."},
}

// practices are group practices, from two to five doctors; the first ten are in difficulty.
func (g *demo) practices() {
	for n := 1; n <= demoPractices; n++ {
		opened, commune, doctors := g.day(1992, 2016), g.place().Code, 2+g.dice.IntN(4)
		if n <= DemoFragile {
			commune, doctors = demoFragile[n-1].commune, demoFragile[n-1].doctors
		}
		st := g.put(demoStructure{id: DemoID(GroupPractice, n), kind: GroupPractice, name: "Cabinet de groupe " + g.river(n), commune: commune, state: "open", opened: opened})
		first := len(g.members)
		g.people(st.ID, "gp", doctors, opened)
		for i := first; i < len(g.members); i++ {
			g.declare(&g.members[i], n, i-first)
		}
		if n <= DemoFragile {
			g.inDifficulty(st, n)
		}
	}
}

// declare invents what a doctor says of age and departure: old teams in the practices in difficulty and in one practice out of nine,
// and nothing at all from one doctor out of eight.
func (g *demo) declare(m *Member, practice, doctor int) {
	old := practice <= DemoFragile && demoFragile[practice-1].state != Recovered || practice%9 == 0 && practice > DemoFragile
	year := g.today.Time().Year()
	switch {
	case !old && (practice+doctor)%8 == 0:
		return
	case old && doctor < 2:
		m.BirthYear = year - 61 - (practice+3*doctor)%8
	default:
		m.BirthYear = year - 34 - (practice*7+doctor*11)%25
	}
	if old && doctor == 0 {
		m.Leaving = g.today.AddMonths(3 + practice%9)
	}
}

// inDifficulty invents the path of a practice, over the last year and a half.
func (g *demo) inDifficulty(st Structure, n int) {
	f := demoFragile[n-1]
	signalled := g.today.Add(-500 + 25*n)
	c := Difficulty{ID: fmt.Sprintf("demo-difficulty-%02d", n), StructureID: st.ID, Region: st.Region, Departement: st.Departement, State: f.state,
		SignalledOn: signalled, SignalledBy: "Délégation départementale", Signal: "Départ en retraite annoncé sans successeur, secrétariat réduit de moitié.", Score: 60,
		AuditorID: demoReviewer, AuditorName: demoReviewerName, AuditDue: signalled.Add(75), AuditedOn: signalled.Add(50 + n), PlannedOn: signalled.Add(75 + n),
		Audit:   "Comptes, bail et organisation revus avec l’équipe : l’activité tient, les charges fixes non ; deux successeurs possibles sont identifiés.",
		Plan:    "Accueil d’internes, partage du secrétariat avec le cabinet voisin, appui du conseil de l’Ordre pour la succession, point tous les trois mois.",
		Support: f.support, Version: 1, CreatedAt: g.now, UpdatedAt: g.now}
	last := c.PlannedOn
	steps := []Fact{
		g.s.fact(st.ID, signalled, FactDifficulty, c.ID, t("Cabinet signalé en difficulté", "Practice signalled as in difficulty")),
		g.s.fact(st.ID, c.AuditedOn, FactDifficulty, c.ID, t("Audit rendu par l’URPS", "Audit given by the URPS")),
		g.s.fact(st.ID, c.PlannedOn, FactDifficulty, c.ID, t("Plan d’accompagnement écrit", "Support plan written")),
	}
	if c.Support != "" {
		c.SupportedOn = signalled.Add(110 + n)
		last = c.SupportedOn
		steps = append(steps, g.s.fact(st.ID, last, FactDifficulty, c.ID, t("Soutien financier ouvert", "Financial support opened")))
	}
	if f.state == Recovered {
		c.EndedOn, c.Outcome = last.Add(60), "Un médecin s’est installé ; le cabinet n’est plus seul à porter ses charges."
		last = c.EndedOn
		steps = append(steps, g.s.fact(st.ID, last, FactDifficulty, c.ID, t("Cabinet rétabli", "Practice recovered")))
	}
	c.StateSince = last.Time().UTC()
	g.facts, g.cases = append(g.facts, steps...), append(g.cases, c)
}

// DemoFragileFunded lists the practices of the demonstration that needed money.
func DemoFragileFunded() []string {
	var ids []string
	for n, f := range demoFragile {
		if f.support != "" {
			ids = append(ids, DemoID(GroupPractice, n+1))
		}
	}
	return ids
}
