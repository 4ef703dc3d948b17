package papers

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Clamd asks a ClamAV daemon about a document, by its INSTREAM command. The zero Clamd, or none, asks nobody.
type Clamd struct{ network, address string }

// ParseClamd reads "unix:/run/clamav/clamd.ctl" or "tcp:host:port"; "" asks nobody.
func ParseClamd(text string) (*Clamd, error) {
	network, address, _ := strings.Cut(text, ":")
	if text != "" && (network != "unix" && network != "tcp" || address == "") {
		return nil, fmt.Errorf("the antivirus %q is neither unix:/path nor tcp:host:port", text)
	}
	return &Clamd{network, address}, nil
}

const (
	clamdTime  = time.Minute
	clamdChunk = 64 << 10
)

// Check refuses a document that the daemon knows as infected, and any document while the daemon does not answer.
func (c *Clamd) Check(ctx context.Context, document []byte) error {
	if c == nil || c.address == "" {
		return nil
	}
	said, err := c.ask(ctx, document)
	switch {
	case err == nil && strings.HasSuffix(said, " FOUND"):
		return infected().Because(errors.New(said))
	case err == nil && strings.HasSuffix(said, " OK"):
		return nil
	case err == nil:
		err = errors.New(said)
	}
	return fault.New(fault.KindUnavailable, i18n.Text{FR: "Le contrôle antivirus ne répond pas : le document n’a pas été gardé. Le reste est intact ; joignez-le de nouveau dans quelques minutes.",
		EN: "The antivirus does not answer: the document was not kept. The rest is untouched; attach it again in a few minutes."}).Because(fmt.Errorf("clamd: %w", err))
}

func (c *Clamd) ask(ctx context.Context, document []byte) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, clamdTime)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	message := bytes.NewBufferString("zINSTREAM\x00")
	for chunk := range chunks(document) {
		_ = binary.Write(message, binary.BigEndian, uint32(len(chunk))) //nolint:gosec // a chunk is small, and a buffer never fails
		message.Write(chunk)
	}
	message.Write(make([]byte, 4)) // an empty chunk ends the stream
	_, sent := message.WriteTo(conn)
	answer, err := bufio.NewReader(io.LimitReader(conn, 1<<10)).ReadString(0) // the daemon may answer, and close, before the end
	if answer == "" {
		return "", errors.Join(sent, err)
	}
	return strings.TrimSuffix(answer, "\x00"), nil
}

func chunks(document []byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(document) > 0 {
			n := min(clamdChunk, len(document))
			if !yield(document[:n]) {
				return
			}
			document = document[n:]
		}
	}
}
