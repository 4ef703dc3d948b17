package intake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
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

// openFeatures goes to the first feature; nil when the file is not a GeoJSON collection, which the report then says.
func (r *reading) openFeatures() *features {
	f := &features{reading: r, pos: &positions{in: r.in}}
	f.dec = json.NewDecoder(f.pos)
	if err := f.toArray("features"); err != nil {
		f.broken(err)
		return nil
	}
	return f
}

// toArray walks a top-level object to the array of a name.
func (f *features) toArray(name string) error {
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
		if t == name {
			if t, err := f.dec.Token(); err != nil || t != json.Delim('[') {
				return errors.Join(err, errNotCollection)
			}
			return nil
		}
		var skipped json.RawMessage
		if err := f.dec.Decode(&skipped); err != nil {
			return err
		}
	}
	return errNotCollection
}

var errNotCollection = errors.New("not a FeatureCollection")

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
		if f.props, f.shape = readFeature(raw); f.shape != nil {
			return true
		}
		f.reject("geometry", "", say("Cet élément n’a pas de géométrie lisible.", "This feature has no readable geometry."))
	}
}

// readFeature reads a feature's properties and its point or polygons; the shape is nil when there is none of these.
func readFeature(raw []byte) (map[string]any, orb.Geometry) {
	var feature struct {
		Properties map[string]any `json:"properties"`
		Geometry   struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	}
	if json.Unmarshal(raw, &feature) != nil {
		return nil, nil
	}
	var point orb.Point
	var polygon orb.Polygon
	var several orb.MultiPolygon
	var into any
	switch feature.Geometry.Type {
	case "Point":
		into = &point
	case "Polygon":
		into = &polygon
	case "MultiPolygon":
		into = &several
	default:
		return feature.Properties, nil
	}
	if json.Unmarshal(feature.Geometry.Coordinates, into) != nil {
		return feature.Properties, nil
	}
	return feature.Properties, map[string]orb.Geometry{"Point": point, "Polygon": polygon, "MultiPolygon": several}[feature.Geometry.Type]
}

// finish checks that the collection is closed.
func (f *features) finish() {
	for _, want := range []json.Delim{']', '}'} {
		for {
			t, err := f.dec.Token()
			if err != nil {
				f.broken(err)
				return
			}
			if t == want {
				break
			}
		}
	}
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
		if !f.bad && f.inDegrees() && f.nearItsCommune(code, polygons) {
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

// farKm is beyond the size of any commune of mainland France and the error of any estimated position.
const farKm = 150

// nearItsCommune rejects an outline that lies far from where its commune is known to be: the code or the projection is wrong.
func (f *features) nearItsCommune(code string, polygons orb.MultiPolygon) bool {
	lat, lon, estimated, ok := f.codes.Position(code)
	if !ok || estimated {
		return true
	}
	centre := polygons.Bound().Center()
	if km := flatKm(lat, lon, centre[1], centre[0]); km > farKm {
		f.reject("geometry", code, say("Ce contour est à %.0f km de sa commune.", "This outline lies %.0f km from its municipality.", km))
		return false
	}
	return true
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
		shape := ""
		centre := f.shape.Bound().Center()
		if polygons, ok := polygonsOf(f.shape); ok {
			shape = EncodeShape(simplifyTogether(map[string]orb.MultiPolygon{"": polygons})[""])
		} else if _, point := f.shape.(orb.Point); !point {
			f.reject("geometry", f.shape.GeoJSONType(), say("Un quartier est un point ou un polygone.", "A neighbourhood is a point or a polygon."))
		}
		f.inDegrees()
		commune := "" // most files name it; a neighbourhood without one is placed by its position
		if _, written := f.property(quarterCommune...); written != "" {
			commune, _ = f.commune(quarterCommune)
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
