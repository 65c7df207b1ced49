package pack

import (
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// Meaning is one attribute of the shared vocabulary: what a datum about the
// applicant means.
type Meaning struct {
	ID    gov.AttributeID
	Label gov.Text
	Kind  form.Kind
	Words []string // further names of it, in any language
}

// Source says which registry is authoritative for an attribute of people ("" when
// none is), and whether the organisation may obtain it there.
type Source func(org gov.OrgID, a gov.AttributeID) (registry gov.RegistryID, may bool)

// checkAttributes holds every named attribute to the vocabulary and to what
// registries hold, and warns of questions that likely lack their name.
func (r *reader) checkAttributes() {
	for i, s := range r.p.Steps {
		for k, q := range s.Asks {
			if q.Attribute != "" || q.Away != "" || q.Asked != nil {
				r.fail(procedureFile, at("steps", i, "asks", k, "attribute"), "", "البيان يسميه سؤال لمقدم الطلب، لا سؤال للموظف", "an attribute is named by a question to the applicant, not to an officer")
			}
		}
	}
	r.p.where = map[string]place{}
	for i, pg := range r.p.Pages {
		for k, q := range pg.Questions {
			path := at("pages", i, "questions", k)
			if q.Attribute != "" {
				r.p.where[q.Name] = r.place(questionsFile, path+".attribute")
				r.meaning(path, q)
			}
		}
	}
	r.unnamed()
	if r.o.Source != nil && !r.o.Stored {
		r.problems = append(r.problems, r.p.AskedAgain(r.o.Source, r.o.Today)...)
	}
}

// meaning holds a question to the attribute it names.
func (r *reader) meaning(path string, q form.Question) {
	if len(r.o.Meanings) == 0 {
		return
	}
	ids := make([]string, len(r.o.Meanings))
	for i, m := range r.o.Meanings {
		ids[i] = string(m.ID)
	}
	if !r.named(questionsFile, path+".attribute", "لا يوجد في مصطلحات البيانات بيان باسم", "the vocabulary has no attribute", string(q.Attribute), ids) {
		return
	}
	m := r.o.Meanings[slices.Index(ids, string(q.Attribute))]
	if q.Kind != form.File && !sameShape(q.Kind, m.Kind) {
		r.fail(questionsFile, path+".kind", string(m.Kind), "البيان %q من نوع %s، والسؤال من نوع %s", "the attribute %q is of kind %s, the question of kind %s", string(q.Attribute), string(m.Kind), string(q.Kind))
	}
}

// words are the kinds whose answers are plain text.
var plainWords = []form.Kind{form.ShortText, form.LongText, form.OneOf, form.Country, form.Passport, form.CivilNumber}

func sameShape(a, b form.Kind) bool {
	return a == b || slices.Contains(plainWords, a) && slices.Contains(plainWords, b)
}

// AskedAgain lists the questions that ask for what a registry holds and the pack's
// organisation may obtain there, and held questions that no registry could ever
// answer. An exception that has ended by today counts for nothing; without today
// none ends.
func (p *Pack) AskedAgain(source Source, today string) (out Problems) {
	p.again(source, today, func(q form.Question, ar, en string, args ...any) {
		pl := p.where[q.Name]
		out = append(out, Problem{File: questionsFile, Line: max(pl.line, 1), Col: max(pl.col, 1), Text: gov.T(ar, en).Sprintf(args...)})
	})
	return out
}

func (p *Pack) again(source Source, today string, fail func(q form.Question, ar, en string, args ...any)) {
	for _, pg := range p.Pages {
		for _, q := range pg.Questions {
			if q.Attribute == "" {
				continue
			}
			registry, may := source(p.Organisation, q.Attribute)
			switch {
			case q.Away == form.AwayWait && registry == "":
				fail(q, "لا يحفظ أي سجل البيان %q، فلن يجيب أحد عن السؤال %q", "no registry holds %q: nobody would ever answer the question %q", string(q.Attribute), q.Name)
			case q.Away == form.AwayWait && !may:
				fail(q, "لا تتيح أي اتفاقية للجهة %q الحصول على %q من السجل %q: اقترح ربطًا، أو اجعل away: ask",
					"no agreement lets %q obtain %q from the registry %q: propose one, or write away: ask", string(p.Organisation), string(q.Attribute), string(registry))
			case q.Held() || registry == "" || !may:
			case q.Asked == nil:
				fail(q, "السجل %[3]q يحفظ %[2]q وللجهة أن تحصل عليه، فلا يُسأل عنه: اجلبه بالمفتاح away في السؤال %[1]q، أو سجّل سببًا قانونيًا له أجل في asked",
					"the registry %[3]q holds %[2]q and the organisation may obtain it, so it is not asked for: fetch it with away in the question %[1]q, or record a legal reason with an end date in asked", q.Name, string(q.Attribute), string(registry))
			case today != "" && q.Asked.Until < today:
				fail(q, "انتهى في %[4]s السبب القانوني لسؤال %[1]q عن %[2]q الذي يحفظه السجل %[3]q: اجلبه بالمفتاح away",
					"the legal reason for asking %[1]q for %[2]q, which the registry %[3]q holds, ended on %[4]s: fetch it with away", q.Name, string(q.Attribute), string(registry), q.Asked.Until)
			}
		}
	}
}

// Exceptions are the questions typed for a recorded legal reason.
func (p *Pack) Exceptions() (out []form.Question) {
	for _, pg := range p.Pages {
		for _, q := range pg.Questions {
			if q.Asked != nil {
				out = append(out, q)
			}
		}
	}
	return out
}

// HeldQuestions are the questions that registries answer.
func (p *Pack) HeldQuestions() (out []form.Question) {
	for _, pg := range p.Pages {
		for _, q := range pg.Questions {
			if q.Held() {
				out = append(out, q)
			}
		}
	}
	return out
}

func (r *reader) heldNames() (out []string) {
	for _, q := range r.p.HeldQuestions() {
		out = append(out, q.Name)
	}
	return out
}
