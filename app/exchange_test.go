package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"diwan.example/app"
	"diwan.example/exchange/agreement"
	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// exchanging is the platform with three members connected, running.
func exchanging(t *testing.T) *app.App {
	t.Helper()
	a := tried(t, "exchange-server", "BH/GOV/iga/gw", "exchange-dir", filepath.Join(t.TempDir(), "gw"), "exchange-peers", "127.0.0.1:0", "exchange-systems", "127.0.0.1:0", "exchange-plain", "127.0.0.1:0")
	for _, f := range []func(context.Context) error{a.SeedAgreements, a.OpenExchange, a.SeedExchange} {
		if err := f(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Background(ctx) }()
	t.Cleanup(func() {
		stop()
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(5 * time.Minute):
			t.Error("the exchange does not end")
		}
	})
	return a
}

// says calls a service of the exchange as a member does.
func says(t *testing.T, from app.Connected, method, service, body string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+from.Plain+"/r1/"+service, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Road-Client", from.Client.String())
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header
}

func TestThreeMembersAreConnected(t *testing.T) {
	a := exchanging(t)
	all := a.Connected()
	if len(all) != 3 || !strings.Contains(a.SampleCall(), "/r1/BH/GOV/moe/education/schools") {
		t.Fatalf("%v %s", all, a.SampleCall())
	}
	moe, justice := all[1], all[2]
	code, body, head := says(t, justice, "GET", "BH/GOV/moe/education/schools/s01", "")
	if code != 200 || !strings.Contains(body, `"id":"s01"`) || head.Get("X-Road-Request-Hash") == "" {
		t.Errorf("%d %s", code, body)
	}
	if code, body, _ := says(t, moe, "GET", "BH/GOV/mojiawaqf/justice/services", ""); code != 200 || !strings.Contains(body, `"id"`) {
		t.Errorf("%d %s", code, body)
	}
	// What nobody granted is refused, and said as X-Road says it.
	code, body, head = says(t, justice, "POST", "BH/GOV/moe/education/schools", "{}")
	if code != 500 || !strings.Contains(head.Get("X-Road-Error"), "AccessDenied") {
		t.Errorf("%d %s %v", code, body, head)
	}
	w := httptest.NewRecorder()
	a.Handler.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{`diwan_exchange_messages_total{server="BH/GOV/`, `diwan_exchange_under_way{`, `type="Server.ServerProxy.AccessDenied"} `} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the metrics say nothing of %s", want)
		}
	}
}

// A member asks the registries through both gateways: what its agreement allows is
// answered and stands in the person's access log; what ends is gone at once.
func TestRegistriesAnswerTheExchangeUnderAnAgreement(t *testing.T) {
	a := exchanging(t)
	x := underAgreement(t, a)
	var from app.Connected
	for _, c := range a.Connected() {
		if c.Client.Member == string(x.Consumer) {
			from = c
		}
	}
	person := a.Country.People(12)[3]
	q, _ := json.Marshal(map[string]any{"civil_number": person.CivilNumber, "attributes": x.Terms.Attributes, "service": first(x.Terms.Services), "purpose": "test"})
	ask := func(q []byte) (out []gov.Held) {
		t.Helper()
		code, body, _ := says(t, from, "POST", "BH/GOV/iga/registries/inquiries", string(q))
		if err := json.Unmarshal([]byte(body), &out); code != 200 || err != nil {
			t.Fatalf("%d %s", code, body)
		}
		return out
	}
	answered := 0
	for _, h := range ask(q) {
		if h.Gap == "" && h.Agreement == x.ID {
			answered++
		}
	}
	if answered == 0 {
		t.Fatalf("nothing was answered: %v", ask(q))
	}
	if n := looked(t, a, person.CivilNumber, x); n == 0 {
		t.Error("the read is not in the person's access log")
	}
	// Who may not ask learns nothing, whether the number is somebody's or not.
	for _, civil := range []string{person.CivilNumber, "999999999"} {
		if got := ask(bytes.ReplaceAll([]byte(`{"civil_number":"N","attributes":["fine.amount"],"service":"education/enrolment-certificate"}`), []byte("N"), []byte(civil)))[0]; got.Gap != gov.GapDenied {
			t.Errorf("%+v", got)
		}
	}
	err := a.DB.Write(gov.WithActor(t.Context(), authority(t, a)), func(tx *db.Tx) error {
		_, err := a.Agreements.Revoke(tx, x.ID, "The project for which it was made has ended.")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range ask(q) {
		if h.Agreement == x.ID || h.Value != nil {
			t.Errorf("still answered after the agreement was revoked: %+v", h)
		}
	}
}

func first(list []gov.ServiceID) gov.ServiceID {
	if len(list) == 0 {
		return "education/enrolment-certificate" // the agreement allows any
	}
	return list[0]
}

// underAgreement is an agreement of the sample by which a connected member may
// read a registry of the platform's own organisation by machine.
func underAgreement(t *testing.T, a *app.App) (found agreement.Agreement) {
	t.Helper()
	err := a.DB.Read(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
		list, err := agreement.List(tx, agreement.Filter{States: []agreement.State{agreement.Active}})
		for _, x := range list {
			if (x.Consumer == "moe" || x.Consumer == "mojiawaqf") && x.Terms.Machine && x.Terms.Registry == "population" && !x.Terms.Consent {
				found = x
			}
		}
		return err
	})
	if err != nil || found.ID == "" {
		t.Fatalf("the sample has no such agreement (%v)", err)
	}
	return found
}

func authority(t *testing.T, a *app.App) (who gov.Actor) {
	t.Helper()
	for _, e := range a.Country.Staff() {
		if e.Role == gov.Authority {
			err := a.DB.Read(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
				p, err := identity.ByCivilNumber(tx, e.CivilNumber)
				who = gov.Actor{Person: p.ID, Org: e.Org, Roles: []gov.Role{e.Role}, Channel: gov.Portal, StepUp: tx.Now()}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return who
		}
	}
	t.Fatal("nobody leads")
	return who
}

// looked counts the entries of a person's access log that name an agreement.
func looked(t *testing.T, a *app.App, civil string, x agreement.Agreement) (n int) {
	t.Helper()
	err := a.DB.Read(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
		p, err := identity.ByCivilNumber(tx, civil)
		if err != nil {
			return err
		}
		tx = tx.As(gov.Actor{Person: p.ID, Channel: gov.Portal})
		list, err := identity.AccessLog(tx, journal.LookQuery{Person: p.ID})
		for _, l := range list {
			if l.Agreement == x.ID && l.Machine && l.Organisation == x.Consumer {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A gateway that stands alone is refused until the centre invites it, keeps who
// it is, and says what its folder lacks.
func TestAGatewayAloneSaysWhatItLacks(t *testing.T) {
	a := exchanging(t)
	dir := t.TempDir()
	says := func(err error, want string) {
		t.Helper()
		if err == nil || gov.PublicOf(err)[gov.English] != want {
			t.Errorf("%v; want %q", err, want)
		}
	}
	_, err := app.OpenAlone(dir, "", "")
	says(err, "The gateway's folder holds no anchor: give its file with --anchor")
	var anchor []byte
	err = a.DB.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
		x, err := a.Centre.Anchor(tx)
		if err == nil {
			anchor, err = json.Marshal(x)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "anchor.json")
	write(t, file, anchor)
	g, err := app.OpenAlone(dir, file, "http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	says(g.Enrol(t.Context(), ""), "The gateway is not enrolled yet: give its one-time token with --token")
	says(g.Enrol(t.Context(), "x"), "The centre of the exchange cannot be reached: http://127.0.0.1:1")
	write(t, file, bytes.Replace(anchor, []byte(`"BH"`), []byte(`"EE"`), 1))
	_, err = app.OpenAlone(dir, file, "")
	says(err, "The gateway's folder holds another anchor: if the centre's keys have really changed, delete anchor.json there")
	_, err = app.OpenOutpost(app.Outlay{Plain: "0.0.0.0:0"})
	says(err, "The address without TLS must be on this machine, such as 127.0.0.1:8090")
	if d := (&directory.Diagnosis{Server: xroad.ServerID{}, Snapshot: new(directory.View).Current(), Now: a.DB.Now()}).Keys(); d.OK || d.Do == nil {
		t.Errorf("%+v", d)
	}
}

func write(t *testing.T, file string, b []byte) {
	t.Helper()
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
