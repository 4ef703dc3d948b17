package accesscmd

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"

	"maillage/internal/access"
	"maillage/internal/access/tabular"
)

// Inputs are the flags that describe a territory.
type Inputs struct {
	Demand    string `help:"CSV of demand places: id,<value>." placeholder:"FILE"`
	Supply    string `help:"CSV of supply places: id,<value>." placeholder:"FILE"`
	Costs     string `help:"CSV of travel costs: origin,dest,cost." placeholder:"FILE"`
	DemandCol string `help:"Column of the demand's value: a header, or a position from 1." placeholder:"N"`
	SupplyCol string `help:"Column of the supply's value: a header, or a position from 1." placeholder:"N"`
}

// Weights are the flags that describe the decay.
type Weights struct {
	Decay  string `help:"step:10=1,15=0.6667,20=0.3333, binary:20, linear:20, exp:0.05, gauss:10, or a preset (drees2015, drees2012)." placeholder:"SPEC"`
	Closed string `help:"Side on which steps are closed: right for t ≤ 10, left for t < 10." enum:"right,left" default:"right"`
}

func (w *Weights) parse() (access.Decay, error) {
	if w.Decay == "" {
		return access.Decay{}, refusef("--decay is missing: give steps, a function or a preset")
	}
	decay, err := access.ParseDecay(w.Decay)
	if err != nil {
		return access.Decay{}, refuse(fmt.Errorf("--decay: %w", err))
	}
	decay.OpenRight = w.Closed == "left"
	return decay, nil
}

// territory is what the files of Inputs hold. Links may not be built yet: see link.
type territory struct {
	demand, supply *tabular.Places
	pairs          *tabular.Pairs
	links          *access.Links
}

// read reads the files, and builds the links.
func (i *Inputs) read(s *Streams) (*territory, error) {
	t, err := i.readPairs(s)
	if err != nil {
		return nil, err
	}
	return t, t.link()
}

// link turns pairs into links.
func (t *territory) link() (err error) {
	t.links, err = access.NewLinks(len(t.demand.IDs), len(t.supply.IDs), t.pairs.Blocks...)
	if err != nil {
		return refuse(locate(err, t.pairs, t.demand, t.supply))
	}
	t.pairs = nil
	return nil
}

func (i *Inputs) readPairs(s *Streams) (*territory, error) {
	inputs := 0
	for _, name := range []string{i.Demand, i.Supply, i.Costs} {
		if name == "-" {
			inputs++
		}
	}
	if inputs > 1 {
		return nil, refusef("only one file can come from the standard input")
	}
	i.spare()
	t := &territory{}
	var err, supplyErr error
	var group sync.WaitGroup
	group.Go(func() { t.supply, supplyErr = s.places("supply", i.Supply, i.SupplyCol) })
	t.demand, err = s.places("demand", i.Demand, i.DemandCol)
	group.Wait()
	if err = cmp.Or(err, supplyErr); err != nil {
		return nil, err
	}
	if t.pairs, err = s.pairs(i.Costs, t.demand, t.supply); err != nil {
		return nil, err
	}
	return t, nil
}

// spare asks the collector to keep memory near what the costs need: once read, their text is garbage at once.
func (i *Inputs) spare() {
	const least = 32 << 20
	if info, err := os.Stat(i.Costs); err == nil && info.Mode().IsRegular() {
		debug.SetGCPercent(-1) // collect for the limit alone
		debug.SetMemoryLimit(max(least, info.Size()*7/5))
	}
}

// locate turns a pair given twice into a refusal that names its line.
func locate(err error, pairs *tabular.Pairs, demand, supply *tabular.Places) error {
	var twice *access.DuplicateError
	if !errors.As(err, &twice) {
		return err
	}
	return pairs.Place(twice.Position, fmt.Sprintf("the pair %q, %q is already there", demand.IDs[twice.Origin], supply.IDs[twice.Dest]))
}
