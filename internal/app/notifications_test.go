package app

import (
	"context"
	"strings"
	"testing"

	"maillage/internal/notifications"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// News of a dossier goes to who has an account by the channels that they chose, and to anybody else by mail.
func TestNewsOfADossierGoesByTheChannelsChosen(t *testing.T) {
	a, ctx := demonstration(t), context.Background()
	who, err := a.accounts.OnBehalf(ctx, "demo-applicant")
	if err != nil {
		t.Fatal(err)
	}
	device := notifications.SubscribeCommand{Endpoint: "https://updates.push.services.mozilla.com/wpush/v2/dossiers", Device: "Firefox"}
	device.Keys.P256dh, device.Keys.Auth = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM", "tBHItJI5svbpez7KI4CCXg"
	if err := a.notifications.Subscribe(ctx, who, device); err != nil {
		t.Fatal(err)
	}
	rules := notifications.DefaultRules()
	rules.Channels[notifications.TopicFiles] = notifications.Push
	if err := a.notifications.SetRules(ctx, who, rules); err != nil {
		t.Fatal(err)
	}
	letters := programmeLetters{a.post, a.cfg.BaseURL, a.accounts, a.notifications}
	count := func(kind string) (n int) {
		if err := a.DB.GetContext(ctx, &n, "SELECT COUNT(*) FROM job WHERE kind = $1", kind); err != nil {
			t.Fatal(err)
		}
		return n
	}
	pushes, mails := count(notifications.Kind), count("mail.send")
	send := func(to string) {
		subject := i18n.Text{FR: "Dossier ESSAI-42 : décision", EN: "Application ESSAI-42: decision"}
		if err := a.DB.InTx(ctx, func(tx *db.Tx) error { return letters.Send(ctx, tx, to, subject, subject, "/dossiers/essai") }); err != nil {
			t.Fatal(err)
		}
	}
	send(who.Email)
	if count(notifications.Kind) != pushes+1 || count("mail.send") != mails {
		t.Errorf("%d pushes and %d mails more, want one push alone", count(notifications.Kind)-pushes, count("mail.send")-mails)
	}
	send("personne.sans.compte@example.org")
	if count(notifications.Kind) != pushes+1 || count("mail.send") != mails+1 {
		t.Error("an address without an account is not written to")
	}
	var kept []string
	if err := a.DB.SelectContext(ctx, &kept, "SELECT payload FROM job WHERE kind = $1", notifications.Kind); err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(kept, " "); strings.Contains(text, "ESSAI-42") || strings.Contains(text, "décision") {
		t.Errorf("a device is told of the dossier: %s", text)
	}
}
