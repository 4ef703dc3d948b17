package intake

import (
	"sort"
	"strings"
)

// FTEColumns are the columns of a supply, from the youngest age band to the unknown one.
var FTEColumns = []string{"to60", "61to62", "63to65", "over65", "unknown"}

const unknownAge = 4

// ageBands are the spellings of an age band in the plain format.
var ageBands = map[string]int{
	"<=60": 0, "≤60": 0, "0-60": 0, "-60": 0, "61-62": 1, "63-65": 2, ">65": 3, "66+": 3, "65+": 3, "": unknownAge, "inconnu": unknownAge, "unknown": unknownAge,
}

// Names of the columns of the national register that matter here.
const (
	rppsID        = "Identifiant PP"
	rppsSkill     = "Code savoir-faire"
	rppsMode      = "Code mode exercice"
	rppsCommune   = "Code commune (coord. structure)"
	rppsStructure = "Identifiant technique de la structure"
)

// readSupply tells the three formats by their header.
func (r *reading) readSupply() (Content, error) {
	rs, err := r.open()
	if rs == nil || err != nil {
		return nil, err
	}
	switch {
	case rs.has(rppsSkill) && rs.has(rppsMode):
		r.report.Format = "rpps"
	case rs.has("code_insee") && rs.has("fte"):
		r.report.Format = "fte"
	case rs.has("code_insee") && rs.has("generaliste"):
		r.report.Format = "counts"
	default:
		r.report.reject(Issue{Line: 1, Value: strings.Join(rs.header, " "), Reason: say(
			"En-tête non reconnu : il faut l’extraction RPPS, ou code_insee et fte, ou code_insee et generaliste.",
			"Unknown header: the RPPS extraction is needed, or code_insee and fte, or code_insee and generaliste.")})
		return nil, nil
	}
	return r.kind.read[r.report.Format](r)
}

// readFTE reads code_insee, fte and maybe age_band, one row per commune and band.
func readFTE(r *reading) (Content, error) {
	rs := r.rows
	b := build(nil, FTEColumns)
	for {
		more, err := rs.next()
		if err != nil || !more {
			return b.table(), err
		}
		code := rs.commune("code_insee")
		fte := rs.number("fte", 0, 10_000, false)
		written := strings.ToLower(blanks.Replace(rs.text("age_band")))
		band, ok := ageBands[written]
		if !ok {
			rs.reject("age_band", say("Une tranche d’âge est <=60, 61-62, 63-65, >65 ou vide.", "An age band is <=60, 61-62, 63-65, >65 or empty."))
		}
		if !rs.bad && rs.once("code_insee", rs.text("code_insee")+"/"+FTEColumns[band]) {
			b.add(code, band, fte)
		}
	}
}

// readCounts reads establishments per commune: each general practitioner's one counts as one full time, of unknown age.
func readCounts(r *reading) (Content, error) {
	rs := r.rows
	b := build(nil, FTEColumns)
	for {
		more, err := rs.next()
		if err != nil || !more {
			return b.table(), err
		}
		code := rs.commune("code_insee")
		count := rs.number("generaliste", 0, 10_000, false)
		if !rs.bad && rs.once("code_insee", rs.text("code_insee")) {
			b.add(code, unknownAge, count)
		}
	}
}

func (b *builder) add(code string, band int, fte float64) {
	row := b.rows[code]
	if row == nil {
		row = &record{numbers: make([]float64, len(FTEColumns))}
		b.rows[code] = row
	}
	row.numbers[band] += fte
}

// generalPractice are the skills of the register that make a general practitioner: general medicine (SM53 specialist, SM54) and its
// qualification (SM26). Modes: L private, S salaried, B voluntary.
var (
	generalPractice = map[string]bool{"SM26": true, "SM53": true, "SM54": true}
	practiceModes   = map[string]bool{"L": true, "S": true, "B": true}
)

// doctor is what is kept of a person while the register is read: where they practise, one entry per site.
type doctor struct {
	sites    []string // structure, or commune where no structure is given
	communes []string
}

// readRPPS reads the national register: one line per person, skill and place of practice. A doctor counts for one full time, shared
// equally between their places. Ages are not in the file. Names are neither kept nor reported.
func readRPPS(r *reading) (Content, error) {
	rs := r.rows
	if !rs.need(rppsID, rppsSkill, rppsMode, rppsCommune) {
		return nil, nil
	}
	doctors := map[string]*doctor{}
	for {
		more, err := rs.next()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		if !generalPractice[rs.text(rppsSkill)] || !practiceModes[rs.text(rppsMode)] {
			continue
		}
		if rs.text(rppsID) == "" {
			rs.reject(rppsID, say("L’identifiant du professionnel manque.", "The professional's identifier is missing."))
			continue
		}
		if code := rs.communeOrIgnore(rppsCommune); code != "" {
			practise(doctors, rs.text(rppsID), rs.text(rppsStructure), code)
		}
	}
	return shareFTE(doctors), nil
}

// practise notes a place of practice, once.
func practise(doctors map[string]*doctor, id, structure, commune string) {
	d := doctors[id]
	if d == nil {
		d = &doctor{}
		doctors[strings.Clone(id)] = d
	}
	if structure == "" {
		structure = commune
	}
	for _, known := range d.sites {
		if known == structure {
			return
		}
	}
	d.sites = append(d.sites, strings.Clone(structure))
	d.communes = append(d.communes, commune)
}

// shareFTE counts the doctors, in the order of their identifiers so that sums are always rounded alike.
func shareFTE(doctors map[string]*doctor) *Table {
	ids := make([]string, 0, len(doctors))
	for id := range doctors {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	b := build(nil, FTEColumns)
	for _, id := range ids {
		d := doctors[id]
		for _, commune := range d.communes {
			b.add(commune, unknownAge, 1/float64(len(d.communes)))
		}
	}
	return b.table()
}

// communeOrIgnore is a commune's current code; "" when there is none, or when nobody knows it: the row is then ignored and listed.
func (rs *rows) communeOrIgnore(column string) string {
	raw := strings.ToUpper(rs.text(column))
	current, merged, ok := rs.codes.Follow(raw)
	if ok {
		if merged {
			rs.report.merge(raw, current, rs.lines.line)
		}
		return current
	}
	reason := say("Aucune commune n’a ce code.", "No municipality has this code.")
	switch {
	case raw == "":
		reason = say("Pas de commune d’exercice.", "No municipality of practice.")
	case strings.HasPrefix(raw, "99"):
		reason = say("Exercice à l’étranger.", "Practice abroad.")
	}
	at := rs.column[foldHeader(column)]
	rs.report.ignore(Issue{Line: rs.lines.line, Column: at + 1, Header: rs.header[at], Value: raw, Reason: reason})
	return ""
}
