package desk

import (
	"net/http"
	"slices"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/web/ui"
)

// mostAtOnce is how many tasks may be decided together.
const mostAtOnce = pageSize

// bulkPage decides several tasks of one step alike.
type bulkPage struct {
	Rows     []row
	Title    gov.Text
	At       gov.Text
	Form     *decision
	Problems gov.Problems
	Refused  gov.Text // why these cannot be decided together
	Unproved bool
}

// bulkResult is what came of each.
type bulkResult struct {
	ID   gov.TaskID
	Ref  string
	Done bool
	Why  gov.Text
}

var (
	errNothing = gov.Fail(gov.Invalid, "حدّد مهمة واحدة على الأقل", "Mark at least one task")
	errMixed   = gov.Fail(gov.Invalid, "اختر مهام من خدمة واحدة وخطوة واحدة ليصح فيها قرار واحد", "Choose tasks of one service and one step, so that one decision fits them all")
	errAlone   = gov.Fail(gov.Invalid, "هذه الخطوة تتطلب بيانات لكل طلب على حدة، فافتح كل مهمة بمفردها", "This step asks for details of each case; please open the tasks one by one")
	errMany    = gov.Fail(gov.Invalid, "أكثر ما يُبتّ فيه معًا خمسون مهمة", "At most fifty tasks can be decided together")
)

func (d *Desk) bulkForm(w http.ResponseWriter, r *http.Request) error {
	p, err := d.bulkPage(r, r.URL.Query()["task"], input{})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "bulk", p)
}

func (d *Desk) bulkPage(r *http.Request, ids []string, in input) (p bulkPage, err error) {
	p.Unproved, p.Problems = !d.proved(gov.ActorFrom(r.Context())), in.problems
	if len(ids) > mostAtOnce {
		p.Refused = gov.PublicOf(errMany)
		return p, nil
	}
	err = d.Cases.DB.Read(r.Context(), func(tx *db.Tx) error {
		var tasks []casework.Task
		for _, id := range ids {
			t, err := d.Cases.TaskAlone(tx, gov.TaskID(id))
			if err != nil {
				return err
			}
			tasks = append(tasks, t)
		}
		if p.Rows, err = d.rows(tx, tasks); err != nil {
			return err
		}
		s, refused := d.oneStep(tx, tasks)
		if refused != nil {
			p.Refused = gov.PublicOf(refused)
			return nil
		}
		p.Title, p.At = p.Rows[0].Title, p.Rows[0].At
		p.Form = together(s, in)
		return nil
	})
	return p, err
}

// oneStep is the step at which all the tasks stand, when they can be decided alike.
func (d *Desk) oneStep(tx *db.Tx, tasks []casework.Task) (*pack.Step, error) {
	if len(tasks) == 0 {
		return nil, errNothing
	}
	for _, t := range tasks[1:] {
		if t.Service != tasks[0].Service || t.Step != tasks[0].Step {
			return nil, errMixed
		}
	}
	k, err := d.Cases.Packs.Current(tx, tasks[0].Service)
	if err != nil {
		return nil, err
	}
	s := k.Step(tasks[0].Step)
	if s == nil || len(s.Asks) > 0 || len(simple(k, s)) == 0 {
		return nil, errAlone
	}
	out := *s
	out.Outcomes = simple(k, s)
	return &out, nil
}

// simple are the outcomes that need nothing of the single case: those that send
// it back for correction of marked answers do.
func simple(k *pack.Pack, s *pack.Step) (out []pack.Outcome) {
	for _, o := range s.Outcomes {
		if to := k.Step(o.To); to != nil && to.Kind == pack.Correct && len(to.Questions) == 0 {
			continue
		}
		out = append(out, o)
	}
	return out
}

// together is the form of one decision on several cases.
func together(s *pack.Step, in input) *decision {
	f := &decision{Problems: in.problems}
	f.outcomes(s.Outcomes, in)
	for _, o := range s.Outcomes {
		f.reasons(o, in)
	}
	f.words(s.Outcomes, in)
	return f
}

func (d *Desk) bulk(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	in := input{sent: r.PostForm}
	p, err := d.bulkPage(r, r.PostForm["task"], in)
	if err != nil {
		return err
	}
	if p.Refused != nil {
		return pages.RenderInvalid(w, r, "bulk", p)
	}
	if in.problems = incomplete(p.Form, in); in.problems != nil {
		if p, err = d.bulkPage(r, r.PostForm["task"], in); err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "bulk", p)
	}
	return pages.Render(w, r, "bulk-done", d.decideAll(r, p, in))
}

// incomplete is what the form lacks before any case is touched.
func incomplete(f *decision, in input) gov.Problems {
	if !slices.ContainsFunc(f.Outcome.Options, func(o ui.Option) bool { return o.Value == in.get(outcomeField) }) {
		return gov.Problems{{Field: outcomeField, Text: pages.T("desk.outcome.choose")}}
	}
	name := reasonField + in.get(outcomeField)
	for _, q := range f.Follow {
		if q.Name == name && in.get(name) == "" {
			return gov.Problems{{Field: name, Text: pages.T("desk.reason.choose")}}
		}
	}
	return nil
}

// decideAll decides each by itself. What this officer decided with an earlier
// press of the same button counts as done.
func (d *Desk) decideAll(r *http.Request, p bulkPage, in input) (out []bulkResult) {
	ids := make([]gov.TaskID, len(p.Rows))
	for i, x := range p.Rows {
		ids[i] = x.ID
	}
	v := casework.Verdict{Outcome: in.get(outcomeField), Words: in.get(wordsField)}
	v.Reason = in.get(reasonField + v.Outcome)
	for i, x := range d.Cases.DecideMany(r.Context(), ids, v) {
		was := p.Rows[i]
		one := bulkResult{ID: x.Task, Ref: was.Ref, Done: x.Err == nil}
		if x.Err != nil {
			one.Done = was.State == casework.TaskDone && was.Mine
			one.Why = gov.PublicOf(x.Err)
		}
		out = append(out, one)
	}
	return out
}
