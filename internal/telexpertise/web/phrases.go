package web

import "maillage/internal/platform/i18n"

// phrases are sentences that an expert puts into an answer with one tap; they are written in French, the language of the record.
var phrases = []i18n.Text{
	{FR: "Aspect évocateur de kératose séborrhéique, bénigne : pas de traitement nécessaire.", EN: "Looks like a seborrhoeic keratosis, benign: no treatment needed."},
	{FR: "Aspect de nævus sans critère inquiétant sur ces photos ; surveillance habituelle, revoir si changement.", EN: "Looks like a naevus without worrying features on these photos; usual watch, ask again if it changes."},
	{FR: "Lésion suspecte de mélanome : je la vois en consultation avec dermoscopie, exérèse à prévoir.", EN: "Lesion suspicious of melanoma: I see it in consultation with dermoscopy, excision to be expected."},
	{FR: "Aspect de carcinome basocellulaire : consultation pour confirmation et exérèse, sans urgence vitale.", EN: "Looks like a basal cell carcinoma: visit to confirm and excise, no vital urgency."},
	{FR: "Aspect de kératose actinique : traitement local possible, photoprotection.", EN: "Looks like an actinic keratosis: local treatment possible, sun protection."},
	{FR: "Ne pas biopsier ni cautériser avant la consultation.", EN: "Do not biopsy or cauterise before the visit."},
	{FR: "Examiner le reste du tégument et les aires ganglionnaires.", EN: "Examine the whole skin and the lymph nodes."},
	{FR: "Photographier de nouveau dans 3 mois, avec la carte d’échelle, au même cadrage.", EN: "Photograph again in 3 months, with the scale card, framed alike."},
}
