package ask

import (
	"net/url"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
)

var questions = []form.Question{
	{Name: "name", Kind: form.ShortText, Label: gov.T("الاسم", "Name"), Prefill: "person.name_ar", Locked: true},
	{Name: "birth", Kind: form.Date, Label: gov.T("الميلاد", "Birth")},
	{Name: "paper", Kind: form.File, Label: gov.T("ورقة", "Paper"), Files: &form.FileLimits{Max: 3}},
	{Name: "children", Kind: form.Group, Label: gov.T("الأبناء", "Children"), Questions: []form.Question{{Name: "name", Kind: form.ShortText, Label: gov.T("الاسم", "Name")}}},
}

func TestFieldsCarryAnswersAndProblems(t *testing.T) {
	fields := Fields(questions, Page{
		Answers: form.Answers{"birth": map[string]any{"day": "٣١", "month": "فبراير", "year": "1990"}, "children": []any{map[string]any{"name": "سارة"}},
			"paper": []any{map[string]any{"blob": "b1", "name": "a.pdf", "size": 12.0}}},
		Problems: gov.Problems{{Field: "birth", Text: gov.T("خطأ", "wrong")}, {Field: "children.0.name", Text: gov.T("قصير", "short")}},
		Source:   gov.T("سجل السكان", "Population register"),
		FileURL:  func(q string, a form.Attachment) string { return "/files/" + q + "/" + a.Blob },
	})
	if fields[0].Locked || len(fields[0].Source) > 0 {
		t.Error("a locked question without a value cannot be answered by anyone")
	}
	if fields[1].Parts["day"] != "٣١" || fields[1].Parts["month"] != "فبراير" || fields[1].Error == nil {
		t.Errorf("what was typed is lost: %+v", fields[1])
	}
	if f := fields[2]; f.Files[0].URL != "/files/paper/b1" || !f.More() || f.MaxFiles != 3 {
		t.Errorf("%+v", f)
	}
	if row := fields[3].Rows[0][0]; row.Name != "children.0.name" || row.Value != "سارة" || row.Error == nil {
		t.Errorf("%+v", row)
	}
	if got := len(ui.Problems(fields)); got != 2 {
		t.Errorf("%d problems", got)
	}
}

func TestReadCarriesOutButtons(t *testing.T) {
	v := url.Values{"children.0.name": {"a"}, "children.1.name": {"b"}, "_remove": {"children.0"}}
	a, removed, again := Read(v, questions)
	if rows := a["children"].([]any); len(rows) != 1 || rows[0].(map[string]any)["name"] != "b" || removed != "" || !again {
		t.Errorf("%v %q %v", a, removed, again)
	}
	a, _, again = Read(url.Values{"_add": {"children"}}, questions)
	if rows := a["children"].([]any); len(rows) != 1 || !again {
		t.Errorf("%v", a)
	}
	_, removed, _ = Read(url.Values{"_remove": {"paper.b1"}}, questions)
	if left, ok := Drop(form.Answers{"paper": []any{map[string]any{"blob": "b1"}, map[string]any{"blob": "b2"}}}, removed); !ok || len(left["paper"].([]any)) != 1 {
		t.Errorf("%v %v", left, ok)
	}
	if _, _, again = Read(url.Values{"name": {"x"}}, questions); again {
		t.Error("a plain answer is no rearrangement")
	}
}

// Month names are understood; what is none stays as it was typed.
func TestMonthNames(t *testing.T) {
	qs := []form.Question{{Name: "on", Kind: form.Date}}
	for typed, want := range map[string]string{"مارس": "3", "آذار": "3", "December": "12", "١٠": "10", "شهر": "شهر"} {
		a, _, _ := Read(url.Values{"on.day": {"1"}, "on.month": {typed}, "on.year": {"2026"}}, qs)
		if got := a["on"].(map[string]any)["month"]; got != want {
			t.Errorf("%s is read as %v", typed, got)
		}
	}
}
