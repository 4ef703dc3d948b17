package db

import (
	"context"
	"path/filepath"
	"testing"
	"time"
)

// A writer whose turn does not come is told that the database is away for now, which is answered 503.
func TestAWriterDoesNotWaitForEver(t *testing.T) {
	was := patience
	defer func() { patience = was }()
	ctx := context.Background()
	d, err := Open(ctx, filepath.Join(t.TempDir(), "busy.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	err = d.InTx(ctx, func(*Tx) error {
		patience = time.Millisecond // the first writer has its turn already: on a slow machine it might not have come in time
		if err := d.InTx(ctx, func(*Tx) error { return nil }); !IsAway(err) {
			t.Errorf("the second writer got %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
