package main

import (
	"context"
	"fmt"

	"maillage/internal/app"
)

type inviteCommand struct {
	installation
	BaseURL string `help:"Public address, which the link starts with." required:"" placeholder:"URL"`
	Name    string `arg:"" help:"First and last name."`
	Email   string `arg:"" help:"E-mail address, with which to sign in."`
}

// Run prepares an administrator's account and prints the link that opens it.
func (i inviteCommand) Run(ctx context.Context) error {
	cfg := i.config()
	cfg.BaseURL = i.BaseURL
	link, err := app.InviteAdministrator(ctx, cfg, i.Name, i.Email)
	if err != nil {
		return err
	}
	fmt.Println(link)
	return nil
}
