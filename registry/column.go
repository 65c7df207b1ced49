package registry

import (
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/internal/rule"
)

// The columns of a file that are no field: since when a row is so, and since
// when the record has ended.
const (
	fromColumn  = "valid_from"
	endedColumn = "ended"
)

// addressParts are the columns of an address: address.block, address.road…
var addressParts = []string{"block", "road", "building", "flat"}

// Columns are the columns of the registry's files in order, as import takes them
// and export gives them.
func (d *Definition) Columns() (out []string) {
	for _, f := range d.Fields {
		if f.Kind != form.Address {
			out = append(out, f.Name)
			continue
		}
		for _, p := range addressParts {
			out = append(out, f.Name+"."+p)
		}
	}
	return append(out, fromColumn, endedColumn)
}

// column is one column of a file being read.
type column struct {
	name  string
	field *Field
	part  string // of an address
}

// header reads the first row. Errors: gov.Problems.
func (d *Definition) header(cells []string) ([]column, error) {
	known := d.Columns()
	var out []column
	var bad gov.Problems
	refuse := func(field, ar, en string, args ...any) {
		bad = append(bad, gov.Problem{Field: field, Text: gov.T(ar, en).Sprintf(args...)})
	}
	if len(cells) == 1 && strings.ContainsAny(cells[0], ";\t|") {
		refuse("", "الأعمدة مفصولة بغير الفاصلة اللاتينية (,)؛ احفظ الملف بصيغة CSV مفصولًا بها", "The columns are not separated by commas; save the file as comma-separated CSV")
		return nil, bad
	}
	for i, cell := range cells {
		name := strings.TrimSpace(cell)
		near := rule.Nearest(name, known)
		switch {
		case slices.ContainsFunc(out, func(c column) bool { return c.name == name }):
			refuse(name, "العمود %q مكرر", "The column %q occurs twice", clipped(name))
		case slices.Contains(known, name):
			field, part, _ := strings.Cut(name, ".")
			out = append(out, column{name, d.Field(field), part})
			continue
		case near != "":
			refuse(clipped(name), "العمود %q غير معروف، هل تقصد %q؟", "There is no column %q; did you mean %q?", clipped(name), near)
		default:
			refuse(clipped(name), "العمود %d (%q) غير معروف، والأعمدة: %s", "Column %d (%q) is not known; the columns are: %s", i+1, clipped(name), strings.Join(known, ", "))
		}
	}
	for _, f := range d.Fields {
		if !f.Optional && !slices.ContainsFunc(out, func(c column) bool { return c.field != nil && c.field.Name == f.Name }) {
			refuse(f.Name, "العمود %q ناقص", "The column %q is missing", f.Name)
		}
	}
	if bad != nil {
		return nil, bad
	}
	return out, nil
}

func clipped(s string) string {
	if len(s) > 64 {
		return strings.ToValidUTF8(s[:64], "") + "…"
	}
	return s
}

var (
	wrongCount   = gov.T("في السطر %d خلية، والأعمدة %d", "The row has %d cells for %d columns")
	wrongFormula = gov.T("في الخلية معادلة. اكتب القيمة نفسها", "The cell holds a formula. Write the value itself")
	wrongDay     = gov.T("التاريخ غير صحيح، اكتبه بهذه الصيغة: \u20662026-03-01\u2069", "This is no date; write it like 2026-03-01")
)

// change reads one row as a change of a record.
func (d *Definition) change(columns []column, r row, zone *time.Location) (c Change, bad gov.Problems) {
	if r.wrong != nil {
		return c, gov.Problems{{Text: r.wrong}}
	}
	if len(r.cells) != len(columns) {
		return c, gov.Problems{{Text: wrongCount.Sprintf(len(r.cells), len(columns))}}
	}
	c = Change{Registry: d.ID, Values: make(map[string]any, len(d.Fields))}
	for i, col := range columns {
		cell := strings.TrimSpace(r.cells[i])
		if strings.HasPrefix(cell, "=") {
			bad = append(bad, gov.Problem{Field: col.name, Text: wrongFormula})
			continue
		}
		if col.field == nil {
			bad = c.moment(col.name, cell, zone, bad)
			continue
		}
		c.cell(col, cell)
	}
	return c, bad
}

// cell puts one cell into the values; an empty one takes the value away.
func (c *Change) cell(col column, cell string) {
	name := col.field.Name
	switch {
	case col.part != "":
		a, _ := c.Values[name].(map[string]any)
		if cell == "" {
			if _, seen := c.Values[name]; !seen {
				c.Values[name] = nil
			}
			return
		}
		if a == nil {
			a = map[string]any{}
		}
		a[col.part] = cell
		c.Values[name] = a
	case cell == "":
		c.Values[name] = nil
	case col.field.Kind == form.Group || col.field.Kind == form.ManyOf:
		c.Values[name] = list(col.field, cell)
	default:
		c.Values[name] = cell
	}
}

// list reads what stands between semicolons.
func list(f *Field, cell string) []any {
	var out []any
	for _, s := range strings.Split(cell, ";") {
		switch s = strings.TrimSpace(s); {
		case s == "":
		case f.Kind == form.Group && len(f.Questions) == 1:
			out = append(out, map[string]any{f.Questions[0].Name: s})
		default:
			out = append(out, s)
		}
	}
	return out
}

// moment reads the columns that are no field.
func (c *Change) moment(name, cell string, zone *time.Location, bad gov.Problems) gov.Problems {
	if cell == "" {
		return bad
	}
	if zone == nil {
		zone = time.UTC
	}
	day, err := time.ParseInLocation(time.DateOnly, gov.Digits(cell), zone)
	if err != nil {
		return append(bad, gov.Problem{Field: name, Text: wrongDay})
	}
	if name == fromColumn {
		c.began = day
	} else {
		c.End = true
	}
	if name == endedColumn || c.From.IsZero() {
		c.From = day
	}
	return bad
}

// cells writes a record as a row of the registry's files.
func (d *Definition) cells(r *Record, currency gov.Currency, zone *time.Location) (out []string) {
	if zone == nil {
		zone = time.UTC
	}
	for _, f := range d.Fields {
		v := r.Values[f.Name]
		switch f.Kind {
		case form.Address:
			a, _ := v.(map[string]any)
			for _, p := range addressParts {
				out = append(out, text(a[p]))
			}
			continue
		case form.Money:
			if m, ok := v.(int64); ok {
				out = append(out, currency.Decimal(gov.Money(m)))
				continue
			}
		case form.Group, form.ManyOf:
			out = append(out, joined(v))
			continue
		}
		out = append(out, text(v))
	}
	ended := ""
	if !r.Until.IsZero() {
		ended = r.Until.In(zone).Format(time.DateOnly)
	}
	return append(out, r.From.In(zone).Format(time.DateOnly), ended)
}

// joined is the inverse of list.
func joined(v any) string {
	var parts []string
	switch l := v.(type) {
	case []string:
		parts = l
	case []any:
		for _, x := range l {
			if row, ok := x.(map[string]any); ok {
				for _, y := range row {
					parts = append(parts, text(y))
				}
			}
		}
	}
	return strings.Join(parts, ";")
}
