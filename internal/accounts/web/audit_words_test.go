package web

import (
	"context"
	"slices"
	"testing"

	"maillage/internal/platform/i18n"
)

// The record is read in words: codes are for machines.
func TestTheRecordIsReadInWords(t *testing.T) {
	fr, en := i18n.With(context.Background(), i18n.FR), i18n.With(context.Background(), i18n.EN)
	entry := map[string]string{"roles": "officer 11 94, reviewer, gone 75", "cases": "[TISE0076 TISE0077]", "granted_cents": "120000", "unheard-of": "x"}
	for _, c := range []struct {
		ctx  context.Context
		want []string
	}{
		{fr, []string{"demandes\u00a0: TISE0076, TISE0077", "accordé\u00a0: 1\u202f200\u00a0€", "rôles\u00a0: Agent de l’ARS (94), Évaluateur, gone 75", "unheard-of\u00a0: x"}},
		{en, []string{"requests: TISE0076, TISE0077", "granted: €1,200", "roles: Agency officer (94), Reviewer, gone 75", "unheard-of: x"}},
	} {
		if got := details(c.ctx, entry); !slices.Equal(got, c.want) {
			t.Errorf("%q, wanted %q", got, c.want)
		}
	}
	if a, b := nameOf(fr, areas, "accounts.sign-in"), nameOf(en, objects, "nobody.knows"); a != "Comptes" || b != "" {
		t.Errorf("%q, %q", a, b)
	}
	if all := codeOptions(en, areas, "accounts.sign-in"); len(all) != len(areas)+2 || all[len(all)-1].Label != "Accounts accounts.sign-in" {
		t.Errorf("%+v", all)
	}
}
