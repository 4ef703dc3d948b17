package structures

import (
	"context"
	"fmt"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
)

// MemberByRPPS finds the professional who bears a number, in a structure whose members the actor may see. Errors: fault.KindNotFound.
func (s *Service) MemberByRPPS(ctx context.Context, actor accounts.Actor, rpps string) (Member, Structure, error) {
	var found []Member
	today := string(s.Today())
	if err := s.db.SelectContext(ctx, &found, "SELECT "+memberColumns+" FROM structure_member WHERE rpps = $1 AND rpps <> '' AND from_day <= $2 AND (to_day = '' OR to_day >= $2) ORDER BY from_day DESC, id", rpps, today); err != nil {
		return Member{}, Structure{}, fmt.Errorf("find a member by number: %w", err)
	}
	for _, m := range found {
		st, err := selectStructure(ctx, s.db, m.StructureID)
		if err != nil {
			return Member{}, Structure{}, err
		}
		if actor.Can(PermDetail, st.Scope()) {
			return m, st, nil
		}
	}
	return Member{}, Structure{}, fault.NotFound("Personne que vous puissiez voir ne porte ce numéro.", "Nobody whom you may see bears this number.")
}
