package workbook

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

var (
	dinar    = gov.Currency{Code: "BHD", Digits: 3, Symbol: gov.T("د.ب", "BD")}
	owner    = gov.Actor{Person: "owner", Org: "iga", Roles: []gov.Role{gov.Owner}}
	second   = gov.Actor{Person: "second", Org: "iga", Roles: []gov.Role{gov.Owner}}
	stranger = gov.Actor{Person: "stranger", Org: "moe", Roles: []gov.Role{gov.Owner}}
)

const renewal = gov.ServiceID("identity-card/renewal")

// desk is the sample country's catalogue and a workbook of it.
type desk struct {
	*testing.T
	d *db.DB
}

func (k *desk) as(a gov.Actor, fn func(tx *db.Tx) error) error {
	return k.d.Write(gov.WithActor(context.Background(), a), fn)
}

func (k *desk) must(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

func each(t *testing.T, fn func(k *desk)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(seeded(t, d)) })
}

func seeded(t *testing.T, d *db.DB) *desk {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	k := &desk{t, d}
	k.must(catalogue.New(d).Seed(gov.WithActor(t.Context(), gov.System), c))
	return k
}

// handedOut is the workbook of the first entity.
func (k *desk) handedOut() *excelize.File {
	k.Helper()
	var b bytes.Buffer
	k.must(k.as(owner, func(tx *db.Tx) error {
		c, err := Gather(tx, "iga", dinar)
		if err != nil {
			return err
		}
		return Write(&b, c)
	}))
	f, err := excelize.OpenReader(&b)
	k.must(err)
	return f
}

func content(f *excelize.File) []byte {
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func (k *desk) check(b []byte) (r *Report, err error) {
	book, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	err = k.as(owner, func(tx *db.Tx) (err error) { r, err = book.Check(tx, "iga", dinar); return err })
	return r, err
}

func (k *desk) take(b []byte) (r *Report, err error) {
	book, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	err = k.as(owner, func(tx *db.Tx) (err error) { r, err = book.Take(tx, "iga", dinar); return err })
	return r, err
}

// tab is the sheet whose first cell is marked so.
func (k *desk) tab(f *excelize.File, id string) string {
	k.Helper()
	for _, s := range f.GetSheetList() {
		if v, _ := f.GetCellValue(s, "A1"); v == "@"+id {
			return s
		}
	}
	k.Fatalf("no sheet %s", id)
	return ""
}

// cell is where a column and a service meet; row 0: its first row.
func (k *desk) cell(f *excelize.File, sheet, column string, id gov.ServiceID) (tab, ref string) {
	k.Helper()
	tab = k.tab(f, sheet)
	rows, err := f.GetRows(tab)
	k.must(err)
	col := 1
	for i, v := range rows[0] {
		if v == column {
			col = i + 1
		}
	}
	if column != serviceColumn && col == 1 {
		k.Fatalf("no column %s", column)
	}
	for i, row := range rows {
		if i >= firstRow-1 && len(row) > 0 && row[0] == string(id) {
			ref, _ = excelize.CoordinatesToCellName(col, i+1)
			return tab, ref
		}
	}
	n := len(rows) + 1
	for i := firstRow - 1; i < len(rows); i++ {
		if len(rows[i]) == 0 || rows[i][0] == "" {
			n = i + 1
			break
		}
	}
	ref, _ = excelize.CoordinatesToCellName(col, n)
	return tab, ref
}

func (k *desk) set(f *excelize.File, sheet, column string, id gov.ServiceID, v any) string {
	k.Helper()
	tab, ref := k.cell(f, sheet, column, id)
	k.must(f.SetCellValue(tab, ref, v))
	return ref
}

func TestAWorkbookComesBackAsItWent(t *testing.T) {
	each(t, func(k *desk) {
		f := k.handedOut()
		r, err := k.check(content(f))
		k.must(err)
		if len(r.Faults) > 0 || len(r.Planned) > 0 || r.Unchanged != 8 {
			k.Errorf("%+v", r)
		}
		for _, s := range f.GetSheetList() {
			v, err := f.GetSheetView(s, 0)
			if err != nil || v.RightToLeft == nil || !*v.RightToLeft {
				k.Errorf("%s does not read from right to left", s)
			}
		}
		rules := 0
		for _, s := range f.GetSheetList() {
			list, err := f.GetDataValidations(s)
			k.must(err)
			rules += len(list)
		}
		if rules < 12 {
			k.Errorf("only %d drop-down lists", rules)
		}
	})
}

func TestWhatTheWorkbookChangesBecomesDrafts(t *testing.T) {
	each(t, func(k *desk) {
		f := k.handedOut()
		k.set(f, "services", "name.en", renewal, "Renew the card")
		k.set(f, "services", "working_days", renewal, 7)
		k.set(f, "services", "online.declared", renewal, 46082) // as Excel keeps 2026-03-01
		k.set(f, "channels", "channels.kind", renewal, "البوابه")
		k.set(f, "channels", "channels.phone", renewal, 17000000)
		const fresh = gov.ServiceID("iga/new-service")
		_, ref := k.cell(f, "services", serviceColumn, fresh)
		k.must(f.SetCellStr(k.tab(f, "services"), ref, string(fresh)))
		k.set(f, "services", "name.ar", fresh, "خدمة جديدة")
		k.set(f, "services", "name.en", fresh, "A new service")
		k.set(f, "services", "description.ar", fresh, "وصف")
		k.set(f, "services", "description.en", fresh, "What it is")
		k.set(f, "services", "audience", fresh, "citizen، المقيمون")
		_, ref = k.cell(f, "channels", serviceColumn, fresh)
		k.must(f.SetCellStr(k.tab(f, "channels"), ref, string(fresh)))
		k.set(f, "channels", "channels.kind", fresh, "counter · مركز الخدمة")
		k.set(f, "channels", "channels.hours", fresh, "الأحد-الخميس 07:00-14:15")

		b := content(f)
		r, err := k.check(b)
		k.must(err)
		if len(r.Faults) > 0 || len(r.Planned) != 2 || r.Unchanged != 7 {
			k.Fatalf("%+v", r)
		}
		k.must(k.as(owner, func(tx *db.Tx) error { // only looked at
			if _, err := catalogue.Written(tx, renewal); gov.KindOf(err) != gov.NotFound {
				k.Errorf("a check changes something: %v", err)
			}
			return nil
		}))
		_, err = k.take(b)
		k.must(err)
		k.must(k.as(owner, func(tx *db.Tx) error {
			e, err := catalogue.Written(tx, renewal)
			if err != nil || e.Name["en"] != "Renew the card" || e.WorkingDays != 7 || e.Online.Declared != "2026-03-01" || e.Channels[0].Phone != "17000000" || e.Channels[0].Kind != "portal" || e.Source != "workbook" {
				k.Errorf("%+v %v", e.Entry, err)
			}
			n, err := catalogue.Written(tx, fresh)
			if err != nil || len(n.Audience) != 2 || n.Audience[1] != "resident" || len(n.Channels) != 1 || len(n.Channels[0].Hours[0].Days) != 5 || n.WorkingDays != country.NotSaid || !n.Sample {
				k.Errorf("%+v %v", n.Entry, err)
			}
			if _, err := catalogue.Submit(tx, renewal, e.Saves); err != nil {
				k.Errorf("it is not ready: %v", err)
			}
			_, err = catalogue.Submit(tx, fresh, n.Saves)
			return err
		}))
		// The same again: everything changed meanwhile, row by row.
		r, err = k.check(b)
		k.must(err)
		if len(r.Faults) != 2 || r.Unchanged != 8 { // renewal says what its draft says; the new id is taken now
			k.Errorf("%+v", r)
		}
	})
}

func fault(t *testing.T, r *Report, tab, cell string) Fault {
	t.Helper()
	for _, x := range r.Faults {
		if x.Sheet == tab && x.Cell == cell {
			if len(x.Text.Missing(gov.Arabic, gov.English)) > 0 {
				t.Errorf("%+v", x)
			}
			return x
		}
	}
	t.Errorf("nothing is said of %s!%s: %+v", tab, cell, r.Faults)
	return Fault{}
}

func TestEveryFaultIsToldAtItsCellAndNothingIsTaken(t *testing.T) {
	each(t, func(k *desk) {
		f := k.handedOut()
		services, channels := k.tab(f, "services"), k.tab(f, "channels")
		want := map[string]string{} // cell → a word of what is said
		say := func(tab, ref, word string) { want[tab+"!"+ref] = word }

		tab, ref := k.cell(f, "services", "name.en", renewal)
		k.must(f.SetCellFormula(tab, ref, "CONCATENATE(\"a\",\"b\")"))
		say(tab, ref, "formula")
		say(services, k.set(f, "services", "working_days", renewal, "many"), "whole number")
		say(services, k.set(f, "services", "online.declared", renewal, "2026-02-31"), "no such date")
		say(services, k.set(f, "services", "status", renewal, "sleeping"), "not in the list")
		say(services, k.set(f, "services", "audience", renewal, "citizen, martians"), "not in the list")
		say(channels, k.set(f, "channels", "channels.kind", renewal, "pigeon"), "not in the list")
		say(channels, k.set(f, "channels", "channels.hours", renewal, "always"), "Write the days")
		other := k.otherThan(f, renewal)
		say(services, k.set(f, "services", "name.en", other, ""), "missing in English")
		say(services, k.set(f, "services", "online.link", other, "not an address"), "https")
		say(channels, k.set(f, "channels", "channels.email", other, "not an address"), "e-mail")

		add := func(sheet string, cells map[string]any) int {
			tab, ref := k.cell(f, sheet, serviceColumn, "nobody/here")
			_, n, _ := excelize.CellNameToCoordinates(ref)
			k.must(f.SetCellValue(tab, ref, cells[serviceColumn]))
			return n
		}
		n := add("services", map[string]any{serviceColumn: string(renewal)})
		say(services, fmt.Sprintf("A%d", n), "occurs twice")
		n = add("services", map[string]any{serviceColumn: "education/enrolment-certificate"}) // of another entity
		say(services, fmt.Sprintf("A%d", n), "no service of this id")
		n = add("services", map[string]any{serviceColumn: "Not an id"})
		say(services, fmt.Sprintf("A%d", n), "area and name")
		n = add("channels", map[string]any{serviceColumn: "iga/unheard-of"})
		say(channels, fmt.Sprintf("A%d", n), "no right row")
		k.must(f.SetCellValue(channels, "AZ5", "lost"))
		say(channels, "AZ5", "outside")
		k.must(f.SetCellValue(channels, "AZ1", "channels.smell"))
		say(channels, "AZ1", "no column")
		delete(want, channels+"!AZ5")
		say(channels, "AZ5", "outside")
		if _, err := f.NewSheet("Notes"); err != nil {
			t.Fatal(err)
		}
		k.must(f.SetCellValue("Notes", "B2", "remember the milk"))
		say("Notes", "A1", "does not belong")

		b := content(f)
		r, err := k.take(b)
		if gov.KindOf(err) != gov.Invalid || r == nil {
			k.Fatalf("taken: %v", err)
		}
		for at, word := range want {
			tab, cell, _ := strings.Cut(at, "!")
			if x := fault(k.T, r, tab, cell); !strings.Contains(x.Text["en"], word) {
				k.Errorf("%s: %q, want %q", at, x.Text["en"], word)
			}
		}
		if len(r.Faults) != len(want)+1 { // a new row without anything lacks its name and more, told at its cells
			for _, x := range r.Faults {
				if want[x.Sheet+"!"+x.Cell] == "" {
					k.Logf("also: %s!%s %s", x.Sheet, x.Cell, x.Text["en"])
				}
			}
		}
		k.must(k.as(owner, func(tx *db.Tx) error {
			list, err := catalogue.InWork(tx, "iga")
			if len(list) != 0 {
				k.Errorf("half taken: %d drafts", len(list))
			}
			return err
		}))
		k.markedAndMended(b, r)
	})
}

// otherThan is another service of the workbook.
func (k *desk) otherThan(f *excelize.File, id gov.ServiceID) gov.ServiceID {
	rows, err := f.GetRows(k.tab(f, "services"))
	k.must(err)
	for i, r := range rows {
		if i >= firstRow-1 && len(r) > 0 && r[0] != "" && r[0] != string(id) {
			return gov.ServiceID(r[0])
		}
	}
	k.Fatal("only one service")
	return ""
}

// markedAndMended looks at the workbook with its marks: it says the same faults
// when it comes back, and its marks go when it is marked again with fewer.
func (k *desk) markedAndMended(b []byte, r *Report) {
	k.Helper()
	var out bytes.Buffer
	k.must(Mark(&out, bytes.NewReader(b), r.Faults))
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	k.must(err)
	said := 0
	for _, s := range f.GetSheetList() {
		list, err := f.GetComments(s)
		k.must(err)
		said += len(list)
	}
	if said != len(r.Faults) {
		k.Errorf("%d comments for %d faults", said, len(r.Faults))
	}
	rows, err := f.GetRows(k.tab(f, faultsSheet))
	k.must(err)
	if len(rows) != len(r.Faults)+2 {
		k.Errorf("%d rows list %d faults", len(rows), len(r.Faults))
	}
	again, err := k.check(out.Bytes())
	k.must(err)
	if len(again.Faults) != len(r.Faults) {
		k.Errorf("marked, it has %d faults instead of %d", len(again.Faults), len(r.Faults))
	}
	var twice bytes.Buffer
	k.must(Mark(&twice, bytes.NewReader(out.Bytes()), r.Faults[:1]))
	f, err = excelize.OpenReader(&twice)
	k.must(err)
	said = 0
	for _, s := range f.GetSheetList() {
		list, _ := f.GetComments(s)
		said += len(list)
	}
	if said != 1 {
		k.Errorf("%d comments are left", said)
	}
}

func TestWhatChangedMeanwhileIsNotOverwritten(t *testing.T) {
	each(t, func(k *desk) {
		f := k.handedOut()
		k.set(f, "services", "name.en", renewal, "From the workbook")
		k.must(k.as(second, func(tx *db.Tx) error {
			r, err := catalogue.Begin(tx, renewal)
			if err != nil {
				return err
			}
			r.Entry.WorkingDays = 99
			_, err = catalogue.Save(tx, r.Entry, r.Saves)
			return err
		}))
		r, err := k.take(content(f))
		tab, ref := k.cell(f, "services", serviceColumn, renewal)
		if x := fault(k.T, r, tab, ref); gov.KindOf(err) != gov.Invalid || !strings.Contains(x.Text["en"], "changed after") || len(r.Faults) != 1 {
			k.Errorf("%v %+v", err, r.Faults)
		}
		// A new workbook holds the draft, and may go on from it.
		f = k.handedOut()
		k.set(f, "services", "name.en", renewal, "From the workbook")
		_, err = k.take(content(f))
		k.must(err)
		k.must(k.as(owner, func(tx *db.Tx) error {
			e, err := catalogue.Written(tx, renewal)
			if e.WorkingDays != 99 || e.Name["en"] != "From the workbook" {
				k.Errorf("%+v", e.Entry)
			}
			if err == nil {
				_, err = catalogue.Submit(tx, renewal, e.Saves)
			}
			return err
		}))
		f = k.handedOut()
		k.set(f, "services", "name.en", renewal, "While it is reviewed")
		r, err = k.take(content(f))
		if x := fault(k.T, r, tab, ref); gov.KindOf(err) != gov.Invalid || !strings.Contains(x.Text["en"], "being reviewed") {
			k.Errorf("%v %+v", err, r.Faults)
		}
	})
}

func TestAWorkbookOfAnotherEntityIsRefused(t *testing.T) {
	each(t, func(k *desk) {
		b := content(k.handedOut())
		book, err := Open(bytes.NewReader(b), int64(len(b)))
		k.must(err)
		for name, c := range map[string]struct {
			a    gov.Actor
			org  gov.OrgID
			want gov.Kind
		}{"to its own": {stranger, "moe", gov.Invalid}, "to the first": {stranger, "iga", gov.Denied}, "nobody": {gov.Actor{}, "iga", gov.Denied}, "an officer": {gov.Actor{Person: "o", Org: "iga", Roles: []gov.Role{gov.Officer}}, "iga", gov.Denied}} {
			if err := k.as(c.a, func(tx *db.Tx) error { _, err := book.Take(tx, c.org, dinar); return err }); gov.KindOf(err) != c.want {
				k.Errorf("%s: %v", name, err)
			}
		}
		if err := k.as(stranger, func(tx *db.Tx) error { _, err := Gather(tx, "iga", dinar); return err }); gov.KindOf(err) != gov.NotFound {
			k.Errorf("handed to a stranger: %v", err)
		}
	})
}

// packed is a zip of files.
func packed(files map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, s := range files {
		w, err := z.Create(name)
		if err != nil {
			panic(err)
		}
		io.WriteString(w, s)
	}
	z.Close()
	return b.Bytes()
}

func TestWhatIsNoWorkbookIsRefused(t *testing.T) {
	k := seeded(t, dbtest.SQLite(t))
	whole := content(k.handedOut())
	bomb := strings.Repeat("<row/>", (256<<20)/6+10)
	for name, b := range map[string][]byte{
		"nothing": {}, "a text": []byte("id;name\n1;2\n"), "a zip of something else": packed(map[string]string{"a.txt": "x"}),
		"an old workbook": append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, make([]byte, 600)...),
		"cut short":       whole[:len(whole)/2],
		"with macros":     packed(map[string]string{"xl/workbook.xml": "<workbook/>", "xl/vbaProject.bin": "x"}),
		"no sheets":       packed(map[string]string{"xl/workbook.xml": "<workbook/>"}),
		"broken XML":      packed(map[string]string{"xl/workbook.xml": "<workbook><sheets><sheet name='a'"}),
		"entities":        packed(map[string]string{"xl/workbook.xml": "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><workbook>&b;</workbook>"}),
		"a bomb":          packed(map[string]string{"xl/workbook.xml": "<workbook><sheets><sheet name='a' id='1'/></sheets></workbook>", "xl/_rels/workbook.xml.rels": "<r><Relationship Id='1' Target='sheet.xml'/></r>", "xl/sheet.xml": bomb}),
	} {
		if _, err := Open(bytes.NewReader(b), int64(len(b))); gov.KindOf(err) != gov.Invalid || len(gov.PublicOf(err).Missing(gov.Arabic, gov.English)) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(bytes.NewReader(nil), Largest+1); gov.KindOf(err) != gov.Invalid {
		t.Errorf("200 MB: %v", err)
	}
	// A workbook, but not of ours.
	f := excelize.NewFile()
	k.must(f.SetCellValue("Sheet1", "A1", "hello"))
	if _, err := k.check(content(f)); gov.KindOf(err) != gov.Invalid {
		t.Errorf("somebody's own workbook: %v", err)
	}
}

func TestAnUploadWaitsForWhoeverGaveIt(t *testing.T) {
	each(t, func(k *desk) {
		body := []byte{0, 1, 2, 255, 'P', 'K'}
		var u Upload
		k.must(k.as(owner, func(tx *db.Tx) (err error) { u, err = Keep(tx, "a.xlsx", body); return err }))
		for _, a := range []gov.Actor{second, stranger, {}} {
			if err := k.as(a, func(tx *db.Tx) error { _, err := Kept(tx, u.ID); return err }); gov.KindOf(err) != gov.NotFound {
				k.Errorf("%s: %v", a.Person, err)
			}
		}
		k.must(k.as(owner, func(tx *db.Tx) error {
			got, err := Kept(tx, u.ID)
			if !bytes.Equal(got.Body, body) || got.Name != "a.xlsx" {
				k.Errorf("%+v", got)
			}
			return err
		}))
		k.must(k.as(owner, func(tx *db.Tx) error { _, err := Keep(tx, "b.xlsx", body); return err })) // in its place
		if err := k.as(owner, func(tx *db.Tx) error { _, err := Kept(tx, u.ID); return err }); gov.KindOf(err) != gov.NotFound {
			k.Errorf("the first waits still: %v", err)
		}
		if err := k.as(gov.Actor{Person: "o", Org: "iga", Roles: []gov.Role{gov.Officer}}, func(tx *db.Tx) error { _, err := Keep(tx, "b", body); return err }); gov.KindOf(err) != gov.Denied {
			k.Errorf("an officer: %v", err)
		}
	})
}
