package i18n

import (
	"time"
	_ "time/tzdata" // the zone must exist on any machine
)

// Paris is the time zone of every date that a person reads or that a deadline follows.
var Paris = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err) // embedded above: cannot be missing
	}
	return loc
}()
