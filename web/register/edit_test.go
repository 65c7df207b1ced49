package register

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

func TestAnEntryIsWrittenSectionBySection(t *testing.T) {
	each(t, func(o *office) {
		o.page(o.get("owner", "/register"), 200, "Entries of the catalogue", "Identity card renewal")
		o.page(o.get("owner", renewal), 200, "Start editing")
		o.led(o.post("owner", renewal+"/begin", nil), renewal)
		for _, part := range catalogue.Parts {
			if part.Told {
				continue
			}
			page := o.page(o.get("owner", renewal+"/edit/"+part.ID), 200, part.Name["en"])
			w := o.post("owner", renewal+"/edit/"+part.ID, boxes(page))
			o.led(w, renewal+"?done=saved")
		}
		r := o.draft("identity-card/renewal")
		s, err := o.g.Book.Service(t.Context(), "identity-card/renewal")
		if err != nil {
			t.Fatal(err)
		}
		if d := catalogue.Differences(s.Entry, r.Entry, catalogue.Terms{Currency: o.g.Country.Currency}); len(d) != 0 {
			t.Errorf("saving what stands there changes %+v", d)
		}

		form := boxes(o.page(o.get("owner", renewal+"/edit/what"), 200))
		form.Set("name.en", "Renew an identity card")
		form.Set("go", "next")
		o.led(o.post("owner", renewal+"/edit/what", form), renewal+"/edit/who?done=saved")
		form = boxes(o.page(o.get("owner", renewal+"/edit/time"), 200))
		form.Set("working_days", "٧")
		o.led(o.post("owner", renewal+"/edit/time", form), renewal+"?done=saved")
		if r := o.draft("identity-card/renewal"); r.Name["en"] != "Renew an identity card" || r.WorkingDays != 7 {
			t.Errorf("%v %d", r.Name, r.WorkingDays)
		}
		page := o.page(o.get("owner", renewal), 200, "2 changes from what is published", "Being written")
		o.led(o.post("owner", renewal+"/submit", boxes(page)), renewal+"?done=submitted")
		o.page(o.get("owner", renewal), 200, "In review", "Take the draft back")
		o.led(o.post("owner", renewal+"/take-back", nil), renewal+"?done=taken-back")
		o.page(o.get("owner", renewal+"/drop"), 200, "Give up the draft?")
		o.led(o.post("owner", renewal+"/drop", nil), "/register?done=dropped")
	})
}

func TestRowsAreAddedAndRemovedWithoutScripts(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.post("owner", renewal+"/begin", nil)
	edit := renewal + "/edit/channels"
	form := boxes(o.page(o.get("owner", edit), 200))
	n := len(o.draft("identity-card/renewal").Channels)
	form.Set("channels.0.phone", "typed and not saved")
	form.Set("_add", "channels")
	form = boxes(o.page(o.post("owner", edit, form), 200, "typed and not saved"))
	if form.Get("_rows") != fmt.Sprint(n+1) {
		t.Fatalf("%s rows, want %d", form.Get("_rows"), n+1)
	}
	form.Set(fmt.Sprintf("channels.%d.kind", n), "phone")
	form.Set(fmt.Sprintf("channels.%d.phone", n), "17000000")
	form.Set(fmt.Sprintf("channels.%d.hours", n), "Sunday to Thursday 7:00-14:15")
	form.Set("_remove", "channels.0")
	form = boxes(o.page(o.post("owner", edit, form), 200, "17000000"))
	form.Del("_remove")
	o.led(o.post("owner", edit, form), edit+"?check=1&done=saved") // without the portal, what is declared cannot hold
	o.page(o.get("owner", edit+"?check=1"), 200, "has the channel portal or app")
	list := o.draft("identity-card/renewal").Channels
	if len(list) != n || list[n-1].Phone != "17000000" || len(list[n-1].Hours) != 1 || len(list[n-1].Hours[0].Days) != 5 {
		t.Errorf("%+v", list)
	}
	// Nonsense instead of a row number, or too many rows, breaks nothing.
	for _, bad := range []url.Values{{"_remove": {"channels.x"}}, {"_remove": {"channels.-1"}, "_rows": {"1"}}, {"_rows": {"99999999"}}, {"_from": {"-5"}, "_rows": {"2"}}, {"_from": {"88888"}, "_was": {"99"}}} {
		if w := o.post("owner", edit, bad); w.Code >= 500 {
			t.Errorf("%v: %d", bad, w.Code)
		}
	}
}

func TestALongListIsPaged(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.post("owner", renewal+"/begin", nil)
	r := o.draft("identity-card/renewal")
	for i := range 23 {
		r.Entry.Legal = append(r.Entry.Legal, country.LegalResource{Name: gov.T(fmt.Sprintf("قانون %d", i), fmt.Sprintf("Law %d", i))})
	}
	n := len(r.Legal)
	if err := o.d.Write(gov.WithActor(t.Context(), o.actors["owner"]), func(tx *db.Tx) error { _, err := catalogue.Save(tx, r.Entry, r.Saves); return err }); err != nil {
		t.Fatal(err)
	}
	page := o.page(o.get("owner", renewal+"/edit/legal?from=10"), 200, fmt.Sprintf("11 to 20 of %d", n))
	form := boxes(page)
	form.Set("legal.10.name.en", "Changed law")
	form.Set("_remove", "legal.12")
	form = boxes(o.page(o.post("owner", renewal+"/edit/legal", form), 200, "Changed law"))
	o.led(o.post("owner", renewal+"/edit/legal", form), renewal+"?done=saved")
	after := o.draft("identity-card/renewal").Legal
	if len(after) != n-1 || after[10].Name["en"] != "Changed law" || after[12].Name["en"] != r.Legal[13].Name["en"] || after[n-2].Name["en"] != r.Legal[n-1].Name["en"] || after[9].Name["en"] != r.Legal[9].Name["en"] {
		t.Errorf("%d: %v", len(after), after)
	}
	o.page(o.get("owner", renewal+"/edit/legal?from=99999"), 200)
}

func TestWhatIsWrongStandsAtItsPlace(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.post("owner", renewal+"/begin", nil)
	form := boxes(o.page(o.get("owner", renewal+"/edit/time"), 200))
	form.Set("working_days", "three or so")
	page := o.page(o.post("owner", renewal+"/edit/time", form), 422, "Write a whole number from 0 up", "three or so")
	if !strings.Contains(page, `href="#f-working_days"`) || !strings.Contains(page, `id="f-working_days-error"`) {
		t.Error("the error is not at its place")
	}
	// What can be kept is kept, and says what is still missing.
	form = boxes(o.page(o.get("owner", renewal+"/edit/what"), 200))
	form.Set("name.en", "")
	o.led(o.post("owner", renewal+"/edit/what", form), renewal+"/edit/what?check=1&done=saved")
	page = o.page(o.get("owner", renewal+"/edit/what?check=1&done=saved"), 200, "The text is missing in English")
	if !strings.Contains(page, `href="#f-name-en"`) || !strings.Contains(page, `id="f-name-en"`) {
		t.Error("the error is not at its place")
	}
	o.page(o.get("owner", renewal), 200, "1 thing is left")
	o.led(o.post("owner", renewal+"/submit", boxes(o.get("owner", renewal).Body.String())), renewal+"?done=wrong")
	o.page(o.get("owner", renewal+"?done=wrong"), 200, "was not submitted yet", "1 thing to mend")
}

func TestTheSecondPersonSeesBothVersions(t *testing.T) {
	each(t, func(o *office) {
		o.post("owner", renewal+"/begin", nil)
		mine, theirs := boxes(o.get("owner", renewal+"/edit/what").Body.String()), boxes(o.get("second", renewal+"/edit/what").Body.String())
		theirs.Set("name.en", "Their new name")
		o.led(o.post("second", renewal+"/edit/what", theirs), renewal+"?done=saved")
		mine.Set("name.en", "My own new name")
		page := o.page(o.post("owner", renewal+"/edit/what", mine), 409, "Somebody else saved this draft before you", "Employee second", "Their", "My own", `value="My own new name"`)
		if o.draft("identity-card/renewal").Name["en"] != "Their new name" {
			t.Error("overwritten")
		}
		o.led(o.post("owner", renewal+"/edit/what", boxes(page)), renewal+"?done=saved") // knowing both
		if o.draft("identity-card/renewal").Name["en"] != "My own new name" {
			t.Error("lost")
		}
		// Who saved another section meanwhile is not in the way of losing anything.
		one, two := boxes(o.get("owner", renewal+"/edit/time").Body.String()), boxes(o.get("second", renewal+"/edit/what").Body.String())
		two.Set("name.en", "Again another")
		o.led(o.post("second", renewal+"/edit/what", two), renewal+"?done=saved")
		one.Set("working_days", "12")
		page = o.page(o.post("owner", renewal+"/edit/time", one), 409, "12")
		o.led(o.post("owner", renewal+"/edit/time", boxes(page)), renewal+"?done=saved")
		if r := o.draft("identity-card/renewal"); r.Name["en"] != "Again another" || r.WorkingDays != 12 {
			t.Errorf("%v %d", r.Name, r.WorkingDays)
		}
		// Submitted by the other meanwhile.
		late := boxes(o.get("owner", renewal+"/edit/time").Body.String())
		o.led(o.post("second", renewal+"/submit", boxes(o.get("second", renewal).Body.String())), renewal+"?done=submitted")
		late.Set("working_days", "13")
		o.page(o.post("owner", renewal+"/edit/time", late), 409, "being reviewed", "13")
	})
}

func TestANewEntryIsBegun(t *testing.T) {
	each(t, func(o *office) {
		page := o.page(o.get("owner", "/register/new"), 200)
		for id, want := range map[string]string{"Not an id": "area and name", "identity-card/renewal": "belongs to another", "": "area and name"} {
			form := boxes(page)
			form.Set("id", id)
			form.Set("name_ar", "خدمة")
			o.page(o.post("owner", "/register/new", form), 422, want, "خدمة")
		}
		o.led(o.post("owner", "/register/new", url.Values{"id": {"iga/new-thing"}, "name_ar": {"خدمة جديدة"}, "name_en": {"A new thing"}}), "/register/iga/new-thing?done=new")
		o.page(o.get("owner", "/register/iga/new-thing?done=new"), 200, "A new entry was begun", "A new thing")
		o.page(o.get("owner", "/register?state=draft"), 200, "A new thing", "New")
		if w := o.get("stranger", "/register/iga/new-thing"); w.Code != 404 {
			t.Errorf("a stranger: %d", w.Code)
		}
	})
}

func TestAStrangerFindsNothing(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.post("owner", renewal+"/begin", nil)
	for _, path := range []string{renewal, renewal + "/edit/what", renewal + "/drop", "/register/no/such", "/register/no/such/edit/what"} {
		if w := o.get("stranger", path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, path := range []string{"/submit", "/take-back", "/drop", "/edit/what"} {
		if w := o.post("stranger", renewal+path, url.Values{"saves": {"0"}}); w.Code != 404 {
			t.Errorf("POST %s: %d", path, w.Code)
		}
	}
	if w := o.post("stranger", renewal+"/begin", nil); w.Code != 403 && w.Code != 404 {
		t.Errorf("begin: %d", w.Code)
	}
	for _, who := range []string{"officer", "nobody"} {
		if w := o.get(who, "/register"); w.Code != 403 && w.Code != 303 {
			t.Errorf("%s: %d", who, w.Code)
		}
	}
	for _, who := range []string{"head", "authority", "auditor"} { // they look
		o.page(o.get(who, renewal), 200)
		if w := o.post(who, renewal+"/edit/what", url.Values{}); w.Code != 403 {
			t.Errorf("%s writes: %d", who, w.Code)
		}
	}
	if page := o.page(o.get("stranger", "/register"), 200); strings.Contains(page, "identity-card/renewal") {
		t.Error("a stranger lists entries of others")
	}
	if page := o.page(o.get("stranger", "/register?org=iga"), 200); strings.Contains(page, "identity-card/renewal") {
		t.Error("a stranger lists entries of others")
	}
	o.page(o.get("authority", "/register?org=moe"), 200, "Ministry of Education")
	if w := o.get("owner", renewal+"/edit/procedure"); w.Code != 404 {
		t.Errorf("a part that is not written here: %d", w.Code)
	}
}
