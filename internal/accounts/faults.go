package accounts

import (
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Unauthenticated says that signing in is needed first.
func Unauthenticated() error {
	return fault.New(fault.KindUnauthenticated, i18n.Text{
		FR: "Connectez-vous pour continuer.",
		EN: "Sign in to continue.",
	})
}
