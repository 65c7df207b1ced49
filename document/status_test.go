package document_test

import (
	"context"
	"crypto"
	"crypto/x509"
	"fmt"
	"strings"
	"testing"
	"time"

	"diwan.example/document"
	"diwan.example/document/statuslist"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

// keys trusts whatever the issuer publishes.
func (o *office) keys() statuslist.Keys {
	set, err := o.Keys().Public(nobody)
	if err != nil {
		o.t.Fatal(err)
	}
	return func(kid string, _ []*x509.Certificate) crypto.PublicKey {
		for _, k := range set.Keys {
			if pub, err := k.Key(); err == nil && k.Kid == kid {
				return pub
			}
		}
		return nil
	}
}

// listed reads what the list that ref names says, in both of its forms.
func (o *office) listed(ref statuslist.Reference) statuslist.Status {
	o.t.Helper()
	uri := ref.List.URI
	list, err := o.StatusList(nobody, uri[strings.LastIndexByte(uri, '/')+1:])
	if err != nil {
		o.t.Fatal(err)
	}
	a, err := statuslist.ReadJWT(list.JWT, uri, o.keys(), o.db.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	b, err := statuslist.ReadCWT(list.CWT, uri, o.keys(), o.db.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	s, ok1 := a.List.Get(ref.List.Index)
	again, ok2 := b.List.Get(ref.List.Index)
	if !ok1 || !ok2 || s != again {
		o.t.Fatalf("JWT says %d, CWT %d", s, again)
	}
	return s
}

func (o *office) is(d document.Document, status statuslist.Status, state document.State) {
	o.t.Helper()
	if got := o.listed(d.Status); got != status {
		o.t.Errorf("the list says %d, want %d", got, status)
	}
	if v := o.verify(string(d.ID)); v.State != state {
		o.t.Errorf("verified as %q, want %q", v.State, state)
	}
}

func TestEveryDocumentHasAPlaceOfItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		seen, last, rising := map[int]bool{}, -1, 0
		for range 40 {
			made := o.issue()
			at := made.Status.List
			if at.URI != "https://gov.example/status/moe-1" || at.Index < 0 || at.Index >= statuslist.Size || seen[at.Index] {
				t.Fatalf("%+v", at)
			}
			if at.Index > last {
				rising++
			}
			seen[at.Index], last = true, at.Index
		}
		if rising > 35 {
			t.Errorf("places follow the order of issue: %d of 40 rise", rising)
		}
		other := o.issue(func(d *document.Draft) { d.Organisation = "iga" })
		if other.Status.List.URI != "https://gov.example/status/iga-1" {
			t.Errorf("%+v", other.Status)
		}
		mine, err := o.Get(pupil, other.ID)
		if err != nil || mine.Status != other.Status {
			t.Errorf("%+v %v", mine.Status, err)
		}
		o.exec(`UPDATE document_issued SET status_index = $1 WHERE id = $2`, (other.Status.List.Index+1)%statuslist.Size, string(other.ID))
		if _, err := o.Get(pupil, other.ID); gov.KindOf(err) != gov.Conflict {
			t.Errorf("a document with another's place is shown: %v", err)
		}
	})
}

func TestSuspendedAndResumed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		why := gov.T("بلاغ عن فقدان", "Reported as lost")
		want(t, "by the holder", o.Suspend(pupil, made.ID, why), gov.Denied)
		want(t, "by a stranger", o.Suspend(stranger, made.ID, why), gov.NotFound)
		want(t, "by another organisation", o.Suspend(staff("iga", gov.Officer), made.ID, why), gov.NotFound)
		want(t, "without a reason", o.Suspend(officer, made.ID, gov.T(" ", "")), gov.Invalid)
		want(t, "resumed while in force", o.Resume(officer, made.ID, why), gov.Conflict)
		o.is(made, statuslist.Valid, document.Valid)

		want(t, "suspended", o.Suspend(officer, made.ID, why), "")
		want(t, "suspended twice", o.Suspend(officer, made.ID, why), gov.Conflict)
		o.is(made, statuslist.Suspended, document.Suspended)
		if v := o.verify(string(made.ID)); len(v.Claims) > 0 {
			t.Errorf("a suspended document shows %+v", v.Claims)
		}
		if got, err := o.Get(pupil, made.ID); err != nil || got.Reason[gov.Arabic] != "بلاغ عن فقدان" {
			t.Errorf("%+v %v", got.Reason, err)
		}
		o.later(365 * 24 * time.Hour)
		o.is(made, statuslist.Suspended, document.Suspended)
		o.later(0)

		want(t, "resumed", o.Resume(officer, made.ID, gov.T("عُثر عليها", "Found")), "")
		o.is(made, statuslist.Valid, document.Valid)
		want(t, "suspended again", o.Suspend(officer, made.ID, why), "")
		want(t, "revoked", o.Revoke(officer, made.ID, why), "")
		want(t, "resumed after the end", o.Resume(officer, made.ID, why), gov.Conflict)
		o.is(made, statuslist.Invalid, document.Revoked)
		if got := strings.Join(o.facts(string(made.ID)), " "); got != "document.issued document.suspended document.resumed document.suspended document.revoked" {
			t.Errorf("facts: %s", got)
		}
		if got := strings.Join(o.told, " | "); strings.Count(got, "pupil") != 4 || !strings.Contains(got, "بلاغ عن فقدان") || !strings.Contains(got, "عُثر عليها") {
			t.Errorf("the holder was told: %s", got)
		}
	})
}

func TestReplacedIsInvalidInItsList(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	made := o.issue()
	want(t, "suspended", o.Suspend(officer, made.ID, gov.T("س", "x")), "")
	next, err := o.Replace(officer, made.ID, document.Draft{Claims: draft().Claims}, gov.T("تصحيح", "Correction"))
	if err != nil {
		t.Fatal(err)
	}
	o.is(made, statuslist.Invalid, document.Replaced)
	o.is(next, statuslist.Valid, document.Valid)
}

func TestCopiesEndAloneAndWithTheirDocument(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		var one, two statuslist.Reference
		write := func(do func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(context.Background(), do); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *db.Tx) (err error) {
			if one, err = o.Copy(tx, made); err == nil {
				two, err = o.Copy(tx, made)
			}
			return err
		})
		if one == two || one.List.URI != "https://gov.example/status/moe-w1" {
			t.Fatalf("%+v %+v", one, two)
		}
		check := func(a, b statuslist.Status) {
			t.Helper()
			if x, y := o.listed(one), o.listed(two); x != a || y != b {
				t.Errorf("got %d %d, want %d %d", x, y, a, b)
			}
		}
		check(statuslist.Valid, statuslist.Valid)
		write(func(tx *db.Tx) error { return o.Withdraw(tx, one) })
		write(func(tx *db.Tx) error { return o.Withdraw(tx, one) })
		check(statuslist.Invalid, statuslist.Valid)
		want(t, "suspended", o.Suspend(officer, made.ID, gov.T("س", "x")), "")
		check(statuslist.Invalid, statuslist.Suspended)
		want(t, "resumed", o.Resume(officer, made.ID, gov.T("س", "x")), "")
		check(statuslist.Invalid, statuslist.Valid)
		want(t, "revoked", o.Revoke(officer, made.ID, gov.T("س", "x")), "")
		check(statuslist.Invalid, statuslist.Invalid)
	})
}

// A list is signed again before it grows old, by the key that is active then,
// and is the same while nothing happens.
func TestListsAreKeptAndRenewed(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	made := o.issue()
	get := func() document.StatusList {
		t.Helper()
		l, err := o.StatusList(nobody, "moe-1")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	first := get()
	if second := get(); second.ETag != first.ETag || second.JWT != first.JWT {
		t.Error("nothing happened and the list changed")
	}
	o.later(6 * time.Minute)
	if third := get(); third.ETag == first.ETag {
		t.Error("the list was not signed again")
	}
	want(t, "revoked", o.Revoke(officer, made.ID, gov.T("س", "x")), "")
	o.is(made, statuslist.Invalid, document.Revoked)
	if _, err := o.StatusList(nobody, "moe-2"); gov.KindOf(err) != gov.NotFound {
		t.Errorf("a list that is none: %v", err)
	}
	if _, err := o.StatusList(nobody, "../../x"); gov.KindOf(err) != gov.NotFound {
		t.Errorf("a list that is none: %v", err)
	}
}

// Two nodes: what one ends, the other serves as ended at once.
func TestAnotherNodeServesTheChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		o.is(made, statuslist.Valid, document.Valid)
		second := o.another(o.secret, certificate)
		want(t, "revoked elsewhere", second.Revoke(officer, made.ID, gov.T("س", "x")), "")
		o.is(made, statuslist.Invalid, document.Revoked)
	})
}

func (o *office) tell(_ *db.Tx, n document.Notice) error {
	o.told = append(o.told, fmt.Sprint(n.To, ": ", n.Body[gov.Arabic]))
	return nil
}

// The seal on the paper names the same place as the document.
func TestTheSealNamesTheStatus(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	made := o.issue()
	if s := o.seal(made); s.Status == nil || s.Status.URI != made.Status.List.URI || s.Status.Index != int64(made.Status.List.Index) {
		t.Errorf("%+v, want %+v", s.Status, made.Status)
	}
	if all, err := o.StatusLists(nobody); err != nil || len(all) != 1 || all[0] != made.Status.List.URI {
		t.Errorf("%v %v", all, err)
	}
}
