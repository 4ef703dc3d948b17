package papers

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"maillage/internal/platform/fault"
)

// daemon is a stub of clamd: it reads one INSTREAM and answers as the real one does to the EICAR test string, over its limit, or not at all.
func daemon(t *testing.T, network, address string, mute bool) string {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if !mute {
				_, _ = io.WriteString(conn, verdict(conn))
			}
			_ = conn.Close()
		}
	}()
	return network + ":" + l.Addr().String()
}

func verdict(conn net.Conn) string {
	const limit = 1 << 20
	r := bufio.NewReader(conn)
	if command, err := r.ReadString(0); err != nil || command != "zINSTREAM\x00" {
		return "UNKNOWN COMMAND\x00"
	}
	var body bytes.Buffer
	for {
		var size uint32
		if err := binary.Read(r, binary.BigEndian, &size); err != nil {
			return "INSTREAM: read error. ERROR\x00"
		}
		if size == 0 {
			break
		}
		if _, err := io.CopyN(&body, r, int64(size)); err != nil {
			return "INSTREAM: read error. ERROR\x00"
		}
	}
	switch {
	case body.Len() > limit:
		return "INSTREAM size limit exceeded. ERROR\x00"
	case strings.Contains(body.String(), "EICAR-STANDARD-ANTIVIRUS-TEST-FILE"):
		return "stream: Eicar-Signature FOUND\x00"
	}
	return "stream: OK\x00"
}

func TestTheAntivirusIsAskedAboutEachDocument(t *testing.T) {
	virus := []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`)
	for _, address := range []string{daemon(t, "tcp", "127.0.0.1:0", false), daemon(t, "unix", filepath.Join(t.TempDir(), "clamd.ctl"), false)} {
		c, err := ParseClamd(address)
		if err != nil {
			t.Fatal(err)
		}
		for what, x := range map[string]struct {
			document []byte
			kind     fault.Kind
		}{
			"plain":     {[]byte("%PDF-1.7 tout va bien"), ""},
			"empty":     {nil, ""},
			"large":     {bytes.Repeat([]byte("x"), 3*clamdChunk+7), ""},
			"infected":  {append(bytes.Repeat([]byte("x"), clamdChunk-10), virus...), fault.KindInvalid}, // across two chunks
			"too large": {bytes.Repeat([]byte("x"), 2<<20), fault.KindUnavailable},
		} {
			err := c.Check(t.Context(), x.document)
			if x.kind == "" && err != nil || x.kind != "" && !fault.Is(err, x.kind) {
				t.Errorf("%s, %s: %v", address, what, err)
			}
		}
	}
}

func TestADocumentIsNotKeptWhileTheAntivirusIsAway(t *testing.T) {
	gone := daemon(t, "tcp", "127.0.0.1:0", true)
	for _, address := range []string{gone, "unix:" + filepath.Join(t.TempDir(), "nobody.ctl")} {
		c, err := ParseClamd(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Check(t.Context(), []byte("%PDF-1.7")); !fault.Is(err, fault.KindUnavailable) {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, wrong := range []string{"clamd", "http://clamd", "unix:", "tcp:"} {
		if _, err := ParseClamd(wrong); err == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
	none, err := ParseClamd("")
	if err != nil || none.Check(t.Context(), []byte("x")) != nil || (*Clamd)(nil).Check(t.Context(), nil) != nil {
		t.Error("nobody is to be asked")
	}
}
