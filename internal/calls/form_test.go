package calls

import (
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"maillage/internal/platform/i18n"
)

// Every programme has a template that works: its form validates, its expressions compile, it asks what derive reads.
func TestTemplates(t *testing.T) {
	for _, p := range Programmes {
		form, criteria := Template(p.Code)
		for at, refusal := range form.Validate() {
			t.Errorf("%s: %s: %s", p.Code, at, refusal.EN)
		}
		for _, shared := range []string{AnswerTitle, AnswerEmail, AnswerCommune, AnswerRequested, TableCosts, TableFunders} {
			if _, ok := form.Find(shared); !ok {
				t.Errorf("%s does not ask %s", p.Code, shared)
			}
		}
		if len(criteria) == 0 {
			t.Errorf("%s has no criterion", p.Code)
		}
		if len(evidence[p.Code]) == 0 {
			t.Errorf("%s asks no evidence", p.Code)
		}
		if form.Check(Answers{}, nil).Complete() {
			t.Errorf("%s: an empty dossier is complete", p.Code)
		}
	}
}

// The template of every programme is published as it is, and an application to it is filed.
func TestEveryTemplateIsPublishedAndFiled(t *testing.T) {
	each(t, func(w *world) {
		for _, p := range Programmes {
			if d := w.filed(w.call(p.Code, 100_000_00), "20 000"); d.State != Filed || d.Programme != p.Code {
				w.t.Errorf("%s: %s", p.Code, d.State)
			}
		}
	})
}

func TestFundersNeverExceedTheCost(t *testing.T) {
	form, _ := Template(MSPFeasibility)
	a := Answers{"costs.0.label": "Étude", "costs.0.amount": "40 000", "funders.0.label": "Région", "funders.0.amount": "10 000,50", "requested": "29 999,50"}
	if _, wrong := form.Check(a, nil).Missing[TableFunders]; wrong {
		t.Error("a plan that sums to the cost is refused")
	}
	a["requested"] = "29 999,51"
	if _, wrong := form.Check(a, nil).Missing[TableFunders]; !wrong {
		t.Error("a plan one cent over the cost is accepted")
	}
}

func TestSharesOfTimeSumTo100(t *testing.T) {
	form, _ := Template(SharedSpecialist)
	a := Answers{"partners.0.name": "A", "partners.0.time": "60", "partners.0.funding": "50", "partners.1.name": "B", "partners.1.time": "39", "partners.1.funding": "50"}
	if _, wrong := form.Check(a, nil).Missing["partners"]; !wrong {
		t.Error("99 % is accepted")
	}
	a["partners.1.time"] = "40"
	if refusal, wrong := form.Check(a, nil).Missing["partners"]; wrong {
		t.Error(refusal.EN)
	}
}

// What the calls for posts refuse, and where a source sets terms, what they ask to explain.
func TestPostsKeepTheirTerms(t *testing.T) {
	for name, x := range map[string]struct {
		programme Programme
		change    Answers
		at        string // refused there; "" for accepted
	}{
		"funding sums to 99":           {SharedClinicalResearch, Answers{"partners.1.funding": "49"}, "partners"},
		"two sites of one entity":      {SharedSpecialist, Answers{"partners.0.siret": "732 829 320 00074", "partners.1.siret": "73282932000074"}, "partners"},
		"one SIRET known":              {SharedSpecialist, Answers{"partners.0.siret": "732 829 320 00074"}, ""},
		"a holder without RPPS":        {SharedTownHospitalGP, Answers{"doctor_rpps": ""}, ""},
		"a holder with a wrong RPPS":   {SharedTownHospitalGP, Answers{"doctor_rpps": "123"}, "doctor_rpps"},
		"no site":                      {SharedTownHospitalGP, Answers{"sites.0.place": "", "sites.0.commune": "", "sites.0.half_days": ""}, "sites"},
		"ASP on 1 November":            {SharedSpecialist, Answers{"starts_on": "2027-11-01", "departure": ""}, ""},
		"ASP on another day":           {SharedSpecialist, Answers{"starts_on": "2027-03-01", "departure": ""}, "departure"},
		"ASP on another day, and why":  {SharedSpecialist, Answers{"starts_on": "2027-03-01", "departure": "Relève"}, ""},
		"specialist at 40 %":           {SharedTownHospitalSpec, Answers{"departure": ""}, ""},
		"specialist at 50 %":           {SharedTownHospitalSpec, Answers{"partners.1.hospital": "50", "departure": ""}, "departure"},
		"a trainer to be":              {SharedTownUniversity, Answers{"msu": "no", "msu_training": ""}, "msu_training"},
		"strand 1 at 30 %":             {GPRecruitment, Answers{"partners.1.hospital": "30"}, "partners"},
		"strand 2 in town":             {GPRecruitment, Answers{"strand": "2", "partners.1.hospital": ""}, ""},
		"strand 2 at a hospital":       {GPRecruitment, Answers{"strand": "2"}, "partners"},
		"one employer alone":           {SalariedGP, Answers{"partners.1.name": "", "partners.1.time": "", "partners.1.funding": "", "partners.1.hospital": "", "partners.0.time": "100", "partners.0.funding": "100"}, ""},
		"a shared post of one partner": {SharedTownHospitalGP, Answers{"partners.1.name": "", "partners.1.time": "", "partners.1.funding": "", "partners.1.hospital": "", "partners.0.time": "100", "partners.0.funding": "100"}, "partners"},
	} {
		form, _ := Template(x.programme)
		a, attached := answers(form, "20 000"), map[string]bool{}
		for _, q := range form.Fields() {
			attached[q.Name] = q.Kind == KindFile
		}
		maps.Copy(a, x.change)
		missing := form.Check(a, attached).Missing
		if _, refused := missing[x.at]; x.at != "" && !refused || x.at == "" && len(missing) > 0 || len(missing) > 1 {
			t.Errorf("%s: %v", name, missing.Err())
		}
	}
}

func TestAConditionHidesItsField(t *testing.T) {
	form, _ := Template(CDSAid)
	if _, asked := form.Check(Answers{"stage": "create"}, nil).Missing["finess"]; asked {
		t.Error("a centre to create is asked its FINESS number")
	}
	if _, asked := form.Check(Answers{"stage": "extend"}, nil).Missing["finess"]; !asked {
		t.Error("a centre to extend is not asked its FINESS number")
	}
}

func TestBadExpressionsAreRefusedAtTheirField(t *testing.T) {
	label := i18n.Text{FR: "Q", EN: "Q"}
	for _, bad := range []string{`number("a"`, `unknown("a")`, `1 + 1`, strings.Repeat(`number("a") + `, 400) + `1 > 0`, `all(1..1000000000, # > 0)`} {
		f := Form{Sections: []Section{{Name: "s", Fields: []Field{{Name: "a", Kind: KindInt, Label: label, When: bad}}}}}
		if _, refused := f.Validate()["s.a"]; !refused {
			t.Errorf("accepted: %.60s", bad)
		}
	}
}

// Whatever is typed, checking a dossier never fails and never loses an answer.
func TestAnyAnswersAreRead(t *testing.T) {
	form, _ := Template(SharedTownUniversity)
	rapid.Check(t, func(t *rapid.T) {
		a := Answers(rapid.MapOf(rapid.SampledFrom([]string{"title", "commune", "costs.0.amount", "costs.9.label", "costs.x.amount", "partners.1.time", "requested", "starts_on", "costs.-1.amount"}),
			rapid.String()).Draw(t, "answers"))
		before := len(a)
		form.Check(a, nil)
		if len(a) != before {
			t.Fatal("checking changed the answers")
		}
	})
}

func TestOfficialNumbersAreChecked(t *testing.T) {
	form := Form{Sections: []Section{{Name: "s", Fields: []Field{{Name: "siret", Kind: KindSIRET}, {Name: "finess", Kind: KindFINESS}, {Name: "rpps", Kind: KindRPPS}, {Name: "commune", Kind: KindCommune}}}}}
	good := Answers{"siret": "732 829 320 00074", "finess": "750000341", "rpps": "99900000011", "commune": "2A004"}
	if missing := form.Check(good, nil).Missing; len(missing) > 0 {
		t.Error(missing.Err())
	}
	bad := Answers{"siret": "73282932000075", "finess": "750000342", "rpps": "123", "commune": "9128"}
	if missing := form.Check(bad, nil).Missing; len(missing) != len(bad) {
		t.Errorf("%d of %d wrong numbers were refused: %v", len(missing), len(bad), missing.Err())
	}
}
