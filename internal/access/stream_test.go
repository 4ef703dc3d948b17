package access

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A stream finds, to the last bit, what a catchment finds, wherever blocks are cut, packed or not, on any number of cores.
func TestStreamIsTheCatchment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		if rapid.IntRange(0, 3).Draw(t, "steep") == 0 {
			w.decay = Decay{kind: gaussian, parameter: 0.9} // weights whose squares are too small for a float64
		}
		blocks := drawBlocks(t, w.links)
		stream, sorted, err := NewStream(w.links.Demands, w.links.Supplies, w.decay, blocks...)
		if err != nil || !sorted {
			t.Fatalf("sorted %v, %v", sorted, err)
		}
		stream.pairs = rapid.SampledFrom([]int{stream.pairs, smallWork}).Draw(t, "work") // as if there were enough for many cores
		workers := rapid.IntRange(0, 9).Draw(t, "workers")
		for _, method := range []Method{TwoStep, ThreeStep, Balanced} {
			want, err := NewCatchment(w.links, w.decay).Compute(method, w.population, w.supply, 1)
			if err != nil {
				t.Fatal(err)
			}
			got, err := stream.Compute(method, w.population, w.supply, workers)
			if err != nil {
				t.Fatal(err)
			}
			if !sameBits(got.Value, want.Value) || !sameBits(got.Ratio, want.Ratio) || !sameBits(got.Load, want.Load) {
				t.Fatalf("%s: got %v, want %v", method, got, want)
			}
		}
		links, err := NewLinks(w.links.Demands, w.links.Supplies, blocks...)
		if err != nil || !slices.Equal(links.Start, w.links.Start) || !slices.Equal(links.Dest, w.links.Dest) || !sameBits(links.Cost, w.links.Cost) {
			t.Fatalf("got %v, %v, want %v", links, err, w.links)
		}
	})
}

// drawBlocks cuts links into blocks, some of them empty, some packed.
func drawBlocks(t *rapid.T, l *Links) []PairBlock {
	blocks := []PairBlock{{}}
	for i := range l.Demands {
		dest, cost := l.Row(i)
		for k := range dest {
			for rapid.IntRange(0, 4).Draw(t, "cut") == 0 {
				blocks = append(blocks, PairBlock{})
			}
			b := &blocks[len(blocks)-1]
			if n := len(b.Runs); n > 0 && b.Runs[n-1].Origin == uint32(i) {
				b.Runs[n-1].Count++
			} else {
				b.Runs = append(b.Runs, Run{uint32(i), 1})
			}
			b.Dest, b.Cost = append(b.Dest, dest[k]), append(b.Cost, cost[k])
		}
	}
	for k := range blocks {
		if rapid.Bool().Draw(t, "packed") && !blocks[k].Pack(blocks[k].Cost) {
			t.Fatalf("%v is not packed", blocks[k].Cost)
		}
	}
	return blocks
}

func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })
}

// Packed costs come back to the last bit; what is not a small decimal is not packed.
func TestPackedCostsLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cost := rapid.OneOf(
			rapid.Custom(func(t *rapid.T) float64 {
				return float64(rapid.IntRange(0, 70_000).Draw(t, "whole")) / math.Pow10(rapid.IntRange(0, 8).Draw(t, "decimals"))
			}),
			rapid.Float64Min(0),
			rapid.Float64Range(0, 100),
		)
		costs := rapid.SliceOf(cost).Draw(t, "costs")
		var b PairBlock
		if b.Pack(costs) && !sameBits(b.AppendCosts(nil), costs) {
			t.Fatalf("got %v, want %v", b.AppendCosts(nil), costs)
		}
	})
	for _, costs := range [][]float64{{65536}, {0.5, 6553.6}, {6553.6, 0.25}, {1. / 3}, {-1}, {math.NaN()}, {math.Inf(1)}, {1e-7}} {
		if new(PairBlock).Pack(costs) {
			t.Errorf("%v is packed", costs)
		}
	}
	for _, costs := range [][]float64{{}, {65535}, {0.5, 6553.5}, {6553.5, 0.1}, {655.35, 3}, {1e-6}} {
		if !new(PairBlock).Pack(costs) {
			t.Errorf("%v is not packed", costs)
		}
	}
}

func TestStreamRefusesWhatIsNotSorted(t *testing.T) {
	decay, err := ParseDecay("binary:10")
	if err != nil {
		t.Fatal(err)
	}
	pair := func(i, j uint32) PairBlock {
		return PairBlock{Runs: []Run{{i, 1}}, Dest: []uint32{j}, Cost: []float64{1}}
	}
	for _, blocks := range [][]PairBlock{
		{pair(1, 0), pair(0, 0)}, {pair(0, 1), pair(0, 0)}, {pair(0, 1), {}, pair(0, 1)},
		{{Origin: []uint32{0, 0}, Dest: []uint32{1, 1}, Cost: []float64{1, 1}}},
	} {
		if _, sorted, err := NewStream(2, 2, decay, blocks...); sorted || err != nil {
			t.Errorf("%v: sorted %v, %v", blocks, sorted, err)
		}
	}
	bad := pair(0, 0)
	bad.Cost[0] = math.NaN()
	for _, block := range []PairBlock{pair(2, 0), pair(0, 2), bad} {
		if _, _, err := NewStream(2, 2, decay, block); err == nil {
			t.Errorf("%v is not refused", block)
		}
	}
}
