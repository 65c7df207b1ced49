package identity

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// ceremonyLife is how long an authenticator may take. Source: WebAuthn §15.1
// recommends five to ten minutes.
const ceremonyLife = 10 * time.Minute

var (
	errPasskey  = gov.Fail(gov.Invalid, "لم نتمكّن من التحقق من مفتاح المرور. حاول مجددًا أو استخدم رمزًا لمرة واحدة", "This passkey could not be verified. Try again, or use a one-time code")
	errPasskeys = gov.Fail(gov.Unavailable, "مفاتيح المرور غير متاحة على هذا العنوان، استخدم رمزًا لمرة واحدة", "Passkeys are not available at this address; use a one-time code")
	errSuspect  = gov.Fail(gov.Denied, "أُوقف مفتاح المرور هذا احترازًا لأن نسخة أخرى منه قد تكون مستخدمة. ادخل برمز لمرة واحدة ثم أضِف مفتاحًا جديدًا", "This passkey was stopped as a precaution, because a copy of it may be in use. Enter with a one-time code and add a new passkey")
)

// Passkey is a credential of a person, as they see it in their settings.
type Passkey struct {
	ID      string
	Label   string
	MadeAt  time.Time
	UsedAt  time.Time // zero: never
	Suspect bool      // stopped: a copy of it may exist
}

// keyholder is a person as the passkey library sees them.
type keyholder struct {
	Person
	keys []webauthn.Credential
}

func (k keyholder) WebAuthnID() []byte                         { return []byte(k.ID) }
func (k keyholder) WebAuthnName() string                       { return k.Name().In(k.Lang) }
func (k keyholder) WebAuthnDisplayName() string                { return k.Name().In(k.Lang) }
func (k keyholder) WebAuthnCredentials() []webauthn.Credential { return k.keys }

// party is the domain for which passkeys are made, and the origin they come from.
// A number is no domain (WebAuthn §5.1.2, RP ID): a site on this machine has its
// passkeys under the name localhost, at the same port.
func (g *Gate) party() (id, origin string) {
	u, err := url.Parse(g.Origin)
	if err == nil && net.ParseIP(u.Hostname()).IsLoopback() {
		u.Host = strings.TrimSuffix("localhost:"+u.Port(), ":")
		return "localhost", u.String()
	}
	return g.host(), g.Origin
}

func (g *Gate) relyingParty() (*webauthn.WebAuthn, error) {
	id, origin := g.party()
	w, err := webauthn.New(&webauthn.Config{RPID: id, RPDisplayName: cmp.Or(g.Name, id), RPOrigins: []string{origin}})
	if err != nil {
		return nil, errPasskeys.Because(err)
	}
	return w, nil
}

// ceremony is one challenge that waits for its answer.
type ceremony struct {
	id, purpose string
	person      gov.PersonID // of who is signed in
	session     string
	data        webauthn.SessionData
	until       time.Time
}

// BeginPasskey begins a ceremony: "enter" signs in whoever answers, "prove"
// proves the actor again, "add" gives the signed-in actor, who has proved
// themselves within ten minutes, a new passkey. The options go to the browser
// as they are. Errors: Invalid (purpose), SignIn, Unavailable.
func (g *Gate) BeginPasskey(ctx context.Context, purpose string) (id string, options json.RawMessage, err error) {
	rp, err := g.relyingParty()
	if err != nil {
		return "", nil, err
	}
	err = g.DB.Write(ctx, func(tx *db.Tx) error {
		a := tx.Actor()
		if purpose != toEnter && (a.Person == "" || a.Session == "") {
			return errNobody
		}
		c := ceremony{id: db.NewID(tx.Now()), purpose: purpose, until: tx.Now().Add(ceremonyLife)}
		if purpose != toEnter {
			c.person, c.session = a.Person, a.Session
		}
		if options, c.data, err = g.challenge(tx, rp, purpose); err != nil {
			return err
		}
		id = c.id
		return insertCeremony(tx, c)
	})
	return id, options, err
}

func (g *Gate) challenge(tx *db.Tx, rp *webauthn.WebAuthn, purpose string) (json.RawMessage, webauthn.SessionData, error) {
	var options any
	var data *webauthn.SessionData
	var err error
	switch purpose {
	case toEnter, toProve:
		options, data, err = rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	case toAdd:
		if !FreshFor(tx.Actor(), tx.Now(), ceremonyLife) {
			return nil, webauthn.SessionData{}, errProve
		}
		options, data, err = beginAdding(tx, rp)
	default:
		return nil, webauthn.SessionData{}, gov.Fail(gov.Invalid, "غرض غير معروف", "Unknown purpose").At("purpose")
	}
	if err != nil {
		return nil, webauthn.SessionData{}, err
	}
	b, err := json.Marshal(options)
	return b, *data, err
}

func beginAdding(tx *db.Tx, rp *webauthn.WebAuthn) (any, *webauthn.SessionData, error) {
	k, err := holder(tx, tx.Actor().Person)
	if err != nil {
		return nil, nil, err
	}
	return rp.BeginRegistration(k,
		webauthn.WithExclusions(webauthn.Credentials(k.keys).CredentialDescriptors()),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey:      protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired,
		}))
}

func holder(tx *db.Tx, p gov.PersonID) (keyholder, error) {
	who, err := Known(tx, p)
	if err != nil {
		return keyholder{}, err
	}
	if who.Closed {
		return keyholder{}, errNoPerson
	}
	keys, err := credentials(tx, p)
	return keyholder{who, keys}, err
}

// FinishPasskey checks an authenticator's answer. token is that of the new
// session when the ceremony was to enter, else empty. A challenge is used up by
// its first answer, right or wrong. Errors: Invalid (the answer does not fit:
// other origin, replayed, too late, unknown key), Denied (the key was stopped
// because a copy may exist), Conflict (the key is registered already).
func (g *Gate) FinishPasskey(ctx context.Context, id, label string, answer []byte, from Client) (token string, err error) {
	rp, err := g.relyingParty()
	if err != nil {
		return "", err
	}
	var wrong error
	err = g.DB.Write(ctx, func(tx *db.Tx) (err error) {
		token, wrong = "", errPasskey
		c, ok, err := takeCeremony(tx, id)
		if err != nil || !ok || !c.fits(tx) {
			return err
		}
		if c.purpose == toAdd {
			wrong, err = addPasskey(tx, rp, c, label, answer)
			return err
		}
		p, refused, err := g.checkPasskey(tx, rp, c, answer)
		if err != nil || refused != nil {
			wrong = refused
			return err
		}
		wrong = nil
		if c.purpose == toProve {
			return g.proved(tx, "passkey")
		}
		token, err = g.open(tx, p, "passkey", from)
		return err
	})
	if err == nil {
		err = wrong
	}
	return token, err
}

// fits reports whether the ceremony is still waiting, for this very session.
func (c ceremony) fits(tx *db.Tx) bool {
	a := tx.Actor()
	return tx.Now().Before(c.until) && (c.purpose == toEnter || c.person == a.Person && c.session == a.Session && a.Person != "")
}

func addPasskey(tx *db.Tx, rp *webauthn.WebAuthn, c ceremony, label string, answer []byte) (wrong, err error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return because(err), nil
	}
	k, err := holder(tx, c.person)
	if err != nil {
		return nil, err
	}
	cred, err := rp.CreateCredential(k, c.data, parsed)
	if err != nil {
		return because(err), nil
	}
	label, _ = gov.CleanText(strings.TrimSpace(label))
	if r := []rune(label); len(r) > 60 {
		label = string(r[:60])
	}
	added, err := insertPasskey(tx, keyID(cred.ID), c.person, label, *cred)
	if err != nil {
		return nil, err
	}
	if !added {
		return gov.Fail(gov.Conflict, "مفتاح المرور هذا مسجّل من قبل", "This passkey is registered already"), nil
	}
	return nil, journal.Append(tx, journal.Fact{Name: "identity.passkey-added", Subject: string(c.person)})
}

// checkPasskey verifies an assertion. A key whose counter went backwards is
// stopped: two copies of it are in use.
func (g *Gate) checkPasskey(tx *db.Tx, rp *webauthn.WebAuthn, c ceremony, answer []byte) (p gov.PersonID, wrong, err error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", because(err), nil
	}
	var who keyholder
	var lost error // a failure of the database, not of the key
	user, cred, err := rp.ValidatePasskeyLogin(func(rawID, userHandle []byte) (webauthn.User, error) {
		if who, lost = holder(tx, gov.PersonID(userHandle)); gov.KindOf(lost) == gov.NotFound {
			lost = nil
			return nil, errNoPerson
		}
		return who, lost
	}, c.data, parsed)
	switch {
	case lost != nil:
		return "", nil, lost
	case err != nil || user == nil:
		return "", because(err), nil
	case c.purpose == toProve && who.ID != c.person:
		return "", errPasskey, nil
	}
	suspect := cred.Authenticator.CloneWarning
	if err := notePasskey(tx, keyID(cred.ID), *cred, suspect); err != nil {
		return "", nil, err
	}
	if suspect {
		return "", errSuspect, journal.Append(tx, journal.Fact{Name: "identity.passkey-suspected", Subject: string(who.ID)})
	}
	return who.ID, nil, nil
}

// because keeps the library's reason for the log.
func because(err error) error {
	var detail *protocol.Error
	if errors.As(err, &detail) && detail.DevInfo != "" {
		err = errors.Join(err, errors.New(detail.DevInfo))
	}
	return errPasskey.Because(err)
}

func keyID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// Passkeys returns the actor's own passkeys, newest first. Errors: SignIn.
func Passkeys(tx *db.Tx) ([]Passkey, error) {
	p := tx.Actor().Person
	if p == "" {
		return nil, errNobody
	}
	keys, err := passkeys(tx, p)
	slices.Reverse(keys)
	return keys, err
}

// RemovePasskey takes away one of the actor's own passkeys. Errors: SignIn,
// also when they have not proved themselves within ten minutes; NotFound.
func RemovePasskey(tx *db.Tx, id string) error {
	a := tx.Actor()
	if a.Person == "" {
		return errNobody
	}
	if !FreshFor(a, tx.Now(), ceremonyLife) {
		return errProve
	}
	n, err := deletePasskey(tx, a.Person, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return gov.Fail(gov.NotFound, "لا يوجد مفتاح مرور كهذا", "There is no such passkey")
	}
	return journal.Append(tx, journal.Fact{Name: "identity.passkey-removed", Subject: string(a.Person)})
}
