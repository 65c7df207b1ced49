package archive_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"diwan.example/document/archive"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
)

func house(d *db.DB) *archive.Archive {
	return &archive.Archive{DB: d, Secret: []byte("a secret of the tests"), Kind: func(_ *db.Tx, id string) (archive.Kind, bool, error) {
		return archive.Kind{Organisation: "moe", Name: gov.T("شهادة", "Certificate")}, id == "moe-certificate", nil
	}}
}

func as(org gov.OrgID, roles ...gov.Role) context.Context {
	return gov.WithActor(context.Background(), gov.Actor{Person: "p", Org: org, Roles: roles})
}

var keeper = as("moe", gov.Owner)

func bring(a *archive.Archive, ctx context.Context, text string) (archive.Batch, error) {
	return a.Import(ctx, archive.Source{Type: "moe-certificate", Name: "1998.csv", File: strings.NewReader(text)})
}

var scan = strings.Repeat("ab", 32)

func ask(t *testing.T, a *archive.Archive, q archive.Question) archive.Answer {
	t.Helper()
	q.Type = "moe-certificate"
	out, err := a.Check(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAPaperIsCheckedAgainstTheRegister(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := house(d)
		b, err := bring(a, keeper, "\uFEFFالرقم;التاريخ;الاسم;البصمة\r\nش-١٢٣/98;١٧/٣/1998;أحمد بن علي;"+scan+"\r\n\r\nB 7;1998-04-01;850100011;\r\n")
		if err != nil || b.State != archive.Entered || b.Entered != 2 || b.Organisation != "moe" {
			t.Fatalf("%+v %v", b, err)
		}
		x := ask(t, a, archive.Question{Number: "ش 123 / ٩٨", Date: "1998-03-17", Holder: "احمد  بن على", Scan: strings.ToUpper(scan)})
		if !x.Found || x.Year != 1998 || x.Scan != archive.Same || x.Holder != archive.Same || x.Organisation != "moe" {
			t.Errorf("%+v", x)
		}
		x = ask(t, a, archive.Question{Number: "ش12398", Date: "17/3/1998", Holder: "غيره", Scan: strings.Repeat("0", 64)})
		if !x.Found || x.Scan != archive.Differs || x.Holder != archive.Differs {
			t.Errorf("%+v", x)
		}
		if x = ask(t, a, archive.Question{Number: "b7", Date: "1/4/1998", Scan: scan}); x.Scan != archive.NotHeld || x.Holder != archive.NotAsked {
			t.Errorf("%+v", x)
		}
		if x = ask(t, a, archive.Question{Number: "b7", Date: "2/4/1998", Scan: scan}); x.Found || x.Scan != "" || x.Year != 0 {
			t.Errorf("another date: %+v", x)
		}
		_, err = a.Check(context.Background(), archive.Question{Type: "moe-certificate", Number: "", Date: "1419-11-19 هـ", Scan: "xyz"})
		if list, _ := gov.ProblemsOf(err, ""); len(list) != 3 {
			t.Errorf("%v", err)
		}
		if _, err = a.Check(context.Background(), archive.Question{Type: "other"}); gov.KindOf(err) != gov.NotFound {
			t.Error(err)
		}
		counted(t, d, archive.Figure{Papers: 2, From: 1998, Until: 1998, Checks: 4, Missing: 1})
		if err := a.Withdraw(as("moh", gov.Owner), b.ID); gov.KindOf(err) != gov.Denied {
			t.Errorf("another entity withdraws: %v", err)
		}
		if err := a.Withdraw(keeper, b.ID); err != nil {
			t.Fatal(err)
		}
		if x = ask(t, a, archive.Question{Number: "b7", Date: "1/4/1998"}); x.Found {
			t.Error("a withdrawn register answers")
		}
		if err := a.Withdraw(keeper, b.ID); gov.KindOf(err) != gov.Conflict {
			t.Errorf("withdrawn twice: %v", err)
		}
	})
}

func counted(t *testing.T, d *db.DB, want archive.Figure) {
	t.Helper()
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		f, err := archive.Figures(tx, "moe")
		if f["moe-certificate"] != want {
			t.Errorf("%+v", f)
		}
		facts, err2 := journal.Select(tx, journal.Query{Name: "archive.checked", Limit: 10})
		for _, f := range facts {
			if strings.Contains(string(f.Body)+f.Subject, "123") && strings.Contains(string(f.Body), "احمد") {
				t.Errorf("the journal says what was asked: %s", f.Body)
			}
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsNoRegisterIsRefusedWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := house(d)
		for name, text := range map[string]string{
			"empty": "", "only a mark": "\uFEFF", "a header alone": "number,date\n", "UTF-16": "\xff\xfen\x00u\x00", "windows-1256": "\xc7\xe1\xd1\xde\xe3,date\n1,2000-01-01\n",
			"no header": "17,1998-03-17\n", "an unknown column": "number,date,shoe\n1,2000-01-01,42\n", "a column twice": "number,date,number\n",
		} {
			if b, err := bring(a, keeper, text); gov.KindOf(err) != gov.Invalid || b.ID != "" {
				t.Errorf("%s: %+v %v", name, b, err)
			}
		}
		text := "number,date,holder,scan\n" +
			"1,1998-01-01,,\n" + // line 2: right
			",1998-13-01,,\n" + // 3: two faults
			"\"2,1998-01-01,,\n" // 4: an unbalanced quote swallows what follows
		_, err := bring(a, keeper, text)
		var f *archive.Faults
		if !errors.As(err, &f) || f.All != 3 || f.List[0].Line != 3 || f.List[2].Line != 4 || gov.KindOf(err) != gov.Invalid {
			t.Fatalf("%+v %v", f, err)
		}
		text = "number,date,holder,scan\n1,1998-01-01," + strings.Repeat("ن", 301) + ",\n2,2999-01-01,,\n3,1998-01-01,,zz\n4,1998-01-01,a\xffb,\n5,1998-01-01,,,extra\n6,1998-01-01,x,\n 6 ,1/1/1998,y,\n" + strings.Repeat("9", 61) + ",1998-01-01,,\n"
		if _, err = bring(a, keeper, text); !errors.As(err, &f) || f.All != 7 {
			t.Fatalf("%+v %v", f, err)
		}
		for _, x := range f.List {
			if x.Text.In(gov.Arabic) == "" || x.Text.In(gov.English) == "" || strings.Contains(x.Text.In(gov.English), "ن") {
				t.Errorf("%+v", x)
			}
		}
		if ask(t, a, archive.Question{Number: "1", Date: "1998-01-01"}).Found {
			t.Error("half a file was entered")
		}
	})
}

func TestWhoMayEnterARegister(t *testing.T) {
	a := house(dbtest.SQLite(t))
	for name, ctx := range map[string]context.Context{"nobody": context.Background(), "an officer": as("moe", gov.Officer), "another entity": as("moh", gov.Head), "a resident": as("")} {
		if _, err := bring(a, ctx, "number,date\n1,1998-01-01\n"); gov.KindOf(err) != gov.Denied {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.Import(keeper, archive.Source{Type: "x", File: strings.NewReader("")}); gov.KindOf(err) != gov.NotFound {
		t.Error(err)
	}
}

func register(n int) string {
	var s strings.Builder
	s.WriteString("number,date,holder,scan\n")
	for i := range n {
		fmt.Fprintf(&s, "C-%07d,1998-%02d-%02d,8501%05d,%s\n", i, i%12+1, i%28+1, i, scan)
	}
	return s.String()
}

// The power goes half-way: nothing is answered for, and the import goes on where it was.
func TestAnImportThatWasInterrupted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := house(d)
		text := register(1700)
		ctx, stop := context.WithCancel(keeper)
		b, err := a.Import(ctx, archive.Source{Type: "moe-certificate", Name: "x", File: strings.NewReader(text), Progress: func(done, _ int64) {
			if done >= 1000 {
				stop()
			}
		}})
		if err == nil || b.Line != 1000 {
			t.Fatalf("%+v %v", b, err)
		}
		if ask(t, a, archive.Question{Number: "C0000001", Date: "1998-02-02"}).Found {
			t.Error("half a register answers")
		}
		b, err = bring(a, keeper, text)
		if err != nil || b.Entered != 1700 || b.State != archive.Entered || b.Again {
			t.Fatalf("%+v %v", b, err)
		}
		for _, n := range []int{0, 999, 1000, 1699} {
			if x := ask(t, a, archive.Question{Number: fmt.Sprintf("C-%07d", n), Date: fmt.Sprintf("1998-%02d-%02d", n%12+1, n%28+1), Holder: fmt.Sprintf("8501%05d", n)}); x.Holder != archive.Same {
				t.Errorf("%d: %+v", n, x)
			}
		}
		if b, err = bring(a, keeper, text); err != nil || !b.Again {
			t.Errorf("the same file again: %+v %v", b, err)
		}
		_, err = bring(a, keeper, "number,date,holder\nC-0000001,1998-02-02,somebody else\n")
		var f *archive.Faults
		if !errors.As(err, &f) || f.All != 1 {
			t.Errorf("the same number with another holder: %v", err)
		}
		if b, err = bring(a, keeper, text+"C-9,1999-01-01,,\n"); err != nil || b.Entered != 1701 {
			t.Errorf("the register and one more: %+v %v", b, err)
		}
		counted(t, d, archive.Figure{Papers: 1701, From: 1998, Until: 1999, Checks: 5, Missing: 1})
	})
}

// A hundred thousand rows, the last of which is wrong, and all of them wrong.
func TestALargeFileWithOneWrongRow(t *testing.T) {
	a := house(dbtest.SQLite(t))
	begun := time.Now()
	_, err := bring(a, keeper, register(100_000)+"C-9,tomorrow,,\n")
	var f *archive.Faults
	if !errors.As(err, &f) || f.All != 1 || f.List[0].Line != 100_002 {
		t.Fatalf("%v %+v", err, f)
	}
	_, err = bring(a, keeper, "number,date\n"+strings.Repeat("x,y\n", 5000))
	if !errors.As(err, &f) || f.All != 5000 || len(f.List) != 1000 {
		t.Fatalf("%v", err)
	}
	t.Log(time.Since(begun))
	var out strings.Builder
	if err := archive.WriteFaults(&out, f); err != nil || strings.Count(out.String(), "\n") != 1001 || !strings.Contains(out.String(), "السنة") {
		t.Error(err, out.Len())
	}
}
