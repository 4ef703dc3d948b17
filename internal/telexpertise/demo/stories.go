package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"maillage/internal/telexpertise"
)

// ending is how far a story of the demonstration has gone.
type ending string

// plot is how many stories end in one way, and how many days ago they began.
var plot = []struct {
	end      ending
	count    int
	from, to float64 // days ago
	urgency  telexpertise.Urgency
	lesion   string
	answer   telexpertise.Disposition
	outcome  telexpertise.Outcome
}{
	{"draft", 4, 0, 3, "P3", "sk", "", ""},
	{"offered", 3, 0, 0.05, "P1", "melanoma", "", ""},
	{"offered", 6, 0, 0.2, "P2", "bcc", "", ""},
	{"offered", 9, 0, 0.4, "P3", "naevus", "", ""},
	{"taken", 3, 0.05, 0.3, "P1", "melanoma", "", ""},
	{"taken", 6, 0.1, 0.7, "P2", "scc", "", ""},
	{"asked", 6, 0.3, 2, "P3", "eczema", "", ""},
	{"answered", 4, 0.3, 1, "P3", "sk", "D3", ""},
	{"answered", 3, 0.3, 0.9, "P1", "melanoma", "D1", ""},
	{"read", 5, 0.6, 2, "P2", "bcc", "D2", ""},
	{"proposed", 6, 0.8, 3, "P2", "bcc", "D2", ""},
	{"booked", 8, 1, 5, "P1", "melanoma", "D1", ""},
	{"booked", 6, 2, 9, "P2", "scc", "D5", ""},
	{"absent", 3, 10, 20, "P2", "bcc", "D2", ""},
	{"excised", 6, 8, 18, "P1", "melanoma", "D1", ""},
	{"again", 8, 20, 80, "P3", "naevus", "D6", ""},
	{"declined", 3, 4, 40, "P3", "eczema", "", ""},
	{"cancelled", 2, 4, 40, "P3", "naevus", "", ""},
	{"histology", 7, 25, 150, "P1", "melanoma", "D1", "melanoma"},
	{"histology", 12, 25, 180, "P2", "bcc", "D2", "bcc"},
	{"histology", 5, 25, 180, "P2", "scc", "D5", "scc"},
	{"histology", 9, 25, 180, "P1", "naevus", "D1", "benign"},
	{"closed", 32, 6, 180, "P3", "sk", "D3", "benign"},
}

// story is one request of the demonstration.
type story struct {
	n       int
	id      string
	end     ending
	begins  time.Time
	record  telexpertise.Record
	urgency telexpertise.Urgency
	lesion  string
	answer  telexpertise.Disposition
	outcome telexpertise.Outcome
	gp      telexpertise.Member
	views   []telexpertise.View
}

// stories tells what happened in the pool before now. The same now gives the same stories.
func stories(now time.Time, gps []telexpertise.Member) []story {
	r := rand.New(rand.NewPCG(71, 10))
	var all []story
	for _, p := range plot {
		for range p.count {
			n := len(all)
			ago := p.from + (p.to-p.from)*r.Float64()
			s := story{n: n, id: fmt.Sprintf("demo-telexpertise-%04d", n), end: p.end, begins: now.Add(-time.Duration(ago * 24 * float64(time.Hour))), urgency: p.urgency,
				lesion: p.lesion, answer: p.answer, outcome: p.outcome, gp: gps[(n*17)%len(gps)], views: []telexpertise.View{"overview", "close-up"}}
			if n%9 == 0 {
				s.gp = gps[0] // the account that visitors try
			}
			if ago > 5 {
				s.views = s.views[1:]
			}
			if p.lesion == "melanoma" && ago < 5 {
				s.views = append(s.views, "dermoscopy")
			}
			s.record = record(s, r)
			all = append(all, s)
		}
	}
	return all
}

var questions = []string{
	"Lésion découverte lors d’un examen du dos. Faut-il la voir vite ?", "Le patient la gratte et elle a saigné deux fois. Votre avis ?",
	"Tache apparue il y a quelques mois, le conjoint s’inquiète.", "Aspect qui me gêne sans critère franc. Surveillance ou consultation ?", "Antécédent de carcinome. Récidive possible ?",
}

var guesses = map[string]string{"melanoma": "mélanome ?", "bcc": "carcinome basocellulaire ?", "scc": "carcinome épidermoïde ?", "naevus": "nævus", "sk": "kératose séborrhéique", "eczema": "eczéma"}

// record invents a patient and what was found. Phone numbers are of the range kept for fiction.
func record(s story, r *rand.Rand) telexpertise.Record {
	born := time.Date(1935+r.IntN(65), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
	first := (s.n*11 + s.n/7) % len(firstNames)
	sex := []string{"F", "M"}[first%2]
	yes := func(is bool) telexpertise.Answer3 {
		if is {
			return telexpertise.Yes
		}
		return telexpertise.No
	}
	serious := s.lesion == "melanoma"
	return telexpertise.Record{
		Patient: telexpertise.Patient{BirthName: lastNames[(s.n*5+3)%len(lastNames)] + "-Demo", FirstBirthName: firstNames[first], BirthDate: born.Format("2006-01-02"),
			Sex: sex, Phone: fmt.Sprintf("06 39 98 %02d %02d", s.n/100, s.n%100), Lang: []string{"fr", "fr", "fr", "ar", "pt", "tr"}[s.n%6]},
		Consent: telexpertise.Consent{Given: true, Form: "oral", ByWhom: "patient", At: s.begins},
		Clinical: telexpertise.Clinical{Site: telexpertise.Sites[(s.n*3)%len(telexpertise.Sites)].Code, DiameterMM: float64(3 + r.IntN(12)), Since: telexpertise.Durations[1+r.IntN(3)].Code,
			Size: yes(serious || r.IntN(3) == 0), Shape: yes(serious), Colour: yes(serious || r.IntN(4) == 0), Inflamed: yes(s.lesion == "eczema"), Oozing: yes(s.lesion == "scc"),
			Bleeding: yes(s.lesion == "bcc" && r.IntN(2) == 0), Sensation: yes(r.IntN(4) == 0), Raised: yes(s.lesion == "sk"), Phototype: 1 + r.IntN(5),
			PersonalCancer: yes(r.IntN(9) == 0), FamilyCancer: yes(r.IntN(7) == 0), Immuno: yes(r.IntN(15) == 0), Anticoagulant: yes(r.IntN(6) == 0), Hypothesis: guesses[s.lesion]},
		Question: questions[s.n%len(questions)],
	}
}
