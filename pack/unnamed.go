package pack

import (
	"slices"
	"strings"
	"unicode"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/internal/search"
)

// unnamed warns of questions whose label or name is that of an attribute: they
// likely ask for what a registry holds.
func (r *reader) unnamed() {
	if len(r.o.Meanings) == 0 {
		return
	}
	known := newLexicon(r.o.Meanings)
	for i, pg := range r.p.Pages {
		for k, q := range pg.Questions {
			if q.Attribute != "" || q.Stands != "" || !holdable(q.Kind) {
				continue
			}
			m, ok := known.find(q)
			if !ok {
				continue
			}
			pl := r.place(questionsFile, at("pages", i, "questions", k, "name"))
			hint := "attribute: " + string(m.ID)
			if q.Kind != form.File && !sameShape(q.Kind, m.Kind) {
				hint = "kind: " + string(m.Kind) + ", " + hint
			}
			r.p.Warnings = append(r.p.Warnings, Problem{File: questionsFile, Line: pl.line, Col: pl.col, Suggestion: hint,
				Text: gov.T("يبدو أن السؤال %q عن «%s»، فسمّ بيانه حتى يُجلب من سجله", "the question %q seems to be about “%s”: name its attribute, so that it is fetched").Sprintf(q.Name, m.Label)})
		}
	}
}

func holdable(k form.Kind) bool {
	return !slices.Contains([]form.Kind{form.Group, form.Computed, form.Declaration, form.MapPoint, form.YesNo}, k)
}

// lexicon finds attributes by their names in any language.
type lexicon map[string]*Meaning

func newLexicon(list []Meaning) lexicon {
	l := lexicon{}
	for i := range list {
		m := &list[i]
		words := slices.Clone(m.Words)
		for _, t := range m.Label {
			words = append(words, t)
		}
		for _, w := range words {
			if k := core(w); k != "" && l[k] == nil {
				l[k] = m
			}
		}
		l[string(m.ID)] = m
	}
	return l
}

// find looks a question up by its labels, then by its name.
func (l lexicon) find(q form.Question) (Meaning, bool) {
	for _, lang := range gov.Spoken {
		if m := l[core(q.Label[lang])]; q.Label[lang] != "" && m != nil && fits(q, m) {
			return *m, true
		}
		if m := l[paper(q.Label[lang])]; q.Kind == form.File && m != nil {
			return *m, true
		}
	}
	for _, name := range []string{strings.ReplaceAll(q.Name, "_", " "), strings.TrimPrefix(q.Name, "applicant_")} {
		if m := l[core(name)]; m != nil && fits(q, m) {
			return *m, true
		}
	}
	return Meaning{}, false
}

// fits reports whether the question could hold the attribute's value, or a paper
// that shows it. A text can hold whatever is typed.
func fits(q form.Question, m *Meaning) bool {
	typed := q.Kind == form.ShortText || q.Kind == form.LongText
	return q.Kind == form.File || typed && m.Kind != form.Group || sameShape(q.Kind, m.Kind)
}

// idle are words of a label that do not say what is asked.
var idle = idleWords("your the a an of my what is are please enter write give number's current registered",
	"ما هو هي اكتب ادخل حدد فضلك من رقمك الحالي الحاليه المسجل المسجله", "votre la le les de du des l d un une quel quelle est")

// copies are words of a label that ask for a paper, not what it shows.
var copies = idleWords("copy photocopy scan scanned certified recent valid original evidence proof certificate document paper attach upload",
	"نسخه صوره اصل مصدقه ضوييه ساريه حديثه اثبات يثبت شهاده وثيقه مستند ارفق", "copie justificatif preuve certificat attestation")

// paper is the core of what a paper that is asked for shows.
func paper(label string) string {
	var out []string
	for _, w := range strings.Fields(core(label)) {
		if !copies[w] {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

func idleWords(lists ...string) map[string]bool {
	out := map[string]bool{}
	for _, l := range lists {
		for _, w := range strings.Fields(l) {
			out[search.Fold(w)] = true
		}
	}
	return out
}

// core is what a label comes down to: its words folded, without articles and
// without the words that say whose it is.
func core(s string) string {
	list := strings.FieldsFunc(search.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	out := list[:0]
	for _, w := range list {
		if idle[w] {
			continue
		}
		if short := strings.TrimPrefix(w, "ال"); len([]rune(short)) > 2 {
			w = short
		}
		if short := strings.TrimSuffix(w, "ك"); len([]rune(short)) > 3 && isArabic(short) {
			w = short
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

func isArabic(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.Is(unicode.Arabic, r) }) < 0
}
