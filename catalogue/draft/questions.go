package draft

import "diwan.example/gov"

// questions writes questions.yaml.
func (d *drawing) questions() string {
	s := d.sheet()
	s.note("", wordQuestions)
	s.put("pages:")
	d.identity(s)
	d.request(s)
	if len(d.evidence) > 0 {
		d.documentsPage(s)
	}
	d.declarations(s)
	return s.String()
}

func (s *sheet) page(name string, title gov.Text) {
	s.put("  - name: %s", name)
	s.text("    ", "title", title)
	s.put("    questions:")
}

func (s *sheet) question(name, kind string, label, help gov.Text) {
	s.put("      - name: %s", name)
	s.put("        kind: %s", kind)
	s.text("        ", "label", shortened(label, 500))
	if len(help.Missing(s.langs...)) == 0 {
		s.text("        ", "help", shortened(help, 600))
	}
}

// identity is who asks, as the account knows it.
func (d *drawing) identity(s *sheet) {
	s.page("applicant", wordApplicantPage)
	s.note("      ", wordIdentity)
	s.question("full_name", "short-text", wordName, nil)
	s.put("        prefill: %s", d.name())
	s.put("        locked: true")
	d.fetched(s, d.named())
	s.question("civil_number", "civil-number", wordCivil, nil)
	s.put("        prefill: person.civil_number")
	s.put("        locked: true")
	d.fetched(s, "person.civil_number")
	s.question("phone", "phone", wordPhone, nil)
	s.put("        prefill: person.phone")
	s.question("email", "email", wordEmail, wordEmailHelp)
	s.put("        prefill: person.email")
	s.put("        optional: true")
}

// fetched makes a question one that a registry answers, when one holds it; the
// account stands in while the registry does not answer.
func (d *drawing) fetched(s *sheet, a gov.AttributeID) {
	if d.holds(a) {
		s.put("        attribute: %s", a)
		s.put("        away: ask")
	}
}

// named is the attribute of the person's name as the pack's first language writes it.
func (d *drawing) named() gov.AttributeID {
	if len(d.langs) > 0 && d.langs[0] == gov.Arabic {
		return "person.name_ar"
	}
	return "person.name_en"
}

// name is the rule for the person's name as the pack's first language writes it.
func (d *drawing) name() string {
	if len(d.langs) > 0 && d.langs[0] == gov.Arabic {
		return `'person.name_ar != "" ? person.name_ar : person.name_en'`
	}
	return latinName
}

const latinName = `'person.name_en != "" ? person.name_en : person.name_ar'`

// request is what is asked for, and what information the entry wants.
func (d *drawing) request(s *sheet) {
	s.page("request", wordRequestPage)
	if len(d.told) == 0 {
		s.note("      ", wordRequestNote)
		s.question("request", "long-text", wordRequest, wordRequestHelp)
		s.put("        max_length: 2000")
	}
	for _, a := range d.told {
		s.question(a.name, "long-text", a.label, a.help)
		s.put("        max_length: 2000")
	}
	if len(d.evidence) == 0 {
		s.note("      ", wordNoEvidence)
		s.question("attachments", "file", wordAttachments, wordFileHelp)
		s.put("        optional: true")
		s.put("        files: {max: 5}")
	}
}

// documentsPage asks for the evidence that the entry names.
func (d *drawing) documentsPage(s *sheet) {
	s.page("evidence", wordEvidencePage)
	for _, a := range d.evidence {
		s.note("      ", a.note)
		help := wordFileHelp
		if len(a.help.Missing(d.langs...)) == 0 {
			help = a.help
		}
		s.question(a.name, "file", a.label, help)
		if a.optional {
			s.put("        optional: true")
		}
		s.put("        files: {max: 5}")
		if a.held != "" {
			s.put("        attribute: %s", a.held)
			s.put("        away: document")
		}
	}
}

// declarations are the entry's requirements, and that all of it is true.
func (d *drawing) declarations(s *sheet) {
	s.page("declare", wordDeclarePage)
	for _, a := range d.declared {
		s.question(a.name, "declaration", wordMeets.Sprintf(oneLines(a.label)), a.help)
	}
	s.question("truth", "declaration", wordTruth, nil)
}

func oneLines(t gov.Text) gov.Text {
	out := gov.Text{}
	for l, s := range t {
		out[l] = oneLine(s)
	}
	return out
}
