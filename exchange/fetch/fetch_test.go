package fetch

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/exchange/agreement"
	"diwan.example/exchange/consent"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/sign"
	"diwan.example/journal"
	"diwan.example/registry"
	"diwan.example/registry/registrytest"
)

const certificate = "education/enrolment-certificate"

// world is the product's registries with one person in them, agreements, and a
// register of fines that lives elsewhere.
type world struct {
	*testing.T
	*Fetcher
	d      *db.DB
	now    time.Time
	sara   gov.PersonID
	source func(path string) ([]byte, error) // the fines' own system
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{T: t, d: d, now: dbtest.Start}
	d.SetClock(func() time.Time { return w.now })
	book, err := registry.Load(registrytest.Elsewhere(t, "fine", `{service: BH/GOV/traffic/fines/records, path: "/fines/{key}", persons: "/persons/{person}", seconds: 1}`), registry.Options{})
	if err != nil {
		t.Fatal(err)
	}
	vault, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	book.DB, book.Secret = d, []byte(strings.Repeat("k", 32))
	book.Call = func(_ context.Context, _, path string, _ map[string]string) ([]byte, error) { return w.source(path) }
	w.Fetcher = &Fetcher{DB: d, Book: book, Agreements: &agreement.Office{
		Desk: &consent.Desk{Vault: vault},
		Holder: func(a gov.AttributeID) (agreement.Holding, bool) {
			h, ok := book.Holder(a)
			if !ok {
				return agreement.Holding{}, false
			}
			return agreement.Holding{Registry: h.ID, Keeper: h.Organisation}, true
		},
		Keeper: func(r gov.RegistryID) (gov.OrgID, bool) {
			h, err := book.Definition(r)
			return h.Organisation, err == nil
		},
		Offers: func(*db.Tx, gov.OrgID, gov.ServiceID) (bool, error) { return true, nil },
	}}
	w.person()
	return w
}

// person registers Sara, a pupil.
func (w *world) person() {
	w.Helper()
	number, _ := gov.CivilNumber("15010105")
	w.do(gov.System, func(tx *db.Tx) error {
		p := []identity.Person{{CivilNumber: number, NameAr: "سارة أحمد", NameEn: "Sara Ahmed", Birth: "2015-01-01"}}
		if err := identity.RegisterAll(tx, p); err != nil {
			return err
		}
		w.sara = p[0].ID
		for _, c := range []registry.Change{
			{Registry: "population", Service: "identity-card/renewal", Values: map[string]any{"civil_number": number, "name_ar": "سارة أحمد", "birth": "2015-01-01", "sex": "f", "nationality": "BH",
				"address": map[string]any{"block": "304", "road": "12", "building": "5", "flat": ""}}},
		} {
			if _, err := w.Book.Write(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) do(a gov.Actor, fn func(tx *db.Tx) error) {
	w.Helper()
	if !a.StepUp.IsZero() {
		a.StepUp = w.now
	}
	if err := w.d.Write(gov.WithActor(w.Context(), a), fn); err != nil {
		w.Fatal(err)
	}
}

func actor(person gov.PersonID, org gov.OrgID, r ...gov.Role) gov.Actor {
	return gov.Actor{Person: person, Org: org, Roles: r, StepUp: dbtest.Start, Channel: gov.Portal}
}

var lead = actor("lead", "iga", gov.Authority)

// agree makes an agreement of the ministry of education and puts it in force.
func (w *world) agree(change func(*agreement.Terms)) (x agreement.Agreement) {
	w.Helper()
	t := agreement.Terms{Registry: "population", Attributes: []gov.AttributeID{"person.name", "person.birth"}, Machine: true, Services: []gov.ServiceID{certificate},
		Purpose: gov.T("إصدار شهادة القيد", "To issue the certificate"), Legal: gov.T("قانون التعليم", "Education Act")}
	if change != nil {
		change(&t)
	}
	keeper, _ := w.Agreements.Keeper(t.Registry)
	w.do(actor("owner", "moe", gov.Owner), func(tx *db.Tx) (err error) {
		x, err = w.Agreements.Propose(tx, keeper, t, agreement.Span{From: "2026-11-23", Until: "2027-11-22"})
		return err
	})
	w.do(lead, func(tx *db.Tx) (err error) { x, err = w.Agreements.Review(tx, x.ID); return err })
	w.do(actor("head", keeper, gov.Head), func(tx *db.Tx) (err error) { x, err = w.Agreements.Agree(tx, x.ID); return err })
	w.do(lead, func(tx *db.Tx) (err error) { x, err = w.Agreements.Approve(tx, x.ID); return err })
	return x
}

// ask inquires as the ministry of education for the certificate.
func (w *world) ask(a gov.Actor, names ...gov.AttributeID) []gov.Held {
	w.Helper()
	list, err := w.Inquire(gov.WithActor(w.Context(), a), gov.Inquiry{Organisation: "moe", Service: certificate, Case: "C-1", Person: w.sara, Channel: gov.Portal, Attributes: names})
	if err != nil || len(list) != len(names) {
		w.Fatalf("%v: %+v, %v", names, list, err)
	}
	return list
}

func (w *world) looks() (list []journal.Look) {
	w.Helper()
	w.do(gov.System, func(tx *db.Tx) (err error) { list, err = journal.Looks(tx, w.sara, 50); return err })
	return list
}

func gaps(list []gov.Held) (out []gov.Gap) {
	for _, h := range list {
		if (h.Gap == "") != (h.Value != nil) {
			out = append(out, "wrong")
			continue
		}
		out = append(out, h.Gap)
	}
	return out
}

func TestNothingFlowsWithoutAnAgreement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		resident := gov.Actor{Person: w.sara}
		if got := gaps(w.ask(resident, "person.name", "card.expires")); !slices.Equal(got, []gov.Gap{gov.GapDenied, gov.GapDenied}) || len(w.looks()) != 0 {
			t.Errorf("without any: %v, looks %+v", got, w.looks())
		}
		x := w.agree(nil)
		list := w.ask(resident, "person.birth", "person.address", "person.name", "card.expires")
		if got := gaps(list); !slices.Equal(got, []gov.Gap{"", gov.GapDenied, "", gov.GapDenied}) {
			t.Errorf("gaps %v", got)
		}
		want := gov.Held{Attribute: "person.birth", Value: "2015-01-01", Registry: "population", Organisation: "iga", Version: 1, At: w.now, Agreement: x.ID}
		if list[0] != want || list[2].Value != "سارة أحمد" {
			t.Errorf("held %+v, want %+v", list, want)
		}
		looks := w.looks()
		if len(looks) != 1 {
			t.Fatalf("looks %+v", looks)
		}
		l := looks[0]
		if !l.Machine || l.Actor != "" || l.Organisation != "moe" || l.Agreement != x.ID || l.Case != "C-1" || l.Service != certificate || l.What != "record" ||
			l.Registry != "population" || l.Purpose == "" || l.Subject == "" || !slices.Equal(l.Attributes, []gov.AttributeID{"person.birth", "person.name"}) {
			t.Errorf("look %+v", l)
		}
		w.do(actor("head", "iga", gov.Head), func(tx *db.Tx) error { _, err := w.Agreements.Revoke(tx, x.ID, "انتهت الحاجة"); return err })
		if got := gaps(w.ask(resident, "person.birth")); got[0] != gov.GapDenied || len(w.looks()) != 1 {
			t.Errorf("after it was revoked: %v", got)
		}
	})
}

func TestAnOrganisationReadsItsOwnRegistryAndIsSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		in := gov.Inquiry{Organisation: "iga", Service: "identity-card/renewal", Person: w.sara, Attributes: []gov.AttributeID{"person.address", "person.death", "card.number"}}
		list, err := w.Inquire(gov.WithActor(t.Context(), gov.Actor{Person: w.sara}), in)
		if err != nil || !slices.Equal(gaps(list), []gov.Gap{"", gov.GapNone, gov.GapNone}) || list[0].Agreement != "" {
			t.Errorf("%+v, %v", list, err)
		}
		looks := w.looks()
		if len(looks) != 2 || looks[0].Organisation != "iga" || !looks[0].Machine || looks[0].Agreement != "" {
			t.Errorf("looks %+v", looks)
		}
	})
}

func TestPeopleReadByTheirRoleAndAreNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.agree(func(t *agreement.Terms) { t.Machine, t.Roles, t.Services = false, []gov.Role{gov.Supervisor}, nil })
		in := gov.Inquiry{Organisation: "moe", Purpose: "تفتيش مدرسي", Person: w.sara, Attributes: []gov.AttributeID{"person.birth"}}
		for _, c := range []struct {
			who  gov.Actor
			want gov.Gap
		}{{actor("supervisor", "moe", gov.Supervisor), ""}, {actor("officer", "moe", gov.Officer), gov.GapDenied}, {actor("other", "moh", gov.Supervisor), gov.GapDenied}, {gov.System, gov.GapDenied}, {gov.Actor{}, gov.GapDenied}, {actor(w.sara, "moe", gov.Supervisor), gov.GapDenied}} {
			list, err := w.Inquire(gov.WithActor(t.Context(), c.who), in)
			if err != nil || gaps(list)[0] != c.want {
				t.Errorf("%s of %s: %+v, %v", c.who.Person, c.who.Org, list, err)
			}
		}
		if looks := w.looks(); len(looks) != 1 || looks[0].Actor != "supervisor" || looks[0].Machine || looks[0].Purpose != "تفتيش مدرسي" {
			t.Errorf("looks %+v", looks)
		}
	})
}

func TestConsentAndQuota(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		x := w.agree(func(t *agreement.Terms) { t.Consent, t.PerPerson = true, 2 })
		resident := gov.Actor{Person: w.sara}
		ask := func(want gov.Gap) {
			t.Helper()
			if got := gaps(w.ask(resident, "person.birth")); got[0] != want {
				t.Errorf("gap %q, want %q", got[0], want)
			}
		}
		ask(gov.GapConsent)
		w.do(resident, func(tx *db.Tx) error { return w.Agreements.Give(tx, w.sara, x.ID, time.Time{}) })
		ask("")
		w.do(resident, func(tx *db.Tx) error { return w.Agreements.TakeBack(tx, w.sara, x.ID) })
		ask(gov.GapConsent)
		w.do(resident, func(tx *db.Tx) error { return w.Agreements.Give(tx, w.sara, x.ID, time.Time{}) })
		ask("")
		ask(gov.GapDenied) // twice a day is what was agreed
		if n := len(w.looks()); n != 2 {
			t.Errorf("%d looks for 2 reads", n)
		}
		w.do(resident, func(tx *db.Tx) error {
			list, err := consent.List(tx, w.sara)
			if len(list) != 1 || list[0].Used != 2 {
				t.Errorf("consents %+v", list)
			}
			return err
		})
		w.now = w.now.AddDate(0, 0, 1)
		ask("")
	})
}

func TestRegistriesThatLiveElsewhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		x := w.agree(func(t *agreement.Terms) {
			t.Registry, t.Attributes = "fine", []gov.AttributeID{"fine.number", "fine.paid"}
		})
		number, _ := gov.CivilNumber("15010105")
		row := `{"number":"F-00000001","civil_number":"` + number + `","offence":"سرعة","amount":"20.000","date":"2026-11-01","paid":false}`
		resident := gov.Actor{Person: w.sara}
		seen := 0
		for _, c := range []struct {
			what   string
			source func(path string) ([]byte, error)
			want   []gov.Gap
		}{
			{"it answers", func(path string) ([]byte, error) {
				if path != "/persons/"+number {
					t.Errorf("asked for %s", path)
				}
				if n := len(w.looks()); n != seen+1 {
					t.Errorf("%d looks are durable before the source is asked, want %d", n, seen+1)
				}
				return []byte(`{"records":[` + row + `]}`), nil
			}, []gov.Gap{"", ""}},
			{"two records that disagree", func(string) ([]byte, error) {
				return []byte(`{"records":[` + row + `,` + strings.Replace(row, "0001", "0002", 1) + `]}`), nil
			}, []gov.Gap{gov.GapNone, ""}},
			{"it holds nothing", func(string) ([]byte, error) { return []byte(`{"records":[]}`), nil }, []gov.Gap{gov.GapNone, gov.GapNone}},
			{"it is away", func(string) ([]byte, error) { return nil, gov.Fail(gov.Unavailable, "لا يجيب", "away") }, []gov.Gap{gov.GapAway, gov.GapAway}},
			{"it gives what breaks its definition", func(string) ([]byte, error) { return []byte(`{"records":[{"number":"<script>"}]}`), nil }, []gov.Gap{gov.GapAway, gov.GapAway}},
			{"it is revoked meanwhile", func(string) ([]byte, error) {
				w.do(actor("head", "traffic", gov.Head), func(tx *db.Tx) error { _, err := w.Agreements.Revoke(tx, x.ID, "انتهت الحاجة"); return err })
				return []byte(`{"records":[` + row + `]}`), nil
			}, []gov.Gap{gov.GapDenied, gov.GapDenied}},
			{"it was revoked", func(string) ([]byte, error) { t.Error("the source was asked"); return nil, nil }, []gov.Gap{gov.GapDenied, gov.GapDenied}},
		} {
			seen = len(w.looks())
			w.source = c.source
			if got := gaps(w.ask(resident, "fine.number", "fine.paid")); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.what, got, c.want)
			}
		}
		if n := len(w.looks()); n != 6 {
			t.Errorf("%d looks for 6 times asked", n)
		}
	})
}

func TestInquiriesThatAreWrong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		good := gov.Inquiry{Organisation: "moe", Service: certificate, Person: w.sara, Attributes: []gov.AttributeID{"person.name"}}
		for what, c := range map[string]struct {
			want  gov.Kind
			spoil func(*gov.Inquiry)
		}{
			"nobody asks":        {gov.Invalid, func(in *gov.Inquiry) { in.Organisation = "" }},
			"about nobody":       {gov.Invalid, func(in *gov.Inquiry) { in.Person = "" }},
			"about a stranger":   {gov.NotFound, func(in *gov.Inquiry) { in.Person = "nobody" }},
			"for no reason":      {gov.Invalid, func(in *gov.Inquiry) { in.Service = "" }},
			"an unknown word":    {gov.Invalid, func(in *gov.Inquiry) { in.Attributes = []gov.AttributeID{"person.soul"} }},
			"everything at once": {gov.Invalid, func(in *gov.Inquiry) { in.Attributes = make([]gov.AttributeID, 101) }},
		} {
			in := good
			c.spoil(&in)
			if _, err := w.Inquire(t.Context(), in); gov.KindOf(err) != c.want {
				t.Errorf("%s: %v, want %s", what, err, c.want)
			}
		}
	})
}

// Whatever was read is in the log, exactly once, however many ask at once.
func TestEveryReadIsInTheLogUnderLoad(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		x := w.agree(func(t *agreement.Terms) { t.PerDay = 12 })
		var wg sync.WaitGroup
		var mu sync.Mutex
		read := 0
		for range 30 {
			wg.Go(func() {
				list, err := w.Inquire(t.Context(), gov.Inquiry{Organisation: "moe", Service: certificate, Person: w.sara, Attributes: []gov.AttributeID{"person.birth"}})
				if err != nil {
					t.Error(err)
				} else if list[0].Value != nil {
					mu.Lock()
					read++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if looks := w.looks(); read != 12 || len(looks) != 12 || looks[11].Agreement != x.ID {
			t.Errorf("%d read, %d looks, of 12 allowed", read, len(looks))
		}
	})
}
