package fhir

import (
	"strings"

	"maillage/internal/fhir/r4"
	"maillage/internal/telexpertise"
)

var (
	sexes     = map[string]string{"male": "M", "female": "F", "other": "I", "unknown": "I"}
	urgencies = map[string]telexpertise.Urgency{"stat": telexpertise.P1, "asap": telexpertise.P1, "urgent": telexpertise.P2}
)

// draft is what a transaction says, as a draft of its requester. What the guide does not carry (consent in its form, lesion,
// photographs) is left for the requester.
func (t *transaction) draft(m telexpertise.Member) telexpertise.DraftCommand {
	cmd := telexpertise.DraftCommand{PoolID: m.PoolID, Urgency: urgencies[t.request.Priority]}
	cmd.Patient = patientIn(t.patient)
	var asked []string
	for _, reason := range t.request.ReasonCode {
		asked = append(asked, wordsOf(reason))
	}
	if len(asked) == 0 && t.request.Code != nil {
		asked = append(asked, wordsOf(*t.request.Code))
	}
	cmd.Question = strings.TrimSpace(strings.Join(asked, "\n"))
	for _, e := range t.request.Extension {
		if strings.HasSuffix(e.URL, "/patient-consent") && e.ValueBoolean != nil {
			cmd.Consent = telexpertise.Consent{Given: *e.ValueBoolean}
		}
	}
	return cmd
}

func wordsOf(c r4.Concept) string {
	if c.Text != "" || len(c.Coding) == 0 {
		return c.Text
	}
	return c.Coding[0].Display
}

func patientIn(in r4.Patient) telexpertise.Patient {
	p := telexpertise.Patient{BirthDate: in.BirthDate, Sex: sexes[in.Gender], Lang: "fr"}
	p.INS, p.INSOid = insOf(in.Identifier)
	for _, n := range in.HumanName {
		if n.Use == "usual" && p.BirthName != "" {
			p.UsedName = n.Family
			continue
		}
		if p.BirthName == "" || n.Use == "official" {
			p.BirthName = n.Family
			p.FirstBirthName = strings.Join(n.Given[:min(1, len(n.Given))], " ")
		}
	}
	for _, c := range in.Telecom {
		if c.System == "phone" && p.Phone == "" {
			p.Phone = c.Value
		}
	}
	for _, e := range in.Extension {
		if e.URL == extBirthPlace && e.ValueAddress != nil {
			for _, code := range e.ValueAddress.Extension {
				if code.URL == extINSEE && code.ValueCoding != nil {
					p.BirthPlace = code.ValueCoding.Code
				}
			}
		}
	}
	return p
}
