package telexpertise

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// Acts of tele-expertise under the national convention: the requester's (RQD) and the expert's (TE2), in cents, with how many may be
// counted in a calendar year: for the requester per patient, for the expert per patient too.
const (
	rqdCents, rqdYearly = 10_00, 4
	te2Cents, te2Yearly = 23_00, 4
)

// Act is one line of a statement.
type Act struct {
	Case    Case
	At      time.Time
	Code    string // "RQD", "TE2"
	Cents   int64
	Counted bool // within the yearly limit of this patient
}

// Statement lists the acts of one doctor in a year. It counts; it does not bill.
type Statement struct {
	Year  int
	Acts  []Act
	Total int64 // cents of those counted
}

// Statement counts the actor's acts of a year, as requester and as expert. Limits are per patient, whom the sealed identity tells:
// the national number when there is one, else names, birth date and sex. Nothing of it leaves this computation.
func (s *Service) Statement(ctx context.Context, actor accounts.Actor, year int) (Statement, error) {
	if err := actor.RequireSomewhere(PermCase); err != nil {
		return Statement{}, err
	}
	from := time.Date(year, 1, 1, 0, 0, 0, 0, i18n.Paris)
	var cases []Case
	err := s.db.SelectContext(ctx, &cases, "SELECT "+caseColumns+` FROM telex_case WHERE answered_at >= $1 AND answered_at < $2 AND (requester_id = $3 OR taker_id = $3)
		AND state <> 'cancelled' ORDER BY answered_at, id`, from.UTC(), from.AddDate(1, 0, 0).UTC(), actor.ID)
	if err != nil {
		return Statement{}, fmt.Errorf("read the acts of a year: %w", err)
	}
	st := Statement{Year: year}
	seen := map[string]int{}
	for _, c := range cases {
		who, err := s.patientKey(ctx, &c)
		if err != nil {
			return Statement{}, err
		}
		a := Act{Case: c, At: *c.AnsweredAt, Code: "TE2", Cents: te2Cents}
		limit := te2Yearly
		if c.RequesterID == actor.ID {
			a.Code, a.Cents, limit = "RQD", rqdCents, rqdYearly
		}
		seen[a.Code+who]++
		if a.Counted = seen[a.Code+who] <= limit; a.Counted {
			st.Total += a.Cents
		}
		st.Acts = append(st.Acts, a)
	}
	slices.Reverse(st.Acts)
	return st, nil
}

// patientKey tells patients apart within one computation.
func (s *Service) patientKey(ctx context.Context, c *Case) (string, error) {
	if c.Sealed == "" {
		return c.ID, nil
	}
	var r Record
	if err := s.open(ctx, s.db, c.ID, "record", c.Sealed, &r); err != nil {
		return "", err
	}
	if r.Patient.INS != "" {
		return r.Patient.INS, nil
	}
	p := r.Patient
	return strings.Join([]string{db.Fold(p.BirthName), db.Fold(p.FirstBirthName), p.BirthDate, p.Sex}, "|"), nil
}
