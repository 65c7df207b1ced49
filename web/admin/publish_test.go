package admin

import (
	"context"
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
)

const certificate = "/admin/packs/education/enrolment-certificate"

// raised is the certificate with another version and a title changed.
func raised(h *hall, to string) map[string]string {
	files := h.enrolment()
	files["service.yaml"] = strings.Replace(files["service.yaml"], `version: "3"`, `version: "`+to+`"`, 1)
	return files
}

// What came of each example stands on the page; one that went otherwise than it
// promises keeps the draft from being published.
func TestExamplesAreRunOnTheEngine(t *testing.T) {
	h := newHall(t)
	wrong := ""
	h.admin.Try = func(_ context.Context, p *pack.Pack) (out []Tried, err error) {
		for i, x := range p.Examples {
			out = append(out, Tried{Name: x.Name})
			if i == 1 {
				out[i].Wrong = wrong
			}
		}
		return out, nil
	}
	files := raised(h, "4")
	h.page(h.post("owner", "/en/admin/packs/check", typed(files)), 200, "10 examples ran on the real engine. As promised: 10.", "Publish version 4")
	wrong = "step review: refused instead of granted"
	for _, act := range []string{"check", "publish"} {
		body := h.page(h.post("owner", "/en/admin/packs/"+act, typed(files)), 422, "As promised: 9.", "Not as promised", wrong)
		if strings.Contains(body, "Publish version 4") {
			t.Errorf("%s: a draft whose example is broken may be published", act)
		}
	}
	if current(h) != "3" {
		t.Error("published with a broken example")
	}
}

func current(h *hall) (v string) {
	h.Do(gov.System, func(tx *db.Tx) error {
		p, err := h.Cases.Packs.Current(tx, "education/enrolment-certificate")
		v = p.Version
		return err
	})
	return v
}

func TestPublishing(t *testing.T) {
	h := newHall(t)
	h.Cases.Packs = &pack.Library{Options: h.Cases.Packs.Options} // as after a restart: versions are read from the database
	files := raised(h, "4")
	if files["service.yaml"] == h.enrolment()["service.yaml"] {
		t.Fatal("the version was not raised: ", files["service.yaml"][:300])
	}
	files["service.yaml"] = strings.ReplaceAll(files["service.yaml"], "\n", "\r\n") // as browsers send it
	h.page(h.post("owner", "/en/admin/packs/check", typed(h.enrolment())), 200, "These are the files in force now")
	body := h.page(h.post("owner", "/en/admin/packs/check", typed(files)), 200, "Publish version 4", "From version 3 to version 4", "Tried on past cases", "data:image/svg&#43;xml;base64,")
	if strings.Contains(body, "ZgotmplZ") {
		t.Error("the drawing was refused")
	}
	if strings.Contains(body, "examples.yaml: ") {
		t.Error("examples that stayed as they are count as changed")
	}
	if current(h) != "3" {
		t.Error("checking published")
	}
	h.led(h.post("owner", "/admin/packs/publish", typed(files)), certificate+"?done=published")
	h.led(h.post("owner", "/admin/packs/publish", typed(files)), certificate+"?done=published") // pressed twice
	if current(h) != "4" {
		t.Error("not in force")
	}
	h.page(h.get("owner", "/en"+certificate+"?done=published"), 200, "Version 4 in force", "Employee owner")
	h.page(h.get("owner", "/en"+certificate+"/versions/4/changes"), 200, "From version 3 to version 4")
	h.status(h.get("owner", certificate+"/versions/3/changes"), 404)
	files["service.yaml"] += "\n# other words\n"
	h.page(h.post("owner", "/en/admin/packs/publish", typed(files)), 409, "raise the version", "# other words")
}

func TestWrongFilesAreShownWhereTheyAreWrong(t *testing.T) {
	h := newHall(t)
	files := raised(h, "4")
	files["service.yaml"] += "\ntitel: x\n"
	for _, path := range []string{"check", "publish"} {
		h.page(h.post("owner", "/ar/admin/packs/"+path, typed(files)), 422, "service.yaml:", "titel", "هل تقصد")
		h.page(h.post("owner", "/en/admin/packs/"+path, typed(files)), 422, "did you mean", ">title<")
	}
	h.page(h.post("owner", "/en/admin/packs/check", nil), 422, "No files arrived")
	if current(h) != "3" {
		t.Error("a wrong pack was published")
	}
}

func TestUploads(t *testing.T) {
	h := newHall(t)
	var all [][2]string
	for n, s := range raised(h, "4") {
		all = append(all, [2]string{n, s})
	}
	h.page(h.upload("owner", "/en/admin/packs/check", all...), 200, "Publish version 4")
	h.page(h.upload("owner", "/en/admin/packs/check", [2]string{"../../etc/passwd", "x"}), 422, "passwd", "is no file of a service")
	h.page(h.upload("owner", "/en/admin/packs/check", [2]string{"<script>alert(1)</script>.yaml", "x"}), 422, "is no file of a service")
	h.page(h.upload("owner", "/en/admin/packs/check", append(all, [2]string{"service.yaml", "again"})...), 422, "came twice")
	h.page(h.upload("owner", "/en/admin/packs/check", [2]string{"service.yaml", strings.Repeat("a: [", 10<<20/4)}), 422, "larger than allowed")
	h.page(h.upload("owner", "/en/admin/packs/check", [2]string{"service.yaml", strings.Repeat("# long\n", 2<<20/7)}), 422)
	h.page(h.upload("owner", "/en/admin/packs/check", [2]string{"service.yaml", "\xff\xfe\x00"}), 422)
}

// Nobody publishes, reads or takes over what another organisation owns.
func TestServicesOfOthers(t *testing.T) {
	h := newHall(t)
	theirs := raised(h, "4")
	h.status(h.post("stranger", "/admin/packs/check", typed(theirs)), 403)
	h.status(h.post("stranger", "/admin/packs/publish", typed(theirs)), 403)
	taken := raised(h, "4")
	taken["service.yaml"] = strings.Replace(taken["service.yaml"], "organisation: moe", "organisation: mojiawaqf", 1)
	h.status(h.post("stranger", "/admin/packs/check", typed(taken)), 403)
	h.status(h.post("stranger", "/admin/packs/publish", typed(taken)), 403)
	for _, path := range []string{"", "/edit", "/versions/3/drawing.svg", "/versions/3/pack.zip", "/versions/3/files/service.yaml", "/versions/3/procedure.bpmn", "/versions/3/changes"} {
		h.status(h.get("stranger", certificate+path), 404)
	}
	if strings.Contains(h.get("stranger", "/admin/packs").Body.String(), "enrolment") {
		t.Error("the list shows services of others")
	}
	h.status(h.post("head", "/admin/packs/publish", typed(theirs)), 403)
	h.status(h.post("auditor", "/admin/packs/publish", typed(theirs)), 403)
	if current(h) != "3" {
		t.Error("a stranger published")
	}
	h.led(h.post("operator", "/admin/packs/publish", typed(theirs)), certificate+"?done=published")
}

func TestReplayNamesCasesOnly(t *testing.T) {
	h := newHall(t)
	a := h.Resident(2)
	c := h.Apply(a, "identity-card/renewal", h.Renewal(a))
	h.Pay(a, c.ID)
	h.Do(a, func(tx *db.Tx) error { _, err := h.Cases.Withdraw(tx, c.ID); return err })
	var files map[string]string
	h.Do(gov.System, func(tx *db.Tx) error {
		p, err := h.Cases.Packs.Current(tx, "identity-card/renewal")
		files = map[string]string{}
		for n, s := range p.Files {
			files[n] = s
		}
		return err
	})
	files["service.yaml"] = strings.Replace(files["service.yaml"], `version: "3"`, `version: "4"`, 1)
	files["procedure.yaml"] = strings.Replace(files["procedure.yaml"], `amount: "`, `amount: "1`, 1)
	files["examples.yaml"] = ""
	w := h.post("operator", "/en/admin/packs/check", typed(files))
	if w.Code == 422 { // the pack demands its examples: what is wrong is said
		h.page(w, 422, "examples.yaml")
		return
	}
	body := h.page(w, 200, "Run over 1 case", c.Ref)
	if strings.Contains(body, string(a.Person)) || strings.Contains(body, "33000001") {
		t.Error("the replay shows whose case it is")
	}
}

func TestFilesOfAVersion(t *testing.T) {
	h := newHall(t)
	w := h.get("owner", "/ar"+certificate+"/versions/3/drawing.svg")
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/svg+xml" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") || !strings.Contains(w.Body.String(), `direction="rtl"`) {
		t.Errorf("drawing: %d %v", w.Code, w.Header())
	}
	if w := h.get("owner", certificate+"/versions/3/files/service.yaml"); w.Body.String() != h.enrolment()["service.yaml"] {
		t.Error("another file came")
	}
	h.status(h.get("owner", certificate+"/versions/3/files/..%2Fsecret"), 404)
	h.status(h.get("owner", certificate+"/versions/9/pack.zip"), 404)
	if w := h.get("owner", certificate+"/versions/3/pack.zip"); !strings.HasPrefix(w.Body.String(), "PK") {
		t.Error("no archive")
	}
	if w := h.get("owner", certificate+"/versions/3/procedure.bpmn"); !strings.Contains(w.Body.String(), "bpmn") {
		t.Error("no BPMN")
	}
	h.page(h.post("owner", "/en/admin/packs/new", map[string][]string{"id": {"education/transfer"}, "title_ar": {"نقل طالب"}, "title_en": {"Transfer of a pupil"}}), 200, "education/transfer", "service.yaml")
	h.page(h.post("owner", "/en/admin/packs/new", map[string][]string{"id": {"Bad Id"}, "title_ar": {"نقل"}, "title_en": {"Transfer"}}), 422, "Bad Id")
}
