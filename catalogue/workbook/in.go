package workbook

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/xlsx"
)

// Book is a workbook that came back, read but not understood yet.
type Book struct{ sheets []xlsx.Sheet }

// Open reads a workbook without looking into the catalogue. Errors: Invalid,
// when it is no workbook, too large, or damaged.
func Open(src io.ReaderAt, size int64) (*Book, error) {
	list, err := xlsx.Open(src, size, xlsx.Limits{Bytes: Largest, Rows: mostRows})
	if err != nil {
		return nil, err
	}
	return &Book{list}, nil
}

// Organisation is the entity to which the workbook was handed out; empty when it
// does not say.
func (b *Book) Organisation() gov.OrgID {
	for i := range b.sheets {
		if s := &b.sheets[i]; cellOf(s, 1, 1) == "@"+guideSheet {
			return gov.OrgID(cellOf(s, 1, 2))
		}
	}
	return ""
}

// cellOf is what one cell of a sheet shows.
func cellOf(s *xlsx.Sheet, row, column int) string {
	for _, r := range s.Rows {
		for _, c := range r.Cells {
			if r.Number == row && c.Column == column {
				return strings.TrimSpace(c.Text)
			}
		}
	}
	return ""
}

// Fault is one thing wrong with a workbook, at its cell.
type Fault struct {
	Sheet string
	Cell  string // "C7"; empty: the whole sheet
	Text  gov.Text
}

// Planned is one entry that the workbook would change.
type Planned struct {
	Service     gov.ServiceID
	Name        gov.Text
	New         bool
	Differences []catalogue.Difference
	entry       catalogue.Entry
	draft       bool
}

// Report says what is wrong with a workbook, or else what it would change.
type Report struct {
	Organisation gov.OrgID
	Faults       []Fault // the first mostFaults
	More         int     // how many faults are not listed
	Planned      []Planned
	Unchanged    int
}

const mostFaults = 1000

// Check says what is wrong with a workbook that an entity gave back, or what it
// would change. Nothing is changed. Errors: Denied, NotFound; Invalid when it is
// no workbook of that entity.
func (b *Book) Check(tx *db.Tx, org gov.OrgID, c gov.Currency) (*Report, error) {
	if !catalogue.MayWrite(tx.Actor(), org) {
		return nil, gov.Fail(gov.Denied, "يعيد المصنف مسؤول الخدمات في الجهة", "The service owner of the entity gives the workbook back")
	}
	content, err := Gather(tx, org, c)
	if err != nil {
		return nil, err
	}
	if to := b.Organisation(); to == "" {
		return nil, gov.Fail(gov.Invalid, "ليس هذا مصنف خدمات سلّمه ديوان. نزّل مصنف جهتك واملأه", "This is no workbook of services that Diwan handed out. Download your entity's workbook and fill that").At("file")
	} else if to != org {
		return nil, gov.Fail(gov.Invalid, "سُلّم هذا المصنف لجهة أخرى", "This workbook was handed to another entity").At("file")
	}
	t := &taking{Content: content, tx: tx, book: b, report: &Report{Organisation: org}, rows: map[gov.ServiceID]*entry{}, faulty: map[string]bool{}, works: map[gov.ServiceID]*catalogue.Work{}}
	for i := range content.Works {
		t.works[content.Works[i].ID] = &content.Works[i]
	}
	return t.report, t.read()
}

// Take takes a workbook: the entries that it changes become drafts with what it
// says, all or none. When something is wrong the report says so and nothing is
// taken. Errors: as Check; Invalid when there are faults.
func (b *Book) Take(tx *db.Tx, org gov.OrgID, c gov.Currency) (*Report, error) {
	r, err := b.Check(tx, org, c)
	if err != nil {
		return nil, err
	}
	if len(r.Faults) > 0 {
		return r, gov.Fail(gov.Invalid, "في المصنف ما يحتاج إلى تصحيح، ولم يؤخذ منه شيء", "Something in the workbook needs correcting; nothing of it was taken").At("file")
	}
	for i := range r.Planned {
		if err := r.Planned[i].keep(tx); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (p *Planned) keep(tx *db.Tx) (err error) {
	var r catalogue.Revision
	if p.New {
		r, err = catalogue.Propose(tx, p.entry)
	} else {
		r, err = catalogue.Begin(tx, p.Service)
		if gov.KindOf(err) == gov.NotFound { // proposed and not published yet
			r, err = catalogue.Written(tx, p.Service)
		}
	}
	if err != nil {
		return err
	}
	_, err = catalogue.SaveFrom(tx, p.entry, r.Saves, "workbook")
	return err
}

// entry is one row of the sheet of services, with the rows of its lists.
type entry struct {
	id    gov.ServiceID
	at    spot
	state string
	work  *catalogue.Work // nil: a new one
	doc   catalogue.Doc
	rows  map[string][]catalogue.Doc
	spots map[string][]spot // where the rows of its lists stand
	bad   bool              // a cell of it is wrong
}

// spot is a row of a sheet.
type spot struct {
	sheet *placed
	row   int
}

// placed is a sheet of the file with the columns that were found in it.
type placed struct {
	*sheet
	raw     *xlsx.Sheet
	columns map[string]int  // by id
	byPlace map[int]*column // by number
}

func (p spot) cell(column string) string {
	n := p.sheet.columns[column]
	if n == 0 {
		n = 1
	}
	ref, err := excelize.CoordinatesToCellName(n, p.row)
	if err != nil {
		return ""
	}
	return ref
}

// taking understands one workbook.
type taking struct {
	*Content
	tx     *db.Tx
	book   *Book
	report *Report
	works  map[gov.ServiceID]*catalogue.Work
	rows   map[gov.ServiceID]*entry
	order  []*entry
	faulty map[string]bool
}

func (t *taking) fault(sheet, cell string, text gov.Text) {
	if key := sheet + "!" + cell; cell != "" {
		if t.faulty[key] {
			return // one thing at a time at one cell
		}
		t.faulty[key] = true
	}
	if len(t.report.Faults) >= mostFaults {
		t.report.More++
		return
	}
	t.report.Faults = append(t.report.Faults, Fault{sheet, cell, text})
}

func (t *taking) read() error {
	found, err := t.sheets()
	if err != nil {
		return err
	}
	for _, p := range found {
		if p.list == nil {
			if err := t.services(p); err != nil {
				return err
			}
		}
	}
	for _, p := range found {
		if p.list != nil {
			t.list(p)
		}
	}
	return t.plan(found)
}

// sheets finds the sheets by what their first cell says, and what does not
// belong into the workbook.
func (t *taking) sheets() (map[string]*placed, error) {
	found, known := map[string]*placed{}, sheets(t.Langs)
	for i := range t.book.sheets {
		r := &t.book.sheets[i]
		id, marked := strings.CutPrefix(cellOf(r, 1, 1), "@")
		if marked && (id == guideSheet || id == codesSheet || id == faultsSheet) {
			continue
		}
		var s *sheet
		for k := range known {
			if marked && known[k].id == id {
				s = &known[k]
			}
		}
		switch {
		case s == nil && r.Filled():
			t.fault(r.Name, "A1", gov.T("هذه الورقة ليست من المصنف. احذفها، وإن كان السطر الأول المخفي قد حُذف فنزّل المصنف من جديد", "This sheet does not belong to the workbook. Take it out; if its hidden first row is gone, download the workbook again"))
		case s == nil:
		case found[id] != nil:
			t.fault(r.Name, "A1", gov.T("هذه نسخة من ورقة «%s»، واحدة منهما تكفي", "This is a copy of the sheet “%s”; there may be one of them").Sprintf(found[id].raw.Name))
		default:
			found[id] = t.place(s, r)
		}
	}
	if found[servicesSheet] == nil {
		return nil, gov.Fail(gov.Invalid, "لا توجد في المصنف ورقة «الخدمات»", "The workbook has no sheet of services").At("file")
	}
	return found, nil
}

// place finds the columns of a sheet by its hidden first row.
func (t *taking) place(s *sheet, r *xlsx.Sheet) *placed {
	p := &placed{sheet: s, raw: r, columns: map[string]int{serviceColumn: 1}, byPlace: map[int]*column{1: &s.columns[0]}}
	for _, row := range r.Rows {
		if row.Number != 1 {
			continue
		}
		for _, c := range row.Cells {
			if c.Column > 1 {
				t.header(p, c)
			}
		}
	}
	for i := range s.columns {
		if c := &s.columns[i]; p.columns[c.id] == 0 {
			t.fault(r.Name, "A1", gov.T("ينقص عمود «%s». نزّل المصنف من جديد", "The column “%s” is missing. Download the workbook again").Sprintf(c.head))
		}
	}
	return p
}

func (t *taking) header(p *placed, c xlsx.Cell) {
	ref, err := excelize.CoordinatesToCellName(c.Column, 1)
	if err != nil || c.Column > mostColumns {
		t.fault(p.raw.Name, "A1", gov.T("في الورقة أعمدة أكثر من المسموح", "The sheet has more columns than allowed"))
		return
	}
	id := strings.TrimSpace(c.Text)
	for i := range p.sheet.columns {
		if p.sheet.columns[i].id != id {
			continue
		}
		if p.columns[id] != 0 {
			t.fault(p.raw.Name, ref, gov.T("العمود مكرر", "The column occurs twice"))
			return
		}
		p.columns[id], p.byPlace[c.Column] = c.Column, &p.sheet.columns[i]
		return
	}
	t.fault(p.raw.Name, ref, gov.T("لا يوجد عمود باسم «%s»", "There is no column “%s”").Sprintf(shortened(id)))
}

func shortened(s string) string {
	s, _ = gov.CleanText(strings.TrimSpace(s))
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func (t *taking) services(p *placed) error {
	for _, r := range p.raw.Rows {
		if r.Number < firstRow {
			continue
		}
		cells, filled := t.cells(p, r)
		if !filled {
			continue
		}
		e := &entry{id: gov.ServiceID(cells[serviceColumn].Text), at: spot{p, r.Number}, state: cells[stateColumn].Text, rows: map[string][]catalogue.Doc{}, spots: map[string][]spot{}}
		ok, err := t.known(e)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		for id, n := range p.columns {
			if c := p.byPlace[n]; c.field != nil {
				t.put(e, e.at, c, e.doc, cells[id])
			}
		}
		t.rows[e.id] = e
		t.order = append(t.order, e)
	}
	return nil
}

// known finds the entry of a row, or makes a new one; false when there is none
// that the entity may write.
func (t *taking) known(e *entry) (bool, error) {
	name, cell := e.at.sheet.raw.Name, e.at.cell(serviceColumn)
	e.work = t.works[e.id]
	switch {
	case e.id == "":
		t.fault(name, cell, gov.T("اكتب رقم الخدمة", "Write the id of the service"))
		return false, nil
	case t.rows[e.id] != nil:
		t.fault(name, cell, gov.T("الخدمة مكررة، وهي في السطر %s أيضًا", "The service occurs twice; it is in row %s too").Sprintf(strconv.Itoa(t.rows[e.id].at.row)))
		return false, nil
	case e.work != nil && e.state == "":
		t.fault(name, cell, gov.T("لجهتك خدمة بهذا الرقم، وقد أُفرغت خلية «لا تُغيَّر» في سطرها. انسخ سطرها من مصنف جديد", "Your entity has a service of this id, and the cell “Do not change” of its row was emptied. Take its row from a new workbook"))
		return false, nil
	case e.work != nil:
		e.doc = catalogue.Open(e.work.Entry())
		return true, nil
	}
	free, err := catalogue.Free(t.tx, e.id)
	if err != nil {
		return false, err
	}
	if e.state != "" || !free { // of another entity: here it does not exist
		t.fault(name, cell, gov.T("لا توجد لجهتك خدمة بهذا الرقم، ولا يمكن استعماله", "Your entity has no service of this id, and it cannot be used"))
		return false, nil
	}
	e.doc = catalogue.Open(catalogue.Entry{ID: e.id, Organisation: t.Organisation.ID, Sample: t.Organisation.Sample, WorkingDays: country.NotSaid})
	return true, nil
}

func (t *taking) list(p *placed) {
	for _, r := range p.raw.Rows {
		if r.Number < firstRow {
			continue
		}
		cells, filled := t.cells(p, r)
		if !filled {
			continue
		}
		at := spot{p, r.Number}
		e := t.rows[gov.ServiceID(cells[serviceColumn].Text)]
		if e == nil {
			t.fault(p.raw.Name, at.cell(serviceColumn), gov.T("لا يوجد سطر صحيح لهذه الخدمة في ورقة «الخدمات»", "The sheet Services has no right row for this service"))
			continue
		}
		row := catalogue.Doc{}
		for id, n := range p.columns {
			if c := p.byPlace[n]; c.field != nil {
				t.put(e, at, c, row, cells[id])
			}
		}
		e.rows[p.list.ID] = append(e.rows[p.list.ID], row)
		e.spots[p.list.ID] = append(e.spots[p.list.ID], at)
	}
}

// plan works out what would change, and holds what would to the rules of all
// entries.
func (t *taking) plan(found map[string]*placed) error {
	known, err := catalogue.Known(t.tx, t.Organisation.ID)
	if err != nil {
		return err
	}
	there := known.Service
	known.Service = func(id gov.ServiceID) bool { return there(id) || t.rows[id] != nil }
	for _, e := range t.order {
		for id := range found {
			if id != servicesSheet {
				e.doc.SetRows(id, e.rows[id])
			}
		}
		if !e.bad {
			if err := t.entry(e, known); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *taking) entry(e *entry, known country.Known) error {
	after, err := e.doc.Entry()
	if err != nil {
		return err
	}
	p := Planned{Service: e.id, Name: after.Name, New: e.work == nil, entry: after}
	before := catalogue.Entry{ID: e.id, Organisation: t.Organisation.ID, WorkingDays: country.NotSaid}
	if e.work != nil {
		before = e.work.Entry()
	}
	p.Differences = catalogue.Differences(before, after, t.terms())
	if len(p.Differences) == 0 && e.work != nil {
		t.report.Unchanged++
		return nil
	}
	name, cell := e.at.sheet.raw.Name, e.at.cell(serviceColumn)
	switch {
	case e.work != nil && e.work.Draft != nil && e.work.Draft.State == catalogue.RevisionReview:
		t.fault(name, cell, gov.T("الخدمة قيد المراجعة الآن. استرجعها أولًا لتغيّرها", "The service is being reviewed now. Take it back first to change it"))
	case e.work != nil && e.state != stateOf(e.work):
		t.fault(name, cell, gov.T("تغيّرت هذه الخدمة بعد تسليم المصنف. نزّل مصنفًا جديدًا وانقل تغييراتك إليه", "This service changed after the workbook was handed out. Download a new workbook and carry your changes over"))
	}
	for _, x := range after.Problems(known) {
		sheet, cell := e.cellOf(x.Field)
		t.fault(sheet, cell, x.Text)
	}
	t.report.Planned = append(t.report.Planned, p)
	return nil
}

// cellOf is the cell in which a place of the entry stands, like "channels.0.kind";
// the cell of its id when there is none.
func (e *entry) cellOf(place string) (sheet, cell string) {
	at := e.at
	list, rest, _ := strings.Cut(place, ".")
	if spots := e.spots[list]; len(spots) > 0 {
		n, err := strconv.Atoi(first(rest))
		if err == nil && n < len(spots) {
			at = spots[n]
			place = fmt.Sprint(list, strings.TrimPrefix(rest, first(rest)))
		}
	}
	best := serviceColumn
	for id := range at.sheet.columns {
		if (place == id || strings.HasPrefix(place, id+".")) && len(id) > len(best) || place == id {
			best = id
		}
	}
	return at.sheet.raw.Name, at.cell(best)
}

func first(s string) string { s, _, _ = strings.Cut(s, "."); return s }
