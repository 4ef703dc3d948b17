package i18n_test

import (
	"context"
	"testing"

	"maillage/internal/platform/i18n"
)

func TestCountsAgree(t *testing.T) {
	fr, en := i18n.With(context.Background(), i18n.FR), i18n.With(context.Background(), i18n.EN)
	for n, want := range map[int][2]string{
		0:     {"0 habitant passe.", "0 inhabitants pass."},
		1:     {"1 habitant passe.", "1 inhabitant passes."},
		2:     {"2 habitants passent.", "2 inhabitants pass."},
		-1:    {"−1 habitant passe.", "−1 inhabitant passes."},
		12345: {"12\u202f345 habitants passent.", "12,345 inhabitants pass."},
	} {
		for i, ctx := range []context.Context{fr, en} {
			if got := i18n.N(ctx, n, "%s habitant passe.", "%s habitants passent.", "%s inhabitant passes.", "%s inhabitants pass."); got != want[i] {
				t.Errorf("%d: %q, wanted %q", n, got, want[i])
			}
		}
	}
}
