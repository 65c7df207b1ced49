package workbook

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"diwan.example/catalogue"
	"diwan.example/gov"
)

// spare is how many empty rows below the filled ones have drop-down lists.
const spare = 300

// Write makes the workbook of an entity: guidance, a sheet of services, a sheet
// for each list, and one of codes.
func Write(w io.Writer, c *Content) error {
	b := &binder{Content: c, f: excelize.NewFile()}
	defer b.f.Close()
	if err := b.bind(); err != nil {
		return gov.Wrap(err, "write a workbook")
	}
	return b.f.Write(w)
}

// binder puts a workbook together.
type binder struct {
	*Content
	f                     *excelize.File
	heading, under, words int
	locked                int
	lists                 map[string]string // where the codes of a list stand: "'codes'!$A$3:$A$9"
	listed                int
}

func (b *binder) bind() error {
	for _, make := range []func() error{b.styles, b.guide, b.codes, b.sheets} {
		if err := make(); err != nil {
			return err
		}
	}
	b.f.SetActiveSheet(0)
	return b.f.SetDocProps(&excelize.DocProperties{Title: b.Organisation.Name.In(b.Langs[0]), Creator: "Diwan"})
}

func (b *binder) styles() (err error) {
	text := "@" // what is typed stays as it was typed: dates, telephone numbers, codes
	if b.heading, err = b.f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EFEAE4"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}); err != nil {
		return err
	}
	if b.under, err = b.f.NewStyle(&excelize.Style{Font: &excelize.Font{Color: "55606B"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EFEAE4"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}); err != nil {
		return err
	}
	if b.words, err = b.f.NewStyle(&excelize.Style{CustomNumFmt: &text, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}); err != nil {
		return err
	}
	b.locked, err = b.f.NewStyle(&excelize.Style{CustomNumFmt: &text, Font: &excelize.Font{Color: "55606B"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F5F3F0"}}, Alignment: &excelize.Alignment{Vertical: "top"}})
	return err
}

// rightToLeft turns a sheet to the direction of the first language.
func (b *binder) rightToLeft(name string) error {
	rtl := b.Langs[0].Dir() == "rtl"
	return b.f.SetSheetView(name, 0, &excelize.ViewOptions{RightToLeft: &rtl})
}

var guidance = []gov.Text{
	gov.T("كيف تملأ هذا المصنف", "How to fill this workbook"),
	gov.T("كل سطر في ورقة «الخدمات» خدمة واحدة. الأوراق الأخرى قوائمها: القنوات والمستندات والرسوم وغيرها، وكل سطر فيها يبدأ برقم خدمته.", "Each row of the sheet Services is one service. The other sheets are its lists: channels, evidence, costs and others; each of their rows begins with the id of its service."),
	gov.T("غيّر ما تريد، وأضف سطورًا تحت الموجود. الخدمة الجديدة سطر برقم جديد، مثل \u2066traffic/licence-renewal\u2069، وعمود «لا تُغيَّر» فيه فارغ.", "Change what you like, and add rows below those that are there. A new service is a row with a new id, like traffic/licence-renewal, its column “Do not change” empty."),
	gov.T("حذف سطر من قائمة يحذفه من الخدمة. وحذف سطر من ورقة «الخدمات» لا يحذف الخدمة: ما لا يرد في المصنف يبقى كما هو.", "A row taken out of a list is taken out of the service. A row taken out of the sheet Services deletes nothing: what is not in the workbook stays as it is."),
	gov.T("اختر من القائمة حيث توجد قائمة. حيث تصح أكثر من قيمة اكتب الرموز من ورقة «الرموز» وبينها فاصلة.", "Choose from the list where there is one. Where several values may stand, write the codes of the sheet Codes with commas between them."),
	gov.T("التواريخ بهذه الصيغة: \u20662026-03-01\u2069، وساعات العمل: الأحد-الخميس 07:00-14:15. لا معادلات: تُرفض الخلية التي فيها معادلة.", "Dates are written 2026-03-01, opening hours Sunday-Thursday 07:00-14:15. No formulas: a cell with a formula is refused."),
	gov.T("أعد المصنف من صفحة «سجل الخدمات». تُعرض الأخطاء خلية خلية، ولا يؤخذ شيء حتى يصح كل شيء، ثم يصير ما تغيّر مسودات ترسلها للمراجعة.", "Give it back on the page Register. Errors are shown cell by cell, nothing is taken until all is right, and then what changed becomes drafts for you to submit."),
	gov.T("إن غيّر أحد خدمة بعد تسليم المصنف فلن يُكتب فوق عمله: تُسمّى الخدمة، وتنزّل مصنفًا جديدًا.", "When somebody changed a service after the workbook was handed out, their work is not overwritten: the service is named, and you download a new workbook."),
}

func (b *binder) guide() error {
	name := "اقرأ أولًا Read me"
	if err := b.f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	if err := b.rightToLeft(name); err != nil {
		return err
	}
	if err := b.f.SetColWidth(name, "A", "B", 80); err != nil {
		return err
	}
	rows := [][]any{{"@" + guideSheet, string(b.Organisation.ID)}, {b.Organisation.Name.In(gov.Arabic), b.Organisation.Name.In(gov.English)}}
	for _, t := range guidance {
		rows = append(rows, []any{t[gov.Arabic], t[gov.English]})
	}
	for i, row := range rows {
		if err := b.f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
			return err
		}
	}
	if err := b.f.SetCellStyle(name, "A4", fmt.Sprintf("B%d", len(rows)), b.words); err != nil {
		return err
	}
	if err := b.f.SetCellStyle(name, "A2", "B3", b.heading); err != nil {
		return err
	}
	return b.f.SetRowVisible(name, 1, false)
}

// codes is a sheet with a column for each list of codes, for the drop-downs.
func (b *binder) codes() error {
	name := "الرموز Codes"
	if _, err := b.f.NewSheet(name); err != nil {
		return err
	}
	if err := b.rightToLeft(name); err != nil {
		return err
	}
	b.lists = map[string]string{}
	if err := b.f.SetCellStr(name, "A1", "@"+codesSheet); err != nil {
		return err
	}
	for _, s := range sheets(b.Langs) {
		for _, c := range s.columns {
			if err := b.code(name, c.field); err != nil {
				return err
			}
		}
	}
	return b.f.SetRowVisible(name, 1, false)
}

// codesOf are the choices of a field's cells, and the name of their list.
func (b *binder) codesOf(f *catalogue.Field) (string, []catalogue.Choice) {
	switch {
	case f == nil:
		return "", nil
	case f.Kind == catalogue.Flag:
		return "yes", answers
	case f.From != "":
		return f.From, b.choices(f)
	case len(f.Choices) > 0:
		return f.Choices[0].Code + fmt.Sprint(len(f.Choices)), f.Choices
	}
	return "", nil
}

func (b *binder) code(name string, f *catalogue.Field) error {
	key, list := b.codesOf(f)
	if key == "" || b.lists[key] != "" || len(list) == 0 {
		return nil
	}
	b.listed++
	col, err := excelize.ColumnNumberToName(b.listed)
	if err != nil {
		return err
	}
	if err := b.f.SetCellStr(name, col+"2", f.Label.In(gov.Arabic)+" – "+f.Label.In(gov.English)); err != nil {
		return err
	}
	for i, x := range list {
		if err := b.f.SetCellStr(name, fmt.Sprintf("%s%d", col, i+3), said(x)); err != nil {
			return err
		}
	}
	b.lists[key] = fmt.Sprintf("'%s'!$%s$3:$%s$%d", name, col, col, len(list)+2)
	if err := b.f.SetColWidth(name, col, col, 34); err != nil {
		return err
	}
	return b.f.SetCellStyle(name, col+"2", col+"2", b.heading)
}

func (b *binder) sheets() error {
	for _, s := range sheets(b.Langs) {
		if err := b.sheet(&s); err != nil {
			return err
		}
	}
	return nil
}

func (b *binder) sheet(s *sheet) error {
	name := s.title()
	if _, err := b.f.NewSheet(name); err != nil {
		return err
	}
	if err := b.rightToLeft(name); err != nil {
		return err
	}
	w, err := b.f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, c := range s.columns {
		if err := w.SetColWidth(i+1, i+1, c.wide); err != nil {
			return err
		}
		if c.id == stateColumn {
			if err := w.SetColVisible(i+1, i+1, false); err != nil {
				return err
			}
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: firstRow - 1, TopLeftCell: fmt.Sprintf("B%d", firstRow), ActivePane: "bottomRight"}); err != nil {
		return err
	}
	var ids, ar, en []any
	for i, c := range s.columns {
		id := c.id
		if i == 0 {
			id = "@" + s.id
		}
		ids, ar, en = append(ids, id), append(ar, excelize.Cell{StyleID: b.heading, Value: c.head[gov.Arabic]}), append(en, excelize.Cell{StyleID: b.under, Value: c.head[gov.English]})
	}
	if err := w.SetRow("A1", ids, excelize.RowOpts{Hidden: true}); err != nil {
		return err
	}
	if err := w.SetRow("A2", ar); err != nil {
		return err
	}
	if err := w.SetRow("A3", en); err != nil {
		return err
	}
	last, err := b.rows(w, s)
	if err != nil {
		return err
	}
	if err := b.dropDowns(name, s, last+spare); err != nil { // before the sheet is closed, or they are lost
		return err
	}
	return w.Flush()
}

// rows writes what is there and some empty rows; it returns the last filled one.
func (b *binder) rows(w *excelize.StreamWriter, s *sheet) (last int, err error) {
	n := firstRow - 1
	put := func(x *catalogue.Work, d catalogue.Doc) error {
		n++
		cells := make([]any, len(s.columns))
		for i := range s.columns {
			c := &s.columns[i]
			cell := excelize.Cell{StyleID: b.words}
			switch {
			case d == nil:
			case c.id == serviceColumn:
				cell.Value = string(x.ID)
			case c.id == stateColumn:
				cell.StyleID, cell.Value = b.locked, stateOf(x)
			default:
				if v := b.shown(c, d); v != "" {
					cell.Value = v
				}
			}
			cells[i] = cell
		}
		return w.SetRow(fmt.Sprintf("A%d", n), cells)
	}
	for i := range b.Works {
		x := &b.Works[i]
		d := catalogue.Open(x.Entry())
		docs := []catalogue.Doc{d}
		if s.list != nil {
			docs = d.Rows(s.list.ID)
		}
		for _, row := range docs {
			if err := put(x, row); err != nil {
				return n, err
			}
		}
	}
	last = n
	for range spare {
		if err := put(nil, nil); err != nil {
			return last, err
		}
	}
	return last, nil
}

func (b *binder) dropDowns(name string, s *sheet, last int) error {
	for i, c := range s.columns {
		key, list := b.codesOf(c.field)
		if key == "" || len(list) == 0 || c.field.Kind == catalogue.Codes {
			continue
		}
		col, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		v := excelize.NewDataValidation(true)
		v.SetSqref(fmt.Sprintf("%s%d:%s%d", col, firstRow, col, last))
		v.SetSqrefDropList(b.lists[key])
		if err := b.f.AddDataValidation(name, v); err != nil {
			return err
		}
	}
	return nil
}
