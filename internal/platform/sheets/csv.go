package sheets

import (
	"encoding/csv"
	"io"
	"strconv"
)

type csvWriter struct {
	csv     *csv.Writer
	columns []Column
	record  []string
}

func newCSV(w io.Writer, columns []Column) *csvWriter {
	c := &csvWriter{csv: csv.NewWriter(w), columns: columns, record: make([]string, len(columns))}
	c.csv.UseCRLF = true
	return c
}

func (c *csvWriter) begin(_ string, _ []Column, titles []string) error { return c.csv.Write(titles) }

func (c *csvWriter) row(cells []cell) error {
	for i, v := range cells {
		c.record[i] = ""
		if v.empty {
			continue
		}
		switch c.columns[i].Kind {
		case Text:
			c.record[i] = v.text
		case Int, Decimal, Cents:
			c.record[i] = v.exact
		case Date:
			c.record[i] = v.at.Format("2006-01-02")
		case Time:
			c.record[i] = v.at.Format("2006-01-02T15:04:05-07:00")
		case Bool:
			c.record[i] = strconv.FormatBool(v.yes)
		}
	}
	return c.csv.Write(c.record)
}

func (c *csvWriter) end() error {
	c.csv.Flush()
	return c.csv.Error()
}
