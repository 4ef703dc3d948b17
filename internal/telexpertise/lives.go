package telexpertise

import (
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Subject is what the tables look at: a case and the settings of its pool.
type Subject struct {
	Case     *Case
	Settings Settings
}

// States of the request.
const (
	StateDraft     lifecycle.State = "draft"
	StateSubmitted lifecycle.State = "submitted"
	StateOffered   lifecycle.State = "offered"
	StateTaken     lifecycle.State = "taken"
	StateAsked     lifecycle.State = "information_asked"
	StateDeclined  lifecycle.State = "declined"
	StateAnswered  lifecycle.State = "answered"
	StateClosed    lifecycle.State = "closed"
	StateCancelled lifecycle.State = "cancelled"
	StateErased    lifecycle.State = "erased"
)

// Levels of an offer: who sees the case as theirs to take.
const (
	LevelFirst       = 0 // the expert that dispatch chose
	LevelNext        = 1 // the next one
	LevelAll         = 2 // every expert of the pool
	LevelCoordinator = 3 // every expert, and the coordinator calls
)

// RequestLife is the life of the request itself.
var RequestLife = lifecycle.New(lifecycle.Table[Subject, Part]{
	Name: "telexpertise.request", Label: i18n.Text{FR: "Demande d’avis", EN: "Request for an opinion"}, Initial: StateDraft,
	States: []lifecycle.StateRow[Part]{
		{Name: StateDraft, Label: i18n.Text{FR: "brouillon", EN: "draft"}, Owner: PartRequester},
		{Name: StateSubmitted, Label: i18n.Text{FR: "reçue", EN: "received"}, Owner: PartSystem},
		{Name: StateOffered, Label: i18n.Text{FR: "proposée", EN: "offered"}, Owner: PartExpert},
		{Name: StateTaken, Label: i18n.Text{FR: "prise en charge", EN: "taken"}, Owner: PartTaker},
		{Name: StateAsked, Label: i18n.Text{FR: "complément demandé", EN: "information asked"}, Owner: PartRequester},
		{Name: StateDeclined, Label: i18n.Text{FR: "déclinée", EN: "declined"}, Owner: PartSystem},
		{Name: StateAnswered, Label: i18n.Text{FR: "répondue", EN: "answered"}, Owner: PartSystem},
		{Name: StateClosed, Label: i18n.Text{FR: "close", EN: "closed"}, Terminal: true},
		{Name: StateCancelled, Label: i18n.Text{FR: "annulée", EN: "cancelled"}, Terminal: true},
		{Name: StateErased, Label: i18n.Text{FR: "effacée", EN: "erased"}, Terminal: true},
	},
	Moves: []lifecycle.Move[Subject, Part]{
		{Name: "submit", Label: i18n.Text{FR: "Envoyer", EN: "Send"}, From: []lifecycle.State{StateDraft}, To: StateSubmitted, Roles: []Part{PartRequester}},
		{Name: "erase", Label: i18n.Text{FR: "Effacer le brouillon", EN: "Erase the draft"}, From: []lifecycle.State{StateDraft}, To: StateErased,
			Roles: []Part{PartRequester, PartSystem}, Automatic: true, DeadlineOf: func(s Subject) lifecycle.Deadline { return s.Settings.Draft }},
		{Name: "offer", Label: i18n.Text{FR: "Proposer", EN: "Offer"}, From: []lifecycle.State{StateSubmitted}, To: StateOffered, Roles: []Part{PartSystem}},
		{Name: "pass on", Label: i18n.Text{FR: "Passer au suivant", EN: "Pass on"}, From: []lifecycle.State{StateOffered}, To: StateOffered,
			Roles: []Part{PartSystem, PartCoordinator}, Automatic: true, DeadlineOf: offerDeadline},
		{Name: "take", Label: i18n.Text{FR: "Prendre en charge", EN: "Take"}, From: []lifecycle.State{StateOffered}, To: StateTaken, Roles: []Part{PartExpert}},
		{Name: "release", Label: i18n.Text{FR: "Rendre au pool", EN: "Give back to the pool"}, From: []lifecycle.State{StateTaken}, To: StateOffered, Roles: []Part{PartTaker, PartCoordinator}},
		{Name: "warn", Label: i18n.Text{FR: "Prévenir que la demande sera rendue", EN: "Warn that the case will be given back"}, From: []lifecycle.State{StateTaken}, To: StateTaken,
			Roles: []Part{PartSystem}, Automatic: true, DeadlineOf: warnTime},
		{Name: "free", Label: i18n.Text{FR: "Libérer à mi-délai", EN: "Free at half time"}, From: []lifecycle.State{StateTaken}, To: StateOffered,
			Roles: []Part{PartSystem}, Automatic: true, DeadlineOf: halfTime},
		{Name: "redirect", Label: i18n.Text{FR: "Confier à un confrère", EN: "Hand to a colleague"}, From: []lifecycle.State{StateTaken, StateOffered}, To: StateOffered,
			Roles: []Part{PartTaker, PartCoordinator}, Reason: true},
		{Name: "ask", Label: i18n.Text{FR: "Demander un complément", EN: "Ask for more"}, From: []lifecycle.State{StateTaken}, To: StateAsked, Roles: []Part{PartTaker}, Reason: true},
		{Name: "remind to complete", Label: i18n.Text{FR: "Relancer le requérant", EN: "Remind the requester"}, From: []lifecycle.State{StateAsked}, To: StateAsked,
			Roles: []Part{PartSystem}, Automatic: true, DeadlineOf: once(func(c *Case) int { return c.Level }, 1, func(s Subject) lifecycle.Deadline { return s.Settings.Complete })},
		{Name: "complete", Label: i18n.Text{FR: "Envoyer le complément", EN: "Send what was asked"}, From: []lifecycle.State{StateAsked}, To: StateTaken, Roles: []Part{PartRequester}},
		{Name: "decline", Label: i18n.Text{FR: "Décliner", EN: "Decline"}, From: []lifecycle.State{StateTaken, StateOffered}, To: StateDeclined,
			Roles: []Part{PartTaker, PartCoordinator}, Reason: true},
		{Name: "answer", Label: i18n.Text{FR: "Signer la réponse", EN: "Sign the answer"}, From: []lifecycle.State{StateTaken}, To: StateAnswered, Roles: []Part{PartTaker}, Guard: placeGiven},
		{Name: "remind to photograph", Label: i18n.Text{FR: "Rappeler de photographier", EN: "Remind to photograph again"}, From: []lifecycle.State{StateAnswered}, To: StateAnswered,
			Roles: []Part{PartSystem}, Automatic: true, DeadlineOf: againDeadline},
		{Name: "close", Label: i18n.Text{FR: "Clore", EN: "Close"}, From: []lifecycle.State{StateAnswered, StateDeclined}, To: StateClosed,
			Roles: []Part{PartSystem, PartRequester, PartTaker, PartCoordinator}, Guard: allEnded},
		{Name: "forget", Label: i18n.Text{FR: "Effacer au terme de la conservation", EN: "Erase at the end of retention"}, From: []lifecycle.State{StateClosed, StateCancelled}, To: StateErased,
			Roles: []Part{PartSystem}, Automatic: true, DeadlineOf: func(s Subject) lifecycle.Deadline {
				return lifecycle.Deadline{N: 12 * (s.Settings.ActiveYears + s.Settings.ArchiveYears), Unit: lifecycle.Months}
			}},
		{Name: "cancel", Label: i18n.Text{FR: "Annuler la demande", EN: "Cancel the request"}, From: []lifecycle.State{StateSubmitted, StateOffered, StateTaken, StateAsked},
			To: StateCancelled, Roles: []Part{PartRequester, PartCoordinator}, Reason: true},
	},
})

func offerDeadline(s Subject) lifecycle.Deadline {
	if s.Case.Level >= LevelCoordinator {
		return lifecycle.Deadline{}
	}
	return byUrgency(s.Case.Urgency, s.Settings.OfferP1, s.Settings.Offer)
}

// answerDeadline bounds the whole time from the first taking to the answer.
func answerDeadline(s Subject) lifecycle.Deadline {
	return byUrgency(s.Case.Urgency, s.Settings.AnswerP1, s.Settings.Answer)
}

// AnswerHalf is how long an expert may hold a case before it goes back to the pool.
func (s Settings) AnswerHalf(u Urgency) lifecycle.Deadline {
	d := byUrgency(u, s.AnswerP1, s.Answer)
	return lifecycle.Deadline{N: max(1, d.N/2), Unit: d.Unit}
}

// warnTime is when the expert who holds a case is warned that it will be freed: at half of that half.
func warnTime(s Subject) lifecycle.Deadline {
	half := s.Settings.AnswerHalf(s.Case.Urgency)
	if s.Case.FreeWarned {
		return lifecycle.Deadline{}
	}
	return lifecycle.Deadline{N: half.N / 2, Unit: half.Unit}
}

// halfTime is what is left of the half once the warning was given.
func halfTime(s Subject) lifecycle.Deadline {
	half := s.Settings.AnswerHalf(s.Case.Urgency)
	if s.Case.FreeWarned {
		half.N -= half.N / 2
	}
	return half
}

// once gives a deadline until a level is reached: the last one told is told once.
func once(level func(*Case) int, last int, d func(Subject) lifecycle.Deadline) func(Subject) lifecycle.Deadline {
	return func(s Subject) lifecycle.Deadline {
		if level(s.Case) >= last {
			return lifecycle.Deadline{}
		}
		return d(s)
	}
}

// againDeadline runs while a lesion is to be photographed again, until the requester was reminded.
func againDeadline(s Subject) lifecycle.Deadline {
	if s.Case.AgainAt == nil || s.Case.Level > 0 {
		return lifecycle.Deadline{}
	}
	return s.Settings.Again
}

func placeGiven(s Subject) error {
	if s.Case.Disposition.NeedsPlace() && s.Case.SlotID == "" && s.Case.CoordinatorID == "" {
		return fault.Refused("place", "Une réponse D1 ou D5 se signe avec un créneau attaché ou un coordonnateur nommé : choisissez l’un des deux. Ce que vous avez saisi est gardé.",
			"A D1 or D5 answer is signed with a slot attached or a named coordinator: choose one. What you typed is kept.")
	}
	return nil
}

func allEnded(s Subject) error {
	c := s.Case
	switch {
	case c.Reading != ReadingInformed:
		return fault.Refused("patient-informed", "Le patient n’a pas encore été informé.", "The patient has not been informed yet.")
	case !VisitLife.State(c.Visit).Terminal:
		return fault.Refused("visit-ended", "La consultation n’est pas terminée.", "The visit has not ended.")
	case c.AgainAt != nil:
		return fault.Refused("again", "La lésion est à photographier de nouveau.", "The lesion is to be photographed again.")
	case c.Urgency != P3 && c.State == StateAnswered && c.Outcome == "":
		return fault.Refused("outcome", "Une demande P1 ou P2 se clôt avec une issue.", "A P1 or P2 request closes with an outcome.")
	}
	return nil
}

// States of the reading of an answer.
const (
	ReadingNone     lifecycle.State = "none"
	ReadingUnread   lifecycle.State = "unread"
	ReadingRead     lifecycle.State = "read"
	ReadingInformed lifecycle.State = "informed"
)

// ReadingLife says whether who asked knows the answer, and the patient too.
var ReadingLife = lifecycle.New(lifecycle.Table[Subject, Part]{
	Name: "telexpertise.reading", Label: i18n.Text{FR: "Lecture de la réponse", EN: "Reading of the answer"}, Initial: ReadingNone,
	States: []lifecycle.StateRow[Part]{
		{Name: ReadingNone, Label: i18n.Text{FR: "rien à lire", EN: "nothing to read"}, Terminal: true},
		{Name: ReadingUnread, Label: i18n.Text{FR: "non lue", EN: "unread"}, Owner: PartRequester},
		{Name: ReadingRead, Label: i18n.Text{FR: "lue", EN: "read"}, Owner: PartRequester},
		{Name: ReadingInformed, Label: i18n.Text{FR: "patient informé", EN: "patient informed"}, Terminal: true},
	},
	Moves: []lifecycle.Move[Subject, Part]{
		{Name: "announce", Label: i18n.Text{FR: "Annoncer", EN: "Announce"}, From: []lifecycle.State{ReadingNone, ReadingRead, ReadingInformed}, To: ReadingUnread,
			Roles: []Part{PartTaker, PartCoordinator}},
		{Name: "read", Label: i18n.Text{FR: "Lire", EN: "Read"}, From: []lifecycle.State{ReadingUnread}, To: ReadingRead, Roles: []Part{PartRequester}},
		{Name: "remind to read", Label: i18n.Text{FR: "Relancer la lecture", EN: "Remind to read"}, From: []lifecycle.State{ReadingUnread}, To: ReadingUnread, Roles: []Part{PartSystem},
			Automatic: true, DeadlineOf: once(func(c *Case) int { return c.ReadingLevel }, 2, func(s Subject) lifecycle.Deadline { return s.Settings.Read })},
		{Name: "inform", Label: i18n.Text{FR: "Patient informé", EN: "Patient informed"}, From: []lifecycle.State{ReadingRead}, To: ReadingInformed, Roles: []Part{PartRequester, PartCoordinator}},
		{Name: "remind to inform", Label: i18n.Text{FR: "Relancer l’information", EN: "Remind to inform"}, From: []lifecycle.State{ReadingRead}, To: ReadingRead, Roles: []Part{PartSystem},
			Automatic: true, DeadlineOf: once(func(c *Case) int { return c.ReadingLevel }, 1, func(s Subject) lifecycle.Deadline {
				return byUrgency(s.Case.Urgency, s.Settings.InformP1, s.Settings.Inform)
			})},
	},
})

// States of the visit.
const (
	VisitNone      lifecycle.State = "none"
	VisitToBook    lifecycle.State = "to_book"
	VisitProposed  lifecycle.State = "proposed"
	VisitBooked    lifecycle.State = "booked"
	VisitSeen      lifecycle.State = "seen"
	VisitAbsent    lifecycle.State = "absent"
	VisitExcised   lifecycle.State = "excised"
	VisitHistology lifecycle.State = "histology"
	VisitWithdrawn lifecycle.State = "withdrawn"
)

// VisitLife leads from the answer to the histology. An absence goes to the recall list and never ends by itself.
var VisitLife = lifecycle.New(lifecycle.Table[Subject, Part]{
	Name: "telexpertise.visit", Label: i18n.Text{FR: "Consultation", EN: "Visit"}, Initial: VisitNone,
	States: []lifecycle.StateRow[Part]{
		{Name: VisitNone, Label: i18n.Text{FR: "pas de consultation", EN: "no visit"}, Terminal: true},
		{Name: VisitToBook, Label: i18n.Text{FR: "à programmer", EN: "to book"}, Owner: PartCoordinator},
		{Name: VisitProposed, Label: i18n.Text{FR: "créneau proposé", EN: "slot proposed"}, Owner: PartSecretary},
		{Name: VisitBooked, Label: i18n.Text{FR: "rendez-vous pris", EN: "booked"}, Owner: PartSecretary},
		{Name: VisitSeen, Label: i18n.Text{FR: "vu", EN: "seen"}, Terminal: true, Owner: PartTaker},
		{Name: VisitAbsent, Label: i18n.Text{FR: "absent, à rappeler", EN: "absent, to call back"}, Owner: PartSecretary},
		{Name: VisitExcised, Label: i18n.Text{FR: "exérèse faite, histologie attendue", EN: "excised, histology awaited"}, Owner: PartTaker},
		{Name: VisitHistology, Label: i18n.Text{FR: "histologie reçue", EN: "histology received"}, Terminal: true},
		{Name: VisitWithdrawn, Label: i18n.Text{FR: "consultation abandonnée", EN: "visit withdrawn"}, Terminal: true},
	},
	Moves: []lifecycle.Move[Subject, Part]{
		{Name: "plan", Label: i18n.Text{FR: "Confier au coordonnateur", EN: "Hand to the coordinator"}, From: []lifecycle.State{VisitNone}, To: VisitToBook, Roles: []Part{PartTaker}},
		{Name: "propose", Label: i18n.Text{FR: "Proposer un créneau", EN: "Propose a slot"}, From: []lifecycle.State{VisitNone, VisitToBook, VisitProposed, VisitBooked, VisitAbsent}, To: VisitProposed,
			Roles: []Part{PartTaker, PartSecretary, PartCoordinator}},
		{Name: "remind to book", Label: i18n.Text{FR: "Relancer la prise de rendez-vous", EN: "Remind to book"}, From: []lifecycle.State{VisitToBook}, To: VisitToBook, Roles: []Part{PartSystem},
			Automatic: true, DeadlineOf: once(visitLevel, 1, bookDeadline)},
		{Name: "remind to confirm", Label: i18n.Text{FR: "Relancer la confirmation", EN: "Remind to confirm"}, From: []lifecycle.State{VisitProposed}, To: VisitProposed, Roles: []Part{PartSystem},
			Automatic: true, DeadlineOf: once(visitLevel, 1, bookDeadline)},
		{Name: "book", Label: i18n.Text{FR: "Confirmer le rendez-vous", EN: "Confirm the visit"}, From: []lifecycle.State{VisitProposed}, To: VisitBooked, Roles: []Part{PartSecretary, PartTaker, PartCoordinator}},
		{Name: "attend", Label: i18n.Text{FR: "Patient vu", EN: "Patient seen"}, From: []lifecycle.State{VisitBooked}, To: VisitSeen, Roles: []Part{PartSecretary, PartTaker, PartCoordinator}},
		{Name: "miss", Label: i18n.Text{FR: "Patient absent", EN: "Patient absent"}, From: []lifecycle.State{VisitBooked}, To: VisitAbsent, Roles: []Part{PartSecretary, PartTaker, PartCoordinator}},
		{Name: "excise", Label: i18n.Text{FR: "Exérèse faite", EN: "Excised"}, From: []lifecycle.State{VisitBooked, VisitSeen}, To: VisitExcised, Roles: []Part{PartTaker}},
		{Name: "remind of histology", Label: i18n.Text{FR: "Alerter : histologie attendue", EN: "Alert: histology awaited"}, From: []lifecycle.State{VisitExcised}, To: VisitExcised, Roles: []Part{PartSystem},
			Automatic: true, DeadlineOf: once(visitLevel, 1, func(s Subject) lifecycle.Deadline { return s.Settings.Histology })},
		{Name: "histology", Label: i18n.Text{FR: "Histologie reçue", EN: "Histology received"}, From: []lifecycle.State{VisitExcised}, To: VisitHistology, Roles: []Part{PartTaker, PartSecretary, PartCoordinator}},
		{Name: "withdraw", Label: i18n.Text{FR: "Abandonner la consultation", EN: "Withdraw the visit"}, From: []lifecycle.State{VisitToBook, VisitProposed, VisitBooked, VisitAbsent}, To: VisitWithdrawn,
			Roles: []Part{PartRequester, PartTaker, PartSecretary, PartCoordinator}, Reason: true},
	},
})

func visitLevel(c *Case) int { return c.VisitLevel }

func bookDeadline(s Subject) lifecycle.Deadline {
	return byUrgency(s.Case.Urgency, s.Settings.BookP1, s.Settings.Book)
}
