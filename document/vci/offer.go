package vci

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// preAuthorised is the grant of a code that somebody who had signed in was given.
const preAuthorised = "urn:ietf:params:oauth:grant-type:pre-authorized_code"

var (
	errNoOffer = gov.Fail(gov.NotFound, "انتهى هذا العرض أو لا وجود له", "This offer has ended, or there is none")
	errNotFor  = gov.Fail(gov.Conflict, "لا تُضاف هذه الوثيقة إلى المحافظ الآن", "This document does not go into a wallet now")
	errOffers  = gov.Fail(gov.TooMany, "أُنشئت لهذه الوثيقة عروض كثيرة، انتظر عشر دقائق", "Many offers were made for this document; wait ten minutes")
)

// Offer invites a wallet to fetch a document. Whoever has its link also needs
// the transaction code.
type Offer struct {
	ID       string
	Document gov.DocumentID
	Link     string // opens a wallet on the same device; as a QR, on another
	Whole    string // the same with everything in the link itself
	Code     string // the transaction code
	Until    time.Time
	Tries    int  // wrong codes so far
	Used     bool // a wallet has fetched it
	Ended    bool // its time has passed, or too many wrong codes came

	holder gov.PersonID
}

// Offered reports whether a document may go into wallets now.
func (o *Office) Offered(ctx context.Context, d document.Document) (ok bool, err error) {
	if d.State != document.Valid {
		return false, nil
	}
	err = o.DB.Read(ctx, func(tx *db.Tx) error {
		_, def, err := o.Issuer.ForWallet(tx, d.ID)
		ok = err == nil && def.Credential != nil
		return err
	})
	return ok, err
}

// Make makes an offer of a document. Holders, and who acts for them, only. The
// look of somebody who acts is in the holder's access log. Appends wallet.offered.
// Errors: NotFound; Conflict when it is not in force or does not go into wallets;
// TooMany.
func (o *Office) Make(ctx context.Context, id gov.DocumentID) (Offer, error) {
	var x Offer
	err := o.DB.Write(ctx, func(tx *db.Tx) error {
		d, def, err := o.Issuer.ForWallet(tx, id)
		if err != nil {
			return err
		}
		if mine, err := o.mayActFor(tx, d.Holder); err != nil || !mine {
			return cmp.Or[error](err, gov.Fail(gov.NotFound, "لا توجد وثيقة بهذا المعرّف", "There is no such document"))
		}
		if d.State != document.Valid || def.Credential == nil {
			return errNotFor
		}
		if n, err := countOffers(tx, id); err != nil || n >= mostOffers {
			return cmp.Or[error](err, errOffers)
		}
		x = Offer{ID: db.Short(20), Document: id, holder: d.Holder, Until: tx.Now().Add(offerLasts)}
		if err := insertOffer(tx, x); err != nil {
			return err
		}
		if err := lookedForWallet(tx, d); err != nil {
			return err
		}
		return journal.Append(tx, fact("wallet.offered", d, nil))
	})
	if err != nil {
		return Offer{}, err
	}
	return o.Offer(ctx, id, x.ID)
}

// Offer finds an offer of a document again, for its holder or who acts for them.
// Errors: NotFound.
func (o *Office) Offer(ctx context.Context, id gov.DocumentID, offer string) (x Offer, err error) {
	err = o.DB.Read(ctx, func(tx *db.Tx) error {
		var ok bool
		if x, ok, err = offerByID(tx, offer); err != nil || !ok || x.Document != id {
			return cmp.Or[error](err, errNoOffer)
		}
		if mine, err := o.mayActFor(tx, x.holder); err != nil || !mine {
			return cmp.Or[error](err, errNoOffer)
		}
		x.Ended = !tx.Now().Before(x.Until) || x.Tries >= mostTries
		d, def, err := o.Issuer.ForWallet(tx, id)
		if err != nil {
			return err
		}
		whole, err := json.Marshal(o.offered(x.ID, configs(string(d.Service)+"#"+d.Type, def)))
		x.Whole = "openid-credential-offer://?credential_offer=" + url.QueryEscape(string(whole))
		return err
	})
	x.Code = o.txCode(x.ID)
	x.Link = "openid-credential-offer://?credential_offer_uri=" + url.QueryEscape(o.Origin+"/vci/offers/"+x.ID+"."+o.derive("reference", x.ID))
	return x, err
}

// txCode is the transaction code of an offer.
func (o *Office) txCode(id string) string {
	n := binary.BigEndian.Uint64(o.mac("transaction", []byte(id)))
	return fmt.Sprintf("%0*d", codeDigits, n%1_000_000)
}

// preCode is the pre-authorised code of an offer.
func (o *Office) preCode(id string) string { return id + "." + o.derive("pre-authorised", id) }

// offered is an offer as wallets read it (OpenID4VCI §4.1.1).
func (o *Office) offered(id string, configs []string) map[string]any {
	return map[string]any{"credential_issuer": o.Origin, "credential_configuration_ids": configs, "grants": map[string]any{
		preAuthorised: map[string]any{"pre-authorized_code": o.preCode(id), "tx_code": map[string]any{
			"input_mode": "numeric", "length": codeDigits, "description": "The six digits shown on the page of your document / الأرقام الستة في صفحة وثيقتك"}}}}
}

// named splits an id from the proof that it was not guessed.
func (o *Office) named(s, purpose string) (id string, ok bool) {
	id, proof, _ := strings.Cut(s, ".")
	return id, same(proof, o.derive(purpose, id))
}

// offerDocument serves an offer to the wallet that read its link.
func (o *Office) offerDocument(w http.ResponseWriter, r *http.Request) error {
	gone := failure{http.StatusNotFound, "invalid_request", "there is no such offer, or it has ended"}
	id, ok := o.named(r.PathValue("id"), "reference")
	if !ok {
		return gone
	}
	var all []string
	err := o.DB.Read(r.Context(), func(tx *db.Tx) error {
		x, ok, err := offerByID(tx, id)
		if err != nil || !ok || x.Used || x.Tries >= mostTries || !tx.Now().Before(x.Until) {
			return cmp.Or[error](err, gone)
		}
		d, def, err := o.Issuer.ForWallet(tx, x.Document)
		if err == nil {
			all = configs(string(d.Service)+"#"+d.Type, def)
		}
		return err
	})
	if err != nil {
		return err
	}
	answer(w, http.StatusOK, o.offered(id, all))
	return nil
}

// redeem turns a pre-authorised code and its transaction code into grants. A
// wrong transaction code is counted, whatever else happens. Of two wallets that
// come at once, one is served.
func (o *Office) redeem(tx *db.Tx, code, txCode string) (Offer, []grant, error) {
	id, ok := o.named(code, "pre-authorised")
	if !ok {
		return Offer{}, nil, errGrant
	}
	x, ok, err := offerByID(tx, id)
	if err != nil || !ok || x.Used || x.Tries >= mostTries || !tx.Now().Before(x.Until) {
		return x, nil, cmp.Or[error](err, errGrant)
	}
	if txCode == "" {
		return x, nil, bad("invalid_request", "the transaction code is missing")
	}
	if !same(txCode, o.txCode(id)) {
		return x, nil, errWrongCode
	}
	if first, err := useOffer(tx, id); err != nil || !first {
		return x, nil, cmp.Or[error](err, errGrant)
	}
	d, def, err := o.Issuer.ForWallet(tx, x.Document)
	if err != nil {
		return x, nil, err
	}
	var out []grant
	for _, c := range configs(string(d.Service)+"#"+d.Type, def) {
		out = append(out, grant{Config: c, Document: d.ID})
	}
	return x, out, nil
}

var errWrongCode = bad("invalid_grant", "the transaction code is wrong")

func fact(name string, d document.Document, body map[string]any) journal.Fact {
	if body == nil {
		body = map[string]any{}
	}
	body["type"], body["holder"] = d.Type, d.Holder
	return journal.Fact{Name: name, Subject: string(d.ID), Service: d.Service, Organisation: d.Organisation, Channel: d.Channel, Place: d.Place, Version: d.Version, Body: journal.Body(body)}
}
