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

// Simulate plays each scale under each policy.
type Simulate struct {
	Seed        uint64 `help:"Seed: the same one gives the same tables." default:"1"`
	Days        int    `help:"Calendar days to play." default:"364"`
	Scales      []int  `help:"Times the pool of 10 dermatologists and its volume." default:"1,10,100"`
	Repeats     int    `help:"Runs of following seeds taken together at the scale of 1; larger scales take as many fewer." default:"20"`
	Sensitivity bool   `help:"Also vary the habits of doctors, at the first scale."`
	Curves      string `help:"File for the curves of the first scale, in SVG." type:"path" placeholder:"FILE"`
}

// Run writes the tables, and the curves when asked.
func (s Simulate) Run(k *kong.Kong) error {
	if s.Days < 14 || s.Days > 3660 {
		return fmt.Errorf("--days goes from 14 to 3660")
	}
	if s.Repeats < 1 || s.Repeats > 1000 {
		return fmt.Errorf("--repeats go from 1 to 1000")
	}
	for _, scale := range s.Scales {
		if scale < 1 || scale > 1000 {
			return fmt.Errorf("--scales go from 1 to 1000")
		}
	}
	var results []simulate.Result
	for _, scale := range s.Scales {
		results = append(results, s.play(scale, simulate.Usual())...)
	}
	simulate.Table(k.Stdout, results)
	if s.Sensitivity {
		s.vary(k.Stdout)
	}
	if s.Curves == "" || len(results) == 0 {
		return nil
	}
	return write(s.Curves, func(w io.Writer) { simulate.Curves(w, results[:len(simulate.Policies())]) })
}

func (s Simulate) play(scale int, habits simulate.Habits) []simulate.Result {
	var results []simulate.Result
	for _, policy := range simulate.Policies() {
		results = append(results, simulate.Run(simulate.Plan{Seed: s.Seed, Scale: scale, Days: s.Days, Repeats: max(1, s.Repeats/scale), Policy: policy, Habits: habits}))
	}
	return results
}

func (s Simulate) vary(w io.Writer) {
	var results []simulate.Result
	for _, habits := range simulate.Varied() {
		results = append(results, s.play(s.Scales[0], habits)...)
	}
	fmt.Fprintln(w)
	simulate.Sensitivity(w, results)
}

func write(file string, draw func(io.Writer)) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	draw(f)
	return f.Close()
}
