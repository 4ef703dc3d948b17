package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"maillage/internal/accounts"
	accountsweb "maillage/internal/accounts/web"
	"maillage/internal/atlas"
	"maillage/internal/audit"
	"maillage/internal/calls"
	callsweb "maillage/internal/calls/web"
	"maillage/internal/consultations"
	"maillage/internal/funding"
	fundingweb "maillage/internal/funding/web"
	"maillage/internal/initiatives"
	"maillage/internal/notifications"
	"maillage/internal/operations"
	"maillage/internal/platform/db"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/jobs"
	"maillage/internal/platform/mail"
	"maillage/internal/platform/papers"
	"maillage/internal/posts"
	"maillage/internal/protocols"
	"maillage/internal/reports"
	"maillage/internal/rulebook"
	"maillage/internal/structures"
	"maillage/internal/telexpertise"
	"maillage/internal/territory"
	territoryweb "maillage/internal/territory/web"
	"maillage/web"
)

// App is a running installation.
type App struct {
	cfg    Config
	DB     *db.DB
	router *httpx.Router
	// themeSheet is the address of the deployer's style sheet, "" for none.
	themeSheet string
	metrics    *prometheus.Registry
	jobs       *jobs.Registry
	post       *mail.Post
	handler    http.Handler

	notary       *audit.Notary
	accounts     *accounts.Service
	accountPages *accountsweb.Pages
	telexpertise *telexpertise.Service

	notifications *notifications.Service
	operations    *operations.Service

	antivirus      *papers.Clamd
	rules          *rulebook.Service
	structures     *structures.Service
	territory      *territory.Service
	territoryPages *territoryweb.Pages
	atlas          *atlas.Atlas

	calls        *calls.Service
	callPages    *callsweb.Pages
	funding      *funding.Service
	fundingPages *fundingweb.Pages

	posts         *posts.Service
	consultations *consultations.Service
	initiatives   *initiatives.Service
	protocols     *protocols.Service
	reports       *reports.Service
}

// New opens the database, brings it to this version and wires the rooms. The caller closes it.
func New(ctx context.Context, cfg Config) (*App, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	store, err := db.Open(ctx, cfg.DB)
	if err != nil {
		return nil, err
	}
	a := &App{cfg: cfg, DB: store, metrics: prometheus.NewRegistry()}
	if err := a.start(ctx); err != nil {
		_ = store.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) start(ctx context.Context) (err error) {
	if a.antivirus, err = papers.ParseClamd(a.cfg.Antivirus); err != nil {
		return err
	}
	if _, err := a.DB.Migrate(ctx); err != nil {
		return err
	}
	a.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewDBStatsCollector(a.DB.DB.DB, "maillage"))
	a.jobs = jobs.NewRegistry(a.DB, a.cfg.Clock, a.cfg.Log)
	a.metrics.MustRegister(jobMetrics{a.DB, a.cfg.Clock, a.jobs})
	a.openOperations()
	if err := a.openRecord(); err != nil {
		return err
	}
	if err := a.openAccounts(ctx); err != nil {
		return err
	}
	a.openTerritory()
	a.atlas = atlas.New(a.cfg.Region, a.territory, a.cfg.Clock)
	for _, open := range []func(context.Context) error{
		a.openProgrammes, a.openTelexpertise, a.equipStructures, a.openCalls, a.openPosts, a.openConsultations, a.openInitiatives, a.openProtocols,
	} {
		if err := open(ctx); err != nil {
			return err
		}
	}
	a.openReports()
	routes, err := openRoutes(a.routes())
	if err != nil {
		return err
	}
	if err := accounts.CheckRoutes(routes); err != nil {
		return err
	}
	a.router = &httpx.Router{Guard: guard, Fail: a.fail, Private: private}
	a.router.Add(routes...)
	a.router.Handle("GET /assets/", web.Handler())
	if err := a.openTheme(); err != nil {
		return err
	}
	a.handler = a.watched(httpx.Chain(a.router,
		httpx.Log(a.cfg.Log),
		httpx.Recover(a.cfg.Log, a.fail),
		httpx.Secure,
		httpx.HostCookies(a.accounts.Secure()),
		a.crossOrigin,
		httpx.Language,
		a.accountPages.Session,
		a.chrome,
		func(next http.Handler) http.Handler { return gzhttp.GzipHandler(next) },
	))
	return nil
}

// watched puts what supervision asks for before the pages: it needs no session, and so no database to be alive.
func (a *App) watched(pages http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", a.live)
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics, promhttp.HandlerOpts{}))
	mux.Handle("/", pages)
	return mux
}

// Handler serves everything.
func (a *App) Handler() http.Handler { return a.handler }

// Close signs the audit record as it stands and frees the database.
func (a *App) Close() error {
	return errors.Join(a.signRecord(context.Background()), a.DB.Close())
}

// workers is how many jobs a node runs at once.
const workers = 2

// Serve answers on a listener and runs jobs until the context ends, then lets running requests and jobs finish.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: a.handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: httpx.ReadTime, WriteTimeout: httpx.WriteTime,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	failed := make(chan error, 2)
	var queue sync.WaitGroup
	defer queue.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() { failed <- server.Serve(l) }()
	queue.Go(func() {
		if err := a.jobs.Run(ctx, workers); err != nil {
			failed <- err
		}
	})
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	if err := server.Shutdown(ending); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}
