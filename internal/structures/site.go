package structures

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// SiteCommand adds a place where a structure works besides its main site. Without coordinates it stands at the commune's, marked
// approximate.
type SiteCommand struct {
	Structure, Label, Address, Commune string
	Lat, Lon                           float64
	From                               Day
}

// AddSite records a secondary site from a day on.
func (s *Service) AddSite(ctx context.Context, actor accounts.Actor, cmd SiteCommand) error {
	_, err := s.change(ctx, actor, cmd.Structure, PermWrite, "structures.site", func(tx *db.Tx, f *File) (string, error) {
		wrong, at := fault.Fields{}, Structure{}
		place(wrong, &at, cmd.Commune, cmd.Lat, cmd.Lon)
		if refusal, ok := wrong["commune"]; ok {
			delete(wrong, "commune")
			wrong["site_commune"] = refusal
		}
		if !cmd.From.Valid() {
			wrong.Add("site_from", "Cette date n’existe pas.", "This date does not exist.")
		}
		if len([]rune(cmd.Label)) > 200 || len([]rune(cmd.Address)) > 500 {
			wrong.Add("site_label", "C’est trop long : 200 caractères pour le nom, 500 pour l’adresse.", "This is too long: 200 characters for the name, 500 for the address.")
		}
		if err := wrong.Err(); err != nil {
			return "", err
		}
		site := Site{ID: db.NewID(), StructureID: f.ID, Label: strings.TrimSpace(cmd.Label), Address: strings.TrimSpace(cmd.Address), Commune: at.Commune,
			Lat: at.Lat, Lon: at.Lon, Approximate: at.Approximate, From: cmd.From}
		return fmt.Sprintf("A ajouté un site à « %s », à %s.", f.Name, site.Commune), insertOne(ctx, tx, insertSite, site)
	})
	return err
}

// EndSite records that a secondary site closed; its row stays.
func (s *Service) EndSite(ctx context.Context, actor accounts.Actor, structure, site string, on Day) error {
	_, err := s.change(ctx, actor, structure, PermWrite, "structures.site", func(tx *db.Tx, f *File) (string, error) {
		i := slices.IndexFunc(f.Sites, func(x Site) bool { return x.ID == site && !x.Main && x.To == "" })
		if i < 0 {
			return "", fault.NotFound("Ce site n’est pas de cette structure, ou il est déjà fermé.", "This site is not of this structure, or is closed already.")
		}
		if !on.Valid() || on < f.Sites[i].From {
			wrong := fault.Fields{}
			wrong.Add("site_to", "La fermeture du site suit son ouverture.", "A site closes after it opens.")
			return "", wrong.Err()
		}
		_, err := tx.ExecContext(ctx, "UPDATE structure_site SET to_day = $1 WHERE id = $2", string(on), site)
		return fmt.Sprintf("A fermé un site de « %s ».", f.Name), err
	})
	return err
}

// OtherSites lists the secondary sites that are open, of structures that exist, in a region: for the map.
func (s *Service) OtherSites(ctx context.Context, region string, kinds ...Kind) ([]Point, error) {
	where, args := Filter{Region: region, Kinds: kinds}.where()
	points := []Point{}
	err := s.db.SelectContext(ctx, &points, `SELECT t.structure_id AS id, s.kind AS kind, s.name AS name, s.state AS state, t.commune AS commune, t.lat AS lat, t.lon AS lon
		FROM structure_site t JOIN (SELECT id, kind, name, state, sort_key FROM structure `+where+`) s ON s.id = t.structure_id
		WHERE NOT t.main AND t.to_day = '' ORDER BY s.sort_key, t.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("read the other sites: %w", err)
	}
	return points, nil
}
