package committee

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/pdf"
	"diwan.example/programme"
)

// Look is how a pack is printed.
type Look struct {
	Accent string   // "#rrggbb"; empty: the standard one
	Digits string   // "latn" or "arab", of page numbers
	Notice gov.Text // what a sample country must show; may be empty
}

// Print draws the pack of a meeting as PDF in one language, for those who read
// its committee: agenda, what is asked, the country's figures beside those of the
// meeting before, the entities, overdue actions, earlier decisions with what
// they changed, papers. It opens its own transaction. Errors: NotFound; whatever
// w returns.
func (c *Chamber) Print(ctx context.Context, w io.Writer, meeting string, l gov.Lang, look Look) error {
	var p *Pack
	err := c.DB.Read(ctx, func(tx *db.Tx) (err error) { p, err = c.Gather(tx, meeting); return err })
	if err != nil {
		return err
	}
	s := &sheet{Pack: p, c: c, lang: l}
	s.cover()
	s.agenda()
	s.nation()
	s.entities()
	s.overdue()
	s.decisions()
	s.papers()
	s.put(pdf.Block{Kind: pdf.Small, Text: method})
	s.put(pdf.Block{Kind: pdf.Small, Text: look.Notice})
	_, err = pdf.Render(w, pdf.Document{
		Title: title.Sprintf(p.Meeting.Number, p.Board.Name), Number: fmt.Sprintf("%s %d", p.Board.Mark, p.Meeting.Number), Languages: []gov.Lang{l}, Created: p.At,
		Layout: pdf.Layout{Accent: look.Accent, Digits: look.Digits, Blocks: s.blocks},
	})
	return err
}

var (
	title  = gov.T("ملف الاجتماع رقم %d: %s", "Pack of meeting %d: %s")
	method = gov.T(
		"مُثبَت: يُحسب من سجل الطلبات التي جرت على ديوان. مُعلَن: بقول الجهة مع تاريخ إعلانها. لا يُجمع هذا مع ذاك. أرقام الطلبات لثمانية وعشرين يومًا تنتهي باليوم المذكور، والأيام لدى الجهة أيام تقويمية. حال الخدمة في يوم مضى بتواريخ سجلها.",
		"Proven: counted from the journal of cases run on Diwan. Declared: by the entity's word, with the date of its statement. The two are never added. Cases are those of the 28 days that end with the day shown; days with the entity are calendar days. How a service stood on a past day goes by the dates on its record.")
	proven   = gov.T("مُثبَت", "proven")
	declared = gov.T("مُعلَن", "declared")
	none     = gov.T("—", "—")
)

// sheet is a pack on its way to paper.
type sheet struct {
	*Pack
	c      *Chamber
	lang   gov.Lang
	blocks []pdf.Block
}

func (s *sheet) put(b pdf.Block) { s.blocks = append(s.blocks, b) }

func (s *sheet) heading(level int, t gov.Text) {
	s.put(pdf.Block{Kind: pdf.Heading, Level: level, Text: t})
}

func (s *sheet) say(t gov.Text) { s.put(pdf.Block{Kind: pdf.Paragraph, Text: t}) }

func (s *sheet) cover() {
	s.put(pdf.Block{Kind: pdf.Letterhead, Text: s.Board.Name})
	s.put(pdf.Block{Kind: pdf.Heading, Level: 1, Align: pdf.Centre, Text: gov.T("ملف الاجتماع رقم %d", "Pack of meeting %d").Sprintf(s.Meeting.Number)})
	at := s.Meeting.At.In(s.c.zone())
	fields := []pdf.Field{
		{Label: gov.T("الموعد", "When"), Value: moments(at)},
		{Label: gov.T("المكان", "Where"), Value: s.Meeting.Place},
		{Label: gov.T("النصاب", "Quorum"), Value: gov.T("%d من %d", "%d of %d").Sprintf(s.Board.Quorum, len(s.Board.Voting()))},
		{Label: gov.T("الأرقام كما كانت في", "Figures as of"), Value: dayWords(s.Day)},
		{Label: gov.T("حُسبت في", "Counted"), Value: moments(s.At.In(s.c.zone()))},
	}
	if !s.First {
		fields = append(fields, pdf.Field{Label: gov.T("تُقارَن بالاجتماع السابق في", "Compared with the meeting of"), Value: dayWords(s.Since)})
	}
	s.put(pdf.Block{Kind: pdf.FieldList, Fields: fields})
}

func (s *sheet) agenda() {
	s.heading(2, gov.T("جدول الأعمال", "Agenda"))
	var rows [][]gov.Text
	for i, x := range s.Meeting.Items {
		by := gov.T("الأمانة", "Secretariat")
		if x.Org != "" {
			by = s.org(x.Org)
		}
		rows = append(rows, []gov.Text{whole(i + 1), x.Title, kindWords[x.Kind], by})
	}
	s.table(rows, col("م", "No.", 0.4), col("البند", "Item", 3), col("الغرض", "For", 1), col("يعرضه", "Presented by", 2))
	var asked [][]gov.Text
	for i, x := range s.Meeting.Items {
		if x.Kind == ForDecision {
			asked = append(asked, []gov.Text{whole(i + 1), x.Asked})
		}
	}
	if len(asked) > 0 {
		s.heading(2, gov.T("القرارات المطلوبة", "Decisions asked of you"))
		s.table(asked, col("البند", "Item", 0.5), col("القرار المطلوب", "Decision asked", 5))
	}
}

var kindWords = map[Kind]gov.Text{ForDecision: gov.T("للقرار", "Decision"), ForFollowUp: gov.T("للمتابعة", "Follow-up"), ForNotice: gov.T("للاطلاع", "Information")}

func (s *sheet) nation() {
	s.heading(2, gov.T("الموقف العام", "Where the country stands"))
	then, now := &s.Then, &s.Now
	row := func(name gov.Text, a, b gov.Text, from gov.Text) []gov.Text { return []gov.Text{name, a, b, from} }
	share := func(r *Nation, of func() (float64, bool)) gov.Text {
		if x, ok := of(); ok {
			return percent(x)
		}
		return none
	}
	standing := func(name gov.Text, x catalogue.Standing, from gov.Text) []gov.Text {
		return row(name, whole(then.Standings[x]), whole(now.Standings[x]), from)
	}
	s.table([][]gov.Text{
		standing(gov.T("خدمات مثبتة إلكترونيًا", "Services proven online"), catalogue.Proven, proven),
		standing(gov.T("خدمات تعمل ولم تُثبت بعد", "Services running, not proven yet"), catalogue.Running, proven),
		standing(gov.T("خدمات معلنة فقط", "Services declared only"), catalogue.Declared, declared),
		standing(gov.T("خدمات غير إلكترونية", "Services not online"), catalogue.Offline, declared),
		row(gov.T("طلبات وردت", "Cases received"), count64(then.Received), count64(now.Received), proven),
		row(gov.T("نسبة ما ورد إلكترونيًا", "Share received online"), share(then, then.Share), share(now, now.Share), proven),
		row(gov.T("طلبات أُنجزت", "Cases closed"), count64(then.Closed), count64(now.Closed), proven),
		row(gov.T("أُنجز في مهلته", "Closed within the deadline"), share(then, then.OnTime), share(now, now.OnTime), proven),
		row(gov.T("وسيط الأيام لدى الجهة", "Median days with the entity"), inDays(&then.Reading), inDays(&now.Reading), proven),
		row(gov.T("طلبات مفتوحة", "Cases open"), count64(then.Open), count64(now.Open), proven),
	}, col("المؤشر", "Figure", 3), pdf.Column{Title: dayWords(s.Since), Width: 1.4, Align: pdf.End}, pdf.Column{Title: dayWords(s.Day), Width: 1.4, Align: pdf.End}, col("المصدر", "Source", 1))
	if len(s.Concerns) > 0 {
		s.heading(3, gov.T("ما تأخر ويحتاج إلى قرار", "What fell behind and needs a decision"))
		var rows [][]gov.Text
		for _, x := range s.Concerns {
			rows = append(rows, []gov.Text{s.service(x.Service), s.org(x.Organisation), WhyWords(x)})
		}
		s.table(rows, col("الخدمة", "Service", 2), col("الجهة", "Entity", 2), col("السبب", "Why", 3))
	}
}

// WhyWords says why a service needs a decision.
func WhyWords(x programme.Concern) gov.Text {
	switch x.Why {
	case programme.LateNow:
		return gov.T("%d من %d طلبًا مفتوحًا تجاوزت مهلتها", "%d of %d open cases are past their deadline").Sprintf(x.Cases, x.Of)
	case programme.LateClosed:
		return gov.T("%d من %d طلبًا أُنجزت بعد مهلتها", "%d of %d cases were closed late").Sprintf(x.Cases, x.Of)
	}
	return gov.T("زادت الطلبات المفتوحة %d من %d وردت", "Open cases grew by %d of %d received").Sprintf(x.Cases, x.Of)
}

func (s *sheet) entities() {
	s.heading(2, gov.T("الجهات", "Entities"))
	var bars []pdf.Bar
	var rows [][]gov.Text
	for _, e := range s.Entities {
		n := e.Count
		if n.Proven > 0 {
			bars = append(bars, pdf.Bar{Label: s.org(e.Org), Value: float64(n.Proven) / float64(n.Services), Shown: gov.T("%d من %d", "%d of %d").Sprintf(n.Proven, n.Services)})
		}
		onTime := none
		if x, ok := e.Report.OnTime(); ok {
			onTime = percent(x)
		}
		rows = append(rows, []gov.Text{s.org(e.Org), whole(n.Services), whole(n.Proven), whole(n.DeclaredOnly), count64(e.Report.Closed), onTime, count64(e.Report.Open.Cases), count64(e.Report.Open.Late)})
	}
	if len(bars) > 0 {
		s.heading(3, gov.T("نسبة الخدمات المثبتة إلكترونيًا", "Share of services proven online"))
		s.put(pdf.Block{Kind: pdf.Bars, Bars: bars})
	}
	s.table(rows, col("الجهة", "Entity", 3.2), num("خدماتها", "Services", 1.1), num("مثبتة", "Proven", 1), num("معلنة", "Declared", 1.15), num("أُنجزت", "Closed", 1), num("في مهلتها", "On time", 1.05), num("مفتوحة", "Open", 1), num("متأخرة", "Late", 0.9))
	s.put(pdf.Block{Kind: pdf.Small, Text: gov.T("«أُنجزت» منذ الاجتماع السابق، و«مفتوحة» و«متأخرة» الآن. الترتيب بنسبة الخدمات المثبتة.", "“Closed” is since the meeting before; “open” and “late” are now. Ranked by the share of services proven.")})
}

func (s *sheet) overdue() {
	s.heading(2, gov.T("أعمال متأخرة عن موعدها", "Overdue actions"))
	if len(s.Overdue) == 0 {
		s.say(gov.T("لا أعمال متأخرة.", "Nothing is overdue."))
		return
	}
	today := programme.DayOf(s.At, s.c.zone())
	var rows [][]gov.Text
	for _, a := range s.Overdue {
		last := s.lastReport(a.ID)
		if last == "" {
			last = "—"
		}
		rows = append(rows, []gov.Text{a.Text, s.org(a.Org), plainText(s.refs[a.Decision]), dayWords(a.Due), gov.T("%d", "%d").Sprintf(a.Late(today)), plainText(last)})
	}
	s.table(rows, col("العمل", "Action", 3), col("الجهة", "Owner", 2), col("القرار", "Decision", 1.25), col("الموعد", "Due", 1.25), num("أيام التأخر", "Days late", 0.9), col("آخر تقرير", "Last report", 2.4))
}

func (s *sheet) decisions() {
	if len(s.Decisions) == 0 {
		return
	}
	s.heading(2, gov.T("ما تحقق من القرارات السابقة", "What came of earlier decisions"))
	today := programme.DayOf(s.At, s.c.zone())
	for _, d := range s.Decisions {
		s.heading(3, gov.T("\u2066%s\u2069، %s", "%s, %s").Sprintf(d.Ref(), dayWords(programme.DayOf(d.At, s.c.zone()))))
		s.say(d.Text)
		var rows [][]gov.Text
		for _, a := range d.Actions {
			rows = append(rows, []gov.Text{a.Text, s.org(a.Org), dayWords(a.Due), standWords(a, today)})
		}
		if len(rows) > 0 {
			s.table(rows, col("العمل", "Action", 3), col("الجهة", "Owner", 2), col("الموعد", "Due", 1.2), col("الحال", "Stand", 1.3))
		}
		rows = nil
		for _, e := range d.Effects {
			rows = append(rows, s.effect(e)...)
		}
		if len(rows) > 0 {
			s.table(rows, col("الأثر المقيس", "Measured effect", 3), pdf.Column{Title: gov.T("يوم القرار", "On its day"), Width: 1.4, Align: pdf.End}, pdf.Column{Title: dayWords(today), Width: 1.4, Align: pdf.End}, col("المصدر", "Source", 1))
		}
	}
}

func standWords(a Action, today programme.Day) gov.Text {
	if late := a.Late(today); late > 0 {
		return gov.T("متأخر (%d)", "Overdue (%d)").Sprintf(late)
	}
	return map[ActionState]gov.Text{ActionOpen: gov.T("مفتوح", "Open"), ActionDone: gov.T("أُنجز، بانتظار التحقق", "Done, to be verified"),
		ActionVerified: gov.T("تحقق إنجازه", "Verified"), ActionDropped: gov.T("صُرف النظر عنه", "Dropped")}[a.State]
}

// effect are the lines of what a decision changed for one service.
func (s *sheet) effect(e Effect) [][]gov.Text {
	of := func(t gov.Text) gov.Text { return gov.T("%s: %s", "%s: %s").Sprintf(e.Service.Name, t) }
	share := func(r *Reading) gov.Text {
		x, ok := r.Share()
		if !ok {
			return none
		}
		return gov.T("%s من %d", "%s of %d").Sprintf(percent(x), r.Received)
	}
	rows := [][]gov.Text{
		{of(gov.T("ما ورد إلكترونيًا", "received online")), share(&e.Then), share(&e.Now), proven},
		{gov.T("وسيط الأيام لدى الجهة", "median days with the entity"), inDays(&e.Then), inDays(&e.Now), proven},
		{gov.T("حال الخدمة", "how it stands"), standings[e.Standing[0]], standings[e.Standing[1]], gov.T("سجلها", "its record")},
	}
	return rows
}

var standings = map[catalogue.Standing]gov.Text{catalogue.Proven: gov.T("مثبتة", "Proven"), catalogue.Running: gov.T("تعمل", "Running"), catalogue.Declared: gov.T("معلنة", "Declared"), catalogue.Offline: gov.T("غير إلكترونية", "Not online")}

func (s *sheet) papers() {
	if len(s.Papers) == 0 {
		return
	}
	s.heading(2, gov.T("الأوراق المرفقة", "Papers"))
	var rows [][]gov.Text
	for _, x := range s.Papers {
		rows = append(rows, []gov.Text{whole(x.Item), plainText(x.Name)})
	}
	s.table(rows, col("البند", "Item", 0.6), col("الملف", "File", 5))
}

func (s *sheet) table(rows [][]gov.Text, cols ...pdf.Column) {
	s.put(pdf.Block{Kind: pdf.TableBlock, Columns: cols, Rows: rows})
}

func col(ar, en string, width float64) pdf.Column {
	return pdf.Column{Title: gov.T(ar, en), Width: width}
}

func num(ar, en string, width float64) pdf.Column {
	return pdf.Column{Title: gov.T(ar, en), Width: width, Align: pdf.End}
}

func plainText(s string) gov.Text { return gov.T(s, s) }

func whole(n int) gov.Text { return plainText(strconv.Itoa(n)) }

func count64(n int64) gov.Text { return plainText(strconv.FormatInt(n, 10)) }

func percent(share float64) gov.Text {
	return plainText(strconv.Itoa(int(math.Round(share*100))) + "%")
}

func inDays(r *Reading) gov.Text {
	if r.Closed == 0 {
		return none
	}
	return plainText(strconv.FormatFloat(math.Round(r.Median.Hours()/24*10)/10, 'f', -1, 64))
}

var monthsArabic = [...]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"}

// dayWords writes a day: "23 نوفمبر 2026".
func dayWords(d programme.Day) gov.Text {
	t := d.Time()
	return gov.T(fmt.Sprintf("%d %s %d", t.Day(), monthsArabic[t.Month()-1], t.Year()), t.Format("2 January 2006"))
}

// moments writes a day and its time.
func moments(t time.Time) gov.Text {
	return gov.T("%s، %s", "%s, %s").Sprintf(dayWords(programme.DayOf(t, nil)), t.Format("15:04"))
}
