package pack

import (
	"context"
	"math/bits"

	"diwan.example/gov"
)

// Fee is one line of what a case is charged.
type Fee struct {
	ID     string
	Label  gov.Text
	For    gov.OrgID // who receives it
	Gross  gov.Money // before exemptions
	Amount gov.Money // what is asked: Gross less its share of the waiver
}

// Fees computes what a pay step asks of a case: its lines after exemptions, how
// much is waived and why. The waiver is rounded to the person's favour and
// spread over the lines so that the sums are exact. Errors: Invalid when a rule
// cannot be applied.
func (p *Pack) Fees(ctx context.Context, s *Step, vars map[string]any) (lines []Fee, waived gov.Money, reason gov.Text, err error) {
	var total gov.Money
	for _, x := range s.Lines {
		asked, err := x.Asked(ctx, vars)
		if err != nil {
			return nil, 0, nil, err
		}
		if !asked {
			continue
		}
		amount, err := x.AmountOf(ctx, vars)
		if err != nil {
			return nil, 0, nil, err
		}
		to := x.For
		if to == "" {
			to = p.Organisation
		}
		lines = append(lines, Fee{ID: x.ID, Label: x.Label, For: to, Gross: amount, Amount: amount})
		total += amount
	}
	percent, reason, err := s.exempt(ctx, vars)
	if err != nil || percent == 0 || total == 0 {
		return lines, 0, nil, err
	}
	waived = (total*gov.Money(percent) + 99) / 100
	waive(lines, total, waived)
	return lines, waived, reason, nil
}

// exempt gives the first exemption that holds, in percent.
func (s *Step) exempt(ctx context.Context, vars map[string]any) (int, gov.Text, error) {
	for _, x := range s.Exemptions {
		ok, err := x.Holds(ctx, vars)
		if err != nil {
			return 0, nil, err
		}
		if ok && x.Percent == 0 {
			return 100, x.Reason, nil
		}
		if ok {
			return x.Percent, x.Reason, nil
		}
	}
	return 0, nil, nil
}

// waive spreads a waiver over the lines in proportion; what rounding leaves is
// taken from the first lines that still have something.
func waive(lines []Fee, total, waived gov.Money) {
	left := waived
	for i := range lines {
		hi, lo := bits.Mul64(uint64(lines[i].Gross), uint64(waived))
		share, _ := bits.Div64(hi, lo, uint64(total)) // below waived, so it fits
		lines[i].Amount -= gov.Money(share)
		left -= gov.Money(share)
	}
	for i := range lines {
		more := min(left, lines[i].Amount)
		lines[i].Amount -= more
		left -= more
	}
}

// Asks tells what pay steps ask of every case before exemptions, and whether a
// case may be asked another amount. Nothing and false: the service is free.
func (p *Pack) Asks() (fixed gov.Money, depends bool) {
	for _, s := range p.Steps {
		for _, l := range s.Lines {
			if l.When == "" && l.amount == nil {
				fixed += l.fixed
			} else {
				depends = true
			}
		}
		depends = depends || len(s.Exemptions) > 0
	}
	return fixed, depends
}

// DaysAllowed is how many working days organisations have together before an
// appeal: the sum of their deadlines.
func (p *Pack) DaysAllowed() (n int) {
	for _, s := range p.Steps {
		if (s.Kind == Review || s.Kind == Opinion) && s.ID != p.AppealTo && s.Within != nil {
			n += s.Within.WorkingDays
		}
	}
	return n
}
