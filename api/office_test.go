package api

import (
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/notify"
	shipped "diwan.example/packs"
)

func TestAnOrganisationSubscribesToEvents(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		office := w.token(w.officer(2, "iga"))
		var events []string
		w.call(office, "GET", root+"/webhooks/events", nil).want(200, &events)
		if len(events) != 2 || events[0] != "case.closed" {
			t.Fatal(events)
		}
		wish := `{"url": "https://systems.example/x", "events": ["case.closed"]}`
		var sub, again Subscribed
		w.call(office, "POST", root+"/webhooks", wish, "Idempotency-Key", "s").want(201, &sub)
		w.call(office, "POST", root+"/webhooks", wish, "Idempotency-Key", "s").want(201, &again)
		if sub.Secret == "" || again.ID != sub.ID || again.Secret != "" {
			t.Fatalf("%+v %+v", sub, again)
		}
		w.call(office, "POST", root+"/webhooks", `{"url": "https://systems.example/x", "events": ["no.such"]}`).problem(422)
		var all []Subscription
		w.call(office, "GET", root+"/webhooks", nil).want(200, &all)
		var sent []Delivery
		w.call(office, "GET", root+"/webhooks/"+sub.ID+"/deliveries", nil).want(200, &sent)
		w.call(office, "POST", root+"/webhooks/"+sub.ID+"/resume", nil).want(200)
		w.call(office, "DELETE", root+"/webhooks/"+sub.ID, nil).want(200)
		w.call(office, "GET", root+"/webhooks", nil).want(200, &all)
		if len(all) != 0 {
			t.Fatal(all)
		}
	})
}

func TestAHeadAppointsAndDismisses(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		office, ali := w.token(w.officer(2, "iga")), w.Resident(3)
		at := root + "/staff/" + string(ali.Person)
		w.call(office, "PUT", at, `{"roles": ["officer"]}`).want(200)
		var staff []Colleague
		w.call(office, "GET", root+"/staff", nil).want(200, &staff)
		if len(staff) != 2 || staff[0].Name[gov.Arabic] == "" {
			t.Fatalf("%+v", staff)
		}
		w.call(office, "PUT", at, `{"roles": ["king"]}`).problem(422)
		w.call(office, "PUT", at+"?organisation=moe", `{"roles": ["officer"]}`).problem(403)
		w.call(office, "DELETE", at, nil).want(200)
		w.call(office, "DELETE", at, nil).problem(404)
	})
}

func TestMandatesAndMessagesAndTokens(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		sara, ali := w.Resident(1), w.Resident(3)
		mine, his := w.token(sara), w.token(ali)
		var made Made
		w.call(mine, "POST", root+"/mandates", NewMandate{Holder: ali.Person, Scope: "education/", Until: w.Now().Add(30 * day)}).want(201, &made)
		var held []Mandate
		w.call(his, "GET", root+"/mandates", nil).want(200, &held)
		if len(held) != 1 || held[0].ID != made.ID || held[0].Kind != "agent" {
			t.Fatalf("%+v", held)
		}
		w.call(mine, "GET", root+"/mandates/given", nil).want(200, &held)
		w.call(mine, "DELETE", root+"/mandates/"+made.ID, nil).want(200)
		w.call(mine, "DELETE", root+"/mandates/"+made.ID, nil).problem(409)

		w.Do(gov.System, func(tx *db.Tx) error {
			return notify.Tell(tx, notify.Message{To: sara.Person, Subject: gov.T("أهلًا", "Hello"), Body: gov.T("أهلًا", "Hello")})
		})
		var inbox List[Message]
		w.call(mine, "GET", root+"/inbox", nil).want(200, &inbox)
		if len(inbox.Items) != 1 || inbox.Items[0].Read != nil {
			t.Fatalf("%+v", inbox)
		}
		var m Message
		w.call(mine, "POST", root+"/inbox/"+inbox.Items[0].ID+"/read", nil).want(200, &m)
		w.call(mine, "POST", root+"/inbox/read", nil).want(200)

		var b Bearer
		w.call(mine, "GET", root+"/token", nil).want(200, &b)
		var tokens []Token
		w.call(mine, "GET", root+"/tokens", nil).want(200, &tokens)
		if b.Person != sara.Person || len(tokens) != 1 || tokens[0].ID != b.Token {
			t.Fatalf("%+v %+v", b, tokens)
		}
		w.call(mine, "DELETE", root+"/tokens/"+b.Token, nil).want(200)
		w.call(mine, "GET", root+"/token", nil).problem(401)
	})
}

func TestAnOwnerPublishesAVersion(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		owner := w.token(w.officer(2, "iga"))
		files := map[string]string{}
		for _, f := range []string{"service.yaml", "questions.yaml", "procedure.yaml", "documents.yaml", "examples.yaml"} {
			b, err := shipped.Files.ReadFile("identity-card/renewal/" + f)
			if err != nil {
				t.Fatal(err)
			}
			files[f] = string(b)
		}
		var check PackCheck
		w.call(owner, "POST", root+"/packs/check", Files{files}).want(200, &check)
		if len(check.Changes) != 0 {
			t.Fatalf("%+v", check)
		}
		files["service.yaml"] = strings.Replace(files["service.yaml"], `version: "3"`, `version: "4"`, 1)
		files["procedure.yaml"] = strings.Replace(files["procedure.yaml"], "{ar: الموافقة, en: Approve}", "{ar: القبول, en: Accept}", 1)
		w.call(owner, "POST", root+"/packs/check", Files{files}).want(200, &check)
		if len(check.Changes) == 0 {
			t.Fatal("no changes")
		}
		var ran Replayed
		w.call(owner, "POST", root+"/packs/replay", Files{files}).want(200, &ran)
		w.call(owner, "POST", root+"/packs", Files{files}).want(201)
		var versions []PackVersion
		w.call(owner, "GET", root+"/packs/identity-card/renewal/versions", nil).want(200, &versions)
		if len(versions) != 2 || versions[0].Version != "4" || !versions[0].Current || versions[0].Published == nil {
			t.Fatalf("%+v", versions)
		}
		var old Files
		w.call(owner, "GET", root+"/packs/identity-card/renewal/versions/3", nil).want(200, &old)
		if !strings.Contains(old.Files["service.yaml"], `version: "3"`) {
			t.Fatal("other files")
		}
		files["service.yaml"] += "\nnonsense: 1\n"
		p := w.call(owner, "POST", root+"/packs", Files{files}).problem(422)
		if len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Field, "service.yaml:") {
			t.Fatalf("%+v", p)
		}
	})
}

func TestFiguresOpenToTheirRows(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		w.things()
		head := w.token(w.officer(2, "iga"))
		var r Report
		w.call(head, "GET", root+"/figures?by=service", nil).want(200, &r)
		var rows List[FigureRow]
		w.call(head, "GET", root+"/figures/submitted/rows", nil).want(200, &rows)
		w.call(head, "GET", root+"/figures?organisation=moe", nil).problem(404)
		w.call(w.token(w.Resident(5)), "GET", root+"/figures", nil).problem(403)
	})
}

func TestAPaymentBeginsOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		sara := w.Resident(1)
		mine := w.token(sara)
		c := w.Apply(sara, "identity-card/renewal", w.Renewal(sara))
		at := root + "/charges/" + string(w.Case(sara, c.ID).Charge)
		var first, second Payment
		w.call(mine, "POST", at+"/payments", nil).want(200, &first)
		w.call(mine, "POST", at+"/payments", `{"return_url": "https://app.example/paid"}`).want(200, &second)
		if first.ID == "" || first != second || !strings.HasPrefix(first.RedirectURL, "https://portal.example/bank") {
			t.Fatalf("%+v %+v", first, second)
		}
		for _, bad := range []string{"http://app.example/", "javascript:alert(1)", "//x", "https://user@app.example/"} {
			w.call(mine, "POST", at+"/payments", map[string]string{"return_url": bad}).problem(422)
		}
		var s PaymentState
		w.call(mine, "POST", at+"/payments/check", nil).want(200, &s)
		if s.Payment != "pending" || s.Charge.State != "open" {
			t.Fatalf("%+v", s)
		}
		var l List[Charge]
		if w.call(mine, "GET", root+"/charges", nil).want(200, &l); len(l.Items) != 1 {
			t.Fatalf("%+v", l)
		}
	})
}
