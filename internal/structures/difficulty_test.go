package structures

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/lifecycle/lifecycletest"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
)

func TestEveryMoveOfAPracticeInDifficulty(t *testing.T) {
	lifecycletest.EveryMoveEveryRole(t, DifficultyLife, accounts.Roles, func(lifecycle.State) *Difficulty {
		return &Difficulty{AuditorID: "u", Audit: "audit", Plan: "plan", Support: "support"}
	})
}

func TestTheScoreExplainsItselfFromDeclaredData(t *testing.T) {
	scale := book{}.Fragility("")
	gp := func(birth int, leaving Day) Member {
		return Member{Profession: "gp", From: "2010-01-01", BirthYear: birth, Leaving: leaving}
	}
	for name, c := range map[string]struct {
		members []Member
		at      Standing
		score   int
		risk    bool
		unknown int
	}{
		"nothing declared":                  {nil, Standing{}, 0, false, 3},
		"a young team where care abounds":   {[]Member{gp(1980, ""), gp(1985, ""), gp(1990, "")}, Standing{APL: 5, Known: true}, 0, false, 0},
		"a single doctor of 66 who leaves":  {[]Member{gp(1960, "2026-12-31")}, Standing{APL: 2.4, Known: true}, 100, true, 0},
		"half of two doctors leaves, aged":  {[]Member{gp(1960, "2026-12-31"), gp(1985, "")}, Standing{APL: 3.9, Known: true}, 15 + 15 + 10 + 10, true, 0},
		"a departure too far to count":      {[]Member{gp(1980, "2029-01-01"), gp(1980, ""), gp(1980, "")}, Standing{APL: 5, Known: true}, 0, false, 0},
		"ages that nobody declared":         {[]Member{gp(0, ""), gp(0, ""), gp(0, "")}, Standing{APL: 5, Known: true}, 0, false, 1},
		"those who left, and other members": {[]Member{{Profession: "gp", From: "2010-01-01", To: "2020-01-01"}, {Profession: "nurse", From: "2010-01-01"}}, Standing{}, 20, false, 2},
	} {
		f := Score(scale, c.members, c.at, "2026-03-02")
		sum := 0
		for _, s := range f.Signs {
			sum += s.Points
			if s.Seen.FR == "" || s.Seen.EN == "" || s.Points > s.Most {
				t.Errorf("%s: the sign %s is not explained: %+v", name, s.ID, s)
			}
		}
		if f.Score != c.score || f.AtRisk != c.risk || f.Unknown != c.unknown || sum != f.Score || f.Most != 100 {
			t.Errorf("%s: %d points, at risk %t, %d unknown", name, f.Score, f.AtRisk, f.Unknown)
		}
	}
}

type shelf map[string][]byte

func (f shelf) Put(_ context.Context, id string, r io.Reader) (int64, string, error) {
	all, err := io.ReadAll(r)
	f[id] = all
	return int64(len(all)), "sha", err
}

func (f shelf) Get(_ context.Context, id string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(f[id])), nil
}

func urps(id string) accounts.Actor {
	return accounts.Actor{ID: id, Name: "URPS " + id, Grants: []accounts.Grant{{Role: accounts.RoleReviewer, Region: "11"}}}
}

func TestMoneyComesOnlyAfterAnAuditAndAPlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		s := w.create(t, GroupPractice, "Cabinet des Saules")
		if _, err := w.Signal(w.ctx, w.paris, s.ID, "Deux départs annoncés."); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an officer of another département signals: %v", err)
		}
		c, err := w.Signal(w.ctx, urps("u"), s.ID, "Deux départs annoncés.")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Signal(w.ctx, w.essonne, s.ID, "Encore un signalement."); ruleOf(err) != "one-case" {
			t.Errorf("two open cases: %v", err)
		}
		move := func(by accounts.Actor, cmd CaseCommand) string {
			cmd.ID = c.ID
			return ruleOf(w.MoveCase(w.ctx, by, cmd))
		}
		if r := move(w.essonne, CaseCommand{Move: "support", Support: "De l’argent tout de suite."}); r == "" {
			t.Error("money before the audit")
		}
		if r := move(w.essonne, CaseCommand{Move: "entrust"}); r != "structures.difficulty: entrust (auditor)" {
			t.Errorf("an audit entrusted to nobody: %q", r)
		}
		if r := move(w.essonne, CaseCommand{Move: "entrust", AuditorID: "u", AuditorName: "URPS"}); r != "" {
			t.Fatal(r)
		}
		if err := w.MoveCase(w.ctx, urps("v"), CaseCommand{ID: c.ID, Move: "render", Audit: "Un autre évaluateur."}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("somebody else gives the audit: %v", err)
		}
		if r := move(w.essonne, CaseCommand{Move: "render", Audit: "Un agent rend l’audit."}); r == "" {
			t.Error("an officer gives the audit")
		}
		if r := move(urps("u"), CaseCommand{Move: "render"}); r != "structures.difficulty: render (audit)" {
			t.Errorf("an empty audit: %q", r)
		}
		if r := move(urps("u"), CaseCommand{Move: "render", Audit: "Les charges fixes sont trop lourdes."}); r != "" {
			t.Fatal(r)
		}
		if r := move(w.essonne, CaseCommand{Move: "support", Support: "Le loyer ne peut attendre."}); r != "structures.difficulty: support (plan)" {
			t.Errorf("money before the plan: %q", r)
		}
		if _, err := d.Exec("UPDATE structure_difficulty SET state = 'support', support = 'x' WHERE id = $1", c.ID); !db.IsCheck(err) {
			t.Errorf("the database takes money before the plan: %v", err)
		}
		if err := w.WritePlan(w.ctx, urps("u"), c.ID, 0, "Un plan écrit par l’URPS."); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("the auditor writes the plan: %v", err)
		}
		if err := w.WritePlan(w.ctx, w.essonne, c.ID, 0, "Partage du secrétariat, accueil d’internes."); err != nil {
			t.Fatal(err)
		}
		if r := move(w.essonne, CaseCommand{Move: "support"}); r != "structures.difficulty: support (need)" {
			t.Errorf("money without a need: %q", r)
		}
		if err := w.MoveCase(w.ctx, w.essonne, CaseCommand{ID: c.ID, Version: 1, Move: "support", Support: "Le loyer ne peut attendre."}); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a form drawn before somebody else’s change: %v", err)
		}
		for _, m := range []CaseCommand{{Move: "support", Support: "Le loyer ne peut attendre."}, {Move: "recover", Reason: "Deux installations."}} {
			if r := move(w.essonne, m); r != "" {
				t.Fatal(m.Move, r)
			}
		}
		if _, err := w.Signal(w.ctx, w.essonne, s.ID, "De nouveau en difficulté."); err != nil {
			t.Errorf("a practice may fall again: %v", err)
		}
		if r := move(w.essonne, CaseCommand{Move: "reopen", Reason: "erreur"}); r != "one-case" {
			t.Errorf("two open cases by reopening: %q", r)
		}
		events, err := w.Timeline(w.ctx, w.essonne, s.ID)
		if err != nil || len(events) < 6 {
			t.Errorf("%d events, %v", len(events), err)
		}
	})
}

func TestDocumentsAreGivenOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		w.Equip(nil, shelf{})
		s := w.create(t, MSP, "MSP des Saules")
		team := coordinator(s.ID)
		add := func(by accounts.Actor, kind string, readers Readers, expires Day) error {
			_, err := w.AddDocument(w.ctx, by, DocumentCommand{Structure: s.ID, Kind: kind, Readers: readers, Expires: expires, FileName: "piece.pdf", Content: strings.NewReader("%PDF-1.7 " + kind)})
			return err
		}
		for _, err := range []error{add(team, "bank", ReadStructure, ""), add(team, "insurance", ReadStructure, "2026-02-01"), add(w.essonne, "audit", ReadOfficers, "")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := add(w.paris, "bank", ReadStructure, ""); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an officer of another département adds: %v", err)
		}
		err := add(team, "castle", "everybody", "2026-02-31")
		for _, field := range []string{"document_kind", "readers", "expires"} {
			if fieldOf(err, field) == "" {
				t.Errorf("%s is not refused: %v", field, err)
			}
		}
		valid, err := w.Documents(w.ctx, team, s.ID, "2026-03-02")
		if err != nil || len(valid) != 1 || valid[0].Kind != "bank" {
			t.Fatalf("what a dossier may reuse: %+v %v", valid, err)
		}
		if _, _, err := w.OpenDocument(w.ctx, accounts.Actor{}, valid[0].ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("the public opens it: %v", err)
		}
		_, content, err := w.OpenDocument(w.ctx, team, valid[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if all, _ := io.ReadAll(content); string(all) != "%PDF-1.7 bank" {
			t.Errorf("content: %q", all)
		}
		if err := w.WithdrawDocument(w.ctx, team, valid[0].ID); err != nil {
			t.Fatal(err)
		}
		if left, _ := w.Documents(w.ctx, team, s.ID, "2026-03-02"); len(left) != 0 {
			t.Errorf("withdrawn and still reused: %+v", left)
		}
		into := w.create(t, MSP, "MSP des Aulnes")
		if err := w.Merge(w.ctx, w.essonne, MergeCommand{From: s.ID, Into: into.ID, Reason: "fusion"}); err != nil {
			t.Fatal(err)
		}
		if err := add(w.essonne, "bank", ReadStructure, ""); ruleOf(err) != "invariant-12" {
			t.Errorf("a merged structure takes documents: %v", err)
		}
		if moved, err := w.Documents(w.ctx, w.essonne, into.ID, "2026-03-02"); err != nil || len(moved) != 1 || moved[0].Kind != "audit" {
			t.Errorf("documents after the merger: %+v %v", moved, err)
		}
	})
}
