package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/internal/merkle"
)

// tiny is a log of one entry, with its keys.
func tiny(t *testing.T, e merkle.Entry) (note string, keys string, signers merkle.Signers) {
	t.Helper()
	s, vkey, err := merkle.NewLogKey("x.example/log", []byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	clock, err := merkle.NewCosigner("x.example/log/clock", []byte(strings.Repeat("c", 32)))
	if err != nil {
		t.Fatal(err)
	}
	signers = merkle.Signers{Log: s, Clock: clock}
	if note, err = signers.Sign(1, e.Leaf(), time.Now()); err != nil {
		t.Fatal(err)
	}
	return note, vkey + "\n" + clock.VKey() + "\n", signers
}

func TestLogsAreWatchedAndProofsVerifiedOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	at := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	o := merkle.Opening{Domain: "diwan document", Kind: "issued", Salt: []byte(strings.Repeat("s", 16))}
	e := o.Entry("a.b.c")
	note, keys, signers := tiny(t, e)
	key, proof := at("key", keys), at("p", merkle.Proof{Extra: o.Extra(), Checkpoint: note}.Text())
	try := func(want int, words string, args ...string) {
		t.Helper()
		code, out, bad := run(t, args...)
		if code != want || !strings.Contains(out+bad, words) {
			t.Errorf("%v: exit %d, want %d\n%s%s", args, code, want, out, bad)
		}
	}
	try(0, "It stands in the log x.example/log", "log", "verify", proof, "--key", key, "--record", at("r", "a.b.c\n"))
	try(3, "does not show", "log", "verify", proof, "--key", key, "--record", at("other", "a.b.d"))
	try(3, "give it with --record", "log", "verify", proof, "--key", key)
	try(3, "not a proof", "log", "verify", key, "--key", key)

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		leaf := e.Leaf()
		answers := map[string]string{"/checkpoint": note, "/key": keys, "/tile/0/000.p/1": string(leaf[:]), "/tile/entries/000.p/1": "\x00\x20" + string(e[:])}
		if a, ok := answers[r.URL.Path]; ok {
			w.Write([]byte(a))
			return
		}
		http.NotFound(w, r)
	}))
	defer server.Close()
	state := filepath.Join(dir, "state")
	try(0, "1 entries (there were 0)", "log", "monitor", server.URL, "--once", "--state", state)
	try(0, "1 entries (there were 1)", "log", "monitor", server.URL, "--once", "--state", state, "--key", key)
	try(4, "stale", "log", "monitor", server.URL, "--once", "--max-age", "1ns")
	note, _ = signers.Sign(1, tlog.Hash{1}, time.Now())
	try(3, "انقسم السجل", "log", "monitor", server.URL, "--once", "--state", state)
	if list, _ := filepath.Glob(state + ".fork-*"); len(list) != 1 {
		t.Errorf("what proves the fork is in %v", list)
	}
	try(3, "not relied on", "log", "monitor", server.URL, "--once", "--state", at("state", "{"))
	try(2, "", "log", "monitor")
	try(2, "", "log", "witness")
}
