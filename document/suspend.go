package document

import (
	"context"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Notice is what a holder is told about a document.
type Notice struct {
	To      gov.PersonID
	Case    gov.CaseID
	Subject gov.Text
	Body    gov.Text
	Link    string // path inside the portal
}

var (
	subjectSuspended = gov.T("أُوقف العمل بوثيقة لك مؤقتًا", "A document of yours was suspended").French("Un de vos documents est suspendu")
	bodySuspended    = gov.T("أوقفت الجهة المُصدرة العمل بوثيقتك «%s» مؤقتًا. السبب: %s", "The organisation that issued it has suspended your document “%s” for now. Reason: %s").French("L’organisme émetteur a suspendu votre document « %s ». Motif : %s")
	subjectResumed   = gov.T("عادت وثيقة لك إلى السريان", "A document of yours is valid again").French("Un de vos documents est de nouveau valide")
	bodyResumed      = gov.T("أعادت الجهة المُصدرة العمل بوثيقتك «%s». السبب: %s", "The organisation that issued it has made your document “%s” valid again. Reason: %s").French("L’organisme émetteur a rétabli votre document « %s ». Motif : %s")
	subjectRevoked   = gov.T("أُلغيت وثيقة لك", "A document of yours was revoked").French("Un de vos documents a été annulé")
	bodyRevoked      = gov.T("ألغت الجهة المُصدرة وثيقتك «%s»، ولم تعد سارية. السبب: %s", "The organisation that issued it has revoked your document “%s”; it is no longer valid. Reason: %s").French("L’organisme émetteur a annulé votre document « %s », qui n’est plus valide. Motif : %s")
)

// Suspend takes a document out of force for a while, for a reason that its
// holder will read: whoever verifies it is told, and nothing of it is shown.
// Officers and supervisors of the issuing organisation only. Appends
// document.suspended; tells the holder. Errors: as Revoke.
func (i *Issuer) Suspend(ctx context.Context, id gov.DocumentID, reason gov.Text) error {
	return i.end(ctx, id, Suspended, reason)
}

// Resume puts a suspended document into force again, for a reason that its
// holder will read. Officers and supervisors of the issuing organisation only.
// Appends document.resumed; tells the holder. Errors: as Revoke.
func (i *Issuer) Resume(ctx context.Context, id gov.DocumentID, reason gov.Text) error {
	return i.end(ctx, id, Valid, reason)
}

// change says what follows a move to a state.
type change struct {
	fact          string
	subject, body gov.Text
}

var changes = map[State]change{
	Suspended: {"document.suspended", subjectSuspended, bodySuspended},
	Valid:     {"document.resumed", subjectResumed, bodyResumed},
	Revoked:   {"document.revoked", subjectRevoked, bodyRevoked},
}

// end moves a document for a reason, with everything that follows.
func (i *Issuer) end(ctx context.Context, id gov.DocumentID, to State, reason gov.Text) error {
	reason, err := cleanReason(reason)
	if err != nil {
		return err
	}
	return i.db.Write(ctx, func(tx *db.Tx) error {
		d, err := i.toEnd(tx, id)
		if err != nil {
			return err
		}
		kept := reason
		if to == Valid {
			kept = nil // the holder is told; the page shows why a document is not in force
		}
		if err := i.move(tx, d, to, "", kept); err != nil {
			return err
		}
		e := changes[to]
		if err := journal.Append(tx, fact(e.fact, d, map[string]any{"type": d.Type, "holder": d.Holder})); err != nil {
			return err
		}
		return i.tell(tx, d, e.subject, e.body, reason)
	})
}

// tell writes to the holder about a document; body takes its title and a reason.
func (i *Issuer) tell(tx *db.Tx, d Document, subject, body, reason gov.Text) error {
	if i.o.Tell == nil {
		return nil
	}
	title := gov.T(d.Number, d.Number).French(d.Number)
	if p, err := i.signed(tx, d); err == nil {
		title = p.Title
	}
	return i.o.Tell(tx, Notice{To: d.Holder, Case: d.Case, Subject: subject, Body: body.Sprintf(title, reason), Link: "/documents/" + string(d.ID)})
}
