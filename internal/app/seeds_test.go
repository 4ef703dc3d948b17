package app

import (
	"context"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/posts"
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
