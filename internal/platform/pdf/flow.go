package pdf

import "maillage/internal/platform/pdf/script"

// lead is the height of a line of text of a size in points, in mm.
func lead(size float64) float64 { return size / points * 1.3 }

// flow writes wrapped lines from x on, over as many pages as it takes.
func (d *Doc) flow(x, width, size float64, bold bool, c Color, text string) {
	d.font(size, bold, c)
	for _, line := range d.wrap(text, width) {
		d.Keep(lead(size))
		d.font(size, bold, c) // a new page's header changed it
		d.line(x, width, line)
	}
}

var headingSizes = map[int]float64{1: 18, 2: 14, 3: 11.5}

// Heading writes a heading of level 1, 2 or 3; it stays with the lines that follow, and is an entry of the document's outline.
func (d *Doc) Heading(level int, text string) {
	size := headingSizes[min(max(level, 1), 3)]
	d.Space(size / 6)
	d.Keep(lead(size) + 12)
	d.f.Bookmark(script.Order(clean(text), false), min(max(level, 1), 3)-1, -1)
	d.flow(margin, d.Width(), size, true, Accent, text)
	d.Space(1.5)
}

// Paragraph writes a paragraph.
func (d *Doc) Paragraph(text string) {
	d.flow(margin, d.Width(), bodySize, false, Ink, text)
	d.Space(2)
}

// Strong writes a paragraph that must not be overlooked.
func (d *Doc) Strong(text string) {
	d.flow(margin, d.Width(), bodySize, true, Ink, text)
	d.Space(2)
}

// Small writes a note in small grey type.
func (d *Doc) Small(text string) {
	d.flow(margin, d.Width(), 9, false, Grey, text)
	d.Space(1.5)
}

// List writes items behind dashes.
func (d *Doc) List(items ...string) {
	for _, item := range items {
		d.Keep(lead(bodySize))
		y := d.f.GetY()
		d.Text(margin+1, y+lead(bodySize)*0.72, bodySize, false, Ink, "–")
		d.f.SetY(y)
		d.flow(margin+5, d.Width()-5, bodySize, false, Ink, item)
		d.Space(0.8)
	}
	d.Space(1.2)
}

// Facts writes names and values, two columns, one pair under the other.
func (d *Doc) Facts(pairs ...[2]string) {
	name := d.Width() * 0.34
	for _, p := range pairs {
		d.font(bodySize, true, Ink)
		lines := len(d.wrap(p[0], name-3))
		d.font(bodySize, false, Ink)
		lines = max(lines, len(d.wrap(p[1], d.Width()-name)))
		d.Keep(min(float64(lines)*lead(bodySize), 60))
		page, y := d.f.PageNo(), d.f.GetY()
		d.flow(margin, name-3, bodySize, true, Ink, p[0])
		end := d.f.GetY()
		d.f.SetY(y)
		d.flow(margin+name, d.Width()-name, bodySize, false, Ink, p[1])
		if d.f.PageNo() == page {
			d.f.SetY(max(end, d.f.GetY()))
		}
		d.Space(0.8)
	}
	d.Space(2)
}

// Column is a column of a table.
type Column struct {
	Title string
	Share float64 // of the width, against the other columns'; 1 when 0
	Right bool    // numbers and amounts
}

// Table writes rows under a header that each page repeats. A row stays on one page.
func (d *Doc) Table(columns []Column, rows [][]string) {
	t := table{d: d, columns: columns, widths: make([]float64, len(columns))}
	total := 0.0
	for _, c := range columns {
		total += share(c)
	}
	titles := make([]string, len(columns))
	for i, c := range columns {
		t.widths[i] = d.Width() * share(c) / total
		titles[i] = c.Title
	}
	d.Keep(t.height(titles, true) + 2*tableLead)
	t.row(titles, true)
	for n, row := range rows {
		if len(row) != len(columns) {
			d.f.SetErrorf("row %d has %d cells for %d columns", n+1, len(row), len(columns))
			return
		}
		page := d.f.PageNo()
		d.Keep(t.height(row, false))
		if d.f.PageNo() != page {
			t.row(titles, true)
		}
		t.row(row, false)
	}
	d.Space(3)
}

func share(c Column) float64 {
	if c.Share == 0 {
		return 1
	}
	return c.Share
}

const (
	tableSize = 9.5
	tableLead = 4.4
	tablePad  = 1.2
)

type table struct {
	d       *Doc
	columns []Column
	widths  []float64
}

func (t table) lines(cells []string, bold bool) (all [][]string, most int) {
	t.d.font(tableSize, bold, Ink)
	for i, text := range cells {
		wrapped := t.d.wrap(text, t.widths[i]-2*tablePad)
		all, most = append(all, wrapped), max(most, len(wrapped))
	}
	return all, most
}

func (t table) height(cells []string, bold bool) float64 {
	_, most := t.lines(cells, bold)
	return float64(most)*tableLead + 2*tablePad
}

func (t table) row(cells []string, head bool) {
	d := t.d
	lines, most := t.lines(cells, head)
	x, y, height := margin, d.f.GetY(), float64(most)*tableLead+2*tablePad
	if head {
		d.Rect(x, y, d.Width(), height, Pale)
	}
	d.font(tableSize, head, Ink)
	for i, column := range t.columns {
		align := "L"
		if column.Right {
			align = "R"
		}
		for n, line := range lines[i] {
			d.f.SetXY(x+tablePad, y+tablePad+float64(n)*tableLead)
			d.f.CellFormat(t.widths[i]-2*tablePad, tableLead, line, "", 0, align, false, 0, "")
		}
		x += t.widths[i]
	}
	d.Line(margin, y+height, margin+d.Width(), y+height, 0.15)
	d.f.SetY(y + height)
}

// Signatures leaves a box for each signatory, side by side, with the name above.
func (d *Doc) Signatures(names ...string) {
	const height, gap = 32.0, 6.0
	d.Keep(height + 12)
	width := (d.Width()+gap)/float64(max(len(names), 1)) - gap
	y := d.f.GetY()
	for i, name := range names {
		x := margin + float64(i)*(width+gap)
		d.font(tableSize, true, Ink)
		for n, line := range d.wrap(name, width) {
			d.Text(x, y+3.5+float64(n)*tableLead, tableSize, true, Ink, line)
		}
		d.Frame(x, y+10, width, height-10, 0.2)
	}
	d.f.SetY(y + height + 4)
}

// Number writes a page-wide figure with its caption: totals, amounts granted.
func (d *Doc) Number(value, caption string) {
	d.Keep(20)
	d.flow(margin, d.Width(), 22, true, Ink, value)
	d.flow(margin, d.Width(), 9, false, Grey, caption)
	d.Space(3)
}
