// Package papers looks at the documents that people attach: their kind by their first bytes, what a password locks, what is known as
// infected. Every room that takes documents asks it before keeping anything.
package papers

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// accepted kinds of documents: what their first bytes say, and the extensions that may hold them.
var accepted = []struct {
	magic string
	kind  string
	ext   string // extensions, each followed by a space
}{
	{"%PDF-", "application/pdf", ".pdf "},
	{"\x89PNG\r\n\x1a\n", "image/png", ".png "},
	{"\xff\xd8\xff", "image/jpeg", ".jpg .jpeg "},
	{"PK\x03\x04", "application/zip", ".docx .xlsx .pptx .odt .ods .odp "},
}

// Accept is what a file field offers to choose from.
const Accept = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.pptx,.odt,.ods,.odp"

// The EICAR test string, which every antivirus recognises, stands for what an infected file is: refused without being kept.
const eicar = `EICAR-STANDARD-ANTIVIRUS-TEST-FILE`

const sniffed = 64 << 10

var errEncrypted = errors.New("the document is locked by a password")

// Sniff reads a document of at most so many bytes, and refuses what is empty, of no accepted kind, not what its name says, locked by a
// password, known as infected or too large. The reader given back holds the whole content.
func Sniff(name string, content io.Reader, most int64) (kind string, whole io.Reader, err error) {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(content, head)
	if err != nil && n == 0 {
		return "", nil, fault.Invalid("Ce document est vide : il n’a pas été joint.", "This document is empty: it was not attached.")
	}
	head = head[:n]
	ext := strings.ToLower(filepath.Ext(name)) + " "
	for _, a := range accepted {
		if bytes.HasPrefix(head, []byte(a.magic)) && strings.Contains(a.ext, ext) {
			kind = a.kind
		}
	}
	switch {
	case bytes.Contains(head, []byte(eicar)):
		return "", nil, infected()
	case bytes.HasPrefix(head, []byte(locked)) && strings.Contains(accepted[len(accepted)-1].ext, ext):
		return "", nil, underPassword()
	case kind == "":
		return "", nil, fault.Invalid("Ce document n’est pas d’un type accepté (PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS), ou son contenu ne correspond pas à son nom : il n’a pas été joint.",
			"This document is not of an accepted kind (PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS), or its content does not match its name: it was not attached.")
	}
	rest, err := io.ReadAll(io.LimitReader(content, most+1-int64(n)))
	if err != nil {
		return "", nil, fault.Invalid("L’envoi s’est interrompu : le document n’a pas été joint.", "The upload was cut: the document was not attached.").Because(err)
	}
	body := bytes.Join([][]byte{head, rest}, nil)
	if int64(len(body)) > most {
		return "", nil, TooLarge()
	}
	switch {
	case bytes.Contains(body, []byte(eicar)):
		return "", nil, infected()
	case kind == "application/pdf" && bytes.Contains(body, []byte("/Encrypt")):
		return "", nil, underPassword()
	case kind == "application/zip":
		if err := office(body); err != nil {
			return "", nil, err
		}
	}
	return kind, bytes.NewReader(body), nil
}

func infected() *fault.Error {
	return fault.Invalid("Ce document est signalé comme infecté : il n’a pas été gardé. Le reste est intact.", "This document is reported as infected: it was not kept. The rest is untouched.")
}

func underPassword() error {
	return fault.Invalid("Ce document est protégé par un mot de passe : personne ne pourrait le lire. Enregistrez-le sans mot de passe et joignez-le de nouveau.",
		"This document is locked by a password: nobody could read it. Save it without a password and attach it again.").Because(errEncrypted)
}

// TooLarge is the refusal of a document over the limit.
func TooLarge() error {
	return fault.New(fault.KindTooLarge, i18n.Text{FR: "Ce document dépasse 20 Mo : il n’a pas été joint. Réduisez-le ou séparez-le ; le reste est intact.",
		EN: "This document is over 20 MB: it was not attached. Shrink or split it; the rest is untouched."})
}

// Most is the largest document accepted, in bytes.
const Most = 20 << 20
