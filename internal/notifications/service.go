package notifications

import (
	"cmp"
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/jobs"
)

// Notice tells somebody that something waits. Title and text name nobody.
type Notice struct {
	Person     string // identifier; "" is told by mail alone
	To, Name   string // "" to find them by the person
	Topic      Topic
	Urgent     bool
	Title      string
	Pushed     string   // the title on a device; "" for Title
	Paragraphs []string // of the mail
	Path       string   // of the page to open
	LinkText   string   // of the mail's button; "" for that of requests
}

// Mailer writes letters within the caller's transaction.
type Mailer interface {
	Mail(ctx context.Context, tx *db.Tx, n Notice) error
}

// Makers are the push services of the makers of browsers. Nothing is sent elsewhere: an address comes from the browser, and must not
// lead the server to a machine of its own network.
var Makers = []string{"fcm.googleapis.com", ".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com"}

// Config is what an installation chooses.
type Config struct {
	Contact string // "https://maillage.example", told to the makers of browsers
	Makers  []string
	Client  *http.Client // nil for one that follows no redirection
}

// Service keeps subscriptions and sends.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	keys   Keys
	mail   Mailer
	config Config
}

// New makes the service.
func New(d *db.DB, c clock.Clock, keys Keys, mail Mailer, config Config) *Service {
	if config.Client == nil {
		config.Client = &http.Client{Timeout: sendTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	if config.Makers == nil {
		config.Makers = Makers
	}
	return &Service{d, c, keys, mail, config}
}

// PublicKey is what a browser binds its subscription to.
func (s *Service) PublicKey() string { return s.keys.Public }

// Send tells somebody, within the caller's transaction, by the channels that they chose.
func (s *Service) Send(ctx context.Context, tx *db.Tx, n Notice) error {
	if n.Person == "" {
		return s.mail.Mail(ctx, tx, n)
	}
	rules, err := rulesOf(ctx, tx, n.Person)
	if err != nil {
		return err
	}
	channel := rules.Channel(n.Topic)
	devices, err := subscriptions(ctx, tx, n.Person)
	if err != nil {
		return err
	}
	if channel != Push || len(devices) == 0 {
		if err := s.mail.Mail(ctx, tx, n); err != nil {
			return err
		}
	}
	if channel == Mail {
		return nil
	}
	for _, d := range devices {
		p := payload{Subscription: d.ID, Title: cmp.Or(n.Pushed, n.Title), Path: n.Path, Urgent: n.Urgent}
		if channel == Push {
			p.Person = n.Person
		}
		if _, err := jobs.Enqueue(ctx, tx, jobs.New{Kind: Kind, Payload: p, RunAt: rules.NotBefore(s.clock.Now(), n.Urgent), MaxAttempts: 6}); err != nil {
			return err
		}
	}
	return nil
}

// SubscribeCommand is what a browser gives when its person agrees.
type SubscribeCommand struct {
	Endpoint   string `json:"endpoint"`
	Expiration any    `json:"expirationTime"`
	Keys       struct {
		P256dh string `json:"p256dh"`
		Auth   string `json:"auth"`
	} `json:"keys"`
	Device  string `json:"-"`
	Session string `json:"-"` // in which it was linked
}

func (s *Service) check(cmd SubscribeCommand) error {
	at, err := url.Parse(cmd.Endpoint)
	known := err == nil && at.Scheme == "https" && at.User == nil && len(cmd.Endpoint) <= 2000 && slices.ContainsFunc(s.config.Makers, func(m string) bool {
		if strings.HasPrefix(m, ".") {
			return strings.HasSuffix(at.Hostname(), m)
		}
		return at.Host == m
	})
	if !known {
		return fault.Refused("push.maker", "Le service de notification de ce navigateur n’est pas connu ici : aucune notification ne lui sera envoyée. Les messages continuent.",
			"The notification service of this browser is not known here: no notification will be sent to it. Mails go on.")
	}
	point, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(cmd.Keys.P256dh, "="))
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(point)
	}
	auth, mistake := base64.RawURLEncoding.DecodeString(strings.TrimRight(cmd.Keys.Auth, "="))
	if err != nil || mistake != nil || len(auth) != 16 {
		return fault.Invalid("Les clés de cet abonnement ne sont pas lisibles ; rien n’a été enregistré.", "The keys of this subscription cannot be read; nothing was recorded.")
	}
	return nil
}

const maxDevices = 10

// Subscribe keeps a browser of the actor. One that another person used before is theirs no more.
func (s *Service) Subscribe(ctx context.Context, actor accounts.Actor, cmd SubscribeCommand) error {
	if err := actor.Require(accounts.PermOwn, accounts.Scope{Owner: actor.ID}); err != nil {
		return err
	}
	if err := s.check(cmd); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		mine, err := subscriptions(ctx, tx, actor.ID)
		if err != nil {
			return err
		}
		if len(mine) >= maxDevices && !slices.ContainsFunc(mine, func(d Subscription) bool { return d.Endpoint == cmd.Endpoint }) {
			return fault.Refused("push.count", "Vous avez déjà dix appareils : retirez-en un d’abord.", "You already have ten devices: remove one first.")
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO push_subscription (id, person_id, endpoint, p256dh, auth, device, session_id, created_at, failure) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')
			ON CONFLICT (endpoint) DO UPDATE SET person_id = excluded.person_id, p256dh = excluded.p256dh, auth = excluded.auth, device = excluded.device, session_id = excluded.session_id, failed_at = NULL, failure = ''`,
			db.NewID(), actor.ID, cmd.Endpoint, cmd.Keys.P256dh, cmd.Keys.Auth, cmd.Device, cmd.Session, db.Now(s.clock))
		if err != nil {
			return fmt.Errorf("keep a subscription: %w", err)
		}
		return nil
	})
}

// Unsubscribe forgets a browser of the actor, by its identifier or its address.
func (s *Service) Unsubscribe(ctx context.Context, actor accounts.Actor, which string) error {
	if err := actor.Require(accounts.PermOwn, accounts.Scope{Owner: actor.ID}); err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "DELETE FROM push_subscription WHERE person_id = $1 AND (id = $2 OR endpoint = $2)", actor.ID, which); err != nil {
		return fmt.Errorf("forget a subscription: %w", err)
	}
	return nil
}

// Mine gives the actor's devices and rules.
func (s *Service) Mine(ctx context.Context, actor accounts.Actor) ([]Subscription, Rules, error) {
	if err := actor.Require(accounts.PermOwn, accounts.Scope{Owner: actor.ID}); err != nil {
		return nil, Rules{}, err
	}
	rules, err := rulesOf(ctx, s.db, actor.ID)
	if err != nil {
		return nil, rules, err
	}
	devices, err := subscriptions(ctx, s.db, actor.ID)
	return devices, rules, err
}

// SetRules keeps what the actor chose.
func (s *Service) SetRules(ctx context.Context, actor accounts.Actor, r Rules) error {
	if err := actor.Require(accounts.PermOwn, accounts.Scope{Owner: actor.ID}); err != nil {
		return err
	}
	if err := r.check(); err != nil {
		return err
	}
	_, err := s.db.ExecContext(ctx, `INSERT INTO notification_rules (person_id, rules, updated_at) VALUES ($1, $2, $3)
		ON CONFLICT (person_id) DO UPDATE SET rules = excluded.rules, updated_at = excluded.updated_at`, actor.ID, db.JSON[Rules]{V: r}, db.Now(s.clock))
	if err != nil {
		return fmt.Errorf("keep the rules of notifications: %w", err)
	}
	return nil
}

// Try sends a notification to every device of the actor at once, quiet or not.
func (s *Service) Try(ctx context.Context, actor accounts.Actor) error {
	devices, _, err := s.Mine(ctx, actor)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		for _, d := range devices {
			p := payload{Subscription: d.ID, Title: "Notification d’essai : cet appareil est bien relié.", Path: "/compte/notifications"}
			if _, err := jobs.Enqueue(ctx, tx, jobs.New{Kind: Kind, Payload: p, MaxAttempts: 3}); err != nil {
				return err
			}
		}
		return nil
	})
}
