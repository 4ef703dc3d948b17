package documents

import (
	"io"
	"strconv"
	"time"

	"maillage/internal/platform/i18n"
	"maillage/internal/platform/pdf"
)

// The card is 85 × 55 mm, with four corner squares, a ruler and colour patches. Whoever finds the centres of the squares on a
// photograph knows the scale.

// CardWide is the distance between the centres of the left and the right corner squares, in mm.
const CardWide = 70.0

// CardTall is the distance between the centres of the upper and the lower corner squares, in mm.
const CardTall = 40.0

const cornerSide = 6.0 // mm

// patches are colours of known value, by which a photograph's colours can be judged.
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
		d.Rect(left+corner[0]-cornerSide/2, top+corner[1]-cornerSide/2, cornerSide, cornerSide, pdf.Ink)
	}
	d.Rect(left-1, top-1, 2, 2, pdf.Color{255, 255, 255}) // the first corner is hollow: it tells which way is up
	ruler(d, left+10, top+CardTall-2)
	for i, c := range patches {
		d.Rect(left+10+float64(i)*5, top+4, 5, 7, c)
	}
	d.Frame(left+10, top+4, 50, 7, 0.1)
	d.Text(left+10, top+17, 7, false, pdf.Ink, "Poser près de la lésion, à plat, sans la couvrir.")
	d.Text(left+10, top+21, 7, false, pdf.Grey, "Maillage, carte d’échelle, 50 mm")
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
