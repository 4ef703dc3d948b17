package accesscmd

import (
	"bufio"
	"slices"

	"maillage/internal/access"
)

// Compute is `maillage access compute`.
type Compute struct {
	Inputs
	Weights
	Method  string  `help:"2sfca, 3sfca, bfca, or raam (a cost: lower is better; the decay only says what is in reach)." default:"2sfca"`
	Tau     float64 `help:"raam: minutes that people accept to avoid a place loaded at 100 % of the mean." default:"60"`
	Out     string  `help:"Result: id,apl." default:"-" placeholder:"FILE"`
	Threads int     `help:"Cores to use; 0 for all. The result does not depend on it." default:"0"`
}

// Run computes and writes one row per demand place, in the order of the input.
func (c *Compute) Run(s *Streams) error {
	method := access.Method(c.Method)
	if !slices.Contains(access.Methods(), method) {
		return refusef("--method: %q is not 2sfca, 3sfca, bfca or raam", c.Method)
	}
	if method == access.Rational && c.Decay == "" {
		c.Decay = "exp:0" // every link is in reach
	}
	if c.Tau <= 0 {
		return refusef("--tau: %v is not a positive number of minutes", c.Tau)
	}
	decay, err := c.parse()
	if err != nil {
		return err
	}
	t, err := c.readPairs(s)
	if err != nil {
		return err
	}
	values, err := c.values(t, method, decay)
	if err != nil {
		return err
	}
	return s.write(c.Out, func(w *bufio.Writer) error {
		return writeColumns(w, "id,apl\n", t.demand.IDs, values)
	})
}

// values computes over the pairs as they were read, where the method and their order allow: that takes the least memory.
func (c *Compute) values(t *territory, method access.Method, decay access.Decay) ([]float64, error) {
	if method != access.Rational {
		stream, sorted, err := access.NewStream(len(t.demand.IDs), len(t.supply.IDs), decay, t.pairs.Blocks...)
		if err != nil {
			return nil, refuse(err)
		}
		if sorted {
			return c.catch(stream, method, t)
		}
	}
	if err := t.link(); err != nil {
		return nil, err
	}
	if method == access.Rational {
		return t.links.Rational(decay, t.demand.Values, t.supply.Values, access.RationalOptions{Tau: c.Tau}), nil
	}
	return c.catch(access.NewCatchment(t.links, decay), method, t)
}

func (c *Compute) catch(by interface {
	Compute(method access.Method, population, supply []float64, workers int) (*access.Result, error)
}, method access.Method, t *territory,
) ([]float64, error) {
	result, err := by.Compute(method, t.demand.Values, t.supply.Values, c.Threads)
	if err != nil {
		return nil, err
	}
	return result.Value, nil
}

// writeColumns writes a header, then each id followed by its value in every column.
func writeColumns(w *bufio.Writer, header string, ids []string, columns ...[]float64) error {
	if _, err := w.WriteString(header); err != nil {
		return err
	}
	line := make([]byte, 0, 128)
	for k, id := range ids {
		line = field(line[:0], id)
		for _, column := range columns {
			line = number(append(line, ','), column[k])
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}
