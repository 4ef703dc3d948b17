// Package accesscmd is the command `maillage access`: it reads CSV files, calls package access and writes CSV or JSON.
package accesscmd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"maillage/internal/access/tabular"
)

// Access groups the subcommands.
type Access struct {
	Compute    Compute    `cmd:"" help:"Compute access to care for each demand place."`
	Whatif     WhatIf     `cmd:"" help:"Show access before and after adding doctors."`
	Place      Place      `cmd:"" help:"Rank where the next doctors or sites help most, with a certified bound."`
	Indicators Indicators `cmd:"" help:"Sum up how access is spread over the population."`
	Bench      Bench      `cmd:"" help:"Measure this machine on a territory of the size of France."`

	// Stdin replaces the standard input; nil keeps it.
	Stdin io.Reader `kong:"-"`
}

// AfterApply hands the streams to the subcommand.
func (a *Access) AfterApply(k *kong.Kong, ctx *kong.Context) error {
	in := a.Stdin
	if in == nil {
		in = os.Stdin
	}
	ctx.Bind(&Streams{In: in, Out: k.Stdout, Err: k.Stderr})
	return nil
}

// Streams are the standard input and outputs.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Refusal is an input or a flag that the command cannot use. The process exits with 2.
type Refusal struct{ cause error }

func (r *Refusal) Error() string { return r.cause.Error() }
func (r *Refusal) Unwrap() error { return r.cause }

// ExitCode is the process's exit code.
func (r *Refusal) ExitCode() int { return 2 }

func refuse(err error) error { return &Refusal{err} }

func refusef(format string, args ...any) error { return &Refusal{fmt.Errorf(format, args...)} }

// open opens a named file, or the standard input for "-".
func (s *Streams) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(s.In), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, refuse(err)
	}
	return f, nil
}

// shown is the name of a file in messages.
func shown(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

func (s *Streams) places(flag, name, column string) (*tabular.Places, error) {
	if name == "" {
		return nil, refusef("--%s is missing: give a CSV file", flag)
	}
	f, err := s.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	places, err := tabular.ReadPlaces(shown(name), f, column)
	if err != nil {
		return nil, refuse(err)
	}
	return places, nil
}

func (s *Streams) pairs(name string, demand, supply *tabular.Places) (*tabular.Pairs, error) {
	if name == "" {
		return nil, refusef("--costs is missing: give a CSV file")
	}
	f, err := s.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	pairs, err := tabular.ReadPairs(shown(name), f, demand, supply)
	if err != nil {
		return nil, refuse(err)
	}
	return pairs, nil
}

// write runs fill on the standard output for "-", else on a temporary file that takes the name once it is complete: the name of what a link
// leads to. What is no file (a pipe, a terminal, /dev/stdout) is written through.
func (s *Streams) write(name string, fill func(w *bufio.Writer) error) error {
	if name == "" || name == "-" {
		return flush(s.Out, fill)
	}
	mode := os.FileMode(0o666)
	if info, err := os.Stat(name); err == nil {
		real, err := filepath.EvalSymlinks(name)
		if err != nil || !info.Mode().IsRegular() || strings.HasPrefix(name, "/dev/") || strings.HasPrefix(name, "/proc/") {
			return through(name, fill)
		}
		name, mode = real, info.Mode().Perm()
	}
	temporary := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+strconv.Itoa(os.Getpid())+".tmp")
	f, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if cause := new(os.PathError); errors.As(err, &cause) {
		err = &os.PathError{Op: "write", Path: name, Err: cause.Err} // the temporary name says nothing to who reads it
	}
	if err != nil {
		return refuse(err)
	}
	err = flush(f, fill)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(temporary, name)
	}
	if err != nil {
		_ = os.Remove(temporary)
		return refuse(err)
	}
	return nil
}

func through(name string, fill func(w *bufio.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return refuse(err)
	}
	defer f.Close()
	return flush(f, fill)
}

func flush(w io.Writer, fill func(w *bufio.Writer) error) error {
	buffered := bufio.NewWriterSize(w, 1<<16)
	if err := fill(buffered); err != nil {
		return err
	}
	return buffered.Flush()
}

// number appends a value with 17 significant digits, enough to read back the same float64.
func number(line []byte, value float64) []byte { return strconv.AppendFloat(line, value, 'g', 17, 64) }

// field appends an id, between quotes when the format needs them.
func field(line []byte, id string) []byte {
	plain := true
	for k := range len(id) {
		if c := id[k]; c == ',' || c == '"' || c == '\n' || c == '\r' {
			plain = false
		}
	}
	if plain {
		return append(line, id...)
	}
	line = append(line, '"')
	for k := range len(id) {
		if id[k] == '"' {
			line = append(line, '"')
		}
		line = append(line, id[k])
	}
	return append(line, '"')
}
