package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
)

// seeder tells the stories through the service, moving its clock.
type seeder struct {
	s       *telexpertise.Service
	clock   *clock.Fixed
	pool    string
	experts []telexpertise.Member
	desk    accounts.Actor
	images  map[string][]byte
	plan    []event
	taker   map[string]accounts.Actor
}

// event is one thing that happened.
type event struct {
	at time.Time
	do func(ctx context.Context) error
}

// Silent takes letters and sends none: what happened in a demonstration's past was told then.
type Silent struct{}

// Send does nothing.
func (Silent) Send(context.Context, *db.Tx, telexpertise.Letter) error { return nil }

// Seed fills the demonstration, once. The service is one whose clock is c, so that the past can be told in order.
func Seed(ctx context.Context, s *telexpertise.Service, c *clock.Fixed, now time.Time) error {
	system := accounts.System("démonstration")
	pools, err := s.AllPools(ctx, system)
	if err != nil || len(pools) > 0 {
		return err
	}
	k := &seeder{s: s, clock: c, images: map[string][]byte{}, taker: map[string]accounts.Actor{}}
	c.Set(now.Add(-200 * 24 * time.Hour))
	if err := k.people(ctx, system, now); err != nil {
		return err
	}
	gps, err := s.Members(ctx, system, k.pool, telexpertise.PartRequester)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(gps, func(m telexpertise.Member) bool { return m.PersonID == theGP })
	gps[0], gps[at] = gps[at], gps[0]
	for _, one := range stories(now, gps) {
		k.tell(one, now)
	}
	k.openings(gps, now)
	slices.SortStableFunc(k.plan, func(a, b event) int { return a.at.Compare(b.at) })
	for _, e := range k.plan {
		if e.at.After(now) {
			continue
		}
		c.Set(e.at)
		if err := e.do(ctx); err != nil {
			return fmt.Errorf("demonstration of tele-expertise: %w", err)
		}
	}
	return nil
}

// people makes the pool, its members, their duty and their slots.
func (k *seeder) people(ctx context.Context, system accounts.Actor, now time.Time) (err error) {
	k.pool, err = k.s.SavePool(ctx, system, telexpertise.PoolCommand{Name: "Dermatologie Est francilien (démonstration)", Phone: "01 99 00 77 93", Departements: []string{"77", "93", "94"},
		Settings: telexpertise.Recommended()})
	if err != nil {
		return err
	}
	all := members()
	for i := range all {
		all[i].PoolID = k.pool
		if all[i].Part == telexpertise.PartExpert {
			k.experts = append(k.experts, all[i])
		}
		if all[i].Part == telexpertise.PartCoordinator {
			k.desk = as(all[i])
		}
	}
	if err := k.s.SaveMembers(ctx, system, all); err != nil {
		return err
	}
	for d := range 21 {
		on := k.experts[d%len(k.experts)]
		day := clock.DayOf(now).Add(d)
		if err := k.s.SetDay(ctx, as(on), telexpertise.Day{PoolID: k.pool, PersonID: on.PersonID, Day: string(day), Kind: "duty"}); err != nil {
			return err
		}
	}
	k.clock.Set(now)
	ahead := workingDays(now, 10)
	for d := 0; d < len(ahead); d += 2 {
		for i, e := range k.experts {
			on := ahead[d+i%2]
			at := time.Date(on.Year(), on.Month(), on.Day(), 9+i%8, 30*(i%2), 0, 0, i18n.Paris)
			if _, err := k.slot(ctx, e, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// workingDays are the next n of them.
func workingDays(now time.Time, n int) []time.Time {
	var all []time.Time
	for day := now.In(i18n.Paris).AddDate(0, 0, 1); len(all) < n; day = day.AddDate(0, 0, 1) {
		if clock.France.IsWorkingDay(day) {
			all = append(all, day)
		}
	}
	return all
}

func (k *seeder) slot(ctx context.Context, e telexpertise.Member, at time.Time) (string, error) {
	return k.s.AddSlot(ctx, as(e), telexpertise.SlotCommand{PoolID: k.pool, ExpertID: e.PersonID, Place: "Cabinet de dermatologie, " + e.Departement, StartsAt: at, Minutes: 20})
}

// photo draws each kind of lesion once; requests share the drawings.
func (k *seeder) photo(lesion string, view telexpertise.View) []byte {
	name := lesion + string(view)
	if k.images[name] == nil {
		k.images[name] = picture(lesion, view)
	}
	return k.images[name]
}

// ask writes the request, with its photographs, and sends it.
func (k *seeder) ask(ctx context.Context, one story) error {
	gp := as(one.gp)
	if _, err := k.s.SaveDraft(ctx, gp, telexpertise.DraftCommand{ID: one.id, PoolID: k.pool, Urgency: one.urgency, Record: one.record}); err != nil {
		return err
	}
	var refs []telexpertise.PhotoRef
	for _, v := range one.views {
		data := k.photo(one.lesion, v)
		sum := sha256.Sum256(data)
		ref := telexpertise.PhotoRef{ID: one.id + "-" + string(v), SHA256: hex.EncodeToString(sum[:])}
		scale := 0.0
		if v == "overview" {
			scale = 1.0 / cardMM
		}
		_, err := k.s.PutPhoto(ctx, gp, telexpertise.PhotoCommand{CaseID: one.id, ID: ref.ID, View: v, SHA256: ref.SHA256, Size: int64(len(data)), Data: data, MMPerPixel: scale})
		if err != nil {
			return err
		}
		refs = append(refs, ref)
	}
	if one.end == "draft" {
		return nil
	}
	_, err := k.s.Submit(ctx, gp, telexpertise.SubmitCommand{CaseID: one.id, Photos: refs})
	return err
}
