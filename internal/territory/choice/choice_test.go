package choice_test

import (
	"context"
	"testing"

	"maillage/internal/platform/i18n"
	"maillage/internal/territory/choice"
)

func TestDepartements(t *testing.T) {
	all := choice.Departements(i18n.With(context.Background(), i18n.EN), "11")
	if len(all) != 9 || all[0].Value != "" || all[0].Label != "All" || all[1].Value != "75" || all[1].Label != "75 Paris" {
		t.Errorf("%+v", all)
	}
}
