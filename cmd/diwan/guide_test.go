package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// worked is the service that the pack guide writes line by line.
const worked = "../../docs/guides/example/municipal/seasonal-tent"

func TestTheGuidesExampleWorks(t *testing.T) {
	for _, verb := range []string{"check", "try"} {
		var out, bad bytes.Buffer
		if code := Main(t.Context(), stdio{strings.NewReader(""), &out, &bad}, []string{"pack", verb, worked}); code != exitOK {
			t.Errorf("pack %s: exit code %d\n%s%s", verb, code, out.String(), bad.String())
		}
	}
}

// The guides quote the example; what they quote must stand in its files.
func TestTheGuidesQuoteTheExample(t *testing.T) {
	files := map[string]string{}
	for _, f := range []string{"service", "questions", "procedure", "documents", "examples"} {
		b, err := os.ReadFile(filepath.Join(worked, f+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		files[f] = squeezed(string(b))
	}
	for _, guide := range []string{"packs.en.md", "packs.ar.md"} {
		b, err := os.ReadFile("../../docs/guides/" + guide)
		if err != nil {
			t.Fatal(err)
		}
		quoted := 0
		for part := range strings.SplitSeq(string(b), "```yaml ") {
			name, body, _ := strings.Cut(part, ".yaml\n")
			body, _, _ = strings.Cut(body, "\n```")
			all, ok := files[name]
			if !ok {
				continue
			}
			quoted++
			if !strings.Contains(all, squeezed(body)) {
				t.Errorf("%s quotes what %s.yaml does not say:\n%s", guide, name, body)
			}
		}
		if quoted < 5 {
			t.Errorf("%s quotes the example %d times; each of its files should be there", guide, quoted)
		}
	}
}

// squeezed drops indentation, so that a quotation may begin anywhere.
func squeezed(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		io.WriteString(&b, strings.TrimSpace(line)+"\n")
	}
	return strings.TrimSpace(b.String())
}

// What the guides say an error looks like is what the reader says.
func TestTheGuidesErrorsAreReal(t *testing.T) {
	for _, x := range []struct{ file, old, wrong, en, ar string }{
		{"procedure", "within: {working_days: 5}", "witin: {working_days: 5}", `unknown key "witin"; did you mean "within"?`, `المفتاح "witin" غير معروف هنا؛ هل تقصد "within"؟`},
		{"procedure", "- to: review", "- to: reveiw", `there is no step "reveiw"; did you mean "review"?`, `لا توجد خطوة باسم "reveiw"؛ هل تقصد "review"؟`},
		{"procedure", `when: generator || camp_kind == "club"`, "when: safe", `"safe" is neither a question nor a word that rules know`, `"safe" ليس سؤالًا ولا كلمة تعرفها القواعد`},
		{"questions", "{ar: أول يوم, en: First day}", "{ar: أول يوم}", `the text is missing in "en"`, `النص ناقص بلغة "en"`},
		{"questions", `en: "It shows the tents, the generator and the ways out"`, "en: It shows the tents, the generator", "inside { } a text with a comma must stand in quotes", "النص الذي فيه فاصلة لاتينية (,) بين قوسين { } يوضع بين علامتي اقتباس"},
		{"questions", "sum(tents.map(t, t.size))", "tents.map(t, t.size)", "but a whole number is needed here", "والمطلوب هنا عدد صحيح"},
		{"examples", `fee: "15.000"`, `fee: "12.000"`, `is 15.000, not 12.000`, "هو 15.000 لا 12.000"},
		{"service", "organisation: mun", "organisation: municipality", `there is no organisation "municipality"`, `لا توجد جهة باسم "municipality"`},
	} {
		folder := filepath.Join(t.TempDir(), "municipal", "seasonal-tent")
		if err := os.CopyFS(folder, os.DirFS(worked)); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(folder, x.file+".yaml")
		b, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(b), x.old) {
			t.Fatalf("%s.yaml does not say %q any more (%v)", x.file, x.old, err)
		}
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(b), x.old, x.wrong)), 0o600); err != nil {
			t.Fatal(err)
		}
		for lang, want := range map[string]string{"en": x.en, "ar": x.ar} {
			var out, bad bytes.Buffer
			code := Main(t.Context(), stdio{strings.NewReader(""), &out, &bad}, []string{"pack", "check", "--lang", lang, folder})
			if code != exitProblems || !strings.Contains(out.String(), want) {
				t.Errorf("%s: exit code %d, %s%s; want %q", x.wrong, code, out.String(), bad.String(), want)
			}
			page, err := os.ReadFile("../../docs/guides/packs." + lang + ".md")
			if err != nil || !strings.Contains(string(page), want) {
				t.Errorf("the guide in %s does not show %q (%v)", lang, want, err)
			}
		}
	}
}

// The drawings in the docs are those that the program draws.
func TestTheDocsDrawTheLives(t *testing.T) {
	for heading, args := range map[string][]string{"Life of a case": {"case", "graph"}, "Life of a service": {"programme", "life"}, "Life of a plan": {"programme", "graph"}, "Life of an agreement": {"exchange", "agreement", "graph"}, "Life of an entry of the directory": {"exchange", "graph"}} {
		var out, bad bytes.Buffer
		if code := Main(t.Context(), stdio{strings.NewReader(""), &out, &bad}, args); code != exitOK {
			t.Fatalf("%v: exit code %d\n%s", args, code, bad.String())
		}
		page, err := os.ReadFile("../../docs/architecture.md")
		if err != nil {
			t.Fatal(err)
		}
		_, after, ok := strings.Cut(string(page), "## "+heading+"\n")
		_, after, _ = strings.Cut(after, "```mermaid\n")
		drawn, _, _ := strings.Cut(after, "```")
		if !ok || strings.TrimSpace(drawn) != strings.TrimSpace(out.String()) {
			t.Errorf("docs/architecture.md draws\n%s\nthe program draws\n%s", drawn, out.String())
		}
	}
}
