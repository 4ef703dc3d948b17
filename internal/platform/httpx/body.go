package httpx

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// How a body that did not come whole failed, for AsFault: neither is a fault of ours.
var (
	errSlowBody   = errors.New("the body came too slowly")
	errBrokenBody = errors.New("the body broke off")
)

// bodyStep is how many bytes of a long body give its sender the whole time again: about 1 kB/s, less than the worst telephone line.
const bodyStep = 32 << 10

// body reads what a request carries as long as its sender keeps sending. Only waiting for the sender counts: a handler may take its
// time between two reads. Errors: errSlowBody, errBrokenBody.
type body struct {
	io.ReadCloser
	deadline interface{ SetReadDeadline(time.Time) error }
	left     time.Duration // to wait for the sender
	step     int64         // so many bytes give the whole time again; 0 for a body that must come within it
	got      int64         // bytes since then
	after    time.Time     // the deadline once the body has come; zero for none
}

// Read waits for the sender at most the time that is left.
func (b *body) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errSlowBody
	}
	began := time.Now()
	_ = b.deadline.SetReadDeadline(began.Add(b.left)) // a recorder in tests has no deadlines
	n, err := b.ReadCloser.Read(p)
	b.left -= time.Since(began)
	if b.got += int64(n); b.step > 0 && b.got >= b.step {
		b.got, b.left = 0, readDeadline
	}
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, io.EOF):
		_ = b.deadline.SetReadDeadline(b.after)
		return n, io.EOF
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.left = 0
		return n, fmt.Errorf("%w: %w", errSlowBody, err)
	}
	return n, fmt.Errorf("%w: %w", errBrokenBody, err)
}
