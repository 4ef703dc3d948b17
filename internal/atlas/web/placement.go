package web

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"maillage/internal/access"
	"maillage/internal/atlas"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
	"maillage/internal/ui"
)

// order is a placement to draw: what was asked, the answer when there is one, or the refusal.
type order struct {
	scene
	Asked    url.Values
	Proposal *atlas.Proposal
	Err      error
}

// placement asks where the next posts should go, and answers in the same page.
func (p *Pages) placement(w http.ResponseWriter, r *http.Request) error {
	o, err := p.orderOf(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, refusedOr(http.StatusOK, o.Err), placementPage(o))
}

// orderOf computes the placement of an address; a refusal of its fields is kept for the form.
func (p *Pages) orderOf(r *http.Request) (order, error) {
	s, err := p.scene(r)
	if err != nil {
		return order{}, err
	}
	s.Layer = atlas.Layers[0]
	o := order{scene: s, Asked: r.URL.Query()}
	if !o.Asked.Has("n") {
		return o, nil
	}
	asked, err := atlas.ParseOrder(o.Asked)
	if err == nil {
		o.Proposal, err = s.Region.Propose(s.View.Ages, asked)
	}
	o.Err = err
	return o, nil
}

// placementFile gives the ranked list as a file.
func (p *Pages) placementFile(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		o, err := p.orderOf(r)
		if err != nil {
			return err
		}
		if o.Err != nil {
			return o.Err
		}
		rows := func(yield func([]any, error) bool) {
			if o.Proposal == nil {
				return
			}
			for _, u := range o.Proposal.Plan.Units {
				place := &o.Region.Places[u.Site]
				row := []any{u.Rank, place.Code, place.Name, place.Departement, o.Region.ZoneOf(u.Site).Class, o.Proposal.Order.FTE, u.Gain, gainUnits[o.Proposal.Order.Objective].Ctx(r.Context())}
				if !yield(row, nil) {
					return
				}
			}
		}
		return sheets.Serve(w, r, format, "maillage-placement-"+o.Region.Code, placementColumns, rows)
	}
}

// placementColumns describe the ranked list.
var placementColumns = []sheets.Column{
	{Title: sameText("rang"), Kind: sheets.Int, Doc: i18n.Text{FR: "Rang du poste : la liste des n premiers est celle que donnerait une demande de n postes.", EN: "Rank of the post: the first n are the list that asking for n posts would give."}},
	{Title: sameText("code_insee"), Doc: i18n.Text{FR: "Commune où placer le poste.", EN: "Municipality where the post should go."}},
	{Title: sameText("nom"), Doc: i18n.Text{FR: "Nom de la commune.", EN: "Name of the municipality."}},
	{Title: sameText("departement"), Doc: i18n.Text{FR: "Code du département.", EN: "Code of the département."}},
	{Title: sameText("zone"), Doc: i18n.Text{FR: "ZIP, ZAC ou HZ (hors zonage), médecins généralistes.", EN: "ZIP, ZAC or HZ (outside zoning), general practitioners."}},
	{Title: sameText("etp"), Kind: sheets.Decimal, Unit: i18n.Text{FR: "équivalents temps plein", EN: "full-time equivalents"}, Doc: i18n.Text{FR: "Temps du poste.", EN: "Time of the post."}},
	{Title: sameText("gain"), Kind: sheets.Decimal, Doc: i18n.Text{FR: "Ce que le poste ajoute à ceux de rang inférieur, dans l’unité de la colonne suivante.", EN: "What the post adds to those of lower rank, in the unit of the next column."}},
	{Title: sameText("unite"), Doc: i18n.Text{FR: "Unité du gain, selon l’objectif choisi.", EN: "Unit of the gain, after the objective chosen."}},
}

// gainUnits is what a gain is counted in.
var gainUnits = map[access.Objective]i18n.Text{
	access.Shortfall: {FR: "consultations par an", EN: "consultations a year"},
	access.Headcount: {FR: "habitants au-dessus du seuil", EN: "inhabitants above the threshold"},
	access.MaxMin:    {FR: "consultations par an et par habitant, au plus bas", EN: "consultations a year per inhabitant, at the lowest"},
	access.Coverage:  {FR: "habitants couverts", EN: "inhabitants covered"},
	access.Distance:  {FR: "minutes × habitants", EN: "minutes × inhabitants"},
}

// weakCertificate is the guarantee below which a reader must not take it for the quality of the list.
const weakCertificate = 0.9

// shortList is the length up to which the ranked list stands above its map.
const shortList = 12

func (o order) short() bool {
	return o.Proposal != nil && len(o.Proposal.Plan.Units) > 0 && len(o.Proposal.Plan.Units) <= shortList
}

// tied tells whether several units all gain the same.
func tied(units []access.Placed) bool {
	for _, u := range units {
		if math.Abs(u.Gain-units[0].Gain) > 1e-6*units[0].Gain {
			return false
		}
	}
	return len(units) > 1
}

// placedWords says what a list brings.
func placedWords(ctx context.Context, p *atlas.Proposal) string {
	posts := i18n.Tf(ctx, "%s postes", "%s posts", i18n.Int(ctx, len(p.Plan.Units)))
	if len(p.Plan.Units) == 1 {
		posts = i18n.T(ctx, "1 poste", "1 post")
	}
	return i18n.Tf(ctx, "%s : gain de %s %s. Habitants qui passent au-dessus de 2,5 : %s.", "%s: a gain of %s %s. Inhabitants who pass above 2.5: %s.",
		posts, gain(ctx, p.Plan.Objective, p.Plan.Value), gainUnits[p.Plan.Objective].Ctx(ctx), i18n.Int(ctx, p.Answer.Lifted))
}

// gain writes a gain with the decimals that its unit needs.
func gain(ctx context.Context, objective access.Objective, x float64) string {
	if objective == access.MaxMin {
		return i18n.Dec(ctx, x, 3)
	}
	return i18n.Int(ctx, int(x+0.5))
}

// field is what stands in a field of the form: what was typed, or the usual value.
func (o order) field(name string) string {
	if o.Asked.Has(name) {
		return o.Asked.Get(name)
	}
	usual := atlas.DefaultOrder()
	return map[string]string{
		"n": strconv.Itoa(usual.Posts), "etp": "1", "objectif": string(usual.Objective), "max": strconv.Itoa(usual.Cap),
		"rayon": strconv.FormatFloat(usual.Radius, 'f', -1, 64), "seuil": strconv.FormatFloat(usual.Tau, 'f', -1, 64),
	}[name]
}

func (o order) drawing() drawing {
	d := drawing{scene: o.scene, Focus: focusOn(o.scene)}
	if o.Proposal == nil {
		return d
	}
	d.Class = func(n int) int { return o.Layer.Class(o.Proposal.Answer.Values[n]) }
	ranks := map[int][]string{}
	var sites []int
	for _, u := range o.Proposal.Plan.Units {
		if len(ranks[u.Site]) == 0 {
			sites = append(sites, u.Site)
		}
		ranks[u.Site] = append(ranks[u.Site], strconv.Itoa(u.Rank))
	}
	slices.Reverse(sites) // the first ranks are drawn last, over the others
	for _, site := range sites {
		d.Marks = append(d.Marks, mark{Place: site, Kind: "ranked", Label: rankLabel(ranks[site]), Title: o.Region.Places[site].Name + " : " + strings.Join(ranks[site], ", ")})
	}
	return d
}

// rankLabel is what a site's symbol says: its rank, its run of ranks, or its first rank and that there are more.
func rankLabel(ranks []string) string {
	first, last := ranks[0], ranks[len(ranks)-1]
	a, _ := strconv.Atoi(first)
	b, _ := strconv.Atoi(last)
	switch {
	case a == b:
		return first
	case b-a == len(ranks)-1:
		return first + "–" + last
	}
	return first + "+"
}

func objectiveOptions(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, o := range access.Objectives() {
		options = append(options, ui.Option{Value: string(o), Label: atlas.ObjectiveNames[o].Ctx(ctx)})
	}
	return options
}
