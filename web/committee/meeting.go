package committee

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	council "diwan.example/programme/committee"
	"diwan.example/web/ui"
)

// meetingPage is one meeting.
type meetingPage struct {
	council.Meeting
	Board    council.Board
	Can      council.Rights
	Agenda   []agendaItem
	Members  []member
	Here     int // how many who count were there
	Decided  []dec
	Waiting  []dec // decisions proposed elsewhere or deferred, which this meeting can take
	Whole    []said
	Today    bool // its day has come
	Problems gov.Problems
	Words    string // a comment that was refused
	At       string // the item it was about
}

type agendaItem struct {
	council.Item
	N      int
	By     gov.Text
	Papers []council.Paper
	Said   []said
}

type said struct {
	council.Comment
	Who, Org gov.Text
}

// PresentCount says how many members were there, of how many.
func (v *meetingPage) Voting() int { return len(v.Board.Voting()) }

// Deciding reports whether decisions can be recorded now.
func (v *meetingPage) Deciding() bool { return v.State == council.Held || v.State == council.Minuted }

func (c *Committees) meetingPage(r *http.Request) (*meetingPage, error) {
	v := &meetingPage{}
	var p people
	var papers []council.Paper
	var comments []council.Comment
	var mine, waiting []council.Decision
	err := c.read(r, func(tx *db.Tx) (err error) {
		if v.Meeting, v.Board, v.Can, err = council.ByID(tx, r.PathValue("meeting")); err != nil {
			return err
		}
		if papers, err = council.Papers(tx, v.ID); err != nil {
			return err
		}
		if comments, err = council.Comments(tx, v.ID); err != nil {
			return err
		}
		if mine, err = council.Decisions(tx, council.Search{Meeting: v.ID}); err != nil {
			return err
		}
		for _, s := range []council.Outcome{council.Proposed, council.Deferred} {
			list, err := council.Decisions(tx, council.Search{Board: v.Meeting.Board, State: s})
			if err != nil {
				return err
			}
			waiting = append(waiting, list...)
		}
		ids := persons(v.Board.Seats)
		for _, x := range comments {
			ids = append(ids, x.Author)
		}
		p, err = named(tx, ids...)
		return err
	})
	if err != nil {
		return nil, err
	}
	v.Today = !c.Chamber.DB.Now().Before(c.Country.Calendar.Day(v.Meeting.At))
	v.Members = c.members(p, v.Board.Seats, v.Were)
	for _, m := range v.Members {
		if m.How == council.Present && m.Seat != council.Secretary {
			v.Here++
		}
	}
	v.agenda(c, p, papers, comments)
	for _, d := range mine {
		v.Decided = append(v.Decided, c.dec(r, d))
	}
	slices.Reverse(v.Decided)
	for _, d := range waiting {
		if d.Meeting != v.ID {
			v.Waiting = append(v.Waiting, c.dec(r, d))
		}
	}
	return v, nil
}

func (v *meetingPage) agenda(c *Committees, p people, papers []council.Paper, comments []council.Comment) {
	line := func(x council.Comment) said { return said{x, p.of(x.Author), c.org(x.Acting)} }
	for i, x := range v.Items {
		a := agendaItem{Item: x, N: i + 1, By: c.org(x.Org)}
		for _, f := range papers {
			if f.Item == a.N {
				a.Papers = append(a.Papers, f)
			}
		}
		for _, s := range comments {
			if s.Item == a.N {
				a.Said = append(a.Said, line(s))
			}
		}
		v.Agenda = append(v.Agenda, a)
	}
	for _, s := range comments {
		if s.Item == 0 {
			v.Whole = append(v.Whole, line(s))
		}
	}
}

func (c *Committees) meeting(w http.ResponseWriter, r *http.Request) error {
	v, err := c.meetingPage(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "meeting", v)
}

func meetingURL(id string) string { return "/committees/meetings/" + id }

// agendaForm asks for day, hour, place and items.
func (c *Committees) agendaForm() []ui.Field {
	kinds := make([]ui.Option, len(council.Kinds))
	for i, k := range council.Kinds {
		kinds[i] = ui.Option{Value: string(k), Text: pages.T("committee.kind." + string(k))}
	}
	inner := both("title", "short-text", pages.T("committee.item.title"), false)
	inner = append(inner, ui.Field{Kind: "one-of", Name: "kind", Label: pages.T("committee.item.kind"), Options: kinds})
	inner = append(inner, both("asked", "long-text", pages.T("committee.item.asked"), true)...)
	inner = append(inner, ui.Field{Kind: "one-of", Name: "org", Label: pages.T("committee.item.org"), Options: c.organisations(), Optional: true})
	out := []ui.Field{
		{Kind: "date", Name: "at", Label: pages.T("committee.day")},
		{Kind: "time", Name: "hour", Label: pages.T("committee.hour")},
	}
	out = append(out, both("place", "short-text", pages.T("committee.place"), false)...)
	return append(out, ui.Field{Kind: "group", Name: "items", Label: pages.T("committee.agenda"), Inner: inner, MaxRows: 40})
}

// draft reads what the form says.
func (c *Committees) draft(answers map[string]any) (d council.Draft, err error) {
	d.Place = text(answers, "place")
	day, hour := str(answers, "at"), strings.TrimSpace(gov.Digits(str(answers, "hour")))
	if day != "" {
		t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+hour, c.Country.Calendar.Zone)
		if err != nil {
			return d, gov.Fail(gov.Invalid, "اكتب اليوم والساعة هكذا: \u206623 11 2026\u2069 و\u206610:00\u2069", "Write day and hour like 23 11 2026 and 10:00").At("at")
		}
		d.At = t.UTC()
	}
	rows, _ := answers["items"].([]map[string]any)
	for _, x := range rows {
		d.Items = append(d.Items, council.Item{Title: text(x, "title"), Kind: council.Kind(str(x, "kind")), Asked: text(x, "asked"), Org: gov.OrgID(str(x, "org"))})
	}
	return d, nil
}

func (c *Committees) planning(b council.Board) form {
	return form{Over: b.Name, Title: pages.T("committee.plan"), Lead: pages.T("committee.plan.lead"), Fields: c.agendaForm(), Button: pages.T("committee.plan.do"), Back: "/committees/of/" + b.ID}
}

// mayWrite opens a committee for somebody who writes in it.
func (c *Committees) mayWrite(r *http.Request) (b council.Board, err error) {
	var can council.Rights
	err = c.read(r, func(tx *db.Tx) (err error) { b, can, err = council.Open(tx, r.PathValue("board")); return err })
	if err == nil && !can.Write {
		err = errNotYours
	}
	return b, err
}

var errNotYours = gov.Fail(gov.Denied, "هذا من عمل أمين سر اللجنة أو فريق الجهة القائدة", "This is for the committee's secretary or the leading authority's team")

func (c *Committees) planForm(w http.ResponseWriter, r *http.Request) error {
	b, err := c.mayWrite(r)
	if err != nil {
		return err
	}
	return c.planning(b).show(w, r, map[string]any{"items": []map[string]any{{}}})
}

func (c *Committees) plan(w http.ResponseWriter, r *http.Request) error {
	b, err := c.mayWrite(r)
	if err != nil {
		return err
	}
	return c.planning(b).submit(w, r, func(answers map[string]any) (string, error) {
		d, err := c.draft(answers)
		if err != nil {
			return "", err
		}
		var m council.Meeting
		err = c.write(r, func(tx *db.Tx) (err error) { m, err = council.Plan(tx, b.ID, d); return err })
		return meetingURL(m.ID), err
	})
}

// writable is a meeting for somebody who writes in its committee.
func (c *Committees) writable(r *http.Request) (m council.Meeting, b council.Board, err error) {
	var can council.Rights
	err = c.read(r, func(tx *db.Tx) (err error) { m, b, can, err = council.ByID(tx, r.PathValue("meeting")); return err })
	if err == nil && !can.Write {
		err = errNotYours
	}
	return m, b, err
}

func (c *Committees) editing(m council.Meeting, b council.Board) form {
	return form{Over: b.Name, Title: pages.T("committee.edit"), Fields: c.agendaForm(), Button: pages.T("committee.save"), Back: meetingURL(m.ID), Saves: strconv.Itoa(m.Saves)}
}

func (c *Committees) editForm(w http.ResponseWriter, r *http.Request) error {
	m, b, err := c.writable(r)
	if err != nil {
		return err
	}
	at := m.At.In(c.Country.Calendar.Zone)
	answers := map[string]any{"at": at.Format(time.DateOnly), "hour": at.Format("15:04")}
	put(answers, "place", m.Place)
	var rows []map[string]any
	for _, x := range m.Items {
		row := map[string]any{"kind": string(x.Kind), "org": string(x.Org)}
		put(row, "title", x.Title)
		put(row, "asked", x.Asked)
		rows = append(rows, row)
	}
	answers["items"] = rows
	return c.editing(m, b).show(w, r, answers)
}

func (c *Committees) edit(w http.ResponseWriter, r *http.Request) error {
	m, b, err := c.writable(r)
	if err != nil {
		return err
	}
	return c.editing(m, b).submit(w, r, func(answers map[string]any) (string, error) {
		d, err := c.draft(answers)
		if err != nil {
			return "", err
		}
		saves, _ := strconv.Atoi(r.PostForm.Get("saves"))
		return meetingURL(m.ID), c.write(r, func(tx *db.Tx) error { _, err := council.Change(tx, m.ID, d, saves); return err })
	})
}

func (c *Committees) call(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("meeting")
	return c.post(w, r, meetingURL(id), c.write(r, func(tx *db.Tx) error { return c.Chamber.Call(tx, id) }))
}

func (c *Committees) approve(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("meeting")
	err := c.write(r, func(tx *db.Tx) error { return council.Approve(tx, id) })
	if bad, ok := gov.ProblemsOf(err, "minutes.0"); ok {
		v, err := c.meetingPage(r)
		if err != nil {
			return err
		}
		v.Problems = bad
		return pages.RenderInvalid(w, r, "meeting", v)
	}
	return c.post(w, r, meetingURL(id), err)
}

// offs are the ways in which a meeting does not take place.
var offs = map[string]func(*db.Tx, string, string) error{"postpone": council.Postpone, "cancel": council.Cancel}

func (c *Committees) offing(r *http.Request) (form, council.Meeting, error) {
	event := r.PathValue("event")
	if offs[event] == nil {
		return form{}, council.Meeting{}, gov.Fail(gov.NotFound, "لا توجد صفحة بهذا العنوان", "There is no page at this address")
	}
	m, b, err := c.writable(r)
	return form{Over: b.Name, Title: pages.T("committee.off." + event), Fields: []ui.Field{{Kind: "long-text", Name: "why", Label: pages.T("committee.why")}},
		Button: pages.T("committee.off." + event), Look: "danger", Back: meetingURL(m.ID)}, m, err
}

func (c *Committees) offForm(w http.ResponseWriter, r *http.Request) error {
	f, _, err := c.offing(r)
	if err != nil {
		return err
	}
	return f.show(w, r, nil)
}

func (c *Committees) off(w http.ResponseWriter, r *http.Request) error {
	f, m, err := c.offing(r)
	if err != nil {
		return err
	}
	return f.submit(w, r, func(answers map[string]any) (string, error) {
		return meetingURL(m.ID), c.write(r, func(tx *db.Tx) error { return offs[r.PathValue("event")](tx, m.ID, str(answers, "why")) })
	})
}

func (c *Committees) holding(r *http.Request) (f form, m council.Meeting, b council.Board, err error) {
	if m, b, err = c.writable(r); err != nil {
		return f, m, b, err
	}
	var p people
	if err = c.read(r, func(tx *db.Tx) (err error) { p, err = named(tx, persons(b.Seats)...); return err }); err != nil {
		return f, m, b, err
	}
	var how []ui.Option
	for _, x := range []council.Presence{council.Present, council.Excused, council.Absent} {
		how = append(how, ui.Option{Value: string(x), Text: pages.T("committee.presence." + string(x))})
	}
	f = form{Over: b.Name, Title: pages.T("committee.hold"), Lead: pages.T("committee.hold.lead", b.Quorum), Button: pages.T("committee.hold.do"), Back: meetingURL(m.ID)}
	for i, s := range c.members(p, b.Seats, nil) {
		f.Fields = append(f.Fields, ui.Field{Kind: "one-of", Name: fmt.Sprintf("were-%d", i), Label: pages.T("committee.of", s.Name, pages.T("committee.seat."+string(s.Seat))), Hint: s.Org, Options: how})
	}
	return f, m, b, nil
}

func (c *Committees) holdForm(w http.ResponseWriter, r *http.Request) error {
	f, _, b, err := c.holding(r)
	if err != nil {
		return err
	}
	answers := map[string]any{}
	for i := range b.Seats {
		answers[fmt.Sprintf("were-%d", i)] = string(council.Present)
	}
	return f.show(w, r, answers)
}

func (c *Committees) hold(w http.ResponseWriter, r *http.Request) error {
	f, m, b, err := c.holding(r)
	if err != nil {
		return err
	}
	return f.submit(w, r, func(answers map[string]any) (string, error) {
		were := map[gov.PersonID]council.Presence{}
		for i, s := range b.Seats {
			were[s.Person] = council.Presence(str(answers, fmt.Sprintf("were-%d", i)))
		}
		return meetingURL(m.ID), c.write(r, func(tx *db.Tx) error { return c.Chamber.Hold(tx, m.ID, were) })
	})
}

func (c *Committees) minuting(m council.Meeting, b council.Board) form {
	f := form{Over: b.Name, Title: pages.T("committee.minutes"), Lead: pages.T("committee.minutes.lead"), Button: pages.T("committee.save"), Back: meetingURL(m.ID), Saves: strconv.Itoa(m.Saves)}
	for i, x := range m.Items {
		f.Fields = append(f.Fields, both(fmt.Sprintf("item-%d", i), "long-text", pages.T("committee.numbered", i+1, x.Title), true)...)
	}
	return f
}

func (c *Committees) minutesForm(w http.ResponseWriter, r *http.Request) error {
	m, b, err := c.writable(r)
	if err != nil {
		return err
	}
	answers := map[string]any{}
	for i, x := range m.Items {
		put(answers, fmt.Sprintf("item-%d", i), x.Minutes)
	}
	return c.minuting(m, b).show(w, r, answers)
}

func (c *Committees) minutes(w http.ResponseWriter, r *http.Request) error {
	m, b, err := c.writable(r)
	if err != nil {
		return err
	}
	return c.minuting(m, b).submit(w, r, func(answers map[string]any) (string, error) {
		texts := make([]gov.Text, len(m.Items))
		for i := range m.Items {
			texts[i] = text(answers, fmt.Sprintf("item-%d", i))
		}
		saves, _ := strconv.Atoi(r.PostForm.Get("saves"))
		return meetingURL(m.ID), c.write(r, func(tx *db.Tx) error { return council.Minute(tx, m.ID, texts, saves) })
	})
}

func (c *Committees) comment(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	id, words := r.PathValue("meeting"), r.PostForm.Get("words")
	item, _ := strconv.Atoi(r.PostForm.Get("item"))
	err := c.write(r, func(tx *db.Tx) error { return council.Say(tx, id, item, words) })
	if bad, ok := gov.ProblemsOf(err, "words"); ok {
		v, err := c.meetingPage(r)
		if err != nil {
			return err
		}
		v.Problems, v.Words, v.At = bad, words, r.PostForm.Get("item")
		return pages.RenderInvalid(w, r, "meeting", v)
	}
	return c.post(w, r, meetingURL(id)+"#said", err)
}

func (c *Committees) papering(r *http.Request) (form, council.Meeting, error) {
	m, b, err := c.writable(r)
	f := form{Over: b.Name, Title: pages.T("committee.paper.add"), Button: pages.T("committee.paper.do"), Back: meetingURL(m.ID), Upload: true}
	var items []ui.Option
	for i, x := range m.Items {
		items = append(items, ui.Option{Value: strconv.Itoa(i + 1), Text: pages.T("committee.numbered", i+1, x.Title)})
	}
	f.Fields = []ui.Field{
		{Kind: "one-of", Name: "item", Label: pages.T("committee.item"), Options: items},
		{Kind: "file", Name: "paper", Label: pages.T("committee.paper"), Hint: pages.T("committee.paper.hint"), Accept: ".pdf,.pptx,.docx,.xlsx,.png,.jpg", MaxFiles: 1, MaxKB: council.LargestPaper >> 10},
	}
	return f, m, err
}

func (c *Committees) paperForm(w http.ResponseWriter, r *http.Request) error {
	f, _, err := c.papering(r)
	if err != nil {
		return err
	}
	return f.show(w, r, map[string]any{"item": r.URL.Query().Get("item")})
}

func (c *Committees) attach(w http.ResponseWriter, r *http.Request) error {
	f, m, err := c.papering(r)
	if err != nil {
		return err
	}
	return f.submit(w, r, func(answers map[string]any) (string, error) {
		item, _ := strconv.Atoi(str(answers, "item"))
		file, head, err := r.FormFile("paper")
		if err != nil {
			return "", gov.Fail(gov.Invalid, "اختر ملفًا", "Choose a file").At("paper")
		}
		defer file.Close()
		_, err = c.Chamber.Attach(r.Context(), m.ID, item, head.Filename, file)
		if e, ok := gov.ProblemsOf(err, "paper"); ok {
			err = e
		}
		return meetingURL(m.ID), err
	})
}

func (c *Committees) paper(w http.ResponseWriter, r *http.Request) error {
	p, body, err := c.Chamber.Fetch(r.Context(), r.PathValue("meeting"), r.PathValue("paper"))
	if err != nil {
		return err
	}
	defer body.Close()
	return sendFile(w, p.Type, p.Name, p.Size, body)
}

// sendFile answers with a file that somebody uploaded; it is shown, never run.
func sendFile(w http.ResponseWriter, kind, name string, size int64, body io.Reader) error {
	show := "attachment"
	if strings.HasPrefix(kind, "image/") || kind == "application/pdf" {
		show = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType(show, map[string]string{"filename": name}))
	_, err := io.Copy(w, body)
	return err
}

func (c *Committees) detach(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("meeting")
	return c.post(w, r, meetingURL(id), c.write(r, func(tx *db.Tx) error { return council.Detach(tx, id, r.PathValue("paper")) }))
}
