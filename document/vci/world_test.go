package vci

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	kinds "diwan.example/internal/form"
	"diwan.example/internal/sign"
	"diwan.example/journal"
	"diwan.example/pack"
)

const origin = "https://gov.example"

const kind = "education/enrolment-certificate#certificate"

var certificate = &pack.Document{
	ID: "certificate", Title: gov.T("شهادة قيد", "Enrolment certificate"), Credential: &pack.Credential{Mdoc: &pack.Mdoc{Doctype: "example.enrolment", Namespace: "example.enrolment.1"}},
	Claims: []pack.Claim{
		{Name: "pupil", Label: gov.T("الطالب", "Pupil"), Public: true},
		{Name: "civil_number", Label: gov.T("الرقم الشخصي", "Civil number"), Kind: kinds.CivilNumber, Element: "personal_number"},
		{Name: "born", Label: gov.T("تاريخ الميلاد", "Born"), Kind: kinds.Date},
	},
	Layout: []pack.Block{{Fields: []string{"pupil", "civil_number", "born"}}},
}

// town is an office with everything around it.
type town struct {
	*Office
	t   *testing.T
	def *pack.Document
}

func newTown(t *testing.T, d *db.DB) *town {
	w := &town{t: t, def: certificate}
	v, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	acts := func(tx *db.Tx, holder gov.PersonID) (bool, error) {
		return tx.Actor().Person == "mother" && holder == "pupil", nil
	}
	i, err := document.New(d, document.Options{Vault: v, Authority: "iga", Country: "BH", BaseURL: origin, Acts: acts,
		Types: func(*db.Tx, gov.ServiceID, string, string) (*pack.Document, error) { return w.def, nil }})
	if err != nil {
		t.Fatal(err)
	}
	w.Office = &Office{DB: d, Issuer: i, Origin: origin, Name: gov.T("مملكة المثال", "Exampleland"), Secret: []byte("0123456789abcdef0123456789abcdef"), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Kinds: func(*db.Tx) ([]Kind, error) {
			return []Kind{{Service: "education/enrolment-certificate", Organisation: "moe", Document: w.def}}, nil
		},
		Organisation: func(o gov.OrgID) gov.Text { return gov.T("وزارة التربية", "Ministry of Education") }, Signer: "iga", Acts: acts,
		Wards: func(tx *db.Tx) ([]Ward, error) {
			if tx.Actor().Person != "mother" {
				return nil, nil
			}
			return []Ward{{Person: "pupil", Name: gov.T("سارة أحمد", "Sara Ahmed")}}, nil
		}}
	return w
}

func (w *town) as(p gov.PersonID) context.Context {
	return gov.WithActor(w.t.Context(), gov.Actor{Person: p})
}

func (w *town) officer() gov.Actor {
	return gov.Actor{Person: "officer", Org: "moe", Roles: []gov.Role{gov.Officer}}
}

func (w *town) issue(holder gov.PersonID) (out document.Document) {
	w.t.Helper()
	err := w.DB.Write(gov.WithActor(w.t.Context(), gov.System), func(tx *db.Tx) (err error) {
		out, err = w.Issuer.Issue(tx, document.Draft{Type: "certificate", Service: "education/enrolment-certificate", Version: "1", Organisation: "moe", Case: "case-1", Holder: holder, Channel: gov.Portal,
			ValidUntil: dbtest.Start.AddDate(0, 6, 0), Claims: []document.Claim{{Name: "pupil", Value: "سارة أحمد"}, {Name: "civil_number", Value: "850100011"}, {Name: "born", Value: "2010-03-05"}}})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *town) make(d document.Document) Offer {
	w.t.Helper()
	x, err := w.Make(w.as(d.Holder), d.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return x
}

func (w *town) later(d time.Duration) {
	w.DB.SetClock(func() time.Time { return dbtest.Start.Add(d) })
}

func (w *town) facts(id gov.DocumentID) (names []string) {
	w.t.Helper()
	err := w.DB.Read(w.t.Context(), func(tx *db.Tx) error {
		all, err := journal.Of(tx, string(id))
		for _, f := range all {
			names = append(names, f.Name)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return names
}

// reply is what a wallet got.
type reply struct {
	*httptest.ResponseRecorder
	body map[string]any
}

func (w *town) send(r *http.Request) reply {
	rec := httptest.NewRecorder()
	mux := http.NewServeMux()
	for pattern, h := range w.Handlers() {
		mux.Handle(pattern, h)
	}
	mux.ServeHTTP(rec, r)
	out := reply{rec, nil}
	json.Unmarshal(rec.Body.Bytes(), &out.body)
	return out
}

func (w *town) get(path string, header ...string) reply {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return w.send(r)
}

func (w *town) form(path string, pairs ...string) reply {
	f := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(f.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.send(r)
}

func (w *town) json(path, token string, v any) reply {
	b, err := json.Marshal(v)
	if err != nil {
		w.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(b))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return w.send(r)
}

// is checks the status and the error of a reply.
func (w *town) is(what string, r reply, status int, code string) {
	w.t.Helper()
	got, _ := r.body["error"].(string)
	if r.Code != status || got != code {
		w.t.Errorf("%s: got %d %q, want %d %q\n%s", what, r.Code, got, status, code, r.Body)
	}
}

func (w *town) redeemed(x Offer) string {
	w.t.Helper()
	r := w.form("/vci/token", "grant_type", preAuthorised, "pre-authorized_code", w.preCode(x.ID), "tx_code", x.Code)
	w.is("token", r, 200, "")
	token, _ := r.body["access_token"].(string)
	return token
}

func key(t *testing.T) *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (w *town) c() string {
	w.t.Helper()
	r := w.form("/vci/nonce")
	n, _ := r.body["c_nonce"].(string)
	return n
}

// proven makes a proof of possession; change may spoil it.
func (w *town) made(k *ecdsa.PrivateKey, nonce string, change ...func(head, body map[string]any)) string {
	w.t.Helper()
	jwk, err := sign.PublicJWK("", &k.PublicKey)
	if err != nil {
		w.t.Fatal(err)
	}
	head := map[string]any{"typ": "openid4vci-proof+jwt", "jwk": map[string]any{"kty": jwk.Kty, "crv": jwk.Crv, "x": jwk.X, "y": jwk.Y}}
	body := map[string]any{"aud": origin, "iat": w.DB.Now().Unix(), "nonce": nonce}
	for _, f := range change {
		f(head, body)
	}
	raw, _ := json.Marshal(body)
	text, err := sign.Compact(k, head, raw)
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

func asked(config string, proofs ...string) map[string]any {
	return map[string]any{"credential_configuration_id": config, "proofs": map[string]any{"jwt": proofs}}
}
