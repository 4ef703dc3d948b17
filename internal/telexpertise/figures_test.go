package telexpertise

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// TestNoHiddenCountIsFoundBySubtraction groups every small row by what is published of it, its sum included: a hidden count must be
// compatible with at least two values.
func TestNoHiddenCountIsFoundBySubtraction(t *testing.T) {
	const most = 13
	possible := map[string][]map[int]bool{}
	for a := range most {
		for b := range most {
			for c := range most {
				counts := []int{a, b, c}
				shown := Suppress(counts)
				key := fmt.Sprint(shown, a+b+c)
				if possible[key] == nil {
					possible[key] = []map[int]bool{{}, {}, {}}
				}
				for i, n := range counts {
					if n < smallest && !shown[i].Hidden {
						t.Fatalf("%v shows %d", counts, n)
					}
					possible[key][i][n] = true
				}
			}
		}
	}
	alone := 0
	for a := range most {
		for b := range most {
			for c := range most {
				shown := Suppress([]int{a, b, c})
				key := fmt.Sprint(shown, a+b+c)
				if a+b+c == 0 {
					continue // nobody asked: there is nothing to protect
				}
				for i := range shown {
					if shown[i].Hidden && len(possible[key][i]) < 2 {
						alone++
						if alone < 10 {
							t.Errorf("%v of sum %d: count %d can only be %v", shown, a+b+c, i, possible[key][i])
						}
					}
				}
			}
		}
	}
}

func TestKappa(t *testing.T) {
	var pairs [][2]string
	for class, n := range map[[2]string]int{{"a", "a"}: 20, {"a", "b"}: 5, {"b", "a"}: 10, {"b", "b"}: 15} {
		for range n {
			pairs = append(pairs, class)
		}
	}
	if got := Kappa(pairs); math.Abs(got-0.4) > 1e-9 { // the textbook's example
		t.Errorf("κ = %v", got)
	}
	if !math.IsNaN(Kappa(nil)) || !math.IsNaN(Kappa([][2]string{{"a", "a"}})) {
		t.Error("no agreement can be measured where nothing varies")
	}
}

func TestIntervals(t *testing.T) {
	var all []time.Duration
	for i := 10; i >= 1; i-- {
		all = append(all, time.Duration(i)*time.Hour)
	}
	if got := interval(all); got.Median != 5*time.Hour || got.P90 != 9*time.Hour || got.N != 10 {
		t.Errorf("%+v", got)
	}
}
