// Package identity knows the people: who they are, how they sign in without a
// password, what they may do inside an organisation, and for whom they may act.
//
// Functions that take a transaction belong to the caller's transaction; the
// Gate's methods take a context and open their own. A session or API token is
// stored only as a hash, a one-time code only under the server's secret. Nobody
// can learn from outside whether somebody has an account.
package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Gate is where people come in. DB, Secret, Origin and Send must be set; every
// other zero value works.
type Gate struct {
	DB     *db.DB
	Secret []byte // at least 32 bytes, the same on every node
	Origin string // where the pages are, "https://portal.example"; passkeys are bound to it
	Name   string // of the installation, as authenticators show it
	Log    *slog.Logger

	// Send hands a text to a person inside tx; the message must not leave before
	// tx is durable.
	Send func(tx *db.Tx, to Contact, text gov.Text) error
	// Wake, if set, is called when a code waits to be sent.
	Wake func()

	OneClick bool // accounts may be entered without proof: for trying a sample country only

	Idle   time.Duration // a session unused this long ends; 0: 30 minutes
	Whole  time.Duration // no session lasts longer; 0: 12 hours
	Rotate time.Duration // a token in use is replaced after this; 0: 15 minutes
}

// Contact is where a person can be reached.
type Contact struct {
	Person gov.PersonID
	Email  string
	Phone  string
	Lang   gov.Lang
}

// Client is the far end of a request, as far as it is worth remembering.
type Client struct {
	Address string // network address, for limits only; never stored in clear
	Device  string // what people recognise their device by: "Firefox, Linux"
	Channel gov.Channel
}

var (
	errNobody   = gov.Fail(gov.SignIn, "يُرجى تسجيل الدخول أولًا", "Please sign in first")
	errDenied   = gov.Fail(gov.Denied, "لا تملك صلاحية القيام بذلك", "You are not allowed to do this")
	errNoPerson = gov.Fail(gov.NotFound, "لم نعثر على هذا الشخص", "We could not find this person")
	errProve    = gov.Fail(gov.SignIn, "لحمايتك، أكِّد هويتك مرة أخرى قبل المتابعة", "To protect you, please prove who you are again before continuing")
)

func (g *Gate) idle() time.Duration   { return orElse(g.Idle, 30*time.Minute) }
func (g *Gate) whole() time.Duration  { return orElse(g.Whole, 12*time.Hour) }
func (g *Gate) rotate() time.Duration { return orElse(g.Rotate, 15*time.Minute) }

func orElse(d, standard time.Duration) time.Duration {
	if d == 0 {
		return standard
	}
	return d
}

// secure reports whether the pages are served over TLS.
func (g *Gate) secure() bool { return strings.HasPrefix(g.Origin, "https://") }

// host is the name that passkeys are bound to.
func (g *Gate) host() string {
	u, err := url.Parse(g.Origin)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// Check reports what is missing before a Gate may be used.
func (g *Gate) Check() error {
	switch {
	case g.DB == nil || g.Send == nil:
		return gov.Fail(gov.Internal, "بوابة الدخول غير مكتملة الإعداد", "The sign-in gate lacks its database or its way to send codes")
	case len(g.Secret) < 32:
		return gov.Fail(gov.Invalid, "مفتاح الخادم السري أقصر من 32 بايت", "The server's secret is shorter than 32 bytes")
	case g.host() == "":
		return gov.Fail(gov.Invalid, "عنوان الموقع غير صحيح", "The origin is not an address such as https://portal.example")
	}
	return nil
}

// sealed is what is stored instead of something short enough to be guessed.
func (g *Gate) sealed(parts ...string) string {
	m := hmac.New(sha256.New, g.Secret)
	for _, p := range parts {
		m.Write([]byte{byte(len(p) >> 8), byte(len(p))})
		m.Write([]byte(p))
	}
	return hex.EncodeToString(m.Sum(nil))
}

// hashed is what is stored instead of a token of 256 random bits.
func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// trusted reports whether a is the machine itself: timers, imports, seeding.
func trusted(a gov.Actor) bool { return a.Person == gov.System.Person }

// FreshFor reports whether the actor has proved who they are within the last d.
// Ask it before money moves and before decisions.
func FreshFor(a gov.Actor, now time.Time, d time.Duration) bool {
	return !a.StepUp.IsZero() && now.Sub(a.StepUp) < d
}
