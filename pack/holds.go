package pack

import (
	"context"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// In an example holds says what registries answer: attribute and value as a
// person would type it, or {gap: away}. What the example's person is like the
// population register knows; of everything else it holds no record.

// gaps are what an example may say in place of a value.
var gaps = []string{string(gov.GapNone), string(gov.GapAway), string(gov.GapDenied), string(gov.GapConsent)}

// checkHolds: attributes that questions of the pack fetch, with values or gaps.
func (r *reader) checkHolds(path string, holds map[string]any) {
	var names []string
	for _, q := range r.p.HeldQuestions() {
		names = append(names, string(q.Attribute))
	}
	for a, v := range holds {
		if r.named(examplesFile, path+"."+a, "لا يجلب أي سؤال البيان", "no question fetches the attribute", a, names) {
			if m, is := v.(map[string]any); is && m["gap"] != nil {
				gap, _ := m["gap"].(string)
				r.named(examplesFile, path+"."+a+".gap", "لا يوجد سبب غياب باسم", "there is no gap", gap, gaps)
			}
		}
	}
}

// HeldIn is what registries answer of an example's person when they hold these
// values, for every attribute that the pack fetches.
func (p *Pack) HeldIn(e *Example, holds map[string]any, now time.Time) form.Holdings {
	out := form.Holdings{}
	for _, q := range p.HeldQuestions() {
		h := gov.Held{Attribute: q.Attribute, Registry: "sample", At: now, Version: 1}
		v, said := holds[string(q.Attribute)]
		if m, is := v.(map[string]any); is && m["gap"] != nil {
			gap, _ := m["gap"].(string)
			h.Gap = gov.Gap(gap)
		} else {
			if !said {
				v = ofPerson(e.Who(), q.Attribute)
			}
			c := e.Begins()
			h.Value, _ = p.Form.Fits(context.Background(), q.Name, v, c)
			if h.Value == nil {
				h.Gap = gov.GapNone
			}
		}
		if known, twice := out[q.Attribute]; !twice || known.Gap != "" {
			out[q.Attribute] = h
		}
	}
	return out
}

// Who is the example's person; one that names none has a person of the sample country.
func (e *Example) Who() form.Person {
	if e.Person.CivilNumber != "" {
		return e.Person
	}
	return form.Person{CivilNumber: "850100011", NameAr: "خالد محمد", NameEn: "Khalid Mohammed", Birth: "1985-01-09", Sex: "m", Nationality: "BH", Phone: "+97330000001"}
}

// ofPerson is what the population register says of an example's person; nil when
// the attribute is not one of a person or the example does not say.
func ofPerson(p form.Person, a gov.AttributeID) any {
	text := map[gov.AttributeID]string{
		"person.civil_number": p.CivilNumber, "person.name": p.NameAr, "person.name_ar": p.NameAr, "person.name_en": p.NameEn,
		"person.birth": p.Birth, "person.sex": p.Sex, "person.nationality": p.Nationality,
	}[a]
	if a == "person.address" && p.Block != "" {
		return map[string]any{"block": p.Block, "road": p.Road, "building": p.Building, "flat": p.Flat}
	}
	if text == "" {
		return nil
	}
	return text
}
