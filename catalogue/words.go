package catalogue

import "diwan.example/gov"

// The codes of an entry in words.
var (
	StatusWords = []Choice{
		{"active", gov.T("قائمة", "In operation")}, {"development", gov.T("قيد الإعداد", "In development")},
		{"suspended", gov.T("موقوفة مؤقتًا", "Suspended")}, {"ended", gov.T("ملغاة", "Ended")},
	}
	AudienceWords = []Choice{
		{"citizen", gov.T("المواطنون", "Citizens")}, {"resident", gov.T("المقيمون", "Residents")}, {"business", gov.T("المؤسسات", "Businesses")},
		{"visitor", gov.T("الزائرون", "Visitors")}, {"government", gov.T("الجهات الحكومية", "Government bodies")}, {"organisation", gov.T("الجمعيات والمنظمات", "Associations")},
	}
	ChannelWords = []Choice{
		{"portal", gov.T("البوابة", "Portal")}, {"counter", gov.T("مركز الخدمة", "Service counter")}, {"kiosk", gov.T("جهاز الخدمة الذاتية", "Kiosk")},
		{"phone", gov.T("الهاتف", "Phone")}, {"app", gov.T("تطبيق الهاتف", "Mobile app")}, {"api", gov.T("الربط الإلكتروني", "API")},
		{"mail", gov.T("البريد", "Post")}, {"email", gov.T("البريد الإلكتروني", "E-mail")}, {"fax", gov.T("الفاكس", "Fax")}, {"other", gov.T("قناة أخرى", "Another way")},
	}
	RequirementWords = []Choice{
		{"criterion", gov.T("شرط استحقاق", "Criterion")}, {"information", gov.T("معلومة مطلوبة", "Information asked for")}, {"constraint", gov.T("قيد", "Constraint")},
	}
	LevelWords = []Choice{
		{"0", gov.T("0: ليست على الإنترنت", "0: not online")}, {"1", gov.T("1: معلومات عن الخدمة", "1: information")},
		{"2", gov.T("2: استمارة للتنزيل", "2: a form to download")}, {"3", gov.T("3: تقديم الطلب إلكترونيًا", "3: apply online")},
		{"4", gov.T("4: إلكترونية من البداية إلى النهاية", "4: online from start to end")},
	}
	PointWords = []Choice{
		{"registration", gov.T("فتح الحساب", "Registration")}, {"authentication", gov.T("الدخول وإثبات الهوية", "Authentication")}, {"application", gov.T("تقديم الطلب", "Application")},
		{"decision", gov.T("إبلاغ القرار", "Decision")}, {"issuance", gov.T("تسليم النتيجة", "Issuance")}, {"feedback", gov.T("إبداء الرأي", "Feedback")},
	}
	AnswerWords = []Choice{
		{"yes", gov.T("نعم", "Yes")}, {"no", gov.T("لا", "No")}, {"not-applicable", gov.T("لا ينطبق", "Not applicable")},
	}
	DayWords = []Choice{
		{"sunday", gov.T("الأحد", "Sunday")}, {"monday", gov.T("الاثنين", "Monday")}, {"tuesday", gov.T("الثلاثاء", "Tuesday")}, {"wednesday", gov.T("الأربعاء", "Wednesday")},
		{"thursday", gov.T("الخميس", "Thursday")}, {"friday", gov.T("الجمعة", "Friday")}, {"saturday", gov.T("السبت", "Saturday")},
	}
	LanguageWords = []Choice{{"ar", gov.T("العربية", "Arabic")}, {"en", gov.T("الإنجليزية", "English")}, {"fr", gov.T("الفرنسية", "French")}}
	RoleWords     = []Choice{{"officer", gov.T("موظف", "Officer")}, {"supervisor", gov.T("مشرف", "Supervisor")}, {"head", gov.T("رئيس الجهة", "Head")}}
	StepWords     = []Choice{
		{"apply", gov.T("تقديم", "Apply")}, {"check", gov.T("تحقق", "Check")}, {"pay", gov.T("دفع", "Pay")}, {"review", gov.T("مراجعة", "Review")}, {"opinion", gov.T("رأي جهة أخرى", "Opinion")},
		{"correct", gov.T("استكمال", "Correct")}, {"cosign", gov.T("توقيع طرف آخر", "Co-sign")}, {"wait", gov.T("انتظار", "Wait")}, {"record", gov.T("قيد في سجل", "Record")},
		{"issue", gov.T("إصدار", "Issue")}, {"notify", gov.T("إشعار", "Notify")}, {"fork", gov.T("تفرّع", "Fork")}, {"join", gov.T("التقاء", "Join")}, {"close", gov.T("إنهاء", "Close")},
	}
)

// InWords names a code; one that is not known names itself.
func InWords(list []Choice, code string) gov.Text {
	for _, c := range list {
		if c.Code == code {
			return c.Text
		}
	}
	return gov.T(code, code)
}
