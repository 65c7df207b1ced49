package document

import (
	"context"
	"encoding/json"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
	"diwan.example/internal/translog"
)

// Audit holds every document against its signature, its columns, its entry in the
// public log and what was entered about it since. It returns how many it held.
// Nothing of a document is shown but its number. Operators' tools only.
func (i *Issuer) Audit(ctx context.Context, a *translog.Audit) (n int, err error) {
	ctx = gov.WithActor(ctx, gov.System)
	for after := gov.DocumentID(""); ; {
		var some []Document
		err := i.db.Read(ctx, func(tx *db.Tx) (err error) {
			some, err = documentsAfter(tx, after, 200)
			for _, d := range some {
				if err == nil {
					err = i.audit(tx, a, d)
				}
			}
			return err
		})
		if err != nil || len(some) == 0 {
			return n, err
		}
		n, after = n+len(some), some[len(some)-1].ID
	}
}

// audit checks one document as it is stored.
func (i *Issuer) audit(tx *db.Tx, a *translog.Audit, d Document) error {
	what := gov.T("الوثيقة %s", "Document %s").Sprintf(d.Number)
	_, err := i.signed(tx, d)
	switch gov.KindOf(err) {
	case "":
	case gov.Conflict:
		if key, ok, e := keyByID(tx, sign.KeyID(d.Token)); e == nil && ok && key.State == KeyRevoked {
			break // it is worth nothing any more, and need not be changed for that
		}
		a.Problem(gov.T("%s: صفّها يخالف ما وقّعته الجهة", "%s: its row differs from what its organisation signed").Sprintf(what))
	default:
		return err
	}
	if len(d.salt) == 0 {
		a.Problem(gov.T("%s: لم تُقيّد قط في السجل العام", "%s: it was never entered in the public log").Sprintf(what))
		return nil
	}
	if err := a.Stands(tx, d.entry(), what); err != nil {
		return err
	}
	return i.auditState(tx, a, d, what)
}

// auditState checks that the state of a document is the last one entered.
func (i *Issuer) auditState(tx *db.Tx, a *translog.Audit, d Document, what gov.Text) error {
	records, err := i.o.Public.Records(tx, string(d.ID))
	if err != nil {
		return err
	}
	state := Valid
	for _, r := range records {
		var e ending
		if err := json.Unmarshal([]byte(r.Body), &e); err == nil {
			state = e.To
		}
	}
	if state != d.State {
		a.Problem(gov.T("%s: حالتها في صفّها «%s»، وآخر ما قُيّد «%s»", "%s: its row says %q, and the last that was entered is %q").Sprintf(what, d.State.Label(), state.Label()))
	}
	return nil
}
