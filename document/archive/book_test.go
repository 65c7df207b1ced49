package archive_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"diwan.example/document/archive"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

// workbook is a file with one sheet; a cell that begins with = is a formula.
func workbook(t *testing.T, cells map[string]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for at, v := range cells {
		var err error
		if s, ok := v.(string); ok && strings.HasPrefix(s, "=") {
			err = f.SetCellFormula("Sheet1", at, s[1:])
		} else {
			err = f.SetCellValue("Sheet1", at, v)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return written(t, f)
}

func written(t *testing.T, f *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func bringBook(a *archive.Archive, b []byte) (archive.Batch, error) {
	return a.Import(keeper, archive.Source{Type: "moe-certificate", Name: "1998.xlsx", File: bytes.NewReader(b)})
}

func TestARegisterComesAsAWorkbook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := house(d)
		b := workbook(t, map[string]any{"A1": "الاسم", "B1": "الرقم", "C1": "التاريخ", "E1": "البصمة",
			"A2": "أحمد بن علي", "B2": "ش-١٢٣/98", "C2": time.Date(1998, 3, 17, 0, 0, 0, 0, time.UTC), "E2": scan,
			"B4": 7, "C4": "١/٤/1998"})
		got, err := bringBook(a, b)
		if err != nil || got.State != archive.Entered || got.Entered != 2 {
			t.Fatalf("%+v %v", got, err)
		}
		if x := ask(t, a, archive.Question{Number: "ش 123/98", Date: "17/3/1998", Holder: "احمد بن على", Scan: scan}); !x.Found || x.Scan != archive.Same || x.Holder != archive.Same {
			t.Errorf("%+v", x)
		}
		if x := ask(t, a, archive.Question{Number: "٧", Date: "1998-04-01"}); !x.Found {
			t.Errorf("%+v", x)
		}
		if again, err := bringBook(a, b); err != nil || !again.Again {
			t.Errorf("the same file: %+v %v", again, err)
		}
	})
}

// Every wrong cell is told by its name, and nothing of the workbook is entered.
func TestAWorkbookIsToldCellByCell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := house(d)
		_, err := bringBook(a, workbook(t, map[string]any{"B1": "number", "D1": "date", "E1": "scan",
			"B2": "1", "D2": "1998-03-17",
			"B3": "2", "D3": 1998, // a bare year
			"B4": "=1+1", "D4": "1998-03-17", "A4": "x",
			"B5": "1", "D5": "1998-03-17", "E5": "xyz",
			"B6": "1", "D6": "17/3/1998"}))
		var f *archive.Faults
		if !errors.As(err, &f) {
			t.Fatalf("%v", err)
		}
		told := map[string]string{}
		for _, x := range f.List {
			if len(x.Text.Missing(gov.Arabic, gov.English)) > 0 {
				t.Errorf("%+v", x)
			}
			told[x.Cell] = fmt.Sprintf("%d %s", x.Line, x.Field)
		}
		for cell, want := range map[string]string{"D3": "3 date", "B4": "4 number", "A4": "4 ", "E5": "5 scan", "B6": "6 number"} {
			if told[cell] != want {
				t.Errorf("%s is told as %q", cell, told[cell])
			}
		}
		if f.All != 5 {
			t.Errorf("%d faults: %v", f.All, told)
		}
		if x := ask(t, a, archive.Question{Number: "1", Date: "1998-03-17"}); x.Found {
			t.Error("half of it was entered")
		}
		two := excelize.NewFile()
		if _, err := two.NewSheet("other"); err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"Sheet1", "other"} {
			if err := two.SetCellValue(s, "A1", "number"); err != nil {
				t.Fatal(err)
			}
		}
		for name, b := range map[string][]byte{"two sheets": written(t, two), "nothing": workbook(t, nil), "no header": workbook(t, map[string]any{"A1": "17", "B1": "1998-03-17"}),
			"a zip of something else": []byte("PK\x03\x04 and nothing more"), "an old workbook": append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, make([]byte, 600)...)} {
			if _, err := bringBook(a, b); gov.KindOf(err) != gov.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
