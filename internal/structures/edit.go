package structures

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures/identifier"
	"maillage/internal/territory"
)

func (s *Service) fact(structure string, day Day, kind, key string, text i18n.Text) Fact {
	return Fact{ID: db.NewID(), StructureID: structure, Day: day, Kind: kind, Key: key, Text: db.JSON[i18n.Text]{V: text}}
}

func refusalText(err error) i18n.Text {
	var r *identifier.Refusal
	if errors.As(err, &r) {
		return r.Text
	}
	return i18n.Text{FR: err.Error(), EN: err.Error()}
}

// change is the frame of every write to one structure: read, permission, change, version, audit.
func (s *Service) change(ctx context.Context, actor accounts.Actor, id string, p accounts.Permission, action string,
	do func(tx *db.Tx, f *File) (said string, err error)) (*File, error) {
	var file *File
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		f, err := s.file(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := actor.Require(p, f.Scope()); err != nil {
			return err
		}
		if f.MergedInto != "" {
			return frozen()
		}
		said, err := do(tx, f)
		if err != nil {
			return err
		}
		f.UpdatedAt = db.Now(s.clock)
		if err := updateStructure(ctx, tx, f.Structure); err != nil {
			return err
		}
		file = f
		return s.audit(ctx, tx, actor, action, f.Structure, said, "")
	})
	return file, err
}

// UpdateCommand changes what describes a structure. Version is the one that the form was drawn from.
type UpdateCommand struct {
	ID      string
	Version int
	Name    string
	Commune string
	Address string
	Lat     float64
	Lon     float64
	About   string
	Website string
	Themes  []string
	Opened  Day
}

// Update changes name, place and description.
func (s *Service) Update(ctx context.Context, actor accounts.Actor, cmd UpdateCommand) error {
	_, err := s.change(ctx, actor, cmd.ID, PermWrite, "structures.update", func(tx *db.Tx, f *File) (string, error) {
		wrong := fault.Fields{}
		checkName(wrong, cmd.Name)
		if cmd.Opened != "" && !cmd.Opened.Valid() {
			wrong.Add("opened", "Cette date n’existe pas.", "This date does not exist.")
		}
		place(wrong, &f.Structure, cmd.Commune, cmd.Lat, cmd.Lon)
		if err := wrong.Err(); err != nil {
			return "", err
		}
		f.Opened, f.Version = cmd.Opened, cmd.Version
		f.Detail.V = Detail{About: strings.TrimSpace(cmd.About), Address: strings.TrimSpace(cmd.Address), Website: strings.TrimSpace(cmd.Website), Themes: cmd.Themes}
		f.rename(cmd.Name, f.Identifiers)
		_, err := tx.NamedExecContext(ctx, `UPDATE structure_site SET address = :address, commune = :commune, lat = :lat, lon = :lon, approximate = :approximate
			WHERE structure_id = :structure_id AND main AND to_day = ''`, f.mainSite())
		return fmt.Sprintf("A modifié la structure « %s ».", f.Name), err
	})
	return err
}

// SetNumber gives a structure a number from a day on. The number of the same scheme that it held ends the day before. An empty text
// only ends it.
func (s *Service) SetNumber(ctx context.Context, actor accounts.Actor, id string, scheme identifier.Scheme, text string, from Day) error {
	_, err := s.change(ctx, actor, id, PermWrite, "structures.number", func(tx *db.Tx, f *File) (string, error) {
		wrong := fault.Fields{}
		value, given := parseNumber(wrong, strings.ToLower(string(scheme)), scheme, text)
		if !from.Valid() {
			wrong.Add("from", "Cette date n’existe pas.", "This date does not exist.")
		}
		if err := wrong.Err(); err != nil {
			return "", err
		}
		_, err := tx.ExecContext(ctx, `UPDATE structure_identifier SET to_day = $1 WHERE structure_id = $2 AND scheme = $3 AND to_day = ''`,
			string(from.Add(-1)), id, string(scheme))
		if err != nil {
			return "", err
		}
		for i := range f.Identifiers {
			if f.Identifiers[i].Scheme == scheme && f.Identifiers[i].To == "" {
				f.Identifiers[i].To = from.Add(-1)
			}
		}
		if !given {
			return fmt.Sprintf("A mis fin au numéro %s de « %s ».", scheme, f.Name), nil
		}
		n := Identifier{db.NewID(), id, scheme, value, from, ""}
		f.Identifiers = append(f.Identifiers, n)
		f.rename(f.Name, f.Identifiers)
		return fmt.Sprintf("A enregistré le numéro %s %s de « %s ».", scheme, value, f.Name), taken(insertOne(ctx, tx, insertIdentifier, n))
	})
	return err
}

// MemberCommand adds a member.
type MemberCommand struct {
	Structure, Name, Profession, RPPS string
	From, To                          Day
	BirthYear                         string // declared, or ""
	Leaving                           Day    // announced departure, or ""
}

// AddMember records a professional from a day on.
func (s *Service) AddMember(ctx context.Context, actor accounts.Actor, cmd MemberCommand) error {
	_, err := s.change(ctx, actor, cmd.Structure, PermWrite, "structures.member", func(tx *db.Tx, f *File) (string, error) {
		wrong := fault.Fields{}
		checkName(wrong, cmd.Name)
		p, ok := ProfessionByID(cmd.Profession)
		if !ok {
			wrong.Add("profession", "Choisissez la profession.", "Choose the profession.")
		}
		rpps, _ := parseNumber(wrong, "rpps", identifier.RPPS, cmd.RPPS)
		if !cmd.From.Valid() {
			wrong.Add("from", "Donnez la date d’arrivée.", "Give the day of arrival.")
		}
		if cmd.To != "" && (!cmd.To.Valid() || cmd.To < cmd.From) {
			wrong.Add("to", "Le départ suit l’arrivée.", "Leaving follows arriving.")
		}
		birth := s.birthYear(wrong, cmd.BirthYear)
		checkLeaving(wrong, cmd.Leaving, cmd.From)
		if err := wrong.Err(); err != nil {
			return "", err
		}
		m := Member{ID: db.NewID(), StructureID: cmd.Structure, Name: strings.TrimSpace(cmd.Name), Profession: p.ID, RPPS: rpps, From: cmd.From, To: cmd.To,
			BirthYear: birth, Leaving: cmd.Leaving}
		return fmt.Sprintf("A ajouté un membre (%s) à « %s ».", p.Label.FR, f.Name), insertOne(ctx, tx, insertMember, m)
	})
	return err
}

// birthYear reads a declared year of birth; "" is not said.
func (s *Service) birthYear(wrong fault.Fields, text string) int {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	year, err := strconv.Atoi(text)
	if this := s.Today().Time().Year(); err != nil || year < this-100 || year > this-18 {
		wrong.Add("birth_year", "Écrivez une année de naissance, par exemple 1961.", "Write a year of birth, for instance 1961.")
	}
	return year
}

func checkLeaving(wrong fault.Fields, leaving, from Day) {
	if leaving != "" && (!leaving.Valid() || leaving < from) {
		wrong.Add("leaving", "Le départ annoncé suit l’arrivée.", "An announced departure follows the arrival.")
	}
}

// Declare records what a practice says of a member: year of birth and announced departure; what is empty is no longer said.
func (s *Service) Declare(ctx context.Context, actor accounts.Actor, id, member, birth string, leaving Day) error {
	_, err := s.change(ctx, actor, id, PermWrite, "structures.member", func(tx *db.Tx, f *File) (string, error) {
		at := slices.IndexFunc(f.Members, func(m Member) bool { return m.ID == member })
		if at < 0 {
			return "", fault.NotFound("Ce membre n’est pas de cette structure.", "This member is not of this structure.")
		}
		wrong := fault.Fields{}
		year := s.birthYear(wrong, birth)
		checkLeaving(wrong, leaving, f.Members[at].From)
		if err := wrong.Err(); err != nil {
			return "", err
		}
		_, err := tx.ExecContext(ctx, "UPDATE structure_member SET birth_year = $1, leaving_on = $2 WHERE id = $3", year, string(leaving), member)
		return fmt.Sprintf("A tenu à jour ce qui est déclaré d’un membre de « %s ».", f.Name), err
	})
	return err
}

// EndMember records that a member left; its row stays.
func (s *Service) EndMember(ctx context.Context, actor accounts.Actor, id, member string, on Day) error {
	_, err := s.change(ctx, actor, id, PermWrite, "structures.member", func(tx *db.Tx, f *File) (string, error) {
		at := slices.IndexFunc(f.Members, func(m Member) bool { return m.ID == member })
		if at < 0 {
			return "", fault.NotFound("Ce membre n’est pas de cette structure.", "This member is not of this structure.")
		}
		if !on.Valid() || on < f.Members[at].From {
			wrong := fault.Fields{}
			wrong.Add("to", "Le départ suit l’arrivée.", "Leaving follows arriving.")
			return "", wrong.Err()
		}
		_, err := tx.ExecContext(ctx, "UPDATE structure_member SET to_day = $1 WHERE id = $2", string(on), member)
		return fmt.Sprintf("A enregistré le départ d’un membre de « %s ».", f.Name), err
	})
	return err
}

// SetTerritory gives a structure its communes; the population is computed from them.
func (s *Service) SetTerritory(ctx context.Context, actor accounts.Actor, id string, communes []string) error {
	_, err := s.change(ctx, actor, id, PermWrite, "structures.territory", func(tx *db.Tx, f *File) (string, error) {
		codes, population, err := Territory(communes)
		if err != nil {
			return "", err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM structure_territory WHERE structure_id = $1", id); err != nil {
			return "", err
		}
		f.Territory, f.Population = codes, population
		said := fmt.Sprintf("A donné à « %s » un territoire de %d communes, %d habitants.", f.Name, len(codes), population)
		return said, insertAll(ctx, tx, insertTerritory, territoryRows(id, codes))
	})
	return err
}

func territoryRows(id string, codes []string) []territoryRow {
	rows := make([]territoryRow, len(codes))
	for i, c := range codes {
		rows[i] = territoryRow{id, c}
	}
	return rows
}

// Territory follows mergers, drops repetitions and adds up populations. A divided commune and its arrondissements are not both taken.
func Territory(communes []string) (codes []string, population int64, err error) {
	france := territory.Embedded()
	wrong := fault.Fields{}
	for _, text := range communes {
		code, _, ok := france.Follow(strings.TrimSpace(text))
		if !ok {
			wrong.Add("communes", fmt.Sprintf("« %s » n’est pas un code de commune.", text), fmt.Sprintf("“%s” is not a municipality code.", text))
			continue
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	for _, code := range codes {
		c, _ := france.Commune(code)
		if c.Parent != "" && slices.Contains(codes, c.Parent) {
			wrong.Add("communes", fmt.Sprintf("%s est déjà compté dans sa ville entière.", c.Name), fmt.Sprintf("%s is already counted within its whole city.", c.Name))
		}
		population += int64(c.Population)
	}
	return codes, population, wrong.Err()
}

// MissionCommand records how far a CPTS mission is; an empty day is not yet.
type MissionCommand struct {
	Structure, Mission string
	Started, Deployed  Day
}

// SetMission records how far a mission is.
func (s *Service) SetMission(ctx context.Context, actor accounts.Actor, cmd MissionCommand) error {
	_, err := s.change(ctx, actor, cmd.Structure, PermWrite, "structures.mission", func(tx *db.Tx, f *File) (string, error) {
		missions := s.reference.CPTSMissions(s.Today())
		at := slices.IndexFunc(missions, func(m Mission) bool { return m.ID == cmd.Mission })
		wrong := fault.Fields{}
		switch {
		case f.Kind != CPTS || at < 0:
			wrong.Add("mission", "Cette mission n’existe pas.", "There is no such mission.")
		case cmd.Started != "" && !cmd.Started.Valid():
			wrong.Add("started", "Cette date n’existe pas.", "This date does not exist.")
		case cmd.Deployed != "" && (!cmd.Deployed.Valid() || cmd.Started == "" || cmd.Deployed < cmd.Started):
			wrong.Add("deployed", "Une mission démarre avant d’être déployée.", "A mission starts before it is deployed.")
		}
		if err := wrong.Err(); err != nil {
			return "", err
		}
		err := insertOne(ctx, tx, insertMission, MissionDone{cmd.Structure, cmd.Mission, cmd.Started, cmd.Deployed})
		return fmt.Sprintf("A tenu à jour la mission « %s » de « %s ».", missions[at].Label.FR, f.Name), err
	})
	return err
}

// RemoveContact takes somebody out of those to write to. The record keeps that it happened, not the address.
func (s *Service) RemoveContact(ctx context.Context, actor accounts.Actor, id, contact string) error {
	_, err := s.change(ctx, actor, id, PermWrite, "structures.contact", func(tx *db.Tx, f *File) (string, error) {
		res, err := tx.ExecContext(ctx, "DELETE FROM structure_contact WHERE id = $1 AND structure_id = $2", contact, id)
		if err != nil {
			return "", fmt.Errorf("remove the contact: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return "", fault.NotFound("Ce contact n’est plus de cette structure.", "This contact is no longer of this structure.").Because(err)
		}
		return fmt.Sprintf("A retiré un contact de « %s ».", f.Name), nil
	})
	return err
}

// AddContact records somebody to write to.
func (s *Service) AddContact(ctx context.Context, actor accounts.Actor, c Contact) error {
	_, err := s.change(ctx, actor, c.StructureID, PermWrite, "structures.contact", func(tx *db.Tx, f *File) (string, error) {
		wrong := fault.Fields{}
		checkName(wrong, c.Name)
		if c.Email != "" && (!strings.Contains(c.Email, "@") || strings.ContainsAny(c.Email, " ,;")) {
			wrong.Add("email", "Cette adresse n’en est pas une.", "This is not an e-mail address.")
		}
		if err := wrong.Err(); err != nil {
			return "", err
		}
		c.ID = db.NewID()
		return fmt.Sprintf("A ajouté un contact à « %s ».", f.Name), insertOne(ctx, tx, insertContact, c)
	})
	return err
}
