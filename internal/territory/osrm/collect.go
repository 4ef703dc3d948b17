package osrm

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
)

// Header is the first line of a matrix.
const Header = "origin,dest,minutes\n"

// Job is a matrix to collect: from each origin to the places that Around gives.
type Job struct {
	Origins []Place
	Around  func(origin Place) []Place
	// Told, when set, is told after each origin how many are done.
	Told func(done, all int)
}

// Collect writes a matrix to a file, origin by origin. When the file is there already it goes on after the last origin that was
// written whole.
func (c *Client) Collect(ctx context.Context, path string, job Job) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	done, err := resume(file, job.Origins)
	if err != nil {
		return err
	}
	for n := done; n < len(job.Origins); n++ {
		origin := job.Origins[n]
		rows, err := c.Rows(ctx, origin, job.Around(origin))
		if err != nil {
			return err
		}
		if _, err := file.Write(rows); err != nil {
			return err
		}
		if job.Told != nil {
			job.Told(n+1, len(job.Origins))
		}
	}
	return file.Sync()
}

// Rows asks for the times from one origin and writes them as lines of the matrix. The first line is the origin itself, so that an origin
// from which nothing can be reached is known to be done.
func (c *Client) Rows(ctx context.Context, origin Place, dests []Place) ([]byte, error) {
	minutes, err := c.From(ctx, origin, dests)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s,%s,0\n", origin.Code, origin.Code)
	for i, d := range dests {
		if d.Code != origin.Code && !math.IsNaN(minutes[i]) {
			fmt.Fprintf(&b, "%s,%s,%.2f\n", origin.Code, d.Code, minutes[i])
		}
	}
	return b.Bytes(), nil
}

// resume reads what an earlier run wrote, cuts the last origin, which may be incomplete, and gives the number of those that are done.
func resume(file *os.File, origins []Place) (done int, err error) {
	lines := bufio.NewReader(file)
	first, err := lines.ReadString('\n')
	if errors.Is(err, io.EOF) && strings.HasPrefix(Header, first) {
		return 0, restart(file, 0, Header)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if first != Header {
		return 0, fmt.Errorf("%s is there and is not a matrix of travel times: choose another file", file.Name())
	}
	at := int64(len(Header)) // of the line being read
	last, start := -1, at    // the origin being read, and where its rows begin
	for {
		line, err := lines.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if line == "" || !strings.HasSuffix(line, "\n") {
			break
		}
		code, _, _ := strings.Cut(line, ",")
		if last < 0 || origins[last].Code != code {
			last++
			start = at
			if last >= len(origins) || origins[last].Code != code {
				return 0, fmt.Errorf("%s was made for other origins (%s): choose another file", file.Name(), code)
			}
		}
		at += int64(len(line))
	}
	return max(last, 0), restart(file, start, "")
}

// restart cuts the file and goes to its end.
func restart(file *os.File, at int64, text string) error {
	if err := file.Truncate(at); err != nil {
		return err
	}
	if _, err := file.Seek(at, io.SeekStart); err != nil {
		return err
	}
	_, err := io.WriteString(file, text)
	return err
}
