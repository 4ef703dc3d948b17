package papers

import (
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
