package calls

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Session is a sitting of the committee over dossiers of one call.
type Session struct {
	ID        string    `db:"id"`
	CallID    string    `db:"call_id"`
	Title     string    `db:"title"`
	HeldOn    string    `db:"held_on"` // 2026-11-22
	State     string    `db:"state"`   // planned, closed
	Minutes   string    `db:"minutes"`
	Version   int       `db:"version"`
	CreatedAt time.Time `db:"created_at"`
}

// Vote is the vote of a member on a dossier: for, against, abstain, or recused with its reason.
type Vote struct {
	DossierID  string `db:"dossier_id"`
	MemberID   string `db:"member_id"`
	MemberName string `db:"member_name"`
	Vote       string `db:"vote"`
	Reason     string `db:"reason"`
}

// Pack is what a committee has before it: dossiers by score, votes, and the envelope as it would be after granting down the list.
type Pack struct {
	Session Session
	Call    *Call
	Rows    []PackRow
}

// PackRow is one dossier of the pack. Within tells whether the envelope still covers it when those above are granted.
type PackRow struct {
	Dossier               Dossier
	For, Against, Abstain int
	Recused               []string
	Mine                  string // the reader's own vote, "" before it
	Cumulated             int64  // proposed amounts down to this row, in cents
	Within                bool
}

const sessionColumns = `id, call_id, title, held_on, state, minutes, version, created_at`

// Sitting is a sitting in a list: of the dossiers before it that the reader may see, how many there are and how many await a decision.
type Sitting struct {
	Session
	Call              db.JSON[i18n.Text] `db:"call_title"`
	Region            string             `db:"region"`
	Dossiers, Waiting int
}

// Over tells whether the day came and nothing awaits a decision.
func (s Sitting) Over(today string) bool { return s.HeldOn <= today && s.Waiting == 0 }

// Sessions lists the sittings, latest first.
func (s *Service) Sessions(ctx context.Context, actor accounts.Actor) ([]Sitting, error) {
	if err := actor.RequireSomewhere(PermInstruct); err != nil {
		return nil, err
	}
	var all []Sitting
	err := s.db.SelectContext(ctx, &all, `SELECT committee.id, call_id, committee.title, held_on, committee.state, minutes, committee.version, committee.created_at, region, call.title AS call_title
		FROM committee JOIN call ON call.id = call_id ORDER BY held_on DESC, committee.id LIMIT 500`)
	if err != nil {
		return nil, fmt.Errorf("read the sittings: %w", err)
	}
	var counts []struct {
		Committee   string          `db:"committee_id"`
		Region      string          `db:"region"`
		Departement string          `db:"departement"`
		State       lifecycle.State `db:"state"`
		N           int             `db:"n"`
	}
	err = s.db.SelectContext(ctx, &counts, `SELECT committee_id, region, departement, state, count(*) AS n FROM committee_dossier JOIN dossier ON dossier.id = dossier_id
		GROUP BY committee_id, region, departement, state`)
	if err != nil {
		return nil, fmt.Errorf("count the applications of sittings: %w", err)
	}
	all = slices.DeleteFunc(all, func(one Sitting) bool { return !sits(actor, one.Region) })
	for _, c := range counts {
		i := slices.IndexFunc(all, func(one Sitting) bool { return one.ID == c.Committee })
		if i < 0 || !actor.Can(PermInstruct, accounts.Scope{Region: c.Region, Departement: c.Departement}) {
			continue
		}
		all[i].Dossiers += c.N
		if c.State == Committee {
			all[i].Waiting += c.N
		}
	}
	return all, nil
}

// sits tells whether an officer works in the region of a sitting, or in a part of it.
func sits(actor accounts.Actor, region string) bool {
	if actor.Can(PermInstruct, accounts.Scope{Region: region}) {
		return true
	}
	for _, g := range actor.Grants {
		if g.Role == accounts.RoleOfficer && (g.Region == region || g.Region == "") {
			return true
		}
	}
	return false
}

func unknownSession() error {
	return fault.NotFound("Cette séance n’existe pas.", "This sitting does not exist.")
}

// getSession reads a sitting and its call, for an officer of the region.
func getSession(ctx context.Context, q db.Queryer, actor accounts.Actor, id string) (*Session, *Call, error) {
	if err := actor.RequireSomewhere(PermInstruct); err != nil {
		return nil, nil, err
	}
	var session Session
	err := q.GetContext(ctx, &session, `SELECT `+sessionColumns+` FROM committee WHERE id = $1`, id)
	if db.NoRows(err) {
		return nil, nil, unknownSession()
	}
	if err != nil {
		return nil, nil, err
	}
	c, err := getCall(ctx, q, session.CallID)
	if err != nil {
		return nil, nil, err
	}
	if !sits(actor, c.Region) {
		return nil, nil, unknownSession()
	}
	return &session, c, nil
}

// Convene plans a sitting and puts every instructed dossier of the call, in the reader's territory, before it.
func (s *Service) Convene(ctx context.Context, actor accounts.Actor, callID, title, heldOn string) (string, error) {
	wrong := fault.Fields{}
	if strings.TrimSpace(title) == "" {
		wrong.Add("title", "Nommez la séance.", "Name the sitting.")
	}
	if _, err := time.Parse(time.DateOnly, heldOn); err != nil {
		wrong.Add("held_on", "Donnez la date de la séance.", "Give the date of the sitting.")
	}
	if err := wrong.Err(); err != nil {
		return "", err
	}
	c, err := getCall(ctx, s.db, callID)
	if err != nil {
		return "", err
	}
	if err := actor.RequireSomewhere(PermInstruct); err != nil {
		return "", err
	}
	waiting, _, err := s.Inbox(ctx, actor, Inbox{Call: callID, State: string(Instructed), Sort: "-score", Limit: MaxBatch})
	if err != nil {
		return "", err
	}
	if len(waiting) == 0 {
		return "", fault.Refused("committee-empty", "Aucun dossier instruit n’attend ce comité : concluez d’abord l’instruction.", "No processed application awaits this committee: conclude the instruction first.")
	}
	id := db.NewID()
	r := Reader{Actor: actor}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO committee (`+sessionColumns+`) VALUES ($1, $2, $3, $4, 'planned', '', 1, $5)`, id, callID, title, heldOn, s.now()); err != nil {
			return err
		}
		for _, row := range waiting {
			d, roles, err := s.open(ctx, tx, r, row.ID, accounts.RoleOfficer)
			if err != nil {
				return err
			}
			if err := s.move(ctx, tx, r, d, roles, "to-committee", "", map[string]string{"committee": id}); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO committee_dossier (committee_id, dossier_id) VALUES ($1, $2)`, id, d.ID); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, r, "calls.committee.convene", "calls.committee", id, "Comité convoqué : "+title+" ("+c.Title.V.FR+")", "", nil)
	})
	return id, err
}

// Pack gathers what the committee looks at, best score first.
func (s *Service) Pack(ctx context.Context, actor accounts.Actor, id string) (*Pack, error) {
	session, c, err := getSession(ctx, s.db, actor, id)
	if err != nil {
		return nil, err
	}
	p := Pack{Session: *session, Call: c}
	var dossiers []Dossier
	if err := s.db.SelectContext(ctx, &dossiers, `SELECT `+whole+fromWhole+`WHERE id IN (SELECT dossier_id FROM committee_dossier WHERE committee_id = $1)
		ORDER BY score DESC, proposed_cents, id`, id); err != nil {
		return nil, err
	}
	var votes []Vote
	if err := s.db.SelectContext(ctx, &votes, `SELECT dossier_id, member_id, member_name, vote, reason FROM committee_vote WHERE committee_id = $1 ORDER BY member_name, member_id`, id); err != nil {
		return nil, err
	}
	sum := int64(0)
	for _, d := range dossiers {
		if !actor.Can(PermInstruct, d.Scope()) {
			continue
		}
		if d.State == Committee {
			sum += d.Proposed
		}
		row := PackRow{Dossier: d, Cumulated: sum, Within: sum <= p.Call.Left()}
		row.count(votes, actor.ID)
		p.Rows = append(p.Rows, row)
	}
	return &p, nil
}

func (r *PackRow) count(votes []Vote, reader string) {
	for _, v := range votes {
		if v.DossierID != r.Dossier.ID {
			continue
		}
		if v.MemberID == reader {
			r.Mine = v.Vote
		}
		switch v.Vote {
		case "for":
			r.For++
		case "against":
			r.Against++
		case "abstain":
			r.Abstain++
		case "recused":
			r.Recused = append(r.Recused, v.MemberName)
		}
	}
}

// CastVote records the vote of the reader on a dossier of a sitting; who recused themselves, or declared a conflict, votes no more.
func (s *Service) CastVote(ctx context.Context, actor accounts.Actor, sessionID, dossierID, vote, reason string) error {
	if vote != "for" && vote != "against" && vote != "abstain" && vote != "recused" {
		return fault.Invalid("Votez pour, contre, abstention, ou récusez-vous.", "Vote for, against, abstain, or recuse yourself.")
	}
	if vote == "recused" {
		if err := mustReason(strings.TrimSpace(reason)); err != nil {
			return err
		}
	}
	r := Reader{Actor: actor}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, _, err := s.open(ctx, tx, r, dossierID, accounts.RoleOfficer)
		if err != nil {
			return err
		}
		var before int
		if err := tx.GetContext(ctx, &before, `SELECT COUNT(*) FROM committee_dossier WHERE committee_id = $1 AND dossier_id = $2`, sessionID, dossierID); err != nil {
			return err
		}
		if before == 0 {
			return unknownSession()
		}
		if d.State != Committee {
			return fault.Refused("committee-vote", "Ce dossier n’est plus devant le comité.", "This application is no longer before the committee.")
		}
		if err := conflictOf(ctx, tx, actor.ID, dossierID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO committee_vote (committee_id, dossier_id, member_id, member_name, vote, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (committee_id, dossier_id, member_id) DO UPDATE SET vote = EXCLUDED.vote, reason = EXCLUDED.reason, at = EXCLUDED.at`,
			sessionID, dossierID, actor.ID, actor.Name, vote, reason, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, r, "calls.committee.vote", "calls.dossier", dossierID, "Vote au comité : "+vote, reason, map[string]string{"committee": sessionID})
	})
}

// KeepMinutes writes the minutes of a sitting.
func (s *Service) KeepMinutes(ctx context.Context, actor accounts.Actor, id, minutes string, version int) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, _, err := getSession(ctx, tx, actor, id); err != nil {
			return err
		}
		if err := touched(tx.ExecContext(ctx, `UPDATE committee SET minutes = $1, version = version + 1 WHERE id = $2 AND version = $3`, minutes, id, version)); err != nil {
			return err
		}
		return s.record(ctx, tx, Reader{Actor: actor}, "calls.committee.minutes", "calls.committee", id, "Procès-verbal enregistré", "", nil)
	})
}
