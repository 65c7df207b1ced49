package policy

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/programme/lifecycle"
)

// State is what a check found.
type State string

// The states of a check. One that does not apply has none.
const (
	Pass     State = "pass"
	Fail     State = "fail"
	Excepted State = "excepted" // it fails, and a legal decision allows that until a day
)

// Finding is what one check found of one service.
type Finding struct {
	*Check
	State     State
	Shows     string     // the evidence: channels, names of questions, a share
	Exception *Exception // when State is Excepted
}

// judge runs all checks that apply to a service.
func judge(ctx context.Context, r *lifecycle.Record, free []Exception) (out []Finding, err error) {
	v := values(r)
	for _, p := range Policies() {
		for i := range p.Checks {
			c := &p.Checks[i]
			if c.applies != nil {
				if yes, err := c.applies.True(ctx, v); err != nil {
					return nil, gov.Wrap(err, c.ID)
				} else if !yes {
					continue
				}
			}
			f := Finding{Check: c, State: Fail}
			ok, err := c.holds.True(ctx, v)
			if err != nil {
				return nil, gov.Wrap(err, c.ID)
			}
			if c.shows != nil {
				s, err := c.shows.Eval(ctx, v)
				if err != nil {
					return nil, gov.Wrap(err, c.ID)
				}
				f.Shows, _ = s.(string)
			}
			if ok {
				f.State = Pass
			} else if x := freed(free, c.ID, r.Entry.ID, r.Entry.Organisation); x != nil {
				f.State, f.Exception = Excepted, x
			}
			out = append(out, f)
		}
	}
	return out, nil
}

// Judge runs all checks on a pack or an entry as it would be published; p may be
// nil. What live figures decide is not in it.
func Judge(tx *db.Tx, e catalogue.Service, p *pack.Pack) ([]Finding, error) {
	r, err := lifecycle.Written(tx, e, p)
	if err != nil {
		return nil, err
	}
	free, err := exceptionsNow(tx, e.ID, e.Organisation)
	if err != nil {
		return nil, err
	}
	return judge(tx.Context(), &r, free)
}

// Preview runs all checks on a pack as it would be published, and gives those
// that do not pass: binding ones first. A service that the
// catalogue does not know yet is judged by what its pack says.
func Preview(tx *db.Tx, p *pack.Pack) (out []Finding, err error) {
	e, err := catalogue.Find(tx, p.ID)
	if gov.KindOf(err) == gov.NotFound {
		e, err = catalogue.Service{Entry: catalogue.EntryOf(p)}, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := Judge(tx, e, p)
	for _, f := range list {
		if f.State != Pass {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return cmp.Compare(a.weight(), b.weight()) })
	return out, err
}

// weight orders findings: what refuses first.
func (f Finding) weight() int {
	switch {
	case f.Refuses():
		return 0
	case f.State == Fail:
		return 1
	}
	return 2
}

// Refuses reports whether the finding refuses a publication.
func (f Finding) Refuses() bool { return f.Binding && f.State == Fail }

// Admit refuses the publication of a pack, or of an entry when p is nil, that a
// binding check fails without an exception. It returns the advisory checks that
// fail, to be shown as warnings. Errors: Invalid, naming every check and what to do.
func Admit(tx *db.Tx, e catalogue.Service, p *pack.Pack) (warnings []Finding, err error) {
	list, err := Judge(tx, e, p)
	if err != nil {
		return nil, err
	}
	var ar, en []string
	for _, f := range list {
		switch {
		case f.State != Fail:
		case !f.Binding:
			warnings = append(warnings, f)
		default:
			ar = append(ar, f.Policy.Name[gov.Arabic]+" — "+f.Name[gov.Arabic]+". "+f.Todo[gov.Arabic]+f.tail("، "))
			en = append(en, f.Policy.Name[gov.English]+" — "+f.Name[gov.English]+". "+f.Todo[gov.English]+f.tail(", "))
		}
	}
	if len(ar) > 0 {
		return warnings, gov.Fail(gov.Invalid, "لا تُنشر الخدمة قبل أن تستوفي السياسات الملزمة: "+strings.Join(ar, "؛ "),
			"The service cannot be published before it keeps the binding policies: "+strings.Join(en, "; ")).At("policy")
	}
	return warnings, nil
}

// Publish says in the catalogue that a pack runs from now on, unless a binding
// check refuses it; the caller has put it into force in the same transaction and
// checked that the actor may. Errors: as catalogue.Publish and Admit.
func Publish(tx *db.Tx, p *pack.Pack) (warnings []Finding, err error) {
	if err := catalogue.Publish(tx, p); err != nil {
		return nil, err
	}
	e, err := catalogue.Find(tx, p.ID)
	if err != nil {
		return nil, err
	}
	return Admit(tx, e, p)
}

// tail is the evidence of a finding, set apart so that Latin names stand whole in
// Arabic; empty when there is none.
func (f Finding) tail(comma string) string {
	if f.Shows == "" {
		return ""
	}
	return " (\u2066" + strings.ReplaceAll(f.Shows, ", ", "\u2069"+comma+"\u2066") + "\u2069)"
}
