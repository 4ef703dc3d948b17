package scalecard

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"
)

// shot is how a card is photographed.
type shot struct {
	perMM, turn, tilt float64 // pixels of a millimetre at the middle; degrees
	blur              int     // pixels
	light             float64 // of the right edge; the left one has 1
	noise             float64 // levels
	hide              func(x, y float64) bool
}

const wide, high = 1000, 750

// photograph paints the card on skin, through a lens 200 mm above its middle.
func photograph(s shot) image.Image {
	cos, sin := math.Cos(s.turn*math.Pi/180), math.Sin(s.turn*math.Pi/180)
	lean := math.Sin(s.tilt * math.Pi / 180)
	flat := math.Cos(s.tilt * math.Pi / 180)
	light := make([]float64, wide*high)
	for y := range high {
		for x := range wide {
			for n := range 4 { // four points of each pixel
				a, b := (float64(x)+0.25+0.5*float64(n%2)-wide/2)/s.perMM, (float64(y)+0.25+0.5*float64(n/2)-high/2)/s.perMM
				p, q := a*cos+b*sin, b*cos-a*sin
				u := p * 200 / (200*flat - p*lean)
				cx, cy := u+Wide/2, q*(200+u*lean)/200+Tall/2
				c, on := At(cx, cy)
				v := 178.0
				if on && (s.hide == nil || !s.hide(cx, cy)) {
					v = 20 + 228*float64(color.GrayModel.Convert(c).(color.Gray).Y)/255
				}
				light[y*wide+x] += v / 4 * (1 - (1-s.light)*float64(x)/wide)
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	img := image.NewGray(image.Rect(0, 0, wide, high))
	for y := range high {
		for x := range wide {
			sum, n := 0.0, 0.0
			for dy := -s.blur; dy <= s.blur; dy++ {
				for dx := -s.blur; dx <= s.blur; dx++ {
					if x+dx >= 0 && y+dy >= 0 && x+dx < wide && y+dy < high {
						sum, n = sum+light[(y+dy)*wide+x+dx], n+1
					}
				}
			}
			img.SetGray(x, y, color.Gray{Y: uint8(min(255, max(0, sum/n+s.noise*(2*r.Float64()-1))))})
		}
	}
	return img
}

func TestScaleIsRead(t *testing.T) {
	for name, s := range map[string]shot{
		"straight": {perMM: 8, light: 1}, "near": {perMM: 10, light: 1, turn: 17}, "far": {perMM: 2.2, light: 1, turn: 17}, "upside down": {perMM: 6, light: 1, turn: 180},
		"leaning": {perMM: 8, light: 1, tilt: 12, turn: 30}, "blurred": {perMM: 8, light: 1, blur: 4, turn: 5}, "in the shade": {perMM: 8, light: 0.25, turn: 75},
		"grainy": {perMM: 8, light: 1, noise: 40, turn: 200},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Find(photograph(s)) * s.perMM; math.Abs(got-1) > 0.02 {
				t.Errorf("the scale is off by a factor of %.4f", got)
			}
		})
	}
}

func TestAnyTurnAndSize(t *testing.T) {
	for turn := 0; turn < 360; turn += 45 {
		s := shot{perMM: 2.5 + float64(turn%7), turn: float64(turn), light: 1, noise: 5}
		if got := Look(photograph(s)) * s.perMM; math.Abs(got-1) > 0.02 {
			t.Errorf("turned by %d°, %v pixels per mm: the scale is off by a factor of %.4f", turn, s.perMM, got)
		}
	}
}

func TestNothingIsClaimedWithoutTheCard(t *testing.T) {
	near := func(cx, cy float64) func(x, y float64) bool {
		return func(x, y float64) bool { return math.Hypot(x-cx, y-cy) < 5 }
	}
	for name, s := range map[string]shot{
		"one target covered": {perMM: 8, light: 1, hide: near(Wide, Tall)},
		"patches covered":    {perMM: 8, light: 1, hide: func(x, y float64) bool { return y > 3 && y < 12 && x > 9 && x < 61 }},
		"aslant":             {perMM: 8, light: 1, tilt: 35},
		"skin alone":         {perMM: 8, light: 1, hide: func(float64, float64) bool { return true }, noise: 30},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Find(photograph(s)); got != 0 {
				t.Errorf("%v mm per pixel are claimed", got)
			}
		})
	}
}

func TestPatternsThatAreNotTheCard(t *testing.T) {
	stripes := image.NewGray(image.Rect(0, 0, wide, high))
	squares := image.NewGray(image.Rect(0, 0, wide, high))
	for y := range high {
		for x := range wide {
			stripes.SetGray(x, y, color.Gray{Y: uint8(255 * (x / 9 % 2))})
			squares.SetGray(x, y, color.Gray{Y: uint8(255 * ((x/20 + y/20) % 2))})
		}
	}
	for _, img := range []image.Image{stripes, squares} {
		if got := Find(img); got != 0 {
			t.Errorf("%v mm per pixel are claimed", got)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	img := photograph(shot{perMM: 8, light: 1, turn: 12})
	for b.Loop() {
		Find(img)
	}
}
