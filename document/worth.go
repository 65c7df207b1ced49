package document

import (
	"context"
	"strings"
	"sync"
	"time"

	"diwan.example/document/statuslist"
	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// listKept is how long a node judges by the trust list that it has read: a key
// that was revoked counts no longer than that.
const listKept = 5 * time.Second

// whom is the trust list made ready.
type whom struct {
	sync.Mutex
	read   time.Time
	listed time.Time // when it was last published for somebody's sake
	ready  *verdict.Trusted
}

// trusted is the newest trust list, read again now and then. An old one is better
// than none: what it says of its age the verdict says too.
func (i *Issuer) trusted(ctx context.Context) *verdict.Trusted {
	i.whom.Lock()
	defer i.whom.Unlock()
	now := i.db.Now()
	if since := now.Sub(i.whom.read); i.whom.ready == nil || since > listKept || since < 0 {
		if list, _, err := i.keys.Newest(ctx); err == nil {
			i.whom.ready, i.whom.read = verdict.Of(list), now
		}
	}
	return i.whom.ready
}

// Worth says what a document in any form is worth: the bytes of a file, or the text
// of a code. It shows what the given document itself says and nothing else of it,
// but for a code alone, which is answered as Verify does. Nothing of it is kept; that
// one of ours was verified is counted.
func (i *Issuer) Worth(ctx context.Context, data []byte) verdict.Verdict {
	var ours Document
	o := verdict.Options{
		Trust: i.trusted(ctx), Now: i.db.Now(), Zone: i.o.Zone, Currency: i.o.Currency,
		Status: i.statusAt, Register: func(ctx context.Context, code string) (s verdict.State, err error) {
			ours, s, err = i.stateOf(ctx, code)
			return s, err
		}, Ask: i.asked,
	}
	v := verdict.Check(ctx, data, o)
	if v.State == verdict.Unknown && v.Form != verdict.Code && i.listedAnew(ctx) { // a key that was made this minute
		o.Trust = i.trusted(ctx)
		v = verdict.Check(ctx, data, o)
	}
	i.checked(ctx, v, ours)
	return v
}

// listedAnew publishes the trust list if what it says has changed, and has it read
// again; at most every few seconds, whatever strangers send.
func (i *Issuer) listedAnew(ctx context.Context) bool {
	i.whom.Lock()
	defer i.whom.Unlock()
	now := i.db.Now()
	if since := now.Sub(i.whom.listed); !i.whom.listed.IsZero() && since >= 0 && since < listKept {
		return false
	}
	i.whom.listed, i.whom.read = now, time.Time{}
	_, err := i.keys.Publish(ctx)
	return err == nil
}

// stateOf is the state of one of our documents now, with its type; Unknown: it is
// none of ours.
func (i *Issuer) stateOf(ctx context.Context, code string) (d Document, s verdict.State, err error) {
	s = verdict.Unknown
	err = i.db.Glance(ctx, func(tx *db.Tx) error {
		found, ok, err := stateByID(tx, gov.DocumentID(code))
		if err == nil && ok {
			d, s = found, verdict.State(found.State.at(tx.Now(), found.ValidUntil))
		}
		return err
	})
	return d, s, err
}

// statusAt answers for the status lists of this house.
func (i *Issuer) statusAt(ctx context.Context, uri string, index int) (s statuslist.Status, as time.Time, err error) {
	list, ours := strings.CutPrefix(uri, i.statusURI(""))
	if !ours {
		return s, as, gov.Fail(gov.Unavailable, "قائمة الحالات لدى جهة أخرى", "The status list is another house's")
	}
	err = i.db.Glance(ctx, func(tx *db.Tx) error {
		found, ok, err := standingAt(tx, list, index)
		if err == nil && !ok {
			err = errNoStanding
		}
		s, as = found.status, tx.Now()
		return err
	})
	return s, as, err
}

var errNoStanding = gov.Fail(gov.NotFound, "لا وثيقة في هذا الموضع من قائمة الحالات", "No document has this place in the status list")

// asked is Verify for a code that came alone.
func (i *Issuer) asked(ctx context.Context, code string) (a verdict.Answer, err error) {
	v, err := i.Verify(ctx, code)
	a = verdict.Answer{State: verdict.State(v.State), Issuer: string(v.Issuer), IssuerName: v.IssuerName, Number: v.Number, Title: v.Title, Issued: v.Issued, ValidUntil: v.ValidUntil}
	for _, c := range v.Claims {
		a.Claims = append(a.Claims, verdict.Claim{Name: c.Name, Label: c.Label, Value: c.Shown})
	}
	return a, err
}
