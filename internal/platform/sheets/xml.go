package sheets

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// document is a zip of XML parts, written front to back. The first failure is kept and nothing is written after it.
type document struct {
	zip  *zip.Writer
	part io.Writer
	err  error
}

func newDocument(w io.Writer) *document { return &document{zip: zip.NewWriter(w)} }

// open starts a part; what is printed goes into it until the next one.
func (d *document) open(name string) {
	if d.err == nil {
		d.part, d.err = d.zip.Create(name)
	}
}

// stored adds a part as it is, without compression.
func (d *document) stored(name, content string) {
	if d.err != nil {
		return
	}
	d.part, d.err = d.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	d.print(content)
}

func (d *document) file(name, content string) {
	d.open(name)
	d.print(content)
}

func (d *document) print(s string) {
	if d.err == nil {
		_, d.err = io.WriteString(d.part, s)
	}
}

func (d *document) printf(format string, args ...any) {
	if d.err == nil {
		_, d.err = fmt.Fprintf(d.part, format, args...)
	}
}

func (d *document) close() error { return errors.Join(d.err, d.zip.Close()) }

// escape makes text safe inside XML, and removes what XML cannot hold.
func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a strings.Builder does not fail
	}
	return b.String()
}

const xmlHeader = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
