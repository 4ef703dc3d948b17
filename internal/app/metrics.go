package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/jobs"
)

// jobMetrics tells of the queue: what this node ran, and what waits in the database.
type jobMetrics struct {
	db       *db.DB
	clock    clock.Clock
	registry *jobs.Registry
}

var (
	jobRuns    = prometheus.NewDesc("maillage_job_runs_total", "Runs of jobs on this node, by outcome.", []string{"kind", "outcome"}, nil)
	jobSeconds = prometheus.NewDesc("maillage_job_seconds_total", "Time spent in jobs on this node.", []string{"kind"}, nil)
	jobStates  = prometheus.NewDesc("maillage_jobs", "Jobs in the database, by state.", []string{"kind", "state"}, nil)
	jobLag     = prometheus.NewDesc("maillage_job_lag_seconds", "How long the oldest due job has waited.", nil, nil)
)

// Describe implements prometheus.Collector.
func (m jobMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{jobRuns, jobSeconds, jobStates, jobLag} {
		out <- d
	}
}

// Collect implements prometheus.Collector. While the database is away, what it would tell is missing.
func (m jobMetrics) Collect(out chan<- prometheus.Metric) {
	for kind, c := range m.registry.Counters() {
		for outcome, n := range map[string]int64{"succeeded": c.Succeeded, "failed": c.Failed, "died": c.Died} {
			out <- prometheus.MustNewConstMetric(jobRuns, prometheus.CounterValue, float64(n), kind, outcome)
		}
		out <- prometheus.MustNewConstMetric(jobSeconds, prometheus.CounterValue, c.Seconds, kind)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	counts, err := jobs.Counts(ctx, m.db)
	if err != nil {
		return
	}
	for _, c := range counts {
		out <- prometheus.MustNewConstMetric(jobStates, prometheus.GaugeValue, float64(c.N), c.Kind, string(c.State))
	}
	if lag, err := jobs.Lag(ctx, m.db, m.clock.Now()); err == nil {
		out <- prometheus.MustNewConstMetric(jobLag, prometheus.GaugeValue, lag.Seconds())
	}
}
