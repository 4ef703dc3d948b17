package finess

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"maillage/internal/platform/i18n"
)

// Establishment is one line of the register, as far as the product follows it.
type Establishment struct {
	FINESS, Legal  string
	Name, LongName string
	Address        string
	Commune        string // current INSEE code
	Category       string
	SIRET          string
	Opened         string // "2006-01-02", or ""
	Lat, Lon       float64
	Located        bool
	Line           int
}

// Issue is one thing said about one place of the file. Line counts from 1, Column is the number of the field from 1, 0 for the line.
type Issue struct {
	Line, Column int
	Value        string
	Reason       i18n.Text
}

// Where writes the place: "12:4".
func (i Issue) Where() string {
	if i.Column == 0 {
		return fmt.Sprint(i.Line)
	}
	return fmt.Sprintf("%d:%d", i.Line, i.Column)
}

// File is what was read.
type File struct {
	Establishments []Establishment // of the categories asked for, in the order of the file
	Departements   map[string]bool // every département that the file speaks of, whatever the category
	AsOf           string          // the day of the file, when it says so
	Lines          int
	SHA256         string
	Categories     map[string]int // how many lines of each category, followed or not

	Issues      []Issue // the first keptIssues; any of them refuses the file
	IssueCount  int
	Notices     []Issue // the first keptIssues
	NoticeCount int
}

const (
	keptIssues = 100
	// maxLine is the longest line read, in bytes: the register's longest are a few hundred.
	maxLine = 64 << 10
)

// Codes follows the communes of yesterday to those of today.
type Codes interface {
	Follow(code string) (current string, merged, ok bool)
}

// Read reads the establishments of some categories (all when none is named). The error tells only of a failure to read or of a
// cancelled context: what is wrong in the file is in its Issues.
func Read(ctx context.Context, in io.Reader, codes Codes, categories ...string) (*File, error) {
	hash := sha256.New()
	r := &reader{
		file: &File{Departements: map[string]bool{}, Categories: map[string]int{}}, codes: codes, wanted: categories,
		seen: map[string]int{}, places: map[string]place{},
	}
	scanner := bufio.NewScanner(io.TeeReader(in, hash))
	scanner.Buffer(make([]byte, 0, 4096), maxLine)
	for scanner.Scan() {
		if r.file.Lines++; r.file.Lines%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.line(text(scanner.Bytes()))
	}
	if errors.Is(scanner.Err(), bufio.ErrTooLong) {
		r.file.Lines++
		r.issue(0, "", "Une ligne dépasse 64 Kio : ce fichier n’est pas le répertoire FINESS.", "A line exceeds 64 KiB: this file is not the FINESS register.")
		if _, err := io.Copy(hash, in); err != nil {
			return nil, err
		}
	} else if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("read the register: %w", err)
	}
	r.finish()
	r.file.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return r.file, nil
}

// text is a line in UTF-8: the register was long published in Windows-1252.
func text(line []byte) string {
	line = bytes.TrimSuffix(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")), []byte("\r"))
	if utf8.Valid(line) {
		return string(line)
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(line)
	if err != nil {
		return strings.ToValidUTF8(string(line), "\ufffd")
	}
	return string(out)
}

type place struct {
	lat, lon float64
	line     int
}

type reader struct {
	file   *File
	codes  Codes
	wanted []string
	seen   map[string]int // FINESS → line
	places map[string]place
	header map[string]int // of an extract
	shape  string         // "register" or "extract", once known
}

func (r *reader) issue(column int, value, fr, en string) {
	r.file.IssueCount++
	if len(r.file.Issues) < keptIssues {
		r.file.Issues = append(r.file.Issues, Issue{r.file.Lines, column, value, i18n.Text{FR: fr, EN: en}})
	}
}

func (r *reader) notice(column int, value, fr, en string) {
	r.file.NoticeCount++
	if len(r.file.Notices) < keptIssues {
		r.file.Notices = append(r.file.Notices, Issue{r.file.Lines, column, value, i18n.Text{FR: fr, EN: en}})
	}
}

// line reads one line, after telling from the first ones which shape the file has.
func (r *reader) line(line string) {
	if strings.TrimSpace(line) == "" {
		return
	}
	fields := split(line)
	switch {
	case r.shape == "" && fields[0] == "finess":
		if len(fields) > 3 && validDay(fields[3]) {
			r.file.AsOf = fields[3]
		}
	case r.shape == "" && slices.Contains(fields, "numero_finess_etablissement"):
		r.readHeader(fields)
	case r.shape != "extract" && fields[0] == "structureet":
		r.shape = "register"
		r.register(fields)
	case r.shape != "extract" && fields[0] == "geolocalisation":
		r.shape = "register"
		r.geolocate(fields)
	case r.shape == "extract":
		r.extract(fields)
	case r.shape == "register":
		r.issue(1, fields[0], "Une ligne commence par structureet ou geolocalisation.", "A line starts with structureet or geolocalisation.")
	case r.file.Lines == 1:
		r.issue(0, "", "Ce fichier n’est ni le répertoire FINESS (lignes structureet) ni un extrait avec en-tête (numero_finess_etablissement).",
			"This file is neither the FINESS register (structureet lines) nor an extract with a header (numero_finess_etablissement).")
	}
}

// split cuts a line at ";"; a field may stand between quotes and then hold ";" and doubled quotes.
func split(line string) []string {
	if !strings.Contains(line, `"`) {
		return strings.Split(line, ";")
	}
	var fields []string
	for {
		field, rest, more := next(line)
		fields = append(fields, field)
		if !more {
			return fields
		}
		line = rest
	}
}

func next(line string) (field, rest string, more bool) {
	if !strings.HasPrefix(line, `"`) {
		return strings.Cut(line, ";")
	}
	var b strings.Builder
	line = line[1:]
	for {
		at := strings.IndexByte(line, '"')
		if at < 0 {
			return b.String() + line, "", false
		}
		b.WriteString(line[:at])
		line = line[at+1:]
		if !strings.HasPrefix(line, `"`) {
			break
		}
		b.WriteByte('"')
		line = line[1:]
	}
	after, rest, more := strings.Cut(line, ";")
	return b.String() + after, rest, more
}
