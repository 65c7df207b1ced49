package document

import (
	"cmp"
	"context"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// mostListed bounds a list of one person's documents.
const mostListed = 500

var errAbsent = gov.Fail(gov.NotFound, "لا توجد وثيقة بهذا المعرّف", "There is no such document")

// Mine lists the documents of whoever is signed in, newest first. Errors: SignIn.
func (i *Issuer) Mine(ctx context.Context) ([]Document, error) {
	a := gov.ActorFrom(ctx)
	if a.Person == "" {
		return nil, gov.Fail(gov.SignIn, "سجّل الدخول لترى وثائقك", "Sign in to see your documents")
	}
	return i.Held(ctx, a.Person)
}

// Held lists the documents of a holder, newest first, for the holder or whoever
// holds a mandate. Documents that do not match their signature are listed
// without claims as Altered. Errors: NotFound to anybody else.
func (i *Issuer) Held(ctx context.Context, holder gov.PersonID) (out []Document, err error) {
	list := func(tx *db.Tx) error {
		if ok, err := i.mayActFor(tx, holder); err != nil || !ok {
			return cmp.Or[error](err, errAbsent)
		}
		all, err := documentsOfHolder(tx, holder, mostListed)
		if err != nil {
			return err
		}
		out, err = i.openAll(tx, all)
		return err
	}
	if gov.ActorFrom(ctx).Person == holder {
		err = i.db.Read(ctx, list)
		return out, err
	}
	err = i.db.Write(ctx, func(tx *db.Tx) error {
		if err := list(tx); err != nil {
			return err
		}
		return journal.Looked(tx, journal.Look{Person: holder, What: "documents", Purpose: "mandate"})
	})
	return out, err
}

// OfCase lists the documents of a case, oldest first. The caller has decided
// that the case may be seen, and has recorded the look.
func (i *Issuer) OfCase(tx *db.Tx, c gov.CaseID) ([]Document, error) {
	all, err := documentsOfCase(tx, c)
	if err != nil {
		return nil, err
	}
	return i.openAll(tx, all)
}

func (i *Issuer) openAll(tx *db.Tx, stored []Document) ([]Document, error) {
	out := make([]Document, 0, len(stored))
	for _, d := range stored {
		whole, err := i.open(tx, d)
		if gov.KindOf(err) == gov.Conflict {
			d.State = Altered
			whole, err = d, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, whole)
	}
	return out, nil
}

// Get returns one document to its holder, a holder of a mandate, or an officer
// of its organisation. Errors: NotFound to anybody else; Conflict when it does
// not match its signature.
func (i *Issuer) Get(ctx context.Context, id gov.DocumentID) (Document, error) {
	return i.seen(ctx, func(tx *db.Tx) (Document, bool, error) { return documentByID(tx, id) })
}

// ByNumber is Get by the number that people read.
func (i *Issuer) ByNumber(ctx context.Context, number string) (Document, error) {
	number = strings.ToUpper(strings.TrimSpace(gov.Digits(number)))
	return i.seen(ctx, func(tx *db.Tx) (Document, bool, error) { return documentByNumber(tx, number) })
}

// seen finds a document, checks that the actor may see it, and records the look.
func (i *Issuer) seen(ctx context.Context, find func(*db.Tx) (Document, bool, error)) (d Document, err error) {
	err = i.db.Read(ctx, func(tx *db.Tx) error {
		stored, ok, err := find(tx)
		if err != nil || !ok {
			return cmp.Or[error](err, errAbsent)
		}
		if ok, err := i.maySee(tx, stored); err != nil || !ok {
			return cmp.Or[error](err, errAbsent)
		}
		d, err = i.open(tx, stored)
		return err
	})
	if err != nil || gov.ActorFrom(ctx).Person == d.Holder {
		return d, err
	}
	return d, i.db.Write(ctx, func(tx *db.Tx) error { return i.looked(tx, d, string(d.Service)) })
}

func (i *Issuer) looked(tx *db.Tx, d Document, purpose string) error {
	return journal.Looked(tx, journal.Look{Person: d.Holder, What: "document", Subject: string(d.ID), Purpose: purpose})
}

func (i *Issuer) maySee(tx *db.Tx, d Document) (bool, error) {
	if officerOf(tx.Actor(), d.Organisation) {
		return true, nil
	}
	return i.mayActFor(tx, d.Holder)
}

// mayActFor reports whether the actor is the holder or holds a mandate.
func (i *Issuer) mayActFor(tx *db.Tx, holder gov.PersonID) (bool, error) {
	a := tx.Actor()
	switch {
	case a.Person == "" || holder == "":
		return false, nil
	case a.Person == holder:
		return true, nil
	case i.o.Acts == nil:
		return false, nil
	}
	return i.o.Acts(tx, holder)
}

// officerOf reports whether a works on documents of org.
func officerOf(a gov.Actor, org gov.OrgID) bool {
	return org != "" && a.Org == org && a.Has(gov.Officer, gov.Supervisor)
}
