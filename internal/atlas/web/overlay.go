package web

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// layerOfPoints is an overlay that the view chose, with its points.
type layerOfPoints struct {
	atlas.Overlay
	Points []atlas.Point
}

// overlays are what this reader may have over the map: ours, then the other rooms'.
func (p *Pages) overlays(ctx context.Context) []atlas.Overlay {
	return slices.DeleteFunc(append([]atlas.Overlay{atlas.QuarterOverlay{}}, p.Overlays...), func(o atlas.Overlay) bool {
		r, ok := o.(atlas.Reserved)
		return ok && !r.May(accounts.FromContext(ctx))
	})
}

// layersShown reads the overlays that the view shows; one that does not exist shows nothing.
func layersShown(ctx context.Context, s scene) ([]layerOfPoints, error) {
	var all []layerOfPoints
	for _, o := range s.Overlays {
		if !s.View.Shows(o.Key()) {
			continue
		}
		points, err := o.Points(ctx, accounts.FromContext(ctx), s.Region)
		if err != nil {
			return nil, err
		}
		all = append(all, layerOfPoints{o, points})
	}
	return all, nil
}

// legendLine is a symbol, what it means and how many there are.
type legendLine struct {
	Shape, Label string
}

// lines are the symbols of which there is at least one.
func (l layerOfPoints) lines(ctx context.Context) []legendLine {
	var lines []legendLine
	for _, symbol := range l.Symbols() {
		count := 0
		for _, p := range l.Points {
			if p.Shape == symbol.Shape {
				count++
			}
		}
		if count > 0 {
			lines = append(lines, legendLine{symbol.Shape, told(ctx, symbol.Label.Ctx(ctx), i18n.Int(ctx, count))})
		}
	}
	return lines
}

// nothing says why an overlay shows no point.
func (l layerOfPoints) nothing(ctx context.Context, r *atlas.Region) string {
	why := lacks(ctx, r, l.Overlay)
	if why == "" {
		why = i18n.T(ctx, "aucun dans cette région", "none in this region")
	}
	return told(ctx, l.Name().Ctx(ctx), why)
}

// lacks says why an overlay has nothing to show; "" when it has, or when it cannot tell.
func lacks(ctx context.Context, r *atlas.Region, o atlas.Overlay) string {
	if l, ok := o.(atlas.Lacking); ok {
		return l.Lacks(r).Ctx(ctx)
	}
	return ""
}

// lackingOption is a choice that cannot be made when something is missing: its label says what.
func lackingOption(ctx context.Context, value, label, why string) ui.Option {
	if why != "" {
		label = told(ctx, label, why)
	}
	return ui.Option{Value: value, Label: label, Disabled: why != ""}
}

// told is a name with what is told of it.
func told(ctx context.Context, name, what string) string {
	return name + i18n.T(ctx, "\u00a0: ", ": ") + what
}

// symbolPaths are the drawings of points, around the origin, about 28 units wide.
var symbolPaths = map[string]string{
	"circle":     "M-12 0a12 12 0 1 0 24 0a12 12 0 1 0-24 0z",
	"square":     "M-11-11h22v22h-22z",
	"diamond":    "M0-15l15 15-15 15-15-15z",
	"house":      "M0-16l15 13h-4v15h-22v-15h-4z",
	"cross":      "M-5-14h10v9h9v10h-9v9h-10v-9h-9v-10h9z",
	"star":       "M0-17l5 12 12 1-9 8 3 12-11-6-11 6 3-12-9-8 12-1z",
	"flag":       "M-14-12h28l-14 25z",
	"hexagon":    "M-8-14h16l8 14-8 14h-16l-8-14z",
	"hexagon-at": "M-8-14h16l8 14-8 14h-16l-8-14z",
}

// pin is what stands at one spot: a symbol for each sort of points.
type pin struct {
	x, y    int
	symbols []*pinSymbol
}

// pinSymbol is a symbol with the names of all that share it; href is "" when they have several pages.
type pinSymbol struct {
	shape, href string
	titles      []string
}

// pins gathers the points that lie on the same spot: one symbol that names them all, not the last one over the others.
func (d drawing) pins() []*pin {
	var all []*pin
	at := map[[2]int]*pin{}
	for _, layer := range d.Points {
		for _, p := range layer.Points {
			x, y := d.Shape.Position(p.Lat, p.Lon)
			here := at[[2]int{x, y}]
			if here == nil {
				here = &pin{x: x, y: y}
				at[[2]int{x, y}], all = here, append(all, here)
			}
			here.add(p)
		}
	}
	return all
}

func (p *pin) add(point atlas.Point) {
	i := slices.IndexFunc(p.symbols, func(s *pinSymbol) bool { return s.shape == point.Shape })
	if i < 0 {
		p.symbols = append(p.symbols, &pinSymbol{point.Shape, point.Href, []string{point.Title}})
		return
	}
	s := p.symbols[i]
	s.titles = append(s.titles, point.Title)
	if s.href != point.Href { // several pages: a click leads to the commune beneath
		s.href = ""
	}
}

// mostNamed is how many names a symbol lists before it counts the others.
const mostNamed = 12

// points draws the overlays: outlines first, then symbols. Sorts that share a spot stand side by side.
func (d drawing) points(ctx context.Context, b *strings.Builder) {
	if len(d.Points) == 0 {
		return
	}
	b.WriteString(`<g class="points">`)
	for _, layer := range d.Points {
		for _, p := range layer.Points {
			if p.Area != nil {
				fmt.Fprintf(b, `<path class="area" d="%s"/>`, d.Shape.Area(p.Area))
			}
		}
	}
	for _, p := range d.pins() {
		fmt.Fprintf(b, `<g transform="translate(%d %d)"><g class="pin">`, p.x, p.y)
		for k, s := range p.symbols {
			fmt.Fprintf(b, `<path class="%s"`, s.shape)
			if shift := 26*k - 13*(len(p.symbols)-1); shift != 0 {
				fmt.Fprintf(b, ` transform="translate(%d 0)"`, shift)
			}
			if s.href != "" {
				fmt.Fprintf(b, ` data-href="%s"`, html.EscapeString(s.href))
			}
			names := s.titles
			if more := len(names) - mostNamed; more > 1 {
				names = append(slices.Clip(names[:mostNamed]), i18n.Tf(ctx, "et %s autres", "and %s others", i18n.Int(ctx, more)))
			}
			fmt.Fprintf(b, ` d="%s"><title>%s</title></path>`, symbolPaths[s.shape], html.EscapeString(strings.Join(names, "\n")))
		}
		b.WriteString(`</g></g>`)
	}
	b.WriteString(`</g>`)
}
