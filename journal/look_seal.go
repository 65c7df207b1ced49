package journal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
)

// LookSealDomain is what the entries of looks in their log begin with, see merkle.Commit.
const LookSealDomain = "diwan look"

// committedLook is what is committed to of a look: all that never changes after it was
// written. Whose it is stands as it did then: a person, or the digest of somebody
// who had no account. When a delayed look opens is left out: an order that is
// renewed moves it, and the audit holds it against the facts of the orders.
type committedLook struct {
	ID           string            `json:"id"`
	Seq          int64             `json:"seq"`
	At           int64             `json:"at"`
	Person       string            `json:"person"`
	Unclaimed    string            `json:"unclaimed"`
	Actor        string            `json:"actor"`
	Organisation string            `json:"organisation"`
	What         string            `json:"what"`
	Subject      string            `json:"subject"`
	Purpose      string            `json:"purpose"`
	Registry     string            `json:"registry"`
	Agreement    string            `json:"agreement"`
	Case         string            `json:"case"`
	Service      string            `json:"service"`
	Channel      string            `json:"channel"`
	Attributes   []gov.AttributeID `json:"attributes"`
	Machine      bool              `json:"machine"`
}

// entry is what stands in the log for a look. The salt is made of the log's secret,
// so that nothing can be guessed from the published hashes, and nothing need be
// stored beside the look.
func (l sealedLook) entry(secret []byte) (merkle.Entry, error) {
	person, unclaimed := string(l.Person), l.Unclaimed
	if l.claimed != "" {
		person, unclaimed = "", l.claimed
	}
	c := committedLook{l.ID, l.seq, l.At.UnixMilli(), person, unclaimed, string(l.Actor), string(l.Organisation), l.What, l.Subject, l.Purpose,
		string(l.Registry), string(l.Agreement), string(l.Case), string(l.Service), string(l.Channel), l.Attributes, l.Machine}
	if len(c.Attributes) == 0 {
		c.Attributes = []gov.AttributeID{}
	}
	record, err := json.Marshal(c)
	if err != nil {
		return merkle.Entry{}, err
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(l.ID))
	return merkle.Commit(LookSealDomain, mac.Sum(nil)[:merkle.SaltSize], "looked", record), nil
}

// NumberLooks gives looks that were written since their places in the log over them.
// Reading never waits for it. On every node, whenever; one works at a time.
func NumberLooks(ctx context.Context, d *db.DB) error {
	ctx = gov.WithActor(ctx, gov.System)
	for {
		var some bool
		err := d.Glance(ctx, func(tx *db.Tx) (err error) { some, err = unnumbered(tx); return err })
		if err != nil || !some {
			return err
		}
		var n int64
		if err = d.Write(ctx, func(tx *db.Tx) (err error) { n, err = numberLooks(tx); return err }); err != nil || n < looksAtOnce {
			return err
		}
	}
}

// LookEntries are the entries of up to n looks that come after the first so many,
// for the log over looks. Errors: Conflict when a look is missing.
func LookEntries(tx *db.Tx, secret []byte, after int64, n int) ([]merkle.Entry, error) {
	looks, err := lookPage(tx, after, n)
	if err != nil {
		return nil, err
	}
	missing := gov.Fail(gov.Conflict, "في سجل الاطلاع أسطر ناقصة، فلا يُختم حتى يُعرف سبب ذلك", "Looks are missing from the access log; it is not sealed until that is explained")
	return entriesAfter(after, looks, missing, func(l sealedLook) (int64, merkle.Entry, error) {
		e, err := l.entry(secret)
		return l.seq, e, err
	})
}

// LooksWaiting is how many looks are not in a log of so many entries yet.
func LooksWaiting(tx *db.Tx, size int64) (int64, error) {
	waiting, err := countUnnumbered(tx)
	if err != nil {
		return 0, err
	}
	last, err := lastLook(tx)
	return waiting + max(last-size, 0), err
}
