package accounts

import (
	"strings"
	"testing"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
)

var (
	text       = i18n.Text{FR: "Essai", EN: "Test"}
	pPublic    = Declare("test.public", text, Anyone)
	pSignedIn  = Declare("test.signed-in", text, SignedIn)
	pOwn       = Declare("test.own", text, SignedInOwn)
	pTerritory = Declare("test.territory", text, Allow{RoleOfficer, InTerritory})
	pStructure = Declare("test.structure", text, Allow{RoleApplicant, InStructure}, Allow{RoleOfficer, InTerritory})
	pMine      = Declare("test.mine", text, Allow{RoleGP, Own})
	pAdmin     = Declare("test.admin", text, Allow{RoleAdmin, Everywhere})
	pNobody    = Declare("test.nobody", text)
)

func TestReach(t *testing.T) {
	regional := Actor{ID: "r", Grants: []Grant{{Role: RoleOfficer, Region: "11"}}}
	essonne := Actor{ID: "e", Grants: []Grant{{Role: RoleOfficer, Region: "11", Departement: "91"}}}
	national := Actor{ID: "n", Grants: []Grant{{Role: RoleOfficer}}}
	applicant := Actor{ID: "a", Grants: []Grant{{Role: RoleApplicant, Structure: "s1"}}}
	loose := Actor{ID: "l", Grants: []Grant{{Role: RoleApplicant}}}
	gp := Actor{ID: "g", Grants: []Grant{{Role: RoleGP, Departement: "77"}}}
	admin := Actor{ID: "m", Grants: []Grant{{Role: RoleAdmin}}}
	for _, c := range []struct {
		name  string
		actor Actor
		p     Permission
		at    Scope
		want  bool
	}{
		{"nobody sees what is public", Actor{}, pPublic, Scope{}, true},
		{"nobody is not signed in", Actor{}, pSignedIn, Scope{}, false},
		{"nobody owns nothing", Actor{}, pOwn, Scope{}, false},
		{"somebody is signed in", gp, pSignedIn, Scope{}, true},
		{"one's own", gp, pOwn, Scope{Owner: "g"}, true},
		{"somebody else's", gp, pOwn, Scope{Owner: "e"}, false},
		{"region holds its département", regional, pTerritory, Scope{Departement: "91"}, true},
		{"region holds itself", regional, pTerritory, Scope{Region: "11"}, true},
		{"region does not hold another", regional, pTerritory, Scope{Region: "24", Departement: "28"}, false},
		{"region does not hold another's département", regional, pTerritory, Scope{Departement: "28"}, false},
		{"an unknown place is in no region", regional, pTerritory, Scope{}, false},
		{"an unknown place is in the whole", national, pTerritory, Scope{}, true},
		{"département holds itself", essonne, pTerritory, Scope{Region: "11", Departement: "91"}, true},
		{"département does not hold its neighbour", essonne, pTerritory, Scope{Region: "11", Departement: "77"}, false},
		{"département does not hold its region", essonne, pTerritory, Scope{Region: "11"}, false},
		{"structure holds itself", applicant, pStructure, Scope{Structure: "s1", Departement: "91"}, true},
		{"structure does not hold another", applicant, pStructure, Scope{Structure: "s2", Departement: "91"}, false},
		{"no structure is not every structure", loose, pStructure, Scope{}, false},
		{"one of two lines is enough", essonne, pStructure, Scope{Structure: "s2", Departement: "91"}, true},
		{"role and ownership", gp, pMine, Scope{Owner: "g"}, true},
		{"ownership without the role", essonne, pMine, Scope{Owner: "e"}, false},
		{"administrator", admin, pAdmin, Scope{Departement: "91"}, true},
		{"not administrator", regional, pAdmin, Scope{Departement: "91"}, false},
		{"nobody holds an empty permission", admin, pNobody, Scope{}, false},
		{"the system holds everything declared", System("test"), pNobody, Scope{}, true},
		{"and nothing undeclared", System("test"), "test.unheard-of", Scope{}, false},
		{"nobody holds what is undeclared", admin, "test.unheard-of", Scope{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.actor.Can(c.p, c.at); got != c.want {
				t.Errorf("Can(%s, %+v) = %v, want %v", c.p, c.at, got, c.want)
			}
			if c.want && !c.actor.CanSomewhere(c.p) {
				t.Errorf("CanSomewhere(%s) is false though Can is true", c.p)
			}
		})
	}
}

func TestRequireNamesTheRefusal(t *testing.T) {
	if err := (Actor{}).Require(pAdmin, Scope{}); !fault.Is(err, fault.KindUnauthenticated) {
		t.Errorf("nobody: %v", err)
	}
	if err := (Actor{ID: "x"}).Require(pAdmin, Scope{}); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("somebody: %v", err)
	}
}

func TestUndeclaredRouteIsRefused(t *testing.T) {
	err := CheckRoutes([]httpx.Route{{Method: "GET", Path: "/a", Permission: pPublic}, {Method: "GET", Path: "/b"}, {Method: "POST", Path: "/c", Permission: "typo"}})
	if err == nil || !strings.Contains(err.Error(), "GET /b") || !strings.Contains(err.Error(), "POST /c") || strings.Contains(err.Error(), "/a") {
		t.Fatalf("got %v", err)
	}
}

func TestMalformedDeclarationsPanic(t *testing.T) {
	for name, declare := range map[string]func(){
		"twice":        func() { Declare("test.public", text, Anyone) },
		"one language": func() { Declare("test.french", i18n.Text{FR: "x"}, Anyone) },
		"no reach":     func() { Declare("test.reach", text, Allow{Role: RoleGP}) },
		"no role":      func() { Declare("test.role", text, Allow{Role: "king", Reach: Everywhere}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("accepted")
				}
			}()
			declare()
		})
	}
}

func TestEveryDepartementHasOneRegion(t *testing.T) {
	if len(regionOfDepartement) != 101 {
		t.Errorf("%d départements, want 101", len(regionOfDepartement))
	}
	if RegionOf("2A") != "94" || RegionOf("91") != "11" || RegionOf("99") != "" {
		t.Error("2A, 91 or 99 is misplaced")
	}
}
