package committee

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	council "diwan.example/programme/committee"
	"diwan.example/web/ui"
)

// dec is a decision as it stands in a list.
type dec struct {
	council.Decision
	Names []gov.Text // of its services
	Orgs  []gov.Text
}

// Tone is the colour of where the decision is.
func (d dec) Tone() string {
	return map[council.Outcome]string{council.Adopted: "good", council.Deferred: "warn", council.Proposed: "info", council.Revoked: "bad"}[d.State]
}

func (c *Committees) dec(r *http.Request, d council.Decision) dec {
	x := dec{Decision: d}
	for _, s := range d.Services {
		x.Names = append(x.Names, c.service(r.Context(), s))
	}
	for _, o := range d.Organisations {
		x.Orgs = append(x.Orgs, c.org(o))
	}
	return x
}

// decisionsPage lists decisions.
type decisionsPage struct {
	List    []dec
	Boards  []council.Board
	Board   string
	State   string
	States  []council.Outcome
	Service gov.ServiceID
	Name    gov.Text // of the service
}

func (c *Committees) decisions(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := &decisionsPage{Board: q.Get("board"), State: q.Get("state"), Service: gov.ServiceID(q.Get("service")), States: []council.Outcome{council.Adopted, council.Deferred, council.Proposed, council.Revoked}}
	if !slices.Contains(v.States, council.Outcome(v.State)) {
		v.State = ""
	}
	var list []council.Decision
	err := c.read(r, func(tx *db.Tx) (err error) {
		if v.Boards, err = council.Every(tx); err != nil {
			return err
		}
		if !slices.ContainsFunc(v.Boards, func(b council.Board) bool { return b.ID == v.Board }) {
			v.Board = ""
		}
		list, err = council.Decisions(tx, council.Search{Board: v.Board, State: council.Outcome(v.State), Service: v.Service})
		return err
	})
	if err != nil {
		return err
	}
	if v.Service != "" {
		v.Name = c.service(r.Context(), v.Service)
	}
	for _, d := range list {
		v.List = append(v.List, c.dec(r, d))
	}
	return pages.Render(w, r, "decisions", v)
}

// decisionPage is one decision with what it changed.
type decisionPage struct {
	dec
	Board   gov.Text
	Can     council.Rights
	Meeting council.Meeting
	Has     bool // the reader sees its meeting
	Opens   bool // figures open to their rows
	Actions []act
	Effects []effect
}

// effect is what a decision changed for one service.
type effect struct {
	council.Effect
	Columns []column
	Lines   []effectLine
	Chart   ui.Chart
}

type column struct {
	Text gov.Text
	Day  time.Time
}

// effectLine is one figure at each of the columns.
type effectLine struct {
	Name  string // key of its words
	Cells []cell
	Basis string
}

type cell struct {
	Kind string // number, percent, days, standing, none
	N    any
	URL  string
}

func (c *Committees) decision(w http.ResponseWriter, r *http.Request) error {
	v := &decisionPage{Opens: opens(gov.ActorFrom(r.Context()))}
	id := r.PathValue("decision")
	var d council.Decision
	var as []council.Action
	var es []council.Effect
	var all []council.Board
	err := c.read(r, func(tx *db.Tx) (err error) {
		if d, err = council.DecisionOf(tx, id); err != nil {
			return err
		}
		if all, err = council.Every(tx); err != nil {
			return err
		}
		_, v.Can, err = council.Open(tx, d.Board)
		if err != nil && gov.KindOf(err) != gov.NotFound {
			return err
		}
		if d.Meeting != "" && v.Can.Read {
			v.Meeting, _, _, err = council.ByID(tx, d.Meeting)
			if err != nil {
				return err
			}
			v.Has = true
		}
		if as, err = council.Actions(tx, council.Ask{Decision: id}); err != nil {
			return err
		}
		es, err = c.Chamber.Effects(tx, &d)
		return err
	})
	if err != nil {
		return err
	}
	v.dec = c.dec(r, d)
	for _, b := range all {
		if b.ID == d.Board {
			v.Board = b.Name
		}
	}
	for _, a := range as {
		v.Actions = append(v.Actions, c.act(a))
	}
	for _, e := range es {
		v.Effects = append(v.Effects, c.effect(e))
	}
	return pages.Render(w, r, "decision", v)
}

// effect lays an effect out as a table: one column for each reading.
func (c *Committees) effect(e council.Effect) effect {
	x := effect{Effect: e}
	readings := []council.Reading{e.Then, e.Now}
	x.Columns = []column{{pages.T("committee.then"), c.noon(e.Then.Day)}, {pages.T("committee.now"), c.noon(e.Now.Day)}}
	if e.Done != nil {
		readings = slices.Insert(readings, 1, *e.Done)
		x.Columns = slices.Insert(x.Columns, 1, column{pages.T("committee.whendone"), c.noon(e.Done.Day)})
	}
	line := func(name string, of func(r *council.Reading) cell) {
		l := effectLine{Name: name, Basis: "proven"}
		for i := range readings {
			l.Cells = append(l.Cells, of(&readings[i]))
		}
		x.Lines = append(x.Lines, l)
	}
	rows := func(r *council.Reading, figure string) string {
		return "/oversight/rows?figure=" + figure + "&from=" + r.From.String() + "&to=" + r.Day.String() + "&service=" + string(e.Service.ID)
	}
	line("share", func(r *council.Reading) cell {
		if s, ok := r.Share(); ok {
			return cell{"percent", s, rows(r, "submitted")}
		}
		return cell{Kind: "none"}
	})
	line("received", func(r *council.Reading) cell { return cell{"number", r.Received, rows(r, "submitted")} })
	for _, ch := range channelsOf(readings) {
		line("channel."+string(ch), func(r *council.Reading) cell {
			return cell{"number", r.Through(ch), rows(r, "submitted") + "&channel=" + string(ch)}
		})
	}
	line("median", func(r *council.Reading) cell {
		if r.Closed == 0 {
			return cell{Kind: "none"}
		}
		return cell{"days", days(r.Median), rows(r, "closed")}
	})
	line("ontime", func(r *council.Reading) cell {
		if s, ok := r.OnTime(); ok {
			return cell{"percent", s, rows(r, "timed")}
		}
		return cell{Kind: "none"}
	})
	x.Chart = ui.Chart{Title: pages.T("committee.effect.chart", e.Service.Name), Series: []ui.Series{{Name: pages.T("committee.online")}, {Name: pages.T("committee.assisted")}}}
	for i, r := range readings {
		x.Chart.Labels = append(x.Chart.Labels, x.Columns[i].Text)
		x.Chart.Series[0].Values = append(x.Chart.Series[0].Values, float64(r.Online))
		x.Chart.Series[1].Values = append(x.Chart.Series[1].Values, float64(r.Received-r.Online))
	}
	return x
}

// days writes a time as days with one decimal.
func days(d time.Duration) float64 { return math.Round(d.Hours()/24*10) / 10 }

func channelsOf(readings []council.Reading) (out []gov.Channel) {
	for _, ch := range []gov.Channel{gov.Portal, gov.Counter, gov.Kiosk, gov.Phone, gov.API} {
		if slices.ContainsFunc(readings, func(r council.Reading) bool { return r.Through(ch) > 0 }) {
			out = append(out, ch)
		}
	}
	return out
}

// deciding is the form of a decision.
func (c *Committees) deciding(m council.Meeting, b council.Board) form {
	var items []ui.Option
	for i, x := range m.Items {
		items = append(items, ui.Option{Value: strconv.Itoa(i + 1), Text: pages.T("committee.numbered", i+1, x.Title), Hint: x.Asked})
	}
	f := form{Over: b.Name, Title: pages.T("committee.decide"), Button: pages.T("committee.decide.do"), Back: meetingURL(m.ID)}
	f.Fields = append([]ui.Field{{Kind: "one-of", Name: "item", Label: pages.T("committee.item"), Options: items}}, both("text", "long-text", pages.T("committee.decision.text"), false)...)
	return form{Over: f.Over, Title: f.Title, Button: f.Button, Back: f.Back, Fields: append(f.Fields,
		ui.Field{Kind: "long-text", Name: "services", Label: pages.T("committee.services"), Hint: pages.T("committee.services.hint"), Optional: true},
		ui.Field{Kind: "many-of", Name: "organisations", Label: pages.T("committee.orgs"), Options: c.organisations(), Optional: true},
		ui.Field{Kind: "one-of", Name: "outcome", Label: pages.T("committee.outcome"), Options: []ui.Option{
			{Value: "adopted", Text: pages.T("committee.outcome.adopted")}, {Value: "deferred", Text: pages.T("committee.outcome.deferred")}}},
		ui.Field{Kind: "long-text", Name: "why", Label: pages.T("committee.deferred.why"), Optional: true, When: "outcome=deferred"})}
}

func (c *Committees) decideForm(w http.ResponseWriter, r *http.Request) error {
	m, b, err := c.writable(r)
	if err != nil {
		return err
	}
	answers := map[string]any{"outcome": "adopted"}
	if n, err := strconv.Atoi(r.URL.Query().Get("item")); err == nil && n >= 1 && n <= len(m.Items) {
		answers["item"] = strconv.Itoa(n)
		put(answers, "text", m.Items[n-1].Asked)
	}
	return c.deciding(m, b).show(w, r, answers)
}

func (c *Committees) decide(w http.ResponseWriter, r *http.Request) error {
	m, b, err := c.writable(r)
	if err != nil {
		return err
	}
	return c.deciding(m, b).submit(w, r, func(answers map[string]any) (string, error) {
		res, err := c.resolution(r.Context(), answers)
		if err != nil {
			return "", err
		}
		var d council.Decision
		err = c.write(r, func(tx *db.Tx) (err error) { d, err = c.Chamber.Decide(tx, m.ID, res); return err })
		return "/committees/decisions/" + d.ID, err
	})
}

// resolution reads a decision; services are named by id or by their whole name.
func (c *Committees) resolution(ctx context.Context, answers map[string]any) (res council.Resolution, err error) {
	res = council.Resolution{Text: text(answers, "text"), Deferred: str(answers, "outcome") == "deferred", Why: str(answers, "why")}
	res.Item, _ = strconv.Atoi(str(answers, "item"))
	if res.Services, err = c.servicesIn(ctx, str(answers, "services")); err != nil {
		return res, err
	}
	orgs, _ := answers["organisations"].([]string)
	for _, o := range orgs {
		res.Organisations = append(res.Organisations, gov.OrgID(o))
	}
	return res, nil
}

func (c *Committees) servicesIn(ctx context.Context, typed string) (out []gov.ServiceID, err error) {
	all, err := c.Book.Services(ctx, catalogue.Filter{})
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(typed) {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" {
			continue
		}
		i := slices.IndexFunc(all, func(s catalogue.Service) bool {
			return string(s.ID) == line || s.Name[gov.Arabic] == line || strings.EqualFold(s.Name[gov.English], line)
		})
		if i < 0 {
			return nil, gov.Problems{{Field: "services", Text: pages.T("committee.services.unknown", line)}}
		}
		out = append(out, all[i].ID)
	}
	return out, nil
}

// mine is a decision for somebody who writes in its committee.
func (c *Committees) mine(r *http.Request) (d council.Decision, err error) {
	err = c.read(r, func(tx *db.Tx) error {
		if d, err = council.DecisionOf(tx, r.PathValue("decision")); err != nil {
			return err
		}
		_, can, err := council.Open(tx, d.Board)
		if gov.KindOf(err) == gov.NotFound || err == nil && !can.Write {
			err = errNotYours
		}
		return err
	})
	return d, err
}

func decisionURL(d council.Decision) string { return "/committees/decisions/" + d.ID }

func (c *Committees) assigning(r *http.Request) (form, council.Decision, error) {
	d, err := c.mine(r)
	f := form{Over: gov.T(d.Ref(), d.Ref()), Title: pages.T("committee.assign"), Lead: d.Text, Button: pages.T("committee.assign.do"), Back: decisionURL(d)}
	f.Fields = append(both("text", "long-text", pages.T("committee.action.text"), false),
		ui.Field{Kind: "one-of", Name: "org", Label: pages.T("committee.owner"), Options: c.organisations()},
		ui.Field{Kind: "one-of", Name: "role", Label: pages.T("committee.role"), Options: []ui.Option{{Value: "head", Text: pages.T("committee.role.head")}, {Value: "owner", Text: pages.T("committee.role.owner")}}},
		ui.Field{Kind: "date", Name: "due", Label: pages.T("committee.due")})
	return f, d, err
}

func (c *Committees) assignForm(w http.ResponseWriter, r *http.Request) error {
	f, d, err := c.assigning(r)
	if err != nil {
		return err
	}
	answers := map[string]any{"role": "head"}
	if len(d.Organisations) > 0 {
		answers["org"] = string(d.Organisations[0])
	}
	return f.show(w, r, answers)
}

func (c *Committees) assign(w http.ResponseWriter, r *http.Request) error {
	f, d, err := c.assigning(r)
	if err != nil {
		return err
	}
	return f.submit(w, r, func(answers map[string]any) (string, error) {
		due, err := day(answers)
		if err != nil {
			return "", err
		}
		t := council.Task{Text: text(answers, "text"), Org: gov.OrgID(str(answers, "org")), Role: gov.Role(str(answers, "role")), Due: due}
		if t.Org != "" && c.Country.Organisation(t.Org) == nil && !c.Book.Knows(t.Org) {
			t.Org = ""
		}
		return decisionURL(d), c.write(r, func(tx *db.Tx) error { _, err := c.Chamber.Assign(tx, d.ID, t); return err })
	})
}

// day reads the box "due"; nothing typed is no day.
func day(answers map[string]any) (programme.Day, error) {
	s := str(answers, "due")
	if s == "" {
		return 0, nil
	}
	d, err := programme.ParseDay(s)
	if err != nil {
		return 0, gov.Problems{{Field: "due", Text: gov.PublicOf(err)}}
	}
	return d, nil
}

func (c *Committees) revoking(r *http.Request) (form, council.Decision, error) {
	d, err := c.mine(r)
	return form{Over: gov.T(d.Ref(), d.Ref()), Title: pages.T("committee.revoke"), Lead: pages.T("committee.revoke.lead"), Fields: []ui.Field{{Kind: "long-text", Name: "why", Label: pages.T("committee.why")}},
		Button: pages.T("committee.revoke"), Look: "danger", Back: decisionURL(d)}, d, err
}

func (c *Committees) revokeForm(w http.ResponseWriter, r *http.Request) error {
	f, _, err := c.revoking(r)
	if err != nil {
		return err
	}
	return f.show(w, r, nil)
}

func (c *Committees) revoke(w http.ResponseWriter, r *http.Request) error {
	f, d, err := c.revoking(r)
	if err != nil {
		return err
	}
	return f.submit(w, r, func(answers map[string]any) (string, error) {
		return decisionURL(d), c.write(r, func(tx *db.Tx) error { return c.Chamber.Revoke(tx, d.ID, str(answers, "why")) })
	})
}

// taking is the form by which a meeting takes a decision that waits.
func (c *Committees) taking(r *http.Request) (form, council.Decision, error) {
	d, err := c.mine(r)
	if err != nil {
		return form{}, d, err
	}
	var list []council.Meeting
	if err := c.read(r, func(tx *db.Tx) (err error) { list, err = council.Meetings(tx, d.Board); return err }); err != nil {
		return form{}, d, err
	}
	f := form{Over: gov.T(d.Ref(), d.Ref()), Title: pages.T("committee.take"), Lead: d.Text, Button: pages.T("committee.decide.do"), Back: decisionURL(d)}
	var at []ui.Option
	for _, m := range list {
		if m.State == council.Held || m.State == council.Minuted {
			at = append(at, ui.Option{Value: m.ID, Text: pages.T("committee.meeting.n", m.Number), Hint: m.Place})
		}
	}
	f.Fields = []ui.Field{
		{Kind: "one-of", Name: "meeting", Label: pages.T("committee.take.at"), Hint: pages.T("committee.take.hint"), Options: at},
		{Kind: "one-of", Name: "event", Label: pages.T("committee.outcome"), Options: []ui.Option{{Value: "adopt", Text: pages.T("committee.outcome.adopted")}, {Value: "defer", Text: pages.T("committee.outcome.deferred")}}},
		{Kind: "long-text", Name: "why", Label: pages.T("committee.deferred.why"), Optional: true, When: "event=defer"},
	}
	return f, d, nil
}

func (c *Committees) takeForm(w http.ResponseWriter, r *http.Request) error {
	f, _, err := c.taking(r)
	if err != nil {
		return err
	}
	return f.show(w, r, map[string]any{"event": "adopt"})
}

func (c *Committees) take(w http.ResponseWriter, r *http.Request) error {
	f, d, err := c.taking(r)
	if err != nil {
		return err
	}
	return f.submit(w, r, func(answers map[string]any) (string, error) {
		if str(answers, "meeting") == "" {
			return "", gov.Problems{{Field: "meeting", Text: pages.T("committee.take.which")}}
		}
		event := str(answers, "event")
		if event != "defer" {
			event = "adopt"
		}
		return decisionURL(d), c.write(r, func(tx *db.Tx) error {
			return council.Take(tx, d.ID, str(answers, "meeting"), event, str(answers, "why"))
		})
	})
}
