package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/territory"
)

// Config is what an installation chooses.
type Config struct {
	// DB is a SQLite file path or a PostgreSQL URL.
	DB string
	// Data is the folder of blobs, keys and outgoing mail of a single node.
	Data string
	// Bucket is an S3 bucket for files, https://KEY:SECRET@host/bucket, which several nodes need; "" keeps files in Data.
	Bucket string
	// BaseURL is the public address, without a slash at the end; links in mails start with it.
	BaseURL string
	// Region is the INSEE code of the region on the front page ("11" Île-de-France).
	Region string
	// Theme is a folder with the deployer's own theme.css and what it needs, "" for none.
	Theme string
	// Demo loads invented people, structures and supply, and says so on every page.
	Demo bool

	// Mail is the address of a mail server, smtp://user:password@host; "" keeps letters as files in the data folder.
	Mail string
	// MailFrom is whom letters come from, "Maillage <ne-pas-repondre@example.org>"; "" is maillage@ the public address's host.
	MailFrom string
	// Providers are the OpenID Connect providers that people may sign in with.
	Providers []accounts.Provider
	// Proxies are the networks of reverse proxies whose X-Forwarded-For is believed; this machine always is.
	Proxies []netip.Prefix

	// Antivirus is a ClamAV daemon that looks at each document before it is kept, unix:/path or tcp:host:port; "" for none.
	Antivirus string

	// Confluences opens the FHIR exchange with other programs, for those that an administrator gave a secret.
	Confluences bool

	Log   *slog.Logger
	Clock clock.Clock
}

// check refuses what would only show once people come: every page of a region that does not exist is missing, nobody signs in through an
// address that is none.
func (c Config) check() error {
	var errs []error
	if _, ok := territory.Embedded().Region(c.Region); !ok {
		errs = append(errs, fmt.Errorf("no region has the INSEE code %q: Île-de-France is 11", c.Region))
	}
	for _, p := range c.Providers {
		if !isWebAddress(p.Issuer) {
			errs = append(errs, fmt.Errorf("the issuer of %s, %q, is not an address: https://…", p.Name, p.Issuer))
		}
	}
	if !isWebAddress(c.BaseURL) {
		errs = append(errs, fmt.Errorf("the public address %q is not one: https://…", c.BaseURL))
	}
	return errors.Join(errs...)
}

func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
