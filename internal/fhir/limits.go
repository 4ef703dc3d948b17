package fhir

import (
	"sync"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
)

var (
	tooMany = i18n.Text{FR: "Trop de demandes en peu de temps : recommencez dans une minute.", EN: "Too many requests in a short time: try again in a minute."}

	unknownClient = i18n.Text{FR: "Ce secret n’est celui d’aucun logiciel, ou il a été retiré : demandez-en un à l’administrateur.",
		EN: "This secret is no program’s, or it was withdrawn: ask the administrator for one."}
)

// perMinute is how many requests a program may make in a minute.
const perMinute = 120

// limits counts requests by minute. Each node counts its own.
type limits struct {
	mu    sync.Mutex
	clock clock.Clock
	since time.Time
	made  map[string]int
}

func newLimits(c clock.Clock) *limits { return &limits{clock: c, made: map[string]int{}} }

// take counts one request; false when there were too many in this minute.
func (l *limits) take(who string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := l.clock.Now(); now.Sub(l.since) >= time.Minute {
		l.since, l.made = now, map[string]int{}
	}
	l.made[who]++
	return l.made[who] <= perMinute
}

// NoSecret is said to a program that sends none.
var NoSecret = i18n.Text{FR: "Un secret est nécessaire : Authorization: Bearer …", EN: "A secret is needed: Authorization: Bearer …"}
