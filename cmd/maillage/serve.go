package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"syscall"

	"maillage/internal/accounts"
	"maillage/internal/app"
	"maillage/internal/platform/clock"
)

// installation is what several commands ask for.
type installation struct {
	DB   string `help:"SQLite file or PostgreSQL URL." default:"data/maillage.db" placeholder:"FILE|URL"`
	Data string `help:"Folder of documents, keys and outgoing mail." default:"data" type:"path"`
}

func (i installation) config() app.Config {
	return app.Config{DB: i.DB, Data: i.Data, Region: "11", Clock: clock.System{}, Log: slog.New(slog.NewJSONHandler(os.Stderr, nil))}
}

type serveCommand struct {
	installation
	Addr    string `help:"Address to listen on." default:"127.0.0.1:8080"`
	BaseURL string `help:"Public address, for links in mails." placeholder:"URL"`
	Region  string `help:"INSEE code of the region." default:"11"`

	Theme    string         `help:"Folder of the deployer's own theme.css, served after the product's style sheet." type:"existingdir" placeholder:"DIR"`
	Mail     string         `help:"Mail server, smtp://user:password@host; without one, letters are kept as files." placeholder:"URL"`
	Bucket   string         `help:"S3 bucket for files, https://KEY:SECRET@host/bucket; without one, files stay in the data folder." placeholder:"URL"`
	MailFrom string         `help:"Whom letters come from." placeholder:"ADDRESS"`
	Proxies  []netip.Prefix `help:"Networks of reverse proxies whose X-Forwarded-For is believed; this machine always is." placeholder:"CIDR"`

	Clamd string `help:"ClamAV daemon that looks at each document before it is kept, unix:/path or tcp:host:port." placeholder:"ADDRESS"`

	Confluences bool `help:"Open the FHIR exchange of tele-expertise requests with programs that an administrator gave a secret."`

	PSC        client `embed:"" prefix:"psc-" group:"Pro Santé Connect"`
	ProConnect client `embed:"" prefix:"proconnect-" group:"ProConnect"`
}

// client is how an OpenID Connect provider knows this installation.
type client struct {
	Issuer string `help:"Address of the provider, as in its tokens; without one it is not offered." placeholder:"URL"`
	ID     string `help:"Identifier that it gave."`
	Secret string `help:"Secret that it gave."`
}

// providers are those that were given an address.
func (s serveCommand) providers() []accounts.Provider {
	var list []accounts.Provider
	if s.PSC.Issuer != "" {
		list = append(list, accounts.ProSanteConnect(s.PSC.Issuer, s.PSC.ID, s.PSC.Secret))
	}
	if s.ProConnect.Issuer != "" {
		list = append(list, accounts.ProConnect(s.ProConnect.Issuer, s.ProConnect.ID, s.ProConnect.Secret))
	}
	return list
}

// Run serves until the process is told to stop.
func (s serveCommand) Run(ctx context.Context) error {
	listener, err := listen(s.Addr)
	if err != nil {
		return err
	}
	cfg := s.config()
	cfg.BaseURL, cfg.Region = s.BaseURL, s.Region
	cfg.Bucket, cfg.Mail, cfg.MailFrom, cfg.Proxies, cfg.Providers = s.Bucket, s.Mail, s.MailFrom, s.Proxies, s.providers()
	cfg.Confluences, cfg.Theme, cfg.Antivirus = s.Confluences, s.Theme, s.Clamd
	if cfg.BaseURL == "" {
		cfg.BaseURL = "http://" + listener.Addr().String()
	}
	a, err := app.New(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = a.Close() }()
	cfg.Log.Info("serving", "address", listener.Addr().String())
	return a.Serve(ctx, listener)
}

// listen opens the port, and says plainly when another program has it.
func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("another program already listens on %s: stop it, or choose another address with --addr", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return l, nil
}
