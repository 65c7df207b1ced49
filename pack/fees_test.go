package pack_test

import (
	"context"
	"fmt"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/pack"
	"pgregory.net/rapid"
)

// feesOf computes what a pack's first pay step asks for an example.
func feesOf(t *testing.T, p *pack.Pack, e *pack.Example) ([]pack.Fee, gov.Money, gov.Text) {
	t.Helper()
	fc := e.Begins()
	fc.Held = p.HeldIn(e, e.Holds, fc.Now)
	answers, err := p.Form.Check(context.Background(), e.Answers, fc)
	if err != nil {
		t.Fatal(err)
	}
	lines, waived, reason, err := p.Fees(context.Background(), p.Step("payment"), p.Vars(answers, fc))
	if err != nil {
		t.Fatal(err)
	}
	return lines, waived, reason
}

func TestFeesSplitAndExempt(t *testing.T) {
	p := renewal(t)
	e := &p.Examples[3] // lost, by post, half for a disability
	lines, waived, reason := feesOf(t, p, e)
	if fmt.Sprint(len(lines), lines[0].Amount, lines[1].Amount, lines[2].Amount, waived) != "3 1000 5000 750 6750" {
		t.Errorf("got %+v, waived %d", lines, waived)
	}
	if lines[0].For != "iga" || lines[2].For != "mtt" || reason[gov.English] != "Reduction for people with disabilities" {
		t.Errorf("got %+v, %v", lines, reason)
	}
	lines, waived, _ = feesOf(t, p, &p.Examples[2]) // sixty and over
	if len(lines) != 2 || lines[0].Amount != 0 || lines[1].Amount != 0 || waived != 3500 {
		t.Errorf("got %+v, waived %d", lines, waived)
	}
	lines, waived, reason = feesOf(t, p, &p.Examples[0])
	if len(lines) != 1 || lines[0].Amount != 2000 || waived != 0 || reason != nil {
		t.Errorf("got %+v, waived %d, %v", lines, waived, reason)
	}
}

func TestAPackTellsItsFeeAndItsTime(t *testing.T) {
	p := renewal(t)
	if fixed, depends := p.Asks(); fixed != 2000 || !depends || p.DaysAllowed() != 3 {
		t.Errorf("fee %d, depends %v, %d days; want 2000, true, 3", fixed, depends, p.DaysAllowed())
	}
	free, err := pack.Parse(base(t), pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if fixed, depends := free.Asks(); fixed != 0 || depends {
		t.Errorf("a pack without a pay step asks %d, depends %v", fixed, depends)
	}
}

// Whatever the amounts and the percentage: nothing is below zero, the sums are
// exact, and what is asked is never more than the person's share.
func TestWaiversAreExact(t *testing.T) {
	files := base(t)
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000_000_000), 1, 6).Draw(t, "amounts")
		percent := rapid.IntRange(1, 100).Draw(t, "percent")
		p, err := pack.Parse(withLines(files, amounts, percent), pack.Options{})
		if err != nil {
			t.Fatal(err)
		}
		lines, waived, _, err := p.Fees(context.Background(), p.Step("pay"), p.Form.Vars(form.Answers{}, form.Context{}))
		if err != nil {
			t.Fatal(err)
		}
		var gross, asked gov.Money
		for _, l := range lines {
			if l.Amount < 0 || l.Amount > l.Gross {
				t.Fatalf("%+v", l)
			}
			gross += l.Gross
			asked += l.Amount
		}
		if gross-asked != waived || asked*100 > gross*gov.Money(100-percent) || gross*gov.Money(100-percent)-asked*100 >= 100 {
			t.Fatalf("gross %d, waived %d, asked %d at %d%%", gross, waived, asked, percent)
		}
	})
}

// withLines puts a pay step with these amounts into the new pack's procedure.
func withLines(files map[string]string, amounts []int64, percent int) map[string]string {
	lines := ""
	cur := gov.Currency{Digits: 3}
	for i, a := range amounts {
		lines += fmt.Sprintf("      - {id: l%d, label: {ar: رسم, en: Fee}, amount: %s}\n", i, cur.Decimal(gov.Money(a)))
	}
	out := map[string]string{}
	for name, s := range files {
		out[name] = s
	}
	out["procedure.yaml"] = fmt.Sprintf(`steps:
  - {id: apply, kind: apply, title: {ar: تقديم, en: Apply}, next: pay}
  - id: pay
    kind: pay
    title: {ar: دفع, en: Pay}
    next: review
    within: {days: 1}
    on_expiry: [{do: go, to: refused}]
    exemptions: [{when: "true", percent: %d, reason: {ar: إعفاء, en: Exempt}}]
    lines:
%s  - id: review
    kind: review
    title: {ar: مراجعة, en: Review}
    within: {days: 1}
    outcomes: [{id: approve, label: {ar: موافقة, en: Yes}, to: issue}, {id: refuse, label: {ar: رفض, en: No}, to: refused, reasons: [{id: not_entitled, text: {ar: لا, en: No}}]}]
  - {id: issue, kind: issue, title: {ar: إصدار, en: Issue}, document: certificate, next: granted}
  - {id: granted, kind: close, title: {ar: تم, en: Done}, outcome: granted}
  - {id: refused, kind: close, title: {ar: رفض, en: Refused}, outcome: refused}
`, percent, lines)
	return out
}
