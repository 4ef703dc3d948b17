package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A phone keeps this page for offline use: whoever asks for it gets the same bytes, and no name.
func TestPhonePageHoldsNothingOfItsReader(t *testing.T) {
	server := httptest.NewServer(demonstration(t).handler)
	defer server.Close()
	page := func(account string) string {
		resp, err := browser(t, server, account).Get(server.URL + "/telexpertise/telephone")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%q gets %d (%v)", account, resp.StatusCode, err)
		}
		return string(body)
	}
	doctor := page("demo-gp")
	if doctor != page("") {
		t.Error("the page differs between a doctor and nobody")
	}
	if strings.Contains(doctor, "Ferrand") || !strings.Contains(doctor, "data-capture") {
		t.Error("the page names its reader, or is not the page")
	}
}
