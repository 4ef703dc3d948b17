package intake

import (
	"fmt"
	"math"
	"regexp"
	"strings"
)

// AgeColumns are the twenty five-year bands of the census, without the sex: "0_4" … "95_plus".
var AgeColumns = func() []string {
	var names []string
	for age := 0; age < 95; age += 5 {
		names = append(names, fmt.Sprintf("%d_%d", age, age+4))
	}
	return append(names, "95_plus")
}()

// readPopulationAge reads the census: one column per five-year band and sex. Communes that merged since are added up.
func readPopulationAge(r *reading) (Content, error) {
	rs, err := r.open()
	if rs == nil || err != nil {
		return nil, err
	}
	var bands []string
	for _, sex := range []string{"h_", "f_"} {
		for _, age := range AgeColumns {
			bands = append(bands, sex+age)
		}
	}
	if !rs.need(append([]string{"code_insee"}, bands...)...) {
		return nil, nil
	}
	if total := rs.match(regexp.MustCompile(`^population_municipale_(\d{4})$`)); total != "" {
		r.report.Vintage = total[len(total)-4:]
	}
	return rs.additive(bands, func(name string) float64 { return rs.number(name, 0, 1e7, false) })
}

var standardisedHeader = regexp.MustCompile(`(?i)^population_standardisee(_(\d{4}))?$`)

// readPopulationStandardised reads the population weighted by age as the statistics office of the ministry publishes it.
func readPopulationStandardised(r *reading) (Content, error) {
	rs, err := r.open()
	if rs == nil || err != nil {
		return nil, err
	}
	name := rs.match(standardisedHeader)
	if name == "" {
		name = "population_standardisee"
	}
	if !rs.need("code_insee", name) {
		return nil, nil
	}
	r.report.Vintage = strings.TrimLeft(name[len("population_standardisee"):], "_")
	return rs.additive([]string{"population"}, func(string) float64 { return rs.number(name, 0, 1e7, false) })
}

// additive reads rows of numbers by commune; communes that became one are added up.
func (rs *rows) additive(columns []string, value func(name string) float64) (Content, error) {
	b := build(nil, columns)
	for {
		more, err := rs.next()
		if err != nil || !more {
			return b.table(), err
		}
		code := rs.commune("code_insee")
		numbers := make([]float64, len(columns))
		for i, name := range columns {
			numbers[i] = value(name)
		}
		if rs.bad || !rs.once("code_insee", rs.text("code_insee")) {
			continue
		}
		if row, merged := b.rows[code]; merged {
			for i := range numbers {
				row.numbers[i] += numbers[i]
			}
			continue
		}
		b.rows[code] = &record{numbers: numbers}
	}
}

// keepSeat stores a row by commune where values cannot be added up: of several communes that became one, the one whose code was
// kept speaks for all; failing that the first.
func (b *builder) keepSeat(current, written string, row *record) {
	row.code = strings.Clone(written)
	if before, ok := b.rows[current]; ok && (before.code == current || written != current) {
		return
	}
	b.rows[current] = row
}

// zoneNames are the spellings met in official lists.
var zoneNames = map[string]string{"ZIP": "ZIP", "ZAC": "ZAC", "HZ": "HZ", "HORS ZONE": "HZ", "HORS ZONAGE": "HZ", "HORS VIVIER": "HZ", "HV": "HZ"}

// readZones reads the zones of general practice.
func readZones(r *reading) (Content, error) {
	rs, err := r.open()
	if rs == nil || err != nil {
		return nil, err
	}
	column := "zonage_mg"
	for _, other := range []string{"zonage", "zone"} {
		if !rs.has(column) && rs.has(other) {
			column = other
		}
	}
	if !rs.need("code_insee", column) {
		return nil, nil
	}
	b := build([]string{"zone"}, nil)
	for {
		more, err := rs.next()
		if err != nil || !more {
			return b.table(), err
		}
		code := rs.commune("code_insee")
		zone, ok := zoneNames[strings.ToUpper(rs.text(column))]
		if !ok {
			rs.reject(column, say("Une zone est ZIP, ZAC ou HZ.", "A zone is ZIP, ZAC or HZ."))
		}
		if !rs.bad && rs.once("code_insee", rs.text("code_insee")) {
			b.keepSeat(code, rs.text("code_insee"), &record{texts: []string{zone}})
		}
	}
}

// qpvCode is a neighbourhood's code: its département in three characters (02A and 02B in Corsica), then its number.
var qpvCode = regexp.MustCompile(`^(QN(\d{3}|02[AB])\d{2}[A-Z]|QP(\d{3}|02[AB])\d{3})$`)

func badQPV() Issue {
	return Issue{Reason: say("Un code de quartier a la forme QN07501M (2024) ou QP075001.", "A neighbourhood's code looks like QN07501M (2024) or QP075001.")}
}

// readQPVList reads the neighbourhoods and their communes; one that lies on two communes has two rows.
func readQPVList(r *reading) (Content, error) {
	rs, err := r.open()
	if rs == nil || err != nil || !rs.need("code_qp", "nom_qp", "insee_com_principal") {
		return nil, err
	}
	b := build([]string{"code", "commune", "name"}, []string{"lat", "lon"})
	for {
		more, err := rs.next()
		if err != nil || !more {
			return b.table(), err
		}
		code := strings.ToUpper(rs.text("code_qp"))
		if !qpvCode.MatchString(code) {
			rs.reject("code_qp", badQPV().Reason)
		}
		commune := rs.commune("insee_com_principal")
		lat, lon := math.NaN(), math.NaN()
		if rs.has("lat_groupe") && rs.has("lon_groupe") {
			lat, lon = rs.number("lat_groupe", -90, 90, true), rs.number("lon_groupe", -180, 180, true)
			if reason, wrong := misplaced(rs.codes, commune, lat, lon); wrong && !rs.bad && !math.IsNaN(lat) && !math.IsNaN(lon) {
				rs.reject("lat_groupe", reason)
			}
		}
		if !rs.bad && rs.once("code_qp", code+"/"+commune) {
			b.rows[code+"/"+commune] = &record{texts: []string{strings.Clone(code), commune, strings.Clone(rs.text("nom_qp"))}, numbers: []float64{lat, lon}}
		}
	}
}

var medianHeader, povertyHeader = regexp.MustCompile(`^MED(\d\d)$`), regexp.MustCompile(`^TP60(\d\d)$`)

// readIncome reads the median income and the poverty rate; either may be secret, and empty, in small communes.
func readIncome(r *reading) (Content, error) {
	rs, err := r.open()
	if rs == nil || err != nil {
		return nil, err
	}
	median, poverty := rs.match(medianHeader), rs.match(povertyHeader)
	if median == "" {
		median = "MEDaa"
	}
	if !rs.need("CODGEO", median) {
		return nil, nil
	}
	r.report.Vintage = "20" + median[3:]
	b := build(nil, []string{"median", "poverty"})
	for {
		more, err := rs.next()
		if err != nil || !more {
			return b.table(), err
		}
		code := rs.commune("CODGEO")
		numbers := []float64{rs.number(median, 0, 1e6, true), math.NaN()}
		if poverty != "" {
			numbers[1] = rs.number(poverty, 0, 100, true)
		}
		if !rs.bad && rs.once("CODGEO", rs.text("CODGEO")) {
			b.keepSeat(code, rs.text("CODGEO"), &record{numbers: numbers})
		}
	}
}
