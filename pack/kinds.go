package pack

import (
	"reflect"
	"slices"
)

// kindKeys says which keys each kind of step takes beside id, kind and title;
// a star marks a key it cannot do without.
var kindKeys = map[StepKind][]string{
	Apply:   {"next*"},
	Decide:  {"routes*"},
	Pay:     {"next*", "lines*", "exemptions", "within*", "on_expiry*"},
	Review:  {"role", "organisation", "asks", "outcomes*", "within*", "on_expiry"},
	Opinion: {"role", "organisation*", "asks*", "shows", "next*", "within*", "on_expiry"},
	Correct: {"questions", "next*", "within*", "on_expiry*"},
	Cosign:  {"who*", "shows", "asks", "outcomes*", "within*", "on_expiry*"},
	Wait:    {"until", "message", "asks", "next*", "within", "on_expiry"},
	Record:  {"table*", "registry", "field", "value", "key*", "values*", "next*"},
	Issue:   {"document*", "next*"},
	Notify:  {"to", "text*", "next*"},
	Fork:    {"branches*", "join*"},
	Join:    {"next*"},
	Close:   {"outcome*", "reason"},
}

// kindNames lists the kinds in the order of a case's life.
var kindNames = []string{"apply", "check", "pay", "review", "opinion", "correct", "cosign", "wait", "record", "issue", "notify", "fork", "join", "close"}

// outcomes with which a case can end.
var endings = []string{"granted", "refused", "settled", "lapsed"}

// checkKeys holds every step to the keys of its kind.
func (r *reader) checkKeys() {
	for i := range r.p.Steps {
		s := &r.p.Steps[i]
		takes, ok := kindKeys[s.Kind]
		if !ok {
			r.named(procedureFile, at("steps", i, "kind"), "لا يوجد نوع خطوات باسم", "there is no kind of step", string(s.Kind), kindNames)
			continue
		}
		v := reflect.ValueOf(s).Elem()
		for _, k := range keysOf(v.Type())[3:] {
			set := !v.FieldByIndex(k.index).IsZero()
			needed := slices.Contains(takes, k.name+"*")
			switch {
			case set && !needed && !slices.Contains(takes, k.name):
				r.fail(procedureFile, at("steps", i, k.name), "", "الخطوة من نوع %q لا تأخذ المفتاح %q", "a step of kind %q does not take the key %q", string(s.Kind), k.name)
			case !set && needed:
				r.fail(procedureFile, at("steps", i), "", "الخطوة %q من نوع %q ينقصها المفتاح %q", "the step %q of kind %q lacks the key %q", s.ID, string(s.Kind), k.name)
			}
		}
		r.checkStep(i, s)
	}
}

// checkStep holds one step to the further rules of its kind.
func (r *reader) checkStep(i int, s *Step) {
	if (s.Kind == Apply) != (i == 0) {
		r.fail(procedureFile, at("steps", i, "kind"), "", "الخطوة الأولى، وهي وحدها، من نوع apply", "the first step, and no other, is of kind apply")
	}
	switch s.Kind {
	case Decide:
		r.checkRoutes(i, s.Routes)
	case Pay:
		r.checkExemptions(i, s.Exemptions)
	case Wait:
		r.checkWait(i, s)
	case Fork:
		if len(s.Branches) < 2 {
			r.fail(procedureFile, at("steps", i, "branches"), "", "التفرع يحتاج إلى فرعين على الأقل", "a fork needs two branches or more")
		}
	case Record:
		if (s.Field == "") != (s.Value == "") || s.Field != "" && s.Registry == "" {
			r.fail(procedureFile, at("steps", i), "", "تصحيح بيان في سجل يحتاج إلى registry وfield وvalue معًا", "correcting a field of a registry needs registry, field and value together")
		}
	case Close:
		r.named(procedureFile, at("steps", i, "outcome"), "لا تنتهي المعاملة بالنتيجة", "a case cannot end with the outcome", s.Outcome, endings)
	}
	r.term(procedureFile, at("steps", i, "within"), s.Within)
	r.checkExpiry(i, s)
}

func (r *reader) checkRoutes(i int, routes []Route) {
	for k, x := range routes {
		switch last := k == len(routes)-1; {
		case last && x.When != "":
			r.fail(procedureFile, at("steps", i, "routes", k, "when"), "", "الطريق الأخير بلا شرط، ليسلكه كل ما لم يوافق شرطًا قبله", "the last route has no rule: it takes whatever no rule before it took")
		case !last && x.When == "":
			r.fail(procedureFile, at("steps", i, "routes", k), "", "طريق بلا شرط قبل الأخير يحجب ما بعده", "a route without a rule before the last hides those after it")
		}
	}
}

func (r *reader) checkExemptions(i int, list []Exemption) {
	for k, x := range list {
		if x.Percent < 0 || x.Percent > 100 {
			r.fail(procedureFile, at("steps", i, "exemptions", k, "percent"), "", "نسبة الإعفاء من 1 إلى 100", "an exemption is from 1 to 100 percent")
		}
	}
}

func (r *reader) checkWait(i int, s *Step) {
	switch {
	case s.Until == "" && s.Message == "":
		r.fail(procedureFile, at("steps", i), "", "الانتظار يحتاج إلى موعد (until) أو رسالة (message)", "a wait needs a date (until) or a message")
	case s.Message == "" && (len(s.Asks) > 0 || s.Within != nil):
		r.fail(procedureFile, at("steps", i), "", "المفتاحان asks و within لانتظار الرسائل فقط", "asks and within are only for waiting for a message")
	case s.Message != "" && s.Until == "" && (s.Within == nil || len(s.OnExpiry) == 0):
		r.fail(procedureFile, at("steps", i), "", "انتظار رسالة يحتاج إلى within و on_expiry، فقد لا تصل", "waiting for a message needs within and on_expiry: it may never come")
	}
	if s.Message != "" && !idShape.MatchString(s.Message) {
		r.fail(procedureFile, at("steps", i, "message"), "", "الاسم بحروف لاتينية صغيرة وأرقام و _", "a name has small letters, digits and _")
	}
}

// term demands exactly one positive length.
func (r *reader) term(file, path string, t *Term) {
	if t == nil {
		return
	}
	set, wrong := 0, false
	for _, n := range []int{t.WorkingDays, t.WorkingHours, t.Days} {
		if n != 0 {
			set++
		}
		wrong = wrong || n < 0 || n > longest
	}
	if set != 1 || wrong {
		r.fail(file, path, "", "المدة واحدة لا أكثر: working_days أو working_hours أو days، وأكبر من صفر", "a length of time is exactly one of working_days, working_hours, days, above zero")
	}
}

// checkExpiry: reminders first, then at most one thing that moves the case; who
// owes something and does nothing must not hold the case for ever.
func (r *reader) checkExpiry(i int, s *Step) {
	moves := false
	for k, e := range s.OnExpiry {
		path := at("steps", i, "on_expiry", k)
		r.term(procedureFile, path+".after", e.After)
		if moves {
			r.fail(procedureFile, path, "", "لا شيء بعد ما ينقل المعاملة إلى خطوة أخرى", "nothing can follow what moves the case on")
		}
		if !r.named(procedureFile, path+".do", "لا يوجد فعل باسم", "there is no action", e.Do, []string{"remind", "escalate", "outcome", "go"}) {
			continue
		}
		moves = moves || e.Do == "outcome" || e.Do == "go"
		if (e.Do == "outcome") != (e.Outcome != "") || (e.Do == "go") != (e.To != "") {
			r.fail(procedureFile, path, "", "المفتاح outcome مع do: outcome فقط، والمفتاح to مع do: go فقط", "the key outcome goes with do: outcome, the key to with do: go")
		}
		if e.Do == "escalate" && s.Kind != Review && s.Kind != Opinion {
			r.fail(procedureFile, path, "", "التصعيد لما ينتظر جهة، لا لما ينتظر المتعامل", "only what waits for an organisation can be escalated")
		}
	}
	if len(s.OnExpiry) > 0 && s.Within == nil {
		r.fail(procedureFile, at("steps", i, "on_expiry"), "", "المفتاح on_expiry يحتاج إلى مهلة within", "on_expiry needs a deadline: within")
	}
	if owes := slices.Contains([]StepKind{Pay, Correct, Cosign}, s.Kind); owes && len(s.OnExpiry) > 0 && !moves {
		r.fail(procedureFile, at("steps", i, "on_expiry"), "", "إن لم يفعل صاحب الشأن شيئًا بقيت المعاملة معلقة؛ أضف do: go أو do: outcome", "if the person does nothing the case would hang; add do: go or do: outcome")
	}
}

// longest is how long a term may be, in days or hours.
const longest = 3660
