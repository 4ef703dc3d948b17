package app

import (
	"strings"
	"sync"

	"maillage/internal/atlas"
	"maillage/internal/platform/i18n"
)

// openAPIEnglish says the words of openapi.yaml in English; a test finds those that are missing.
var openAPIEnglish = map[string]string{
	"Accès aux soins, structures, télé-expertise": "Access to care, structures, tele-expertise",
	"Adresse courte de la fiche":                  "Short address of the page",
	"Au plus 200":                                 "200 at most",
	"Ce dont les pages se servent : ouvert, sans promesse de stabilité.": "What the pages use: open, without a promise of stability.",
	"Ce que changent des postes ou des structures":                       "What posts or structures change",
	"Ce que le dermatologue demande, et une photo par vue pour guide":    "What the dermatologist asks for, and one photograph of each view as a guide",
	"Ce qui est demandé": "What is asked for",
	"Ce qu’il faut pour photographier de nouveau la même lésion": "What is needed to photograph the same lesion again",
	"Cette description":                    "This description",
	"Code INSEE":                           "INSEE code",
	"Code INSEE de la région":              "INSEE code of the region",
	"Code du département":                  "Code of the département",
	"Commune":                              "Municipality",
	"Communes":                             "Municipalities",
	"Communes qui bougent, avant et après": "Municipalities that move, before and after",
	"Communes, avec leur contour":          "Municipalities, with their outline",
	"Contexte":                             "Context",
	"Créer ou remplacer un brouillon ; le renvoyer est sans effet":                                   "Create or replace a draft; sending it again has no effect",
	"Demandes de télé-expertise depuis le téléphone du requérant.":                                   "Requests of tele-expertise from the requester’s phone.",
	"Données ouvertes. Licence Ouverte 2.0 ; positions GeoNames CC BY 4.0. Dictionnaire : /donnees.": "Open data. Licence Ouverte 2.0; positions GeoNames CC BY 4.0. Dictionary: /donnees.",
	"Départements":         "Départements",
	"Effacer un brouillon": "Erase a draft",
	"Effacé":               "Erased",
	"Envoyer la demande ; la renvoyer rend le même reçu":                                 "Send the request; sending it again gives the same receipt",
	"Envoyer une photo, entière ou par parties (Content-Range) ; 409 dit d’où reprendre": "Send a photograph, whole or in parts (Content-Range); 409 says from where to go on",
	"Fichier":                           "File",
	"GeoJSON (RFC 7946)":                "GeoJSON (RFC 7946)",
	"Identifiant de la consultation":    "Identifier of the consultation",
	"Identifiant fait par le téléphone": "Identifier made by the phone",
	"Il manque une partie, ou un refus": "A part is missing, or a refusal",
	"Indicateurs":                       "Indicators",
	"Les communes de la région, avec les colonnes du dictionnaire": "The municipalities of the region, with the columns of the dictionary",
	"Les données ouvertes se lisent sans compte, depuis n’importe quel site (CORS), à des adresses stables ; chaque réponse porte un ETag : renvoyez-le dans If-None-Match pour ne recevoir que ce qui a changé.\nLes adresses de télé-expertise servent au téléphone du médecin : elles demandent sa session. La façade FHIR se décrit elle-même : /fhir/metadata.\n": "Open data are read without an account, from any site (CORS), at stable addresses; each answer bears an ETag: send it back in If-None-Match to receive only what has changed.\nThe addresses of tele-expertise serve the doctor’s phone: they ask for its session. The FHIR front describes itself: /fhir/metadata.\n",
	"Les indicateurs de la région ou d’un département":             "The indicators of the region or of a département",
	"Les preuves d’une initiative":                                 "The evidence of an initiative",
	"Les valeurs derrière les tracés de la carte, dans leur ordre": "The values behind the shapes of the map, in their order",
	"Listes de même longueur":                                      "Lists of equal length",
	"Millimètres par pixel":                                        "Millimetres per pixel",
	"Nom ou code":                                                  "Name or code",
	"Octets reçus":                                                 "Bytes received",
	"OpenAPI 3.1":                                                  "OpenAPI 3.1",
	"Où en est une demande":                                        "Where a request stands",
	"Où placer les prochains postes":                               "Where to place the next posts",
	"Pools, codes avec leurs mots, limites":                        "Pools, codes with their words, limits",
	"Refus expliqué":                                               "Refusal, explained",
	"Retirer une photo d’un brouillon":                             "Take a photograph out of a draft",
	"Répondre au dermatologue qui demande un complément":           "Reply to the dermatologist who asks for more",
	"Ses demandes, la plus récente d’abord":                        "One’s own requests, newest first",
	"Session du site, avec second facteur":                         "Session of the site, with a second factor",
	"Type : cpts, cds, msp…":                                       "Kind: cpts, cds, msp…",
	"Structures":                                                   "Structures",
	"Le bilan annuel d’une consultation avancée":                   "The yearly review of an advanced consultation",
	"Le calendrier d’une consultation avancée":                     "The calendar of an advanced consultation",
	"Structures, en points":                                        "Structures, as points",
	"Suite":                                                        "Follow-up",
	"Une commune, avec ce qu’apporte chacune de celles à portée":   "A municipality, with what each one within reach brings",
	"Zonage": "Zoning",
	"drees2015, drees2012, ou la vôtre : step:10=1,15=0.5": "drees2015, drees2012, or your own: step:10=1,15=0.5",
	"Âge limite des médecins comptés":                      "Age limit of the doctors counted",
	"État":                                                 "State",
}

var openAPIInEnglish = sync.OnceValues(func() (map[string]any, error) {
	doc, err := openAPI()
	if err != nil {
		return nil, err
	}
	english, _ := inEnglish(doc).(map[string]any)
	schemas := english["components"].(map[string]any)["schemas"].(map[string]any)
	properties := schemas["Commune"].(map[string]any)["properties"].(map[string]any)
	for _, c := range atlas.Columns {
		column := properties[c.Key].(map[string]any)
		column["title"], column["description"] = c.Name.EN, strings.TrimSpace(c.Doc.EN+" "+c.Unit.EN)
	}
	return english, nil
})

// openAPIIn is the description in the reader's language.
func openAPIIn(lang i18n.Lang) (map[string]any, error) {
	if lang == i18n.EN {
		return openAPIInEnglish()
	}
	return openAPI()
}

// inEnglish copies a part of the description, its summaries and descriptions in English.
func inEnglish(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			said, is := value.(string)
			english, known := openAPIEnglish[said]
			if is && known && (key == "summary" || key == "description") {
				out[key] = english
			} else {
				out[key] = inEnglish(value)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = inEnglish(v[i])
		}
		return out
	}
	return v
}
