package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// subscriber is the far side of webhooks.
type subscriber struct {
	mu     sync.Mutex
	status int
	heads  []http.Header
	bodies []string
}

func (s *subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heads, s.bodies = append(s.heads, r.Header), append(s.bodies, string(b))
	if s.status == http.StatusFound {
		w.Header().Set("Location", "http://169.254.169.254/latest/meta-data")
	}
	w.WriteHeader(s.status)
}

func (h *house) subscribe(status int) (*subscriber, Subscription, string) {
	h.Helper()
	far := &subscriber{status: status}
	server := httptest.NewServer(far)
	h.Cleanup(server.Close)
	h.AllowPrivate = true
	var s Subscription
	var secret string
	h.write(owner, func(tx *db.Tx) (err error) {
		s, secret, err = h.Subscribe(tx, server.URL+"/in", "case.decided")
		return err
	})
	return far, s, secret
}

func (h *house) happen(name string, o gov.OrgID) {
	h.Helper()
	h.write(gov.Actor{Person: "secret-officer"}, func(tx *db.Tx) error {
		return journal.Append(tx, journal.Fact{Name: name, Subject: "C-1", Organisation: o, Service: "education/x", Body: journal.Body(map[string]string{"reason": "private"})})
	})
}

func (h *house) hooks(s Subscription) (out []Hook) {
	h.Helper()
	h.write(owner, func(tx *db.Tx) (err error) { out, err = Hooks(tx, s.ID, 10); return err })
	return out
}

func TestASubscriberIsToldAndCanVerifyIt(t *testing.T) {
	each(t, func(h *house) {
		far, s, secret := h.subscribe(204)
		h.happen("case.decided", "moe")
		h.happen("case.decided", "moh")
		h.happen("case.submitted", "moe")
		h.happen("case.closed", "moe")
		h.work()
		h.work()
		if len(far.bodies) != 1 {
			t.Fatalf("%d webhooks", len(far.bodies))
		}
		head, body := far.heads[0], far.bodies[0]
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil || len(key) != 32 {
			t.Fatal(secret, err)
		}
		m := hmac.New(sha256.New, key)
		m.Write([]byte(head.Get("webhook-id") + "." + head.Get("webhook-timestamp") + "." + body))
		if head.Get("webhook-signature") != "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)) {
			t.Error("the signature does not fit", head)
		}
		var got struct {
			Type string
			Data map[string]string
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil || got.Type != "case.decided" || got.Data["subject"] != "C-1" || got.Data["service"] != "education/x" {
			t.Error(body, err)
		}
		if strings.Contains(body, "secret-officer") || strings.Contains(body, "private") {
			t.Error("too much was said:", body)
		}
		if all := h.hooks(s); len(all) != 1 || all[0].State != Sent || all[0].Status != 204 || all[0].ID != head.Get("webhook-id") {
			t.Errorf("%+v", all)
		}
		var stored string
		h.write(gov.System, func(tx *db.Tx) error { return tx.QueryRow(`SELECT secret FROM notify_subscription`).Scan(&stored) })
		if strings.Contains(stored, strings.TrimPrefix(secret, "whsec_")) {
			t.Error("the secret is stored in clear")
		}
	})
}

func TestWebhooksAreTriedAgainWithTheSameID(t *testing.T) {
	each(t, func(h *house) {
		far, s, _ := h.subscribe(500)
		h.happen("case.decided", "moe")
		h.work()
		if all := h.hooks(s); all[0].State != Waiting || all[0].Status != 500 || all[0].Tries != 1 {
			t.Errorf("%+v", all)
		}
		h.pass(time.Minute)
		far.status = 200
		h.work()
		if len(far.heads) != 2 || far.heads[0].Get("webhook-id") != far.heads[1].Get("webhook-id") || far.heads[0].Get("webhook-timestamp") == far.heads[1].Get("webhook-timestamp") {
			t.Error(far.heads)
		}
		if all := h.hooks(s); all[0].State != Sent || all[0].Tries != 2 {
			t.Errorf("%+v", all)
		}
		h.want(h.try(other, func(tx *db.Tx) error { return h.SendAgain(tx, far.heads[0].Get("webhook-id")) }), gov.NotFound)
		h.write(owner, func(tx *db.Tx) error { return h.SendAgain(tx, far.heads[0].Get("webhook-id")) })
		h.work()
		if len(far.heads) != 3 {
			t.Error("not sent again")
		}
	})
}

func TestADeadSubscriberIsGivenUpAndStopped(t *testing.T) {
	each(t, func(h *house) {
		far, s, _ := h.subscribe(503)
		for range stopAfter {
			h.happen("case.decided", "moe")
		}
		for range hookTries + 1 {
			h.work()
			h.pass(2 * time.Hour)
		}
		if len(far.bodies) != stopAfter*hookTries {
			t.Errorf("%d tries", len(far.bodies))
		}
		h.write(owner, func(tx *db.Tx) error {
			all, err := Subscriptions(tx)
			if err != nil || all[0].StoppedAt.IsZero() || all[0].Why != "failing" {
				t.Errorf("%+v %v", all, err)
			}
			return err
		})
		h.happen("case.decided", "moe")
		h.work()
		if len(far.bodies) != stopAfter*hookTries {
			t.Error("a stopped subscription was told")
		}
		far.status = 200
		h.want(h.try(other, func(tx *db.Tx) error { return Resume(tx, s.ID) }), gov.NotFound)
		h.write(owner, func(tx *db.Tx) error { return Resume(tx, s.ID) })
		h.happen("case.decided", "moe")
		h.work()
		if len(far.bodies) != stopAfter*hookTries+1 {
			t.Error("not resumed")
		}
	})
}

func TestASubscriberThatIsGoneIsLeftAlone(t *testing.T) {
	each(t, func(h *house) {
		far, s, _ := h.subscribe(410)
		h.happen("case.decided", "moe")
		h.happen("case.decided", "moe")
		h.work()
		h.pass(time.Hour)
		h.work()
		if len(far.bodies) != 1 {
			t.Errorf("%d tries", len(far.bodies))
		}
		for _, k := range h.hooks(s) {
			if k.State != Failed {
				t.Errorf("%+v", k)
			}
		}
	})
}

func TestWebhooksStayOutOfPrivateNetworks(t *testing.T) {
	each(t, func(h *house) {
		far, s, _ := h.subscribe(200)
		h.AllowPrivate = false
		h.happen("case.decided", "moe")
		h.work()
		if len(far.bodies) != 0 {
			t.Error("it reached a loopback address")
		}
		if all := h.hooks(s); all[0].State != Waiting || all[0].Status != 0 {
			t.Errorf("%+v", all)
		}
	})
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	each(t, func(h *house) {
		far, s, _ := h.subscribe(302)
		h.happen("case.decided", "moe")
		h.work()
		if all := h.hooks(s); len(far.bodies) != 1 || all[0].State != Waiting || all[0].Status != 302 {
			t.Errorf("%+v", all)
		}
	})
}

func TestOnlyPublicAddressesArePublic(t *testing.T) {
	for _, s := range []string{"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.1.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1",
		"::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::7f00:1", "fec0::1"} {
		if public(netip.MustParseAddr(s)) {
			t.Errorf("%s passes", s)
		}
	}
	for _, s := range []string{"1.1.1.1", "8.8.8.8", "2606:4700::1111"} {
		if !public(netip.MustParseAddr(s)) {
			t.Errorf("%s is refused", s)
		}
	}
}

func TestSubscribingIsForOwnersOfTheHouse(t *testing.T) {
	each(t, func(h *house) {
		add := func(a gov.Actor, url string, events ...string) error {
			return h.try(a, func(tx *db.Tx) error { _, _, err := h.Subscribe(tx, url, events...); return err })
		}
		for _, a := range []gov.Actor{{}, sara, officer} {
			h.want(add(a, "https://a.example/", "case.decided"), gov.Denied)
		}
		for _, url := range []string{"", "http://a.example/", "https://", "https://u:p@a.example/", "file:///etc/passwd", "https://a.example/#x", "gopher://a.example", "https://a.example/" + strings.Repeat("x", 2000), "://"} {
			if err := add(owner, url, "case.decided"); gov.KindOf(err) != gov.Invalid {
				t.Error(url, err)
			}
		}
		h.want(add(owner, "https://a.example/"), gov.Invalid)
		h.want(add(owner, "https://a.example/", "identity.entered"), gov.Invalid)
		for range mostSubscriptions {
			h.want(add(owner, "https://a.example/", "case.decided"), "")
		}
		h.want(add(owner, "https://a.example/", "case.decided"), gov.Conflict)
		var all []Subscription
		h.write(owner, func(tx *db.Tx) (err error) { all, err = Subscriptions(tx); return err })
		h.want(h.try(other, func(tx *db.Tx) error { return Unsubscribe(tx, all[0].ID) }), gov.NotFound)
		h.want(h.try(officer, func(tx *db.Tx) error { return Unsubscribe(tx, all[0].ID) }), gov.Denied)
		h.want(h.try(other, func(tx *db.Tx) error { _, err := Hooks(tx, all[0].ID, 1); return err }), gov.NotFound)
		h.want(h.try(owner, func(tx *db.Tx) error { return Unsubscribe(tx, all[0].ID) }), "")
	})
}
