//go:build !unix

package messagelog

import "os"

// lockFile does nothing where files cannot be locked in this way: the operator
// sees to it that one gateway runs on a folder.
func lockFile(*os.File) error { return nil }
