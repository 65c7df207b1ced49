package agreement

import (
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func TestAnAgreementLivesFromProposalToItsEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		x := w.propose(terms())
		w.do(lead, func(tx *db.Tx) error { _, err := w.Comment(tx, x.ID, "أي صفوف؟"); return err })
		w.do(lead, func(tx *db.Tx) error { _, err := w.Return(tx, x.ID, "حدد المدة"); return err })
		w.do(owner, func(tx *db.Tx) error {
			_, err := w.Revise(tx, x.ID, terms(), Span{"2026-12-01", "2027-02-28"}, x.Saves)
			return err
		})
		w.do(lead, func(tx *db.Tx) error { _, err := w.Review(tx, x.ID); return err })
		w.do(holder, func(tx *db.Tx) error { _, err := w.Agree(tx, x.ID); return err })
		w.do(lead, func(tx *db.Tx) (err error) { x, err = w.Approve(tx, x.ID); return err })
		if x.State != Approved || x.Saves != 2 {
			t.Fatalf("approved before its first day it is %+v", x)
		}
		ask := Ask{Registry: "population", Attributes: []gov.AttributeID{"person.birth"}, Service: certificate, Machine: true}
		if got := w.permitted(ask); got[0] != "" {
			t.Error("it is read before its first day")
		}
		for _, s := range []struct {
			day  string
			want State
			may  bool
		}{{"2026-12-01", Active, true}, {"2027-01-29", Active, true}, {"2027-01-30", Expiring, true}, {"2027-02-28", Expiring, true}, {"2027-03-01", Ended, false}} {
			w.day(s.day)
			if got := w.find(x.ID).State; got != s.want || (w.permitted(ask)[0] == x.ID) != s.may {
				t.Errorf("on %s it is %s, want %s; permitted %v", s.day, got, s.want, w.permitted(ask))
			}
		}
		want := "agreement.proposed agreement.commented agreement.returned agreement.revised agreement.reviewed agreement.agreed agreement.approved agreement.begun agreement.warned agreement.ended"
		if got := strings.Join(w.names(x.ID), " "); got != want {
			t.Errorf("facts %s", got)
		}
		w.do(owner, func(tx *db.Tx) error {
			list, err := History(tx, x.ID)
			if err != nil || len(list) != 10 || list[1].Words != "أي صفوف؟" || list[9].State != Ended || list[2].Acting != "iga" {
				t.Errorf("history %+v, %v", list, err)
			}
			return nil
		})
	})
}

// Time is asked in the read itself: a clock job that is late lets nothing flow.
func TestNothingFlowsAfterTheLastDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		x := w.walk(Active, terms())
		if x.State != Active {
			t.Fatal(x.State)
		}
		w.now = w.now.AddDate(1, 0, 1) // no job has run
		if got := w.permitted(Ask{Registry: "population", Attributes: []gov.AttributeID{"person.birth"}, Service: certificate, Machine: true}); got[0] != "" {
			t.Error("it is permitted after its end")
		}
		w.do(gov.System, func(tx *db.Tx) error {
			ok, err := w.Spend(tx, x.ID, "sara")
			if ok {
				t.Error("it was read after its end")
			}
			return err
		})
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		propose := func(tx *db.Tx) error { _, err := w.Propose(tx, "iga", terms(), span); return err }
		for _, a := range []gov.Actor{stranger, resident, officer, lead} {
			w.refused(gov.Denied, a, "propose", propose)
		}
		x := w.propose(terms())
		move := func(f func(*db.Tx, gov.AgreementID) (Agreement, error)) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, err := f(tx, x.ID); return err }
		}
		said := func(f func(*db.Tx, gov.AgreementID, string) (Agreement, error)) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, err := f(tx, x.ID, "لسبب واضح"); return err }
		}
		for _, a := range []gov.Actor{stranger, resident, neighbour} {
			for what, f := range map[string]func(*db.Tx) error{"review": move(w.Review), "agree": move(w.Agree), "approve": move(w.Approve), "comment": said(w.Comment), "revoke": said(w.Revoke), "withdraw": said(w.Withdraw)} {
				w.refused(gov.NotFound, a, what, f)
			}
		}
		w.refused(gov.Denied, auditor, "comment", said(w.Comment))
		w.refused(gov.Denied, owner, "review", move(w.Review))
		w.refused(gov.Denied, holder, "review", move(w.Review))
		w.refused(gov.Conflict, holder, "agree before it was reviewed", move(w.Agree))
		w.refused(gov.Conflict, lead, "approve before the holder agreed", move(w.Approve))
		w.refused(gov.Denied, holder, "refuse before it was reviewed", said(w.Refuse))
		w.do(lead, move(w.Review))
		w.refused(gov.Conflict, lead, "review twice", move(w.Review))
		w.refused(gov.Conflict, owner, "change what was reviewed", func(tx *db.Tx) error { _, err := w.Revise(tx, x.ID, terms(), span, 1); return err })
		w.refused(gov.Denied, lead, "agree for the holder", move(w.Agree))
		w.refused(gov.Denied, owner, "agree for the holder", move(w.Agree))
		stale := holder
		stale.StepUp = stale.StepUp.AddDate(0, 0, -1)
		err := d.Write(gov.WithActor(t.Context(), stale), move(w.Agree))
		if gov.KindOf(err) != gov.SignIn {
			t.Errorf("agree with an old proof: %v", err)
		}
		w.do(holder, move(w.Agree))
		w.refused(gov.Conflict, holder, "agree twice", move(w.Agree))
		w.refused(gov.Denied, holder, "approve", move(w.Approve))
		w.do(lead, move(w.Approve))
		w.refused(gov.Conflict, lead, "approve twice", move(w.Approve))
		w.refused(gov.Denied, owner, "revoke", said(w.Revoke))
		w.refused(gov.NotFound, neighbour, "revoke", said(w.Revoke))
		w.refused(gov.Invalid, lead, "revoke without a reason", func(tx *db.Tx) error { _, err := w.Revoke(tx, x.ID, " "); return err })
		w.do(holder, said(w.Revoke))
		w.refused(gov.Conflict, lead, "revoke twice", said(w.Revoke))
		w.refused(gov.Conflict, owner, "give up what is revoked", said(w.GiveUp))
	})
}

// One person with every role in two organisations still cannot act for two sides.
func TestNobodyActsForTwoSides(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		both := actor("iga-head", "iga", gov.Head, gov.Authority)
		again := actor("moe-owner", "iga", gov.Head, gov.Authority)
		x := w.propose(terms())
		w.refused(gov.Denied, again, "review one's own proposal", func(tx *db.Tx) error { _, err := w.Review(tx, x.ID); return err })
		w.do(both, func(tx *db.Tx) error { _, err := w.Review(tx, x.ID); return err })
		w.refused(gov.Denied, both, "agree to what one reviewed", func(tx *db.Tx) error { _, err := w.Agree(tx, x.ID); return err })
		w.refused(gov.Denied, again, "agree to one's own proposal", func(tx *db.Tx) error { _, err := w.Agree(tx, x.ID); return err })
		y := w.walk(Agreed, Terms{Registry: "population", Attributes: []gov.AttributeID{"person.address"}, Roles: []gov.Role{gov.Officer}, Purpose: terms().Purpose, Legal: terms().Legal})
		w.refused(gov.Denied, both, "approve what one agreed to", func(tx *db.Tx) error { _, err := w.Approve(tx, y.ID); return err })
		w.refused(gov.Denied, again, "approve one's own proposal", func(tx *db.Tx) error { _, err := w.Approve(tx, y.ID); return err })
	})
}

func TestWhatNoAgreementMaySay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for what, c := range map[string]struct {
			field string
			spoil func(*Terms, *Span)
		}{
			"an attribute of another registry": {"attributes", func(t *Terms, _ *Span) { t.Attributes = []gov.AttributeID{"card.expires"} }},
			"an attribute that nobody holds":   {"attributes", func(t *Terms, _ *Span) { t.Attributes = []gov.AttributeID{"person.blood"} }},
			"no attribute":                     {"attributes", func(t *Terms, _ *Span) { t.Attributes = nil }},
			"one's own registry":               {"registry", func(t *Terms, _ *Span) { t.Registry, t.Attributes = "enrolment", []gov.AttributeID{"pupil.grade"} }},
			"a registry that is not there":     {"registry", func(t *Terms, _ *Span) { t.Registry = "secrets" }},
			"another's service":                {"services", func(t *Terms, _ *Span) { t.Services = []gov.ServiceID{"identity-card/renewal"} }},
			"nobody who reads":                 {"roles", func(t *Terms, _ *Span) { t.Machine = false }},
			"a role beyond the organisation":   {"roles", func(t *Terms, _ *Span) { t.Roles = []gov.Role{gov.Operator} }},
			"no purpose":                       {"purpose", func(t *Terms, _ *Span) { t.Purpose = gov.T("  ", "Purpose") }},
			"a purpose without end":            {"purpose", func(t *Terms, _ *Span) { t.Purpose = gov.T(strings.Repeat("س", 601), "") }},
			"no legal basis":                   {"legal", func(t *Terms, _ *Span) { t.Legal = nil }},
			"an odd link":                      {"link", func(t *Terms, _ *Span) { t.Link = "javascript:alert(1)" }},
			"no end":                           {"until", func(_ *Terms, s *Span) { s.Until = "" }},
			"an end before the beginning":      {"until", func(_ *Terms, s *Span) { s.From = "2028-01-01" }},
			"an end that has passed":           {"until", func(_ *Terms, s *Span) { s.From, s.Until = "2020-01-01", "2020-02-01" }},
			"six years":                        {"until", func(_ *Terms, s *Span) { s.Until = "2032-11-23" }},
			"no day":                           {"from", func(_ *Terms, s *Span) { s.From = "غدًا" }},
			"a negative quota":                 {"per_day", func(t *Terms, _ *Span) { t.PerDay = -1 }},
			"keeping it for ever":              {"retention", func(t *Terms, _ *Span) { t.RetentionDays = 1 << 40 }},
		} {
			t.Run(what, func(t *testing.T) {
				terms, span := terms(), span
				c.spoil(&terms, &span)
				err := w.as(owner, func(tx *db.Tx) error { _, err := w.Propose(tx, "iga", terms, span); return err })
				list, ok := gov.ProblemsOf(err, "")
				if !ok || !slices.ContainsFunc(list, func(p gov.Problem) bool { return p.Field == c.field }) {
					t.Errorf("%v, want a problem at %s", err, c.field)
				}
			})
		}
		w.propose(terms())
		err := w.as(owner, func(tx *db.Tx) error { _, err := w.Propose(tx, "moh", terms(), span); return err })
		if gov.KindOf(err) != gov.Conflict || !IsTwice(err) {
			t.Errorf("the same twice: %v", err)
		}
	})
}

func TestWhatAnAgreementAllows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		x := w.walk(Active, terms())
		people := terms()
		people.Attributes, people.Services, people.Machine, people.Roles = []gov.AttributeID{"person.address"}, nil, false, []gov.Role{gov.Supervisor}
		y := w.walk(Active, people)
		name, birth, address := gov.AttributeID("person.name"), gov.AttributeID("person.birth"), gov.AttributeID("person.address")
		for what, c := range map[string]struct {
			ask  Ask
			want []gov.AgreementID
		}{
			"the platform, for the service":      {Ask{Service: certificate, Machine: true, Attributes: []gov.AttributeID{birth, name, address}}, []gov.AgreementID{x.ID, x.ID, ""}},
			"for another service":                {Ask{Service: "education/transfer", Machine: true, Attributes: []gov.AttributeID{birth}}, []gov.AgreementID{""}},
			"for none":                           {Ask{Machine: true, Attributes: []gov.AttributeID{birth}}, []gov.AgreementID{""}},
			"a supervisor reads":                 {Ask{Roles: []gov.Role{gov.Supervisor}, Attributes: []gov.AttributeID{address, birth}}, []gov.AgreementID{y.ID, ""}},
			"an officer reads":                   {Ask{Roles: []gov.Role{gov.Officer}, Attributes: []gov.AttributeID{address}}, []gov.AgreementID{""}},
			"nobody reads":                       {Ask{Attributes: []gov.AttributeID{address}}, []gov.AgreementID{""}},
			"what the agreement does not name":   {Ask{Service: certificate, Machine: true, Attributes: []gov.AttributeID{"card.expires"}}, []gov.AgreementID{""}},
			"what looks like it but is not":      {Ask{Service: certificate, Machine: true, Attributes: []gov.AttributeID{"person.name_ar", ""}}, []gov.AgreementID{"", ""}},
			"a registry that it is not about":    {Ask{Registry: "identity-cards", Service: certificate, Machine: true, Attributes: []gov.AttributeID{birth}}, []gov.AgreementID{""}},
			"a service that begins like the one": {Ask{Service: certificate + "s", Machine: true, Attributes: []gov.AttributeID{birth}}, []gov.AgreementID{""}},
		} {
			if c.ask.Registry == "" {
				c.ask.Registry = "population"
			}
			if got := w.permitted(c.ask); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", what, got, c.want)
			}
		}
		w.do(gov.System, func(tx *db.Tx) error {
			for _, c := range []struct {
				org       gov.OrgID
				service   gov.ServiceID
				attribute gov.AttributeID
				want      bool
			}{{"moe", "", birth, true}, {"moe", certificate, birth, true}, {"moe", "education/transfer", birth, false}, {"moe", "education/transfer", address, true}, {"moh", "", birth, false}, {"moe", "", "card.expires", false}} {
				if got, err := MayObtain(tx, c.org, c.service, c.attribute); got != c.want || err != nil {
					t.Errorf("%+v: %v, %v", c, got, err)
				}
			}
			return nil
		})
	})
}

func TestReadingOnlyAsOftenAsAgreed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		limited := terms()
		limited.PerDay, limited.PerPerson = 5, 2
		x := w.walk(Active, limited)
		read := func(p gov.PersonID) (ok bool) {
			w.do(gov.System, func(tx *db.Tx) (err error) { ok, err = w.Spend(tx, x.ID, p); return err })
			return ok
		}
		got := []bool{read("sara"), read("sara"), read("sara"), read("ali"), read("ali"), read("omar"), read("omar")}
		if want := []bool{true, true, false, true, true, true, false}; !slices.Equal(got, want) {
			t.Errorf("reads %v, want %v", got, want)
		}
		if u := w.find(x.ID).Use; u.Reads != 5 || u.Today != 5 || !u.Last.Equal(w.now) {
			t.Errorf("use %+v", u)
		}
		w.now = w.now.AddDate(0, 0, 1)
		if !read("sara") || !read("omar") {
			t.Error("the next day it cannot be read")
		}
		w.do(owner, func(tx *db.Tx) error {
			days, err := Days(tx, x.ID, 10)
			if err != nil || !slices.Equal(days, []Day{{20261124, 2, 2}, {20261123, 3, 5}}) {
				t.Errorf("days %+v, %v", days, err)
			}
			return nil
		})
		w.refused(gov.NotFound, neighbour, "see how it is used", func(tx *db.Tx) error { _, err := Days(tx, x.ID, 10); return err })
	})
}

// Many read at once while somebody revokes: no read ends after the revocation
// that began after it, and the quota holds.
func TestQuotaAndRevocationUnderLoad(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		limited := terms()
		limited.PerDay = 25
		x := w.walk(Active, limited)
		var mu sync.Mutex
		var reads int
		var wg sync.WaitGroup
		for range 60 {
			wg.Go(func() {
				if err := d.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
					ok, err := w.Spend(tx, x.ID, "sara")
					if ok {
						mu.Lock()
						reads++
						mu.Unlock()
					}
					return err
				}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if reads != 25 {
			t.Errorf("%d reads of 25", reads)
		}
		w.now = w.now.AddDate(0, 0, 1)
		w.do(holder, func(tx *db.Tx) error { _, err := w.Revoke(tx, x.ID, "انتهت الحاجة"); return err })
		w.do(gov.System, func(tx *db.Tx) error {
			ok, err := w.Spend(tx, x.ID, "sara")
			if ok {
				t.Error("it was read after it was revoked")
			}
			return err
		})
		if u := w.find(x.ID).Use; u.Reads != 25 {
			t.Errorf("%d reads counted", u.Reads)
		}
	})
}

func TestAgreementsGrantServicesOfTheExchange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		client := func(org, sub string) xroad.ClientID {
			return xroad.ClientID{Instance: "BH", Class: "GOV", Member: org, Subsystem: sub}
		}
		s := terms()
		s.Registry, s.Attributes = "", nil
		s.Service, s.Client, s.Methods, s.Paths = xroad.ServiceID{ClientID: client("iga", "population"), Service: "people"}, client("moe", "schools"), []string{"GET"}, []string{"/v1/**"}
		for what, spoil := range map[string]func(*Terms){
			"another's client":  func(t *Terms) { t.Client = client("moh", "clinics") },
			"another's service": func(t *Terms) { t.Service.ClientID = client("moh", "clinics") },
			"no client":         func(t *Terms) { t.Client = xroad.ClientID{} },
			"an odd method":     func(t *Terms) { t.Methods = []string{"TRACE"} },
			"a path upwards":    func(t *Terms) { t.Paths = []string{"/../admin"} },
		} {
			bad := s
			spoil(&bad)
			w.refused(gov.Invalid, owner, what, func(tx *db.Tx) error { _, err := w.Propose(tx, "iga", bad, span); return err })
		}
		grants := func() (n int) {
			w.do(gov.System, func(tx *db.Tx) error {
				list, err := Grants(tx)
				for _, g := range list {
					if g.Service != s.Service || g.Client != s.Client || g.Agreement == "" || g.Until.IsZero() || g.Methods[0] != "GET" || g.Paths[0] != "/v1/**" {
						t.Errorf("grant %+v", g)
					}
				}
				n = len(list)
				return err
			})
			return n
		}
		w.walk(Agreed, s)
		if grants() != 0 || w.changes != 0 {
			t.Error("a proposal grants something")
		}
		x := w.find(w.latest())
		w.do(lead, func(tx *db.Tx) error { _, err := w.Approve(tx, x.ID); return err })
		if grants() != 1 || w.changes != 1 {
			t.Errorf("%d grants, the directory was told %d times", grants(), w.changes)
		}
		w.do(lead, func(tx *db.Tx) error { _, err := w.Revoke(tx, x.ID, "لسبب واضح"); return err })
		if grants() != 0 || w.changes != 2 {
			t.Errorf("after it was revoked: %d grants, the directory was told %d times", grants(), w.changes)
		}
		w.walk(Active, terms())
		if grants() != 0 || w.changes != 2 {
			t.Error("an agreement about a registry grants a service")
		}
	})
}

func (w *world) latest() (id gov.AgreementID) {
	w.do(gov.System, func(tx *db.Tx) error {
		list, err := List(tx, Filter{})
		id = list[0].ID
		return err
	})
	return id
}

func TestEverybodyReadsWhatWasApprovedAndNothingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		x := w.walk(Active, terms())
		second := terms()
		second.Attributes = []gov.AttributeID{"person.address"}
		w.propose(second)
		for _, c := range []struct {
			who  gov.Actor
			want int
		}{{stranger, 1}, {resident, 1}, {neighbour, 1}, {owner, 2}, {holder, 2}, {lead, 2}, {auditor, 2}} {
			w.do(c.who, func(tx *db.Tx) error {
				list, err := List(tx, Filter{Party: "moe"})
				if err != nil || len(list) != c.want {
					t.Errorf("%s sees %d, want %d (%v)", c.who.Person, len(list), c.want, err)
				}
				return nil
			})
		}
		w.refused(gov.NotFound, resident, "read what was said", func(tx *db.Tx) error { _, err := History(tx, x.ID); return err })
		w.do(gov.System, func(tx *db.Tx) error {
			list, err := List(tx, Filter{States: []State{Active, Expiring}, Provider: "iga", Consumer: "moe"})
			if err != nil || len(list) != 1 || list[0].ID != x.ID {
				t.Errorf("active %+v, %v", list, err)
			}
			return err
		})
	})
}
