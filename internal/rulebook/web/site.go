package web

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
	"maillage/internal/rulebook"
	"maillage/internal/territory"
)

// OpenCall is a call that is open for an aid.
type OpenCall struct {
	ID     string
	Title  i18n.Text
	Closes time.Time
}

// Holdings gives the aids that a structure holds, with what each brings, to whoever may know.
type Holdings func(ctx context.Context, actor accounts.Actor, structure string) (map[string]rulebook.Cents, error)

// site is the exact place of a project, when it is known.
type site struct{ Lat, Lon float64 }

var typedPosition = regexp.MustCompile(`^\s*([+-]?\d{1,2}[.,]\d+)\s*[,; ]\s*([+-]?\d{1,3}[.,]\d+)\s*$`)

// positionTyped reads "48,6552 2,3842": a position copied from a map.
func positionTyped(text string) (site, bool) {
	m := typedPosition.FindStringSubmatch(text)
	if m == nil {
		return site{}, false
	}
	lat, err := strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64)
	if err != nil {
		return site{}, false
	}
	lon, err := strconv.ParseFloat(strings.Replace(m[2], ",", ".", 1), 64)
	return site{lat, lon}, err == nil && lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180
}

// communeAt finds the commune whose outline holds a position; the nearest one when outlines are approximate.
func communeAt(snap *territory.Snapshot, at site) (territory.Commune, bool) {
	i, ok := snap.Nearest(at.Lat, at.Lon)
	if !ok {
		return territory.Commune{}, false
	}
	near := snap.Commune(i)
	point := orb.Point{at.Lon, at.Lat}
	found := i
	snap.France.Near(near.Lat, near.Lon, 8, func(unit int, _ float64) {
		if outline, approximate := snap.Outline(unit); !approximate && planar.MultiPolygonContains(outline, point) {
			found = unit
		}
	})
	return snap.Commune(found), true
}

// quarterAt tells in which priority neighbourhood a position lies; settled is false while an outline of the commune's is unknown.
func quarterAt(quarters []territory.QPV, at site) (name string, inside, settled bool) {
	settled = true
	for _, q := range quarters {
		if q.Outline == nil || q.Approximate {
			settled = false
			continue
		}
		if planar.MultiPolygonContains(q.Outline, orb.Point{at.Lon, at.Lat}) {
			return q.Name, true, true
		}
	}
	return "", false, settled
}
