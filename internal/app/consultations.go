package app

import (
	"context"

	"maillage/internal/consultations"
	consultationsweb "maillage/internal/consultations/web"
	"maillage/internal/platform/jobs"
	"maillage/internal/territory"
	"maillage/internal/ui"
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
	return &consultationsweb.Pages{Consultations: a.consultations, Told: a.toldBy}
}

// toldBy are the published initiatives that tell of a page, or of one below it.
func (a *App) toldBy(ctx context.Context, page string) ([]ui.Link, error) {
	all, err := a.initiatives.Citing(ctx, page)
	links := make([]ui.Link, len(all))
	for i, x := range all {
		links[i] = ui.Link{Href: "/initiatives/" + x.Slug, Label: x.Content.V.Title.Ctx(ctx)}
	}
	return links, err
}

// communes finds communes in the reference list that the program carries.
type communes struct{}

// Commune reads one.
func (communes) Commune(code string) (consultations.Place, bool) {
	c, ok := territory.Embedded().Commune(code)
	return consultations.Place{Code: c.Code, Name: c.Name, Departement: c.Departement, Region: c.Region}, ok
}
