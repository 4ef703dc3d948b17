package posts

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

var ctx = context.Background()

// world is a whole room on a fresh database, with people.
type world struct {
	*Service
	t     *testing.T
	db    *db.DB
	clock *clock.Fixed
	sent  []string
	// application is what the room of calls tells of the dossier "d1".
	application Application

	officer, elsewhere, applicant, stranger, partner accounts.Actor
}

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

func each(t *testing.T, test func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{t: t, db: d, clock: clock.At(time.Date(2026, 3, 2, 9, 0, 0, 0, i18n.Paris))}
		person := func(id string, g accounts.Grant) accounts.Actor {
			return accounts.Actor{ID: id, Name: id, Grants: []accounts.Grant{g}}
		}
		w.officer = person("officer", accounts.Grant{Role: accounts.RoleOfficer, Region: "11", Departement: "91"})
		w.elsewhere = person("elsewhere", accounts.Grant{Role: accounts.RoleOfficer, Region: "11", Departement: "77"})
		w.applicant = person("applicant", accounts.Grant{Role: accounts.RoleApplicant, Structure: "chsf"})
		w.stranger = person("stranger", accounts.Grant{Role: accounts.RoleApplicant, Structure: "other"})
		w.partner = person("partner", accounts.Grant{Role: accounts.RolePartner, Structure: "msp"})
		w.Service = New(d, w.clock, Needs{Ground: w, Access: w, Letters: w, Applications: w, People: w, Files: w})
		test(w)
	})
}

// Site knows a commune in ZIP, one outside with a priority neighbourhood, and one outside without.
func (w *world) Site(_ context.Context, code string, _ time.Time) (Site, error) {
	known := map[string]Site{
		"91286": {Code: "91286", Name: "Grigny", Departement: "91", Region: "11", Zone: "ZIP", QPV: []string{"QN09101M"}},
		"91228": {Code: "91228", Name: "Évry-Courcouronnes", Departement: "91", Region: "11", Zone: "HZ", QPV: []string{"QN09105M"}},
		"91272": {Code: "91272", Name: "Gif", Departement: "91", Region: "11", Zone: "HZ"},
	}
	site, ok := known[code]
	if !ok {
		return site, fault.NotFound("Commune inconnue.", "Unknown municipality.")
	}
	return site, nil
}

func (w *world) Effect(_ context.Context, _ string, sites []SiteFTE) (Effect, error) {
	e := Effect{}
	for _, s := range sites {
		e.Sites = append(e.Sites, SiteEffect{SiteFTE: s, Before: 2, After: 2 + s.FTE})
	}
	return e, nil
}

// Application knows the dossier d1, for the applicant, the officer and the system.
func (w *world) Application(_ context.Context, actor accounts.Actor, id string) (Application, error) {
	if id != "d1" || !actor.IsSystem() && actor.ID != "applicant" && actor.ID != "officer" {
		return Application{}, fault.NotFound("Dossier inconnu.", "Unknown application.")
	}
	return w.application, nil
}

func (w *world) Officers(_ context.Context, at accounts.Scope) ([]string, error) {
	return []string{"officier." + at.Departement + "@example.org"}, nil
}

func (w *world) Put(_ context.Context, _ string, r io.Reader) (int64, string, error) {
	b, err := io.ReadAll(r)
	return int64(len(b)), "sum", err
}

func (w *world) Get(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader("%PDF-1.7")), nil
}

func (w *world) Send(_ context.Context, _ *db.Tx, to string, _, _ i18n.Text, _ string) error {
	w.sent = append(w.sent, to)
	return nil
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused wants a refusal of a kind; rule, when given, is the one it names, and field one of those it refuses.
func (w *world) refused(err error, kind fault.Kind, rule, field string) {
	w.t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != kind || rule != "" && f.Rule != rule {
		w.t.Fatalf("wanted a refusal %s %s, got %v", kind, rule, err)
	}
	if _, ok := f.Fields[field]; field != "" && !ok {
		w.t.Fatalf("wanted a refusal of the field %s, got %v", field, err)
	}
}

// command is an ASP between two hospitals and the agency; change alters it.
func command(change func(c *SharedCommand)) SharedCommand {
	c := SharedCommand{Kind: ASP, Title: "Assistant de gériatrie", Structure: "chsf", Email: "chsf@example.org", Quota: 80, StartsOn: "2026-11-01", EndsOn: "2028-10-31", AlertMonths: 6, Version: 1,
		Parties: []PlannedParty{{Name: "ARS", SIREN: siren(1), Funding: 60}, {Name: "CHSF", SIREN: siren(2), Structure: "chsf", Commune: "91228", Time: 50, Funding: 20},
			{Name: "MSP de Grigny", SIREN: siren(3), Structure: "msp", Commune: "91286", Time: 50, Funding: 20}}}
	if change != nil {
		change(&c)
	}
	return c
}

const (
	doctor  = "99930000014"
	another = "99930000022"
)

// held is a shared post that has started.
func (w *world) held() *SharedPost {
	w.t.Helper()
	p, err := w.CreateShared(ctx, w.applicant, command(nil))
	w.must(err)
	w.must(w.MoveShared(ctx, w.applicant, p.ID, "apply", ""))
	w.must(w.MoveShared(ctx, w.officer, p.ID, "to-jury", ""))
	w.must(w.MoveShared(ctx, w.officer, p.ID, "select", ""))
	w.must(w.NameHolder(ctx, w.officer, p.ID, HolderCommand{Name: "Docteure A", RPPS: doctor, From: "2026-11-01"}))
	w.must(w.MoveShared(ctx, w.officer, p.ID, "start", ""))
	return p
}

// jury is a recruitment that waits for its doctor.
func (w *world) jury(strand int) *GPPost {
	w.t.Helper()
	c := GPCommand{Strand: strand, Title: "Généraliste", Commune: "91286", Practice: "MSP de Grigny", Quota: 100}
	if strand == 1 {
		c.Hospital, c.HospitalPct = "CHSF", 40
	}
	p, err := w.OpenGP(ctx, w.officer, c)
	w.must(err)
	w.must(w.VerifyZone(ctx, w.officer, p.ID))
	w.must(w.MoveGP(ctx, w.officer, p.ID, "to-jury", ""))
	return p
}
