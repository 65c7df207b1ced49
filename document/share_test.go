package document_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

func TestShareShowsWhatTheHolderChose(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		s, err := o.Share(pupil, made.ID, []string{"born", "civil_number", "born"}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		v := o.verify(s.Code)
		if v.State != document.Valid || !v.Shared || names(v.Claims) != "civil_number born" || !v.Until.Equal(s.Until) {
			t.Errorf("%+v", v)
		}
		if v := o.verify(string(made.ID)); names(v.Claims) != "pupil" {
			t.Errorf("the document's own code shows %q", names(v.Claims))
		}
		o.verify(s.Code)
		all, err := o.Shares(pupil, made.ID)
		if err != nil || len(all) != 1 || all[0].Visits != 2 || !all[0].LastVisit.Equal(dbtest.Start) {
			t.Fatalf("%+v %v", all, err)
		}
		if l := o.looks("pupil"); len(l) != 3 {
			t.Errorf("three looks, and the log has %d", len(l))
		}
		if _, err := o.Share(mother, made.ID, []string{"pupil"}, time.Time{}); err != nil {
			t.Errorf("a guardian may share: %v", err)
		}
		_, err = o.Share(officer, made.ID, []string{"pupil"}, time.Time{})
		want(t, "an officer shares", err, gov.NotFound)
	})
}

func TestShareEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		hour, err := o.Share(pupil, made.ID, []string{"born"}, dbtest.Start.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		stopped, err := o.Share(pupil, made.ID, []string{"born"}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "a stranger stops it", o.StopShare(stranger, stopped.Code), gov.NotFound)
		want(t, "no such share", o.StopShare(pupil, "0000000000000000"), gov.NotFound)
		for range 2 {
			if err := o.StopShare(pupil, stopped.Code); err != nil {
				t.Fatal(err)
			}
		}
		o.later(time.Hour)
		for _, code := range []string{hour.Code, stopped.Code} {
			if v := o.verify(code); v.State != document.Unknown || len(v.Claims) != 0 || v.Number != "" {
				t.Errorf("%+v", v)
			}
		}
		if f := strings.Join(o.facts(string(made.ID)), " "); f != "document.issued document.shared document.shared document.share_stopped" {
			t.Errorf("facts: %s", f)
		}
	})
}

func TestShareOfRevokedDocumentShowsNothing(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	made := o.issue()
	s, err := o.Share(pupil, made.ID, []string{"born"}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Revoke(officer, made.ID, gov.T("سبب", "")); err != nil {
		t.Fatal(err)
	}
	if v := o.verify(s.Code); v.State != document.Revoked || len(v.Claims) != 0 {
		t.Errorf("%+v", v)
	}
}

func TestShareLimits(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	made := o.issue()
	for name, try := range map[string]func() error{
		"no claim":      func() error { _, err := o.Share(pupil, made.ID, nil, time.Time{}); return err },
		"no such claim": func() error { _, err := o.Share(pupil, made.ID, []string{"height"}, time.Time{}); return err },
		"in the past":   func() error { _, err := o.Share(pupil, made.ID, []string{"born"}, dbtest.Start); return err },
		"for two years": func() error {
			_, err := o.Share(pupil, made.ID, []string{"born"}, dbtest.Start.AddDate(2, 0, 0))
			return err
		},
	} {
		want(t, name, try(), gov.Invalid)
	}
	for range 20 {
		if _, err := o.Share(pupil, made.ID, []string{"born"}, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := o.Share(pupil, made.ID, []string{"born"}, time.Time{})
	want(t, "one too many", err, gov.TooMany)
}

func TestCodesAsPeopleTypeThem(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	made := string(o.issue().ID)
	look := strings.NewReplacer("0", "o", "1", "l")
	for _, typed := range []string{
		strings.ToLower(made), made[:4] + "-" + made[4:9] + " " + made[9:], look.Replace(made),
		"https://gov.example/v/" + made + "/", strings.Map(arabicDigit, made), "  " + made + "\n",
	} {
		if v := o.verify(typed); v.State != document.Valid {
			t.Errorf("%q is %s", typed, v.State)
		}
	}
	for _, typed := range []string{"", "x", made[1:], made + "0", made[:13] + "U", "0000000000000000", strings.Repeat("0", 4000), "\x00", "' OR 1=1 --"} {
		if v := o.verify(typed); v.State != document.Unknown || v.Issuer != "" {
			t.Errorf("%q is %+v", typed, v)
		}
	}
}

func arabicDigit(r rune) rune {
	if r >= '0' && r <= '9' {
		return '٠' + r - '0'
	}
	return r
}

func FuzzReadCode(f *testing.F) {
	f.Add("7K3M-9QX2-ABCDEF")
	f.Add("https://gov.example/v/7k3m9qx2abcdef")
	f.Add("٧K٣M٩QX٢ABCDEF")
	f.Add("HTTPS://GOV.EXAMPLE/V/7K3M9QX2ABCDEF#" + strings.Repeat("6BF+70790", 80))
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := document.ReadCode(s)
		if !ok {
			return
		}
		if !utf8.ValidString(code) || len(code) != 14 && len(code) != 16 {
			t.Fatalf("%q became %q", s, code)
		}
		if again, ok := document.ReadCode(code); !ok || again != code {
			t.Fatalf("%q became %q, then %q", s, code, again)
		}
	})
}

func TestEachLookAtAShareStandsBesideIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		_, err := o.ShareWith(pupil, document.Sharing{Document: made.ID, Claims: []string{"born"}, To: strings.Repeat("م", 81)})
		want(t, "a note of 81 letters", err, gov.Invalid)
		s, err := o.ShareWith(mother, document.Sharing{Document: made.ID, Claims: []string{"born"}, To: "  البنك \n الأهلي ", Until: dbtest.Start.Add(2 * time.Hour), Tell: true})
		if err != nil || s.To != "البنك الأهلي" || s.Maker != "mother" {
			t.Fatalf("%+v %v", s, err)
		}
		for _, who := range []document.Looker{{Device: "Safari, iPhone"}, {Device: "Firefox, Linux" + strings.Repeat("x", 500), Organisation: "moh", SignedIn: true}} {
			if v, err := o.VerifyFor(nobody, s.Code, who); err != nil || names(v.Claims) != "born" {
				t.Fatalf("%+v %v", v, err)
			}
		}
		all, err := o.Shares(pupil, made.ID)
		if err != nil || len(all) != 1 || len(all[0].Looks) != 2 || all[0].Visits != 2 {
			t.Fatalf("%+v %v", all, err)
		}
		last, firstLook := all[0].Looks[0], all[0].Looks[1]
		if last.Organisation != "moh" || !last.SignedIn || utf8.RuneCountInString(last.Device) > 80 || firstLook.Device != "Safari, iPhone" || firstLook.SignedIn {
			t.Errorf("%+v", all[0].Looks)
		}
		if len(o.opened) != 1 || o.opened[0] != s.Code {
			t.Errorf("the maker is told of the first look alone: %v", o.opened)
		}
		if _, err := o.Shares(stranger, made.ID); gov.KindOf(err) != gov.NotFound {
			t.Errorf("a stranger reads the looks: %v", err)
		}
		o.later(2 * time.Hour)
		if v, _ := o.VerifyFor(nobody, s.Code, document.Looker{}); v.State != document.Unknown {
			t.Errorf("after two hours: %+v", v)
		}
		if all, _ := o.Shares(pupil, made.ID); len(all[0].Looks) != 2 {
			t.Error("a look that saw nothing is counted")
		}
	})
}
