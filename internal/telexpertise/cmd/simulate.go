// Package telexpertisecmd is the command `maillage telexpertise`.
package telexpertisecmd

import (
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"maillage/internal/telexpertise/simulate"
)

// Telexpertise groups the subcommands.
type Telexpertise struct {
	Simulate Simulate `cmd:"" help:"Play a pool of dermatologists over months, and compare ways of sharing requests."`
}

// Simulate plays each scale under both policies.
type Simulate struct {
	Seed   uint64 `help:"Seed: the same one gives the same table." default:"1"`
	Days   int    `help:"Calendar days to play." default:"180"`
	Scales []int  `help:"Times the pool of 10 dermatologists and its volume." default:"1,10,100"`
	Curves string `help:"File for the curves of the first scale, in SVG." type:"path" placeholder:"FILE"`
}

// Run writes the table, and the curves when asked.
func (s Simulate) Run(k *kong.Kong) error {
	if s.Days < 14 || s.Days > 3660 {
		return fmt.Errorf("--days goes from 14 to 3660")
	}
	var results []simulate.Result
	for _, scale := range s.Scales {
		if scale < 1 || scale > 1000 {
			return fmt.Errorf("--scales go from 1 to 1000")
		}
		for _, shared := range []bool{false, true} {
			results = append(results, simulate.Run(simulate.Plan{Seed: s.Seed, Scale: scale, Days: s.Days, Shared: shared}))
		}
	}
	simulate.Table(k.Stdout, results)
	if s.Curves == "" || len(results) < 2 {
		return nil
	}
	return write(s.Curves, func(w io.Writer) { simulate.Curves(w, results[:2]) })
}

func write(file string, draw func(io.Writer)) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	draw(f)
	return f.Close()
}
