package document

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"sync"
	"time"

	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// How long certificates last. What an issuing key signed counts on after its
// certificate has ended; it only signs no more.
const (
	rootYears    = 25
	issuingYears = 3
	early        = 24 * time.Hour // a key is renewed this much before its certificate ends
	clockSkew    = time.Hour      // certificates begin this much before they are made
)

// Signing is a key ready to sign with.
type Signing struct {
	ID           string // kid
	Organisation gov.OrgID
	Signer       crypto.Signer
	Chain        []*x509.Certificate // the key's own certificate first, the authority's root last
}

var (
	errRootEnds = gov.Fail(gov.Unavailable, "انتهت شهادة الجذر، ولا تصدر وثيقة حتى يُنشأ جذر جديد بمراسم", "The root's certificate has ended; nothing is issued until a ceremony makes a new root")
	errChain    = gov.Fail(gov.Unavailable, "شهادة مفتاح التوقيع ليست له أو لا تصل إلى جذر الجهة المعتمدة", "The signing key's certificate is another key's, or does not lead to the authority's root")
)

// Signing returns org's active ES256 key with its certificates. The key, its
// certificate and the authority's root are made when they are first needed, and
// a key whose certificate ends is retired and followed by a new one: tx must
// then be one that writes. Errors: Unavailable when a key cannot be opened, is
// not the one that was certified, or no root can certify one.
func (k *Keys) Signing(tx *db.Tx, org gov.OrgID) (Signing, error) {
	s, err := k.active(tx, org, KeyIssues)
	if err != nil || tx.Now().Before(s.Chain[0].NotAfter.Add(-early)) {
		return s, err
	}
	old, ok, err := activeKey(tx, org, KeyIssues)
	if err == nil && ok && old.ID == s.ID {
		err = k.end(tx, old, KeyRetired)
	}
	if err != nil {
		return Signing{}, err
	}
	if s, err = k.active(tx, org, KeyIssues); err == nil && !tx.Now().Before(s.Chain[0].NotAfter) {
		err = errRootEnds
	}
	return s, err
}

// active returns the active key of org for role, made if need be.
func (k *Keys) active(tx *db.Tx, org gov.OrgID, role KeyRole) (Signing, error) {
	key, ok, err := activeKey(tx, org, role)
	if err == nil && !ok {
		key, err = k.create(tx, org, role)
	}
	if err != nil {
		return Signing{}, err
	}
	return k.signing(tx, key)
}

// signing opens a key and checks that its certificate is its own and leads to
// the authority's root.
func (k *Keys) signing(tx *db.Tx, key Key) (s Signing, err error) {
	if key.Certificate == nil {
		if key, err = k.certify(tx, key); err != nil {
			return s, err
		}
	}
	at := key.bound() + " " + key.sealed + " " + string(key.Certificate.Raw)
	if s, ok := k.ready.Load(at); ok {
		return s.(Signing), nil
	}
	s = Signing{ID: key.ID, Organisation: key.Organisation, Chain: []*x509.Certificate{key.Certificate}}
	if s.Signer, err = k.unseal(key); err != nil {
		return s, err
	}
	if key.Role != KeyRoot {
		root, err := k.rootOf(tx, key)
		if err != nil {
			return s, err
		}
		s.Chain = append(s.Chain, root.Certificate)
	}
	if err := whole509(s); err != nil {
		return s, errChain.Because(err)
	}
	k.ready.Store(at, s)
	return s, nil
}

// whole509 checks a key against its certificates.
func whole509(s Signing) error {
	pub, ok := s.Chain[0].PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !pub.Equal(s.Signer.Public()) {
		return errors.New("the certificate is of another key")
	}
	if s.Chain[0].Subject.SerialNumber != s.ID {
		return errors.New("the certificate names another key")
	}
	return s.Chain[0].CheckSignatureFrom(s.Chain[len(s.Chain)-1])
}

// rootOf is the root that certified key, vouched for by the vault.
func (k *Keys) rootOf(tx *db.Tx, key Key) (Key, error) {
	root, ok, err := keyByID(tx, key.Issuer)
	if err != nil {
		return root, err
	}
	if !ok || root.Role != KeyRoot || root.Organisation != k.o.Authority || root.Certificate == nil {
		return root, errChain.Because(errors.New("no root certified it"))
	}
	pub, err := k.public(root)
	if err != nil {
		return root, err
	}
	if !pub.Equal(root.Certificate.PublicKey) {
		return root, errChain.Because(errors.New("the root's certificate is of another key"))
	}
	return root, nil
}

// certify gives a key its certificate. Another transaction may be faster; the
// key comes back as it is then.
func (k *Keys) certify(tx *db.Tx, key Key) (Key, error) {
	signer, err := k.unseal(key)
	if err != nil {
		return key, err
	}
	subject, err := k.subject(tx, key)
	if err != nil {
		return key, err
	}
	var made *x509.Certificate
	issuer := key.ID
	if key.Role == KeyRoot {
		made, err = k.certifyRoot(tx, signer, subject)
	} else {
		made, issuer, err = k.certifyIssuer(tx, key, signer.Public(), subject)
	}
	if err != nil {
		return key, err
	}
	if done, err := certifyKey(tx, key.ID, "", base64.StdEncoding.EncodeToString(made.Raw), issuer); err != nil || !done {
		return again(tx, key, err)
	}
	key.Certificate, key.Issuer = made, issuer
	return key, journal.Append(tx, journal.Fact{Name: "document.key_certified", Subject: key.ID, Organisation: key.Organisation,
		Body: journal.Body(map[string]any{"by": issuer, "fingerprint": trust.Fingerprint(made)})})
}

// again reads a key that another transaction has certified meanwhile.
func again(tx *db.Tx, key Key, err error) (Key, error) {
	if err != nil {
		return key, err
	}
	fresh, ok, err := keyByID(tx, key.ID)
	if err == nil && (!ok || fresh.Certificate == nil) {
		err = errChain
	}
	return fresh, err
}

// certifyRoot: a root reaches back to the first key, so that documents older
// than the root lead to it too.
func (k *Keys) certifyRoot(tx *db.Tx, signer crypto.Signer, s trust.Subject) (*x509.Certificate, error) {
	from, err := firstKey(tx)
	if err != nil {
		return nil, err
	}
	if from.IsZero() || from.After(tx.Now()) {
		from = tx.Now()
	}
	return trust.Root(signer, s, from.Add(-clockSkew), tx.Now().AddDate(rootYears, 0, 0))
}

func (k *Keys) certifyIssuer(tx *db.Tx, key Key, pub crypto.PublicKey, s trust.Subject) (*x509.Certificate, string, error) {
	root, err := k.active(tx, k.o.Authority, KeyRoot)
	if err != nil {
		return nil, "", err
	}
	if !tx.Now().Before(root.Chain[0].NotAfter) {
		return nil, "", errRootEnds
	}
	until := key.Created.AddDate(issuingYears, 0, 0)
	if key.State == KeyActive {
		until = tx.Now().AddDate(issuingYears, 0, 0)
	}
	made, err := trust.Certify(root.Signer, root.Chain[0], pub, s, key.Created.Add(-clockSkew), until)
	return made, root.ID, err
}

func (k *Keys) subject(tx *db.Tx, key Key) (s trust.Subject, err error) {
	s = trust.Subject{Key: key.ID, Country: k.o.Country}
	if s.Name, err = k.o.named(tx, key.Organisation); err == nil && k.o.BaseURL != "" {
		s.Lists = k.o.BaseURL + RevokedPath
	}
	return s, err
}

// RevokedPath is where the list of revoked certificates (CRL) stands.
const RevokedPath = "/.well-known/diwan-keys.crl"

// Prepare gives every key made before there were certificates its own, so that
// reading transactions find them. Repeatable.
func (k *Keys) Prepare(ctx context.Context) error {
	return k.db.Write(ctx, func(tx *db.Tx) error {
		all, err := allKeys(tx)
		if err != nil {
			return err
		}
		for _, key := range all {
			if key.Certificate != nil || key.Role == KeyTime {
				continue
			}
			if _, err := k.certify(tx, key); err != nil {
				return err
			}
		}
		return nil
	})
}

// certificates are those read before: every document asks for its key's.
var certificates sync.Map // text → *x509.Certificate

// readCertificate returns nil for what is none; nothing is signed with it then.
func readCertificate(text string) *x509.Certificate {
	if c, ok := certificates.Load(text); ok {
		return c.(*x509.Certificate)
	}
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	certificates.Store(text, c)
	return c
}
