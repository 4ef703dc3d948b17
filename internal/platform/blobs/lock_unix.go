//go:build unix

package blobs

import (
	"os"
	"syscall"
)

// tryLock takes a file for this process until it is closed; false when another one holds it.
func tryLock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
