package draft

import (
	"slices"
	"strings"

	"diwan.example/gov"
)

// who applies in the examples: an invented person.
const who = `{civil_number: "850100011", name_ar: خالد محمد الدوسري, name_en: Khalid Mohammed Aldoseri, birth: "1985-01-09", sex: m, nationality: BH, phone: "+97333000001"}`

// examples writes examples.yaml: granted, sent back, refused and appealed, and
// an application that lacks what must be there.
func (d *drawing) examples() string {
	s := d.sheet()
	s.note("", wordExamples)
	s.put("examples:")
	d.example(s, "granted")
	s.put("    steps:")
	d.paid(s)
	s.put("      - {at: review, do: decide, outcome: approve}")
	d.feeSet(s)
	s.put("    ends: granted")
	s.put("    issues: [letter]")
	s.put("")
	d.example(s, "refused after a correction, and granted on appeal")
	s.put("    steps:")
	d.paid(s)
	s.put("      - {at: review, do: decide, outcome: correct, reason: unclear}")
	s.put("      - {at: correction, do: correct, answers: {%s: %s}}", d.firstAnswer(), quoted(answer))
	s.put("      - {at: review, do: decide, outcome: refuse, reason: conditions}")
	s.put("      - {do: appeal, words: The conditions are met}")
	s.put("      - {at: appeal_review, do: decide, outcome: accept}")
	d.feeSet(s)
	s.put("    ends: granted")
	s.put("    issues: [letter]")
	s.put("")
	d.example(s, "refused")
	s.put("    steps:")
	d.paid(s)
	s.put("      - {at: review, do: decide, outcome: refuse, reason: evidence}")
	s.put("    ends: refused")
	s.put("")
	d.incomplete(s)
	return s.String()
}

const answer = "As described in the attached papers"

// firstAnswer is the question that the example corrects.
func (d *drawing) firstAnswer() string {
	if len(d.told) > 0 {
		return d.told[0].name
	}
	return "request"
}

// example begins a case with everything that is asked.
func (d *drawing) example(s *sheet, name string) {
	s.put("  - name: %s", name)
	s.put("    person: %s", who)
	if list := d.shown(); len(list) > 0 {
		s.put("    holds: {%s}", strings.Join(list, ", "))
	}
	answers := []string{`phone: "33000001"`}
	if len(d.told) == 0 {
		answers = append(answers, "request: "+quoted(answer))
	}
	for _, a := range d.told {
		answers = append(answers, a.name+": "+quoted(answer))
	}
	for _, a := range d.evidence {
		if !a.optional && a.held == "" {
			answers = append(answers, a.name+": [paper.pdf]")
		}
	}
	for _, a := range d.declared {
		answers = append(answers, a.name+": true")
	}
	s.put("    answers: {%s}", strings.Join(append(answers, "truth: true"), ", "))
	if len(d.fees) > 0 {
		s.put("    fee: %s", quoted(d.Currency.Decimal(d.sum())))
	}
}

// shown is the evidence that registries hold in the examples, so that no paper is asked.
func (d *drawing) shown() (out []string) {
	for _, a := range d.evidence {
		if entry := string(a.held) + ": registered"; a.held != "" && !slices.Contains(out, entry) {
			out = append(out, entry)
		}
	}
	return out
}

func (d *drawing) sum() (all gov.Money) {
	for _, f := range d.fees {
		all += f.minor
	}
	return all
}

func (d *drawing) paid(s *sheet) {
	if len(d.fees) > 0 {
		s.put("      - {at: payment, do: pay}")
	}
}

// feeSet is what an officer and the applicant do about a fee that is worked out.
func (d *drawing) feeSet(s *sheet) {
	if len(d.byRule) > 0 {
		s.put("      - {at: fee, do: decide, outcome: ask, answers: {fee_due: %s}}", quoted(d.Currency.Decimal(gov.Money(10*d.unit()))))
		s.put("      - {at: settlement, do: pay}")
	}
}

// unit is one whole of the currency in minor units.
func (d *drawing) unit() int64 {
	n := int64(1)
	for range d.Currency.Digits {
		n *= 10
	}
	return n
}

// ofWho reports whether the population register says an attribute of the examples' person.
func (d *drawing) ofWho(a gov.AttributeID) bool {
	return slices.Contains([]gov.AttributeID{"person.civil_number", "person.name", "person.name_ar", "person.name_en", "person.birth", "person.sex", "person.nationality"}, a)
}

// incomplete is an application with nothing in it: everything that is needed is asked for.
func (d *drawing) incomplete(s *sheet) {
	s.put("  - name: nothing filled in")
	s.put("    person: %s", who)
	s.put("    answers: {truth: false}")
	wrong := []string{d.firstAnswer()}
	for i, a := range d.told {
		if i > 0 {
			wrong = append(wrong, a.name)
		}
	}
	for _, a := range d.evidence {
		if !a.optional && !d.ofWho(a.held) {
			wrong = append(wrong, a.name)
		}
	}
	for _, a := range d.declared {
		wrong = append(wrong, a.name)
	}
	s.put("    wrong: [%s]", strings.Join(append(wrong, "phone", "truth"), ", "))
}
