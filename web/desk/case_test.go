package desk

import (
	"html"
	"maps"
	"regexp"
	"strings"
	"testing"

	"diwan.example/casework"
	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
)

// granted is a renewal that was approved.
func (o *office) granted(n int) *casework.Case {
	o.T.Helper()
	c, k := o.renewal(n)
	if err := o.Decide(o.actors["officer"], k.ID, casework.Verdict{Outcome: "approve"}); err != nil {
		o.T.Fatal(err)
	}
	return c
}

func TestSearchKeepsPeopleOutOfAddresses(t *testing.T) {
	o := newOffice(t)
	c, _ := o.renewal(1)
	p := o.Country.People(2)[1]
	o.get("officer", "/desk/search").is(200, "البحث عن طلب")
	o.post("officer", "/desk/search", "words", "").is(422, "اكتب ما تبحث عنه")
	o.post("officer", "/desk/search", "words", "اب").is(422)
	o.post("officer", "/desk/search", "words", p.CivilNumber).is(200, c.Ref, p.Name.In(gov.Arabic))
	o.post("officer", "/desk/search", "words", strings.Fields(p.Name.In(gov.Arabic))[0]).is(200, c.Ref)
	o.post("officer", "/desk/search", "words", strings.ToLower(c.Ref)).leads("/desk/cases/" + string(c.ID))
	o.post("officer", "/desk/search", "words", c.Ref[:7]).is(200, c.Ref).hides(p.Name.In(gov.Arabic))
	o.post("teacher", "/desk/search", "words", p.CivilNumber).is(200, "لم نجد").hides(c.Ref)
	o.post("auditor", "/desk/search", "words", p.CivilNumber).is(403)
	o.get("officer", "/desk/search?words="+p.CivilNumber).is(200).hides(c.Ref)
}

func TestSearchShowsNoDrafts(t *testing.T) {
	o := newOffice(t)
	who := o.Resident(1)
	var ref string
	o.Do(who, func(tx *db.Tx) error {
		c, err := o.Cases.Start(tx, casework.Application{Service: "identity-card/renewal"})
		ref = c.Ref
		return err
	})
	o.post("officer", "/desk/search", "words", ref).is(200, "لم نجد")
}

func TestSupervisorRefundsOnce(t *testing.T) {
	o := newOffice(t)
	c := o.granted(1)
	at := "/desk/charges/" + string(o.charge(c.ID)) + "/refund"
	o.get("officer", at).is(403)
	o.get("officer", "/desk/cases/"+string(c.ID)).is(200, "مسدَّدة", "IGA-2026-000001").hides("رد مبلغ")
	o.get("supervisor", at).is(200, "2.000")
	o.post("supervisor", at, "promised", "0", "amount", "كثير", "reason", "خطأ في الرسم").is(422, "كثير", "خطأ في الرسم")
	o.post("supervisor", at, "promised", "0", "amount", "1.000", "reason", "").is(422)
	o.post("supervisor", at, "promised", "0", "amount", "9.000", "reason", "خطأ").is(409, "خطأ")
	o.post("supervisor", at, "promised", "0", "amount", "1.000", "reason", "خطأ في الرسم").leads("/desk/cases/" + string(c.ID) + "#money")
	o.post("supervisor", at, "promised", "0", "amount", "1.000", "reason", "خطأ في الرسم").is(409, "رُدّ مبلغ") // pressed twice
	o.get("supervisor", "/desk/cases/"+string(c.ID)).is(200, "رُدّ بعضها", "خطأ في الرسم")
	o.post("supervisor", "/desk/charges/unknown/refund", "promised", "0").is(404)
}

func TestMoneyIsTakenForCasesBegunElsewhere(t *testing.T) {
	o := newOffice(t)
	who := o.Resident(1)
	c := o.Apply(who, "identity-card/renewal", o.Renewal(who))
	at, settle := "/desk/cases/"+string(c.ID), "/desk/charges/"+string(o.charge(c.ID))+"/settle"
	o.get("officer", at).is(200, "بانتظار السداد", "تسجيل السداد")
	o.post("officer", settle, "slip", "").is(422, "اكتب رقم إيصال")
	o.post("teacher", settle, "slip", "7").is(404)
	o.post("officer", settle, "slip", "T-7").leads(at + "#money")
	o.post("officer", settle, "slip", "T-7").leads(at + "#money") // pressed twice
	o.get("officer", at).is(200, "IGA-2026-000001", "قيد البتّ").hides("تسجيل السداد")
}

func (o *office) document(id gov.CaseID) (out gov.DocumentID) {
	o.T.Helper()
	o.Do(gov.System, func(tx *db.Tx) error {
		all, err := o.Cases.Issuer.OfCase(tx, id)
		for _, x := range all {
			if x.State == document.Valid {
				out = x.ID
			}
		}
		return err
	})
	return out
}

func TestDocumentsAreRevokedAndReplaced(t *testing.T) {
	o := newOffice(t)
	c := o.granted(1)
	at := "/desk/documents/" + string(o.document(c.ID))
	if a := o.get("officer", at+"/pdf").is(200); !strings.HasPrefix(a.Body, "%PDF-") {
		t.Errorf("%.20q is no PDF", a.Body)
	}
	if a := o.post("officer", at+"/print").is(200); !strings.HasPrefix(a.Body, "%PDF-") {
		t.Errorf("%.20q is no PDF", a.Body)
	}
	o.post("teacher", at+"/print").is(404)
	o.Do(gov.System, func(tx *db.Tx) error {
		all, err := document.TalliesByMonth(tx, "iga")
		if len(all) != 1 || all[0].Use != document.Printed || all[0].Number != 1 { // what the officer looked at is no use
			t.Errorf("%+v", all)
		}
		return err
	})
	for _, p := range []string{"/pdf", "/revoke", "/replace"} {
		o.get("teacher", at+p).is(404)
	}
	o.get("officer", at+"/replace").is(200, "تبقى كما هي", "name_ar")
	page := []string{"name_ar", "مريم المصححة", "name_en", "Mariam", "civil_number", o.Country.People(2)[1].CivilNumber, "birth.day", "3", "birth.month", "2", "birth.year", "2001",
		"nationality", "BH", "address.block", "304", "address.road", "412", "address.building", "120", "card_valid_until", "2031-11-23"}
	o.post("officer", at+"/replace", append(page, "reason", "")...).is(422, "مريم المصححة")
	o.post("officer", at+"/replace", append(page, "reason", "خطأ في الاسم")...).leads("/desk/cases/" + string(c.ID) + "#documents")
	o.get("officer", "/desk/cases/"+string(c.ID)).is(200, "خطأ في الاسم", "استُبدلت")
	made := "/desk/documents/" + string(o.document(c.ID))
	if made == at {
		t.Fatal("nothing was issued")
	}
	o.get("officer", made+"/suspend").is(200, "إيقاف العمل بالوثيقة")
	o.post("officer", made+"/suspend", "reason", " ").is(422)
	o.post("teacher", made+"/suspend", "reason", "x").is(404)
	o.post("officer", made+"/suspend", "reason", "بلاغ عن فقدان").leads("/desk/cases/" + string(c.ID) + "#documents")
	o.post("officer", made+"/suspend", "reason", "بلاغ عن فقدان").leads("/desk/cases/" + string(c.ID) + "#documents") // pressed twice
	o.get("officer", "/desk/cases/"+string(c.ID)).is(200, "موقوفة مؤقتًا", "بلاغ عن فقدان", made+"/resume").hides(made + "/suspend")
	o.get("officer", made+"/resume").is(200, "إعادة العمل بالوثيقة")
	o.post("officer", made+"/resume", "reason", "عُثر عليها").leads("/desk/cases/" + string(c.ID) + "#documents")
	o.get("officer", "/desk/cases/"+string(c.ID)).is(200, made+"/suspend").hides(made + "/resume")
	o.post("officer", made+"/revoke", "reason", " ").is(422)
	o.post("teacher", made+"/revoke", "reason", "x").is(404)
	o.post("officer", made+"/revoke", "reason", "صدرت بالخطأ").leads("/desk/cases/" + string(c.ID) + "#documents")
	o.post("officer", made+"/revoke", "reason", "صدرت بالخطأ").leads("/desk/cases/" + string(c.ID) + "#documents") // pressed twice
}

// claim is a small claim against a business, paid: the commercial registry is asked.
func (o *office) claim() (*casework.Case, gov.Actor) {
	o.T.Helper()
	who := o.Resident(1)
	v := o.example("justice/small-claim", who)
	c := o.Apply(who, "justice/small-claim", v)
	if o.Case(who, c.ID).Charge != "" {
		o.Pay(who, c.ID)
	}
	return c, who
}

// example are the answers of the pack's first example against a business.
func (o *office) example(s gov.ServiceID, who gov.Actor) (out form.Answers) {
	o.T.Helper()
	o.Do(gov.System, func(tx *db.Tx) error {
		p, err := o.Cases.Packs.Current(tx, s)
		for _, e := range p.Examples {
			if e.Answers["respondent_kind"] == "business" && len(e.Wrong) == 0 && out == nil {
				out = form.Answers(e.Answers)
			}
		}
		return err
	})
	pdf, err := o.Cases.Upload(gov.WithActor(o.T.Context(), who), "", s, "evidence.document", "contract.pdf", strings.NewReader("%PDF-1.4\nagreement\n%%EOF"))
	if err != nil {
		o.T.Fatal(err)
	}
	out = maps.Clone(out)
	out["evidence"] = []any{map[string]any{"description": "العقد", "document": []form.Attachment{pdf}}}
	return out
}

func TestOpinionSeesWhatItIsShown(t *testing.T) {
	o := newOffice(t)
	c, who := o.claim()
	var k casework.Task
	for _, x := range o.Case(who, c.ID).Tasks {
		if x.Organisation == "moic" {
			k = x
		}
	}
	o.Do(o.actors["judge"], func(tx *db.Tx) error { return o.Cases.Note(tx, c.ID, "ملاحظة القضاء") })
	page := o.get("registrar", task(k)).is(200, "رأي جهتكم", "opinion_words", "ورشة المنار").hides("contract.pdf", "ملاحظة القضاء", o.Country.People(2)[1].CivilNumber)
	respondent, _ := c.Answers["respondent_number"].(string)
	if respondent == "" {
		t.Fatal("the example names nobody")
	}
	page.hides(respondent)
	o.get("judge", "/desk/cases/"+string(c.ID)).is(200, respondent, "ملاحظة القضاء", "contract.pdf", "العقد")
	o.get("registrar", "/desk/cases/"+string(c.ID)).is(200).hides(respondent)
	o.post("registrar", task(k, "/decide"), "do.seen", o.seen("registrar", k), "opinion_words", "").is(422)
	o.post("registrar", task(k, "/decide"), "do.seen", o.seen("registrar", k), "registered", "true", "opinion_words", "السجل قائم ولا قيود عليه").leads(task(k))
	o.get("judge", "/desk/cases/"+string(c.ID)).is(200, "السجل قائم")
}

func TestCounterAppliesAndTakesMoney(t *testing.T) {
	o := newOffice(t)
	p := o.Country.People(2)[1]
	who := o.Resident(1)
	o.post("officer", "/desk/counter", "words", "").is(422)
	o.post("officer", "/desk/counter", "words", "لاأحدبهذاالاسم").is(200, "لا أحد")
	o.post("officer", "/desk/counter", "words", p.CivilNumber).is(200, p.Name.In(gov.Arabic), "تجديد بطاقة الهوية", string(who.Person)).hides("شهادة قيد")
	o.post("officer", "/desk/counter/start", "person", string(who.Person), "service", "identity-card/renewal").is(422, "أثبت كيف")
	o.post("officer", "/desk/counter/start", "person", string(who.Person), "service", "education/enrolment-certificate", "presence", "known").is(422)
	at := o.post("officer", "/desk/counter/start", "person", string(who.Person), "service", "identity-card/renewal", "presence", "identity-card").is(303).To
	o.get("officer", at).leads(at + "/fill/reason")
	o.get("resident", at).is(403)
	o.get("teacher", at).is(404)
	o.post("officer", at+"/fill/reason", "_asked", "reason").is(422, p.Name.In(gov.Arabic))
	o.post("officer", at+"/fill/reason", "_asked", "reason", "reason", "expired").leads(at + "/fill/reason") // a question came up
	o.post("officer", at+"/fill/reason", "_asked", "reason expires_on", "reason", "expired", "expires_on.day", "٣١", "expires_on.month", "12", "expires_on.year", "2026").leads(at + "/fill/photo")
	o.attach("officer", at+"/fill/photo", "photo", "photo.txt", []byte("no picture"), "_asked", "photo").is(422)
	o.attach("officer", at+"/fill/photo", "photo", "photo.png", []byte("\x89PNG\r\n\x1a\n rest"), "_asked", "photo").leads(at + "/fill/contact")
	o.get("officer", at+"/fill/contact").is(200, "304", "سجل السكان")
	o.get("officer", at+"/check").leads(at + "/fill/contact")
	o.post("officer", at+"/fill/contact", "_asked", "address phone delivery centre truth", "address.block", "304", "address.road", "412", "address.building", "120", "phone", "33000001",
		"delivery", "pickup", "centre", "isa", "truth", "true").leads(at + "/check")
	o.get("officer", at+"/check").is(200, "photo.png", "مدينة عيسى")
	o.post("officer", at+"/check").leads(at)
	o.post("officer", at+"/check").leads(at) // pressed twice
	o.get("officer", at).is(200, "قُدّم الطلب", "2.000", "تسجيل السداد")
	o.post("officer", at+"/pay", "slip", "").is(422)
	o.post("officer", at+"/pay", "slip", "T-4711").leads(at)
	o.post("officer", at+"/pay", "slip", "T-4711").leads(at)
	o.get("officer", at).is(200, "IGA-2026-000001", "قيد البتّ").hides("تسجيل السداد")
	id := gov.CaseID(at[strings.LastIndexByte(at, '/')+1:])
	c := o.Case(who, id)
	if c.Channel != gov.Counter || c.Track.Presence == nil || c.Track.Presence.How != "identity-card" || c.Applicant != who.Person {
		t.Errorf("%+v %+v", c.Case, c.Track.Presence)
	}
	o.get("colleague", "/desk/cases/"+string(id)).is(200, "عُرف ببطاقة الهوية")
	o.correctAtCounter(at, o.Task(who, id))
}

func (o *office) correctAtCounter(at string, k casework.Task) {
	o.T.Helper()
	o.get("officer", at+"/correct").leads(at)
	o.post("colleague", task(k, "/decide"), "do.outcome", "correct", "do.reason.correct", "old").leads(task(k))
	o.get("officer", at).is(200, "الصورة قديمة", "صحّحه الآن")
	page := o.get("officer", at+"/correct").is(200, "photo.png", "do.files.photo")
	files := html.UnescapeString(regexp.MustCompile(`name="do.files.photo" value="([^"]*)"`).FindStringSubmatch(page.Body)[1])
	blob := regexp.MustCompile(`sha256-[0-9a-f]{64}`).FindString(files)
	o.post("officer", at+"/correct", "do.files.photo", files, "_remove", "photo."+blob).is(422).hides("photo.png")
	o.post("officer", at+"/correct", "do.files.photo", strings.ReplaceAll(files, blob, "sha256-"+strings.Repeat("0", 64))).is(422) // somebody else's file
	o.get("colleague", at+"/correct").is(404)
	o.attach("officer", at+"/correct", "photo", "white.png", []byte("\x89PNG\r\n\x1a\n white")).leads(at)
	o.attach("officer", at+"/correct", "photo", "white.png", []byte("\x89PNG\r\n\x1a\n white")).leads(at) // pressed twice
	o.get("officer", at).is(200, "قيد البتّ")
}

func TestCounterRefusesServicesOfOthers(t *testing.T) {
	o := newOffice(t)
	who := o.Resident(1)
	at := o.post("teacher", "/desk/counter/start", "person", string(who.Person), "service", "education/enrolment-certificate", "presence", "passport").is(303).To
	o.get("officer", at).is(404)
	o.post("officer", at+"/drop").is(404)
	o.post("teacher", at+"/drop").leads("/desk/counter")
	o.post("officer", "/desk/counter/start", "person", "nobody-such", "service", "identity-card/renewal", "presence", "passport").is(404)
}

// Whose counter is closed is named, with where to go, and takes no application.
func TestClosedCountersTakeNothing(t *testing.T) {
	o := newOffice(t)
	p, who := o.Country.People(2)[1], o.Resident(1)
	o.desk.Closed = func(*db.Tx) ([]gov.ServiceID, error) { return []gov.ServiceID{"identity-card/renewal"}, nil }
	o.post("officer", "/desk/counter", "words", p.CivilNumber).is(200, "تجديد بطاقة الهوية", "شبابيك أُغلقت").hides(`value="identity-card/renewal"`)
	o.post("officer", "/desk/counter/start", "person", string(who.Person), "service", "identity-card/renewal", "presence", "known").is(422, "اختر الخدمة")
}

func TestJudgeAnswersWhatTheStepAsks(t *testing.T) {
	o := newOffice(t)
	c, who := o.claim()
	for _, x := range o.Case(who, c.ID).Tasks {
		if x.Organisation == "moic" {
			o.post("registrar", task(x, "/decide"), "registered", "true", "opinion_words", "قائم").leads(task(x))
		}
	}
	o.Pass(21 * 24 * 3600e9) // the respondent never answers
	var k casework.Task
	for _, x := range o.Case(who, c.ID).Tasks {
		if x.State == casework.TaskOpen && x.Organisation == "mojiawaqf" {
			k = x
		}
	}
	for n, a := range o.actors {
		a.StepUp = o.Now()
		o.actors[n] = a
	}
	o.get("judge", task(k)).is(200, "hearing_date", "hearing_time")
	o.post("judge", task(k, "/decide"), "do.outcome", "set", "hearing_date.day", "31", "hearing_date.month", "2", "hearing_date.year", "2027", "hearing_time", "10:00", "hearing_room", "video").is(422, `value="31"`)
	o.get("judge", "/desk/bulk?task="+string(k.ID)).is(200, "على حدة")
	at := o.Now().AddDate(0, 0, 10)
	o.post("judge", task(k, "/decide"), "do.outcome", "set", "hearing_date", at.Format("2006-01-02"), "hearing_time", "10:00", "hearing_room", "video").leads(task(k))
	o.get("judge", task(k)).is(200, "سُجّل قرارك")
}
