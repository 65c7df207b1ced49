package verdict

import (
	"bytes"
	"encoding/json"
	"strings"

	"diwan.example/document/seal"
	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/merkle"
	"diwan.example/internal/sign"
)

// What the entries of documents in the public log begin with, see merkle.Commit:
// with LogIssued the record itself follows, with any other kind what became of it.
const (
	LogDomain = "diwan document"
	LogIssued = "issued"
)

// logged checks the proof that a record stands in the public log. A log vouches
// that something was not made up later; it is no condition of being genuine.
func (c *check) logged(text, token string, when proven) proven {
	if text == "" {
		c.note(gov.T("لم يأتِ معها دليل وجودها في السجل العام", "No proof came with it that it stands in the public log"))
		return when
	}
	p, err := merkle.ReadProof(text)
	if err != nil {
		c.note(gov.PublicOf(err))
		return when
	}
	o, err := p.Opening()
	if err != nil || o.Domain != LogDomain || o.Kind != LogIssued || o.Record != "" && o.Record != token {
		c.bad(Altered, gov.T("دليل السجل العام الذي جاء معها لشيء آخر", "The proof of the public log that came with it is of something else"))
		return when
	}
	return c.proves(p, o.Entry(token), when)
}

// proves holds a proof against the logs that the trust list names.
func (c *check) proves(p merkle.Proof, e merkle.Entry, when proven) proven {
	for _, l := range c.logs() {
		at, err := p.Verify(e, merkle.Keys{Log: l.Key})
		if err != nil {
			continue
		}
		c.good(gov.T("تقف في السجل العام %s، القيد %d من %d", "It stands in the public log %s, entry %d of %d").Sprintf("\u2066"+at.Origin+"\u2069", p.Index+1, at.Size))
		if when.by < trust.Logged {
			when.by = trust.Logged
		}
		return when
	}
	if len(c.logs()) == 0 {
		c.note(gov.T("لا تسمّي قائمة الثقة هنا سجلًا عامًا، فلم يُتحقق من دليل السجل", "The trust list here names no public log; the log's proof was not checked"))
		return when
	}
	c.bad(Altered, gov.T("دليل السجل العام الذي جاء معها لا يثبت وجودها فيه", "The proof of the public log that came with it does not prove that it stands there"))
	return when
}

// logs are those that the trust list names, its own first.
func (c *check) logs() (out []trust.Log) {
	if c.o.Trust == nil || c.o.Trust.list == nil {
		return nil
	}
	if l := c.o.Trust.list.Log; l != nil {
		out = append(out, *l)
	}
	return append(out, c.o.Trust.list.Logs...)
}

// evidence checks what the long form of a seal carries beside it: the record, which
// must be of the same document, and its proof.
func (c *check) evidence(s seal.Seal) (proven, bool) {
	when := proven{s.Issued, trust.Claimed}
	e := s.Evidence
	if e == nil {
		return when, true
	}
	c.Form = Long
	var p payload
	k := c.signer(sign.KeyID(e.Record))
	if k == nil {
		return when, false
	}
	j, err := sign.Read(e.Record)
	if err != nil || j.Typ != RecordType || !j.Valid(k.public) || json.Unmarshal(j.Payload, &p) != nil || p.ID != s.Code || p.Number != s.Number || p.Issuer != s.Issuer || p.typ() != s.Type {
		c.bad(Altered, gov.T("البيانات الموقّعة التي مع الختم ليست لهذه الوثيقة", "The signed data that came with the seal is not this document's"))
		return when, false
	}
	proof, err := merkle.ReadProof(string(e.Proof))
	if err != nil {
		c.bad(Altered, gov.PublicOf(err))
		return when, false
	}
	if o := (merkle.Opening{Domain: LogDomain, Kind: LogIssued, Salt: e.Salt}); !bytes.Equal(proof.Extra, o.Extra()) {
		c.bad(Altered, gov.T("دليل السجل العام الذي مع الختم لشيء آخر أو غُيّر", "The proof of the public log that came with the seal is of something else, or was changed"))
		return when, false
	}
	when = c.proves(proof, merkle.Commit(LogDomain, e.Salt, LogIssued, []byte(e.Record)), when)
	return when, c.State != Altered
}

// proofAlone is a proof without the document that it is of.
func (c *check) proofAlone(text string) {
	c.Form = Proof
	p, err := merkle.ReadProof(text)
	if err != nil {
		c.bad(Unknown, gov.PublicOf(err))
		return
	}
	if o, err := p.Opening(); err == nil && strings.Count(o.Record, ".") == 2 && o.Domain == LogDomain && o.Kind == LogIssued {
		when := c.proves(p, o.Entry(""), proven{})
		c.record(o.Record, &when)
		return
	}
	c.bad(Unknown, gov.T("هذا دليل من السجل وحده: تحقق من الوثيقة التي جاء معها", "This is a proof of the log alone: check the document that it came with"))
}
