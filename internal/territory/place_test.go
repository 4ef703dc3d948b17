package territory_test

import (
	"regexp"
	"strings"
	"testing"

	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
)

// No commune of France gets an article that French melts, nor a vowel that it cuts.
func TestPlaceOfEveryCommune(t *testing.T) {
	wrong := regexp.MustCompile(`(?i)\b(de|à) les? |\bde [aeiouyéèêëàâîïôöûüœæ]`)
	for _, c := range territory.Embedded().Communes {
		for _, sentence := range []string{"de %s", "à %s"} {
			got := i18n.Place(sentence, c.Name)
			if wrong.MatchString(got) || !strings.HasSuffix(got, strings.TrimPrefix(strings.TrimPrefix(c.Name, "Les "), "Le ")) {
				t.Errorf("“%s” for %s", got, c.Name)
			}
		}
	}
}
