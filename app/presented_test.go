package app_test

import (
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"diwan.example/app"
	"diwan.example/casework"
	"diwan.example/document"
	"diwan.example/document/mdoc"
	"diwan.example/document/sdjwt"
	"diwan.example/document/vp"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/need"
	"diwan.example/internal/sign"
	"diwan.example/journal"
	"diwan.example/pack"
)

// holder is a resident with a wallet and the identity card in it.
type holder struct {
	t      *testing.T
	a      *app.App
	id     gov.PersonID
	civil  string
	key    *ecdsa.PrivateKey
	signer document.Signing
	card   document.Document
	typ    *pack.Document
}

// served is a platform at an address that a wallet can reach.
func served(t *testing.T) *app.App {
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	a := tried(t, "origin", server.URL)
	handler = a.Handler
	return a
}

func (h *holder) ctx() gov.Actor { return gov.Actor{Person: h.id, Channel: gov.Portal} }

func (h *holder) write(do func(tx *db.Tx) error) {
	h.t.Helper()
	if err := h.a.DB.Write(gov.WithActor(h.t.Context(), h.ctx()), do); err != nil {
		h.t.Fatal(err)
	}
}

// cardType publishes the identity card as an mdoc too, unless it is one already.
func cardType(t *testing.T, a *app.App) (p *pack.Pack) {
	t.Helper()
	err := a.DB.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) (err error) {
		if p, err = a.Packs.Current(tx, "identity-card/renewal"); err != nil || p.Document("card_slip").Credential != nil {
			return err
		}
		files := map[string]string{}
		for name, text := range p.Files {
			files[name] = text
		}
		files["documents.yaml"] = strings.Replace(files["documents.yaml"], "    validity: {days: 30}\n", "    validity: {days: 30}\n    credential: {mdoc: {doctype: org.iso.23220.photoid.1, namespace: org.iso.23220.1}}\n", 1)
		files["service.yaml"] = strings.Replace(files["service.yaml"], `version: "`, `version: "9`, 1)
		p, err = a.Packs.Publish(tx, files)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newHolder(t *testing.T, a *app.App) *holder {
	t.Helper()
	h := &holder{t: t, a: a}
	p := cardType(t, a)
	all, err := a.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(x app.Account) bool { return x.Account.ID == "parent" })
	h.id, h.typ = all[i].ID, p.Document("card_slip")
	if h.key, err = sign.Generate(); err != nil {
		t.Fatal(err)
	}
	err = a.DB.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
		who, err := identity.Known(tx, h.id)
		if err != nil {
			return err
		}
		h.civil = who.CivilNumber
		if h.signer, err = a.Issuer.Keys().Signing(tx, p.Organisation); err != nil {
			return err
		}
		h.card, err = a.Issuer.Issue(tx, document.Draft{Type: h.typ.ID, Service: p.ID, Version: p.Version, Organisation: p.Organisation, Holder: h.id, Channel: gov.Portal,
			Claims: []document.Claim{{Name: "name_ar", Value: who.NameAr}, {Name: "civil_number", Value: who.CivilNumber}, {Name: "card_valid_until", Value: "2031-11-02"}}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// credential is the card in one of its forms, as a wallet keeps it.
func (h *holder) credential(kind string) string {
	h.t.Helper()
	value := map[string]any{"name_ar": "هدى علي", "civil_number": h.civil, "card_valid_until": "2031-11-02"}
	now := h.a.DB.Now()
	var err error
	var text string
	if kind == vp.SDJWT {
		d := sdjwt.Draft{Type: document.VCT(h.a.Config.Origin, h.card.Service, h.typ), Issuer: h.a.Config.Origin, Issued: now, Until: now.AddDate(0, 1, 0), Holder: &h.key.PublicKey, Status: h.card.Status}
		for _, c := range h.typ.Claims {
			if v := value[c.Name]; v != nil {
				d.Claims = append(d.Claims, sdjwt.Claim{Name: named(c), Value: v})
			}
		}
		text, err = sdjwt.Issue(sdjwt.Key{ID: h.signer.ID, Signer: h.signer.Signer, Chain: h.signer.Chain}, d)
	} else {
		m := h.typ.Credential.Mdoc
		d := mdoc.Draft{Doctype: m.Doctype, Namespace: m.Namespace, DeviceKey: &h.key.PublicKey, Signed: now, Until: now.AddDate(0, 1, 0), Status: &mdoc.Status{URI: h.card.Status.List.URI, Index: uint64(h.card.Status.List.Index)}}
		for _, c := range h.typ.Claims {
			if v := value[c.Name]; v != nil {
				d.Elements = append(d.Elements, mdoc.Element{ID: named(c), Value: mdoc.Value(named(c), c.Kind, v)})
			}
		}
		var raw []byte
		raw, err = mdoc.Issue(h.signer.Signer, h.signer.Chain, d)
		text = base64.RawURLEncoding.EncodeToString(raw)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return text
}

func named(c pack.Claim) string {
	if c.Element != "" {
		return c.Element
	}
	return c.Name
}

// told is what the wallet's program reports.
type told struct {
	Status  int
	Body    map[string]string
	Version int
	Mode    string
	Paths   []string
}

// wallet runs a program that is not ours with a link.
func (h *holder) wallet(node, link, kind string) (out told) {
	h.t.Helper()
	home, _ := filepath.Abs(filepath.Join("..", "e2e"))
	pub, err := sign.PublicJWK("", h.key.Public())
	if err != nil {
		h.t.Fatal(err)
	}
	d, _ := h.key.Bytes()
	key := map[string]string{"kty": "EC", "crv": "P-256", "x": pub.X, "y": pub.Y, "d": base64.RawURLEncoding.EncodeToString(d)}
	body, _ := json.Marshal(map[string]any{"link": link, "form": kind, "credential": h.credential(kind), "key": key})
	file := filepath.Join(h.t.TempDir(), "wallet.json")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		h.t.Fatal(err)
	}
	text, err := exec.Command(node, "testdata/wallet.mjs", home, file).CombinedOutput()
	if err != nil || json.Unmarshal(text, &out) != nil {
		h.t.Fatalf("%v %s", err, text)
	}
	return out
}

// Wallets that are not ours present the identity card to a real application, as
// SD-JWT VC and as mdoc; what was proven stands in the case.
func TestWalletsPresentToAnApplication(t *testing.T) {
	node := need.Tool(t, "node", "Debian: nodejs")
	for _, p := range []string{"@openid4vc/openid4vp", "@auth0/mdl", "@owf/mdoc"} {
		need.File(t, filepath.Join("..", "e2e", "node_modules", p), "npm ci in e2e")
	}
	a := served(t)
	h := newHolder(t, a)
	var c *casework.Case
	h.write(func(tx *db.Tx) (err error) {
		c, err = a.Cases.Start(tx, casework.Application{Service: "personal-data/correction", Answers: form.Answers{}})
		return err
	})
	for _, kind := range []string{vp.SDJWT, vp.Mdoc} {
		var r vp.Request
		var link string
		h.write(func(tx *db.Tx) error {
			wish, err := a.Cases.Wish(tx, c.ID, "evidence")
			if err != nil {
				return err
			}
			if r, err = a.Presentations.Ask(tx, wish); err != nil {
				return err
			}
			link, err = a.Presentations.Link(tx, r, kind == vp.Mdoc)
			return err
		})
		got := h.wallet(node, link, kind)
		if got.Status != 200 || got.Version != 100 || got.Mode != "direct_post.jwt" || len(got.Paths) != 3 {
			t.Fatalf("%s: %+v", kind, got)
		}
		if back := got.Body["redirect_uri"]; (back != "") != (kind == vp.Mdoc) {
			t.Errorf("%s: led back to %q", kind, back)
		}
		var v *casework.View
		h.write(func(tx *db.Tx) error {
			p, err := a.Presentations.Collect(tx, r.Code)
			if err == nil {
				err = a.Cases.Present(tx, c.ID, "evidence", &p)
			}
			if err == nil {
				v, err = a.Cases.Get(tx, c.ID)
			}
			return err
		})
		shown := v.Credentials()
		if len(shown) != 1 || shown[0].Form != kind || shown[0].Issuer != "iga" || shown[0].Values()["card_valid_until"] != "2031-11-02" || shown[0].Values()["civil_number"] != nil {
			t.Errorf("%s: the case shows %+v", kind, shown)
		}
	}
	h.looked(c)
	h.revoked(node, c)
}

// looked reads the holder's access log: each presentation stands there, with who
// got to know what, for which service.
func (h *holder) looked(c *casework.Case) {
	h.t.Helper()
	var all []journal.Look
	h.write(func(tx *db.Tx) (err error) {
		all, err = identity.AccessLog(tx, journal.LookQuery{Person: h.id})
		return err
	})
	all = slices.DeleteFunc(all, func(l journal.Look) bool { return l.What != "credential" })
	if len(all) != 2 {
		h.t.Fatalf("%d presentations in the access log", len(all))
	}
	for _, l := range all {
		if l.Case != c.ID || l.Service != c.Service || l.Organisation != c.Organisation || l.Purpose != string(c.Service) || l.Subject != "identity-card/renewal#card_slip" || !slices.Contains(l.Attributes, "card_valid_until") {
			h.t.Errorf("the access log says %+v", l)
		}
	}
}

// revoked presents once more after the issuer has suspended the card.
func (h *holder) revoked(node string, c *casework.Case) {
	h.t.Helper()
	officer := gov.WithActor(h.t.Context(), gov.Actor{Person: "x", Org: h.card.Organisation, Roles: []gov.Role{gov.Officer}})
	if err := h.a.Issuer.Suspend(officer, h.card.ID, gov.T("بلاغ", "Report")); err != nil {
		h.t.Fatal(err)
	}
	var r vp.Request
	var link string
	h.write(func(tx *db.Tx) error {
		wish, err := h.a.Cases.Wish(tx, c.ID, "evidence")
		if err != nil {
			return err
		}
		if r, err = h.a.Presentations.Ask(tx, wish); err == nil {
			link, err = h.a.Presentations.Link(tx, r, false)
		}
		return err
	})
	if got := h.wallet(node, link, vp.SDJWT); got.Status != 400 || !strings.Contains(got.Body["error_description"], "suspended") {
		h.t.Errorf("a suspended card: %+v", got)
	}
	h.write(func(tx *db.Tx) (err error) { r, err = h.a.Presentations.Of(tx, r.Code); return err })
	if r.State != vp.Refused {
		h.t.Errorf("the page sees %s", r.State)
	}
}
