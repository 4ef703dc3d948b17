// Package scalecard knows the printed scale card: its measures, how it looks, and how to find it in a photograph. The phone finds it
// by the same steps (web/src/telexpertise/card.ts), so that a millimetre shown was read twice.
package scalecard

import (
	"image/color"
	"math"
)

// The card is 85 × 55 mm. Four targets stand at the corners of a rectangle; each is a black disc in a white and a black ring, so that any
// line through its centre crosses black, white, black, white, black as 1:1:3:1:1.
const (
	Wide   = 70.0 // mm between the centres of the left and the right targets
	Tall   = 40.0 // mm between the centres of the upper and the lower targets
	Target = 8.4  // mm, diameter of a target
	Margin = 7.5  // mm from the centre of a target to both edges of the card

	PatchLeft = 10.0 // mm, upper left corner of the first patch, from the centre of the upper left target
	PatchTop  = 4.0
	PatchWide = 5.0
	PatchTall = 7.0
	RulerLeft = 10.0 // mm, where the ruler of 50 mm begins
	RulerBase = 38.0
)

// Patches are colours of known value, by which a photograph's colours can be judged. The five greys fall from white to black: by them
// the card is known, and which way is up.
var Patches = []color.RGBA{{255, 255, 255, 255}, {200, 200, 200, 255}, {128, 128, 128, 255}, {64, 64, 64, 255}, {0, 0, 0, 255}, {194, 150, 130, 255}, {115, 82, 68, 255}, {175, 54, 60, 255}, {56, 61, 150, 255}, {70, 148, 73, 255}}

const greys = 5 // of the patches

// corners are the centres of the targets, by the clock from the upper left one.
var corners = [4]point{{0, 0}, {Wide, 0}, {Wide, Tall}, {0, Tall}}

// At is the colour of the card at a point, in mm from the centre of its upper left target; false beside the card.
func At(x, y float64) (color.RGBA, bool) {
	white, black := color.RGBA{255, 255, 255, 255}, color.RGBA{0, 0, 0, 255}
	if x < -Margin || y < -Margin || x > Wide+Margin || y > Tall+Margin {
		return color.RGBA{}, false
	}
	for _, c := range corners {
		if r := math.Hypot(x-c.x, y-c.y); r < Target/2 {
			if r < Target*3/14 || r >= Target*5/14 {
				return black, true
			}
			return white, true
		}
	}
	if i := int((x - PatchLeft) / PatchWide); x >= PatchLeft && i < len(Patches) && y >= PatchTop && y < PatchTop+PatchTall {
		return Patches[i], true
	}
	if mark := x - RulerLeft; mark > -0.1 && mark < 50.1 && y < RulerBase {
		long := 2.0
		if int(math.Round(mark))%10 == 0 {
			long = 4.5
		}
		if y > RulerBase-long && math.Abs(mark-math.Round(mark)) < 0.1 {
			return black, true
		}
	}
	return white, true
}
