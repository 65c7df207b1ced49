package notify

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/jobs"
	"diwan.example/internal/mail"
	"diwan.example/internal/mail/mailtest"
	"diwan.example/journal"
)

// house is an office that keeps what it would send, and a clock.
type house struct {
	*testing.T
	*Office
	mu     sync.Mutex
	now    time.Time
	worker *jobs.Worker
	pump   *journal.Pump
	people map[gov.PersonID]Contact
}

var background = context.Background()

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newHouse(t, d)) })
}

func newHouse(t *testing.T, d *db.DB) *house {
	quiet := slog.New(slog.DiscardHandler)
	h := &house{T: t, now: dbtest.Start, people: map[gov.PersonID]Contact{
		"sara": {Person: "sara", Email: "sara@example.org", Phone: "+97336000001", Lang: gov.Arabic},
		"ali":  {Person: "ali", Email: "ali@example.org", Lang: gov.English},
	}}
	h.Office = &Office{DB: d, Secret: []byte("0123456789abcdef0123456789abcdef"), Origin: "https://portal.example", Log: quiet,
		Email: &Outbox{DB: d, Channel: Email}, SMS: &Outbox{DB: d, Channel: SMS}, Events: []string{"case.submitted", "case.decided"}}
	h.Office.Contact = func(_ *db.Tx, p gov.PersonID) (Contact, error) {
		c, ok := h.people[p]
		if !ok {
			return c, gov.Fail(gov.NotFound, "لا", "no")
		}
		return c, nil
	}
	d.SetClock(func() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.now })
	h.worker = &jobs.Worker{DB: d, Kinds: h.Jobs(), Log: quiet}
	h.pump = &journal.Pump{DB: d, Followers: []journal.Follower{h.Follower()}, Log: quiet}
	return h
}

func (h *house) pass(d time.Duration) { h.mu.Lock(); h.now = h.now.Add(d); h.mu.Unlock() }

func (h *house) try(a gov.Actor, fn func(*db.Tx) error) error {
	return h.DB.Write(gov.WithActor(background, a), fn)
}

func (h *house) write(a gov.Actor, fn func(*db.Tx) error) {
	h.Helper()
	if err := h.try(a, fn); err != nil {
		h.Fatal(err)
	}
}

func (h *house) want(err error, k gov.Kind) {
	h.Helper()
	if gov.KindOf(err) != k {
		h.Fatalf("want %q, got %v", k, err)
	}
}

func (h *house) work() {
	h.Helper()
	if err := h.pump.Drain(background); err != nil {
		h.Fatal(err)
	}
	if _, err := h.worker.RunDue(background); err != nil {
		h.Fatal(err)
	}
}

func (h *house) outgoing() (out []Kept) {
	h.Helper()
	h.write(gov.System, func(tx *db.Tx) (err error) { out, err = Outgoing(tx, 100); return err })
	return out
}

func (h *house) tell(m Message) {
	h.Helper()
	h.write(gov.System, func(tx *db.Tx) error { return Tell(tx, m) })
}

var decided = Message{To: "sara", Case: "C-1", Kind: Decided, Link: "/cases/C-1",
	Subject: gov.T("رُفض طلب الإعفاء بسبب الدخل", "Refused because of income"), Body: gov.T("تفاصيل خاصة", "private details")}

var (
	sara    = gov.Actor{Person: "sara"}
	ali     = gov.Actor{Person: "ali"}
	officer = gov.Actor{Person: "ali", Org: "moe", Roles: []gov.Role{gov.Officer}}
	owner   = gov.Actor{Person: "ali", Org: "moe", Roles: []gov.Role{gov.Owner}}
	other   = gov.Actor{Person: "x", Org: "moh", Roles: []gov.Role{gov.Owner}}
)

func TestTheMatterStaysInTheInbox(t *testing.T) {
	each(t, func(h *house) {
		h.tell(decided)
		h.work()
		got := h.outgoing()
		if len(got) != 2 {
			t.Fatalf("%d messages left", len(got))
		}
		for _, k := range got {
			all := k.Subject.In(gov.Arabic) + k.Body.In(gov.Arabic) + k.Subject.In(gov.English) + k.Body.In(gov.English)
			if strings.Contains(all, "الدخل") || strings.Contains(all, "private") {
				t.Error("the matter left the house:", all)
			}
			if !strings.Contains(k.Body[gov.Arabic], "C-1") || k.Link != "https://portal.example/cases/C-1" {
				t.Errorf("%+v", k)
			}
		}
		h.write(sara, func(tx *db.Tx) error {
			m, err := Inbox(tx, "", 10)
			if err != nil || len(m) != 1 || m[0].Body[gov.Arabic] != "تفاصيل خاصة" || m[0].Kind != Decided {
				t.Errorf("%+v %v", m, err)
			}
			return err
		})
	})
}

func TestATransactionThatFailsTellsNobody(t *testing.T) {
	each(t, func(h *house) {
		h.try(gov.System, func(tx *db.Tx) error {
			if err := Tell(tx, decided); err != nil {
				return err
			}
			return gov.Fail(gov.Conflict, "لا", "no")
		})
		h.work()
		if got := h.outgoing(); len(got) != 0 {
			t.Error(got)
		}
	})
}

func TestPreferencesAreKept(t *testing.T) {
	each(t, func(h *house) {
		count := func(m Message) map[Channel]int {
			before := len(h.outgoing())
			h.pass(time.Second)
			h.tell(m)
			h.work()
			n := map[Channel]int{}
			for _, k := range h.outgoing()[:len(h.outgoing())-before] {
				n[k.Channel]++
			}
			return n
		}
		paid, toAli, nobody := decided, decided, decided
		paid.Kind, toAli.To, nobody.To = Paid, "ali", "unknown"
		if n := count(paid); n[Email] != 1 || n[SMS] != 0 {
			t.Error("a receipt is worth no text message", n)
		}
		if n := count(toAli); n[Email] != 1 || n[SMS] != 0 {
			t.Error(n)
		}
		if n := count(nobody); len(n) != 0 {
			t.Error(n)
		}
		h.write(sara, func(tx *db.Tx) error { return Prefer(tx, Preference{SMS: true}) })
		if n := count(decided); n[Email] != 0 || n[SMS] != 1 {
			t.Error(n)
		}
		h.write(sara, func(tx *db.Tx) error { return Prefer(tx, Preference{}) })
		if n := count(decided); len(n) != 0 {
			t.Error(n)
		}
		h.want(h.try(gov.Actor{}, func(tx *db.Tx) error { return Prefer(tx, Preference{}) }), gov.SignIn)
		h.write(gov.System, func(tx *db.Tx) error { // a code is not a matter of taste
			return h.Post(tx, h.people["sara"], gov.T("رمز 123456", "Code 123456"))
		})
		h.work()
		if got := h.outgoing(); got[0].Body[gov.Arabic] != "رمز 123456" {
			t.Errorf("%+v", got[0])
		}
	})
}

func TestInboxesBelongToTheirOwners(t *testing.T) {
	each(t, func(h *house) {
		h.tell(decided)
		h.tell(Message{Org: "moe", Kind: Work, Subject: gov.T("عمل", "Work")})
		size := func(a gov.Actor) (n, fresh int) {
			h.write(a, func(tx *db.Tx) error {
				m, err := Inbox(tx, "", 10)
				if err != nil {
					return err
				}
				n = len(m)
				fresh, err = Unread(tx)
				return err
			})
			return n, fresh
		}
		for name, x := range map[string]struct {
			a gov.Actor
			n int
		}{"sara": {sara, 1}, "ali": {ali, 0}, "ali at work": {officer, 1}, "another house": {other, 0}} {
			if n, fresh := size(x.a); n != x.n || fresh != x.n {
				t.Errorf("%s: %d %d", name, n, fresh)
			}
		}
		var id string
		h.write(sara, func(tx *db.Tx) error { m, err := Inbox(tx, "", 1); id = m[0].ID; return err })
		for _, a := range []gov.Actor{ali, officer, other} {
			h.want(h.try(a, func(tx *db.Tx) error { _, err := Read(tx, id); return err }), gov.NotFound)
		}
		h.want(h.try(gov.Actor{}, func(tx *db.Tx) error { _, err := Read(tx, id); return err }), gov.SignIn)
		h.want(h.try(gov.Actor{}, func(tx *db.Tx) error { _, err := Inbox(tx, "", 1); return err }), gov.SignIn)
		h.write(sara, func(tx *db.Tx) error { _, err := Read(tx, id); return err })
		if n, fresh := size(sara); n != 1 || fresh != 0 {
			t.Error(n, fresh)
		}
		h.write(officer, ReadAll)
		if _, fresh := size(officer); fresh != 1 {
			t.Error("one officer's reading all does not empty the house's inbox")
		}
	})
}

func TestTheInboxIsPaged(t *testing.T) {
	each(t, func(h *house) {
		for range 5 {
			h.tell(decided)
			h.pass(time.Second)
		}
		h.write(sara, func(tx *db.Tx) error {
			seen, before := map[string]bool{}, ""
			for range 3 {
				m, err := Inbox(tx, before, 2)
				if err != nil {
					return err
				}
				for _, x := range m {
					seen[x.ID] = true
					before = x.ID
				}
			}
			if len(seen) != 5 {
				t.Error(len(seen))
			}
			return nil
		})
	})
}

func TestMessagesThatMakeNoSenseAreRefused(t *testing.T) {
	each(t, func(h *house) {
		for name, spoil := range map[string]func(*Message){
			"nobody":       func(m *Message) { m.To = "" },
			"two":          func(m *Message) { m.Org = "moe" },
			"one language": func(m *Message) { m.Subject = gov.Text{gov.Arabic: "س"} },
			"elsewhere":    func(m *Message) { m.Link = "https://evil.test" },
			"sideways":     func(m *Message) { m.Link = "//evil.test" },
			"backwards":    func(m *Message) { m.Link = `/\evil.test` },
			"script":       func(m *Message) { m.Link = "javascript:alert(1)" },
		} {
			m := decided
			spoil(&m)
			if err := h.try(gov.System, func(tx *db.Tx) error { return Tell(tx, m) }); gov.KindOf(err) != gov.Invalid {
				t.Error(name, err)
			}
		}
	})
}

// moody is a sender that answers as told.
type moody struct {
	err  error
	sent []mail.Message
}

func (m *moody) Send(_ context.Context, x mail.Message) error {
	m.sent = append(m.sent, x)
	return m.err
}

func TestDeliveriesAreTriedAgainAndThenGivenUp(t *testing.T) {
	each(t, func(h *house) {
		far := &moody{err: gov.Fail(gov.Unavailable, "لاحقًا", "later")}
		h.Email, h.SMS = far, nil
		h.tell(decided)
		for range 40 {
			h.work()
			h.pass(time.Hour)
		}
		if len(far.sent) != 10 || far.sent[0].ID != far.sent[9].ID {
			t.Errorf("%d tries", len(far.sent))
		}
		h.want(h.state(), "failed unreachable")

		far.err = gov.Fail(gov.Invalid, "أبدًا", "never")
		h.pass(time.Second)
		h.tell(decided)
		h.work()
		h.pass(time.Hour)
		h.work()
		if len(far.sent) != 11 {
			t.Error("an address that does not exist is tried once", len(far.sent))
		}
		h.want(h.state(), "failed refused")

		far.err = nil
		h.pass(time.Second)
		h.tell(decided)
		h.work()
		h.want(h.state(), "sent ")
		var kept int
		h.write(gov.System, func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT count(*) FROM notify_delivery WHERE address <> '' OR link <> ''`).Scan(&kept)
		})
		if kept != 0 {
			t.Error("addresses are kept after the end")
		}
		h.want(h.try(sara, func(tx *db.Tx) error { _, err := DeliveriesOf(tx, "x"); return err }), gov.Denied)
	})
}

// state tells how the delivery of sara's latest message ended.
func (h *house) state() error {
	var out gov.Kind
	h.write(sara, func(tx *db.Tx) error {
		m, err := Inbox(tx, "", 1)
		if err != nil {
			return err
		}
		d, err := DeliveriesOf(tx.As(officer), m[0].ID)
		if len(d) == 1 {
			out = gov.Kind(d[0].State + " " + d[0].Trouble)
		}
		return err
	})
	return gov.Fail(out, "", "")
}

func TestKindsSpeakBothLanguagesAndNameTheReference(t *testing.T) {
	for k, n := range Kinds {
		for _, x := range []gov.Text{n.Name, n.Subject, n.Body} {
			if len(x.Missing(gov.Arabic, gov.English)) > 0 {
				t.Error(k, "lacks a language")
			}
		}
		for l, s := range n.Body {
			if strings.Count(s, "%s") != 1 {
				t.Error(k, l, "does not name the reference")
			}
		}
	}
}

func TestTheOfficeForgets(t *testing.T) {
	each(t, func(h *house) {
		h.tell(decided)
		h.work()
		h.write(gov.System, h.KeepTidy)
		for range 62 {
			h.pass(24 * time.Hour)
			h.work()
		}
		if n := len(h.outgoing()); n != 0 {
			t.Errorf("%d messages kept for two months", n)
		}
		h.write(sara, func(tx *db.Tx) error {
			m, err := Inbox(tx, "", 10)
			if err != nil || len(m) != 1 {
				t.Error("the inbox must stay", m, err)
			}
			return nil
		})
	})
}

func TestTheOutboxConforms(t *testing.T) {
	for engine, fresh := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		for channel, good := range map[Channel]string{Email: "sara@example.org", SMS: "+97336000001"} {
			t.Run(engine+" "+string(channel), func(t *testing.T) {
				mailtest.Conform(t, func(t *testing.T) mailtest.Subject {
					d := fresh(t)
					return mailtest.Subject{Sender: &Outbox{DB: d, Channel: channel}, Good: good, Wrong: "?", Texts: func() []string { return texts(t, d) }}
				})
			})
		}
	}
}

func texts(t *testing.T, d *db.DB) (out []string) {
	err := d.Read(background, func(tx *db.Tx) error {
		all, err := Outgoing(tx, 10)
		for _, k := range all {
			out = append(out, k.Body.In(gov.Arabic)+k.Link)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return out
}
