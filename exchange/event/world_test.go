package event

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
	"diwan.example/internal/jobs"
	"diwan.example/internal/sign"
	"diwan.example/journal"
	"diwan.example/notify"
	"diwan.example/registry"
	"diwan.example/registry/registrytest"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func actor(person gov.PersonID, org gov.OrgID, r ...gov.Role) gov.Actor {
	return gov.Actor{Person: person, Org: org, Roles: r, StepUp: dbtest.Start, Channel: gov.Portal}
}

var (
	lead  = actor("lead", "iga", gov.Authority)
	owner = actor("owner", "ewa", gov.Owner)
	head  = actor("head", "iga", gov.Head)
)

// got is one message that arrived.
type got struct {
	id string
	Message
}

// world is the product's registries with two people, an agreement of the
// electricity authority, and its receiver.
type world struct {
	*testing.T
	*Broker
	d      *db.DB
	now    time.Time
	worker *jobs.Worker
	pump   *journal.Pump
	people map[string]gov.PersonID // by civil number
	sara   string
	ali    string
	x      agreement.Agreement

	mu     sync.Mutex
	got    []got
	answer func(m got) int
	secret string
	url    string
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{T: t, d: d, now: dbtest.Start, people: map[string]gov.PersonID{}, answer: func(got) int { return 200 }}
	d.SetClock(func() time.Time { return w.now })
	book, err := registry.Load(registrytest.Elsewhere(t, "identity-card", `{service: BH/GOV/iga/cards/records, path: "/cards/{key}"}`), registry.Options{})
	if err != nil {
		t.Fatal(err)
	}
	book.DB, book.Secret = d, []byte(strings.Repeat("k", 32))
	vault, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	post := &notify.Office{DB: d, Secret: []byte(strings.Repeat("s", 32)), AllowPrivate: true}
	w.Broker = &Broker{DB: d, Book: book, Check: post.CheckAddress, Secret: post.NewSecret, Post: post.PostSigned, Agreements: &agreement.Office{
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
			if err != nil {
				return "", false
			}
			return h.Organisation, true
		},
		Offers: func(*db.Tx, gov.OrgID, gov.ServiceID) (bool, error) { return true, nil },
	}}
	w.worker = &jobs.Worker{DB: d, Kinds: w.Jobs(), Log: quiet, Parallel: 4}
	w.pump = &journal.Pump{DB: d, Log: quiet, Followers: []journal.Follower{w.Follower()}}
	w.sara, w.ali = w.person("15010105", "سارة"), w.person("85010104", "علي")
	w.receiver()
	w.run()
	return w
}

func (w *world) person(first8, name string) string {
	w.Helper()
	number, _ := gov.CivilNumber(first8)
	w.do(gov.System, func(tx *db.Tx) error {
		p := []identity.Person{{CivilNumber: number, NameAr: name + " أحمد", NameEn: "Sample", Birth: "2015-01-01"}}
		if err := identity.RegisterAll(tx, p); err != nil {
			return err
		}
		w.people[number] = p[0].ID
		_, err := w.Book.Write(tx, registry.Change{Registry: "population", Service: "identity-card/renewal",
			Values: map[string]any{"civil_number": number, "name_ar": name + " أحمد", "birth": "2015-01-01", "sex": "f", "nationality": "BH"}})
		return err
	})
	return number
}

// receiver is the consumer's system; it checks that what arrives is signed.
func (w *world) receiver() {
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(w.secret, "whsec_"))
		m := hmac.New(sha256.New, key)
		m.Write([]byte(r.Header.Get("webhook-id") + "." + r.Header.Get("webhook-timestamp") + "." + string(body)))
		if r.Header.Get("webhook-signature") != "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)) {
			w.Errorf("the signature is wrong")
		}
		g := got{id: r.Header.Get("webhook-id")}
		if err := json.Unmarshal(body, &g.Message); err != nil || g.id != g.Message.ID {
			w.Errorf("message %s: %v", body, err)
		}
		w.mu.Lock()
		status := w.answer(g)
		if status == 200 {
			w.got = append(w.got, g)
		}
		w.mu.Unlock()
		rw.WriteHeader(status)
	}))
	w.Cleanup(s.Close)
	w.url = s.URL
}

func (w *world) do(a gov.Actor, fn func(tx *db.Tx) error) {
	w.Helper()
	if err := w.as(a, fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) as(a gov.Actor, fn func(tx *db.Tx) error) error {
	if !a.StepUp.IsZero() {
		a.StepUp = w.now
	}
	return w.d.Write(gov.WithActor(w.Context(), a), fn)
}

// agree puts an agreement of the electricity authority in force.
func (w *world) agree(change func(*agreement.Terms)) {
	w.Helper()
	t := agreement.Terms{Registry: "population", Attributes: []gov.AttributeID{"person.address", "person.death"}, Machine: true, Events: true,
		Purpose: gov.T("نقل الحساب إلى العنوان الجديد", "To move the account"), Legal: gov.T("قانون الكهرباء", "Electricity Act")}
	if change != nil {
		change(&t)
	}
	var x agreement.Agreement
	w.do(owner, func(tx *db.Tx) (err error) {
		x, err = w.Agreements.Propose(tx, "iga", t, agreement.Span{From: "2026-11-23", Until: "2027-11-22"})
		return err
	})
	w.do(lead, func(tx *db.Tx) (err error) { x, err = w.Agreements.Review(tx, x.ID); return err })
	w.do(head, func(tx *db.Tx) (err error) { x, err = w.Agreements.Agree(tx, x.ID); return err })
	w.do(lead, func(tx *db.Tx) (err error) { w.x, err = w.Agreements.Approve(tx, x.ID); return err })
}

func (w *world) subscribe(topic, address string) (s Subscription) {
	w.Helper()
	w.do(owner, func(tx *db.Tx) (err error) {
		var secret string
		s, secret, err = w.Subscribe(tx, w.x.ID, topic, address)
		if address != "" {
			w.secret = secret
		}
		return err
	})
	return s
}

// moves has somebody move house.
func (w *world) moves(civil, block string) {
	w.Helper()
	w.do(gov.System, func(tx *db.Tx) error {
		_, err := w.Book.Write(tx, registry.Change{Registry: "population", Key: civil, Service: "identity-card/renewal",
			Values: map[string]any{"address": map[string]any{"block": block, "road": "12", "building": "5", "flat": ""}}})
		return err
	})
}

// run lets followers and due jobs run until nothing is left to do now.
func (w *world) run() {
	w.Helper()
	if err := w.pump.Drain(w.Context()); err != nil {
		w.Fatal(err)
	}
	if _, err := w.worker.RunDue(w.Context()); err != nil {
		w.Fatal(err)
	}
}

// blocks are where the receiver was told that somebody moved to, in order.
func (w *world) blocks(civil string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, g := range w.got {
		if a, ok := g.Values["person.address"].(map[string]any); ok && g.Subject == civil {
			out = append(out, a["block"].(string))
		}
	}
	return strings.Join(out, " ")
}

func (w *world) looks(civil string) (n int) {
	w.Helper()
	w.do(gov.System, func(tx *db.Tx) error {
		list, err := journal.Looks(tx, w.people[civil], 50)
		for _, l := range list {
			if l.Agreement != w.x.ID || !l.Machine || l.Organisation != "ewa" || len(l.Attributes) != 1 || l.Registry != "population" {
				w.Errorf("look %+v", l)
			}
		}
		n = len(list)
		return err
	})
	return n
}

func (w *world) states(id string) (out string) {
	w.Helper()
	w.do(owner, func(tx *db.Tx) error {
		list, err := Deliveries(tx, id, 50)
		for i := range list {
			out += string(list[len(list)-1-i].State) + " "
		}
		return err
	})
	return strings.TrimSpace(out)
}
