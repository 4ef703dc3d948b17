package papers

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"

	"maillage/internal/platform/fault"
)

// locked is how Office writes a document under a password: a compound file that holds the encrypted one.
const locked = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// office looks inside a DOCX, XLSX, ODT…: it is a ZIP whose entries a password may lock, and may hold what is known as infected.
// Entries are read up to a limit, whatever size they declare.
func office(body []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return fault.Invalid("Ce document est abîmé ou incomplet : il n’a pas été joint. Enregistrez-le de nouveau, en PDF si possible.",
			"This document is damaged or incomplete: it was not attached. Save it again, as a PDF if possible.").Because(err)
	}
	left := int64(64 << 20) // of what the entries unfold to: a small file may pretend to be endless
	for _, f := range archive.File {
		const encrypted = 0x1
		if f.Flags&encrypted != 0 || f.Name == "EncryptedPackage" {
			return underPassword()
		}
		content, err := read(f, left)
		if left -= int64(len(content)); left <= 0 {
			return fault.Invalid("Ce document se déplie au-delà de toute mesure : il n’a pas été joint. Enregistrez-le en PDF.", "This document unfolds beyond measure: it was not attached. Save it as a PDF.")
		}
		if err != nil {
			continue // an entry that cannot be read is no danger
		}
		if f.Name == "META-INF/manifest.xml" && bytes.Contains(content, []byte("encryption-data")) {
			return underPassword()
		}
		if bytes.Contains(content, []byte(eicar)) {
			return infected()
		}
		if strings.HasSuffix(f.Name, "vbaProject.bin") {
			return fault.Invalid("Ce document contient des macros : il n’a pas été joint. Enregistrez-le sans macros, ou en PDF.", "This document holds macros: it was not attached. Save it without macros, or as a PDF.")
		}
	}
	return nil
}

func read(f *zip.File, most int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return io.ReadAll(io.LimitReader(r, most))
}
