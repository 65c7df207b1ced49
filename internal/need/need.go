// Package need says what a test needs of the machine. Where that is missing the
// test is skipped with the reason; with DIWAN_TEST_ALL=1, as `make test` sets it,
// it fails instead, so that nothing is left out in silence.
package need

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// All is the environment variable under which what is missing fails a test.
const All = "DIWAN_TEST_ALL"

// Left is the environment variable that names a file in which every test left out
// is noted, one line each.
const Left = "DIWAN_TEST_LEFT"

// Tool is the path of a program. from says where it comes from, such as the
// Debian package.
func Tool(t testing.TB, name, from string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Missing(t, name+" is not installed ("+from+")")
	}
	return path
}

// Setting is the value of an environment variable. why says what it is for.
func Setting(t testing.TB, name, why string) string {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		Missing(t, name+" is not set: "+why)
	}
	return v
}

// File is path when it exists. from says how it comes to be.
func File(t testing.TB, path, from string) string {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		Missing(t, path+" is missing ("+from+")")
	}
	return path
}

// Missing ends a test for want of something that can be installed or set.
func Missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv(All) != "" {
		t.Fatal(why)
	}
	Without(t, why)
}

// Without leaves a test out for want of a right that the machine does not grant,
// even where everything is to be tested; the reason is noted in the file named by Left.
func Without(t testing.TB, why string) {
	t.Helper()
	if file := os.Getenv(Left); file != "" {
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		f.WriteString(t.Name() + ": " + why + "\n")
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Skip(why)
}

// Folder is the environment variable that names a folder of public data sets for
// tests; without it they are looked for in shared/data beside the repository.
const Folder = "DIWAN_TEST_DATA"

// Data is the path of a public data set that does not come with the repository.
// Where it is not there the test is left out, also where everything is to be
// tested: the data is somebody else's to hand out.
func Data(t testing.TB, parts ...string) string {
	t.Helper()
	root := os.Getenv(Folder)
	if root == "" {
		root = filepath.Join(repository(t), "..", "shared", "data")
	}
	path := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		Without(t, "the data set "+filepath.Join(parts...)+" is not on this machine; name its folder in "+Folder)
	}
	return path
}

// repository is the folder of go.mod above the test.
func repository(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = above
	}
}

// Port is a TCP port of 127.0.0.1 at which nobody listens. It lies below those that
// the kernel lends to connections on their way out, so that it is still free when
// somebody begins to listen there later, and again after they were killed.
func Port(t testing.TB) int {
	t.Helper()
	for range 200 {
		port := 10000 + rand.IntN(10000)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		l.Close()
		if _, lent := ports.LoadOrStore(port, true); !lent {
			return port
		}
	}
	t.Fatal("no free port was found")
	return 0
}

// ports were lent by Port in this process.
var ports sync.Map
