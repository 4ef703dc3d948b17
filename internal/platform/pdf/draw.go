package pdf

import (
	"io"

	"codeberg.org/go-pdf/fpdf"
)

// Text writes one line with its baseline at y.
func (d *Doc) Text(x, y, size float64, bold bool, c Color, text string) {
	d.font(size, bold, c)
	d.f.Text(x, y, clean(text))
}

// TextWidth is how wide a line would be, in mm.
func (d *Doc) TextWidth(size float64, bold bool, text string) float64 {
	d.font(size, bold, Ink)
	return d.f.GetStringWidth(clean(text))
}

// Line draws a line, width mm thick.
func (d *Doc) Line(x1, y1, x2, y2, width float64) {
	d.f.SetDrawColor(Ink[0], Ink[1], Ink[2])
	d.f.SetLineWidth(width)
	d.f.Line(x1, y1, x2, y2)
}

// Frame draws the outline of a rectangle, the middle of its line on the given sides.
func (d *Doc) Frame(x, y, w, h, width float64) {
	d.f.SetDrawColor(Ink[0], Ink[1], Ink[2])
	d.f.SetLineWidth(width)
	d.f.Rect(x, y, w, h, "D")
}

// Rect fills a rectangle.
func (d *Doc) Rect(x, y, w, h float64, c Color) {
	d.f.SetFillColor(c[0], c[1], c[2])
	d.f.Rect(x, y, w, h, "F")
}

// Circle fills a disc of a radius around x, y.
func (d *Doc) Circle(x, y, radius float64, c Color) {
	d.f.SetFillColor(c[0], c[1], c[2])
	d.f.Circle(x, y, radius, "F")
}

// Matrix draws a square code (QR) of size mm: true modules in black, rows from the top. The caller leaves the quiet zone.
func (d *Doc) Matrix(x, y, size float64, modules [][]bool) {
	side := size / float64(max(len(modules), 1))
	for row, line := range modules {
		for start := 0; start < len(line); start++ {
			if !line[start] {
				continue
			}
			end := start
			for end < len(line) && line[end] {
				end++
			}
			d.Rect(x+float64(start)*side, y+float64(row)*side, float64(end-start)*side, side, Color{0, 0, 0})
			start = end
		}
	}
}

// MatrixAtStart draws a square code under the margin where lines of text begin.
func (d *Doc) MatrixAtStart(y, size float64, modules [][]bool) {
	x := margin
	if d.o.Right {
		x += d.Width() - size
	}
	d.Matrix(x, y, size, modules)
}

// Image draws a JPEG ("jpeg") or PNG ("png") w mm wide, in proportion, and gives its height. name tells images of one document apart.
func (d *Doc) Image(name, kind string, r io.Reader, x, y, w float64) float64 {
	info := d.f.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: kind}, r)
	if d.f.Err() || info == nil || info.Width() == 0 {
		return 0
	}
	height := w * info.Height() / info.Width()
	d.f.ImageOptions(name, x, y, w, height, false, fpdf.ImageOptions{ImageType: kind}, 0, "")
	return height
}
