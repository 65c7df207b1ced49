package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
)

// hookTries: with the waits of internal/jobs the last try is about half a day
// after the first.
const hookTries = 22

// Hook is one webhook on its way, or done.
type Hook struct {
	ID           string // its webhook-id, the same at every try
	Subscription string
	Event        string
	Body         string // JSON, as it is sent
	State        string // Waiting, Sent, Failed
	Tries        int64
	Status       int // of the last answer; 0: none came
	At           time.Time
	DoneAt       time.Time
}

// Follower turns facts into webhooks for the organisation that each concerns.
func (o *Office) Follower() journal.Follower {
	return journal.Follower{Name: "notify.webhooks", Names: o.Events, Handle: o.follow}
}

func (o *Office) follow(tx *db.Tx, f journal.Fact) error {
	if f.Organisation == "" || !slices.Contains(o.Events, f.Name) {
		return nil
	}
	all, err := subscriptions(tx, f.Organisation)
	if err != nil {
		return err
	}
	for _, s := range all {
		if !s.StoppedAt.IsZero() || !slices.Contains(s.Events, f.Name) {
			continue
		}
		h := Hook{ID: db.NewID(tx.Now()), Subscription: s.ID, Event: f.Name, Body: content(f)}
		if err := insertHook(tx, h); err != nil {
			return err
		}
		if err := o.queueHook(tx, h.ID); err != nil {
			return err
		}
	}
	return nil
}

func (o *Office) queueHook(tx *db.Tx, id string) error {
	o.wakeAfter(tx)
	return jobs.Schedule(tx, jobs.Job{Kind: hookJob, Key: id, At: tx.Now(), Payload: json.RawMessage(db.JSON(ticket{id}))})
}

// content is what a subscriber learns: what happened to which thing. Who did it
// and what else there is must be asked for through the API.
func content(f journal.Fact) string {
	return db.JSON(map[string]any{
		"type": f.Name, "timestamp": f.At.Format(time.RFC3339),
		"data": map[string]any{
			"id": f.ID, "subject": f.Subject, "service": f.Service, "organisation": f.Organisation, "channel": f.Channel, "version": f.Version,
		},
	})
}

// sign makes the headers by which a subscriber knows a webhook for ours.
// Source: Standard Webhooks 1.0.0, symmetric signatures.
func sign(h http.Header, key []byte, id string, at time.Time, body string) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	m := hmac.New(sha256.New, key)
	m.Write([]byte(id + "." + stamp + "." + body))
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", stamp)
	h.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)))
}

// post makes one try. It may happen twice: subscribers drop an id they know.
func (o *Office) post(ctx context.Context, j jobs.Job) error {
	id, err := ticketOf(j)
	if err != nil {
		return err
	}
	h, s, key, err := o.ready(ctx, id)
	if err != nil || h.ID == "" {
		return err
	}
	status, err := o.request(ctx, s.URL, key, h)
	note := o.DB.Write(ctx, func(tx *db.Tx) error {
		if status == http.StatusGone { // the subscriber wants no more
			if err := stopSubscription(tx, s.ID, "gone"); err != nil {
				return err
			}
			if err := endHook(tx, id, Failed); err != nil {
				return err
			}
		}
		return noteHook(tx, id, status)
	})
	switch {
	case note != nil:
		return note
	case status == http.StatusGone:
		return nil
	case err != nil:
		return err
	case status/100 != 2:
		return fmt.Errorf("the subscriber answered %d", status)
	}
	return nil
}

// ready returns a hook that should be sent; an empty one when it should not.
func (o *Office) ready(ctx context.Context, id string) (h Hook, s Subscription, key []byte, err error) {
	var ok bool
	var locked string
	err = o.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if h, ok, err = hookByID(tx, id); err != nil || !ok {
			return err
		}
		s, locked, ok, err = subscription(tx, h.Subscription)
		return err
	})
	if err != nil || !ok || h.State != Waiting || !s.StoppedAt.IsZero() {
		return Hook{}, s, nil, err
	}
	key, err = o.unlock(locked)
	return h, s, key, err
}

func (o *Office) request(ctx context.Context, url string, key []byte, h Hook) (status int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader([]byte(h.Body)))
	if err != nil {
		return 0, errors.New("the address cannot be used")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Diwan-Webhooks/1")
	sign(r.Header, key, h.ID, o.DB.Now(), h.Body)
	answer, err := o.guarded().Do(r)
	if err != nil {
		return 0, errors.Unwrap(err) // without the address
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 16<<10)) // lets the connection be used again
	return answer.StatusCode, nil
}

func (o *Office) posted(tx *db.Tx, j jobs.Job) error {
	id, err := ticketOf(j)
	if err != nil {
		return err
	}
	if err := settleHook(tx, id); err != nil {
		return err
	}
	return succeeded(tx, id)
}

// dropped gives a hook up, and stops a subscription where nothing arrives.
func (o *Office) dropped(tx *db.Tx, j jobs.Job, _ error) error {
	id, err := ticketOf(j)
	if err != nil {
		return err
	}
	if err := endHook(tx, id, Failed); err != nil {
		return err
	}
	s, err := failed(tx, id)
	if err != nil || s.Failures < stopAfter {
		return err
	}
	if err := stopSubscription(tx, s.ID, "failing"); err != nil {
		return err
	}
	return subscriptionFact(tx, "notify.subscription-stopped", s)
}

// Hooks returns the n latest webhooks of a subscription of the actor's
// organisation. Errors: Denied, NotFound.
func Hooks(tx *db.Tx, subscription string, n int) ([]Hook, error) {
	if _, err := ours(tx, subscription); err != nil {
		return nil, err
	}
	return hooks(tx, subscription, n)
}

// SendAgain sends a webhook of the actor's organisation once more, with the same
// id. Errors: Denied, NotFound, Conflict (still waiting).
func (o *Office) SendAgain(tx *db.Tx, id string) error {
	h, ok, err := hookByID(tx, id)
	if err != nil {
		return err
	}
	if !ok {
		h.Subscription = ""
	}
	if _, err := ours(tx, h.Subscription); err != nil {
		return err
	}
	if h.State == Waiting {
		return gov.Fail(gov.Conflict, "هذا الإشعار لا يزال قيد الإرسال", "This webhook is still being sent")
	}
	if err := reviveHook(tx, id); err != nil {
		return err
	}
	return o.queueHook(tx, id)
}
