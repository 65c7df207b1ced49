//go:build !linux

package messagelog

import "os"

// syncFile makes a file durable.
func syncFile(f *os.File) error { return f.Sync() }
