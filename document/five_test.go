package document_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/need"
	"diwan.example/internal/pdf/pdftest"
	"diwan.example/pack"
	"diwan.example/packs"
)

// face is an invented portrait.
func face() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 250, 330))
	within := func(x, y, cx, cy, rx, ry int) bool {
		dx, dy := float64(x-cx)/float64(rx), float64(y-cy)/float64(ry)
		return dx*dx+dy*dy < 1
	}
	for x := range 250 {
		for y := range 330 {
			k := color.RGBA{232, 238, 242, 255}
			switch {
			case within(x, y, 125, 355, 118, 120):
				k = color.RGBA{52, 66, 92, 255}
			case y > 120 && within(x, y, 125, 150, 62, 82):
				k = color.RGBA{206, 164, 132, 255}
			case within(x, y, 125, 125, 72, 80):
				k = color.RGBA{44, 36, 32, 255}
			case x > 97 && x < 153 && y > 200 && y < 250:
				k = color.RGBA{190, 148, 118, 255}
			}
			m.Set(x, y, k)
		}
	}
	var b bytes.Buffer
	png.Encode(&b, m)
	return b.Bytes()
}

// marks are three years of school.
func marks() (out []any) {
	subjects := strings.Fields("islamic arabic english french maths physics chemistry biology citizenship computing economics sport")
	for n, level := range []string{"g10", "g11", "g12"} {
		for i, s := range subjects {
			a, b := 70+(i*7+n*5)%29, 72+(i*11+n*3)%27
			out = append(out, map[string]any{"level": level, "school_year": fmt.Sprintf("%d-%d", 2024+n, 2025+n), "subject": s, "first": float64(a), "second": float64(b), "final": float64((a + b + 1) / 2)})
		}
	}
	return out
}

// grounds are the reasons of a long judgment.
func grounds() string {
	points := []string{
		"وحيث إن من المقرر أن العقد شريعة المتعاقدين، فلا يجوز نقضه ولا تعديله إلا باتفاق الطرفين أو للأسباب التي يقررها القانون، وأن على كل طرف أن ينفذ ما التزم به بطريقة تتفق مع ما يوجبه حسن النية، ولا يقتصر العقد على إلزام المتعاقد بما ورد فيه بل يتناول أيضًا ما هو من مستلزماته وفقًا للقانون والعرف وطبيعة الالتزام.",
		"وحيث إن الثابت من الأوراق، ومن تقرير الخبير المقدَّم في جلسة 14 أكتوبر 2026، أن المدعى عليه تسلَّم المبلغ كاملًا بموجب الإيصال رقم (7741/2026)، وأنه لم يورِّد سوى جهازين من أصل خمسة (Split AC 2.5 t، الطراز GX-25)، وأن قيمة ما لم يورَّد منها 510.000 دنانير.",
		"وحيث إن ما دفع به المدعى عليه من أن التأخير راجع إلى قوة قاهرة مردود بأن القوة القاهرة هي كل حادث لا يمكن توقعه ولا دفعه، وأن ارتفاع أسعار الشحن في ذاته لا يبلغ هذا المبلغ، وأنه لم يقدم دليلًا على استحالة التنفيذ، وإنما على زيادة كلفته عليه، وهو ما لا يعفيه من التزامه.",
		"> يلتزم المورِّد بتسليم الأجهزة الخمسة وتركيبها في موقع المشتري خلال عشرة أيام عمل من تاريخ الدفع، فإن تأخر عن ذلك كان للمشتري أن يسترد ما دفعه دون حاجة إلى إنذار.",
		"وحيث إن النص المتقدم صريح في ترتيب حق الاسترداد بمجرد التأخر، ومن ثم يكون المدعي محقًا في طلبه ردَّ ما يقابل ما لم يُسلَّم، ولا ينال من ذلك أنه تسلَّم جهازين، إذ العبرة بما بقي في ذمة المدعى عليه، وقد استقر القضاء على أن التنفيذ الجزئي لا يسقط الحق في الباقي.",
	}
	var out []string
	for n := range 16 {
		switch n {
		case 0:
			out = append(out, "# في شكل الدعوى واختصاص المحكمة")
		case 4:
			out = append(out, "# في الموضوع")
		case 13:
			out = append(out, "# في المصروفات", "- رسم الدعوى 25.500 دينارًا", "- مصروفات التبليغ دينار واحد")
		}
		out = append(out, points...)
	}
	return strings.Join(out, "\n")
}

// five are the claims of the five document types, by pack.
func five(photo any) map[string]map[string]any {
	return map[string]map[string]any{
		"education/enrolment-certificate": {"pupil_name_ar": "سارة أحمد يوسف", "pupil_name_en": "Sara Ahmed Yusuf", "civil_number": "120300419", "school": "s04", "grade": 8.0, "school_year": "2026-2027", "addressed_to": "مصرف الخليج التجريبي"},
		"education/results-certificate":   {"name_ar": "علي حسن إبراهيم", "name_en": "Ali Hasan Ibrahim", "civil_number": "100900135", "pupil_number": "P-200031", "birth": "2010-09-12", "school": "s05", "addressed_to": "جامعة تجريبية", "marks": marks()},
		"identity-card/renewal": {"name_ar": "فاطمة بنت علي بن عيسى البنعلي", "name_en": "Fatima Ali Isa Albinali", "civil_number": "900312345", "birth": "1990-03-12", "nationality": "BH",
			"address": map[string]any{"block": "304", "road": "17", "building": "12", "flat": "3"}, "photo": photo, "card_valid_until": "2031-11-23"},
		"traffic/driving-licence-renewal": {"name_ar": "خالد محمد الدوسري", "name_en": "Khalid Mohammed Aldoseri", "birth": "1985-01-09", "licence_number": "D-850100011", "categories": []any{"B", "C"},
			"issue_date": "2026-11-23", "expiry_date": "2036-11-23", "photo": photo},
		"justice/small-claim": {"case_number": "SC-26-7K3M9QX", "claimant_ar": "خالد محمد الدوسري", "claimant_en": "Khalid Mohammed Aldoseri", "respondent": "Gulf Trading W.L.L.", "amount": int64(850_500), "ruling": "part", "awarded": int64(510_000),
			"hearing": "2026-11-03", "decided_on": "2026-11-23", "facts": "اتفق الطرفان في 3 مايو 2026 على توريد خمسة أجهزة تكييف وتركيبها لقاء 850.500 دينارًا دُفعت مقدمًا.\nولم يورَّد منها حتى اليوم سوى جهازين.",
			"answer": "تأخر الشحن لظروف خارجة عن إرادتنا.", "grounds": grounds()},
	}
}

// The five document types are drawn in both languages and in each alone, fit for
// archives, and say what they state.
func TestFiveDocuments(t *testing.T) {
	all, err := pack.ReadAll(packs.Files, pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	says := map[string][]string{
		"education/results-certificate":   {"كشف درجات", "الأول الثانوي", "معدل العام", "المعدل العام", "Page 2 of"},
		"justice/small-claim":             {"فلهذه الأسباب", "الدعوى رقم", "SC-26-7K3M9QX", "Page 9 of"},
		"identity-card/renewal":           {"فاطمة بنت علي بن عيسى البنعلي", "Bahrain"},
		"traffic/driving-licence-renewal": {"رخصة قيادة", "D-850100011", "Light vehicle"},
	}
	pages := map[string][2]int{"justice/small-claim": {9, 12}, "education/results-certificate": {2, 3}, "traffic/driving-licence-renewal": {2, 2}}
	for _, p := range all {
		for i := range p.Documents {
			drawFive(t, p, &p.Documents[i], says[string(p.ID)], pages[string(p.ID)])
		}
	}
}

func drawFive(t *testing.T, p *pack.Pack, def *pack.Document, says []string, pages [2]int) {
	d := dbtest.SQLite(t)
	i, dr := courtWith(t, d, def, face())
	claims := five(dr.Claims[1].Value)[string(p.ID)]
	if claims == nil {
		return
	}
	dr.Type, dr.Title, dr.Claims = def.ID, nil, nil
	for _, c := range def.Claims {
		dr.Claims = append(dr.Claims, document.Claim{Name: c.Name, Value: claims[c.Name]})
	}
	made := issueWith(t, d, i, dr)
	for name, langs := range map[string][]gov.Lang{"both": nil, "ar": {gov.Arabic}, "en": {gov.English}} {
		var w bytes.Buffer
		if err := i.Render(pupil, &w, made.ID, langs...); err != nil {
			t.Errorf("%s in %s: %v", p.ID, name, err)
			continue
		}
		pdftest.Archival(t, w.Bytes())
		if *papers != "" {
			os.WriteFile(filepath.Join(*papers, strings.ReplaceAll(string(p.ID), "/", "-")+"-"+name+".pdf"), w.Bytes(), 0o600)
		}
		if name == "both" {
			read(t, string(p.ID), w.Bytes(), says, pages)
		}
	}
}

// read asks Poppler for the text and the number of pages.
func read(t *testing.T, what string, file []byte, says []string, pages [2]int) {
	t.Helper()
	cmd := exec.Command(need.Tool(t, "pdftotext", "Debian: poppler-utils"), "-", "-")
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "", "\u202b", "", "\u202a", "", "\u202c", "", "\u200f", "", "\u200e", "").Replace(string(out))
	for _, want := range says {
		if !strings.Contains(text, want) {
			t.Errorf("%s does not say %q:\n%.3000s", what, want, text)
		}
	}
	if n := strings.Count(text, "\f"); pages[0] > 0 && (n < pages[0] || n > pages[1]) {
		t.Errorf("%s has %d pages", what, n)
	}
}
