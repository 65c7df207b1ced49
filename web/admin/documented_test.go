package admin

import (
	"net/url"
	"strings"
	"testing"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

// one is a documented service of the ministry of education.
func one() catalogue.Entry {
	return catalogue.Entry{ID: "education/tutor-permit", Organisation: "moe", Name: gov.T("تصريح مدرس خصوصي", "Tutor permit"), Description: gov.T("تصريح بالتدريس الخصوصي", "A permit to tutor"), WorkingDays: 5, Source: "typed"}
}

func TestADocumentedServiceBecomesAPackOnThePages(t *testing.T) {
	h := newHall(t)
	short := one()
	short.ID, short.Description = "education/short", gov.Text{"ar": "وصف"}
	h.Do(gov.System, func(tx *db.Tx) error { return catalogue.Enter(tx, one()) })
	h.Do(gov.System, func(tx *db.Tx) error { return catalogue.Enter(tx, short) })
	const at = "/en/admin/packs/education/tutor-permit/draft"
	h.page(h.get("owner", "/en/admin/packs/documented?q=TUTOR"), 200, "Tutor permit", " service", "/packs/education/tutor-permit/draft")
	h.page(h.get("owner", "/ar/admin/packs/documented?q="+url.QueryEscape("مدرس خصوصي")), 200, "تصريح مدرس خصوصي")
	h.page(h.get("owner", "/en/admin/packs/documented?q=nothing-at-all"), 200, "No documented service")
	for who, want := range map[string]int{"officer": 403, "auditor": 403, "head": 403, "stranger": 404, "resident": 403} {
		h.status(h.get(who, at), want)
	}
	h.page(h.get("owner", "/en/admin/packs/education/short/draft"), 422, "The entry is not complete", "description.en")
	h.status(h.get("owner", "/en/admin/packs/education/none/draft"), 404)
	body := h.page(h.get("owner", at), 200, "These files were made of the catalogue", "Publish version 1", "working_days: 5", "data:image/svg")
	if strings.Contains(body, "ZgotmplZ") {
		t.Error("the drawing was refused")
	}
	h.Do(gov.System, func(tx *db.Tx) error {
		if s, err := catalogue.Find(tx, one().ID); err != nil || s.Version != "" {
			t.Errorf("looking at a draft published it: %q %v", s.Version, err)
		}
		return nil
	})
	files, err := h.draft(t.Context(), one().ID)
	if err != nil {
		t.Fatal(err)
	}
	h.led(h.post("owner", "/admin/packs/publish", typed(files)), "/admin/packs/education/tutor-permit?done=published")
	h.page(h.get("owner", "/en/admin/packs"), 200, "Tutor permit")
	h.page(h.get("owner", "/en/admin/packs/documented?q=tutor-permit"), 200, "No documented service")
}

// Departments that came with a catalogue have their officers appointed here too.
func TestOfficersOfAnImportedOrganisation(t *testing.T) {
	h := newHall(t)
	h.Do(gov.System, func(tx *db.Tx) error {
		return catalogue.PutOrganisation(tx, 1000, catalogue.Organisation{ID: "dfo-mpo", Kind: "department", Name: gov.Text{"en": "Fisheries", "fr": "Pêches"}, Languages: []gov.Lang{"en", "fr"}})
	})
	h.page(h.get("operator", "/ar/admin/staff?org=dfo-mpo"), 200, `<span lang="en" dir="ltr">Fisheries</span>`)
	h.status(h.get("operator", "/ar/admin/staff?org=nobody"), 404)
	who := h.actors["resident"].Person
	h.led(h.post("operator", "/admin/people/"+string(who)+"/roles", url.Values{"org": {"dfo-mpo"}, "roles": {"officer"}}), "/admin/people/"+string(who)+"?done=roles")
	h.Do(gov.System, func(tx *db.Tx) error {
		ms, err := identity.Roles(tx, who)
		if len(ms) != 1 || ms[0].Org != "dfo-mpo" || ms[0].Roles[0] != gov.Officer {
			t.Errorf("%+v", ms)
		}
		return err
	})
	h.page(h.get("operator", "/en/admin/staff?org=dfo-mpo"), 200, "Officer")
}
