package pdf

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
)

var samplesDir = flag.String("samples", "", "write the sample documents into this directory")

var issued = time.Date(2026, 11, 23, 8, 41, 0, 0, time.UTC)

func same1(s string) gov.Text { return gov.T(s, s) }

func certificate() Document {
	name, school := gov.T("أحمد بن عبدالله آل محمود", "Ahmed Abdulla Al Mahmood"), gov.T("مدرسة الهداية للبنين", "Al Hedaya School for Boys")
	return Document{
		Title: gov.T("شهادة قيد طالب", "Student Enrolment Certificate"), Number: "CERT-2026-000123", Verify: "verify.gov.example/CERT-2026-000123", Created: issued,
		Layout: Layout{Frame: true, Blocks: []Block{
			{Kind: Letterhead, Text: gov.T("وزارة التربية والتعليم\nإدارة التسجيل والامتحانات", "Ministry of Education\nRegistration and Examinations")},
			{Kind: Heading, Level: 1, Text: gov.T("شهادة قيد طالب", "Student Enrolment Certificate")},
			{Kind: Paragraph, Align: Justify, Text: gov.T(
				"تشهد وزارة التربية والتعليم بأن الطالب المبيَّنة بياناته أدناه مقيَّد بالصف الثالث الثانوي (المسار العلمي) للعام الدراسي "+Isolate("2026/2027")+"، وأن معدله التراكمي "+Isolate("97.5%")+"، وذلك بحسب سجلات الوزارة بتاريخ "+Isolate("23-11-2026")+".",
				"The Ministry of Education certifies that the student named below ("+Isolate("أحمد بن عبدالله")+") is enrolled in the third year of secondary school for 2026/2027, according to the Ministry’s records.")},
			{Kind: FieldList, Fields: []Field{
				{gov.T("اسم الطالب", "Student’s name"), name},
				{gov.T("الرقم الشخصي", "Personal number"), same1("880101234")},
				{gov.T("المدرسة", "School"), school},
				{gov.T("الصف والمسار", "Grade and track"), gov.T("الثالث الثانوي (علمي)", "Third secondary (science)")},
				{gov.T("تاريخ الميلاد", "Date of birth"), gov.T("1 يناير 2009", "1 January 2009")},
				{gov.T("البريد الإلكتروني", "E-mail"), same1("ahmed.m@moe.example")},
				{gov.T("الملاحظات", "Remarks"), gov.Text{}},
			}},
			{Kind: Paragraph, Text: gov.T("أُعطيت له هذه الشهادة بناءً على طلبه لتقديمها إلى من يهمه الأمر.", "Issued at his request, to whom it may concern.")},
			{Kind: Signatures, Payload: "https://verify.gov.example/d/CERT-2026-000123#k=Zm9vYmFyYmF6cXV4", Signers: []Signer{{
				Name: gov.T("د. مريم بنت حسن العلوي", "Dr Maryam Hasan Al Alawi"), Office: gov.T("مدير إدارة التسجيل والامتحانات", "Director of Registration and Examinations"), Date: gov.T("23 نوفمبر 2026", "23 November 2026")}}},
			{Kind: Small, Align: Centre, Text: gov.T("هذه وثيقة إلكترونية صحيحة بلا توقيع يدوي، ويمكن التحقق منها بمسح الرمز.", "This is an electronic document, valid without a handwritten signature. Scan the code to verify it.")},
		}},
	}
}

func longTable() Document {
	var rows [][]gov.Text
	for i := range 46 {
		rows = append(rows, []gov.Text{
			same1(fmt.Sprint(i + 1)), gov.T("تجديد بطاقة الهوية ("+Isolate(fmt.Sprintf("PAY-2026-%06d", i*7919%1000000))+")", "Identity card renewal fee"),
			same1("2026-11-" + fmt.Sprintf("%02d", i%28+1)), same1(fmt.Sprintf("%d.500", i*3+2)),
		})
	}
	return Document{
		Title: gov.T("كشف المدفوعات", "Statement of payments"), Number: "STMT-2026-11", Verify: "verify.gov.example/STMT-2026-11", Created: issued,
		Layout: Layout{Accent: "#1f3a6e", Blocks: []Block{
			{Kind: Heading, Level: 1, Text: gov.T("كشف المدفوعات", "Statement of payments")},
			{Kind: TableBlock, Columns: []Column{
				{Title: gov.T("م", "No."), Width: 0.6}, {Title: gov.T("البيان", "Description"), Width: 4},
				{Title: gov.T("التاريخ", "Date"), Width: 1.4, Align: Centre}, {Title: gov.T("المبلغ (د.ب)", "Amount (BD)"), Width: 1.4, Align: Right},
			}, Rows: rows},
			{Kind: Paragraph, Text: gov.T("الإجمالي: "+Isolate("3,220.000")+" د.ب", "Total: BD 3,220.000")},
		}},
	}
}

func judgment() Document {
	facts := "حيث إن وقائع الدعوى تتحصل في أن المدعي أقامها بموجب لائحة أودعت إلكترونيًا بتاريخ 12/10/2026، طلب في ختامها الحكم بإلزام المدعى عليها شركة " + Isolate("Gulf Trading W.L.L. (CR 12345-1)") + " بأن تؤدي له مبلغ 850.000 دينارًا مع الفائدة بواقع 3% سنويًا من تاريخ المطالبة وحتى السداد التام، والرسوم ومقابل أتعاب المحاماة؛ على سند من القول إنه تعاقد معها على توريد أجهزة تكييف وتركيبها [العقد رقم (45/2026)]، ولم تفِ بالتزامها رغم إنذارها. "
	reasons := "وحيث إنه من المقرر قانونًا أن العقد شريعة المتعاقدين، فلا يجوز نقضه ولا تعديله إلا باتفاق الطرفين أو للأسباب التي يقررها القانون؛ وكان الثابت من الأوراق أن المدعى عليها قبضت المبلغ كاملًا ولم تقدّم ما يفيد التنفيذ، ومن ثَمَّ تكون الدعوى قائمة على سند صحيح من الواقع والقانون. "
	p := func(s string) Block { return Block{Kind: Paragraph, Align: Justify, Text: gov.Text{gov.Arabic: s}} }
	return Document{
		Title: gov.T("حكم في دعوى صغيرة القيمة", "Judgment"), Number: "JDG-2026-004417", Verify: "verify.gov.example/JDG-2026-004417", Created: issued, Languages: []gov.Lang{gov.Arabic},
		Layout: Layout{Accent: "#5b1f2e", Digits: "arab", Blocks: []Block{
			{Kind: Crest},
			{Kind: Heading, Level: 1, Text: gov.Text{gov.Arabic: "باسم الشعب\nحكم المحكمة الصغرى المدنية"}},
			{Kind: FieldList, Fields: []Field{
				{gov.Text{gov.Arabic: "رقم الدعوى"}, same1("02/2026/04417/9")},
				{gov.Text{gov.Arabic: "المدعي"}, gov.Text{gov.Arabic: "يوسف بن إبراهيم الدوسري"}},
				{gov.Text{gov.Arabic: "المدعى عليها"}, same1("Gulf Trading W.L.L.")},
			}},
			{Kind: Heading, Level: 2, Text: gov.Text{gov.Arabic: "الوقائع"}}, p(facts + facts + facts),
			{Kind: Heading, Level: 2, Text: gov.Text{gov.Arabic: "الأسباب"}}, p(reasons + reasons + reasons + reasons), p(reasons + facts + reasons),
			{Kind: Heading, Level: 2, Text: gov.Text{gov.Arabic: "فلهذه الأسباب"}},
			p("حكمت المحكمة بإلزام المدعى عليها بأن تؤدي للمدعي مبلغ ٨٥٠٫٠٠٠ دينارًا (ثمانمائة وخمسين دينارًا) وفائدة بواقع ٣٪ سنويًا، وألزمتها المصروفات وعشرين دينارًا مقابل أتعاب المحاماة."),
			{Kind: Signatures, Signers: []Signer{{Name: gov.Text{gov.Arabic: "القاضي خالد بن راشد"}, Office: gov.Text{gov.Arabic: "رئيس المحكمة"}}, {Name: gov.Text{gov.Arabic: "نورة السالم"}, Office: gov.Text{gov.Arabic: "أمين السر"}}}},
		}},
	}
}

func slip() Document {
	return Document{
		Title: gov.T("إشعار بطاقة الهوية", "Identity card slip"), Number: "ID-2026-77", Verify: "verify.gov.example/ID-2026-77", Created: issued, Watermark: gov.T("نموذج", "SPECIMEN"),
		Layout: Layout{Page: "A5", Digits: "latn", Accent: "#0a4a7a", Blocks: []Block{
			{Kind: Letterhead, Text: gov.T("هيئة المعلومات والهوية", "Information and Identity Authority")},
			{Kind: Heading, Level: 2, Align: Centre, Text: gov.T("إشعار إصدار بطاقة هوية", "Identity card slip")},
			{Kind: FieldList, Picture: portrait(), Width: 28, Fields: []Field{
				{gov.T("الاسم", "Name"), gov.T("فاطمة بنت علي بن عيسى البنعلي", "Fatima Ali Isa Albinali")},
				{gov.T("الرقم", "Number"), same1("900312345")},
				{gov.T("الجنسية", "Nationality"), gov.T("بحرينية", "Bahraini")},
				{gov.T("الانتهاء", "Expiry"), same1("2031-11-22")},
			}},
			{Kind: TwoColumns, Text: gov.T("احتفظ بهذا الإشعار حتى تسلُّم البطاقة من المركز خلال 5 أيام عمل.", "Keep this slip until you collect the card, within 5 working days.")},
			{Kind: QR, Payload: "https://verify.gov.example/d/ID-2026-77", Width: 26, Align: Centre, Text: gov.T("امسح للتحقق", "Scan to verify")},
			{Kind: Rule},
			{Kind: Small, Text: gov.T("رمز تعبيري 😀 وحرف نادر 𐎀 يظهران برمزهما.", "An emoji 😀 is shown by its code.")},
		}},
	}
}

// english reads from left to right, with a value that runs over the page.
func english() Document {
	d := longTable()
	d.Languages = []gov.Lang{gov.English, gov.Arabic}
	d.Number = "STMT-2026-12"
	d.Layout.Blocks[1].Rows = d.Layout.Blocks[1].Rows[:9]
	long := strings.Repeat("عبدالرحمن بن ", 22)
	d.Layout.Blocks = append(d.Layout.Blocks, Block{Kind: FieldList, Fields: []Field{
		{gov.T("الاسم الكامل", "Full name"), gov.T(long, "A name of 300 characters, الاسم, "+strings.Repeat("Abdulrahman bin ", 16))},
		{gov.T("العنوان", "Address"), same1("Flat 12, Building 345, Road 6789, Block 101")},
	}}, Block{Kind: QR, Payload: "https://verify.gov.example/d/STMT-2026-12", Text: gov.T("امسح للتحقق", "Scan to verify")})
	return d
}

func portrait() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 300, 380))
	for y := range 380 {
		for x := range 300 {
			k := color.RGBA{200, 215, 228, 255}
			if dx, dy := x-150, y-150; dx*dx*3+dy*dy*2 < 18000 {
				k = color.RGBA{214, 170, 140, 255}
			} else if dx, dy := x-150, y-400; dx*dx+dy*dy < 22000 {
				k = color.RGBA{40, 50, 70, 255}
			}
			img.Set(x, y, k)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func samples() map[string]Document {
	return map[string]Document{"certificate": certificate(), "table": longTable(), "judgment": judgment(), "slip": slip(), "english": english()}
}

func TestSamples(t *testing.T) {
	for name, doc := range samples() {
		var b bytes.Buffer
		r, err := Render(&b, doc)
		if err != nil || r.Pages == 0 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		if *samplesDir != "" {
			if err := os.WriteFile(filepath.Join(*samplesDir, name+".pdf"), b.Bytes(), 0o644); err != nil {
				t.Error(err)
			}
		}
	}
}

func BenchmarkCertificate(b *testing.B) { benchmark(b, certificate()) }
func BenchmarkJudgment(b *testing.B)    { benchmark(b, judgment()) }
func BenchmarkTable(b *testing.B)       { benchmark(b, longTable()) }

func benchmark(b *testing.B, doc Document) {
	pages, size := 0, 0
	for b.Loop() {
		var out bytes.Buffer
		r, err := Render(&out, doc)
		if err != nil {
			b.Fatal(err)
		}
		pages, size = r.Pages, out.Len()
	}
	b.ReportMetric(float64(pages), "pages")
	b.ReportMetric(float64(size), "bytes")
}
