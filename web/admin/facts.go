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
	"case.deferred": gov.T("ينتظر الطلب جواب سجل", "An application waits for a registry"), "case.fetched": gov.T("وصل جواب السجل إلى طلب", "A registry answered for an application"),
	"case.verified": gov.T("قورنت إجابة بالسجل", "An answer was compared with the registry"), "case.disputed": gov.T("اعتُرض على بيان من سجل", "What a registry holds was disputed"),
	"case.spared":    gov.T("لم يُسأل عما هو معلوم", "What is known was not asked for"),
	"case.presented": gov.T("أُثبت جواب بوثيقة من محفظة", "An answer was proven by a credential from a wallet"),
	"vp.presented":   gov.T("قُدّمت وثيقة من محفظة وصحّت", "A wallet presented a credential, and it was proven"), "vp.refused": gov.T("قُدّمت وثيقة من محفظة ولم تُقبل", "A wallet presented a credential that does not count"),
	"vp.collected":       gov.T("صار ما قُدّم من المحفظة جوابًا", "What a wallet presented was taken as an answer"),
	"case.noted":         gov.T("كُتبت ملاحظة", "A note was written"),
	"catalogue.approved": gov.T("نُشرت مسودة خدمة", "A draft of an entry was published"), "catalogue.began": gov.T("بدأت كتابة خدمة", "Somebody began to write an entry"),
	"catalogue.commented": gov.T("كُتبت ملاحظة على خدمة", "Somebody commented on an entry"), "catalogue.dropped": gov.T("أُلغيت مسودة خدمة", "A draft of an entry was given up"),
	"catalogue.returned": gov.T("أُعيدت مسودة خدمة إلى جهتها", "A draft of an entry was returned"), "catalogue.stated": gov.T("قدّمت جهة بيانًا عن خدمة", "An entity made a statement about a service"),
	"catalogue.submitted": gov.T("أُرسلت مسودة خدمة للمراجعة", "A draft of an entry was submitted"),
	"catalogue.changed":   gov.T("تغيّر الدليل", "The catalogue changed"), "catalogue.entered": gov.T("دخلت خدمة الدليل", "A service entered the catalogue"),
	"catalogue.proven": gov.T("ثبت عمل خدمة إلكترونيًا", "A service proved to work online"), "catalogue.published": gov.T("أُعلنت خدمة في الدليل", "A service was announced in the catalogue"),
	"committee.planned": gov.T("خُطِّط لاجتماع لجنة", "A committee's meeting was planned"), "committee.called": gov.T("دُعي إلى اجتماع لجنة", "A committee was called to a meeting"),
	"committee.postponed": gov.T("أُجِّل اجتماع لجنة", "A committee's meeting was postponed"), "committee.cancelled": gov.T("أُلغي اجتماع لجنة", "A committee's meeting was cancelled"),
	"committee.held": gov.T("انعقد اجتماع لجنة", "A committee met"), "committee.approved": gov.T("اعتُمد محضر اجتماع", "A meeting's minutes were approved"),
	"committee.commented": gov.T("عُلِّق على بند اجتماع", "An item of a meeting was commented on"), "committee.proposed": gov.T("اقتُرح قرار على لجنة", "A decision was proposed to a committee"),
	"committee.decided": gov.T("اتُّخذ قرار لجنة", "A committee decided"), "committee.revoked": gov.T("أُلغي قرار لجنة", "A committee's decision was revoked"),
	"committee.assigned": gov.T("أُسند عمل من قرار", "An action was given"), "committee.reported": gov.T("وصل تقرير عن عمل", "An action was reported on"),
	"committee.extended": gov.T("مُدِّد موعد عمل", "An action got more time"), "committee.completed": gov.T("أُنجز عمل", "An action was completed"),
	"committee.verified": gov.T("تُحقق من إنجاز عمل", "An action was verified"), "committee.returned": gov.T("أُعيد عمل لاستكماله", "An action was given back"),
	"committee.dropped": gov.T("صُرف النظر عن عمل", "An action was dropped"), "committee.reminded": gov.T("ذُكِّر بعمل حان موعده", "An action spoke up"),
	"forum.planned": gov.T("خُطِّط لجلسة في الملتقى", "A session of the forum was planned"), "forum.attached": gov.T("أُرفق عرض بجلسة", "A presentation was attached"),
	"forum.asked": gov.T("طُرح سؤال في الملتقى", "A question was asked at the forum"), "forum.shown": gov.T("أُجيز سؤال", "A question was let through"),
	"forum.hidden": gov.T("حُجب سؤال", "A question was kept back"), "forum.answered": gov.T("رُدَّ على سؤال", "A question was answered"),
	"forum.decided": gov.T("اتخذ الملتقى قرارًا", "The forum decided"), "forum.handed": gov.T("أُحيل قرار إلى لجنة", "A decision was handed to a committee"),
	"document.issued": gov.T("صدرت وثيقة", "A document was issued"), "document.revoked": gov.T("سُحبت وثيقة", "A document was revoked"),
	"document.suspended": gov.T("أُوقف العمل بوثيقة", "A document was suspended"), "document.resumed": gov.T("عاد العمل بوثيقة", "A document was resumed"),
	"wallet.offered": gov.T("عُرضت وثيقة على محفظة", "A document was offered to a wallet"), "wallet.handed": gov.T("أُضيفت وثيقة إلى محفظة", "A document was handed to a wallet"), "wallet.withdrawn": gov.T("أُنهيت نسخة في محفظة", "A copy in a wallet was ended"),
	"document.replaced": gov.T("استُبدلت وثيقة", "A document was replaced"), "document.shared": gov.T("شورِكت وثيقة", "A document was shared"),
	"document.share_stopped": gov.T("أُوقفت مشاركة وثيقة", "A share of a document was stopped"), "document.key_created": gov.T("أُنشئ مفتاح توقيع", "A signing key was made"),
	"document.ceremony_proposed": gov.T("اقتُرحت مراسم مفاتيح", "A key ceremony was proposed"), "document.ceremony_done": gov.T("نُفذت مراسم مفاتيح", "A key ceremony was carried out"),
	"document.ceremony_refused": gov.T("رُفضت مراسم مفاتيح", "A key ceremony was refused"), "document.ceremony_withdrawn": gov.T("سُحب اقتراح مراسم مفاتيح", "A key ceremony was withdrawn"),
	"document.ceremony_acted": gov.T("سُحبت الثقة من مفتاح في حالة طارئة", "A key was revoked in an emergency"), "document.ceremony_reviewed": gov.T("رُوجع إجراء طارئ على مفتاح", "An emergency was looked at again"),
	"document.trust_listed":  gov.T("نُشرت قائمة الثقة", "The trust list was published"),
	"document.key_certified": gov.T("صُدِّق مفتاح توقيع بشهادة", "A signing key was certified"),
	"document.key_retired":   gov.T("تقاعد مفتاح توقيع", "A signing key was retired"), "document.key_revoked": gov.T("سُحبت الثقة من مفتاح توقيع", "A signing key was revoked"),
	"identity.appointed": gov.T("أُسندت صلاحيات", "Roles were given"), "identity.dismissed": gov.T("سُحبت صلاحيات", "Roles were taken away"),
	"identity.registered": gov.T("سُجِّل شخص", "A person was registered"), "identity.imported": gov.T("استُورد أشخاص", "People were imported"),
	"identity.corrected": gov.T("صُحِّح قيد شخص", "A person's record was corrected"), "identity.contact-changed": gov.T("تغيّرت بيانات التواصل", "Contact details changed"),
	"identity.closed": gov.T("أُغلق حساب", "An account was closed"), "identity.reopened": gov.T("أُعيد فتح حساب", "An account was opened again"),
	"identity.signed-out": gov.T("أُنهيت جلسات شخص", "Somebody's sessions were ended"), "identity.entered": gov.T("تسجيل دخول", "Signed in"), "identity.left": gov.T("تسجيل خروج", "Signed out"),
	"identity.proved": gov.T("تأكيد الهوية مجددًا", "Proved who they are again"), "identity.mandated": gov.T("سُجِّل تفويض", "A mandate was registered"), "identity.revoked": gov.T("أُلغي تفويض", "A mandate was ended"),
	"identity.passkey-added": gov.T("أُضيف مفتاح مرور", "A passkey was added"), "identity.passkey-removed": gov.T("أُزيل مفتاح مرور", "A passkey was removed"),
	"identity.passkey-suspected": gov.T("اشتُبه في نسخ مفتاح مرور", "A passkey may have been copied"), "identity.token-made": gov.T("أُنشئ رمز وصول", "An access token was made"),
	"identity.token-revoked": gov.T("أُلغي رمز وصول", "An access token was revoked"), "identity.token-returned": gov.T("استُعمل رمز جلسة قديم", "An old session token came back"),
	"journal.invented": gov.T("انتهى الماضي المصطنع للبلد التجريبي", "The sample country's invented past ended"),
	"journal.delayed":  gov.T("سُجِّل أمر تأجيل ظهور الاطلاع", "An order delayed entries of an access log"), "journal.opened": gov.T("انكشف ما أجّله أمر", "What an order delayed has opened"),
	"lifecycle.moved": gov.T("انتقلت خدمة إلى مرحلة أخرى", "A service came to another stage"), "lifecycle.evidenced": gov.T("تغيّر دليل على مرحلة خدمة", "Evidence of a service's stage changed"),
	"lifecycle.signed": gov.T("وُقِّع بيان عن خدمة", "A statement on a service was signed"), "lifecycle.withdrawn": gov.T("سُحب بيان عن خدمة", "A statement on a service was withdrawn"),
	"lifecycle.closed": gov.T("تقرر إغلاق شباك خدمة", "The counter of a service was closed"), "lifecycle.reopened": gov.T("أُعيد فتح شباك خدمة", "The counter of a service was reopened"),
	"notify.subscribed": gov.T("أُضيف اشتراك إشعارات", "A webhook was subscribed"), "notify.unsubscribed": gov.T("أُلغي اشتراك إشعارات", "A webhook was removed"),
	"notify.resumed": gov.T("استؤنف اشتراك إشعارات", "A webhook was resumed"), "notify.subscription-stopped": gov.T("أُوقف اشتراك إشعارات", "A webhook was stopped"),
	"pack.published":   gov.T("نُشر إصدار خدمة", "A version of a service was published"),
	"priority.weighed": gov.T("قُررت أوزان معايير الأولوية", "The weights of priority were decided"),
	"payment.charged":  gov.T("طُلب رسم", "A fee was asked"), "payment.settled": gov.T("سُدِّد رسم", "A fee was paid"), "payment.voided": gov.T("أُلغي رسم", "A fee was cancelled"), "payment.refunded": gov.T("رُدَّ رسم", "A fee was refunded"),
	"directory.registered": gov.T("قُيِّد في دليل التبادل", "An entry was registered in the exchange"), "directory.changed": gov.T("عُدِّل قيد في دليل التبادل", "An entry of the exchange was changed"),
	"directory.suspended": gov.T("أُوقف قيد في دليل التبادل", "An entry of the exchange was suspended"), "directory.resumed": gov.T("أُعيد قيد إلى دليل التبادل", "An entry of the exchange was resumed"),
	"directory.ended": gov.T("أُنهي قيد في دليل التبادل", "An entry of the exchange was ended"), "directory.maintained": gov.T("بدأت صيانة بوابة أو انتهت", "A gateway went into maintenance or out of it"),
	"directory.invited": gov.T("صدرت كلمة تسجيل لبوابة", "A gateway was given a token to enrol"), "directory.enrolled": gov.T("سُجِّلت بوابة", "A gateway enrolled"),
	"directory.certified": gov.T("صدرت شهادة أو سُجِّلت", "A certificate was issued or registered"), "directory.revoked": gov.T("أُلغيت شهادة", "A certificate was revoked"),
	"directory.warned":   gov.T("شهادة توشك أن تنتهي", "A certificate is about to end"),
	"agreement.proposed": gov.T("طُلبت اتفاقية بيانات", "A data agreement was proposed"), "agreement.revised": gov.T("عُدِّل طلب اتفاقية", "A proposed agreement was revised"),
	"agreement.commented": gov.T("كُتبت ملاحظة على اتفاقية", "An agreement was commented on"), "agreement.returned": gov.T("أُعيد طلب اتفاقية بسؤال", "A proposed agreement was given back with a question"),
	"agreement.reviewed": gov.T("راجعت الجهة القائدة اتفاقية", "The authority reviewed an agreement"), "agreement.agreed": gov.T("وافقت صاحبة البيانات على اتفاقية", "The holder of the data agreed"),
	"agreement.approved": gov.T("اعتُمدت اتفاقية", "An agreement was approved"), "agreement.begun": gov.T("سرت اتفاقية", "An agreement came into force"),
	"agreement.warned": gov.T("قاربت اتفاقية الانتهاء", "An agreement is about to end"), "agreement.ended": gov.T("انتهت اتفاقية", "An agreement ended"),
	"agreement.revoked": gov.T("أُلغيت اتفاقية", "An agreement was revoked"), "agreement.refused": gov.T("رُفض طلب اتفاقية", "A proposed agreement was refused"),
	"agreement.withdrawn": gov.T("سُحب طلب اتفاقية", "A proposed agreement was withdrawn"),
	"consent.given":       gov.T("أُعطيت موافقة على اتفاقية", "A person consented to an agreement"), "consent.withdrawn": gov.T("سُحبت موافقة على اتفاقية", "A person withdrew their consent"),
	"event.subscribed": gov.T("اشتركت جهة في إبلاغ عن تغيّر", "An entity asked to be told of changes"), "event.unsubscribed": gov.T("أوقفت جهة اشتراكها في إبلاغ", "An entity stopped being told of changes"),
	"event.died": gov.T("تعذّر إيصال إبلاغ", "A change could not be told"), "event.retried": gov.T("أُعيد إرسال إبلاغ متعثر", "A change that could not be told is tried again"),
	"event.discarded": gov.T("تُرك إبلاغ متعثر", "A change that could not be told was given up"), "event.published": gov.T("نشرت جهة تغيّرًا", "An entity published a change"),
	"plan.opened": gov.T("فُتحت دورة تخطيط", "A planning cycle was opened"), "plan.rescheduled": gov.T("تغيّرت مواعيد دورة التخطيط", "Dates of a planning cycle changed"),
	"plan.concluded": gov.T("أُغلقت دورة تخطيط", "A planning cycle was closed"), "plan.began": gov.T("بدأت جهة خطتها", "An entity began its plan"),
	"plan.extended": gov.T("مُدِّد موعد رفع خطة", "An entity was given more time for its plan"), "plan.submitted": gov.T("رُفعت خطة", "A plan was given"),
	"plan.commented": gov.T("كُتبت ملاحظة على خطة", "A plan was commented on"), "plan.supported": gov.T("أُيِّد جزء من خطة", "A part of a plan was supported"),
	"plan.settled": gov.T("عولجت ملاحظة على خطة", "A comment on a plan was settled"), "plan.returned": gov.T("أُعيدت خطة لتعديلها", "A plan was returned to be revised"),
	"plan.revised": gov.T("رُفعت خطة معدَّلة", "A revised plan was given"), "plan.finalised": gov.T("أُقفلت صياغة خطة", "A plan was finalised"),
	"plan.approved": gov.T("اعتُمدت خطة", "A plan was approved"), "plan.reported": gov.T("رُفع تقرير ربع سنة", "A quarter was reported on"),
	"plan.accounted": gov.T("رُفع تقرير إغلاق خطة", "A closing report was given"), "plan.closed": gov.T("أُغلقت خطة", "A plan was closed"),
	"unusual.explained": gov.T("فُسِّر اطلاع غير معتاد", "Unusual reading was explained"), "unusual.raised": gov.T("سُئلت جهة عن اطلاع غير معتاد", "An entity was asked about unusual reading"),
	"unusual.marked": gov.T("أُضيف شخص إلى من يُخشى على بياناتهم", "A person was put on the list of people watched over"), "unusual.unmarked": gov.T("رُفع شخص من قائمة من يُخشى على بياناتهم", "A person was taken off the list of people watched over"),
	"policy.judged": gov.T("تغيّرت نتيجة فحص سياسة", "A policy check found something else"), "policy.excepted": gov.T("سُجِّل استثناء من فحص سياسة", "An exception from a policy check was recorded"),
	"policy.ended":      gov.T("أُنهي استثناء من فحص سياسة", "An exception from a policy check was ended"),
	"registry.recorded": gov.T("كُتب في سجل", "A record was written"), "registry.corrected": gov.T("صُحّح سجل", "A record was corrected"),
	"registry.ended": gov.T("انتهى سجل", "A record ended"), "registry.removed": gov.T("أُزيل سجل انتهت مدة حفظه", "A record past its retention was removed"),
	"registry.imported": gov.T("استُوردت سجلات", "Records were imported"), "registry.exported": gov.T("أُخرجت سجلات", "A registry was exported"),
}
