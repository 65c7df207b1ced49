// Package verdict answers "what is this worth?" for a document in any form that
// somebody may hold: a PDF, the code on a sheet of paper, a credential of a wallet,
// signed data. It says who issued it, about what, whether it still holds, and how
// it knows: one finding for each check, and one for each that could not be made.
//
// The package asks nobody: whom to trust, the clock, and how to look up a status
// are the caller's. Nothing of what is checked is kept.
package verdict

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"diwan.example/document/seal"
	"diwan.example/document/statuslist"
	"diwan.example/gov"
)

// Largest is how many bytes of a file are looked at.
const Largest = 10 << 20

// Form is what was given.
type Form string

// The forms.
const (
	PDF     Form = "pdf"
	Seal    Form = "seal"    // the code on paper
	Long    Form = "long"    // a seal with its evidence, in a file
	Record  Form = "record"  // the signed data itself
	Wallet  Form = "sd-jwt"  // a credential as SD-JWT VC
	Mobile  Form = "mdoc"    // a credential as ISO 18013-5 has it
	Code    Form = "code"    // an address or a code alone
	Proof   Form = "proof"   // a proof of the log alone
	Foreign Form = "foreign" // of another country's scheme
	Nothing Form = "nothing"
)

var forms = map[Form]gov.Text{
	PDF:     gov.T("ملف PDF", "PDF file"),
	Seal:    gov.T("ختم رقمي في رمز مطبوع", "Seal in a printed code"),
	Long:    gov.T("ختم رقمي مع أدلته", "Seal with its evidence"),
	Record:  gov.T("بيانات موقّعة", "Signed data"),
	Wallet:  gov.T("وثيقة محفظة رقمية (SD-JWT VC)", "Wallet credential (SD-JWT VC)"),
	Mobile:  gov.T("وثيقة محفظة رقمية (mdoc)", "Wallet credential (mdoc)"),
	Code:    gov.T("عنوان تحقق أو رمزه", "Verification address or code"),
	Proof:   gov.T("دليل من السجل العام", "Proof from the public log"),
	Foreign: gov.T("وثيقة من نظام دولة أخرى", "Document of another country's scheme"),
	Nothing: gov.T("ليست وثيقة نعرفها", "Nothing that is known here"),
}

// Label names the form for people.
func (f Form) Label() gov.Text { return forms[f] }

// State is what the document is worth now.
type State string

// The states.
const (
	Valid     State = "valid"
	Expired   State = "expired"
	Suspended State = "suspended"
	Replaced  State = "replaced"
	Revoked   State = "revoked" // or replaced, where only a status list tells
	Unknown   State = "unknown" // nothing proves who made it
	Altered   State = "altered" // changed, forged, or by who may not issue it
)

// weight orders the states: what weighs more is what is said.
var weight = map[State]int{Valid: 1, Expired: 2, Suspended: 3, Replaced: 4, Revoked: 5, Unknown: 6, Altered: 7}

var states = map[State]gov.Text{
	Valid:     gov.T("صحيحة وسارية", "Valid"),
	Expired:   gov.T("صحيحة لكن انتهت صلاحيتها", "Genuine, but expired"),
	Suspended: gov.T("موقوفة مؤقتًا", "Suspended"),
	Replaced:  gov.T("استُبدلت بوثيقة أحدث", "Replaced by a newer document"),
	Revoked:   gov.T("ملغاة أو مستبدلة", "Revoked or replaced"),
	Unknown:   gov.T("لا نعرفها", "Not known"),
	Altered:   gov.T("لا يُعتدّ بها", "Not to be relied on"),
}

// Label names the state for people.
func (s State) Label() gov.Text { return states[s] }

// Grade is how a finding bears on the answer.
type Grade string

// The grades.
const (
	Good Grade = "good"
	Note Grade = "note" // could not be checked, or is good to know
	Bad  Grade = "bad"
)

// Finding is one thing that was checked, or could not be.
type Finding struct {
	Grade Grade    `json:"grade"`
	Text  gov.Text `json:"text"`
}

// Claim is one statement of the document.
type Claim struct {
	Name  string   `json:"name"`
	Label gov.Text `json:"label"`
	Value gov.Text `json:"value"`
}

// Verdict is the answer. What the document says of itself is filled only when its
// signature was proven.
type Verdict struct {
	Form       Form
	State      State
	Unchecked  bool // whether it was revoked since could not be asked
	Issuer     string
	IssuerName gov.Text
	Code       string
	Number     string
	Type       string // "service#type"
	Title      gov.Text
	Issued     time.Time
	ValidUntil time.Time // zero: no end
	Claims     []Claim
	Findings   []Finding
	Zone       *time.Location `json:"-"` // of days and times, for those who show them
}

// Answer is what an issuer's own register says of a code.
type Answer struct {
	State      State
	Issuer     string
	IssuerName gov.Text
	Number     string
	Title      gov.Text
	Issued     time.Time
	ValidUntil time.Time
	Claims     []Claim
}

// Options say whom to trust and how to ask.
type Options struct {
	Trust *Trusted // nil: nobody is known
	// Anchors are the authority's roots, as far as they are known: a page without
	// another trust list is judged by the one that it carries when that leads to them.
	Anchors []*x509.Certificate
	Now     time.Time
	Zone    *time.Location // of days and times in findings; nil: what the trust list says, else UTC
	// Currency writes amounts; the zero one: the dinar with three decimals.
	Currency gov.Currency
	// Status looks a document up in a status list and says as of when; nil: there is
	// no way to ask.
	Status func(ctx context.Context, uri string, index int) (statuslist.Status, time.Time, error)
	// Ask asks the issuer's register what a code alone stands for; nil: there is no
	// way to ask. An unknown code is an answer, not an error.
	Ask func(ctx context.Context, code string) (Answer, error)
	// Register asks the issuer's register for the state of a document that is proven;
	// Unknown: it is not its document. nil: the status list is all there is.
	Register func(ctx context.Context, code string) (State, error)
}

// check is one document on its way to its verdict.
type check struct {
	Verdict
	ctx context.Context
	o   Options

	zoned bool // the caller said in which zone
}

// Check says what data is worth: the bytes of a file, or the text of a code. It
// never fails; what cannot be read is an answer too.
func Check(ctx context.Context, data []byte, o Options) Verdict {
	zoned := o.Zone != nil
	if !zoned {
		o.Zone = o.Trust.Zone()
	}
	if o.Currency.Code == "" {
		o.Currency = gov.Currency{Code: "BHD", Digits: 3, Symbol: gov.T("د.ب", "BD")}
	}
	c := &check{ctx: ctx, o: o, zoned: zoned}
	c.Form = Nothing
	if len(data) > Largest {
		c.bad(Unknown, gov.T("الملف أكبر من عشرة ميغابايت، فلم يُفحص", "The file is larger than ten megabytes and was not looked at"))
	} else {
		c.tell(data)
	}
	c.Findings, c.Zone = once(c.Findings), c.o.Zone
	if c.State == "" {
		c.State = Unknown
	}
	if c.State == Unknown || c.State == Altered {
		c.Unchecked = false
	}
	return c.Verdict
}

// once leaves out what was found twice: a page and the data in it have one key.
func once(all []Finding) (out []Finding) {
	for _, f := range all {
		if !slices.ContainsFunc(out, func(x Finding) bool { return x.Grade == f.Grade && maps.Equal(x.Text, f.Text) }) {
			out = append(out, f)
		}
	}
	return out
}

// tell tells the forms apart.
func (c *check) tell(data []byte) {
	text := strings.TrimSpace(string(data))
	switch {
	case bytes.HasPrefix(data, []byte("%PDF-")):
		c.pdf(data)
	case binary(data):
		c.cbor(data)
	case !utf8.ValidString(text) || text == "":
		c.nothing()
	case strings.HasPrefix(text, "c2sp.org/tlog-proof"):
		c.proofAlone(text + "\n") // which its last signature ends with
	case strings.Count(text, ".") == 2 && !strings.ContainsAny(text, "~:/#% "):
		c.record(text, nil)
	case strings.Contains(text, "~") && strings.Count(text, ".") >= 2:
		c.sdjwt(text)
	default:
		c.text(text)
	}
}

// binary reports whether data begins as a COSE_Sign1 or an IssuerSigned does.
func binary(data []byte) bool {
	return len(data) > 16 && (data[0] == 0xd2 || data[0]&0xe0 == 0xa0 && bytes.Contains(data[:min(len(data), 4<<10)], []byte("issuerAuth")) || bytes.Contains(data, []byte("issuerAuth")) && data[0] > 0x7f)
}

func (c *check) cbor(data []byte) {
	if data[0] == 0xd2 {
		c.seal(data)
		return
	}
	c.mdoc(data)
}

// text is a code as cameras give it, or binary data written as text.
func (c *check) text(text string) {
	if raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "=")); err == nil && len(raw) > 64 && binary(raw) {
		c.cbor(raw)
		return
	}
	switch s := seal.ReadQR(text); s.Kind {
	case seal.Sealed:
		c.seal(s.Raw)
		if c.Code != "" && c.Code != s.Code {
			c.bad(Altered, gov.T("العنوان المطبوع مع الختم لوثيقة أخرى", "The address printed with the seal is another document's"))
		}
	case seal.Coded:
		c.code(s.Code, s.Host)
	case seal.Foreign:
		c.Form = Foreign
		c.bad(Unknown, gov.T("هذا الرمز من نظام دولة أخرى أو جهة أخرى؛ تحقّق منه لدى من أصدره", "This code belongs to the scheme of another country or body; ask those who issued it"))
	default:
		c.nothing()
	}
}

func (c *check) nothing() {
	c.bad(Unknown, gov.T("ليس هذا من صيغ الوثائق التي نعرفها: ملف PDF موقّع، أو رمز مطبوع، أو وثيقة محفظة رقمية، أو بيانات موقّعة", "This is none of the forms of documents known here: a signed PDF, a printed code, a wallet credential or signed data"))
}

func (c *check) good(t gov.Text) { c.Findings = append(c.Findings, Finding{Good, t}) }
func (c *check) note(t gov.Text) { c.Findings = append(c.Findings, Finding{Note, t}) }

// bad notes what is wrong and what the document is worth for that.
func (c *check) bad(s State, t gov.Text) {
	c.Findings = append(c.Findings, Finding{Bad, t})
	c.sink(s)
}

// sink makes the state s unless it is worse already.
func (c *check) sink(s State) {
	if weight[s] > weight[c.State] {
		c.State = s
	}
}
