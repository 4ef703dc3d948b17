package photo

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/image/webp"
)

// inspectPNG walks the chunks to IEND.
func inspectPNG(b []byte) (Info, error) {
	info := Info{Kind: PNG, Orientation: 1}
	for at := 8; ; {
		if at+12 > len(b) {
			return Info{}, ErrTruncated
		}
		size, name := int64(binary.BigEndian.Uint32(b[at:])), string(b[at+4:at+8])
		if int64(at)+12+size > int64(len(b)) {
			return Info{}, ErrTruncated
		}
		body := b[at+8 : at+8+int(size)]
		switch name {
		case "IHDR":
			if len(body) != 13 {
				return Info{}, ErrSpoilt
			}
			info.Width, info.Height = int(binary.BigEndian.Uint32(body)), int(binary.BigEndian.Uint32(body[4:]))
			if err := info.check(); err != nil {
				return Info{}, err
			}
		case "acTL":
			return Info{}, ErrAnimated
		case "IEND":
			return info, nil
		}
		at += 12 + int(size)
	}
}

// inspectWebP reads the container's size and flags, then the frame's own header.
func inspectWebP(b []byte) (Info, error) {
	if len(b) < 30 || int64(binary.LittleEndian.Uint32(b[4:]))+8 > int64(len(b)) {
		return Info{}, ErrTruncated
	}
	if string(b[12:16]) == "VP8X" && b[20]&0x02 != 0 {
		return Info{}, ErrAnimated
	}
	c, err := webp.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return Info{}, ErrSpoilt
	}
	return Info{Kind: WebP, Width: c.Width, Height: c.Height, Orientation: 1}, nil
}
