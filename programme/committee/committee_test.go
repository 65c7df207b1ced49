package committee

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/blob"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
	"diwan.example/notify"
	"diwan.example/programme"
)

// hall is a committee of three with its secretary, in the sample country.
type hall struct {
	*testing.T
	d      *db.DB
	c      *Chamber
	now    time.Time
	actors map[string]gov.Actor
	told   []notify.Message
	worker *jobs.Worker
	pump   *journal.Pump
}

func newHall(t *testing.T, d *db.DB) *hall {
	t.Helper()
	land, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{T: t, d: d, now: dbtest.Start, actors: map[string]gov.Actor{"nobody": {}}}
	d.SetClock(func() time.Time { return h.now })
	if err := catalogue.New(d).Seed(gov.WithActor(t.Context(), gov.System), land); err != nil {
		t.Fatal(err)
	}
	files, err := blob.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h.c = &Chamber{DB: d, Calendar: &land.Calendar, Blobs: files, Tell: func(_ *db.Tx, m notify.Message) error { h.told = append(h.told, m); return nil }}
	h.worker = &jobs.Worker{DB: d, Kinds: h.c.Jobs()}
	h.pump = &journal.Pump{DB: d, Followers: []journal.Follower{programme.Follower(land.Calendar.Zone), catalogue.Follower()}}
	h.hire("secretary", "iga", gov.Committee)
	h.hire("authority", "iga", gov.Authority)
	h.hire("chair", "mofne", gov.Committee)
	h.hire("member", "moic", gov.Committee)
	h.hire("third", "moh", gov.Head)
	h.hire("outside", "iga", gov.Committee) // a member of another committee
	h.hire("head", "moe", gov.Head)
	h.hire("owner", "moe", gov.Owner)
	h.hire("officer", "moe", gov.Officer)
	h.hire("other", "mol", gov.Head)
	h.hire("auditor", "iga", gov.Auditor)
	h.actors["resident"] = gov.Actor{Person: "somebody"}
	b := Board{ID: "services", Name: gov.T("لجنة الخدمات", "Services committee"), Terms: gov.T("تتابع", "Follows"), Quorum: 2, Mark: "SDC"}
	for _, s := range []struct {
		who  string
		seat Seat
	}{{"chair", Chair}, {"member", Member}, {"third", Member}, {"secretary", Secretary}} {
		b.Seats = append(b.Seats, Place{h.actors[s.who].Person, h.actors[s.who].Org, s.seat})
	}
	h.do(gov.System, func(tx *db.Tx) error { return Found(tx, b, 1) })
	return h
}

func (h *hall) hire(name string, org gov.OrgID, roles ...gov.Role) {
	h.Helper()
	a := gov.Actor{Org: org, Roles: roles}
	h.do(gov.System, func(tx *db.Tx) (err error) {
		if a.Person, err = identity.Register(tx, identity.Person{NameAr: "موظف " + name, NameEn: "Employee " + name}); err != nil {
			return err
		}
		return identity.Appoint(tx, a.Person, org, roles...)
	})
	h.actors[name] = a
}

func (h *hall) try(who string, fn func(tx *db.Tx) error) error {
	return h.d.Write(gov.WithActor(h.Context(), h.actors[who]), fn)
}

func (h *hall) do(a gov.Actor, fn func(tx *db.Tx) error) {
	h.Helper()
	if err := h.d.Write(gov.WithActor(h.Context(), a), fn); err != nil {
		h.Fatal(err)
	}
}

func (h *hall) as(who string, fn func(tx *db.Tx) error) { h.Helper(); h.do(h.actors[who], fn) }

// fails demands a failure of a kind.
func (h *hall) fails(who string, kind gov.Kind, what string, fn func(tx *db.Tx) error) {
	h.Helper()
	if err := h.try(who, fn); gov.KindOf(err) != kind {
		h.Errorf("%s, %s: %v, want %q", who, what, err, kind)
	}
}

var agenda = []Item{
	{Title: gov.T("متابعة", "Follow-up"), Kind: ForFollowUp},
	{Title: gov.T("تجديد البطاقة", "Card renewal"), Kind: ForDecision, Asked: gov.T("إغلاق الشباك", "Close the counter")},
}

func draft(at time.Time) Draft {
	return Draft{At: at, Place: gov.T("القاعة", "The hall"), Items: slices.Clone(agenda)}
}

// held is a meeting that was held with quorum.
func (h *hall) held() (m Meeting) {
	h.Helper()
	h.as("secretary", func(tx *db.Tx) (err error) {
		if m, err = Plan(tx, "services", draft(h.now.Add(time.Hour))); err != nil {
			return err
		}
		if err := h.c.Call(tx, m.ID); err != nil {
			return err
		}
		return h.c.Hold(tx, m.ID, map[gov.PersonID]Presence{h.actors["chair"].Person: Present, h.actors["member"].Person: Present, h.actors["third"].Person: Excused})
	})
	return m
}

func (h *hall) approve(m Meeting) {
	h.Helper()
	h.as("secretary", func(tx *db.Tx) error {
		m, _, _, err := ByID(tx, m.ID)
		if err != nil {
			return err
		}
		if err := Minute(tx, m.ID, []gov.Text{gov.T("اطلعت اللجنة", ""), gov.T("ناقشت", "Discussed")}, m.Saves); err != nil {
			return err
		}
		return Approve(tx, m.ID)
	})
}

func (h *hall) decide(m Meeting, services ...gov.ServiceID) (d Decision) {
	h.Helper()
	h.as("secretary", func(tx *db.Tx) (err error) {
		d, err = h.c.Decide(tx, m.ID, Resolution{Item: 2, Text: gov.T("يغلق الشباك", "The counter closes"), Services: services})
		return err
	})
	return d
}

func (h *hall) assign(d Decision, org gov.OrgID, due programme.Day) (a Action) {
	h.Helper()
	h.as("secretary", func(tx *db.Tx) (err error) {
		a, err = h.c.Assign(tx, d.ID, Task{Text: gov.T("أعلنوا الإغلاق", "Announce the closing"), Org: org, Due: due})
		return err
	})
	return a
}

const card = gov.ServiceID("identity-card/renewal")

func TestAMeetingFromPlanToApprovedMinutes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		var m Meeting
		h.as("secretary", func(tx *db.Tx) (err error) { m, err = Plan(tx, "services", draft(h.now.AddDate(0, 0, 2))); return err })
		h.fails("secretary", gov.Conflict, "hold before it is called", func(tx *db.Tx) error { return h.c.Hold(tx, m.ID, nil) })
		h.as("secretary", func(tx *db.Tx) error { return h.c.Call(tx, m.ID) })
		if len(h.told) != 4 {
			t.Errorf("%d were invited, want the four who sit", len(h.told))
		}
		all := map[gov.PersonID]Presence{h.actors["chair"].Person: Present, h.actors["secretary"].Person: Present}
		h.fails("secretary", gov.Conflict, "hold before its day", func(tx *db.Tx) error { return h.c.Hold(tx, m.ID, all) })
		h.now = h.now.AddDate(0, 0, 2)
		h.fails("secretary", gov.Conflict, "hold without quorum: the secretary does not count", func(tx *db.Tx) error { return h.c.Hold(tx, m.ID, all) })
		all[h.actors["officer"].Person] = Present
		h.fails("secretary", gov.Invalid, "somebody without a seat", func(tx *db.Tx) error { return h.c.Hold(tx, m.ID, all) })
		delete(all, h.actors["officer"].Person)
		all[h.actors["third"].Person] = Present
		h.fails("secretary", gov.Conflict, "decide before it is held", func(tx *db.Tx) error { _, err := h.c.Decide(tx, m.ID, Resolution{}); return err })
		h.as("secretary", func(tx *db.Tx) error { return h.c.Hold(tx, m.ID, all) })
		h.fails("secretary", gov.Conflict, "hold twice", func(tx *db.Tx) error { return h.c.Hold(tx, m.ID, all) })
		h.fails("secretary", gov.Conflict, "change what was held", func(tx *db.Tx) error { _, err := Change(tx, m.ID, draft(h.now), m.Saves); return err })
		dec := h.decide(m, card)
		if dec.Ref() != "SDC 2026/1" || h.decide(m).Number != 2 {
			t.Errorf("numbers: %s", dec.Ref())
		}
		h.fails("secretary", gov.Conflict, "approve without minutes", func(tx *db.Tx) error { return Approve(tx, m.ID) })
		h.fails("head", gov.NotFound, "read an unpublished decision", func(tx *db.Tx) error { _, err := DecisionOf(tx, dec.ID); return err })
		h.fails("secretary", gov.Conflict, "minutes over somebody else's", func(tx *db.Tx) error { return Minute(tx, m.ID, nil, 0) })
		h.as("secretary", func(tx *db.Tx) error {
			m, _, _, _ = ByID(tx, m.ID)
			return Minute(tx, m.ID, []gov.Text{gov.T("نص", ""), nil}, m.Saves)
		})
		h.fails("chair", gov.Invalid, "approve with an item missing", func(tx *db.Tx) error { return Approve(tx, m.ID) })
		h.fails("member", gov.Denied, "a member approves", func(tx *db.Tx) error { return Approve(tx, m.ID) })
		h.approve(m)
		h.fails("secretary", gov.Conflict, "decide after approval", func(tx *db.Tx) error { _, err := h.c.Decide(tx, m.ID, Resolution{}); return err })
		h.as("head", func(tx *db.Tx) error { _, err := DecisionOf(tx, dec.ID); return err })
	})
}

func TestNumbersHaveNoGaps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		m := h.held()
		h.decide(m)
		h.fails("secretary", gov.Internal, "a transaction that fails", func(tx *db.Tx) error {
			if _, err := h.c.Decide(tx, m.ID, Resolution{Item: 1, Text: gov.T("نص", "Text")}); err != nil {
				t.Error(err)
			}
			return io.ErrUnexpectedEOF
		})
		errs := make(chan error, 8)
		for range 8 {
			go func() {
				errs <- h.try("secretary", func(tx *db.Tx) error {
					_, err := h.c.Decide(tx, m.ID, Resolution{Text: gov.T("نص", "Text")})
					return err
				})
			}()
		}
		for range 8 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		h.as("secretary", func(tx *db.Tx) error {
			list, err := Decisions(tx, Search{Board: "services"})
			for i, x := range list {
				if x.Number != len(list)-i {
					t.Errorf("number %d at place %d", x.Number, i)
				}
			}
			if len(list) != 9 {
				t.Errorf("%d decisions", len(list))
			}
			return err
		})
	})
}

func TestStrangersFindNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		m := h.held()
		dec := h.decide(m, card)
		act := h.assign(dec, "moe", 20261210)
		for _, who := range []string{"nobody", "resident", "officer", "outside", "head", "owner", "other"} {
			h.fails(who, gov.NotFound, "committee", func(tx *db.Tx) error { _, _, err := Open(tx, "services"); return err })
			h.fails(who, gov.NotFound, "meeting", func(tx *db.Tx) error { _, _, _, err := ByID(tx, m.ID); return err })
			h.fails(who, gov.NotFound, "papers", func(tx *db.Tx) error { _, err := Papers(tx, m.ID); return err })
			h.fails(who, gov.NotFound, "comment", func(tx *db.Tx) error { return Say(tx, m.ID, 1, "x") })
			h.fails(who, gov.NotFound, "decision", func(tx *db.Tx) error { _, err := DecisionOf(tx, dec.ID); return err })
			h.fails(who, gov.NotFound, "plan", func(tx *db.Tx) error { _, err := Plan(tx, "services", draft(h.now)); return err })
			h.fails(who, gov.NotFound, "nation", func(tx *db.Tx) error { _, err := h.c.NationOn(tx, 20261123); return err })
			if who != "head" && who != "owner" {
				h.fails(who, gov.NotFound, "action", func(tx *db.Tx) error { _, _, _, err := ActionOf(tx, act.ID); return err })
				h.fails(who, gov.NotFound, "report", func(tx *db.Tx) error { return h.c.Report(tx, act.ID, "x") })
			}
		}
		for _, who := range []string{"member", "auditor"} {
			h.fails(who, gov.Denied, "plan", func(tx *db.Tx) error { _, err := Plan(tx, "services", draft(h.now)); return err })
			h.fails(who, gov.Denied, "decide", func(tx *db.Tx) error { _, err := h.c.Decide(tx, m.ID, Resolution{}); return err })
			h.fails(who, gov.Denied, "verify", func(tx *db.Tx) error { return h.c.Verify(tx, act.ID, "") })
		}
		h.as("member", func(tx *db.Tx) error { return Say(tx, m.ID, 2, "متى؟") })
		h.fails("auditor", gov.Denied, "comment", func(tx *db.Tx) error { return Say(tx, m.ID, 2, "x") })
		h.as("head", func(tx *db.Tx) error {
			list, err := Actions(tx, Ask{})
			if len(list) != 1 {
				t.Errorf("the head sees %d actions, want its own", len(list))
			}
			return err
		})
		h.as("other", func(tx *db.Tx) error {
			list, err := Actions(tx, Ask{})
			if len(list) != 0 {
				t.Error("another head sees what is not theirs")
			}
			return err
		})
	})
}

func TestAnActionFromAssignmentToVerified(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		dec := h.decide(h.held(), card)
		h.fails("secretary", gov.Invalid, "a day that passed, no text", func(tx *db.Tx) error {
			_, err := h.c.Assign(tx, dec.ID, Task{Org: "moe", Due: 20261122})
			return err
		})
		a := h.assign(dec, "moe", 20261210)
		h.fails("head", gov.Denied, "verify one's own", func(tx *db.Tx) error { return h.c.Verify(tx, a.ID, "") })
		h.fails("head", gov.Denied, "extend one's own", func(tx *db.Tx) error { return h.c.Extend(tx, a.ID, 20270101, "x") })
		h.fails("head", gov.Invalid, "report nothing", func(tx *db.Tx) error { return h.c.Report(tx, a.ID, "  ") })
		h.as("owner", func(tx *db.Tx) error { return h.c.Report(tx, a.ID, "نصف الطريق") })
		h.fails("secretary", gov.Conflict, "verify what is open", func(tx *db.Tx) error { return h.c.Verify(tx, a.ID, "") })
		h.fails("secretary", gov.Invalid, "extend backwards", func(tx *db.Tx) error { return h.c.Extend(tx, a.ID, 20261209, "x") })
		h.fails("secretary", gov.Invalid, "extend without reason", func(tx *db.Tx) error { return h.c.Extend(tx, a.ID, 20261220, "") })
		h.as("secretary", func(tx *db.Tx) error { return h.c.Extend(tx, a.ID, 20261220, "عطلة العيد الوطني") })
		h.as("head", func(tx *db.Tx) error { return h.c.Complete(tx, a.ID, "تم") })
		h.fails("head", gov.Conflict, "complete twice", func(tx *db.Tx) error { return h.c.Complete(tx, a.ID, "تم") })
		h.as("secretary", func(tx *db.Tx) error { return h.c.Return(tx, a.ID, "أين الإعلان؟") })
		h.as("head", func(tx *db.Tx) error { return h.c.Complete(tx, a.ID, "في الصحف") })
		h.as("secretary", func(tx *db.Tx) error { return h.c.Verify(tx, a.ID, "") })
		h.fails("secretary", gov.Conflict, "drop what is verified", func(tx *db.Tx) error { return h.c.Drop(tx, a.ID, "x") })
		h.as("secretary", func(tx *db.Tx) error {
			x, s, _, err := ActionOf(tx, a.ID)
			var events []string
			for _, e := range s {
				events = append(events, e.Event)
			}
			if got := strings.Join(events, " "); got != "assign report extend complete return complete verify" || x.First != 20261210 || x.Due != 20261220 || x.State != ActionVerified {
				t.Errorf("%s %+v", got, x)
			}
			return err
		})
	})
}

func TestARevokedDecisionDropsItsOpenActions(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	dec := h.decide(h.held(), card)
	a := h.assign(dec, "moe", 20261210)
	h.as("secretary", func(tx *db.Tx) error { return h.c.Revoke(tx, dec.ID, "تغيّر القانون") })
	h.fails("secretary", gov.Conflict, "revoke twice", func(tx *db.Tx) error { return h.c.Revoke(tx, dec.ID, "x") })
	h.fails("secretary", gov.Conflict, "assign to a revoked one", func(tx *db.Tx) error {
		_, err := h.c.Assign(tx, dec.ID, Task{Text: gov.T("نص", "Text"), Org: "moe", Due: 20261210})
		return err
	})
	h.as("secretary", func(tx *db.Tx) error {
		x, _, _, err := ActionOf(tx, a.ID)
		if x.State != ActionDropped {
			t.Errorf("the action is %s", x.State)
		}
		return err
	})
}

// An overdue action speaks up a week before, on its day and every week after,
// once each, also when the machine slept meanwhile.
func TestOverdueActionsSpeakUpOnceEach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		dec := h.decide(h.held(), card)
		a := h.assign(dec, "moe", 20261207) // two weeks from now
		h.told = nil
		var days []string
		for range 40 {
			h.told = nil
			for range 3 {
				if _, err := h.worker.RunDue(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if len(h.told) > 0 {
				days = append(days, h.now.Format("01-02"))
				to := []gov.PersonID{h.told[0].To, h.told[len(h.told)-1].To}
				if len(h.told) != 2 || !slices.Contains(to, h.actors["head"].Person) || !slices.Contains(to, h.actors["secretary"].Person) {
					t.Errorf("told %d: %v", len(h.told), h.told)
				}
			}
			h.now = h.now.AddDate(0, 0, 1)
		}
		if got := strings.Join(days, " "); got != "11-30 12-07 12-14 12-21 12-28" {
			t.Errorf("it spoke up on %s", got)
		}
		h.told, h.now = nil, h.now.AddDate(0, 0, 30) // the machine slept for a month
		for range 3 {
			if _, err := h.worker.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if len(h.told) != 2 {
			t.Errorf("%d messages after a month's sleep, want one each", len(h.told))
		}
		h.as("head", func(tx *db.Tx) error { return h.c.Complete(tx, a.ID, "تم") })
		h.told, h.now = nil, h.now.AddDate(0, 0, 30)
		if _, err := h.worker.RunDue(t.Context()); err != nil || len(h.told) != 0 {
			t.Errorf("a done action still speaks: %v %v", h.told, err)
		}
	})
}

// The effect of a decision is counted from cases: as they were on its day, and now.
func TestTheEffectIsMeasuredFromCases(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.now = h.now.AddDate(0, 0, -60)
		h.cases(8, 2) // eight at the counter, two online
		h.now = h.now.AddDate(0, 0, 5)
		dec := h.decide(h.held(), card)
		h.now = h.now.AddDate(0, 0, 40)
		h.cases(1, 3)
		h.as("member", func(tx *db.Tx) error {
			list, err := h.c.Effects(tx, &dec)
			if err != nil || len(list) != 1 {
				t.Fatal(err, len(list))
			}
			e := list[0]
			was, _ := e.Then.Share()
			is, _ := e.Now.Share()
			if e.Then.Received != 10 || was != 0.2 || e.Now.Received != 4 || is != 0.75 || e.Then.Closed != 10 || e.Done != nil {
				t.Errorf("%+v", e)
			}
			if e.Then.Open != 0 || e.Standing[0] != catalogue.Proven || e.Then.Median < 47*time.Hour || e.Then.Median > 49*time.Hour {
				t.Errorf("open %d, %v, median %v", e.Then.Open, e.Standing, e.Then.Median)
			}
			n, err := h.c.NationOn(tx, h.c.Today(tx))
			if n.Received != 4 || n.Proven != 1 || n.Open != 0 {
				t.Errorf("%+v", n)
			}
			early, err2 := h.c.NationOn(tx, 20260801)
			if early.Proven != 0 || early.Declared <= n.Declared || early.Received != 0 {
				t.Errorf("before anything ran: %+v %v", early, err2)
			}
			return err
		})
		h.fails("head", gov.NotFound, "the effect of an unpublished decision", func(tx *db.Tx) error { _, err := h.c.Effects(tx, &dec); return err })
	})
}

// cases are received and closed: some at the counter, some online.
func (h *hall) cases(counter, online int) {
	h.Helper()
	h.do(gov.System, func(tx *db.Tx) error {
		for i := range counter + online {
			f := journal.Fact{Name: "case.submitted", Subject: db.NewID(tx.Now()), Service: card, Organisation: "iga", Channel: gov.Counter, Place: "capital"}
			if i >= counter {
				f.Channel = gov.Portal
			}
			if err := journal.Append(tx, f); err != nil {
				return err
			}
			f.Name, f.Body = "case.closed", journal.Body(map[string]any{"outcome": "granted", "ours": (48 * time.Hour).Milliseconds(), "theirs": 0, "timed": true})
			if err := journal.Append(tx, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err := h.pump.Drain(h.Context()); err != nil {
		h.Fatal(err)
	}
}

func TestPapersAreTakenByWhatTheyAre(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	m := h.held()
	put := func(who, name, content string, item int) error {
		_, err := h.c.Attach(gov.WithActor(t.Context(), h.actors[who]), m.ID, item, name, strings.NewReader(content))
		return err
	}
	pptx := "PK\x03\x04 [Content_Types].xml ppt/presentation.xml"
	for _, x := range []struct {
		who, name, content string
		item               int
		want               gov.Kind
	}{
		{"secretary", "a.pdf", "%PDF-1.7 x", 1, ""}, {"secretary", "b.pptx", pptx, 2, ""},
		{"secretary", "c.pdf", pptx, 1, gov.Invalid}, {"secretary", "d.exe", "MZ\x90", 1, gov.Invalid}, {"secretary", "e.zip", "PK\x03\x04 x", 1, gov.Invalid},
		{"secretary", "f.pdf", "", 1, gov.Invalid}, {"secretary", "g.pdf", "%PDF-1.7", 3, gov.Invalid}, {"secretary", "h.pdf", "%PDF-" + strings.Repeat("x", LargestPaper), 1, gov.Invalid},
		{"member", "i.pdf", "%PDF-1.7", 1, gov.Denied}, {"head", "j.pdf", "%PDF-1.7", 1, gov.NotFound},
	} {
		if err := put(x.who, x.name, x.content, x.item); gov.KindOf(err) != x.want {
			t.Errorf("%s puts %s: %v", x.who, x.name, err)
		}
	}
	h.c.Scan = func(context.Context, io.Reader) (string, error) {
		return "infected", gov.Fail(gov.Invalid, "فيروس", "virus")
	}
	if err := put("secretary", "k.pdf", "%PDF-1.7 y", 1); gov.KindOf(err) != gov.Invalid {
		t.Errorf("an infected file: %v", err)
	}
	var list []Paper
	h.as("member", func(tx *db.Tx) (err error) { list, err = Papers(tx, m.ID); return err })
	if len(list) != 2 {
		t.Fatalf("%d papers", len(list))
	}
	if _, _, err := h.c.Fetch(gov.WithActor(t.Context(), h.actors["head"]), m.ID, list[0].ID); gov.KindOf(err) != gov.NotFound {
		t.Errorf("a stranger fetches a paper: %v", err)
	}
	_, r, err := h.c.Fetch(gov.WithActor(t.Context(), h.actors["member"]), m.ID, list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if b, _ := io.ReadAll(r); string(b) != "%PDF-1.7 x" {
		t.Errorf("%q", b)
	}
}
