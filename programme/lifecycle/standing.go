package lifecycle

import (
	"cmp"
	"context"

	"diwan.example/gov"
)

// By is how a piece of evidence is held.
type By string

// The ways in which evidence is held.
const (
	ByRecord   By = "record"   // a rule over what is kept here
	ByGiven    By = "given"    // another part of the programme gives it
	BySigned   By = "signed"   // a person signed for it
	ByDeclared By = "declared" // its organisation's word about what runs elsewhere
)

// Held is one piece of evidence of a gate, and how it is held; By is empty when
// it is missing.
type Held struct {
	*Need
	By        By
	Statement *Statement // when it is signed
	Given     *Evidence  // when another part gives it
}

// Result is one gate with what is held of it.
type Result struct {
	*Gate
	Evidence []Held
	Holds    bool // all of it
	Passed   bool // it holds, and so do all gates before it
}

// Standing is how far a service has come.
type Standing struct {
	Stage   Stage
	Basis   Basis
	Results []Result // of every gate, in order
	Levels  Measure
}

// Assess computes where a service stands from what is known of it.
func Assess(ctx context.Context, r *Record) (Standing, error) {
	values := r.values()
	st := Standing{Stage: Entered, Basis: Proven, Levels: r.Levels()}
	passed := map[Stage]Basis{Entered: Proven}
	gates := Gates()
	for i := range gates {
		g := &gates[i]
		if g.Stage == "" {
			continue
		}
		x := Result{Gate: g, Holds: true}
		basis := passed[g.After]
		for j := range g.Evidence {
			h, err := g.Evidence[j].held(ctx, r, values)
			if err != nil {
				return st, gov.Wrap(err, string(r.Entry.ID)+" "+h.ID)
			}
			x.Evidence = append(x.Evidence, h)
			x.Holds = x.Holds && h.By != ""
			if h.By == ByDeclared {
				basis = Declared
			}
		}
		if x.Passed = x.Holds && passed[g.After] != ""; x.Passed {
			passed[g.Stage], st.Stage, st.Basis = basis, g.Stage, basis
		}
		st.Results = append(st.Results, x)
	}
	if r.Entry.Status == "ended" {
		st.Stage, st.Basis = Retired, Proven
	}
	return st, nil
}

// held says how a piece of evidence is held: by what is signed or given first,
// then by the records, then by the organisation's word.
func (n *Need) held(ctx context.Context, r *Record, values map[string]any) (Held, error) {
	h := Held{Need: n}
	for i := range r.Signed {
		if r.Signed[i].Evidence == n.ID && n.Kind == "statement" {
			h.By, h.Statement = BySigned, &r.Signed[i]
			return h, nil
		}
	}
	for i := range r.Given {
		if r.Given[i].Name == n.ID {
			h.By, h.Given = ByGiven, &r.Given[i]
			return h, nil
		}
	}
	if n.holds != nil {
		if yes, err := n.holds.True(ctx, values); err != nil || yes {
			h.By = ByRecord
			return h, err
		}
	}
	if n.declared != nil {
		if yes, err := n.declared.True(ctx, values); err != nil || yes {
			h.By = ByDeclared
			return h, err
		}
	}
	return h, nil
}

// Next is the first gate that is not passed; nil when none is left. The counter
// stays apart: nobody must close it to be complete.
func (st *Standing) Next() *Result {
	for i := range st.Results {
		if r := &st.Results[i]; !r.Passed && r.Stage != Closed && st.Stage != Retired && st.Stage != Closed {
			return r
		}
	}
	return nil
}

// Missing is the evidence that the next stage still wants.
func (st *Standing) Missing() (out []Held) {
	n := st.Next()
	if n == nil {
		return nil
	}
	for _, h := range n.Evidence {
		if h.By == "" {
			out = append(out, h)
		}
	}
	return out
}

// held lists how each piece of evidence is held that is.
func (st *Standing) held() map[string]By {
	out := map[string]By{}
	for _, r := range st.Results {
		for _, h := range r.Evidence {
			if h.By != "" {
				out[h.ID] = cmp.Or(out[h.ID], h.By)
			}
		}
	}
	return out
}
