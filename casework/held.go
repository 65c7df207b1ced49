package casework

import (
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// Proof says how far a typed answer to a held question has been checked.
type Proof string

// How far an answer is checked.
const (
	ProofAway    Proof = "away"    // typed while the registry was away; it is checked when it answers
	ProofNone    Proof = "none"    // the registry holds no record of the person
	ProofSame    Proof = "same"    // checked: the registry says the same
	ProofDiffers Proof = "differs" // checked: the registry says something else
	ProofPaper   Proof = "paper"   // a document stands for it
)

// Dispute is what a person says is wrong with what a registry holds.
type Dispute struct {
	Words string `json:"w"`
	At    int64  `json:"t"`
}

// Known is a held question of a case: what the registry said, or how its answer
// was had instead.
type Known struct {
	Question form.Question
	Held     gov.Held // its Gap says why there is no value
	Proof    Proof    // "" when the answer is the registry's
	Dispute  *Dispute
}

// Sources are the held questions of a case whose answers the reader may see, in
// the order of the form.
func (v *View) Sources() (out []Known) {
	whole := v.Mine || v.Staff && v.Ours
	for _, q := range v.Pack.HeldQuestions() {
		held, asked := v.Track.Held[q.Attribute]
		answered := v.Answers[q.Name] != nil
		if !asked && v.Track.Proofs[q.Name] == "" || !answered && !whole {
			continue
		}
		k := Known{Question: q, Held: held, Proof: v.Track.Proofs[q.Name]}
		if !answered && q.Kind != form.File && k.Proof == "" && held.Gap == "" {
			continue // asked on another way through the form
		}
		if d, ok := v.Track.Disputes[q.Name]; ok {
			k.Dispute = &d
		}
		out = append(out, k)
	}
	return out
}

// Tells reports whether a case has something to say to a question: an answer that
// the reader may see, or how a registry made one needless or lacking.
func (v *View) Tells(q form.Question) bool {
	if q.Credential != nil && slices.ContainsFunc(v.Credentials(), func(s Shown) bool { return s.Question.Name == q.Name }) {
		return true
	}
	if v.Answers[q.Name] != nil || !q.Held() {
		return v.Answers[q.Name] != nil
	}
	return slices.ContainsFunc(v.Sources(), func(k Known) bool { return k.Question.Name == q.Name })
}

// Dispute notes that the person says a held answer is wrong: an officer sees their
// words, and rules see the question's name in case.disputed. Empty words take a
// draft's note back. Errors: NotFound to strangers; Invalid when no registry
// answered the question or the words are too long; Conflict when the case has ended.
func (e *Engine) Dispute(tx *db.Tx, id gov.CaseID, question, words string) (*Case, error) {
	w, err := e.own(tx, id)
	if err != nil {
		return nil, err
	}
	if w.c.State == Draft {
		if err := w.sameVersion(); err != nil {
			return nil, err
		}
	}
	q := w.p.Form.Question(question)
	words, _ = gov.CleanText(strings.TrimSpace(words))
	switch {
	case w.c.State != Draft && w.c.State != Open:
		return nil, errState
	case q == nil || !w.c.Track.Held.Answers(*q):
		return nil, gov.Fail(gov.Invalid, "لم يُجب أي سجل عن هذا السؤال", "No registry has answered this question").At(question)
	case len([]rune(words)) > 2000 || words == "" && w.c.State == Open:
		return nil, gov.Fail(gov.Invalid, "اكتب ما الخطأ في حدود 2000 حرف", "Write what is wrong, in up to 2,000 characters").At("words")
	case words == "":
		delete(w.c.Track.Disputes, question)
		return w.c, save(tx, w.c)
	}
	if w.c.Track.Disputes == nil {
		w.c.Track.Disputes = map[string]Dispute{}
	}
	w.c.Track.Disputes[question] = Dispute{Words: words, At: tx.Millis()}
	if err := fact(tx, w.c, "case.disputed", map[string]any{"question": question, "registry": w.c.Track.Held[q.Attribute].Registry}); err != nil {
		return nil, err
	}
	return w.c, save(tx, w.c)
}

// disputed names the disputed questions, unverified those whose typed answer no
// registry has confirmed.
func (t *Track) disputed() []string {
	out := []string{}
	for name := range t.Disputes {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func (t *Track) unverified() []string {
	out := []string{}
	for name, p := range t.Proofs {
		if p != ProofSame {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// prove notes, of every held question that was answered otherwise, why; and names
// those that the case must wait for.
func (w *walk) prove(fc form.Context) (missing []string) {
	w.c.Track.Proofs = nil
	for _, q := range w.askedNow(fc) {
		if w.c.Track.Held.Answers(q) && w.fits(q, fc) {
			continue
		}
		gap := w.c.Track.Held[q.Attribute].Gap
		answered := w.c.Answers[q.Name] != nil
		switch {
		case q.Away == form.AwayWait:
			if w.c.Track.Held.Lacks(q) {
				missing = append(missing, q.Name)
			}
		case q.Away == form.AwayDocument && (answered || w.c.Answers[standing(w.p, q)] != nil):
			w.proof(q.Name, ProofPaper)
		case !answered || gap == gov.GapDenied || gap == gov.GapConsent: // asked like any other question
		case gap == gov.GapNone || gap == "" && w.c.Track.Held.Answers(q):
			w.proof(q.Name, ProofNone)
		default:
			w.proof(q.Name, ProofAway)
		}
	}
	return missing
}

func (w *walk) proof(question string, p Proof) {
	if w.c.Track.Proofs == nil {
		w.c.Track.Proofs = map[string]Proof{}
	}
	w.c.Track.Proofs[question] = p
}

func (w *walk) fits(q form.Question, fc form.Context) bool {
	_, ok := w.p.Form.Fits(w.tx.Context(), q.Name, w.c.Track.Held[q.Attribute].Value, fc)
	return ok
}

// standing is the name of the document that may stand for a held answer.
func standing(p *pack.Pack, q form.Question) string {
	for _, pg := range p.Pages {
		for _, x := range pg.Questions {
			if x.Stands == q.Name {
				return x.Name
			}
		}
	}
	return ""
}

// askedNow are the held questions that are asked of the case as it stands.
func (w *walk) askedNow(fc form.Context) (out []form.Question) {
	if len(w.p.HeldQuestions()) == 0 {
		return nil
	}
	for _, pg := range w.p.Form.Visible(w.tx.Context(), w.c.Answers, fc) {
		for _, q := range pg.Questions {
			if q.Held() {
				out = append(out, q)
			}
		}
	}
	return out
}

// spared tells what the case did not ask for: questions that registries answered,
// papers they made needless, and visits. Nothing spared is no fact.
func (w *walk) spared(only []string, fc form.Context) error {
	questions, papers, visits := 0, 0, 0
	for _, q := range w.askedNow(fc) {
		if only != nil && !slices.Contains(only, q.Name) || !w.c.Track.Held.Answers(q) {
			continue
		}
		if q.Kind == form.File || q.Away == form.AwayDocument { // without the registry a paper would have been asked for
			papers++
		} else {
			questions++
		}
	}
	if only == nil && w.Visits != nil && w.c.Channel != gov.Counter {
		var err error
		if visits, err = w.Visits(w.tx, w.c.Service); err != nil {
			return err
		}
	}
	if questions+papers+visits == 0 {
		return nil
	}
	return fact(w.tx, w.c, "case.spared", map[string]any{"questions": questions, "papers": papers, "visits": visits, "reference": w.c.Ref})
}
