package app

import (
	"testing"

	"maillage/internal/operations"
)

// Whoever reads the page of jobs reads sentences, not the names that programs give.
func TestEveryKindOfJobHasAName(t *testing.T) {
	for _, kind := range demonstration(t).jobs.Kinds() {
		if !operations.KnownKind(kind) {
			t.Errorf("%s has no name for people: add it to operations", kind)
		}
	}
}
