package asice

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"diwan.example/exchange/message"
	"diwan.example/gov"
)

// messages looks into containers of the exchange: what was asked and answered, that
// the two belong together, and that the log that kept them was sealed.
func (v *verifier) messages() error {
	heads := map[message.Kind]*message.Fixed{}
	for _, kind := range []message.Kind{message.Request, message.Response} {
		name := string(kind) + ".head"
		if !v.covered[name] {
			continue
		}
		text, err := v.read(name)
		if err != nil {
			return err
		}
		h, err := message.ParseFixed(text)
		if err != nil || h.Head.Kind != kind {
			continue // some other system's file of that name
		}
		if err := v.message(h); err != nil {
			return err
		}
		heads[kind] = h
		v.Messages = append(v.Messages, h.Head)
	}
	if q, a := heads[message.Request], heads[message.Response]; q != nil && a != nil {
		v.together(q, a)
	}
	return nil
}

func (v *verifier) message(h *message.Fixed) error {
	kind := string(h.Head.Kind)
	ar, en := "طلب", "Request"
	what := strings.TrimSpace(h.Head.Method + " " + h.Head.Target)
	if h.Head.Kind == message.Response {
		ar, en, what = "جواب", "Response", fmt.Sprintf("%d, %s", h.Head.Status, what)
	}
	v.good(fmt.Sprintf("%s %s من %s إلى %s، وقّعته البوابة %s عند %s", ar, quoted(what), quoted(h.Head.Client.String()), quoted(h.Head.Service.String()), quoted(h.Head.Server.String()), clock(h.Head.Time)),
		fmt.Sprintf("%s %s from %s to %s, signed by the gateway %s at %s", en, quoted(what), quoted(h.Head.Client.String()), quoted(h.Head.Service.String()), quoted(h.Head.Server.String()), clock(h.Head.Time)))
	if p := v.parts[h.Head.Kind]; p != nil {
		return v.proof(h, &v.Signatures[p.signature], p.share.Encode())
	}
	i := slices.IndexFunc(v.Signatures, func(s Signature) bool { return s.File == meta+"signature-"+kind+".p7s" })
	named, err := v.read(meta + "ASiCManifest-" + kind + ".xml")
	if gov.KindOf(err) == gov.Invalid {
		return err
	}
	if i < 0 || !bytes.Equal(named, h.Manifest()) {
		v.bad("رأس الرسالة وقائمة ما وُقّع لا يتفقان", "The head of the message and the list of what was signed do not agree")
		return nil
	}
	return v.proof(h, &v.Signatures[i], v.Signatures[i].value)
}

// proof checks that the message, with the signature it travelled with, is under a
// seal that is stamped.
func (v *verifier) proof(h *message.Fixed, s *Signature, signature []byte) error {
	file := meta + "proof-" + string(h.Head.Kind) + ".txt"
	if v.files[file] == nil {
		v.note("لا دليل في الحاوية على أن سجل البوابة خُتم بعد هذه الرسالة", "The container has no evidence that the gateway's log was sealed after this message")
		return nil
	}
	text, err := v.read(file)
	if err != nil {
		return err
	}
	p, err := message.ParseProof(text)
	if err != nil || p.Kind != h.Head.Kind {
		v.bad("دليل الختم "+quoted(file)+" لا يُقرأ", "The evidence "+quoted(file)+" cannot be read")
		return nil
	}
	seal := &message.Seal{First: p.Seal}
	if text, err = v.read(seal.File()); gov.KindOf(err) == gov.Invalid {
		return err
	}
	seal, err = message.ParseSeal(text)
	if err == nil {
		err = p.Check(h.Text, message.Signed{Cert: message.FingerprintOf(s.By), Signature: signature}, seal)
	}
	i := -1
	if err == nil {
		i = slices.IndexFunc(v.Stamps, func(t Stamp) bool { return t.File == seal.StampFile() && slices.Contains(t.proves, seal.File()) })
	}
	if i < 0 {
		v.bad("الرسالة ليست تحت الختم المرفق بها", "The message is not under the seal that comes with it")
		return nil
	}
	v.Stamps[i].proves = append(v.Stamps[i].proves, s.File)
	v.good(fmt.Sprintf("هي القيد %d من سجل البوابة %s، وهو تحت الختم الزمني %s", p.Number, quoted(seal.Log), clock(v.Stamps[i].Time)),
		fmt.Sprintf("It is record %d of the log of gateway %s, which is under the timestamp of %s", p.Number, quoted(seal.Log), clock(v.Stamps[i].Time)))
	return nil
}

// together checks that the response answers the request.
func (v *verifier) together(q, a *message.Fixed) {
	if q.Head.RequestID == a.Head.RequestID && a.Head.Answers(q) {
		v.good("الجواب على هذا الطلب نفسه", "The response answers this very request")
		return
	}
	v.bad("الجواب ليس على هذا الطلب", "The response does not answer this request")
}
