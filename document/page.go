package document

import (
	"context"
	"sync/atomic"
	"time"

	"diwan.example/document/pades"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/timestamp"
)

// How long a page waits for a timestamp, and how long the authority is left alone
// after it did not answer.
const (
	stampWait = 3 * time.Second
	stampRest = 30 * time.Second
)

// What the signature says of itself to whoever opens the page in a reader.
var (
	pageReason = gov.T("صدرت إلكترونيًا", "Issued electronically")
	pageUntold = gov.T("صدرت إلكترونيًا؛ لم تُجب جهة الختم الزمني حين نُزّل هذا الملف", "Issued electronically; the time-stamping authority did not answer when this file was made")
)

// sealPage signs a page with its organisation's key, as PAdES baseline B-T. Where
// the time-stamping authority does not answer the page is signed without it, and
// says so: what was issued, and when, is proven by the signed data inside. Errors:
// Unavailable when the key cannot be opened.
func (i *Issuer) sealPage(ctx context.Context, page []byte, d Document, issuer gov.Text) ([]byte, error) {
	var key Signing
	open := func(tx *db.Tx) (err error) { key, err = i.keys.SigningPage(tx, d.Organisation); return err }
	if err := i.db.Read(ctx, open); err != nil { // a key that is to be made needs a transaction that writes
		if err := i.db.Write(ctx, open); err != nil {
			return nil, err
		}
	}
	s := pades.Signer{Key: key.Signer, Chain: key.Chain, Time: i.db.Now(), Name: both(issuer), Reason: both(pageReason)}
	if i.o.Stamp != nil && i.stamps.ready(i.db.Now()) {
		s.Stamp = i.stamp
		signed, err := pades.Sign(ctx, page, s)
		if err == nil || ctx.Err() != nil || gov.KindOf(err) == gov.Internal {
			return signed, err
		}
		i.stamps.rest(i.db.Now())
	}
	s.Stamp, s.Reason = nil, both(pageUntold)
	return pades.Sign(ctx, page, s)
}

// stamp asks the authority, but not for long.
func (i *Issuer) stamp(ctx context.Context, data []byte) ([]byte, error) {
	ctx, stop := context.WithTimeout(ctx, stampWait)
	defer stop()
	token, err := i.o.Stamp(ctx, data)
	if err != nil && gov.KindOf(err) == gov.Internal {
		err = errTimekeeper.Because(err)
	}
	return token, err
}

var _ timestamp.Stamp = (&Issuer{}).stamp

// breaker leaves an authority alone for a while after it did not answer.
type breaker struct{ until atomic.Int64 }

func (b *breaker) ready(now time.Time) bool { return now.UnixMilli() >= b.until.Load() }
func (b *breaker) rest(now time.Time)       { b.until.Store(now.Add(stampRest).UnixMilli()) }

// both is a text in both languages, for the places of a PDF that have no language.
func both(t gov.Text) string {
	ar, en := t.In(gov.Arabic), t.In(gov.English)
	if ar == en {
		return ar
	}
	return ar + " · " + en
}
