package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// endless gives lines made one by one, so that a file of any size is read without lying anywhere.
type endless struct {
	line func(n int) []byte
	n    int
	size int64
	left bytes.Reader
}

func (e *endless) Read(p []byte) (int, error) {
	for e.left.Len() == 0 {
		if e.size <= 0 {
			return 0, io.EOF
		}
		line := e.line(e.n)
		e.n++
		e.size -= int64(len(line))
		e.left.Reset(line)
	}
	return e.left.Read(p)
}

// watch measures the most memory in use while a function runs, in MB above what was used before.
func watch(f func()) uint64 {
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	most, stop, done := uint64(0), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapInuse)
			}
		}
	}()
	f()
	close(stop)
	<-done
	if most < before.HeapInuse {
		return 0
	}
	return (most - before.HeapInuse) >> 20
}

const large = 200 << 20

// A national register of 200 MB is read in a few dozen megabytes: only the doctors are kept, not the lines.
func TestLargeRegisterIsStreamed(t *testing.T) {
	if testing.Short() {
		t.Skip("200 MB: left to the full run")
	}
	units := territory.Embedded().UnitsOf("11")
	padding := bytes.Repeat([]byte("x"), 300)
	file := &endless{size: large, line: func(n int) []byte {
		if n == 0 {
			return []byte(rppsHeader + "Adresse\n")
		}
		commune := territory.Embedded().Communes[units[n%len(units)]].Code
		skill := []string{"SM54", "SM15", "SM26", "SM02"}[n%4]
		return fmt.Appendf(nil, "%s%s\n", rpps(fmt.Sprintf("1%010d", n%250_000), skill, "L", fmt.Sprintf("R%d", n%90_000), commune), padding)
	}}
	var report *intake.Report
	start := time.Now()
	peak := watch(func() {
		var err error
		_, report, err = intake.Read(context.Background(), intake.GPSupply, intake.Source{Name: "rpps.txt", Bytes: file}, territory.Embedded(), nil, false)
		if err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%d MB, %d lines in %v, %d MB of memory", report.Bytes>>20, report.Lines, time.Since(start).Round(time.Millisecond), peak)
	if report.Refused() || report.Bytes < large || report.Rows < 1000 {
		t.Errorf("%+v", report.Rejected)
	}
	if peak > 160 {
		t.Errorf("%d MB of memory", peak)
	}
}

// A quote that is never closed does not swallow a file of 200 MB.
func TestLargeFileWithAnOpenQuote(t *testing.T) {
	if testing.Short() {
		t.Skip("200 MB: left to the full run")
	}
	file := &endless{size: large, line: func(n int) []byte {
		switch n {
		case 0:
			return []byte("code_insee,nom,zonage_mg\n")
		case 5:
			return []byte("91286,\"Grigny,ZIP\n")
		}
		return []byte("91228,Évry-Courcouronnes et son nom qui est long,ZIP\n")
	}}
	var report *intake.Report
	peak := watch(func() {
		var err error
		_, report, err = intake.Read(context.Background(), intake.Zones, intake.Source{Name: "z.csv", Bytes: file}, territory.Embedded(), nil, false)
		if err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%d lines, %d rejected, %d MB of memory", report.Lines, report.RejectedCount, peak)
	if !report.Refused() || peak > 60 || len(report.Rejected) > 200 {
		t.Errorf("%d rejected, %d MB", report.RejectedCount, peak)
	}
}
