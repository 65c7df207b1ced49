package programme

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Words is how a table of rows names things.
type Words struct {
	Zone     *time.Location
	Currency gov.Currency
	Name     func(d Dimension, id string) gov.Text // of an organisation, service, channel or place
	Outcome  func(outcome string) gov.Text
}

// pageRows is how many rows of a table are read at once.
const pageRows = 1000

// byteOrderMark makes Excel read the file as UTF-8.
const byteOrderMark = "\uFEFF"

// headers of the table, in both languages.
var headers = []gov.Text{
	gov.T("الوقت", "Time"), gov.T("المؤشر", "Figure"), gov.T("رمز الجهة", "Entity id"), gov.T("الجهة", "Entity (Arabic)"), gov.T("الجهة بالإنجليزية", "Entity"),
	gov.T("رمز الخدمة", "Service id"), gov.T("الخدمة", "Service (Arabic)"), gov.T("الخدمة بالإنجليزية", "Service"), gov.T("القناة", "Channel"),
	gov.T("المحافظة", "Governorate"), gov.T("الرقم الداخلي", "Internal id"), gov.T("النتيجة", "Outcome"), gov.T("لها مهلة نظامية", "Had a deadline"),
	gov.T("متأخر", "Late"), gov.T("المبلغ", "Amount"), gov.T("العملة", "Currency"), gov.T("أيام لدى الجهة", "Days with the entity"),
	gov.T("أيام لدى مقدّم الطلب", "Days with the applicant"), gov.T("أيام لدى آخرين", "Days with others"),
}

// WriteCSV writes every row of a figure to w as UTF-8 CSV that Excel opens
// rightly in Arabic. It reads a page at a time: it holds no transaction while
// the receiver is slow, and its memory does not grow. Cells that a spreadsheet
// would take for formulas are made plain text. Errors: as Rows, before anything
// is written.
func WriteCSV(ctx context.Context, d *db.DB, w io.Writer, figure string, f Filter, words Words) error {
	next, first := "", true
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for first || next != "" {
		var rows []Row
		err := d.Read(ctx, func(tx *db.Tx) (err error) {
			rows, next, err = Rows(tx, figure, f, next, pageRows)
			return err
		})
		if err != nil {
			return err
		}
		if first {
			first = false
			if err := begin(w, out); err != nil {
				return err
			}
		}
		g, _ := FigureOf(figure)
		for i := range rows {
			out.Write(words.record(g, &rows[i]))
		}
		out.Flush()
		if err := out.Error(); err != nil {
			return err
		}
	}
	return nil
}

func begin(w io.Writer, out *csv.Writer) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	head := make([]string, len(headers))
	for i, h := range headers {
		head[i] = h[gov.Arabic] + " / " + h[gov.English]
	}
	return out.Write(head)
}

func (w Words) record(g Figure, r *Row) []string {
	org, service := w.Name(ByOrganisation, string(r.Organisation)), w.Name(ByService, string(r.Service))
	cells := []string{
		w.local(r.At), both(g.Name), string(r.Organisation), org[gov.Arabic], org[gov.English], string(r.Service), service[gov.Arabic], service[gov.English],
		both(w.Name(ByChannel, string(r.Channel))), both(w.Name(ByPlace, r.Place)), r.Subject, both(w.Outcome(r.Outcome)),
		"", "", "", "", "", "", "",
	}
	if g.Money {
		cells[14], cells[15] = w.Currency.Decimal(r.Amount), w.Currency.Code
	}
	if g.Waits || g.Now {
		cells[13] = yes(r.Late)
	}
	if g.Waits {
		cells[12] = yes(r.Timed)
		cells[16], cells[17], cells[18] = inDays(r.Ours), inDays(r.Theirs), inDays(r.Others)
	}
	return Plain(cells...)
}

func (w Words) local(t time.Time) string {
	if w.Zone != nil {
		t = t.In(w.Zone)
	}
	return t.Format("2006-01-02 15:04:05")
}

func both(t gov.Text) string {
	if t[gov.Arabic] == t[gov.English] {
		return t[gov.Arabic]
	}
	return t[gov.Arabic] + " / " + t[gov.English]
}

func yes(b bool) string {
	if b {
		return "نعم / yes"
	}
	return "لا / no"
}

func inDays(d time.Duration) string {
	return strconv.FormatFloat(d.Hours()/24, 'f', 3, 64)
}

// Plain keeps a spreadsheet from running cells: what begins like a formula gets
// an apostrophe before it (OWASP, CSV Injection).
func Plain(cells ...string) []string {
	for i, s := range cells {
		if s != "" && strings.ContainsRune("=+-@\t\r\n|%", rune(s[0])) {
			cells[i] = "'" + s
		}
	}
	return cells
}
