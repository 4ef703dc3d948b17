package accesscmd

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"

	"maillage/internal/access"
)

// Indicators is `maillage access indicators`.
type Indicators struct {
	Values     string    `help:"CSV of access: id,<value>, as compute writes it." placeholder:"FILE"`
	Demand     string    `help:"CSV of the population: id,<value>." placeholder:"FILE"`
	Income     string    `help:"CSV of income: id,<value>; places may be missing." placeholder:"FILE"`
	ValuesCol  string    `help:"Column of access: a header, or a position from 1." placeholder:"N"`
	DemandCol  string    `help:"Column of the population: a header, or a position from 1." placeholder:"N"`
	IncomeCol  string    `help:"Column of income: a header, or a position from 1." placeholder:"N"`
	Tau        float64   `help:"Threshold under which access is too low." default:"2.5"`
	Thresholds []float64 `help:"More thresholds, for shares of the population below." placeholder:"T"`
	JSON       bool      `name:"json" help:"Write JSON."`
	Out        string    `help:"Where to write." default:"-" placeholder:"FILE"`
}

// Run measures and writes the indicators.
func (c *Indicators) Run(s *Streams) error {
	if !(c.Tau > 0) || math.IsInf(c.Tau, 0) {
		return refusef("--tau: %v is not a positive number", c.Tau)
	}
	if (c.Values == "-" && c.Demand == "-") || (c.Income == "-" && (c.Values == "-" || c.Demand == "-")) {
		return refusef("only one file can come from the standard input")
	}
	indicators, err := c.measure(s)
	if err != nil {
		return err
	}
	return s.write(c.Out, func(w *bufio.Writer) error {
		if c.JSON {
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "  ")
			return encoder.Encode(indicators)
		}
		return writeIndicators(w, indicators)
	})
}

func (c *Indicators) measure(s *Streams) (*access.Indicators, error) {
	demand, err := s.places("demand", c.Demand, c.DemandCol)
	if err != nil {
		return nil, err
	}
	served, err := s.places("values", c.Values, c.ValuesCol)
	if err != nil {
		return nil, err
	}
	values, err := demand.Align(served, shown(c.Values), true)
	if err != nil {
		return nil, refuse(err)
	}
	options := access.IndicatorOptions{Tau: c.Tau, Thresholds: c.Thresholds}
	if c.Income != "" {
		income, err := s.places("income", c.Income, c.IncomeCol)
		if err != nil {
			return nil, err
		}
		if options.Income, err = demand.Align(income, shown(c.Income), false); err != nil {
			return nil, refuse(err)
		}
	}
	indicators, err := access.Measure(values, demand.Values, options)
	if err != nil {
		return nil, refuse(fmt.Errorf("%s: %w", shown(c.Demand), err))
	}
	return indicators, nil
}

func writeIndicators(w *bufio.Writer, ind *access.Indicators) error {
	fmt.Fprintf(w, "population        %.0f\nmean              %.4f\n", ind.Population, ind.Mean)
	for k, mean := range ind.DecileMeans {
		fmt.Fprintf(w, "tenth %-2d          %.4f\n", k+1, mean)
	}
	if ind.D10D1 != nil {
		fmt.Fprintf(w, "D10/D1            %.3f\n", *ind.D10D1)
	}
	for _, share := range ind.Shares {
		fmt.Fprintf(w, "below %-11g %.3f %%  (%.0f people)\n", share.Threshold, 100*share.Share, share.People)
	}
	fmt.Fprintf(w, "FGT0 FGT1 FGT2    %.5f %.5f %.5f\nGini              %.5f\nTheil             %.5f\n", ind.FGT0, ind.FGT1, ind.FGT2, ind.Gini, ind.Theil)
	if ind.Concentration != nil {
		fmt.Fprintf(w, "concentration     %.5f  (%.0f people with a known income)\n", *ind.Concentration, ind.IncomePopulation)
	}
	return nil
}
