package journal

import (
	"context"
	"encoding/json"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/translog"
)

// CheckedLooks is what CheckLooks held against the log.
type CheckedLooks struct {
	Looks    int64
	Unsealed int64 // looks that are not in the log yet
}

// CheckLooks holds every look against its leaf in the log over looks, whom it was
// handed to and when it opens against the facts that say so, and tells in words
// which look was changed, removed, put in, handed to somebody else or hidden.
func CheckLooks(ctx context.Context, d *db.DB, l *translog.Log, size int64, problem func(gov.Text)) (c CheckedLooks, err error) {
	ctx = gov.WithActor(ctx, gov.System)
	w := lookAudit{log: l, size: size, problem: problem, next: 1, early: early{problem: problem, many: manyLooks, one: oneLook}}
	err = d.Read(ctx, func(tx *db.Tx) (err error) {
		past, err := inventedPast(tx)
		if err != nil {
			return err
		}
		w.early.after = past.looks
		if w.claims, err = claims(tx); err == nil {
			w.orders, err = delays(tx)
		}
		return err
	})
	for after := int64(0); err == nil; {
		var some []sealedLook
		err = d.Read(ctx, func(tx *db.Tx) (err error) {
			if some, err = lookPage(tx, after, 256); err != nil || len(some) == 0 {
				return err
			}
			return w.page(tx, some)
		})
		if len(some) == 0 {
			break
		}
		after = some[len(some)-1].seq
	}
	w.early.tell()
	if err == nil && w.next <= size {
		w.missing(w.next, size)
	}
	if err == nil {
		err = d.Read(ctx, func(tx *db.Tx) error {
			n, err := countUnnumbered(tx)
			w.Looks, w.Unsealed = w.Looks+n, w.Unsealed+n
			return err
		})
	}
	return w.CheckedLooks, err
}

// handed is a digest whose looks were handed to a person.
type handed struct{ unclaimed, person string }

// claims are all that were handed.
func claims(tx *db.Tx) (map[handed]bool, error) {
	facts, err := factsNamed(tx, "journal.claimed")
	out := map[handed]bool{}
	for _, f := range facts {
		var body struct{ Unclaimed string }
		if err := json.Unmarshal(f.Body, &body); err != nil {
			return nil, err
		}
		out[handed{body.Unclaimed, f.Subject}] = true
	}
	return out, err
}

// delays are until when orders hide, by order.
func delays(tx *db.Tx) (map[string]int64, error) {
	facts, err := factsNamed(tx, "journal.delayed")
	out := map[string]int64{}
	for _, f := range facts {
		var body struct{ Until int64 }
		if err := json.Unmarshal(f.Body, &body); err != nil {
			return nil, err
		}
		out[f.Subject] = body.Until
	}
	return out, err
}

type lookAudit struct {
	CheckedLooks
	log     *translog.Log
	size    int64
	next    int64 // the number that should come
	claims  map[handed]bool
	orders  map[string]int64
	early   early
	problem func(gov.Text)
}

func (w *lookAudit) page(tx *db.Tx, looks []sealedLook) error {
	secret, err := w.log.Secret(tx)
	if gov.KindOf(err) == gov.NotFound {
		w.Looks, w.Unsealed, w.next = w.Looks+int64(len(looks)), w.Unsealed+int64(len(looks)), looks[len(looks)-1].seq+1
		return nil
	}
	if err != nil {
		return err
	}
	first := looks[0].seq
	leaves, err := w.log.Leaves(tx, first-1, int(looks[len(looks)-1].seq-first)+1)
	if gov.KindOf(err) == gov.Conflict {
		return nil // the audit of the log has said that its hashes are missing
	}
	if err != nil {
		return err
	}
	for _, l := range looks {
		w.Looks++
		if l.seq > w.next {
			w.missing(w.next, l.seq-1)
		}
		w.next = l.seq + 1
		w.early.order(l.seq, l.At)
		w.hidden(l)
		if l.seq > w.size {
			w.Unsealed++
			continue
		}
		e, err := l.entry(secret)
		if err != nil || l.seq-first >= int64(len(leaves)) || e.Leaf() != leaves[l.seq-first] {
			w.problem(gov.T("الاطلاع %d (%s) غُيّر بعد أن خُتم", "Look %d (%s) was changed after it was sealed").Sprintf(l.seq, moment(l.At)))
		}
	}
	return nil
}

func moment(t time.Time) string { return t.Format("2006-01-02 15:04:05") }

var (
	oneLook   = gov.T("الاطلاع %d مؤرخ قبل ما خُتم قبله: أُدخل في السجل بعد حين، أو أُرجعت ساعة الخادم", "Look %d is dated before the one sealed before it: it was put in later, or a clock was set back")
	manyLooks = gov.T("الاطلاعات من %d إلى %d مؤرخة قبل ما خُتم قبلها: أُدخلت في السجل بعد حين، أو أُرجعت ساعة الخادم", "Looks %d to %d are dated before the one sealed before them: they were put in later, or a clock was set back")
)

// hidden holds whom a look was handed to and when it opens against the facts.
func (w *lookAudit) hidden(l sealedLook) {
	if l.claimed != "" && !w.claims[handed{l.claimed, string(l.Person)}] {
		w.problem(gov.T("الاطلاع %d منسوب إلى شخص لم تُسلَّم إليه أسطره", "Look %d stands in the log of a person to whom it was never handed").Sprintf(l.seq))
	}
	until, ordered := w.orders[l.Order]
	switch {
	case l.Order == "" && l.Opens.IsZero():
	case !ordered:
		w.problem(gov.T("الاطلاع %d (%s) مخفيّ عن صاحبه بلا أمر تأجيل", "Look %d (%s) is hidden from its person without an order").Sprintf(l.seq, moment(l.At)))
	case db.Millis(l.Opens) != until:
		w.problem(gov.T("الاطلاع %d (%s) لا ينكشف في موعد أمر تأجيله", "Look %d (%s) does not open when the order that delays it says").Sprintf(l.seq, moment(l.At)))
	}
}

func (w *lookAudit) missing(from, to int64) {
	if from == to {
		w.problem(gov.T("الاطلاع %d محذوف من سجل الاطلاع", "Look %d was removed from the access log").Sprintf(from))
		return
	}
	w.problem(gov.T("الاطلاعات من %d إلى %d محذوفة من سجل الاطلاع", "Looks %d to %d were removed from the access log").Sprintf(from, to))
}
