package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"maillage/internal/platform/jobs"
)

// Outbox keeps letters as .eml files in a folder, for demonstrations and for installations without a mail server.
type Outbox struct{ Folder string }

func (o Outbox) send(_ context.Context, e envelope) error {
	var b bytes.Buffer
	if err := e.writeTo(&b); err != nil {
		return jobs.Permanent(err)
	}
	if err := os.MkdirAll(o.Folder, 0o700); err != nil {
		return fmt.Errorf("make the outbox: %w", err)
	}
	path := filepath.Join(o.Folder, e.ID+".eml") // a second attempt writes the same file
	temp := path + ".tmp"
	if err := os.WriteFile(temp, b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("keep a letter: %w", err)
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("keep a letter: %w", err)
	}
	return nil
}

// SMTP hands letters to a mail server.
type SMTP struct{ client *gomail.Client }

// schemes tells how each kind of address is reached.
var schemes = map[string]struct {
	port    int
	options []gomail.Option
}{
	"smtp":       {587, []gomail.Option{gomail.WithTLSPolicy(gomail.TLSMandatory)}},
	"smtps":      {465, []gomail.Option{gomail.WithSSL()}},
	"smtp+plain": {25, []gomail.Option{gomail.WithTLSPolicy(gomail.NoTLS)}},
}

// NewSMTP reads a server's address: smtp://user:password@host (STARTTLS required, port 587), smtps://… (TLS, port 465), or
// smtp+plain://host (no TLS, port 25: a relay on the same machine only).
func NewSMTP(address string) (SMTP, error) {
	u, err := url.Parse(address)
	if err != nil {
		return SMTP{}, errors.New("the mail server's address cannot be read") // it may hold a password
	}
	scheme, ok := schemes[u.Scheme]
	if !ok || u.Hostname() == "" {
		return SMTP{}, errors.New("the mail server's address must be smtp://, smtps:// or smtp+plain:// and a host")
	}
	port := scheme.port
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return SMTP{}, errors.New("the mail server's port is not a number")
		}
	}
	options := append([]gomail.Option{
		gomail.WithPort(port), gomail.WithTimeout(30 * time.Second),
		gomail.WithTLSConfig(&tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}),
	}, scheme.options...)
	if password, set := u.User.Password(); set {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(u.Hostname(), options...)
	if err != nil {
		return SMTP{}, fmt.Errorf("prepare the mail server: %w", err)
	}
	return SMTP{client}, nil
}

func (s SMTP) send(ctx context.Context, e envelope) error {
	m, err := e.message()
	if err != nil {
		return jobs.Permanent(err)
	}
	return blame(s.client.DialAndSendWithContext(ctx, m))
}

// blame turns a failure into one that names no recipient: errors are shown and logged.
func blame(err error) error {
	var refused *gomail.SendError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &refused):
		return fmt.Errorf("reach the mail server: %w", err)
	case refused.ErrorCode() >= 500:
		return jobs.Permanent(fmt.Errorf("the mail server refused the letter: %d %s", refused.ErrorCode(), refused.EnhancedStatusCode()))
	default:
		return fmt.Errorf("the mail server did not take the letter: %d %s", refused.ErrorCode(), refused.EnhancedStatusCode())
	}
}
