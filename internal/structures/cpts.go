package structures

import (
	"context"
	"fmt"

	"maillage/internal/platform/i18n"
)

// SizeClass is a class of CPTS by population. It comes from the rule book, which app hands over through Reference.
type SizeClass struct {
	ID    string
	Label i18n.Text
	From  int64
	Below int64 // 0: no upper end
}

// Mission is what a CPTS undertakes, with its deadlines in months from the signing of the convention (0: none).
type Mission struct {
	ID            string
	Label         i18n.Text
	Core          bool
	Start, Deploy int
}

// Reference is what this room reads in the rule book, in force on a day.
type Reference interface {
	CPTSSizes(on Day) []SizeClass
	CPTSMissions(on Day) []Mission
	ACI(on Day) ACITerms
	Fragility(on Day) FragilityScale
}

// ACITerms are the terms of the agreement of health houses: its smallest team, and the months to form the company after signing.
type ACITerms struct{ GPs, Others, SISAMonths int }

// SizeOf finds the class of a population; false without a population.
func SizeOf(classes []SizeClass, population int64) (SizeClass, bool) {
	for _, c := range classes {
		if population > 0 && population >= c.From && (c.Below == 0 || population < c.Below) {
			return c, true
		}
	}
	return SizeClass{}, false
}

// MissionState is where a mission is: planned, started or deployed, with what is due and whether it is late.
type MissionState struct {
	Mission
	MissionDone
	Due  Day // next deadline, or ""
	Late bool
	Why  i18n.Text // where the deadline comes from
}

// Step is "planned", "started" or "deployed".
func (m MissionState) Step() string {
	switch {
	case m.Deployed != "":
		return "deployed"
	case m.Started != "":
		return "started"
	}
	return "planned"
}

// MissionStates tells, for each mission of the rule book, where the CPTS is on a day.
func (f *File) MissionStates(missions []Mission, on Day) []MissionState {
	signed := f.Reached("convention")
	all := make([]MissionState, len(missions))
	for i, m := range missions {
		s := MissionState{Mission: m, MissionDone: MissionDone{StructureID: f.ID, Mission: m.ID}}
		for _, done := range f.Missions {
			if done.Mission == m.ID {
				s.MissionDone = done
			}
		}
		months := map[string]int{"planned": m.Start, "started": m.Deploy}[s.Step()]
		switch {
		case months == 0:
		case signed == "":
			s.Why = tf("%d mois après la signature de la convention", "%d months after the convention is signed", months)
		default:
			s.Due = signed.AddMonths(months)
			s.Late = s.Due < on
			when := inWords(signed)
			s.Why = i18n.Text{FR: fmt.Sprintf("%d mois après la convention du %s", months, when.FR), EN: fmt.Sprintf("%d months after the convention of %s", months, when.EN)}
		}
		all[i] = s
	}
	return all
}

// ACICondition is one condition of the agreement of health houses, met or not, and why.
type ACICondition struct {
	Rule  string
	Label i18n.Text
	Met   bool
	Why   i18n.Text
}

// ACIConditions explains the agreement of health houses: a validated health project, the company, the smallest team.
func (f *File) ACIConditions() []ACICondition {
	validated, sisa := f.Reached("validated"), f.Reached("sisa")
	gps, others := f.GPs(f.today), f.Others(f.today)
	project := ACICondition{"invariant-2", t("Projet de santé validé", "Validated health project"), validated != "",
		t("aucune validation n’est enregistrée", "no validation is recorded")}
	if project.Met {
		project.Why = dated("validé le %s", "validated on %s", validated)
	}
	company := ACICondition{"invariant-2", tf("SISA créée, au plus tard %d mois après la signature", "SISA formed, at most %d months after signing", f.aci.SISAMonths), sisa != "",
		t("aucune SISA n’est enregistrée", "no SISA is recorded")}
	if company.Met {
		company.Why = dated("constatée le %s", "recorded on %s", sisa)
	} else if signed := f.Reached("aci"); signed != "" {
		company.Why = dated("attendue avant le %s", "expected before %s", signed.AddMonths(f.aci.SISAMonths))
	}
	return []ACICondition{project, company,
		{"aci-team", tf("Au moins %d médecins généralistes et %d autre professionnel", "At least %d GPs and %d other professional", f.aci.GPs, f.aci.Others),
			gps >= f.aci.GPs && others >= f.aci.Others,
			tf("%d médecins généralistes et %d autres professionnels", "%d GPs and %d other professionals", gps, others)},
	}
}

func tf(fr, en string, args ...any) i18n.Text {
	return i18n.Text{FR: fmt.Sprintf(fr, args...), EN: fmt.Sprintf(en, args...)}
}

// inWords is a day as people write it.
func inWords(d Day) i18n.Text {
	in := func(lang i18n.Lang) string { return i18n.Date(i18n.With(context.Background(), lang), d.Time()) }
	return i18n.Text{FR: in(i18n.FR), EN: in(i18n.EN)}
}

// dated puts a day in a sentence.
func dated(fr, en string, d Day) i18n.Text {
	when := inWords(d)
	return i18n.Text{FR: fmt.Sprintf(fr, when.FR), EN: fmt.Sprintf(en, when.EN)}
}
