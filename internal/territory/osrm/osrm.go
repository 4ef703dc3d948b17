// Package osrm asks a routing server that speaks OSRM's table API (OSRM itself, or another behind the same address) for travel times by
// car, and writes them as the CSV that `maillage import travel_times` reads.
//
// It is polite: one request at a time, a pause between two, a stated name, and what the server asks when it is busy (429, 503 with
// Retry-After). It can be stopped at any moment and goes on where it was.
package osrm

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"maillage/internal/platform/i18n"
)

// Place is somewhere that has a name.
type Place struct {
	Code     string
	Lat, Lon float64 // degrees
}

// Client asks one server.
type Client struct {
	Server  string        // "https://router.example": /table/v1/PROFILE/… follows
	Profile string        // "driving"
	Most    int           // coordinates that the server accepts in one request, at least 2 (OSRM's default is 100)
	Pause   time.Duration // between two requests
	HTTP    *http.Client
	// Again, if not nil, is told why a request is asked again, and after how long.
	Again func(why error, wait time.Duration)
	// Wait waits for a length of time or for the context's end; nil means a real timer.
	Wait func(ctx context.Context, d time.Duration) error

	asked bool
}

// Answered is an answer of a routing server that gives no times, in words for its reader.
type Answered struct{ Text i18n.Text }

func (a Answered) Error() string { return a.Text.EN }

func answered(fr, en string, args ...any) error {
	return Answered{i18n.Text{FR: fmt.Sprintf(fr, args...), EN: fmt.Sprintf(en, args...)}}
}

const (
	agent    = "Maillage (travel times between municipalities)"
	attempts = 6
	maxBody  = 64 << 20
)

// From gives the minutes from one place to others; NaN where the server knows no way.
func (c *Client) From(ctx context.Context, origin Place, dests []Place) ([]float64, error) {
	minutes := make([]float64, 0, len(dests))
	batch := max(1, c.Most-1)
	for start := 0; start < len(dests); start += batch {
		part, err := c.table(ctx, origin, dests[start:min(start+batch, len(dests))])
		if err != nil {
			return nil, err
		}
		minutes = append(minutes, part...)
	}
	return minutes, nil
}

// answer is what the table API gives back: seconds, null where there is no way.
type answer struct {
	Code      string       `json:"code"`
	Message   string       `json:"message"`
	Durations [][]*float64 `json:"durations"`
}

// table asks for one row of a table, again when the server is busy.
func (c *Client) table(ctx context.Context, origin Place, dests []Place) ([]float64, error) {
	address := c.address(origin, dests)
	wait := c.Pause
	var last error
	for try := range attempts {
		if c.asked {
			if try > 0 && c.Again != nil {
				c.Again(last, wait)
			}
			if err := c.wait(ctx, wait); err != nil {
				return nil, err
			}
		}
		c.asked = true
		a, after, err := c.ask(ctx, address)
		if err == nil {
			return rowOf(a, len(dests))
		}
		if ctx.Err() != nil || after < 0 {
			return nil, fmt.Errorf("routing server, from %s: %w", origin.Code, err)
		}
		last = err
		wait = max(after, c.Pause, time.Second<<try)
	}
	return nil, fmt.Errorf("routing server, from %s: %d attempts: %w", origin.Code, attempts, last)
}

func (c *Client) address(origin Place, dests []Place) string {
	var b strings.Builder
	b.WriteString(strings.TrimSuffix(c.Server, "/") + "/table/v1/" + url.PathEscape(c.Profile) + "/")
	writePlace(&b, origin)
	for _, d := range dests {
		b.WriteByte(';')
		writePlace(&b, d)
	}
	b.WriteString("?sources=0&annotations=duration&destinations=")
	for i := range dests {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(strconv.Itoa(i + 1))
	}
	return b.String()
}

func writePlace(b *strings.Builder, p Place) { fmt.Fprintf(b, "%.5f,%.5f", p.Lon, p.Lat) }

// ask sends one request. after is how long the server wants us to wait before asking again; negative means that asking again is useless.
func (c *Client) ask(ctx context.Context, address string) (a answer, after time.Duration, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return a, -1, err
	}
	r.Header.Set("User-Agent", agent)
	response, err := c.HTTP.Do(r)
	if err != nil {
		return a, 0, unreached(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return a, 0, unreached(err)
	}
	switch {
	case response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= http.StatusInternalServerError:
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After")) // absent or a date: our own patience decides
		return a, time.Duration(max(0, seconds)) * time.Second, answered("il répond %s", "it answers %s", response.Status)
	case json.Unmarshal(body, &a) != nil:
		return a, -1, answered("il répond %s, sans le JSON de l’API table", "it answers %s, and not the table API's JSON", response.Status)
	case a.Code != "Ok":
		return a, -1, answered("il répond %s : %s %s", "it answers %s: %s %s", response.Status, a.Code, a.Message)
	}
	return a, 0, nil
}

// unreached says in words why no answer came. Somebody who stopped waiting is not told of the server.
func unreached(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if asked := new(url.Error); errors.As(err, &asked) {
		err = asked.Err // its text repeats the address, with a hundred positions
	}
	var unknown *net.DNSError
	var certificate *tls.CertificateVerificationError
	var slow net.Error
	switch {
	case errors.As(err, &unknown):
		return answered("son nom, %s, n’est pas connu du réseau", "its name, %s, is not known to the network", unknown.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return answered("rien n’écoute à cette adresse", "nothing listens at this address")
	case errors.As(err, &certificate):
		return answered("son certificat n’est pas valable (%s)", "its certificate is not valid (%s)", certificate.Err)
	case errors.As(err, &slow) && slow.Timeout():
		return answered("il a trop tardé à répondre", "it took too long to answer")
	default:
		return answered("la liaison s’est rompue (%s)", "the connection broke (%s)", err)
	}
}

func rowOf(a answer, n int) ([]float64, error) {
	if len(a.Durations) != 1 || len(a.Durations[0]) != n {
		return nil, answered("le tableau n’a pas la taille demandée", "the table has not the size that was asked for")
	}
	minutes := make([]float64, n)
	for i, seconds := range a.Durations[0] {
		minutes[i] = math.NaN()
		if seconds != nil && *seconds >= 0 {
			minutes[i] = *seconds / 60
		}
	}
	return minutes, nil
}

func (c *Client) wait(ctx context.Context, d time.Duration) error {
	if c.Wait != nil {
		return c.Wait(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
