package i18n_test

import (
	"testing"

	"maillage/internal/platform/i18n"
)

func TestPlace(t *testing.T) {
	for _, c := range [][3]string{
		{"Aulnay-sous-Bois", "la MSP d’Aulnay-sous-Bois", "MSP à Aulnay-sous-Bois"},
		{"Auvers-sur-Oise", "la MSP d’Auvers-sur-Oise", "MSP à Auvers-sur-Oise"},
		{"Épinay-sur-Seine", "la MSP d’Épinay-sur-Seine", "MSP à Épinay-sur-Seine"},
		{"Yerres", "la MSP d’Yerres", "MSP à Yerres"},
		{"Le Bourget", "la MSP du Bourget", "MSP au Bourget"},
		{"Les Ulis", "la MSP des Ulis", "MSP aux Ulis"},
		{"La Courneuve", "la MSP de La Courneuve", "MSP à La Courneuve"},
		{"L'Haÿ-les-Roses", "la MSP de L'Haÿ-les-Roses", "MSP à L'Haÿ-les-Roses"},
		{"Herblay-sur-Seine", "la MSP d’Herblay-sur-Seine", "MSP à Herblay-sur-Seine"},
		{"Houilles", "la MSP de Houilles", "MSP à Houilles"},
		{"Haute-Isle", "la MSP de Haute-Isle", "MSP à Haute-Isle"},
		{"Hœnheim", "la MSP de Hœnheim", "MSP à Hœnheim"},
		{"Levallois-Perret", "la MSP de Levallois-Perret", "MSP à Levallois-Perret"},
		{"", "la MSP de ", "MSP à "},
	} {
		if of, at := i18n.Place("la MSP de %s", c[0]), i18n.Place("MSP à %s", c[0]); of != c[1] || at != c[2] {
			t.Errorf("%s: “%s”, “%s”", c[0], of, at)
		}
	}
	if got := i18n.Place("Code %s, sans article", "Le Bourget") + i18n.Place("de %s", "Le Bourget") + i18n.Place("sans nom", "x"); got != "Code Le Bourget, sans articledu Bourgetsans nom" {
		t.Errorf("“%s”", got)
	}
}
