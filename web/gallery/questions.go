package gallery

import (
	"diwan.example/gov"
	"diwan.example/web/ui"
)

var money = gov.Currency{Code: "BHD", Digits: 3, Symbol: gov.T("د.ب", "BD")}

// questions is one field of every kind, empty.
func questions() []ui.Field {
	return append(simpleQuestions(), richQuestions()...)
}

func simpleQuestions() []ui.Field {
	return []ui.Field{
		{Kind: "short-text", Name: "name", Label: gov.T("الاسم كما في جواز السفر", "Name as in the passport"), MaxLength: 120, Auto: "name"},
		{Kind: "long-text", Name: "story", Label: gov.T("اشرح ما حدث", "Describe what happened"), Hint: gov.T("متى وأين، ومن كان حاضرًا", "When, where, and who was there"), MaxLength: 400},
		{Kind: "number", Name: "rooms", Label: gov.T("عدد الغرف", "Number of rooms"), Optional: true},
		{Kind: "money", Name: "claim", Label: gov.T("مبلغ المطالبة", "Amount claimed"), Hint: gov.T("بالدينار، مثل 120.500", "In dinars, such as 120.500")},
		{Kind: "date", Name: "birth", Label: gov.T("تاريخ الميلاد", "Date of birth"), Hint: gov.T("مثل 31 3 1990 أو 31 مارس 1990", "Such as 31 3 1990 or 31 March 1990"), Auto: "bday"},
		{Kind: "time", Name: "at", Label: gov.T("الوقت المناسب لك", "Time that suits you")},
		{Kind: "yes-no", Name: "married", Label: gov.T("هل أنت متزوج؟", "Are you married?")},
		{Kind: "short-text", Name: "spouse", Label: gov.T("اسم الزوج أو الزوجة", "Name of your spouse"), When: "married=true"},
		{Kind: "one-of", Name: "copy", Label: gov.T("كيف تريد استلام البطاقة؟", "How do you want to receive the card?"), Options: []ui.Option{
			{Value: "post", Text: gov.T("بالبريد", "By post"), Hint: gov.T("خلال ثلاثة أيام عمل", "Within three working days")},
			{Value: "office", Text: gov.T("من مركز الخدمة", "From the service centre")}}},
		{Kind: "one-of", Name: "governorate", Label: gov.T("المنطقة", "Area"), Options: areas()},
		{Kind: "many-of", Name: "needs", Label: gov.T("ما الذي تحتاج إليه؟", "What do you need?"), Optional: true, Options: []ui.Option{
			{Value: "sign", Text: gov.T("مترجم لغة الإشارة", "A sign-language interpreter")}, {Value: "ramp", Text: gov.T("مدخل بلا درج", "A step-free entrance")}}},
	}
}

func areas() (out []ui.Option) {
	for _, a := range []gov.Text{gov.T("العاصمة", "Capital"), gov.T("المحرق", "Muharraq"), gov.T("الشمالية", "Northern"), gov.T("الجنوبية", "Southern"), gov.T("الرفاع", "Riffa"),
		gov.T("مدينة عيسى", "Isa Town"), gov.T("سترة", "Sitra"), gov.T("البديع", "Budaiya"), gov.T("جدحفص", "Jidhafs")} {
		out = append(out, ui.Option{Value: a[gov.English], Text: a})
	}
	return out
}

func richQuestions() []ui.Field {
	return []ui.Field{
		{Kind: "civil-number", Name: "civil", Label: gov.T("الرقم الشخصي", "Civil number"), Hint: gov.T("تسعة أرقام على وجه البطاقة", "Nine digits on the front of the card")},
		{Kind: "passport", Name: "passport", Label: gov.T("رقم جواز السفر", "Passport number")},
		{Kind: "iban", Name: "iban", Label: gov.T("رقم الحساب المصرفي الدولي", "IBAN")},
		{Kind: "phone", Name: "phone", Label: gov.T("رقم الهاتف", "Phone number"), Auto: "tel-national"},
		{Kind: "email", Name: "email", Label: gov.T("البريد الإلكتروني", "E-mail address"), Auto: "email"},
		{Kind: "code", Name: "code", Label: gov.T("الرمز الذي وصلك", "The code you received")},
		{Kind: "address", Name: "address", Label: gov.T("عنوان السكن", "Home address")},
		{Kind: "map-point", Name: "point", Label: gov.T("موقع البناء", "Location of the building")},
		{Kind: "file", Name: "photo", Label: gov.T("صورة شخصية", "Photo"), Accept: "image/jpeg,image/png", MaxKB: 2048, MaxFiles: 2,
			Files: []ui.FileRef{{ID: "1", Name: "photo-2026.jpg", Size: 812_000, Type: "image/jpeg"}}},
		group(),
		{Kind: "computed", Name: "fee", Label: gov.T("الرسم المستحق", "Fee due"), Gives: "money", Value: "12.500"},
		{Kind: "short-text", Name: "nationality", Label: gov.T("الجنسية", "Nationality"), Locked: true, Value: "BH", Source: gov.T("سجل السكان", "Population register")},
		{Kind: "declaration", Name: "true", Label: gov.T("أُقرّ بأن ما ذكرته صحيح، وأعلم أن التصريح الكاذب يعرّضني للمساءلة القانونية.", "I declare that what I have stated is true, and know that a false declaration has legal consequences.")},
	}
}

func group() ui.Field {
	inner := []ui.Field{{Kind: "short-text", Name: "name", Label: gov.T("الاسم", "Name")}, {Kind: "date", Name: "birth", Label: gov.T("تاريخ الميلاد", "Date of birth")}}
	f := ui.Field{Kind: "group", Name: "children", Label: gov.T("الأبناء", "Children"), Hint: gov.T("أضف كل ابن وابنة دون الثامنة عشرة", "Add every child under eighteen"), Inner: inner, MaxRows: 6}
	return ui.Fill([]ui.Field{f}, map[string]any{"children": []map[string]any{{"name": "سارة", "birth": "2015-04-02"}}}, nil, money)[0]
}

// answered is every question with an answer, as it stands before sending.
func answered() []ui.Field {
	return ui.Fill(questions(), map[string]any{
		"name": "Layla Yusuf ليلى يوسف", "story": "السطر الأول\nالسطر الثاني", "rooms": 4.0, "claim": int64(120_500), "birth": "1990-03-31", "at": "09:30", "married": true, "spouse": "يوسف",
		"copy": "post", "governorate": "Muharraq", "needs": []string{"sign", "ramp"}, "civil": "900331234", "passport": "A1234567", "iban": "BH67BMAG00001299123456",
		"phone": "+97330000000", "email": "layla@example.com", "address": map[string]any{"building": "12", "road": "2803", "block": "428"},
		"point": map[string]any{"lat": 26.2285, "lng": 50.586}, "true": true,
	}, nil, money)
}

// mistaken are answers that were refused.
func mistaken() ([]ui.Field, gov.Problems) {
	problems := gov.Problems{
		{Field: "wrong_name", Text: gov.T("اكتب الاسم", "Write the name")},
		{Field: "wrong_birth", Text: gov.T("لا يوجد 31 فبراير؛ اكتب تاريخًا صحيحًا", "There is no 31 February; write a real date")},
		{Field: "wrong_copy", Text: gov.T("اختر طريقة الاستلام", "Choose how to receive it")},
		{Field: "wrong_claim", Text: gov.T("المبلغ غير مفهوم، اكتبه بالأرقام، مثل 12.500", "This is not an amount; write it in figures, like 12.500")},
		{Field: "wrong_true", Text: gov.T("يلزم الإقرار قبل الإرسال", "Accept the declaration before sending")},
	}
	var fields []ui.Field
	for _, f := range questions() {
		switch f.Name {
		case "name", "birth", "copy", "claim", "true":
			f.Name = "wrong_" + f.Name
			fields = append(fields, f)
		}
	}
	return ui.Fill(fields, map[string]any{"wrong_birth": "1990-02-31", "wrong_claim": "مئة دينار"}, problems, money), problems
}
