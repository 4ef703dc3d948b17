package photo

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// Level is a size at which a photograph is shown.
type Level string

// The levels, by the longest side in pixels.
const (
	Thumb  Level = "thumb"  // 320: lists
	Screen Level = "screen" // 1600: one case on one screen
	Full   Level = "full"   // 4096 at most: zoom
)

// Levels lists them, the largest first: each is drawn from the one before.
var Levels = []Level{Full, Screen, Thumb}

var sides = map[Level]int{Thumb: 320, Screen: 1600, Full: 4096}

const quality = 88 // of what is shown; the original stays as it came

// Derive decodes a photograph that Inspect accepted and draws each level as a JPEG: orientation applied, no metadata.
func Derive(data []byte, info Info) (map[Level][]byte, error) {
	img, err := decode(data, info.Kind)
	if err != nil {
		refusal := *ErrSpoilt
		return nil, refusal.Because(err)
	}
	drawn := orient(within(img, sides[Full]), info.Orientation)
	levels := map[Level][]byte{}
	for _, l := range Levels {
		drawn = within(drawn, sides[l])
		var out bytes.Buffer
		if err := jpeg.Encode(&out, drawn, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		levels[l] = out.Bytes()
	}
	return levels, nil
}

func decode(data []byte, kind Kind) (image.Image, error) {
	switch kind {
	case PNG:
		return png.Decode(bytes.NewReader(data))
	case WebP:
		return webp.Decode(bytes.NewReader(data))
	default:
		return jpeg.Decode(bytes.NewReader(data))
	}
}

// within draws an image so that its longest side is at most side pixels: whole blocks are averaged first, then the rest is
// interpolated, so that fine detail is not aliased and memory stays that of the picture.
func within(img image.Image, side int) *image.RGBA {
	b := img.Bounds()
	longest := max(b.Dx(), b.Dy())
	small := average(img, max(1, longest/side))
	if max(small.Rect.Dx(), small.Rect.Dy()) <= side {
		return small
	}
	scale := float64(side) / float64(longest)
	to := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(b.Dx())*scale+0.5)), max(1, int(float64(b.Dy())*scale+0.5))))
	xdraw.ApproxBiLinear.Scale(to, to.Rect, small, small.Rect, draw.Src, nil)
	return to
}

// average draws an image n times smaller, each pixel the mean of an n × n block; white shows through what is transparent.
func average(img image.Image, n int) *image.RGBA {
	b := img.Bounds()
	if n == 1 {
		return opaque(img, b)
	}
	to := image.NewRGBA(image.Rect(0, 0, max(1, b.Dx()/n), max(1, b.Dy()/n)))
	for y := range to.Rect.Dy() {
		rows := opaque(img, image.Rect(b.Min.X, b.Min.Y+y*n, b.Max.X, b.Min.Y+(y+1)*n))
		for x := range to.Rect.Dx() {
			to.SetRGBA(x, y, mean(rows, x*n, n))
		}
	}
	return to
}

// opaque copies a part of an image over white.
func opaque(img image.Image, part image.Rectangle) *image.RGBA {
	if same, ok := img.(*image.RGBA); ok && same.Rect == part && same.Rect.Min == (image.Point{}) {
		return same
	}
	to := image.NewRGBA(image.Rect(0, 0, part.Dx(), part.Dy()))
	if _, solid := img.(*image.YCbCr); !solid {
		draw.Draw(to, to.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(to, to.Rect, img, part.Min, draw.Over)
		return to
	}
	draw.Draw(to, to.Rect, img, part.Min, draw.Src)
	return to
}
