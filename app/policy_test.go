package app_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/programme/lifecycle"
	"diwan.example/programme/policy"
)

// A pack that breaks a binding check of the policies is refused where it is
// published; what begins with the product's template is not.
func TestPublishingKeepsThePolicies(t *testing.T) {
	a := tried(t)
	ctx := gov.WithActor(t.Context(), gov.System)
	fresh, err := pack.New("test/thing", "iga", gov.T("خدمة", "Service"))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Publish(ctx, fresh); err != nil {
		t.Errorf("what the template begins with: %v", err)
	}
	p, err := pack.Read(os.DirFS("../docs/guides/example"), "municipal/seasonal-tent", a.Packs.Options)
	if err != nil {
		t.Fatal(err)
	}
	p.Files["service.yaml"] = strings.Replace(p.Files["service.yaml"], "channels: [portal, counter, kiosk, api]", "channels: [counter]", 1)
	if err := a.Publish(ctx, p.Files); gov.KindOf(err) != gov.Invalid || !strings.Contains(gov.PublicOf(err)[gov.Arabic], "الرقمي أولًا") {
		t.Errorf("a service of the counter only: %v", err)
	}
	if err := a.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		if _, err := a.Packs.Current(tx, p.ID); gov.KindOf(err) != gov.NotFound {
			t.Errorf("the refused pack is in force: %v", err)
		}
		list, err := policy.At(tx, time.Time{}, "")
		binding := map[string]bool{}
		for _, x := range policy.Policies() {
			for _, c := range x.Checks {
				binding[c.ID] = c.Binding
			}
		}
		for _, r := range list {
			if binding[r.Check] && r.State != policy.Pass {
				t.Errorf("%s: the binding check %s is %s", r.Service, r.Check, r.State)
			}
		}
		if err != nil || len(list) < 300 {
			t.Errorf("%d results (%v)", len(list), err)
		}
		places, err := lifecycle.At(tx, time.Time{}, "")
		for _, x := range places {
			if x.Service == "test/thing" && x.Stage != lifecycle.Tested {
				t.Errorf("the new service stands at %s", x.Stage)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
