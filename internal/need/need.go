// Package need says what a test needs of the machine. Where that is missing the
// test is skipped with the reason; with DIWAN_TEST_ALL=1, as `make test` sets it,
// it fails instead, so that nothing is left out in silence.
package need

import (
	"os"
	"os/exec"
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
