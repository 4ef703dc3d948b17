package ui

import (
	"context"
	"fmt"
	"html"
	"io"
	"math"
	"strings"

	"github.com/a-h/templ"
)

// Line is one series of a chart; points are (x, y) in the units of the axes.
type Line struct {
	Name   string
	Points [][2]float64
}

// Axis is one axis of a chart: what it measures, from where to where, and how its ticks are written.
type Axis struct {
	Label    string
	From, To float64
	Ticks    []float64
	Write    func(tick float64) string
}

// LineChart draws up to three lines. It is a picture with a title: its values stand in a table beside it.
type LineChart struct {
	Title string
	X, Y  Axis
	Lines []Line
	// Marks are vertical lines at x, with a word.
	Marks []ChartMark
}

// ChartMark is a vertical line across a chart.
type ChartMark struct {
	X     float64
	Label string
}

// The plot lies inside these limits of the drawing, in its units: around it there is room for the large letters that a phone gets.
const (
	chartWidth, chartHeight = 640, 380
	plotLeft, plotRight     = 78, 624
	plotTop, plotBottom     = 16, 316
)

// Draw writes the chart as SVG.
func (c LineChart) Draw() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		fmt.Fprintf(&b, `<svg class="chart" viewBox="0 0 %d %d" role="img" aria-label="%s">`, chartWidth, chartHeight, html.EscapeString(c.Title))
		c.axes(&b)
		for _, m := range c.Marks {
			x := c.x(m.X)
			fmt.Fprintf(&b, `<line class="threshold" x1="%s" x2="%s" y1="%d" y2="%d"/><text x="%s" y="%d">%s</text>`, x, x, plotTop, plotBottom, c.x(m.X+(c.X.To-c.X.From)/120), plotTop+16, html.EscapeString(m.Label))
		}
		for k, line := range c.Lines {
			if len(line.Points) == 0 {
				continue
			}
			fmt.Fprintf(&b, `<path class="series-%d" d="`, k+1)
			for n, p := range line.Points {
				b.WriteString(map[bool]string{true: "M", false: "L"}[n == 0])
				b.WriteString(c.x(p[0]) + " " + c.y(p[1]))
			}
			b.WriteString(`"/>`)
		}
		b.WriteString(`</svg>`)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func (c LineChart) axes(b *strings.Builder) {
	for _, tick := range c.Y.Ticks {
		y := c.y(tick)
		fmt.Fprintf(b, `<line class="gridline" x1="%d" x2="%d" y1="%s" y2="%s"/>`, plotLeft, plotRight, y, y)
		fmt.Fprintf(b, `<text x="%d" y="%s" text-anchor="end" dominant-baseline="central">%s</text>`, plotLeft-8, y, html.EscapeString(c.Y.Write(tick)))
	}
	fmt.Fprintf(b, `<line class="axis" x1="%d" x2="%d" y1="%d" y2="%d"/>`, plotLeft, plotRight, plotBottom, plotBottom)
	for _, tick := range c.X.Ticks {
		anchor := "middle"
		if tick >= c.X.To {
			anchor = "end" // the drawing ends there
		}
		fmt.Fprintf(b, `<text x="%s" y="%d" text-anchor="%s">%s</text>`, c.x(tick), plotBottom+26, anchor, html.EscapeString(c.X.Write(tick)))
	}
	fmt.Fprintf(b, `<text class="axis-label" x="%d" y="%d" text-anchor="end">%s</text>`, plotRight, plotBottom+56, html.EscapeString(c.X.Label))
}

func (c LineChart) x(v float64) string { return place(v, c.X, plotLeft, plotRight) }
func (c LineChart) y(v float64) string { return place(v, c.Y, plotBottom, plotTop) }

func place(v float64, a Axis, from, to float64) string {
	share := (v - a.From) / (a.To - a.From)
	share = math.Max(0, math.Min(1, share))
	return strings.TrimSuffix(fmt.Sprintf("%.1f", from+share*(to-from)), ".0")
}

// BarWidth is the length of a bar in percent of the longest, for a picture that stands beside its value.
func BarWidth(value, most float64) string {
	if most <= 0 {
		return "0"
	}
	return fmt.Sprintf("%.1f", 100*math.Max(0, math.Min(1, value/most)))
}
