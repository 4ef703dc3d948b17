//go:build unix

package db

import (
	"fmt"
	"os"
	"syscall"
)

func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data folder cannot be written: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("another Maillage process already uses this SQLite database (%s): use PostgreSQL for several nodes", path)
	}
	return f, nil
}

func unlock(f *os.File) {
	if f != nil {
		_ = f.Close() // closing frees the lock
	}
}
