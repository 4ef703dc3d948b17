package app

import (
	"maillage/internal/fhir"
	fhirweb "maillage/internal/fhir/web"
)

// fhirPages shows structures and tele-expertise as FHIR. A demonstration keeps the exchange with other programs open, to be tried.
func (a *App) fhirPages() *fhirweb.Pages {
	return fhirweb.New(fhir.New(a.DB, a.cfg.Clock, a.structures, a.telexpertise, a.accounts, fhir.Config{BaseURL: a.cfg.BaseURL, Exchange: a.cfg.Confluences || a.cfg.Demo}))
}
