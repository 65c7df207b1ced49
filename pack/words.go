package pack

import (
	"fmt"

	"diwan.example/gov"
)

// counted are the forms of a counted noun in Arabic (one, two, 3–10, 11 and
// above) and English (one, more). Source: Unicode CLDR plural rules, folded to
// the forms that differ in writing.
type counted struct {
	one, two, few, many string
	single, plural      string
}

var (
	workingDays  = counted{"يوم عمل واحد", "يومي عمل", "%d أيام عمل", "%d يوم عمل", "1 working day", "%d working days"}
	workingHours = counted{"ساعة عمل واحدة", "ساعتي عمل", "%d ساعات عمل", "%d ساعة عمل", "1 working hour", "%d working hours"}
	calendarDays = counted{"يوم واحد", "يومين", "%d أيام", "%d يومًا", "1 day", "%d days"}
)

func (c counted) of(n int, l gov.Lang) string {
	if l != gov.Arabic {
		if n == 1 {
			return c.single
		}
		return fmt.Sprintf(c.plural, n)
	}
	switch {
	case n == 1:
		return c.one
	case n == 2:
		return c.two
	case n%100 >= 3 && n%100 <= 10:
		return fmt.Sprintf(c.few, n)
	}
	return fmt.Sprintf(c.many, n)
}

// In writes a length of time in words, as they stand after a preposition:
// "3 أيام عمل", "يومي عمل", "14 days".
func (t Term) In(l gov.Lang) string {
	switch {
	case t.WorkingDays > 0:
		return workingDays.of(t.WorkingDays, l)
	case t.WorkingHours > 0:
		return workingHours.of(t.WorkingHours, l)
	}
	return calendarDays.of(t.Days, l)
}

// kindWords names the kinds of step for people.
var kindWords = map[StepKind]gov.Text{
	Apply:   gov.T("تقديم", "Application"),
	Decide:  gov.T("تحقق آلي", "Automatic check"),
	Pay:     gov.T("دفع", "Payment"),
	Review:  gov.T("مراجعة وقرار", "Review and decision"),
	Opinion: gov.T("رأي جهة", "Opinion"),
	Correct: gov.T("تصحيح", "Correction"),
	Cosign:  gov.T("موافقة طرف آخر", "Another person agrees"),
	Wait:    gov.T("انتظار", "Wait"),
	Record:  gov.T("قيد في سجل", "Record"),
	Issue:   gov.T("إصدار وثيقة", "Issue a document"),
	Notify:  gov.T("إشعار", "Notice"),
	Fork:    gov.T("تفرع", "At the same time"),
	Join:    gov.T("اجتماع الفروع", "All branches done"),
	Close:   gov.T("نهاية", "End"),
}

var laneWords = map[lane]gov.Text{
	applicantLane: gov.T("مقدم الطلب", "Applicant"),
	partyLane:     gov.T("الطرف الآخر", "Other party"),
	systemLane:    gov.T("المنصة، آليًا", "Platform, automatic"),
	ownerLane:     gov.T("الجهة مقدمة الخدمة", "Owning organisation"),
	otherLane:     gov.T("جهة أخرى", "Another organisation"),
}

var endWords = map[string]gov.Text{
	"granted": gov.T("قبول", "Granted"),
	"refused": gov.T("رفض", "Refused"),
	"settled": gov.T("تسوية", "Settled"),
	"lapsed":  gov.T("سقوط بانقضاء المهلة", "Lapsed"),
}

var (
	deadlineWords  = gov.T("خلال %s", "Within %s")
	ruleWords      = gov.T("إذا تحقق الشرط %d", "If rule %d holds")
	otherwiseWords = gov.T("وما عدا ذلك", "Otherwise")
	expiredWords   = gov.T("إذا مضت المهلة", "If the time passes")
	laterWords     = gov.T("بعد المهلة بـ %s", "%s after that")
	appealWords    = gov.T("تظلم خلال %s", "Appeal within %s")
	silenceWords   = gov.T("إذا مضت المهلة: %s", "If the time passes: %s")
)
