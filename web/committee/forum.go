package committee

import (
	"net/http"
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	council "diwan.example/programme/committee"
	"diwan.example/programme/forum"
	"diwan.example/web/ui"
)

// forumRoutes are the addresses of the planning forum.
func (c *Committees) forumRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /forum", Guard: Guard, Page: c.forum},
		{Pattern: "GET /forum/new", Guard: Guard, Page: c.sessionNew},
		{Pattern: "POST /forum/new", Guard: Guard, Page: c.sessionPlan},
		{Pattern: "GET /forum/sessions/{session}", Guard: Guard, Page: c.session},
		{Pattern: "GET /forum/sessions/{session}/edit", Guard: Guard, Page: c.sessionForm},
		{Pattern: "POST /forum/sessions/{session}/edit", Guard: Guard, Page: c.sessionPlan},
		{Pattern: "POST /forum/sessions/{session}/questions", Guard: Guard, Page: c.askForum},
		{Pattern: "POST /forum/sessions/{session}/questions/{question}/{event}", Guard: Guard, Page: c.moderate},
		{Pattern: "GET /forum/sessions/{session}/answer/{question}", Guard: Guard, Page: c.answerForm},
		{Pattern: "POST /forum/sessions/{session}/answer/{question}", Guard: Guard, Page: c.answer},
		{Pattern: "GET /forum/sessions/{session}/files", Guard: Guard, Page: c.presentForm},
		{Pattern: "POST /forum/sessions/{session}/files", Guard: Guard, Page: c.present, MaxBody: largestUpload},
		{Pattern: "GET /forum/sessions/{session}/files/{file}", Guard: Guard, Page: c.presentation},
		{Pattern: "GET /forum/sessions/{session}/decide", Guard: Guard, Page: c.forumDecideForm},
		{Pattern: "POST /forum/sessions/{session}/decide", Guard: Guard, Page: c.forumDecide},
	}
}

// forumPage is the agenda of the forum.
type forumPage struct {
	forum.Forum
	None      bool
	Plans     bool
	Show      programme.Day // one day of it; 0: all
	Days      []forumDay
	Tabs      []forumDay
	Now, Next []slot
	Decisions []forumDec
}

type forumDay struct {
	Day   programme.Day
	On    any
	Slots []slot
}

type slot struct {
	forum.Session
	Owner, RoomName gov.Text
	From, To        string
	Now             bool
}

type forumDec struct {
	forum.Decision
	Title gov.Text // of the session
	Board gov.Text
	Sees  bool // the reader may read it in its committee
}

// handed lists decisions of the forum as the reader may follow them.
func handed(tx *db.Tx, ds []forum.Decision, title func(session string) gov.Text) (out []forumDec, err error) {
	boards, err := council.Every(tx)
	if err != nil {
		return nil, err
	}
	for _, d := range ds {
		x := forumDec{Decision: d, Title: title(d.Session), Board: boardName(boards, d.Board)}
		if d.Handed != "" {
			_, err := council.DecisionOf(tx, d.Handed)
			if err != nil && gov.KindOf(err) != gov.NotFound {
				return nil, err
			}
			x.Sees = err == nil
		}
		out = append(out, x)
	}
	return out, nil
}

func (c *Committees) slot(f *forum.Forum, s forum.Session) slot {
	local := c.Chamber.DB.Now().In(c.Country.Calendar.Zone)
	return slot{s, c.org(s.Org), f.Room(s.Room), forum.Clock(s.Starts), forum.Clock(s.Ends), s.Now(local)}
}

func (c *Committees) forum(w http.ResponseWriter, r *http.Request) error {
	v := &forumPage{}
	var list []forum.Session
	err := c.read(r, func(tx *db.Tx) (err error) {
		v.Plans = forum.MayPlan(tx.Actor())
		if v.Forum, err = forum.Latest(tx); err != nil {
			return err
		}
		if list, err = forum.Agenda(tx, v.ID); err != nil {
			return err
		}
		ds, err := forum.Decisions(tx, v.ID)
		if err != nil {
			return err
		}
		v.Decisions, err = handed(tx, ds, func(id string) gov.Text { return titleOf(list, id) })
		return err
	})
	if gov.KindOf(err) == gov.NotFound {
		v.None, err = true, nil
	}
	if err != nil {
		return err
	}
	v.lay(c, list, r.URL.Query().Get("day"))
	return pages.Render(w, r, "forum", v)
}

func titleOf(list []forum.Session, id string) gov.Text {
	for _, s := range list {
		if s.ID == id {
			return s.Title
		}
	}
	return nil
}

func boardName(list []council.Board, id string) gov.Text {
	for _, b := range list {
		if b.ID == id {
			return b.Name
		}
	}
	return nil
}

// lay puts the sessions on their days; today's are what one sees first while the
// forum runs.
func (v *forumPage) lay(c *Committees, list []forum.Session, asked string) {
	local := c.Chamber.DB.Now().In(c.Country.Calendar.Zone)
	today, clock := programme.DayOf(local, nil), local.Hour()*60+local.Minute()
	if d, err := programme.ParseDay(asked); err == nil && slices.Contains(v.Forum.Days, d) {
		v.Show = d
	} else if asked == "" && slices.Contains(v.Forum.Days, today) {
		v.Show = today
	}
	for _, d := range v.Forum.Days {
		x := forumDay{Day: d, On: c.noon(d)}
		for _, s := range list {
			if s.Day != d {
				continue
			}
			one := c.slot(&v.Forum, s)
			x.Slots = append(x.Slots, one)
			switch {
			case one.Now:
				v.Now = append(v.Now, one)
			case d == today && s.Starts > clock && (len(v.Next) == 0 || v.Next[0].Starts == s.Starts):
				v.Next = append(v.Next, one)
			}
		}
		v.Tabs = append(v.Tabs, forumDay{Day: d, On: x.On})
		if v.Show == 0 || v.Show == d {
			v.Days = append(v.Days, x)
		}
	}
}

// sessionPage is one session with what was asked and decided.
type sessionPage struct {
	slot
	Forum     forum.Forum
	On        any
	Plans     bool
	Presents  bool
	Files     []forum.File
	Questions []asked
	Decisions []forumDec
	Problems  gov.Problems
	Words     string // a question that was refused
}

type asked struct {
	forum.Question
	Who, Org, By gov.Text
}

func (c *Committees) sessionPage(r *http.Request) (*sessionPage, error) {
	v := &sessionPage{}
	var p people
	var qs []forum.Question
	err := c.read(r, func(tx *db.Tx) error {
		s, f, err := forum.ByID(tx, r.PathValue("session"))
		if err != nil {
			return err
		}
		v.slot, v.Forum, v.Plans, v.Presents = c.slot(&f, s), f, forum.MayPlan(tx.Actor()), forum.MayPresent(tx.Actor(), &s)
		if v.Files, err = forum.Files(tx, s.ID); err != nil {
			return err
		}
		if qs, err = forum.Questions(tx, s.ID); err != nil {
			return err
		}
		ds, err := forum.Decisions(tx, f.ID)
		if err != nil {
			return err
		}
		ds = slices.DeleteFunc(ds, func(d forum.Decision) bool { return d.Session != s.ID })
		if v.Decisions, err = handed(tx, ds, func(string) gov.Text { return nil }); err != nil {
			return err
		}
		var ids []gov.PersonID
		for _, q := range qs {
			ids = append(ids, q.Author, q.Answerer)
		}
		p, err = named(tx, ids...)
		return err
	})
	v.On = c.noon(v.Day)
	for _, q := range qs {
		v.Questions = append(v.Questions, asked{q, p.of(q.Author), c.org(q.Acting), p.of(q.Answerer)})
	}
	return v, err
}

func (c *Committees) session(w http.ResponseWriter, r *http.Request) error {
	v, err := c.sessionPage(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "session", v)
}

func sessionURL(r *http.Request) string { return "/forum/sessions/" + r.PathValue("session") }

// planner is the forum for somebody who plans it, and the form of a session.
func (c *Committees) planner(r *http.Request) (f forum.Forum, x form, err error) {
	err = c.read(r, func(tx *db.Tx) (err error) {
		if !forum.MayPlan(tx.Actor()) {
			return errNotYours
		}
		f, err = forum.Latest(tx)
		return err
	})
	if err != nil {
		return f, x, err
	}
	var days, rooms []ui.Option
	for i, d := range f.Days {
		days = append(days, ui.Option{Value: d.String(), Text: pages.T("committee.forum.dayn", i+1), Hint: gov.T(d.String(), d.String())})
	}
	for _, o := range f.Rooms {
		rooms = append(rooms, ui.Option{Value: o.ID, Text: o.Name})
	}
	x = form{Over: f.Name, Title: pages.T("committee.forum.session"), Button: pages.T("committee.save"), Back: "/forum"}
	x.Fields = append(both("title", "short-text", pages.T("committee.forum.title"), false),
		ui.Field{Kind: "one-of", Name: "day", Label: pages.T("committee.day"), Options: days},
		ui.Field{Kind: "time", Name: "starts", Label: pages.T("committee.forum.starts")},
		ui.Field{Kind: "time", Name: "ends", Label: pages.T("committee.forum.ends")},
		ui.Field{Kind: "one-of", Name: "room", Label: pages.T("committee.forum.room"), Options: rooms},
		ui.Field{Kind: "one-of", Name: "org", Label: pages.T("committee.item.org"), Options: c.organisations(), Optional: true})
	return f, x, nil
}

func (c *Committees) sessionNew(w http.ResponseWriter, r *http.Request) error {
	_, x, err := c.planner(r)
	if err != nil {
		return err
	}
	return x.show(w, r, nil)
}

func (c *Committees) sessionForm(w http.ResponseWriter, r *http.Request) error {
	_, x, err := c.planner(r)
	if err != nil {
		return err
	}
	v, err := c.sessionPage(r)
	if err != nil {
		return err
	}
	x.Back = sessionURL(r)
	answers := map[string]any{"day": v.Day.String(), "starts": v.From, "ends": v.To, "room": v.Room, "org": string(v.Org)}
	put(answers, "title", v.Title)
	return x.show(w, r, answers)
}

func (c *Committees) sessionPlan(w http.ResponseWriter, r *http.Request) error {
	f, x, err := c.planner(r)
	if err != nil {
		return err
	}
	return x.submit(w, r, func(answers map[string]any) (string, error) {
		s := forum.Session{ID: r.PathValue("session"), Forum: f.ID, Room: str(answers, "room"), Org: gov.OrgID(str(answers, "org")), Title: text(answers, "title")}
		var bad gov.Problems
		var err error
		if s.Day, err = programme.ParseDay(str(answers, "day")); err != nil {
			s.Day = 0
		}
		for name, to := range map[string]*int{"starts": &s.Starts, "ends": &s.Ends} {
			if *to, err = forum.ParseClock(str(answers, name)); err != nil {
				bad = append(bad, gov.Problem{Field: name, Text: gov.PublicOf(err)})
			}
		}
		if len(bad) > 0 {
			return "", bad
		}
		err = c.write(r, func(tx *db.Tx) (err error) { s, err = forum.Plan(tx, s); return err })
		return "/forum/sessions/" + s.ID, err
	})
}

func (c *Committees) askForum(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	words := r.PostForm.Get("words")
	err := c.write(r, func(tx *db.Tx) error { return forum.Ask(tx, r.PathValue("session"), words) })
	if bad, ok := gov.ProblemsOf(err, "words"); ok {
		v, err := c.sessionPage(r)
		if err != nil {
			return err
		}
		v.Problems, v.Words = bad, words
		return pages.RenderInvalid(w, r, "session", v)
	}
	return c.post(w, r, sessionURL(r)+"#asked", err)
}

func (c *Committees) moderate(w http.ResponseWriter, r *http.Request) error {
	return c.post(w, r, sessionURL(r)+"#asked", c.write(r, func(tx *db.Tx) error {
		return forum.Moderate(tx, r.PathValue("session"), r.PathValue("question"), r.PathValue("event"))
	}))
}

func (c *Committees) answering(r *http.Request) (x form, q asked, err error) {
	v, err := c.sessionPage(r)
	if err != nil {
		return x, q, err
	}
	i := slices.IndexFunc(v.Questions, func(q asked) bool { return q.ID == r.PathValue("question") })
	if i < 0 || !v.Presents {
		return x, q, gov.Fail(gov.NotFound, "لا يوجد سؤال بهذا العنوان لجهتك", "There is no question for your entity at this address")
	}
	q = v.Questions[i]
	return form{Over: v.Title, Title: pages.T("committee.forum.answer"), Lead: gov.T(q.Words, q.Words), Button: pages.T("committee.forum.answer.do"), Back: sessionURL(r),
		Fields: []ui.Field{{Kind: "long-text", Name: "answer", Label: pages.T("committee.forum.answer"), MaxLength: 4000}}}, q, nil
}

func (c *Committees) answerForm(w http.ResponseWriter, r *http.Request) error {
	x, q, err := c.answering(r)
	if err != nil {
		return err
	}
	return x.show(w, r, map[string]any{"answer": q.Answer})
}

func (c *Committees) answer(w http.ResponseWriter, r *http.Request) error {
	x, q, err := c.answering(r)
	if err != nil {
		return err
	}
	return x.submit(w, r, func(answers map[string]any) (string, error) {
		return sessionURL(r) + "#asked", c.write(r, func(tx *db.Tx) error { return forum.Answer(tx, r.PathValue("session"), q.ID, str(answers, "answer")) })
	})
}

func (c *Committees) presenting(r *http.Request) (form, error) {
	v, err := c.sessionPage(r)
	if err == nil && !v.Presents {
		err = errNotYours
	}
	if err != nil {
		return form{}, err
	}
	return form{Over: v.Title, Title: pages.T("committee.forum.present"), Button: pages.T("committee.paper.do"), Back: sessionURL(r), Upload: true, Fields: []ui.Field{
		{Kind: "file", Name: "file", Label: pages.T("committee.paper"), Hint: pages.T("committee.paper.hint"), Accept: ".pdf,.pptx,.docx,.xlsx,.png,.jpg", MaxFiles: 1, MaxKB: council.LargestPaper >> 10}}}, nil
}

func (c *Committees) presentForm(w http.ResponseWriter, r *http.Request) error {
	x, err := c.presenting(r)
	if err != nil {
		return err
	}
	return x.show(w, r, nil)
}

func (c *Committees) present(w http.ResponseWriter, r *http.Request) error {
	x, err := c.presenting(r)
	if err != nil {
		return err
	}
	return x.submit(w, r, func(map[string]any) (string, error) {
		file, head, err := r.FormFile("file")
		if err != nil {
			return "", gov.Fail(gov.Invalid, "اختر ملفًا", "Choose a file").At("file")
		}
		defer file.Close()
		return sessionURL(r), forum.Attach(r.Context(), c.Chamber, r.PathValue("session"), head.Filename, file)
	})
}

func (c *Committees) presentation(w http.ResponseWriter, r *http.Request) error {
	f, body, err := forum.Fetch(r.Context(), c.Chamber, r.PathValue("session"), r.PathValue("file"))
	if err != nil {
		return err
	}
	defer body.Close()
	return sendFile(w, f.Type, f.Name, f.Size, body)
}

func (c *Committees) forumDeciding(r *http.Request) (form, error) {
	v, err := c.sessionPage(r)
	if err == nil && !v.Plans {
		err = errNotYours
	}
	if err != nil {
		return form{}, err
	}
	var boards []ui.Option
	err = c.read(r, func(tx *db.Tx) error {
		list, err := council.Boards(tx)
		for _, b := range list {
			boards = append(boards, ui.Option{Value: b.ID, Text: b.Name})
		}
		return err
	})
	x := form{Over: v.Title, Title: pages.T("committee.decide"), Button: pages.T("committee.decide.do"), Back: sessionURL(r)}
	x.Fields = append(both("text", "long-text", pages.T("committee.decision.text"), false),
		ui.Field{Kind: "long-text", Name: "services", Label: pages.T("committee.services"), Hint: pages.T("committee.services.hint"), Optional: true},
		ui.Field{Kind: "one-of", Name: "board", Label: pages.T("committee.forum.hand"), Hint: pages.T("committee.forum.hand.hint"), Options: boards, Optional: true})
	return x, err
}

func (c *Committees) forumDecideForm(w http.ResponseWriter, r *http.Request) error {
	x, err := c.forumDeciding(r)
	if err != nil {
		return err
	}
	return x.show(w, r, nil)
}

func (c *Committees) forumDecide(w http.ResponseWriter, r *http.Request) error {
	x, err := c.forumDeciding(r)
	if err != nil {
		return err
	}
	return x.submit(w, r, func(answers map[string]any) (string, error) {
		services, err := c.servicesIn(r.Context(), str(answers, "services"))
		if err != nil {
			return "", err
		}
		return sessionURL(r) + "#decided", c.write(r, func(tx *db.Tx) error {
			_, err := forum.Decide(tx, c.Chamber, r.PathValue("session"), text(answers, "text"), services, str(answers, "board"))
			return err
		})
	})
}
