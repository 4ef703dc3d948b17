package notifications

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	webpush "github.com/SherClockHolmes/webpush-go"

	"maillage/internal/platform/db"
	"maillage/internal/platform/jobs"
)

// Kind is the kind of the jobs that send a push.
const Kind = "notifications.push"

const (
	sendTime = 20 * time.Second
	keepFor  = 24 * time.Hour // how long the maker keeps what a sleeping device has not fetched
)

// payload is one push that waits. It names nobody but a subscription.
type payload struct {
	Subscription string `json:"subscription"`
	Title        string `json:"title"`
	Path         string `json:"path"`
	Urgent       bool   `json:"urgent"`
	// Person is who is written to when no device can be reached; "" for nobody.
	Person string `json:"person,omitempty"`
}

// message is what the browser decrypts.
type message struct {
	Title string `json:"title"`
	Path  string `json:"path"`
}

// Register has a node send the pushes that wait.
func (s *Service) Register(r *jobs.Registry) { r.Handle(Kind, jobs.Typed(s.deliver)) }

func (s *Service) deliver(ctx context.Context, j *jobs.Job, p payload) error {
	var to Subscription
	err := s.db.GetContext(ctx, &to, "SELECT "+subscriptionColumns+" FROM push_subscription WHERE id = $1", p.Subscription)
	if db.NoRows(err) {
		return s.db.InTx(ctx, func(tx *db.Tx) error { return s.ended(ctx, tx, j, p) })
	}
	if err != nil {
		return fmt.Errorf("read a subscription: %w", err)
	}
	status, err := s.push(ctx, to, p)
	now := db.Now(s.clock)
	switch {
	case err == nil && status < 300:
		return s.db.InTx(ctx, func(tx *db.Tx) error {
			if _, err := tx.ExecContext(ctx, "UPDATE push_subscription SET sent_at = $1, failed_at = NULL, failure = '' WHERE id = $2", now, to.ID); err != nil {
				return fmt.Errorf("note a push: %w", err)
			}
			return j.DoneAndWiped(ctx, tx)
		})
	case err == nil && (status == http.StatusNotFound || status == http.StatusGone):
		return s.db.InTx(ctx, func(tx *db.Tx) error { // its maker forgot it
			if _, err := tx.ExecContext(ctx, "DELETE FROM push_subscription WHERE id = $1", to.ID); err != nil {
				return fmt.Errorf("forget a subscription: %w", err)
			}
			return s.ended(ctx, tx, j, p)
		})
	case err == nil:
		err = fmt.Errorf("the push service answered %d", status)
	}
	useless := status >= 400 && status < 500 && status != http.StatusTooManyRequests
	if mistake := s.failed(ctx, to, p, err, useless || j.Attempts >= j.MaxAttempts); mistake != nil {
		return mistake
	}
	if useless {
		return jobs.Permanent(err)
	}
	return err
}

// failed notes a failure on the device; after the last one, whoever relies on push alone is written to.
func (s *Service) failed(ctx context.Context, to Subscription, p payload, why error, last bool) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE push_subscription SET failed_at = $1, failure = $2 WHERE id = $3", db.Now(s.clock), why.Error(), to.ID); err != nil {
			return fmt.Errorf("note a failed push: %w", err)
		}
		if last && p.Person != "" {
			return s.write(ctx, tx, p)
		}
		return nil
	})
}

// ended ends the job of a subscription that is gone; whoever relies on push alone and has no device left is written to.
func (s *Service) ended(ctx context.Context, tx *db.Tx, j *jobs.Job, p payload) error {
	if p.Person != "" {
		left, err := subscriptions(ctx, tx, p.Person)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			if err := s.write(ctx, tx, p); err != nil {
				return err
			}
		}
	}
	return j.DoneAndWiped(ctx, tx)
}

// write tells by mail what a device could not be told.
func (s *Service) write(ctx context.Context, tx *db.Tx, p payload) error {
	return s.mail.Mail(ctx, tx, Notice{Person: p.Person, Title: p.Title, Paragraphs: []string{p.Title + "."}, Path: p.Path})
}

// push encrypts a message for one browser and hands it to its maker.
func (s *Service) push(ctx context.Context, to Subscription, p payload) (status int, err error) {
	text, err := json.Marshal(message{p.Title, p.Path})
	if err != nil {
		return 0, fmt.Errorf("write a push: %w", err)
	}
	urgency := webpush.UrgencyNormal
	if p.Urgent {
		urgency = webpush.UrgencyHigh
	}
	answer, err := webpush.SendNotificationWithContext(ctx, text, &webpush.Subscription{Endpoint: to.Endpoint, Keys: webpush.Keys{Auth: to.Auth, P256dh: to.P256dh}}, &webpush.Options{
		HTTPClient: s.config.Client, Subscriber: s.config.Contact, TTL: int(keepFor.Seconds()), Urgency: urgency, RecordSize: 2048,
		VAPIDPublicKey: s.keys.Public, VAPIDPrivateKey: s.keys.Private, VapidExpiration: time.Now().Add(12 * time.Hour)})
	if err != nil {
		return 0, fmt.Errorf("the push service does not answer: %w", hideAddress(err))
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode, nil
}
