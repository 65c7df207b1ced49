package oversight

import (
	"encoding/csv"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"diwan.example/gov"
)

// programmePages are the pages about what comes next, each in some of its forms.
var programmePages = []string{
	"/oversight/priorities", "/oversight/priorities?declared=1&shift=50", "/oversight/priorities?declared=1&start=25", "/oversight/priorities?org=moe", "/oversight/priorities?w-volume=100",
	"/oversight/priorities/schedule", "/oversight/priorities/schedule?capacity=3&entity=1&c-moj=0&declared=1&start=2027-Q2&w-wait=5", "/oversight/priorities/schedule?org=land",
	"/oversight/backlog", "/oversight/backlog?by=event", "/oversight/backlog?by=level&org=moe", "/oversight/forecast", "/oversight/forecast?target=70&org=moe",
	"/oversight/priorities/weights", "/oversight/priorities/weights?w-volume=3&w-law=4", "/oversight/priorities/why/identity-card/first-card", "/oversight/priorities/why/land/property-transfer?w-wait=9",
}

func (w *world) post(target string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	rec := httptest.NewRecorder()
	w.site.ServeHTTP(rec, r)
	return rec
}

func (w *world) file(target string) [][]string {
	w.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.get(target).Body.String(), "\uFEFF"))).ReadAll()
	if err != nil {
		w.Fatalf("%s: %v", target, err)
	}
	return rows
}

func TestOwnWeightsChangeTheListAndNothingElse(t *testing.T) {
	w := newWorld(t)
	official := w.file("/oversight/priorities.csv")
	if len(official) < 9 {
		t.Fatalf("%d services", len(official)-1)
	}
	byWait := w.file("/oversight/priorities.csv?w-wait=100")
	if byWait[1][1] == official[1][1] && byWait[2][1] == official[2][1] && byWait[3][1] == official[3][1] {
		t.Error("weights change nothing")
	}
	page := w.get("/en/oversight/priorities?w-wait=100").Body.String()
	if !strings.Contains(page, "your own weights") || !strings.Contains(page, `name="w-wait" value="100"`) {
		t.Error("the page does not say whose weights these are")
	}
	if now := w.file("/oversight/priorities.csv"); now[1][1] != official[1][1] {
		t.Error("somebody's own weights were kept")
	}
	for _, bad := range []string{"w-volume=many", "w-volume=-1", "w-volume=101", "w-volume=0", "w-volume=1e9"} {
		rec := w.get("/en/oversight/priorities?" + bad)
		if _, typed, _ := strings.Cut(bad, "="); rec.Code != 422 || !strings.Contains(rec.Body.String(), `value="`+typed+`"`) || !strings.Contains(rec.Body.String(), "w-volume-error") {
			t.Errorf("%s: %d", bad, rec.Code)
		}
	}
}

func TestTheCommitteeMakesWeightsOfficial(t *testing.T) {
	w := newWorld(t)
	form := url.Values{"w-volume": {"10"}, "w-wait": {"٩٠"}, "reason": {"قرار الجلسة الثالثة"}, "seen": {"0"}}
	for _, bad := range []url.Values{{}, {"w-volume": {"10"}, "seen": {"0"}}, {"w-volume": {"x"}, "reason": {"قرار"}, "seen": {"0"}}} {
		if rec := w.post("/en/oversight/priorities/weights", bad); rec.Code != 422 || !strings.Contains(rec.Body.String(), bad.Get("reason")) {
			t.Errorf("%v: %d", bad, rec.Code)
		}
	}
	for _, who := range []gov.Actor{{}, {Person: "resident"}, head, {Person: "a", Org: "iga", Roles: []gov.Role{gov.Auditor}}} {
		w.who = who
		if rec := w.post("/oversight/priorities/weights", form); rec.Code < 300 || rec.Header().Get("Location") == "/oversight/priorities/weights?done=1" {
			t.Errorf("%+v decides: %d", who, rec.Code)
		}
	}
	w.who = committee
	if rec := w.post("/oversight/priorities/weights", form); rec.Code != 303 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if rec := w.post("/oversight/priorities/weights", form); rec.Code != 409 {
		t.Errorf("decided twice on one page: %d", rec.Code)
	}
	page := w.get("/en/oversight/priorities/weights").Body.String()
	if !strings.Contains(page, "قرار الجلسة الثالثة") || !strings.Contains(page, "Decision 1") {
		t.Error("the decision is not on its page")
	}
	if page := w.get("/en/oversight/priorities").Body.String(); !strings.Contains(page, "Official weights since") || !strings.Contains(page, `name="w-wait" value="90"`) {
		t.Error("the decision does not hold")
	}
}

func TestPrioritiesOfOthersAreNotThere(t *testing.T) {
	w := newWorld(t)
	all := w.file("/oversight/priorities.csv?declared=1")
	w.who = head
	mine := w.file("/oversight/priorities.csv?declared=1")
	if len(mine) < 2 || len(mine) >= len(all) {
		t.Fatalf("%d of %d", len(mine), len(all))
	}
	for _, row := range mine[1:] {
		if row[4] != "moe" {
			t.Errorf("a head sees %s of %s", row[1], row[4])
		}
	}
	for _, target := range []string{"/oversight/priorities?org=iga", "/oversight/priorities.csv?org=iga", "/oversight/priorities/why/identity-card/first-card", "/oversight/priorities/why/no/such"} {
		if rec := w.get(target); rec.Code != 404 {
			t.Errorf("%s: %d", target, rec.Code)
		}
	}
	w.who = gov.Actor{Person: "resident"}
	for _, target := range programmePages {
		if rec := w.get(target); rec.Code == 200 {
			t.Errorf("a resident gets %s", target)
		}
	}
}

func TestASchedulesCapacity(t *testing.T) {
	w := newWorld(t)
	rows := w.file("/oversight/priorities/schedule.csv?capacity=3&start=2027-Q1")
	in := map[string]int{}
	for _, row := range rows[1:] {
		in[row[0]]++
	}
	if in["2027-Q1"] != 3 || in["2027-Q2"] != 3 || len(rows) != len(w.file("/oversight/priorities.csv")) {
		t.Errorf("%v", in)
	}
	for _, bad := range []string{"capacity=many", "capacity=-1", "capacity=0", "capacity=1&c-moe=-3", "entity=99999"} {
		rec := w.get("/en/oversight/priorities/schedule?" + bad)
		if rec.Code != 422 || !strings.Contains(rec.Body.String(), "-error") {
			t.Errorf("%s: %d", bad, rec.Code)
		}
		if rec := w.get("/oversight/priorities/schedule.csv?" + bad); rec.Code != 400 && rec.Code != 422 {
			t.Errorf("the file with %s: %d", bad, rec.Code)
		}
	}
	w.who = head
	if mine := w.file("/oversight/priorities/schedule.csv?declared=1&capacity=3"); len(mine) < 2 || mine[1][4] != "moe" {
		t.Errorf("%v", mine)
	}
}

func TestTheBacklogAddsUp(t *testing.T) {
	w := newWorld(t)
	left := len(w.file("/oversight/priorities.csv")) - 1
	sum := 0
	for _, row := range w.file("/oversight/backlog.csv")[1:] {
		n, err := strconv.Atoi(row[3])
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	if sum != left {
		t.Errorf("%d in the backlog, %d in the list", sum, left)
	}
	w.who = head
	if rows := w.file("/oversight/backlog.csv"); len(rows) != 2 || rows[1][0] != "moe" {
		t.Errorf("a head sees %v", rows)
	}
}

func TestNoDateWithoutAPast(t *testing.T) {
	w := newWorld(t)
	page := w.get("/en/oversight/forecast").Body.String()
	if !strings.Contains(page, "The past is too short") {
		t.Error("a forecast from weeks of past")
	}
	if _, declared, _ := strings.Cut(page, `id="declared"`); !strings.Contains(declared, "(P50)") || !strings.Contains(declared, "(P90)") {
		t.Error("no forecast from what entities declared in two years and more")
	}
	for _, bad := range []string{"x", "0", "-4", "1e9", "99999999999999999999"} {
		if rec := w.get("/en/oversight/forecast?target=" + bad); rec.Code != 422 || !strings.Contains(rec.Body.String(), "f-target-error") {
			t.Errorf("%s: %d", bad, rec.Code)
		}
	}
	if rows := w.file("/oversight/forecast.csv"); len(rows) < 3 || rows[1][0] != "declared" {
		t.Errorf("%v", rows)
	}
}
