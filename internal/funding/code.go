package funding

import (
	"context"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// longestCode is how long a budget code may be.
const longestCode = 40

// Codes are the codes of the regional intervention fund (FIR) on which programmes are paid. No public source gives them: they are empty
// until officers write them, and each export carries those that are known.
func (s *Service) Codes(ctx context.Context, actor accounts.Actor) (map[string]string, error) {
	if err := actor.RequireSomewhere(PermManage); err != nil {
		return nil, err
	}
	var rows []struct {
		Programme string `db:"programme"`
		Code      string `db:"code"`
	}
	if err := s.db.SelectContext(ctx, &rows, `SELECT programme, code FROM funding_code`); err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, r := range rows {
		all[r.Programme] = r.Code
	}
	return all, nil
}

// SetCode writes the code of a programme, or empties it. It serves the whole region: an officer of a département alone does not.
func (s *Service) SetCode(ctx context.Context, actor accounts.Actor, region, programme, code string) error {
	if err := actor.Require(PermManage, accounts.Scope{Region: region}); err != nil {
		return err
	}
	code = strings.TrimSpace(code)
	if len(code) > longestCode || strings.ContainsAny(code, "\r\n\t;") {
		wrong := fault.Fields{}
		wrong.Add("code", "Un code tient en 40 caractères, sans point-virgule.", "A code is at most 40 characters, without semicolon.")
		return wrong.Err()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO funding_code (programme, code, set_by, set_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (programme) DO UPDATE SET code = $2, set_by = $3, set_at = $4`, programme, code, actor.ID, s.now()); err != nil {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{At: s.now(), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "funding.code",
			Object: audit.Object{Kind: "funding.code", ID: programme}, Text: "Code budgétaire (FIR) modifié : " + programme, Details: map[string]string{"code": code}})
	})
}
