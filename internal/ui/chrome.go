// Package ui draws what every page shares: frame, components, charts. It imports no room; the living style page (/style) shows it all.
package ui

import (
	"context"
	"errors"
	"strings"

	"maillage/internal/platform/fault"
)

// Chrome is what surrounds a page: it depends on who reads, and is put in the context by the app.
type Chrome struct {
	Path  string
	Query string
	Nav   []Link // the areas
	Here  []Link // the entrances of the area where the reader stands
	Tools []Link // right of the navigation: the reader's account, or the way in
	Name  string // who is signed in; "" for nobody
	Demo  bool   // demonstration data: the strip on top says so
	Theme string // "light", "dark", "contrast", or "" for the system's
	// ThemeSheet is the address of the deployer's own style sheet, "" for none.
	ThemeSheet string
	Request    string // identifier of the request, shown on error pages
}

// Link is a place with its label.
type Link struct {
	Href, Label, Icon string
	Here              bool // the reader stands there, whatever the address says
}

// Current tells whether the reader is at this place or below it.
func (l Link) Current(path string) bool {
	return l.Here || path == l.Href || l.Href != "/" && strings.HasPrefix(path, l.Href+"/")
}

// nearest is the place among siblings where the reader stands: the longest address that leads there, -1 for none.
func nearest(links []Link, path string) int {
	best := -1
	for i, l := range links {
		if l.Current(path) && (best < 0 || len(l.Href) > len(links[best].Href)) {
			best = i
		}
	}
	return best
}

type chromeKey struct{}

// WithChrome keeps the page's surroundings in the context.
func WithChrome(ctx context.Context, c Chrome) context.Context {
	return context.WithValue(ctx, chromeKey{}, c)
}

// ChromeOf gives the page's surroundings.
func ChromeOf(ctx context.Context) Chrome {
	c, _ := ctx.Value(chromeKey{}).(Chrome)
	return c
}

// FieldError is the refusal of one field, in the reader's language; "" when it stands.
func FieldError(ctx context.Context, err error, name string) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	return f.Fields[name].Ctx(ctx)
}
