package ui

import "testing"

// One entry of the sub-navigation is marked: the nearest to the page, never its parents too.
func TestOneEntryIsMarked(t *testing.T) {
	links := []Link{{Href: "/aides"}, {Href: "/aides/cumul"}, {Href: "/postes"}, {Href: "/postes/recrutements"}, {Href: "/regles"}}
	for path, want := range map[string]int{"/aides": 0, "/aides/cumul": 1, "/aides/cumul/x": 1, "/aides/autre": 0, "/postes/recrutements/7": 3, "/postes/recrutements-x": 2, "/carte": -1} {
		if got := nearest(links, path); got != want {
			t.Errorf("%s marks %d, want %d", path, got, want)
		}
	}
}
