package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// told runs the events of one test run, one per line, and returns the summary with what it printed.
func told(events string) (*summary, string) {
	var out strings.Builder
	s := &summary{output: map[string]*strings.Builder{}, w: &out}
	for _, line := range strings.SplitAfter(events, "\n") {
		if line != "" {
			s.read([]byte(line))
		}
	}
	return s, out.String()
}

func TestAFailureIsCountedAndShown(t *testing.T) {
	s, out := told(`{"Action":"output","Package":"p","Test":"A","Output":"a.go:1: one is not two\n"}
{"Action":"fail","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"B"}
{"Action":"output","Package":"p","Test":"C","Output":"    c.go:1: no data here\n"}
{"Action":"skip","Package":"p","Test":"C"}
{"Action":"fail","Package":"p"}
`)
	if s.passed != 1 || s.failed != 1 || s.skipped != 1 || !s.broken {
		t.Errorf("counted %d, %d, %d, broken %v", s.passed, s.failed, s.skipped, s.broken)
	}
	for _, want := range []string{"one is not two", "no data here", "fail p"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

// A package that does not build, or whose TestMain ends the process, runs no test: that is a failure all the same.
func TestAPackageThatNeverRanIsAFailure(t *testing.T) {
	for _, events := range []string{
		`{"Action":"build-output","ImportPath":"p","Output":"p.go:1: syntax error\n"}` + "\n" + `{"Action":"build-fail","ImportPath":"p"}`,
		`{"Action":"fail","Package":"p"}`,
	} {
		if s, _ := told(events); !s.broken {
			t.Errorf("not seen as broken: %s", events)
		}
	}
}

func TestCountsAreAppended(t *testing.T) {
	file := filepath.Join(t.TempDir(), "counts")
	for range 2 {
		if err := appendCounts(file, 3, 2, 1); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != "3 2 1\n3 2 1\n" {
		t.Errorf("%q, %v", got, err)
	}
}
