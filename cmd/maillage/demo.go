package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"maillage/internal/accounts"
	"maillage/internal/app"
	"maillage/internal/platform/clock"
)

type demoCommand struct {
	Addr    string `help:"Address to listen on." default:"127.0.0.1:8080"`
	Data    string `help:"Folder of the demonstration; made when absent." default:"maillage-demo" type:"path"`
	DB      string `help:"Database of the demonstration; a file in its folder when none is named." placeholder:"FILE|URL"`
	Region  string `help:"INSEE code of the region." default:"11"`
	Verbose bool   `help:"Write the log of requests."`
}

// Run prepares the demonstration, prints how to enter and serves.
func (d demoCommand) Run(ctx context.Context) error {
	listener, err := listen(d.Addr)
	if err != nil {
		return err
	}
	level := slog.LevelWarn
	if d.Verbose {
		level = slog.LevelInfo
	}
	if d.DB == "" {
		d.DB = filepath.Join(d.Data, "maillage.db")
	}
	a, err := app.New(ctx, app.Config{
		DB: d.DB, Data: d.Data, Region: d.Region, Demo: true, Clock: clock.System{},
		BaseURL: "http://" + listener.Addr().String(),
		Log:     slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level})),
	})
	if err != nil {
		return err
	}
	defer func() { _ = a.Close() }()
	fmt.Printf("Maillage, demonstration: http://%s\n", listener.Addr())
	fmt.Printf("\nOne account per role, password %s:\n", accounts.DemoPassword)
	for _, a := range accounts.DemoAccounts {
		fmt.Printf("  %-32s %s\n", a.Email, a.For.EN)
	}
	return a.Serve(ctx, listener)
}
