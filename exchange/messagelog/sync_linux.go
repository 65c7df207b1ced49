package messagelog

import (
	"os"
	"syscall"
)

// syncFile makes a file's content and size durable; its times may lag.
func syncFile(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); err != syscall.EINTR {
			return err
		}
	}
}
