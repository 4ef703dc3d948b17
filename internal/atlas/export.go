package atlas

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/paulmach/orb"

	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

// decimalsKept is how many decimals downloads keep: access to a millionth, so that what is computed from it stays exact enough.
const decimalsKept = 6

// SheetColumns are the columns as a table's: their titles are the keys, the same in every language, which the dictionary explains.
func SheetColumns() []sheets.Column {
	columns := make([]sheets.Column, len(Columns))
	for k, c := range Columns {
		columns[k] = sheets.Column{Title: i18n.Text{FR: c.Key, EN: c.Key}, Kind: c.Kind, Decimals: decimalsKept, Unit: c.Unit, Doc: dictionaryText(c)}
	}
	return columns
}

// dictionaryText explains a column: its name, then what it holds.
func dictionaryText(c Column) i18n.Text {
	return i18n.Text{FR: c.Name.FR + ". " + c.Doc.FR, EN: c.Name.EN + ". " + c.Doc.EN}
}

// SheetRows gives the places' values, column by column.
func (r *Region) SheetRows(places []int) sheets.Rows {
	return func(yield func([]any, error) bool) {
		row := make([]any, len(Columns))
		for _, n := range places {
			for k, c := range Columns {
				row[k] = c.Value(r, n)
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// Record is a place's values by key, as JSON takes them: null where unknown.
func (r *Region) Record(place int) map[string]any {
	record := make(map[string]any, len(Columns))
	for _, c := range Columns {
		record[c.Key] = plain(c.Value(r, place))
	}
	return record
}

func plain(value any) any {
	switch v := value.(type) {
	case float64:
		if math.IsNaN(v) {
			return nil
		}
	case time.Time:
		if v.IsZero() {
			return nil
		}
		return v.In(i18n.Paris).Format(time.DateOnly)
	}
	return value
}

// WriteGeoJSON writes places as a FeatureCollection (RFC 7946), with their outlines; "approximate" says which are not real limits.
func (r *Region) WriteGeoJSON(w io.Writer, places []int) error {
	if _, err := io.WriteString(w, `{"type":"FeatureCollection","features":[`); err != nil {
		return fmt.Errorf("write GeoJSON: %w", err)
	}
	for k, n := range places {
		outline, approximate := r.Snap.Outline(r.Places[n].Unit)
		record := r.Record(n)
		record["contour_approximatif"] = approximate
		feature, err := json.Marshal(map[string]any{
			"type": "Feature", "id": r.Places[n].Code, "properties": record,
			"geometry": map[string]any{"type": "MultiPolygon", "coordinates": coordinates(outline)},
		})
		if err != nil {
			return fmt.Errorf("write GeoJSON of %s: %w", r.Places[n].Code, err)
		}
		if k > 0 {
			feature = append([]byte{','}, feature...)
		}
		if _, err := w.Write(feature); err != nil {
			return fmt.Errorf("write GeoJSON: %w", err)
		}
	}
	if _, err := io.WriteString(w, "]}\n"); err != nil {
		return fmt.Errorf("write GeoJSON: %w", err)
	}
	return nil
}

func coordinates(outline orb.MultiPolygon) [][][][2]float64 {
	polygons := make([][][][2]float64, len(outline))
	for p, polygon := range outline {
		polygons[p] = make([][][2]float64, len(polygon))
		for r, ring := range polygon {
			for _, point := range ring {
				polygons[p][r] = append(polygons[p][r], [2]float64{round5(point[0]), round5(point[1])})
			}
		}
	}
	return polygons
}

// round5 keeps about a metre.
func round5(degrees float64) float64 { return math.Round(degrees*1e5) / 1e5 }
