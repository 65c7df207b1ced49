package api

import (
	"context"
	"net/http"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
)

// cases are the applicant's operations on applications.
func cases(s *server) {
	const tag = "applications"
	add(s, route{id: "apply", method: http.MethodPost, path: "/applications", tag: tag, scope: casesWrite, status: http.StatusCreated,
		name: gov.T("تقديم طلب أو فتح مسودة", "Apply for a service, or open a draft"), about: "All wrong answers come back at once in errors. With draft the answers are kept as they are and nothing is checked yet."}, s.apply)
	add(s, route{id: "list-applications", method: http.MethodGet, path: "/applications", tag: tag, scope: casesRead, name: gov.T("طلباتي", "My applications")}, s.mine)
	add(s, route{id: "search-applications", method: http.MethodGet, path: "/applications/search", tag: tag, scope: casesRead,
		name: gov.T("البحث في طلبات الجهة", "Search the organisation's applications"), about: "For officers: by reference, civil number or name. Whom it finds sees it in their access log."}, s.search)
	add(s, route{id: "get-application", method: http.MethodGet, path: "/applications/{id}", tag: tag, scope: casesRead,
		name: gov.T("طلب واحد", "One application"), about: "Where it stands, who has it and until when, what is owed, decisions, documents and charges. What staff look at stands in the applicant's access log."}, s.getCase)
	add(s, route{id: "save-draft", method: http.MethodPatch, path: "/applications/{id}", tag: tag, scope: casesWrite, name: gov.T("حفظ إجابات مسودة", "Save answers of a draft"), about: "Answers that are not named stay; null removes one."}, s.save)
	add(s, route{id: "drop-draft", method: http.MethodDelete, path: "/applications/{id}", tag: tag, scope: casesWrite, name: gov.T("حذف مسودة", "Throw a draft away")}, s.drop)
	add(s, route{id: "submit-draft", method: http.MethodPost, path: "/applications/{id}/submit", tag: tag, scope: casesWrite, name: gov.T("تقديم مسودة", "Submit a draft")}, s.submit)
	add(s, route{id: "withdraw", method: http.MethodPost, path: "/applications/{id}/withdraw", tag: tag, scope: casesWrite, name: gov.T("سحب طلب", "Withdraw an application")}, s.withdraw)
	add(s, route{id: "appeal", method: http.MethodPost, path: "/applications/{id}/appeal", tag: tag, scope: casesWrite, name: gov.T("التظلّم من رفض طلب", "Appeal a refusal")}, s.appeal)
	add(s, route{id: "correct", method: http.MethodPost, path: "/applications/{id}/corrections", tag: tag, scope: casesWrite, name: gov.T("تصحيح ما طُلب تصحيحه", "Send the corrections asked for")}, s.correct)
	add(s, route{id: "fetch-held", method: http.MethodPost, path: "/applications/{id}/held", tag: tag, scope: casesWrite,
		name: gov.T("جلب ما في السجلات", "Fetch what registries hold"), about: "Of a draft or a correction: what registries hold of its person and its questions ask for. It cannot be typed; read it in held, dispute it when it is wrong."}, s.fetchHeld)
	add(s, route{id: "dispute-held", method: http.MethodPost, path: "/applications/{id}/held/{question}/dispute", tag: tag, scope: casesWrite,
		name: gov.T("الاعتراض على بيان من سجل", "Dispute what a registry holds"), about: "An officer reads the words before deciding. The registry itself changes only when its keeper corrects it."}, s.dispute)
	add(s, route{id: "send-message", method: http.MethodPost, path: "/applications/{id}/messages/{name}", tag: tag, scope: casesMessage,
		name: gov.T("إرسال ما ينتظره الطلب", "Send what the application awaits"), about: "For systems of the owning organisation: brings the message that a wait step awaits."}, s.message)
}

// Application is a wish for a service.
type Application struct {
	Service gov.ServiceID  `json:"service" maxLength:"120" example:"education/enrolment-certificate"`
	Answers map[string]any `json:"answers,omitempty" doc:"Answers by question, as the service's form says"`
	Draft   bool           `json:"draft,omitempty" doc:"Only open a draft"`
	For     gov.PersonID   `json:"for,omitempty" maxLength:"64" doc:"Id of the person it is for; absent: yourself"`
	Company gov.OrgID      `json:"company,omitempty" maxLength:"64" doc:"Id of the company it is for"`
	Mandate string         `json:"mandate,omitempty" enum:"guardian,company,agent" doc:"By what right you act for them"`
}

func (s *server) apply(ctx context.Context, in *struct{ Body Application }) (*change[Case], error) {
	b := in.Body
	a := casework.Application{Service: b.Service, For: b.For, Mandate: b.Mandate, Company: b.Company, Answers: form.Answers(b.Answers)}
	do := s.Cases.Apply
	if b.Draft {
		do = s.Cases.Start
	} else {
		var err error
		if a, err = s.Cases.Ahead(ctx, a); err != nil {
			return nil, err
		}
	}
	return write(s, ctx, func(tx *db.Tx) (Case, error) { return shown(do(tx, a)) })
}

func shown(c *casework.Case, err error) (Case, error) {
	if err != nil {
		return Case{}, err
	}
	return showCase(c), nil
}

func (s *server) mine(ctx context.Context, in *Paging) (*answer[*List[Case]], error) {
	before, err := in.at()
	if err != nil {
		return nil, err
	}
	var rows []*casework.Case
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) { rows, err = s.Cases.Mine(tx, before, in.Limit+1); return err })
	return say(list(rows, in.Limit, showCase, caseID), err)
}

func caseID(c *casework.Case) string { return string(c.ID) }

func (s *server) search(ctx context.Context, in *struct {
	Paging
	Words   string         `query:"q" maxLength:"120" doc:"Reference, civil number or name"`
	State   casework.State `query:"state" enum:"open,closed" doc:"Only in this state"`
	Service gov.ServiceID  `query:"service" maxLength:"120"`
}) (*answer[*List[Case]], error) {
	before, err := in.at()
	if err != nil {
		return nil, err
	}
	var rows []*casework.Case
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) { // a look at people is recorded
		rows, err = s.Cases.Search(tx, in.Words, casework.Filter{State: in.State, Service: in.Service, Before: before, Limit: in.Limit + 1})
		return err
	})
	return say(list(rows, in.Limit, showCase, caseID), err)
}

// OfCase names a case.
type OfCase struct {
	ID gov.CaseID `path:"id" maxLength:"64" doc:"Id of the application"`
}

func (s *server) getCase(ctx context.Context, in *OfCase) (*answer[CaseView], error) {
	var v CaseView
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) { // a look of staff is recorded
		v, err = s.view(tx, in.ID)
		return err
	})
	return say(v, err)
}

// Answers are answers by question.
type Answers struct {
	Answers map[string]any `json:"answers" doc:"Answers by question, as the service's form says"`
}

func (s *server) save(ctx context.Context, in *struct {
	OfCase
	Body Answers
}) (*change[Case], error) {
	return write(s, ctx, func(tx *db.Tx) (Case, error) {
		return shown(s.Cases.Save(tx, in.ID, form.Answers(in.Body.Answers)))
	})
}

func (s *server) drop(ctx context.Context, in *OfCase) (*change[done], error) {
	return write(s, ctx, func(tx *db.Tx) (done, error) { return done{true}, s.Cases.Drop(tx, in.ID) })
}

func (s *server) submit(ctx context.Context, in *OfCase) (*change[Case], error) {
	if err := s.Cases.Gather(ctx, in.ID); err != nil {
		return nil, err
	}
	return write(s, ctx, func(tx *db.Tx) (Case, error) { return shown(s.Cases.Submit(tx, in.ID)) })
}

func (s *server) withdraw(ctx context.Context, in *OfCase) (*change[Case], error) {
	return write(s, ctx, func(tx *db.Tx) (Case, error) { return shown(s.Cases.Withdraw(tx, in.ID)) })
}

// Words are a person's own words.
type Words struct {
	Words string `json:"words" minLength:"1" maxLength:"8000" doc:"In your own words"`
}

func (s *server) appeal(ctx context.Context, in *struct {
	OfCase
	Body Words
}) (*change[Case], error) {
	return write(s, ctx, func(tx *db.Tx) (Case, error) { return shown(s.Cases.Appeal(tx, in.ID, in.Body.Words)) })
}

func (s *server) correct(ctx context.Context, in *struct {
	OfCase
	Body Answers
}) (*change[Case], error) {
	if err := s.Cases.Gather(ctx, in.ID); err != nil {
		return nil, err
	}
	return write(s, ctx, func(tx *db.Tx) (Case, error) {
		return shown(s.Cases.Correct(tx, in.ID, form.Answers(in.Body.Answers)))
	})
}

func (s *server) fetchHeld(ctx context.Context, in *OfCase) (*change[CaseView], error) {
	if err := s.Cases.Gather(ctx, in.ID); err != nil {
		return nil, err
	}
	return write(s, ctx, func(tx *db.Tx) (CaseView, error) { return s.view(tx, in.ID) })
}

func (s *server) dispute(ctx context.Context, in *struct {
	OfCase
	Question string `path:"question" maxLength:"64" doc:"Name of the question"`
	Body     Words
}) (*change[Case], error) {
	return write(s, ctx, func(tx *db.Tx) (Case, error) {
		return shown(s.Cases.Dispute(tx, in.ID, in.Question, in.Body.Words))
	})
}

func (s *server) message(ctx context.Context, in *struct {
	OfCase
	Name string `path:"name" maxLength:"64" doc:"Name of the message, as the procedure says"`
	Body struct {
		Fields map[string]any `json:"fields,omitempty" doc:"What the message says, by name"`
	}
}) (*change[Case], error) {
	return write(s, ctx, func(tx *db.Tx) (Case, error) {
		return shown(s.Cases.Message(tx, in.ID, in.Name, form.Answers(in.Body.Fields)))
	})
}
