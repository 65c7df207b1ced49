package xlsx

import (
	"archive/zip"
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"diwan.example/gov"
)

func TestAFileThatLiesAboutItsSizeIsRefused(t *testing.T) {
	r := &reader{left: 10}
	in := &metered{io.NopCloser(strings.NewReader(strings.Repeat("x", 100))), r}
	if _, err := io.ReadAll(in); gov.KindOf(err) != gov.Invalid {
		t.Errorf("%v", err)
	}
}

func TestCellsAreReadAsTheyAreShown(t *testing.T) {
	f := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "رقم", "B2": 35871, "C2": true, "AB3": " x "} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("Sheet1", "D2", "1+1"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	open := func(l Limits) ([]Sheet, error) { return Open(bytes.NewReader(b.Bytes()), int64(b.Len()), l) }
	sheets, err := open(Limits{Bytes: 1 << 20, Rows: 10})
	if err != nil || len(sheets) != 1 || !sheets[0].Filled() || !Is(b.Bytes()) {
		t.Fatalf("%+v %v", sheets, err)
	}
	got := map[string]Cell{}
	for _, r := range sheets[0].Rows {
		for _, c := range r.Cells {
			got[CellName(c.Column, r.Number)] = c
		}
	}
	for cell, want := range map[string]Cell{"A1": {Column: 1, Text: "رقم"}, "B2": {Column: 2, Text: "35871", Number: true}, "C2": {Column: 3, Text: "yes"}, "AB3": {Column: 28, Text: " x "}} {
		if got[cell] != want {
			t.Errorf("%s is %+v", cell, got[cell])
		}
	}
	if !got["D2"].Formula {
		t.Errorf("the formula is %+v", got["D2"])
	}
	if d, ok := Day("35871"); !ok || d.Format("2006-01-02") != "1998-03-17" {
		t.Errorf("day 35871 is %s", d)
	}
	for _, s := range []string{"", "x", "12", "1e9", "-4"} {
		if _, ok := Day(s); ok {
			t.Errorf("%q is a day", s)
		}
	}
	if _, err := open(Limits{Bytes: 10, Rows: 10}); gov.KindOf(err) != gov.Invalid {
		t.Errorf("too many bytes: %v", err)
	}
	if _, err := open(Limits{Bytes: 1 << 20, Rows: 2}); gov.KindOf(err) != gov.Invalid {
		t.Errorf("too many rows: %v", err)
	}
}

// A sheet of many millions of empty rows is a small file.
func TestWhatHoldsNothingTakesNoRoom(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{
		"xl/workbook.xml":            `<workbook><sheets><sheet name="S" id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Target="s.xml"/></Relationships>`,
		"xl/s.xml":                   `<sheetData><row r="-4"><c/><c><v>1</v></c></row>` + strings.Repeat(`<row r="2"/>`, 5000) + `<row><c r="B3"><v>2</v></c><c><v>3</v></c></row></sheetData>`,
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, text)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	sheets, err := Open(bytes.NewReader(b.Bytes()), int64(b.Len()), Limits{Bytes: 1 << 20, Rows: 10})
	want := []Row{{1, []Cell{{Column: 2, Text: "1", Number: true}}}, {3, []Cell{{Column: 2, Text: "2", Number: true}, {Column: 3, Text: "3", Number: true}}}}
	if err != nil || len(sheets) != 1 || !reflect.DeepEqual(sheets[0].Rows, want) {
		t.Errorf("%+v %v", sheets, err)
	}
	full := &reader{cells: mostCells, limits: Limits{Rows: 10}}
	if err := full.take(&Sheet{}, 1, Cell{}); gov.KindOf(err) != gov.Invalid {
		t.Errorf("more cells than allowed: %v", err)
	}
}

func TestCellNames(t *testing.T) {
	for n, want := range map[int]string{1: "A7", 26: "Z7", 27: "AA7", 52: "AZ7", 53: "BA7", 702: "ZZ7", 703: "AAA7"} {
		if got := CellName(n, 7); got != want {
			t.Errorf("column %d is %s, not %s", n, got, want)
		}
	}
}
