package app

import (
	"io"
	"net"
	"strings"
	"testing"

	"maillage/internal/platform/blobs"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/papers"
)

// What the antivirus refuses never reaches the store.
func TestAnInfectedDocumentIsNotKept(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	verdicts := make(chan string, 2)
	go func() {
		for said := range verdicts {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, said)
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		}
	}()
	defer close(verdicts)
	daemon, err := papers.ParseClamd("tcp:" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	disk, err := blobs.OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	files := fileStore{disk, daemon}
	verdicts <- "stream: Win.Test FOUND\x00"
	if _, _, err := files.Put(t.Context(), "d/infected", strings.NewReader("%PDF-1.7")); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("infected: %v", err)
	}
	if _, err := files.Get(t.Context(), "d/infected"); err == nil {
		t.Error("an infected document was kept")
	}
	verdicts <- "stream: OK\x00"
	if size, sum, err := files.Put(t.Context(), "d/plain", strings.NewReader("%PDF-1.7")); err != nil || size != 8 || sum == "" {
		t.Errorf("plain: %d %q %v", size, sum, err)
	}
}
