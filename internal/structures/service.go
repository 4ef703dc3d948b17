package structures

import (
	"context"
	"fmt"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/structures/identifier"
	"maillage/internal/territory"
)

// Service is everything that may be done with structures. Safe for concurrent use.
type Service struct {
	db        *db.DB
	clock     clock.Clock
	reference Reference
	ground    Ground
	files     Files
}

// Equip hands over what a score of fragility and documents need; without a ground the access to care is unknown.
func (s *Service) Equip(ground Ground, files Files) { s.ground, s.files = ground, files }

// New makes the service; reference is the rule book.
func New(d *db.DB, c clock.Clock, reference Reference) *Service {
	return &Service{db: d, clock: c, reference: reference}
}

// Today is the day in Paris.
func (s *Service) Today() Day { return clock.DayOf(s.clock.Now()) }

// Reference is what the rule book says today of sizes and missions.
func (s *Service) Reference() (sizes []SizeClass, missions []Mission) {
	return s.reference.CPTSSizes(s.Today()), s.reference.CPTSMissions(s.Today())
}

// List finds structures, and how many there are without the limit. Anybody may.
func (s *Service) List(ctx context.Context, actor accounts.Actor, f Filter) (found []Structure, total int, err error) {
	if err := actor.Require(PermRead, accounts.Scope{}); err != nil {
		return nil, 0, err
	}
	return selectList(ctx, s.db, f)
}

// Get reads a structure's identity. Anybody may.
func (s *Service) Get(ctx context.Context, actor accounts.Actor, id string) (Structure, error) {
	if err := actor.Require(PermRead, accounts.Scope{}); err != nil {
		return Structure{}, err
	}
	return selectStructure(ctx, s.db, id)
}

// File reads everything that an actor may see of a structure: members, contacts and facts only with PermDetail.
func (s *Service) File(ctx context.Context, actor accounts.Actor, id string) (*File, error) {
	if err := actor.Require(PermRead, accounts.Scope{}); err != nil {
		return nil, err
	}
	f, err := s.file(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	f.Documents = s.readable(ctx, actor, f)
	if !actor.Can(PermDetail, f.Scope()) {
		f.Contacts, f.Members, f.Projects = nil, nil, nil
	}
	return f, nil
}

func (s *Service) file(ctx context.Context, q db.Queryer, id string) (*File, error) {
	f, err := selectFile(ctx, q, id)
	if err != nil {
		return nil, err
	}
	f.today = s.Today()
	f.aci = s.reference.ACI(f.today)
	return f, nil
}

// ByNumber finds the structure that holds a number today.
func (s *Service) ByNumber(ctx context.Context, scheme identifier.Scheme, value string) (Structure, error) {
	n, err := identifier.Parse(scheme, value)
	if err != nil {
		return Structure{}, notFound()
	}
	var found Structure
	err = s.db.GetContext(ctx, &found, "SELECT "+structureColumns+` FROM structure
		WHERE id = (SELECT min(structure_id) FROM structure_identifier WHERE scheme = $1 AND value = $2 AND to_day = '')`, string(scheme), n.Value)
	if db.NoRows(err) {
		return found, notFound()
	}
	return found, err
}

// Point is a structure on the map.
type Point struct {
	ID      string  `db:"id"`
	Kind    Kind    `db:"kind"`
	Name    string  `db:"name"`
	State   string  `db:"state"`
	Commune string  `db:"commune"`
	Lat     float64 `db:"lat"`
	Lon     float64 `db:"lon"`
}

// Points lists the structures of a region that exist, for a layer of the map.
func (s *Service) Points(ctx context.Context, region string, kinds ...Kind) ([]Point, error) {
	where, args := Filter{Region: region, Kinds: kinds}.where()
	points := []Point{}
	err := s.db.SelectContext(ctx, &points, "SELECT id, kind, name, state, commune, lat, lon FROM structure "+where+" ORDER BY kind, sort_key, id", args...)
	return points, err
}

// Count gives how many structures of each kind exist in a region.
func (s *Service) Count(ctx context.Context, region string) (map[Kind]int, error) {
	where, args := Filter{Region: region}.where()
	var rows []struct {
		Kind Kind `db:"kind"`
		N    int  `db:"n"`
	}
	if err := s.db.SelectContext(ctx, &rows, "SELECT kind, count(*) AS n FROM structure "+where+" GROUP BY kind", args...); err != nil {
		return nil, fmt.Errorf("count structures: %w", err)
	}
	count := make(map[Kind]int, len(rows))
	for _, row := range rows {
		count[row.Kind] = row.N
	}
	return count, nil
}

// CreateCommand asks for a new structure.
type CreateCommand struct {
	Kind    Kind
	Name    string
	Commune string // INSEE
	Address string
	Lat     float64 // 0, 0: the commune's position
	Lon     float64
	FINESS  string
	SIRET   string
	Opened  Day
	About   string
	Website string
}

// Create records a structure in the first state of its kind. Errors: fault.Invalid by field; fault.Conflict on "finess" when another
// structure holds the number.
func (s *Service) Create(ctx context.Context, actor accounts.Actor, cmd CreateCommand) (Structure, error) {
	st, numbers, err := s.prepare(cmd)
	if err != nil {
		return Structure{}, err
	}
	if err := actor.Require(PermCreate, st.Scope()); err != nil {
		return Structure{}, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insertOne(ctx, tx, insertStructure, st); err != nil {
			return err
		}
		if err := insertAll(ctx, tx, insertIdentifier, numbers); err != nil {
			return taken(err)
		}
		if err := insertOne(ctx, tx, insertSite, st.mainSite()); err != nil {
			return err
		}
		if err := insertOne(ctx, tx, insertFact, s.fact(st.ID, s.Today(), FactState, string(st.State), t("Créée : "+st.StateLabel().FR, "Created: "+st.StateLabel().EN))); err != nil {
			return err
		}
		return s.audit(ctx, tx, actor, "structures.create", st, fmt.Sprintf("A créé la structure « %s » (%s).", st.Name, st.Kind.Label().FR), "")
	})
	return st, err
}

func taken(err error) error {
	if !db.IsUnique(err) {
		return err
	}
	f := fault.Fields{}
	f.Add("finess", "Une autre structure porte déjà ce numéro FINESS.", "Another structure already holds this FINESS number.")
	return f.Err()
}

// prepare checks a creation, and places it.
func (s *Service) prepare(cmd CreateCommand) (Structure, []Identifier, error) {
	wrong := fault.Fields{}
	if !cmd.Kind.Valid() {
		wrong.Add("kind", "Choisissez le type de structure.", "Choose the kind of structure.")
	}
	now := db.Now(s.clock)
	st := Structure{ID: db.NewID(), Kind: cmd.Kind, StateSince: now, Opened: cmd.Opened, Source: "manual", Version: 1, CreatedAt: now, UpdatedAt: now}
	st.Detail.V = Detail{About: strings.TrimSpace(cmd.About), Address: strings.TrimSpace(cmd.Address), Website: strings.TrimSpace(cmd.Website)}
	if cmd.Opened != "" && !cmd.Opened.Valid() {
		wrong.Add("opened", "Cette date n’existe pas.", "This date does not exist.")
	}
	checkName(wrong, cmd.Name)
	place(wrong, &st, cmd.Commune, cmd.Lat, cmd.Lon)
	var numbers []Identifier
	for _, n := range []struct {
		field  string
		scheme identifier.Scheme
		text   string
	}{{"finess", identifier.FINESS, cmd.FINESS}, {"siret", identifier.SIRET, cmd.SIRET}} {
		if number, ok := parseNumber(wrong, n.field, n.scheme, n.text); ok {
			numbers = append(numbers, Identifier{db.NewID(), st.ID, n.scheme, number, s.Today(), ""})
		}
	}
	if err := wrong.Err(); err != nil {
		return st, nil, err
	}
	st.State = st.Machine().Initial()
	st.rename(cmd.Name, numbers)
	return st, numbers, nil
}

func checkName(wrong fault.Fields, name string) {
	if n := len([]rune(strings.TrimSpace(name))); n < 2 || n > 200 {
		wrong.Add("name", "Donnez un nom de 2 à 200 caractères.", "Give a name of 2 to 200 characters.")
	}
}

func parseNumber(wrong fault.Fields, field string, scheme identifier.Scheme, text string) (string, bool) {
	if strings.TrimSpace(text) == "" {
		return "", false
	}
	n, err := identifier.Parse(scheme, text)
	if err != nil {
		refusal := refusalText(err)
		wrong.Add(field, refusal.FR, refusal.EN)
		return "", false
	}
	return n.Value, true
}

// place puts a structure in a commune; without coordinates it stands at the commune's.
func place(wrong fault.Fields, st *Structure, commune string, lat, lon float64) {
	france := territory.Embedded()
	code, _, ok := france.Follow(strings.TrimSpace(commune))
	if !ok {
		wrong.Add("commune", "Choisissez une commune : son code INSEE n’est pas reconnu.", "Choose a municipality: its INSEE code is not known.")
		return
	}
	c, _ := france.Commune(code)
	st.Commune, st.Departement, st.Region = c.Code, c.Departement, c.Region
	st.Lat, st.Lon, st.Approximate = c.Lat, c.Lon, true
	if lat != 0 || lon != 0 {
		st.Lat, st.Lon, st.Approximate = lat, lon, false
	}
}

// rename keeps what is searched and sorted in step with the name and the numbers.
func (s *Structure) rename(name string, numbers []Identifier) {
	s.Name = strings.Join(strings.Fields(name), " ")
	s.SortKey = db.SortKey(s.Name)
	words := []string{s.Name, s.Kind.Label().FR, s.Commune}
	if c, ok := territory.Embedded().Commune(s.Commune); ok {
		words = append(words, c.Name)
		words = append(words, c.Postcodes...)
	}
	for _, n := range numbers {
		words = append(words, n.Value)
	}
	s.SearchText = db.Fold(words...)
}

func (s Structure) mainSite() Site {
	return Site{ID: db.NewID(), StructureID: s.ID, Address: s.Detail.V.Address, Commune: s.Commune, Lat: s.Lat, Lon: s.Lon, Approximate: s.Approximate, Main: true, From: s.Opened}
}

func (s *Service) audit(ctx context.Context, tx *db.Tx, actor accounts.Actor, action string, st Structure, text, reason string) error {
	return audit.Append(ctx, tx, audit.Entry{
		At: db.Now(s.clock), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: action,
		Object: audit.Object{Kind: "structures.structure", ID: st.ID}, Text: text, Reason: reason,
	})
}
