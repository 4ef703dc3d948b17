package documents

import (
	"io"
	"strconv"
	"time"

	"maillage/internal/platform/i18n"
	"maillage/internal/platform/pdf"
	"maillage/internal/telexpertise/scalecard"
)

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
	left, top := x+scalecard.Margin, y+scalecard.Margin
	for _, corner := range [][2]float64{{0, 0}, {scalecard.Wide, 0}, {0, scalecard.Tall}, {scalecard.Wide, scalecard.Tall}} {
		target(d, left+corner[0], top+corner[1])
	}
	ruler(d, left+scalecard.RulerLeft, top+scalecard.RulerBase)
	for i, c := range scalecard.Patches {
		d.Rect(left+scalecard.PatchLeft+float64(i)*scalecard.PatchWide, top+scalecard.PatchTop, scalecard.PatchWide, scalecard.PatchTall, pdf.Color{int(c.R), int(c.G), int(c.B)})
	}
	d.Frame(left+scalecard.PatchLeft, top+scalecard.PatchTop, float64(len(scalecard.Patches))*scalecard.PatchWide, scalecard.PatchTall, 0.1)
	d.Text(left+10, top+17, 7, false, pdf.Ink, "À plat près de la lésion, les quatre cibles visibles.")
	d.Text(left+10, top+21, 7, false, pdf.Grey, "Maillage, carte d’échelle, 50 mm")
}

func target(d *pdf.Doc, x, y float64) {
	black, white := pdf.Color{0, 0, 0}, pdf.Color{255, 255, 255}
	d.Circle(x, y, scalecard.Target/2, black)
	d.Circle(x, y, scalecard.Target*5/14, white)
	d.Circle(x, y, scalecard.Target*3/14, black)
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
