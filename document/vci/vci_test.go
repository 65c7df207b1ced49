package vci

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"diwan.example/document"
	"diwan.example/document/mdoc"
	"diwan.example/document/sdjwt"
	"diwan.example/document/statuslist"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/sign"
	"diwan.example/pack"
)

func credentials(t *testing.T, r reply) (out []string) {
	t.Helper()
	all, _ := r.body["credentials"].([]any)
	for _, x := range all {
		m, _ := x.(map[string]any)
		s, _ := m["credential"].(string)
		out = append(out, s)
	}
	return out
}

// opened reads a credential as a verifier who trusts the issuer's certificates.
func (w *town) opened(text string) sdjwt.Credential {
	w.t.Helper()
	set, err := w.Issuer.Keys().Public(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := sdjwt.Verify(text, sdjwt.Options{Now: w.DB.Now(), Keys: func(kid string, chain []*x509.Certificate) crypto.PublicKey {
		for _, k := range set.Keys {
			if pub, err := k.Key(); err == nil && k.Kid == kid && len(chain) > 0 && pub.Equal(chain[0].PublicKey) {
				return pub
			}
		}
		return nil
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *town) status(c sdjwt.Credential) statuslist.Status {
	w.t.Helper()
	var ref statuslist.Reference
	if err := json.Unmarshal(c.Status, &ref); err != nil {
		w.t.Fatal(err)
	}
	l, err := w.Issuer.StatusList(w.t.Context(), ref.List.URI[strings.LastIndexByte(ref.List.URI, '/')+1:])
	if err != nil {
		w.t.Fatal(err)
	}
	list, err := statuslist.ReadJWT(l.JWT, ref.List.URI, func(_ string, chain []*x509.Certificate) crypto.PublicKey { return chain[0].PublicKey }, w.DB.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	s, _ := list.List.Get(ref.List.Index)
	return s
}

func TestPreAuthorisedCodeGivesTheDocument(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		doc := w.issue("pupil")
		x := w.make(doc)
		link, _ := url.Parse(x.Link)
		offer := w.get(link.Query().Get("credential_offer_uri"))
		w.is("offer by reference", offer, 200, "")
		whole, _ := url.Parse(x.Whole)
		if got := whole.Query().Get("credential_offer"); strings.TrimSpace(offer.Body.String()) != got {
			t.Errorf("by value %s, by reference %s", got, offer.Body)
		}
		if strings.Contains(offer.Body.String(), x.Code) {
			t.Error("the transaction code stands in the offer")
		}
		token := w.redeemed(x)
		k := key(t)
		r := w.json("/vci/credential", token, asked(kind, w.made(k, w.c())))
		w.is("credential", r, 200, "")
		c := w.opened(credentials(t, r)[0])
		if c.Claims["pupil"] != "سارة أحمد" || c.Claims["personal_number"] != "850100011" || c.Type != origin+"/vct/education/enrolment-certificate/certificate" || !c.Holder.Equal(&k.PublicKey) {
			t.Errorf("%+v", c)
		}
		if !c.Until.Equal(doc.ValidUntil) || w.status(c) != statuslist.Valid {
			t.Errorf("%v %d", c.Until, w.status(c))
		}
		w.is("notification", w.json("/vci/notification", token, map[string]string{"notification_id": r.body["notification_id"].(string), "event": "credential_accepted"}), 204, "")
		all, err := w.Copies(w.as("pupil"), doc.ID)
		if err != nil || len(all) != 1 || all[0].State != Accepted {
			t.Fatalf("%+v %v", all, err)
		}
		if err := w.TakeBack(w.as("stranger"), all[0].ID); gov.KindOf(err) != gov.NotFound {
			t.Errorf("a stranger takes it back: %v", err)
		}
		if err := w.TakeBack(w.as("mother"), all[0].ID); err != nil {
			t.Error(err)
		}
		if w.status(c) != statuslist.Invalid {
			t.Error("what was taken back still counts")
		}
		if got := strings.Join(w.facts(doc.ID), " "); got != "document.issued wallet.offered wallet.handed wallet.withdrawn" {
			t.Error(got)
		}
	})
}

func TestTheSameAsMdoc(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	doc := w.issue("pupil")
	token := w.redeemed(w.make(doc))
	k := key(t)
	r := w.json("/vci/credential", token, asked(kind+mdocMark, w.made(k, w.c())))
	w.is("mdoc", r, 200, "")
	raw, err := base64.RawURLEncoding.DecodeString(credentials(t, r)[0])
	if err != nil {
		t.Fatal(err)
	}
	c, err := mdoc.Verify(raw, mdoc.Options{Trust: func([]*x509.Certificate, mdoc.Credential) error { return nil }, Doctype: "example.enrolment", Now: w.DB.Now()})
	if err != nil || c.Element("personal_number") != "850100011" || c.Element("document_number") != doc.Number || !c.DeviceKey.Equal(&k.PublicKey) {
		t.Errorf("%+v %v", c, err)
	}
}

func TestSeveralCopiesAtOnceStandAlone(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	doc := w.issue("pupil")
	token := w.redeemed(w.make(doc))
	n := w.c()
	r := w.json("/vci/credential", token, asked(kind, w.made(key(t), n), w.made(key(t), n), w.made(key(t), n)))
	w.is("three", r, 200, "")
	all := credentials(t, r)
	if len(all) != 3 {
		t.Fatalf("%d credentials", len(all))
	}
	seen := map[string]bool{}
	for _, s := range all {
		c := w.opened(s)
		seen[string(c.Status)] = true
	}
	if len(seen) != 3 {
		t.Error("copies share a place in the status list")
	}
	w.is("deleted", w.json("/vci/notification", token, map[string]string{"notification_id": r.body["notification_id"].(string), "event": "credential_deleted"}), 204, "")
	if w.status(w.opened(all[2])) != statuslist.Invalid {
		t.Error("what was deleted still counts")
	}
	same := key(t)
	n = w.c()
	w.is("one key twice", w.json("/vci/credential", token, asked(kind, w.made(same, n), w.made(same, n))), 400, "invalid_proof")
	var many []string
	for range batchSize + 1 {
		many = append(many, "x")
	}
	w.is("too many", w.json("/vci/credential", token, asked(kind, many...)), 400, "invalid_credential_request")
}

func TestOffersCountOnceAndBriefly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		doc := w.issue("pupil")
		x := w.make(doc)
		code := w.preCode(x.ID)
		ask := func(tx string) reply {
			return w.form("/vci/token", "grant_type", preAuthorised, "pre-authorized_code", code, "tx_code", tx)
		}
		w.is("no transaction code", ask(""), 400, "invalid_request")
		for range mostTries {
			w.is("wrong transaction code", ask("x"), 400, "invalid_grant")
		}
		w.is("the right one after too many", ask(x.Code), 400, "invalid_grant")
		if again, err := w.Offer(w.as("pupil"), doc.ID, x.ID); err != nil || !again.Ended || again.Tries != mostTries {
			t.Errorf("%+v %v", again, err)
		}
		link, _ := url.Parse(x.Link)
		w.is("the offer itself", w.get(link.Query().Get("credential_offer_uri")), 404, "invalid_request")

		x = w.make(doc)
		code = w.preCode(x.ID)
		var wg sync.WaitGroup
		var mu sync.Mutex
		served := 0
		for range 8 {
			wg.Go(func() {
				r := ask(x.Code)
				mu.Lock()
				defer mu.Unlock()
				if r.Code == 200 {
					served++
				} else if r.body["error"] != "invalid_grant" {
					t.Errorf("%d %s", r.Code, r.Body)
				}
			})
		}
		wg.Wait()
		if served != 1 {
			t.Errorf("%d wallets of 8 were served by one offer", served)
		}
		w.is("replayed", ask(x.Code), 400, "invalid_grant")

		x = w.make(doc)
		code = w.preCode(x.ID)
		w.later(offerLasts)
		w.is("expired", ask(x.Code), 400, "invalid_grant")
		code = strings.ToLower(code)
		w.is("guessed", ask(x.Code), 400, "invalid_grant")
		for _, path := range []string{"/vci/offers/x", "/vci/offers/" + x.ID, "/vci/offers/" + x.ID + ".guess"} {
			w.is(path, w.get(path), 404, "invalid_request")
		}
	})
}

func TestOffersAreForHoldersAndWhatIsInForce(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	doc := w.issue("pupil")
	for p, want := range map[gov.PersonID]gov.Kind{"stranger": gov.NotFound, "": gov.NotFound, "mother": "", "pupil": ""} {
		x, err := w.Make(w.as(p), doc.ID)
		if gov.KindOf(err) != want {
			t.Errorf("%q: %v", p, err)
		}
		if _, err := w.Offer(w.as("stranger"), doc.ID, x.ID); gov.KindOf(err) != gov.NotFound {
			t.Errorf("a stranger reads an offer: %v", err)
		}
	}
	if _, err := w.Copies(w.as("stranger"), doc.ID); gov.KindOf(err) != gov.NotFound {
		t.Errorf("a stranger lists copies: %v", err)
	}
	token := w.redeemed(w.make(doc))
	if err := w.Issuer.Suspend(gov.WithActor(t.Context(), w.officer()), doc.ID, gov.T("بلاغ", "Report")); err != nil {
		t.Fatal(err)
	}
	w.is("suspended", w.json("/vci/credential", token, asked(kind, w.made(key(t), w.c()))), 400, "credential_request_denied")
	if _, err := w.Make(w.as("pupil"), doc.ID); gov.KindOf(err) != gov.Conflict {
		t.Errorf("an offer of a suspended document: %v", err)
	}
	w.def = &pack0
	plain := w.issue("pupil")
	if _, err := w.Make(w.as("pupil"), plain.ID); gov.KindOf(err) != gov.Conflict {
		t.Errorf("an offer of what does not go into wallets: %v", err)
	}
}

var pack0 = func() (d pack.Document) { d = *certificate; d.Credential = nil; return d }()

func TestProofsMustBeForUsNow(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	doc := w.issue("pupil")
	token := w.redeemed(w.make(doc))
	ask := func(proofs ...string) reply { return w.json("/vci/credential", token, asked(kind, proofs...)) }
	k := key(t)
	body := func(name string, v any) func(h, b map[string]any) { return func(_, b map[string]any) { b[name] = v } }
	head := func(name string, v any) func(h, b map[string]any) { return func(h, _ map[string]any) { h[name] = v } }
	good := w.made(k, w.c())
	cut := strings.Split(good, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"openid4vci-proof+jwt"}`)) + "." + cut[1] + "."
	other := w.made(key(t), w.c())
	for name, p := range map[string]string{
		"another audience":    w.made(k, w.c(), body("aud", "https://evil.example")),
		"two audiences":       w.made(k, w.c(), body("aud", []string{origin, "https://evil.example"})),
		"another type":        w.made(k, w.c(), head("typ", "JWT")),
		"old":                 w.made(k, w.c(), body("iat", w.DB.Now().Add(-time.Hour).Unix())),
		"of tomorrow":         w.made(k, w.c(), body("iat", w.DB.Now().Add(time.Hour).Unix())),
		"another wallet":      w.made(k, w.c(), body("iss", "somebody")),
		"no nonce":            w.made(k, ""),
		"kid beside jwk":      w.made(k, w.c(), head("kid", "x")),
		"critical":            w.made(k, w.c(), head("crit", []string{"x"})),
		"a private key":       w.made(k, w.c(), func(h, _ map[string]any) { h["jwk"].(map[string]any)["d"] = "x" }),
		"alg none":            none,
		"another's signature": cut[0] + "." + cut[1] + "." + strings.Split(other, ".")[2],
		"malformed":           "a.b",
		"not even that":       "",
	} {
		w.is(name, ask(p), 400, "invalid_proof")
	}
	w.is("no proof", w.json("/vci/credential", token, map[string]any{"credential_configuration_id": kind}), 400, "invalid_proof")
	w.is("a made-up nonce", ask(w.made(k, "made-up")), 400, "invalid_nonce")
	n := w.c()
	w.is("first", ask(w.made(k, n)), 200, "")
	w.is("a nonce twice", ask(w.made(key(t), n)), 400, "invalid_nonce")
	w.is("the same proof twice", ask(w.made(k, n)), 400, "invalid_nonce")
	old := w.c()
	w.later(nonceLasts)
	w.is("an old nonce", ask(w.made(k, old)), 400, "invalid_nonce")
	foreign := newTown(t, dbtest.SQLite(t))
	foreign.Secret = []byte("another secret")
	foreign.later(nonceLasts)
	w.is("another's nonce", ask(w.made(k, foreign.c())), 400, "invalid_nonce")
}

func TestRequestsThatAreNone(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	doc := w.issue("pupil")
	token := w.redeemed(w.make(doc))
	p := func() string { return w.made(key(t), w.c()) }
	w.is("another type", w.json("/vci/credential", token, asked("traffic/licence#licence", p())), 400, "unknown_credential_configuration")
	w.is("an identifier", w.json("/vci/credential", token, map[string]any{"credential_identifier": "x"}), 400, "unknown_credential_identifier")
	w.is("both", w.json("/vci/credential", token, map[string]any{"credential_identifier": "x", "credential_configuration_id": kind}), 400, "invalid_credential_request")
	w.is("neither", w.json("/vci/credential", token, map[string]any{}), 400, "invalid_credential_request")
	w.is("no token", w.json("/vci/credential", "", asked(kind, p())), 401, "invalid_token")
	w.is("another token", w.json("/vci/credential", "guess", asked(kind, p())), 401, "invalid_token")
	for path, code := range map[string]string{"/vci/credential": "invalid_credential_request", "/vci/deferred": "invalid_credential_request", "/vci/notification": "invalid_notification_request"} {
		huge := httptest.NewRequest("POST", path, strings.NewReader(`{"x":"`+strings.Repeat("x", largest)+`"}`))
		huge.Header.Set("Authorization", "Bearer "+token)
		huge.Header.Set("Content-Type", "application/json")
		w.is("huge", w.send(huge), 413, code)
		text := httptest.NewRequest("POST", path, strings.NewReader("{"))
		text.Header.Set("Authorization", "Bearer "+token)
		text.Header.Set("Content-Type", "application/json")
		w.is("no JSON", w.send(text), 400, code)
	}
	huge := httptest.NewRequest("POST", "/vci/token", strings.NewReader("x="+strings.Repeat("x", largest)))
	huge.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w.is("huge form", w.send(huge), 413, "invalid_request")
	twice := httptest.NewRequest("POST", "/vci/token", strings.NewReader("grant_type=a&grant_type=b"))
	twice.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w.is("a parameter twice", w.send(twice), 400, "invalid_request")
	w.is("another grant", w.form("/vci/token", "grant_type", "password"), 400, "unsupported_grant_type")
	w.is("no transaction", w.json("/vci/deferred", token, map[string]any{"transaction_id": "x"}), 400, "invalid_transaction_id")
	w.is("no notification", w.json("/vci/notification", token, map[string]any{"notification_id": "x", "event": "credential_accepted"}), 400, "invalid_notification_id")
	w.is("no event", w.json("/vci/notification", token, map[string]any{"notification_id": "x", "event": "credential_eaten"}), 400, "invalid_notification_request")
	w.later(tokenLasts)
	w.is("an old token", w.json("/vci/credential", token, asked(kind, p())), 401, "invalid_token")
}

// What is not ready is promised, and given to whom it was promised, once.
func TestPromisesAreKept(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	doc := w.issue("pupil")
	token := w.redeemed(w.make(doc))
	stranger := w.redeemed(w.make(w.issue("stranger")))
	ready := false
	w.Ready = func(*db.Tx, document.Document) bool { return ready }
	r := w.json("/vci/credential", token, asked(kind, w.made(key(t), w.c()), w.made(key(t), w.c())))
	w.is("promised", r, 202, "")
	id, _ := r.body["transaction_id"].(string)
	if r.body["interval"] != float64(retryAfter) || id == "" {
		t.Fatalf("%v", r.body)
	}
	ask := func(token string) reply {
		return w.json("/vci/deferred", token, map[string]any{"transaction_id": id})
	}
	w.later(48 * time.Hour)
	if r := ask(token); r.Code != 202 || r.body["transaction_id"] != id {
		t.Errorf("%d %s", r.Code, r.Body)
	}
	w.is("another's", ask(stranger), 401, "invalid_token")
	ready = true
	r = ask(token)
	w.is("kept", r, 200, "")
	if n := len(credentials(t, r)); n != 2 {
		t.Errorf("%d credentials", n)
	}
	w.is("kept twice", ask(token), 400, "invalid_transaction_id")
}

func TestAnswersAreEncryptedWhenAsked(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	token := w.redeemed(w.make(w.issue("pupil")))
	k := key(t)
	jwk, _ := sign.PublicJWK("me", &k.PublicKey)
	q := asked(kind, w.made(key(t), w.c()))
	q["credential_response_encryption"] = map[string]any{"jwk": jwk, "enc": "A256GCM"}
	r := w.json("/vci/credential", token, q)
	box, err := jose.ParseEncrypted(r.Body.String(), []jose.KeyAlgorithm{jose.ECDH_ES}, []jose.ContentEncryption{jose.A256GCM})
	if r.Code != 200 || r.Header().Get("Content-Type") != "application/jwt" || err != nil {
		t.Fatal(r.Code, r.Body, err)
	}
	plain, err := box.Decrypt(k)
	if err != nil || !strings.Contains(string(plain), `"credentials"`) {
		t.Errorf("%s %v", plain, err)
	}
	for name, e := range map[string]any{"enc": map[string]any{"jwk": jwk, "enc": "A128CBC-HS256"}, "no key": map[string]any{"enc": "A256GCM"}, "zip": map[string]any{"jwk": jwk, "enc": "A256GCM", "zip": "DEF"}} {
		q := asked(kind, w.made(key(t), w.c()))
		q["credential_response_encryption"] = e
		w.is(name, w.json("/vci/credential", token, q), 400, "invalid_encryption_parameters")
	}
}

// consented walks the authorisation-code flow until the code.
func (w *town) consented(who gov.PersonID, chosen gov.DocumentID, more ...string) (code, verifier string) {
	w.t.Helper()
	verifier = strings.Repeat("v", 43)
	sum := sha256.Sum256([]byte(verifier))
	q := url.Values{"client_id": {"wallet.example"}, "redirect_uri": {"https://wallet.example/back"}, "response_type": {"code"}, "scope": {kind}, "state": {"s-1"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"}}
	for i := 0; i < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	r := w.get("/vci/authorize?" + q.Encode())
	id, ok := strings.CutPrefix(r.Header().Get("Location"), "/wallet/consent/")
	if r.Code != 302 || !ok {
		w.t.Fatal(r.Code, r.Header(), r.Body)
	}
	to, err := w.Allow(w.as(who), id, []gov.DocumentID{chosen})
	if err != nil {
		w.t.Fatal(err)
	}
	u, _ := url.Parse(to)
	if u.Host != "wallet.example" || u.Query().Get("state") != "s-1" || u.Query().Get("iss") != origin {
		w.t.Error(to)
	}
	if _, err := w.Allow(w.as(who), id, []gov.DocumentID{chosen}); gov.KindOf(err) != gov.NotFound {
		w.t.Errorf("a request is answered twice: %v", err)
	}
	return u.Query().Get("code"), verifier
}

func (w *town) exchanged(code, verifier string) reply {
	return w.form("/vci/token", "grant_type", "authorization_code", "code", code, "code_verifier", verifier, "client_id", "wallet.example", "redirect_uri", "https://wallet.example/back")
}

func TestAuthorisationCodeGivesTheDocument(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		doc, other := w.issue("pupil"), w.issue("neighbour")
		code, v := w.consented("pupil", doc.ID)
		w.is("another verifier", w.exchanged(code, "x"), 400, "invalid_grant")
		r := w.exchanged(code, v)
		w.is("token", r, 200, "")
		token := r.body["access_token"].(string)
		got := w.json("/vci/credential", token, asked(kind, w.made(key(t), w.c(), func(_, b map[string]any) { b["iss"] = "wallet.example" })))
		w.is("credential", got, 200, "")
		all, err := w.Copies(w.as("pupil"), doc.ID)
		if err != nil || len(all) != 1 || all[0].Client != "wallet.example" {
			t.Errorf("%+v %v", all, err)
		}
		w.is("the code twice", w.exchanged(code, v), 400, "invalid_grant")
		w.is("what it gave has ended", w.json("/vci/credential", token, asked(kind, w.made(key(t), w.c()))), 401, "invalid_token")

		q := w.get("/vci/authorize?client_id=w&redirect_uri=w:/b&response_type=code&code_challenge_method=S256&code_challenge=" + strings.Repeat("a", 43) + "&scope=" + url.QueryEscape(kind))
		id := strings.TrimPrefix(q.Header().Get("Location"), "/wallet/consent/")
		if _, err := w.Allow(w.as("pupil"), id, []gov.DocumentID{other.ID}); gov.KindOf(err) != gov.Invalid {
			t.Errorf("a neighbour's document is handed over: %v", err)
		}
		if _, err := w.Allow(w.as(""), id, []gov.DocumentID{doc.ID}); gov.KindOf(err) != gov.SignIn {
			t.Errorf("nobody allows: %v", err)
		}
		a, err := w.Asked(w.as("pupil"), id)
		if err != nil || len(a.Items) != 1 || len(a.Items[0].Choices) != 1 || a.Items[0].Choices[0].Document != doc.ID || a.Place != "w" {
			t.Errorf("%+v %v", a, err)
		}
		if to, err := w.Decline(w.as("pupil"), id); err != nil || !strings.HasPrefix(to, "w:/b?error=access_denied") {
			t.Error(to, err)
		}
		code, v = w.consented("pupil", doc.ID)
		w.later(codeLasts)
		w.is("an old code", w.exchanged(code, v), 400, "invalid_grant")
	})
}

func TestDetailsNameTheCredential(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	doc := w.issue("pupil")
	code, v := w.consented("pupil", doc.ID, "scope", "", "authorization_details", `[{"type":"openid_credential","credential_configuration_id":"`+kind+`"}]`)
	r := w.exchanged(code, v)
	details, _ := r.body["authorization_details"].([]any)
	if len(details) != 1 {
		t.Fatal(r.Body)
	}
	id := details[0].(map[string]any)["credential_identifiers"].([]any)[0].(string)
	token := r.body["access_token"].(string)
	w.is("by configuration", w.json("/vci/credential", token, asked(kind, w.made(key(t), w.c()))), 400, "unknown_credential_configuration")
	q := asked("", w.made(key(t), w.c()))
	delete(q, "credential_configuration_id")
	q["credential_identifier"] = id
	w.is("by identifier", w.json("/vci/credential", token, q), 200, "")
	if strings.Contains(id, string(doc.ID)) {
		t.Error("the identifier gives the document's code away")
	}
}

func TestAuthorisationRequestsThatAreNone(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	ask := func(pairs ...string) reply {
		q := url.Values{"client_id": {"w"}, "redirect_uri": {"https://w.example/b"}, "response_type": {"code"}, "scope": {kind}, "code_challenge": {strings.Repeat("a", 43)}, "code_challenge_method": {"S256"}}
		for i := 0; i < len(pairs); i += 2 {
			q.Set(pairs[i], pairs[i+1])
		}
		return w.get("/vci/authorize?" + q.Encode())
	}
	for _, to := range []string{"", "javascript:alert(1)", "http://evil.example/", "data:text/html,x", "https://a@b.example/", "https://w.example/#x", "//w.example"} {
		if r := ask("redirect_uri", to); r.Code != 400 || r.Header().Get("Location") != "" {
			t.Errorf("%q: %d %s", to, r.Code, r.Header().Get("Location"))
		}
	}
	for name, pairs := range map[string][]string{
		"no PKCE": {"code_challenge", ""}, "plain PKCE": {"code_challenge_method", "plain"}, "implicit": {"response_type", "token"},
		"no scope": {"scope", ""}, "another scope": {"scope", "openid"}, "details": {"authorization_details", "["},
	} {
		r := ask(pairs...)
		if at := r.Header().Get("Location"); r.Code != 302 || !strings.HasPrefix(at, "https://w.example/b?error=") {
			t.Errorf("%s: %d %s %s", name, r.Code, at, r.Body)
		}
	}
	w.is("a pushed request that is none", w.get("/vci/authorize?client_id=w&request_uri="+requestName+"x"), 400, "invalid_request")
	pushed := w.form("/vci/par", "client_id", "w", "redirect_uri", "https://w.example/b", "response_type", "code", "scope", kind, "code_challenge", strings.Repeat("a", 43), "code_challenge_method", "S256")
	w.is("pushed", pushed, 201, "")
	uri := url.QueryEscape(pushed.body["request_uri"].(string))
	w.is("another's pushed request", w.get("/vci/authorize?client_id=x&request_uri="+uri), 400, "invalid_request")
	if r := w.get("/vci/authorize?client_id=w&request_uri=" + uri); r.Code != 302 || !strings.HasPrefix(r.Header().Get("Location"), "/wallet/consent/") {
		t.Errorf("%d %s", r.Code, r.Body)
	}
}

// A token bound to a key is worth nothing without it.
func TestBoundTokens(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	x := w.make(w.issue("pupil"))
	k, n := key(t), 0
	proof := func(path, token string, change ...func(h, b map[string]any)) string {
		n++
		return w.made(k, "", append([]func(h, b map[string]any){func(h, b map[string]any) {
			h["typ"] = "dpop+jwt"
			b["jti"], b["htm"], b["htu"] = string(rune('a'+n)), "POST", origin+path
			if token != "" {
				sum := sha256.Sum256([]byte(token))
				b["ath"] = base64.RawURLEncoding.EncodeToString(sum[:])
			}
		}}, change...)...)
	}
	f := url.Values{"grant_type": {preAuthorised}, "pre-authorized_code": {w.preCode(x.ID)}, "tx_code": {x.Code}}
	r := httptest.NewRequest("POST", "/vci/token", strings.NewReader(f.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("DPoP", proof("/vci/token", ""))
	got := w.send(r)
	if got.Code != 200 || got.body["token_type"] != "DPoP" {
		t.Fatal(got.Code, got.Body)
	}
	token := got.body["access_token"].(string)
	use := func(scheme, dpop string) reply {
		b, _ := json.Marshal(asked(kind, w.made(key(t), w.c())))
		r := httptest.NewRequest("POST", "/vci/credential", strings.NewReader(string(b)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", scheme+" "+token)
		if dpop != "" {
			r.Header.Set("DPoP", dpop)
		}
		return w.send(r)
	}
	good := proof("/vci/credential", token)
	w.is("bound", use("DPoP", good), 200, "")
	w.is("a proof twice", use("DPoP", good), 401, "invalid_dpop_proof")
	w.is("without a proof", use("Bearer", ""), 401, "invalid_dpop_proof")
	w.is("for another address", use("DPoP", proof("/vci/token", token)), 401, "invalid_dpop_proof")
	w.is("for another token", use("DPoP", proof("/vci/credential", "x")), 401, "invalid_dpop_proof")
	k = key(t)
	w.is("by another key", use("DPoP", proof("/vci/credential", token)), 401, "invalid_token")
}

func TestDescriptions(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	w.issue("pupil")
	m := w.get("/.well-known/openid-credential-issuer")
	all, _ := m.body["credential_configurations_supported"].(map[string]any)
	if m.body["credential_issuer"] != origin || len(all) != 2 || !strings.Contains(m.Body.String(), "شهادة قيد") || !strings.Contains(m.Body.String(), `"batch_size":10`) {
		t.Error(m.Body)
	}
	jwt := w.get("/.well-known/openid-credential-issuer", "Accept", "application/jwt")
	j, err := sign.Read(jwt.Body.String())
	if err != nil || j.Typ != "openidvci-issuer-metadata+jwt" || len(j.Chain) == 0 || !j.Valid(j.Chain[0].PublicKey) || !strings.Contains(string(j.Payload), `"sub":"`+origin+`"`) {
		t.Error(jwt.Body, err)
	}
	for _, path := range []string{"/.well-known/oauth-authorization-server", "/.well-known/jwt-vc-issuer"} {
		if r := w.get(path); r.Code != 200 || r.body["issuer"] != origin {
			t.Error(path, r.Body)
		}
	}
	v := w.get("/vct/education/enrolment-certificate/certificate")
	if v.Code != 200 || v.body["vct"] != origin+"/vct/education/enrolment-certificate/certificate" || !strings.Contains(v.Body.String(), "الرقم الشخصي") || !strings.Contains(v.Body.String(), `"personal_number"`) {
		t.Error(v.Body)
	}
	w.is("no such type", w.get("/vct/a/b/c"), 404, "invalid_request")
}
