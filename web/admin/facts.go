package admin

import (
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// fact is one line of the journal as people read it.
type fact struct {
	journal.Fact
	Words   gov.Text
	Who     gov.Text // staff by name; a resident only as such
	ForWhom gov.Text // organisation acted for
	Owner   gov.Text // organisation of the service
	Said    string   // the body, as JSON
}

// facts names what happened and who did it. Only people who acted for an
// organisation are named: who a resident is, is seen through the access log only.
func (a *Admin) facts(tx *db.Tx, list []journal.Fact) ([]fact, error) {
	var staff []gov.PersonID
	for _, f := range list {
		if f.Acting != "" {
			staff = append(staff, f.Actor)
		}
	}
	names, err := identity.Names(tx, staff...)
	if err != nil {
		return nil, err
	}
	out := make([]fact, len(list))
	for i, f := range list {
		out[i] = fact{Fact: f, Words: factWords(f.Name), Who: names[f.Actor]}
		switch {
		case f.Actor == gov.System.Person:
			out[i].Who = pages.T("admin.by.machine")
		case f.Acting == "" && f.Actor != "":
			out[i].Who = pages.T("admin.by.resident")
		}
		if f.Acting != "" {
			out[i].ForWhom = a.org(f.Acting)
		}
		if f.Organisation != "" {
			out[i].Owner = a.org(f.Organisation)
		}
		if s := string(f.Body); s != "{}" && s != "null" {
			out[i].Said = s
		}
	}
	return out, nil
}

func factWords(name string) gov.Text {
	if t, ok := factNames[name]; ok {
		return t
	}
	return gov.T(name, name)
}

// factNames are the facts in words.
var factNames = map[string]gov.Text{
	"case.submitted": gov.T("قُدِّم طلب", "An application was made"), "case.decided": gov.T("صدر قرار", "A decision was made"),
	"case.closed": gov.T("انتهى طلب", "A case ended"), "case.corrected": gov.T("صُحِّح طلب", "An application was corrected"),
	"case.appealed": gov.T("قُدِّم تظلّم", "An appeal was made"), "case.late": gov.T("فات موعد القرار", "A deadline passed"),
	"case.recorded": gov.T("قُيِّدت نتيجة في سجل", "A result was entered in a register"), "case.expired": gov.T("انقضت مهلة", "A time limit ran out"),
	"case.noted":        gov.T("كُتبت ملاحظة", "A note was written"),
	"catalogue.changed": gov.T("تغيّر الدليل", "The catalogue changed"), "catalogue.entered": gov.T("دخلت خدمة الدليل", "A service entered the catalogue"),
	"catalogue.proven": gov.T("ثبت عمل خدمة إلكترونيًا", "A service proved to work online"), "catalogue.published": gov.T("أُعلنت خدمة في الدليل", "A service was announced in the catalogue"),
	"document.issued": gov.T("صدرت وثيقة", "A document was issued"), "document.revoked": gov.T("سُحبت وثيقة", "A document was revoked"),
	"document.replaced": gov.T("استُبدلت وثيقة", "A document was replaced"), "document.shared": gov.T("شورِكت وثيقة", "A document was shared"),
	"document.share_stopped": gov.T("أُوقفت مشاركة وثيقة", "A share of a document was stopped"), "document.key_created": gov.T("أُنشئ مفتاح توقيع", "A signing key was made"),
	"document.key_retired": gov.T("تقاعد مفتاح توقيع", "A signing key was retired"), "document.key_revoked": gov.T("سُحبت الثقة من مفتاح توقيع", "A signing key was revoked"),
	"identity.appointed": gov.T("أُسندت صلاحيات", "Roles were given"), "identity.dismissed": gov.T("سُحبت صلاحيات", "Roles were taken away"),
	"identity.registered": gov.T("سُجِّل شخص", "A person was registered"), "identity.imported": gov.T("استُورد أشخاص", "People were imported"),
	"identity.corrected": gov.T("صُحِّح قيد شخص", "A person's record was corrected"), "identity.contact-changed": gov.T("تغيّرت بيانات التواصل", "Contact details changed"),
	"identity.closed": gov.T("أُغلق حساب", "An account was closed"), "identity.reopened": gov.T("أُعيد فتح حساب", "An account was opened again"),
	"identity.signed-out": gov.T("أُنهيت جلسات شخص", "Somebody's sessions were ended"), "identity.entered": gov.T("تسجيل دخول", "Signed in"), "identity.left": gov.T("تسجيل خروج", "Signed out"),
	"identity.proved": gov.T("تأكيد الهوية مجددًا", "Proved who they are again"), "identity.mandated": gov.T("سُجِّل تفويض", "A mandate was registered"), "identity.revoked": gov.T("أُلغي تفويض", "A mandate was ended"),
	"identity.passkey-added": gov.T("أُضيف مفتاح مرور", "A passkey was added"), "identity.passkey-removed": gov.T("أُزيل مفتاح مرور", "A passkey was removed"),
	"identity.passkey-suspected": gov.T("اشتُبه في نسخ مفتاح مرور", "A passkey may have been copied"), "identity.token-made": gov.T("أُنشئ رمز وصول", "An access token was made"),
	"identity.token-revoked": gov.T("أُلغي رمز وصول", "An access token was revoked"), "identity.token-returned": gov.T("استُعمل رمز جلسة قديم", "An old session token came back"),
	"notify.subscribed": gov.T("أُضيف اشتراك إشعارات", "A webhook was subscribed"), "notify.unsubscribed": gov.T("أُلغي اشتراك إشعارات", "A webhook was removed"),
	"notify.resumed": gov.T("استؤنف اشتراك إشعارات", "A webhook was resumed"), "notify.subscription-stopped": gov.T("أُوقف اشتراك إشعارات", "A webhook was stopped"),
	"pack.published":  gov.T("نُشر إصدار خدمة", "A version of a service was published"),
	"payment.charged": gov.T("طُلب رسم", "A fee was asked"), "payment.settled": gov.T("سُدِّد رسم", "A fee was paid"), "payment.voided": gov.T("أُلغي رسم", "A fee was cancelled"), "payment.refunded": gov.T("رُدَّ رسم", "A fee was refunded"),
}
