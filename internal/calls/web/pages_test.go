package web

import (
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"maillage/internal/calls"
)

func TestADossierIsStartedWithoutAccountAndResumedByItsKey(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	first := w.as("")
	_, address := first.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther, "commune", "91286")
	page := first.get(address, http.StatusOK)
	key := keyIn.FindStringSubmatch(page)[1]
	first.post(address+"/formulaire/applicant", http.StatusSeeOther, "title", "MSP <des> Tuileries")

	second := w.as("")
	second.get(address, http.StatusNotFound)
	page, _ = second.post("/dossiers/reprendre", http.StatusNotFound, "key", "AAAAAAAAAAAAAAAAAAAAAAAAAA")
	w.contains(page, `value="AAAAAAAAAAAAAAAAAAAAAAAAAA"`) // what was typed is shown again
	second.post("/dossiers/reprendre", http.StatusSeeOther, "key", strings.ToLower(key)+" ")
	page = second.get(address+"/formulaire/applicant", http.StatusOK)
	w.contains(page, "MSP &lt;des&gt; Tuileries", "Grigny")

	signed := w.as("applicant")
	signed.client.Jar = second.client.Jar
	w.contains(signed.get("/dossiers", http.StatusOK), "MSP &lt;des&gt; Tuileries") // joins the account
	first.get(address, http.StatusNotFound)
	w.lacks(signed.get(address, http.StatusOK), key)
}

func TestCoApplicantsOnTheirPages(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	author, town := w.as(""), w.as("")
	_, address := author.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther)
	page, _ := author.post(address+"/porteurs", http.StatusUnprocessableEntity, "name", "Mairie de Grigny", "email", "mairie", "rights", "edit")
	w.contains(page, `value="Mairie de Grigny"`, `value="mairie"`, "Cette adresse électronique")
	page, _ = author.post(address+"/porteurs", http.StatusOK, "name", "Mairie de Grigny", "email", "mairie@example.org", "rights", "edit")
	link := w.links["mairie@example.org"]
	w.contains(page, "https://maillage.example"+link)
	w.lacks(author.get(address, http.StatusOK), link) // shown once

	town.get(address, http.StatusNotFound)
	w.contains(town.get(link, http.StatusOK), "Mairie de Grigny", "Lire et remplir")
	town.get(address, http.StatusNotFound) // opening the link joins nothing: a mail scanner does it too
	_, to := town.post(link, http.StatusSeeOther)
	if to != address {
		t.Fatal(to)
	}
	town.post(address+"/formulaire/project", http.StatusSeeOther, "description", "Écrit par la mairie")
	w.contains(author.get(address+"/formulaire/project", http.StatusOK), "Écrit par la mairie")
	page = town.get(address, http.StatusOK)
	w.lacks(page, "Notez la clé", "Inviter quelqu’un", "Déposer le dossier")
	page, _ = town.post(address+"/deposer", http.StatusConflict)
	w.contains(page, "Vous pouvez remplir ce dossier, pas le déposer")
	town.post(address+"/retirer", http.StatusConflict, "reason", "non")

	all, err := w.calls.Accesses(ctx, path.Base(address))
	w.must(err)
	author.post(address+"/porteurs/"+all[0].ID+"/retirer", http.StatusSeeOther)
	town.get(address, http.StatusNotFound)
	town.get(link, http.StatusNotFound)
}

func TestRefusalLetterAppealAndReopening(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	address, id := w.instructed(c, "20 000")
	decider, author, instructor := w.as("decider"), w.as("applicant"), w.as("instructor")
	page, _ := decider.post("/instruction/"+id+"/decision", http.StatusUnprocessableEntity, "outcome", "refuse", "reason", " ")
	w.contains(page, "Indiquez le motif")
	decider.post("/instruction/"+id+"/decision", http.StatusSeeOther, "outcome", "refuse", "reason", "Équipe incomplète")
	decisions, err := w.calls.Decisions(ctx, id)
	w.must(err)
	letter := address + "/lettres/" + decisions[0].ID
	w.contains(author.get(address, http.StatusOK), letter, "Contester la décision", "4 mai 2026")
	for _, who := range []*browser{author, decider} {
		if body := who.get(letter, http.StatusOK); !strings.HasPrefix(body, "%PDF-") {
			t.Fatal("no PDF")
		}
	}
	w.as("elsewhere").get(letter, http.StatusNotFound)
	w.as("").get(letter, http.StatusNotFound)
	author.get(address+"/lettres/autre", http.StatusNotFound)

	page, _ = author.post(address+"/recours", http.StatusUnprocessableEntity, "kind", "hierarchical", "appeal", " ")
	w.contains(page, "Dites en quoi", `value="hierarchical" checked`)
	author.post(address+"/recours", http.StatusSeeOther, "kind", "hierarchical", "appeal", "L’équipe est complète.")
	page = author.get(address, http.StatusOK)
	w.contains(page, "Recours hiérarchique", "L’équipe est complète.", "Abandonner le recours")
	w.lacks(page, "Contester la décision")
	w.contains(instructor.get("/instruction", http.StatusOK), "1 recours attend une")
	w.lacks(w.as("elsewhere").get("/instruction", http.StatusOK), "recours attendent")
	appeals, err := w.calls.Appeals(ctx, id)
	w.must(err)
	answer := address + "/recours/" + appeals[0].ID
	page, _ = decider.post(answer, http.StatusConflict, "move", "accept", "reason", "Je me relis")
	w.contains(page, "Je me relis", "hiérarchique")
	author.post(answer, http.StatusForbidden, "move", "accept", "reason", "Moi")
	instructor.post(answer, http.StatusSeeOther, "move", "accept", "reason", "Pièces nouvelles")
	w.contains(author.get(address, http.StatusOK), "Recevable", "Pièces nouvelles", "Recours accueilli")
}

func TestTheWindowClosesWhileSomebodyTypes(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	b := w.as("")
	_, address := b.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther, "commune", "91286")
	b.fill(address, c.Form.V, "20 000")
	w.clock.Set(c.ClosesAt.Add(time.Second))
	b.post(address+"/formulaire/project", http.StatusSeeOther, "description", "Tapé après la clôture")
	page, _ := b.post(address+"/deposer", http.StatusConflict)
	w.contains(page, "reste enregistré")
	w.contains(b.get(address+"/formulaire/project", http.StatusOK), "Tapé après la clôture", "n’accepte plus de dépôt")

	next := w.call(calls.MSPFeasibility)
	w.contains(b.get(address, http.StatusOK), "Reprendre tout ce contenu")
	_, copied := b.post(address+"/reporter", http.StatusSeeOther, "call", next.ID)
	w.contains(b.get(copied+"/formulaire/project", http.StatusOK), "Tapé après la clôture")
	b.post(copied+"/deposer", http.StatusSeeOther) // documents came along
}

func TestVotesRecusalsPackAndLetters(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	_, first := w.instructed(c, "20 000")
	_, second := w.instructed(c, "30 000")
	decider, instructor := w.as("decider"), w.as("instructor")
	page, _ := instructor.post("/comites", http.StatusUnprocessableEntity, "call", c.ID, "title", "Comité <de> mars", "held_on", "")
	w.contains(page, "Comité &lt;de&gt; mars", "Donnez la date")
	_, sitting := instructor.post("/comites", http.StatusSeeOther, "call", c.ID, "title", "Comité <de> mars", "held_on", "2026-03-20")
	page, _ = decider.post(sitting+"/votes/"+first, http.StatusUnprocessableEntity, "vote", "recused", "reason", "")
	w.contains(page, "Donnez un motif")
	decider.post(sitting+"/votes/"+first, http.StatusSeeOther, "vote", "recused", "reason", "Ma sœur y exerce")
	decider.post(sitting+"/votes/"+first, http.StatusConflict, "vote", "for")
	decider.post(sitting+"/votes/"+second, http.StatusSeeOther, "vote", "for")
	page = decider.get(sitting, http.StatusOK)
	w.contains(page, "Vous vous êtes récusé", `aria-pressed="true"`, "1 pour, 0 contre", "Récusés : Agent decider")
	w.contains(instructor.get(sitting+"/classement", http.StatusOK), "1 pour, 0 contre")
	w.as("reviewer").get(sitting, http.StatusForbidden)

	instructor.get(sitting+"/lettres", http.StatusConflict) // nothing is decided yet
	page, _ = decider.post("/instruction/"+first+"/decision", http.StatusConflict, "outcome", "grant")
	w.contains(page, "conflit d’intérêts")
	decider.post("/instruction/"+second+"/decision", http.StatusSeeOther, "outcome", "grant")
	instructor.post(sitting+"/proces-verbal", http.StatusSeeOther, "version", "1", "minutes", "Séance levée à midi.")
	page, _ = instructor.post(sitting+"/proces-verbal", http.StatusConflict, "version", "1", "minutes", "Autre version, longue à taper.")
	w.contains(page, "Autre version, longue à taper.")
	for address, magic := range map[string]string{sitting + "/pdf": "%PDF-", sitting + "/lettres": "%PDF-", sitting + "/export/classement.ods": "PK", sitting + "/export/classement.xlsx": "PK"} {
		if body := instructor.get(address, http.StatusOK); !strings.HasPrefix(body, magic) {
			t.Errorf("%s: %.20q", address, body)
		}
	}
	w.contains(instructor.get(sitting+"/export/classement.csv", http.StatusOK), "Agent decider", "20000")
	instructor.get(sitting+"/export/autre.ods", http.StatusNotFound)
}

func TestBatchesKeepWhatWasTickedAndTyped(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	_, first := w.filed(c, "20 000")
	_, second := w.filed(c, "20 000")
	instructor := w.as("instructor")
	w.contains(instructor.get("/instruction?instructeur=-", http.StatusOK), "2 dossiers")
	page, _ := instructor.post("/instruction/lot?etat=filed", http.StatusConflict, "id", first, "action", "assign", "officer", "elsewhere", "reason", "Long motif")
	w.contains(page, "n’est pas dans le territoire", `value="`+first+`" checked`, "Long motif")
	instructor.post("/instruction/lot", http.StatusSeeOther, "id", first, "id", second, "action", "distribute")
	w.contains(instructor.get("/instruction?instructeur=instructor", http.StatusOK), "2 dossiers")
	instructor.post("/instruction/lot", http.StatusUnprocessableEntity, "action", "admit")
	instructor.post("/instruction/lot", http.StatusUnprocessableEntity, "id", first, "action", "explode")
	w.as("elsewhere").post("/instruction/lot", http.StatusNotFound, "id", first, "action", "admit")
	instructor.post("/instruction/lot", http.StatusSeeOther, "id", first, "id", second, "action", "admit")
	page, _ = w.as("decider").post("/instruction/lot", http.StatusUnprocessableEntity, "id", first, "action", "refuse", "reason", "")
	w.contains(page, "Indiquez le motif")
	w.as("decider").post("/instruction/lot", http.StatusSeeOther, "id", first, "id", second, "action", "refuse", "reason", "Hors sujet")
}

func TestAReviewerByLinkReadsOneDossierAndAnswersOnce(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	address, id := w.filed(c, "20 000")
	instructor, expert := w.as("instructor"), w.as("")
	instructor.post("/instruction/lot", http.StatusSeeOther, "id", id, "action", "admit")
	page, _ := instructor.post("/instruction/"+id+"/avis", http.StatusUnprocessableEntity, "days", "15", "outside_name", "CDOM", "outside_email", "cdom")
	w.contains(page, `value="CDOM"`, "n’est pas complète")
	instructor.post("/instruction/"+id+"/avis", http.StatusSeeOther, "days", "15", "outside_name", "CDOM", "outside_email", "cdom@example.org")
	link := w.links["cdom@example.org"]
	page = expert.get(link, http.StatusOK)
	w.contains(page, "Votre avis", "piece.pdf", link+"/documents/")
	w.lacks(page, "/avis\"", "Historique")
	expert.get(address, http.StatusNotFound)
	expert.get("/avis", http.StatusUnauthorized)
	docs, err := w.calls.Documents(ctx, id)
	w.must(err)
	if body := expert.get(link+"/documents/"+docs[0].ID, http.StatusOK); body != string(paper) {
		t.Fatalf("%.40q", body)
	}
	page, _ = expert.post(link, http.StatusUnprocessableEntity, "score_need", "5", "favourable", "yes", "text", "Très utile")
	w.contains(page, "Donnez une note", "Très utile")
	expert.post(link, http.StatusSeeOther, "score_need", "5", "score_team", "5", "score_feasibility", "5", "score_cost", "5", "favourable", "yes", "text", "Très utile")
	w.contains(expert.get(link, http.StatusOK), "Très utile", "rendu")
	w.contains(instructor.get(address, http.StatusOK), "score 100 sur 100")
	w.as("").get("/avis/lien/AAAAAAAAAAAAAAAAAAAAAAAAAA", http.StatusNotFound)
}

func TestLookUpsFillOnlyWhatIsEmpty(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	b := w.as("")
	_, address := b.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther)
	section := address + "/formulaire/applicant"
	page, _ := b.post(section, http.StatusOK, "title", "Mon projet", "commune", "Grigny", "_lookup", "commune")
	w.contains(page, `value="Grigny (91286)"`, "Mon projet", "Trouvé")
	w.contains(b.get(address+"/formulaire/project", http.StatusOK), "26 000 habitants, ZIP.")
	page, _ = b.post(section, http.StatusOK, "structure", "msp", "structure_name", "Notre équipe", "_lookup", "structure")
	w.contains(page, "Laquelle ?", "MSP &lt;des&gt; Tuileries")
	page, _ = b.post(section, http.StatusOK, "structure", "msp", "_choose", "structure=s-1")
	w.contains(page, `value="s-1"`, "Notre équipe")
	page, _ = b.post(section, http.StatusOK, "siret", "732 829 320 00074", "_lookup", "siret")
	w.contains(page, "Rien de connu", "732 829 320 00074")
	page, _ = b.post(section, http.StatusOK, "siret", "732 829 320 00075", "_lookup", "siret")
	w.contains(page, "La clé du numéro SIRET est fausse", "732 829 320 00075")
	post := w.call(calls.SharedSpecialist)
	_, address = b.post("/appels/"+post.ID+"/dossier", http.StatusSeeOther)
	page, _ = b.post(address+"/formulaire/post", http.StatusOK, "doctor_rpps", "9990000001", "_lookup", "doctor_rpps")
	w.contains(page, "Un numéro RPPS a 11 chiffres", `value="9990000001"`)
	page, _ = b.post(address+"/formulaire/post", http.StatusOK, "doctor_rpps", "99900000011", "_lookup", "doctor_rpps")
	w.contains(page, "Connu : Camille")
	w.lacks(page, "Trouvé", "Rien de connu")
}

func TestTheSettingsOfACall(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPRealEstate)
	b := w.as("decider")
	page, settings := "/appels/"+c.ID, []string{"version", "2", "title_fr", "MSP <2026>", "opens_at", "2026-03-01", "closes_at", "2026-04-30", "envelope", "100 000", "criterion_0", "Besoin", "weight_0", "3", "opinion_days", "10"}
	send := func(status int, more ...string) string {
		t.Helper()
		shown, _ := b.post(page+"/modifier", status, append(settings, more...)...)
		return shown
	}
	w.contains(send(http.StatusUnprocessableEntity, "calendar", "32/12/2026 | Comité"), "32/12/2026 | Comité", "une date et un nom", "MSP &lt;2026&gt;")
	w.contains(send(http.StatusUnprocessableEntity, "reviewers", "CDOM | cdom"), "CDOM | cdom", "n’est pas complète")
	send(http.StatusSeeOther, "calendar", "15/12/2026 | Comité\n2027-01-10 | Résultats | Results", "reviewers", "CDOM | cdom@example.org", "excludes.protocol-walls", "1")
	w.contains(w.as("").get(page, http.StatusOK), "15 décembre 2026", "Comité", "Plans des locaux", "Calendrier")
	w.lacks(w.as("").get(page, http.StatusOK), "cdom@example.org")
	w.contains(b.get(page+"/modifier", http.StatusOK), "2026-12-15 | Comité", "CDOM | cdom@example.org", `name="excludes.protocol-walls"`)
	after, err := w.calls.Call(ctx, w.people["decider"], c.ID)
	w.must(err)
	if s := after.Settings.V; len(s.Excludes) != 1 || s.Days() != 10 || len(s.Reviewers) != 1 || s.Calendar[1].Label.EN != "Results" {
		t.Fatalf("%+v", s)
	}
}

// Days typed by an officer are days in Paris, those of 23 and of 25 hours too.
func TestADayEndsAtMidnightInParis(t *testing.T) {
	for typed, want := range map[string]string{"2026-03-29": "2026-03-29T21:59:59Z", "2026-10-25": "2026-10-25T22:59:59Z", "2026-12-31": "2026-12-31T22:59:59Z", "2026-02-30": "0001-01-01T00:00:00Z"} {
		if got := lastSecond(typed).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s ends at %s, want %s", typed, got, want)
		}
	}
}

// What a document is refused for stands at its field, and what was typed beside it stays.
func TestADocumentRefusedKeepsWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	b := w.as("applicant")
	_, address := b.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther, "commune", "91286")
	for name, x := range map[string]struct {
		content string
		status  int
		says    string
	}{
		"verrou.pdf":  {"%PDF-1.7 /Encrypt 5 0 R", http.StatusUnprocessableEntity, "protégé par un mot de passe"},
		"infecte.pdf": {"%PDF-1.4 X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", http.StatusUnprocessableEntity, "signalé comme infecté"},
		"note.exe":    {"MZ", http.StatusUnprocessableEntity, "type accepté"},
		"gros.pdf":    {"%PDF-1.7 " + strings.Repeat("x", calls.MaxDocument), http.StatusRequestEntityTooLarge, "dépasse 20 Mo"},
		"enorme.pdf":  {"%PDF-1.7 " + strings.Repeat("x", calls.MaxDocument+2<<20), http.StatusRequestEntityTooLarge, "dépasse 20 Mo"},
	} {
		page := b.attachUntil(address, "doc_quote", name, []byte(x.content), "2027-01-31", x.status)
		w.contains(page, x.says, `id="file-doc_quote"`)
		if name != "enorme.pdf" { // its form was not read to its end
			w.contains(page, `value="2027-01-31"`)
		}
	}
	b.attachUntil(address, "doc_quote", "devis.pdf", paper, "2027-01-31", http.StatusSeeOther)
	w.contains(b.get(address+"/formulaire/evidence", http.StatusOK), "valable jusqu’au 31 janvier 2027")
}

// An applicant who is not of the structure files; the instructor says which structure asks, then concludes.
func TestTheInstructorSaysWhichStructureAsks(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	b := w.as("")
	_, address := b.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther, "commune", "91286")
	b.fill(address, c.Form.V, "20 000")
	b.post(address+"/formulaire/applicant", http.StatusSeeOther, "structure", "")
	page, _ := b.post(address+"/deposer", http.StatusUnprocessableEntity)
	w.contains(page, "Dites quelle structure demande")
	b.post(address+"/formulaire/applicant", http.StatusSeeOther, "in_creation.yes", "1")
	b.post(address+"/deposer", http.StatusSeeOther)
	id, officer := path.Base(address), w.as("instructor")
	officer.post("/instruction/lot", http.StatusSeeOther, "id", id, "action", "admit")
	page, _ = officer.post("/instruction/"+id+"/conclure", http.StatusConflict, "proposed", "20 000", "reason", "Favorable")
	w.contains(page, "Confirmez d’abord quelle structure")
	page, _ = officer.post("/instruction/"+id+"/structure", http.StatusUnprocessableEntity, "which", "other", "other", "inconnue")
	w.contains(page, "Aucune structure n’est connue", `value="inconnue"`)
	officer.post("/instruction/"+id+"/structure", http.StatusSeeOther, "which", "other", "other", "s-1")
	page = officer.get(address, http.StatusOK)
	w.lacks(page, "Quelle structure demande")
	officer.post("/instruction/"+id+"/conclure", http.StatusSeeOther, "proposed", "20 000", "reason", "Favorable")
}

// The author answers a correction in words, kept through a refusal; the officer reads it with what the field said before and after.
func TestACorrectionIsAnsweredAndShownBeforeAndAfter(t *testing.T) {
	w := newWorld(t)
	address, id := w.filed(w.call(calls.MSPFeasibility), "20 000")
	officer, author := w.as("instructor"), w.as("applicant")
	officer.post("/instruction/"+id+"/corrections", http.StatusSeeOther, "correct.provider", "Pourquoi lui ?", "correct.description", "Précisez.")
	page := author.get(address, http.StatusOK)
	answer := regexp.MustCompile(`name="(answer\.[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(answer) != 2 {
		t.Fatal(answer)
	}
	first := answer[0][1]
	page, _ = author.post(address+"/completer", http.StatusUnprocessableEntity, first, "Le <seul> du département")
	w.contains(page, "Changez ce qui est demandé", "Le &lt;seul&gt; du département")
	author.post(address+"/reponses", http.StatusSeeOther, first, "Le <seul> du département", answer[1][1], "")
	w.contains(author.get(address, http.StatusOK), "Le &lt;seul&gt; du département")
	author.post(address+"/formulaire/project", http.StatusSeeOther, "description", "De mars à août", "provider", "Un autre")
	author.post(address+"/completer", http.StatusSeeOther)
	page = officer.get(address, http.StatusOK)
	w.contains(page, "Pourquoi lui ?", "Répondu", "Le &lt;seul&gt; du département", "Avant", "De mars à août")
	w.contains(officer.get("/instruction?zone=ZIP&departement=91", http.StatusOK), `value="ZIP" selected`, "91 Essonne")
}

// What the structure gave once is offered at each file field while it holds; what no longer holds is named with its day, and refused with it.
func TestTheStructuresOwnPapersAreOffered(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	b := w.as("applicant")
	_, address := b.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther, "commune", "91286")
	b.post(address+"/formulaire/applicant", http.StatusSeeOther, "structure", "")
	w.lacks(b.get(address+"/formulaire/evidence", http.StatusOK), "Prendre un document de la structure")
	b.post(address+"/formulaire/applicant", http.StatusSeeOther, "structure", "msp-grigny")
	page := b.get(address+"/formulaire/evidence", http.StatusOK)
	w.contains(page, "Statuts — statuts.pdf (valable jusqu’au 31 décembre 2026)", "plus valable depuis le 31 janvier 2026")
	w.lacks(page, `value="p-past"`)
	page, _ = b.post(address+"/documents/reprendre", http.StatusUnprocessableEntity, "field", "doc_quote", "paper", "p-past")
	w.contains(page, "plus valable depuis le 31 janvier 2026 : il n’a pas été joint")
	b.post(address+"/documents/reprendre", http.StatusSeeOther, "field", "doc_quote", "paper", "p-good")
	b.fill(address, c.Form.V, "20 000")
	b.post(address+"/deposer", http.StatusSeeOther)
	w.contains(b.get(address, http.StatusOK), "MSP de Grigny", "statuts.pdf")
}

// A dossier that is not complete says each thing to do, part after part, with the way to it; its main button goes on with the first part.
func TestAnIncompleteDossierSaysWhatIsMissing(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	b := w.as("")
	_, address := b.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther, "commune", "91286")
	w.contains(b.get(address, http.StatusOK), "Continuer : Le porteur", `class="button main" href="`+address+`/formulaire/applicant"`)
	b.post(address+"/formulaire/budget", http.StatusSeeOther, "costs.0.label", "Étude")
	page, _ := b.post(address+"/deposer", http.StatusUnprocessableEntity)
	w.lacks(page, "Répondez à cette question", "Ce qui manque")
	last := 0
	for _, line := range []string{
		`/formulaire/applicant?verifier=1#title">Le porteur — Titre du projet</a> : à remplir`,
		`">Le projet — Les professionnels engagés</a> : au moins une ligne à remplir`,
		`">Budget et plan de financement — Coûts éligibles, ligne 1, Montant (€)</a> : à remplir`,
		`/formulaire/evidence?verifier=1#piece-doc_quote">Pièces — Devis de l’étude</a> : à joindre`,
	} {
		at := strings.Index(page, line)
		if at < last {
			t.Errorf("%q is missing, or not in the order of the form", line)
		}
		last = at
	}
}

// What must be answered is marked; the page saves without it all the same. A commune shows its name, and its code is kept.
func TestTheFormMarksWhatIsRequiredAndNamesTheCommune(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	b := w.as("")
	_, address := b.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther, "commune", "91286")
	page := b.get(address+"/formulaire/applicant", http.StatusOK)
	w.contains(page, "novalidate", `value="Grigny (91286)"`, "obligatoire pour déposer")
	b.post(address+"/formulaire/applicant", http.StatusSeeOther, "commune", "Grigny (91286)", "title", "Projet (91286)")
	d, _, err := w.calls.Dossier(ctx, calls.Reader{Key: keyIn.FindStringSubmatch(b.get(address, http.StatusOK))[1]}, path.Base(address))
	w.must(err)
	if d.Answers.V["commune"] != "91286" || d.Answers.V["title"] != "Projet (91286)" {
		t.Errorf("kept: %q, %q", d.Answers.V["commune"], d.Answers.V["title"])
	}
}

// What is known of who asks is filled in from their account and their structure, whatever older dossiers of others say.
func TestTheApplicantIsKnownFromTheirAccount(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	b := w.as("applicant")
	_, address := b.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther)
	w.contains(b.get(address+"/formulaire/applicant", http.StatusOK), `value="MSP de Grigny"`, `value="msp-grigny"`, `value="Porteuse"`)
	b.post(address+"/formulaire/applicant", http.StatusSeeOther, "contact", "Le trésorier", "structure", "s-1", "structure_name", "MSP des Tuileries")
	_, address = b.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther)
	page := b.get(address+"/formulaire/applicant", http.StatusOK)
	w.contains(page, `value="MSP de Grigny"`, `value="Porteuse"`)
	w.lacks(page, "trésorier")
}

// An officer reads the evidence before the verdict.
func TestTheOfficerDecidesBelowTheEvidence(t *testing.T) {
	w := newWorld(t)
	address, _ := w.filed(w.call(calls.MSPFeasibility), "20 000")
	page := w.as("instructor").get(address, http.StatusOK)
	evidence, verdict := strings.Index(page, `id="answers-evidence"`), strings.Index(page, `id="admissibility"`)
	if evidence < 0 || verdict < evidence {
		t.Errorf("the evidence at %d, the verdict at %d", evidence, verdict)
	}
	w.contains(page, `href="#admissibility"`, "Grigny (91286)")
}
