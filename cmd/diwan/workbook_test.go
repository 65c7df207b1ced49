package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"diwan.example/app"
	"diwan.example/gov"
)

// seededData is a data folder with the sample country's catalogue.
func seededData(t *testing.T) string {
	t.Helper()
	data := t.TempDir()
	c := app.Default()
	c.Database, c.Blobs, c.Origin = filepath.Join(data, "diwan.db"), filepath.Join(data, "files"), "http://127.0.0.1"
	a, err := app.New(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Book.Seed(gov.WithActor(t.Context(), gov.System), a.Country); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAWorkbookGoesOutAndComesBack(t *testing.T) {
	data := seededData(t)
	file, marked := filepath.Join(t.TempDir(), "iga.xlsx"), filepath.Join(t.TempDir(), "marked.xlsx")
	run := func(code int, says string, args ...string) {
		t.Helper()
		var out, bad bytes.Buffer
		args = append([]string{"catalogue", "workbook"}, append(args, "--blobs", filepath.Join(data, "files"), "--database", filepath.Join(data, "diwan.db"))...)
		if got := Main(t.Context(), stdio{strings.NewReader(""), &out, &bad}, args); got != code || !strings.Contains(out.String()+bad.String(), says) {
			t.Fatalf("%v ends with %d, not %d:\n%s%s", args, got, code, out.String(), bad.String())
		}
	}
	run(exitUsage, "organisation", "out")
	run(exitFailed, "not in the catalogue", "out", "--organisation", "nobody", "--out", file)
	run(exitOK, "8 services", "out", "--organisation", "iga", "--out", file)
	run(exitOK, "0 would become drafts, 8 unchanged", "in", file, "--check")

	change := func(column, v string) {
		t.Helper()
		f, err := excelize.OpenFile(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		tab := f.GetSheetList()[2]
		rows, err := f.GetRows(tab)
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range rows[0] {
			if id == column {
				ref, _ := excelize.CoordinatesToCellName(i+1, 4)
				if err := f.SetCellStr(tab, ref, v); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
	}
	change("working_days", "soon")
	run(exitProblems, "1 wrong; nothing was taken", "in", file, "--marked", marked)
	if b, err := os.ReadFile(marked); err != nil || len(b) < 5000 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	change("working_days", "77")
	run(exitOK, `"77"`, "in", "--check", file)
	run(exitOK, "1 drafts, 7 unchanged", "in", file)
	run(exitOK, "0 drafts, 8 unchanged", "in", file)
	if err := os.WriteFile(file, []byte("id;name"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(exitFailed, "no Excel workbook", "in", file)
}
