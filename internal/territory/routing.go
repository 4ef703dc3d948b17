package territory

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
	"maillage/internal/territory/osrm"
)

// RoutingRequest is what a routing server with OSRM's table API is asked: the minutes by car between the communes of a region and those
// around it.
type RoutingRequest struct {
	Server   string `json:"server"` // "https://router.example"
	Profile  string `json:"profile"`
	Region   string `json:"region"`   // INSEE code
	Km       int    `json:"km"`       // how far around each commune, as the crow flies
	Most     int    `json:"most"`     // coordinates that the server accepts in one request
	PauseMs  int    `json:"pauseMs"`  // between two requests
	Complete bool   `json:"complete"` // keeps the times in force that it does not speak of
}

// DefaultRouting is what a request is when nothing else is said: what OSRM accepts as it is delivered.
func DefaultRouting() RoutingRequest {
	return RoutingRequest{Profile: "driving", Region: "11", Km: 35, Most: 100, PauseMs: 200, Complete: true}
}

// Host is the server's name, for readers.
func (r RoutingRequest) Host() string {
	u, err := url.Parse(r.Server)
	if err != nil {
		return ""
	}
	return u.Host
}

// client asks the server of a request, one request at a time.
func (r RoutingRequest) client() *osrm.Client {
	return &osrm.Client{Server: r.Server, Profile: r.Profile, Most: r.Most, Pause: time.Duration(r.PauseMs) * time.Millisecond, HTTP: &http.Client{Timeout: time.Minute}}
}

var profileName = regexp.MustCompile(`^[a-z0-9_-]{1,30}$`)

func (r RoutingRequest) check(f *France) error {
	wrong := fault.Fields{}
	u, err := url.Parse(r.Server)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(r.Server) > 300 {
		wrong.Add("server", "Une adresse complète, sans nom d’utilisateur ni paramètre : https://itineraires.exemple.fr.", "A whole address, without a user name or parameters: https://router.example.org.")
	}
	if !profileName.MatchString(r.Profile) {
		wrong.Add("profile", "Le profil du serveur, « driving » le plus souvent.", "The server’s profile, usually “driving”.")
	}
	if _, known := f.Region(r.Region); !known {
		wrong.Add("region", "Choisissez une région.", "Choose a region.")
	}
	for _, bound := range []struct {
		name           string
		value, low, up int
	}{{"km", r.Km, 5, 100}, {"most", r.Most, 2, 10_000}, {"pause", r.PauseMs, 0, 60_000}} {
		if bound.value < bound.low || bound.value > bound.up {
			wrong.Add(bound.name, fmt.Sprintf("Un nombre entre %d et %d.", bound.low, bound.up), fmt.Sprintf("A number between %d and %d.", bound.low, bound.up))
		}
	}
	return wrong.Err()
}

// RoutingOrigins lists, by code, the communes that times are asked from: those of a region and those around it.
func (f *France) RoutingOrigins(region string, km float64) []osrm.Place {
	units, _ := f.Around(region, km)
	slices.Sort(units)
	places := make([]osrm.Place, 0, len(units))
	for _, i := range units {
		places = append(places, f.place(i))
	}
	return places
}

// RoutingNear lists, by code, the communes around an origin, without it.
func (f *France) RoutingNear(origin osrm.Place, km float64) []osrm.Place {
	var units []int
	f.Near(origin.Lat, origin.Lon, km, func(i int, _ float64) { units = append(units, i) })
	slices.Sort(units)
	places := make([]osrm.Place, 0, len(units))
	for _, i := range units {
		if f.Communes[i].Code != origin.Code {
			places = append(places, f.place(i))
		}
	}
	return places
}

func (f *France) place(i int) osrm.Place {
	c := &f.Communes[i]
	return osrm.Place{Code: c.Code, Lat: c.Lat, Lon: c.Lon}
}

// CollectionState is where a collection of travel times stands.
type CollectionState string

// The states: being collected; stopped by the server's answer, what was collected kept; a file on its way.
const (
	Collecting CollectionState = "collecting"
	Stopped    CollectionState = "stopped"
	Collected  CollectionState = "collected"
)

// Collection is a matrix of travel times that a routing server is asked for, commune by commune. Once whole it is an Upload.
type Collection struct {
	ID       string                  `db:"id"`
	Request  db.JSON[RoutingRequest] `db:"request"`
	State    CollectionState         `db:"state"`
	Origins  string                  `db:"origins"` // codes, one space between two, in the order of asking
	Done     int                     `db:"done"`    // origins that were asked from
	Bytes    int64                   `db:"bytes"`   // of the rows so far
	Failure  db.JSON[i18n.Text]      `db:"failure"`
	UploadID string                  `db:"upload_id"`
	AskedBy  db.JSON[audit.Actor]    `db:"asked_by"`
	AskedAt  time.Time               `db:"asked_at"`
}

// All is the number of origins.
func (c Collection) All() int { return len(strings.Fields(c.Origins)) }

// Collect asks a routing server for the times of a region; a job asks it commune by commune, and goes on where it was after a stop.
func (s *Service) Collect(ctx context.Context, actor accounts.Actor, request RoutingRequest) (Collection, error) {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return Collection{}, err
	}
	snap, err := s.Now(ctx)
	if err != nil {
		return Collection{}, err
	}
	request.Server = strings.TrimRight(strings.TrimSpace(request.Server), "/")
	if err := request.check(snap.France); err != nil {
		return Collection{}, err
	}
	var codes []string
	for _, origin := range snap.France.RoutingOrigins(request.Region, float64(request.Km)) {
		codes = append(codes, origin.Code)
	}
	c := Collection{ID: db.NewID(), State: Collecting, Origins: strings.Join(codes, " "), AskedAt: db.Now(s.clock)}
	c.Request.V, c.AskedBy.V = request, actor.Auditor()
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.NamedExecContext(ctx, `INSERT INTO territory_collection (id, request, state, origins, done, bytes, failure, upload_id, asked_by, asked_at)
			VALUES (:id, :request, :state, :origins, :done, :bytes, :failure, :upload_id, :asked_by, :asked_at)`, c)
		if err != nil {
			return oneAtATime(err)
		}
		if err := enqueueCollect(ctx, tx, c.ID); err != nil {
			return err
		}
		region, _ := snap.France.Region(request.Region)
		return audit.Append(ctx, tx, audit.Entry{
			At: c.AskedAt, Actor: actor.Auditor(), Action: "territory.collect", Object: audit.Object{Kind: "territory.collection", ID: c.ID},
			Text:    fmt.Sprintf("Temps de trajet demandés à %s : %s, %d communes.", request.Host(), region.Name, len(codes)),
			Details: map[string]string{"server": request.Server, "region": request.Region, "km": fmt.Sprint(request.Km)},
		})
	})
	return c, err
}

func oneAtATime(err error) error {
	if db.IsUnique(err) {
		return fault.Refused("territory.collect-one", "Un serveur d’itinéraires est déjà interrogé : une seule collecte à la fois. Attendez-la ou abandonnez-la.",
			"A routing server is being asked already: one collection at a time. Wait for it or drop it.").Because(err)
	}
	return fmt.Errorf("keep a collection: %w", err)
}

func enqueueCollect(ctx context.Context, tx *db.Tx, id string) error {
	_, err := jobs.Enqueue(ctx, tx, jobs.New{Kind: JobCollect, Payload: id, Key: id})
	return err
}

// Resume goes on with a collection that the server's answer stopped.
func (s *Service) Resume(ctx context.Context, actor accounts.Actor, id string) error {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := selectCollection(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.State != Stopped {
			return fault.Refused("territory.collect-resume", "Cette collecte n’est pas arrêtée.", "This collection is not stopped.")
		}
		if _, err := tx.ExecContext(ctx, "UPDATE territory_collection SET state = 'collecting' WHERE id = $1", id); err != nil {
			return oneAtATime(err)
		}
		return enqueueCollect(ctx, tx, id)
	})
}

// Drop forgets a collection and what it collected; one that is going on ends at its next step.
func (s *Service) Drop(ctx context.Context, actor accounts.Actor, id string) error {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := selectCollection(ctx, tx, id); err != nil {
			return err
		}
		return deleteCollection(ctx, tx, id)
	})
}

// Collection finds a collection.
func (s *Service) Collection(ctx context.Context, actor accounts.Actor, id string) (Collection, error) {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return Collection{}, err
	}
	return selectCollection(ctx, s.db, id)
}

// Collections lists those that are going on or stopped, newest first.
func (s *Service) Collections(ctx context.Context, actor accounts.Actor) ([]Collection, error) {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return nil, err
	}
	var all []Collection
	if err := s.db.SelectContext(ctx, &all, "SELECT * FROM territory_collection WHERE state <> 'collected' ORDER BY id DESC"); err != nil {
		return nil, fmt.Errorf("list collections: %w", err)
	}
	return all, nil
}

func selectCollection(ctx context.Context, q db.Queryer, id string) (Collection, error) {
	return one[Collection](ctx, q, "territory_collection", id, fault.NotFound("Cette collecte n’existe pas, ou a été abandonnée.", "This collection does not exist, or was dropped."))
}

func deleteCollection(ctx context.Context, tx *db.Tx, id string) error {
	return deleteWithParts(ctx, tx, "territory_collection", "collection_id", id)
}
