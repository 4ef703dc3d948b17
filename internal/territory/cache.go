package territory

import (
	"context"
	"hash/crc32"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"maillage/internal/platform/i18n"
	"maillage/internal/territory/intake"
)

// Now is the territory as it stands today.
func (s *Service) Now(ctx context.Context) (*Snapshot, error) { return s.Snapshot(ctx, s.clock.Now()) }

// Snapshot is the territory as it stood in force at a date. It costs one small read of the database; the snapshot itself is shared by
// all who ask while nothing changes.
func (s *Service) Snapshot(ctx context.Context, at time.Time) (*Snapshot, error) {
	version, err := readVersion(ctx, s.db)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if version != s.version {
		all, err := selectDatasets(ctx, s.db)
		if err != nil {
			return nil, err
		}
		s.version, s.datasets, s.snapshots = version, all, map[string]*Snapshot{}
		s.forget(all)
	}
	day := dayOf(at)
	force := inForce(s.datasets, day)
	key := identifiers(force)
	if snap := s.snapshots[key]; snap != nil {
		return snap, nil
	}
	snap, err := s.assemble(ctx, force)
	if err != nil {
		return nil, err
	}
	snap.key = strconv.FormatInt(version, 10) + "-" + strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(key))), 36)
	s.snapshots[key] = snap
	return snap, nil
}

// forget drops the contents that are no longer active.
func (s *Service) forget(all []Dataset) {
	kept := map[string]intake.Content{}
	for _, d := range all {
		if content := s.contents[d.ID]; content != nil && d.State == Active {
			kept[d.ID] = content
		}
	}
	s.contents = kept
}

func identifiers(force map[intake.Kind]Dataset) string {
	var ids []string
	for _, d := range force {
		ids = append(ids, d.ID)
	}
	sort.Strings(ids)
	return strings.Join(ids, " ")
}

// assemble builds a snapshot; the lock is held.
func (s *Service) assemble(ctx context.Context, force map[intake.Kind]Dataset) (*Snapshot, error) {
	contents, origins := map[intake.Kind]intake.Content{}, map[intake.Kind]Origin{}
	for kind, d := range force {
		content, err := s.load(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		contents[kind], origins[kind] = content, originOf(d)
	}
	if _, real := force[intake.GPSupply]; !real && s.demo {
		origins[intake.GPSupply] = demoOrigin()
	}
	france := Embedded()
	if t, ok := contents[intake.Communes].(*intake.Table); ok {
		france = france.with(t)
	}
	snap := newSnapshot(france, contents, origins, s.version, s.demo)
	if zone, ok := force[intake.Zones]; ok {
		versions, columns, err := s.zoneHistory(ctx, snap, zone)
		if err != nil {
			return nil, err
		}
		snap.since = sync.OnceValue(func() []zoneSince { return runs(france.Communes, versions, columns) })
	}
	return snap, nil
}

// zoneHistory gives the versions of the zones up to the one in force, oldest first, with the zones of each.
func (s *Service) zoneHistory(ctx context.Context, snap *Snapshot, last Dataset) ([]Dataset, [][]string, error) {
	var versions []Dataset
	for _, d := range s.datasets {
		if d.Kind == intake.Zones && d.State == Active && !d.ValidFrom.After(last.ValidFrom) {
			versions = append(versions, d)
		}
	}
	slices.SortFunc(versions, func(a, b Dataset) int { return a.ValidFrom.Compare(b.ValidFrom) })
	var zones [][]string
	for _, d := range versions {
		content, err := s.load(ctx, d.ID)
		if err != nil {
			return nil, nil, err
		}
		old := &Snapshot{France: snap.France, contents: map[intake.Kind]intake.Content{intake.Zones: content}}
		zones = append(zones, old.column(intake.Zones, "zone"))
	}
	return versions, zones, nil
}

// load reads a version's content once; the lock is held.
func (s *Service) load(ctx context.Context, id string) (intake.Content, error) {
	if content := s.contents[id]; content != nil {
		return content, nil
	}
	content, err := selectContent(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	s.contents[id] = content
	return content, nil
}

// Dates lists the days from which something in force changes, of the kinds given, oldest first: the steps of a comparison over years.
func (s *Service) Dates(ctx context.Context, kinds ...intake.Kind) ([]time.Time, error) {
	all, err := selectDatasets(ctx, s.db)
	if err != nil {
		return nil, err
	}
	var days []time.Time
	for _, d := range all {
		if d.State == Active && slices.Contains(kinds, d.Kind) {
			days = append(days, d.ValidFrom)
		}
	}
	slices.SortFunc(days, time.Time.Compare)
	return slices.CompactFunc(days, time.Time.Equal), nil
}

// PastSupply is the supply as one version gave it.
type PastSupply struct {
	Dataset Dataset
	Year    int // that the data describe: the vintage, else the year from which the version holds
	FTE     []FTE
}

// SupplyHistory gives the supply of every active version, oldest first, over the communes of a snapshot.
func (s *Service) SupplyHistory(ctx context.Context, snap *Snapshot) ([]PastSupply, error) {
	all, err := selectDatasets(ctx, s.db)
	if err != nil {
		return nil, err
	}
	var past []PastSupply
	for _, d := range all {
		if d.Kind != intake.GPSupply || d.State != Active {
			continue
		}
		content, err := selectContent(ctx, s.db, d.ID)
		if err != nil {
			return nil, err
		}
		old := &Snapshot{France: snap.France, contents: map[intake.Kind]intake.Content{intake.GPSupply: content}}
		old.buildSupply()
		year, err := strconv.Atoi(d.Vintage)
		if err != nil {
			year = d.ValidFrom.In(i18n.Paris).Year()
		}
		past = append(past, PastSupply{Dataset: d, Year: year, FTE: old.fte})
	}
	slices.SortFunc(past, func(a, b PastSupply) int { return a.Dataset.ValidFrom.Compare(b.Dataset.ValidFrom) })
	return past, nil
}
