package register

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

// written changes a box of a section and saves it.
func (o *office) written(as, part, box, words string) {
	o.Helper()
	form := boxes(o.page(o.get(as, renewal+"/edit/"+part), 200))
	form.Set(box, words)
	o.led(o.post(as, renewal+"/edit/"+part, form), renewal+"?done=saved")
}

func (o *office) submitted() {
	o.Helper()
	o.led(o.post("owner", renewal+"/submit", boxes(o.page(o.get("owner", renewal), 200))), renewal+"?done=submitted")
}

func TestTheAuthorityCommentsReturnsAndPublishes(t *testing.T) {
	each(t, func(o *office) {
		o.post("owner", renewal+"/begin", nil)
		o.written("owner", "what", "name.en", "Identity card speedy renewal")
		o.submitted()
		o.page(o.get("authority", "/register?state=review"), 200, "Identity card speedy renewal")
		o.page(o.get("authority", renewal+"/review"), 200, "Published", "Proposed", "Identity card <mark>speedy </mark>renewal", "What it is")

		for _, words := range []string{"", " \u202e ", strings.Repeat("ا", 4001)} {
			o.page(o.post("authority", renewal+"/review", url.Values{"place": {"name.en"}, "words": {words}}), 422, "4000 letters at most")
		}
		o.page(o.post("authority", renewal+"/review", url.Values{"place": {"no.such.place"}, "words": {"these words stay"}}), 422, "no such place")
		o.led(o.post("authority", renewal+"/review", url.Values{"place": {"name.en"}, "words": {"Keep the old word"}}), renewal+"/review?done=commented")
		o.page(o.post("authority", renewal+"/review", url.Values{"do": {"return"}, "words": {""}}), 422, "Write the comment")
		o.led(o.post("authority", renewal+"/review", url.Values{"do": {"return"}, "words": {"The name first"}}), renewal+"?done=returned")

		o.page(o.get("owner", "/register?state=returned"), 200, "Identity card speedy renewal")
		o.page(o.get("owner", renewal), 200, "Employee authority gave it back", "2 open comments")
		o.page(o.get("owner", renewal+"/edit/what"), 200, "Keep the old word", "What it is · Name of the service")
		page := o.page(o.get("owner", renewal+"/review"), 200, "The name first", "Keep the old word")
		settle := regexp.MustCompile(`/register/identity-card/renewal/settle/[^"]+`).FindAllString(page, -1)
		if len(settle) != 2 {
			t.Fatalf("%d comments can be settled", len(settle))
		}
		for _, s := range settle {
			o.led(o.post("owner", s, nil), renewal+"/review?done=settled")
		}
		o.written("owner", "what", "name.en", "Identity card renewal, quick")
		o.submitted()
		form := boxes(o.page(o.get("authority", renewal+"/review"), 200, "settled"))
		if form.Get("saves") == "" {
			t.Fatal("the page does not say what it saw")
		}
		late := url.Values{"do": {"approve"}, "saves": {"1"}}
		if w := o.post("authority", renewal+"/review", late); w.Code != 409 {
			t.Errorf("approving what was not seen: %d", w.Code)
		}
		o.led(o.post("authority", renewal+"/review", url.Values{"do": {"approve"}, "saves": {form.Get("saves")}}), renewal+"?done=approved")
		s, err := o.g.Book.Service(t.Context(), "identity-card/renewal")
		if err != nil || s.Name["en"] != "Identity card renewal, quick" {
			t.Errorf("%v %v", s.Name, err)
		}
		o.page(o.get("owner", renewal+"/history"), 200, "Revision 1", "Revision 2", "Replaced", "Employee owner", "Employee authority", ", quick")
		o.page(o.get("owner", renewal+"/history?one=2&two=2"), 200, "do not differ")
		for _, bad := range []string{"?one=9&two=1", "?one=-1&two=99999999999999"} {
			if w := o.get("owner", renewal+"/history"+bad); w.Code != 404 && w.Code != 200 {
				t.Errorf("%s: %d", bad, w.Code)
			}
		}
		if w := o.get("owner", renewal+"/review"); w.Code != 404 {
			t.Errorf("nothing is written, but the review shows %d", w.Code)
		}
	})
}

func TestOnlyTheAuthorityDecides(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.post("owner", renewal+"/begin", nil)
	o.submitted()
	for _, who := range []string{"owner", "second", "head", "auditor", "stranger", "officer", ""} {
		for _, do := range []string{"approve", "return"} {
			if w := o.post(who, renewal+"/review", url.Values{"do": {do}, "saves": {"1"}, "words": {"x"}}); w.Code < 400 {
				t.Errorf("%q %s: %d", who, do, w.Code)
			}
		}
	}
	for _, path := range []string{"/review", "/history", "/statement"} {
		if w := o.get("stranger", renewal+path); w.Code != 404 {
			t.Errorf("a stranger reads %s: %d", path, w.Code)
		}
	}
	for path, form := range map[string]url.Values{"/review": {"words": {"x"}}, "/settle/1": {}, "/statement": {"year": {"2026"}}} {
		if w := o.post("stranger", renewal+path, form); w.Code != 404 {
			t.Errorf("a stranger posts %s: %d", path, w.Code)
		}
	}
	if page := o.get("owner", renewal+"/review").Body.String(); strings.Contains(page, `value="approve"`) {
		t.Error("the owner is shown the decision")
	}
}

func TestANewEntryIsReviewedWhole(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.post("owner", "/register/new", url.Values{"id": {"iga/new"}, "name_ar": {"جديدة"}, "name_en": {"Brand new"}})
	o.page(o.get("authority", "/register/iga/new/review"), 200, "This is a new entry", "Brand new", "things are left")
	if w := o.get("owner", "/register/iga/new/statement"); w.Code != 404 {
		t.Errorf("a statement on what is not published: %d", w.Code)
	}
}

func TestAStatementIsMadeAndStaysApart(t *testing.T) {
	each(t, func(o *office) {
		page := o.page(o.get("owner", renewal+"/statement"), 200, "Declared by the entity")
		form := boxes(page)
		if form.Get("year") != "2026" || form.Get("level") == "" {
			t.Errorf("the form begins with %v", form)
		}
		page = o.page(o.post("owner", renewal+"/statement", form), 422, "Choose an answer", "Sign the statement")
		for _, p := range catalogue.PointWords {
			form.Set("point_"+p.Code, "yes")
		}
		form.Set("point_feedback", "not-applicable")
		form.Set("link", "https://example.org/card")
		form.Set("volume_portal", "١٢٠٠")
		form.Set("_add", "standards")
		form = boxes(o.page(o.post("owner", renewal+"/statement", form), 200, "How many met it"))
		form.Set("standards.0.name_ar", "في خمسة أيام")
		form.Set("standards.0.name_en", "Within five days")
		form.Set("standards.0.target", "90")
		form.Set("standards.0.meeting", "12")
		form.Set("standards.0.total", "10")
		form.Set("standards.0.met", "yes")
		form.Set("signed", "true")
		o.page(o.post("owner", renewal+"/statement", form), 422, "No more can meet", "Within five days")
		form.Set("standards.0.total", "20")
		o.led(o.post("owner", renewal+"/statement", form), renewal+"/statement?done=stated&year=2026")
		o.page(o.get("auditor", renewal+"/statement"), 200, "5 of 5", "Employee owner")
		var s catalogue.Statement
		err := o.d.Read(gov.WithActor(t.Context(), gov.Actor{}), func(tx *db.Tx) (err error) {
			s, _, err = catalogue.StatementOf(tx, "identity-card/renewal", "2026")
			return err
		})
		if err != nil || s.Volumes["portal"] != 1200 || len(s.Standards) != 1 || s.Standards[0].Target != "0.9" || *s.Standards[0].Meeting != 12 || s.Level == nil || s.Author != o.actors["owner"].Person {
			t.Errorf("%+v %v", s, err)
		}
		form = boxes(o.page(o.get("owner", renewal+"/statement?year=2026"), 200))
		if form.Get("standards.0.id") != s.Standards[0].ID || form.Get("standards.0.target") != "90" {
			t.Errorf("%v", form)
		}
		for box, bad := range map[string]string{"year": "2026-2029", "link": "javascript:x", "volume_portal": "-4", "level": "7", "point_decision": "maybe", "standards.0.target": "0"} {
			again := url.Values{}
			for k, v := range form {
				again[k] = v
			}
			again.Set(box, bad)
			again.Set("signed", "true")
			o.page(o.post("owner", renewal+"/statement", again), 422)
		}
		if w := o.post("head", renewal+"/statement", form); w.Code != 403 {
			t.Errorf("the head signs: %d", w.Code)
		}
	})
}
