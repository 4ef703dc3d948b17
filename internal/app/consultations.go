package app

import (
	"context"

	"maillage/internal/consultations"
	consultationsweb "maillage/internal/consultations/web"
	"maillage/internal/platform/jobs"
	"maillage/internal/territory"
)

// openConsultations makes the room of advanced consultations.
func (a *App) openConsultations(ctx context.Context) error {
	a.consultations = consultations.New(a.DB, a.cfg.Clock, communes{})
	a.jobs.Periodic("consultations.reviews", jobs.DailyAt(6, 10), func(ctx context.Context, _ *jobs.Job) error {
		_, err := a.consultations.Sweep(ctx)
		return err
	})
	if !a.cfg.Demo {
		return nil
	}
	return a.consultations.SeedDemo(ctx)
}

func (a *App) consultationPages() *consultationsweb.Pages {
	return &consultationsweb.Pages{Consultations: a.consultations}
}

// communes finds communes in the reference list that the program carries.
type communes struct{}

// Commune reads one.
func (communes) Commune(code string) (consultations.Place, bool) {
	c, ok := territory.Embedded().Commune(code)
	return consultations.Place{Code: c.Code, Name: c.Name, Departement: c.Departement, Region: c.Region}, ok
}
