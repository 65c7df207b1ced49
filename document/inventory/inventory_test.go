package inventory_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"diwan.example/document/inventory"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
)

var offered = map[gov.ServiceID]bool{"education/enrolment-certificate": true}

func certificate() inventory.Type {
	return inventory.Type{Organisation: "moe", Name: gov.T(" شهادة  قيد", "Enrolment certificate"), Holders: "person", State: inventory.Paper, Since: "2002-01-01",
		Outputs: []inventory.Output{{Service: "education/enrolment-certificate", Kind: "certificate"}}}
}

func do(t *testing.T, d *db.DB, a gov.Actor, f func(tx *db.Tx) error) error {
	t.Helper()
	return d.Write(gov.WithActor(context.Background(), a), f)
}

var (
	head     = gov.Actor{Person: "h", Org: "moe", Roles: []gov.Role{gov.Head}}
	stranger = gov.Actor{Person: "s", Org: "moh", Roles: []gov.Role{gov.Head, gov.Owner}}
	officer  = gov.Actor{Person: "o", Org: "moe", Roles: []gov.Role{gov.Officer}}
)

func want(t *testing.T, what string, err error, kind gov.Kind) {
	t.Helper()
	if gov.KindOf(err) != kind {
		t.Errorf("%s: %v", what, err)
	}
}

func TestTheLifeOfATypeOfDocument(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var made inventory.Type
		err := do(t, d, head, func(tx *db.Tx) (err error) { made, err = inventory.Enter(tx, certificate(), offered); return err })
		if err != nil || made.ID != "moe-01" || made.Name.In(gov.Arabic) != "شهادة قيد" {
			t.Fatalf("%+v %v", made, err)
		}
		shift := func(a gov.Actor, to inventory.State, since, words string) error {
			return do(t, d, a, func(tx *db.Tx) error { return inventory.Shift(tx, made.ID, to, since, words) })
		}
		today := dbtest.Start.Format(time.DateOnly)
		want(t, "an officer", shift(officer, inventory.Both, today, "x"), gov.Denied)
		want(t, "another entity", shift(stranger, inventory.Both, today, "x"), gov.Denied)
		want(t, "tomorrow", shift(head, inventory.Both, dbtest.Start.AddDate(0, 0, 1).Format(time.DateOnly), "x"), gov.Invalid)
		want(t, "no reason", shift(head, inventory.Both, today, " "), gov.Invalid)
		want(t, "to where it is", shift(head, inventory.Paper, today, "x"), gov.Conflict)
		want(t, "to nowhere", shift(head, "cloud", today, "x"), gov.Invalid)
		want(t, "to both", shift(head, inventory.Both, today, "بدأت الخدمة"), "")
		standing := func() inventory.Standing {
			var all []inventory.Standing
			if err := d.Read(context.Background(), func(tx *db.Tx) (err error) { all, err = inventory.Progress(tx); return err }); err != nil || len(all) != 2 {
				t.Fatal(all, err)
			}
			return all[1]
		}
		if s := standing(); s.Unforced != 1 || s.Types[inventory.Both] != 1 || s.Total != 1 {
			t.Errorf("%+v", s)
		}
		changed := made
		changed.Saves++ // the move
		changed.Legal = inventory.Legal{Name: gov.T("قرار", "Decision"), Number: "7", Year: 2026, URL: "javascript:alert(1)"}
		change := func(x inventory.Type) error {
			return do(t, d, head, func(tx *db.Tx) error { _, err := inventory.Change(tx, x, offered); return err })
		}
		want(t, "a link that is none", change(changed), gov.Invalid)
		changed.Legal.URL = "https://example.org/7"
		want(t, "an older reading", change(made), gov.Conflict)
		want(t, "with its decision", change(changed), "")
		changed.Outputs = []inventory.Output{{Service: "health/x"}}
		want(t, "another entity's service", change(changed), gov.Invalid)
		if s := standing(); s.Unforced != 0 {
			t.Errorf("%+v", s)
		}
		want(t, "ended", shift(head, inventory.Ended, today, "أُلغيت"), "")
		want(t, "begun again", shift(head, inventory.Paper, today, "x"), gov.Conflict)
		var moves []inventory.Move
		d.Read(context.Background(), func(tx *db.Tx) (err error) { moves, err = inventory.MovesOf(tx, made.ID); return err })
		if len(moves) != 3 || moves[1].Words != "بدأت الخدمة" || moves[2].To != inventory.Ended {
			t.Errorf("%+v", moves)
		}
	})
}

func TestWhatIsNoTypeIsRefused(t *testing.T) {
	d := dbtest.SQLite(t)
	for name, spoil := range map[string]func(*inventory.Type){
		"no English": func(x *inventory.Type) { delete(x.Name, gov.English) }, "a name of 300 letters": func(x *inventory.Type) { x.Name = gov.T(strings.Repeat("ن", 300), "x") },
		"no holder": func(x *inventory.Type) { x.Holders = "" }, "no day": func(x *inventory.Type) { x.Since = "yesterday" }, "no state": func(x *inventory.Type) { x.State = "" },
		"half a law": func(x *inventory.Type) { x.Legal.Number = "7" }, "a law of next year": func(x *inventory.Type) { x.Legal = inventory.Legal{Name: gov.T("ق", "L"), Number: "1", Year: 2999} },
		"a foreign service": func(x *inventory.Type) { x.Outputs[0].Service = "y/z" },
	} {
		x := certificate()
		spoil(&x)
		want(t, name, do(t, d, head, func(tx *db.Tx) error { _, err := inventory.Enter(tx, x, offered); return err }), gov.Invalid)
	}
	want(t, "by another entity", do(t, d, stranger, func(tx *db.Tx) error { _, err := inventory.Enter(tx, certificate(), offered); return err }), gov.Denied)
}

// What is proven and what is declared stand beside each other and are never one sum.
func TestFiguresAreKeptApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var made inventory.Type
		follower := inventory.Follower(time.UTC)
		err := do(t, d, head, func(tx *db.Tx) (err error) {
			made, err = inventory.Enter(tx, certificate(), offered)
			for range 3 {
				body := journal.Body(map[string]any{"type": "certificate"})
				err = errors.Join(err, follower.Handle(tx, journal.Fact{Name: "document.issued", At: tx.Now(), Service: "education/enrolment-certificate", Organisation: "moe", Channel: gov.Portal, Body: body}))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		declare := func(form inventory.State, year int, n int64, link string) error {
			return do(t, d, head, func(tx *db.Tx) error {
				return inventory.Declare(tx, inventory.Declared{Type: made.ID, Form: form, Year: year, Number: n, Link: link})
			})
		}
		want(t, "without a link", declare(inventory.Paper, 2025, 1, ""), gov.Invalid)
		want(t, "less than none", declare(inventory.Paper, 2025, -1, "https://example.org"), gov.Invalid)
		want(t, "of next year", declare(inventory.Paper, 2999, 1, "https://example.org"), gov.Invalid)
		want(t, "in no form", declare(inventory.Both, 2025, 1, "https://example.org"), gov.Invalid)
		for _, err := range []error{declare(inventory.Paper, 2024, 5000, "https://example.org"), declare(inventory.Paper, 2025, 900, "https://example.org"),
			declare(inventory.Paper, 2025, 800, "https://example.org"), declare(inventory.Electronic, 2025, 7, "https://example.org")} {
			want(t, "declared", err, "")
		}
		var l []inventory.Line
		if err := d.Read(context.Background(), func(tx *db.Tx) (err error) { l, err = inventory.Lines(tx, "moe"); return err }); err != nil || len(l) != 1 {
			t.Fatal(l, err)
		}
		if l[0].Issued != 3 || l[0].Year != 2025 || l[0].Declared[inventory.Paper] != 800 || l[0].Declared[inventory.Electronic] != 7 || l[0].Months[dbtest.Start.Format("2006-01")] != 3 {
			t.Errorf("%+v", l[0])
		}
	})
}
