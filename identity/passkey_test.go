package identity

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	vw "github.com/descope/virtualwebauthn"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

var portal = vw.RelyingParty{Name: "Diwan", ID: "portal.example", Origin: "https://portal.example"}

// Browsers make no passkeys for a number; a site on this machine has a name.
func TestPasskeysBelongToAName(t *testing.T) {
	for origin, want := range map[string][2]string{
		"https://portal.example":      {"portal.example", "https://portal.example"},
		"https://portal.example:8443": {"portal.example", "https://portal.example:8443"},
		"http://127.0.0.1:8080":       {"localhost", "http://localhost:8080"},
		"http://[::1]:8080":           {"localhost", "http://localhost:8080"},
		"http://127.0.0.1":            {"localhost", "http://localhost"},
		"http://localhost:8080":       {"localhost", "http://localhost:8080"},
	} {
		if id, from := (&Gate{Origin: origin}).party(); id != want[0] || from != want[1] {
			t.Errorf("%s: passkeys for %s from %s, want %v", origin, id, from, want)
		}
	}
}

// device is an authenticator with one key of one person.
type device struct {
	vw.Authenticator
	key vw.Credential
}

// newKey makes a key whose coordinates both have 32 bytes; the library forgets
// their leading zeros, which no real authenticator does.
func newKey() vw.Credential {
	for {
		if c := vw.NewCredential(vw.KeyTypeEC2); len(c.Key.AttestationData()) == 77 {
			return c
		}
	}
}

// add registers a new device for whoever holds the token.
func (w *town) add(token string) *device {
	w.Helper()
	ctx := w.as(token)
	d := &device{vw.NewAuthenticatorWithOptions(vw.AuthenticatorOptions{UserHandle: []byte(gov.ActorFrom(ctx).Person)}), newKey()}
	d.key.Counter = 5
	id, options, err := w.BeginPasskey(ctx, "add")
	w.want(err, "")
	o, err := vw.ParseAttestationOptions(string(options))
	if err != nil {
		w.Fatal(err)
	}
	if strings.Contains(string(options), number(1)) {
		w.Error("the civil number reached the authenticator")
	}
	_, err = w.FinishPasskey(ctx, id, " My phone ", []byte(vw.CreateAttestationResponse(portal, d.Authenticator, d.key, *o)), Client{})
	w.want(err, "")
	d.AddCredential(d.key)
	return d
}

// respond begins a ceremony and lets the device answer at an origin.
func (w *town) respond(ctx context.Context, d *device, purpose string, at vw.RelyingParty) (id string, answer []byte) {
	w.Helper()
	id, options, err := w.BeginPasskey(ctx, purpose)
	w.want(err, "")
	o, err := vw.ParseAssertionOptions(string(options))
	if err != nil {
		w.Fatal(err)
	}
	d.key.Counter++
	return id, []byte(vw.CreateAssertionResponse(at, d.Authenticator, d.key, *o))
}

func TestAPasskeyLetsItsOwnerIn(t *testing.T) {
	each(t, func(w *town) {
		d := w.add(w.enter(number(1)))
		w.pass(time.Hour)
		id, answer := w.respond(background, d, "enter", portal)
		token, err := w.FinishPasskey(background, id, "", answer, Client{Device: "Phone"})
		w.want(err, "")
		a := gov.ActorFrom(w.as(token))
		if a.Person != w.sara || !FreshFor(a, w.DB.Now(), time.Minute) {
			t.Errorf("%+v", a)
		}
		_, err = w.FinishPasskey(background, id, "", answer, Client{}) // replayed
		w.want(err, gov.Invalid)
		w.write(a, func(tx *db.Tx) error {
			keys, err := Passkeys(tx)
			if err != nil || len(keys) != 1 || keys[0].Label != "My phone" || keys[0].UsedAt.IsZero() || keys[0].Suspect {
				t.Errorf("%+v %v", keys, err)
			}
			return err
		})
	})
}

func TestAnswersFromElsewhereAreRefused(t *testing.T) {
	phish := vw.RelyingParty{Name: "Diwan", ID: "portal.example", Origin: "https://portal.example.evil.test"}
	foreign := vw.RelyingParty{Name: "Diwan", ID: "other.example", Origin: "https://portal.example"}
	each(t, func(w *town) {
		d := w.add(w.enter(number(1)))
		for _, at := range []vw.RelyingParty{phish, foreign} {
			id, answer := w.respond(background, d, "enter", at)
			_, err := w.FinishPasskey(background, id, "", answer, Client{})
			w.want(err, gov.Invalid)
			_, right := w.respond(background, d, "enter", portal)
			_, err = w.FinishPasskey(background, id, "", right, Client{}) // the challenge is spent, and not this one's
			w.want(err, gov.Invalid)
		}
		id, answer := w.respond(background, d, "enter", portal)
		w.pass(10 * time.Minute)
		_, err := w.FinishPasskey(background, id, "", answer, Client{})
		w.want(err, gov.Invalid)

		thief := &device{vw.NewAuthenticatorWithOptions(vw.AuthenticatorOptions{UserHandle: []byte(w.sara)}), newKey()}
		thief.key.ID = d.key.ID // knows the public parts, not the key
		id, answer = w.respond(background, thief, "enter", portal)
		_, err = w.FinishPasskey(background, id, "", answer, Client{})
		w.want(err, gov.Invalid)

		careless := &device{vw.NewAuthenticatorWithOptions(vw.AuthenticatorOptions{UserHandle: []byte(w.sara), UserNotVerified: true}), d.key}
		id, answer = w.respond(background, careless, "enter", portal)
		_, err = w.FinishPasskey(background, id, "", answer, Client{})
		w.want(err, gov.Invalid)
		for _, junk := range []string{"", "null", "{}", `{"id":1}`, strings.Repeat("[", 10000)} {
			id, _ := w.respond(background, d, "enter", portal)
			_, err = w.FinishPasskey(background, id, "", []byte(junk), Client{})
			w.want(err, gov.Invalid)
		}
	})
}

func TestACopiedKeyIsStopped(t *testing.T) {
	each(t, func(w *town) {
		d := w.add(w.enter(number(1)))
		copied := *d
		id, answer := w.respond(background, d, "enter", portal)
		_, err := w.FinishPasskey(background, id, "", answer, Client{})
		w.want(err, "")
		id, answer = w.respond(background, &copied, "enter", portal) // its counter is behind
		_, err = w.FinishPasskey(background, id, "", answer, Client{})
		w.want(err, gov.Denied)
		d.key.Counter += 10
		id, answer = w.respond(background, d, "enter", portal)
		_, err = w.FinishPasskey(background, id, "", answer, Client{})
		w.want(err, gov.Invalid) // stopped for both until a new one is made
	})
}

func TestProvingNeedsOnesOwnKeyAndSession(t *testing.T) {
	each(t, func(w *town) {
		sara, ali := w.enter(number(1)), w.enter(number(2))
		mine, his := w.add(sara), w.add(ali)
		w.pass(11 * time.Minute)
		id, answer := w.respond(w.as(sara), his, "prove", portal)
		_, err := w.FinishPasskey(w.as(sara), id, "", answer, Client{})
		w.want(err, gov.Invalid)
		id, answer = w.respond(w.as(sara), mine, "prove", portal)
		_, err = w.FinishPasskey(w.as(ali), id, "", answer, Client{})
		w.want(err, gov.Invalid)
		_, _, err = w.BeginPasskey(w.as(sara), "add")
		w.want(err, gov.SignIn)
		id, answer = w.respond(w.as(sara), mine, "prove", portal)
		token, err := w.FinishPasskey(w.as(sara), id, "", answer, Client{})
		w.want(err, "")
		if token != "" || !FreshFor(gov.ActorFrom(w.as(sara)), w.DB.Now(), time.Minute) {
			t.Error("proving makes fresh and opens no session")
		}
		remove := func(token, id string) error {
			return w.try(gov.ActorFrom(w.as(token)), func(tx *db.Tx) error { return RemovePasskey(tx, id) })
		}
		w.want(remove(ali, keyID(his.key.ID)), gov.SignIn)
		w.want(remove(sara, keyID(his.key.ID)), gov.NotFound)
		w.want(remove(sara, keyID(mine.key.ID)), "")
		id, answer = w.respond(background, mine, "enter", portal)
		_, err = w.FinishPasskey(background, id, "", answer, Client{})
		w.want(err, gov.Invalid)
		_, _, err = w.BeginPasskey(background, "prove")
		w.want(err, gov.SignIn)
		_, _, err = w.BeginPasskey(background, "steal")
		w.want(err, gov.SignIn)
	})
}

func TestThePasskeyHandlersSpeakJSON(t *testing.T) {
	each(t, func(w *town) {
		d := w.add(w.enter(number(1)))
		post := func(h http.Handler, body string) *httptest.ResponseRecorder {
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, httptest.NewRequest("POST", "/", strings.NewReader(body)))
			return rec
		}
		begin, finish := w.PasskeyBegin(), w.PasskeyFinish(func(*http.Request) Client { return Client{Device: "Phone"} })
		var got struct {
			Ceremony string
			Options  json.RawMessage
		}
		if err := json.Unmarshal(post(begin, `{"purpose":"enter"}`).Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		o, err := vw.ParseAssertionOptions(string(got.Options))
		if err != nil {
			t.Fatal(err)
		}
		d.key.Counter++
		rec := post(finish, db.JSON(map[string]any{"ceremony": got.Ceremony, "response": json.RawMessage(vw.CreateAssertionResponse(portal, d.Authenticator, d.key, *o))}))
		cookie, err := http.ParseSetCookie(rec.Header().Get("Set-Cookie"))
		if rec.Code != 200 || err != nil || cookie.Name != "__Host-diwan" || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
			t.Fatalf("%d %v %v", rec.Code, cookie, err)
		}
		back := httptest.NewRequest("GET", "/", nil)
		back.AddCookie(cookie)
		if _, p, _, err := w.Actor(background, w.Token(back)); err != nil || p.ID != w.sara {
			t.Error(err)
		}
		for body, status := range map[string]int{`{"purpose":"add"}`: 401, `{"purpose":"x"}`: 401, `{`: 400, strings.Repeat(" ", answerLimit+1): 400} {
			if rec := post(begin, body); rec.Code != status || !strings.Contains(rec.Body.String(), `"ar"`) {
				t.Errorf("%.20q: %d %s", body, rec.Code, rec.Body)
			}
		}
		if rec := post(finish, `{"ceremony":"x","response":{}}`); rec.Code != 400 || rec.Header().Get("Set-Cookie") != "" {
			t.Errorf("%d", rec.Code)
		}
	})
}
