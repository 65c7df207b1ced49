package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/notify"
)

// hooks are the operations on webhooks.
func hooks(s *server) {
	const tag = "webhooks"
	add(s, route{id: "list-events", method: http.MethodGet, path: "/webhooks/events", tag: tag, scope: webhooksManage, name: gov.T("الأحداث التي يمكن الاشتراك فيها", "Events to subscribe to")}, s.events)
	add(s, route{id: "list-subscriptions", method: http.MethodGet, path: "/webhooks", tag: tag, scope: webhooksManage, name: gov.T("اشتراكات الجهة", "The organisation's subscriptions")}, s.subscriptions)
	add(s, route{id: "subscribe", method: http.MethodPost, path: "/webhooks", tag: tag, scope: webhooksManage, status: http.StatusCreated, name: gov.T("الاشتراك في أحداث", "Subscribe to events"),
		about: "The secret signs every webhook (Standard Webhooks) and is shown this once."}, s.subscribe)
	add(s, route{id: "unsubscribe", method: http.MethodDelete, path: "/webhooks/{id}", tag: tag, scope: webhooksManage, name: gov.T("إنهاء اشتراك", "Unsubscribe")}, s.unsubscribe)
	add(s, route{id: "resume-subscription", method: http.MethodPost, path: "/webhooks/{id}/resume", tag: tag, scope: webhooksManage, name: gov.T("استئناف اشتراك متوقف", "Resume a stopped subscription")}, s.resume)
	add(s, route{id: "list-deliveries", method: http.MethodGet, path: "/webhooks/{id}/deliveries", tag: tag, scope: webhooksManage, name: gov.T("آخر ما أُرسل", "The latest deliveries")}, s.deliveries)
	add(s, route{id: "send-again", method: http.MethodPost, path: "/deliveries/{id}/again", tag: tag, scope: webhooksManage, name: gov.T("إعادة إرسال", "Send a webhook again")}, s.sendAgain)
}

// Subscription is an organisation's wish to be told of events.
type Subscription struct {
	ID       string     `json:"id"`
	URL      string     `json:"url"`
	Events   []string   `json:"events"`
	Made     time.Time  `json:"made"`
	Failures int64      `json:"failures" doc:"Deliveries given up in a row"`
	Stopped  *time.Time `json:"stopped,omitempty"`
	Why      string     `json:"why,omitempty" doc:"It was stopped" enum:"gone,failing"`
}

func showSubscription(x notify.Subscription) Subscription {
	return Subscription{ID: x.ID, URL: x.URL, Events: x.Events, Made: x.MadeAt.UTC(), Failures: x.Failures, Stopped: when(x.StoppedAt), Why: x.Why}
}

func (s *server) events(context.Context, *nothing) (*answer[[]string], error) {
	all := slices.Clone(s.Office.Events)
	slices.Sort(all)
	return say(append([]string{}, all...), nil)
}

func (s *server) subscriptions(ctx context.Context, _ *nothing) (*answer[[]Subscription], error) {
	var all []notify.Subscription
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { all, err = notify.Subscriptions(tx); return err })
	return say(each(all, showSubscription), err)
}

// Subscribed is a new subscription with its secret.
type Subscribed struct {
	Subscription
	Secret string `json:"secret" doc:"Shown this once; empty in a repeated answer"`
}

func (s *server) subscribe(ctx context.Context, in *struct {
	Body struct {
		URL    string   `json:"url" minLength:"8" maxLength:"2000" example:"https://systems.example/diwan"`
		Events []string `json:"events" minItems:"1" maxItems:"100"`
	}
}) (*change[Subscribed], error) {
	var secret string
	out, err := write(s, ctx, func(tx *db.Tx) (v Subscribed, err error) {
		var x notify.Subscription
		if x, secret, err = s.Office.Subscribe(tx, in.Body.URL, in.Body.Events...); err != nil {
			return v, err
		}
		v.Subscription = showSubscription(x)
		return v, nil
	})
	if err == nil {
		out.Body.Secret = secret // never kept with the answer
	}
	return out, err
}

func (s *server) unsubscribe(ctx context.Context, in *named) (*change[done], error) {
	return write(s, ctx, func(tx *db.Tx) (done, error) { return done{true}, notify.Unsubscribe(tx, in.ID) })
}

func (s *server) resume(ctx context.Context, in *named) (*change[done], error) {
	return write(s, ctx, func(tx *db.Tx) (done, error) { return done{true}, notify.Resume(tx, in.ID) })
}

// Delivery is one webhook on its way, or done.
type Delivery struct {
	ID    string     `json:"id" doc:"Its webhook-id, the same at every try"`
	Event string     `json:"event"`
	Body  string     `json:"body" doc:"JSON, as it is sent"`
	State string     `json:"state" enum:"waiting,sent,failed"`
	Tries int64      `json:"tries"`
	Code  int        `json:"code,omitempty" doc:"Status of the last answer; absent: none came"`
	At    time.Time  `json:"at"`
	Done  *time.Time `json:"done,omitempty"`
}

func (s *server) deliveries(ctx context.Context, in *named) (*answer[[]Delivery], error) {
	var all []notify.Hook
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { all, err = notify.Hooks(tx, in.ID, 100); return err })
	return say(each(all, func(h notify.Hook) Delivery {
		return Delivery{ID: h.ID, Event: h.Event, Body: h.Body, State: h.State, Tries: h.Tries, Code: h.Status, At: h.At.UTC(), Done: when(h.DoneAt)}
	}), err)
}

func (s *server) sendAgain(ctx context.Context, in *named) (*change[done], error) {
	return write(s, ctx, func(tx *db.Tx) (done, error) { return done{true}, s.Office.SendAgain(tx, in.ID) })
}
