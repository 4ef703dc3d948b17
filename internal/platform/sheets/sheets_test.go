package sheets_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

var columns = []sheets.Column{
	{Title: i18n.Text{FR: "Commune", EN: "Municipality"}},
	{Title: i18n.Text{FR: "Habitants", EN: "Inhabitants"}, Kind: sheets.Int},
	{Title: i18n.Text{FR: "APL", EN: "APL"}, Kind: sheets.Decimal, Decimals: 1},
	{Title: i18n.Text{FR: "Aide", EN: "Grant"}, Kind: sheets.Cents},
	{Title: i18n.Text{FR: "Ouverture", EN: "Opening"}, Kind: sheets.Date},
	{Title: i18n.Text{FR: "Reçu", EN: "Received"}, Kind: sheets.Time},
	{Title: i18n.Text{FR: "=Actif", EN: "=Active"}, Kind: sheets.Bool},
}

var night = time.Date(2017, 1, 8, 23, 30, 0, 0, time.UTC) // 9 January, 0:30, in Paris

func rows(list ...[]any) sheets.Rows {
	return func(yield func([]any, error) bool) {
		for _, row := range list {
			if !yield(row, nil) {
				return
			}
		}
	}
}

var table = rows(
	[]any{"L’Haÿ-les-Roses <&> \"x\"", 30_574, 3.14159, int64(3_500_000), night, night, true},
	[]any{"=HYPERLINK(\"http://x\")", -5, -0.04, -50, night, night, false},
	[]any{i18n.Text{FR: "à\x00b\nc", EN: "en"}, nil, math.NaN(), nil, time.Time{}, nil, nil},
)

func write(t *testing.T, format sheets.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := sheets.Write(context.Background(), &b, format, "Communes [91]", columns, table); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCSV(t *testing.T) {
	got, err := csv.NewReader(bytes.NewReader(write(t, sheets.CSV))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Commune", "Habitants", "APL", "Aide", "Ouverture", "Reçu", "'=Actif"},
		{"L’Haÿ-les-Roses <&> \"x\"", "30574", "3.1", "35000.00", "2017-01-09", "2017-01-09T00:30:00+01:00", "true"},
		{"'=HYPERLINK(\"http://x\")", "-5", "-0.0", "-0.50", "2017-01-09", "2017-01-09T00:30:00+01:00", "false"},
		{"à\x00b\nc", "", "", "", "", "", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}

func TestXLSX(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(write(t, sheets.XLSX)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	name := f.GetSheetName(0)
	if name != "Communes  91" {
		t.Fatalf("sheet %q", name)
	}
	shown, err := f.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Commune", "Habitants", "APL", "Aide", "Ouverture", "Reçu", "'=Actif"},
		{"L’Haÿ-les-Roses <&> \"x\"", "30,574", "3.1", "35,000.00 €", "09/01/2017", "09/01/2017 00:30", "TRUE"},
		{"'=HYPERLINK(\"http://x\")", "-5", "-0.0", "-0.50 €", "09/01/2017", "09/01/2017 00:30", "FALSE"},
		{"à\uFFFDb\nc"},
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Fatal(diff)
	}
	for cell, want := range map[string]string{"C2": "3.14159", "D2": "35000.00", "E2": "42744"} {
		if raw, err := f.GetCellValue(name, cell, excelize.Options{RawCellValue: true}); err != nil || raw != want {
			t.Errorf("%s holds %q, %v", cell, raw, err)
		}
	}
	if formula, err := f.GetCellFormula(name, "A3"); err != nil || formula != "" {
		t.Errorf("formula %q %v", formula, err)
	}
}

func TestODS(t *testing.T) {
	z, err := zip.NewReader(bytes.NewReader(write(t, sheets.ODS)), int64(len(write(t, sheets.ODS))))
	if err != nil {
		t.Fatal(err)
	}
	if first := z.File[0]; first.Name != "mimetype" || first.Method != zip.Store {
		t.Fatalf("the first part is %s", first.Name)
	}
	part, err := z.Open("content.xml")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Rows []struct {
			Cells []struct {
				Type  string `xml:"value-type,attr"`
				Value string `xml:"value,attr"`
				Date  string `xml:"date-value,attr"`
				Text  string `xml:"p"`
			} `xml:"table-cell"`
		} `xml:"body>spreadsheet>table>table-row"`
	}
	if err := xml.NewDecoder(part).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range doc.Rows {
		line := ""
		for _, c := range row.Cells {
			line += "|" + c.Type + " " + c.Value + c.Date + " " + c.Text
		}
		got = append(got, line)
	}
	want := []string{
		"|string  L’Haÿ-les-Roses <&> \"x\"|float 30574 30574|float 3.14159 3.1|currency 35000.00 35000.00 €|date 2017-01-09 09/01/2017|date 2017-01-09T00:30:00 09/01/2017 00:30|boolean  true",
		"|string  '=HYPERLINK(\"http://x\")|float -5 -5|float -0.04 -0.0|currency -0.50 -0.50 €|date 2017-01-09 09/01/2017|date 2017-01-09T00:30:00 09/01/2017 00:30|boolean  false",
		"|string  à\uFFFDb\nc|  |  |  |  |  |  ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}

func TestNeutral(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a=1": "a=1", "=1": "'=1", "+33": "'+33", "-x": "'-x", "@a": "'@a", "\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx", "'=": "'=",
	} {
		if got := sheets.Neutral(in); got != want {
			t.Errorf("Neutral(%q) = %q", in, got)
		}
	}
}

func TestWrongValuesAreRefused(t *testing.T) {
	for name, row := range map[string][]any{
		"too few":           {"x"},
		"text as a number":  {"x", "1", nil, nil, nil, nil, nil},
		"number as text":    {1, nil, nil, nil, nil, nil, nil},
		"float as an int":   {"x", 1.5, nil, nil, nil, nil, nil},
		"text as a date":    {"x", nil, nil, nil, "2017", nil, nil},
		"number as boolean": {"x", nil, nil, nil, nil, nil, 1},
	} {
		if err := sheets.Write(context.Background(), io.Discard, sheets.CSV, "x", columns, rows(row)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestServe(t *testing.T) {
	handler := func(rows sheets.Rows) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			format, err := sheets.ParseFormat(r.URL.Query().Get("f"))
			if err == nil {
				err = sheets.Serve(w, r.WithContext(i18n.With(r.Context(), i18n.EN)), format, "communes été/91", columns, rows)
			}
			if fault.Is(err, fault.KindNotFound) {
				w.WriteHeader(http.StatusNotFound)
			} else if err != nil {
				w.WriteHeader(http.StatusInternalServerError)
			}
		})
	}
	get := func(h http.Handler, query string) *http.Response {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?"+query, nil))
		return w.Result()
	}
	res := get(handler(table), "f=csv")
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(string(body), "Municipality,") || strings.Count(string(body), "\r\n") != 4 {
		t.Errorf("%d %q", res.StatusCode, body)
	}
	if got := res.Header.Get("Content-Disposition"); got != "attachment; filename*=utf-8''communes%20%C3%A9t%C3%A9-91.csv" {
		t.Error(got)
	}
	if res := get(handler(rows()), "f=ods"); res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != sheets.ODS.MediaType() {
		t.Error("an empty table is a table", res.Status)
	}
	if res := get(handler(table), "f=exe"); res.StatusCode != http.StatusNotFound {
		t.Error(res.Status)
	}
	broken := errors.New("the database went away")
	early := func(yield func([]any, error) bool) { yield(nil, broken) }
	if res := get(handler(early), "f=xlsx"); res.StatusCode != http.StatusInternalServerError || res.Header.Get("Content-Disposition") != "" {
		t.Error("an early error is an error page, not a file", res.Status)
	}
	late := func(yield func([]any, error) bool) {
		table(func(row []any, err error) bool { return yield(row, err) })
		yield(nil, broken)
	}
	defer func() {
		if err, ok := recover().(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("a late error must drop the connection, not %v", err)
		}
	}()
	get(handler(late), "f=csv")
}

// TestMemoryDoesNotGrowWithTheTable writes 10,000 rows, looking at the memory in use on the way.
func TestMemoryDoesNotGrowWithTheTable(t *testing.T) {
	for _, format := range sheets.Formats {
		var peak, before runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		many := func(yield func([]any, error) bool) {
			for i := range 10_000 {
				if i%1000 == 999 {
					runtime.GC()
					var now runtime.MemStats
					runtime.ReadMemStats(&now)
					if now.HeapAlloc > peak.HeapAlloc {
						peak = now
					}
				}
				if !yield([]any{fmt.Sprintf("Commune %d", i), i, float64(i) / 7, i, night, night, i%2 == 0}, nil) {
					return
				}
			}
		}
		if err := sheets.Write(context.Background(), io.Discard, format, "x", columns, many); err != nil {
			t.Fatal(err)
		}
		if grown := int64(peak.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
			t.Errorf("%s: %d bytes more in use", format, grown)
		}
	}
}
