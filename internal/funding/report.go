package funding

import (
	"context"
	"io"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Tracker is what the author of a dossier follows: commitment, tranches, expected dates, missing proof.
type Tracker struct {
	Convention Convention
	Tranches   []Tranche
	Reports    []Report
	Repayments []RepaymentOrder
	Amendments []Amendment
	// Missing says what the next tranche waits for: "signature", "commitment", "report", or "" when nothing.
	Missing string
	Today   string
}

// Next is the tranche that is paid next; nil when none is left.
func (t Tracker) Next() *Tranche {
	for i := range t.Tranches {
		if t.Tranches[i].State == "planned" {
			return &t.Tranches[i]
		}
	}
	return nil
}

// Awaited are the reports and proofs that a tranche waits for, and that are not accepted yet.
func (t Tracker) Awaited(x Tranche) []Report {
	var all []Report
	for _, r := range t.Reports {
		if r.For(x) && r.State != "accepted" {
			all = append(all, r)
		}
	}
	return all
}

// Payable tells whether a tranche may be ordered now, but for who orders it.
func (t Tracker) Payable(x Tranche) bool {
	next := t.Next()
	return next != nil && next.Rank == x.Rank && (t.Convention.State == Committed || t.Convention.State == Paying) && len(t.Awaited(x)) == 0
}

// Track reads the tracker of a dossier, for its author or an officer of the territory. Found is false while there is no agreement.
func (s *Service) Track(ctx context.Context, actor accounts.Actor, key, dossierID string) (t Tracker, found bool, err error) {
	var id string
	err = s.db.GetContext(ctx, &id, `SELECT id FROM convention WHERE dossier_id = $1`, dossierID)
	if db.NoRows(err) {
		return t, false, nil
	}
	if err != nil {
		return t, false, err
	}
	t, err = s.Read(ctx, actor, key, id)
	return t, err == nil, err
}

// Read reads a convention with its tranches and reports, for the author of its dossier or an officer of the territory.
func (s *Service) Read(ctx context.Context, actor accounts.Actor, key, id string) (Tracker, error) {
	c, err := get(ctx, s.db, id)
	if err != nil {
		return Tracker{}, err
	}
	if !actor.Can(PermManage, c.Scope()) {
		author, err := s.grants.Author(ctx, actor, key, c.DossierID)
		if err != nil || !author {
			return Tracker{}, unknown()
		}
	}
	t := Tracker{Convention: *c, Today: s.Today()}
	if t.Tranches, err = tranches(ctx, s.db, id); err != nil {
		return t, err
	}
	if t.Reports, err = reports(ctx, s.db, id); err != nil {
		return t, err
	}
	if t.Repayments, err = repayments(ctx, s.db, id); err != nil {
		return t, err
	}
	if t.Amendments, err = amendments(ctx, s.db, id); err != nil {
		return t, err
	}
	t.Missing = missing(t)
	return t, nil
}

func missing(t Tracker) string {
	next := t.Next()
	switch {
	case next == nil:
		return ""
	case t.Convention.SignedOn == "":
		return "signature"
	case t.Convention.State == Signed:
		return "commitment"
	case len(t.Awaited(*next)) > 0:
		return "report"
	}
	return ""
}

// Filter chooses conventions.
type Filter struct {
	State, Programme, Departement, Text string
	// Waiting keeps those on which an officer must act: to commit, reports to examine, tranches that may be paid, repayments late.
	Waiting bool
}

// Row is a convention in a list, with what it waits for.
type Row struct {
	Convention
	Filed   int    `db:"filed"`   // reports to examine
	Owed    int    `db:"owed"`    // reports not filed, or to redo
	Late    int    `db:"late"`    // of which late
	Planned int    `db:"planned"` // tranches not ordered yet
	Ready   int    `db:"ready"`   // 1 when the next tranche may be ordered
	Next    string `db:"next_on"` // when it is expected
}

// Waiting tells whether an officer must act.
func (r Row) Waiting() bool {
	return r.State == Signed || r.Filed > 0 || r.Ready > 0 || r.Late > 0
}

// Conventions lists the conventions of the reader's territory, those that changed last first.
func (s *Service) Conventions(ctx context.Context, actor accounts.Actor, f Filter) ([]Row, error) {
	if err := actor.RequireSomewhere(PermManage); err != nil {
		return nil, err
	}
	var all []Row
	if err := s.db.SelectContext(ctx, &all, `SELECT `+columns+`,
		(SELECT COUNT(*) FROM report r WHERE r.convention_id = convention.id AND r.state = 'filed') AS filed,
		(SELECT COUNT(*) FROM report r WHERE r.convention_id = convention.id AND r.state IN ('due', 'to-redo')) AS owed,
		(SELECT COUNT(*) FROM report r WHERE r.convention_id = convention.id AND r.state IN ('due', 'to-redo') AND r.due_on < $1) AS late,
		(SELECT COUNT(*) FROM tranche t WHERE t.convention_id = convention.id AND t.state = 'planned') AS planned,
		(SELECT COUNT(*) FROM tranche t WHERE t.convention_id = convention.id AND convention.state IN ('committed', 'paying') AND t.state = 'planned'
			AND NOT EXISTS (SELECT 1 FROM tranche b WHERE b.convention_id = t.convention_id AND b.state = 'planned' AND b.rank < t.rank)
			AND NOT EXISTS (SELECT 1 FROM report r WHERE r.convention_id = t.convention_id AND r.state <> 'accepted' AND (r.tranche_rank = t.rank OR (r.tranche_rank = 0 AND t.final)))) AS ready,
		COALESCE((SELECT MIN(t.expected_on) FROM tranche t WHERE t.convention_id = convention.id AND t.state = 'planned'), '') AS next_on
		FROM convention ORDER BY updated_at DESC, id LIMIT 5000`, s.Today()); err != nil {
		return nil, err
	}
	text := db.Words(f.Text)
	kept := all[:0]
	for _, c := range all {
		if actor.Can(PermManage, c.Scope()) && f.keeps(c, text) {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

func (f Filter) keeps(c Row, words []string) bool {
	if f.State != "" && string(c.State) != f.State || f.Programme != "" && c.Programme != f.Programme || f.Departement != "" && c.Dept != f.Departement || f.Waiting && !c.Waiting() {
		return false
	}
	in := db.Fold(c.Number, c.DossierNumber, c.Title, c.Payee)
	for _, w := range words {
		if !strings.Contains(in, w) {
			return false
		}
	}
	return true
}

// FileCommand files a report or a proof: what it says, and a PDF for those that are papers.
type FileCommand struct {
	Text, FileName string
	File           io.Reader // or nil
}

// FileReport is done by the author of the dossier.
func (s *Service) FileReport(ctx context.Context, actor accounts.Actor, key, conventionID, reportID string, cmd FileCommand) error {
	t, err := s.Read(ctx, actor, key, conventionID)
	if err != nil {
		return err
	}
	cmd.Text = strings.TrimSpace(cmd.Text)
	wrong := fault.Fields{}
	if cmd.Text == "" && cmd.File == nil {
		wrong.Add("text", "Écrivez le compte rendu, ou joignez la pièce en PDF.", "Write the report, or attach the paper as a PDF.")
	}
	if len(cmd.Text) > 50_000 {
		wrong.Add("text", "Écrivez le compte rendu en 50 000 caractères au plus, ou joignez-le en PDF.", "Write the report in 50,000 characters at most, or attach it as a PDF.")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	kept := paper{}
	if cmd.File != nil {
		if kept, err = s.keep(ctx, conventionID, cmd.File); err != nil {
			return err
		}
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := one(tx.ExecContext(ctx, `UPDATE report SET state = 'filed', text = $1, file_name = $2, file_blob = $3, file_sha256 = $4, filed_at = $5
			WHERE id = $6 AND convention_id = $7 AND state <> 'accepted'`, cmd.Text, cmd.FileName, kept.blob, kept.sha256, s.now(), reportID, conventionID)); err != nil {
			return err
		}
		who := actor
		if who.Anonymous() {
			who = accounts.Actor{ID: "dossier:" + t.Convention.DossierID, Name: "Auteur du dossier, sans compte"}
		}
		return s.record(ctx, tx, who, "report", &t.Convention, "Compte rendu déposé", "", nil)
	})
}

// ReportFile opens the PDF of a report, for whoever may read the convention.
func (s *Service) ReportFile(ctx context.Context, actor accounts.Actor, key, conventionID, reportID string) (io.ReadCloser, Report, error) {
	t, err := s.Read(ctx, actor, key, conventionID)
	if err != nil {
		return nil, Report{}, err
	}
	for _, r := range t.Reports {
		if r.ID == reportID && r.FileBlob != "" {
			file, err := s.files.Get(ctx, r.FileBlob)
			return file, r, err
		}
	}
	return nil, Report{}, fault.NotFound("Aucune pièce n’est jointe ici.", "No paper is attached here.")
}

// JudgeReport accepts a report, or sends it back with a reason.
func (s *Service) JudgeReport(ctx context.Context, actor accounts.Actor, conventionID, reportID string, accept bool, reason string) error {
	state := "accepted"
	if !accept {
		state = "to-redo"
		if strings.TrimSpace(reason) == "" {
			wrong := fault.Fields{}
			wrong.Add("reason", "Dites ce qui manque au compte rendu.", "Say what the report lacks.")
			return wrong.Err()
		}
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, conventionID, PermManage)
		if err != nil {
			return err
		}
		if err := one(tx.ExecContext(ctx, `UPDATE report SET state = $1, reason = $2, decided_by = $3, decided_at = $4 WHERE id = $5 AND convention_id = $6 AND state = 'filed'`,
			state, reason, actor.ID, s.now(), reportID, conventionID)); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor, "report."+state, c, "Compte rendu examiné", reason, nil); err != nil || accept {
			return err
		}
		return s.tell(ctx, tx, c, i18n.Text{FR: "Compte rendu à reprendre : " + c.DossierNumber, EN: "Report to redo: " + c.DossierNumber},
			i18n.Text{FR: "L’Agence vous demande de compléter un compte rendu ; ce qui manque est écrit dans le suivi de votre dossier.", EN: "The agency asks you to complete a report; what it lacks is written in the tracker of your application."})
	})
}

func one(result interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return fault.Conflict("Ce compte rendu n’est pas dans l’état attendu : rechargez la page.", "This report is not in the state expected: reload the page.").Because(err)
	}
	return nil
}
