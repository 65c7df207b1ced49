package casework

import (
	"slices"

	"diwan.example/document/vp"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
	"diwan.example/pack"
)

// presented is what credentials proved, for the form and its rules.
func (t *Track) presented() form.Presented {
	if len(t.Presented) == 0 {
		return nil
	}
	out := form.Presented{}
	for name, p := range t.Presented {
		out[name] = p.Values()
	}
	return out
}

var errNoCredential = gov.Fail(gov.Invalid, "لا يُجاب عن هذا السؤال من المحفظة", "No credential answers this question")

// Wish says what the applicant may present for a question of a draft or of a
// correction they owe. Errors: NotFound to strangers; Invalid when no credential
// answers the question; Conflict when nothing is being filled in.
func (e *Engine) Wish(tx *db.Tx, id gov.CaseID, question string) (vp.Wish, error) {
	w, q, err := e.presenting(tx, id, question)
	if err != nil {
		return vp.Wish{}, err
	}
	who, err := w.person(tx, w.c.Applicant)
	return vp.Wish{Person: tx.Actor().Person, Civil: who.CivilNumber, Case: id, Name: question, For: w.c.Organisation, Type: q.Credential.Type, Claims: q.Credential.Names()}, err
}

// Present makes what a credential proved the answer to a question, in place of
// files; nil takes it back. It stands in the applicant's access log which entity got
// to know what of it, for which service. Appends case.presented. Errors: as Wish.
func (e *Engine) Present(tx *db.Tx, id gov.CaseID, question string, p *vp.Presented) error {
	w, q, err := e.presenting(tx, id, question)
	if err != nil {
		return err
	}
	if p == nil {
		delete(w.c.Track.Presented, question)
		return save(tx, w.c)
	}
	if p.Type != q.Credential.Type {
		return errNoCredential.At(question)
	}
	if w.c.Track.Presented == nil {
		w.c.Track.Presented = map[string]vp.Presented{}
	}
	w.c.Track.Presented[question] = *p
	delete(w.c.Answers, question)
	if err := shownTo(tx, w.c, p); err != nil {
		return err
	}
	if err := fact(tx, w.c, "case.presented", map[string]any{"question": question, "type": p.Type, "issuer": p.Issuer, "form": p.Form}); err != nil {
		return err
	}
	return save(tx, w.c)
}

// shownTo records that a case's organisation reads claims of a credential: a
// program took them in, so that the applicant sees it whoever pressed the button.
func shownTo(tx *db.Tx, c *Case, p *vp.Presented) error {
	l := journal.Look{Person: c.Applicant, Organisation: c.Organisation, What: "credential", Subject: p.Type, Purpose: string(c.Service), Case: c.ID, Service: c.Service}
	for _, x := range p.Claims {
		l.Attributes = append(l.Attributes, gov.AttributeID(x.Name))
	}
	return journal.Looked(tx.As(gov.Actor{Org: c.Organisation, Channel: tx.Actor().Channel}), l)
}

// presenting loads a case whose person fills something in, and the question.
func (e *Engine) presenting(tx *db.Tx, id gov.CaseID, question string) (*walk, *form.Question, error) {
	w, err := e.gathering(tx, id)
	if err != nil {
		return nil, nil, err
	}
	if w == nil {
		return nil, nil, errState
	}
	q := w.p.Form.Question(question)
	if q == nil || q.Credential == nil {
		return nil, nil, errNoCredential.At(question)
	}
	if s := w.p.Step(owed(w)); s != nil && w.c.State == Open && len(w.correctable(s)) > 0 && !slices.Contains(w.correctable(s), question) {
		return nil, nil, errNoCredential.At(question)
	}
	return w, q, nil
}

// owed is the correction that the case stands at; "" when it stands at none.
func owed(w *walk) string {
	if t, _ := w.c.at(w.p, pack.Correct); t != nil {
		return t.Step
	}
	return ""
}

// Shown is what a credential proved for a question.
type Shown struct {
	Question form.Question
	vp.Presented
}

// Credentials are what credentials proved of a case, to those who may see its
// whole, in the order of the form.
func (v *View) Credentials() (out []Shown) {
	if !v.Mine && !(v.Staff && v.Ours) {
		return nil
	}
	for _, q := range v.Pack.CredentialQuestions() {
		if p, ok := v.Track.Presented[q.Name]; ok {
			out = append(out, Shown{q, p})
		}
	}
	return out
}
