// Command testsum reads the events of `go test -json`, prints one line per package and the whole output of what
// failed, and appends the counts of tests to the file named by MAILLAGE_COUNTS as "passed failed skipped".
// It exits with 1 when anything failed, a package that does not build included.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64
}

type summary struct {
	passed, failed, skipped int
	broken                  bool
	output                  map[string]*strings.Builder
	w                       io.Writer
}

func main() {
	s := &summary{output: map[string]*strings.Builder{}, w: os.Stdout}
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			s.read(line)
		}
		if err != nil {
			break
		}
	}
	fmt.Fprintf(s.w, "go test: %d passed, %d failed, %d skipped\n", s.passed, s.failed, s.skipped)
	if err := appendCounts(os.Getenv("MAILLAGE_COUNTS"), s.passed, s.failed, s.skipped); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if s.failed > 0 || s.broken {
		os.Exit(1)
	}
}

func (s *summary) read(line []byte) {
	var e event
	if json.Unmarshal(line, &e) != nil {
		fmt.Fprintf(s.w, "%s", line)
		return
	}
	key := e.Package + "\x00" + e.Test
	switch e.Action {
	case "output":
		if s.output[key] == nil {
			s.output[key] = &strings.Builder{}
		}
		s.output[key].WriteString(e.Output)
	case "build-output":
		fmt.Fprint(s.w, e.Output)
	case "build-fail":
		s.broken = true
	case "pass", "fail", "skip":
		s.finish(e, key)
		delete(s.output, key)
	}
}

// finish counts one test, or prints the line of one package.
func (s *summary) finish(e event, key string) {
	text := ""
	if b := s.output[key]; b != nil {
		text = b.String()
	}
	if e.Test == "" {
		if e.Action == "fail" {
			s.broken = true
			fmt.Fprint(s.w, text)
		}
		if e.Action != "skip" {
			fmt.Fprintf(s.w, "%-4s %-50s %6.1f s\n", e.Action, e.Package, e.Elapsed)
		}
		return
	}
	switch e.Action {
	case "pass":
		s.passed++
	case "fail":
		s.failed++
		fmt.Fprintf(s.w, "FAIL %s %s\n%s", e.Package, e.Test, text)
	case "skip":
		s.skipped++
		fmt.Fprintf(s.w, "skip %s %s: %s\n", e.Package, e.Test, reason(text))
	}
}

// reason is what a skipped test said, without the runner's own lines.
func reason(text string) string {
	var said []string
	for _, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		if l != "" && !strings.HasPrefix(l, "===") && !strings.HasPrefix(l, "---") {
			said = append(said, l)
		}
	}
	return strings.Join(said, " ")
}

func appendCounts(file string, passed, failed, skipped int) error {
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(f, passed, failed, skipped); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
