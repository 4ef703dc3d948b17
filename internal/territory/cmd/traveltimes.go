package cmd

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"maillage/internal/territory"
	"maillage/internal/territory/osrm"
)

// TravelTimes is `maillage travel-times`: it asks a routing server for the times between the communes of a region and around it.
type TravelTimes struct {
	Server  string        `required:"" help:"Address of a routing server with OSRM's table API." placeholder:"URL"`
	Region  string        `help:"INSEE code of the region." default:"11"`
	Km      float64       `help:"How far around each commune, as the crow flies." default:"35"`
	Out     string        `help:"CSV to write; a file begun earlier is gone on with." default:"temps.csv" placeholder:"FILE"`
	Most    int           `help:"Coordinates that the server accepts in one request." default:"100"`
	Pause   time.Duration `help:"Pause between two requests." default:"200ms"`
	Profile string        `help:"Profile of the server." default:"driving"`

	told io.Writer
}

// Run collects the matrix; `maillage import travel_times FILE` then imports it.
func (c *TravelTimes) Run(ctx context.Context) error {
	if c.told == nil {
		c.told = os.Stderr
	}
	france := territory.Embedded()
	if _, ok := france.Region(c.Region); !ok || c.Most < 2 || c.Km <= 0 {
		return refused{fmt.Errorf("no region %q, fewer than two coordinates in a request, or no distance", c.Region)}
	}
	job := osrm.Job{
		Origins: france.RoutingOrigins(c.Region, c.Km),
		Around:  func(origin osrm.Place) []osrm.Place { return france.RoutingNear(origin, c.Km) },
		Told: func(done, all int) {
			if done%50 == 0 || done == all {
				fmt.Fprintf(c.told, "%d / %d\n", done, all)
			}
		},
	}
	client := &osrm.Client{Server: c.Server, Profile: c.Profile, Most: c.Most, Pause: c.Pause, HTTP: &http.Client{Timeout: time.Minute}}
	client.Again = func(why error, wait time.Duration) {
		fmt.Fprintf(c.told, "the routing server: %v; asking again in %s\n", why, wait)
	}
	if err := client.Collect(ctx, c.Out, job); err != nil {
		return fmt.Errorf("%w (what was collected is in %s: run the same command again to go on)", err, c.Out)
	}
	return nil
}
