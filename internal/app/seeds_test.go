package app

import (
	"context"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/posts"
	"maillage/internal/reports"
)

// The six calls for shared posts of the seeds: two between establishments, one between town and university, two between town and
// hospital, one for salaried general practitioners; each has posts behind it.
func TestSixCallsForSharedPosts(t *testing.T) {
	a := demonstration(t)
	ctx := context.Background()
	all, err := a.calls.Calls(ctx, accounts.Actor{})
	if err != nil {
		t.Fatal(err)
	}
	times := map[calls.Programme]int{}
	for _, c := range all {
		if c.State != calls.CallPublished { // sessions of earlier years, whose posts are paid
			continue
		}
		times[c.Programme]++
	}
	total := 0
	for programme, kind := range postKinds {
		total += times[programme]
		if times[programme] != 1 {
			t.Errorf("%d calls for %s, wanted 1", times[programme], programme)
		}
		officer := accounts.Actor{ID: "o", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
		if _, n, err := a.posts.ListShared(ctx, officer, posts.Filter{Kind: string(kind)}); err != nil || n == 0 {
			t.Errorf("no post of the kind %s: %v", kind, err)
		}
	}
	if total != 6 {
		t.Errorf("%d calls for shared posts", total)
	}
}

// The yearly report of the demonstration adds up with what the rooms hold, and says that it is a demonstration.
func TestTheYearAddsUp(t *testing.T) {
	a := demonstration(t)
	ctx := context.Background()
	officer := accounts.Actor{ID: "o", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
	recruits, decided, paid := int64(0), int64(0), int64(0)
	for year := a.reports.Last() + 1; year >= reports.FirstYear; year-- {
		r, err := a.reports.Year(ctx, officer, year, false)
		if err != nil || len(r.Notes) == 0 {
			t.Fatal(year, err)
		}
		for _, sum := range []struct {
			table  string
			column int
			into   *int64
		}{{"offre", 6, &recruits}, {"argent", 2, &decided}, {"argent", 3, &paid}} {
			part, _ := r.Table(sum.table)
			n, ok := part.Rows[len(part.Rows)-1][sum.column].(int64)
			if !ok {
				t.Fatalf("%d: %v", year, part.Rows)
			}
			*sum.into += n
		}
	}
	var granted, money int64
	if err := a.DB.GetContext(ctx, &granted, `SELECT SUM(amount_cents) FROM dossier_decision WHERE outcome = 'grant'`); err != nil {
		t.Fatal(err)
	}
	if err := a.DB.GetContext(ctx, &money, `SELECT SUM(paid_cents - repaid_cents) FROM convention`); err != nil {
		t.Fatal(err)
	}
	if recruits != 67 || decided != granted || paid != money || paid == 0 {
		t.Errorf("%d recruits of 67; decided %d of %d; paid %d of %d", recruits, decided, granted, paid, money)
	}
}
