package web

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"maillage/internal/calls"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/sheets"
)

// heapWatch takes what a page writes and keeps the most memory in use on the way.
type heapWatch struct {
	http.ResponseWriter
	peak     uint64
	bytes, n int
}

func (h *heapWatch) Write(b []byte) (int, error) {
	h.peak = max(h.peak, heap())
	h.bytes += len(b)
	h.n++
	return len(b), nil
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// An export of 10,000 dossiers, of 4 kB each (40 MB in all), never holds them: what is in use grows by less than 16 MB, a quarter of the 64 MB
// that an export may take.
func TestAnExportIsStreamedFromTheDatabaseToTheBrowser(t *testing.T) {
	const dossiers, most = 10_000, 16 << 20
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			w := newWorldOn(t, d)
			_, id := w.filed(w.call(calls.MSPFeasibility), "20 000")
			_, err := d.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
				INSERT INTO dossier (id, number, call_id, programme, state, title, owner_id, key_hash, email, structure_id, commune, departement, region, frozen, requested_cents, eligible_cents,
					deducted_cents, proposed_cents, granted_cents, instructor_id, decider_id, score, filed_at, state_since, search_text, version, created_at, updated_at)
				SELECT id || i, number || '/' || i, call_id, programme, state, title || (i * 48271 % 2147483647) || (i * 16807 % 65521) || (i * 69621 % 99991) || (i * 3141 % 92821) || (i * 2711 % 87811), owner_id, key_hash || i, email, structure_id, commune, departement, region, $2, requested_cents, eligible_cents,
					deducted_cents, proposed_cents, granted_cents, instructor_id, decider_id, score, filed_at, state_since, search_text, version, created_at, updated_at FROM dossier, n WHERE id = $3`,
				dossiers-1, `{"Notes": ["`+strings.Repeat("a", 4000)+`"]}`, id)
			w.must(err)
			for _, format := range sheets.Formats {
				before, watch := heap(), &heapWatch{ResponseWriter: httptest.NewRecorder()}
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/instruction/export/dossiers."+string(format), nil)
				r.Header.Set("As", "decider")
				w.server.Config.Handler.ServeHTTP(watch, r)
				if watch.n < 3 || watch.bytes < 100_000 {
					t.Fatalf("%s: %d bytes in %d writes", format, watch.bytes, watch.n)
				}
				grown := int64(watch.peak) - int64(before)
				t.Logf("%s: %d bytes written, the heap grew by %d", format, watch.bytes, grown)
				if grown > most {
					t.Errorf("%s: %d bytes more in use", format, grown)
				}
			}
		})
	}
}
