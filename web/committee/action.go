package committee

import (
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	council "diwan.example/programme/committee"
	"diwan.example/web/ui"
)

// act is an action as it stands in a list.
type act struct {
	council.Action
	Owner gov.Text
	Late  int // days; 0: it is not overdue
	On    any // its day, for showing
}

// Tone is the colour of where the action is.
func (a act) Tone() string {
	if a.Late > 0 {
		return "bad"
	}
	return map[council.ActionState]string{council.ActionOpen: "info", council.ActionDone: "warn", council.ActionVerified: "good"}[a.State]
}

// Said is the key of where it is: "overdue" is not a state of its own.
func (a act) Said() string {
	if a.Late > 0 {
		return "overdue"
	}
	return string(a.State)
}

func (c *Committees) act(a council.Action) act {
	return act{a, c.org(a.Org), a.Late(c.today()), c.noon(a.Due)}
}

// stands are the tabs of the board of actions.
var stands = []string{"overdue", "open", "done", "verified", "dropped"}

// actionsPage is the board of actions.
type actionsPage struct {
	Show   string // a tab; "" for all
	Stands []string
	Counts map[string]int
	Boards []council.Board
	Board  string
	Org    string
	Orgs   []ui.Option
	Own    bool // the reader sees their own organisation's only
	List   []act
	Refs   map[string]council.Decision
}

// Tab is the address of a tab, with what else narrows the list.
func (v *actionsPage) Tab(show string) string { return "/committees/actions?" + v.query(show) }

// CSV is the address of the list as a file.
func (v *actionsPage) CSV() string { return "/committees/actions.csv?" + v.query(v.Show) }

func (v *actionsPage) query(show string) string {
	q := url.Values{}
	for k, x := range map[string]string{"show": show, "board": v.Board, "org": v.Org} {
		if x != "" {
			q.Set(k, x)
		}
	}
	return q.Encode()
}

// Ref is the number of the decision that an action belongs to.
func (v *actionsPage) Ref(a act) string {
	d := v.Refs[a.Decision]
	return d.Ref()
}

func (c *Committees) actionsPage(r *http.Request) (*actionsPage, error) {
	q := r.URL.Query()
	v := &actionsPage{Show: q.Get("show"), Stands: stands, Board: q.Get("board"), Org: q.Get("org"), Counts: map[string]int{}, Refs: map[string]council.Decision{}}
	if !slices.Contains(stands, v.Show) {
		v.Show = ""
	}
	var all []council.Action
	err := c.read(r, func(tx *db.Tx) (err error) {
		if v.Boards, err = council.Boards(tx); err != nil {
			return err
		}
		if !slices.ContainsFunc(v.Boards, func(b council.Board) bool { return b.ID == v.Board }) {
			v.Board = ""
		}
		if all, err = council.Actions(tx, council.Ask{Board: v.Board, Org: gov.OrgID(v.Org)}); err != nil {
			return err
		}
		ds, err := council.Decisions(tx, council.Search{})
		for _, d := range ds {
			v.Refs[d.ID] = d
		}
		return err
	})
	v.Own = len(v.Boards) == 0
	v.Orgs = c.organisations()
	for _, a := range all {
		x := c.act(a)
		v.Counts[""]++
		if v.Counts[string(a.State)]++; x.Late > 0 {
			v.Counts["overdue"]++
		}
		if v.Show == "" || v.Show == string(a.State) || v.Show == "overdue" && x.Late > 0 {
			v.List = append(v.List, x)
		}
	}
	return v, err
}

func (c *Committees) actions(w http.ResponseWriter, r *http.Request) error {
	v, err := c.actionsPage(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "actions", v)
}

func (c *Committees) actionsCSV(w http.ResponseWriter, r *http.Request) error {
	v, err := c.actionsPage(r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="actions.csv"`)
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	out.Write([]string{"القرار / Decision", "رمز الجهة / Entity id", "الجهة / Entity (Arabic)", "الجهة بالإنجليزية / Entity", "العمل / Action (Arabic)", "العمل بالإنجليزية / Action",
		"الموعد الأول / First due", "الموعد / Due", "الحال / State", "أيام التأخر / Days late"})
	for _, a := range v.List {
		state := pages.T("committee.stand." + a.Said())
		out.Write(programme.Plain(v.Ref(a), string(a.Org), a.Owner[gov.Arabic], a.Owner[gov.English], a.Text[gov.Arabic], a.Text[gov.English],
			a.First.String(), a.Due.String(), state[gov.Arabic]+" / "+state[gov.English], strconv.Itoa(a.Late)))
	}
	out.Flush()
	return out.Error()
}

// actionPage is one action with its history.
type actionPage struct {
	act
	Decision council.Decision
	Sees     bool // the reader may read the decision
	History  []line
	Can      council.Rights
	Report   bool
	FirstOn  any
}

type line struct {
	council.Step
	Who, Org gov.Text
	On       any
}

// Events are what the reader may do with the action now.
func (v *actionPage) Events() (out []string) {
	for _, e := range []string{"report", "complete", "verify", "return", "extend", "drop"} {
		own := e == "report" || e == "complete"
		if _, ok := council.Steps.Next(v.State, e); ok && (v.Can.Write || own && v.Report) {
			out = append(out, e)
		}
	}
	return out
}

func (c *Committees) actionPage(r *http.Request) (*actionPage, error) {
	v := &actionPage{}
	var p people
	var steps []council.Step
	err := c.read(r, func(tx *db.Tx) error {
		a, s, can, err := council.ActionOf(tx, r.PathValue("action"))
		if err != nil {
			return err
		}
		v.act, v.Can, v.Report, steps = c.act(a), can, council.MayReport(tx.Actor(), &a, can), s
		d, err := council.DecisionOf(tx, a.Decision)
		if err != nil && gov.KindOf(err) != gov.NotFound {
			return err
		}
		v.Decision, v.Sees = d, err == nil
		var ids []gov.PersonID
		for _, x := range s {
			ids = append(ids, x.Author)
		}
		p, err = named(tx, ids...)
		return err
	})
	v.FirstOn = c.noon(v.First)
	for _, s := range steps {
		v.History = append(v.History, line{s, p.of(s.Author), c.org(s.Acting), c.noon(s.Due)})
	}
	return v, err
}

func (c *Committees) action(w http.ResponseWriter, r *http.Request) error {
	v, err := c.actionPage(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "action", v)
}

// stepping is the form of one step of an action.
func (c *Committees) stepping(r *http.Request) (form, *actionPage, error) {
	v, err := c.actionPage(r)
	if err != nil {
		return form{}, nil, err
	}
	event := r.PathValue("event")
	if _, known := factual[event]; !known {
		return form{}, nil, gov.Fail(gov.NotFound, "لا توجد صفحة بهذا العنوان", "There is no page at this address")
	}
	f := form{Over: v.Text, Title: pages.T("committee.step." + event), Lead: pages.T("committee.step.lead." + event), Button: pages.T("committee.step." + event), Back: "/committees/actions/" + v.ID}
	if event == "extend" {
		f.Fields = append(f.Fields, ui.Field{Kind: "date", Name: "due", Label: pages.T("committee.due.new")})
	}
	f.Fields = append(f.Fields, ui.Field{Kind: "long-text", Name: "words", Label: pages.T("committee.step.words." + event), Optional: event == "verify", MaxLength: 4000})
	return f, v, nil
}

// factual are the steps that a person takes.
var factual = map[string]bool{"report": true, "complete": true, "verify": true, "return": true, "extend": true, "drop": true}

func (c *Committees) stepForm(w http.ResponseWriter, r *http.Request) error {
	f, v, err := c.stepping(r)
	if err != nil {
		return err
	}
	if !slices.Contains(v.Events(), r.PathValue("event")) {
		return gov.Fail(gov.Conflict, "لا يسمح وضع العمل الآن بهذا، أو ليس من صلاحيتك", "The action does not allow this now, or it is not yours to do")
	}
	return f.show(w, r, nil)
}

func (c *Committees) step(w http.ResponseWriter, r *http.Request) error {
	f, v, err := c.stepping(r)
	if err != nil {
		return err
	}
	return f.submit(w, r, func(answers map[string]any) (string, error) {
		due, err := day(answers)
		if err != nil {
			return "", err
		}
		words, ch := str(answers, "words"), c.Chamber
		return "/committees/actions/" + v.ID, c.write(r, func(tx *db.Tx) error {
			switch r.PathValue("event") {
			case "report":
				return ch.Report(tx, v.ID, words)
			case "complete":
				return ch.Complete(tx, v.ID, words)
			case "verify":
				return ch.Verify(tx, v.ID, words)
			case "return":
				return ch.Return(tx, v.ID, words)
			case "extend":
				return ch.Extend(tx, v.ID, due, words)
			}
			return ch.Drop(tx, v.ID, words)
		})
	})
}
