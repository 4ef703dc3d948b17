package accesscmd

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"maillage/internal/access"
	"maillage/internal/access/synthetic"
)

// Bench is `maillage access bench`: it makes a territory of the size of France, and measures each bar.
type Bench struct {
	Communes int    `help:"Demand places of the made-up territory." default:"35000"`
	Pairs    int    `help:"Links within 20 minutes." default:"1560000"`
	Seed     uint64 `help:"Another number makes another territory." default:"1"`
	Make     string `help:"Only write the territory as demand.csv, supply.csv and costs.csv in this folder." placeholder:"DIR"`
	Markdown bool   `help:"Write Markdown."`
}

// measure is one line of the table.
type measure struct {
	what, bar string
	ours      string
	baseline  string
	held      verdictOf
}

// verdictOf says whether a bar holds: other programs share the machine, so the median may miss what the best run reaches.
type verdictOf string

const (
	holds     verdictOf = "yes"
	holdsBest verdictOf = "best run only"
	missed    verdictOf = "no"
	unjudged  verdictOf = "—"
)

// within judges times against a limit, and something else that must hold too.
func (d durations) within(limit time.Duration, also bool) verdictOf {
	switch {
	case !also || d.best() > limit:
		return missed
	case d.median() > limit:
		return holdsBest
	}
	return holds
}

func judge(held bool) verdictOf {
	if held {
		return holds
	}
	return missed
}

// Run measures, and prints the table.
func (c *Bench) Run(s *Streams) error {
	france := synthetic.France
	france.Communes, france.Pairs = c.Communes, c.Pairs
	france.Sites = max(1, c.Communes*synthetic.France.Sites/synthetic.France.Communes)
	if c.Make != "" {
		return makeFiles(c.Make, france, c.Seed)
	}
	dir, err := os.MkdirTemp("", "maillage-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	// The cold runs come first, while this process is small: a child starts with its parent's largest size on its account.
	cold, err := c.cold(dir)
	if err != nil {
		return err
	}
	model, err := modelOf(france, c.Seed)
	if err != nil {
		return refuse(err)
	}
	rows := append([]measure{national(model)}, floors(model)...)
	rows = append(rows, cold...)
	rows = append(rows, whatIfBar(model), indicatorsBar(model))
	region, err := modelOf(synthetic.Region, c.Seed)
	if err != nil {
		return err
	}
	for _, bar := range placementBars(region, model, c.Seed) {
		row, err := bar.run()
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return c.print(s.Out, france, rows)
}

func modelOf(shape synthetic.Shape, seed uint64) (*access.Model, error) {
	t, err := synthetic.Make(shape, seed)
	if err != nil {
		return nil, err
	}
	decay, err := access.ParseDecay("drees2015")
	if err != nil {
		return nil, err
	}
	return access.NewModel(t.Links, decay, t.Population, t.Supply)
}

// durations are the sorted times of several runs.
type durations []time.Duration

// times runs work again and again, at least `least` times and for about a second.
func times(least int, work func()) durations {
	var out durations
	work() // once for nothing: caches fill
	begin := now()
	for len(out) < least || (now().Sub(begin) < time.Second && len(out) < 2000) {
		from := now()
		work()
		out = append(out, now().Sub(from))
	}
	slices.Sort(out)
	return out
}

func now() time.Time { return time.Now() } //nolint:forbidigo // measuring time is what this command is for

func (d durations) median() time.Duration { return d[len(d)/2] }
func (d durations) best() time.Duration   { return d[0] }

// text gives the median, and the best run: on a shared machine they differ.
func (d durations) text() string { return short(d.median()) + " (best " + short(d.best()) + ")" }

func short(d time.Duration) string {
	switch {
	case d < 10*time.Microsecond:
		return fmt.Sprintf("%d ns", d.Nanoseconds())
	case d < time.Millisecond:
		return fmt.Sprintf("%.0f µs", float64(d)/1e3)
	case d < time.Second:
		return fmt.Sprintf("%.3g ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

// national measures the whole two-step computation on one core, against maps of texts.
func national(m *access.Model) measure {
	result := m.Result
	ours := times(50, func() { m.Catchment.TwoStep(m.Population, m.Supply, &result, 1) })
	naive := newNaive(m)
	base := times(3, func() { naive.compute() })
	return measure{
		what: "national E2SFCA, in memory, one core", bar: "≤ 3 ms", ours: ours.text(),
		baseline: fmt.Sprintf("maps: %s, %.0f ×", short(base.median()), ratio(base.median(), ours.median())),
		held:     ours.within(3*time.Millisecond, true),
	}
}

// floors compares it with the time that this machine needs to read a problem of this size from memory, once, as plain compressed rows
// (a float64 weight and a 32-bit place per pair, for each of the two passes): no reading of such rows can be faster, however it adds.
// The second row has no bar: it is against the bytes of our own layout, fewer, where the processor and not the memory sets the time.
func floors(m *access.Model) []measure {
	result := m.Result
	ours := times(50, func() { m.Catchment.TwoStep(m.Population, m.Supply, &result, 1) })
	every := times(50, func() { m.Catchment.TwoStep(m.Population, m.Supply, &result, 0) })
	perSecond := memoryBandwidth()
	vectors := 8 * (2*len(m.Population) + 3*len(m.Supply))
	least := func(bytes int) time.Duration { return time.Duration(float64(bytes) / perSecond * 1e9) }
	against := func(floor time.Duration) string {
		return fmt.Sprintf("%.2g × (best %.2g ×) on one core, %.2g × (best %.2g ×) on %d",
			ratio(ours.median(), floor), ratio(ours.best(), floor), ratio(every.median(), floor), ratio(every.best(), floor), runtime.GOMAXPROCS(0))
	}
	row := func(bytes int) string {
		return fmt.Sprintf("%.1f MB at %.1f GB/s: %s", float64(bytes)/1e6, perSecond/1e9, short(least(bytes)))
	}
	plain, own := 2*m.Catchment.Pairs()*(8+4)+vectors, m.Catchment.Bytes()+vectors
	return []measure{{
		what: "the same, against reading the pairs once as plain compressed rows (float64 weights, 32-bit places)", bar: "≤ 2 ×",
		ours: against(least(plain)), baseline: row(plain), held: ours.within(2*least(plain), true),
	}, {
		what: "the same, against reading our own layout once", bar: "none", ours: against(least(own)), baseline: row(own), held: unjudged,
	}}
}

// memoryBandwidth reads 256 MB in order, in bytes a second.
func memoryBandwidth() float64 {
	data := make([]float64, 32<<20)
	for k := range data {
		data[k] = 1
	}
	total := 0.0
	runs := times(5, func() {
		var a, b, c, d, e, f, g, h float64
		for k := 0; k+8 <= len(data); k += 8 {
			v := data[k : k+8 : k+8]
			a, b, c, d = a+v[0], b+v[1], c+v[2], d+v[3]
			e, f, g, h = e+v[4], f+v[5], g+v[6], h+v[7]
		}
		total += a + b + c + d + e + f + g + h
	})
	runtime.KeepAlive(total)
	return float64(8*len(data)) / runs.best().Seconds()
}

// whatIfBar adds one doctor at a site and takes it back, all over the territory.
func whatIfBar(m *access.Model) measure {
	sandbox, site := m.Sandbox(), 0
	const batch = 1000
	ours := times(20, func() {
		for range batch {
			site = (site + 7919) % len(m.Supply)
			if sandbox.Add(site, 5400) == nil {
				sandbox.Undo()
			}
		}
	})
	each := ours.median() / batch / 2
	return measure{
		what: "what-if, one doctor more (or taken back)", bar: "≤ 1 µs", ours: short(each) + " (best " + short(ours.best()/batch/2) + ")",
		baseline: "none has it", held: ours.within(2*batch*time.Microsecond, true),
	}
}

// indicatorsBar measures zones and every indicator; the incomes are made up.
func indicatorsBar(m *access.Model) measure {
	rule, income := access.ZoningRules()[0], make([]float64, len(m.Value))
	for i := range income {
		income[i] = 15000 + float64(i*7919%20000)
	}
	options := access.IndicatorOptions{Tau: 2.5, Thresholds: []float64{4}, Income: income}
	failed := false
	ours := times(20, func() {
		_, err := access.Measure(m.Value, m.Population, options)
		failed = failed || err != nil
		rule.Propose(access.ZoningInput{Value: m.Value, Population: m.Population})
	})
	return measure{
		what: "zones and all indicators, national", bar: "≤ 5 ms", ours: ours.text(), baseline: "—",
		held: ours.within(5*time.Millisecond, !failed),
	}
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

func (c *Bench) print(w io.Writer, france synthetic.Shape, rows []measure) error {
	var b strings.Builder
	intro := fmt.Sprintf("%d communes, %d sites, %d pairs within %.0f minutes (made up, seed %d); region of %d communes, %d pairs; %d cores.",
		france.Communes, france.Sites, france.Pairs, france.Minutes, c.Seed, synthetic.Region.Communes, synthetic.Region.Pairs, runtime.NumCPU())
	if c.Markdown {
		fmt.Fprintf(&b, "## Access to care\n\n`maillage access bench`: %s\nMedians; \"best\" is the fastest run, which other programs disturbed least.\n\n", intro)
		b.WriteString("| | bar | measured | held | baseline, same run |\n|---|---|---|---|---|\n")
	} else {
		fmt.Fprintln(&b, intro)
	}
	for _, row := range rows {
		if c.Markdown {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", row.what, row.bar, row.ours, row.held, row.baseline)
		} else {
			fmt.Fprintf(&b, "%s\n    bar %s · measured %s · held: %s · baseline %s\n", row.what, row.bar, row.ours, row.held, row.baseline)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
