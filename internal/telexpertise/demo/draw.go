package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"

	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/scalecard"
)

// look is how a drawn lesion looks: every figure here is chosen by eye, for show. No patient was photographed.
type look struct {
	core, rim color.RGBA
	radius    float64 // of the longest axis, as a share of the picture's height
	ragged    float64 // how irregular the edge is
	mottle    float64 // how uneven the colour is
	shine     bool    // a pearly edge
}

var looks = map[string]look{
	"naevus":   {core: color.RGBA{96, 62, 40, 255}, rim: color.RGBA{140, 96, 66, 255}, radius: 0.16, ragged: 0.03, mottle: 0.06},
	"melanoma": {core: color.RGBA{38, 28, 30, 255}, rim: color.RGBA{112, 58, 44, 255}, radius: 0.26, ragged: 0.28, mottle: 0.35},
	"bcc":      {core: color.RGBA{208, 130, 118, 255}, rim: color.RGBA{226, 168, 152, 255}, radius: 0.2, ragged: 0.08, mottle: 0.1, shine: true},
	"scc":      {core: color.RGBA{178, 88, 74, 255}, rim: color.RGBA{214, 150, 120, 255}, radius: 0.22, ragged: 0.14, mottle: 0.25},
	"sk":       {core: color.RGBA{118, 88, 60, 255}, rim: color.RGBA{150, 116, 82, 255}, radius: 0.22, ragged: 0.06, mottle: 0.3},
	"eczema":   {core: color.RGBA{206, 122, 110, 255}, rim: color.RGBA{220, 158, 140, 255}, radius: 0.34, ragged: 0.22, mottle: 0.2},
}

const wide, high = 640, 480

// closeness is how large a lesion stands in each view.
var closeness = map[telexpertise.View]float64{"context": 0.2, "overview": 0.22, "close-up": 1.4, "dermoscopy": 1.9, "side": 1}

// picture draws a lesion: skin with its grain, an irregular spot, and in the overview the scale card.
func picture(kind string, view telexpertise.View) []byte {
	l := looks[kind]
	r := rand.New(rand.NewPCG(uint64(len(kind))*7919+uint64(kind[0]), uint64(len(view))))
	img := image.NewRGBA(image.Rect(0, 0, wide, high))
	waves := [6]float64{}
	for i := range waves {
		waves[i] = r.Float64() * 2 * math.Pi
	}
	size := l.radius * closeness[view] * high
	for y := range high {
		for x := range wide {
			img.SetRGBA(x, y, l.at(float64(x-wide/2), float64(y-high/2), size, waves, r.Float64()))
		}
	}
	if view == "overview" {
		card(img)
	}
	var out bytes.Buffer
	_ = jpeg.Encode(&out, img, &jpeg.Options{Quality: 82}) // memory alone: cannot fail
	return out.Bytes()
}

// at is the colour of one point: the edge wavers with the angle, the colour with the place.
func (l look) at(x, y, size float64, waves [6]float64, grain float64) color.RGBA {
	angle, edge := math.Atan2(y, x), 1.0
	for i, phase := range waves {
		edge += l.ragged / float64(i+1) * math.Sin(float64(i+1)*angle+phase)
	}
	distance := math.Hypot(x, y*1.15) / (size * edge)
	skin := color.RGBA{R: 226, G: 184, B: 160, A: 255}
	uneven := l.mottle * math.Sin(x/size*5+waves[0]) * math.Cos(y/size*7+waves[1])
	c := mix(l.core, l.rim, distance*distance+uneven)
	if l.shine && distance > 0.82 && distance < 0.97 {
		c = mix(c, color.RGBA{R: 246, G: 226, B: 218, A: 255}, 0.6)
	}
	c = mix(c, skin, (distance-0.94)/0.12)
	return shade(c, 0.97+0.06*grain-0.08*(x/wide+y/high))
}

func mix(a, b color.RGBA, t float64) color.RGBA {
	t = math.Min(1, math.Max(0, t))
	blend := func(p, q uint8) uint8 { return uint8(float64(p)*(1-t) + float64(q)*t) }
	return color.RGBA{R: blend(a.R, b.R), G: blend(a.G, b.G), B: blend(a.B, b.B), A: 255}
}

func shade(c color.RGBA, by float64) color.RGBA {
	dim := func(p uint8) uint8 { return uint8(math.Min(255, float64(p)*by)) }
	return color.RGBA{R: dim(c.R), G: dim(c.G), B: dim(c.B), A: 255}
}

// cardMM is how many pixels of the overview make a millimetre of the scale card.
const cardMM = 3.5

// card lays the scale card under the lesion, each pixel the mean of four points.
func card(img *image.RGBA) {
	const left, top = wide/2 - scalecard.Wide/2*cardMM, high - 12 - (scalecard.Tall+scalecard.Margin)*cardMM
	for y := range high {
		for x := range wide {
			sum, on := [3]int{}, 0
			for n := range 4 {
				c, ok := scalecard.At((float64(x)+0.25+0.5*float64(n%2)-left)/cardMM, (float64(y)+0.25+0.5*float64(n/2)-top)/cardMM)
				if ok {
					sum, on = [3]int{sum[0] + int(c.R), sum[1] + int(c.G), sum[2] + int(c.B)}, on+1
				}
			}
			if on > 0 {
				paper := func(v int) uint8 { return uint8(20 + v/on*226/255) }
				img.SetRGBA(x, y, color.RGBA{R: paper(sum[0]), G: paper(sum[1]), B: paper(sum[2]), A: 255})
			}
		}
	}
}
