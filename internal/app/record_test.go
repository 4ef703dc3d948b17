package app

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
)

// An invitation leaves as a letter once its transaction is kept, and the record that tells of it is signed when the program stops.
func TestLettersLeaveAndTheRecordIsSigned(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	cfg := Config{DB: filepath.Join(dir, "maillage.db"), Data: dir, BaseURL: "http://127.0.0.1:1", Region: "11", Clock: clock.System{},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	a, err := New(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.accounts.Invite(ctx, accounts.System("test"), accounts.InviteCommand{
		Name: "Ada Première", Email: "ada@example.org", Lang: i18n.EN, Grants: []accounts.Grant{{Role: accounts.RoleAdmin}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.jobs.RunDue(ctx); err != nil {
		t.Fatal(err)
	}
	sent, err := filepath.Glob(filepath.Join(dir, "mail", "*.eml"))
	if err != nil || len(sent) != 1 {
		t.Fatalf("%v %v", sent, err)
	}
	letter, err := os.ReadFile(sent[0])
	if err != nil || !strings.Contains(string(letter), "ada@example.org") || !strings.Contains(string(letter), "Your Maillage account") {
		t.Fatalf("%s %v", letter, err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := New(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	report, err := again.notary.Verify(ctx, again.DB)
	if err != nil || !report.OK() || report.Size == 0 || report.Signed != report.Size {
		t.Fatalf("%+v %v", report, err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}
