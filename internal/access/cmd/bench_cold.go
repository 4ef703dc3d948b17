package accesscmd

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"maillage/internal/access"
	"maillage/internal/access/synthetic"
)

// makeFiles writes a territory as the three files of the commands.
func makeFiles(dir string, shape synthetic.Shape, seed uint64) error {
	t, err := synthetic.Make(shape, seed)
	if err != nil {
		return refuse(err)
	}
	ids := make([]string, shape.Communes)
	for i := range ids {
		ids[i] = fmt.Sprintf("%05d", i+1000)
	}
	sites := make([]string, shape.Sites)
	for j, i := range t.Home {
		sites[j] = ids[i]
	}
	plain := func(w *bufio.Writer, header string, names []string, values []float64) error {
		_, err := w.WriteString(header)
		for k, name := range names {
			if err == nil {
				_, err = w.WriteString(name + "," + strconv.FormatFloat(values[k], 'f', -1, 64) + "\n")
			}
		}
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return refuse(err)
	}
	s := &Streams{}
	if err := s.write(filepath.Join(dir, "demand.csv"), func(w *bufio.Writer) error { return plain(w, "id,population\n", ids, t.Population) }); err != nil {
		return err
	}
	if err := s.write(filepath.Join(dir, "supply.csv"), func(w *bufio.Writer) error { return plain(w, "id,consultations\n", sites, t.Supply) }); err != nil {
		return err
	}
	return s.write(filepath.Join(dir, "costs.csv"), func(w *bufio.Writer) error { return writeCosts(w, t.Links, ids, sites) })
}

func writeCosts(w *bufio.Writer, links *access.Links, ids, sites []string) error {
	if _, err := w.WriteString("origin,dest,cost\n"); err != nil {
		return err
	}
	line := make([]byte, 0, 64)
	for i, id := range ids {
		dest, cost := links.Row(i)
		for k, j := range dest {
			line = append(append(append(line[:0], id...), ','), sites[j]...)
			line = strconv.AppendFloat(append(line, ','), cost[k], 'f', -1, 64)
			if _, err := w.Write(append(line, '\n')); err != nil {
				return err
			}
		}
	}
	return nil
}

// coldRuns is how many times the whole process is started.
const coldRuns = 7

// cold starts this program anew on files, and measures it from outside.
func (c *Bench) cold(dir string) ([]measure, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	maker := exec.Command(program, "access", "bench", "--make", dir, //nolint:noctx // ends by itself
		"--communes", strconv.Itoa(c.Communes), "--pairs", strconv.Itoa(c.Pairs), "--seed", strconv.FormatUint(c.Seed, 10))
	if out, err := maker.CombinedOutput(); err != nil {
		return nil, refusef("making the territory: %s", out)
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	largest, failure := 0, error(nil)
	var processor []time.Duration
	ours := times(coldRuns, func() {
		run := exec.Command(program, "access", "compute", "--demand", in("demand.csv"), "--supply", in("supply.csv"), //nolint:noctx // ends by itself
			"--costs", in("costs.csv"), "--decay", "drees2015", "--out", in("apl.csv"))
		if err := run.Run(); err != nil {
			failure = err
			return
		}
		largest = max(largest, residentKB(run.ProcessState))
		processor = append(processor, run.ProcessState.UserTime()+run.ProcessState.SystemTime())
	})
	if failure != nil {
		return nil, failure
	}
	begin := now()
	if err := naiveFiles(in("demand.csv"), in("supply.csv"), in("costs.csv"), in("naive.csv")); err != nil {
		return nil, err
	}
	base := now().Sub(begin)
	return []measure{
		{
			what: "cold: CSV files → result file, whole process", bar: "≤ 150 ms",
			ours:     fmt.Sprintf("%s; %s of processor time", ours.text(), short(slices.Min(processor))),
			baseline: fmt.Sprintf("encoding/csv and maps: %s, %.1f ×", short(base), ratio(base, ours.median())),
			held:     ours.within(150*time.Millisecond, true),
		},
		{
			what: "largest resident memory of that process", bar: "≤ 80 MB", ours: fmt.Sprintf("%.1f MB", float64(largest)/1e3),
			baseline: "—", held: judge(largest > 0 && largest <= 80_000),
		},
	}, nil
}

// naive is the straightforward implementation that the table compares with: places are texts, sums are maps.
type naive struct {
	population, supply map[string]float64
	rows               []naiveRow
}

type naiveRow struct {
	origin, dest string
	cost         float64
}

func newNaive(m *access.Model) *naive {
	n := &naive{population: map[string]float64{}, supply: map[string]float64{}}
	for i, people := range m.Population {
		n.population[strconv.Itoa(i)] = people
	}
	for j, s := range m.Supply {
		n.supply[strconv.Itoa(j)] = s
	}
	for i := range m.Population {
		dest, cost := m.Links.Row(i)
		for k, j := range dest {
			n.rows = append(n.rows, naiveRow{strconv.Itoa(i), strconv.Itoa(int(j)), cost[k]})
		}
	}
	return n
}

func naiveWeight(minutes float64) float64 {
	switch {
	case minutes <= 10:
		return 1
	case minutes <= 15:
		return 2.0 / 3
	case minutes <= 20:
		return 1.0 / 3
	}
	return 0
}

func (n *naive) compute() map[string]float64 {
	load, value := map[string]float64{}, map[string]float64{}
	for _, row := range n.rows {
		load[row.dest] += n.population[row.origin] * naiveWeight(row.cost)
	}
	for _, row := range n.rows {
		if load[row.dest] > 0 {
			value[row.origin] += n.supply[row.dest] / load[row.dest] * naiveWeight(row.cost)
		}
	}
	return value
}

// naiveFiles does the same from files.
func naiveFiles(demand, supply, costs, out string) error {
	n := &naive{population: map[string]float64{}, supply: map[string]float64{}}
	var order []string
	err := eachRecord(demand, func(record []string) error {
		value, err := strconv.ParseFloat(record[1], 64)
		n.population[record[0]] = value
		order = append(order, record[0])
		return err
	})
	if err == nil {
		err = eachRecord(supply, func(record []string) error {
			value, err := strconv.ParseFloat(record[1], 64)
			n.supply[record[0]] = value
			return err
		})
	}
	if err == nil {
		err = eachRecord(costs, func(record []string) error {
			cost, err := strconv.ParseFloat(record[2], 64)
			n.rows = append(n.rows, naiveRow{record[0], record[1], cost})
			return err
		})
	}
	if err != nil {
		return err
	}
	value := n.compute()
	return (&Streams{}).write(out, func(w *bufio.Writer) error {
		values := make([]float64, len(order))
		for k, id := range order {
			values[k] = value[id]
		}
		return writeColumns(w, "id,apl\n", order, values)
	})
}

func eachRecord(name string, visit func(record []string) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	reader := csv.NewReader(f)
	for line := 0; ; line++ {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && line > 0 {
			err = visit(record)
		}
		if err != nil {
			return err
		}
	}
}
