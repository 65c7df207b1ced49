package document

import (
	"cmp"
	"context"
	"strings"
	"unicode/utf8"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// longestReason is how many characters a reason may have.
const longestReason = 500

var (
	errReason  = gov.Fail(gov.Invalid, "اكتب سبب الإجراء في خمسمئة حرف أو أقل", "Give the reason in five hundred characters or fewer").At("reason")
	errOfficer = gov.Fail(gov.Denied, "هذا الإجراء لموظفي الجهة التي أصدرت الوثيقة", "Only officers of the organisation that issued the document may do this")
)

// replacedTold is what a holder reads of a corrected document.
var replacedTold = struct{ subject, body gov.Text }{
	gov.T("صدرت لك وثيقة مصححة", "A corrected document was issued to you"),
	gov.T("حلّت «%s» محل سابقتها، وما عادت السابقة سارية. السبب: %s", "“%s” takes the place of the one before, which is no longer in force. The reason: %s"),
}

// Revoke ends a document for a reason that its holder will read. Officers and
// supervisors of the issuing organisation only. Appends document.revoked; tells
// the holder. Errors: NotFound to strangers; Denied to the holder; Invalid without a
// reason; Conflict when it has ended already.
func (i *Issuer) Revoke(ctx context.Context, id gov.DocumentID, reason gov.Text) error {
	return i.end(ctx, id, Revoked, reason)
}

// Replace issues a corrected document in place of one that is in force, for a
// reason that its holder will read. The draft gives the claims and may give
// another version of the pack, title and end; everything else is taken from the
// old document. Officers and supervisors of the issuing organisation only.
// Appends document.issued and document.replaced; tells the holder. Errors: as Revoke and Issue.
func (i *Issuer) Replace(ctx context.Context, id gov.DocumentID, draft Draft, reason gov.Text) (made Document, err error) {
	if reason, err = cleanReason(reason); err != nil {
		return Document{}, err
	}
	err = i.db.Write(ctx, func(tx *db.Tx) error {
		old, err := i.toEnd(tx, id)
		if err != nil {
			return err
		}
		if !mayMove(old.State, Replaced) {
			return errMoved
		}
		p, err := i.signed(tx, old)
		if err != nil {
			return err
		}
		if made, err = i.issue(tx, successor(old, p, draft), reason); err != nil {
			return err
		}
		return i.tell(tx, made, replacedTold.subject, replacedTold.body, reason)
	})
	return made, err
}

// successor completes the draft of a document that replaces old.
func successor(old Document, p payload, d Draft) Draft {
	d.Type, d.Service, d.Organisation, d.Holder = old.Type, old.Service, old.Organisation, old.Holder
	d.Case, d.Reference, d.Channel, d.Place, d.Replaces = old.Case, p.Reference, old.Channel, old.Place, old.ID
	if d.Version == "" {
		d.Version = old.Version
	}
	if d.ValidUntil.IsZero() {
		d.ValidUntil = old.ValidUntil
	}
	return d
}

// toEnd finds a document that the actor may end.
func (i *Issuer) toEnd(tx *db.Tx, id gov.DocumentID) (Document, error) {
	d, ok, err := documentByID(tx, id)
	if err != nil || !ok {
		return d, cmp.Or[error](err, errAbsent)
	}
	if officerOf(tx.Actor(), d.Organisation) {
		return d, nil
	}
	if mine, err := i.mayActFor(tx, d.Holder); err != nil || mine {
		return d, cmp.Or[error](err, errOfficer)
	}
	return d, errAbsent
}

// cleanReason refuses an empty or endless reason; one language is enough.
func cleanReason(t gov.Text) (gov.Text, error) {
	out := gov.Text{}
	for l, s := range t {
		s, _ = gov.CleanText(s)
		if s = strings.TrimSpace(s); s != "" {
			out[l] = s
		}
		if utf8.RuneCountInString(s) > longestReason {
			return nil, errReason
		}
	}
	if len(out) == 0 {
		return nil, errReason
	}
	return out, nil
}
