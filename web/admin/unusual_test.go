package admin

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	answers "diwan.example/internal/form"
	"diwan.example/journal"
)

// curious lets the officer of education read five residents without any reason.
func (h *hall) curious() (people []gov.PersonID) {
	h.T.Helper()
	for i := range 5 {
		p := h.Resident(20 + i).Person
		people = append(people, p)
		h.Do(h.actors["officer"], func(tx *db.Tx) error {
			return journal.Looked(tx, journal.Look{Person: p, What: "person", Subject: string(p), Purpose: "فضول"})
		})
	}
	return people
}

func TestAnAuditorSeesUnusualReadingAndDecides(t *testing.T) {
	h := newHall(t)
	people := h.curious()
	h.page(h.get("auditor", "/en/admin/unusual"), 200, "Nothing stands out")
	for who, want := range map[string]int{"officer": 403, "operator": 403, "head": 403, "resident": 403} {
		h.status(h.get(who, "/admin/unusual"), want)
		h.status(h.get(who, "/admin/unusual/watched"), want)
		h.status(h.get(who, "/admin/delays"), want)
		h.status(h.get(who, "/admin/questions"), want)
	}
	h.status(h.post("auditor", "/admin/unusual", url.Values{"day": {"1999-01-01"}}), 422)
	h.led(h.post("auditor", "/admin/unusual", url.Values{"day": {h.Now().Format(time.DateOnly)}}), "/admin/unusual?found=1")
	h.page(h.get("auditor", "/en/admin"), 200, "Unusual reading")
	body := h.page(h.get("auditor", "/en/admin/unusual?found=1"), 200, "Employee officer", "Without a case or a service: 5", "Employees who stand out: 1")
	at := regexp.MustCompile(`/admin/unusual/findings/[0-9A-Za-z]+`).FindString(body)
	one := h.page(h.get("auditor", "/ar"+at), 200, "دون معاملة ولا خدمة: 5", "فضول", "خمس مرات أو أكثر", "اسأل الجهة")
	h.Do(gov.System, func(tx *db.Tx) error {
		for _, p := range people {
			known, err := identity.Known(tx, p)
			if err != nil {
				return err
			}
			if strings.Contains(one, known.NameAr) || strings.Contains(one, string(p)) {
				t.Errorf("the page names somebody who was looked at")
			}
		}
		return nil
	})
	h.status(h.post("auditor", at, url.Values{"do": {"explain"}, "words": {"لا"}}), 422)
	h.led(h.post("auditor", at, url.Values{"do": {"raise"}, "words": {"ما سبب قراءة بيانات خمسة أشخاص؟"}}), at)
	h.page(h.get("auditor", "/en"+at), 200, "The entity is asked", "Open the case")
	h.page(h.get("auditor", "/en/admin/unusual?state=raised"), 200, "Employee officer")
	queue := h.page(h.get("auditor", "/en/admin/questions"), 200, "Question about a look at my data")
	if !strings.Contains(queue, "/desk/tasks/") {
		t.Error("the case is not before the auditor")
	}
	var tasks []casework.Task
	h.Do(h.actors["officer"], func(tx *db.Tx) (err error) { tasks, err = h.Cases.Queue(tx, casework.QueueFilter{}); return err })
	if len(tasks) != 1 || tasks[0].Organisation != "moe" {
		t.Errorf("before the entity: %+v", tasks)
	}
	h.status(h.post("auditor", at, url.Values{"do": {"explain"}, "words": {"كان هذا عمله المعتاد"}}), 409)
}

// A resident's question goes to the entity and to the auditors, and to nobody else.
func TestAQuestionIsBeforeTheEntityAndTheAuditor(t *testing.T) {
	h := newHall(t)
	c := h.Apply(h.actors["resident"], accessQuestion, answers.Answers{"entity": "moe", "wish": "question", "words": "لماذا اطّلعتم على بياناتي؟"})
	see := func(who string) gov.Kind {
		return gov.KindOf(h.Try(h.actors[who], func(tx *db.Tx) error { _, err := h.Cases.Get(tx, c.ID); return err }))
	}
	for who, want := range map[string]gov.Kind{"officer": "", "auditor": "", "resident": "", "stranger": gov.NotFound, "operator": gov.NotFound, "owner": gov.NotFound} {
		if got := see(who); got != want {
			t.Errorf("%s: %q, want %q", who, got, want)
		}
	}
	var tasks []casework.Task
	h.Do(h.actors["auditor"], func(tx *db.Tx) (err error) { tasks, err = h.Cases.AuditQueue(tx, casework.QueueFilter{}); return err })
	if len(tasks) != 1 {
		t.Fatalf("before the auditor: %+v", tasks)
	}
	boss := h.Officer("iga-boss", "iga", gov.Supervisor)
	for name, a := range map[string]gov.Actor{"a supervisor of the same organisation": boss, "the entity's officer": h.actors["officer"]} {
		err := h.Try(a, func(tx *db.Tx) error {
			_, err := h.Cases.Decide(tx, tasks[0].ID, casework.Verdict{Outcome: "leave"})
			return err
		})
		if k := gov.KindOf(err); k != gov.Denied && k != gov.NotFound {
			t.Errorf("%s decides what is the auditor's: %v", name, err)
		}
	}
	var queue []casework.Task
	h.Do(boss, func(tx *db.Tx) (err error) { queue, err = h.Cases.Queue(tx, casework.QueueFilter{}); return err })
	if len(queue) != 0 {
		t.Errorf("the auditor's task is in the queue of others: %+v", queue)
	}
	h.Do(h.actors["auditor"], func(tx *db.Tx) error {
		_, err := h.Cases.Decide(tx, tasks[0].ID, casework.Verdict{Outcome: "take"})
		return err
	})
}

func TestAnAuditorRecordsADelay(t *testing.T) {
	h := newHall(t)
	sara := h.Resident(20)
	civil := h.Country.People(21)[20].CivilNumber
	until := h.Now().AddDate(0, 1, 0)
	good := url.Values{"person": {civil}, "organisation": {"moi"}, "legal": {"قرار النيابة 12 لسنة 2026"},
		"until.day": {until.Format("2")}, "until.month": {until.Format("1")}, "until.year": {until.Format("2006")}}
	h.page(h.get("auditor", "/en/admin/delays"), 200, "There are no orders")
	h.page(h.get("auditor", "/en/admin/delays/new"), 200, "Civil number of the person")
	for field, wrong := range map[string]string{"person": "120300418", "organisation": "nowhere", "legal": "لا", "until.year": "2031"} {
		bad := url.Values{}
		for k, v := range good {
			bad[k] = v
		}
		bad[field] = []string{wrong}
		h.status(h.post("auditor", "/admin/delays/new", bad), 422)
	}
	h.status(h.post("operator", "/admin/delays/new", good), 403)
	h.proved = false
	h.status(h.post("auditor", "/admin/delays/new", good), 401) // to prove who they are
	h.proved = true
	h.led(h.post("auditor", "/admin/delays/new", good), "/admin/delays?saved=1")
	body := h.page(h.get("auditor", "/en/admin/delays"), 200, "Kept back", "Renew", "قرار النيابة 12 لسنة 2026")
	if strings.Contains(body, civil) || strings.Contains(body, string(sara.Person)) {
		t.Error("the list says whose log it is")
	}
	renew := regexp.MustCompile(`renews=([0-9A-Za-z]+)`).FindStringSubmatch(body)[1]
	more := url.Values{"renews": {renew}, "legal": {"قرار النيابة 20 لسنة 2026"}, "until.day": {"1"}, "until.month": {"6"}, "until.year": {"2027"}}
	h.page(h.get("auditor", "/en/admin/delays/new?renews="+renew), 200, "Ministry of Interior")
	h.led(h.post("auditor", "/admin/delays/new", more), "/admin/delays?saved=1")
	h.Do(gov.Actor{Person: "i1", Org: "moi"}, func(tx *db.Tx) error { return journal.Looked(tx, journal.Look{Person: sara.Person, What: "record"}) })
	h.Do(sara, func(tx *db.Tx) error {
		ls, err := identity.AccessLog(tx, journal.LookQuery{Person: sara.Person})
		if len(ls) != 0 {
			t.Errorf("the person sees %+v", ls)
		}
		return err
	})
	h.page(h.post("auditor", "/en/admin/audit/access/"+string(sara.Person), url.Values{"reason": {"a complaint about reading"}}), 200, "a complaint about reading", "kept back until")
}

func TestPeopleAreWatchedOver(t *testing.T) {
	h := newHall(t)
	h.Resident(20)
	known := h.Country.People(21)[20]
	h.status(h.post("auditor", "/admin/unusual/watched", url.Values{"civil": {"120300418"}, "words": {"مذيعة"}}), 422)
	h.led(h.post("auditor", "/admin/unusual/watched", url.Values{"civil": {known.CivilNumber}, "words": {"مذيعة معروفة"}}), "/admin/unusual/watched?saved=1")
	h.status(h.post("auditor", "/admin/unusual/watched", url.Values{"civil": {known.CivilNumber}, "words": {"مذيعة معروفة"}}), 422)
	body := h.page(h.get("auditor", "/admin/unusual/watched"), 200, "مذيعة معروفة")
	if strings.Contains(body, known.Name.In(gov.Arabic)) || strings.Contains(body, known.CivilNumber) {
		t.Error("the list names the person")
	}
	id := regexp.MustCompile(`name="remove" value="([^"]+)"`).FindStringSubmatch(body)[1]
	h.led(h.post("auditor", "/admin/unusual/watched", url.Values{"remove": {id}}), "/admin/unusual/watched?saved=1")
	h.page(h.get("auditor", "/en/admin/unusual/watched"), 200, "The list is empty")
}
