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

// keys are those of the expert's screen, in the order in which they are used.
var keys = []struct {
	key  string
	does i18n.Text
}{
	{"p", i18n.Text{FR: "prendre en charge", EN: "take the case"}},
	{"1 – 6", i18n.Text{FR: "conduite à tenir D1 à D6", EN: "what to do, D1 to D6"}},
	{"h", i18n.Text{FR: "hypothèse", EN: "hypothesis"}},
	{"t", i18n.Text{FR: "texte de la réponse", EN: "text of the answer"}},
	{"b", i18n.Text{FR: "banque de phrases ; ↑ ↓ puis Entrée", EN: "bank of phrases; ↑ ↓ then Enter"}},
	{"c", i18n.Text{FR: "créneau", EN: "slot"}},
	{"o", i18n.Text{FR: "coordonnateur", EN: "coordinator"}},
	{"s", i18n.Text{FR: "signer et passer à la suivante", EN: "sign and go to the next"}},
	{"a", i18n.Text{FR: "demander un complément", EN: "ask for more"}},
	{"n", i18n.Text{FR: "suivante, sans signer", EN: "next one, unsigned"}},
	{"l", i18n.Text{FR: "retour à la liste", EN: "back to the list"}},
	{"v", i18n.Text{FR: "photo suivante", EN: "next photo"}},
	{"f", i18n.Text{FR: "photo en grand, puis côte à côte", EN: "one large photo, then side by side"}},
	{"+ − 0", i18n.Text{FR: "agrandir, réduire, tout voir ; flèches pour déplacer", EN: "zoom in, out, see all; arrows to move"}},
	{"r", i18n.Text{FR: "mesurer, si la carte d’échelle a été lue", EN: "measure, if the scale card was read"}},
	{"g", i18n.Text{FR: "comparer avec la photo précédente ; ← →", EN: "compare with the earlier photo; ← →"}},
	{"Échap", i18n.Text{FR: "quitter un champ", EN: "leave a field"}},
}
