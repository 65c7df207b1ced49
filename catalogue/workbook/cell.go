package workbook

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/search"
	"diwan.example/internal/xlsx"
)

// cells are the texts of a row by column; what is no text is a fault. It answers
// false for an empty row.
func (t *taking) cells(p *placed, r xlsx.Row) (map[string]xlsx.Cell, bool) {
	out, bad := map[string]xlsx.Cell{}, false
	for _, c := range r.Cells {
		ref, err := excelize.CoordinatesToCellName(c.Column, r.Number)
		if err != nil {
			continue
		}
		col := p.byPlace[c.Column]
		switch {
		case c.Formula:
			t.fault(p.raw.Name, ref, gov.T("في الخلية معادلة. اكتب القيمة نفسها", "The cell holds a formula. Write the value itself"))
			bad = true
		case c.Failed:
			t.fault(p.raw.Name, ref, gov.T("في الخلية خطأ: %s", "The cell shows an error: %s").Sprintf(shortened(c.Text)))
			bad = true
		case col == nil:
			t.fault(p.raw.Name, ref, gov.T("الخلية خارج أعمدة الورقة. انقل ما فيها أو احذفه", "The cell is outside the sheet's columns. Move or remove what is in it"))
			bad = true
		default:
			c.Text = strings.TrimSpace(c.Text)
			out[col.id] = c
		}
	}
	return out, len(out) > 0 || bad
}

// put reads a cell into a field.
func (t *taking) put(e *entry, at spot, c *column, d catalogue.Doc, cell xlsx.Cell) {
	f := c.field
	typed, wrong := []string{cell.Text}, gov.Text(nil)
	switch {
	case f.Kind == catalogue.Code, f.Kind == catalogue.Flag:
		typed[0], wrong = t.code(f, cell.Text)
	case f.Kind == catalogue.Codes:
		typed, wrong = t.several(f, cell.Text)
	case f.Kind == catalogue.Day && cell.Number:
		typed[0] = day(cell.Text)
	}
	if len(wrong) == 0 {
		wrong = f.Put(d, cmp.Or(c.lang, t.Langs[0]), typed, t.Currency)
	}
	if len(wrong) > 0 {
		e.bad = true
		t.fault(at.sheet.raw.Name, at.cell(c.id), wrong)
	}
}

// day reads a date that Excel keeps as a number of days.
func day(s string) string {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	d, err := excelize.ExcelDateToTime(f, false)
	if err != nil {
		return s
	}
	return d.Format(time.DateOnly)
}

// code finds the code that a cell names: by itself, with its words behind it, or
// by its words in either language.
func (t *taking) code(f *catalogue.Field, s string) (string, gov.Text) {
	if s == "" {
		return "", nil
	}
	list := t.choices(f)
	if f.Kind == catalogue.Flag {
		list = append(answers[:len(answers):len(answers)], catalogue.Choice{Code: "yes", Text: gov.T("صحيح", "true")}, catalogue.Choice{Code: "no", Text: gov.T("خطأ", "false")})
	}
	code, _, _ := strings.Cut(s, "·")
	for _, x := range list {
		if x.Code == strings.TrimSpace(code) || matches(x, s) {
			if f.Kind == catalogue.Flag {
				return map[string]string{"yes": "true"}[x.Code], nil
			}
			return x.Code, nil
		}
	}
	return "", gov.T("«%s» ليست في القائمة. اختر من القائمة أو من ورقة «الرموز»", "“%s” is not in the list. Choose from the list or from the sheet Codes").Sprintf(shortened(s))
}

func matches(x catalogue.Choice, s string) bool {
	for _, w := range x.Text {
		if search.Fold(w) == search.Fold(s) {
			return true
		}
	}
	return false
}

func (t *taking) several(f *catalogue.Field, s string) (out []string, wrong gov.Text) {
	for _, x := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",،;؛\n", r) }) {
		code, bad := t.code(f, strings.TrimSpace(x))
		if len(bad) > 0 {
			return nil, bad
		}
		out = append(out, code)
	}
	return out, nil
}
