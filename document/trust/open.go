package trust

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/sign"
)

// Type of a list's signed token (its header's typ).
const tokenType = "diwan-trust-list+jws"

// longest is how many bytes a list may have: some thousand keys.
const longest = 16 << 20

var (
	errList   = gov.Fail(gov.Invalid, "ليست قائمة ثقة مقروءة", "This is not a trust list that can be read")
	errForged = gov.Fail(gov.Denied, "قائمة الثقة لم توقّعها الجهة المعتمدة، أو غُيّرت بعد توقيعها", "The trust list was not signed by the authority that is trusted here, or was changed since")
	errRoot   = gov.Fail(gov.Denied, "شهادة الجذر التي وقّعت قائمة الثقة لم تكن سارية حين وُقّعت", "The root that signed the trust list was not valid when it did")
	errStale  = gov.Fail(gov.Unavailable, "انتهت مدة قائمة الثقة هذه؛ احصل على أحدث منها", "This trust list has run out; get a newer one")
	errFuture = gov.Fail(gov.Unavailable, "قائمة الثقة مؤرخة في المستقبل؛ تحقق من ساعة هذا الجهاز", "The trust list is dated in the future; check this machine's clock")
	errBack   = gov.Fail(gov.Conflict, "قائمة الثقة هذه أقدم من التي عُرفت من قبل", "This trust list is older than one already known")
	errFork   = gov.Fail(gov.Conflict, "قائمتا ثقة مختلفتان في تسلسل واحد: لا يُعتدّ بأي منهما حتى يُعرف السبب", "Two trust lists contradict each other: rely on neither until it is known why")
)

// header is the protected header of a list.
type header struct {
	Alg string   `json:"alg"`
	Typ string   `json:"typ"`
	X5C []string `json:"x5c"`
}

var b64 = base64.RawURLEncoding.Strict()

// Sign signs a list with a root of the authority. chain begins with the root's
// certificate, or with those that lead from it to older roots.
func Sign(key crypto.Signer, chain []*x509.Certificate, l *List) ([]byte, error) {
	head, err1 := sign.Canonical(header{"ES256", tokenType, Texts(chain)})
	body, err2 := sign.Canonical(l)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	input := b64.EncodeToString(head) + "." + b64.EncodeToString(body)
	sig, err := sign.Raw(key, []byte(input))
	if err != nil {
		return nil, err
	}
	return []byte(input + "." + b64.EncodeToString(sig)), nil
}

// Digest is what the next list says of this one: SHA-256 of the signed text in
// base64url.
func Digest(jws []byte) string {
	sum := sha256.Sum256(jws)
	return b64.EncodeToString(sum[:])
}

// Open checks a list that shall be relied on now: signed by an anchor or by a
// root that leads to one, neither run out nor from the future. Errors: Invalid;
// Denied when not signed by who is trusted; Unavailable when it or a clock is old.
func Open(jws []byte, anchors []*x509.Certificate, now time.Time) (*List, error) {
	l, err := Past(jws, anchors)
	switch {
	case err != nil:
		return nil, err
	case l.Issued.Time().After(now.Add(skew)):
		return nil, errFuture
	case now.After(l.Next.Time()):
		return nil, errStale
	}
	return l, nil
}

// Past checks a list of any age. Errors: Invalid, Denied.
func Past(jws []byte, anchors []*x509.Certificate) (*List, error) {
	parts := strings.Split(strings.TrimSpace(string(jws)), ".")
	if len(parts) != 3 || len(jws) > longest {
		return nil, errList
	}
	head, err1 := b64.DecodeString(parts[0])
	body, err2 := b64.DecodeString(parts[1])
	sig, err3 := b64.DecodeString(parts[2])
	var h header
	if err := errors.Join(err1, err2, err3); err != nil || json.Unmarshal(head, &h) != nil || h.Alg != "ES256" || h.Typ != tokenType || len(h.X5C) > 8 {
		return nil, errList.Because(err)
	}
	chain, err := Certificates(h.X5C)
	if err != nil || len(chain) == 0 {
		return nil, errList.Because(err)
	}
	if err := leads(chain, anchors); err != nil {
		return nil, errForged.Because(err)
	}
	pub, ok := chain[0].PublicKey.(*ecdsa.PublicKey)
	if !ok || !sign.RawValid(pub, []byte(parts[0]+"."+parts[1]), sig) {
		return nil, errForged
	}
	l := &List{}
	if err := json.Unmarshal(body, l); err != nil || l.Format != 1 || l.Number < 1 {
		return nil, errList.Because(err)
	}
	for _, c := range chain {
		if at := l.Issued.Time(); at.Before(c.NotBefore.Add(-skew)) || at.After(c.NotAfter) {
			return nil, errRoot
		}
	}
	return l, nil
}

// RootIn is the last certificate in the header of a list: the root to which it says
// it leads. That proves nothing; see Past. Errors: Invalid.
func RootIn(jws []byte) (*x509.Certificate, error) {
	j, err := sign.Read(strings.TrimSpace(string(jws)))
	if err != nil || len(j.Chain) == 0 {
		return nil, errList.Because(err)
	}
	return j.Chain[len(j.Chain)-1], nil
}

// leads checks that the first certificate is of an anchor's key, or that one
// root after the other certifies it until an anchor does. Only roots count.
func leads(chain, anchors []*x509.Certificate) error {
	for i, c := range chain {
		if !c.IsCA || c.KeyUsage&x509.KeyUsageCertSign == 0 {
			return errors.New("signed by a key that is no root")
		}
		for _, a := range anchors {
			if same(c, a) || c.CheckSignatureFrom(a) == nil {
				return nil
			}
		}
		if i+1 < len(chain) {
			if err := c.CheckSignatureFrom(chain[i+1]); err != nil {
				return err
			}
		}
	}
	return errors.New("another root")
}

// same reports whether two certificates are of one key.
func same(a, b *x509.Certificate) bool {
	key, ok := a.PublicKey.(*ecdsa.PublicKey)
	return ok && key.Equal(b.PublicKey)
}

// Follows checks that fresh may take the place of held: a later number that
// names held when it comes right after, or held itself. A list between the two
// is not asked for. Errors: Conflict.
func Follows(held, fresh []byte) error {
	h, err1 := Peek(held)
	f, err2 := Peek(fresh)
	switch {
	case err1 != nil || err2 != nil:
		return errList.Because(errors.Join(err1, err2))
	case f.Number < h.Number || f.Number > h.Number && f.Issued < h.Issued:
		return errBack
	case f.Number == h.Number && Digest(held) != Digest(fresh), f.Number == h.Number+1 && f.Previous != Digest(held):
		return errFork
	}
	return nil
}

// Peek takes what a list says without checking who signed it.
func Peek(jws []byte) (l List, err error) {
	parts := strings.Split(string(jws), ".")
	if len(parts) != 3 {
		return l, errList
	}
	body, err := b64.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(body, &l)
	}
	return l, err
}
