// Package demo fills a demonstration with a lively pool: 71 general practitioners and 10 dermatologists of three départements, all
// invented, and requests in every state, with drawn lesions. It goes through the same operations as people do.
package demo

import (
	"fmt"

	"maillage/internal/accounts"
	"maillage/internal/telexpertise"
)

// Accounts of the demonstration that take a part (package accounts makes them).
const (
	theGP        = "demo-gp"
	theExpert    = "demo-dermatologist"
	theSecretary = "demo-secretary"
)

// firstNames are those of women and of men in turn.
var firstNames = []string{"Agnès", "Bruno", "Carole", "Denis", "Élise", "Farid", "Gaëlle", "Hugo", "Inès", "Jérôme", "Khadija", "Loïc", "Maïa", "Nabil", "Odile", "Pascal",
	"Quitterie", "Rachid", "Solène", "Thibault", "Ursule", "Wassim", "Valérie", "Xavier", "Yasmine", "Zacharie"}

var lastNames = []string{"Abadie", "Barreau", "Castelain", "Delorme", "Escoffier", "Fauvel", "Garnot", "Hébrard", "Imbert", "Jouvin", "Kessler", "Larrieu", "Montagne",
	"Nédellec", "Orsini", "Pruvost", "Quéré", "Rocher", "Sabatier", "Tessier", "Urvoy", "Vasseur", "Weiss", "Ximénès", "Yvon", "Zeller"}

// person is the n-th invented name; the two lists turn at different paces, so that names do not repeat soon.
func person(n int) string {
	return firstNames[n%len(firstNames)] + " " + lastNames[(n*7+n/len(firstNames)*3)%len(lastNames)]
}

// towns are real communes, by département: practices stand somewhere.
var towns = map[string][]struct{ code, name string }{
	"77": {{"77288", "Melun"}, {"77284", "Meaux"}, {"77379", "Provins"}, {"77305", "Montereau-Fault-Yonne"}, {"77186", "Fontainebleau"}, {"77118", "Claye-Souilly"}},
	"93": {{"93008", "Bobigny"}, {"93066", "Saint-Denis"}, {"93005", "Aulnay-sous-Bois"}, {"93014", "Clichy-sous-Bois"}, {"93051", "Noisy-le-Grand"}},
	"94": {{"94028", "Créteil"}, {"94081", "Vitry-sur-Seine"}, {"94078", "Villeneuve-Saint-Georges"}, {"94017", "Champigny-sur-Marne"}},
}

// shares are those of the seed's pool: experts by département, and practitioners.
var shares = []struct {
	departement  string
	gps, experts int
}{{"77", 33, 4}, {"93", 21, 3}, {"94", 17, 3}}

// members lists everybody of the pool but their pool: 71 requesters, 10 experts, a secretary who also coordinates, a lead.
func members() []telexpertise.Member {
	var all []telexpertise.Member
	add := func(id, name, email string, part telexpertise.Part, departement string, n, capacity int) {
		town := towns[departement][n%len(towns[departement])]
		all = append(all, telexpertise.Member{PersonID: id, Name: name, Email: email, Part: part, Departement: departement, Capacity: capacity, Active: true,
			Practice: fmt.Sprintf("Maison médicale %d, %s", n/len(towns[departement])+1, town.name), Commune: town.code, RPPS: fmt.Sprintf("999%08d", len(all)+100)})
	}
	n := 0
	for _, s := range shares {
		for i := range s.gps {
			id, name, email := fmt.Sprintf("demo-te-gp-%02d", n), "Dr "+person(n), fmt.Sprintf("te.gp.%02d@example.org", n)
			if n == 0 {
				id, name, email = theGP, "Camille Ferrand", "generaliste@example.org"
			}
			add(id, name, email, telexpertise.PartRequester, s.departement, i, 0)
			n++
		}
	}
	for _, s := range shares {
		for i := range s.experts {
			id, name, email := fmt.Sprintf("demo-te-derm-%02d", n), "Dr "+person(n+5), fmt.Sprintf("te.derm.%02d@example.org", n)
			if s.departement == "77" && i == 0 {
				id, name, email = theExpert, "Nadia Cherif", "dermatologue@example.org"
			}
			add(id, name, email, telexpertise.PartExpert, s.departement, i, 12)
			n++
		}
	}
	add(theSecretary, "Julien Caron", "secretaire@example.org", telexpertise.PartSecretary, "77", 0, 0)
	add(theSecretary, "Julien Caron", "secretaire@example.org", telexpertise.PartCoordinator, "77", 0, 0)
	add(theExpert, "Nadia Cherif", "dermatologue@example.org", telexpertise.PartLead, "77", 0, 0)
	return all
}

// as is a member who acts, with the role of their part.
func as(m telexpertise.Member) accounts.Actor {
	role := map[telexpertise.Part]accounts.Role{telexpertise.PartRequester: accounts.RoleGP, telexpertise.PartExpert: accounts.RoleDermatologist,
		telexpertise.PartSecretary: accounts.RoleSecretary, telexpertise.PartCoordinator: accounts.RoleSecretary, telexpertise.PartLead: accounts.RoleDermatologist}[m.Part]
	return accounts.Actor{ID: m.PersonID, Name: m.Name, SecondFactor: true, Grants: []accounts.Grant{{Role: role, Region: "11"}}}
}
