package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"maillage/internal/accounts"
	accountsweb "maillage/internal/accounts/web"
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
	if err := a.openMail(sealer); err != nil {
		return err
	}
	a.accounts, err = accounts.New(a.DB, a.cfg.Clock, a.post, sealer,
		accounts.Config{BaseURL: a.cfg.BaseURL, Demo: a.cfg.Demo, Providers: a.cfg.Providers, Log: a.cfg.Log})
	if err != nil {
		return err
	}
	a.accountPages = &accountsweb.Pages{Service: a.accounts, Fail: a.fail, Departement: departementName, Proxies: a.cfg.Proxies}
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

// accountsKey reads the key that seals second factors and waiting letters, making it the first time. Nodes of one installation share it.
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

// accountTools leads to the reader's account, or to the way in.
func accountTools(ctx context.Context, actor accounts.Actor) []ui.Link {
	if actor.Anonymous() {
		return []ui.Link{{Href: "/connexion", Label: i18n.T(ctx, "Se connecter", "Sign in"), Icon: "log-in"}}
	}
	return []ui.Link{{Href: "/compte", Label: actor.Name, Icon: "user"}}
}
