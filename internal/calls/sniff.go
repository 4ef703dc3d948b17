package calls

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"

	"maillage/internal/platform/fault"
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

// The EICAR test string, which every antivirus recognises, stands for what an infected file is: refused without being kept.
const eicar = `EICAR-STANDARD-ANTIVIRUS-TEST-FILE`

const sniffed = 64 << 10

// sniff reads the start of a document and refuses what is not of an accepted kind, what does not match its name, what a password
// locks and what is known as infected. The reader given back holds the whole content.
func sniff(name string, content io.Reader) (kind string, whole io.Reader, err error) {
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
		return "", nil, fault.Invalid("Ce document est signalé comme infecté : il n’a pas été gardé. Le reste du dossier est intact.", "This document is reported as infected: it was not kept. The rest of the application is untouched.")
	case kind == "":
		return "", nil, fault.Invalid("Ce document n’est pas d’un type accepté (PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS), ou son contenu ne correspond pas à son nom : il n’a pas été joint.",
			"This document is not of an accepted kind (PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS), or its content does not match its name: it was not attached.")
	}
	rest, err := io.ReadAll(io.LimitReader(content, MaxDocument+1-int64(n)))
	if err != nil {
		return "", nil, fault.Invalid("L’envoi s’est interrompu : le document n’a pas été joint.", "The upload was cut: the document was not attached.").Because(err)
	}
	body := bytes.Join([][]byte{head, rest}, nil)
	if kind == "application/pdf" && bytes.Contains(body, []byte("/Encrypt")) {
		return "", nil, fault.Invalid("Ce PDF est protégé par un mot de passe : personne ne pourrait le lire à l’instruction. Enregistrez-le sans mot de passe et joignez-le de nouveau.",
			"This PDF is locked by a password: nobody could read it during instruction. Save it without a password and attach it again.").Because(errEncrypted)
	}
	return kind, bytes.NewReader(body), nil
}
