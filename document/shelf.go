package document

import (
	"cmp"
	"context"
	"iter"
	"math"
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
		return journal.Looked(tx, journal.Look{Person: holder, What: "documents", Subject: string(holder), Purpose: "mandate"})
	})
	return out, err
}

// Everything goes through all documents of a holder, newest first, however many
// there are: for the holder or whoever holds a mandate, whose look is recorded
// once. Documents that do not match their signature come as Altered, without
// claims. Errors: NotFound to anybody else.
func (i *Issuer) Everything(ctx context.Context, holder gov.PersonID) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		at, last, first := int64(math.MaxInt64), "", true
		for {
			var page []Document
			err := i.portion(ctx, holder, first, func(tx *db.Tx) error {
				stored, err := documentsBefore(tx, holder, at, last, mostListed)
				if err == nil {
					page, err = i.openAll(tx, stored)
				}
				return err
			})
			if err != nil {
				yield(Document{}, err)
				return
			}
			for _, d := range page {
				if !yield(d, nil) {
					return
				}
				at, last = db.Millis(d.Issued), string(d.ID)
			}
			if len(page) < mostListed {
				return
			}
			first = false
		}
	}
}

// portion reads some of a holder's documents; the first time, the look of
// somebody else is recorded with it.
func (i *Issuer) portion(ctx context.Context, holder gov.PersonID, first bool, read func(tx *db.Tx) error) error {
	do := func(tx *db.Tx) error {
		if ok, err := i.mayActFor(tx, holder); err != nil || !ok {
			return cmp.Or[error](err, errAbsent)
		}
		return read(tx)
	}
	if !first || gov.ActorFrom(ctx).Person == holder {
		return i.db.Read(ctx, do)
	}
	return i.db.Write(ctx, func(tx *db.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return journal.Looked(tx, journal.Look{Person: holder, What: "documents", Subject: string(holder), Purpose: "mandate"})
	})
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

// seen finds a document, checks that the actor may see it, and records the look
// in the same transaction.
func (i *Issuer) seen(ctx context.Context, find func(*db.Tx) (Document, bool, error)) (d Document, err error) {
	var stored Document
	load := func(tx *db.Tx) (err error) {
		var ok bool
		if stored, ok, err = find(tx); err != nil || !ok {
			return cmp.Or[error](err, errAbsent)
		}
		if ok, err = i.maySee(tx, stored); err != nil || !ok {
			return cmp.Or[error](err, errAbsent)
		}
		return nil
	}
	open := func(tx *db.Tx) (err error) {
		if err = load(tx); err == nil {
			d, err = i.open(tx, stored)
		}
		return err
	}
	if err := i.db.Read(ctx, load); err != nil { // nothing but whose it is
		return Document{}, err
	}
	if gov.ActorFrom(ctx).Person == stored.Holder {
		err = i.db.Read(ctx, open)
		return d, err
	}
	err = i.db.Write(ctx, func(tx *db.Tx) error {
		if err := open(tx); err != nil {
			return err
		}
		return i.looked(tx, d, string(d.Service))
	})
	return d, err
}

func (i *Issuer) looked(tx *db.Tx, d Document, purpose string) error {
	return journal.Looked(tx, journal.Look{Person: d.Holder, What: "document", Subject: string(d.ID), Purpose: purpose, Case: d.Case, Service: d.Service})
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
