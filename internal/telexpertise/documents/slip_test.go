package documents

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"golang.org/x/image/font/sfnt"

	"maillage/internal/platform/pdf/script"
	"maillage/internal/telexpertise"
)

// TestSlipInEveryLanguage writes every slip, and finds each character of its sentences, as drawn, in the font that draws it.
func TestSlipInEveryLanguage(t *testing.T) {
	own, err := os.ReadFile("../../platform/pdf/fonts/SourceSans3-Regular.ttf")
	if err != nil {
		t.Fatal(err)
	}
	visit := time.Date(2026, 3, 9, 8, 30, 0, 0, time.UTC)
	for _, l := range telexpertise.SlipLanguages {
		words := reflect.ValueOf(telexpertise.SlipTexts[l.Code])
		for i := range words.NumField() {
			sentence := script.Order(script.Join(words.Field(i).String()), l.Right)
			if lacking := lacking(t, own, sentence); lacking != "" {
				t.Errorf("%s, %s: no font holds %q", l.Code, words.Type().Field(i).Name, lacking)
			}
		}
		for kind, s := range map[string]telexpertise.Slip{
			"waiting": {}, "visit": {Visit: &visit, Place: "Centre de santé, 12 rue de l’Église, 93200 Saint-Denis"}, "ended": {Ended: true},
		} {
			s.Lang, s.Address, s.Pool, s.Phone = l.Code, "https://maillage.example/telexpertise/fiche/abcdefghij", "Dermatologie, Seine-Saint-Denis", "01 99 00 00 01"
			s.NewsBy = visit
			var b bytes.Buffer
			if err := Slip(&b, s, visit); err != nil {
				t.Errorf("%s, %s: %v", l.Code, kind, err)
			}
			if dir := os.Getenv("SLIPS"); dir != "" { // to look at them
				if err := os.WriteFile(filepath.Join(dir, l.Code+"-"+kind+".pdf"), b.Bytes(), 0o600); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// lacking gives the characters of a text that the font which would draw them does not hold.
func lacking(t *testing.T, own []byte, text string) string {
	t.Helper()
	var out string
	var b sfnt.Buffer
	for _, r := range text {
		file := own
		if face := script.FaceOf(r); face != nil {
			file = face.File
		}
		font, err := sfnt.Parse(file)
		if err != nil {
			t.Fatal(err)
		}
		if i, err := font.GlyphIndex(&b, r); err != nil || i == 0 {
			out += string(r)
		}
	}
	return out
}
