package web

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"

	"maillage/internal/access"
	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
	"maillage/internal/territory"
	"maillage/internal/ui"
)

// board is the region-wide figures, or a département's.
type board struct {
	scene
	Figures *atlas.Figures
	Cliff   []access.CliffStep
	Lorenz  []access.LorenzPoint
	Zones   []zoneShare
	Incomes []incomeGroup
	// Imports tells whether the reader may import what is missing.
	Imports bool
}

type zoneShare struct {
	Class      string
	Communes   int
	Population int
	Share      float64
	Mean       float64
}

// incomeGroup is a fifth of the inhabitants, from the poorest communes to the richest.
type incomeGroup struct {
	From, To float64 // median incomes of the communes, euros a year
	Mean     float64
	People   float64
}

// indicators shows the figures, the curves, equity and the retirement cliff.
func (p *Pages) indicators(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	b := board{scene: s, Imports: accounts.FromContext(r.Context()).CanSomewhere(territory.PermImport)}
	if b.Figures, err = s.Region.Figures(s.View.Ages, s.View.Departement, nil); err != nil {
		return err
	}
	places := s.Region.In(s.View.Departement)
	values, people := s.weighted(places)
	b.Lorenz = access.Lorenz(values, people, 20)
	for _, ages := range atlas.AgeFilters {
		mean := s.Region.Mean(ages, places)
		step := access.CliffStep{Label: string(ages), Mean: mean}
		if len(b.Cliff) > 0 && b.Cliff[0].Mean > 0 {
			step.Lost = 1 - mean/b.Cliff[0].Mean
		}
		b.Cliff = append(b.Cliff, step)
	}
	b.Zones, b.Incomes = s.zoneShares(places), s.incomeGroups(places)
	return httpx.Render(w, r, http.StatusOK, indicatorsPage(b))
}

func (s scene) weighted(places []int) (values, people []float64) {
	model := s.Region.Model(s.View.Ages)
	for _, n := range places {
		values, people = append(values, model.Value[n]), append(people, float64(s.Region.Places[n].Population))
	}
	return values, people
}

func (s scene) zoneShares(places []int) []zoneShare {
	shares := []zoneShare{{Class: atlas.ZIP}, {Class: atlas.ZAC}, {Class: atlas.Outside}}
	total := 0
	for k := range shares {
		var inside []int
		for _, n := range places {
			if s.Region.ZoneOf(n).Class == shares[k].Class {
				inside = append(inside, n)
				shares[k].Population += s.Region.Places[n].Population
			}
		}
		shares[k].Communes, shares[k].Mean = len(inside), s.Region.Mean(s.View.Ages, inside)
		total += shares[k].Population
	}
	for k := range shares {
		shares[k].Share = float64(shares[k].Population) / float64(max(total, 1))
	}
	return shares
}

// incomeGroups cuts the inhabitants into five equal groups by their commune's income; nil where no income is known.
func (s scene) incomeGroups(places []int) []incomeGroup {
	places = slices.DeleteFunc(slices.Clone(places), func(n int) bool { return math.IsNaN(s.Region.Places[n].Income) || s.Region.Places[n].Population == 0 })
	if len(places) < 5 {
		return nil
	}
	slices.SortFunc(places, func(a, b int) int { return cmp.Compare(s.Region.Places[a].Income, s.Region.Places[b].Income) })
	total := 0.0
	for _, n := range places {
		total += float64(s.Region.Places[n].Population)
	}
	const groups = 5
	var all []incomeGroup
	model, sum, amount := s.Region.Model(s.View.Ages), 0.0, 0.0
	group := incomeGroup{From: s.Region.Places[places[0]].Income}
	for k, n := range places {
		people := float64(s.Region.Places[n].Population)
		group.People, group.To = group.People+people, s.Region.Places[n].Income
		amount, sum = amount+people*model.Value[n], sum+people
		if sum >= total*float64(len(all)+1)/groups-0.5 || k == len(places)-1 {
			group.Mean = amount / group.People
			all, amount = append(all, group), 0
			group = incomeGroup{}
			if k+1 < len(places) {
				group.From = s.Region.Places[places[k+1]].Income
			}
		}
	}
	return all
}

// lorenzChart draws the Lorenz curve over the line of equality.
func lorenzChart(ctx context.Context, points []access.LorenzPoint) ui.LineChart {
	share := func(x float64) string { return i18n.Percent(ctx, x, 0) }
	ticks := []float64{0, 0.25, 0.5, 0.75, 1}
	line := ui.Line{}
	for _, p := range points {
		line.Points = append(line.Points, [2]float64{p.Population, p.Access})
	}
	return ui.LineChart{
		Title: i18n.T(ctx, "Courbe de Lorenz de l’accessibilité", "Lorenz curve of access"),
		X:     ui.Axis{Label: i18n.T(ctx, "part des habitants, des moins bien desservis aux mieux desservis", "share of inhabitants, worst served first"), To: 1, Ticks: ticks, Write: share},
		Y:     ui.Axis{To: 1, Ticks: ticks, Write: share},
		Lines: []ui.Line{line, {Points: [][2]float64{{0, 0}, {1, 1}}}},
	}
}

// spreadChart draws how many inhabitants live under each value, by age limit of the doctors counted.
func spreadChart(ctx context.Context, s scene) ui.LineChart {
	const steps = 60
	most := s.Region.Scale()
	chart := ui.LineChart{
		Title: i18n.T(ctx, "Part des habitants sous chaque valeur de l’accessibilité, selon l’âge des médecins comptés", "Share of inhabitants below each value of access, by age of the doctors counted"),
		X:     aplAxis(ctx, most), Y: shareAxis(ctx),
		Marks: []ui.ChartMark{{X: atlas.ThresholdZIP, Label: i18n.Dec(ctx, atlas.ThresholdZIP, 1)}, {X: atlas.ThresholdPool, Label: i18n.Dec(ctx, atlas.ThresholdPool, 1)}},
	}
	for _, ages := range spreadAges {
		chart.Lines = append(chart.Lines, ui.Line{Points: curve(s.Region.Distribution(ages, s.View.Departement, nil, most, steps))})
	}
	return chart
}

var spreadAges = []territory.AgeFilter{territory.UpTo65, territory.UpTo60, territory.AllAges}

// departementRow is one line of the comparison.
type departementRow struct {
	territory.Area
	*atlas.Figures
	Past []float64 // mean access at each step of the history
}

// departements compares them, today and over the imports of the supply.
func (p *Pages) departements(w http.ResponseWriter, r *http.Request) error {
	s, rows, steps, err := p.comparison(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, departementsPage(s, rows, steps))
}

func (p *Pages) comparison(r *http.Request) (s scene, rows []departementRow, steps []atlas.Dated, err error) {
	if s, err = p.scene(r); err != nil {
		return s, nil, nil, err
	}
	if steps, err = p.Atlas.History(r.Context(), s.View); err != nil {
		return s, nil, nil, err
	}
	for _, area := range s.Region.Snap.France.DepartementsOf(s.Region.Code) {
		row := departementRow{Area: area}
		if row.Figures, err = s.Region.Figures(s.View.Ages, area.Code, nil); err != nil {
			return s, nil, nil, err
		}
		for _, step := range steps {
			row.Past = append(row.Past, step.Region.Mean(s.View.Ages, step.Region.In(area.Code)))
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b departementRow) int { return cmp.Compare(a.Mean, b.Mean) })
	return s, rows, steps, nil
}

// departementsFile gives the comparison as a file.
func (p *Pages) departementsFile(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		s, rows, _, err := p.comparison(r)
		if err != nil {
			return err
		}
		all := func(yield func([]any, error) bool) {
			for _, d := range rows {
				if !yield([]any{d.Code, d.Name, d.Figures.Population, d.Communes, d.Doctors, d.WithoutDoctor, d.Mean, d.FGT0, d.Gini}, nil) {
					return
				}
			}
		}
		return sheets.Serve(w, r, format, "maillage-departements-"+s.Region.Code, departementColumns, all)
	}
}

// departementColumns describe the comparison; their titles are the same in every language, as those of the communes.
var departementColumns = []sheets.Column{
	{Title: sameText("departement"), Doc: i18n.Text{FR: "Code du département.", EN: "Code of the département."}},
	{Title: sameText("nom"), Doc: i18n.Text{FR: "Nom officiel.", EN: "Official name."}},
	{Title: sameText("population"), Kind: sheets.Int, Unit: i18n.Text{FR: "habitants", EN: "inhabitants"}, Doc: i18n.Text{FR: "Population municipale des communes du département.", EN: "Municipal population of the département’s municipalities."}},
	{Title: sameText("communes"), Kind: sheets.Int, Unit: i18n.Text{FR: "communes", EN: "municipalities"}, Doc: i18n.Text{FR: "Nombre de communes et d’arrondissements municipaux.", EN: "Number of municipalities and municipal districts."}},
	{Title: sameText("etp"), Kind: sheets.Decimal, Unit: i18n.Text{FR: "équivalents temps plein", EN: "full-time equivalents"}, Doc: i18n.Text{FR: "Médecins généralistes installés, dans la limite d’âge choisie.", EN: "General practitioners, within the age limit chosen."}},
	{Title: sameText("communes_sans_medecin"), Kind: sheets.Int, Unit: i18n.Text{FR: "communes", EN: "municipalities"}, Doc: i18n.Text{FR: "Communes où n’exerce aucun de ces médecins.", EN: "Municipalities where none of these doctors practises."}},
	{Title: sameText("apl_moyenne"), Kind: sheets.Decimal, Decimals: 6, Unit: i18n.Text{FR: "consultations par an et par habitant standardisé", EN: "consultations a year per standardised inhabitant"}, Doc: i18n.Text{FR: "Moyenne des APL des communes, pondérée par leur population.", EN: "Mean of the municipalities’ APL, weighted by their population."}},
	{Title: sameText("part_sous_2_5"), Kind: sheets.Decimal, Decimals: 6, Unit: i18n.Text{FR: "part, de 0 à 1", EN: "share, from 0 to 1"}, Doc: i18n.Text{FR: "Part des habitants dont la commune a une APL inférieure à 2,5.", EN: "Share of inhabitants whose municipality has an APL below 2.5."}},
	{Title: sameText("gini"), Kind: sheets.Decimal, Decimals: 6, Unit: i18n.Text{FR: "de 0 à 1", EN: "from 0 to 1"}, Doc: i18n.Text{FR: "Indice de Gini de l’APL entre habitants : 0 si tous ont la même.", EN: "Gini index of APL among inhabitants: 0 when all have the same."}},
}

// sameText is a title that programs read: the same in every language.
func sameText(key string) i18n.Text { return i18n.Text{FR: key, EN: key} }

// density is doctors for a hundred thousand inhabitants.
func (d departementRow) density() float64 {
	return 1e5 * d.Doctors / float64(max(d.Figures.Population, 1))
}
