package casework

import (
	"regexp"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// What the engine itself tells people. Packs add their own at notify steps.
var (
	subjectMoved   = gov.T("طلبك %s", "Your application %s").French("Votre demande %s")
	bodySubmitted  = gov.T("وصلنا طلبك «%s»، ورقمه %s. سنخبرك هنا بكل خطوة.", "We have received your application “%s”. Its number is %s. We will tell you here about every step.").French("Nous avons reçu votre demande « %s ». Son numéro est %s. Nous vous informerons ici de chaque étape.")
	bodyPay        = gov.T("يلزم سداد الرسم لمتابعة طلبك «%s».", "Please pay the fee so that your application “%s” can go on.").French("Veuillez payer les frais pour que votre demande « %s » puisse avancer.")
	bodyCorrect    = gov.T("يحتاج طلبك «%s» إلى تصحيح منك قبل متابعته.", "Your application “%s” needs a correction from you before it can go on.").French("Votre demande « %s » doit être corrigée avant de pouvoir avancer.")
	bodyCosign     = gov.T("طُلبت موافقتك في الطلب «%s».", "Your agreement is asked for in the application “%s”.").French("Votre accord est demandé pour la demande « %s ».")
	bodyClosed     = gov.T("انتهى طلبك «%s»: %s.", "Your application “%s” has ended: %s.").French("Votre demande « %s » est terminée : %s.")
	bodyRemindPay  = gov.T("تذكير: لم يُسدَّد رسم الطلب «%s» بعد.", "A reminder: the fee of the application “%s” has not been paid yet.").French("Rappel : les frais de la demande « %s » ne sont pas encore payés.")
	bodyRemindTask = gov.T("تذكير: مضت المهلة النظامية للطلب «%s» ولم يُتخذ قرار.", "A reminder: the legal time limit of the application “%s” has passed without a decision.").French("Rappel : le délai légal de la demande « %s » est passé sans décision.")
)

// outcomeWords name the outcomes that the platform knows.
var outcomeWords = map[string]gov.Text{
	Granted:   gov.T("قُبل", "granted").French("accordée"),
	Refused:   gov.T("رُفض", "refused").French("refusée"),
	Settled:   gov.T("سُوّي بالتراضي", "settled by agreement").French("réglée à l’amiable"),
	Lapsed:    gov.T("أُغلق لانقضاء المهلة", "closed because its time ran out").French("close, le délai étant passé"),
	Withdrawn: gov.T("سُحب", "withdrawn").French("retirée"),
}

// OutcomeWords says an outcome in words.
func OutcomeWords(outcome string) gov.Text {
	if t, ok := outcomeWords[outcome]; ok {
		return t
	}
	return gov.T(outcome, outcome)
}

// Outcomes lists the outcomes that a close step may give.
func Outcomes() []string { return []string{Granted, Refused, Settled, Lapsed, Withdrawn} }

func (w *walk) subject() gov.Text { return subjectMoved.Sprintf(w.c.Ref) }

// tellApplicant tells whoever acts: the applicant, or their agent.
func (w *walk) tellApplicant(kind string, body gov.Text) error {
	return w.tell(w.payer(), kind, w.subject(), body)
}

// tellWaiting tells the person who is now waited for.
func (w *walk) tellWaiting(s *pack.Step) error {
	switch s.Kind {
	case pack.Pay:
		return w.tellApplicant("case.pay", bodyPay.Sprintf(w.p.Title))
	case pack.Correct:
		return w.tellApplicant("case.correct", bodyCorrect.Sprintf(w.p.Title))
	case pack.Cosign:
		return w.tellCosigner(s)
	}
	return nil
}

func (w *walk) tellCosigner(s *pack.Step) error {
	t, _ := w.c.at(w.p, pack.Cosign)
	if t == nil {
		return nil
	}
	task, err := loadTask(w.tx, t.Task)
	if err != nil {
		return err
	}
	return w.tell(task.Person, "case.cosign", w.subject(), bodyCosign.Sprintf(w.p.Title))
}

// remind reminds whoever is late: the applicant, or the officer who has the task.
func (w *walk) remind(s *pack.Step, t Token) error {
	if t.Task == "" {
		body := bodyCorrect
		if s.Kind == pack.Pay {
			body = bodyRemindPay
		}
		return w.tellApplicant("case.reminder", body.Sprintf(w.p.Title))
	}
	task, err := loadTask(w.tx, t.Task)
	if err != nil {
		return err
	}
	to := task.Assignee
	if task.Person != "" {
		to = task.Person
	}
	return w.tell(to, "case.reminder", w.subject(), bodyRemindTask.Sprintf(w.p.Title))
}

// notify is a notify step: the pack's own words, {name} standing for an answer.
func (w *walk) notify(s *pack.Step) error {
	body := w.filled(s.Text)
	if s.To == "" || s.To == "applicant" {
		return w.tellApplicant("case.notice", body)
	}
	if s.To != "parties" {
		return fact(w.tx, w.c, "case.notice", map[string]any{"to": s.To, "step": s.ID})
	}
	if err := w.tellApplicant("case.notice", body); err != nil {
		return err
	}
	ts, err := tasksOf(w.tx, w.c.ID)
	if err != nil {
		return err
	}
	told := map[gov.PersonID]bool{}
	for _, t := range ts {
		if t.Person != "" && !told[t.Person] {
			told[t.Person] = true
			if err := w.tell(t.Person, "case.notice", w.subject(), body); err != nil {
				return err
			}
		}
	}
	return nil
}

var placeholder = regexp.MustCompile(`\{([a-z][a-z0-9_]*)\}`)

// filled puts the answers' values in place of {name}; {reference} is the case's.
func (w *walk) filled(t gov.Text) gov.Text {
	out := gov.Text{}
	for l, s := range t {
		out[l] = placeholder.ReplaceAllStringFunc(s, func(m string) string {
			name := m[1 : len(m)-1]
			if name == "reference" {
				return w.c.Ref
			}
			return w.shown(name, l)
		})
	}
	return out
}

// shown is an answer as people read it; "" when there is none.
func (w *walk) shown(name string, l gov.Lang) string {
	q := question(w.p, name)
	v, ok := w.c.Answers[name]
	if q == nil || !ok {
		return ""
	}
	return form.Display(*q, v, l, w.Currency)
}

// question finds a question among the applicant's and those asked of officers.
func question(p *pack.Pack, name string) *form.Question {
	if q := p.Form.Question(name); q != nil {
		return q
	}
	for i := range p.Steps {
		if f := p.Steps[i].AsksForm(); f != nil {
			if q := f.Question(name); q != nil {
				return q
			}
		}
	}
	return nil
}
