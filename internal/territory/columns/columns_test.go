package columns

import (
	"bytes"
	"slices"
	"testing"
)

func sample(t testing.TB) []byte {
	var w Writer
	w.Strings("code", []string{"01001", "2A004", "97411"})
	w.Ints("population", []int{860, 74_567, 153_001})
	w.Ints("nothing", nil)
	w.Floats("fte", []float64{0.5, -1e9, 3.25})
	w.Strings("one empty", []string{""})
	b, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryColumnComesBack(t *testing.T) {
	r := Open(sample(t))
	code, pop, none, fte, empty := r.Strings("code"), r.Ints("population"), r.Ints("nothing"), r.Floats("fte"), r.Strings("one empty")
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	if !slices.Equal(code, []string{"01001", "2A004", "97411"}) || !slices.Equal(pop, []int{860, 74_567, 153_001}) ||
		len(none) != 0 || !slices.Equal(fte, []float64{0.5, -1e9, 3.25}) || !slices.Equal(empty, []string{""}) {
		t.Errorf("got %q %v %v %v %q", code, pop, none, fte, empty)
	}
}

func TestTheSameColumnsGiveTheSameBytes(t *testing.T) {
	if !bytes.Equal(sample(t), sample(t)) {
		t.Error("two writings differ")
	}
}

func TestAnotherOrderIsRefused(t *testing.T) {
	r := Open(sample(t))
	if got := r.Ints("population"); r.Err() == nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, r.Err())
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(sample(f))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := Open(b)
		code, pop, _, fte, _ := r.Strings("code"), r.Ints("population"), r.Ints("nothing"), r.Floats("fte"), r.Strings("one empty")
		if r.Err() == nil && len(code)+len(pop)+len(fte) > len(b)*2000 {
			t.Errorf("%d bytes announce %d values", len(b), len(code)+len(pop)+len(fte))
		}
	})
}
