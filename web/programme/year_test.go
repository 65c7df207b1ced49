package programme

import (
	"strings"
	"testing"
	"time"
)

func dates(name, day string) []string {
	p := strings.Split(day, "-")
	return []string{name + ".day", p[2], name + ".month", p[1], name + ".year", p[0]}
}

// open prepares and opens the cycle of 2027.
func (o *office) open() {
	o.Helper()
	o.post("lead", "/programme/cycles", "year", "٢٠٢٧").leads("/programme/cycles/2027")
	in := []string{"saves", "0", "framework", "خدمات تُطلب مرة واحدة", "framework_en", "Ask once"}
	for n, d := range map[string]string{"opens": "2026-11-01", "due": "2026-12-10", "comments": "2026-12-20", "final": "2026-12-31", "closing": "2028-01-31"} {
		in = append(in, dates(n, d)...)
	}
	o.post("lead", "/programme/cycles/2027", in...).leads("/programme/cycles/2027?saved=1")
	o.post("lead", "/programme/cycles/2027/open", "saves", o.get("lead", "/programme/cycles/2027").saves()).leads("/programme/cycles/2027?saved=1")
}

const moe = "/programme/plans/2027/moe"

func (o *office) fill(section string, pairs ...string) page {
	o.Helper()
	path := moe + "/sections/" + section
	return o.post("owner", path, append(pairs, "saves", o.get("owner", path).is(200).saves(), "do", "stay")...)
}

// write writes a whole plan by posting its forms.
func (o *office) write() {
	o.Helper()
	o.post("owner", moe+"/begin").leads(moe + "/write")
	saved := moe + "/write?done=saved"
	o.fill("vision", "vision", "مدرسة بلا ورق").leads(saved)
	o.fill("priorities", "rows._rows", "1", "rows.0.title", "القبول").leads(saved)
	o.fill("services", "rows._rows", "2", "rows.0.service", "education/enrolment-certificate", "rows.0.quarter", "1", "rows.0.level", "4",
		"rows.1.service", "education/school-registration", "rows.1.quarter", "3", "rows.1.level", "4").leads(saved)
	o.fill("initiatives", "rows._rows", "1", "rows.0.title", "ملف الطالب", "rows.0.owner", "النظم", "rows.0.milestone_1", "التصميم", "rows.0.budget", "٢٠").leads(saved)
	o.fill("budget", "rows._rows", "1", "rows.0.title", "تطوير", "rows.0.sort", "capital", "rows.0.amount", "100.5").leads(saved)
	o.fill("challenges", "rows._rows", "1", "rows.0.title", "تباين البيانات", "rows.0.stands", "open").leads(saved)
	o.fill("linkages", "rows._rows", "1", "rows.0.with", "moh", "rows.0.data", "سجل التطعيم", "rows.0.purpose", "القبول").leads(saved)
}

// A year is played through by forms alone, from template to closing.
func TestAYearFromTemplateToClosing(t *testing.T) {
	o := newOffice(t)
	o.get("lead", "/programme").is(200, "لا توجد دورة تخطيط بعد")
	o.open()
	o.write()
	o.get("owner", moe+"/write").is(200, "ويرفعها رئيس الجهة").hides("ارفع الخطة إلى الجهة القائدة")
	o.get("neighbour", moe).is(404)
	o.get("owner", moe).is(200, "اطلب اتفاقية بيانات مع وزارة الصحة", "/agreements/new?plan=2027%2Fmoe&row=0")
	o.get("lead", moe).hides("/agreements/new?")
	o.post("head", moe+"/submit").leads(moe + "?done=submitted")
	o.get("owner", moe+"/write").leads(moe)

	said := o.post("lead", moe+"/comments", "section", "services", "kind", "change", "words", "قدّموا موعد التسجيل").leads(moe + "?done=commented")
	_ = said
	o.post("neighbour", moe+"/comments", "section", "linkages", "kind", "support", "words", "نؤيد الربط").leads(moe + "?done=commented")
	o.post("neighbour", moe+"/comments", "section", "linkages", "kind", "change", "words", "غيّروا هذا").is(422)
	o.get("lead", moe).is(200, "قدّموا موعد التسجيل", "نؤيد الربط", "تعديلات مطلوبة لم تُعالج: 1").hides("أقفل صياغة الخطة")
	o.post("lead", moe+"/finalise").is(422, "بقي تعديل مطلوب")
	o.post("lead", moe+"/return", "why", " ").is(422, "اكتب السبب")
	o.post("lead", moe+"/return", "why", "قدّموا موعد التسجيل إلى الربع الثاني").leads(moe + "?done=returned")

	o.get("owner", moe+"/write").is(200, "التعديلات المطلوبة", "قدّموا موعد التسجيل")
	o.fill("services", "rows._rows", "2", "rows.0.service", "education/enrolment-certificate", "rows.0.quarter", "1", "rows.0.level", "4",
		"rows.1.service", "education/school-registration", "rows.1.quarter", "2", "rows.1.level", "4").leads(moe + "/write?done=saved")
	o.post("head", moe+"/submit").leads(moe + "?done=submitted")
	o.get("neighbour", moe+"/changes").is(200, "<del>الربع الثالث</del>", "<ins>الربع الثاني</ins>")
	o.get("lead", moe+"/changes?from=0&to=99").is(200)
	o.settle()
	o.post("lead", moe+"/finalise").leads(moe + "?done=finalised")
	o.post("lead", moe+"/approve").is(403)
	o.get("committee", moe).is(200, "اعتمد الخطة")
	o.post("committee", moe+"/approve").leads(moe + "?done=approved")
	o.follow()
}

// settle settles the first comment that the authority may settle.
func (o *office) settle() {
	o.Helper()
	body := o.get("lead", moe).is(200).Body
	i := strings.Index(body, "/settle")
	if i < 0 {
		o.Fatal("nothing to settle")
	}
	path := body[strings.LastIndex(body[:i], `"`)+1 : i+len("/settle")]
	o.post("lead", path).leads(moe + "?done=settled")
}

func (o *office) follow() {
	o.Helper()
	o.now = time.Date(2027, 4, 5, 8, 0, 0, 0, time.UTC)
	o.get("owner", moe+"/reports/1").is(200, "ما الذي جرى في الربع؟", "التصميم – ملف الطالب")
	o.post("owner", moe+"/reports/1", "saves", "0", "words", "").is(422)
	o.post("owner", moe+"/reports/1", "saves", "0", "words", "أُطلقت الشهادة", "milestones", "0").leads(moe + "/follow?done=reported")
	o.post("owner", moe+"/reports/1", "saves", "0", "words", "فوق الآخر").is(422, "حفظ شخص آخر", "فوق الآخر")
	o.post("owner", moe+"/reports/4", "saves", "0", "words", "قبل أوانه").is(422, "لم يبدأ هذا الربع بعد")
	for _, bad := range []string{"0", "5", "x", "-1"} {
		o.get("owner", moe+"/reports/"+bad).is(404)
	}
	o.get("committee", moe+"/follow").is(200, "أُطلقت الشهادة", "مُعلَن من الجهة")
	o.now = time.Date(2028, 1, 5, 8, 0, 0, 0, time.UTC)
	p := o.get("owner", moe+"/reports/closing").is(200)
	in := []string{"saves", "0", "words", "سنة طيبة", "lessons", "الربط أولًا", "stands_1", "solved", "solution_1", "تقرير مطابقة"}
	for _, n := range []string{"1", "2"} {
		if strings.Contains(p.Body, `name="fate_`+n) {
			in = append(in, "fate_"+n, "dropped", "why_"+n, "تغيّر النظام")
		}
	}
	o.post("lead", moe+"/close").is(422, "بعد أن ترفع الجهة تقرير إغلاقها")
	o.post("owner", moe+"/reports/closing", in...).leads(moe + "/follow?done=reported")
	o.post("head", moe+"/account").leads(moe + "/follow?done=accounted")
	o.post("lead", moe+"/close").leads(moe + "/follow?done=closed")
	o.post("lead", "/programme/cycles/2027/close", "saves", o.get("lead", "/programme/cycles/2027").saves()).leads("/programme/cycles/2027?saved=1")
	o.post("lead", "/programme/cycles", "year", "2028").leads("/programme/cycles/2028")
	o.get("lead", "/programme/cycles/2028").is(200, "دروس السنة السابقة", "الربط أولًا")
}

func TestNothingTypedIsLost(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.post("owner", moe+"/begin")
	path := moe + "/sections/budget"
	o.post("owner", path, "saves", "0", "rows._rows", "1", "rows.0.title", "تشغيل", "rows.0.amount", "مئة").is(422, "مئة", "تشغيل")
	o.post("owner", path, "saves", "0", "rows._rows", "1", "rows.0.title", "تشغيل", "_add", "rows").is(200, "تشغيل", "rows.1.title")
	o.post("owner", path, "saves", "0", "rows._rows", "2", "rows.0.title", "الأول", "rows.1.title", "الثاني", "_remove", "rows.0").is(200, "الثاني").hides("الأول")
	o.fill("budget", "rows._rows", "1", "rows.0.title", "تشغيل", "rows.0.sort", "recurrent", "rows.0.amount", "7").leads(moe + "/write?done=saved")
	p := o.post("owner", path, "saves", "0", "rows._rows", "1", "rows.0.title", "بند زميل").is(422, "حفظ شخص آخر", "بند زميل", "تشغيل")
	if p.saves() != "1" {
		t.Error("what is saved next overwrites blindly")
	}
	o.post("owner", path, "saves", "1", "rows._rows", "1", "rows.0.title", "بند زميل").leads(moe + "/write?done=saved")
	o.post("lead", "/programme/cycles", "year", "20277").is(422, "20277")
	o.post("lead", "/programme/cycles/2027", "saves", "x", "framework", "إطار جديد", "due.day", "31", "due.month", "2", "due.year", "2026").is(422, "إطار جديد")
}

func TestADeadlineIsSaidClearly(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.write()
	o.now = time.Date(2026, 12, 12, 8, 0, 0, 0, time.UTC)
	o.get("head", moe+"/write").is(200, "سبب التأخر")
	o.post("head", moe+"/submit").is(422, "2026-12-10", "خطتك محفوظة كما كتبتها")
	o.now = time.Date(2026, 12, 22, 8, 0, 0, 0, time.UTC)
	o.get("head", moe+"/write").is(200, "اطلب من الجهة القائدة تمديدًا")
	o.post("head", moe+"/submit", "late_why", "تأخرت الميزانية").is(422, "تمديدًا")
	o.get("lead", "/programme/board/2027").is(200, "فات موعدها", "/programme/plans/2027/moh/extend")
	o.get("lead", moe+"/extend").is(200)
	o.post("lead", moe+"/extend", append(dates("until", "2026-12-01"), "reason", "تأخرت الميزانية")...).is(422, "تأخرت الميزانية")
	o.post("lead", moe+"/extend", append(dates("until", "2026-12-28"), "reason", "تأخرت الميزانية")...).leads(moe + "?done=extended")
	o.post("head", moe+"/submit").leads(moe + "?done=submitted")
}

func TestStrangersSeeNothing(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.write()
	for who, codes := range map[string][]int{"stranger": {303, 401}, "resident": {403}, "officer": {403}, "neighbour": {404, 403}, "committee": {404, 403}} {
		for _, path := range []string{moe, moe + "/write", moe + "/sections/vision", moe + "/changes", moe + "/follow", moe + "/reports/1"} {
			p := o.get(who, path)
			if (p.Code != codes[0] && p.Code != codes[len(codes)-1]) || strings.Contains(p.Body, "مدرسة بلا ورق") {
				t.Errorf("%s at %s: %d", who, path, p.Code)
			}
		}
	}
	o.post("neighbour", moe+"/sections/vision", "saves", "1", "vision", "x").is(404)
	o.post("neighbour", moe+"/submit").is(403)
	for _, path := range []string{"/programme/board/x", "/programme/plans/2027/none", "/programme/plans/99/moe", "/programme/cycles/2040", "/programme/cycles/2027/sections/none"} {
		o.get("lead", path).is(404)
	}
}
