package app

import (
	"cmp"
	"context"
	"net/http"
	"path/filepath"

	"maillage/internal/accounts"
	accountsweb "maillage/internal/accounts/web"
	"maillage/internal/notifications"
	notificationsweb "maillage/internal/notifications/web"
	"maillage/internal/platform/db"
	"maillage/internal/telexpertise"
)

// openNotifications makes the room that tells people, by mail and on their devices.
func (a *App) openNotifications() error {
	keys, err := notifications.OpenKeys(filepath.Join(a.cfg.Data, "keys", "push.keys"))
	if err != nil {
		return err
	}
	a.notifications = notifications.New(a.DB, a.cfg.Clock, keys, mailer{a.post, a.accounts, a.cfg.BaseURL}, notifications.Config{Contact: a.cfg.BaseURL})
	a.notifications.Register(a.jobs)
	a.accountPages.Devices = a.notifications
	return nil
}

func (a *App) notificationPages() *notificationsweb.Pages {
	return notificationsweb.New(a.notifications, func(r *http.Request) string { return accounts.DeviceLabel(r.UserAgent()) }, accountsweb.SessionID)
}

// mailer writes notices as mail, with the complete address of their page.
type mailer struct {
	post   accounts.Mailer
	people *accounts.Service
	base   string
}

// Mail writes one notice; whom it is for is found by the person when no address is given.
func (m mailer) Mail(ctx context.Context, tx *db.Tx, n notifications.Notice) error {
	if n.To == "" {
		who, err := m.people.OnBehalf(ctx, n.Person)
		if err != nil {
			return err
		}
		n.To, n.Name = who.Email, who.Name
	}
	return m.post.Send(ctx, tx, accounts.Mail{To: n.To, Name: n.Name, Subject: n.Title, Paragraphs: n.Paragraphs, Link: m.base + n.Path, LinkText: cmp.Or(n.LinkText, "Ouvrir la demande")})
}

// letterBox hands the letters of tele-expertise over.
type letterBox struct{ notifications *notifications.Service }

// topics says under which topic each part is told.
var topics = map[telexpertise.Part]notifications.Topic{
	telexpertise.PartRequester: notifications.TopicAnswers, telexpertise.PartExpert: notifications.TopicWork, telexpertise.PartTaker: notifications.TopicWork,
	telexpertise.PartSecretary: notifications.TopicVisits, telexpertise.PartCoordinator: notifications.TopicVisits, telexpertise.PartLead: notifications.TopicVisits,
}

// Send tells one member.
func (b letterBox) Send(ctx context.Context, tx *db.Tx, l telexpertise.Letter) error {
	return b.notifications.Send(ctx, tx, notifications.Notice{Person: l.Person, To: l.To, Name: l.Name, Topic: topics[l.Part], Urgent: l.Urgent,
		Title: l.Subject, Paragraphs: l.Paragraphs, Path: l.Path})
}
