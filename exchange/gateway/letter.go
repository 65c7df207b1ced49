package gateway

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/message"
	"diwan.example/exchange/messagelog"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// letter is a signed message with all its parts.
type letter struct {
	*message.Fixed
	signed message.Signed
	cert   *x509.Certificate
	block  []byte
	body   *body
}

// Between gateways a letter is one body of HTTP:
//
//	"DXL1"  len(head)  len(signature)  len(block)  fingerprint  head  signature  block  body
//
// Lengths are four bytes, big end first; how long the body is, the head says.
const (
	letterMagic = "DXL1"
	letterFixed = 4 + 3*4 + len(message.Fingerprint{})
	letterType  = "application/x-diwan-letter"
	faultType   = "application/x-diwan-fault"
)

// The longest parts that are read of a letter.
const (
	longestHead      = 24 << 10
	longestSignature = 400 // a share in a signature over several
)

// requestHead is the head of a request that this gateway sends.
func (g *Gateway) requestHead(q *xroad.Request, block []byte, b *body) *message.Head {
	return &message.Head{Kind: message.Request, ID: q.ID, RequestID: q.RequestID, Client: q.Client, Service: q.Service, Server: g.ID, UserID: q.UserID, Issue: q.Issue,
		Represented: q.Represented, Method: q.Method, Target: q.Path + q.Query, Headers: sha512.Sum512(block), Body: b.sum, Size: b.size, Time: g.Clock()}
}

// responseHead is the head of the answer to a request.
func (g *Gateway) responseHead(to *message.Head, hash xroad.Digest, status int, block []byte, b *body) *message.Head {
	return &message.Head{Kind: message.Response, ID: to.ID, RequestID: to.RequestID, Client: to.Client, Service: to.Service, Server: g.ID, UserID: to.UserID, Issue: to.Issue,
		Represented: to.Represented, Method: to.Method, Target: to.Target, Status: status, Headers: sha512.Sum512(block), Body: b.sum, Size: b.size, Request: message.Digest(hash), Time: g.Clock()}
}

// sign makes a letter of this gateway's own.
func (g *Gateway) sign(h *message.Head, block []byte, b *body) (*letter, error) {
	f, err := h.Fix()
	if err != nil {
		return nil, err
	}
	s, by, err := g.signTogether(f)
	if err != nil {
		return nil, err
	}
	return &letter{f, s, by.Signing, block, b}, nil
}

// log makes letters durable.
func (g *Gateway) log(ctx context.Context, keep, once bool, l *letter) error {
	e := messagelog.Entry{Fixed: l.Fixed, Signed: l.signed, Cert: l.cert, Issuers: g.issuers(l.signed.Cert, l.cert), Block: l.block, Once: once}
	if keep && l.body.size > 0 {
		if e.Spool = l.body.spool; e.Spool == nil {
			e.Body = l.body.small.b
		}
	}
	_, err := g.Log.Append(context.WithoutCancel(ctx), e)
	return err
}

// encode gives the letter as it travels, and how long it is.
func (l *letter) encode() (io.ReadCloser, int64) {
	x := take()
	defer x.release()
	b := append(x.b, letterMagic...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(l.Text)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(l.signed.Signature)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(l.block)))
	b = append(append(append(append(b, l.signed.Cert[:]...), l.Text...), l.signed.Signature...), l.block...)
	if l.body.spool == nil {
		if l.body.small != nil {
			b = append(b, l.body.small.b...)
		}
		x.b = b
		return x.reader(), int64(len(b))
	}
	x.b = b
	begin := x.reader()
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(begin, l.body.open()), begin}, int64(len(b)) + l.body.size
}

var errLetter = gov.Fail(gov.Invalid, "الرسالة الواردة من البوابة الأخرى ليست على الصورة المطلوبة", "The message from the other gateway is not as it should be")

// decode reads a letter up to its body. It is not verified.
func decode(r io.Reader, limits xroad.Limits) (*letter, error) {
	var fixed [letterFixed]byte
	if _, err := io.ReadFull(r, fixed[:]); err != nil {
		return nil, errLetter.Because(err)
	}
	head, signature, block := binary.BigEndian.Uint32(fixed[4:]), binary.BigEndian.Uint32(fixed[8:]), binary.BigEndian.Uint32(fixed[12:])
	if string(fixed[:4]) != letterMagic || head > longestHead || signature > longestSignature || int(block) > longestBlock(limits) {
		return nil, errLetter
	}
	all := make([]byte, head+signature+block)
	if _, err := io.ReadFull(r, all); err != nil {
		return nil, errLetter.Because(err)
	}
	f, err := message.ParseFixed(all[:head])
	return &letter{Fixed: f, signed: message.Signed{Cert: message.Fingerprint(fixed[16:]), Signature: all[head : head+signature]}, block: all[head+signature:]}, err
}

// longestBlock leaves room for what a gateway adds.
func longestBlock(l xroad.Limits) int { return max(l.HeaderBytes, 32<<10) + max(l.Target, 2000) + 2048 }

// verify checks that the gateway signed the letter, lately and with its registered
// certificate, and that the head is that of the block. The body comes later.
func (g *Gateway) verify(l *letter, s *directory.Snapshot, server *directory.Server, place string, now time.Time) *xroad.Fault {
	if l.Head.Server != server.ID || l.Head.Headers != message.Digest(sha512.Sum512(l.block)) {
		return xroad.FailWith(place, xroad.InvalidSignatureValue, errSigned)
	}
	if err := l.Head.Fresh(now); err != nil {
		return xroad.FailWith(place, xroad.ClockSkew, err)
	}
	for _, der := range server.Signing {
		if sha256.Sum256(der) != l.signed.Cert {
			continue
		}
		c, err := g.signer(s, server, der, now)
		if err != nil {
			return xroad.FailWith(place, xroad.CertValidation, err)
		}
		if err := g.checker.Verify(l.Fixed, l.signed, c, now); err != nil {
			return xroad.FailWith(place, xroad.InvalidSignatureValue, err)
		}
		l.cert = c
		return nil
	}
	return xroad.FailWith(place, xroad.CertValidation, errStranger)
}

// signers are certificates of one directory that were read before.
type signers struct {
	of   *directory.Snapshot
	read sync.Map // message.Fingerprint → *x509.Certificate
	from sync.Map // message.Fingerprint → []*x509.Certificate, who issued it
}

// signersOf are those of a directory.
func (g *Gateway) signersOf(s *directory.Snapshot) *signers {
	known := g.signers.Load()
	if known == nil || known.of != s {
		known = &signers{of: s}
		g.signers.Store(known)
	}
	return known
}

// issuers gives the directory's authority that issued a certificate, for whoever
// reads the log without the directory; none when it is not there.
func (g *Gateway) issuers(key message.Fingerprint, c *x509.Certificate) (out []*x509.Certificate) {
	s := g.View.Current()
	known := g.signersOf(s)
	if list, ok := known.from.Load(key); ok {
		return list.([]*x509.Certificate)
	}
	for _, a := range s.Authorities {
		if by, err := x509.ParseCertificate(a.Certificate); err == nil && c.CheckSignatureFrom(by) == nil {
			out = []*x509.Certificate{by}
			break
		}
	}
	known.from.Store(key, out)
	return out
}

// signer is Snapshot.Signer that reads each certificate once.
func (g *Gateway) signer(s *directory.Snapshot, server *directory.Server, der []byte, now time.Time) (*x509.Certificate, error) {
	known := g.signersOf(s)
	key := message.Fingerprint(sha256.Sum256(der))
	if c, ok := known.read.Load(key); ok {
		return c.(*x509.Certificate), s.CheckCertificate(c.(*x509.Certificate), now)
	}
	c, err := s.Signer(server.ID, der, now)
	if err == nil {
		known.read.Store(key, c)
	}
	return c, err
}

var (
	errSigned   = gov.Fail(gov.Denied, "الرسالة ليست كما وُقّعت", "The message is not as it was signed")
	errStranger = gov.Fail(gov.Denied, "شهادة التوقيع ليست مسجّلة لهذه البوابة", "The signing certificate is not registered for this gateway")
)

// complete takes the body, and checks that it is the one that was signed.
func (g *Gateway) complete(l *letter, r io.Reader, place string) *xroad.Fault {
	if l.Head.Size > g.Limits.Body {
		return faultTooLong(place)
	}
	b, err := g.read(r, l.Head.Size)
	switch {
	case errors.Is(err, errTooLong):
		return xroad.FailWith(place, xroad.InvalidSignatureValue, errSigned)
	case err != nil:
		return xroad.Fail(place, xroad.NetworkError, "انقطعت الرسالة قبل اكتمالها", "The message broke off before its end").Because(err)
	case b.size != l.Head.Size || b.sum != l.Head.Body:
		b.discard()
		return xroad.FailWith(place, xroad.InvalidSignatureValue, errSigned)
	}
	l.body = b
	return nil
}

func faultTooLong(place string) *xroad.Fault {
	return xroad.Fail(place, xroad.MessageTooLarge, "الرسالة أطول مما تقبله هذه البوابة", "The message is longer than this gateway takes")
}

// sameAs compares the head of a request with what its block says.
func sameAs(h *message.Head, q *xroad.Request) bool {
	return h.Kind == message.Request && h.ID == q.ID && h.RequestID == q.RequestID && h.Client == q.Client && h.Service == q.Service && h.UserID == q.UserID &&
		h.Issue == q.Issue && h.Represented == q.Represented && h.Method == q.Method && h.Target == q.Path+q.Query
}

// answers compares the head of a response with the request's and with its block.
func answers(h, to *message.Head, r *xroad.Response) bool {
	return h.Kind == message.Response && h.ID == to.ID && h.RequestID == to.RequestID && h.Client == to.Client && h.Service == to.Service && h.Method == to.Method && h.Target == to.Target &&
		h.Status == r.Status && bytes.Equal(h.Request[:], r.RequestHash)
}
