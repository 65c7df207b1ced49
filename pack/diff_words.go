package pack

import (
	"fmt"
	"reflect"
	"strings"

	"diwan.example/gov"
)

// same compares what is written; compiled rules do not count.
func same(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return same(a.Elem(), b.Elem())
	case reflect.Struct:
		for _, k := range keysOf(a.Type()) {
			if !same(a.FieldByIndex(k.index), b.FieldByIndex(k.index)) {
				return false
			}
		}
		return true
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !same(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

func elem(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Slice {
		return t.Elem()
	}
	return t
}

// shown writes a value for people; false when it is too rich for one line.
func shown(v reflect.Value) (gov.Text, bool) {
	switch x := v.Interface().(type) {
	case gov.Text:
		return gov.T("«%s»", "“%s”").Sprintf(x), true
	case *Term:
		if x == nil {
			return nil, true
		}
		return gov.T(x.In(gov.Arabic), x.In(gov.English)), true
	}
	switch v.Kind() {
	case reflect.String, reflect.Int:
		s := strings.TrimSpace(fmt.Sprint(v.Interface()))
		return gov.T(s, s), true
	case reflect.Bool:
		if v.Bool() {
			return gov.T("نعم", "yes"), true
		}
		return gov.T("لا", "no"), true
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.String {
			return nil, false
		}
		var parts []string
		for i := range v.Len() {
			parts = append(parts, v.Index(i).String())
		}
		return gov.T(strings.Join(parts, "، "), strings.Join(parts, ", ")), true
	}
	return nil, false
}

// keyWords names the keys that change for people.
var keyWords = map[string]gov.Text{
	"version": gov.T("رقم الإصدار", "the version"), "organisation": gov.T("الجهة", "the organisation"), "title": gov.T("العنوان", "the title"),
	"summary": gov.T("الوصف", "the summary"), "before": gov.T("ما يلزم إعداده", "what to have at hand"), "audience": gov.T("من يحق له الطلب", "who may ask"),
	"life_events": gov.T("أحداث الحياة", "the life events"), "channels": gov.T("قنوات التقديم", "the channels"), "for_others": gov.T("التقديم نيابة عن الغير", "applying for others"),
	"legal": gov.T("السند القانوني", "the legal basis"), "prefix": gov.T("بادئة رقم المعاملة", "the prefix"), "appeal_days": gov.T("مهلة التظلم بالأيام", "the days to appeal"),
	"appeal_to": gov.T("من ينظر التظلم", "who hears an appeal"), "draft_days": gov.T("مدة حفظ المسودة بالأيام", "the days a draft is kept"),
	"help": gov.T("النص المساعد", "the help text"), "label": gov.T("النص", "the wording"), "kind": gov.T("النوع", "the kind"), "optional": gov.T("جواز تركه", "whether it may stay empty"),
	"when": gov.T("الشرط", "the condition"), "prefill": gov.T("التعبئة المسبقة", "the prefill"), "locked": gov.T("القفل", "the lock"), "error": gov.T("نص الخطأ", "the error text"),
	"valid": gov.T("قواعد القبول", "the rules it must keep"), "min_length": gov.T("أقل طول", "the least length"), "max_length": gov.T("أكبر طول", "the greatest length"),
	"pattern": gov.T("الشكل المطلوب", "the pattern"), "min": gov.T("أصغر قيمة", "the smallest value"), "max": gov.T("أكبر قيمة", "the largest value"), "decimals": gov.T("المنازل العشرية", "the decimals"),
	"files": gov.T("ما يقبل من ملفات", "the files taken"), "min_rows": gov.T("أقل عدد سجلات", "the fewest rows"), "max_rows": gov.T("أكبر عدد سجلات", "the most rows"),
	"value": gov.T("طريقة الحساب", "how it is worked out"), "gives": gov.T("نوع الناتج", "the kind of result"), "next": gov.T("الخطوة التالية", "the next step"),
	"routes": gov.T("طرق التحويل", "the routes"), "role": gov.T("من يعمل عليها", "who works on it"), "questions": gov.T("الأسئلة", "the questions"), "who": gov.T("من يوافق", "who must agree"),
	"shows": gov.T("ما يطلع عليه", "what they see"), "until": gov.T("الموعد المنتظر", "the date waited for"), "message": gov.T("الرسالة المنتظرة", "the message waited for"),
	"table": gov.T("السجل", "the register"), "key": gov.T("مفتاح القيد", "the key of the entry"), "values": gov.T("ما يُقيد", "what is entered"), "document": gov.T("الوثيقة", "the document"),
	"to": gov.T("الوجهة", "where it leads"), "text": gov.T("نص الرسالة", "the message"), "branches": gov.T("الفروع", "the branches"), "join": gov.T("موضع اجتماع الفروع", "where branches meet"),
	"outcome": gov.T("النتيجة", "the outcome"), "reason": gov.T("السبب المبين", "the reason shown"), "within": gov.T("المهلة", "the deadline"), "on_expiry": gov.T("ما يحدث بعد المهلة", "what happens after the deadline"),
	"amount": gov.T("المبلغ", "the amount"), "for": gov.T("الجهة المستفيدة", "who receives it"), "percent": gov.T("النسبة", "the percentage"), "words": gov.T("لزوم الشرح", "whether words are required"),
	"step_up": gov.T("إعادة إثبات الهوية", "proving oneself again"), "validity": gov.T("مدة الصلاحية", "the validity"), "layout": gov.T("تصميم الصفحة", "the layout"), "public": gov.T("ظهوره لمن يتحقق", "whether anyone who verifies sees it"),
	"today": gov.T("يوم البداية", "the day"), "person": gov.T("الشخص", "the person"), "answers": gov.T("الإجابات", "the answers"), "wrong": gov.T("الإجابات المرفوضة", "the refused answers"),
	"steps": gov.T("الأفعال", "the acts"), "fee": gov.T("الرسم", "the fee"), "ends": gov.T("النهاية", "the end"), "at": gov.T("الموضع", "where it stands"), "issues": gov.T("ما يصدر", "what is issued"), "records": gov.T("ما يُقيد", "what is recorded"),
}
