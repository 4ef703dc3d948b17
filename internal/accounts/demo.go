package accounts

import (
	"context"
	"fmt"
	"slices"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// DemoPassword opens every demonstration account. It is no secret: a demonstration holds nothing but invented data.
const DemoPassword = "demonstration-maillage"

// Organisations of the demonstration; other rooms give their demonstration structures the same identifiers.
const (
	DemoAgency     = "demo-ars-idf"
	DemoCPTSGrigny = "demo-cpts-grigny"
	DemoTownGrigny = "demo-commune-grigny"
	DemoURPS       = "demo-urps"
)

var demoOrganisations = []Organisation{
	{ID: DemoAgency, Name: "ARS Île-de-France (démonstration)", Kind: "agency", Departement: "75"},
	{ID: DemoCPTSGrigny, Name: "CPTS de Grigny (démonstration)", Kind: "CPTS", Departement: "91"},
	{ID: DemoURPS, Name: "URPS médecins libéraux d’Île-de-France (démonstration)", Kind: "institution", Departement: "75"},
	{ID: DemoTownGrigny, Name: "Ville de Grigny (démonstration)", Kind: "commune", Departement: "91"},
}

// DemoAccount is an invented person of the demonstration.
type DemoAccount struct {
	ID, Name, Email, RPPS, OrganisationID string
	// For says in a few words whom this account shows.
	For    i18n.Text
	Grants []Grant
}

// DemoAccounts lists one account per role, and two officers of different reach. Names are invented, addresses are of a domain that is
// reserved for examples, RPPS numbers begin with 999: none is given to anybody.
var DemoAccounts = []DemoAccount{
	{ID: "demo-officer-region", Name: "Hélène Armand", Email: "officier.regional@example.org", OrganisationID: DemoAgency,
		For:    i18n.Text{FR: "Agent de l’ARS, siège régional", EN: "Agency officer, regional office"},
		Grants: []Grant{{Role: RoleOfficer, Region: "11"}}},
	{ID: "demo-officer-91", Name: "Karim Benali", Email: "officier.91@example.org", OrganisationID: DemoAgency,
		For:    i18n.Text{FR: "Agent de l’ARS, délégation de l’Essonne", EN: "Agency officer, Essonne delegation"},
		Grants: []Grant{{Role: RoleOfficer, Region: "11", Departement: "91"}}},
	{ID: "demo-officer-payer", Name: "Lucie Marchand", Email: "ordonnatrice@example.org", OrganisationID: DemoAgency,
		For:    i18n.Text{FR: "Agent de l’ARS, ordonnatrice des paiements", EN: "Agency officer, orders payments"},
		Grants: []Grant{{Role: RoleOfficer, Region: "11"}}},
	{ID: "demo-applicant", Name: "Sophie Lemoine", Email: "porteuse@example.org", OrganisationID: DemoCPTSGrigny,
		For:    i18n.Text{FR: "Coordinatrice de la CPTS de Grigny", EN: "Coordinator of the Grigny CPTS"},
		Grants: []Grant{{Role: RoleApplicant, Region: "11", Departement: "91", Structure: DemoCPTSGrigny}}},
	{ID: "demo-reviewer", Name: "Antoine Roussel", Email: "evaluateur@example.org", OrganisationID: DemoURPS,
		For:    i18n.Text{FR: "Évaluateur, union régionale des médecins", EN: "Reviewer, regional union of doctors"},
		Grants: []Grant{{Role: RoleReviewer, Region: "11", Structure: DemoURPS}}},
	{ID: "demo-gp", Name: "Camille Ferrand", Email: "generaliste@example.org", RPPS: "99900000011",
		For: i18n.Text{FR: "Médecin généraliste (77, 93, 94)", EN: "General practitioner (77, 93, 94)"},
		Grants: []Grant{{Role: RoleGP, Region: "11", Departement: "77"}, {Role: RoleGP, Region: "11", Departement: "93"},
			{Role: RoleGP, Region: "11", Departement: "94"}}},
	{ID: "demo-dermatologist", Name: "Nadia Cherif", Email: "dermatologue@example.org", RPPS: "99900000029",
		For: i18n.Text{FR: "Dermatologue requise", EN: "Dermatologist who answers"},
		Grants: []Grant{{Role: RoleDermatologist, Region: "11", Departement: "77"}, {Role: RoleDermatologist, Region: "11", Departement: "93"},
			{Role: RoleDermatologist, Region: "11", Departement: "94"}}},
	{ID: "demo-secretary", Name: "Julien Caron", Email: "secretaire@example.org",
		For: i18n.Text{FR: "Secrétaire de la dermatologue", EN: "The dermatologist’s secretary"},
		Grants: []Grant{{Role: RoleSecretary, Region: "11", Departement: "77"}, {Role: RoleSecretary, Region: "11", Departement: "93"},
			{Role: RoleSecretary, Region: "11", Departement: "94"}}},
	{ID: "demo-partner", Name: "Fatou Diallo", Email: "partenaire@example.org", OrganisationID: DemoTownGrigny,
		For:    i18n.Text{FR: "Ville de Grigny, partenaire", EN: "Town of Grigny, partner"},
		Grants: []Grant{{Role: RolePartner, Region: "11", Departement: "91", Structure: DemoTownGrigny}}},
	{ID: "demo-admin", Name: "Marc Olivier", Email: "administrateur@example.org", OrganisationID: DemoAgency,
		For:    i18n.Text{FR: "Administrateur de l’installation", EN: "Administrator of the installation"},
		Grants: []Grant{{Role: RoleAdmin}}},
}

// SeedDemo puts the demonstration's accounts into a demonstration, and those that other rooms add; whoever is already there is left
// as they are. All have DemoPassword. Outside a demonstration it refuses.
func (s *Service) SeedDemo(ctx context.Context, more ...DemoAccount) error {
	if !s.config.Demo {
		return fault.Refused("accounts.demo-only", "Les comptes de démonstration n’existent que dans une démonstration.",
			"Demonstration accounts exist in a demonstration only.")
	}
	missing, err := s.notSeeded(ctx, append(append([]DemoAccount(nil), DemoAccounts...), more...))
	if err != nil || len(missing) == 0 {
		return err
	}
	hash := s.hasher.hash(DemoPassword)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		for _, o := range demoOrganisations {
			if err := s.SaveOrganisation(ctx, tx, o); err != nil {
				return err
			}
		}
		for _, a := range missing {
			if err := s.seedAccount(ctx, tx, a, hash); err != nil {
				return err
			}
		}
		return nil
	})
}

// notSeeded keeps the accounts that are not there yet.
func (s *Service) notSeeded(ctx context.Context, all []DemoAccount) ([]DemoAccount, error) {
	var ids []string
	if err := s.db.SelectContext(ctx, &ids, "SELECT id FROM person"); err != nil {
		return nil, fmt.Errorf("look for demonstration accounts: %w", err)
	}
	return slices.DeleteFunc(all, func(a DemoAccount) bool { return slices.Contains(ids, a.ID) }), nil
}

func (s *Service) seedAccount(ctx context.Context, tx *db.Tx, a DemoAccount, hash string) error {
	now := db.Now(s.clock)
	err := insertPerson(ctx, tx, Person{ID: a.ID, Name: a.Name, Email: a.Email, RPPS: a.RPPS, OrganisationID: a.OrganisationID,
		Lang: i18n.FR, State: StateActive, CreatedAt: now, UpdatedAt: now, Grants: a.Grants})
	if err != nil {
		return fmt.Errorf("seed %s: %w", a.ID, err)
	}
	return s.putPassword(ctx, tx, a.ID, hash)
}

// SignInAs opens a session for a demonstration account, without a password, in a demonstration only.
func (s *Service) SignInAs(ctx context.Context, id string, door Door) (Opened, error) {
	known := false
	for _, a := range DemoAccounts {
		known = known || a.ID == id
	}
	if !s.config.Demo || !known {
		return Opened{}, fault.NotFound("Ce compte de démonstration n’existe pas.", "There is no such demonstration account.")
	}
	p, err := personByID(ctx, s.db, id)
	if err != nil {
		return Opened{}, err
	}
	if p.State != StateActive {
		return Opened{}, wrongPassword()
	}
	var opened Opened
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		var err error
		opened, err = s.open(ctx, tx, p, door, StageOpen, false, "accès direct de démonstration")
		return err
	})
	return opened, err
}
