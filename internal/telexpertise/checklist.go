package telexpertise

import "maillage/internal/platform/i18n"

// Answer3 is a question answered in one tap: yes, no, or not known ("").
type Answer3 string

// The answers.
const (
	Yes Answer3 = "yes"
	No  Answer3 = "no"
)

// Clinical is what the requester found.
type Clinical struct {
	Site       string  `json:"site"`        // zone of the body map: see Sites
	SiteDetail string  `json:"site_detail"` // free
	DiameterMM float64 `json:"diameter_mm"` // 0 when not measured
	Since      string  `json:"since"`       // "days", "weeks", "months", "years", "unknown"
	Size       Answer3 `json:"size"`        // change in size
	Shape      Answer3 `json:"shape"`       // change in shape, or irregular shape
	Colour     Answer3 `json:"colour"`      // change in colour, or irregular colour
	Inflamed   Answer3 `json:"inflamed"`
	Oozing     Answer3 `json:"oozing"` // oozing or crusting
	Bleeding   Answer3 `json:"bleeding"`
	Sensation  Answer3 `json:"sensation"` // itch or altered sensation
	Raised     Answer3 `json:"raised"`

	Phototype      int     `json:"phototype"` // 1 to 6, 0 when not known
	PersonalCancer Answer3 `json:"personal_cancer"`
	FamilyCancer   Answer3 `json:"family_cancer"`
	Immuno         Answer3 `json:"immuno"`
	Anticoagulant  Answer3 `json:"anticoagulant"`
	Treatments     string  `json:"treatments"`
	Hypothesis     string  `json:"hypothesis"` // the requester's own
}

// Point is one line of the seven-point checklist.
type Point struct {
	Label  i18n.Text
	Weight int
	Typed  Answer3
}

// Counted is what the line adds to the score.
func (p Point) Counted() int {
	if p.Typed == Yes {
		return p.Weight
	}
	return 0
}

// UrgentScore is the score from which the weighted seven-point checklist advises an urgent referral.
const UrgentScore = 3

// Checklist is the weighted seven-point checklist (three major criteria at 2, four minor at 1; NICE NG12), filled with what was
// typed. Nothing of it comes from the photographs.
func (c Clinical) Checklist() []Point {
	large := No
	if c.DiameterMM >= 7 {
		large = Yes
	} else if c.DiameterMM == 0 {
		large = ""
	}
	oozing := c.Oozing
	if c.Bleeding == Yes {
		oozing = Yes
	}
	return []Point{
		{i18n.Text{FR: "Changement de taille", EN: "Change in size"}, 2, c.Size},
		{i18n.Text{FR: "Forme irrégulière ou modifiée", EN: "Irregular or changed shape"}, 2, c.Shape},
		{i18n.Text{FR: "Couleur irrégulière ou modifiée", EN: "Irregular or changed colour"}, 2, c.Colour},
		{i18n.Text{FR: "Diamètre d’au moins 7 mm", EN: "Diameter of 7 mm or more"}, 1, large},
		{i18n.Text{FR: "Inflammation", EN: "Inflammation"}, 1, c.Inflamed},
		{i18n.Text{FR: "Suintement ou saignement", EN: "Oozing or bleeding"}, 1, oozing},
		{i18n.Text{FR: "Sensation modifiée", EN: "Altered sensation"}, 1, c.Sensation},
	}
}

// Score adds the checklist up: 0 to 10.
func (c Clinical) Score() int {
	total := 0
	for _, p := range c.Checklist() {
		total += p.Counted()
	}
	return total
}

// Missing counts the lines of the checklist that were not answered.
func (c Clinical) Missing() int {
	n := 0
	for _, p := range c.Checklist() {
		if p.Typed == "" {
			n++
		}
	}
	return n
}

// Site is a zone of the body map.
type Site struct {
	Code string
	Name i18n.Text
}

// Sites lists the zones of the body map, from head to foot.
var Sites = []Site{
	{"scalp", i18n.Text{FR: "cuir chevelu", EN: "scalp"}},
	{"face", i18n.Text{FR: "visage", EN: "face"}},
	{"ear", i18n.Text{FR: "oreille", EN: "ear"}},
	{"neck", i18n.Text{FR: "cou", EN: "neck"}},
	{"chest", i18n.Text{FR: "thorax", EN: "chest"}},
	{"abdomen", i18n.Text{FR: "abdomen", EN: "abdomen"}},
	{"back", i18n.Text{FR: "dos", EN: "back"}},
	{"buttocks", i18n.Text{FR: "fesses et région génitale", EN: "buttocks and genital area"}},
	{"arm", i18n.Text{FR: "bras", EN: "arm"}},
	{"hand", i18n.Text{FR: "main", EN: "hand"}},
	{"leg", i18n.Text{FR: "jambe", EN: "leg"}},
	{"foot", i18n.Text{FR: "pied", EN: "foot"}},
	{"nail", i18n.Text{FR: "ongle", EN: "nail"}},
	{"mucosa", i18n.Text{FR: "muqueuse", EN: "mucosa"}},
}

// SiteName is how people read a zone; its code when it is unknown.
func SiteName(code string) i18n.Text {
	for _, s := range Sites {
		if s.Code == code {
			return s.Name
		}
	}
	return i18n.Text{FR: code, EN: code}
}

// Durations are the answers to "since when".
var Durations = []Site{
	{"days", i18n.Text{FR: "quelques jours", EN: "a few days"}},
	{"weeks", i18n.Text{FR: "quelques semaines", EN: "a few weeks"}},
	{"months", i18n.Text{FR: "quelques mois", EN: "a few months"}},
	{"years", i18n.Text{FR: "plus d’un an", EN: "over a year"}},
	{"unknown", i18n.Text{FR: "ne sait pas", EN: "not known"}},
}
