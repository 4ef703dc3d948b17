// Package web holds the page where people choose how they are told.
package web

import (
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/notifications"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
)

// Pages serves the room.
type Pages struct {
	service *notifications.Service
	device  func(r *http.Request) string
	session func(r *http.Request) string
}

// New makes the pages; device names the browser of a request, session its session.
func New(s *notifications.Service, device, session func(r *http.Request) string) *Pages {
	return &Pages{s, device, session}
}

// Routes is the room's table.
func (p *Pages) Routes() []httpx.Route {
	const get, post = http.MethodGet, http.MethodPost
	const here = "/compte/notifications"
	return []httpx.Route{
		{Method: get, Path: here, Permission: accounts.PermOwn, Handler: p.page},
		{Method: post, Path: here, Permission: accounts.PermOwn, Handler: p.setRules},
		{Method: post, Path: here + "/appareils", Permission: accounts.PermOwn, Handler: p.subscribe, Raw: true},
		{Method: post, Path: here + "/retrait", Permission: accounts.PermOwn, Handler: p.unsubscribe},
		{Method: post, Path: here + "/essai", Permission: accounts.PermOwn, Handler: p.try},
	}
}

type pageData struct {
	Devices []notifications.Subscription
	Rules   notifications.Rules
	Key     string
	Tried   bool
	Err     error
}

func (p *Pages) page(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, http.StatusOK, pageData{Tried: r.URL.Query().Get("essai") != ""})
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, d pageData) error {
	devices, rules, err := p.service.Mine(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	d.Devices, d.Key = devices, p.service.PublicKey()
	if d.Err == nil {
		d.Rules = rules
	}
	return httpx.Render(w, r, status, pageView(d))
}

// setRules keeps channels and quiet hours.
func (p *Pages) setRules(w http.ResponseWriter, r *http.Request) error {
	rules := notifications.Rules{Channels: map[notifications.Topic]notifications.Channel{}, QuietFrom: r.PostFormValue("quiet_from"), QuietTo: r.PostFormValue("quiet_to"),
		WorkingDays: r.PostFormValue("working_days") != "", Urgent: r.PostFormValue("urgent") != ""}
	for _, t := range notifications.Topics {
		rules.Channels[t.Topic] = notifications.Channel(r.PostFormValue("channel_" + string(t.Topic)))
	}
	err := p.service.SetRules(r.Context(), accounts.FromContext(r.Context()), rules)
	if fault.Is(err, fault.KindInvalid) {
		return p.show(w, r, httpx.Status(err), pageData{Rules: rules, Err: err})
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/compte/notifications")
}

// subscribe takes what the browser gave.
func (p *Pages) subscribe(w http.ResponseWriter, r *http.Request) error {
	var cmd notifications.SubscribeCommand
	if err := httpx.ReadJSON(r, &cmd); err != nil {
		return err
	}
	cmd.Device, cmd.Session = p.device(r), p.session(r)
	if err := p.service.Subscribe(r.Context(), accounts.FromContext(r.Context()), cmd); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// unsubscribe forgets a device.
func (p *Pages) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	if err := p.service.Unsubscribe(r.Context(), accounts.FromContext(r.Context()), r.PostFormValue("device")); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/compte/notifications")
}

// try sends a notification to oneself.
func (p *Pages) try(w http.ResponseWriter, r *http.Request) error {
	if err := p.service.Try(r.Context(), accounts.FromContext(r.Context())); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/compte/notifications?essai=1")
}
