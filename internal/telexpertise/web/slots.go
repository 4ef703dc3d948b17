package web

import (
	"net/http"
	"strconv"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
)

type poolSlots struct {
	Pool    telexpertise.Pool
	Experts []telexpertise.Member
	Slots   []telexpertise.Slot
	Names   map[string]string
}

type slotsData struct {
	Pools []poolSlots
	Err   error
	typed func(name string) string
}

// slots shows the hours kept for the reader's pools.
func (p *Pages) slots(w http.ResponseWriter, r *http.Request) error {
	return p.showSlots(w, r, http.StatusOK, nil)
}

func (p *Pages) showSlots(w http.ResponseWriter, r *http.Request, status int, why error) error {
	ctx, actor := r.Context(), accounts.FromContext(r.Context())
	pools, err := p.service.BookPools(ctx, actor)
	if err != nil {
		return err
	}
	d := slotsData{Err: why, typed: r.PostFormValue}
	for _, pool := range pools {
		one := poolSlots{Pool: pool, Names: map[string]string{}}
		if one.Experts, err = p.service.Members(ctx, actor, pool.ID, telexpertise.PartExpert); err != nil {
			return err
		}
		for _, m := range one.Experts {
			one.Names[m.PersonID] = m.Name
		}
		if one.Slots, err = p.service.Slots(ctx, actor, pool.ID); err != nil {
			return err
		}
		d.Pools = append(d.Pools, one)
	}
	return httpx.Render(w, r, status, slotsView(d))
}

// addSlot opens an hour.
func (p *Pages) addSlot(w http.ResponseWriter, r *http.Request) error {
	minutes, _ := strconv.Atoi(field(r, "minutes")) // not a number: refused as too short
	starts, err := time.ParseInLocation("2006-01-02T15:04", field(r, "starts_at"), i18n.Paris)
	if err != nil {
		starts = time.Time{} // refused as past
	}
	_, err = p.service.AddSlot(r.Context(), accounts.FromContext(r.Context()),
		telexpertise.SlotCommand{PoolID: field(r, "pool"), ExpertID: field(r, "expert"), Place: field(r, "place"), StartsAt: starts, Minutes: minutes})
	if fault.Is(err, fault.KindInvalid) {
		return p.showSlots(w, r, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/telexpertise/creneaux")
}

// dropSlot takes a free hour back.
func (p *Pages) dropSlot(w http.ResponseWriter, r *http.Request) error {
	if err := p.service.DropSlot(r.Context(), accounts.FromContext(r.Context()), field(r, "slot")); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/telexpertise/creneaux")
}
