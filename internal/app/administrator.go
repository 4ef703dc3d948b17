package app

import (
	"context"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// linkOnly is a mailer for somebody at the server's own console: it keeps the link and sends nothing.
type linkOnly struct{ link string }

// Send keeps the link of a message.
func (l *linkOnly) Send(_ context.Context, _ *db.Tx, m accounts.Mail) error {
	l.link = m.Link
	return nil
}

// InviteAdministrator prepares an administrator's account from the server's console, where no administrator is there to do it, and
// gives the link that opens it.
func InviteAdministrator(ctx context.Context, cfg Config, name, email string) (string, error) {
	store, err := db.Open(ctx, cfg.DB)
	if err != nil {
		return "", err
	}
	defer func() { _ = store.Close() }()
	if _, err := store.Migrate(ctx); err != nil {
		return "", err
	}
	var mail linkOnly
	service, err := accounts.New(store, cfg.Clock, &mail, accounts.KeySealer{}, accounts.Config{BaseURL: cfg.BaseURL})
	if err != nil {
		return "", err
	}
	_, err = service.Invite(ctx, accounts.System("maillage invite"), accounts.InviteCommand{
		Name: name, Email: email, Lang: i18n.FR, Grants: []accounts.Grant{{Role: accounts.RoleAdmin}}})
	return mail.link, err
}
