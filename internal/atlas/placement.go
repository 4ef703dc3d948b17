package atlas

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"maillage/internal/access"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
)

// Order asks where the next posts should go.
type Order struct {
	Posts     int
	Objective access.Objective
	FTE       float64 // of one post
	Tau       float64
	Radius    float64 // minutes, for coverage
	Only      string  // "" everywhere, ZIP, ZAC, or QPV
	Cap       int     // most posts in one commune; 0 for no cap
	Forbidden []string
	Quotas    map[string]int // most posts in a département
	// Departement admits the communes of one département alone; "" all of them.
	Departement string
}

// MostPosts is the most that one placement ranks.
const MostPosts = 50

// DefaultOrder is what the form first shows.
func DefaultOrder() Order {
	return Order{Posts: 5, Objective: access.Shortfall, FTE: 1, Tau: ThresholdZIP, Radius: 10, Cap: 2}
}

// ObjectiveNames is how people read the objectives.
var ObjectiveNames = map[access.Objective]i18n.Text{
	access.Shortfall: {FR: "Réduire le manque de consultations", EN: "Reduce the shortfall of consultations"},
	access.Headcount: {FR: "Faire passer le plus d’habitants au-dessus du seuil", EN: "Lift the most inhabitants above the threshold"},
	access.MaxMin:    {FR: "Relever les communes les moins bien desservies", EN: "Raise the worst served municipalities"},
	access.Coverage:  {FR: "Couvrir le plus d’habitants sous le seuil à moins de quelques minutes", EN: "Cover the most inhabitants below the threshold within some minutes"},
	access.Distance:  {FR: "Rapprocher les postes des habitants sous le seuil", EN: "Bring posts nearer to inhabitants below the threshold"},
}

// ParseOrder reads an order from a query; fields that are absent keep their usual value.
func ParseOrder(q url.Values) (Order, error) {
	o := DefaultOrder()
	fields := fault.Fields{}
	o.Posts = int(numberIn(q, fields, "n", float64(o.Posts), 1, MostPosts))
	o.FTE = numberIn(q, fields, "etp", o.FTE, 0.1, 20)
	o.Tau = numberIn(q, fields, "seuil", o.Tau, 0.1, 10)
	o.Radius = numberIn(q, fields, "rayon", o.Radius, 1, mostMinutes)
	o.Cap = int(numberIn(q, fields, "max", float64(o.Cap), 0, MostPosts))
	if s := access.Objective(q.Get("objectif")); s != "" {
		if _, ok := ObjectiveNames[s]; !ok {
			fields.Add("objectif", "Cet objectif n’existe pas.", "There is no such objective.")
		}
		o.Objective = s
	}
	o.Departement = q.Get("departement")
	switch o.Only = q.Get("seulement"); o.Only {
	case "", ZIP, ZAC, "QPV":
	default:
		fields.Add("seulement", "Cette zone n’existe pas.", "There is no such zone.")
	}
	for part := range strings.FieldsFuncSeq(q.Get("interdites"), func(c rune) bool { return c == ',' || c == ';' || c == '\n' }) {
		o.Forbidden = append(o.Forbidden, strings.TrimSpace(part))
	}
	o.Quotas = parseQuotas(q, fields)
	return o, fields.Err()
}

func numberIn(q url.Values, fields fault.Fields, name string, usual, least, most float64) float64 {
	s := strings.ReplaceAll(strings.TrimSpace(q.Get(name)), ",", ".")
	if s == "" {
		return usual
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || !(x >= least && x <= most) {
		fields.Add(name, strings.ReplaceAll(fmt.Sprintf("Indiquez un nombre de %v à %v", least, most), ".", ",")+".", fmt.Sprintf("Give a number from %v to %v.", least, most))
		return usual
	}
	return x
}

// parseQuotas reads "91:3, 93:2".
func parseQuotas(q url.Values, fields fault.Fields) map[string]int {
	var quotas map[string]int
	for part := range strings.FieldsFuncSeq(q.Get("quotas"), func(c rune) bool { return c == ',' || c == ';' || c == ' ' }) {
		departement, number, _ := strings.Cut(part, ":")
		n, err := strconv.Atoi(number)
		if _, known := territory.Embedded().Departement(departement); !known || err != nil || n < 0 || n > MostPosts {
			fields.Add("quotas", "Écrivez les quotas ainsi : 91:3, 93:2.", "Write the quotas like this: 91:3, 93:2.")
			continue
		}
		if quotas == nil {
			quotas = map[string]int{}
		}
		quotas[departement] = n
	}
	return quotas
}

// Proposal is the answer to an order.
type Proposal struct {
	Order Order
	Plan  *access.Plan
	// Changes are the posts as a scenario, in their rank: what the sandbox opens.
	Changes []Change
	Answer  *Answer
}

// Propose ranks the next posts. The people of the region count, and sites are inside it; what weighs on them beyond the border counts
// in the loads. It refuses an order that admits no commune.
func (r *Region) Propose(ages territory.AgeFilter, o Order) (*Proposal, error) {
	forbidden, err := r.forbidden(o)
	if err != nil {
		return nil, err
	}
	request := access.Request{
		Objective: o.Objective, N: o.Posts, Tau: o.Tau, Unit: o.FTE * ConsultationsPerFTE, Cap: o.Cap, Forbidden: forbidden, Radius: o.Radius,
	}
	if len(o.Quotas) > 0 {
		if err := r.checkQuotas(o.Quotas); err != nil {
			return nil, err
		}
		request.Group, request.Ceiling = r.groups(o.Quotas)
	}
	plan, err := r.place(ages, o, request)
	if err != nil {
		return nil, fault.Invalid("Ces contraintes ne se laissent pas combiner.", "These constraints cannot be combined.").Because(err)
	}
	p := &Proposal{Order: o, Plan: plan}
	for _, unit := range plan.Units {
		p.Changes = append(p.Changes, Change{Kind: Doctors, Sites: []SiteFTE{{r.Places[unit.Site].Code, o.FTE}}})
	}
	p.Answer, err = r.Try(ages, p.Changes)
	return p, err
}

// forbidden marks the places where no post may go.
func (r *Region) forbidden(o Order) ([]bool, error) {
	marks := make([]bool, len(r.Places))
	left := 0
	for n := range marks {
		marks[n] = n >= r.Inside || !r.passes(n, Filter{Zone: o.Only}, "") || o.Departement != "" && r.Places[n].Departement != o.Departement
		if !marks[n] {
			left++
		}
	}
	for _, typed := range o.Forbidden {
		n, err := r.Resolve(typed)
		if err != nil {
			fields := fault.Fields{}
			fields.Add("interdites", "« "+typed+" » : aucune commune de ce nom, ou plusieurs ; donnez son code.", "“"+typed+"”: no municipality of that name, or several; give its code.")
			return nil, fields.Err()
		}
		marks[n] = true
	}
	if left == 0 {
		fields := fault.Fields{}
		fields.Add("seulement", "Aucune commune ne répond à ce critère.", "No municipality meets this condition.")
		return nil, fields.Err()
	}
	return marks, nil
}

// checkQuotas refuses a quota for a département that the region does not have: it would limit nothing.
func (r *Region) checkQuotas(quotas map[string]int) error {
	fields := fault.Fields{}
	for _, d := range slices.Sorted(maps.Keys(quotas)) {
		if !slices.ContainsFunc(r.Places[:r.Inside], func(p Place) bool { return p.Departement == d }) {
			fields.Add("quotas", "Le département « "+d+" » n’est pas dans la région.", "The département “"+d+"” is not in the region.")
			break
		}
	}
	return fields.Err()
}

// groups numbers the départements, for quotas.
func (r *Region) groups(quotas map[string]int) (group []int, ceiling map[int]int) {
	number := map[string]int{}
	group, ceiling = make([]int, len(r.Places)), map[int]int{}
	for n := range r.Places {
		d := r.Places[n].Departement
		if _, seen := number[d]; !seen {
			number[d] = len(number)
		}
		group[n] = number[d]
		if most, limited := quotas[d]; limited {
			ceiling[group[n]] = most
		}
	}
	return group, ceiling
}

func (r *Region) place(ages territory.AgeFilter, o Order, request access.Request) (*access.Plan, error) {
	model := *r.Model(ages)
	people := make([]float64, len(r.Places))
	lacking := make([]float64, len(r.Places))
	for n := range r.Inside {
		people[n] = float64(r.Places[n].Population)
		if model.Value[n] < o.Tau {
			lacking[n] = people[n]
		}
	}
	if o.Objective == access.Coverage || o.Objective == access.Distance {
		request.Unit, request.Cap = 0, 1
		return model.Links.Locate(lacking, request)
	}
	model.Population = people // loads stay those of everybody, beyond the border too
	return model.Place(request)
}
