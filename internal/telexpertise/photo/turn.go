package photo

import (
	"image"
	"image/color"
)

// mean averages the n × n block of rows that starts at column x.
func mean(rows *image.RGBA, x, n int) color.RGBA {
	var r, g, b, count uint32
	for y := range rows.Rect.Dy() {
		line := rows.Pix[y*rows.Stride:]
		for i := x; i < min(x+n, rows.Rect.Dx()); i++ {
			r, g, b, count = r+uint32(line[4*i]), g+uint32(line[4*i+1]), b+uint32(line[4*i+2]), count+1
		}
	}
	return color.RGBA{R: uint8(r / count), G: uint8(g / count), B: uint8(b / count), A: 0xff}
}

// turns says where the pixel (x, y) of a w × h picture goes, by Exif orientation.
var turns = map[int]func(x, y, w, h int) (int, int){
	2: func(x, y, w, _ int) (int, int) { return w - 1 - x, y },
	3: func(x, y, w, h int) (int, int) { return w - 1 - x, h - 1 - y },
	4: func(x, y, _, h int) (int, int) { return x, h - 1 - y },
	5: func(x, y, _, _ int) (int, int) { return y, x },
	6: func(x, y, _, h int) (int, int) { return h - 1 - y, x },
	7: func(x, y, w, h int) (int, int) { return h - 1 - y, w - 1 - x },
	8: func(x, y, w, _ int) (int, int) { return y, w - 1 - x },
}

// orient turns a picture upright.
func orient(img *image.RGBA, orientation int) *image.RGBA {
	turn := turns[orientation]
	if turn == nil {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := turn(x, y, w, h)
			copy(to.Pix[ty*to.Stride+4*tx:][:4], img.Pix[y*img.Stride+4*x:][:4])
		}
	}
	return to
}
