package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCasesAreExportedWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	at := []string{"cases", "export", "--database", filepath.Join(dir, "diwan.db"), "--blobs", filepath.Join(dir, "files")}
	run := func(args ...string) (int, string) {
		var out, bad bytes.Buffer
		code := Main(t.Context(), stdio{strings.NewReader(""), &out, &bad}, append(at, args...))
		return code, out.String() + bad.String()
	}
	file := filepath.Join(dir, "log")
	for _, format := range []string{"xes", "ocel"} {
		if code, said := run("--format", format, "--out", file); code != exitOK || !strings.Contains(said, "0 cases, 0 events") {
			t.Fatalf("%s: exit code %d: %s", format, code, said)
		}
		b, err := os.ReadFile(file)
		if err != nil || format == "xes" && xml.Unmarshal(b, new(struct{})) != nil || format == "ocel" && !json.Valid(b) {
			t.Errorf("%s: %v %s", format, err, b)
		}
	}
	for _, bad := range [][]string{{}, {"--out", file, "--format", "csv"}, {"--out", file, "--lang", "fr"}, {"--out", file, "more"}} {
		if code, _ := run(bad...); code != exitUsage {
			t.Errorf("%v: exit code %d", bad, code)
		}
	}
	for _, bad := range [][]string{{"--from", "2026-02-31"}, {"--until", "soon"}, {"--from", "2026-03-02", "--until", "2026-03-01"}} {
		if code, _ := run(append(bad, "--out", filepath.Join(dir, "never"))...); code != exitFailed {
			t.Errorf("%v: exit code %d", bad, code)
		}
	}
	if code, _ := run("--out", filepath.Join(dir, "no", "such", "folder")); code != exitAway {
		t.Errorf("a folder that is not there: exit code %d", code)
	}
	left, err := os.ReadDir(dir)
	for _, f := range left {
		if f.Name() == "never" || strings.HasPrefix(f.Name(), ".diwan-") {
			t.Errorf("%s was left behind (%v)", f.Name(), err)
		}
	}
}
