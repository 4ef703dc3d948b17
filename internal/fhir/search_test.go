package fhir

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"maillage/internal/fhir/r4"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
)

func TestDatesCoverWhatTheyName(t *testing.T) {
	at := func(text string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04:05", text, i18n.Paris)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	var none time.Time
	for text, want := range map[string][2]time.Time{
		"2026":                        {at("2026-01-01 00:00:00"), at("2027-01-01 00:00:00")},
		"eq2026-02":                   {at("2026-02-01 00:00:00"), at("2026-03-01 00:00:00")},
		"ge2026-03-02":                {at("2026-03-02 00:00:00"), none},
		"gt2026-03-02":                {at("2026-03-03 00:00:00"), none},
		"le2026-03-02":                {none, at("2026-03-03 00:00:00")},
		"lt2026-03-02":                {none, at("2026-03-02 00:00:00")},
		"ge2026-03-02T10:00:00Z":      {time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC), none},
		"ge2026-03-02T10:00:00 01:00": {time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), none}, // "+" lost on the way
	} {
		var q Query
		if err := q.changed(text); err != nil || !q.From.Equal(want[0]) || !q.Until.Equal(want[1]) {
			t.Errorf("%s: %v to %v (%v), want %v", text, q.From, q.Until, err, want)
		}
	}
	for _, wrong := range []string{"hier", "ne2026", "2026-13-01", ""} {
		var q Query
		if err := q.changed(wrong); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%q was taken: %v", wrong, err)
		}
	}
}

func TestSearchesAreReadOrRefused(t *testing.T) {
	k := &Kind{Name: "Organization", Params: []Param{{Name: "name"}, {Name: "name:contains"}}}
	for query, ok := range map[string]bool{
		"name=x": true, "name:contains=x": true, "name:exact=x": false, "_count=-1": false, "_count=a": false, "_count=5000": true, "colour=red": true,
	} {
		v, _ := url.ParseQuery(query)
		q, err := k.Parse(v, false)
		if (err == nil) != ok {
			t.Errorf("%s: %v", query, err)
		}
		if q.Count > maxPageSize {
			t.Errorf("%s: a page of %d", query, q.Count)
		}
	}
	if _, err := k.Parse(url.Values{"colour": {"red"}}, true); !fault.Is(err, fault.KindInvalid) {
		t.Error("a strict reader is not told of an unknown parameter")
	}
}

// Every state has its status: a new one may not slip through empty.
func TestEachStateHasAStatus(t *testing.T) {
	for _, s := range telexpertise.RequestLife.Table().States {
		if requestStatus[s.Name] == "" || taskStatus[s.Name] == "" {
			t.Errorf("state %s has no status", s.Name)
		}
	}
}

func TestINSAuthorities(t *testing.T) {
	for oid, want := range map[string]string{"1.2.250.1.213.1.4.8": "8", "1.2.250.1.213.1.4.9": "9", "1.2.250.1.213.1.4.10": "10", "1.2.250.1.213.1.4.11": "11", "1.2.250.1.213.1.4.12": ""} {
		number, got := insOf([]r4.Identifier{{System: "urn:oid:1.2.3", Value: "local"}, {System: "urn:oid:" + oid, Value: want}})
		if number != want || want != "" && got != oid {
			t.Errorf("%s: %q %q", oid, number, got)
		}
	}
	if got := rppsIn([]r4.Identifier{{System: systemNational, Value: "899900000123"}}); got != "99900000123" {
		t.Errorf("national number: %s", got)
	}
}

func TestTransactionsThatAreNone(t *testing.T) {
	for _, body := range []string{"", "{", `{"resourceType":"Patient"}`, `{"resourceType":"Bundle","type":"batch"}`, `{"resourceType":"Bundle","type":"transaction"}`,
		`{"resourceType":"Bundle","type":"transaction","entry":[{"resource":null}]}`, `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient","name":3}}]}`} {
		if _, err := readTransaction([]byte(body)); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%.60s: %v", body, err)
		}
	}
}

func FuzzTransaction(f *testing.F) {
	f.Add(`{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"ServiceRequest","intent":"proposal","subject":{}}}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		in, err := readTransaction([]byte(body))
		if err == nil {
			_ = in.draft(telexpertise.Member{})
		}
	})
}

// The narrative of a document is text, whatever was typed.
func TestNarrativeIsText(t *testing.T) {
	if div := narrative(`<script>alert("x")</script>&`).Div; strings.Contains(div, "<script") || !strings.Contains(div, "&amp;") {
		t.Error(div)
	}
}
