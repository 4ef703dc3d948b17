package telexpertise

import (
	"slices"

	"maillage/internal/platform/i18n"
)

// Urgency is what the requester proposes; the most urgent sorts first.
type Urgency string

// The urgencies.
const (
	P1 Urgency = "P1" // suspected melanoma or fast growth: seen within days
	P2 Urgency = "P2" // suspected carcinoma: seen within two weeks
	P3 Urgency = "P3" // doubt
)

// Urgencies lists them, most urgent first.
var Urgencies = []Urgency{P1, P2, P3}

var urgencyNames = map[Urgency]i18n.Text{
	P1: {FR: "P1 — suspicion de mélanome ou évolution rapide", EN: "P1 — suspected melanoma or fast growth"},
	P2: {FR: "P2 — suspicion de carcinome", EN: "P2 — suspected carcinoma"},
	P3: {FR: "P3 — doute, sans urgence apparente", EN: "P3 — doubt, no apparent urgency"},
}

// Name is how people read the urgency.
func (u Urgency) Name() i18n.Text { return urgencyNames[u] }

// Valid tells whether the urgency exists.
func (u Urgency) Valid() bool { return slices.Contains(Urgencies, u) }

// Disposition is what the expert decides.
type Disposition string

// The dispositions.
const (
	D1 Disposition = "D1"
	D2 Disposition = "D2"
	D3 Disposition = "D3"
	D4 Disposition = "D4"
	D5 Disposition = "D5"
	D6 Disposition = "D6"
)

// Dispositions lists them.
var Dispositions = []Disposition{D1, D2, D3, D4, D5, D6}

var dispositionNames = map[Disposition]i18n.Text{
	D1: {FR: "Consultation urgente (moins de 15 jours)", EN: "Urgent visit (under 15 days)"},
	D2: {FR: "Consultation non urgente", EN: "Visit, not urgent"},
	D3: {FR: "Pas de consultation, conseil", EN: "No visit, advice"},
	D4: {FR: "Non évaluable", EN: "Not assessable"},
	D5: {FR: "Exérèse d’emblée", EN: "Direct excision"},
	D6: {FR: "Photographier de nouveau à 3 mois", EN: "Photograph again at 3 months"},
}

// Name is how people read the disposition.
func (d Disposition) Name() i18n.Text { return dispositionNames[d] }

// Valid tells whether the disposition exists.
func (d Disposition) Valid() bool { return slices.Contains(Dispositions, d) }

// NeedsVisit tells whether a visit is to be booked.
func (d Disposition) NeedsVisit() bool { return d == D1 || d == D2 || d == D5 }

// NeedsPlace tells whether the answer cannot be signed without a slot or a named coordinator.
func (d Disposition) NeedsPlace() bool { return d == D1 || d == D5 }

// Confidence is how sure the expert is.
type Confidence string

// Confidences lists them, the surest first.
var Confidences = []Confidence{"high", "medium", "low"}

var confidenceNames = map[Confidence]i18n.Text{
	"high":   {FR: "forte", EN: "high"},
	"medium": {FR: "moyenne", EN: "medium"},
	"low":    {FR: "faible", EN: "low"},
}

// Name is how people read the confidence.
func (c Confidence) Name() i18n.Text { return confidenceNames[c] }

// AskReason is why more is asked of the requester.
type AskReason string

// AskReasons lists them.
var AskReasons = []AskReason{"blurred", "dark", "no-scale", "view-missing", "clinical-missing", "other"}

var askNames = map[AskReason]i18n.Text{
	"blurred":          {FR: "photo floue", EN: "blurred photo"},
	"dark":             {FR: "photo trop sombre", EN: "photo too dark"},
	"no-scale":         {FR: "pas d’échelle", EN: "no scale"},
	"view-missing":     {FR: "vue manquante", EN: "missing view"},
	"clinical-missing": {FR: "données cliniques manquantes", EN: "missing clinical data"},
	"other":            {FR: "autre", EN: "other"},
}

// Name is how people read the reason.
func (r AskReason) Name() i18n.Text { return askNames[r] }

// View is what a photograph shows.
type View string

// Views lists them, in the order in which they are taken.
var Views = []View{"context", "overview", "close-up", "dermoscopy", "side"}

var viewNames = map[View]i18n.Text{
	"context":    {FR: "situation", EN: "context"},
	"overview":   {FR: "vue à 20 cm, avec la règle", EN: "overview at 20 cm, with the ruler"},
	"close-up":   {FR: "gros plan net", EN: "sharp close-up"},
	"dermoscopy": {FR: "dermoscopie", EN: "dermoscopy"},
	"side":       {FR: "vue de profil", EN: "side view"},
}

// Name is how people read the view.
func (v View) Name() i18n.Text { return viewNames[v] }

// Outcome is what was found in the end: a code that figures may count, with no detail of the patient.
type Outcome string

// Outcomes lists them, the most serious first.
var Outcomes = []Outcome{"melanoma", "scc", "bcc", "premalignant", "benign", "none", "lost"}

var outcomeNames = map[Outcome]i18n.Text{
	"melanoma":     {FR: "mélanome", EN: "melanoma"},
	"scc":          {FR: "carcinome épidermoïde", EN: "squamous cell carcinoma"},
	"bcc":          {FR: "carcinome basocellulaire", EN: "basal cell carcinoma"},
	"premalignant": {FR: "lésion précancéreuse", EN: "premalignant lesion"},
	"benign":       {FR: "lésion bénigne", EN: "benign lesion"},
	"none":         {FR: "pas de lésion à traiter", EN: "nothing to treat"},
	"lost":         {FR: "patient perdu de vue", EN: "patient lost to follow-up"},
}

// Name is how people read the outcome.
func (o Outcome) Name() i18n.Text { return outcomeNames[o] }

// Cancer tells whether the outcome counts among the cancers found.
func (o Outcome) Cancer() bool { return o == "melanoma" || o == "scc" || o == "bcc" }
