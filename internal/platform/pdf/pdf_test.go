package pdf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/image/font/sfnt"
	"pgregory.net/rapid"

	"maillage/internal/platform/i18n"
	"maillage/internal/platform/pdf/script"
)

var options = Options{
	Title: "Récépissé de dépôt", Issuer: "Agence régionale de santé Île-de-France", Reference: "Dossier n° 2026-0042",
	At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
}

// plain starts a document whose content can be read in the test.
func plain(o Options) *Doc {
	d := newDoc(o)
	d.f.SetCompression(false)
	d.f.AddPage()
	return d
}

func output(t testing.TB, d *Doc) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// coded is text as the document's content holds it: UTF-16, with the characters that PDF strings escape.
func coded(text string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = binary.BigEndian.AppendUint16(b, unit)
	}
	return []byte(strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, "\r", `\r`).Replace(string(b)))
}

func shows(content []byte, text string) int { return bytes.Count(content, coded(text)) }

func TestFontsHoldFrenchTypography(t *testing.T) {
	for name, file := range map[string][]byte{"regular": regular, "semibold": semibold} {
		font, err := sfnt.Parse(file)
		if err != nil {
			t.Fatal(err)
		}
		var b sfnt.Buffer
		for _, r := range "AZaz09ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿ«»’“”–—…€°²³µ×±≤≥•→ß\u00a0\u202f½%‰" {
			if i, err := font.GlyphIndex(&b, r); err != nil || i == 0 {
				t.Errorf("%s lacks %q (%U)", name, r, r)
			}
		}
	}
}

func TestDocument(t *testing.T) {
	d := plain(options)
	d.Heading(1, "Récépissé (copie)")
	d.Paragraph("L’agence a reçu votre dossier « Œuvre de l’École » le 2\u00a0mars.\nMontant demandé\u00a0: 12\u202f500\u00a0€.")
	d.Facts([2]string{"Structure", "MSP des Coteaux"}, [2]string{"Commune", "L’Haÿ-les-Roses"})
	d.List("une pièce", "une autre")
	var rows [][]string
	for i := range 120 {
		rows = append(rows, []string{fmt.Sprintf("Poste %d", i), strings.Repeat("libellé assez long ", i%7), "1\u202f000,00\u00a0€"})
	}
	d.Table([]Column{{Title: "Poste"}, {Title: "Objet", Share: 3}, {Title: "Montant", Right: true}}, rows)
	d.Number("45\u202f000\u00a0€", "accordés")
	d.Signatures("Pour l’agence", "Pour la structure")
	content := output(t, d)
	pages := d.f.PageNo()
	if pages < 4 {
		t.Fatalf("%d pages", pages)
	}
	for text, times := range map[string]int{
		"Récépissé (copie)": 2 /* page and outline */, "12\u202f500\u00a0€.": 1, "L’Haÿ-les-Roses": 1, "Montant demandé": 1, "Pour la structure": 1,
		options.Reference: pages, options.Issuer: pages + 1 /* author */, fmt.Sprintf("Page %d sur %d", pages, pages): 1, "Poste 119": 1,
	} {
		if got := shows(content, text); got != times {
			t.Errorf("%q is there %d times, want %d", text, got, times)
		}
	}
	if got := shows(content, "Objet"); got < pages-1 {
		t.Errorf("the table's header is there %d times over %d pages", got, pages)
	}
	for _, property := range []string{"/Lang (fr)", "/Title ", "D:20260302090000"} {
		if !bytes.Contains(content, []byte(property)) {
			t.Errorf("no %s", property)
		}
	}
}

func TestSameContentSameBytes(t *testing.T) {
	make := func() []byte {
		d := New(options)
		d.Heading(1, "Convention")
		d.Table([]Column{{Title: "a"}}, [][]string{{"b"}})
		return output(t, d)
	}
	if !bytes.Equal(make(), make()) {
		t.Fatal("two documents differ")
	}
}

// TestMillimetres reads coordinates back: 50 mm are 141.73 points.
func TestMillimetres(t *testing.T) {
	d := plain(Options{Plain: true})
	d.Line(20, 30, 70, 30, 0.2)
	d.Frame(10, 40, 85.6, 53.98, 0.1)
	d.Matrix(100, 100, 30, [][]bool{{true, true, false}, {false, true, false}, {true, false, true}})
	content := string(output(t, d))
	for _, want := range []string{
		"56.69 756.85 m 198.43 756.85 l S", // from 20 mm to 70 mm, 30 mm below the top
		"28.35 728.50 242.65 -153.01 re S", // a card of 85.6 × 53.98 mm
		"283.46 558.43 56.69 -28.35 re f",  // two modules of 10 mm side by side
		"311.81 530.08 28.35 -28.35 re f",  // the one below
		"340.16 501.73 28.35 -28.35 re f",  // the last
	} {
		if !strings.Contains(content, want) {
			t.Errorf("no %q in:\n%s", want, regexp.MustCompile(`(?m)^.* (re|l) [SfD]$`).FindAllString(content, -1))
		}
	}
	if shows([]byte(content), "Page") != 0 {
		t.Error("a plain page has a footer")
	}
}

func TestImages(t *testing.T) {
	picture := image.NewRGBA(image.Rect(0, 0, 40, 20))
	encode := func(do func(io.Writer) error) io.Reader {
		var b bytes.Buffer
		if err := do(&b); err != nil {
			t.Fatal(err)
		}
		return &b
	}
	d := New(options)
	if h := d.Image("a", "png", encode(func(w io.Writer) error { return png.Encode(w, picture) }), 20, 60, 50); h != 25 {
		t.Errorf("50 mm of 40 × 20 pixels are %v mm high", h)
	}
	if h := d.Image("b", "jpeg", encode(func(w io.Writer) error { return jpeg.Encode(w, picture, nil) }), 20, 100, 50); h != 25 {
		t.Errorf("%v mm high", h)
	}
	output(t, d)
	bad := New(options)
	bad.Image("c", "png", strings.NewReader("no picture"), 0, 0, 10)
	if err := bad.Write(io.Discard); err == nil {
		t.Error("a spoilt image was ignored")
	}
	uneven := New(options)
	uneven.Table([]Column{{Title: "a"}, {Title: "b"}}, [][]string{{"one"}})
	if err := uneven.Write(io.Discard); err == nil {
		t.Error("an uneven table was ignored")
	}
}

// TestAnyTextFits throws any text at every block: nothing fails, and no line is wider than the page.
func TestAnyTextFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDoc(Options{Lang: i18n.EN, Landscape: rapid.Bool().Draw(t, "landscape")})
		d.f.AddPage()
		text := rapid.OneOf(rapid.String(), rapid.StringN(200, 600, -1), rapid.StringMatching(`([a-zé]{1,30}[a-z]{0,60} ?){1,10}`)).Draw(t, "text")
		d.font(bodySize, false, Ink)
		for _, line := range d.wrap(text, 60) {
			if w := d.width(line); w > 60.01 && len([]rune(line)) > 1 {
				t.Fatalf("%q is %v mm wide", line, w)
			}
		}
		d.Heading(2, text)
		d.Paragraph(text)
		d.Facts([2]string{text, text})
		d.List(text)
		d.Table([]Column{{Title: "a"}, {Title: text}}, [][]string{{text, "x"}})
		d.Signatures(text, "b")
		if err := d.Write(io.Discard); err != nil {
			t.Fatal(err)
		}
	})
}

// TestOtherScripts writes Arabic from the right in joined forms, keeps what is Latin inside it in its order, and cuts Chinese between
// characters; a document without them carries none of their fonts.
func TestOtherScripts(t *testing.T) {
	d := plain(Options{Title: "طلب", Lang: "ar", Right: true})
	d.Paragraph("طلب " + script.Isolate("12 rue d’Alésia"))
	content := output(t, d)
	for _, want := range []string{"12 rue d’Alésia", "\ufe90\ufee0\ufec3"} {
		if shows(content, want) == 0 {
			t.Errorf("no %+q", want)
		}
	}
	if !bytes.Contains(content, []byte("/Lang (ar)")) {
		t.Error("the document does not say its language")
	}
	c := plain(Options{Title: "中", Lang: "zh"})
	lines := c.wrap(strings.Repeat("地址：", 60), 60)
	for _, line := range lines {
		if w := c.width(line); w > 60 || strings.HasPrefix(line, "：") {
			t.Errorf("%q is %v mm wide", line, w)
		}
	}
	if len(lines) < 5 {
		t.Errorf("%d lines", len(lines))
	}
	c.Strong("地址 1")
	for name, has := range map[string]bool{"arabic": false, "han": true} {
		if got := slices.Contains(c.s.faces, name); got != has {
			t.Errorf("font %s: %v", name, got)
		}
	}
	output(t, c)
}

func BenchmarkReceipt(b *testing.B) {
	for b.Loop() {
		d := New(options)
		d.Heading(1, "Récépissé")
		d.Paragraph("L’agence a reçu votre dossier.")
		output(b, d)
	}
}
