package document

import (
	"cmp"
	"context"
	"strings"
	"time"

	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
	"diwan.example/internal/translog"
)

// LogDomain is what the entries of documents in the public log begin with, see
// merkle.Commit. The kind is LogIssued with the token as the record, or what
// became of the document with a record of its own.
const (
	LogDomain = verdict.LogDomain
	LogIssued = verdict.LogIssued
)

// Standing is a document's place in the public log.
type Standing struct {
	Since time.Time    // when it was taken in; zero: it waits, usually for less than a second
	Proof merkle.Proof // complete but for the record, which is the token; empty while it waits
	Keys  merkle.Keys  // by which the log is known
}

// Standing proves that a document stands in the public log, for those who may see
// the document; the look is recorded as for Get. Errors: as Get; NotFound when the
// document stands in no log.
func (i *Issuer) Standing(ctx context.Context, id gov.DocumentID) (s Standing, err error) {
	d, err := i.Get(ctx, id)
	if err != nil {
		return s, err
	}
	err = i.db.Read(ctx, func(tx *db.Tx) error { s, err = i.Proof(tx, d); return err })
	return s, err
}

// Proof proves that a document stands in the public log. The caller has decided
// that the document may be seen. Errors: NotFound when it stands in no log.
func (i *Issuer) Proof(tx *db.Tx, d Document) (s Standing, err error) {
	if i.o.Public == nil || len(d.salt) == 0 {
		return s, errUnlogged
	}
	if s.Keys, err = i.o.Public.Keys(tx); gov.KindOf(err) == gov.NotFound {
		return s, nil // nothing was ever taken in
	}
	if err != nil {
		return s, err
	}
	o := merkle.Opening{Domain: LogDomain, Kind: LogIssued, Salt: d.salt}
	p, since, ok, err := i.o.Public.Proof(tx, o.Entry(d.Token))
	if err != nil || !ok {
		return s, err
	}
	p.Extra = o.Extra()
	s.Since, s.Proof = since, p
	return s, nil
}

// Salt hides what the document's entry in the public log commits to. It may be
// given to whoever may see the document; empty for one that stands in no log.
func (d Document) Salt() []byte { return d.salt }

var errUnlogged = gov.Fail(gov.NotFound, "هذه الوثيقة ليست في السجل العام", "This document does not stand in the public log")

// salt is fresh for every document, where there is a log.
func (i *Issuer) salt() []byte {
	if i.o.Public == nil {
		return nil
	}
	return translog.NewSalt()
}

func (d Document) entry() merkle.Entry {
	return merkle.Commit(LogDomain, d.salt, LogIssued, []byte(d.Token))
}

// logIssued enters a document that has just been issued.
func (i *Issuer) logIssued(tx *db.Tx, d Document) error {
	if i.o.Public == nil {
		return nil
	}
	return i.o.Public.Append(tx, d.entry())
}

// ending is what is entered when the state of a document changes.
type ending struct {
	Document string `json:"document"`
	From     State  `json:"from"`
	To       State  `json:"to"`
	By       string `json:"by,omitempty"` // the document that replaces it
	At       int64  `json:"at"`
}

// logMoved enters what became of a document.
func (i *Issuer) logMoved(tx *db.Tx, d Document, to State, by gov.DocumentID) error {
	if i.o.Public == nil {
		return nil
	}
	kind := string(to)
	if to == Valid {
		kind = "resumed"
	}
	return i.o.Public.Enter(tx, translog.Record{Domain: LogDomain, Subject: string(d.ID), Kind: kind},
		ending{string(d.ID), d.State, to, string(by), tx.Millis()})
}

// loggedSince says since when a document stands in the public log.
func (i *Issuer) loggedSince(tx *db.Tx, d Document) (time.Time, error) {
	if i.o.Public == nil || len(d.salt) == 0 {
		return time.Time{}, nil
	}
	return i.o.Public.Stands(tx, d.entry())
}

// EnterEarlier enters documents that were issued before there was a public log,
// and returns how many. It may run beside everything else, on several nodes.
func (i *Issuer) EnterEarlier(ctx context.Context) (n int, err error) {
	if i.o.Public == nil {
		return 0, nil
	}
	ctx = gov.WithActor(ctx, gov.System)
	for {
		var some []Document
		err := i.db.Read(ctx, func(tx *db.Tx) (err error) { some, err = documentsWithoutSalt(tx, 200); return err })
		if err != nil || len(some) == 0 {
			return n, err
		}
		err = i.db.Write(ctx, func(tx *db.Tx) error {
			for _, d := range some {
				d.salt = translog.NewSalt()
				first, err := saltDocument(tx, d.ID, d.salt)
				if err == nil && first {
					err = i.logEarlier(tx, d)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		n += len(some)
	}
}

// logEarlier enters a document with what has become of it.
func (i *Issuer) logEarlier(tx *db.Tx, d Document) error {
	if err := i.logIssued(tx, d); err != nil || d.State == Valid {
		return err
	}
	to := d.State
	d.State = Valid
	return i.logMoved(tx, d, to, d.ReplacedBy)
}

// File is the proof with the document itself, complete for whoever gets it: it
// says all that the document says.
func (s Standing) File(d Document) string {
	p := s.Proof
	p.Extra = merkle.Opening{Domain: LogDomain, Kind: LogIssued, Salt: d.salt, Record: d.Token}.Extra()
	return p.Text()
}

// ProofOf is Standing by the number that people read, for operators' tools: it
// says nothing of the document but where it stands. The look is in the holder's
// access log. Errors: NotFound.
func (i *Issuer) ProofOf(ctx context.Context, number string) (s Standing, err error) {
	err = i.db.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		d, ok, err := documentByNumber(tx, strings.ToUpper(strings.TrimSpace(gov.Digits(number))))
		if err != nil || !ok {
			return cmp.Or[error](err, errAbsent)
		}
		if err := i.looked(tx, d, "log"); err != nil {
			return err
		}
		s, err = i.Proof(tx, d)
		return err
	})
	return s, err
}
