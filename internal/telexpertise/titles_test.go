package telexpertise_test

import (
	"strings"
	"testing"

	"maillage/internal/platform/db"
	"maillage/internal/telexpertise"
)

// A title shows on locked screens and in lists of mail: it names no visit, no state of a patient and nothing that was found.
func TestNoTitleSaysWhatItIsAbout(t *testing.T) {
	for _, title := range telexpertise.Titles {
		text := db.Fold(title.String())
		if text == "" {
			t.Error("an empty title")
		}
		for _, word := range []string{"rendez", "consult", "creneau", "visite", "venu", "patient", "malade", "lesion", "histolog", "biops", "exerese", "resultat",
			"melanom", "carcinom", "naevus", "cancer", "tumeur", "dermat", "avis", "photo", "urgen", "p1", "diagnos", "lecture", "decline"} {
			if strings.Contains(text, word) {
				t.Errorf("“%s” names “%s”", title, word)
			}
		}
	}
}
