package app

import (
	"context"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// An officer reads a dossier where dossiers are handled, an applicant among their own.
func TestWhereADossierStands(t *testing.T) {
	for role, want := range map[accounts.Role]string{accounts.RoleOfficer: "Instruction", accounts.RoleApplicant: "Aides et appels"} {
		actor := accounts.Actor{ID: "x", SecondFactor: true, Grants: []accounts.Grant{{Role: role, Region: "11"}}}
		main, here := navigation(i18n.With(context.Background(), i18n.FR), actor, "/dossiers/42")
		var area string
		for _, l := range main {
			if l.Here {
				area += l.Label
			}
		}
		standing := 0
		for _, l := range here {
			if l.Current("/dossiers/42") {
				standing++
			}
		}
		if area != want || standing != 1 {
			t.Errorf("%s: in %q, at %d entrances", role, area, standing)
		}
	}
}

// An administrator has every page of the administration in one menu, whichever of them is open.
func TestAdministrationIsOneMenu(t *testing.T) {
	actor := accounts.Actor{ID: "x", SecondFactor: true, Grants: []accounts.Grant{{Role: accounts.RoleAdmin}}}
	for _, path := range []string{"/administration/comptes", "/administration/donnees/import", "/administration/finess", "/administration/taches"} {
		main, here := navigation(i18n.With(context.Background(), i18n.FR), actor, path)
		standing := 0
		for _, l := range here {
			if l.Current(path) {
				standing++
			}
		}
		if last := main[len(main)-1]; !last.Here || last.Label != "Administration" || len(here) != 8 || standing != 1 {
			t.Errorf("%s: %+v, %d entrances, at %d of them", path, last, len(here), standing)
		}
	}
}
