package photo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// picture is red on the left half and blue on the right one.
func picture(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{R: 0xff, A: 0xff}
			if x >= w/2 {
				c = color.RGBA{B: 0xff, A: 0xff}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// turned puts an Exif orientation in front of a JPEG, with text that must not survive.
func turned(b []byte, orientation byte) []byte {
	exif := append([]byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), orientation, 0, 0, 0, 0, 0, 0)
	exif = append(exif, "GPS 48.85 2.35 Canari"...)
	segment := []byte{0xff, 0xe1, byte((len(exif) + 2) >> 8), byte(len(exif) + 2)}
	return append(append(append([]byte{}, b[:2]...), append(segment, exif...)...), b[2:]...)
}

func chunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func pngHead(w, h uint32, more ...[]byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	b := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 6, 0, 0, 0))...)
	for _, m := range more {
		b = append(b, m...)
	}
	return append(b, chunk("IEND", nil)...)
}

func cmyk(b []byte) []byte {
	i := bytes.Index(b, []byte{0xff, 0xc0})
	out := append([]byte{}, b...)
	out[i+9] = 4
	return out
}

func bomb(b []byte) []byte { // a JPEG header that announces 200 megapixels
	i := bytes.Index(b, []byte{0xff, 0xc0})
	out := append([]byte{}, b...)
	binary.BigEndian.PutUint16(out[i+5:], 12_000)
	binary.BigEndian.PutUint16(out[i+7:], 17_000)
	return out
}

func TestEachRefusalIsItsOwn(t *testing.T) {
	good := asJPEG(t, picture(400, 300))
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"a photo":               {good, nil},
		"a PNG":                 {asPNG(t, picture(400, 300)), nil},
		"text named .jpg":       {[]byte("Bonjour, je suis une photo."), ErrNotPhoto},
		"nothing":               {nil, ErrNotPhoto},
		"cut JPEG":              {good[:len(good)/2], ErrTruncated},
		"JPEG cut at its end":   {good[:len(good)-2], ErrTruncated},
		"JPEG cut in a header":  {good[:15], ErrTruncated},
		"cut PNG":               {asPNG(t, picture(400, 300))[:200], ErrTruncated},
		"200 megapixels":        {bomb(good), ErrPixels},
		"decompression bomb":    {pngHead(60_000, 60_000), ErrPixels},
		"PNG of 30 megapixels":  {pngHead(6_000, 5_000), ErrPixels},
		"CMYK":                  {cmyk(good), ErrCMYK},
		"animated PNG":          {pngHead(400, 300, chunk("acTL", make([]byte, 8))), ErrAnimated},
		"animated WebP":         {append([]byte("RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02"), make([]byte, 9)...), ErrAnimated},
		"cut WebP":              {[]byte("RIFF\xff\xff\x00\x00WEBPVP8 0000000000000000000"), ErrTruncated},
		"GIF":                   {[]byte("GIF89a................"), ErrAnimated},
		"HEIC":                  {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1"), ErrHEIC},
		"too small":             {asJPEG(t, picture(30, 30)), ErrTiny},
		"too many bytes":        {append(append([]byte{}, good...), make([]byte, MaxBytes)...), ErrTooBig},
		"HTML with a JPEG name": {[]byte("<html><script>alert(1)</script>"), ErrNotPhoto},
	} {
		if _, err := Inspect(c.data); !errors.Is(err, c.want) || (c.want == nil && err != nil) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

func TestWhatIsShownIsUprightAndBare(t *testing.T) {
	plain := asJPEG(t, picture(2000, 1000))
	for orientation, reddest := range map[byte]image.Point{1: {100, 400}, 3: {1500, 400}, 6: {400, 100}, 8: {400, 1500}} {
		data := turned(plain, orientation)
		info, err := Inspect(data)
		if err != nil || info.Orientation != int(orientation) {
			t.Fatalf("orientation %d: %+v, %v", orientation, info, err)
		}
		levels, err := Derive(data, info)
		if err != nil {
			t.Fatal(err)
		}
		for level, side := range sides {
			img, err := jpeg.Decode(bytes.NewReader(levels[level]))
			if err != nil {
				t.Fatal(err)
			}
			w, h := info.Shown()
			scale := min(1, float64(side)/2000)
			if b := img.Bounds(); b.Dx() != int(float64(w)*scale+0.5) || b.Dy() != int(float64(h)*scale+0.5) {
				t.Errorf("orientation %d, %s: %v", orientation, level, b)
			}
			if bytes.Contains(levels[level], []byte("Canari")) || bytes.Contains(levels[level], []byte("Exif")) {
				t.Errorf("orientation %d, %s: metadata left", orientation, level)
			}
			at := image.Pt(int(float64(reddest.X)*scale), int(float64(reddest.Y)*scale))
			if r, _, b, _ := img.At(at.X, at.Y).RGBA(); r < b {
				t.Errorf("orientation %d, %s: not upright at %v", orientation, level, at)
			}
		}
	}
}

func TestASpoiltPhotoIsRefusedWithoutPanic(t *testing.T) {
	data := asJPEG(t, picture(400, 300))
	copy(data[len(data)/2-200:], bytes.Repeat([]byte{0xff, 0x00}, 100))
	info, err := Inspect(data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Derive(data, info); err != nil && !errors.As(err, new(interface{ Unwrap() error })) {
		t.Fatal(err)
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(asJPEG(f, picture(80, 80)))
	f.Add(turned(asJPEG(f, picture(80, 80)), 6))
	f.Add(asPNG(f, picture(80, 80)))
	f.Add([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		info, err := Inspect(data)
		if err == nil && (info.Width < minSide || info.Height < minSide || info.Width*info.Height > maxPixels) {
			t.Fatalf("accepted %+v", info)
		}
	})
}

func BenchmarkDerive12Megapixels(b *testing.B) {
	data := asJPEG(b, picture(4032, 3024))
	info, err := Inspect(data)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Derive(data, info); err != nil {
			b.Fatal(err)
		}
	}
}
