package lifecycle

import (
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// FormProblem is something in the words of a pack's form that keeps people out:
// what WCAG 2.2 asks of content. How pages are drawn is the product's own matter
// and tested with it; a report on the drawn pages is evidence of its own.
type FormProblem struct {
	Criterion string // of WCAG 2.2, such as "3.3.7"
	Where     string // page or question
	Text      gov.Text
}

// FormProblems reads a pack's form as somebody would who cannot see it whole:
// page titles that do not tell pages apart (2.4.2), labels that do not tell
// questions or choices apart (2.4.6), a format that is asked for and not said
// (3.3.2, 3.3.3), and the same thing asked twice (3.3.7).
func FormProblems(p *pack.Pack) (out []FormProblem) {
	add := func(criterion, where, ar, en string) {
		out = append(out, FormProblem{criterion, where, gov.T(ar, en)})
	}
	for _, l := range p.Languages {
		titles, labels := map[string]string{}, map[string]string{}
		for _, page := range p.Pages {
			if t := plain(page.Title[l]); titles[t] != "" {
				add("2.4.2", page.Name, "عنوان الصفحة مكرر", "The title of the page stands twice")
			} else {
				titles[t] = page.Name
			}
			for _, q := range page.Questions {
				t := plain(q.Label[l])
				if before := labels[t]; before == page.Name {
					add("2.4.6", q.Name, "سؤالان في الصفحة بعنوان واحد", "Two questions of the page have the same label")
				} else if before != "" && q.When == "" {
					add("3.3.7", q.Name, "يُسأل السؤال نفسه في صفحتين", "The same is asked on two pages")
				}
				labels[t] = page.Name
				choices(q, l, add)
			}
		}
	}
	for _, q := range questions(p) {
		if q.Pattern != "" && len(q.Help) == 0 && len(q.Error) == 0 {
			add("3.3.2", q.Name, "تُطلب صيغة محددة دون أن تُذكر", "A format is asked for and not said")
		}
	}
	return out
}

// choices finds options of a question that cannot be told apart.
func choices(q form.Question, l gov.Lang, add func(criterion, where, ar, en string)) {
	seen := map[string]bool{}
	for _, o := range q.Options {
		t := plain(o.Label[l])
		if seen[t] && o.When == "" {
			add("2.4.6", q.Name, "خياران بعنوان واحد", "Two choices have the same label")
		}
		seen[t] = true
	}
}

// questions are all questions of a pack's pages, those inside groups too.
func questions(p *pack.Pack) (out []form.Question) {
	for _, page := range p.Pages {
		for _, q := range page.Questions {
			out = append(append(out, q), q.Questions...)
		}
	}
	return out
}

func plain(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
