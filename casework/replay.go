package casework

import (
	"context"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// Course is how a case runs under a version of its pack when people decide as
// they did: what it is charged and how it ends.
type Course struct {
	Wrong   []string  // answers that the version refuses
	Fee     gov.Money // all pay steps together
	Outcome string    // "" when it depends on a decision nobody has made
	Path    []string  // steps in order
}

// Difference is a past case that would run otherwise under a draft.
type Difference struct {
	Case   gov.CaseID
	Ref    string
	Before Course // under the version it began with
	After  Course // under the draft
}

// Replay runs a draft's rules and fees over past cases and returns those that
// would differ, and how many were run. It changes nothing. The cases are the
// closed ones that f selects.
func (e *Engine) Replay(tx *db.Tx, draft *pack.Pack, f Filter) (out []Difference, ran int, err error) {
	f.Service, f.State = draft.ID, Closed
	cases, err := listCases(tx, f)
	if err != nil {
		return nil, 0, err
	}
	for _, c := range cases {
		d := Difference{Case: c.ID, Ref: c.Ref}
		old, err := e.Packs.At(tx, c.Service, c.Version)
		if err != nil {
			return nil, ran, err
		}
		if d.Before, err = e.course(tx, c, old); err != nil {
			return nil, ran, err
		}
		if d.After, err = e.course(tx, c, draft); err != nil {
			return nil, ran, err
		}
		ran++
		if !d.Before.same(d.After) {
			out = append(out, d)
		}
	}
	return out, ran, nil
}

func (a Course) same(b Course) bool {
	if a.Fee != b.Fee || a.Outcome != b.Outcome || len(a.Wrong) != len(b.Wrong) {
		return false
	}
	for i := range a.Wrong {
		if a.Wrong[i] != b.Wrong[i] {
			return false
		}
	}
	return true
}

// rerun is one case on its way along a version, on paper.
type rerun struct {
	ctx    context.Context
	c      *Case
	p      *pack.Pack
	fc     form.Context
	course Course
	left   int
}

func (e *Engine) course(tx *db.Tx, c *Case, p *pack.Pack) (Course, error) {
	fc, err := e.formContext(tx, c)
	if err != nil {
		return Course{}, err
	}
	fc.Now, fc.Fee, fc.Outcomes = c.Submitted, 0, map[string]string{}
	r := &rerun{ctx: tx.Context(), c: c, p: p, fc: fc, left: walkLimit}
	own := form.Answers{}
	for k, v := range c.Answers {
		if p.Form.Question(k) != nil {
			own[k] = v
		}
	}
	if _, err := p.Form.Check(tx.Context(), own, fc); err != nil {
		problems, ok := err.(gov.Problems)
		if !ok {
			return Course{}, err
		}
		for _, x := range problems {
			r.course.Wrong = append(r.course.Wrong, x.Field)
		}
	}
	_, err = r.from(p.Steps[0].Next)
	return r.course, err
}

// from walks on from a step until the case ends, a join is reached (its id is
// returned), or a decision is missing.
func (r *rerun) from(id string) (join string, err error) {
	for id != "" && r.course.Outcome == "" {
		s := r.p.Step(id)
		if r.left--; r.left < 0 || s == nil {
			return "", errNoStep(r.c.Service, id)
		}
		r.course.Path = append(r.course.Path, id)
		switch s.Kind {
		case pack.Join:
			return id, nil
		case pack.Close:
			r.course.Outcome = s.Outcome
			return "", nil
		case pack.Fork:
			id, err = r.fork(s)
		default:
			id, err = r.next(s)
		}
		if err != nil {
			return "", err
		}
	}
	return "", nil
}

func (r *rerun) fork(s *pack.Step) (string, error) {
	for _, b := range s.Branches {
		at, err := r.from(b)
		if err != nil || at != s.JoinAt {
			return "", err
		}
	}
	return r.p.Step(s.JoinAt).Next, nil
}

func (r *rerun) next(s *pack.Step) (string, error) {
	vars := r.p.Vars(r.c.Answers, r.fc)
	switch s.Kind {
	case pack.Decide:
		x, err := s.Choose(r.ctx, vars)
		r.fc.Outcomes[s.ID] = x.To
		return x.To, err
	case pack.Pay:
		fees, _, _, err := r.p.Fees(r.ctx, s, vars)
		for _, f := range fees {
			r.course.Fee += f.Amount
		}
		r.fc.Fee = r.course.Fee
		return s.Next, err
	}
	if len(s.Outcomes) == 0 {
		return s.Next, nil
	}
	o := outcomeOf(s, r.decided(s.ID))
	if o == nil {
		return "", nil // nobody decided this, or the draft does not know the outcome
	}
	r.fc.Outcomes[s.ID] = o.ID
	return o.To, nil
}

// decided is the latest decision people made at a step.
func (r *rerun) decided(step string) (outcome string) {
	for _, d := range r.c.Track.Decisions {
		if d.Step == step {
			outcome = d.Outcome
		}
	}
	return outcome
}

// Since selects what was submitted from a day on.
func Since(day time.Time) Filter { return Filter{Since: day, Limit: 1000} }
