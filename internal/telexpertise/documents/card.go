package documents

import (
	"io"
	"strconv"
	"time"

	"maillage/internal/platform/i18n"
	"maillage/internal/platform/pdf"
)

// The card is 85 × 55 mm, with four targets, a ruler and colour patches. Whoever finds the targets on a photograph knows the scale:
// the phone does (web/src/telexpertise/card.ts holds the same measures).

// CardWide is the distance between the centres of the left and the right targets, in mm.
const CardWide = 70.0

// CardTall is the distance between the centres of the upper and the lower targets, in mm.
const CardTall = 40.0

// CardTarget is the diameter of a target, in mm: a black disc of 3/7 of it, in a white and a black ring of 1/7 each, so that any line
// through the centre crosses black, white, black, white, black as 1:1:3:1:1.
const CardTarget = 8.4

// patches are colours of known value, by which a photograph's colours can be judged. The five greys fall from white to black: the phone
// knows by them that it is this card, and which way is up.
var patches = []pdf.Color{{255, 255, 255}, {200, 200, 200}, {128, 128, 128}, {64, 64, 64}, {0, 0, 0}, {194, 150, 130}, {115, 82, 68}, {175, 54, 60}, {56, 61, 150}, {70, 148, 73}}

// Card writes a page of four scale cards in true millimetres, to print at 100 % and cut out.
func Card(w io.Writer, now time.Time) error {
	d := pdf.New(pdf.Options{Title: "Carte d’échelle", Issuer: "Maillage", Lang: i18n.FR, At: now, Plain: true})
	d.Text(18, 16, 12, true, pdf.Ink, "Cartes d’échelle pour photographies de la peau")
	d.Text(18, 22, 9, false, pdf.Grey, "Imprimer à 100 % (sans « ajuster à la page »), vérifier à la règle que 50 mm mesurent 50 mm, découper. Ne pas plastifier : les reflets gênent.")
	for i := range 4 {
		card(d, 18+float64(i%2)*90, 30+float64(i/2)*62)
	}
	return d.Write(w)
}

func card(d *pdf.Doc, x, y float64) {
	d.Frame(x, y, 85, 55, 0.1)
	left, top := x+7.5, y+7.5
	for _, corner := range [][2]float64{{0, 0}, {CardWide, 0}, {0, CardTall}, {CardWide, CardTall}} {
		target(d, left+corner[0], top+corner[1])
	}
	ruler(d, left+10, top+CardTall-2)
	for i, c := range patches {
		d.Rect(left+10+float64(i)*5, top+4, 5, 7, c)
	}
	d.Frame(left+10, top+4, 50, 7, 0.1)
	d.Text(left+10, top+17, 7, false, pdf.Ink, "À plat près de la lésion, les quatre cibles visibles.")
	d.Text(left+10, top+21, 7, false, pdf.Grey, "Maillage, carte d’échelle, 50 mm")
}

func target(d *pdf.Doc, x, y float64) {
	black, white := pdf.Color{0, 0, 0}, pdf.Color{255, 255, 255}
	d.Circle(x, y, CardTarget/2, black)
	d.Circle(x, y, CardTarget*5/14, white)
	d.Circle(x, y, CardTarget*3/14, black)
}

func ruler(d *pdf.Doc, x, y float64) {
	d.Line(x, y, x+50, y, 0.2)
	for mm := range 51 {
		length := 2.0
		if mm%5 == 0 {
			length = 3.2
		}
		if mm%10 == 0 {
			length = 4.5
			d.Text(x+float64(mm)-1, y-5.2, 6, false, pdf.Ink, strconv.Itoa(mm))
		}
		d.Line(x+float64(mm), y, x+float64(mm), y-length, 0.15)
	}
}
