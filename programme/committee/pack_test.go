package committee

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/need"
	"diwan.example/programme"
)

// The pack and the five-minute page say what the records say, in each language.
func TestThePackSaysWhatTheRecordsSay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.now = h.now.AddDate(0, 0, -40)
		h.cases(8, 2)
		m := h.held()
		dec := h.decide(m, card)
		a := h.assign(dec, "moe", programme.DayOf(h.now, nil).Add(10))
		h.approve(m)
		h.now = h.now.AddDate(0, 0, 40)
		h.cases(1, 3)
		var next Meeting
		h.as("secretary", func(tx *db.Tx) (err error) {
			next, err = Plan(tx, "services", draft(h.now.AddDate(0, 0, 3)))
			return err
		})

		var b *Brief
		h.as("member", func(tx *db.Tx) (err error) { b, err = h.c.Brief(tx); return err })
		if b.First || b.Then.Received != 10 || b.Now.Received != 4 || len(b.Overdue) != 1 || b.Overdue[0].ID != a.ID || len(b.Asked) != 1 || b.Asked[0].N != 2 {
			t.Errorf("the five minutes: %+v", b)
		}
		h.fails("head", gov.NotFound, "the five minutes of others", func(tx *db.Tx) error { _, err := h.c.Brief(tx); return err })

		ctx := gov.WithActor(t.Context(), h.actors["member"])
		for l, want := range map[gov.Lang][]string{
			gov.English: {"Pack of meeting 2", "Close the counter", "SDC 2026/1", "Announce the closing", "20% of 10", "75% of 4", "Overdue", "proven", "declared"},
			gov.Arabic:  {"2026/1"},
		} {
			var page, again bytes.Buffer
			for _, out := range []*bytes.Buffer{&page, &again} {
				if err := h.c.Print(ctx, out, next.ID, l, Look{}); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(page.Bytes(), again.Bytes()) {
				t.Error("the same moment gives two packs")
			}
			text := textOf(t, page.Bytes())
			for _, w := range want {
				if !strings.Contains(text, w) {
					t.Errorf("%s lacks %q:\n%s", l, w, text)
				}
			}
		}
		if err := h.c.Print(gov.WithActor(t.Context(), h.actors["head"]), new(bytes.Buffer), next.ID, gov.Arabic, Look{}); gov.KindOf(err) != gov.NotFound {
			t.Errorf("a stranger draws the pack: %v", err)
		}
	})
}

// textOf reads what a PDF says, with its lines joined.
func textOf(t *testing.T, file []byte) string {
	t.Helper()
	tool := need.Tool(t, "pdftotext", "poppler-utils")
	c := exec.Command(tool, "-layout", "-", "-")
	c.Stdin = bytes.NewReader(file)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}
