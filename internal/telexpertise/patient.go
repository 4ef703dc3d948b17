package telexpertise

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Patient holds the traits of the national health identity (INS), as they were typed or read. All of it is sealed.
type Patient struct {
	BirthName      string `json:"birth_name"`
	FirstBirthName string `json:"first_birth_name"`
	UsedName       string `json:"used_name"`
	BirthDate      string `json:"birth_date"`  // YYYY-MM-DD
	Sex            string `json:"sex"`         // "M", "F", "I" (indeterminate)
	BirthPlace     string `json:"birth_place"` // INSEE code of the commune or country, "" when not known
	INS            string `json:"ins"`         // matricule with its key: 15 characters, "" when not known
	INSOid         string `json:"ins_oid"`     // who gave the matricule
	Qualified      bool   `json:"qualified"`   // INSi was asked and an identity document seen; else the identity is provisional
	Phone          string `json:"phone"`
	UsualDoctor    string `json:"usual_doctor"`
	Lang           string `json:"lang"` // of the slip: see SlipLanguages
}

// Object identifiers of INS matricules.
const (
	OidNIR  = "1.2.250.1.213.1.4.8"
	OidNIA  = "1.2.250.1.213.1.4.9"
	OidTest = "1.2.250.1.213.1.4.10"
	OidDemo = "1.2.250.1.213.1.4.11"
)

// Name is how doctors write the patient: birth name in capitals, first birth name.
func (p Patient) Name() string {
	return strings.TrimSpace(strings.ToUpper(p.BirthName) + " " + p.FirstBirthName)
}

// Born is the day of birth; false when it is not a day.
func (p Patient) Born() (time.Time, bool) {
	d, err := time.ParseInLocation("2006-01-02", p.BirthDate, i18n.Paris)
	return d, err == nil
}

// Age counts whole years at a moment; −1 when the birth date is not known.
func (p Patient) Age(at time.Time) int {
	born, ok := p.Born()
	if !ok {
		return -1
	}
	at = at.In(i18n.Paris)
	years := at.Year() - born.Year()
	if at.Month() < born.Month() || at.Month() == born.Month() && at.Day() < born.Day() {
		years--
	}
	return years
}

// Consent is how the patient agreed, before anything is sent.
type Consent struct {
	Given  bool      `json:"given"`
	Form   string    `json:"form"`    // "oral", "written"
	ByWhom string    `json:"by_whom"` // "patient", "guardian"
	At     time.Time `json:"at"`
}

// check refuses what cannot be sent. test tells whether test and demonstration matricules are accepted.
func (p Patient) check(f fault.Fields, now time.Time, test bool) {
	text(f, "birth_name", p.BirthName, 100, true)
	text(f, "first_birth_name", p.FirstBirthName, 100, true)
	text(f, "used_name", p.UsedName, 100, false)
	text(f, "phone", p.Phone, 30, false)
	text(f, "usual_doctor", p.UsualDoctor, 100, false)
	born, ok := p.Born()
	switch {
	case !ok:
		f.Add("birth_date", "Indiquez la date de naissance (jour, mois, année).", "Give the birth date (day, month, year).")
	case born.After(now):
		f.Add("birth_date", "Cette date de naissance est dans le futur : corrigez-la.", "This birth date is in the future: correct it.")
	case p.Age(now) > 125:
		f.Add("birth_date", "Cette date de naissance donne plus de 125 ans : corrigez-la.", "This birth date gives over 125 years: correct it.")
	}
	if p.Sex != "M" && p.Sex != "F" && p.Sex != "I" {
		f.Add("sex", "Indiquez le sexe.", "Give the sex.")
	}
	if p.BirthPlace != "" && len(p.BirthPlace) != 5 {
		f.Add("birth_place", "Le code du lieu de naissance compte 5 caractères.", "The code of the birthplace has 5 characters.")
	}
	p.checkINS(f, test)
}

func (p Patient) checkINS(f fault.Fields, test bool) {
	if p.INS == "" {
		if p.Qualified {
			f.Add("ins", "Une identité qualifiée porte un matricule INS.", "A qualified identity carries an INS number.")
		}
		return
	}
	switch p.INSOid {
	case OidNIR, OidNIA:
	case OidTest, OidDemo:
		if !test {
			f.Add("ins", "Ce matricule est un matricule de test : il est refusé ici.", "This is a test number: it is refused here.")
		}
	default:
		f.Add("ins", "L’autorité de ce matricule (OID) n’est pas connue.", "The authority of this number (OID) is not known.")
	}
	if !ValidINSKey(p.INS) {
		f.Add("ins", "La clé du matricule INS ne correspond pas : vérifiez les 15 caractères.", "The key of the INS number does not match: check its 15 characters.")
	}
}

// ValidINSKey tells whether a matricule of 15 characters ends with its key: 97 minus the rest of the first 13 divided by 97, where
// Corsica's 2A and 2B count as 19 and 18.
func ValidINSKey(ins string) bool {
	if len(ins) != 15 {
		return false
	}
	number := strings.NewReplacer("2A", "19", "2B", "18").Replace(strings.ToUpper(ins[:13]))
	n, err := strconv.ParseInt(number, 10, 64)
	return err == nil && len(number) == 13 && fmt.Sprintf("%02d", 97-n%97) == ins[13:]
}

func text(f fault.Fields, name, value string, most int, required bool) {
	if required && strings.TrimSpace(value) == "" {
		f.Add(name, "Ce champ est nécessaire.", "This field is needed.")
	}
	if utf8.RuneCountInString(value) > most {
		f.Add(name, fmt.Sprintf("Au plus %d caractères.", most), fmt.Sprintf("At most %d characters.", most))
	}
}
