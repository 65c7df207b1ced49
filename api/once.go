package api

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// keptFor is how long the answer to an Idempotency-Key is kept.
const keptFor = 24 * time.Hour

var (
	errOtherBody = gov.Fail(gov.Conflict, "استُعمل هذا المفتاح مع طلب آخر", "This Idempotency-Key was used with another request")
	errUnknown   = gov.Fail(gov.Conflict, "لم يكتمل طلب سابق بهذا المفتاح؛ تحقق من أثره قبل إرسال طلب بمفتاح جديد", "An earlier request with this Idempotency-Key has not ended; look at what it did before you send another with a new key")
)

// change is the answer of an operation that changes something.
type change[T any] struct {
	Replayed string `header:"Idempotency-Replayed" doc:"true when this is the answer of an earlier request with the same key"`
	Body     T
}

// write runs fn in one transaction, which also keeps the answer when the request
// carried a key. A failure leaves no trace and may be tried again with the key.
func write[T any](s *server, ctx context.Context, fn func(tx *db.Tx) (T, error)) (*change[T], error) {
	c := callOf(ctx)
	var out *change[T]
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		out = &change[T]{}
		if c.key == "" {
			out.Body, err = fn(tx)
			return err
		}
		if won, err := claimKey(tx, holder(tx), c.key, c.digest, tx.Millis()-keptFor.Milliseconds()); err != nil || !won {
			return cmp.Or[error](err, out.replay(tx, c))
		}
		if out.Body, err = fn(tx); err != nil {
			return err
		}
		return out.keep(tx, c)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// outside is write for what opens its own transactions. The key is claimed
// before: should the process die in between, a repeated request is refused, never
// carried out twice.
func outside[T any](s *server, ctx context.Context, fn func(context.Context) (T, error)) (*change[T], error) {
	c := callOf(ctx)
	out := &change[T]{}
	won := false
	if c.key != "" {
		err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			won, err = claimKey(tx, holder(tx), c.key, c.digest, tx.Millis()-keptFor.Milliseconds())
			if err == nil && !won {
				err = out.replay(tx, c)
			}
			return err
		})
		if err != nil || !won {
			return out, err
		}
	}
	var err error
	if out.Body, err = fn(ctx); !won {
		return out, err
	}
	rest := context.WithoutCancel(ctx)
	if err != nil {
		return nil, cmp.Or(s.DB.Write(rest, func(tx *db.Tx) error { return forgetKey(tx, holder(tx), c.key) }), err)
	}
	return out, s.DB.Write(rest, func(tx *db.Tx) error { return out.keep(tx, c) })
}

// holder is whose key it is: a key means nothing to anybody else.
func holder(tx *db.Tx) string {
	a := tx.Actor()
	return string(a.Person) + " " + string(a.Org)
}

func (o *change[T]) replay(tx *db.Tx, c call) error {
	k, ok, err := keyed(tx, holder(tx), c.key)
	switch {
	case err != nil:
		return err
	case !ok || k.digest == c.digest && !k.done:
		return errUnknown
	case k.digest != c.digest:
		return errOtherBody
	}
	o.Replayed = "true"
	return gov.Wrap(json.Unmarshal([]byte(k.body), &o.Body), "reading a kept answer")
}

func (o *change[T]) keep(tx *db.Tx, c call) error {
	b, err := json.Marshal(o.Body)
	if err != nil {
		return err
	}
	return keepAnswer(tx, holder(tx), c.key, string(b))
}

// Sweep forgets answers that are no longer kept. Run it now and then, from a job.
func (a *API) Sweep(tx *db.Tx) error { return forgetBefore(tx, tx.Millis()-keptFor.Milliseconds()) }
