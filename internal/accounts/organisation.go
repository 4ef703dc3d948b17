package accounts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Organisation is what a person works for, or acts for: an agency, a town, a hospital, a structure. A grant names it in Structure.
// A structure of internal/structures has the same identifier here.
type Organisation struct {
	ID          string    `db:"id"`
	Name        string    `db:"name"`
	Kind        string    `db:"kind"`
	Departement string    `db:"departement"`
	Version     int       `db:"version"`
	CreatedAt   time.Time `db:"created_at"`
}

// OrganisationKind is a kind of organisation and how people read it.
type OrganisationKind struct {
	Code string
	Name i18n.Text
}

// OrganisationKinds lists the kinds, in the order in which they are offered.
var OrganisationKinds = []OrganisationKind{
	{"agency", i18n.Text{FR: "Agence régionale de santé", EN: "Regional health agency"}},
	{"CPTS", i18n.Text{FR: "CPTS", EN: "CPTS (territorial community)"}},
	{"CDS", i18n.Text{FR: "Centre de santé", EN: "Health centre"}},
	{"MSP", i18n.Text{FR: "Maison de santé pluriprofessionnelle", EN: "Multi-professional health house"}},
	{"ESP", i18n.Text{FR: "Équipe de soins primaires", EN: "Primary care team"}},
	{"practice", i18n.Text{FR: "Cabinet de groupe", EN: "Group practice"}},
	{"hospital", i18n.Text{FR: "Hôpital", EN: "Hospital"}},
	{"EHPAD", i18n.Text{FR: "EHPAD", EN: "Nursing home"}},
	{"university", i18n.Text{FR: "Université", EN: "University"}},
	{"commune", i18n.Text{FR: "Commune", EN: "Municipality"}},
	{"council", i18n.Text{FR: "Conseil départemental", EN: "Département council"}},
	{"prefecture", i18n.Text{FR: "Préfecture", EN: "Préfecture"}},
	{"CPAM", i18n.Text{FR: "CPAM", EN: "Health insurance fund (CPAM)"}},
	{"CDOM", i18n.Text{FR: "Conseil de l’Ordre", EN: "Medical council"}},
	{"URPS", i18n.Text{FR: "URPS", EN: "Regional union (URPS)"}},
	{"other", i18n.Text{FR: "Autre", EN: "Other"}},
}

// KindName is how people read the kind of an organisation.
func (o Organisation) KindName() i18n.Text {
	for _, k := range OrganisationKinds {
		if k.Code == o.Kind {
			return k.Name
		}
	}
	return i18n.Text{FR: o.Kind, EN: o.Kind}
}

func checkOrganisation(o Organisation) error {
	f := fault.Fields{}
	if o.Name == "" || utf8.RuneCountInString(o.Name) > maxName {
		f.Add("name", "Indiquez le nom de l’organisation, en 120 caractères au plus.", "Give the organisation’s name, in 120 characters at most.")
	}
	if o.Departement != "" && RegionOf(o.Departement) == "" {
		f.Add("departement", "Ce département n’existe pas.", "There is no such département.")
	}
	if !slices.ContainsFunc(OrganisationKinds, func(k OrganisationKind) bool { return k.Code == o.Kind }) {
		f.Add("kind", "Choisissez la nature de l’organisation.", "Choose the kind of organisation.")
	}
	return f.Err()
}

// SaveOrganisation creates an organisation or corrects it, in the caller's transaction. The room that knows the organisation has already
// authorised and recorded the change.
func (s *Service) SaveOrganisation(ctx context.Context, tx *db.Tx, o Organisation) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO organisation (id, name, kind, departement, search_text, sort_key, version, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, 1, $7)
		ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, kind = EXCLUDED.kind, departement = EXCLUDED.departement,
			search_text = EXCLUDED.search_text, sort_key = EXCLUDED.sort_key, version = organisation.version + 1`,
		o.ID, o.Name, o.Kind, o.Departement, db.Fold(o.Name, o.Departement), db.SortKey(o.Name), db.Now(s.clock))
	if err != nil {
		return fmt.Errorf("save organisation: %w", err)
	}
	return nil
}

// PutOrganisation creates an organisation (Version 0; an identifier is made when none is given) or corrects the version that was read,
// and gives its identifier.
func (s *Service) PutOrganisation(ctx context.Context, actor Actor, o Organisation) (string, error) {
	if err := actor.Require(PermPeopleManage, Scope{}); err != nil {
		return "", err
	}
	o.Name = strings.TrimSpace(o.Name)
	if err := checkOrganisation(o); err != nil {
		return "", err
	}
	if o.ID == "" {
		o.ID = db.NewID()
	}
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var current int
		err := tx.GetContext(ctx, &current, "SELECT version FROM organisation WHERE id = $1", o.ID)
		if err != nil && !db.NoRows(err) {
			return fmt.Errorf("read organisation: %w", err)
		}
		if current != o.Version {
			return fault.Conflict("Cette organisation a changé entre-temps. Relisez-la, puis recommencez.",
				"This organisation changed meanwhile. Read it again, then retry.")
		}
		if err := s.SaveOrganisation(ctx, tx, o); err != nil {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{At: db.Now(s.clock), Actor: actor.Auditor(), Action: "accounts.organisation",
			Object: audit.Object{Kind: "accounts.organisation", ID: o.ID}, Text: "Organisation enregistrée : " + o.Name + "."})
	})
	return o.ID, err
}

const organisationColumns = "id, name, kind, departement, version, created_at"

// Organisations lists every organisation by name, for whoever may give roles in them.
func (s *Service) Organisations(ctx context.Context, actor Actor) ([]Organisation, error) {
	if err := actor.Require(PermPeopleSee, Scope{}); err != nil {
		return nil, err
	}
	var list []Organisation
	err := s.db.SelectContext(ctx, &list, "SELECT "+organisationColumns+" FROM organisation ORDER BY sort_key, id")
	if err != nil {
		return nil, fmt.Errorf("list organisations: %w", err)
	}
	return list, nil
}

// Organisation reads one organisation, for whoever may give roles in it.
func (s *Service) Organisation(ctx context.Context, actor Actor, id string) (Organisation, error) {
	if err := actor.Require(PermPeopleManage, Scope{}); err != nil {
		return Organisation{}, err
	}
	var o Organisation
	err := s.db.GetContext(ctx, &o, "SELECT "+organisationColumns+" FROM organisation WHERE id = $1", id)
	if db.NoRows(err) {
		return o, fault.NotFound("Cette organisation n’existe pas.", "There is no such organisation.")
	}
	if err != nil {
		return o, fmt.Errorf("read organisation: %w", err)
	}
	return o, nil
}

// OrganisationsOf lists the organisations in which a person holds roles, for that person.
func (s *Service) OrganisationsOf(ctx context.Context, actor Actor, person string) ([]Organisation, error) {
	if err := actor.Require(PermOwn, Scope{Owner: person}); err != nil {
		return nil, err
	}
	var list []Organisation
	err := s.db.SelectContext(ctx, &list, "SELECT "+organisationColumns+` FROM organisation
		WHERE id IN (SELECT structure FROM person_grant WHERE person_id = $1) ORDER BY sort_key, id`, person)
	if err != nil {
		return nil, fmt.Errorf("list one's organisations: %w", err)
	}
	return list, nil
}
