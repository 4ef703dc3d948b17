// Package lifecycletest tries every move of a machine, in every state, under every role.
package lifecycletest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
)

// UpdateEnv is the variable that, set to 1, makes tests write the files that they compare with.
const UpdateEnv = "MAILLAGE_UPDATE"

// EveryMoveEveryRole tries all moves × roles × states (system is tried besides the roles given) on subject(state), an object whose
// guards pass wherever they can. It asserts that what is allowed is what testdata/lifecycle_NAME.txt says, a file that a reviewer
// reads; that nobody does anything without a role; that each refusal is a fault which names the machine and the move; that a required
// reason is required; and that the buttons shown are the moves allowed.
func EveryMoveEveryRole[S any, R lifecycle.Role](t *testing.T, m *lifecycle.Machine[S, R], roles []R, subject func(lifecycle.State) S) {
	t.Helper()
	everyone := append(slices.Clone(roles), R(lifecycle.System))
	var allowed strings.Builder
	for _, state := range m.Table().States {
		s := subject(state.Name)
		for _, mv := range m.Table().Moves {
			var may []string
			for _, role := range everyone {
				if try(t, m, s, state.Name, mv, role) {
					may = append(may, string(role))
				}
			}
			if len(may) > 0 {
				fmt.Fprintf(&allowed, "%s: %s → %s: %s\n", state.Name, mv.Name, mv.To, strings.Join(may, ", "))
			}
			if _, err := m.Check(s, state.Name, mv.Name, nil, "motif"); err == nil {
				t.Errorf("in %s, anybody may %s", state.Name, mv.Name)
			}
		}
	}
	Golden(t, "lifecycle_"+m.Name()+".txt", allowed.String())
}

func try[S any, R lifecycle.Role](t *testing.T, m *lifecycle.Machine[S, R], s S, state lifecycle.State, mv lifecycle.Move[S, R], role R) bool {
	t.Helper()
	roles := []R{role}
	where := fmt.Sprintf("in %s, %s by %s", state, mv.Name, role)
	next, err := m.Check(s, state, mv.Name, roles, "motif")
	shown := slices.ContainsFunc(m.Moves(s, state, roles), func(b lifecycle.Move[S, R]) bool { return b.Name == mv.Name })
	if shown != (err == nil) {
		t.Errorf("%s: the button is shown: %t, the move gives: %v", where, shown, err)
	}
	if err != nil {
		var said *fault.Error
		if !errors.As(err, &said) || !strings.HasPrefix(said.Rule, m.Name()+": "+mv.Name) || said.Message.FR == "" || said.Message.EN == "" {
			t.Errorf("%s: the refusal does not say which rule refuses, in both languages: %v", where, err)
		}
		return false
	}
	if next != mv.To || !slices.Contains(mv.Roles, role) || !slices.Contains(mv.From, state) {
		t.Errorf("%s: led to %s", where, next)
	}
	if _, err := m.Check(s, state, mv.Name, roles, " "); mv.Reason && !fault.Is(err, fault.KindInvalid) {
		t.Errorf("%s: without a reason: %v", where, err)
	}
	return true
}

// Golden compares text with testdata/name, or writes it there when UpdateEnv is 1.
func Golden(t *testing.T, name, text string) {
	t.Helper()
	Fresh(t, filepath.Join("testdata", name), text)
}

// Fresh compares text with a committed file, or writes it there when UpdateEnv is 1.
func Fresh(t *testing.T, path, text string) {
	t.Helper()
	if os.Getenv(UpdateEnv) == "1" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run the test with %s=1, read the file, commit it", err, UpdateEnv)
	}
	if string(want) != text {
		t.Errorf("%s is stale; run the test with %s=1 and read what changed. Now:\n%s", path, UpdateEnv, text)
	}
}
