package desk

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
	"diwan.example/journal"
)

func task(t casework.Task, more ...string) string {
	return "/desk/tasks/" + string(t.ID) + strings.Join(more, "")
}

func TestQueueShowsWorkAndNoNames(t *testing.T) {
	o := newOffice(t)
	c, k := o.renewal(1)
	name := o.Country.People(2)[1].Name.In(gov.Arabic)
	o.get("officer", "/desk").is(200, c.Ref, "تجديد بطاقة الهوية", "استلام", "بقيت 3 أيام عمل").hides(name)
	o.get("officer", "/en/desk").is(200, "Identity card renewal", "3 working days left")
	o.get("teacher", "/desk").is(200).hides(c.Ref)
	o.post("officer", task(k, "/claim"), "back", "/desk?tab=mine").leads("/desk?tab=mine")
	o.get("officer", "/desk?tab=mine").is(200, c.Ref)
	o.get("colleague", "/desk?tab=free").is(200).hides(c.Ref)
	o.post("colleague", task(k, "/claim")).is(409)
	o.Pass(7 * 24 * time.Hour)
	o.get("officer", "/desk?tab=late").is(200, c.Ref, "متأخرة", "مُصعَّدة")
	o.get("officer", "/desk?service=nonsense&after=rubbish.%27").is(200)
}

func TestQueuePagesByKey(t *testing.T) {
	o := newOffice(t)
	who := o.Resident(1)
	for range pageSize + 3 {
		c := o.Apply(who, "identity-card/renewal", o.Renewal(who))
		o.Pay(who, c.ID)
	}
	first := o.get("officer", "/desk").is(200)
	if n := strings.Count(first.Body, `name="task"`); n != pageSize {
		t.Errorf("%d tasks on the first page", n)
	}
	i := strings.Index(first.Body, "after=")
	cursor := first.Body[i+6 : i+6+strings.IndexAny(first.Body[i+6:], `"&`)]
	second := o.get("officer", "/desk?after="+cursor).is(200)
	if n := strings.Count(second.Body, `name="task"`); n != 3 {
		t.Errorf("%d tasks on the second page", n)
	}
}

func TestOfficerDecides(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { officerDecides(t, officeOn(t, d)) })
}

func officerDecides(t *testing.T, o *office) {
	c, k := o.renewal(1)
	page := o.get("officer", task(k)).is(200, "الإجابات", "photo.png", "/desk/cases/"+string(c.ID)+"/files/sha256-", "الموافقة", "رفض الطلب", "سُجّل اطلاعك", "مدينة عيسى")
	o.looked(o.Resident(1), string(c.ID))
	file := regexp.MustCompile(`/desk/cases/[^"]*/files/[^"]*`).FindString(page.Body)
	if a := o.get("officer", file).is(200); a.Head.Get("Content-Type") != "image/png" {
		t.Error(a.Head)
	}
	o.get("teacher", file).is(404)
	seen := o.seen("officer", k)
	o.post("officer", task(k, "/decide"), "do.seen", seen).is(422, "اختر قرارًا")
	o.post("officer", task(k, "/decide"), "do.seen", seen, "do.outcome", "refuse", "do.words", "كلمات كتبها الموظف").is(422, "اختر سببًا", "كلمات كتبها الموظف", "f-do-reason-refuse")
	o.post("officer", task(k, "/decide"), "do.seen", seen, "do.outcome", "approve").leads(task(k))
	o.get("officer", task(k)).is(200, "سُجّل قرارك", "المهمة التالية")
	o.post("officer", task(k, "/decide"), "do.seen", seen, "do.outcome", "approve").leads(task(k)) // pressed twice
	o.get("officer", "/desk").is(200, "أنجزت اليوم مهمة واحدة", "100%")
	o.get("officer", "/desk/done").is(200, c.Ref, "في موعدها")
	if v := o.Case(o.Resident(1), c.ID); v.Outcome != casework.Granted || v.Track.Outcomes["review"] != "approve" {
		t.Errorf("%s %v", v.Outcome, v.Track.Outcomes)
	}
}

func (o *office) looked(p gov.Actor, subject string) {
	o.T.Helper()
	o.Do(gov.System, func(tx *db.Tx) error {
		looks, err := journal.Looks(tx, p.Person, 50)
		for _, l := range looks {
			if l.Subject == subject {
				return err
			}
		}
		o.T.Errorf("nobody's look at %s is in the person's log", subject)
		return err
	})
}

func TestTwoOfficersAtOnce(t *testing.T) {
	o := newOffice(t)
	_, k := o.renewal(1)
	seen := o.seen("colleague", k)
	o.post("officer", task(k, "/decide"), "do.seen", o.seen("officer", k), "do.outcome", "approve").leads(task(k))
	name := o.Country.People(41)[40].Name.In(gov.Arabic)
	o.post("colleague", task(k, "/decide"), "do.seen", seen, "do.outcome", "refuse", "do.reason.refuse", "report").is(409, "لم يُسجّل قرارك", "الموافقة", name)
}

func TestPressedTwiceAtTheSameMoment(t *testing.T) {
	o := newOffice(t)
	_, k := o.renewal(1)
	seen := o.seen("officer", k)
	codes := make(chan int, 4)
	for range cap(codes) {
		go func() {
			r := httptest.NewRequest("POST", task(k, "/decide"), strings.NewReader("do.outcome=approve&do.seen="+seen))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("X-Who", "officer")
			rec := httptest.NewRecorder()
			o.handler.ServeHTTP(rec, r)
			codes <- rec.Code
		}()
	}
	for range cap(codes) {
		if c := <-codes; c != 303 {
			t.Errorf("answered %d", c)
		}
	}
}

func TestStaleDecisionKeepsWhatWasTyped(t *testing.T) {
	o := newOffice(t)
	_, k := o.renewal(1)
	seen := o.seen("officer", k)
	o.post("officer", task(k, "/decide"), "do.seen", seen+"0", "do.outcome", "refuse", "do.reason.refuse", "report", "do.words", "راجعت البلاغ").
		is(409, "تغيّر الطلب", "راجعت البلاغ", `name="do.seen" value="`+seen+`"`)
}

func TestCorrectedAnswersAreMarked(t *testing.T) {
	o := newOffice(t)
	c, k := o.renewal(1)
	who := o.Resident(1)
	o.post("officer", task(k, "/decide"), "do.seen", o.seen("officer", k), "do.outcome", "correct", "do.reason.correct", "unclear").leads(task(k))
	o.get("officer", "/desk/cases/"+string(c.ID)).is(200, "بانتظار تصحيح")
	photo, err := o.Cases.Upload(gov.WithActor(t.Context(), who), c.ID, c.Service, "photo", "white.png", strings.NewReader("\x89PNG\r\n\x1a\nanother one"))
	if err != nil {
		t.Fatal(err)
	}
	o.Do(who, func(tx *db.Tx) error {
		_, err := o.Cases.Correct(tx, c.ID, form.Answers{"photo": []form.Attachment{photo}})
		return err
	})
	o.get("officer", task(o.Task(who, c.ID))).is(200, "صُحّح", "white.png", "صحّح مقدّم الطلب بياناته", "صورة شخصية حديثة")
}

// A decision leads straight to the next task, one that is left leads to what comes
// behind it, and at the end there is the queue; each says what was decided.
func TestOneTaskAfterTheOther(t *testing.T) {
	o := newOffice(t)
	first, a := o.renewal(1)
	_, b := o.renewal(2)
	_, c := o.renewal(3)
	o.get("officer", task(a)).is(200, "اعتمد وافتح التالية", "/desk/next?after="+string(a.ID))
	o.get("officer", "/desk/next?after="+string(a.ID)).leads(task(b))
	o.get("officer", "/desk/next?after="+string(c.ID)).leads(task(a)) // nothing behind the last: from the top again
	o.get("teacher", "/desk/next?after="+string(a.ID)).is(404)
	o.post("officer", task(a, "/decide"), "do.seen", o.seen("officer", a), "do.outcome", "approve", "then", "next").leads(task(b) + "?was=" + string(a.ID))
	o.get("officer", task(b)+"?was="+string(a.ID)).is(200, "اعتُمد قرارك في الطلب", first.Ref)
	o.get("officer", task(b)+"?was="+string(c.ID)).is(200).hides("اعتُمد قرارك في الطلب") // not decided at all
	for _, k := range []casework.Task{b, c} {
		o.post("officer", task(k, "/claim")).leads(task(k))
	}
	o.post("officer", task(b, "/decide"), "do.seen", o.seen("officer", b), "do.outcome", "approve", "then", "next").leads(task(c) + "?was=" + string(b.ID))
	o.post("officer", task(c, "/decide"), "do.seen", o.seen("officer", c), "do.outcome", "approve", "then", "next").leads("/desk?was=" + string(c.ID))
	o.get("officer", "/desk?was="+string(c.ID)).is(200, "اعتُمد قرارك في الطلب", c.Ref, "لا مهام تنتظركم")
}

func TestOwnApplicationIsAColleaguesWork(t *testing.T) {
	o := newOffice(t)
	me := o.actors["officer"]
	resident := gov.Actor{Person: me.Person, Channel: gov.Portal}
	c := o.Apply(resident, "identity-card/renewal", o.Renewal(resident))
	o.Pay(resident, c.ID)
	k := o.Task(resident, c.ID)
	o.get("officer", task(k)).is(200, "هذا طلبك").hides("do.outcome")
	o.post("officer", task(k, "/decide"), "do.outcome", "approve").is(403)
	if o.Case(resident, c.ID).State != casework.Open {
		t.Error("somebody decided on their own application")
	}
}

func TestStrangersGetNothing(t *testing.T) {
	o := newOffice(t)
	c, k := o.renewal(1)
	paths := []string{task(k), "/desk/cases/" + string(c.ID)}
	for _, p := range paths {
		o.get("teacher", p).is(404)
		o.get("auditor", p).is(404) // an auditor finds only what a pack brings before them
		o.get("resident", p).is(403)
		if a := o.get("stranger", p); a.Code != 303 || !strings.Contains(a.To, "/sign-in") {
			t.Errorf("%s: %d %s", p, a.Code, a.To)
		}
	}
	o.post("teacher", task(k, "/claim")).is(404)
	o.post("teacher", task(k, "/decide"), "do.outcome", "approve").is(404)
	o.post("teacher", "/desk/cases/"+string(c.ID)+"/notes", "words", "x").is(404)
	o.post("officer", task(k, "/assign"), "to", "x").is(403)
	o.post("stranger", task(k, "/decide"), "do.outcome", "approve").is(401)
	o.get("officer", "/desk/bulk?task="+string(k.ID)).is(200, c.Ref)
	o.get("teacher", "/desk/bulk?task="+string(k.ID)).is(404)
	v := o.Case(o.Resident(1), c.ID)
	o.get("teacher", "/desk/charges/"+string(o.charge(c.ID))+"/refund").is(404)
	if v.State != casework.Open {
		t.Error("a stranger moved the case")
	}
}

func (o *office) charge(id gov.CaseID) (out gov.ChargeID) {
	o.Do(gov.System, func(tx *db.Tx) error {
		all, err := o.Cases.Cashier.OfCase(tx, id)
		out = all[0].ID
		return err
	})
	return out
}

func TestDecidingNeedsAFreshProof(t *testing.T) {
	o := newOffice(t)
	_, k := o.renewal(1)
	o.Pass(11 * time.Minute)
	o.get("officer", task(k)).is(200, "أكّد هويتي")
	o.post("officer", task(k, "/decide"), "do.outcome", "refuse", "do.words", "ما كتبته").is(401, "ما كتبته")
}

func TestSupervisorReassigns(t *testing.T) {
	o := newOffice(t)
	_, k := o.renewal(1)
	o.post("officer", task(k, "/claim")).leads(task(k))
	o.post("supervisor", task(k, "/assign")).is(422, "اختر الموظف")
	o.post("supervisor", task(k, "/assign"), "to", string(o.actors["teacher"].Person)).is(422)
	o.post("supervisor", task(k, "/assign"), "to", string(o.actors["colleague"].Person)).leads(task(k))
	o.get("colleague", "/desk?tab=mine").is(200, k.Ref)
	o.get("officer", task(k)).is(200, "ولا يبتّ فيها غيره")
	o.post("officer", task(k, "/release")).is(409)
	o.post("colleague", task(k, "/release")).leads(task(k))
}

func TestNotesAreForColleagues(t *testing.T) {
	o := newOffice(t)
	c, _ := o.renewal(1)
	at := "/desk/cases/" + string(c.ID)
	o.post("officer", at+"/notes", "words", " ").is(422, "اكتب ملاحظة")
	o.post("officer", at+"/notes", "words", "اتصلت بصاحب الطلب").leads(at + "#notes")
	o.get("colleague", at).is(200, "اتصلت بصاحب الطلب")
}

func TestBulkDecidesEachByItself(t *testing.T) {
	o := newOffice(t)
	a, ka := o.renewal(1)
	b, kb := o.renewal(2)
	_, kc := o.renewal(3)
	if err := o.Decide(o.actors["colleague"], kb.ID, casework.Verdict{Outcome: "approve"}); err != nil {
		t.Fatal(err)
	}
	o.get("officer", "/desk/bulk").is(200, "حدّد مهمة")
	o.get("officer", "/desk/bulk?task="+string(ka.ID)+"&task="+string(kc.ID)).is(200, a.Ref, kc.Ref, "الموافقة")
	o.post("officer", "/desk/bulk", "task", string(ka.ID)).is(422, "اختر قرارًا")
	done := o.post("officer", "/desk/bulk", "task", string(ka.ID), "task", string(kb.ID), "task", string(kc.ID), "do.outcome", "approve").is(200, a.Ref, b.Ref, "لم يُسجّل", "اتُّخذ القرار")
	if n := strings.Count(done.Body, "سُجّل القرار"); n != 2 {
		t.Errorf("%d of 2 decided", n)
	}
	again := o.post("officer", "/desk/bulk", "task", string(ka.ID), "do.outcome", "approve").is(200)
	again.hides("لم يُسجّل")
}
