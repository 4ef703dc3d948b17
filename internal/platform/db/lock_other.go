//go:build !unix

package db

import (
	"fmt"
	"os"
)

// Without flock the file alone is opened: running two nodes on one SQLite file is then the operator's mistake to avoid.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data folder cannot be written, or another process uses it: %w", err)
	}
	return f, nil
}

func unlock(f *os.File) {
	if f != nil {
		_ = f.Close()
	}
}
