// Package effort measures work in processor time. Unlike the time on a clock it
// hardly grows when the machine has other things to do, so a test may bound it.
package effort

import (
	"syscall"
	"time"
)

// Spent is the processor time that this process has used until now, in all its
// threads and in the kernel on its behalf.
func Spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it fails only for a bad argument
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
