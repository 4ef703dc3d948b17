package photo

import "encoding/binary"

// JPEG markers that matter here.
const (
	markSOS = 0xda // a scan begins
	markEOI = 0xd9 // the picture ends
	markAPP = 0xe1 // Exif
)

// inspectJPEG walks the segments and the scans to the end marker: what is cut has none.
func inspectJPEG(b []byte) (Info, error) {
	info := Info{Kind: JPEG, Orientation: 1}
	at := 2
	for {
		mark, next, ok := marker(b, at)
		if !ok {
			return Info{}, ErrTruncated
		}
		if mark == markEOI {
			if info.Width == 0 {
				return Info{}, ErrSpoilt
			}
			return info, nil
		}
		if next+2 > len(b) {
			return Info{}, ErrTruncated
		}
		size := int(binary.BigEndian.Uint16(b[next:]))
		if size < 2 {
			return Info{}, ErrSpoilt
		}
		if next+size > len(b) {
			return Info{}, ErrTruncated
		}
		body := b[next+2 : next+size]
		if err := info.segment(mark, body); err != nil {
			return Info{}, err
		}
		at = next + size
		if mark == markSOS {
			at = skipScan(b, at)
		}
	}
}

// segment reads what one segment says.
func (i *Info) segment(mark byte, body []byte) error {
	switch {
	case mark >= 0xc0 && mark <= 0xcf && mark != 0xc4 && mark != 0xc8 && mark != 0xcc: // a frame header
		if len(body) < 6 {
			return ErrSpoilt
		}
		if body[5] == 4 {
			return ErrCMYK
		}
		i.Height, i.Width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
		return i.check()
	case mark == markAPP && i.Orientation == 1:
		i.Orientation = exifOrientation(body)
	}
	return nil
}

// marker finds the marker at a place, past fill bytes.
func marker(b []byte, at int) (mark byte, next int, ok bool) {
	if at >= len(b) || b[at] != 0xff {
		return 0, 0, false
	}
	for at < len(b) && b[at] == 0xff {
		at++
	}
	if at >= len(b) {
		return 0, 0, false
	}
	return b[at], at + 1, true
}

// skipScan passes over compressed data to the next marker that is neither a stuffed byte nor a restart.
func skipScan(b []byte, at int) int {
	for ; at+1 < len(b); at++ {
		if b[at] == 0xff && b[at+1] != 0 && b[at+1] != 0xff && (b[at+1] < 0xd0 || b[at+1] > 0xd7) {
			return at
		}
	}
	return len(b)
}

// exifOrientation reads tag 0x0112 of the first directory; 1 when there is none.
func exifOrientation(b []byte) int {
	if len(b) < 14 || string(b[:6]) != "Exif\x00\x00" {
		return 1
	}
	tiff := b[6:]
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	n := int64(order.Uint16(tiff[at:]))
	for i := range n {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			if v := int(order.Uint16(tiff[entry+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}
