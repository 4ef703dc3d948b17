package scalecard

import (
	"image"
	"math"
	"slices"

	"golang.org/x/image/draw"
)

const (
	// straight is the ratio of the smallest to the largest scale under which a card is seen aslant, and gives none.
	straight = 0.9
	// plausible is the ratio under which four targets are no card at all.
	plausible = 0.45
	// most is how many targets are tried together.
	most = 10
)

type point struct{ x, y float64 }

type target struct {
	point
	size float64 // diameter, in pixels
	seen float64 // lines that crossed it
}

// sides are the sizes at which a photograph is looked at, in pixels of its longest side: near, the targets are too large for the first.
var sides = []int{1600, 800}

// Look looks for the card in a photograph at several sizes, and gives the millimetres of one of its pixels; 0 when it is not there, or is
// seen aslant.
func Look(img image.Image) float64 {
	b := img.Bounds()
	for _, side := range sides {
		small := img
		if longest := max(b.Dx(), b.Dy()); longest > side {
			to := image.NewGray(image.Rect(0, 0, max(1, b.Dx()*side/longest), max(1, b.Dy()*side/longest)))
			draw.ApproxBiLinear.Scale(to, to.Rect, img, b, draw.Src, nil)
			small = to
		}
		if mm := Find(small); mm > 0 {
			return mm * float64(small.Bounds().Dx()) / float64(b.Dx())
		}
	}
	return 0
}

// Find looks for the card in a picture as it is, and gives the millimetres of one of its pixels; 0 when the card is not there, or is seen aslant.
func Find(img image.Image) float64 {
	g := greyOf(img)
	found := targets(g)
	for _, four := range quadruples(found) {
		for turn := range 4 {
			var c [4]target
			for i := range c {
				c[i] = four[(i+turn)%4]
			}
			if mm := scaleOf(c, g); mm > 0 {
				return mm
			}
		}
	}
	return 0
}

// quadruples lists every four of the targets, by the clock around their middle.
func quadruples(all []target) [][4]target {
	var list [][4]target
	for a := range all {
		for b := a + 1; b < len(all); b++ {
			for c := b + 1; c < len(all); c++ {
				for d := c + 1; d < len(all); d++ {
					four := [4]target{all[a], all[b], all[c], all[d]}
					var m point
					for _, t := range four {
						m.x, m.y = m.x+t.x/4, m.y+t.y/4
					}
					slices.SortFunc(four[:], func(p, q target) int {
						if math.Atan2(p.y-m.y, p.x-m.x) < math.Atan2(q.y-m.y, q.x-m.x) {
							return -1
						}
						return 1
					})
					list = append(list, four)
				}
			}
		}
	}
	return list
}

// scaleOf is the scale when these four targets, from the upper left one on, are those of a card seen straight; else 0.
func scaleOf(c [4]target, g grey) float64 {
	h, ok := perspectiveOf(c)
	if !ok {
		return 0
	}
	for i, p := range corners {
		area, _ := h.stretch(p)
		if ratio := c[i].size / (Target * math.Sqrt(math.Abs(area))); !(ratio > 0.75 && ratio < 1.33) {
			return 0
		}
	}
	area, ratio := h.stretch(point{Wide / 2, Tall / 2})
	if area <= 0 || ratio < plausible || ratio < straight || !greysFall(h, g) {
		return 0
	}
	return 1 / math.Sqrt(area)
}

// greysFall tells whether the patches go from white to black: it is the card, and this is its right way up.
func greysFall(h perspective, g grey) bool {
	var shades [greys]float64
	for i := range shades {
		p := h.project(point{PatchLeft + (float64(i)+0.5)*PatchWide, PatchTop + PatchTall/2})
		cx, cy := int(math.Round(p.x)), int(math.Round(p.y))
		if cx < 1 || cy < 1 || cx >= g.w-1 || cy >= g.h-1 {
			return false
		}
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				shades[i] += float64(g.data[(cy+dy)*g.w+cx+dx]) / 9
			}
		}
		if i > 0 && shades[i-1]-shades[i] <= 0.03*shades[0] {
			return false
		}
	}
	return shades[greys-1] < 0.6*shades[0]
}

// perspective carries the card's plane, in mm, onto the picture, in pixels.
type perspective [8]float64

func perspectiveOf(c [4]target) (perspective, bool) {
	dx1, dy1, dx2, dy2 := c[1].x-c[2].x, c[1].y-c[2].y, c[3].x-c[2].x, c[3].y-c[2].y
	sx, sy := c[0].x-c[1].x+c[2].x-c[3].x, c[0].y-c[1].y+c[2].y-c[3].y
	by := dx1*dy2 - dx2*dy1
	if math.Abs(by) < 1e-6 {
		return perspective{}, false
	}
	g, k := (sx*dy2-dx2*sy)/by, (dx1*sy-sx*dy1)/by
	return perspective{(c[1].x - c[0].x + g*c[1].x) / Wide, (c[3].x - c[0].x + k*c[3].x) / Tall, c[0].x,
		(c[1].y - c[0].y + g*c[1].y) / Wide, (c[3].y - c[0].y + k*c[3].y) / Tall, c[0].y, g / Wide, k / Tall}, true
}

func (h perspective) project(p point) point {
	s := h[6]*p.x + h[7]*p.y + 1
	return point{(h[0]*p.x + h[1]*p.y + h[2]) / s, (h[3]*p.x + h[4]*p.y + h[5]) / s}
}

// stretch says what becomes of one square millimetre at a point: its area in pixels, and how much it is flattened (1: not at all).
func (h perspective) stretch(p point) (area, ratio float64) {
	s, q := h[6]*p.x+h[7]*p.y+1, h.project(p)
	a, b, c, d := (h[0]-q.x*h[6])/s, (h[1]-q.x*h[7])/s, (h[3]-q.y*h[6])/s, (h[4]-q.y*h[7])/s
	area = a*d - b*c
	sum := a*a + b*b + c*c + d*d
	apart := math.Sqrt(max(0, sum*sum-4*area*area))
	return area, math.Sqrt(max(0, (sum-apart)/(sum+apart)))
}
