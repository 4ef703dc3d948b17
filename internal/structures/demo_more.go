package structures

import (
	"fmt"
	"slices"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
)

// demoCommunities are the twelve CPTS in creation: Paris 13 is one of them, Hauts-de-Seine has none.
var demoCommunities = []struct {
	name, departement string
	state             lifecycle.State
	communes          int
}{
	{"CPTS des Buttes", "75", "letter", 2},
	{"CPTS des Remparts", "77", "project", 12},
	{"CPTS des Deux Rivières", "77", "filed", 8},
	{"CPTS des Trois Clochers", "78", "letter", 7},
	{"CPTS des Terrasses", "78", "project", 6},
	{"", "91", "letter", 4}, // Grigny: the account of the demonstration coordinates it
	{"CPTS des Ateliers", "93", "filed", 3},
	{"CPTS des Hauts Jardins", "93", "validated", 4},
	{"CPTS des Passerelles", "94", "letter", 5},
	{"CPTS de la Plaine verte", "94", "project", 4},
	{"CPTS de la Forêt fleurie", "95", "validated", 9},
}

// communities: eleven CPTS in creation; with Paris 13 they are twelve, over seven of the eight départements.
func (g *demo) communities() {
	for n, c := range demoCommunities {
		d := demoStructure{id: DemoID(CPTS, n+1), kind: CPTS, name: c.name, state: c.state, since: g.today.Add(-12 - 3*n)}
		centre := g.placeIn(c.departement, 8_000)
		if c.departement == "91" {
			d.id, d.name = accounts.DemoCPTSGrigny, "CPTS Grigny – Viry"
			centre, _ = territory.Embedded().Commune("91286")
		}
		d.commune = centre.Code
		st := g.put(d)
		g.cover(st.ID, centre, c.communes)
		g.people(st.ID, "gp", 4+g.dice.IntN(8), g.today.Add(-300))
		g.people(st.ID, "nurse", 3+g.dice.IntN(8), g.today.Add(-300))
		g.people(st.ID, "pharmacist", 2+g.dice.IntN(5), g.today.Add(-300))
	}
}

// cover gives a structure the communes nearest to a centre, of its département, and their population.
func (g *demo) cover(id string, centre territory.Commune, count int) {
	codes := []string{centre.Code}
	for km := 2.0; len(codes) < count && km < 60; km += 2 {
		territory.Embedded().Near(centre.Lat, centre.Lon, km, func(unit int, _ float64) {
			c := territory.Embedded().Communes[unit]
			if len(codes) < count && c.Departement == centre.Departement && !contains(codes, c.Code) {
				codes = append(codes, c.Code)
			}
		})
	}
	g.give(id, codes)
}

func (g *demo) give(id string, codes []string) {
	codes, population, err := Territory(codes)
	if err != nil {
		panic(fmt.Sprintf("demonstration territory: %v", err)) // the codes are the embedded territory's own
	}
	g.territory = append(g.territory, territoryRows(id, codes)...)
	for i := range g.structures {
		if g.structures[i].ID == id {
			g.structures[i].Population = population
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// paris13 is the CPTS that the agency's page tells of: its convention with the agency, its members and its themes.
func (g *demo) paris13() {
	const signed = Day("2018-11-15")
	st := g.put(demoStructure{id: DemoParis13, kind: CPTS, name: "CPTS Paris 13", commune: "75113", state: "convention", since: signed, opened: signed,
		detail: Detail{About: "Projet porté par le pôle de santé Paris 13 ; convention signée avec l’ARS.",
			Themes: []string{"périnatalité", "personnes âgées dépendantes", "personnes migrantes", "qualité des soins", "éducation à la santé", "prévention"}}})
	g.state(st, "letter", "2017-06-01")
	g.state(st, "filed", "2018-02-01")
	g.state(st, "validated", "2018-03-20")
	g.give(st.ID, []string{"75113"})
	for _, p := range []struct {
		profession string
		count      int
	}{{"gp", 38}, {"nurse", 30}, {"pharmacist", 46}, {"physiotherapist", 14}, {"midwife", 6}, {"dentist", 8}, {"speech", 5}, {"podiatrist", 3}} {
		g.people(st.ID, p.profession, p.count, "2018-11-15")
	}
	for mission, started := range map[string]Day{"access": "2019-03-01", "crisis": "2019-04-15", "pathways": "2019-06-01", "prevention": "2019-09-01"} {
		g.missions = append(g.missions, MissionDone{st.ID, mission, started, started.AddMonths(12)})
	}
	g.contacts = append(g.contacts, Contact{"demo-contact-paris13", st.ID, "Coordination de la CPTS (démonstration)", "coordination", "cpts-paris13@example.org", ""})
}

// institutions are those that the agency's pages name, and the seven partners of Grigny.
func (g *demo) institutions() {
	for _, i := range []demoStructure{
		{id: DemoARS, kind: Agency, name: "ARS Île-de-France", commune: "93066"},
		{id: DemoURPS, kind: Agency, name: "URPS médecins libéraux d’Île-de-France", commune: "75112"},
		{id: DemoPrefecture, kind: Agency, name: "Préfecture de l’Essonne", commune: "91228"},
		{id: DemoDepartement, kind: Agency, name: "Conseil départemental de l’Essonne", commune: "91228"},
		{id: DemoCPAM, kind: Agency, name: "CPAM de l’Essonne", commune: "91228"},
		{id: DemoCDOM, kind: Agency, name: "Conseil départemental de l’ordre des médecins de l’Essonne", commune: "91228"},
		{id: accounts.DemoTownGrigny, kind: CommuneKind, name: "Ville de Grigny", commune: "91286"},
		{id: DemoCHSF, kind: Hospital, name: "Centre hospitalier Sud-Francilien", commune: "91174"},
	} {
		i.state, i.opened = "open", "2012-01-01"
		g.put(i)
	}
}

// others are hospitals, homes, teams, towns and universities.
func (g *demo) others() {
	departements := territory.Embedded().DepartementsOf("11")
	for n := 1; n <= demoHospitals; n++ {
		c := g.placeIn(departements[n%len(departements)].Code, 15_000)
		g.put(demoStructure{id: DemoID(Hospital, n), kind: Hospital, name: "Centre hospitalier " + g.river(n+200), commune: c.Code, state: "open", opened: g.day(1970, 2005)})
	}
	for n := 1; n <= demoEHPAD; n++ {
		g.put(demoStructure{id: DemoID(EHPAD, n), kind: EHPAD, name: "Résidence " + g.flower(n+1000), commune: g.place().Code, state: "open", opened: g.day(1985, 2018)})
	}
	for n := 1; n <= demoESP; n++ {
		st := g.put(demoStructure{id: DemoID(ESP, n), kind: ESP, name: "ESP " + g.tree(n+300), commune: g.place().Code, state: "open", opened: g.day(2018, 2026)})
		g.people(st.ID, "gp", 2, "2019-01-01")
		g.people(st.ID, "nurse", 2, "2019-01-01")
	}
	towns := map[string]bool{"91286": true} // Grigny stands among the partners above
	for n := 1; n <= demoTowns; n++ {
		c := g.placeIn(departements[n%len(departements)].Code, 10_000)
		if towns[c.Code] {
			continue
		}
		towns[c.Code] = true
		g.put(demoStructure{id: DemoID(CommuneKind, n), kind: CommuneKind, name: i18n.Place("Ville de %s", c.Name), commune: c.Code, state: "open", opened: "2000-01-01"})
	}
	for n, commune := range []string{"75105", "93066", "94028", "78646"} {
		g.put(demoStructure{id: DemoID(University, n+1), kind: University, name: "Université " + g.river(n+400) + " (démonstration)", commune: commune, state: "open", opened: "1971-01-01"})
	}
}

// projectsAndSites gives some structures what they set out to do, and a second place to work.
func (g *demo) projectsAndSites() {
	project := func(structure, kind, title string, state lifecycle.State, since, expected Day) {
		p := Project{ID: fmt.Sprintf("demo-project-%02d", len(g.projects)+1), StructureID: structure, Kind: kind, Title: title, State: state, Since: since, Expected: expected, CreatedAt: g.now}
		g.projects = append(g.projects, p)
		label := ProjectLife.Label(state)
		g.facts = append(g.facts, g.s.fact(structure, since, FactProject, p.ID, t("Projet « "+title+" » : "+label.FR, "Project “"+title+"”: "+label.EN)))
	}
	project(DemoMSPGrigny, "health_project", "Écrire le projet de santé de la Grande Borne", ProjectUnderWay, g.today.Add(-50), g.today.AddMonths(4))
	project(DemoMSPGrigny, "walls", "Aménager le rez-de-chaussée de la place du Damier", ProjectPlanned, g.today.Add(-20), g.today.AddMonths(14))
	project(accounts.DemoCPTSGrigny, "health_project", "Projet de santé de la CPTS", ProjectUnderWay, g.today.Add(-80), g.today.AddMonths(3))
	project(accounts.DemoCPTSGrigny, "coordination", "Choisir un outil de coordination commun", ProjectPlanned, g.today.Add(-10), "")
	for n := 10; n <= demoMSP; n += 10 {
		opened := g.structure(DemoID(MSP, n)).Opened
		project(DemoID(MSP, n), "extension", "Ouvrir deux cabinets de plus", ProjectDone, opened.AddMonths(24), "")
	}
	for n := 40; n <= demoCDS; n += 40 {
		st := g.structure(DemoID(CDS, n))
		if st.Closed != "" {
			continue
		}
		at := g.communes[(n*37)%len(g.communes)]
		g.sites = append(g.sites, Site{ID: fmt.Sprintf("demo-site-%03d", n), StructureID: st.ID, Label: "Antenne", Commune: at.Code, Lat: at.Lat, Lon: at.Lon, Approximate: true, From: st.Opened.AddMonths(18)})
	}
}

func (g *demo) structure(id string) Structure {
	return g.structures[slices.IndexFunc(g.structures, func(s Structure) bool { return s.ID == id })]
}

// name makes the n-th name of a list; what comes round again gets an adjective.
func name(list []string, n int) string {
	word := list[n%len(list)]
	if round := n / len(list) % (len(demoWords) + 1); round > 0 {
		word += " " + demoWords[round-1]
	}
	return word
}

func (g *demo) flower(n int) string { return name(demoFlowers, n) }
func (g *demo) tree(n int) string   { return name(demoTrees, n) }
func (g *demo) river(n int) string  { return name(demoRivers, n) }

// The words of invented names.
var (
	demoFlowers = []string{"des Lilas", "des Iris", "des Glycines", "du Jasmin", "des Coquelicots", "des Bleuets", "de la Lavande", "des Camélias", "des Pivoines", "du Muguet",
		"des Capucines", "des Dahlias", "de la Bruyère", "des Anémones", "des Jonquilles", "de la Pervenche", "du Chèvrefeuille", "des Primevères", "des Mimosas", "du Romarin",
		"des Hortensias", "de l’Aubépine", "des Roses", "du Genêt", "des Violettes", "du Tilleul", "des Marguerites", "des Campanules", "de la Verveine", "du Lin"}
	demoTrees = []string{"des Tilleuls", "du Grand Chêne", "des Érables", "des Bouleaux", "du Cèdre", "des Peupliers", "des Charmes", "du Frêne", "des Ormes", "des Platanes",
		"du Noyer", "des Hêtres", "des Marronniers", "du Saule", "des Acacias", "des Cerisiers", "du Merisier", "des Aulnes", "du Sorbier", "des Pins"}
	demoRivers = []string{"de l’Aigrette", "du Bief", "de la Source", "du Vieux Moulin", "de la Passerelle", "du Lavoir", "de l’Écluse", "du Gué", "de la Fontaine", "du Ruisseau",
		"de la Berge", "du Pont vert", "de l’Étang", "de la Cascade", "du Quai", "de la Dérivation", "du Bassin", "de la Roselière", "du Ponceau", "de l’Aqueduc"}
	demoWords = []string{"Nord", "Sud", "Est", "Ouest", "Centre", "Haut", "Bas", "Vieux", "Neuf", "Grand", "Petit", "Mairie", "Gare", "Parc", "Plateau", "Vallée", "Marché",
		"Église", "Port", "Prairie", "Verger", "Coteau", "Carrefour"}
	demoFirst = []string{"Camille", "Dominique", "Claude", "Sacha", "Alix", "Charlie", "Maxime", "Lou", "Noa", "Andrea", "Morgan", "Eden", "Ange", "Yaël", "Mahé", "Swann",
		"Loïs", "Élie", "Gaby", "Céleste", "Stéphane", "Frédérique", "Pascale", "Michèle", "Joël", "Danièle"}
	demoLast = []string{"Exemple", "Essai", "Modèle", "Témoin", "Spécimen", "Fictif", "Inventé", "Sansnom", "Démonstration", "Imaginaire", "Aperçu", "Gabarit", "Maquette",
		"Prototype", "Échantillon", "Figurant", "Pseudonyme", "Lambda", "Quidam", "Tartempion"}
)
