package workbook

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"diwan.example/gov"
	"diwan.example/internal/xlsx"
)

const (
	faultsSheet = "faults"
	marker      = "Diwan ديوان"
)

// Mark gives a workbook back as it came, with each faulty cell marked and what
// is wrong with it as a comment in both languages, and all of it on a sheet of
// its own. Marks of an earlier time go away. Errors: Invalid.
func Mark(w io.Writer, src io.Reader, faults []Fault) error {
	f, err := excelize.OpenReader(src, excelize.Options{UnzipSizeLimit: xlsx.LargestUnpacked, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		return xlsx.ErrDamaged.Because(err)
	}
	defer f.Close()
	for _, do := range []func(*excelize.File, []Fault) error{unmark, mark, list} {
		if err := do(f, faults); err != nil {
			return gov.Wrap(err, "mark a workbook")
		}
	}
	return f.Write(w)
}

// unmark takes the marks of an earlier time away.
func unmark(f *excelize.File, _ []Fault) error {
	text := "@"
	plain, err := f.NewStyle(&excelize.Style{CustomNumFmt: &text, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	for _, s := range f.GetSheetList() {
		said, err := f.GetComments(s)
		if err != nil {
			return err
		}
		for _, c := range said {
			if c.Author != marker {
				continue
			}
			if err := f.DeleteComment(s, c.Cell); err != nil {
				return err
			}
			if err := f.SetCellStyle(s, c.Cell, c.Cell, plain); err != nil {
				return err
			}
		}
		if v, err := f.GetCellValue(s, "A1"); err == nil && v == "@"+faultsSheet {
			if err := f.DeleteSheet(s); err != nil {
				return err
			}
		}
	}
	return nil
}

func mark(f *excelize.File, faults []Fault) error {
	text := "@"
	red, err := f.NewStyle(&excelize.Style{CustomNumFmt: &text, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F6C9C3"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	for _, x := range faults {
		if x.Cell == "" {
			continue
		}
		if err := f.SetCellStyle(x.Sheet, x.Cell, x.Cell, red); err != nil {
			return err
		}
		c := excelize.Comment{Author: marker, Cell: x.Cell, Width: 340, Height: 110, Paragraph: []excelize.RichTextRun{{Text: x.Text.In(gov.Arabic) + "\n" + x.Text.In(gov.English)}}}
		if err := f.AddComment(x.Sheet, c); err != nil {
			return err
		}
	}
	return nil
}

// list writes all faults on a sheet, each leading to its cell.
func list(f *excelize.File, faults []Fault) error {
	name := "الأخطاء Errors"
	n, err := f.NewSheet(name)
	if err != nil {
		return err
	}
	rtl := true
	if err := f.SetSheetView(name, 0, &excelize.ViewOptions{RightToLeft: &rtl}); err != nil {
		return err
	}
	rows := [][]any{{"@" + faultsSheet}, {"الورقة Sheet", "الخلية Cell", "ما الخطأ", "What is wrong"}}
	for _, x := range faults {
		rows = append(rows, []any{x.Sheet, x.Cell, x.Text.In(gov.Arabic), x.Text.In(gov.English)})
	}
	for i, row := range rows {
		if err := f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
			return err
		}
	}
	for i, x := range faults {
		if x.Cell == "" {
			continue
		}
		if err := f.SetCellHyperLink(name, fmt.Sprintf("B%d", i+3), fmt.Sprintf("'%s'!%s", x.Sheet, x.Cell), "Location"); err != nil {
			return err
		}
	}
	if err := f.SetRowVisible(name, 1, false); err != nil {
		return err
	}
	for col, wide := range map[string]float64{"A": 26, "B": 10, "C": 60, "D": 60} {
		if err := f.SetColWidth(name, col, col, wide); err != nil {
			return err
		}
	}
	f.SetActiveSheet(n)
	return nil
}
