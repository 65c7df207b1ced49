package casework

import (
	"regexp"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// What the engine itself tells people. Packs add their own at notify steps.
var (
	subjectReceived = gov.T("وصلنا طلبك: %s", "We have your application: %s").French("Demande reçue : %s")
	subjectPay      = gov.T("بقي سداد الرسم: %s", "The fee remains to be paid: %s").French("Frais à payer : %s")
	subjectCorrect  = gov.T("مطلوب منك تصحيح: %s", "A correction is needed: %s").French("Correction demandée : %s")
	subjectCosign   = gov.T("مطلوب موافقتك: %s", "Your consent is asked: %s").French("Votre accord est demandé : %s")
	subjectReminder = gov.T("تذكير: %s", "Reminder: %s").French("Rappel : %s")
	subjectNews     = gov.T("جديد في طلبك: %s", "News of your application: %s").French("Du nouveau dans votre demande : %s")
	subjectParty    = gov.T("جديد في «%s»", "News of “%s”").French("Du nouveau : « %s »")

	bodyReceived   = gov.T("وصلنا طلبك «%s»، ورقمه %s. سنخبرك هنا بكل خطوة.", "We have received your application “%s”. Its number is %s. We will tell you here about every step.").French("Nous avons reçu votre demande « %s ». Son numéro est %s. Nous vous informerons ici de chaque étape.")
	bodyPay        = gov.T("بقي سداد رسم طلبك «%s»، ورقمه %s، ليمضي.", "The fee of your application “%s”, number %s, remains to be paid; then it goes on.").French("Les frais de votre demande « %s », numéro %s, restent à payer pour qu’elle avance.")
	bodyCorrect    = gov.T("يحتاج طلبك «%s»، ورقمه %s، إلى تصحيح منك ليمضي. افتحه لترى ما المطلوب ولماذا.", "Your application “%s”, number %s, needs a correction from you before it can go on. Open it to see what is asked and why.").French("Votre demande « %s », numéro %s, doit être corrigée pour pouvoir avancer. Ouvrez-la pour voir ce qui est demandé et pourquoi.")
	bodyCosign     = gov.T("ورد اسمك في الطلب «%s»، ورقمه %s. افتحه لتقرأ ما يخصك وتجيب.", "You are named in the application “%s”, number %s. Open it to read what concerns you and to answer.").French("Vous êtes nommé dans la demande « %s », numéro %s. Ouvrez-la pour lire ce qui vous concerne et répondre.")
	bodyClosed     = gov.T("انتهى طلبك «%s»، ورقمه %s. تقرأ في صفحته كيف انتهى ولماذا.", "Your application “%s”, number %s, has ended. Its page says how and why.").French("Votre demande « %s », numéro %s, est terminée. Sa page dit comment et pourquoi.")
	bodyRemindPay  = gov.T("لم يُسدَّد بعدُ رسم طلبك «%s»، ورقمه %s.", "The fee of your application “%s”, number %s, has not been paid yet.").French("Les frais de votre demande « %s », numéro %s, ne sont pas encore payés.")
	bodyRemindTask = gov.T("انقضت المهلة في الطلب «%s»، ورقمه %s، ولم يصدر قرار بعد.", "The time limit of the application “%s”, number %s, has passed without a decision.").French("Le délai de la demande « %s », numéro %s, est passé sans décision.")
)

// outcomeWords name the outcomes that the platform knows.
var outcomeWords = map[string]gov.Text{
	Granted:   gov.T("قُبل", "granted").French("accordée"),
	Refused:   gov.T("رُفض", "refused").French("refusée"),
	Settled:   gov.T("سُوّي بالتراضي", "settled by agreement").French("réglée à l’amiable"),
	Lapsed:    gov.T("أُغلق لانقضاء المهلة", "closed because its time ran out").French("close, le délai étant passé"),
	Withdrawn: gov.T("سُحب", "withdrawn").French("retirée"),
}

// subjectsClosed are the headings of the message that a case has ended.
var subjectsClosed = map[string]gov.Text{
	Granted: gov.T("قُبل طلبك: %s", "Your application is granted: %s").French("Demande accordée : %s"),
	Refused: gov.T("رُفض طلبك: %s", "Your application is refused: %s").French("Demande refusée : %s"),
	Settled: gov.T("سُوّي طلبك بالتراضي: %s", "Your application is settled by agreement: %s").French("Demande réglée à l’amiable : %s"),
	Lapsed:  gov.T("أُغلق طلبك لانقضاء المهلة: %s", "Your application was closed because its time ran out: %s").French("Demande close, le délai étant passé : %s"),
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

// titled is a heading with the service's name.
func (w *walk) titled(subject gov.Text) gov.Text { return subject.Sprintf(w.p.Title) }

// about is a text with the service's name and the case's number.
func (w *walk) about(body gov.Text) gov.Text { return body.Sprintf(w.p.Title, w.c.Ref) }

// tellApplicant tells whoever acts: the applicant, or their agent.
func (w *walk) tellApplicant(kind string, subject, body gov.Text) error {
	w.told = true
	return w.tell(w.payer(), kind, w.titled(subject), body)
}

// tellReceived confirms what was handed in, unless something more pressing was
// said in the same moment.
func (w *walk) tellReceived() error {
	if w.told || w.c.State != Open {
		return nil
	}
	return w.tellApplicant("case.received", subjectReceived, w.about(bodyReceived))
}

// tellClosed tells that the case has ended, unless the pack has just said so in
// its own words.
func (w *walk) tellClosed() error {
	subject, ok := subjectsClosed[w.c.Outcome]
	if w.told || !ok {
		return nil
	}
	return w.tellApplicant("case.closed", subject, w.about(bodyClosed))
}

// tellWaiting tells the person who is now waited for.
func (w *walk) tellWaiting(s *pack.Step) error {
	switch s.Kind {
	case pack.Pay:
		return w.tellApplicant("case.pay", subjectPay, w.about(bodyPay))
	case pack.Correct:
		return w.tellApplicant("case.correct", subjectCorrect, w.about(bodyCorrect))
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
	return w.tell(task.Person, "case.cosign", w.titled(subjectCosign), w.about(bodyCosign))
}

// remind reminds whoever is late: the applicant, or the officer who has the task.
func (w *walk) remind(s *pack.Step, t Token) error {
	if t.Task == "" {
		body := bodyCorrect
		if s.Kind == pack.Pay {
			body = bodyRemindPay
		}
		return w.tellApplicant("case.reminder", subjectReminder, w.about(body))
	}
	task, err := loadTask(w.tx, t.Task)
	if err != nil {
		return err
	}
	to := task.Assignee
	if task.Person != "" {
		to = task.Person
	}
	return w.tell(to, "case.reminder", w.titled(subjectReminder), w.about(bodyRemindTask))
}

// news class what a notify step tells the applicant: when the case ends right
// after it, that is the news.
func (w *walk) news(s *pack.Step) (kind string, subject gov.Text) {
	if next := w.p.Step(s.Next); next != nil && next.Kind == pack.Close {
		if subject, ok := subjectsClosed[next.Outcome]; ok {
			return "case.closed", subject
		}
	}
	return "case.notice", subjectNews
}

// notify is a notify step: the pack's own words, {name} standing for an answer.
func (w *walk) notify(s *pack.Step) error {
	body := w.filled(s.Text)
	kind, subject := w.news(s)
	if s.To == "" || s.To == "applicant" {
		return w.tellApplicant(kind, subject, body)
	}
	if s.To != "parties" {
		return fact(w.tx, w.c, "case.notice", map[string]any{"to": s.To, "step": s.ID})
	}
	if err := w.tellApplicant(kind, subject, body); err != nil {
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
			if err := w.tell(t.Person, "case.notice", w.titled(subjectParty), body); err != nil {
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
