package form

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"diwan.example/gov"
)

func TestEveryKindReadsGenerouslyAndStoresOneShape(t *testing.T) {
	decimals := func(n int) func(*Question) { return func(q *Question) { q.Decimals = n } }
	rtl := "\u200f"
	for _, c := range []struct {
		q    Question
		in   any
		want any    // canonical, or
		bad  string // part of the English problem
	}{
		{q: ask("q", ShortText), in: "  سلمى\r\n  أحمد ", want: "سلمى أحمد"},
		{q: ask("q", ShortText), in: "Ali\u202eilA\u2066", want: "AliilA"},
		{q: ask("q", ShortText), in: "\u202e\u202e", bad: "required"},
		{q: ask("q", ShortText), in: strings.Repeat("ب", 201), bad: "at most 200"},
		{q: ask("q", ShortText), in: 5.0, bad: "text"},
		{q: ask("q", ShortText), in: "\xff\xfe", bad: "required"},
		{q: ask("q", ShortText, func(q *Question) { q.MinLength = 3 }), in: "ab", bad: "at least 3"},
		{q: ask("q", ShortText, func(q *Question) { q.Pattern = `[A-Z]{2}` }), in: "xAB", bad: "form asked for"},
		{q: ask("q", LongText), in: "one\r\ntwo\rthree\n", want: "one\ntwo\nthree"},
		{q: ask("q", Number), in: "١٬٢٣٤", want: 1234.0},
		{q: ask("q", Number), in: json.Number("1e3"), want: 1000.0},
		{q: ask("q", Number), in: "-0", want: 0.0},
		{q: ask("q", Number), in: rtl + "۱۲", want: 12.0},
		{q: ask("q", Number), in: "12.5", bad: "whole number"},
		{q: ask("q", Number), in: "12.0", want: 12.0},
		{q: ask("q", Number, decimals(1)), in: "١٢٫٥", want: 12.5},
		{q: ask("q", Number, decimals(1)), in: "12.55", bad: "at most 1"},
		{q: ask("q", Number), in: "1,2", bad: "not a number"},
		{q: ask("q", Number), in: "NaN", bad: "not a number"},
		{q: ask("q", Number), in: "0x10", bad: "not a number"},
		{q: ask("q", Number), in: "1e3", bad: "not a number"},
		{q: ask("q", Number), in: strings.Repeat("9", 39), bad: "too large"},
		{q: ask("q", Number), in: strings.Repeat("9", 1<<20), bad: "not a number"},
		{q: ask("q", Number, ranged("1", "10")), in: "11", bad: "largest value accepted is 10"},
		{q: ask("q", Number, ranged("1", "10")), in: 0.0, bad: "smallest value accepted is 1"},
		{q: ask("q", Money), in: "١٢٫٥٠٠", want: int64(12500)},
		{q: ask("q", Money), in: "BD 1,250.5", want: int64(1250500)},
		{q: ask("q", Money), in: 12500.0, want: int64(12500)},
		{q: ask("q", Money), in: json.Number("12500"), want: int64(12500)},
		{q: ask("q", Money), in: 12.5, bad: "smallest units"},
		{q: ask("q", Money), in: "12.5005", bad: "at most 3"},
		{q: ask("q", Money), in: "-1", bad: "smallest value accepted is BD 0.000"},
		{q: ask("q", Money, ranged("-5", "")), in: "-1", want: int64(-1000)},
		{q: ask("q", Money), in: "twelve", bad: "not an amount"},
		{q: ask("q", Date), in: "٣١/١/٢٠٢٦", want: "2026-01-31"},
		{q: ask("q", Date), in: map[string]any{"day": "1", "month": "٢", "year": "2026"}, want: "2026-02-01"},
		{q: ask("q", Date), in: map[string]any{"day": "31", "month": "2", "year": "2026"}, bad: "no 31 February 2026; the last day of that month is 28"},
		{q: ask("q", Date), in: "29.2.2028", want: "2028-02-29"},
		{q: ask("q", Date), in: "1/13/2026", bad: "no month 13"},
		{q: ask("q", Date), in: "1/1/26", bad: "four figures"},
		{q: ask("q", Date), in: "1/1/0026", bad: "cannot be meant"},
		{q: ask("q", Date), in: map[string]any{"day": "1", "month": "", "year": "2026"}, bad: "day, month and year"},
		{q: ask("q", Date), in: "next week", bad: "day, month and year"},
		{q: ask("q", Date, ranged("", "today")), in: "2026-11-24", bad: "in the future"},
		{q: ask("q", Date, ranged("today", "")), in: "2026-11-22", bad: "in the past"},
		{q: ask("q", Date, ranged("today", "")), in: "2026-11-23", want: "2026-11-23"},
		{q: ask("q", Date, ranged("2026-01-05", "")), in: "2026-01-04", bad: "before 5 January 2026"},
		{q: ask("q", Time), in: "٩:٣٠ م", want: "21:30"},
		{q: ask("q", Time), in: "9:05", want: "09:05"},
		{q: ask("q", Time), in: "12:00 am", want: "00:00"},
		{q: ask("q", Time), in: "24:00", bad: "hour and minute"},
		{q: ask("q", Time, ranged("07:00", "14:00")), in: "15:00", bad: "after 14:00"},
		{q: ask("q", YesNo), in: "نعم", want: true},
		{q: ask("q", YesNo), in: "لا", want: false},
		{q: ask("q", YesNo), in: false, want: false},
		{q: ask("q", YesNo), in: "maybe", bad: "yes or no"},
		{q: ask("q", Declaration), in: "on", want: true},
		{q: ask("q", Declaration), in: false, bad: "accept"},
		{q: ask("q", Declaration), in: nil, bad: "accept"},
		{q: ask("q", OneOf, choose("a", "b")), in: " b ", want: "b"},
		{q: ask("q", OneOf, choose("a", "b")), in: "c", bad: "not one of"},
		{q: ask("q", ManyOf, choose("a", "b", "c")), in: []any{"c", "a", "a"}, want: []string{"a", "c"}},
		{q: ask("q", ManyOf, choose("a", "b", "c")), in: []string{"c", "x"}, bad: "not one of"},
		{q: ask("q", CivilNumber), in: "٨٥٠١ ٠٠٠١-١", want: "850100011"},
		{q: ask("q", CivilNumber), in: "850100012", bad: "figure by figure"},
		{q: ask("q", CivilNumber), in: "85010001", bad: "you wrote 8"},
		{q: ask("q", CivilNumber), in: "1012345678", bad: "Saudi Arabia"},
		{q: ask("q", CivilNumber), in: "784198512345678", bad: "Emirates"},
		{q: ask("q", CivilNumber), in: "85010001a", bad: "figures only"},
		{q: ask("q", Passport), in: "a 1234567", want: "A1234567"},
		{q: ask("q", Passport), in: "جواز1234", bad: "Latin"},
		{q: ask("q", IBAN), in: "bh67 BMAG 0000 1299 1234 56", want: "BH67BMAG00001299123456"},
		{q: ask("q", IBAN), in: "BH67BMAG00001299123457", bad: "not right"},
		{q: ask("q", IBAN), in: "BH67BMAG0000129912345", bad: "has 22 characters; you wrote 21"},
		{q: ask("q", IBAN), in: "GB82 WEST 1234 5698 7654 32", want: "GB82WEST12345698765432"},
		{q: ask("q", IBAN), in: "12345", bad: "not an IBAN"},
		{q: ask("q", Phone), in: "٣٣٠٠ ٠٠٠٠", want: "+97333000000"},
		{q: ask("q", Phone), in: rtl + "00966 50 000-0000", want: "+966500000000"},
		{q: ask("q", Phone), in: "+973 3300 000", bad: "After +973 come 8"},
		{q: ask("q", Phone), in: "12345", bad: "with 8 figures"},
		{q: ask("q", Phone), in: "+", bad: "with 8 figures"},
		{q: ask("q", Email), in: " Ali@Example.COM ", want: "Ali@example.com"},
		{q: ask("q", Email), in: "Ali <ali@example.com>", bad: "not an e-mail"},
		{q: ask("q", Email), in: "ali@localhost", bad: "not an e-mail"},
		{q: ask("q", Email), in: "علي@example.com", bad: "Latin"},
		{q: ask("q", Email), in: strings.Repeat("a", 260) + "@example.com", bad: "not an e-mail"},
		{q: ask("q", Address), in: map[string]any{"block": "٣٢١", "road": 2105.0, "building": "10أ"}, want: map[string]any{"block": "321", "road": "2105", "building": "10أ", "flat": ""}},
		{q: ask("q", Address), in: "block 3", bad: "has a block"},
		{q: ask("q", MapPoint), in: map[string]any{"lat": "26.2235", "lng": "٥٠٫٥٨٧٦"}, want: map[string]any{"lat": 26.2235, "lng": 50.5876}},
		{q: ask("q", MapPoint), in: map[string]any{"lat": 91.0, "lng": 0.0}, bad: "latitude"},
		{q: ask("q", MapPoint), in: map[string]any{"lat": 91.0}, bad: "latitude"},
	} {
		f := one(t, c.q)
		out, err := f.Check(t.Context(), Answers{"q": c.in}, monday)
		switch {
		case c.bad != "":
			if got := problem(err, "q"); !strings.Contains(got, c.bad) {
				t.Errorf("%s %.60q: problem %q, want %q", c.q.Kind, c.in, got, c.bad)
			}
		case err != nil || !reflect.DeepEqual(out["q"], c.want):
			t.Errorf("%s %.60q: %#v, %v %s; want %#v", c.q.Kind, c.in, out["q"], err, problem(err, "q"), c.want)
		default:
			again, err := f.Check(t.Context(), out, monday)
			if err != nil || !reflect.DeepEqual(again, out) {
				t.Errorf("%s: checking %#v again: %#v %v", c.q.Kind, out, again, err)
			}
		}
	}
}

func TestNothingAnsweredSaysWhatToDo(t *testing.T) {
	for _, k := range Kinds() {
		if k == Computed {
			continue
		}
		q := ask("q", k)
		if k == OneOf || k == ManyOf {
			choose("a")(&q)
		}
		if k == Group {
			q.Questions = []Question{ask("name", ShortText)}
		}
		f := one(t, q)
		for _, in := range []any{nil, "", "  ", []any{}, []string{""}, map[string]any{"day": " "}} {
			_, err := f.Check(t.Context(), Answers{"q": in}, monday)
			if got := problem(err, "q"); got == "" || got == "BROKEN TEXT" {
				t.Errorf("%s %#v: %v %q", k, in, err, got)
			}
		}
	}
}

func TestPartsOfAnAddressAreNamed(t *testing.T) {
	f := one(t, ask("q", Address))
	_, err := f.Check(t.Context(), Answers{"q": map[string]any{"block": "3", "road": "<b>", "city": "x"}}, monday)
	for field, want := range map[string]string{"q.road": "letters and figures", "q.building": "building", "q.city": "no question"} {
		if got := problem(err, field); !strings.Contains(got, want) {
			t.Errorf("%s: %q", field, got)
		}
	}
}

func TestOwnErrorTextWins(t *testing.T) {
	own := gov.T("اكتب الوزن بالكيلوغرام", "Write the weight in kilograms")
	f := one(t, ask("q", Number, func(q *Question) { q.Error = own }))
	for _, in := range []any{"heavy", "", 1.5} {
		if _, err := f.Check(t.Context(), Answers{"q": in}, monday); problem(err, "q") != own[gov.English] {
			t.Errorf("%v: %v", in, err)
		}
	}
}

func TestFilesAreCheckedByWhatIsStored(t *testing.T) {
	key := func(c string) string { return "sha256-" + strings.Repeat(c, 64) }
	f := one(t, ask("q", File, func(q *Question) { q.Files = &FileLimits{Types: []string{JPEG}, MaxKB: 10, Max: 2} }))
	file := func(blob, typ string, size int64) map[string]any {
		return map[string]any{"blob": blob, "name": `C:\x\صورة` + "\u202egpj.exe", "type": typ, "size": float64(size), "scan": "clean"}
	}
	out, err := f.Check(t.Context(), Answers{"q": []any{file(key("a"), JPEG, 100), file(key("a"), JPEG, 100)}}, monday)
	want := []Attachment{{Blob: key("a"), Name: "صورةgpj.exe", Type: JPEG, Size: 100, Scan: "clean"}}
	if err != nil || !reflect.DeepEqual(out["q"], want) {
		t.Errorf("%#v %v", out, err)
	}
	for _, c := range []struct {
		in    any
		field string
		bad   string
	}{
		{[]any{file(key("a"), PDF, 100)}, "q.0", "accepted are: JPEG"},
		{[]any{file(key("a"), JPEG, 11<<10)}, "q.0", "at most 10 KB"},
		{[]any{file(key("a"), JPEG, 0)}, "q.0", "empty"},
		{[]any{file("../../etc/passwd", JPEG, 9)}, "q.0", "attach the file again"},
		{[]any{file(key("a"), JPEG, 1), file(key("b"), JPEG, 1), file(key("c"), JPEG, 1)}, "q", "At most 2"},
		{"photo.jpg", "q", "attach the file again"},
	} {
		if _, err := f.Check(t.Context(), Answers{"q": c.in}, monday); !strings.Contains(problem(err, c.field), c.bad) {
			t.Errorf("%v: %v %q", c.in, err, problem(err, c.field))
		}
	}
	c := monday
	c.File = func(blob string) (Attachment, bool) {
		return Attachment{Name: "real.jpg", Type: JPEG, Size: 5, Scan: "unscanned"}, blob == key("a")
	}
	out, err = f.Check(t.Context(), Answers{"q": []any{file(key("a"), PDF, 1<<40)}}, c)
	if a := out["q"]; err != nil || a.([]Attachment)[0].Name != "real.jpg" || a.([]Attachment)[0].Type != JPEG {
		t.Errorf("what is stored must win: %v %v", a, err)
	}
	if _, err = f.Check(t.Context(), Answers{"q": []any{file(key("b"), JPEG, 1)}}, c); !strings.Contains(problem(err, "q.0"), "not among yours") {
		t.Errorf("another's file: %v", err)
	}
	if f.FileProblem("q", JPEG, 5) != nil || f.FileProblem("q", PDF, 5) == nil || f.FileProblem("x", JPEG, 5) == nil {
		t.Error("FileProblem")
	}
}

func TestSniffGoesByContent(t *testing.T) {
	zip := "PK\x03\x04\x14\x00"
	for _, c := range []struct{ head, name, want, bad string }{
		{"%PDF-1.7\n", "a.pdf", PDF, ""},
		{"%PDF-1.7\n", "a", PDF, ""},
		{"\xff\xd8\xff\xe0", "صورة.JPG", JPEG, ""},
		{"\x89PNG\r\n\x1a\n", "a.jpg", PNG, ""},
		{zip + "[Content_Types].xml word/document.xml", "a.docx", DOCX, ""},
		{zip + "[Content_Types].xml xl/workbook.xml", "a.xlsx", XLSX, ""},
		{zip + "hello.txt", "a.zip", ZIP, ""},
		{zip + "hello.txt", "passport.pdf", "", "ending in .pdf"},
		{"%PDF-1.7", "photo.jpg", "", "ending in .jpg"},
		{"<html><script>", "a.pdf", "", "ending in .pdf"},
		{"MZ\x90\x00", "setup.exe", "", "no type we know"},
		{"<svg onload=x>", "a.svg", "", "no type we know"},
		{"\x00\x00\x00\x18ftypheic", "IMG.HEIC", "", "HEIC"},
		{"", "a.pdf", "", "empty"},
		{"junk %PDF-1.7", "a.pdf", "", "ending in .pdf"},
	} {
		got, err := Sniff([]byte(c.head), c.name)
		if got != c.want || (err != nil) != (c.bad != "") || err != nil && (gov.KindOf(err) != gov.Invalid || !strings.Contains(gov.PublicOf(err)[gov.English], c.bad)) {
			t.Errorf("%q %s: %q %v", c.head, c.name, got, err)
		}
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"../../etc/passwd": "passwd", `C:\Users\x\صورة.png`: "صورة.png", "": "file", "..": "file", "a\u202egpj.exe\n": "agpj.exe", "/": "file",
	} {
		if got := CleanName(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	if n := len([]rune(CleanName(strings.Repeat("ب", 5000) + ".pdf"))); n > 120 {
		t.Error(n)
	}
	if !strings.HasSuffix(CleanName(strings.Repeat("ب", 5000)+".pdf"), ".pdf") {
		t.Error("the ending must stay")
	}
}
