package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A call keeps the zone of a commune and the questions about aids suggest it: both come from the atlas.
func TestZonesReachTheProgrammes(t *testing.T) {
	a := demonstration(t)
	place, err := callPlaces{a.atlas}.Place(context.Background(), "91286", time.Now())
	if err != nil || place.Zone == "" || place.APL <= 0 {
		t.Errorf("the room of calls: %+v %v", place, err)
	}
	server := httptest.NewServer(a.Handler())
	defer server.Close()
	res, err := http.Get(server.URL + "/aides?commune=91286&who=msp&plan=start&health_project=oui&lang=fr")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), "sans valeur réglementaire") {
		t.Errorf("the aids page says no computed zone: %d %v", res.StatusCode, err)
	}
}

// BenchmarkWhatCanIGetHere measures the public page, drawn whole.
func BenchmarkWhatCanIGetHere(b *testing.B) {
	a := demonstration(b)
	for b.Loop() {
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/aides?commune=91286&who=msp&plan=start&plan=walls", nil))
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
