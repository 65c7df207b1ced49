package draft

import (
	"diwan.example/gov"
)

// procedure writes procedure.yaml: application, fee, decision, correction,
// letter, appeal and the ways a case ends.
func (d *drawing) procedure() string {
	s := d.sheet()
	s.note("", wordProcedure)
	s.put("steps:")
	first := "review"
	if len(d.fees) > 0 {
		first = "payment"
	}
	s.step("apply", "apply", wordApply)
	s.put("    next: %s", first)
	if len(d.fees) > 0 {
		d.payment(s)
	}
	d.review(s)
	s.step("correction", "correct", wordCorrection)
	s.put("    within: {days: %d}", CorrectDays)
	s.put("    on_expiry:")
	s.put("      - do: remind")
	s.put("      - {do: go, to: lapsed, after: {days: 3}}")
	s.put("    next: review")
	d.appeal(s)
	if len(d.byRule) > 0 {
		d.workedOut(s)
	}
	d.end(s)
	return s.String()
}

func (s *sheet) step(id, kind string, title gov.Text) {
	s.put("")
	s.put("  - id: %s", id)
	s.put("    kind: %s", kind)
	s.text("    ", "title", title)
}

// approved is where an application goes that is granted.
func (d *drawing) approved() string {
	if len(d.byRule) > 0 {
		return "fee"
	}
	return "issue"
}

// payment asks for the amounts that the entry names, before anybody decides.
func (d *drawing) payment(s *sheet) {
	s.step("payment", "pay", wordPayment)
	for _, c := range d.left {
		s.note("    ", wordLeftCost.Sprintf(c.Channel, d.Currency.Decimal(c.Amount)))
	}
	s.put("    lines:")
	for _, f := range d.fees {
		s.put("      - id: %s", f.id)
		s.text("        ", "label", shortened(f.label, 300))
		s.put("        amount: %s", quoted(f.amount))
		if f.to != "" {
			s.put("        for: %s", f.to)
		}
	}
	s.unpaid()
	s.put("    next: review")
}

func (s *sheet) unpaid() {
	s.put("    within: {days: %d}", PayDays)
	s.put("    on_expiry:")
	s.put("      - do: remind")
	s.put("      - {do: go, to: unpaid, after: {days: 7}}")
}

// review is the decision by the organisation within the documented time.
func (d *drawing) review(s *sheet) {
	s.step("review", "review", wordReview)
	s.put("    role: officer")
	n, said := d.days()
	switch {
	case !said:
		s.note("    ", wordNoDays)
	case d.Service.WorkingDays == 0:
		s.note("    ", wordAtOnce)
	}
	s.put("    within: {working_days: %d}", n)
	s.put("    on_expiry:")
	s.put("      - do: remind")
	s.put("      - {do: escalate, after: {working_days: 1}}")
	s.put("    outcomes:")
	s.put("      - id: approve")
	s.text("        ", "label", wordApprove)
	s.put("        to: %s", d.approved())
	s.put("      - id: correct")
	s.text("        ", "label", wordSendBack)
	s.put("        to: correction")
	s.put("        reasons:")
	s.reason("unclear", wordUnclear)
	s.reason("evidence_missing", wordEvidenceMissing)
	s.put("      - id: refuse")
	s.text("        ", "label", wordRefuse)
	s.put("        to: refused")
	s.put("        step_up: true")
	s.note("        ", wordReasons)
	s.put("        reasons:")
	for _, a := range d.declared {
		s.reason("not_"+a.name, wordNotMet.Sprintf(oneLines(shortened(a.label, 200))))
	}
	s.reason("conditions", wordConditions)
	s.reason("evidence", wordNotProven)
	s.reason("elsewhere", wordElsewhere)
}

func (s *sheet) reason(id string, t gov.Text) {
	s.put("          - {id: %s, text: %s}", id, s.flow(t))
}

// appeal is heard by somebody above who decided.
func (d *drawing) appeal(s *sheet) {
	n, _ := d.days()
	s.step("appeal_review", "review", wordAppeal)
	s.note("    ", wordAppealNote)
	s.put("    role: supervisor")
	s.put("    within: {working_days: %d}", n)
	s.put("    on_expiry:")
	s.put("      - do: escalate")
	s.put("    outcomes:")
	s.put("      - id: accept")
	s.text("        ", "label", wordAccept)
	s.put("        to: %s", d.approved())
	s.put("      - id: uphold")
	s.text("        ", "label", wordUphold)
	s.put("        to: refused")
	s.put("        words: true")
	s.put("        step_up: true")
}

// workedOut lets an officer work out a fee that the entry says in words only.
func (d *drawing) workedOut(s *sheet) {
	s.step("fee", "review", wordSetFee)
	s.note("    ", wordSetFeeNote)
	s.put("    role: officer")
	s.put("    within: {working_days: 2}")
	s.put("    on_expiry:")
	s.put("      - do: remind")
	s.put("      - {do: escalate, after: {working_days: 1}}")
	s.put("    asks:")
	s.put("      - name: fee_due")
	s.put("        kind: money")
	s.text("        ", "label", wordFeeDue)
	s.text("        ", "help", shortened(d.ruleWords(), 600))
	s.put("    outcomes:")
	s.put("      - id: ask")
	s.text("        ", "label", wordAskFee)
	s.put("        to: settlement")
	s.step("settlement", "pay", wordPayment)
	s.put("    lines:")
	s.put("      - id: fee_due")
	s.text("        ", "label", wordFee)
	s.put("        amount: fee_due")
	s.unpaid()
	s.put("    next: issue")
}

// ruleWords are the costs that the entry says in words.
func (d *drawing) ruleWords() gov.Text {
	var list []gov.Text
	for _, c := range d.byRule {
		t := c.Rule
		if c.Amount > 0 {
			amount := d.Currency.Decimal(c.Amount) + " " + c.Currency
			if t = wordForeign.Sprintf(amount); len(c.Rule) > 0 {
				t = listed([]gov.Text{c.Rule, t})
			}
		}
		list = append(list, t)
	}
	return listed(list)
}

// end issues the letter, tells the applicant and closes.
func (d *drawing) end(s *sheet) {
	s.step("issue", "issue", wordIssue)
	s.put("    document: letter")
	s.put("    next: tell")
	s.step("tell", "notify", wordTell)
	s.text("    ", "text", wordGrantedNotice.Sprintf(plainText(oneLines(shortened(d.Service.Name, 200)))))
	s.put("    next: granted")
	s.step("granted", "close", wordGranted)
	s.put("    outcome: granted")
	s.closing("refused", "refused", wordRefused, wordRefusedReason)
	s.closing("lapsed", "lapsed", wordLapsed, wordLapsedReason)
	if len(d.fees)+len(d.byRule) > 0 {
		s.closing("unpaid", "lapsed", wordUnpaid, wordUnpaidReason)
	}
}

func (s *sheet) closing(id, outcome string, title, reason gov.Text) {
	s.step(id, "close", title)
	s.put("    outcome: %s", outcome)
	s.text("    ", "reason", reason)
}
