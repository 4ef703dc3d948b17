package app

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/seal"
)

func TestSealingKeysRotate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, data := context.Background(), t.TempDir()
		if err := CheckSeal(ctx, d, data); err != nil {
			t.Fatalf("nothing is sealed yet: %v", err)
		}
		vault := func() *seal.Vault {
			ring, err := seal.OpenKeyring(sealKeys(data))
			if err != nil {
				t.Fatal(err)
			}
			return seal.NewVault(ring)
		}
		var text string
		err := d.InTx(ctx, func(tx *db.Tx) error {
			k, err := vault().NewKey(ctx, tx, "case", time.Now())
			if err == nil {
				text = k.SealBytes("name", []byte("canary"))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		before, err := os.ReadFile(sealKeys(data))
		if err != nil {
			t.Fatal(err)
		}
		if n, err := RotateSeal(ctx, d, data); err != nil || n != 1 {
			t.Fatalf("%d wrapped, %v", n, err)
		}
		if n, err := RetireSeal(ctx, d, data); err != nil || n != 0 {
			t.Fatalf("%d wrapped, %v", n, err)
		}
		k, err := vault().Key(ctx, d, "case")
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := k.OpenBytes("name", text); err != nil || string(plain) != "canary" {
			t.Fatalf("%q %v", plain, err)
		}
		if err := os.WriteFile(sealKeys(data), before, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := CheckSeal(ctx, d, data); err == nil {
			t.Error("the retired key still opens")
		}
		if err := os.Remove(sealKeys(data)); err != nil {
			t.Fatal(err)
		}
		if err := CheckSeal(ctx, d, data); err == nil || !strings.Contains(err.Error(), "missing") {
			t.Errorf("a missing key file: %v", err)
		}
	})
}
