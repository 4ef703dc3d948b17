package structures

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// Duplicate is a pair that may be one structure, with the points that say so (out of 100).
type Duplicate struct {
	A, B   Structure
	Score  int
	Points []Point100
}

// Point100 is one reason of a score.
type Point100 struct {
	Points int
	Why    i18n.Text
}

// DuplicateFrom is the score from which a pair is shown.
const DuplicateFrom = 60

// Duplicates lists pairs of open structures of one kind that look alike in one commune, best first.
func (s *Service) Duplicates(ctx context.Context, actor accounts.Actor, region string) ([]Duplicate, error) {
	if err := actor.Require(PermCreate, accounts.Scope{Region: region}); err != nil {
		if !actor.CanSomewhere(PermCreate) {
			return nil, err
		}
	}
	all, _, err := selectList(ctx, s.db, Filter{Region: region, Limit: 100_000})
	if err != nil {
		return nil, err
	}
	shared, err := s.sharedNumbers(ctx)
	if err != nil {
		return nil, err
	}
	var found []Duplicate
	blocks := map[string][]Structure{}
	for _, st := range all {
		if actor.Can(PermCreate, st.Scope()) {
			key := string(st.Kind) + st.Commune
			blocks[key] = append(blocks[key], st)
		}
	}
	for _, block := range blocks {
		for i, a := range block {
			for _, b := range block[i+1:] {
				if d := compare(a, b, shared); d.Score >= DuplicateFrom {
					found = append(found, d)
				}
			}
		}
	}
	slices.SortFunc(found, func(x, y Duplicate) int {
		if x.Score != y.Score {
			return y.Score - x.Score
		}
		return strings.Compare(x.A.ID+x.B.ID, y.A.ID+y.B.ID)
	})
	return found, nil
}

// sharedNumbers are the SIRET held by several structures today: number → structures.
func (s *Service) sharedNumbers(ctx context.Context) (map[string][]string, error) {
	var rows []struct {
		Value string `db:"value"`
		ID    string `db:"structure_id"`
	}
	err := s.db.SelectContext(ctx, &rows, `SELECT value, structure_id FROM structure_identifier WHERE to_day = '' AND scheme = 'SIRET' AND value IN
		(SELECT value FROM structure_identifier WHERE to_day = '' AND scheme = 'SIRET' GROUP BY value HAVING count(*) > 1)`)
	if err != nil {
		return nil, fmt.Errorf("find shared numbers: %w", err)
	}
	holders := map[string][]string{}
	for _, r := range rows {
		holders[r.Value] = append(holders[r.Value], r.ID)
	}
	return holders, nil
}

func compare(a, b Structure, shared map[string][]string) Duplicate {
	d := Duplicate{A: a, B: b}
	add := func(points int, fr, en string, args ...any) {
		if points > 0 {
			d.Score += points
			d.Points = append(d.Points, Point100{points, tf(fr, en, args...)})
		}
	}
	like := similar(a.SortKey, b.SortKey)
	add(int(math.Round(60*like)), "noms semblables à %.0f %%", "names alike by %.0f%%", 100*like)
	if a.Commune == b.Commune {
		add(15, "même commune", "same municipality")
	}
	if km := distance(a, b); !a.Approximate && !b.Approximate && km < 0.1 {
		add(15, "à %.0f m l’une de l’autre", "%.0f m apart", 1000*km)
	}
	if a.Detail.V.Address != "" && strings.EqualFold(a.Detail.V.Address, b.Detail.V.Address) {
		add(10, "même adresse", "same address")
	}
	for value, holders := range shared {
		if slices.Contains(holders, a.ID) && slices.Contains(holders, b.ID) {
			add(15, "même SIRET %s", "same SIRET %s", value)
		}
	}
	d.Score = min(100, d.Score)
	return d
}

// similar is the share of pairs of letters that two folded names have in common (Dice), from 0 to 1.
func similar(a, b string) float64 {
	pairs := func(s string) map[string]int {
		m := map[string]int{}
		r := []rune(s)
		for i := range len(r) - 1 {
			m[string(r[i:i+2])]++
		}
		return m
	}
	x, y := pairs(a), pairs(b)
	common, total := 0, 0
	for p, n := range x {
		common += min(n, y[p])
		total += n
	}
	for _, n := range y {
		total += n
	}
	if total == 0 {
		return 0
	}
	return 2 * float64(common) / float64(total)
}

// distance is kilometres between two places near one another.
func distance(a, b Structure) float64 {
	const kmPerDegree = 111.2
	dx := (a.Lon - b.Lon) * math.Cos(a.Lat*math.Pi/180)
	return kmPerDegree * math.Hypot(dx, a.Lat-b.Lat)
}
