package asice

import (
	"fmt"
	"slices"

	"diwan.example/exchange/message"
	"diwan.example/gov"
)

const sha512Name = "http://www.w3.org/2001/04/xmlenc#sha512"

// part is a message that is one of several under a signature.
type part struct {
	share     *message.Share
	signature int // of Signatures
}

// shares finds the messages that were signed together with others: the signature
// covers the batch, the share leads from the head to the batch, and the head has
// the digests of headers and body.
func (v *verifier) shares() error {
	for _, kind := range []message.Kind{message.Request, message.Response} {
		file := meta + "share-" + string(kind) + ".txt"
		if v.files[file] == nil {
			continue
		}
		p, batch, h, err := v.share(file, kind)
		if gov.KindOf(err) == gov.Invalid {
			return err
		}
		if p == nil {
			v.bad("لا تقود "+quoted(file)+" من الرسالة إلى دفعة موقّعة", quoted(file)+" does not lead from the message to a batch that is signed")
			continue
		}
		if err := v.shared(p, batch, h); err != nil {
			return err
		}
	}
	return nil
}

// share reads what belongs to a share; nil when it does not hold. Errors: what
// ends the reading of the container.
func (v *verifier) share(file string, kind message.Kind) (*part, *message.Batch, *message.Fixed, error) {
	var texts [3][]byte
	read := func(i int, name string) (err error) {
		if texts[i], err = v.read(name); err != nil && gov.KindOf(err) != gov.Invalid {
			err = nil // it is not there: nothing can be read of it
		}
		return err
	}
	if err := read(0, file); err != nil {
		return nil, nil, nil, err
	}
	name, s, bad := message.ParseShare(texts[0], kind)
	if bad != nil {
		return nil, nil, nil, nil
	}
	if err := read(1, "batch-"+name+".txt"); err != nil {
		return nil, nil, nil, err
	}
	if err := read(2, string(kind)+".head"); err != nil {
		return nil, nil, nil, err
	}
	b, bad1 := message.ParseBatch(texts[1])
	h, bad2 := message.ParseFixed(texts[2])
	if bad1 != nil || bad2 != nil || b.Name() != name || h.Head.Kind != kind {
		return nil, nil, nil, nil
	}
	s.Count, s.Time = b.Count, b.Time
	at := slices.IndexFunc(v.Signatures, func(x Signature) bool { return x.File == b.SignatureFile() && slices.Contains(x.Covers, b.File()) })
	led, bad := s.Batch(h)
	if at < 0 || bad != nil || led.Root != b.Root {
		return nil, nil, nil, nil
	}
	s.Signature = v.Signatures[at].value
	return &part{s, at}, b, h, nil
}

// shared takes head, headers and body of a message under the signature of its batch.
func (v *verifier) shared(p *part, batch *message.Batch, h *message.Fixed) error {
	kind := string(h.Head.Kind)
	var refs []ref
	if h.Head.Headers != (message.Digest{}) {
		refs = append(refs, ref{kind + ".headers", sha512Name, h.Head.Headers[:]})
	}
	if h.Head.Size > 0 {
		refs = append(refs, ref{kind + ".body", sha512Name, h.Head.Body[:]})
	}
	own := &Signature{File: meta + "signature-" + kind + ".p7s", Covers: []string{kind + ".head"}} // the name that a lone one has
	ok, err := v.references(refs, own)
	if err != nil || !ok {
		return err
	}
	for _, name := range own.Covers {
		v.covered[name] = true
	}
	s := &v.Signatures[p.signature]
	s.Covers = append(s.Covers, own.Covers...)
	v.parts[h.Head.Kind] = p
	v.good(fmt.Sprintf("%s هي الرسالة %d من %d وُقّعت معًا", quoted(kind+".head"), p.share.Index+1, batch.Count), fmt.Sprintf("%s is message %d of %d that were signed together", quoted(kind+".head"), p.share.Index+1, batch.Count))
	return nil
}
