package cmd

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// What the command writes is what the importer reads.
func TestCollectedTimesCanBeImported(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := strings.Count(r.URL.Path, ";")
		fmt.Fprintf(w, `{"code":"Ok","durations":[[%s]]}`, strings.TrimSuffix(strings.Repeat("600,", n), ","))
	}))
	defer server.Close()
	out := filepath.Join(t.TempDir(), "t.csv")
	c := TravelTimes{Server: server.URL, Region: "06", Km: 15, Out: out, Most: 100, Profile: "driving", told: io.Discard}
	if err := c.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	content, report, err := intake.Read(context.Background(), intake.TravelTimes, intake.Source{Name: out, Bytes: file}, territory.Embedded(), nil, false)
	if err != nil || report.Refused() {
		t.Fatalf("%v, %+v", err, report)
	}
	if m := content.(*intake.Matrix); len(m.Codes) != 17 || m.Rows() < 60 {
		t.Errorf("%d communes, %d pairs", len(m.Codes), m.Rows())
	}
	c.Region = "00"
	if err := c.Run(context.Background()); err == nil {
		t.Error("region 00 was accepted")
	}
}
