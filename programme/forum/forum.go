// Package forum keeps the yearly planning forum: days and sessions, a slot for
// every entity, the presentations, questions and answers — also between the
// sessions — and what was decided, which may be handed to a committee.
//
// The authority plans and moderates; whoever follows the programme reads and
// asks; the presenting entity attaches its presentation and answers.
package forum

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/programme"
	"diwan.example/programme/committee"
)

// Facts of this package. Their subject is the session, or the forum.
const (
	FactPlanned  = "forum.planned"  // a session was planned or changed
	FactAttached = "forum.attached" // a presentation was attached
	FactAsked    = "forum.asked"    // a question was asked
	FactShown    = "forum.shown"    // it was let through
	FactHidden   = "forum.hidden"   // it was kept back
	FactAnswered = "forum.answered" // the presenting entity answered
	FactDecided  = "forum.decided"  // the forum decided
	FactHanded   = "forum.handed"   // a decision was handed to a committee
)

// Forum is one year's forum.
type Forum struct {
	ID    string          `json:"-"` // its year: "2026"
	Name  gov.Text        `json:"name"`
	Place gov.Text        `json:"place"`
	Days  []programme.Day `json:"days"`
	Rooms []Room          `json:"rooms"`
}

// Room is where sessions are.
type Room struct {
	ID   string   `json:"id"`
	Name gov.Text `json:"name"`
}

// Room names a room.
func (f *Forum) Room(id string) gov.Text {
	for _, r := range f.Rooms {
		if r.ID == id {
			return r.Name
		}
	}
	return gov.T(id, id)
}

// Session is one slot of the agenda.
type Session struct {
	ID     string
	Forum  string
	Day    programme.Day
	Starts int // minutes since midnight
	Ends   int
	Room   string
	Org    gov.OrgID // who presents; empty: the forum itself
	Title  gov.Text
}

// Clock writes minutes since midnight: "09:30".
func Clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// ParseClock reads "9:30". Errors: Invalid.
func ParseClock(s string) (int, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(gov.Digits(s)))
	if err != nil {
		return 0, gov.Fail(gov.Invalid, "اكتب الوقت هكذا: \u206609:30\u2069", "Write the time like 09:30")
	}
	return t.Hour()*60 + t.Minute(), nil
}

// Now reports whether the session is going on at a moment of the country's clock.
func (s *Session) Now(local time.Time) bool {
	m := local.Hour()*60 + local.Minute()
	return programme.DayOf(local, nil) == s.Day && s.Starts <= m && m < s.Ends
}

var (
	errNone  = gov.Fail(gov.NotFound, "لا يوجد شيء بهذا العنوان في الملتقى", "There is nothing at this address of the forum")
	errWrite = gov.Fail(gov.Denied, "هذا من عمل فريق الجهة القائدة", "This is for the leading authority's team")
	errOwner = gov.Fail(gov.Denied, "هذا للجهة التي تعرض الجلسة", "This is for the entity that presents the session")
)

// MayRead reports whether somebody follows the programme.
func MayRead(a gov.Actor) bool {
	return a.Person == gov.System.Person || a.Staff() && a.Has(gov.Authority, gov.Committee, gov.Auditor, gov.Head, gov.Owner)
}

// MayPlan reports whether somebody plans and moderates.
func MayPlan(a gov.Actor) bool {
	return a.Person == gov.System.Person || a.Staff() && a.Has(gov.Authority)
}

// MayPresent reports whether somebody speaks for the entity of a session.
func MayPresent(a gov.Actor, s *Session) bool {
	return MayPlan(a) || s.Org != "" && a.Org == s.Org && a.Staff() && a.Has(gov.Head, gov.Owner)
}

// Open enters a forum or replaces what it is. Errors: Denied, Invalid.
func Open(tx *db.Tx, f Forum) error {
	if !MayPlan(tx.Actor()) {
		return errWrite
	}
	if f.ID == "" || len(f.Name.Missing(gov.Arabic, gov.English)) > 0 || len(f.Days) == 0 || len(f.Rooms) == 0 {
		return gov.Fail(gov.Invalid, "يحتاج الملتقى إلى سنة واسم باللغتين وأيام وقاعات", "A forum needs a year, a name in both languages, days and rooms").At("name")
	}
	return putForum(tx, f)
}

// Latest is the newest forum. Errors: NotFound when there is none, and for those
// who may not read it.
func Latest(tx *db.Tx) (Forum, error) {
	list, err := forums(tx)
	if err != nil {
		return Forum{}, err
	}
	if len(list) == 0 || !MayRead(tx.Actor()) {
		return Forum{}, errNone
	}
	return list[0], nil
}

// Agenda lists the sessions of a forum by time. Errors: NotFound.
func Agenda(tx *db.Tx, forum string) ([]Session, error) {
	if !MayRead(tx.Actor()) {
		return nil, errNone
	}
	return sessions(tx, forum)
}

// ByID returns a session with its forum. Errors: NotFound.
func ByID(tx *db.Tx, id string) (Session, Forum, error) {
	s, ok, err := sessionByID(tx, id)
	if err != nil {
		return s, Forum{}, err
	}
	if !ok || !MayRead(tx.Actor()) {
		return Session{}, Forum{}, errNone
	}
	f, ok, err := forumByID(tx, s.Forum)
	if err == nil && !ok {
		err = errNone
	}
	return s, f, err
}

// Plan puts a session into the agenda, or changes the one with its id. A room, or
// an entity, that is taken at that time is said at its place. Errors: Denied,
// NotFound, Invalid.
func Plan(tx *db.Tx, s Session) (Session, error) {
	if !MayPlan(tx.Actor()) {
		return s, errWrite
	}
	f, ok, err := forumByID(tx, s.Forum)
	if err != nil || !ok {
		return s, cmp.Or[error](err, errNone)
	}
	if s.ID != "" {
		if _, _, err := ByID(tx, s.ID); err != nil {
			return s, err
		}
	}
	all, err := sessions(tx, f.ID)
	if err != nil {
		return s, err
	}
	if bad := s.problems(&f, all); len(bad) > 0 {
		return s, bad
	}
	if s.ID == "" {
		s.ID = db.NewID(tx.Now())
	}
	if err := putSession(tx, s); err != nil {
		return s, err
	}
	return s, told(tx, FactPlanned, s, nil)
}

func (s *Session) problems(f *Forum, all []Session) (bad gov.Problems) {
	wrong := func(field, ar, en string, args ...any) {
		bad = append(bad, gov.Problem{Field: field, Text: gov.T(ar, en).Sprintf(args...)})
	}
	for l, t := range s.Title {
		t, _ = gov.CleanText(strings.TrimSpace(t))
		s.Title[l] = t
	}
	if len(s.Title.Missing(gov.Arabic, gov.English)) > 0 {
		wrong("title", "اكتب عنوان الجلسة باللغتين", "Give the session's title in both languages")
	}
	if !slices.Contains(f.Days, s.Day) {
		wrong("day", "اختر يومًا من أيام الملتقى", "Choose a day of the forum")
	}
	if !slices.ContainsFunc(f.Rooms, func(r Room) bool { return r.ID == s.Room }) {
		wrong("room", "اختر قاعة من قاعات الملتقى", "Choose a room of the forum")
	}
	if s.Starts < 0 || s.Ends > 24*60 || s.Ends <= s.Starts {
		wrong("ends", "تنتهي الجلسة بعد أن تبدأ، وفي اليوم نفسه", "A session ends after it begins, on the same day")
	}
	if len(bad) > 0 {
		return bad
	}
	for _, x := range all {
		if x.ID == s.ID || x.Day != s.Day || x.Ends <= s.Starts || s.Ends <= x.Starts {
			continue
		}
		if x.Room == s.Room {
			wrong("room", "القاعة مشغولة من \u2066%s\u2069 إلى \u2066%s\u2069 بجلسة: %s", "The room is taken from %s to %s by: %s", Clock(x.Starts), Clock(x.Ends), x.Title)
		}
		if s.Org != "" && x.Org == s.Org {
			wrong("org", "للجهة جلسة أخرى من \u2066%s\u2069 إلى \u2066%s\u2069", "The entity has another session from %s to %s", Clock(x.Starts), Clock(x.Ends))
		}
	}
	return bad
}

func told(tx *db.Tx, fact string, s Session, more map[string]any) error {
	body := map[string]any{"forum": s.Forum}
	for k, v := range more {
		body[k] = v
	}
	return journal.Append(tx, journal.Fact{Name: fact, Subject: s.ID, Organisation: s.Org, Body: journal.Body(body)})
}

// File is a presentation attached to a session.
type File struct {
	ID      string
	Session string
	committee.Received
	Author gov.PersonID
	At     time.Time
}

// mostFiles is of one session.
const mostFiles = 10

// Attach puts a presentation to a session, for the entity that presents it. It
// opens its own transactions. Errors: NotFound, Denied, Invalid, Unavailable.
func Attach(ctx context.Context, c *committee.Chamber, session, name string, r io.Reader) error {
	may := func(tx *db.Tx) error {
		s, _, err := ByID(tx, session)
		if err != nil {
			return err
		}
		if !MayPresent(tx.Actor(), &s) {
			return errOwner
		}
		list, err := files(tx, session)
		if err == nil && len(list) >= mostFiles {
			err = gov.Fail(gov.Invalid, "للجلسة عشرة ملفات على الأكثر", "A session has at most ten files").At("file")
		}
		return err
	}
	if err := c.DB.Read(ctx, may); err != nil {
		return err
	}
	in, err := c.Receive(ctx, name, r)
	if err != nil {
		return err
	}
	return c.DB.Write(ctx, func(tx *db.Tx) error {
		if err := may(tx); err != nil {
			return err
		}
		s, _, err := ByID(tx, session)
		if err != nil {
			return err
		}
		if err := insertFile(tx, File{ID: db.NewID(tx.Now()), Session: session, Received: in, Author: tx.Actor().Person, At: tx.Now()}); err != nil {
			return err
		}
		return told(tx, FactAttached, s, nil)
	})
}

// Files lists the presentations of a session. Errors: NotFound.
func Files(tx *db.Tx, session string) ([]File, error) {
	if _, _, err := ByID(tx, session); err != nil {
		return nil, err
	}
	return files(tx, session)
}

// Fetch opens a presentation. The caller closes it. Errors: NotFound, Unavailable.
func Fetch(ctx context.Context, c *committee.Chamber, session, file string) (f File, r io.ReadCloser, err error) {
	err = c.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := Files(tx, session)
		i := slices.IndexFunc(list, func(x File) bool { return x.ID == file })
		if err != nil || i < 0 {
			return cmp.Or[error](err, errNone)
		}
		f = list[i]
		return nil
	})
	if err != nil || c.Blobs == nil {
		return f, nil, cmp.Or[error](err, errNone)
	}
	r, err = c.Blobs.Get(ctx, f.Blob)
	return f, r, err
}
