package vp

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"math/big"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/document/mdoc"
	"diwan.example/document/sdjwt"
	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
	"diwan.example/internal/sign"
	"diwan.example/pack"
	"github.com/go-jose/go-jose/v4"
)

const (
	card    = "identity-card/renewal#card_slip"
	applies = gov.PersonID("sara")
	civil   = "900304118"
)

// world is a verifier of ours, an issuer and wallets.
type world struct {
	t        *testing.T
	db       *db.DB
	v        *Verifier
	own      *ecdsa.PrivateKey
	ownChain []*x509.Certificate
	key      *ecdsa.PrivateKey // of the issuer
	chain    []*x509.Certificate
	device   *ecdsa.PrivateKey
	now      time.Time
	status   Status
	away     error
	may      string // the type that the issuer may issue
}

func fresh() *ecdsa.PrivateKey {
	k, err := sign.Generate()
	if err != nil {
		panic(err)
	}
	return k
}

func certified(key *ecdsa.PrivateKey, kid string) []*x509.Certificate {
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: kid, SerialNumber: kid, Country: []string{"BH"}}, NotBefore: dbtest.Start.AddDate(-1, 0, 0), NotAfter: dbtest.Start.AddDate(9, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		panic(err)
	}
	out, _ := x509.ParseCertificate(der)
	return []*x509.Certificate{out}
}

func newWorld(t *testing.T, d *db.DB) *world {
	w := &world{t: t, db: d, own: fresh(), key: fresh(), device: fresh(), now: dbtest.Start, status: Valid, may: card}
	w.ownChain, w.chain = certified(w.own, "iga-1"), certified(w.key, "npa-1")
	vault, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	d.SetClock(func() time.Time { return w.now })
	w.v = New(d, Options{BaseURL: "https://gov.example", Vault: vault,
		Signing: func(*db.Tx) (crypto.Signer, []*x509.Certificate, error) { return w.own, w.ownChain, nil },
		Type: func(_ *db.Tx, id string) (Type, bool, error) {
			return Type{ID: card, Title: gov.T("بطاقة", "Card"), VCT: "https://gov.example/vct/card", Mdoc: &pack.Mdoc{Doctype: "example.card", Namespace: "example.card.1"},
				Claims: []pack.Claim{{Name: "name_ar", Element: "full_name"}, {Name: "civil_number", Kind: form.CivilNumber}, {Name: "valid_until", Kind: form.Date, Element: "expiry_date"}}}, id == card, nil
		},
		Trust: func(context.Context) (*trust.List, error) {
			k := trust.Key{ID: "npa-1", State: trust.Active, From: trust.At(w.now.AddDate(-1, 0, 0)), Until: trust.At(w.now.AddDate(9, 0, 0)), Types: []string{w.may}, X5C: trust.Texts(w.chain)}
			return &trust.List{Entities: []trust.Entity{{Organisation: trust.Organisation{ID: "npa", Name: gov.T("الجهة", "Entity")}, Keys: []trust.Key{k}}}}, nil
		},
		Status: func(context.Context, string, uint64) (Status, time.Time, error) { return w.status, w.now, w.away },
	})
	return w
}

func (w *world) as(p gov.PersonID, do func(tx *db.Tx) error) error {
	ctx := gov.WithActor(context.Background(), gov.Actor{Person: p, Channel: gov.Portal})
	return w.db.Write(ctx, do)
}

func (w *world) ask(plain bool) (r Request) {
	w.t.Helper()
	if err := w.as(applies, func(tx *db.Tx) (err error) {
		r, err = w.v.Ask(tx, Wish{Person: applies, Civil: civil, Case: "c1", Name: "card", For: "moe", Type: card, Claims: []string{"name_ar", "valid_until"}, Plain: plain})
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) document() mdoc.Draft {
	return mdoc.Draft{Doctype: "example.card", Namespace: "example.card.1", DeviceKey: &w.device.PublicKey, Signed: w.now.Add(-time.Hour), Until: w.now.AddDate(1, 0, 0),
		Status:   &mdoc.Status{URI: "https://gov.example/status/npa-1", Index: 7},
		Elements: []mdoc.Element{{ID: "full_name", Value: "سارة أحمد"}, {ID: "civil_number", Value: civil}, {ID: "expiry_date", Value: mdoc.FullDate("2030-01-31")}, {ID: "portrait", Value: []byte{1, 2}}}}
}

// object is what a wallet reads of a request.
type object struct {
	ClientID string `json:"client_id"`
	Nonce    string `json:"nonce"`
	State    string `json:"state"`
	Address  string `json:"response_uri"`
	Mode     string `json:"response_mode"`
	Meta     struct {
		JWKS jose.JSONWebKeySet `json:"jwks"`
	} `json:"client_metadata"`
}

func (w *world) fetch(code string) (o object) {
	w.t.Helper()
	token, err := w.v.Object(context.Background(), code, false)
	if err != nil {
		w.t.Fatal(err)
	}
	j, err := jose.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		w.t.Fatal(err)
	}
	body, err := j.Verify(w.own.Public())
	if err != nil || json.Unmarshal(body, &o) != nil {
		w.t.Fatal(err)
	}
	return o
}

// wallet makes an answer; change spoils it before it is sent.
func (w *world) wallet(o object, d mdoc.Draft, change func(o *object, elements *[]string)) url.Values {
	w.t.Helper()
	issued, err := mdoc.Issue(w.key, w.chain, d)
	if err != nil {
		w.t.Fatal(err)
	}
	elements := []string{"full_name", "civil_number", "expiry_date"}
	if change != nil {
		change(&o, &elements)
	}
	s := mdoc.Session{ClientID: o.ClientID, Nonce: o.Nonce, ResponseURI: o.Address}
	if o.Mode == "direct_post.jwt" {
		s.Thumbprint, _ = o.Meta.JWKS.Keys[0].Thumbprint(crypto.SHA256)
	}
	raw, err := mdoc.Present(issued, elements, w.device, s)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.post(o, map[string][]string{"mdoc": {b64.EncodeToString(raw)}})
}

func (w *world) post(o object, token map[string][]string) url.Values {
	w.t.Helper()
	if o.Mode == "direct_post" {
		b, _ := json.Marshal(token)
		return url.Values{"vp_token": {string(b)}, "state": {o.State}}
	}
	enc, err := jose.NewEncrypter(jose.A128GCM, jose.Recipient{Algorithm: jose.ECDH_ES, Key: o.Meta.JWKS.Keys[0].Key}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	body, _ := json.Marshal(map[string]any{"vp_token": token, "state": o.State})
	jwe, err := enc.Encrypt(body)
	if err != nil {
		w.t.Fatal(err)
	}
	text, _ := jwe.CompactSerialize()
	return url.Values{"response": {text}}
}

func (w *world) answer(code string, in url.Values) error {
	_, err := w.v.Answer(context.Background(), code, in)
	return err
}

func (w *world) of(code string) (r Request) {
	w.t.Helper()
	if err := w.as(applies, func(tx *db.Tx) (err error) { r, err = w.v.Of(tx, code); return err }); err != nil {
		w.t.Fatal(err)
	}
	return r
}

func each(t *testing.T, test func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newWorld(t, d)) })
}

func TestACredentialIsPresentedAndCollectedOnce(t *testing.T) {
	each(t, func(w *world) {
		for _, plain := range []bool{false, true} {
			r := w.ask(plain)
			if err := w.answer(r.Code, w.wallet(w.fetch(r.Code), w.document(), nil)); err != nil {
				w.t.Fatal(err)
			}
			if err := w.as("ali", func(tx *db.Tx) error { _, err := w.v.Collect(tx, r.Code); return err }); gov.KindOf(err) != gov.NotFound {
				w.t.Errorf("somebody else collects: %v", err)
			}
			var got Presented
			collect := func(tx *db.Tx) (err error) { got, err = w.v.Collect(tx, r.Code); return err }
			if err := w.as(applies, collect); err != nil {
				w.t.Fatal(err)
			}
			if want := map[string]any{"name_ar": "سارة أحمد", "valid_until": "2030-01-31"}; !reflect.DeepEqual(got.Values(), want) || got.Issuer != "npa" || got.Form != Mdoc || got.Status == 0 {
				w.t.Errorf("collected %+v", got)
			}
			if err := w.as(applies, collect); gov.KindOf(err) != gov.Conflict {
				w.t.Errorf("collected twice: %v", err)
			}
			if r := w.of(r.Code); len(r.Given.Claims) > 0 || r.sealed != "" || r.Wish.Civil != "" {
				w.t.Errorf("kept after it was collected: %+v", r)
			}
		}
	})
}

// What does not count ends the request, and its page says why.
func TestWhatDoesNotCountIsSaidAndEndsTheRequest(t *testing.T) {
	each(t, func(w *world) {
		thief := fresh()
		for name, c := range map[string]struct {
			world  func()
			draft  func(d *mdoc.Draft)
			change func(o *object, elements *[]string)
			want   error
		}{
			"another nonce":          {change: func(o *object, _ *[]string) { o.Nonce = "n" }, want: errBinding},
			"another audience":       {change: func(o *object, _ *[]string) { o.ClientID = "x509_hash:other" }, want: errBinding},
			"another address":        {change: func(o *object, _ *[]string) { o.Address += "x" }, want: errBinding},
			"bound to another key":   {draft: func(d *mdoc.Draft) { d.DeviceKey = &thief.PublicKey }, want: errBinding},
			"of another person":      {draft: func(d *mdoc.Draft) { d.Elements[1].Value = "850100011" }, want: errOther},
			"expired":                {draft: func(d *mdoc.Draft) { d.Until = d.Signed.Add(time.Minute) }, want: errExpired},
			"not yet valid":          {draft: func(d *mdoc.Draft) { d.From = d.Signed.Add(48 * time.Hour) }, want: errEarly},
			"another type":           {draft: func(d *mdoc.Draft) { d.Doctype = "example.other" }, want: errType},
			"a claim held back":      {change: func(_ *object, e *[]string) { *e = (*e)[:2] }, want: errLacks},
			"a name of 500 letters":  {draft: func(d *mdoc.Draft) { d.Elements[0].Value = strings.Repeat("ا", 500) }, want: errLacks},
			"revoked":                {world: func() { w.status = Invalid }, want: errRevoked},
			"suspended":              {world: func() { w.status = Suspended }, want: errSuspended},
			"status list away":       {world: func() { w.away = errors.New("no route") }, want: errAway},
			"untrusted issuer":       {world: func() { w.key, w.chain = thief, certified(thief, "npa-1") }, want: errUntrusted},
			"wrong issuer of a type": {world: func() { w.may = "other" }, want: errUntrusted},
		} {
			key, chain := w.key, w.chain
			r := w.ask(name < "c")
			d := w.document()
			if c.draft != nil {
				c.draft(&d)
			}
			o := w.fetch(r.Code)
			if c.world != nil {
				c.world()
			}
			in := w.wallet(o, d, c.change)
			w.chain = chain // what the list trusts
			err := w.answer(r.Code, in)
			w.key, w.status, w.away, w.may = key, Valid, nil, card
			if gov.PublicOf(err)[gov.English] != gov.PublicOf(c.want)[gov.English] {
				w.t.Errorf("%s: %v", name, err)
			}
			if got := w.of(r.Code); got.State != Refused || got.Reason[gov.Arabic] != gov.PublicOf(c.want)[gov.Arabic] || len(got.Given.Claims) > 0 {
				w.t.Errorf("%s: the page sees %+v", name, got)
			}
			if err := w.answer(r.Code, w.wallet(o, w.document(), nil)); gov.KindOf(err) != gov.Conflict {
				w.t.Errorf("%s: and answered again: %v", name, err)
			}
		}
	})
}

func TestWhatCannotBeReadEndsNothing(t *testing.T) {
	each(t, func(w *world) {
		r := w.ask(false)
		o := w.fetch(r.Code)
		good := w.wallet(o, w.document(), nil)
		wrongState := w.wallet(o, w.document(), func(o *object, _ *[]string) { o.State = "guessed" })
		plain := o
		plain.Mode = "direct_post"
		for name, in := range map[string]url.Values{
			"nothing": {}, "not encrypted": w.wallet(plain, w.document(), nil), "another state": wrongState, "huge": {"response": {strings.Repeat("A", Largest+1)}},
			"rubbish": {"response": {"a.b.c.d.e"}}, "a wallet that declines, by a stranger": {"error": {"access_denied"}},
		} {
			if err := w.answer(r.Code, in); gov.KindOf(err) != gov.Invalid {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.answer("NOSUCHCODE", good); gov.KindOf(err) != gov.NotFound {
			w.t.Errorf("unknown code: %v", err)
		}
		other := w.ask(false) // ends the first
		if err := w.answer(r.Code, good); gov.KindOf(err) != gov.Conflict {
			w.t.Errorf("an older request of the same question: %v", err)
		}
		if err := w.answer(other.Code, good); gov.KindOf(err) != gov.Invalid {
			w.t.Errorf("replayed to another request: %v", err)
		}
		in := w.wallet(w.fetch(other.Code), w.document(), nil)
		w.now = w.now.Add(Lasts)
		if err := w.answer(other.Code, in); gov.KindOf(err) != gov.Conflict {
			w.t.Errorf("after its time: %v", err)
		}
		if _, err := w.v.Object(context.Background(), other.Code, false); gov.KindOf(err) != gov.Conflict || w.of(other.Code).State != Ended {
			w.t.Errorf("fetched after its time: %v", err)
		}
	})
}

func TestOfTwoWalletsTheFirstCounts(t *testing.T) {
	each(t, func(w *world) {
		r := w.ask(false)
		o := w.fetch(r.Code)
		var wait sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			in := w.wallet(o, w.document(), nil)
			wait.Go(func() { errs[i] = w.answer(r.Code, in) })
		}
		wait.Wait()
		good := 0
		for _, err := range errs {
			if err == nil {
				good++
			} else if gov.KindOf(err) != gov.Conflict {
				w.t.Error(err)
			}
		}
		if good != 1 {
			w.t.Errorf("%d of them counted", good)
		}
	})
}

func TestAWalletDeclines(t *testing.T) {
	each(t, func(w *world) {
		r := w.ask(false)
		o := w.fetch(r.Code)
		if err := w.answer(r.Code, url.Values{"error": {"access_denied"}, "state": {o.State}}); err == nil {
			w.t.Error("taken")
		}
		if w.of(r.Code).State != Refused {
			w.t.Error("the page does not hear of it")
		}
	})
}

// sdjwtAnswer presents the card as SD-JWT VC; change spoils it before it is sent.
func (w *world) sdjwtAnswer(o object, change func(d *sdjwt.Draft, b *sdjwt.Binding), spoil func(string) string) url.Values {
	w.t.Helper()
	d := sdjwt.Draft{Type: "https://gov.example/vct/card", Issuer: "https://gov.example", Issued: w.now.Add(-time.Hour), Until: w.now.AddDate(1, 0, 0), Holder: &w.device.PublicKey,
		Status: map[string]any{"status_list": map[string]any{"idx": 7, "uri": "https://gov.example/status/npa-1"}},
		Claims: []sdjwt.Claim{{Name: "full_name", Value: "سارة أحمد"}, {Name: "civil_number", Value: civil}, {Name: "expiry_date", Value: "2030-01-31"}, {Name: "photo", Value: "x"}}}
	b := sdjwt.Binding{Audience: o.ClientID, Nonce: o.Nonce}
	if change != nil {
		change(&d, &b)
	}
	token, err := sdjwt.Issue(sdjwt.Key{ID: "npa-1", Signer: w.key, Chain: w.chain}, d)
	if err != nil {
		w.t.Fatal(err)
	}
	shown, err := sdjwt.Present(token, func(name string) bool { return name != "photo" }, w.device, b, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	if spoil != nil {
		shown = spoil(shown)
	}
	return w.post(o, map[string][]string{"sd": {shown}})
}

func TestSDJWTsAreHeldToTheSame(t *testing.T) {
	each(t, func(w *world) {
		thief := fresh()
		forged := b64.EncodeToString([]byte(`["c2FsdHNhbHRzYWx0c2FsdA","full_name","علي"]`))
		for name, c := range map[string]struct {
			change func(d *sdjwt.Draft, b *sdjwt.Binding)
			spoil  func(string) string
			world  func()
			want   *gov.Error
		}{
			"good":                      {},
			"another nonce":             {change: func(_ *sdjwt.Draft, b *sdjwt.Binding) { b.Nonce = "n" }, want: errBinding},
			"another audience":          {change: func(_ *sdjwt.Draft, b *sdjwt.Binding) { b.Audience = "x509_hash:other" }, want: errBinding},
			"no proof of the holder":    {spoil: func(s string) string { return s[:strings.LastIndexByte(s, '~')+1] }, want: errBinding},
			"bound to another key":      {change: func(d *sdjwt.Draft, _ *sdjwt.Binding) { d.Holder = &thief.PublicKey }, want: errBinding},
			"an unreferenced statement": {spoil: func(s string) string { i := strings.IndexByte(s, '~'); return s[:i+1] + forged + s[i:] }, want: errAltered},
			"of another person":         {change: func(d *sdjwt.Draft, _ *sdjwt.Binding) { d.Claims[1].Value = "850100011" }, want: errOther},
			"another type":              {change: func(d *sdjwt.Draft, _ *sdjwt.Binding) { d.Type = "https://gov.example/vct/other" }, want: errType},
			"expired":                   {change: func(d *sdjwt.Draft, _ *sdjwt.Binding) { d.Until = w.now.Add(-time.Minute) }, want: errExpired},
			"a claim missing":           {change: func(d *sdjwt.Draft, _ *sdjwt.Binding) { d.Claims = d.Claims[:2] }, want: errLacks},
			"a date that is none":       {change: func(d *sdjwt.Draft, _ *sdjwt.Binding) { d.Claims[2].Value = "غدًا" }, want: errLacks},
			"revoked":                   {world: func() { w.status = Invalid }, want: errRevoked},
			"untrusted issuer":          {world: func() { w.key, w.chain = thief, certified(thief, "npa-1") }, want: errUntrusted},
			"wrong issuer of the type":  {world: func() { w.may = "other" }, want: errUntrusted},
		} {
			key, chain := w.key, w.chain
			r := w.ask(false)
			o := w.fetch(r.Code)
			if c.world != nil {
				c.world()
			}
			in := w.sdjwtAnswer(o, c.change, c.spoil)
			w.chain = chain
			err := w.answer(r.Code, in)
			w.key, w.status, w.may = key, Valid, card
			if c.want == nil && err != nil || c.want != nil && gov.PublicOf(err)[gov.English] != c.want.Public[gov.English] {
				w.t.Errorf("%s: %v", name, err)
			}
		}
	})
}
