package pdf

import (
	"slices"
	"strings"

	"maillage/internal/platform/pdf/script"
)

// style is what text is being written in, and the fonts of other scripts that the document has already taken in.
type style struct {
	size  float64
	bold  bool
	color Color
	faces []string
}

// part is a stretch of a line that one font draws.
type part struct {
	face *script.Face
	text string
}

// parts cuts a line by the fonts that draw it. Spaces stay with what comes before.
func parts(line string) []part {
	var all []part
	for _, r := range line {
		face, last := script.FaceOf(r), len(all)-1
		if last < 0 || all[last].face != face && r != ' ' {
			all, last = append(all, part{face: face}), last+1
		}
		all[last].text += string(r)
	}
	return all
}

// face takes the font of a part into use; a document that needs no other script carries none.
func (d *Doc) face(p part) {
	weight := ""
	if p.face == nil {
		if d.s.bold {
			weight = "B"
		}
		d.f.SetFont(family, weight, d.s.size)
		return
	}
	if !slices.Contains(d.s.faces, p.face.Name) {
		d.f.AddUTF8FontFromBytes(p.face.Name, "", p.face.File)
		d.s.faces = append(d.s.faces, p.face.Name)
	}
	d.f.SetFont(p.face.Name, "", d.s.size)
}

// width is how wide a line is in the present style, in mm.
func (d *Doc) width(line string) float64 {
	total := 0.0
	for _, p := range parts(script.Order(line, false)) {
		d.face(p)
		total += d.f.GetStringWidth(p.text)
	}
	d.face(part{})
	return total
}

// line writes one line in a box of a width, from its left, or from its right where that is where text begins.
func (d *Doc) line(x, width float64, line string) {
	line = script.Order(line, d.o.Right)
	if d.o.Right {
		x += width - d.width(line)
	}
	d.f.SetX(x)
	for _, p := range parts(line) {
		d.face(p)
		if p.face != nil && d.s.bold { // these fonts have one weight: an outline makes it heavier
			d.f.SetTextRenderingMode(2)
			d.f.SetLineWidth(outline)
			d.f.SetDrawColor(d.s.color[0], d.s.color[1], d.s.color[2])
		}
		d.f.CellFormat(d.f.GetStringWidth(p.text), lead(d.s.size), p.text, "", 0, "L", false, 0, "")
		if p.face != nil && d.s.bold {
			d.f.SetTextRenderingMode(0)
		}
	}
	d.face(part{})
	d.f.Ln(lead(d.s.size))
}

// outline makes a letter bold, in mm.
const outline = 0.12

// wrap cuts text into lines no wider than width, in the present style: at spaces, between Chinese characters, at line ends, and inside
// words that are too long. No-break spaces hold.
func (d *Doc) wrap(text string, width float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(script.Join(clean(text)), "\n") {
		line := ""
		for _, word := range strings.Split(paragraph, " ") {
			space := " "
			for _, piece := range script.Pieces(word) {
				joined := strings.TrimPrefix(line+space+piece, " ")
				space = ""
				if d.width(joined) <= width {
					line = joined
					continue
				}
				if line != "" {
					lines = append(lines, line)
				}
				var whole []string
				whole, line = d.cut(script.Reopen(line, piece), width)
				lines = append(lines, whole...)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// cut breaks a word that is wider than width; what is left starts the next line.
func (d *Doc) cut(word string, width float64) (lines []string, rest string) {
	for _, r := range word {
		if rest != "" && d.width(rest+string(r)) > width {
			lines, rest = append(lines, rest), ""
		}
		rest += string(r)
	}
	return lines, rest
}
