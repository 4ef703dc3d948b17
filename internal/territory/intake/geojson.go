package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"maillage/internal/platform/i18n"
)

// features reads a GeoJSON collection one feature at a time; only the current one is in memory.
type features struct {
	*reading
	pos    *positions
	dec    *json.Decoder
	line   int // of the current feature
	column int
	bad    bool
	props  map[string]any
	shape  orb.Geometry
}

// openJSON makes a decoder over a JSON file, whose byte-order mark is passed over; nil when the file is in UTF-16, which the report
// then says, or when it cannot be read, which the reading tells of.
func (r *reading) openJSON() *features {
	in := bufio.NewReaderSize(r.in, 1<<16)
	if err := skipMark(in); err != nil {
		if errors.Is(err, errUTF16) {
			r.rejectUTF16()
		}
		return nil
	}
	f := &features{reading: r, pos: &positions{in: in}}
	f.dec = json.NewDecoder(f.pos)
	return f
}

// openFeatures goes to the first feature; nil when the file is not a GeoJSON collection in degrees, which the report then says.
func (r *reading) openFeatures() *features {
	f := r.openJSON()
	if f == nil {
		return nil
	}
	if err := f.toFeatures(); err != nil {
		f.broken(err)
		return nil
	}
	if f.bad {
		return nil
	}
	return f
}

// toFeatures walks the collection to its array of features.
func (f *features) toFeatures() error {
	if t, err := f.dec.Token(); err != nil {
		return err
	} else if t != json.Delim('{') {
		return errNotCollection
	}
	for f.dec.More() {
		t, err := f.dec.Token()
		if err != nil {
			return err
		}
		if t == "features" {
			if t, err := f.dec.Token(); err != nil || t != json.Delim('[') {
				return errors.Join(err, errNotCollection)
			}
			return nil
		}
		if err := f.member(t); err != nil {
			return err
		}
	}
	return errNotCollection
}

var errNotCollection = errors.New("not a FeatureCollection")

// degrees are the names of WGS 84 in degrees, in the ways in which a file may declare its coordinates; RGF93 and ETRS89 in degrees (4171, 4258),
// which French files declare, are less than a metre from it.
var degrees = regexp.MustCompile(`(?i)(^|[:/ ])(CRS:?84h?|EPSG.*[:/#](4326|4979|4171|4258)|WGS ?84)$`)

// member passes over a member of the collection that stands beside its first features. A collection that declares other coordinates
// than WGS 84 is rejected whatever its numbers look like, and so is one with two lists of features, of which one would be lost.
func (f *features) member(name json.Token) error {
	var raw json.RawMessage
	if err := f.dec.Decode(&raw); err != nil {
		return err
	}
	f.line, f.column = f.pos.at(f.dec.InputOffset() - int64(len(raw)))
	switch name {
	case "features":
		f.reject("features", "", say("La collection a deux listes d’éléments.", "The collection has two lists of features."))
	case "crs":
		var crs struct {
			Properties struct {
				Name string `json:"name"`
			} `json:"properties"`
		}
		if err := json.Unmarshal(raw, &crs); (err != nil || !degrees.MatchString(crs.Properties.Name)) && string(raw) != "null" {
			declared := crs.Properties.Name
			if declared == "" {
				declared = string(raw)
			}
			f.reject("crs", declared, say("Le fichier déclare d’autres coordonnées que des degrés WGS 84 : reprojetez-le en WGS 84 (EPSG:4326).",
				"The file declares other coordinates than WGS 84 degrees: reproject it to WGS 84 (EPSG:4326)."))
		}
	}
	return nil
}

// broken rejects the file where the decoder stopped.
func (f *features) broken(err error) {
	offset := f.dec.InputOffset()
	var syntax *json.SyntaxError
	reason := say("Le JSON est mal formé.", "The JSON is malformed.")
	switch {
	case errors.As(err, &syntax):
		offset = max(offset, syntax.Offset-1)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		offset = f.pos.read
		reason = say("Le fichier s’arrête avant sa fin : il a sans doute été tronqué.", "The file stops before its end: it was probably truncated.")
	case errors.Is(err, errNotCollection):
		reason = say("Ce n’est pas une FeatureCollection GeoJSON.", "This is not a GeoJSON FeatureCollection.")
	}
	line, column := f.pos.at(offset)
	f.report.Lines = line
	f.report.reject(Issue{Line: line, Column: column, Reason: reason})
}

// next reads a feature; false at the end of the collection or where the file is broken.
func (f *features) next() bool {
	for {
		if !f.dec.More() {
			f.finish()
			return false
		}
		before := f.dec.InputOffset()
		var raw json.RawMessage
		if err := f.dec.Decode(&raw); err != nil {
			f.broken(err)
			return false
		}
		f.line, f.column = f.pos.at(max(before, f.dec.InputOffset()-int64(len(raw))))
		f.report.Lines, f.bad = f.line, false
		var err error
		switch f.props, f.shape, err = readFeature(raw); {
		case errors.Is(err, errPosition):
			f.reject("geometry", "", say("Une position est faite de deux nombres : la longitude, puis la latitude.", "A position is two numbers: the longitude, then the latitude."))
		case err != nil:
			f.reject("geometry", "", say("Cet élément n’a pas de géométrie lisible.", "This feature has no readable geometry."))
		default:
			return true
		}
	}
}

var (
	errNoGeometry = errors.New("neither a point nor polygons")
	errPosition   = errors.New("a position is two numbers")
)

// position is a longitude and a latitude as GeoJSON writes them; an altitude may follow. The standard decoder would take null, or one
// number alone, for zeros.
type position orb.Point

// UnmarshalJSON reads two numbers or more.
func (p *position) UnmarshalJSON(text []byte) error {
	numbers := bytes.Split(bytes.Trim(text, "[]"), []byte{','})
	if len(numbers) < 2 {
		return errPosition
	}
	for i := range p {
		x, err := strconv.ParseFloat(string(bytes.TrimSpace(numbers[i])), 64)
		if err != nil {
			return errPosition
		}
		p[i] = x
	}
	return nil
}

func polygonOf(rings [][]position) orb.Polygon {
	polygon := make(orb.Polygon, len(rings))
	for i, ring := range rings {
		polygon[i] = make(orb.Ring, len(ring))
		for j, p := range ring {
			polygon[i][j] = orb.Point(p)
		}
	}
	return polygon
}

// readFeature reads a feature's properties and its point or polygons. The error is errPosition when a position is not two numbers.
func readFeature(raw []byte) (map[string]any, orb.Geometry, error) {
	var feature struct {
		Properties map[string]any `json:"properties"`
		Geometry   struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	}
	if err := json.Unmarshal(raw, &feature); err != nil {
		return nil, nil, err
	}
	switch coordinates := feature.Geometry.Coordinates; feature.Geometry.Type {
	case "Point":
		var point position
		err := json.Unmarshal(coordinates, &point)
		return feature.Properties, orb.Point(point), err
	case "Polygon":
		var rings [][]position
		err := json.Unmarshal(coordinates, &rings)
		return feature.Properties, polygonOf(rings), err
	case "MultiPolygon":
		var polygons [][][]position
		err := json.Unmarshal(coordinates, &polygons)
		several := make(orb.MultiPolygon, len(polygons))
		for i, rings := range polygons {
			several[i] = polygonOf(rings)
		}
		return feature.Properties, several, err
	}
	return feature.Properties, nil, errNoGeometry
}

// finish reads what follows the features: the collection is closed, and nothing comes after it.
func (f *features) finish() {
	if t, err := f.dec.Token(); err != nil || t != json.Delim(']') {
		f.broken(err)
		return
	}
	for f.dec.More() {
		name, err := f.dec.Token()
		if err == nil {
			err = f.member(name)
		}
		if err != nil {
			f.broken(err)
			return
		}
	}
	f.close('}')
}

// close reads the delimiter that ends the file, and rejects whatever but blanks comes after it: a second file glued to the first, or
// what a broken transfer left.
func (f *features) close(end json.Delim) {
	if t, err := f.dec.Token(); err != nil || t != end {
		f.broken(err)
		return
	}
	offset := f.dec.InputOffset()
	rest := bufio.NewReader(io.MultiReader(f.dec.Buffered(), f.pos))
	for {
		c, err := rest.ReadByte()
		if err != nil { // the end, or a failure that the reading tells of
			return
		}
		if !strings.ContainsRune(" \t\r\n", rune(c)) {
			break
		}
		offset++
	}
	_ = rest.UnreadByte()
	more, _ := rest.Peek(valueShown)
	f.line, f.column = f.pos.at(offset)
	f.report.Lines = f.line
	f.reject("", strings.ToValidUTF8(string(more), "\uFFFD"), say("Le fichier continue après sa fin : il a sans doute été abîmé.",
		"The file goes on after its end: it was probably damaged."))
}

func (f *features) reject(header, value string, reason i18n.Text) {
	f.bad = true
	f.report.reject(Issue{Line: f.line, Column: f.column, Header: header, Value: value, Reason: reason})
}

// property is the first of several properties, as text, with its name; "" when the feature has none of them.
func (f *features) property(names ...string) (name, value string) {
	for _, name := range names {
		switch v := f.props[name].(type) {
		case string:
			return name, strings.TrimSpace(v)
		case float64:
			return name, fmt.Sprintf("%05.0f", v)
		}
	}
	return names[0], ""
}

// communeProperties are the names under which official files keep the INSEE code.
var communeProperties = []string{"code_insee", "code", "insee_com", "INSEE_COM", "INSEE_ARM", "insee", "codgeo", "CODGEO", "c_arinsee", "com_code"}

// commune is the current code of the feature's commune, with the code as written.
func (f *features) commune(names []string) (current, written string) {
	name, written := f.property(names...)
	written = strings.ToUpper(written)
	if !communeCode.MatchString(written) {
		f.reject(name, written, say("Un code INSEE a cinq caractères.", "An INSEE code has five characters."))
		return "", written
	}
	current, merged, ok := f.codes.Follow(written)
	if !ok {
		f.reject(name, written, say("Aucune commune n’a ce code.", "No municipality has this code."))
		return "", written
	}
	if merged {
		f.report.merge(written, current, f.line)
	}
	return current, written
}

// inDegrees rejects coordinates that are not longitude and latitude: projected metres, or the two swapped.
func (f *features) inDegrees() bool {
	b := f.shape.Bound()
	if b.Min[0] < -180 || b.Max[0] > 180 || b.Min[1] < -90 || b.Max[1] > 90 {
		f.reject("geometry", fmt.Sprintf("%.1f %.1f", b.Min[0], b.Min[1]), say(
			"Les coordonnées ne sont pas des degrés (WGS 84) : reprojetez le fichier.", "Coordinates are not degrees (WGS 84): reproject the file."))
		return false
	}
	return true
}

// readContours reads one or several features per commune. What it keeps is simplified for display, without opening gaps between
// neighbours.
func readContours(r *reading) (Content, error) {
	f := r.openFeatures()
	if f == nil {
		return nil, nil
	}
	shapes := map[string]orb.MultiPolygon{}
	seen := map[string]int{}
	for f.next() {
		code, written := f.commune(communeProperties)
		polygons, ok := polygonsOf(f.shape)
		if !ok {
			f.reject("geometry", f.shape.GeoJSONType(), say("Un contour est un polygone fermé d’au moins quatre points.", "An outline is a closed polygon of at least four points."))
		}
		if line, twice := seen[written]; twice && !f.bad {
			f.reject("code", written, say("Déjà présent à la ligne %d (un seul élément par commune).", "Already on line %d (one feature per municipality).", line))
		}
		if !f.bad && f.inDegrees() && f.soundRings(polygons) && f.nearItsCommune(code) {
			seen[strings.Clone(written)] = f.line
			shapes[code] = append(shapes[code], polygons...)
		}
	}
	b := build([]string{"shape"}, nil)
	for code, shape := range simplifyTogether(shapes) {
		b.rows[code] = &record{texts: []string{EncodeShape(shape)}}
	}
	return b.table(), nil
}

// nearItsCommune rejects a shape that lies far from where its commune is known to be: the code, the projection or the order of the
// coordinates is wrong. Without a commune it only has to lie in France.
func (f *features) nearItsCommune(code string) bool {
	centre := f.shape.Bound().Center()
	reason, ok := misplaced(f.codes, code, centre[1], centre[0])
	if !ok {
		return true
	}
	f.reject("geometry", fmt.Sprintf("%.5f %.5f", centre[0], centre[1]), reason)
	return false
}

// polygonsOf accepts polygons whose rings are closed and have an area's number of points.
func polygonsOf(g orb.Geometry) (orb.MultiPolygon, bool) {
	var all orb.MultiPolygon
	switch shape := g.(type) {
	case orb.Polygon:
		all = orb.MultiPolygon{shape}
	case orb.MultiPolygon:
		all = shape
	}
	for _, polygon := range all {
		if len(polygon) == 0 {
			return nil, false
		}
		for _, ring := range polygon {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				return nil, false
			}
		}
	}
	return all, len(all) > 0
}

// quarterCommune are the names under which files of neighbourhoods keep the commune's code; "code" there may be the neighbourhood's.
var quarterCommune = []string{"insee_com", "code_insee", "INSEE_COM", "insee", "codgeo", "com_code"}

var listSeparator = regexp.MustCompile(`\s*[,;]\s*`)

// readQPVShapes reads points or polygons of neighbourhoods; one feature may stand for several, listed in its code.
func readQPVShapes(r *reading) (Content, error) {
	f := r.openFeatures()
	if f == nil {
		return nil, nil
	}
	b := build([]string{"code", "name", "shape", "commune"}, []string{"lat", "lon"})
	for f.next() {
		_, list := f.property("code_qp", "codeqp", "CODE_QP")
		_, names := f.property("lib_qp", "nom_qp", "NOM_QP")
		codes := listSeparator.Split(list, -1)
		labels := listSeparator.Split(names, -1)
		polygons, drawn := polygonsOf(f.shape)
		if _, point := f.shape.(orb.Point); !drawn && !point {
			f.reject("geometry", f.shape.GeoJSONType(), say("Un quartier est un point ou un polygone.", "A neighbourhood is a point or a polygon."))
		}
		commune := "" // most files name it; a neighbourhood without one is placed by its position
		if _, written := f.property(quarterCommune...); written != "" {
			commune, _ = f.commune(quarterCommune)
		}
		shape := ""
		centre := f.shape.Bound().Center()
		if !f.bad && f.inDegrees() && f.soundRings(polygons) && f.nearItsCommune(commune) && drawn {
			shape = EncodeShape(simplifyTogether(map[string]orb.MultiPolygon{"": polygons})[""])
		}
		for i, code := range codes {
			if !qpvCode.MatchString(code) {
				f.reject("code_qp", code, badQPV().Reason)
			}
			if f.bad {
				continue
			}
			label := ""
			if len(labels) == len(codes) {
				label = labels[i]
			}
			key := fmt.Sprintf("%s@%.4f,%.4f", code, centre[1], centre[0])
			b.rows[key] = &record{texts: []string{code, label, shape, commune}, numbers: []float64{centre[1], centre[0]}}
		}
	}
	return b.table(), nil
}
