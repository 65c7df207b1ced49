package admin

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/jobs"
	"diwan.example/internal/mail"
	"diwan.example/journal"
	"diwan.example/notify"
	"diwan.example/payment"
	"diwan.example/payment/provider"
)

// rows reads a download.
func rows(t *testing.T, body string) [][]string {
	t.Helper()
	list, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (h *hall) as(name string) context.Context {
	a := h.actors[name]
	a.StepUp = h.Now()
	return gov.WithActor(h.T.Context(), a)
}

func TestKeys(t *testing.T) {
	h := newHall(t)
	h.hire("second", "iga", gov.Operator)
	h.status(h.get("operator", "/admin/keys/propose/rotate/moe"), 404)
	h.status(h.get("operator", "/admin/keys/propose/dance/moe"), 404)
	h.Do(gov.System, func(tx *db.Tx) error { _, err := h.Cases.Issuer.Keys().Signing(tx, "moe"); return err })
	h.page(h.get("operator", "/ar/admin/keys/propose/rotate/moe"), 200, "مفتاح جديد: ", "اقترح")
	h.page(h.post("operator", "/ar/admin/keys/propose/rotate/moe", url.Values{"do": {"propose"}, "role": {"issue"}}), 422, "خمسمئة حرف")
	held := func(w *httptest.ResponseRecorder) string {
		h.T.Helper()
		to := w.Header().Get("Location")
		if w.Code != 303 || !strings.HasPrefix(to, "/admin/keys/ceremonies/") {
			t.Fatalf("%d to %q: %.600s", w.Code, to, w.Body)
		}
		return to
	}
	one := held(h.post("operator", "/admin/keys/propose/rotate/moe", url.Values{"do": {"propose"}, "role": {"issue"}, "note": {"Yearly change"}}))
	if body := h.page(h.get("operator", "/en"+one), 200, "Waits for another operator", "I withdraw it", "Yearly change"); strings.Contains(body, "carry it out") {
		t.Error("whoever proposed it is offered to confirm it")
	}
	h.status(h.post("operator", one, url.Values{"do": {"confirm"}}), 403)
	h.page(h.get("second", "/en/admin/keys"), 200, "Waiting for a second person")
	h.led(h.post("second", one, url.Values{"do": {"confirm"}}), one)
	h.status(h.post("second", one, url.Values{"do": {"confirm"}}), 409)
	h.page(h.get("auditor", "/en"+one), 200, "Carried out", "Retired", "Employee second")
	if w := h.get("auditor", one+"/record"); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "%PDF-") {
		t.Errorf("%d: %.60s", w.Code, w.Body)
	}
	all, err := h.Cases.Issuer.Keys().All(h.as("auditor"))
	all = slices.DeleteFunc(all, func(k document.Key) bool { return k.Role == document.KeyRoot })
	if err != nil || len(all) != 2 {
		t.Fatalf("%d keys, %v", len(all), err)
	}
	if body := h.page(h.get("auditor", "/en/admin/keys"), 200, all[0].ID, "Retired", "jwks.json"); strings.Contains(body, "/admin/keys/propose/") {
		t.Error("an auditor is offered to change keys")
	}
	kid := all[0].ID
	h.page(h.get("operator", "/en/admin/keys/propose/revoke/"+kid), 200, kid, "Revoke now, alone")
	two := held(h.post("operator", "/admin/keys/propose/revoke/"+kid, url.Values{"do": {"act"}, "reason": {"compromise"}, "note": {"A stolen disk"}}))
	h.status(h.post("operator", two, url.Values{"do": {"review"}, "answer": {"fine"}}), 403)
	h.page(h.post("second", "/en"+two, url.Values{"do": {"review"}}), 422, "five hundred")
	h.led(h.post("second", two, url.Values{"do": {"review"}, "answer": {"Looked at the disk"}}), two)
	h.status(h.get("operator", "/admin/keys/propose/revoke/"+kid), 404)
	h.page(h.get("operator", "/en/admin/keys/ceremonies"), 200, "An emergency; reviewed", "Carried out")
	h.page(h.get("auditor", "/en/admin/trust"), 200, "Fingerprint of the root", "diwan-trust-list")
	for _, path := range []string{"/en/admin/keys", "/en/admin/keys/ceremonies", "/en/admin/trust"} {
		h.page(h.get("operator", path), 200, "The machine made this root by itself", "/admin/keys/propose/root/iga")
	}
	h.page(h.get("operator", "/ar/admin/keys/propose/root/iga"), 200, "جذر جديد")
	root := held(h.post("operator", "/admin/keys/propose/root/iga", url.Values{"do": {"propose"}, "note": {"Before anybody relies on it"}}))
	h.page(h.get("auditor", "/ar/admin/trust"), 200, "هذا الجذر صنعته المنظومة وحدها", root, "ينتظر شخصًا ثانيًا")
	h.led(h.post("second", root, url.Values{"do": {"confirm"}}), root)
	for _, path := range []string{"/en/admin/keys", "/en/admin/keys/ceremonies", "/en/admin/trust"} {
		if body := h.page(h.get("operator", path), 200); strings.Contains(body, "made this root by itself") {
			t.Errorf("%s says that the machine made a root that two people made", path)
		}
	}
	h.page(h.get("operator", "/ar/admin/keys/propose/restore/iga"), 200, "نسخة احتياطية")
	if list := rows(t, h.get("operator", "/en/admin/keys?format=csv").Body.String()); len(list) != 5 {
		t.Errorf("%d lines of keys", len(list))
	}
	for _, path := range []string{"/admin/keys/ceremonies", one, one + "/record", "/admin/trust"} {
		h.status(h.get("owner", path), 403)
	}
}

// stray is a provider through which money came that nobody asked for.
type stray struct{ provider.Provider }

func (stray) ParseWebhook(http.Header, []byte) (provider.Event, error) {
	return provider.Event{ID: "ev_1", Kind: provider.Payment, Status: provider.Status{Ref: "pay_1", State: provider.Succeeded, Amount: 7500, Currency: "BHD"}}, nil
}

func (stray) Statement(context.Context, time.Time, time.Time) ([]provider.StatementLine, error) {
	return []provider.StatementLine{{Ref: "pay_2", Kind: provider.Refund, Amount: 1000, Currency: "BHD", At: dbtest.Start.AddDate(0, 0, -1)}}, nil
}

// strayed opens two differences and returns them: money of nobody, and a refund
// that only the statement shows.
func (h *hall) strayed() (money, refund payment.Difference) {
	h.T.Helper()
	c := h.Cases.Cashier
	c.Providers = map[string]provider.Provider{"stray": stray{}}
	if err := c.Webhook(h.T.Context(), "stray", nil, nil); err != nil {
		h.T.Fatal(err)
	}
	if _, err := c.Reconcile(h.T.Context(), "stray", dbtest.Start.AddDate(0, 0, -1)); err != nil {
		h.T.Fatal(err)
	}
	h.Do(gov.System, func(tx *db.Tx) error {
		list, err := c.Differences(tx, payment.Filter{})
		for _, d := range list {
			if d.Kind == payment.UnknownPayment {
				money = d
			} else {
				refund = d
			}
		}
		return err
	})
	if money.ID == "" || refund.ID == "" {
		h.T.Fatalf("differences %+v %+v", money, refund)
	}
	return money, refund
}

func TestMoney(t *testing.T) {
	h := newHall(t)
	money, refund := h.strayed()
	h.page(h.get("operator", "/en/admin"), 200, "2 things wait")
	h.page(h.get("operator", "/en/admin/money"), 200, "2 differences wait", "22 November 2026")
	body := h.page(h.get("operator", "/en/admin/money/differences"), 200, "A payment we did not ask for", "7.500", money.ID+"/send-back")
	if strings.Contains(body, refund.ID+"/send-back") {
		t.Error("money that is not here is offered to be sent back")
	}
	if strings.Contains(h.get("auditor", "/admin/money/differences").Body.String(), "/explain") {
		t.Error("an auditor is offered to explain")
	}
	at := "/admin/money/differences/" + refund.ID
	h.status(h.post("operator", at+"/send-back", nil), 409)
	h.page(h.get("operator", at+"/explain"), 200, "1.000")
	h.page(h.post("operator", "/en"+at+"/explain", url.Values{"words": {"  "}}), 422)
	h.led(h.post("operator", at+"/explain", url.Values{"words": {"=1+1 تحويل داخلي"}}), "/admin/money/differences?done=explained")
	h.status(h.post("operator", at+"/explain", url.Values{"words": {"again"}}), 409)
	h.page(h.get("operator", "/en/admin/money/differences?state=explained"), 200, "تحويل داخلي", "Employee operator")
	list := rows(t, h.get("operator", "/en/admin/money/differences?state=explained&format=csv").Body.String())
	if len(list) != 2 || list[1][5] != "1.000" || !strings.HasPrefix(list[1][7], "'=1+1") {
		t.Errorf("download %q", list)
	}
	at = "/admin/money/differences/" + money.ID
	h.page(h.get("operator", "/en"+at+"/send-back"), 200, "7.500")
	h.led(h.post("operator", at+"/send-back", nil), "/admin/money/differences?done=sent-back")
	h.status(h.post("operator", at+"/send-back", nil), 409) // pressed twice: sent once
	h.status(h.get("operator", "/admin/money/differences/nosuch/explain"), 404)
}

func TestLedger(t *testing.T) {
	h := newHall(t)
	a := h.Resident(2)
	c := h.Apply(a, "identity-card/renewal", h.Renewal(a))
	charge := h.Case(a, c.ID).Charge
	h.Pay(a, c.ID)
	body := h.page(h.get("auditor", "/en/admin/money/charges/"+string(charge)), 200, "Paid", "Income of", string(c.Service))
	if strings.Contains(body, string(a.Person)) {
		t.Error("the charge shows who pays")
	}
	h.page(h.get("auditor", "/ar/admin/money/balances"), 200, "إيراد", "دُقِّقت الدفاتر")
	if list := rows(t, h.get("auditor", "/en/admin/money/balances?format=csv").Body.String()); len(list) < 3 {
		t.Errorf("balances %q", list)
	}
	h.status(h.get("auditor", "/admin/money/charges/nosuch"), 404)
}

func TestOperations(t *testing.T) {
	h := newHall(t)
	h.Worker.Kinds["fails"] = jobs.Kind{Attempts: 1, Do: func(*db.Tx, jobs.Job) error { return context.DeadlineExceeded }}
	h.Do(gov.System, func(tx *db.Tx) error { return jobs.Schedule(tx, jobs.Job{Kind: "fails", Key: "k", At: tx.Now()}) })
	body := h.page(h.get("operator", "/en/admin/operations"), 200, "casework", "fails", "1 job was put aside", "deadline exceeded")
	at := regexp.MustCompile(`/admin/operations/jobs/[^/"]+/retry`).FindString(body)
	h.led(h.post("operator", at, nil), "/admin/operations?done=retried#jobs")
	h.status(h.post("operator", "/admin/operations/jobs/nosuch/retry", nil), 404)
	h.page(h.get("operator", "/en/admin/operations/deliveries?message=nosuch"), 200, "No message with this number")
	if list := rows(t, h.get("operator", "/en/admin/operations?format=csv").Body.String()); len(list) < 2 {
		t.Errorf("jobs %q", list)
	}
}

func TestOutboxOnlyWhileTrying(t *testing.T) {
	h := newHall(t)
	err := (&notify.Outbox{DB: h.DB, Channel: notify.SMS}).Send(t.Context(), mail.Message{To: "+97333000001", Body: gov.T("رمز 123456", "Code 123456"), Lang: gov.English})
	if err != nil {
		t.Fatal(err)
	}
	for _, as := range []string{"", "operator"} {
		if w := h.get(as, "/admin/outbox"); w.Code != 404 || strings.Contains(w.Body.String(), "123456") {
			t.Errorf("%q sees the outbox: %d", as, w.Code)
		}
	}
	h.admin.OneClick = true
	h.page(h.get("", "/en/admin/outbox"), 200, "Code 123456", "Text message")
}

func TestJournalForAuditors(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := hallOn(t, d)
		a := h.Resident(2)
		c := h.Apply(a, "identity-card/renewal", h.Renewal(a))
		body := h.page(h.get("auditor", "/en/admin/audit?name=case.submitted"), 200, string(c.ID), "The person concerned")
		if strings.Contains(body, h.Country.People(3)[2].Name[gov.English]) {
			t.Error("the journal names a resident")
		}
		h.page(h.get("auditor", "/en/admin/audit?subject="+string(c.ID)), 200, "An application was made")
		h.page(h.get("auditor", "/en/admin/audit?org=moe&number=3"), 200)
		h.page(h.get("auditor", "/en/admin/audit?number="+url.QueryEscape("٣")), 200)
		h.page(h.get("auditor", "/en/admin/audit?number=99999999999999999999&before=-5&name=%27%3Bdrop"), 200, "No facts fit")
		h.page(h.get("auditor", "/en/admin/audit?subject="+string(a.Person)), 200, "your look at their history")
		if list := rows(t, h.get("auditor", "/en/admin/audit?format=csv&org=iga").Body.String()); len(list) < 3 {
			t.Errorf("journal %q", list)
		}
		var looks []journal.Look
		h.Do(gov.System, func(tx *db.Tx) (err error) { looks, err = journal.Looks(tx, a.Person, 10); return err })
		if len(looks) != 1 || looks[0].Purpose != "audit" {
			t.Errorf("looks %+v", looks)
		}
	})
}

func TestAccessLog(t *testing.T) {
	h := newHall(t)
	a := h.actors["resident"]
	who := h.Country.People(4)[3]
	h.post("operator", "/admin/people", url.Values{"q": {who.CivilNumber}})
	q := url.Values{"q": {who.CivilNumber}, "reason": {"شكوى"}}
	h.page(h.post("auditor", "/en/admin/audit/access", q), 422, "why you look", who.CivilNumber)
	q.Set("reason", "شكوى رقم 12 من صاحب البيانات")
	h.page(h.post("auditor", "/en/admin/audit/access", q), 200, "/admin/audit/access/"+string(a.Person))
	at := "/en/admin/audit/access/" + string(a.Person)
	h.status(h.post("auditor", at, nil), 422)
	h.page(h.post("auditor", at, url.Values{"reason": q["reason"]}), 200, "شكوى رقم 12", "Employee operator", "Found by a search")
	list := rows(t, h.post("auditor", at, url.Values{"reason": q["reason"], "format": {"csv"}}).Body.String())
	if len(list) != 5 {
		t.Errorf("%d lines, want the heads and four looks: %q", len(list), list)
	}
	h.status(h.post("auditor", "/admin/audit/access/nobody", url.Values{"reason": q["reason"]}), 404)
}

func TestTokens(t *testing.T) {
	h := newHall(t)
	form := url.Values{"name": {"نظام <الأرشيف>"}, "scopes": {"cases:read"}, "until.day": {"1"}, "until.month": {"مارس"}, "until.year": {"2027"}}
	body := h.page(h.post("owner", "/ar/admin/tokens/new", form), 200, "diwan_", "لا يُعرض مرة أخرى")
	secret := regexp.MustCompile(`diwan_[A-Za-z0-9_-]{43}`).FindString(body)
	if a, err := h.admin.Gate.ByToken(t.Context(), secret); err != nil || a.Org != "moe" || !a.May("cases:read") || a.May("cases:write") {
		t.Fatalf("%+v %v", a, err)
	}
	list := h.page(h.get("head", "/en/admin/tokens"), 200, "Read cases", "Employee owner")
	if strings.Contains(list, secret) || strings.Contains(h.get("stranger", "/admin/tokens").Body.String(), "الأرشيف") {
		t.Error("a token shows where it must not")
	}
	form.Set("scopes", "everything")
	h.page(h.post("owner", "/en/admin/tokens/new", form), 422, "Choose from the list")
	form.Set("scopes", "cases:read")
	form.Set("until.year", "2099")
	h.page(h.post("owner", "/en/admin/tokens/new", form), 422, "within a year", `value="2099"`)
	at := regexp.MustCompile(`/admin/tokens/[^/"]+/revoke`).FindString(list)
	h.page(h.get("head", at), 200)
	h.status(h.post("stranger", at, nil), 404)
	h.led(h.post("head", at, nil), "/admin/tokens?done=revoked")
	if _, err := h.admin.Gate.ByToken(t.Context(), secret); gov.KindOf(err) != gov.SignIn {
		t.Errorf("the token still works: %v", err)
	}
}

func TestWebhooks(t *testing.T) {
	h := newHall(t)
	h.page(h.post("owner", "/en/admin/webhooks/new", url.Values{"url": {"http://127.0.0.1/"}, "events": {"case.submitted"}}), 422, "https://", `value="http://127.0.0.1/"`)
	h.page(h.post("owner", "/en/admin/webhooks/new", url.Values{"url": {"https://hooks.example/a"}, "events": {"identity.closed"}}), 422, "at least one event")
	body := h.page(h.post("owner", "/en/admin/webhooks/new", url.Values{"url": {"https://hooks.example/a"}, "events": {"case.submitted"}}), 200, "whsec_")
	at := regexp.MustCompile(`/admin/webhooks/[^/"]{20,}`).FindString(body)
	h.page(h.get("head", "/en/admin/webhooks"), 200, at, "In force")
	h.page(h.get("head", "/en"+at), 200, "hooks.example", "Nothing has been sent yet")
	h.status(h.get("stranger", at), 404)
	h.status(h.post("stranger", at+"/remove", nil), 404)
	h.status(h.post("stranger", at+"/resume", nil), 404)
	h.status(h.post("owner", at+"/again/nosuch", nil), 404)
	h.led(h.post("owner", at+"/resume", nil), at+"?done=resumed")
	h.page(h.get("owner", at+"/remove"), 200)
	h.led(h.post("owner", at+"/remove", nil), "/admin/webhooks?done=unsubscribed")
	h.status(h.get("owner", at), 404)
}

func TestMomentsInDownloads(t *testing.T) {
	if stamp(time.Time{}) != "" || stamp(dbtest.Start) != "2026-11-23T06:00:00Z" || harmless("@x") != "'@x" || harmless("x") != "x" {
		t.Error("downloads are written otherwise")
	}
}
