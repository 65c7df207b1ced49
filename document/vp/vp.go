// Package vp asks wallets to present credentials to us, by OpenID4VP 1.0: a
// signed request that a wallet fetches, and an answer that counts once and for
// minutes only. What is proven of an answer, and by whom it was issued, is kept
// until whoever asked collects it; the credential itself is not kept.
package vp

import (
	"context"
	"crypto"
	"crypto/x509"
	"time"

	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/sign"
	"diwan.example/pack"
)

// Lasts is how long a request may be answered.
const Lasts = 10 * time.Minute

// State is what has become of a request.
type State string

// The states of a request. It ends by itself when its time has passed.
const (
	Waiting   State = "waiting"   // nobody has answered
	Given     State = "given"     // a credential was presented and proven
	Refused   State = "refused"   // what was presented does not count
	Collected State = "collected" // who asked has taken what was proven
	Ended     State = "ended"     // its time has passed without an answer
)

// The forms in which credentials are presented.
const (
	SDJWT = "dc+sd-jwt"
	Mdoc  = "mso_mdoc"
)

// Type is a kind of credential that may be asked for.
type Type struct {
	ID     string // "service#document"
	Title  gov.Text
	VCT    string
	Mdoc   *pack.Mdoc // nil: it is not issued as one
	Claims []pack.Claim
}

// claim finds a claim by name.
func (t Type) claim(name string) (pack.Claim, bool) {
	for _, c := range t.Claims {
		if c.Name == name {
			return c, true
		}
	}
	return pack.Claim{}, false
}

// Subject is the claim that says whose credential it is; "" when none does.
func (t Type) Subject() string { return (&pack.Document{Claims: t.Claims}).Subject() }

// Label is what people call a claim.
func (t Type) Label(name string) gov.Text {
	c, _ := t.claim(name)
	return c.Label
}

// element is the identifier of a claim in credentials.
func element(c pack.Claim) string {
	if c.Element != "" {
		return c.Element
	}
	return c.Name
}

// Wish is what somebody is asked to present.
type Wish struct {
	Person gov.PersonID // whose page asks; only they see the request
	Civil  string       // whose credential it must be
	Case   gov.CaseID
	Name   string    // of the question
	For    gov.OrgID // the organisation that gets to know
	Type   string    // "service#document"
	Claims []string  // of the type
	Plain  bool      // the answer is not encrypted to us
}

// Request is a wish on its way.
type Request struct {
	Code   string
	Wish   Wish
	State  State
	Until  time.Time
	Reason gov.Text  // why what was presented does not count
	Given  Presented // when it is given

	nonce, state string
	sealed       string // private half of the key that the answer is encrypted to
	here         bool   // fetched by a wallet on the device that shows the page
}

// Presented is what a credential proved.
type Presented struct {
	Type     string    `json:"type"`
	Title    gov.Text  `json:"title"`
	Issuer   gov.OrgID `json:"issuer"`
	Name     gov.Text  `json:"name"` // of the issuer
	Key      string    `json:"key"`  // kid of the key that signed it
	Form     string    `json:"form"`
	Issued   int64     `json:"issued"`
	Until    int64     `json:"until,omitempty"`
	Verified int64     `json:"verified"`
	Status   int64     `json:"status,omitempty"` // as of when its status was known to be good; 0: it has none
	Claims   []Claim   `json:"claims"`
}

// Claim is one statement that was proven.
type Claim struct {
	Name  string    `json:"name"`
	Label gov.Text  `json:"label"`
	Kind  form.Kind `json:"kind,omitempty"`
	Value any       `json:"value"`
}

// Values are the claims' values by name.
func (p Presented) Values() map[string]any {
	out := make(map[string]any, len(p.Claims))
	for _, c := range p.Claims {
		out[c.Name] = c.Value
	}
	return out
}

// Status is what a status list says of a credential.
type Status string

// What a status list can say.
const (
	Valid     Status = "valid"
	Invalid   Status = "invalid"
	Suspended Status = "suspended"
)

// Options say where a Verifier finds what it does not keep itself. All are required.
type Options struct {
	BaseURL string
	Vault   *sign.Vault
	// Signing gives the key that signs requests, with its chain.
	Signing func(tx *db.Tx) (crypto.Signer, []*x509.Certificate, error)
	// Type gives the type "service#document" as it is issued now; false: there is none.
	Type func(tx *db.Tx, id string) (Type, bool, error)
	// Trust gives the trust list in force, outside of transactions.
	Trust func(ctx context.Context) (*trust.List, error)
	// Status asks a status list, outside of transactions.
	Status func(ctx context.Context, uri string, index uint64) (s Status, asOf time.Time, err error)
}

// Verifier asks for credentials and proves what is presented. It is safe for
// concurrent use, on any number of nodes.
type Verifier struct {
	db *db.DB
	o  Options
}

// New makes a Verifier.
func New(d *db.DB, o Options) *Verifier { return &Verifier{d, o} }

// What can be wrong with a presentation or a request.
var (
	errNone      = gov.Fail(gov.NotFound, "لا يوجد طلب تقديم بهذا الرمز", "There is no such request")
	errOver      = gov.Fail(gov.Conflict, "انتهت مهلة هذا الطلب أو أُجيب عنه من قبل، فاطلب من الصفحة رمزًا جديدًا", "This request has ended or was answered before; ask the page for a new one")
	errForm      = gov.Fail(gov.Invalid, "تعذّرت قراءة ما أرسلته المحفظة", "What the wallet sent cannot be read")
	errAltered   = gov.Fail(gov.Invalid, "الوثيقة التي قُدّمت معيبة أو غُيّرت بعد توقيعها", "The credential presented is damaged or was changed after it was signed")
	errBinding   = gov.Fail(gov.Invalid, "لم تُثبت المحفظة لهذا الطلب أن الوثيقة لها. أعد التقديم من الصفحة نفسها", "The wallet did not prove for this request that the credential is its own. Present it again from the same page")
	errUntrusted = gov.Fail(gov.Invalid, "الجهة التي أصدرت هذه الوثيقة ليست موثوقة لإصدار هذا النوع", "Whoever issued this credential is not trusted to issue its type")
	errType      = gov.Fail(gov.Invalid, "الوثيقة التي قُدّمت ليست من النوع المطلوب", "The credential presented is not of the type asked for")
	errEarly     = gov.Fail(gov.Invalid, "لم تبدأ صلاحية الوثيقة التي قُدّمت بعد", "The credential presented is not valid yet")
	errExpired   = gov.Fail(gov.Invalid, "انتهت صلاحية الوثيقة التي قُدّمت. جدّدها ثم قدّمها، أو أرفق غيرها", "The credential presented has expired. Renew it and present it then, or attach another document")
	errRevoked   = gov.Fail(gov.Invalid, "ألغت الجهة المصدرة هذه الوثيقة أو أصدرت بدلًا منها. حدّث محفظتك", "The issuer has revoked or replaced this credential. Refresh your wallet")
	errSuspended = gov.Fail(gov.Invalid, "أوقفت الجهة المصدرة العمل بهذه الوثيقة مؤقتًا، راجعها", "The issuer has suspended this credential; please ask the issuer")
	errAway      = gov.Fail(gov.Unavailable, "تعذّر التحقق الآن مما إذا كانت الوثيقة لا تزال سارية. قدّمها مرة أخرى بعد قليل، أو أرفق ملفًا", "Whether the credential is still in force cannot be found out right now. Present it again in a while, or attach a file")
	errOther     = gov.Fail(gov.Invalid, "هذه الوثيقة باسم شخص آخر. قدّم وثيقة صاحب الطلب", "This credential belongs to somebody else. Present that of the person the application is for")
	errLacks     = gov.Fail(gov.Invalid, "لم تُظهر المحفظة كل البيانات المطلوبة. أعد التقديم ووافق عليها كلها", "The wallet did not show everything asked for. Present again and agree to all of it")
)
