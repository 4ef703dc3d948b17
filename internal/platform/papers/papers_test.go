package papers

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"maillage/internal/platform/fault"
)

func TestSniff(t *testing.T) {
	for name, content := range map[string]string{
		"vide.pdf": "", "texte.pdf": "bonjour", "image.png": "%PDF-1.7 …", "programme.exe": "MZ…", "verrou.pdf": "%PDF-1.7 /Encrypt 5 0 R",
		"infecte.pdf": "%PDF-1.7 X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
	} {
		if _, _, err := Sniff(name, strings.NewReader(content), Most); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := Sniff("gros.pdf", strings.NewReader("%PDF-1.7 "+strings.Repeat("x", 100)), 50); !fault.Is(err, fault.KindTooLarge) {
		t.Errorf("over the limit: %v", err)
	}
	kind, whole, err := Sniff("RIB.PDF", strings.NewReader("%PDF-1.7 tout"), Most)
	if err != nil || kind != "application/pdf" {
		t.Fatal(kind, err)
	}
	if all, err := io.ReadAll(whole); err != nil || string(all) != "%PDF-1.7 tout" {
		t.Errorf("%q %v", all, err)
	}
}

// packed is an office document: a ZIP of names and contents.
func packed(t *testing.T, flags uint16, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: pairs[i], Method: zip.Deflate, Flags: flags})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Office documents are looked into: passwords, infections, macros and bombs are refused, each by its own words; a plain one passes.
func TestOfficeDocuments(t *testing.T) {
	virus := "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
	for name, c := range map[string]struct{ content, says string }{
		"zip-locked.docx": {packed(t, 1, "word/document.xml", "x"), "mot de passe"},
		"odf-locked.odt":  {packed(t, 0, "META-INF/manifest.xml", "<manifest:encryption-data>"), "mot de passe"},
		"ooxml.xlsx":      {locked + strings.Repeat("\x00", 600), "mot de passe"},
		"infecte.docx":    {packed(t, 0, "word/document.xml", virus), "infecté"},
		"macros.docx":     {packed(t, 0, "word/vbaProject.bin", "x"), "macros"},
		"bombe.xlsx":      {packed(t, 0, "a", strings.Repeat("0", 33<<20), "b", strings.Repeat("0", 33<<20)), "déplie"},
		"coupe.docx":      {packed(t, 0, "word/document.xml", "x")[:40], "abîmé"},
		"fin.pdf":         {"%PDF-1.7 " + strings.Repeat("x", sniffed) + virus, "infecté"},
	} {
		_, _, err := Sniff(name, strings.NewReader(c.content), Most)
		if !fault.Is(err, fault.KindInvalid) || !strings.Contains(err.(*fault.Error).Message.FR, c.says) { //nolint:errorlint,forcetypeassert // faults are returned as they are
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := Sniff("projet.odt", strings.NewReader(packed(t, 0, "content.xml", "<text/>")), Most); err != nil {
		t.Error(err)
	}
}
