package pack

import (
	"context"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/internal/rule"
)

// The functions of this file run a pack's rules over vars, the names that
// (*form.Form).Vars gives, with the answers collected on earlier steps added.
// Each may be called from many goroutines and changes nothing. Their errors are
// of kind Invalid: a rule met a value it cannot work with.

// stepRules are a step's rules, compiled when the pack is read.
type stepRules struct {
	organisation, who, until, key, registry, field, value *rule.Program

	values map[string]*rule.Program
	asks   *form.Form
}

func holds(ctx context.Context, p *rule.Program, vars map[string]any) (bool, error) {
	if p == nil {
		return true, nil
	}
	ok, err := p.True(ctx, vars)
	return ok, refused(err)
}

func words(ctx context.Context, p *rule.Program, vars map[string]any) (string, error) {
	v, err := p.Eval(ctx, vars)
	s, _ := v.(string)
	return s, refused(err)
}

func refused(err error) error {
	if err == nil {
		return nil
	}
	return gov.Fail(gov.Invalid, "تعذر تطبيق إحدى قواعد الخدمة على هذه الإجابات", "A rule of the service cannot be applied to these answers").Because(err)
}

// Holds reports whether the case takes this route; a route without a rule always holds.
func (x Route) Holds(ctx context.Context, vars map[string]any) (bool, error) {
	return holds(ctx, x.when, vars)
}

// Offered reports whether the outcome may be chosen now.
func (x Outcome) Offered(ctx context.Context, vars map[string]any) (bool, error) {
	return holds(ctx, x.when, vars)
}

// Holds reports whether the exemption frees this case.
func (x Exemption) Holds(ctx context.Context, vars map[string]any) (bool, error) {
	return holds(ctx, x.when, vars)
}

// Asked reports whether the line belongs to this case's fee.
func (x FeeLine) Asked(ctx context.Context, vars map[string]any) (bool, error) {
	return holds(ctx, x.when, vars)
}

// AmountOf is the line's amount before exemptions, never negative.
func (x FeeLine) AmountOf(ctx context.Context, vars map[string]any) (gov.Money, error) {
	if x.amount == nil {
		return x.fixed, nil
	}
	v, err := x.amount.Eval(ctx, vars)
	n, ok := v.(int64)
	if err != nil || !ok || n < 0 || n > 1e15 {
		return 0, gov.Fail(gov.Invalid, "تعذر حساب الرسم لهذا الطلب", "The fee of this application cannot be computed").Because(err)
	}
	return gov.Money(n), nil
}

// Choose gives the first route that holds. A checked pack always has one.
func (s *Step) Choose(ctx context.Context, vars map[string]any) (Route, error) {
	for _, x := range s.Routes {
		ok, err := x.Holds(ctx, vars)
		if ok || err != nil {
			return x, err
		}
	}
	return Route{}, gov.Fail(gov.Internal, "لا طريق لهذه المعاملة", "No route holds for this case")
}

// OrganisationOf is who works on this step; "" means the pack's owner.
func (s *Step) OrganisationOf(ctx context.Context, vars map[string]any) (gov.OrgID, error) {
	if s.rules.organisation == nil {
		return gov.OrgID(s.Organisation), nil
	}
	id, err := words(ctx, s.rules.organisation, vars)
	return gov.OrgID(id), err
}

// WhoOf is the civil number of the person who must agree at a cosign step.
func (s *Step) WhoOf(ctx context.Context, vars map[string]any) (string, error) {
	return words(ctx, s.rules.who, vars)
}

// UntilOf is the moment a wait step waits for; zero when it waits only for a
// message. A date is midnight UTC of that day: the day counts, in the country's calendar.
func (s *Step) UntilOf(ctx context.Context, vars map[string]any) (time.Time, error) {
	if s.rules.until == nil {
		return time.Time{}, nil
	}
	v, err := s.rules.until.Eval(ctx, vars)
	t, _ := v.(time.Time)
	return t, refused(err)
}

// KeyOf is the key of the row that a record step writes.
func (s *Step) KeyOf(ctx context.Context, vars map[string]any) (string, error) {
	return words(ctx, s.rules.key, vars)
}

// RegistryOf is the registry that a record step writes to; "" when it writes to none.
func (s *Step) RegistryOf(ctx context.Context, vars map[string]any) (gov.RegistryID, error) {
	if s.rules.registry == nil {
		return s.Registry, nil
	}
	id, err := words(ctx, s.rules.registry, vars)
	return gov.RegistryID(id), err
}

// CorrectionOf is the field of a registry's record that a record step corrects,
// with its right value; "" when the step corrects none.
func (s *Step) CorrectionOf(ctx context.Context, vars map[string]any) (field string, value any, err error) {
	if s.rules.field == nil || s.rules.value == nil {
		return "", nil, nil
	}
	if field, err = words(ctx, s.rules.field, vars); err != nil {
		return "", nil, err
	}
	value, err = s.rules.value.Eval(ctx, vars)
	return field, value, refused(err)
}

// ValuesOf are the columns of the row that a record step writes, in canonical shapes.
func (s *Step) ValuesOf(ctx context.Context, vars map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(s.rules.values))
	for col, p := range s.rules.values {
		v, err := p.Eval(ctx, vars)
		if err != nil {
			return nil, refused(err)
		}
		out[col] = v
	}
	return out, nil
}

// AsksForm is what the person at this step fills in; nil when nothing is asked.
func (s *Step) AsksForm() *form.Form { return s.rules.asks }

// ValueOf is the claim's value in the canonical shape of its kind.
func (c Claim) ValueOf(ctx context.Context, vars map[string]any) (any, error) {
	v, err := c.value.Eval(ctx, vars)
	return v, refused(err)
}

// Question is the question whose answer the claim repeats, so that it is shown
// with the question's labels; nil when the claim is computed.
func (c Claim) Question() *form.Question { return c.question }
