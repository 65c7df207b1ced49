package form

import (
	"context"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/rule"
)

// Away says what becomes of a held question while its registry does not answer.
type Away string

// The ways of going on.
const (
	AwayWait     Away = "wait"     // nothing is typed: the case waits until the registry answers
	AwayAsk      Away = "ask"      // the person types it, and it is checked with the registry later
	AwayDocument Away = "document" // the person attaches a document instead, and an officer looks at it
)

// Exception is why a question is typed although a registry holds its answer.
type Exception struct {
	Legal gov.Text `yaml:"legal" json:"legal"` // the legal reason
	Until string   `yaml:"until" json:"until"` // "2027-12-31": the last day on which it holds
}

// Holdings are what registries have said of a person, by attribute.
type Holdings map[gov.AttributeID]gov.Held

// Held reports whether a registry answers the question.
func (q Question) Held() bool { return q.Attribute != "" && q.Away != "" }

// Answers reports whether a registry has answered q.
func (h Holdings) Answers(q Question) bool {
	x, ok := h[q.Attribute]
	return ok && q.Held() && x.Gap == "" && x.Value != nil
}

// Lacks reports whether q is left to a registry that has not been asked yet or
// could not answer, though it may later. A registry that holds no record of the
// person has answered.
func (h Holdings) Lacks(q Question) bool {
	x, ok := h[q.Attribute]
	return q.Held() && (!ok || x.Gap != "" && x.Gap != gov.GapNone)
}

// held takes the answer of a held question from its registry; what was typed
// counts for nothing then. done is false when the question is to be read like any
// other, from raw. In a correction, what is not corrected stays as it was accepted.
func (r *run) held(q *question, raw any, out Answers, picked bool, pick selection) (_ any, done bool) {
	if !picked && pick.needsRest() && !empty(raw) {
		return raw, false
	}
	if r.c.Held.Answers(*q.Question) {
		if q.Kind == File {
			return nil, true
		}
		if v, bad := readers[q.Kind](r, q, r.c.Held[q.Attribute].Value); bad == nil && v != nil {
			out[q.Name] = v
			r.knows(q, v)
			return nil, true
		}
	}
	switch {
	case q.Away == AwayAsk, q.Kind == File && q.Away == AwayDocument:
		return raw, false
	case pick.needsRest() && !whole(pick) && !empty(raw):
		return raw, false // a correction while the registry is away: the accepted answer stays
	}
	return nil, true
}

func whole(pick selection) bool { _, all := pick.(everything); return all }

// Fits reports whether a value is one that the question takes, and gives it in its
// canonical shape. A file question takes any value: it says that no file is needed.
func (f *Form) Fits(ctx context.Context, name string, value any, c Context) (any, bool) {
	q := f.scope.byName[name]
	if q == nil || value == nil {
		return nil, false
	}
	if q.Kind == File {
		return value, true
	}
	v, bad := readers[q.Kind](f.run(ctx, c), q, value)
	return v, bad == nil && v != nil
}

// holdable reports whether a registry can answer questions of a kind.
func holdable(k Kind) bool {
	switch k {
	case Computed, Declaration, MapPoint:
		return false
	}
	return true
}

// holding checks the keys about registries.
func (c *compiler) holding(q *question, inRow bool) {
	if inRow && (q.Attribute != "" || q.Away != "" || q.Asked != nil) {
		c.issue(q.path+"/attribute", "أسئلة المجموعة عن أشخاص أو أشياء أخرى، فلا تأخذ attribute", "questions of a group are about other people or things; they take no attribute")
		return
	}
	if q.Kind == Group && q.Attribute != "" && q.Away != AwayWait {
		c.issue(q.path+"/away", "المجموعة التي في سجل تُجلب منه فقط: away: wait", "a group that a registry holds is only fetched: away: wait")
	}
	ways := []string{string(AwayWait), string(AwayAsk), string(AwayDocument)}
	switch q.Away {
	case "", AwayWait, AwayDocument:
	case AwayAsk:
		if q.Kind == File {
			c.issue(q.path+"/away", "الملف لا يُكتب، فاختر document أو wait", "a file is not typed: choose document or wait")
		}
	default:
		t := meant(gov.T("قيمة away هي wait أو ask أو document", "away is wait, ask or document"), rule.Nearest(string(q.Away), ways))
		c.issues = append(c.issues, Issue{Path: q.path + "/away", Text: t[gov.English], Words: t})
	}
	if q.Attribute == "" && (q.Away != "" || q.Asked != nil) {
		c.issue(q.path, "المفتاحان away و asked لسؤال يسمي بيانًا في attribute", "away and asked are for a question that names its attribute")
	}
	if q.Away != "" && q.Asked != nil {
		c.issue(q.path+"/asked", "السؤال إما أن يُجلب من السجل (away) وإما أن يُكتب لسبب قانوني (asked)", "a question is either fetched (away) or typed for a legal reason (asked)")
	}
	if q.Asked != nil {
		c.text(q.path+"/asked/legal", q.Asked.Legal, true)
		if _, ok := looseText(q.Asked.Until, "2006-01-02"); !ok {
			c.issue(q.path+"/asked/until", "التاريخ على صورة 2027-12-31", "a date looks like 2027-12-31")
		}
	}
}

// documentEnd ends the name of a document that stands for a held answer.
const documentEnd = "_document"

var wordStands = gov.T("مستند يثبت: %s", "A document that shows: %s").French("Une pièce qui prouve : %s")

// WithDocuments adds to each page the documents that stand for its held answers
// while their registries are away: after the page's own questions.
func WithDocuments(pages []Page) []Page {
	out := make([]Page, len(pages))
	for i, p := range pages {
		own := p.Questions
		p.Questions = own[:len(own):len(own)]
		for _, q := range own {
			if q.Held() && q.Away == AwayDocument && q.Kind != File {
				p.Questions = append(p.Questions, Question{Name: q.Name + documentEnd, Kind: File, Label: named(wordStands, q.Label), Optional: q.Optional, Stands: q.Name})
			}
		}
		out[i] = p
	}
	return out
}

// named puts a label into a phrase, in the languages of the label.
func named(phrase, label gov.Text) gov.Text {
	out := gov.Text{}
	for l := range label {
		out[l] = strings.Replace(phrase.In(l), "%s", label[l], 1)
	}
	return out
}
