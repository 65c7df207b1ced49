package vci

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"diwan.example/document/statuslist"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// State is what has become of a copy.
type State string

// The states of a copy.
const (
	Handed   State = "handed"   // sent; the wallet has said nothing
	Accepted State = "accepted" // the wallet says that it keeps it
	Failed   State = "failed"   // the wallet could not keep it
	Deleted  State = "deleted"  // the wallet's owner deleted it
	Taken    State = "taken"    // its holder took it back
)

// Copy is one copy of a document in a wallet.
type Copy struct {
	ID       string
	Document gov.DocumentID
	Form     string
	Client   string // the wallet's name for itself; may be empty
	Device   string // its program; may be empty
	Key      string // thumbprint of the key that shows it
	At       time.Time
	State    State
	Changed  time.Time

	handing string
	person  gov.PersonID
	ref     statuslist.Reference
}

// Alive reports whether the copy may still be shown to others.
func (c Copy) Alive() bool { return c.State == Handed || c.State == Accepted }

var errNoCopy = gov.Fail(gov.NotFound, "لا توجد نسخة بهذا المعرّف", "There is no such copy")

// Copies lists the copies of a document, newest first, for its holder or who
// acts for them. Errors: NotFound.
func (o *Office) Copies(ctx context.Context, id gov.DocumentID) (all []Copy, err error) {
	err = o.DB.Read(ctx, func(tx *db.Tx) error {
		d, _, err := o.Issuer.ForWallet(tx, id)
		if err != nil {
			return err
		}
		if mine, err := o.mayActFor(tx, d.Holder); err != nil || !mine {
			return cmp.Or[error](err, errNoCopy)
		}
		all, err = copiesOf(tx, id)
		return err
	})
	return all, err
}

// TakeBack ends a copy: whoever is shown it learns that it no longer counts. The
// document itself stays. Holders, and who acts for them, only. Ending one twice
// is no error. Appends wallet.withdrawn. Errors: NotFound.
func (o *Office) TakeBack(ctx context.Context, id string) error {
	return o.DB.Write(ctx, func(tx *db.Tx) error {
		c, ok, err := copyByID(tx, id)
		if err != nil || !ok {
			return cmp.Or[error](err, errNoCopy)
		}
		d, _, err := o.Issuer.ForWallet(tx, c.Document)
		if err != nil {
			return err
		}
		if mine, err := o.mayActFor(tx, d.Holder); err != nil || !mine {
			return cmp.Or[error](err, errNoCopy)
		}
		if !c.Alive() {
			return nil
		}
		return o.endCopy(tx, c, Taken)
	})
}

// endCopy says in the status list that a copy no longer counts.
func (o *Office) endCopy(tx *db.Tx, c Copy, to State) error {
	if moved, err := moveCopy(tx, c.ID, c.State, to); err != nil || !moved {
		return err
	}
	if err := o.Issuer.Withdraw(tx, c.ref); err != nil {
		return err
	}
	d, _, err := o.Issuer.ForWallet(tx, c.Document)
	if err != nil {
		return err
	}
	return journal.Append(tx, fact("wallet.withdrawn", d, map[string]any{"state": to}))
}

// reports are what wallets may say of a handing, and the state that follows.
var reports = map[string]State{"credential_accepted": Accepted, "credential_failure": Failed, "credential_deleted": Deleted}

// notification answers the notification endpoint (OpenID4VCI §11).
func (o *Office) notification(w http.ResponseWriter, r *http.Request) error {
	p, err := o.bearer(r)
	if err != nil {
		return err
	}
	var q struct {
		ID    string `json:"notification_id"`
		Event string `json:"event"`
	}
	if err := body(r, "invalid_notification_request", &q); err != nil {
		return err
	}
	to, known := reports[q.Event]
	if q.ID == "" || !known {
		return bad("invalid_notification_request", "give notification_id and event")
	}
	err = o.DB.Write(r.Context(), func(tx *db.Tx) error {
		all, err := copiesOfHanding(tx, q.ID)
		if err != nil || len(all) == 0 || all[0].person != p.Person {
			return cmp.Or[error](err, bad("invalid_notification_id", "there is no such notification"))
		}
		for _, c := range all {
			switch {
			case !c.Alive() || c.State == to:
			case to == Accepted:
				_, err = moveCopy(tx, c.ID, c.State, to)
			default:
				err = o.endCopy(tx, c, to)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
