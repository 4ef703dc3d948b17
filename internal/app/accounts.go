package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"maillage/internal/accounts"
	accountsweb "maillage/internal/accounts/web"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
	"maillage/internal/ui"
)

// openAccounts makes the room of accounts and, in a demonstration, its people.
func (a *App) openAccounts(ctx context.Context) error {
	sealer, err := accountsKey(filepath.Join(a.cfg.Data, "keys", "accounts.key"))
	if err != nil {
		return err
	}
	a.accounts, err = accounts.New(a.DB, a.cfg.Clock, mailFolder(filepath.Join(a.cfg.Data, "mail")), sealer,
		accounts.Config{BaseURL: a.cfg.BaseURL, Demo: a.cfg.Demo})
	if err != nil {
		return err
	}
	a.accountPages = &accountsweb.Pages{Service: a.accounts, Fail: a.fail, Departement: departementName}
	a.accounts.Register(a.jobs)
	if a.cfg.Demo {
		return a.accounts.SeedDemo(ctx)
	}
	return nil
}

func departementName(code string) string {
	area, _ := territory.Embedded().Departement(code)
	return area.Name
}

// accountsKey reads the key that seals second factors, making it the first time.
func accountsKey(path string) (accounts.KeySealer, error) {
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key = accounts.NewKey()
		err = errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, key, 0o600))
	}
	if err != nil {
		return accounts.KeySealer{}, fmt.Errorf("accounts key: %w", err)
	}
	return accounts.NewKeySealer(key)
}

// mailFolder keeps outgoing messages as text files.
type mailFolder string

// Send writes one message.
func (f mailFolder) Send(_ context.Context, _ *db.Tx, m accounts.Mail) error {
	text := "To: " + m.To + "\nSubject: " + m.Subject + "\n\n" + strings.Join(m.Paragraphs, "\n\n") + "\n\n" + m.LinkText + "\n" + m.Link + "\n"
	err := errors.Join(os.MkdirAll(string(f), 0o700), os.WriteFile(filepath.Join(string(f), db.NewID()+".txt"), []byte(text), 0o600))
	if err != nil {
		return fmt.Errorf("keep outgoing mail: %w", err)
	}
	return nil
}

// accountTools leads to the reader's account, or to the way in.
func accountTools(ctx context.Context, actor accounts.Actor) []ui.Link {
	if actor.Anonymous() {
		return []ui.Link{{Href: "/connexion", Label: i18n.T(ctx, "Se connecter", "Sign in"), Icon: "log-in"}}
	}
	return []ui.Link{{Href: "/compte", Label: actor.Name, Icon: "user"}}
}
