package app

import (
	"context"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	atlasweb "maillage/internal/atlas/web"
	"maillage/internal/desk"
	deskweb "maillage/internal/desk/web"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
)

// deskShown is how many lines of one list the desk shows; the rest is one click away.
const deskShown = 6

// deskPages makes the front door: each room hands over what waits for the reader.
func (a *App) deskPages(atlasPages *atlasweb.Pages) *deskweb.Pages {
	return &deskweb.Pages{
		Clock: a.cfg.Clock, Public: atlasPages.Front, Door: toolDoor, Ground: deskGround(atlasPages),
		Sources: []desk.Source{
			a.deskHealth, a.deskFiles, a.deskOpinions, a.deskMine, a.deskOpenCalls, a.deskCommittees, a.deskMoney, a.deskPractices, a.deskBoards, a.deskAlerts, a.deskInitiatives, a.deskProtocols, deskTelexpertise,
		},
	}
}

// toolDoor leads those who come for the patients alone straight to the tool.
func toolDoor(actor accounts.Actor) string {
	for _, role := range actor.Roles() {
		switch role {
		case accounts.RoleGP, accounts.RoleDermatologist, accounts.RoleSecretary:
		default:
			return ""
		}
	}
	if !actor.CanSomewhere(telexpertise.PermEnter) {
		return ""
	}
	return "/telexpertise"
}

// deskGround draws the territory of officers: their département, or the region.
func deskGround(pages *atlasweb.Pages) func(context.Context, accounts.Actor) (templ.Component, error) {
	return func(ctx context.Context, actor accounts.Actor) (templ.Component, error) {
		for _, g := range actor.Grants {
			switch g.Role {
			case accounts.RoleOfficer, accounts.RoleApplicant:
				return pages.Ground(ctx, g.Departement)
			}
		}
		return nil, nil
	}
}

// deskTelexpertise leads on those who hold another role too.
func deskTelexpertise(_ context.Context, actor accounts.Actor) (desk.Part, error) {
	for _, role := range []accounts.Role{accounts.RoleGP, accounts.RoleDermatologist, accounts.RoleSecretary} {
		if actor.Has(role) {
			return desk.Part{Links: []desk.Link{{Href: "/telexpertise", Label: i18n.Text{FR: "Télé-expertise", EN: "Tele-expertise"}, Icon: "stethoscope"}}}, nil
		}
	}
	return desk.Part{}, nil
}
