package app_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"diwan.example/app"
	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/need"
)

// received is what the wallet of others' making says that it got.
type received struct {
	Texts       []string        `json:"texts"`
	Also        string          `json:"also"`
	Key         json.RawMessage `json:"key"`
	Promised    int             `json:"promised"`
	Status      int             `json:"status"`
	Credentials []struct {
		OK      bool           `json:"ok"`
		Why     string         `json:"why"`
		Payload map[string]any `json:"payload"`
	} `json:"credentials"`
}

// npmWallet runs the wallet with an order; opened is told the address that the
// wallet opens in a browser.
func npmWallet(t *testing.T, order map[string]any, opened func(string)) (out received) {
	t.Helper()
	raw, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), need.Tool(t, "node", "nodejs"), "wallet.mjs")
	c.Dir, c.Stdin = filepath.Join("..", "e2e"), bytes.NewReader(raw)
	var said bytes.Buffer
	c.Stdout = &said
	lines, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var rest strings.Builder
	for s := bufio.NewScanner(lines); s.Scan(); {
		if at, ok := strings.CutPrefix(s.Text(), "open "); ok && opened != nil {
			opened(at)
			continue
		}
		rest.WriteString(s.Text() + "\n")
	}
	if err := c.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, rest.String())
	}
	if err := json.Unmarshal(said.Bytes(), &out); err != nil {
		t.Fatal(err, said.String())
	}
	return out
}

// walletWorld is a running sample with a certificate of the parent's.
func walletWorld(t *testing.T) (*app.App, document.Document) {
	t.Helper()
	for _, p := range []string{"@openid4vc/openid4vci", "@sd-jwt/sd-jwt-vc", "@sd-jwt/jwt-status-list", "jose"} {
		need.File(t, filepath.Join("..", "e2e", "node_modules", p), "npm ci in e2e")
	}
	l := listen(t)
	a := tried(t, "origin", "http://"+l.Addr().String())
	s := &http.Server{Handler: a.Handler, ReadHeaderTimeout: time.Second}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return a, certified(t, a, "parent")
}

func TestWalletsOfOthersFetchDocuments(t *testing.T) {
	a, doc := walletWorld(t)
	me := gov.WithActor(t.Context(), gov.Actor{Person: doc.Holder})
	offer, err := a.Wallets.Make(me, doc.ID)
	if err != nil {
		t.Fatal(err)
	}
	got := npmWallet(t, map[string]any{"offer": offer.Link, "code": offer.Code, "copies": 3}, nil)
	if len(got.Texts) != 3 {
		t.Fatalf("%+v", got)
	}
	for _, c := range got.Credentials {
		if !c.OK || c.Payload["pupil_name_ar"] != "سارة أحمد" || c.Payload["school_year"] != "2026/2027" {
			t.Errorf("%+v", c)
		}
	}
	all, err := a.Wallets.Copies(me, doc.ID)
	if err != nil || len(all) != 3 || all[0].State != "accepted" {
		t.Errorf("%+v %v", all, err)
	}
	officer := gov.WithActor(t.Context(), gov.Actor{Person: "x", Org: doc.Organisation, Roles: []gov.Role{gov.Officer}})
	if err := a.Issuer.Suspend(officer, doc.ID, gov.T("بلاغ", "Report")); err != nil {
		t.Fatal(err)
	}
	after := npmWallet(t, map[string]any{"verify": got.Texts[:1]}, nil)
	if after.Status != 2 || after.Credentials[0].OK {
		t.Errorf("a suspended document still counts: %+v", after)
	}
}

func TestWalletsOfOthersWaitAndSignIn(t *testing.T) {
	a, doc := walletWorld(t)
	me := gov.WithActor(t.Context(), gov.Actor{Person: doc.Holder})
	var asked atomic.Int64
	a.Wallets.Ready = func(*db.Tx, document.Document) bool { return asked.Add(1) > 2 }
	offer, err := a.Wallets.Make(me, doc.ID)
	if err != nil {
		t.Fatal(err)
	}
	late := npmWallet(t, map[string]any{"offer": offer.Whole, "code": offer.Code}, nil)
	if late.Promised == 0 || len(late.Texts) != 1 || !late.Credentials[0].OK {
		t.Errorf("%+v", late)
	}
	kind := string(doc.Service) + "#" + doc.Type
	invited, _ := json.Marshal(map[string]any{"credential_issuer": a.Config.Origin, "credential_configuration_ids": []string{kind}, "grants": map[string]any{"authorization_code": map[string]any{}}})
	answer := filepath.Join(t.TempDir(), "code")
	cookie := session(t, a, "parent")
	got := npmWallet(t, map[string]any{"offer": "openid-credential-offer://?credential_offer=" + url.QueryEscape(string(invited)), "config": kind, "client": "wallet.example", "redirect": "https://wallet.example/back", "answer": answer},
		func(at string) {
			u, _ := url.Parse(at)
			to := fetch(a, u.String()).Header().Get("Location")
			page := ask(a, http.MethodGet, to, cookie)
			if page.Code != 200 || !strings.Contains(page.Body.String(), "wallet.example") || !strings.Contains(page.Body.String(), doc.Number) {
				t.Errorf("%s: %d %s", to, page.Code, page.Body)
			}
			back, err := a.Wallets.Allow(me, strings.TrimPrefix(to, "/wallet/consent/"), []gov.DocumentID{doc.ID})
			if err != nil {
				t.Error(err)
			}
			b, _ := url.Parse(back)
			os.WriteFile(answer+".tmp", []byte(b.Query().Get("code")), 0o600)
			os.Rename(answer+".tmp", answer)
		})
	if len(got.Texts) != 1 || !got.Credentials[0].OK {
		t.Errorf("%+v", got)
	}
}
