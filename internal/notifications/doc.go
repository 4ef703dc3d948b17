// Package notifications tells people that something waits for them: by mail, and on their own devices by web push.
//
// Vocabulary. A Notice is what other rooms send: to whom, about what (a Topic), the page to open. Rules are a person's choice of
// channel for each topic, and of quiet hours. A Subscription is one browser of a person that agreed to be notified; it belongs to the
// push service of the browser's maker, which sees that a message goes to this browser, and nothing of what it says: messages are
// encrypted for the browser (RFC 8291) and signed by the installation's own key (VAPID, RFC 8292).
//
// A notice holds no health data: a sentence without a name, and the address of a page that asks to sign in.
//
// What must hold. Nobody is left without news: whoever chose push alone and has no device left is written to by mail. A quiet hour
// delays a push, never a mail, and never what is urgent if the person says so. A subscription that its maker forgot is removed. Each
// failure stands on the person's page and among the jobs.
package notifications
