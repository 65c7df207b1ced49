package programme

import (
	"fmt"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Row is one thing that a figure counts. It names no person: Subject is the id
// of a case, charge, document or service.
type Row struct {
	Kind         string
	Day          Day
	At           time.Time
	Organisation gov.OrgID
	Service      gov.ServiceID
	Channel      gov.Channel
	Place        string
	Subject      string
	Outcome      string
	Timed        bool // a deadline of an organisation ran
	Late         bool // and was missed
	Amount       gov.Money
	Ours         time.Duration // waited for the owner of the service
	Theirs       time.Duration // for the applicant
	Others       time.Duration // for others

	seq int64
}

// Figure is a number that opens to its rows.
type Figure struct {
	ID    string
	Name  gov.Text
	Money bool // its rows carry amounts
	Waits bool // its rows carry waiting times
	Now   bool // it counts what is open now, whatever days are asked

	kind, outcome, only string
}

// All are the figures that open, in the order in which they are offered.
var All = []Figure{
	{ID: "submitted", Name: gov.T("الطلبات الواردة", "Cases received"), kind: "submitted"},
	{ID: "closed", Name: gov.T("الطلبات المنجزة", "Cases closed"), kind: "closed", Waits: true},
	{ID: "granted", Name: gov.T("الطلبات المقبولة", "Cases granted"), kind: "closed", outcome: "granted", Waits: true},
	{ID: "refused", Name: gov.T("الطلبات المرفوضة", "Cases refused"), kind: "closed", outcome: "refused", Waits: true},
	{ID: "settled", Name: gov.T("الطلبات المنتهية بالتسوية", "Cases settled"), kind: "closed", outcome: "settled", Waits: true},
	{ID: "lapsed", Name: gov.T("الطلبات الساقطة بانقضاء المهلة", "Cases lapsed"), kind: "closed", outcome: "lapsed", Waits: true},
	{ID: "withdrawn", Name: gov.T("الطلبات المسحوبة", "Cases withdrawn"), kind: "closed", outcome: "withdrawn", Waits: true},
	{ID: "timed", Name: gov.T("طلبات منجزة لها مهلة نظامية", "Closed cases with a legal deadline"), kind: "closed", only: "timed = 1", Waits: true},
	{ID: "on-time", Name: gov.T("طلبات أُنجزت في مهلتها", "Cases closed on time"), kind: "closed", only: "timed = 1 AND late = 0", Waits: true},
	{ID: "late", Name: gov.T("طلبات أُنجزت بعد مهلتها", "Cases closed late"), kind: "closed", only: "late = 1", Waits: true},
	{ID: "overdue", Name: gov.T("طلبات تجاوزت مهلتها", "Cases that passed their deadline"), kind: "overdue"},
	{ID: "silent", Name: gov.T("قرارات بانقضاء المهلة دون رد", "Decisions by silence"), kind: "silent"},
	{ID: "appealed", Name: gov.T("التظلّمات", "Appeals"), kind: "appealed"},
	{ID: "open", Name: gov.T("الطلبات المفتوحة الآن", "Cases open now"), Now: true},
	{ID: "open-late", Name: gov.T("طلبات مفتوحة تجاوزت مهلتها", "Open cases past their deadline"), Now: true, only: "late = 1"},
	{ID: "payments", Name: gov.T("المدفوعات", "Payments"), kind: "paid", Money: true},
	{ID: "refunds", Name: gov.T("المبالغ المُعادة", "Refunds"), kind: "refunded", Money: true},
	{ID: "documents", Name: gov.T("الوثائق الصادرة", "Documents issued"), kind: "issued"},
	{ID: "revoked", Name: gov.T("الوثائق الملغاة", "Documents revoked"), kind: "revoked"},
	{ID: "proven", Name: gov.T("خدمات أُثبت تقديمها إلكترونيًا", "Services proven online"), kind: "proven"},
	{ID: "published", Name: gov.T("إصدارات خدمات بدأ العمل بها", "Versions of services put into force"), kind: "published"},
}

// FigureOf returns the figure with that id. Errors: NotFound.
func FigureOf(id string) (Figure, error) {
	for _, g := range All {
		if g.ID == id {
			return g, nil
		}
	}
	return Figure{}, gov.Fail(gov.NotFound, "لا يوجد مؤشر بهذا الاسم", "There is no figure of this name")
}

// cursor is the place after a row.
type cursor struct {
	day Day
	seq int64
}

func parseCursor(s string) (c cursor, err error) {
	if s == "" {
		return c, nil
	}
	if n, err := fmt.Sscanf(s, "%d.%d", &c.day, &c.seq); n != 2 || err != nil || c.seq < 1 || s != c.String() {
		return c, gov.Fail(gov.Invalid, "عنوان الصفحة التالية غير صحيح", "The address of the next page is wrong").At("cursor")
	}
	return c, nil
}

// String writes c for an address.
func (c cursor) String() string { return fmt.Sprintf("%d.%d", int(c.day), c.seq) }

// Rows returns up to n rows of a figure and the cursor of the next page, "" when
// there is none. What happened comes newest first, what is open oldest first.
// Errors: as Overview; NotFound for an unknown figure.
func Rows(tx *db.Tx, figure string, f Filter, after string, n int) (rows []Row, next string, err error) {
	f, err = scoped(tx, f)
	if err != nil {
		return nil, "", err
	}
	g, err := FigureOf(figure)
	if err != nil {
		return nil, "", err
	}
	c, err := parseCursor(after)
	if err != nil {
		return nil, "", err
	}
	read := happened
	if g.Now {
		read = standing
	}
	if rows, err = read(tx, g, f, c, n+1); err != nil || len(rows) <= n {
		return rows, "", err
	}
	last := rows[n-1]
	return rows[:n], cursor{last.Day, last.seq}.String(), nil
}
