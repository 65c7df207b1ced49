package document

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
	"time"

	"diwan.example/document/statuslist"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// What lists are for: the documents themselves, and their copies in wallets.
const (
	forDocuments = "document"
	forCopies    = "copy"
)

const (
	statusTTL   = 5 * time.Minute // how long a copy of a list may be kept
	statusValid = 24 * time.Hour  // how long it says anything at all
	mostTries   = 16              // taken places in a row: the list is half full, and the next begins
)

// place chooses a free place at random in the list that org fills now, so that
// neither the order nor the number of documents can be read from it. The place
// is not taken until somebody stores it.
func (i *Issuer) place(tx *db.Tx, org gov.OrgID, purpose string) (l statusPage, index int, err error) {
	l, ok, err := newestList(tx, org, purpose)
	if err == nil && !ok {
		l, err = nextList(tx, statusPage{Org: org, Purpose: purpose})
	}
	for range mostTries {
		if err != nil {
			return l, 0, err
		}
		index = randomPlace()
		var taken bool
		if taken, err = placeTaken(tx, l, index); err == nil && !taken {
			return l, index, nil
		}
	}
	l, err = nextList(tx, l)
	return l, randomPlace(), err
}

func randomPlace() int {
	var b [4]byte
	rand.Read(b[:])
	return int(binary.BigEndian.Uint32(b[:]) % statuslist.Size)
}

// nextList opens the list after l.
func nextList(tx *db.Tx, l statusPage) (statusPage, error) {
	l.Number, l.Version = l.Number+1, 0
	l.ID = fmt.Sprintf("%s-%d", l.Org, l.Number)
	if l.Purpose == forCopies {
		l.ID = fmt.Sprintf("%s-w%d", l.Org, l.Number)
	}
	return l, insertList(tx, l)
}

// reference is a place as documents name it.
func (i *Issuer) reference(list string, index int) statuslist.Reference {
	return statuslist.Reference{List: statuslist.Place{Index: index, URI: i.statusURI(list)}}
}

func (i *Issuer) statusURI(list string) string { return i.o.BaseURL + "/status/" + list }

// takes gives d and p a place in a list.
func (i *Issuer) takes(tx *db.Tx, d *Document, p *payload) error {
	l, index, err := i.place(tx, gov.OrgID(p.Issuer), forDocuments)
	if err != nil {
		return err
	}
	at := i.reference(l.ID, index)
	d.list, d.index, p.Status = l.ID, int64(index), &at
	return nil
}

// stands reports whether the stored place is the one that was signed. Documents
// from before lists have none.
func (d Document) stands(p payload) bool {
	return p.Status == nil || strings.HasSuffix(p.Status.List.URI, "/status/"+d.list) && int64(p.Status.List.Index) == d.index
}

// Copy gives a copy of a document, such as one that goes into a wallet, a place
// of its own, so that it can be withdrawn alone and two copies cannot be told to
// be of one document. The caller has decided that the copy may be made.
func (i *Issuer) Copy(tx *db.Tx, d Document) (ref statuslist.Reference, err error) {
	for done := false; !done; { // a place is taken under us once in a very long while
		l, index, err := i.place(tx, d.Organisation, forCopies)
		if err != nil {
			return ref, err
		}
		if done, err = insertCopy(tx, l.ID, index, d.ID); err != nil {
			return ref, err
		}
		ref = i.reference(l.ID, index)
	}
	return ref, nil
}

// Withdraw ends a copy made by Copy. Ending it twice is no error. The caller has
// decided that it may be ended.
func (i *Issuer) Withdraw(tx *db.Tx, ref statuslist.Reference) error {
	list := ref.List.URI[strings.LastIndexByte(ref.List.URI, '/')+1:]
	done, err := withdrawCopy(tx, list, ref.List.Index)
	if err != nil || !done {
		return err
	}
	return touchList(tx, list)
}

// StatusList is a signed list as it is served.
type StatusList struct {
	JWT  string
	CWT  []byte
	ETag string
	TTL  time.Duration
}

// served is a list kept by this node until it changes or has to be signed again.
type served struct {
	sync.Mutex
	version int64
	built   bool
	token   statuslist.Token
	signed  StatusList
}

var errNoList = gov.Fail(gov.NotFound, "لا توجد قائمة حالات بهذا الاسم", "There is no status list of this name")

// StatusList returns one of the lists, signed with the key of its organisation.
// What it says is never older than the last change. Anybody may have it.
// Errors: NotFound; Unavailable when the key cannot be opened.
func (i *Issuer) StatusList(ctx context.Context, id string) (out StatusList, err error) {
	var l statusPage
	err = i.db.Read(ctx, func(tx *db.Tx) error {
		var ok bool
		if l, ok, err = listByID(tx, id); err == nil && !ok {
			err = errNoList
		}
		return err
	})
	if err != nil {
		return out, err
	}
	kept, _ := i.lists.LoadOrStore(id, &served{})
	s := kept.(*served)
	s.Lock()
	defer s.Unlock()
	if err := i.rebuild(ctx, s, l); err != nil {
		return out, err
	}
	if i.db.Now().Sub(s.token.Issued) >= statusTTL || s.signed.JWT == "" {
		err = i.signList(ctx, s, l)
	}
	return s.signed, err
}

// StatusLists are the addresses of all lists, for whoever keeps them all.
func (i *Issuer) StatusLists(ctx context.Context) (out []string, err error) {
	out = []string{}
	err = i.db.Read(ctx, func(tx *db.Tx) error {
		all, err := allLists(tx)
		for _, id := range all {
			out = append(out, i.statusURI(id))
		}
		return err
	})
	return out, err
}

// rebuild reads the list again when it has changed.
func (i *Issuer) rebuild(ctx context.Context, s *served, l statusPage) error {
	if s.built && s.version >= l.Version {
		return nil
	}
	var ended []standing
	err := i.db.Read(ctx, func(tx *db.Tx) (err error) {
		if l, _, err = listByID(tx, l.ID); err == nil { // first the version, then what is at least as new
			ended, err = standings(tx, l)
		}
		return err
	})
	if err != nil {
		return err
	}
	list := statuslist.New(statuslist.Size)
	for _, x := range ended {
		list.Set(x.index, x.status)
	}
	s.version, s.built, s.signed = l.Version, true, StatusList{}
	s.token = statuslist.Token{Subject: i.statusURI(l.ID), TTL: statusTTL, List: list}
	return nil
}

func (i *Issuer) signList(ctx context.Context, s *served, l statusPage) error {
	var signing Signing
	err := i.db.Write(ctx, func(tx *db.Tx) (err error) { // a key is made when the last one was revoked
		signing, err = i.keys.Signing(tx, l.Org)
		return err
	})
	if err != nil {
		return err
	}
	key := statuslist.Key{ID: signing.ID, Signer: signing.Signer, Chain: signing.Chain}
	s.token.Issued = i.db.Now().Truncate(time.Second)
	s.token.Expires = s.token.Issued.Add(statusValid)
	made := StatusList{TTL: statusTTL}
	if made.JWT, err = s.token.JWT(key); err != nil {
		return err
	}
	if made.CWT, err = s.token.CWT(key); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(made.JWT))
	made.ETag = base64.RawURLEncoding.EncodeToString(sum[:12])
	s.signed = made
	return nil
}
