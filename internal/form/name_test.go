package form

import (
	"strings"
	"testing"

	"diwan.example/gov"
)

// A name that no document could show is refused where it is written; a remark is not.
func TestNamesThatNoFontHas(t *testing.T) {
	f := compiled(t, []Page{{Name: "p", Title: label("p"), Questions: []Question{
		ask("full_name", ShortText), ask("remark", ShortText, func(q *Question) { q.Optional = true })}}})
	for name, ok := range map[string]bool{
		"علي حسن": true, "Łukasz O’Neill": true, "مُحَمَّدٌ": true, "Nguyễn Văn Ánh": true, "علي 😀": false, "𐎀𐎁": false, "Ali\u202Eevil": true,
		strings.Repeat("ع", 200): true, strings.Repeat("ع", 300): false,
	} {
		out, err := f.Check(t.Context(), Answers{"full_name": name, "remark": "شكرًا 😀"}, monday)
		if (err == nil) != ok {
			t.Errorf("%.20q: %v, %v", name, out["full_name"], err)
		}
		if err == nil && strings.ContainsRune(out["full_name"].(string), '\u202E') {
			t.Error("the mark that turns text stays")
		}
	}
	_, err := f.Check(t.Context(), Answers{"full_name": "علي 😀"}, monday)
	if got := problem(err, "full_name"); !strings.Contains(got, "U+1F600") || gov.KindOf(err) == "" {
		t.Errorf("it says %q", got)
	}
}
