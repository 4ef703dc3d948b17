package posts

import (
	"context"
	"fmt"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
)

// PlannedParty is a party as typed.
type PlannedParty struct {
	Name, SIREN, Structure, Commune string
	Time, Funding                   int
	Hospital                        bool
}

// SharedCommand draws a shared post, or changes it while it is being prepared.
type SharedCommand struct {
	Kind             Kind
	Title            string
	Structure        string // who coordinates
	Dossier          string // the application it comes from; only when it is created
	Email            string
	Quota            int
	Cost             int64 // cents a year
	StartsOn, EndsOn string
	AlertMonths      int
	Parties          []PlannedParty
	Version          int // of the post that is changed
}

// draft checks the command and makes the post of it. Shares that are no whole yet are kept: filing refuses them.
func (s *Service) draft(ctx context.Context, cmd SharedCommand) (*SharedPost, error) {
	wrong := fault.Fields{}
	p := &SharedPost{Kind: cmd.Kind, Title: strings.TrimSpace(cmd.Title), Structure: cmd.Structure, Email: strings.TrimSpace(cmd.Email), Quota: cmd.Quota, Cost: cmd.Cost, Dossier: cmd.Dossier, AlertMonths: cmd.AlertMonths}
	if _, ok := cmd.Kind.Info(); !ok {
		wrong.Add("kind", "Choisissez le type de poste.", "Choose the kind of post.")
	}
	if p.Title == "" {
		wrong.Add("title", "Donnez un intitulé au poste.", "Give the post a title.")
	}
	if p.Quota < 1 || p.Quota > 100 {
		wrong.Add("quota", "La quotité est de 1 à 100 % d’un temps plein.", "The quota is 1 to 100% of a full time.")
	}
	if p.Cost < 0 {
		wrong.Add("cost", "Donnez un coût annuel en euros, ou rien.", "Give a yearly cost in euros, or nothing.")
	}
	if p.AlertMonths < 0 || p.AlertMonths > 24 {
		wrong.Add("alert_months", "L’alerte est de 0 à 24 mois avant la fin.", "The alert is 0 to 24 months before the end.")
	}
	p.StartsOn, p.EndsOn = dayOf(wrong, "starts_on", cmd.StartsOn), dayOf(wrong, "ends_on", cmd.EndsOn)
	if p.EndsOn <= p.StartsOn {
		wrong.Add("ends_on", "La fin vient après le début.", "The end comes after the start.")
	}
	s.share(ctx, wrong, p, cmd.Parties)
	return p, wrong.Err()
}

// share checks the parties; the post lies where its first working site does.
func (s *Service) share(ctx context.Context, wrong fault.Fields, p *SharedPost, parties []PlannedParty) {
	distinct := map[string]bool{}
	for i, x := range parties {
		row := Party{ID: db.NewID(), Rank: i + 1, Name: strings.TrimSpace(x.Name), Structure: x.Structure, Commune: strings.TrimSpace(x.Commune), Time: x.Time, Funding: x.Funding}
		if x.Hospital {
			row.Hospital = 1
		}
		row.SIREN = sirenOf(wrong, fmt.Sprintf("siren_%d", i), x.SIREN)
		if row.Name == "" {
			wrong.Add(fmt.Sprintf("name_%d", i), "Nommez le partenaire.", "Name the partner.")
		}
		if row.SIREN != "" && distinct[row.SIREN] {
			wrong.Add(fmt.Sprintf("siren_%d", i), "Ce SIREN est déjà celui d’un autre partenaire : ils doivent être juridiquement distincts.", "Another partner has this SIREN: they must be legally distinct.")
		}
		distinct[row.SIREN] = true
		if x.Time < 0 || x.Time > 100 || x.Funding < 0 || x.Funding > 100 {
			wrong.Add(fmt.Sprintf("time_%d", i), "Une part est de 0 à 100 %.", "A share is 0 to 100%.")
		}
		if row.Time > 0 {
			site, err := s.needs.Ground.Site(ctx, row.Commune, s.now())
			if err != nil {
				wrong.Add(fmt.Sprintf("commune_%d", i), "Donnez le code INSEE de la commune où le médecin travaille.", "Give the INSEE code of the municipality where the doctor works.")
			} else if p.Region == "" {
				p.Region, p.Dept = site.Region, site.Departement
			}
		}
		p.Party = append(p.Party, row)
		p.Parties, p.TimeSum, p.FundingSum = p.Parties+1, p.TimeSum+row.Time, p.FundingSum+row.Funding
	}
	if p.Region == "" {
		wrong.Add("commune_0", "Un partenaire au moins accueille le médecin : donnez-lui une part de temps et une commune.", "At least one partner receives the doctor: give it a share of time and a municipality.")
	}
}

// CreateShared draws a post.
func (s *Service) CreateShared(ctx context.Context, actor accounts.Actor, cmd SharedCommand) (*SharedPost, error) {
	if err := actor.RequireSomewhere(PermApply); err != nil {
		return nil, err
	}
	p, err := s.draft(ctx, cmd)
	if err != nil {
		return nil, err
	}
	if err := actor.Require(PermApply, p.Scope()); err != nil {
		return nil, err
	}
	if p.Dossier != "" {
		if _, err := s.needs.Applications.Application(ctx, actor, p.Dossier); err != nil {
			return nil, err
		}
	}
	now := s.now()
	p.ID, p.State, p.Since, p.Version, p.CreatedAt, p.UpdatedAt = db.NewID(), Campaign, now, 1, now, now
	return p, s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insertShared(ctx, tx, p); err != nil {
			return err
		}
		for i := range p.Party {
			p.Party[i].PostID = p.ID
		}
		if err := putParties(ctx, tx, p); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, sharedObject, p.ID, "create", "A préparé le poste partagé « "+p.Title+" »", "", nil)
	})
}

// EditShared changes a post that is being prepared.
func (s *Service) EditShared(ctx context.Context, actor accounts.Actor, id string, cmd SharedCommand) error {
	fresh, err := s.draft(ctx, cmd)
	if err != nil {
		return err
	}
	return s.changeShared(ctx, actor, id, PermApply, func(tx *db.Tx, p *SharedPost) error {
		if p.State != Campaign {
			return fault.Refused("posts.shared: edit", "La candidature est déposée : reprenez-la avant de la modifier.", "The application is filed: take it back before changing it.")
		}
		if cmd.Version != p.Version {
			return fault.Conflict("Quelqu’un d’autre a modifié ce poste entre-temps : votre saisie est affichée, relisez-la.", "Somebody else changed this post meanwhile: what you typed is shown, read it again.")
		}
		p.Title, p.Email, p.Quota, p.Cost, p.StartsOn, p.EndsOn, p.AlertMonths = fresh.Title, fresh.Email, fresh.Quota, fresh.Cost, fresh.StartsOn, fresh.EndsOn, fresh.AlertMonths
		p.Party, p.Parties, p.TimeSum, p.FundingSum = fresh.Party, fresh.Parties, fresh.TimeSum, fresh.FundingSum
		for i := range p.Party {
			p.Party[i].PostID = p.ID
		}
		if err := putParties(ctx, tx, p); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, sharedObject, p.ID, "edit", "A modifié le poste partagé « "+p.Title+" »", "", nil)
	})
}

// changeShared opens a post to whoever holds the permission there, changes it and writes it.
func (s *Service) changeShared(ctx context.Context, actor accounts.Actor, id string, perm accounts.Permission, change func(tx *db.Tx, p *SharedPost) error) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		p, err := getShared(ctx, tx, id)
		if err != nil {
			return err
		}
		if !p.readBy(actor) {
			return unknown()
		}
		if err := actor.Require(perm, p.Scope()); err != nil {
			return err
		}
		if err := change(tx, p); err != nil {
			return err
		}
		return updateShared(ctx, tx, p, s.now())
	})
}

// readBy tells whether the actor may read the post: in their territory, their structure's, or shared by it.
func (p *SharedPost) readBy(actor accounts.Actor) bool {
	if actor.Can(PermRead, p.Scope()) {
		return true
	}
	for _, party := range p.Party {
		if party.Structure != "" && actor.Can(PermRead, accounts.Scope{Structure: party.Structure}) {
			return true
		}
	}
	return false
}

// MoveShared takes a post along its life.
func (s *Service) MoveShared(ctx context.Context, actor accounts.Actor, id, move, reason string) error {
	return s.changeShared(ctx, actor, id, PermApply, func(tx *db.Tx, p *SharedPost) error {
		next, err := SharedLife.Check(p, p.State, move, roles(actor, p.Scope()), reason)
		if err != nil {
			return err
		}
		if err := s.mayMove(ctx, p, move, reason); err != nil {
			return err
		}
		from := p.State
		p.State, p.Since = next, s.now()
		p.DueAt = firstDue(SharedLife, p, next, p.Since)
		if next == Ended {
			if err := s.release(ctx, tx, p, s.Today()); err != nil {
				return err
			}
		}
		if p.Running() {
			if err := s.schedule(ctx, tx, p); err != nil {
				return err
			}
		}
		mv, _ := SharedLife.Move(move)
		return s.record(ctx, tx, actor, sharedObject, p.ID, move, mv.Label.FR+" : « "+p.Title+" »", reason, map[string]string{"from": string(from), "to": string(next)})
	})
}

// mayMove asks what the table of moves cannot know: the terms of the kind, the grant and the agreement of the application.
func (s *Service) mayMove(ctx context.Context, p *SharedPost, move, reason string) error {
	if departures := p.Departures(); move == "apply" && len(departures) > 0 {
		if p.Exception = strings.TrimSpace(reason); p.Exception == "" {
			return departs(p, departures)
		}
	}
	if p.Dossier == "" || move != "adopt" && move != "select" && move != "start" {
		return nil
	}
	a, err := s.needs.Applications.Application(ctx, accounts.System("posts"), p.Dossier)
	switch {
	case err != nil:
		return err
	case !a.Granted:
		return fault.Refused("dossier-granted", "Le dossier "+a.Number+" n’est pas encore accordé : le poste suit sa décision.", "Application "+a.Number+" is not granted yet: the post follows its decision.")
	case move == "start" && (a.Agreement == nil || a.Agreement.SignedOn == ""):
		return fault.Refused("invariant-5", "La convention du dossier "+a.Number+" n’est pas signée : le poste ouvre après elle.", "The agreement of application "+a.Number+" is not signed: the post starts after it.")
	}
	return nil
}

// departs refuses a post off the terms of its kind until somebody says why.
func departs(p *SharedPost, departures []i18n.Text) error {
	info, _ := p.Kind.Info()
	var fr, en []string
	for _, d := range departures {
		fr, en = append(fr, d.FR), append(en, d.EN)
	}
	refusal := fault.Refused("terms-"+string(p.Kind), "Ce poste s’écarte de ses conditions ("+info.Model.Source+") : "+strings.Join(fr, " ; ")+". Corrigez, ou écrivez le motif de la dérogation.",
		"This post departs from its terms ("+info.Model.Source+"): "+strings.Join(en, "; ")+". Correct it, or write the reason of the exception.")
	refusal.Fields = fault.Fields{"reason": i18n.Text{FR: "Dites pourquoi ce poste s’écarte de ses conditions.", EN: "Say why this post departs from its terms."}}
	return refusal
}

// release ends the present holder's time.
func (s *Service) release(ctx context.Context, tx *db.Tx, p *SharedPost, on clock.Day) error {
	_, err := tx.ExecContext(ctx, `UPDATE shared_post_holder SET to_day = $1 WHERE post_id = $2 AND to_day = ''`, string(on), p.ID)
	p.Holder, p.RPPS, p.HolderSince, p.DepartureOn = "", "", "", ""
	return err
}

// HolderCommand names who holds the post from a day; Trainer says that the doctor is a university trainer (MSU).
type HolderCommand struct {
	Name, RPPS, From string
	Trainer          bool
}

// NameHolder gives the post its holder. Somebody who is still there on that day is not replaced: one holder at a time.
func (s *Service) NameHolder(ctx context.Context, actor accounts.Actor, id string, cmd HolderCommand) error {
	wrong := fault.Fields{}
	number, from := rppsOf(wrong, "rpps", cmd.RPPS), dayOf(wrong, "from", cmd.From)
	if strings.TrimSpace(cmd.Name) == "" {
		wrong.Add("name", "Nommez le titulaire.", "Name the holder.")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	return s.changeShared(ctx, actor, id, PermManage, func(tx *db.Tx, p *SharedPost) error {
		if p.State == Ended || p.State == Refused || p.State == Campaign {
			return fault.Refused("posts.shared: holder", "Ce poste n’attend pas de titulaire dans cet état.", "This post expects no holder in this state.")
		}
		if p.RPPS != "" && (p.DepartureOn == "" || from <= p.DepartureOn) {
			return fault.Refused("invariant-7", "« "+p.Holder+" » occupe encore le poste ce jour-là : annoncez d’abord son départ, avant l’arrivée de la suite.",
				"“"+p.Holder+"” still holds the post that day: announce the departure first, before the next one arrives.")
		}
		if p.RPPS != "" {
			if err := s.release(ctx, tx, p, p.DepartureOn); err != nil {
				return err
			}
		}
		p.Holder, p.RPPS, p.HolderSince, p.AlertedAt = strings.TrimSpace(cmd.Name), number, from, nil
		p.Trainer = 0
		if cmd.Trainer {
			p.Trainer = 1
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO shared_post_holder (id, post_id, name, rpps, from_day, to_day) VALUES ($1, $2, $3, $4, $5, '')`, db.NewID(), p.ID, p.Holder, number, string(from)); err != nil {
			return refusal(err)
		}
		return s.record(ctx, tx, actor, sharedObject, p.ID, "holder", "Titulaire nommé : « "+p.Title+" »", "", map[string]string{"from": string(from)})
	})
}

// AnnounceDeparture records when the holder leaves; the succession alert falls due at once.
func (s *Service) AnnounceDeparture(ctx context.Context, actor accounts.Actor, id, on, reason string) error {
	wrong := fault.Fields{}
	day := dayOf(wrong, "departure_on", on)
	if err := wrong.Err(); err != nil {
		return err
	}
	return s.changeShared(ctx, actor, id, PermApply, func(tx *db.Tx, p *SharedPost) error {
		if p.RPPS == "" || day < p.HolderSince {
			return fault.Invalid("Le départ vient après l’arrivée du titulaire.", "The departure comes after the holder's arrival.")
		}
		p.DepartureOn, p.AlertedAt = day, nil
		if err := s.record(ctx, tx, actor, sharedObject, p.ID, "departure", "Départ annoncé : « "+p.Title+" »", reason, map[string]string{"on": string(day)}); err != nil {
			return err
		}
		return s.alert(ctx, tx, accounts.System("échéances"), p)
	})
}

// WriteReview keeps the review of the post.
func (s *Service) WriteReview(ctx context.Context, actor accounts.Actor, id, text string) error {
	wrong := fault.Fields{}
	if strings.TrimSpace(text) == "" {
		wrong.Add("review", "Écrivez le bilan.", "Write the review.")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	return s.changeShared(ctx, actor, id, PermManage, func(tx *db.Tx, p *SharedPost) error {
		p.Review = strings.TrimSpace(text)
		return s.record(ctx, tx, actor, sharedObject, p.ID, "write-review", "Bilan écrit : « "+p.Title+" »", "", nil)
	})
}

// alert writes that the succession must be prepared, and to the post's contact, once.
func (s *Service) alert(ctx context.Context, tx *db.Tx, actor accounts.Actor, p *SharedPost) error {
	if p.AlertedAt != nil || !p.AlertDue(s.Today()) {
		return nil
	}
	now := s.now()
	p.AlertedAt = &now
	if err := s.record(ctx, tx, actor, sharedObject, p.ID, "succession-alert", "Alerte de succession : « "+p.Title+" »", "", map[string]string{"ends_on": string(p.EndsOn), "departure_on": string(p.DepartureOn)}); err != nil {
		return err
	}
	to, err := s.needs.People.Officers(ctx, accounts.Scope{Region: p.Region, Departement: p.Dept})
	if err != nil {
		return err
	}
	for _, address := range append([]string{p.Email}, to...) {
		if err := s.needs.Letters.Send(ctx, tx, address, i18n.Text{FR: "Préparer la suite d’un poste partagé", EN: "Prepare the succession of a shared post"},
			i18n.Text{FR: "Le poste « " + p.Title + " » arrive à son terme ou son titulaire annonce son départ : préparez la suite (successeur, pérennisation ou fin).",
				EN: "The post “" + p.Title + "” nears its end, or its holder announced a departure: prepare what follows (successor, permanence or end)."}, "/postes/partages/"+p.ID); err != nil {
			return err
		}
	}
	return nil
}

// SuccessionJob is the kind of the job that fires an alert on its day.
const SuccessionJob = "posts.succession"

// schedule asks for the alert on the day it falls due: at once when that day has passed.
func (s *Service) schedule(ctx context.Context, tx *db.Tx, p *SharedPost) error {
	if p.AlertedAt != nil || p.EndsOn == "" {
		return nil
	}
	at := p.EndsOn.AddMonths(-p.AlertMonths).Time().Add(8 * time.Hour)
	_, err := jobs.Enqueue(ctx, tx, jobs.New{Kind: SuccessionJob, Payload: p.ID, RunAt: at, Key: p.ID})
	return err
}

// Succession fires the alert of a post if it is due; it says whether it fired. The job of schedule calls it.
func (s *Service) Succession(ctx context.Context, id string) (fired bool, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		fired = false
		p, err := getShared(ctx, tx, id)
		if err != nil || p.AlertedAt != nil || !p.AlertDue(s.Today()) {
			return err
		}
		fired = true
		if err := s.alert(ctx, tx, accounts.System("échéances"), p); err != nil {
			return err
		}
		return updateShared(ctx, tx, p, s.now())
	})
	return fired, err
}

// Sweep fires the succession alerts that fell due, and the 24 months of recruitments that passed. It says how many posts it touched.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	system := accounts.System("échéances")
	var ids []string
	if err := s.db.SelectContext(ctx, &ids, `SELECT id FROM shared_post WHERE state IN ('started', 'review') AND alerted_at IS NULL ORDER BY id`); err != nil {
		return 0, err
	}
	n := 0
	for _, id := range ids {
		fired, err := s.Succession(ctx, id)
		if err != nil {
			return n, err
		}
		if fired {
			n++
		}
	}
	terms, err := s.terms(ctx, system)
	return n + terms, err
}

// SharedFile is a post with everything that its page tells.
type SharedFile struct {
	*SharedPost
	Holders []Holder
	History []audit.Record
	Roles   []accounts.Role
	// Alert says that the succession must be prepared.
	Alert bool
	// Application is the one it comes from; nil for none.
	Application *Application
	Documents   []Document
	Money       Calculation // what each party pays a year
	Today       clock.Day
}

// Shared reads a post.
func (s *Service) Shared(ctx context.Context, actor accounts.Actor, id string) (*SharedFile, error) {
	p, err := getShared(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	if !p.readBy(actor) {
		return nil, unknown()
	}
	f := &SharedFile{SharedPost: p, Roles: roles(actor, p.Scope()), Alert: p.AlertDue(s.Today()), Money: Calculate(p.Quota, p.Cost, p.Shares()), Today: s.Today()}
	if err := s.db.SelectContext(ctx, &f.Holders, `SELECT id, post_id, name, rpps, from_day, to_day FROM shared_post_holder WHERE post_id = $1 ORDER BY from_day DESC, id`, id); err != nil {
		return nil, err
	}
	if err := s.db.SelectContext(ctx, &f.Documents, `SELECT `+documentColumns+` FROM shared_post_document WHERE post_id = $1 ORDER BY added_at, id`, id); err != nil {
		return nil, err
	}
	if p.Dossier != "" {
		a, err := s.needs.Applications.Application(ctx, accounts.System("posts"), p.Dossier)
		if err != nil && !fault.Is(err, fault.KindNotFound) {
			return nil, err
		}
		if err == nil {
			f.Application = &a
		}
	}
	f.History, err = s.history(ctx, sharedObject, id)
	return f, err
}

// Effect computes what the post changes in the region's access, by full-time equivalents at its sites. Only a general practitioner's time
// in town counts in it.
func (s *Service) Effect(ctx context.Context, p *SharedPost) (Effect, error) {
	if info, _ := p.Kind.Info(); !info.Model.GP {
		return Effect{Notes: []string{"L’APL ne compte que les généralistes de ville : ce poste ne la change pas"}}, nil
	}
	var sites []SiteFTE
	for _, party := range p.Party {
		if party.Time > 0 && party.Hospital == 0 {
			sites = append(sites, SiteFTE{Code: party.Commune, Name: party.Name, FTE: float64(p.Quota*party.Time) / 10_000})
		}
	}
	if len(sites) == 0 {
		return Effect{}, nil
	}
	return s.needs.Access.Effect(ctx, p.Region, sites)
}

// ListShared finds posts of the actor's, and how many there are without the limit.
func (s *Service) ListShared(ctx context.Context, actor accounts.Actor, f Filter) (all []SharedPost, total int, err error) {
	if err := actor.RequireSomewhere(PermRead); err != nil {
		return nil, 0, err
	}
	c := condition{}
	c.seen(actor, "id IN (SELECT post_id FROM shared_post_party WHERE structure_id = ?)")
	c.addIf(f.Kind != "", "kind = ?", f.Kind)
	c.addIf(f.State != "", "state = ?", f.State)
	c.addIf(f.Departement != "", "departement = ?", f.Departement)
	c.addIf(f.Text != "", "search_text LIKE ?", db.Like(f.Text))
	c.addIf(f.Alert, "alerted_at IS NOT NULL AND state IN ('started', 'review')")
	if err := s.db.GetContext(ctx, &total, `SELECT COUNT(*) FROM shared_post`+c.where(), c.args...); err != nil {
		return nil, 0, err
	}
	by := order(f.Sort, map[string]string{"title": "search_text", "kind": "kind", "state": "state", "departement": "departement", "ends": "ends_on"}, "ends_on, id")
	err = s.db.SelectContext(ctx, &all, fmt.Sprintf(`SELECT %s FROM shared_post%s%s LIMIT %d OFFSET %d`, sharedColumns, c.where(), by, f.limit(), f.Offset), c.args...)
	return all, total, err
}

func (f Filter) limit() int {
	if f.Limit <= 0 {
		return 50
	}
	return min(f.Limit, 5000)
}
