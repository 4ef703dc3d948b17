// Package pdf writes documents: receipts, conventions, reports, patient slips, the scale card. It is a thin layer over fpdf: pages
// of A4 with a header and a numbered footer, text that flows, tables whose header is repeated, and drawing in true millimetres
// (printed at 100 %, a line of 50 mm measures 50 mm).
//
// Coordinates are millimetres from the top left corner of the page. Mistakes (an image that cannot be read) are kept and returned by
// Write. The same content gives the same bytes.
package pdf

import (
	"cmp"
	_ "embed" // the fonts
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"maillage/internal/platform/i18n"
)

// Source Sans 3, by Adobe, under the SIL Open Font License (fonts/LICENSE.md). The whole files: a subset could not keep the name.
var (
	//go:embed fonts/SourceSans3-Regular.ttf
	regular []byte
	//go:embed fonts/SourceSans3-Semibold.ttf
	semibold []byte
)

// Options describe a document.
type Options struct {
	Title     string
	Issuer    string // in the header of each page: "Agence régionale de santé Île-de-France"
	Reference string // in the footer of each page: a dossier's number, a date
	Lang      i18n.Lang
	At        time.Time // when it was made: part of the document's properties
	Landscape bool
	Plain     bool // neither header nor footer: cards to cut out
	Right     bool // text is written from right to left
}

// Color is red, green, blue, 0 to 255.
type Color [3]int

// The colours of documents; each reads well in black and white.
var (
	Ink    = Color{27, 27, 31}
	Grey   = Color{91, 91, 102}
	Pale   = Color{238, 241, 244}
	Accent = Color{11, 79, 108}
)

const (
	family     = "source"
	margin     = 18.0 // mm, on every side
	headerRoom = 12.0
	footerRoom = 10.0
	points     = 72 / 25.4 // points in a millimetre
	bodySize   = 10.5
)

// Doc is a document being written.
type Doc struct {
	f *fpdf.Fpdf
	o Options
	s style
}

// New starts a document with its first page.
func New(o Options) *Doc {
	d := newDoc(o)
	d.f.AddPage()
	return d
}

func newDoc(o Options) *Doc {
	orientation := "P"
	if o.Landscape {
		orientation = "L"
	}
	if o.Lang == "" {
		o.Lang = i18n.FR
	}
	f := fpdf.New(orientation, "mm", "A4", "")
	d := &Doc{f: f, o: o}
	f.AddUTF8FontFromBytes(family, "", regular)
	f.AddUTF8FontFromBytes(family, "B", semibold)
	f.AliasNbPages(pageCount) // after the fonts: they then carry every digit
	f.SetTitle(o.Title, true)
	f.SetAuthor(o.Issuer, true)
	f.SetCreator("Maillage", true)
	f.SetProducer("Maillage", true)
	f.SetLang(string(o.Lang))
	f.SetCreationDate(o.At.UTC())
	f.SetModificationDate(o.At.UTC())
	f.SetCatalogSort(true)
	f.SetMargins(margin, margin, margin)
	f.SetAutoPageBreak(false, margin)
	f.SetCellMargin(0)
	if !o.Plain {
		f.SetHeaderFunc(d.header)
		f.SetFooterFunc(d.footer)
	}
	return d
}

const pageCount = "{pages}"

func (d *Doc) header() {
	d.Text(margin, margin-4, 9, false, Grey, d.o.Issuer)
	d.Line(margin, margin-1.5, margin+d.Width(), margin-1.5, 0.2)
	d.f.SetY(margin + headerRoom - 8)
}

// pageWords count pages in the languages of the product; elsewhere figures alone do.
var pageWords = map[i18n.Lang]string{i18n.FR: "Page %d sur %s", i18n.EN: "Page %d of %s", "": "Page %d sur %s"}

func (d *Doc) footer() {
	_, height := d.f.GetPageSize()
	page := fmt.Sprintf(cmp.Or(pageWords[d.o.Lang], "%d / %s"), d.f.PageNo(), pageCount)
	d.Line(margin, height-margin+1.5, margin+d.Width(), height-margin+1.5, 0.2)
	d.Text(margin, height-margin+6, 9, false, Grey, d.o.Reference)
	d.font(9, false, Grey)
	d.f.SetXY(margin, height-margin+3)
	d.f.CellFormat(d.Width(), 4, page, "", 0, "R", false, 0, "")
}

// Write ends the document.
func (d *Doc) Write(w io.Writer) error {
	if err := d.f.Output(w); err != nil {
		return fmt.Errorf("write PDF %q: %w", d.o.Title, err)
	}
	return nil
}

// Width is the room between the margins, in mm.
func (d *Doc) Width() float64 {
	width, _ := d.f.GetPageSize()
	return width - 2*margin
}

// Y is where the next text goes, in mm from the top of the page.
func (d *Doc) Y() float64 { return d.f.GetY() }

// MoveTo sends the next text to y.
func (d *Doc) MoveTo(y float64) { d.f.SetY(y) }

// Space leaves mm of room.
func (d *Doc) Space(mm float64) { d.f.SetY(d.f.GetY() + mm) }

// Page starts a new page.
func (d *Doc) Page() { d.f.AddPage() }

// Keep starts a new page unless mm of room is left on this one.
func (d *Doc) Keep(mm float64) {
	_, height := d.f.GetPageSize()
	if d.f.GetY()+mm > height-margin-footerRoom+8 {
		d.f.AddPage()
	}
}

func (d *Doc) font(size float64, bold bool, c Color) {
	d.s = style{size: size, bold: bold, color: c, faces: d.s.faces}
	weight := ""
	if bold {
		weight = "B"
	}
	d.f.SetFont(family, weight, size)
	d.f.SetTextColor(c[0], c[1], c[2])
}

// clean brings text to what the font and the format can hold: no control characters, no character beyond the basic plane.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0:
			return ' '
		case r > 0xffff || r == 0xfffd:
			return '?'
		default:
			return r
		}
	}, s)
}
