package testdata

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSharedWalksUp(t *testing.T) {
	t.Setenv(EnvVar, "")
	root := t.TempDir()
	deep := filepath.Join(root, "checkout", "internal", "room")
	data := filepath.Join(root, "shared", "data")
	for _, dir := range []string{deep, data} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	want := filepath.Join(data, "a.csv")
	if err := os.WriteFile(want, []byte("id\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(deep)
	got, err := filepath.EvalSymlinks(Shared(t, "a.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if resolved, _ := filepath.EvalSymlinks(want); got != resolved {
		t.Fatalf("got %s, want %s", got, resolved)
	}
}

func TestSharedPrefersTheEnvironment(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(EnvVar, dir)
	want := filepath.Join(dir, "b.csv")
	if err := os.WriteFile(want, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := Shared(t, "b.csv"); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
}
