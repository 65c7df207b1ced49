package messagelog

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"diwan.example/exchange/message"
	"diwan.example/gov"
	"diwan.example/internal/timestamp"
)

// Report is what Verify found.
type Report struct {
	Name          string // whose log
	Segments      int
	Records       int
	Messages      int
	From, Until   time.Time // of the messages
	Here, LeftOut int       // bodies that were read, and bodies left out by agreement
	Seals         int
	Unsealed      int // messages that no seal covers yet
	Authorities   []*x509.Certificate
	Problems      []error // with their words; none: all is as it was written
}

// progress is told after so many records.
const progress = 1000

// Verify reads a whole log and checks everything in it: frames, numbers and links,
// signatures, bodies against their digests, seals and stamps. It goes on with the
// next segment after damage. told hears how many records are done; it may be nil.
// Errors: NotFound, Unavailable; what is wrong with the log is in the report.
func (f Folder) Verify(told func(records int)) (*Report, error) {
	segments, err := f.segments()
	if err == nil && len(segments) == 0 {
		err = gov.Fail(gov.NotFound, "لا يوجد سجل رسائل في هذا المجلد", "There is no message log in this folder")
	}
	if err != nil {
		return nil, err
	}
	v := &verifier{Folder: f, Report: &Report{Segments: len(segments)}, told: told, base: segments[0]}
	for i, first := range segments {
		if err := v.segment(first, i); err != nil {
			if i == len(segments)-1 && f.writing(err) {
				break
			}
			var d *Damage
			if !errors.As(err, &d) {
				return nil, err
			}
			v.Problems = append(v.Problems, err)
			v.broken = true
		}
	}
	if mark, ok := f.mark(); ok && !v.broken && (mark.segment > v.end.segment || mark.segment == v.end.segment && mark.offset > v.end.offset) {
		v.Problems = append(v.Problems, lost(v.end))
	}
	return v.Report, nil
}

type verifier struct {
	Folder
	*Report
	told   func(int)
	end    place
	broken bool // a segment before this one could not be read to its end
	base   uint64
	leaves []message.Sum // of base and after
	wait   []uint64      // messages without a seal
	certs  map[message.Fingerprint]*x509.Certificate
}

func (v *verifier) segment(first uint64, i int) (err error) {
	v.certs = map[message.Fingerprint]*x509.Certificate{}
	before := v.end
	v.end, err = v.walk(first, func(fr *frame, p place) error {
		if fr.kind == kindStart {
			if err := v.start(fr, p, before, i); err != nil {
				return err
			}
		}
		v.Report.Records++
		if v.told != nil && v.Report.Records%progress == 0 {
			v.told(v.Report.Records)
		}
		v.leaves = append(v.leaves, message.Leaf(fr.link))
		return v.record(fr, p)
	})
	return err
}

// start compares the beginning of a segment with the end of the one before. The
// first segment that is still there has nothing before it.
func (v *verifier) start(fr *frame, p place, before place, i int) error {
	s, _ := decodeStart(fr.said)
	v.Name = s.name
	switch {
	case v.broken: // begin again with what this segment says
		v.broken, v.base, v.leaves = false, p.number, nil
	case i > 0 && (before.number != p.number || before.before != s.before):
		return damage(p, errors.New("it does not follow the segment before"))
	}
	return nil
}

func (v *verifier) record(fr *frame, p place) error {
	switch fr.kind {
	case kindCert:
		c, err := x509.ParseCertificate(fr.said[16:])
		if err != nil {
			return damage(p, err)
		}
		v.certs[message.FingerprintOf(c)] = c
	case kindSeal:
		return v.seal(fr, p)
	case kindLetter:
		r, err := decodeRecord(fr, p.before)
		if err != nil {
			return damage(p, err)
		}
		r.segment, r.Cert = p.segment, v.certs[r.Signed.Cert]
		v.letter(r)
	}
	return nil
}

func (v *verifier) letter(r *Record) {
	v.Messages++
	if v.From.IsZero() {
		v.From = r.At
	}
	v.Until = r.At
	v.Unsealed++
	v.wait = append(v.wait, r.Number)
	if err := v.check(r); err != nil {
		v.Problems = append(v.Problems, gov.Fail(gov.Conflict,
			fmt.Sprintf("القيد %d (الطلب %s): %s", r.Number, r.Head.RequestID, gov.PublicOf(err)[gov.Arabic]),
			fmt.Sprintf("Record %d (request %s): %s", r.Number, r.Head.RequestID, gov.PublicOf(err)[gov.English])).Because(err))
	}
}

// check looks at one message: the signature as of its own time, headers and body.
func (v *verifier) check(r *Record) error {
	if r.Cert == nil {
		return gov.Fail(gov.Conflict, "شهادة الموقّع ليست في السجل", "The signer's certificate is not in the log")
	}
	if err := message.Verify(r.Signed, r.Head, r.Cert, r.Head.Time); err != nil {
		return err
	}
	if r.Block != nil && message.DigestOf(r.Block) != r.Head.Headers {
		return errBlock
	}
	if r.Kept == message.KeptNot {
		v.LeftOut++
		return nil
	}
	body, err := v.Body(r)
	if err != nil {
		return err
	}
	defer body.Close()
	h := message.NewBodyHash()
	n, err := io.Copy(h, body)
	if err != nil {
		return failure(err)
	}
	if n != r.Head.Size || message.Digest(h.Sum(nil)) != r.Head.Body {
		return errEntry
	}
	if n > 0 {
		v.Here++
	}
	return nil
}

func (v *verifier) seal(fr *frame, p place) error {
	s, err := decodeSeal(fr.said)
	if err != nil {
		return damage(p, err)
	}
	if s.First < v.base || s.Last() >= p.number {
		if s.First < v.base && v.base > 1 { // it covers records that are no longer here, or were damaged
			v.settle(s)
			return nil
		}
		return damage(p, errors.New("the seal is for records that are not before it"))
	}
	if message.Root(v.leaves[s.First-v.base:s.Last()+1-v.base]) != s.Root {
		return damage(p, errors.New("the root of the seal is another"))
	}
	token, err := timestamp.Check(s.token, s.Manifest())
	if err != nil {
		v.Problems = append(v.Problems, err)
		return nil
	}
	v.Report.Seals++
	if !slices.ContainsFunc(v.Authorities, token.Authority.Equal) {
		v.Authorities = append(v.Authorities, token.Authority)
	}
	v.settle(s)
	return nil
}

// settle takes the records under a seal from those that wait.
func (v *verifier) settle(s *seal) {
	if s.Last() >= v.base && s.Last() < v.base+uint64(len(v.leaves)) {
		v.leaves, v.base = v.leaves[s.Last()+1-v.base:], s.Last()+1
	}
	v.wait = slices.DeleteFunc(v.wait, func(n uint64) bool { return n <= s.Last() })
	v.Unsealed = len(v.wait)
}
