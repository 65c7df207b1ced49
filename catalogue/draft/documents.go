package draft

import (
	"slices"
	"strings"

	"diwan.example/gov"
)

// documents writes documents.yaml: the decision letter.
func (d *drawing) documents() string {
	s := d.sheet()
	arabic := slices.Contains(d.langs, gov.Arabic)
	latin := slices.ContainsFunc(d.langs, func(l gov.Lang) bool { return l != gov.Arabic })
	s.note("", wordDocuments)
	s.put("documents:")
	s.put("  - id: letter")
	s.text("    ", "title", wordLetter)
	s.put("    claims:")
	fields := []string{}
	claim := func(name string, label gov.Text, more string) {
		s.put("      - {name: %s, label: %s, %s}", name, s.flow(label), more)
		fields = append(fields, name)
	}
	if arabic {
		claim("name_ar", wordName, "value: person.name_ar, public: true")
	}
	if latin {
		label := wordName
		if arabic {
			label = wordLatinName
		}
		claim("name", label, "value: "+latinName+", public: true")
	}
	claim("civil_number", wordCivil, "value: person.civil_number, kind: civil-number")
	claim("applied_on", wordAppliedOn, "value: case.opened, kind: date")
	claim("decided_on", wordDecidedOn, "value: today, kind: date, public: true")
	if len(d.fees)+len(d.byRule) > 0 {
		claim("fee_charged", wordFee, "value: fee, kind: money")
	}
	s.put("    layout:")
	s.put("      - heading: %s", s.flow(wordLetter))
	s.put("      - heading: %s", s.flow(plainText(oneLines(shortened(d.Service.Name, 200)))))
	s.paragraph(d.granting())
	s.put("      - fields: [%s]", strings.Join(fields, ", "))
	d.outputs(s)
	s.put("      - rule: true")
	s.put("      - signature: %s", s.flow(plainText(oneLines(d.Organisation.Name))))
	d.smallPrint(s)
	return s.String()
}

func (s *sheet) paragraph(t gov.Text) { s.text("      - ", "paragraph", t) }

// granting is the sentence that decides.
func (d *drawing) granting() gov.Text {
	return wordGranting.Sprintf(plainText(oneLines(d.Organisation.Name)), plainText(oneLines(shortened(d.Service.Name, 200))))
}

// outputs names what the entry says one gets.
func (d *drawing) outputs(s *sheet) {
	var list []gov.Text
	for _, o := range d.Service.Outputs {
		list = append(list, plainText(oneLines(shortened(o.Name, 200))))
	}
	if len(list) > 0 {
		s.note("      ", wordOutputsNote)
		s.paragraph(wordOutputs.Sprintf(listed(list)))
	}
}

// smallPrint is the law, whom to ask, and how to verify.
func (d *drawing) smallPrint(s *sheet) {
	var law []gov.Text
	for _, l := range d.Service.Legal {
		law = append(law, plainText(oneLines(shortened(l.Name, 200))))
	}
	if len(law) > 0 {
		s.text("      - ", "small", wordLaw.Sprintf(listed(law)))
	}
	if to := d.contact(); to != "" {
		s.text("      - ", "small", wordContact.Sprintf(plain.Replace(to)))
	}
	s.text("      - ", "small", wordVerify)
}

// contact is where to ask about the service.
func (d *drawing) contact() string {
	for _, c := range d.Service.Contacts {
		var ways []string
		for _, w := range []string{c.Email, c.Phone, c.Page} {
			if w != "" {
				ways = append(ways, w)
			}
		}
		if len(ways) > 0 {
			return strings.Join(ways, " · ")
		}
	}
	if d.Organisation.Contact != "" {
		return d.Organisation.Contact
	}
	return d.Organisation.Website
}
