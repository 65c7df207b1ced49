package pack

import (
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// checkNames holds every name in the pack to something that exists.
func (r *reader) checkNames() {
	steps := r.unique()
	docs := make([]string, len(r.p.Documents))
	for i, d := range r.p.Documents {
		docs[i] = d.ID
	}
	asked := questionNames(r.p.Pages)
	for i := range r.p.Steps {
		s := &r.p.Steps[i]
		for path, to := range edgePaths(i, s) {
			r.named(procedureFile, path, "لا توجد خطوة باسم", "there is no step", to, steps)
		}
		if s.Document != "" {
			r.named(procedureFile, at("steps", i, "document"), "لا توجد وثيقة باسم", "there is no document", s.Document, docs)
		}
		for k, q := range s.Questions {
			r.named(procedureFile, at("steps", i, "questions", k), "لا يوجد سؤال باسم", "there is no question", q, asked)
		}
		for k, q := range s.Shows {
			r.named(procedureFile, at("steps", i, "shows", k), "لا يوجد سؤال باسم", "there is no question", q, append(asked, r.askNames()...))
		}
		r.checkStepOrganisations(i, s)
		r.checkOutcomeNames(i, s)
	}
	r.checkDocumentsUsed()
}

// unique demands that ids of steps, documents, fee lines and answers occur once; it returns the steps' ids.
func (r *reader) unique() (steps []string) {
	seen := map[string]bool{}
	for i, s := range r.p.Steps {
		r.once(seen, procedureFile, at("steps", i, "id"), s.ID)
		steps = append(steps, s.ID)
		lines := map[string]bool{}
		for k, l := range s.Lines {
			r.once(lines, procedureFile, at("steps", i, "lines", k, "id"), l.ID)
		}
	}
	seen = map[string]bool{}
	for i, d := range r.p.Documents {
		r.once(seen, documentsFile, at("documents", i, "id"), d.ID)
	}
	answers := map[string]bool{}
	for i, pg := range r.p.Pages {
		for k, q := range pg.Questions {
			r.once(answers, questionsFile, at("pages", i, "questions", k, "name"), q.Name)
		}
	}
	for i, s := range r.p.Steps {
		for k, q := range s.Asks {
			r.once(answers, procedureFile, at("steps", i, "asks", k, "name"), q.Name)
		}
	}
	if len(r.p.Pages) == 0 {
		r.fail(questionsFile, at("pages"), "", "لا توجد صفحات أسئلة", "there are no pages of questions")
	}
	if len(r.p.Steps) == 0 {
		r.fail(procedureFile, at("steps"), "", "لا توجد خطوات", "there are no steps")
	}
	return steps
}

func (r *reader) once(seen map[string]bool, file, path, id string) {
	if !idShape.MatchString(id) {
		r.fail(file, path, "", "الاسم %q يجب أن يكون بحروف لاتينية صغيرة وأرقام و _", "the name %q must be small letters, digits and _", id)
	} else if seen[id] {
		r.fail(file, path, "", "الاسم %q مستعمل من قبل", "the name %q is already used", id)
	}
	seen[id] = true
}

func (r *reader) checkStepOrganisations(i int, s *Step) {
	if s.Organisation != "" && !isRule(s.Organisation) {
		r.organisation(procedureFile, at("steps", i, "organisation"), gov.OrgID(s.Organisation))
	}
	for k, l := range s.Lines {
		if l.For != "" {
			r.organisation(procedureFile, at("steps", i, "lines", k, "for"), l.For)
		}
	}
	if s.To != "" && s.To != "applicant" && s.To != "parties" {
		r.organisation(procedureFile, at("steps", i, "to"), gov.OrgID(s.To))
	}
	if s.Role != "" {
		r.named(procedureFile, at("steps", i, "role"), "لا يوجد دور باسم", "there is no role", string(s.Role), []string{string(gov.Officer), string(gov.Supervisor), string(gov.Head), string(gov.Auditor)})
	}
}

// checkOutcomeNames demands outcomes and reasons once each, and that what silence counts as is one of them.
func (r *reader) checkOutcomeNames(i int, s *Step) {
	seen, ids := map[string]bool{}, []string{}
	for k, o := range s.Outcomes {
		r.once(seen, procedureFile, at("steps", i, "outcomes", k, "id"), o.ID)
		ids = append(ids, o.ID)
		reasons := map[string]bool{}
		for m, x := range o.Reasons {
			r.once(reasons, procedureFile, at("steps", i, "outcomes", k, "reasons", m, "id"), x.ID)
		}
	}
	for k, e := range s.OnExpiry {
		if e.Outcome != "" {
			r.named(procedureFile, at("steps", i, "on_expiry", k, "outcome"), "لا توجد نتيجة باسم", "there is no outcome", e.Outcome, ids)
		}
	}
}

// checkDocumentsUsed refuses a document that no step issues.
func (r *reader) checkDocumentsUsed() {
	used := map[string]bool{}
	for _, s := range r.p.Steps {
		used[s.Document] = true
	}
	for i, d := range r.p.Documents {
		if !used[d.ID] {
			r.fail(documentsFile, at("documents", i, "id"), "", "لا تصدر أي خطوة الوثيقة %q", "no step issues the document %q", d.ID)
		}
	}
}

func questionNames(pages []form.Page) (out []string) {
	for _, pg := range pages {
		for _, q := range pg.Questions {
			out = append(out, q.Name)
		}
	}
	return out
}

// askNames lists what the people who work on the case fill in.
func (r *reader) askNames() (out []string) {
	for _, s := range r.p.Steps {
		for _, q := range s.Asks {
			out = append(out, q.Name)
		}
	}
	return out
}

// isRule reports whether an organisation is written as a rule: "{…}".
func isRule(s string) bool { return strings.HasPrefix(s, "{") && strings.HasSuffix(s, "}") }
