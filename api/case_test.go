package api

import (
	"net/http"
	"strings"
	"testing"

	"diwan.example/gov"
)

func TestAWholeCaseOverTheAPI(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		sara := w.Resident(1)
		mine, office := w.token(sara), w.token(w.officer(2, "iga"))

		var photo map[string]any
		w.call(mine, "POST", root+"/files?service=identity-card/renewal&question=photo&name=photo.png", png, "Content-Type", "image/png").want(201, &photo)
		answers := map[string]any{
			"reason": "expired", "expires_on": "2026-12-31", "photo": []any{photo}, "address": map[string]any{"block": "304", "road": "412", "building": "120"},
			"phone": "33000001", "delivery": "pickup", "centre": "isa", "truth": true,
		}
		var c Case
		w.call(mine, "POST", root+"/applications", Application{Service: "identity-card/renewal", Answers: answers}).want(201, &c)
		if c.State != "open" || c.Stage != "payment" || c.Channel != gov.API || len(c.At) != 1 || c.At[0].Charge == "" {
			t.Fatalf("%+v", c)
		}
		w.Drain()

		charge := root + "/charges/" + string(c.At[0].Charge)
		var paid Charge
		w.call(office, "POST", charge+"/counter-payments", map[string]string{"reference": "S-1"}).want(200, &paid)
		if paid.State != "settled" || paid.Total == 0 {
			t.Fatalf("%+v", paid)
		}
		w.call(office, "POST", charge+"/counter-payments", map[string]string{"reference": "S-1"}).problem(409)
		w.Drain()
		var bill ChargeView
		w.call(mine, "GET", charge, nil).want(200, &bill)
		if len(bill.Receipts) == 0 || bill.Currency != "BHD" {
			t.Fatalf("%+v", bill)
		}

		var queue List[Task]
		w.call(office, "GET", root+"/tasks?free=true", nil).want(200, &queue)
		if len(queue.Items) != 1 || queue.Items[0].Application != c.ID {
			t.Fatalf("%+v", queue)
		}
		task := root + "/tasks/" + string(queue.Items[0].ID)
		w.call(office, "POST", task+"/claim", nil).want(200)
		w.call(office, "POST", root+"/applications/"+string(c.ID)+"/notes", Words{"الصورة واضحة"}).want(201)
		var view TaskView
		w.call(office, "GET", task, nil).want(200, &view)
		if len(view.Application.Offered["review"]) != 3 || len(view.Application.Notes) != 1 || view.Task.Assignee == "" {
			t.Fatalf("%+v", view)
		}
		w.call(office, "POST", task+"/decision", Verdict{Outcome: "refuse", Reason: "identity"}).problem(403) // wants fresh proof
		w.call(office, "POST", task+"/decision", Verdict{Outcome: "approve", Seen: view.Application.Revision + 7}).problem(409)
		w.call(office, "POST", task+"/decision", Verdict{Outcome: "approve", Seen: view.Application.Revision}).want(200, &c)
		w.Drain()
		if c.State != "closed" || c.Outcome != "granted" {
			t.Fatalf("%+v", c)
		}

		var v CaseView
		w.call(mine, "GET", root+"/applications/"+string(c.ID), nil).want(200, &v)
		if len(v.Documents) != 1 || len(v.Decisions) == 0 || v.Decisions[0].By != "" || len(v.Charges) != 1 || len(v.Notes) != 0 {
			t.Fatalf("%+v", v)
		}
		var d Document
		w.call(mine, "GET", root+"/documents/"+string(v.Documents[0]), nil).want(200, &d)
		pdf := w.call(mine, "GET", root+"/documents/"+string(v.Documents[0])+"/pdf?lang=en", nil).want(200)
		if !strings.HasPrefix(string(pdf.body), "%PDF-") || pdf.header.Get("Content-Type") != "application/pdf" {
			t.Fatal(pdf.header, len(pdf.body))
		}
		var known Verification
		w.call("", "GET", root+"/verify/"+string(d.ID), nil).want(200, &known)
		if known.State != "valid" || known.Words["ar"] == "" {
			t.Fatalf("%+v", known)
		}
		w.call("", "GET", root+"/verify/0000-0000-0000", nil).want(200, &known)
		if known.State != "unknown" {
			t.Fatalf("%+v", known)
		}
		var looks []Look
		w.call(mine, "GET", root+"/looks", nil).want(200, &looks)
		if len(looks) < 2 || looks[1].Organisation != "iga" {
			t.Fatalf("%+v", looks)
		}
		file := w.call(mine, "GET", root+"/applications/"+string(c.ID)+"/files/"+photo["blob"].(string), nil).want(200)
		if string(file.body) != png || file.header.Get("Content-Type") != "image/png" {
			t.Fatal(file.header)
		}
	})
}

func TestADraftIsSavedSubmittedAndWithdrawn(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		sara := w.Resident(1)
		mine := w.token(sara)
		var c Case
		w.call(mine, "POST", root+"/applications", Application{Service: "identity-card/renewal", Draft: true}).want(201, &c)
		at := root + "/applications/" + string(c.ID)
		w.call(mine, "PATCH", at, Answers{w.Renewal(sara)}).want(200)
		w.call(mine, "PATCH", at, `{"answers": {"delivery": null}}`).want(200)
		p := w.call(mine, "POST", at+"/submit", nil, "Accept-Language", "en").problem(422)
		if len(p.Errors) != 1 || p.Errors[0].Field != "delivery" || p.Detail != p.Texts["en"] {
			t.Fatalf("%+v", p)
		}
		w.call(mine, "PATCH", at, `{"answers": {"delivery": "pickup"}}`).want(200)
		w.call(mine, "POST", at+"/submit", nil).want(200, &c)
		w.call(mine, "POST", at+"/submit", nil).problem(409)
		w.call(mine, "DELETE", at, nil).problem(409)
		w.call(mine, "POST", at+"/withdraw", nil).want(200, &c)
		if c.Outcome != "withdrawn" {
			t.Fatalf("%+v", c)
		}
		w.call(mine, "POST", root+"/applications", Application{Service: "no/such"}).problem(404)
		w.call(mine, "POST", root+"/applications", Application{Service: "identity-card/renewal", Draft: true}).want(201, &c)
		w.call(mine, "DELETE", root+"/applications/"+string(c.ID), nil).want(200)
	})
}

func TestListsAreReadPageByPage(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		sara := w.Resident(1)
		mine := w.token(sara)
		for range 5 {
			w.call(mine, "POST", root+"/applications", Application{Service: "identity-card/renewal", Draft: true}).want(201)
		}
		seen, next, pages := map[gov.CaseID]bool{}, "", 0
		for {
			var l List[Case]
			w.call(mine, "GET", root+"/applications?limit=2&cursor="+next, nil).want(200, &l)
			for _, c := range l.Items {
				seen[c.ID] = true
			}
			pages++
			if next = l.Next; next == "" {
				break
			}
		}
		if len(seen) != 5 || pages != 3 {
			t.Fatal(len(seen), pages)
		}
		w.call(mine, "GET", root+"/applications?cursor=***", nil).problem(422)
		w.call(mine, "GET", root+"/applications?limit=1000", nil).problem(422)
		w.call(mine, "GET", root+"/applications?limt=2", nil).problem(422)
		var found ServiceList
		w.call("", "GET", root+"/services?q="+"%D8%A8%D8%B7%D8%A7%D9%82%D8%A9"+"&limit=1", nil).want(200, &found)
		if len(found.Items) != 1 || found.Total < 1 {
			t.Fatalf("%+v", found)
		}
		var schema map[string]any
		w.call("", "GET", root+"/services/identity-card/renewal/form?lang=ar", nil).want(200, &schema)
		if schema["properties"] == nil {
			t.Fatal(schema)
		}
		w.call("", "GET", root+"/services/identity-card/renewal/procedure", nil).want(http.StatusOK)
	})
}
