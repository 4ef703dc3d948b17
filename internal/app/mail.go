package app

import (
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"

	"maillage/internal/platform/mail"
)

// openMail makes the post office: a mail server when one is named, else files in the data folder.
func (a *App) openMail(sealer mail.Sealer) error {
	var sender mail.Sender = mail.Outbox{Folder: filepath.Join(a.cfg.Data, "mail")}
	if a.cfg.Mail != "" {
		server, err := mail.NewSMTP(a.cfg.Mail)
		if err != nil {
			return err
		}
		sender = server
	}
	from := a.cfg.MailFrom
	if from == "" {
		public, err := url.Parse(a.cfg.BaseURL)
		if err != nil {
			return fmt.Errorf("the public address cannot be read: %w", err)
		}
		host := public.Hostname()
		if _, err := netip.ParseAddr(host); err == nil {
			host = "localhost" // a bare network address is nobody's post office
		}
		from = "Maillage <maillage@" + host + ">"
	}
	var err error
	if a.post, err = mail.NewPost(a.DB, a.cfg.Clock, from, sender, sealer); err != nil {
		return err
	}
	a.post.Register(a.jobs)
	return nil
}
