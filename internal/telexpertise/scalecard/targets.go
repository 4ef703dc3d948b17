package scalecard

import (
	"cmp"
	"image"
	"image/color"
	"math"
	"slices"
)

// grey is a picture in shades of grey, row after row.
type grey struct {
	data []uint8
	w, h int
}

func greyOf(img image.Image) grey {
	b := img.Bounds()
	g := grey{make([]uint8, b.Dx()*b.Dy()), b.Dx(), b.Dy()}
	ycc, ok := img.(*image.YCbCr)
	for y := range g.h {
		for x := range g.w {
			if ok {
				g.data[y*g.w+x] = ycc.Y[ycc.YOffset(b.Min.X+x, b.Min.Y+y)]
			} else {
				g.data[y*g.w+x] = color.GrayModel.Convert(img.At(b.Min.X+x, b.Min.Y+y)).(color.Gray).Y
			}
		}
	}
	return g
}

// blackness marks what is clearly darker than its surroundings, so that shade and uneven light do not matter.
func (g grey) blackness() []bool {
	row := g.w + 1
	sums := make([]int, row*(g.h+1))
	for y := range g.h {
		run := 0
		for x := range g.w {
			run += int(g.data[y*g.w+x])
			sums[(y+1)*row+x+1] = sums[y*row+x+1] + run
		}
	}
	reach := max(12, int(math.Round(float64(min(g.w, g.h))/24)))
	black := make([]bool, g.w*g.h)
	for y := range g.h {
		top, bottom := max(0, y-reach), min(g.h, y+reach+1)
		for x := range g.w {
			left, right := max(0, x-reach), min(g.w, x+reach+1)
			sum := sums[bottom*row+right] - sums[top*row+right] - sums[bottom*row+left] + sums[top*row+left]
			black[y*g.w+x] = 100*int(g.data[y*g.w+x])*(bottom-top)*(right-left) < 82*sum
		}
	}
	return black
}

// isTarget tells whether five runs are a line through a target: 1:1:3:1:1, give or take what blur and threshold do.
func isTarget(runs [5]int) bool {
	module := float64(runs[0]+runs[1]+runs[2]+runs[3]+runs[4]) / 7
	for i, run := range runs {
		want, off := module, 0.65*module
		if i == 2 {
			want, off = 3*module, 1.2*module
		}
		if math.Abs(float64(run)-want) >= off {
			return false
		}
	}
	return module >= 1.5
}

// ink is a picture in black and white.
type ink struct {
	black []bool
	w, h  int
}

// half counts the runs from a point inside the disc outwards: disc, white ring, black ring; false when it is no target.
func (k ink) half(x, y, dx, dy int) (runs [3]int, ok bool) {
	for part := 0; part < 3; {
		if x < 0 || y < 0 || x >= k.w || y >= k.h {
			return runs, false
		}
		switch {
		case k.black[y*k.w+x] == (part%2 == 0):
			runs[part]++
			x, y = x+dx, y+dy
		case runs[part] == 0:
			return runs, false
		default:
			part++
		}
	}
	return runs, true
}

// cross looks along a line through a point inside the disc: the middle and the length of the target on it, in steps.
func (k ink) cross(at point, dx, dy int) (middle, length float64, ok bool) {
	x, y := int(math.Round(at.x)), int(math.Round(at.y))
	b, okB := k.half(x, y, -dx, -dy)
	a, okA := k.half(x, y, dx, dy)
	core := b[0] + a[0] - 1
	if !okB || !okA || !isTarget([5]int{b[2], b[1], core, a[1], a[2]}) {
		return 0, 0, false
	}
	return float64(a[0]+a[1]+a[2]-b[0]-b[1]-b[2]) / 2, float64(b[2] + b[1] + core + a[1] + a[2]), true
}

// targets finds every target along rows, then confirms it down, across and along both diagonals.
func targets(g grey) []target {
	k := ink{g.blackness(), g.w, g.h}
	var found []target
	starts := make([]int, 0, g.w)
	for y := range k.h {
		line := k.black[y*k.w : (y+1)*k.w]
		starts = append(starts[:0], 0)
		for x := 1; x < k.w; x++ {
			if line[x] != line[x-1] {
				starts = append(starts, x)
			}
		}
		first := 1
		if line[0] {
			first = 0
		}
		for i := first; i+5 < len(starts); i += 2 {
			var runs [5]int
			for n := range runs {
				runs[n] = starts[i+n+1] - starts[i+n]
			}
			if !isTarget(runs) {
				continue
			}
			if one, ok := k.confirm(point{float64(starts[i+2]+starts[i+3]-1) / 2, float64(y)}); ok {
				found = gather(found, one)
			}
		}
	}
	found = slices.DeleteFunc(found, func(t target) bool { return t.seen < 2 })
	slices.SortFunc(found, func(a, b target) int { return cmp.Compare(b.seen/b.size, a.seen/a.size) })
	return found[:min(len(found), most)]
}

func (k ink) confirm(near point) (target, bool) {
	down, high, ok := k.cross(near, 0, 1)
	if !ok {
		return target{}, false
	}
	at := point{near.x, near.y + down}
	across, wide, ok := k.cross(at, 1, 0)
	if !ok {
		return target{}, false
	}
	at.x += across
	_, falling, okF := k.cross(at, 1, 1)
	_, rising, okR := k.cross(at, 1, -1)
	falling, rising = falling*math.Sqrt2, rising*math.Sqrt2
	if !okF || !okR || min(high, wide, falling, rising)*1.8 < max(high, wide, falling, rising) {
		return target{}, false
	}
	size := math.Sqrt((high*high + wide*wide + falling*falling + rising*rising) / 4)
	return target{at, size, 1}, true
}

// gather adds a sighting to the target that it belongs to.
func gather(found []target, one target) []target {
	for i := range found {
		t := &found[i]
		if math.Hypot(t.x-one.x, t.y-one.y) < t.size/3 {
			n := t.seen
			t.x, t.y, t.size, t.seen = (t.x*n+one.x)/(n+1), (t.y*n+one.y)/(n+1), (t.size*n+one.size)/(n+1), n+1
			return found
		}
	}
	return append(found, one)
}
