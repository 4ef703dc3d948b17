package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"maillage/internal/operations"
	operationsweb "maillage/internal/operations/web"
	"maillage/internal/platform/db"
)

// house is what there is to look at in an installation.
func (c Config) house(d *db.DB) operations.House {
	return operations.House{DB: d, Clock: c.Clock, Data: c.Data, Mail: c.Mail != "", Demo: c.Demo, Started: c.Clock.Now(),
		Keys: func(ctx context.Context) error { return CheckSeal(ctx, d, c.Data) }}
}

// openOperations makes the room that watches the installation.
func (a *App) openOperations() {
	a.operations = operations.New(a.cfg.house(a.DB), a.jobs)
	a.metrics.MustRegister(checkMetrics{a.operations.House()})
}

func (a *App) operationPages() *operationsweb.Pages { return operationsweb.New(a.operations) }

// Examine looks at an installation that a server may be using.
func Examine(ctx context.Context, cfg Config, d *db.DB) []operations.Check {
	return cfg.house(d).Examine(ctx)
}

// checkMetrics tells what the administrator's page tells.
type checkMetrics struct{ house operations.House }

var checkState = prometheus.NewDesc("maillage_check", "State of each part: 0 well, 1 to watch, 2 wrong.", []string{"check"}, nil)

// Describe implements prometheus.Collector.
func (m checkMetrics) Describe(out chan<- *prometheus.Desc) { out <- checkState }

// Collect implements prometheus.Collector.
func (m checkMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, c := range m.house.Examine(ctx) {
		out <- prometheus.MustNewConstMetric(checkState, prometheus.GaugeValue, float64(c.State), c.ID)
	}
}
