package web

import (
	"context"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maillage/internal/atlas"
	"maillage/internal/platform/i18n"
)

// drawing is a map to draw: what it is called, what it shows and what lies over it.
type drawing struct {
	scene
	Title string
	Class func(place int) int // class of each place; nil takes the layer's
	Marks []mark
	Focus []int // places to frame; none: the whole region
	Small bool  // a locator: no names
}

// mark is a symbol over a place.
type mark struct {
	Place int
	Kind  string // "added", "ranked", "here"
	Label string // written in the symbol
	Title string
}

// svg writes the map: one path per commune, coloured by class, so that it shows without any script.
func (d drawing) svg() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b strings.Builder
		b.Grow(120 << 10)
		fmt.Fprintf(&b, `<svg class="map scale-%s" viewBox="%s" role="img" aria-labelledby="map-title">`, d.Layer.Scale, d.frame())
		fmt.Fprintf(&b, `<title id="map-title">%s</title><g class="communes">`, html.EscapeString(d.title(ctx)))
		for n, path := range d.Shape.Paths {
			b.WriteString(`<path class="c`)
			b.WriteString(strconv.Itoa(d.class(n)))
			b.WriteString(`" d="`)
			b.WriteString(path)
			b.WriteString(`"/>`)
		}
		fmt.Fprintf(&b, `</g><path class="border" d="%s"/><path class="outline" d="%s"/>`, d.Shape.Borders, d.Shape.Outline)
		if !d.Small {
			d.points(ctx, &b)
			d.names(&b)
		}
		d.marks(&b)
		b.WriteString(`</svg>`)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func (d drawing) title(ctx context.Context) string {
	if d.Title != "" {
		return d.Title
	}
	return i18n.Tf(ctx, "Carte : %s, par commune, %s", "Map: %s, by municipality, %s", d.Layer.Name.Ctx(ctx), d.Region.Name)
}

func (d drawing) class(place int) int {
	if d.Class != nil {
		return d.Class(place)
	}
	return d.Layer.Class(d.Layer.Value(d.Region, d.View.Ages, place))
}

func (d drawing) names(b *strings.Builder) {
	towns, scale := d.Shape.Towns, d.letters()
	if scale < 1 {
		towns = d.Shape.TownsIn(d.Region, d.box(), scale)
	}
	b.WriteString(`<g class="towns" aria-hidden="true">`)
	for _, t := range towns {
		fmt.Fprintf(b, `<g class="town t%d" transform="translate(%d %d) scale(%.3f)"><circle r="7"/><text x="14" y="12">%s</text></g>`, t.Rank, t.X, t.Y, scale, html.EscapeString(t.Name))
	}
	b.WriteString(`</g>`)
}

func (d drawing) marks(b *strings.Builder) {
	b.WriteString(`<g class="marks">`)
	for _, m := range d.Marks {
		at := d.Shape.Centres[m.Place]
		fmt.Fprintf(b, `<g class="mark %s" transform="translate(%d %d) scale(%.3f)"><title>%s</title><circle r="%d"/>`, m.Kind, at[0], at[1], d.letters(), html.EscapeString(m.Title), markSize[m.Kind])
		if m.Label != "" {
			fmt.Fprintf(b, `<text>%s</text>`, html.EscapeString(m.Label))
		}
		b.WriteString(`</g>`)
	}
	b.WriteString(`</g>`)
}

var markSize = map[string]int{"added": 34, "ranked": 34, "here": 26}

// letters is the size of names and marks against those of the whole region, so that they keep theirs on the screen when a part is framed. A
// locator is drawn for its size.
func (d drawing) letters() float64 {
	if len(d.Focus) == 0 || d.Small {
		return 1
	}
	box := d.box()
	fits := func(width, height int) float64 { return float64(max(5*width, 6*height)) } // the holder is 6 wide and 5 high
	return min(1, 1.2*fits(box[2]-box[0], box[3]-box[1])/fits(d.Shape.Width, d.Shape.Height))
}

// frame is the view box: the whole region, or what surrounds the places to focus on.
func (d drawing) frame() string {
	box := d.box()
	return fmt.Sprintf("%d %d %d %d", box[0], box[1], box[2]-box[0], box[3]-box[1])
}

// box is what is framed: left, top, right, bottom.
func (d drawing) box() [4]int {
	if len(d.Focus) == 0 {
		return [4]int{0, 0, d.Shape.Width, d.Shape.Height}
	}
	box := d.Shape.Boxes[d.Focus[0]]
	for _, n := range d.Focus[1:] {
		b := d.Shape.Boxes[n]
		box = [4]int{min(box[0], b[0]), min(box[1], b[1]), max(box[2], b[2]), max(box[3], b[3])}
	}
	margin := max(20, (box[2]-box[0])/20)
	return [4]int{box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin}
}

// focusOn is what to frame for a view: its département, or nothing.
func focusOn(s scene) []int {
	if s.View.Departement == "" {
		return nil
	}
	return s.Region.In(s.View.Departement)
}

// legendItem is a class with its label.
type legendItem struct {
	Class int
	Label string
}

// legend says what each class means, in the reader's language.
func legend(ctx context.Context, l atlas.Layer) []legendItem {
	items := make([]legendItem, 0, l.Classes()+1)
	for k := range l.Classes() {
		items = append(items, legendItem{k + 1, classLabel(ctx, l, k)})
	}
	return items
}

func classLabel(ctx context.Context, l atlas.Layer, k int) string {
	if l.Labels != nil {
		return l.Labels[k].Ctx(ctx)
	}
	limit := func(k int) string {
		return strings.Replace(i18n.Dec(ctx, l.Breaks[k], l.Decimals), "-", "−", 1)
	}
	switch k {
	case 0:
		return i18n.T(ctx, "moins de ", "under ") + limit(0)
	case len(l.Breaks):
		return limit(k-1) + i18n.T(ctx, " et plus", " and over")
	}
	return limit(k-1) + i18n.T(ctx, " à ", " to ") + limit(k)
}
