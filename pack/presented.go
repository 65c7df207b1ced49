package pack

import (
	"maps"
	"path"
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// Types are the documents that may be presented from a wallet, by "service#document".
type Types map[string]*Document

// TypesOf are the types that packs issue.
func TypesOf(packs ...*Pack) Types {
	out := Types{}
	for _, p := range packs {
		for i := range p.Documents {
			out[string(p.ID)+"#"+p.Documents[i].ID] = &p.Documents[i]
		}
	}
	return out
}

// Subject is the claim of a document that says whose it is; "" when none does.
func (d *Document) Subject() string {
	for _, c := range d.Claims {
		if c.Kind == form.CivilNumber {
			return c.Name
		}
	}
	return ""
}

// CredentialQuestions are the questions that a credential may answer.
func (p *Pack) CredentialQuestions() (out []form.Question) {
	for _, pg := range p.Pages {
		for _, q := range pg.Questions {
			if q.Credential != nil {
				out = append(out, q)
			}
		}
	}
	return out
}

// checkCredentials remembers where credentials are asked for, and holds them to
// the known types.
func (r *reader) checkCredentials() {
	for i, pg := range r.p.Pages {
		for k, q := range pg.Questions {
			if q.Credential != nil {
				r.p.where[q.Name] = r.place(questionsFile, at("pages", i, "questions", k, "credential", "type"))
			}
		}
	}
	if r.o.Types != nil && !r.o.Stored {
		r.problems = append(r.problems, r.p.Unpresentable(r.o.Types)...)
	}
}

// Unpresentable lists what is wrong with the credentials that questions ask for:
// types that nobody issues or that do not say whose they are, and claims that
// the type has not or has of another kind. The pack's own types are known.
func (p *Pack) Unpresentable(known Types) (out Problems) {
	types := maps.Clone(known)
	maps.Copy(types, TypesOf(p))
	for _, q := range p.CredentialQuestions() {
		fail := func(suggestion, ar, en string, args ...any) {
			pl := p.where[q.Name]
			out = append(out, Problem{File: questionsFile, Line: max(pl.line, 1), Col: max(pl.col, 1), Suggestion: suggestion, Text: gov.T(ar, en).Sprintf(args...)})
		}
		d := types[q.Credential.Type]
		if d == nil {
			fail(nearest(q.Credential.Type, slices.Sorted(maps.Keys(types))), "لا تُصدر أي خدمة وثيقة من النوع %q", "no service issues a document of the type %q", q.Credential.Type)
			continue
		}
		if d.Subject() == "" {
			fail("", "الوثيقة %q لا تذكر رقم صاحبها الشخصي، فلا تصلح إثباتًا", "the document %q does not state its holder's civil number and proves nothing of a person", q.Credential.Type)
		}
		for _, x := range q.Credential.Claims {
			i := slices.IndexFunc(d.Claims, func(c Claim) bool { return c.Name == x.Name })
			if i < 0 {
				fail(nearest(x.Name, namesOfClaims(d)), "ليس في الوثيقة %q بيان باسم %q", "the document %q has no claim named %q", q.Credential.Type, x.Name)
			} else if c := d.Claims[i]; c.Kind == form.File || (x.Kind == form.Date) != (c.Kind == form.Date) || (x.Kind == form.Number) != (c.Kind == form.Number) {
				fail(string(c.Kind), "البيان %q من نوع آخر", "the claim %q is of another kind", x.Name)
			}
		}
	}
	return out
}

func namesOfClaims(d *Document) (out []string) {
	for _, c := range d.Claims {
		out = append(out, c.Name)
	}
	return out
}

// unpresentable holds packs that were read together to each other's types.
func unpresentable(packs []*Pack) (out Problems) {
	known := TypesOf(packs...)
	for _, p := range packs {
		for _, x := range p.Unpresentable(known) {
			x.File = path.Join(string(p.ID), x.File)
			out = append(out, x)
		}
	}
	return out
}

// checkPresents: what an example presents is asked for.
func (r *reader) checkPresents(path string, presents map[string]map[string]any) {
	var names []string
	claims := map[string][]string{}
	for _, q := range r.p.CredentialQuestions() {
		names = append(names, q.Name)
		claims[q.Name] = q.Credential.Names()
	}
	for name, given := range presents {
		if !r.named(examplesFile, path+"."+name, "لا يُجاب من المحفظة عن السؤال", "no credential answers the question", name, names) {
			continue
		}
		for claim := range given {
			r.named(examplesFile, path+"."+name+"."+claim, "لا يُطلب من الوثيقة البيان", "the question does not ask for the claim", claim, claims[name])
		}
	}
}
