package messagelog

import (
	"archive/zip"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"diwan.example/exchange/asice"
	"diwan.example/exchange/message"
	"diwan.example/gov"
)

var errNoMessage = gov.Fail(gov.NotFound, "لا رسالة بهذا المعرّف في السجل", "The log has no message with this id")

// Export writes the exchange with this X-Road-Request-Id, or X-Road-Id, as one
// ASiC-E container. Errors: NotFound, Conflict when the id is of several exchanges.
func (f Folder) Export(w io.Writer, id string) error {
	list, err := f.Find(id)
	if err != nil {
		return err
	}
	var pair exchange
	for _, r := range list {
		if pair.id != "" && pair.id != r.Head.RequestID {
			return gov.Fail(gov.Conflict, "لهذا المعرّف أكثر من تبادل؛ اطلبه بمعرّف الطلب X-Road-Request-Id", "Several exchanges have this id; ask by X-Road-Request-Id")
		}
		pair.take(r)
	}
	if len(pair.records) == 0 {
		return errNoMessage
	}
	seals, err := f.Seals(pair.records[0].Number, pair.records[len(pair.records)-1].Number)
	if err != nil {
		return err
	}
	return f.container(w, pair.records, seals)
}

// exchange gathers the first request and the first response of one request id.
type exchange struct {
	id      string
	has     [2]bool // a request, a response
	records []*Record
}

func (e *exchange) take(r *Record) {
	e.id = r.Head.RequestID
	half := &e.has[0]
	if r.Head.Kind == message.Response {
		half = &e.has[1]
	}
	if !*half {
		*half = true
		e.records = append(e.records, r)
	}
}

// container writes records of one exchange, each under its seal when it has one.
func (f Folder) container(w io.Writer, records []*Record, seals []*Sealed) error {
	var parts []asice.Part
	for _, r := range records {
		if r.Cert == nil {
			return damage(place{segment: r.segment, offset: r.offset, number: r.Number}, errors.New("the signer's certificate is not in the log"))
		}
		p := asice.Part{Head: r.Head, Signed: r.Signed, Cert: r.Cert, Issuers: r.Issuers, Block: r.Block}
		if r.Kept == message.KeptHere || r.Kept == message.KeptFile {
			body, err := f.Body(r)
			if err != nil {
				return err
			}
			defer body.Close()
			p.Body = body
		}
		if s := SealOf(seals, r.Number); s != nil {
			p.Proof, p.Seal, p.Token = s.Proof(r), &s.Seal, s.Token
		}
		parts = append(parts, p)
	}
	return asice.Write(w, parts...)
}

// issuersOf are those of certs that c's chain leads to.
func issuersOf(c *x509.Certificate, certs map[message.Fingerprint]*x509.Certificate) (out []*x509.Certificate) {
	for range 5 {
		var next *x509.Certificate
		for _, x := range certs {
			if x.IsCA && !x.Equal(c) && c.CheckSignatureFrom(x) == nil {
				next = x
			}
		}
		if next == nil {
			return out
		}
		out = append(out, next)
		c = next
	}
	return out
}

// where a message of a period stands.
type where struct {
	segment uint64
	offset  int64
	number  uint64
	prev    message.Sum
	cert    message.Fingerprint
}

// indexLine is a line of an archive's index.
type indexLine struct {
	File     string    `json:"file"`
	Record   uint64    `json:"record"`
	Logged   time.Time `json:"logged"`
	Request  string    `json:"request"`
	ID       string    `json:"id"`
	Client   string    `json:"client"`
	Service  string    `json:"service"`
	Messages int       `json:"messages"`
}

// Archive writes every exchange logged in [from, until) as a container into one ZIP
// file, with index.jsonl. An exchange belongs to the period of its first message
// here. told hears how many of how many are written; it may be nil. It returns how
// many there are. Errors: NotFound when the period is empty.
func (f Folder) Archive(w io.Writer, from, until time.Time, told func(done, all int)) (int, error) {
	order, places, certs, err := f.survey(from, until)
	if err != nil {
		return 0, err
	}
	if len(order) == 0 {
		return 0, gov.Fail(gov.NotFound, "لا رسائل في السجل في هذه المدة", "The log has no messages in this period")
	}
	first, last := bounds(places)
	seals, err := f.Seals(first, last)
	if err != nil {
		return 0, err
	}
	z := zip.NewWriter(w)
	var index strings.Builder
	for i, k := range order {
		line, err := f.archiveOne(z, places[k], certs, seals)
		if err != nil {
			return i, err
		}
		b, err := json.Marshal(line)
		if err != nil {
			return i, err
		}
		index.Write(append(b, '\n'))
		if told != nil {
			told(i+1, len(order))
		}
	}
	x, err := z.Create("index.jsonl")
	if err == nil {
		_, err = io.WriteString(x, index.String())
	}
	return len(order), errors.Join(err, z.Close())
}

func bounds(places map[key][2]where) (first, last uint64) {
	for _, pair := range places {
		for _, p := range pair {
			if p.number > 0 && (first == 0 || p.number < first) {
				first = p.number
			}
			last = max(last, p.number)
		}
	}
	return first, last
}

// survey finds where the messages of a period stand, by exchange, in order.
func (f Folder) survey(from, until time.Time) (order []key, places map[key][2]where, certs map[message.Fingerprint]*x509.Certificate, err error) {
	places, certs = map[key][2]where{}, map[message.Fingerprint]*x509.Certificate{}
	for r, err := range f.Records(from, until) {
		if err != nil {
			return nil, nil, nil, err
		}
		k, i := keyOf(r.Head.RequestID), 0
		if r.Head.Kind == message.Response {
			i = 1
		}
		pair, known := places[k]
		if !known {
			order = append(order, k)
		}
		if pair[i].number == 0 {
			pair[i] = where{r.segment, r.offset, r.Number, r.Prev, r.Signed.Cert}
			places[k] = pair
		}
		if r.Cert != nil && certs[r.Signed.Cert] == nil {
			certs[r.Signed.Cert] = r.Cert
			for _, c := range r.Issuers {
				certs[message.FingerprintOf(c)] = c
			}
		}
	}
	return order, places, certs, nil
}

func (f Folder) archiveOne(z *zip.Writer, pair [2]where, certs map[message.Fingerprint]*x509.Certificate, seals []*Sealed) (*indexLine, error) {
	var records []*Record
	for _, p := range pair {
		if p.number == 0 {
			continue
		}
		r, err := f.at(p.segment, p.offset)
		if err != nil {
			return nil, err
		}
		r.Prev, r.Cert = p.prev, certs[p.cert]
		if r.Cert != nil {
			r.Issuers = issuersOf(r.Cert, certs)
		}
		records = append(records, r)
	}
	r := records[0]
	line := &indexLine{fmt.Sprintf("%016d.asice", r.Number), r.Number, r.At, r.Head.RequestID, r.Head.ID, r.Head.Client.String(), r.Head.Service.String(), len(records)}
	w, err := z.CreateHeader(&zip.FileHeader{Name: line.File, Method: zip.Store, Modified: r.At.Truncate(time.Second)})
	if err != nil {
		return nil, err
	}
	return line, f.container(w, records, seals)
}
