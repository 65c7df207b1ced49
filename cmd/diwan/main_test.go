package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWrongCommandLinesSayWhatIsWrong(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := t.TempDir()
	release, err := hold(taken)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for _, x := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"help"}, exitOK, "Begin with: diwan try"},
		{[]string{"help", "try"}, exitOK, "-fresh"},
		{[]string{"tri"}, exitUsage, `no command "diwan tri"`},
		{[]string{"help", "catalogue", "export"}, exitOK, "\n  -public\n"},
		{[]string{"catalogue", "export", "--date", "x"}, exitUsage, "not defined: -date\nUsage: diwan catalogue export [flags]; diwan catalogue export --help"},
		{[]string{"catalogue", "import", "gc"}, exitUsage, "--services and --standards"},
		{[]string{"serve", "--help"}, exitOK, "\n  -listen value\n"},
		{[]string{"try", "more"}, exitUsage, `"more" is too much here`},
		{[]string{"try", "--data", taken, "--fresh"}, exitAway, "Another diwan is running"},
		{[]string{"try", "--data", t.TempDir(), "--listen", l.Addr().String()}, exitAway, "Another program uses"},
		{[]string{"serve", "--listen", "127.0.0.1:0", "--database", filepath.Join(taken, "diwan.db")}, exitAway, "Another diwan is running"},
		{[]string{"serve", "--listen", "127.0.0.1:0", "--database", "mysql://x"}, exitFailed, "postgres://"},
	} {
		var out, bad bytes.Buffer
		code := Main(t.Context(), stdio{strings.NewReader(""), &out, &bad}, x.args)
		if code != x.code || !strings.Contains(bad.String(), x.says) {
			t.Errorf("diwan %s ends with %d, not %d, and says %s", strings.Join(x.args, " "), code, x.code, bad.String())
		}
	}
}

// Help for a command shows its own flags; those of the configuration are only
// named.
func TestHelpIsNotBuriedUnderTheConfiguration(t *testing.T) {
	var out, bad bytes.Buffer
	Main(t.Context(), stdio{strings.NewReader(""), &out, &bad}, []string{"catalogue", "indicators", "--help"})
	if lines := strings.Count(bad.String(), "\n"); lines > 40 || !strings.Contains(bad.String(), "  -fiscal-year string\n") || strings.Contains(bad.String(), "  -stripe-url value\n") || !strings.Contains(bad.String(), " -stripe-url ") {
		t.Errorf("%d lines:\n%s", lines, bad.String())
	}
}

func TestFreshDeletesOnlyAnEarlierTry(t *testing.T) {
	folder := t.TempDir()
	mine := filepath.Join(folder, "files", "letter.txt")
	if err := os.MkdirAll(filepath.Dir(mine), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mine, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := forget(folder); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Errorf("a folder that was no try lost its files: %v", err)
	}
}
