package notify

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Subscription is an organisation's wish to be told of facts by webhook.
type Subscription struct {
	ID        string
	Org       gov.OrgID
	URL       string
	Events    []string // names of facts
	MadeAt    time.Time
	Failures  int64     // deliveries given up in a row
	StoppedAt time.Time // zero: in force
	Why       string    // it was stopped: "gone", "failing"
}

const (
	mostSubscriptions = 20
	stopAfter         = 20 // deliveries given up in a row
	secretMark        = "whsec_"
)

// Subscribe adds a subscription for the organisation the actor acts in and
// returns the secret that signs its webhooks, shown this once. Errors: Denied
// (no head, owner or operator), Invalid (address or event), Conflict (too many).
func (o *Office) Subscribe(tx *db.Tx, address string, events ...string) (s Subscription, secret string, err error) {
	a := tx.Actor()
	if !maySubscribe(a) {
		return s, "", errDenied
	}
	if err := o.checkURL(address); err != nil {
		return s, "", err
	}
	events = slices.Compact(slices.Sorted(slices.Values(events)))
	if len(events) == 0 || slices.ContainsFunc(events, func(e string) bool { return !slices.Contains(o.Events, e) }) {
		return s, "", gov.Fail(gov.Invalid, "اختر حدثًا واحدًا على الأقل من قائمة الأحداث المتاحة", "Choose at least one event from the list of those offered").At("events")
	}
	all, err := subscriptions(tx, a.Org)
	if err != nil {
		return s, "", err
	}
	if len(all) >= mostSubscriptions {
		return s, "", gov.Fail(gov.Conflict, "بلغت الجهة الحد الأعلى للاشتراكات، احذف اشتراكًا لا تحتاج إليه", "The organisation has as many subscriptions as it may have; remove one you do not need")
	}
	key := make([]byte, 32)
	rand.Read(key)
	s = Subscription{ID: db.NewID(tx.Now()), Org: a.Org, URL: address, Events: events, MadeAt: tx.Now()}
	if err := insertSubscription(tx, s, o.lock(key)); err != nil {
		return s, "", err
	}
	return s, secretMark + base64.StdEncoding.EncodeToString(key), subscriptionFact(tx, "notify.subscribed", s)
}

func maySubscribe(a gov.Actor) bool {
	return a.Org != "" && a.Has(gov.Head, gov.Owner, gov.Operator)
}

func subscriptionFact(tx *db.Tx, name string, s Subscription) error {
	return journal.Append(tx, journal.Fact{Name: name, Subject: s.ID, Organisation: s.Org})
}

// checkURL accepts https addresses without user names; where they lead is
// checked when they are used, because names may change their meaning.
func (o *Office) checkURL(s string) error {
	u, err := url.Parse(s)
	ok := err == nil && u.Host != "" && u.User == nil && u.Fragment == "" && len(s) <= 2000 &&
		(u.Scheme == "https" || u.Scheme == "http" && o.AllowPrivate)
	if !ok {
		return gov.Fail(gov.Invalid, "اكتب عنوانًا كاملًا يبدأ بـ https://", "Write a whole address that begins with https://").At("url")
	}
	return nil
}

// Unsubscribe removes a subscription of the actor's organisation; what waits for
// it is not sent any more. Errors: Denied, NotFound.
func Unsubscribe(tx *db.Tx, id string) error {
	s, err := ours(tx, id)
	if err != nil {
		return err
	}
	if err := deleteSubscription(tx, id); err != nil {
		return err
	}
	return subscriptionFact(tx, "notify.unsubscribed", s)
}

// Resume puts a stopped subscription in force again. Errors: Denied, NotFound.
func Resume(tx *db.Tx, id string) error {
	s, err := ours(tx, id)
	if err != nil {
		return err
	}
	if err := resumeSubscription(tx, id); err != nil {
		return err
	}
	return subscriptionFact(tx, "notify.resumed", s)
}

// ours returns a subscription of the actor's organisation; a stranger's does
// not exist.
func ours(tx *db.Tx, id string) (Subscription, error) {
	a := tx.Actor()
	if !maySubscribe(a) {
		return Subscription{}, errDenied
	}
	s, _, ok, err := subscription(tx, id)
	if err == nil && (!ok || s.Org != a.Org) {
		return s, gov.Fail(gov.NotFound, "لا يوجد اشتراك كهذا", "There is no such subscription")
	}
	return s, err
}

// Subscriptions returns those of the actor's organisation. Errors: Denied.
func Subscriptions(tx *db.Tx) ([]Subscription, error) {
	if !maySubscribe(tx.Actor()) {
		return nil, errDenied
	}
	return subscriptions(tx, tx.Actor().Org)
}

// lock encrypts a subscriber's secret for the table, unlock opens it again.
func (o *Office) lock(plain []byte) string {
	box := o.box()
	nonce := make([]byte, box.NonceSize())
	rand.Read(nonce)
	return base64.StdEncoding.EncodeToString(box.Seal(nonce, nonce, plain, nil))
}

func (o *Office) unlock(stored string) ([]byte, error) {
	box := o.box()
	b, err := base64.StdEncoding.DecodeString(stored)
	if err != nil || len(b) < box.NonceSize() {
		return nil, errors.New("a subscriber's secret is damaged")
	}
	return box.Open(nil, b[:box.NonceSize()], b[box.NonceSize():], nil)
}

func (o *Office) box() cipher.AEAD {
	m := hmac.New(sha256.New, o.Secret)
	m.Write([]byte("notify: secrets of subscribers"))
	block, err := aes.NewCipher(m.Sum(nil))
	if err != nil {
		panic("notify: " + err.Error()) // the key always has 32 bytes
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		panic("notify: " + err.Error()) // AES always fits
	}
	return box
}
