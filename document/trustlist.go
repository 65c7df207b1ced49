package document

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
	"time"

	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/jobs"
	"diwan.example/internal/sign"
	"diwan.example/journal"
)

// A trust list counts for listDays and is made anew when half of them are over,
// or when what it says has changed.
const (
	listDays = 14
	halfList = listDays / 2 * 24 * time.Hour
)

// Entitled is a type of document that an organisation issues.
type Entitled struct {
	Organisation gov.OrgID
	Service      gov.ServiceID
	Type         string
	Version      string
	Since        time.Time
}

// id is the type as the world writes it.
func (e Entitled) id() string { return string(e.Service) + "#" + e.Type }

var errIssuer = gov.Fail(gov.Denied, "هذه الجهة غير مخوّلة إصدار هذا النوع من الوثائق", "This organisation is not entitled to issue this type of document")

// entitle notes, with the first document of a type, that the organisation
// issues it; the next trust list says so. Errors: Denied when it may not.
func (i *Issuer) entitle(tx *db.Tx, d Draft) error {
	e := Entitled{d.Organisation, d.Service, d.Type, d.Version, tx.Now()}
	key := Entitled{d.Organisation, d.Service, d.Type, d.Version, time.Time{}}
	if _, known := i.keys.entitled.Load(key); known {
		return nil
	}
	if i.o.Issues != nil {
		may, err := i.o.Issues(tx, d.Service, d.Version, d.Organisation)
		if err != nil || !may {
			return cmp.Or[error](err, errIssuer)
		}
	}
	tx.After(func() { i.keys.entitled.Store(key, true) })
	return insertEntitled(tx, e)
}

// Publish makes the next number of the trust list when what it says has changed
// or half of its time is over, and returns the newest. Repeatable, on all nodes.
// Appends document.trust_listed. Errors: Unavailable when the root cannot sign.
func (k *Keys) Publish(ctx context.Context) (jws []byte, err error) {
	err = k.db.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		jws, err = k.publish(tx)
		return err
	})
	return jws, err
}

func (k *Keys) publish(tx *db.Tx) ([]byte, error) {
	last, _, err := newestTrust(tx)
	if err != nil {
		return nil, err
	}
	list, err := k.list(tx, last.jws)
	if err != nil {
		return nil, err
	}
	raw, err := sign.Canonical(list)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	content := base64.RawURLEncoding.EncodeToString(sum[:])
	if last.content == content && tx.Now().Before(last.next.Add(-halfList)) {
		return last.jws, nil
	}
	root, err := k.active(tx, k.o.Authority, KeyRoot)
	if err != nil {
		return nil, err
	}
	chain, err := k.rootPath(tx, root)
	if err != nil {
		return nil, err
	}
	fresh := stored{number: last.number + 1, issued: tx.Now(), next: tx.Now().AddDate(0, 0, listDays), content: content}
	list.Number, list.Issued, list.Next = fresh.number, trust.At(fresh.issued), trust.At(fresh.next)
	if last.number > 0 {
		list.Previous = trust.Digest(last.jws)
	}
	if fresh.jws, err = trust.Sign(root.Signer, chain, list); err != nil {
		return nil, err
	}
	if done, err := insertTrust(tx, fresh); err != nil || !done { // another node was faster
		last, _, err := newestTrust(tx)
		return last.jws, err
	}
	return fresh.jws, journal.Append(tx, journal.Fact{Name: "document.trust_listed", Subject: "trust-list", Organisation: k.o.Authority,
		Body: journal.Body(map[string]any{"number": fresh.number, "digest": trust.Digest(fresh.jws)})})
}

// rootPath leads from the root that signs to the oldest one.
func (k *Keys) rootPath(tx *db.Tx, root Signing) (chain []*x509.Certificate, err error) {
	roots, err := rootKeys(tx, k.o.Authority)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(roots, func(x Key) bool { return x.ID == root.ID })
	for at >= 0 && len(chain) < len(roots) {
		crossed := readCertificate(roots[at].crossed)
		if crossed == nil {
			return append(chain, roots[at].Certificate), nil
		}
		chain = append(chain, crossed)
		at = slices.IndexFunc(roots, func(x Key) bool {
			return x.Certificate != nil && bytes.Equal(x.Certificate.SubjectKeyId, crossed.AuthorityKeyId)
		})
	}
	return chain, nil
}

// list says what is so now, without number and time. A key that nothing vouches
// for stops it when the list of before had it, and is left out otherwise: somebody
// has slipped it into the table.
func (k *Keys) list(tx *db.Tx, before []byte) (*trust.List, error) {
	if _, err := k.active(tx, k.o.Authority, KeyRoot); err != nil {
		return nil, err
	}
	keys, err := allKeys(tx)
	if err != nil {
		return nil, err
	}
	issues, err := allEntitled(tx)
	if err != nil {
		return nil, err
	}
	l := &trust.List{Format: 1, Authority: trust.Organisation{ID: string(k.o.Authority)}, Roots: []trust.Key{}, Entities: []trust.Entity{}, Types: []trust.Type{}}
	if k.o.Zone != nil && k.o.Zone != time.Local {
		l.Zone = k.o.Zone.String()
	}
	if l.Authority.Name, err = k.o.named(tx, k.o.Authority); err != nil {
		return nil, err
	}
	last, _ := trust.Peek(before)
	for _, key := range keys {
		if key.Role == KeyTime {
			continue // its certificate stands under timestamp
		}
		if err := k.enter(tx, l, key, issues); err != nil && (gov.KindOf(err) != gov.Unavailable || last.Names(key.ID)) {
			return nil, err
		}
	}
	if l.Log, err = k.publicLog(tx); err != nil {
		return nil, err
	}
	clocks, err := k.Clocks(tx)
	if err != nil {
		return nil, err
	}
	l.Timestamp = trust.Texts(clocks)
	return l, k.enterTypes(tx, l, issues)
}

// publicLog is the log that documents are entered into.
func (k *Keys) publicLog(tx *db.Tx) (*trust.Log, error) {
	if k.o.Public == nil {
		return nil, nil
	}
	keys, err := k.o.Public.Keys(tx)
	if gov.KindOf(err) == gov.NotFound {
		return nil, nil // nothing was ever taken in
	}
	if err != nil {
		return nil, err
	}
	return &trust.Log{Origin: keys.Origin(), Key: keys.Log}, nil
}

// enter writes one key into the list, once it is proven to be ours.
func (k *Keys) enter(tx *db.Tx, l *trust.List, key Key, issues []Entitled) error {
	s, err := k.vouched(tx, key)
	if err != nil {
		return err
	}
	out := key.entry()
	out.X5C = trust.Texts(s)
	if out.JWK, err = sign.PublicJWK(key.ID, s[0].PublicKey); err != nil {
		return err
	}
	if key.Role == KeyRoot {
		l.Roots = append(l.Roots, out)
		return nil
	}
	for _, e := range issues {
		if e.Organisation == key.Organisation && !slices.Contains(out.Types, e.id()) {
			out.Types = append(out.Types, e.id())
		}
	}
	if n := len(l.Entities); n > 0 && l.Entities[n-1].ID == string(key.Organisation) {
		l.Entities[n-1].Keys = append(l.Entities[n-1].Keys, out)
		return nil
	}
	name, err := k.o.named(tx, key.Organisation)
	l.Entities = append(l.Entities, trust.Entity{Organisation: trust.Organisation{ID: string(key.Organisation), Name: name}, Keys: []trust.Key{out}})
	return err
}

// vouched returns a key's certificates after the vault vouched for the key and
// the root for the certificate. A retired key need not be ready to sign.
func (k *Keys) vouched(tx *db.Tx, key Key) ([]*x509.Certificate, error) {
	s, err := k.signing(tx, key)
	return s.Chain, err
}

// entry is what the list says of a key, except its types and certificates.
func (k Key) entry() trust.Key {
	out := trust.Key{ID: k.ID, State: trust.State(k.State), From: trust.At(k.Created), Ended: trust.At(k.Ended), Reason: k.Reason, Since: trust.At(k.Since)}
	if k.Role == KeyPage {
		out.Use = "pdf"
	}
	if k.Certificate != nil {
		out.Until = trust.At(k.Certificate.NotAfter)
	}
	return out
}

// enterTypes describes the types, each by the version issued last.
func (k *Keys) enterTypes(tx *db.Tx, l *trust.List, issues []Entitled) error {
	newest := map[string]Entitled{}
	issuers := map[string][]string{}
	for _, e := range issues {
		if have, ok := newest[e.id()]; !ok || e.Since.After(have.Since) {
			newest[e.id()] = e
		}
		if !slices.Contains(issuers[e.id()], string(e.Organisation)) {
			issuers[e.id()] = append(issuers[e.id()], string(e.Organisation))
		}
	}
	for id, e := range newest {
		def, err := k.o.Types(tx, e.Service, e.Version, e.Type)
		if err != nil || def == nil {
			continue // a pack that cannot be read any more: the name is left out, not the list
		}
		t := trust.Type{ID: id, Version: e.Version, Title: def.Title, Issuers: issuers[id], Claims: []trust.Claim{}}
		for _, c := range def.Claims {
			t.Claims = append(t.Claims, described(c.Name, c.Label, questionOf(c)))
		}
		l.Types = append(l.Types, t)
	}
	slices.SortFunc(l.Types, func(a, b trust.Type) int { return strings.Compare(a.ID, b.ID) })
	return nil
}

// mostOptions is how many values of a choice the trust list explains: it travels
// with every page.
const mostOptions = 200

// described is what the trust list says of a statement, or of one in a group.
func described(name string, label gov.Text, q form.Question) trust.Claim {
	out := trust.Claim{Name: name, Label: label, Kind: string(q.Kind)}
	if len(q.Options) <= mostOptions {
		for _, o := range q.Options {
			out.Options = append(out.Options, trust.Option{Value: o.Value, Label: o.Label})
		}
	}
	for _, inner := range q.Questions {
		out.Claims = append(out.Claims, described(inner.Name, inner.Label, inner))
	}
	return out
}

var errNoTrust = gov.Fail(gov.NotFound, "لا توجد قائمة ثقة بهذا الرقم", "There is no trust list of this number")

// Listed returns one number of the trust list as it was signed. Errors: NotFound.
func (k *Keys) Listed(ctx context.Context, number int64) (jws []byte, err error) {
	err = k.db.Read(ctx, func(tx *db.Tx) error {
		s, ok, err := trustByNumber(tx, number)
		if err == nil && !ok {
			err = errNoTrust
		}
		jws = s.jws
		return err
	})
	return jws, err
}

// Newest returns the newest trust list and its signed text; it is made when none
// is there or the time of the last is half over. Changes of keys are in it as soon
// as they have happened, what is issued for the first time within a minute.
func (k *Keys) Newest(ctx context.Context) (list *trust.List, jws []byte, err error) {
	var last stored
	err = k.db.Read(ctx, func(tx *db.Tx) (err error) { last, _, err = newestTrust(tx); return err })
	if jws = last.jws; err == nil && !k.db.Now().Before(last.next.Add(-halfList)) {
		if jws, err = k.Publish(ctx); err != nil && k.db.Now().Before(last.next) {
			jws, err = last.jws, nil // the root is away; the last one still counts
		}
	}
	if err != nil {
		return nil, nil, err
	}
	roots, err := k.Roots(ctx)
	if err != nil {
		return nil, nil, err
	}
	list, err = trust.Past(jws, roots)
	return list, jws, err
}

// Roots are the certificates of the authority's roots that were not revoked,
// the active one first: what others pin.
func (k *Keys) Roots(ctx context.Context) (out []*x509.Certificate, err error) {
	err = k.db.Read(ctx, func(tx *db.Tx) error {
		all, err := rootKeys(tx, k.o.Authority)
		for _, key := range all {
			if key.State != KeyRevoked && key.Certificate != nil {
				out = append(out, key.Certificate)
			}
		}
		return err
	})
	return out, err
}

// RevokedCertificates is the list of revoked certificates (CRL) for programs
// that ask for one, in DER. Source: RFC 5280 §5.
func (k *Keys) RevokedCertificates(ctx context.Context) (der []byte, err error) {
	err = k.db.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		root, err := k.active(tx, k.o.Authority, KeyRoot)
		if err != nil {
			return err
		}
		all, err := allKeys(tx)
		if err != nil {
			return err
		}
		form := &x509.RevocationList{Number: big.NewInt(tx.Millis()), ThisUpdate: tx.Now(), NextUpdate: tx.Now().AddDate(0, 0, listDays)}
		for _, key := range all {
			if key.State == KeyRevoked && key.Certificate != nil && bytes.Equal(key.Certificate.AuthorityKeyId, root.Chain[0].SubjectKeyId) {
				form.RevokedCertificateEntries = append(form.RevokedCertificateEntries, x509.RevocationListEntry{
					SerialNumber: key.Certificate.SerialNumber, RevocationTime: key.Ended, ReasonCode: reasonCodes[key.Reason]})
			}
		}
		der, err = x509.CreateRevocationList(rand.Reader, form, root.Chain[0], root.Signer)
		return err
	})
	return der, err
}

// reasonCodes are those of RFC 5280 §5.3.1.
var reasonCodes = map[trust.Reason]int{trust.Compromise: 1, trust.Superseded: 4, trust.Cessation: 5}

// publishJob keeps the trust list up to date with what is issued, and in time.
const publishJob = "document.publish"

// Jobs are what keeps the trust list: it is looked at every minute.
func (k *Keys) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{publishJob: {Do: func(tx *db.Tx, _ jobs.Job) error {
		if _, err := k.publish(tx); err != nil && gov.KindOf(err) != gov.Unavailable {
			return err
		}
		return schedulePublish(tx, time.Minute)
	}}}
}

// Start schedules the first look.
func (k *Keys) Start(tx *db.Tx) error { return schedulePublish(tx, 0) }

func schedulePublish(tx *db.Tx, in time.Duration) error {
	return jobs.Schedule(tx, jobs.Job{Kind: publishJob, Key: "list", At: tx.Now().Add(in)})
}
