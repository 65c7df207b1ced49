package vci

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Asked is what a wallet asks a person for.
type Asked struct {
	ID     string
	Client string // the wallet, as it names itself
	Place  string // where the answer goes: a host or a scheme
	Items  []AskedItem
	Until  time.Time
	// Several says that the wallet can take more than one document of a kind: it asked
	// by details, and is told of each by an identifier of its own.
	Several bool

	params params
}

// AskedItem is one kind of document with those of it that the person holds, or
// that those hold for whom the person acts.
type AskedItem struct {
	Config  string
	Title   gov.Text
	By      gov.Text // who issues it
	Mdoc    bool
	Claims  []gov.Text // what goes into the wallet
	Choices []Choice
}

// Choice is one document.
type Choice struct {
	Document gov.DocumentID
	Number   string
	Title    gov.Text
	Issued   time.Time
	For      gov.Text // whose it is, when it is not the person's own

	held document.Document
}

var errNoRequest = gov.Fail(gov.NotFound, "انتهى طلب المحفظة أو لا وجود له. ابدأ من المحفظة مرة أخرى", "The wallet's request has ended, or there is none. Begin again in the wallet")

// Asked returns what a wallet asks for, with the documents of whoever is signed
// in and of those for whom they act, whose access logs say so. Errors: NotFound; SignIn.
func (o *Office) Asked(ctx context.Context, id string) (a Asked, err error) {
	err = o.DB.Read(ctx, func(tx *db.Tx) (err error) { a, err = o.asked(tx, id); return err })
	if err != nil || len(a.others(gov.ActorFrom(ctx).Person)) == 0 {
		return a, err
	}
	err = o.DB.Write(ctx, func(tx *db.Tx) error {
		if a, err = o.asked(tx, id); err != nil {
			return err
		}
		for _, p := range a.others(tx.Actor().Person) {
			if err := journal.Looked(tx, journal.Look{Person: p, What: "documents", Subject: string(p), Purpose: "wallet"}); err != nil {
				return err
			}
		}
		return nil
	})
	return a, err
}

// others are those but me whose documents stand among the choices.
func (a Asked) others(me gov.PersonID) (out []gov.PersonID) {
	for _, x := range a.Items {
		for _, c := range x.Choices {
			if p := c.held.Holder; p != me && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

func (o *Office) asked(tx *db.Tx, id string) (a Asked, err error) {
	me := tx.Actor().Person
	if me == "" {
		return a, gov.Fail(gov.SignIn, "سجّل الدخول لتتابع", "Sign in to continue")
	}
	p, ok, err := openRequest(tx, id)
	if err != nil || !ok {
		return a, cmp.Or[error](err, errNoRequest)
	}
	a = Asked{ID: id, Client: p.Client, Place: place(p.Redirect), Several: p.Detailed, params: p}
	kinds, err := o.Kinds(tx)
	if err != nil {
		return a, err
	}
	held, err := o.choices(tx, me)
	if err != nil {
		return a, err
	}
	for _, c := range p.Configs {
		at := slices.IndexFunc(kinds, func(k Kind) bool { return slices.Contains(configs(k.ID(), k.Document), c) })
		if at < 0 {
			return a, errNoRequest
		}
		a.Items = append(a.Items, o.item(c, kinds[at], held))
	}
	return a, nil
}

// choices are the documents in force of a person, then of each for whom they act.
func (o *Office) choices(tx *db.Tx, me gov.PersonID) (out []Choice, err error) {
	all := []Ward{{Person: me}}
	if o.Wards != nil {
		more, err := o.Wards(tx)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	for _, w := range all {
		held, err := o.Issuer.HeldNow(tx, w.Person)
		if err != nil {
			return nil, err
		}
		for _, d := range held {
			out = append(out, Choice{Document: d.ID, Number: d.Number, Issued: d.Issued, For: w.Name, held: d})
		}
	}
	return out, nil
}

func (o *Office) item(config string, k Kind, held []Choice) AskedItem {
	x := AskedItem{Config: config, Title: k.Document.Title, By: o.Organisation(k.Organisation), Mdoc: form(config) == document.FormMdoc}
	for _, c := range k.Document.Claims {
		x.Claims = append(x.Claims, c.Label)
	}
	for _, c := range held {
		if c.held.Service == k.Service && c.held.Type == k.Document.ID {
			c.Title = k.Document.Title
			x.Choices = append(x.Choices, c)
		}
	}
	return x
}

// place names where an answer goes.
func place(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil {
		return ""
	}
	return cmp.Or(u.Host, u.Scheme)
}

var (
	errChoose = gov.Fail(gov.Invalid, "اختر وثيقة واحدة على الأقل", "Choose at least one document").At("document")
	errSingle = gov.Fail(gov.Invalid, "تأخذ هذه المحفظة وثيقة واحدة من كل نوع، فاختر واحدة", "This wallet takes one document of each kind: choose one").At("document")
)

// grants are those of the chosen documents that were on offer.
func (o *Office) grants(a Asked, chosen []gov.DocumentID) (out []grant, docs []document.Document, err error) {
	for _, x := range a.Items {
		n := 0
		for _, c := range x.Choices {
			if !slices.Contains(chosen, c.Document) {
				continue
			}
			if n++; n > 1 && !a.Several {
				return nil, nil, errSingle
			}
			g := grant{Config: x.Config, Document: c.Document}
			if a.Several {
				g.Identifier = o.derive("identifier "+x.Config, string(c.Document))
			}
			out, docs = append(out, g), append(docs, c.held)
		}
	}
	if len(out) == 0 {
		err = errChoose
	}
	return out, docs, err
}

// Allow answers a wallet's request with the documents that the person chose, and
// returns the address at which the wallet waits. A request is answered once. That
// somebody else's document is handed over is in its holder's access log. Errors:
// NotFound; Invalid when nothing, or another's, is chosen, or several of one kind
// for a wallet that takes one.
func (o *Office) Allow(ctx context.Context, id string, chosen []gov.DocumentID) (to string, err error) {
	err = o.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := o.asked(tx, id)
		if err != nil {
			return err
		}
		grants, docs, err := o.grants(a, chosen)
		if err != nil {
			return err
		}
		if first, err := answerRequest(tx, id); err != nil || !first {
			return cmp.Or[error](err, errNoRequest)
		}
		for _, d := range docs {
			if err := lookedForWallet(tx, d); err != nil {
				return err
			}
		}
		code := secret()
		to = o.back(a.params, "code", code)
		return insertCode(tx, digest(code), a.params, tx.Actor().Person, grants, tx.Now().Add(codeLasts))
	})
	return to, err
}

// lookedForWallet notes that somebody hands over the document of another.
func lookedForWallet(tx *db.Tx, d document.Document) error {
	if tx.Actor().Person == d.Holder {
		return nil
	}
	return journal.Looked(tx, journal.Look{Person: d.Holder, What: "document", Subject: string(d.ID), Purpose: "wallet", Case: d.Case, Service: d.Service})
}

// Decline tells a wallet that the person said no, and returns the address at
// which it waits. Errors: NotFound.
func (o *Office) Decline(ctx context.Context, id string) (to string, err error) {
	err = o.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := o.asked(tx, id)
		if err != nil {
			return err
		}
		if first, err := answerRequest(tx, id); err != nil || !first {
			return cmp.Or[error](err, errNoRequest)
		}
		to = o.back(a.params, "error", "access_denied")
		return nil
	})
	return to, err
}
