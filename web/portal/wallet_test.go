package portal

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"diwan.example/document"
	"diwan.example/document/vci"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
)

const slip = "identity-card/renewal#card_slip"

// walletTown is a town whose documents go into wallets.
func walletTown(t *testing.T) *town {
	t.Helper()
	w := newTown(t)
	w.portal.Wallets = &vci.Office{DB: w.DB, Issuer: w.Cases.Issuer, Origin: "http://localhost", Name: w.Country.Name, Secret: bytes.Repeat([]byte("w"), 32), Log: slog.New(slog.DiscardHandler),
		Kinds: func(tx *db.Tx) (out []vci.Kind, err error) {
			all, err := w.Cases.Packs.Published(tx, "")
			for _, p := range all {
				for i := range p.Documents {
					if p.Documents[i].Credential != nil {
						out = append(out, vci.Kind{Service: p.ID, Organisation: p.Organisation, Document: &p.Documents[i]})
					}
				}
			}
			return out, err
		},
		Organisation: func(gov.OrgID) gov.Text { return gov.T("هيئة المعلومات", "Information authority") }, Signer: "iga",
		Acts: func(tx *db.Tx, holder gov.PersonID) (bool, error) {
			return identity.MayActFor(tx, tx.Actor().Person, string(holder), "", "")
		}}
	return w
}

// asks sends what a wallet sends, and reads the answer.
func (w *town) asks(path, token string, fields url.Values, body any) (out map[string]any) {
	w.T.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if body != nil {
		raw, _ := json.Marshal(body)
		r = httptest.NewRequest(http.MethodPost, path, bytes.NewReader(raw))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
	}
	mux, rec := http.NewServeMux(), httptest.NewRecorder()
	for pattern, h := range w.portal.Wallets.Handlers() {
		mux.Handle(pattern, h)
	}
	mux.ServeHTTP(rec, r)
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil || rec.Code != http.StatusOK {
		w.T.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
	}
	return out
}

// added lets a wallet fetch the document by an offer that a page shows.
func (w *town) added(a gov.Actor, id gov.DocumentID, offer string) {
	w.T.Helper()
	x, err := w.portal.Wallets.Offer(gov.WithActor(w.T.Context(), a), id, offer)
	if err != nil {
		w.T.Fatal(err)
	}
	link, _ := url.Parse(x.Whole)
	var whole struct {
		Grants map[string]map[string]any `json:"grants"`
	}
	json.Unmarshal([]byte(link.Query().Get("credential_offer")), &whole)
	for grant, g := range whole.Grants {
		got := w.asks("/vci/token", "", url.Values{"grant_type": {grant}, "pre-authorized_code": {g["pre-authorized_code"].(string)}, "tx_code": {x.Code}}, nil)
		w.take(got["access_token"].(string))
	}
}

func (w *town) take(token string) {
	w.T.Helper()
	k, err := sign.Generate()
	if err != nil {
		w.T.Fatal(err)
	}
	jwk, _ := sign.PublicJWK("", k.Public())
	nonce := w.asks("/vci/nonce", "", nil, nil)["c_nonce"]
	payload, _ := json.Marshal(map[string]any{"aud": "http://localhost", "iat": w.Now().Unix(), "nonce": nonce})
	proof, err := sign.Compact(k, map[string]any{"typ": "openid4vci-proof+jwt", "jwk": jwk}, payload)
	if err != nil {
		w.T.Fatal(err)
	}
	w.asks("/vci/credential", token, nil, map[string]any{"credential_configuration_id": slip, "proofs": map[string]any{"jwt": []string{proof}}})
}

var copyField = regexp.MustCompile(`name="copy" value="([^"]+)"`)

func TestAddingToAWalletAndEndingTheCopy(t *testing.T) {
	w := walletTown(t)
	layla := w.Resident(0)
	doc := w.card(layla)
	at := "/documents/" + string(doc.ID)
	b, stranger := w.as(layla), w.as(w.Resident(1))
	b.page(at, "#wallet", "أضف إلى محفظتك")
	nobody := w.browser()
	nobody.post(at + "/wallet")
	nobody.status(http.StatusUnauthorized)
	stranger.post(at + "/wallet")
	stranger.status(http.StatusNotFound)
	b.post(at + "/wallet")
	one := b.to(at + "/wallet/")
	b.post(at + "/wallet") // pressed twice: two offers, each for one wallet
	two := b.to(at + "/wallet/")
	b.page(one, "openid-credential-offer://", "data:image/png", "رمز التأكيد")
	if stranger.get(one); stranger.last.Code != http.StatusNotFound {
		t.Error("a stranger reads an offer:", stranger.last.Code)
	}
	w.added(layla, doc.ID, one[strings.LastIndexByte(one, '/')+1:])
	if page := b.page(one, "أُضيفت الوثيقة إلى المحفظة"); strings.Contains(page, "openid-credential-offer://") {
		t.Error("a used offer is still offered")
	}
	id := copyField.FindStringSubmatch(b.page(at, "أُرسلت إلى المحفظة", "إلغاء النسخة"))[1]
	stranger.post(at+"/wallet/back", "copy", id)
	stranger.status(http.StatusNotFound)
	for range 2 { // ending it twice is no error
		b.post(at+"/wallet/back", "copy", id)
		b.to(at + "#wallet")
	}
	if page := b.page(at, "ألغيتَها"); copyField.MatchString(page) {
		t.Error("an ended copy can be ended")
	}
	b.post(at+"/wallet/back", "copy", "none")
	b.status(http.StatusNotFound)
	w.Pass(11 * time.Minute)
	if page := b.page(two, "انتهت مدة هذه الصفحة", "ابدأ من جديد"); strings.Contains(page, "openid-credential-offer://") {
		t.Error("an offer outlives its time")
	}
	w.suspended(t, b, doc)
}

// suspended: the page of a document out of force says why and offers no wallet.
func (w *town) suspended(t *testing.T, b *browser, doc document.Document) {
	at := "/documents/" + string(doc.ID)
	officer := gov.WithActor(t.Context(), w.Officer("o", "iga"))
	if err := w.Cases.Issuer.Suspend(officer, doc.ID, gov.T("أبلغتِ عن فقدانها", "You reported it lost")); err != nil {
		t.Fatal(err)
	}
	if page := b.page(at, "أوقفت الجهة المُصدرة العمل بها مؤقتًا", "أبلغتِ عن فقدانها", "موقوفة معها"); strings.Contains(page, `action="/ar`+at+`/wallet"`) {
		t.Error("a suspended document is offered to wallets")
	}
	b.post(at + "/wallet")
	b.status(http.StatusConflict)
	if err := w.Cases.Issuer.Resume(officer, doc.ID, gov.T("وُجدت", "Found")); err != nil {
		t.Fatal(err)
	}
	if page := b.page(at, "أضف إلى محفظتك"); strings.Contains(page, "أبلغتِ عن فقدانها") {
		t.Error("a document in force says why it was not")
	}
}

func TestAWalletAsksForConsent(t *testing.T) {
	w := walletTown(t)
	layla := w.Resident(0)
	doc := w.card(layla)
	b, stranger := w.as(layla), w.as(w.Resident(1))
	verifier := strings.Repeat("v", 50)
	sum := sha256.Sum256([]byte(verifier))
	asked := func() string {
		got := httptest.NewRecorder()
		q := url.Values{"response_type": {"code"}, "client_id": {"wallet.example"}, "redirect_uri": {"https://wallet.example/back"}, "state": {"s"}, "scope": {slip},
			"code_challenge_method": {"S256"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}}
		mux := http.NewServeMux()
		for pattern, h := range w.portal.Wallets.Handlers() {
			mux.Handle(pattern, h)
		}
		mux.ServeHTTP(got, httptest.NewRequest(http.MethodGet, "/vci/authorize?"+q.Encode(), nil))
		return got.Header().Get("Location")
	}
	at := asked()
	if page := stranger.page(at, "ليست لديك، ولا لمن تنوب عنهم، وثيقة سارية"); strings.Contains(page, doc.Number) || strings.Contains(page, `value="allow"`) {
		t.Error("a stranger is asked for what is not theirs")
	}
	stranger.post(at, "decision", "allow", "document-0", string(doc.ID))
	stranger.status(http.StatusUnprocessableEntity)
	if page := b.page(at, "wallet.example", doc.Number); strings.Contains(page, `type="radio"`) {
		t.Error("one document is a choice of one")
	}
	b.post(at, "decision", "allow")
	b.status(http.StatusUnprocessableEntity, "اختر وثيقة واحدة على الأقل")
	b.post(at, "decision", "allow", "document-0", string(doc.ID))
	b.status(http.StatusOK, "https://wallet.example/back?code=", "الرجوع إلى المحفظة")
	b.post(at, "decision", "allow", "document-0", string(doc.ID)) // answered once
	b.status(http.StatusNotFound)
	w.Pass(time.Minute) // so that it is the newest
	second := w.card(layla)
	two := asked()
	if page := b.page(two, doc.Number, second.Number, "المحفظة تأخذ واحدة"); strings.Count(page, `type="radio" name="document-0"`) != 2 {
		t.Error("two of a kind are not a choice between them")
	}
	b.post(two, "decision", "allow", "document-0", string(doc.ID), "document-0", string(second.ID))
	b.status(http.StatusUnprocessableEntity, "وثيقة واحدة من كل نوع")
	b.post(two, "decision", "allow", "document-0", string(doc.ID))
	b.status(http.StatusOK, "https://wallet.example/back?code=")
	no := asked()
	b.post(no) // nothing pressed is no
	b.status(http.StatusOK, "error=access_denied", "لم يُرسل شيء")
	late := asked()
	w.Pass(21 * time.Minute)
	if b.get(late); b.last.Code != http.StatusNotFound {
		t.Error("a request outlives its time:", b.last.Code)
	}
	b.post(late, "decision", "allow", "document-0", string(doc.ID))
	b.status(http.StatusNotFound)
}
