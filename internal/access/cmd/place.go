package accesscmd

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"maillage/internal/access"
	"maillage/internal/access/tabular"
)

// Place is `maillage access place`.
type Place struct {
	Inputs
	Weights
	N         int            `help:"Units to place: doctors, or sites to open."`
	Objective string         `help:"shortfall, headcount or maxmin (doctors); coverage or distance (sites, without supply)." default:"shortfall"`
	Tau       float64        `help:"Access under which a place lacks care." default:"2.5"`
	FTE       float64        `name:"fte" help:"Supply of one unit, in the unit of the supply file." default:"5400"`
	Cap       int            `help:"Most units at one site; 0 for no limit." default:"0"`
	Forbid    string         `help:"CSV of sites that get nothing: id." placeholder:"FILE"`
	Fixed     string         `help:"CSV of sites that get one unit first: id." placeholder:"FILE"`
	Groups    string         `help:"CSV of the region of each site: id,<group>." placeholder:"FILE"`
	Ceiling   map[string]int `help:"Most units in a region." placeholder:"GROUP=MAX" mapsep:","`
	Radius    *float64       `help:"Cost within which a site covers; for distance, links beyond it are left out." placeholder:"R"`
	Ranking   string         `help:"auto (nested where certified within 3 %), nested, or best for this N." enum:"auto,nested,best" default:"auto"`
	JSON      bool           `name:"json" help:"Write the plan and its bound as JSON on the standard output."`
	Out       string         `help:"Result: rank,site,gain." default:"-" placeholder:"FILE"`
}

// planned is a plan with the names of its sites.
type planned struct {
	plan  *access.Plan
	sites []string
}

// Run places, writes the list, and says on the standard error how good it is certified to be.
func (c *Place) Run(s *Streams) error {
	objective := access.Objective(c.Objective)
	if !slices.Contains(access.Objectives(), objective) {
		return refusef("--objective: %q is not shortfall, headcount, maxmin, coverage or distance", c.Objective)
	}
	if c.N == 0 {
		return refusef("--n is missing: give a number of units to place")
	}
	if c.N < 1 {
		return refusef("--n: %d is not a number of units to place", c.N)
	}
	if c.Cap < 0 {
		return refusef("--cap: %d is negative", c.Cap)
	}
	request := access.Request{
		Objective: objective, N: c.N, Tau: c.Tau, Unit: c.FTE, Cap: c.Cap,
		Ranking: access.Ranking(c.Ranking), OpenRight: c.Closed == "left",
	}
	run := c.doctors
	if objective == access.Coverage || objective == access.Distance {
		run = c.locations
	}
	result, err := run(s, &request)
	if err != nil {
		return err
	}
	return c.report(s, result)
}

// doctors adds supply to a model.
func (c *Place) doctors(s *Streams, request *access.Request) (*planned, error) {
	if !(c.Tau > 0) || math.IsInf(c.Tau, 0) {
		return nil, refusef("--tau: %v is not a positive number", c.Tau)
	}
	if !(c.FTE > 0) || math.IsInf(c.FTE, 0) {
		return nil, refusef("--fte: %v is not a positive number", c.FTE)
	}
	decay, err := c.parse()
	if err != nil {
		return nil, err
	}
	t, err := c.read(s)
	if err != nil {
		return nil, err
	}
	if err := c.limits(s, t.supply, request); err != nil {
		return nil, err
	}
	model, err := access.NewModel(t.links, decay, t.demand.Values, t.supply.Values)
	if err != nil {
		return nil, err
	}
	plan, err := model.Place(*request)
	if err != nil {
		return nil, refuse(err)
	}
	return &planned{plan, t.supply.IDs}, nil
}

// locations opens sites among the destinations of the costs, or among those of the supply file when there is one.
func (c *Place) locations(s *Streams, request *access.Request) (*planned, error) {
	switch {
	case c.Radius == nil && request.Objective == access.Coverage:
		return nil, refusef("--radius is missing: coverage needs one")
	case c.Radius != nil && !(*c.Radius >= 0 && !math.IsInf(*c.Radius, 0)):
		return nil, refusef("--radius: %v is not a distance", *c.Radius)
	case c.Radius != nil:
		request.Radius = *c.Radius
	}
	request.Cap = 1
	t, err := c.readLocations(s)
	if err != nil {
		return nil, err
	}
	if err := c.limits(s, t.supply, request); err != nil {
		return nil, err
	}
	plan, err := t.links.Locate(t.demand.Values, *request)
	if err != nil {
		return nil, refuse(err)
	}
	return &planned{plan, t.supply.IDs}, nil
}

func (c *Place) readLocations(s *Streams) (*territory, error) {
	if c.Supply != "" {
		return c.read(s)
	}
	if c.Demand == "-" && c.Costs == "-" {
		return nil, refusef("only one file can come from the standard input")
	}
	demand, err := s.places("demand", c.Demand, c.DemandCol)
	if err != nil {
		return nil, err
	}
	if c.Costs == "" {
		return nil, refusef("--costs is missing: give a CSV file")
	}
	f, err := s.open(c.Costs)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	if err != nil {
		return nil, refuse(err)
	}
	sites, err := tabular.Destinations(shown(c.Costs), bytes.NewReader(content))
	if err != nil {
		return nil, refuse(err)
	}
	pairs, err := tabular.ReadPairs(shown(c.Costs), bytes.NewReader(content), demand, sites)
	if err != nil {
		return nil, refuse(err)
	}
	t := &territory{demand: demand, supply: sites, pairs: pairs}
	return t, t.link()
}

// limits reads the files that limit where units may go.
func (c *Place) limits(s *Streams, sites *tabular.Places, request *access.Request) error {
	if c.Forbid != "" {
		list, err := s.list(c.Forbid, sites)
		if err != nil {
			return err
		}
		request.Forbidden = make([]bool, len(sites.IDs))
		for _, site := range list {
			request.Forbidden[site] = true
		}
	}
	if c.Fixed != "" {
		list, err := s.list(c.Fixed, sites)
		if err != nil {
			return err
		}
		request.Fixed = make([]int, len(sites.IDs))
		if len(list) > c.N {
			return refusef("--fixed: the %d sites of %s exceed --n %d", len(list), shown(c.Fixed), c.N)
		}
		for _, site := range list {
			if request.Forbidden != nil && request.Forbidden[site] {
				return refusef("--fixed: %q of %s is forbidden by %s", sites.IDs[site], shown(c.Fixed), shown(c.Forbid))
			}
			request.Fixed[site] = 1
		}
	}
	return c.ceilings(s, sites, request)
}

func (c *Place) ceilings(s *Streams, sites *tabular.Places, request *access.Request) error {
	if c.Groups == "" {
		if len(c.Ceiling) > 0 {
			return refusef("--ceiling needs --groups")
		}
		return nil
	}
	f, err := s.open(c.Groups)
	if err != nil {
		return err
	}
	defer f.Close()
	labels, err := tabular.Labels(shown(c.Groups), f, sites)
	if err != nil {
		return refuse(err)
	}
	number := map[string]int{}
	request.Group = make([]int, len(labels))
	for k, label := range labels {
		if _, known := number[label]; !known {
			number[label] = len(number)
		}
		request.Group[k] = number[label]
	}
	request.Ceiling = map[int]int{}
	for label, most := range c.Ceiling {
		group, known := number[label]
		if !known || most < 0 {
			return refusef("--ceiling: %s=%d is not a group of %s with a number of units", label, most, shown(c.Groups))
		}
		request.Ceiling[group] = most
		fixed := 0
		for site, units := range request.Fixed {
			if request.Group[site] == group {
				fixed += units
			}
		}
		if fixed > most {
			return refusef("--ceiling: %s=%d, and %s fixes %d there", label, most, shown(c.Fixed), fixed)
		}
	}
	return nil
}

func (s *Streams) list(name string, known *tabular.Places) ([]int, error) {
	f, err := s.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	list, err := tabular.ReadIDs(shown(name), f, known)
	if err != nil {
		return nil, refuse(err)
	}
	return list, nil
}

// planJSON is the plan as --json writes it.
type planJSON struct {
	Objective access.Objective `json:"objective"`
	N         int              `json:"n"`
	Before    float64          `json:"before"`
	After     float64          `json:"after"`
	Value     float64          `json:"value"` // what the bound limits
	Bound     float64          `json:"bound"`
	AtLeast   float64          `json:"at_least"`
	Gap       float64          `json:"gap"`
	Nested    bool             `json:"nested"`
	Skipped   int              `json:"skipped"`
	Units     []unitJSON       `json:"units"`
}

type unitJSON struct {
	Rank int     `json:"rank"`
	Site string  `json:"site"`
	Gain float64 `json:"gain"`
}

// figure is the number that the bound limits: what is gained for doctors, the objective itself for the others.
func figure(plan *access.Plan) float64 {
	if plan.Objective == access.Shortfall || plan.Objective == access.Headcount {
		return plan.Value
	}
	return plan.After
}

func (c *Place) report(s *Streams, result *planned) error {
	plan := result.plan
	csv := func(w *bufio.Writer) error { return writePlan(w, result) }
	document := func(w *bufio.Writer) error {
		out := planJSON{
			Objective: plan.Objective, N: c.N, Before: plan.Before, After: plan.After, Value: figure(plan), Bound: plan.Bound,
			AtLeast: plan.AtLeast, Gap: 1 - plan.AtLeast, Nested: plan.Nested, Skipped: plan.Skipped, Units: []unitJSON{},
		}
		for _, u := range plan.Units {
			out.Units = append(out.Units, unitJSON{u.Rank, result.sites[u.Site], u.Gain})
		}
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(out)
	}
	toFile := c.Out != "" && c.Out != "-"
	if toFile || !c.JSON {
		if err := s.write(c.Out, csv); err != nil {
			return err
		}
	}
	if c.JSON {
		if err := s.write("-", document); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(s.Err, verdict(plan))
	return err
}

// verdict is the sentence on the standard error.
func verdict(plan *access.Plan) string {
	relation := "at most"
	if plan.Objective == access.Distance {
		relation = "at least"
	}
	text := fmt.Sprintf("%s %.12g, bound %s %.12g: at least %.2f %% of the best possible",
		plan.Objective, figure(plan), relation, plan.Bound, math.Floor(plan.AtLeast*1e4+1e-6)/100)
	if plan.Skipped > 0 {
		text += fmt.Sprintf("; %d places have no site in reach", plan.Skipped)
	}
	return text
}

func writePlan(w *bufio.Writer, result *planned) error {
	if _, err := w.WriteString("rank,site,gain\n"); err != nil {
		return err
	}
	line := make([]byte, 0, 64)
	for _, u := range result.plan.Units {
		line = fmt.Appendf(line[:0], "%d,", u.Rank)
		line = append(field(line, result.sites[u.Site]), ',')
		if _, err := w.Write(append(number(line, u.Gain), '\n')); err != nil {
			return err
		}
	}
	return nil
}
