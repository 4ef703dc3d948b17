package accesscmd

import (
	"os"
	"syscall"
)

// residentKB is the largest resident memory of an ended process, in kilobytes.
func residentKB(state *os.ProcessState) int {
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		return int(usage.Maxrss)
	}
	return 0
}
