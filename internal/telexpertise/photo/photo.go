// Package photo reads photographs that come from anywhere: it says what a file is and refuses it before any pixel is decoded, then
// draws what is shown from it. It keeps nothing and trusts nothing, neither the name nor the declared type.
package photo

import (
	"bytes"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Limits of what is accepted.
const (
	MaxBytes     = 25 << 20   // one photograph
	maxPixels    = 50_000_000 // JPEG: the largest that phones make
	maxPixelsRGB = 24_000_000 // PNG and WebP, which decode to more memory
	maxSide      = 20_000     // pixels
	minSide      = 64         // pixels
)

// Kind is a format that is read here.
type Kind string

// The formats.
const (
	JPEG Kind = "image/jpeg"
	PNG  Kind = "image/png"
	WebP Kind = "image/webp"
)

// Info is what a file says of itself, read without decoding.
type Info struct {
	Kind          Kind
	Width, Height int // as stored, before the orientation is applied
	Orientation   int // Exif: 1 to 8
}

// Shown gives width and height once the orientation is applied.
func (i Info) Shown() (width, height int) {
	if i.Orientation >= 5 {
		return i.Height, i.Width
	}
	return i.Width, i.Height
}

// The refusals. Each names what is wrong with the file and what to do.
var (
	ErrTooBig    = refuse("photo.bytes", "Cette photo dépasse 25 Mo : reprenez-la avec l’appareil du téléphone. Les autres photos sont gardées.", "This photo is over 25 MB: take it again with the phone’s camera. The other photos are kept.")
	ErrPixels    = refuse("photo.pixels", "Cette image a trop de pixels pour être ouverte sans risque : réduisez-la ou reprenez la photo.", "This image has too many pixels to be opened safely: make it smaller or take the photo again.")
	ErrTiny      = refuse("photo.tiny", "Cette image est trop petite pour un avis : reprenez la photo.", "This image is too small for an opinion: take the photo again.")
	ErrHEIC      = refuse("photo.heic", "Cette photo est au format HEIC, que le serveur n’ouvre pas. Sur iPhone : Réglages › Appareil photo › Formats › « Le plus compatible », puis reprenez-la ; ou envoyez-la en JPEG.", "This photo is in HEIC format, which the server does not open. On an iPhone: Settings › Camera › Formats › Most Compatible, then take it again; or send it as JPEG.")
	ErrAnimated  = refuse("photo.animated", "Cette image est animée : envoyez une photo fixe.", "This image is animated: send a still photo.")
	ErrCMYK      = refuse("photo.cmyk", "Cette image est en couleurs d’imprimerie (CMJN), qui faussent les teintes : envoyez la photo d’origine.", "This image is in printing colours (CMYK), which distort hues: send the original photo.")
	ErrTruncated = refuse("photo.truncated", "Cette photo est incomplète : l’envoi ou la copie s’est interrompu. Renvoyez-la ou reprenez-la.", "This photo is incomplete: sending or copying was cut. Send it or take it again.")
	ErrNotPhoto  = refuse("photo.unknown", "Ce fichier n’est pas une photo, malgré son nom : choisissez une image JPEG, PNG ou WebP.", "This file is not a photo, whatever its name: choose a JPEG, PNG or WebP image.")
	ErrSpoilt    = refuse("photo.spoilt", "Cette photo est abîmée et ne s’ouvre pas : reprenez-la.", "This photo is damaged and does not open: take it again.")
)

func refuse(rule, fr, en string) *fault.Error {
	return &fault.Error{Kind: fault.KindInvalid, Rule: rule, Message: i18n.Text{FR: fr, EN: en}}
}

// Inspect reads the structure of a file to its end, and refuses what cannot be shown.
func Inspect(data []byte) (Info, error) {
	if len(data) > MaxBytes {
		return Info{}, ErrTooBig
	}
	for _, f := range formats {
		if f.is(data) {
			info, err := f.inspect(data)
			if err != nil {
				return Info{}, err
			}
			return info, info.check()
		}
	}
	return Info{}, ErrNotPhoto
}

func (i Info) check() error {
	limit := maxPixelsRGB
	if i.Kind == JPEG {
		limit = maxPixels
	}
	switch {
	case i.Width <= 0 || i.Height <= 0:
		return ErrSpoilt
	case i.Width > maxSide || i.Height > maxSide || i.Width*i.Height > limit:
		return ErrPixels
	case i.Width < minSide || i.Height < minSide:
		return ErrTiny
	}
	return nil
}

var formats = []struct {
	is      func([]byte) bool
	inspect func([]byte) (Info, error)
}{
	{func(b []byte) bool { return bytes.HasPrefix(b, []byte{0xff, 0xd8, 0xff}) }, inspectJPEG},
	{func(b []byte) bool { return bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")) }, inspectPNG},
	{func(b []byte) bool { return len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP" }, inspectWebP},
	{isHEIF, func([]byte) (Info, error) { return Info{}, ErrHEIC }},
	{func(b []byte) bool { return bytes.HasPrefix(b, []byte("GIF8")) }, func([]byte) (Info, error) { return Info{}, ErrAnimated }},
}

// isHEIF recognises the ISO base media files of HEIC and AVIF pictures by their brand.
func isHEIF(b []byte) bool {
	if len(b) < 12 || string(b[4:8]) != "ftyp" {
		return false
	}
	switch string(b[8:12]) {
	case "heic", "heix", "hevc", "heim", "heis", "hevm", "mif1", "msf1", "avif", "avis":
		return true
	}
	return false
}
