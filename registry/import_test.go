package registry_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/registries"
	"diwan.example/registry"
)

const fineHead = "number,civil_number,offence,amount,date,paid\n"

// fines writes n rows of the fine register; some are wrong when spoilt is set.
func fines(n int, civil string, spoilt bool) string {
	var s strings.Builder
	s.WriteString(fineHead)
	for i := range n {
		amount := "50.000"
		if spoilt && i%97 == 13 {
			amount = "fifty"
		}
		fmt.Fprintf(&s, "F-%08d,%s,تجاوز السرعة,%s,2026-10-%02d,no\n", i, civil, amount, i%28+1)
	}
	return s.String()
}

func (k *desk) bring(ctx context.Context, in registry.Source) (registry.Batch, error) {
	return k.Import(gov.WithActor(ctx, gov.System), in)
}

func (k *desk) imported(id gov.RegistryID, text string) registry.Batch {
	k.t.Helper()
	b, err := k.bring(k.t.Context(), registry.Source{Registry: id, Name: "a.csv", File: strings.NewReader(text)})
	if err != nil {
		k.t.Fatal(err)
	}
	return b
}

func rejectsFile(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "rejected.csv"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func content(t *testing.T, f *os.File) string {
	t.Helper()
	b, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAnImportEntersChangesAndLeaves(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		file := "\uFEFFcivil_number,name_ar,birth,sex,nationality,address.block,address.road,address.building,address.flat,guardians,valid_from\r\n" +
			arabicDigits(k.civil) + ",\"أحمد بن حسن، \"\"أبو علي\"\"\",1990-01-01,m,BH,305,0511,12,,,2020-01-01\r\n\r\n" +
			civil(t, "15030200") + ",سارة أحمد,2/3/2015,f,BH,305,0511,12,3," + k.civil + ",\r\n"
		b := k.imported("population", file)
		if b.Entered != 2 || b.Rejected != 0 || b.Ended.IsZero() {
			t.Fatalf("%+v", b)
		}
		r, err := k.lookup(officer, registry.Ask{Registry: "population", Key: k.civil, Purpose: purpose})
		if err != nil || r.Values["name_ar"] != `أحمد بن حسن، "أبو علي"` || r.Source != "import:"+b.ID || r.From.Year() != 2020 || r.Person != k.person {
			t.Errorf("%+v %v", r, err)
		}
		if names, fact := k.facts(b.ID); len(names) != 1 || names[0] != "registry.imported" || fact.Organisation != "iga" {
			t.Errorf("facts %v %+v", names, fact)
		}
		if again := k.imported("population", file); again != b {
			t.Errorf("the same file again: %+v", again)
		}
		moved := "civil_number,name_ar,birth,sex,nationality,address.block,address.road,address.building\n" +
			k.civil + ",\"أحمد بن حسن، \"\"أبو علي\"\"\",1990-01-01,m,BH,410,0511,12\n" + civil(t, "15030200") + ",سارة أحمد,2015-03-02,f,BH,305,0511,12\n"
		b2 := k.imported("population", moved)
		if b2.Changed != 2 || b2.Same != 0 || b2.Entered != 0 { // the flat is gone
			t.Errorf("%+v", b2)
		}
		if names, fact := k.facts(r.ID); len(names) != 1 || names[0] != "registry.recorded" || !strings.Contains(string(fact.Body), "address") {
			t.Errorf("facts of the record %v %s", names, fact.Body)
		}
		if b3 := k.imported("population", moved+"\n"); b3.Same != 2 || b3.Changed != 0 {
			t.Errorf("%+v", b3)
		}
	})
}

func TestWhatGoesOutComesInAgain(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		k.written()
		k.imported("fine", fines(3, k.civil, false))
		k.imported("fine", "number,civil_number,offence,amount,date,paid,valid_from,ended\nF-00000009,"+k.civil+",وقوف,20.500,2020-01-01,yes,2020-01-01,2020-02-01\n")
		for _, id := range []gov.RegistryID{"population", "fine"} {
			var out bytes.Buffer
			n, err := k.Export(gov.WithActor(t.Context(), gov.System), id, &out, nil)
			if err != nil || n == 0 {
				t.Fatal(err)
			}
			if b := k.imported(id, out.String()); int(b.Same) != n || b.Changed+b.Entered+b.Rejected != 0 {
				t.Errorf("%s: %+v\n%s", id, b, out.String())
			}
		}
		if _, err := k.Export(gov.WithActor(t.Context(), officer), "fine", io.Discard, nil); gov.KindOf(err) != gov.Denied {
			t.Errorf("an officer exports: %v", err)
		}
	})
}

func TestFilesThatAreNoImport(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	for name, x := range map[string]struct{ file, want string }{
		"empty":            {"", "The file is empty"},
		"only a mark":      {"\uFEFF", "The file is empty"},
		"UTF-16":           {"\xff\xfea\x00", "The file is not UTF-8"},
		"semicolons":       {strings.ReplaceAll(fineHead, ",", ";"), "not separated by commas"},
		"tabs":             {strings.ReplaceAll(fineHead, ",", "\t"), "not separated by commas"},
		"misspelt column":  {strings.Replace(fineHead, "offence", "offense", 1), `did you mean "offence"`},
		"unknown column":   {"shoe_size," + fineHead, `"shoe_size") is not known; the columns are: number, civil_number`},
		"missing column":   {strings.Replace(fineHead, ",paid", "", 1), `The column "paid" is missing`},
		"column twice":     {strings.Replace(fineHead, "paid", "paid,paid", 1), `The column "paid" occurs twice`},
		"not closed":       {`"number,civil_number` + "\n", "quotation marks"},
		"a million letter": {strings.Repeat("x", 1<<20), "longer than 64 KB"},
	} {
		_, err := k.bring(t.Context(), registry.Source{Registry: "fine", Name: "x.csv", File: strings.NewReader(x.file)})
		list, ok := gov.ProblemsOf(err, "")
		if !ok || !strings.Contains(list[0].Text[gov.English], x.want) || list[0].Text[gov.Arabic] == "" {
			t.Errorf("%s: %v", name, list)
		}
	}
	for name, x := range map[string]struct {
		actor gov.Actor
		id    gov.RegistryID
		kind  gov.Kind
	}{"an officer": {officer, "fine", gov.Denied}, "nobody": {gov.Actor{}, "fine", gov.Denied}, "no registry": {gov.System, "weather", gov.NotFound}} {
		_, err := k.Import(gov.WithActor(t.Context(), x.actor), registry.Source{Registry: x.id, File: strings.NewReader(fineHead)})
		if gov.KindOf(err) != x.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWrongRowsAreReportedAndLeftOutWhole(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		c := k.civil
		file := fineHead +
			"F-00000001," + c + ",وقوف,20,2026-10-01,no\n" + // line 2: right
			"F-00000002," + c + ",وقوف,twenty,2026-13-01,no\n" + // 3
			"F-00000003," + c + ",=HYPERLINK(1),20,2026-10-01,no\n" + // 4
			"F-00000004," + c + ",وقوف,20,2026-10-01\n" + // 5
			"F-00000001," + c + ",وقوف,30,2026-10-01,no\n" + // 6: the key of line 2
			"," + c + ",وقوف,20,2026-10-01,no\n" + // 7
			"F-00000005," + c + ",\"one\nand two\",20,2026-10-01,no\n" + // 8, 9: right
			"F-00000006," + c + ",bad\"quote,20,2026-10-01,no\n" + // 10
			"F-00000007," + c + ",\"never closed,20,2026-10-01,no\n" + // 11
			"F-00000008," + c + ",\xff\xfe,20,2026-10-01,no\n" + // 12
			strings.Repeat("y", 100_000) + "\n" + // 13
			"F-00000009," + c + ",وقوف,20,2026-10-01,no" // 14: right, without a line end
		report := rejectsFile(t)
		b, err := k.bring(t.Context(), registry.Source{Registry: "fine", Name: "x.csv", File: strings.NewReader(file), Rejects: report})
		if err != nil || b.Entered != 3 || b.Rejected != 9 {
			t.Fatalf("%+v %v\n%s", b, err, content(t, report))
		}
		got := content(t, report)
		for _, want := range []string{
			"line,column,ar,en\n", "\n3,amount,", "\n3,date,", "\n4,offence,في الخلية معادلة. اكتب القيمة نفسها,The cell holds a formula. Write the value itself\n",
			"\n5,,في السطر 5 خلية، والأعمدة 6,The row has 5 cells for 6 columns\n", "\n6,number,", "\n7,number,", "\n10,,", "\n11,,", "\n12,,", "\n13,,",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("the report lacks %q:\n%s", want, got)
			}
		}
		for _, secret := range []string{c, "twenty", "HYPERLINK", "quote,"} {
			if strings.Contains(got, secret) {
				t.Errorf("the report gives what was in a cell: %q", secret)
			}
		}
		k.must(gov.System, func(tx *db.Tx) error {
			list, err := k.OfPerson(tx, "fine", k.person, time.Time{})
			if len(list) != 3 {
				t.Errorf("%d records: %+v", len(list), list)
			}
			return err
		})
	})
}

// TestAnInterruptedImportGoesOn stops an import and goes on with it: the end is
// the same as if nothing had happened, the report of wrong rows included.
func TestAnInterruptedImportGoesOn(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		file := fines(2600, k.civil, true)
		report := rejectsFile(t)
		ctx, stop := context.WithCancel(t.Context())
		portions := 0
		in := registry.Source{Registry: "fine", Name: "x.csv", File: strings.NewReader(file), Rejects: report, Progress: func(done, total int64) {
			if portions++; portions == 2 {
				stop()
			}
		}}
		half, err := k.bring(ctx, in)
		if gov.KindOf(err) != gov.Unavailable || half.Entered == 0 || half.Entered > 1500 {
			t.Fatalf("%+v %v", half, err)
		}
		report.WriteAt([]byte("what a crash left behind"), int64(len(content(t, report))))
		in.File = strings.NewReader(file)
		whole, err := k.bring(t.Context(), in)
		if err != nil || whole.ID != half.ID || whole.Entered != 2600-27 || whole.Rejected != 27 || whole.Line != 2602 {
			t.Fatalf("%+v %v", whole, err)
		}
		other := open(t, dbtest.SQLite(t))
		straight := rejectsFile(t)
		if _, err := other.bring(t.Context(), registry.Source{Registry: "fine", File: strings.NewReader(fines(2600, k.civil, true)), Rejects: straight}); err != nil {
			t.Fatal(err)
		}
		if content(t, report) != content(t, straight) {
			t.Errorf("the report differs from that of an import in one go:\n%s", content(t, report))
		}
		k.must(gov.System, func(tx *db.Tx) error {
			list, err := k.Batches(tx, "fine", 10)
			if len(list) != 1 || list[0] != whole {
				t.Errorf("%+v", list)
			}
			return err
		})
	})
}

const childSetting = "DIWAN_TEST_IMPORT_CHILD"

// TestMain is also the process that TestKillingAnImport kills.
func TestMain(m *testing.M) {
	if at := os.Getenv(childSetting); at != "" {
		fmt.Println("over", importIn(at))
		return
	}
	os.Exit(m.Run())
}

// importIn imports what a folder holds into the database beside it.
func importIn(at string) error {
	ctx := gov.WithActor(context.Background(), gov.System)
	d, err := db.Open(ctx, filepath.Join(at, "diwan.db"), db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	f, err := os.Open(filepath.Join(at, "fines.csv"))
	if err != nil {
		return err
	}
	report, err := os.OpenFile(filepath.Join(at, "rejected.csv"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	b, err := registry.Load(registries.Files, registry.Options{})
	if err != nil {
		return err
	}
	b.DB, b.Secret = d, []byte(strings.Repeat("k", 32))
	_, err = b.Import(ctx, registry.Source{Registry: "fine", File: f, Rejects: report, Progress: func(done, total int64) { fmt.Println("portion", done, total) }})
	return err
}

func TestKillingAnImport(t *testing.T) {
	d := dbtest.SQLite(t)
	k := open(t, d)
	at := t.TempDir()
	fresh, err := db.Open(t.Context(), filepath.Join(at, "diwan.db"), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fresh.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	fresh.Close()
	const n = 20_000
	if err := os.WriteFile(filepath.Join(at, "fines.csv"), []byte(fines(n, k.civil, true)), 0o600); err != nil {
		t.Fatal(err)
	}
	kills, over := 0, false
	for kills = 0; !over && kills < 4; kills++ {
		over = childRun(t, at, kills+3)
	}
	if over {
		t.Fatal("the import was over before it was killed")
	}
	if over = childRun(t, at, 1<<30); !over {
		t.Fatal("the last run did not end")
	}
	if k.DB, err = db.Open(t.Context(), filepath.Join(at, "diwan.db"), db.Options{}); err != nil {
		t.Fatal(err)
	}
	defer k.DB.Close()
	wrong := (n - 14 + 97) / 97
	k.must(gov.System, func(tx *db.Tx) error {
		list, err := k.Batches(tx, "fine", 10)
		if len(list) != 1 || list[0].Ended.IsZero() || list[0].Entered != int64(n-wrong) || list[0].Rejected != int64(wrong) {
			t.Errorf("%+v", list)
		}
		facts, err2 := journal.Between(tx, 0, 100)
		if len(facts) != 1 || err2 != nil {
			t.Errorf("%d facts, %v", len(facts), err2)
		}
		return err
	})
	if c, err := k.Counts(t.Context()); err != nil || c["fine"] != n-wrong {
		t.Errorf("%v records, want %d: %v", c, n-wrong, err)
	}
	b, err := os.ReadFile(filepath.Join(at, "rejected.csv"))
	if err != nil || strings.Count(string(b), "\n") != wrong+1 {
		t.Errorf("%d lines of wrong rows, want %d: %v", strings.Count(string(b), "\n"), wrong+1, err)
	}
}

// childRun imports in another process and kills it after some portions.
func childRun(t *testing.T, at string, portions int) (over bool) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), childSetting+"="+at)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for seen := 0; lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "over") {
			over = strings.Contains(lines.Text(), "<nil>")
		}
		if seen += strings.Count(lines.Text(), "portion "); seen >= portions {
			c.Process.Kill() // SIGKILL
			break
		}
	}
	c.Wait()
	return over
}

// endless gives rows without keeping them, as a file on disk would.
type endless struct {
	head string
	row  func(i int) string
	n    int

	at  int64
	buf []byte
	i   int
}

func (e *endless) Read(b []byte) (int, error) {
	for len(e.buf) == 0 {
		switch {
		case e.i > e.n:
			return 0, io.EOF
		case e.i == 0:
			e.buf = append(e.buf[:0], e.head...)
		default:
			e.buf = append(e.buf[:0], e.row(e.i)...)
		}
		e.i++
	}
	n := copy(b, e.buf)
	e.buf, e.at = e.buf[n:], e.at+int64(n)
	return n, nil
}

func (e *endless) Seek(offset int64, whence int) (int64, error) {
	e.at, e.i, e.buf = 0, 0, nil
	_, err := io.CopyN(io.Discard, e, offset)
	return offset, err
}

func TestAnImportNeedsNoMoreMemoryForMoreRows(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const n = 30_000
	file := &endless{head: fineHead, n: n, row: func(i int) string {
		return fmt.Sprintf("F-%08d,%s,تجاوز السرعة,50,2026-10-01,no\n", i, k.civil)
	}}
	var early, late uint64
	_, err := k.bring(t.Context(), registry.Source{Registry: "fine", File: file, Progress: func(done, total int64) {
		if early == 0 && done > total/5 {
			early = heap()
		}
		if late == 0 && done > total*9/10 {
			late = heap()
		}
	}})
	if err != nil || early == 0 || late == 0 {
		t.Fatalf("%d %d %v", early, late, err)
	}
	if late > early+2<<20 {
		t.Errorf("after a fifth of the rows %d KB, after nine tenths %d KB", early>>10, late>>10)
	}
}
