package telexpertise

import (
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Settings are what a pool chooses. All deadlines count from the entry into the state that they bound.
type Settings struct {
	Draft         lifecycle.Deadline `json:"draft"`          // then erased
	OfferP1       lifecycle.Deadline `json:"offer_p1"`       // then the next expert, all, the coordinator
	Offer         lifecycle.Deadline `json:"offer"`          // the same, P2 and P3
	AnswerP1      lifecycle.Deadline `json:"answer_p1"`      // from taking to answering; at half of it the case is released
	Answer        lifecycle.Deadline `json:"answer"`         // the same, P2 and P3
	Complete      lifecycle.Deadline `json:"complete"`       // the requester completes, then the coordinator
	Read          lifecycle.Deadline `json:"read"`           // each step: requester, practice, coordinator
	InformP1      lifecycle.Deadline `json:"inform_p1"`      // patient informed
	Inform        lifecycle.Deadline `json:"inform"`         // the same, P2 and P3
	BookP1        lifecycle.Deadline `json:"book_p1"`        // slot agreed with the patient
	Book          lifecycle.Deadline `json:"book"`           // the same, P2 and P3
	SeenP1        lifecycle.Deadline `json:"seen_p1"`        // targets of the visit
	SeenP2        lifecycle.Deadline `json:"seen_p2"`        //
	SeenP3        lifecycle.Deadline `json:"seen_p3"`        //
	Histology     lifecycle.Deadline `json:"histology"`      // from the excision
	Again         lifecycle.Deadline `json:"again"`          // D6: the second photographs
	WideP1        int                `json:"wide_p1"`        // experts asked at once, P1; Everyone asks all at once
	Wide          int                `json:"wide"`           // the same, P2 and P3
	Order         Order              `json:"order"`          // who is asked first
	Rest          int                `json:"rest"`           // working hours before a rest from which a case is everybody's; 0 never
	Evening       int                `json:"evening"`        // hour at which who is on duty is told what still waits; 0 never
	SecondReading int                `json:"second_reading"` // cases in a hundred read twice, at random
	ActiveYears   int                `json:"active_years"`   // then archived
	ArchiveYears  int                `json:"archive_years"`  // then erased, with a proof
}

// DefaultSettings are those of the national practice that the service follows.
func DefaultSettings() Settings {
	hours := func(n int) lifecycle.Deadline { return lifecycle.Deadline{N: n, Unit: lifecycle.Hours} }
	working := func(n int) lifecycle.Deadline { return lifecycle.Deadline{N: n, Unit: lifecycle.WorkingHours} }
	days := func(n int) lifecycle.Deadline { return lifecycle.Deadline{N: n, Unit: lifecycle.Days} }
	return Settings{
		Draft: days(7), OfferP1: working(2), Offer: working(8), AnswerP1: hours(24), Answer: hours(48), Complete: hours(72),
		Read: hours(24), InformP1: hours(48), Inform: days(7), BookP1: hours(48), Book: days(7),
		SeenP1: days(7), SeenP2: days(15), SeenP3: days(60), Histology: days(21), Again: lifecycle.Deadline{N: 3, Unit: lifecycle.Months},
		WideP1: 1, Wide: 1, Order: OrderNear, SecondReading: 5, ActiveYears: 5, ArchiveYears: 15,
	}
}

// Recommended are tighter where the simulation shows that it matters: P1 to everyone at once, P2 and P3 to three experts and three
// more after two working hours, the least loaded first; a case taken and left goes back within half a working day; nothing sleeps through
// a weekend with a few; who is on duty looks once more before the evening.
func Recommended() Settings {
	working := func(n int) lifecycle.Deadline { return lifecycle.Deadline{N: n, Unit: lifecycle.WorkingHours} }
	s := DefaultSettings()
	s.Offer, s.AnswerP1, s.Answer, s.Complete = working(2), working(4), working(8), lifecycle.Deadline{N: 24, Unit: lifecycle.Hours}
	s.WideP1, s.Wide, s.Order, s.Rest, s.Evening = Everyone, 3, OrderLoad, 4, 18
	return s
}

// WeekendHour is when who is on duty on a day of rest is told what waits.
const WeekendHour = 12

// Order is whom a pool asks first among those on duty, with room and present.
type Order string

// The orders.
const (
	OrderNear Order = "near" // the nearest département, then the lowest load
	OrderLoad Order = "load" // the lowest load, then the nearest département
)

// named gives each deadline under the name of its form field.
func (s *Settings) named() map[string]*lifecycle.Deadline {
	return map[string]*lifecycle.Deadline{
		"draft": &s.Draft, "offer_p1": &s.OfferP1, "offer": &s.Offer, "answer_p1": &s.AnswerP1, "answer": &s.Answer, "complete": &s.Complete,
		"read": &s.Read, "inform_p1": &s.InformP1, "inform": &s.Inform, "book_p1": &s.BookP1, "book": &s.Book,
		"seen_p1": &s.SeenP1, "seen_p2": &s.SeenP2, "seen_p3": &s.SeenP3, "histology": &s.Histology, "again": &s.Again,
	}
}

// Deadline gives a deadline by the name of its form field; the zero Deadline when there is none of that name.
func (s Settings) Deadline(name string) lifecycle.Deadline {
	if d := s.named()[name]; d != nil {
		return *d
	}
	return lifecycle.Deadline{}
}

// SetDeadline changes a deadline by the name of its form field, and tells whether there is one of that name.
func (s *Settings) SetDeadline(name string, d lifecycle.Deadline) bool {
	at := s.named()[name]
	if at == nil {
		return false
	}
	*at = d
	return true
}

// Check refuses settings that no pool can run with, field by field.
func (s Settings) Check() error {
	f := fault.Fields{}
	for name, d := range s.named() {
		if d.None() || !d.Valid() || d.N > 10000 {
			f.Add(name, "Indiquez un délai d’au moins 1 et son unité.", "Give a deadline of at least 1, and its unit.")
		}
	}
	if s.WideP1 < 0 || s.WideP1 > Everyone || s.Wide < 0 || s.Wide > Everyone {
		f.Add("wide", "Indiquez de 1 à 98 dermatologues, ou 99 pour tous.", "Give 1 to 98 dermatologists, or 99 for all.")
	}
	if s.Order != OrderNear && s.Order != OrderLoad && s.Order != "" {
		f.Add("order", "Choisissez qui est sollicité d’abord.", "Choose who is asked first.")
	}
	if s.Rest < 0 || s.Rest > 11 {
		f.Add("rest", "Indiquez de 0 à 11 heures ouvrées.", "Give 0 to 11 working hours.")
	}
	if s.Evening != 0 && (s.Evening < 8 || s.Evening > 18) {
		f.Add("evening", "Indiquez une heure de 8 à 18, ou 0 pour aucun rappel.", "Give an hour from 8 to 18, or 0 for no reminder.")
	}
	if s.SecondReading < 0 || s.SecondReading > 100 {
		f.Add("second_reading", "Indiquez une part entre 0 et 100 %.", "Give a share between 0 and 100%.")
	}
	if s.ActiveYears < 1 || s.ArchiveYears < 0 || s.ActiveYears+s.ArchiveYears > 100 {
		f.Add("active_years", "Indiquez une durée de conservation plausible.", "Give a plausible retention time.")
	}
	return f.Err()
}

// byUrgency picks the deadline of P1 or that of the others.
func byUrgency(u Urgency, p1, other lifecycle.Deadline) lifecycle.Deadline {
	if u == P1 {
		return p1
	}
	return other
}

// seen is the target of the visit.
func (s Settings) seen(u Urgency) lifecycle.Deadline {
	return map[Urgency]lifecycle.Deadline{P1: s.SeenP1, P2: s.SeenP2, P3: s.SeenP3}[u]
}

// DeadlineNames lists the deadlines of a pool with their words, in the order of a request's life.
var DeadlineNames = []struct {
	Name  string
	Label i18n.Text
}{
	{"draft", i18n.Text{FR: "Brouillon, puis effacé", EN: "Draft, then erased"}},
	{"offer_p1", i18n.Text{FR: "Prise en charge P1, puis suivant", EN: "Taking, P1, then the next expert"}},
	{"offer", i18n.Text{FR: "Prise en charge P2 et P3, puis suivant", EN: "Taking, P2 and P3, then the next expert"}},
	{"answer_p1", i18n.Text{FR: "Réponse P1 (libérée à la moitié)", EN: "Answer, P1 (freed at half)"}},
	{"answer", i18n.Text{FR: "Réponse P2 et P3 (libérée à la moitié)", EN: "Answer, P2 and P3 (freed at half)"}},
	{"complete", i18n.Text{FR: "Complément du requérant", EN: "The requester’s information"}},
	{"read", i18n.Text{FR: "Lecture de la réponse, à chaque relance", EN: "Reading of the answer, each reminder"}},
	{"inform_p1", i18n.Text{FR: "Patient informé, P1", EN: "Patient told, P1"}},
	{"inform", i18n.Text{FR: "Patient informé, P2 et P3", EN: "Patient told, P2 and P3"}},
	{"book_p1", i18n.Text{FR: "Rendez-vous pris, P1", EN: "Booked, P1"}},
	{"book", i18n.Text{FR: "Rendez-vous pris, P2 et P3", EN: "Booked, P2 and P3"}},
	{"seen_p1", i18n.Text{FR: "Vu, P1", EN: "Seen, P1"}},
	{"seen_p2", i18n.Text{FR: "Vu, P2", EN: "Seen, P2"}},
	{"seen_p3", i18n.Text{FR: "Vu, P3", EN: "Seen, P3"}},
	{"histology", i18n.Text{FR: "Histologie attendue, puis alerte", EN: "Histology awaited, then an alert"}},
	{"again", i18n.Text{FR: "Nouvelle photographie (D6)", EN: "Photograph again (D6)"}},
}
