package document_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
	"diwan.example/internal/sign"
	"diwan.example/internal/translog"
	"diwan.example/journal"
	"diwan.example/pack"
)

var certificate = &pack.Document{
	ID:    "certificate",
	Title: gov.T("شهادة قيد", "Enrolment certificate"),
	Claims: []pack.Claim{
		{Name: "pupil", Label: gov.T("الطالب", "Pupil"), Public: true},
		{Name: "civil_number", Label: gov.T("الرقم الشخصي", "Civil number"), Kind: form.CivilNumber},
		{Name: "born", Label: gov.T("تاريخ الميلاد", "Born"), Kind: form.Date},
		{Name: "fee", Label: gov.T("الرسم", "Fee"), Kind: form.Money},
	},
	Layout: []pack.Block{{Heading: gov.T("شهادة قيد", "Enrolment certificate")}, {Fields: []string{"pupil", "civil_number", "born", "fee"}}},
}

// office is an issuer with everything around it.
type office struct {
	*document.Issuer
	t      *testing.T
	db     *db.DB
	secret string
	log    *translog.Log // the last issuer's
	opened []string      // shares of whose first use the maker was told
	told   []string
}

func open(t *testing.T, d *db.DB) *office {
	o := &office{t: t, db: d, secret: sign.NewSecret()}
	o.Issuer = o.another(o.secret, certificate)
	return o
}

// another makes a second issuer over the same database, as a second node has.
func (o *office) another(secret string, def *pack.Document) *document.Issuer {
	o.t.Helper()
	v, err := sign.OpenVault(secret)
	if err != nil {
		o.t.Fatal(err)
	}
	if o.log, err = translog.New(translog.Options{DB: o.db, Vault: v, Name: translog.Documents, Origin: "gov.example/log/documents"}); err != nil {
		o.t.Fatal(err)
	}
	i, err := document.New(o.db, document.Options{
		Vault: v, Public: o.log,
		Types: typesOf(def),
		Acts: func(tx *db.Tx, holder gov.PersonID) (bool, error) {
			return tx.Actor().Person == "mother" && holder == "pupil", nil
		},
		Opened: func(_ *db.Tx, s document.Share, _ document.Document) error {
			o.opened = append(o.opened, s.Code)
			return nil
		},
		Tell:    o.tell,
		BaseURL: "https://gov.example",
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return i
}

func typesOf(def *pack.Document) func(*db.Tx, gov.ServiceID, string, string) (*pack.Document, error) {
	return func(*db.Tx, gov.ServiceID, string, string) (*pack.Document, error) { return def, nil }
}

func draft() document.Draft {
	return document.Draft{
		Type: "certificate", Service: "education/enrolment-certificate", Version: "1", Organisation: "moe", Case: "case-1",
		Reference: "EC-2026-1", Holder: "pupil", Channel: gov.Portal, Place: "capital",
		ValidUntil: dbtest.Start.AddDate(0, 6, 0),
		Claims: []document.Claim{{Name: "pupil", Value: "سارة أحمد"}, {Name: "civil_number", Value: "850100011"},
			{Name: "born", Value: "2010-03-05"}, {Name: "fee", Value: int64(1500)}},
	}
}

func (o *office) issue(change ...func(*document.Draft)) document.Document {
	o.t.Helper()
	d, err := o.tryIssue(change...)
	if err != nil {
		o.t.Fatal(err)
	}
	return d
}

func (o *office) tryIssue(change ...func(*document.Draft)) (out document.Document, err error) {
	d := draft()
	for _, f := range change {
		f(&d)
	}
	err = o.db.Write(as(gov.System), func(tx *db.Tx) (err error) { out, err = o.Issue(tx, d); return err })
	return out, err
}

func as(a gov.Actor) context.Context { return gov.WithActor(context.Background(), a) }

func staff(org gov.OrgID, roles ...gov.Role) context.Context {
	return as(gov.Actor{Person: gov.PersonID("staff-" + org), Org: org, Roles: roles})
}

var (
	pupil    = as(gov.Actor{Person: "pupil"})
	mother   = as(gov.Actor{Person: "mother"})
	stranger = as(gov.Actor{Person: "somebody"})
	nobody   = context.Background()
	officer  = staff("moe", gov.Officer)
	operator = staff("iga", gov.Operator)
)

func (o *office) verify(code string) document.Verification {
	o.t.Helper()
	v, err := o.Verify(nobody, code)
	if err != nil {
		o.t.Fatal(err)
	}
	return v
}

func (o *office) exec(q string, args ...any) {
	o.t.Helper()
	if err := o.db.Write(nobody, func(tx *db.Tx) error { return tx.Exec(q, args...) }); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) facts(subject string) (names []string) {
	o.t.Helper()
	err := o.db.Read(nobody, func(tx *db.Tx) error {
		all, err := journal.Of(tx, subject)
		for _, f := range all {
			names = append(names, f.Name)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return names
}

func (o *office) looks(p gov.PersonID) (all []journal.Look) {
	o.t.Helper()
	err := o.db.Read(nobody, func(tx *db.Tx) (err error) { all, err = journal.Looks(tx, p, 100); return err })
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}

func (o *office) later(d time.Duration) {
	o.db.SetClock(func() time.Time { return dbtest.Start.Add(d) })
}

func want(t *testing.T, what string, err error, k gov.Kind) {
	t.Helper()
	if gov.KindOf(err) != k {
		t.Errorf("%s: got %v, want kind %q", what, err, k)
	}
}

func names(claims []document.Claim) string {
	var out []string
	for _, c := range claims {
		out = append(out, c.Name)
	}
	return strings.Join(out, " ")
}

func TestIssuedDocumentIsSeenAndVerified(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		if !strings.HasPrefix(made.Number, "MOE-2026-") || len(made.ID) != 14 || made.State != document.Valid {
			t.Errorf("%+v", made)
		}
		if len(made.Token) > 2048 {
			t.Errorf("the signed document has %d bytes", len(made.Token))
		}
		mine, err := o.Mine(pupil)
		if err != nil || len(mine) != 1 || mine[0].Number != made.Number || len(mine[0].Claims) != 4 {
			t.Fatalf("%+v %v", mine, err)
		}
		if got := mine[0].Claims[3].Shown[gov.English]; got != "BD 1.500" {
			t.Errorf("fee is shown as %q", got)
		}
		if got := mine[0].Claims[2].Shown[gov.Arabic]; got != "5 مارس 2010" {
			t.Errorf("date is shown as %q", got)
		}
		v := o.verify(string(made.ID))
		if v.State != document.Valid || names(v.Claims) != "pupil" || v.Issuer != "moe" || v.Shared {
			t.Errorf("%+v", v)
		}
		if got := strings.Join(o.facts(string(made.ID)), " "); got != "document.issued" {
			t.Errorf("facts: %s", got)
		}
		if l := o.looks("pupil"); len(l) != 1 || l[0].Purpose != "verification" || l[0].Subject != string(made.ID) {
			t.Errorf("the look is not in the access log: %+v", l)
		}
	})
}

func TestDraftMustFitItsDefinition(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	for name, change := range map[string]func(*document.Draft){
		"a claim the pack does not have": func(d *document.Draft) { d.Claims = append(d.Claims, document.Claim{Name: "height", Value: 1}) },
		"a claim twice":                  func(d *document.Draft) { d.Claims = append(d.Claims, d.Claims[0]) },
		"nobody to hold it":              func(d *document.Draft) { d.Holder = "" },
		"nobody to issue it":             func(d *document.Draft) { d.Organisation = "" },
		"over before it began":           func(d *document.Draft) { d.ValidUntil = dbtest.Start },
		"a value that is no JSON":        func(d *document.Draft) { d.Claims[0].Value = make(chan int) },
	} {
		_, err := o.tryIssue(change)
		want(t, name, err, gov.Invalid)
	}
	if mine, err := o.Mine(pupil); err != nil || len(mine) != 0 {
		t.Errorf("something was stored: %v %v", mine, err)
	}
}

func TestStrangersFindNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		for who, ctx := range map[string]context.Context{"nobody": nobody, "another person": stranger,
			"officer of another organisation": staff("moi", gov.Officer, gov.Supervisor), "head": staff("moe", gov.Head), "operator": operator} {
			_, err := o.Get(ctx, made.ID)
			want(t, who+" gets", err, gov.NotFound)
			_, err = o.ByNumber(ctx, made.Number)
			want(t, who+" gets by number", err, gov.NotFound)
			_, err = o.Held(ctx, "pupil")
			want(t, who+" lists", err, gov.NotFound)
			want(t, who+" revokes", o.Revoke(ctx, made.ID, gov.T("سبب", "reason")), gov.NotFound)
			_, err = o.Replace(ctx, made.ID, document.Draft{}, gov.T("سبب", "reason"))
			want(t, who+" replaces", err, gov.NotFound)
			_, err = o.Share(ctx, made.ID, []string{"pupil"}, time.Time{})
			want(t, who+" shares", err, gov.NotFound)
			_, err = o.Shares(ctx, made.ID)
			want(t, who+" lists shares", err, gov.NotFound)
			want(t, who+" draws", o.Render(ctx, nil, made.ID), gov.NotFound)
		}
		_, err := o.Mine(nobody)
		want(t, "nobody lists", err, gov.SignIn)
		if mine, err := o.Mine(stranger); err != nil || len(mine) != 0 {
			t.Errorf("a stranger has documents: %v %v", mine, err)
		}
		if l := o.looks("pupil"); len(l) != 0 {
			t.Errorf("who sees nothing has not looked: %+v", l)
		}
	})
}

func TestOfficersAndMandatesAreInTheAccessLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		if _, err := o.Get(pupil, made.ID); err != nil {
			t.Fatal(err)
		}
		if l := o.looks("pupil"); len(l) != 0 {
			t.Errorf("one's own look is recorded: %+v", l)
		}
		if got, err := o.ByNumber(officer, strings.ToLower(made.Number)); err != nil || got.ID != made.ID {
			t.Fatal(err)
		}
		if _, err := o.Get(mother, made.ID); err != nil {
			t.Fatal(err)
		}
		if held, err := o.Held(mother, "pupil"); err != nil || len(held) != 1 {
			t.Fatalf("%v %v", held, err)
		}
		if l := o.looks("pupil"); len(l) != 3 {
			t.Errorf("three looks, and the log has %+v", l)
		}
	})
}

func TestRevoke(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		want(t, "no reason", o.Revoke(officer, made.ID, gov.T(" ", "")), gov.Invalid)
		want(t, "endless reason", o.Revoke(officer, made.ID, gov.T(strings.Repeat("ا", 501), "")), gov.Invalid)
		want(t, "the holder", o.Revoke(pupil, made.ID, gov.T("سبب", "")), gov.Denied)
		if err := o.Revoke(officer, made.ID, gov.T("صدرت بالخطأ", "")); err != nil {
			t.Fatal(err)
		}
		want(t, "twice", o.Revoke(officer, made.ID, gov.T("سبب", "")), gov.Conflict)
		_, err := o.Replace(officer, made.ID, document.Draft{Claims: draft().Claims}, gov.T("سبب", ""))
		want(t, "replacing a revoked one", err, gov.Conflict)
		v := o.verify(string(made.ID))
		if v.State != document.Revoked || len(v.Claims) != 0 || !v.Changed.Equal(dbtest.Start) {
			t.Errorf("%+v", v)
		}
		got, err := o.Get(pupil, made.ID)
		if err != nil || got.Reason[gov.Arabic] != "صدرت بالخطأ" {
			t.Errorf("the holder reads no reason: %+v %v", got, err)
		}
		if f := strings.Join(o.facts(string(made.ID)), " "); f != "document.issued document.revoked" {
			t.Errorf("facts: %s", f)
		}
	})
}

func TestReplaceMakesAChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		first := o.issue()
		claims := draft().Claims
		claims[0].Value = "سارة أحمد علي"
		second, err := o.Replace(officer, first.ID, document.Draft{Claims: claims}, gov.T("تصحيح الاسم", ""))
		if err != nil {
			t.Fatal(err)
		}
		if second.Replaces != first.ID || second.Holder != "pupil" || second.Reference != "EC-2026-1" || !second.ValidUntil.Equal(first.ValidUntil) {
			t.Errorf("%+v", second)
		}
		third := o.issue(func(d *document.Draft) { d.Replaces = second.ID })
		for code, state := range map[gov.DocumentID]document.State{first.ID: document.Replaced, second.ID: document.Replaced, third.ID: document.Valid} {
			if v := o.verify(string(code)); v.State != state {
				t.Errorf("%s is %s, want %s", code, v.State, state)
			}
		}
		old, err := o.Get(pupil, first.ID)
		if err != nil || old.ReplacedBy != second.ID || old.Reason[gov.Arabic] != "تصحيح الاسم" {
			t.Errorf("%+v %v", old, err)
		}
		_, err = o.Replace(officer, first.ID, document.Draft{Claims: claims}, gov.T("مرة أخرى", ""))
		want(t, "replacing it twice", err, gov.Conflict)
		_, err = o.tryIssue(func(d *document.Draft) { d.Replaces, d.Holder = third.ID, "somebody" })
		want(t, "replacing somebody else's", err, gov.Conflict)
		_, err = o.tryIssue(func(d *document.Draft) { d.Replaces, d.Organisation = third.ID, "moi" })
		want(t, "replacing another organisation's", err, gov.Conflict)
		if v := o.verify(string(third.ID)); v.State != document.Valid {
			t.Errorf("a failed replacement left %s", v.State)
		}
	})
}

func TestExpiry(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	ends, endless := o.issue(), o.issue(func(d *document.Draft) { d.ValidUntil = time.Time{} })
	o.later(24 * time.Hour * 400)
	if v := o.verify(string(ends.ID)); v.State != document.Expired {
		t.Errorf("it is %s", v.State)
	}
	if v := o.verify(string(endless.ID)); v.State != document.Valid {
		t.Errorf("it is %s", v.State)
	}
	if mine, err := o.Mine(pupil); err != nil || mine[0].State == mine[1].State {
		t.Errorf("%v %v", mine, err)
	}
}

func TestTwoOfficersAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		var wg sync.WaitGroup
		results := make(chan error, 8)
		for n := range 8 {
			wg.Go(func() {
				if n%2 == 0 {
					results <- o.Revoke(officer, made.ID, gov.T("سبب", ""))
					return
				}
				_, err := o.Replace(officer, made.ID, document.Draft{Claims: draft().Claims}, gov.T("سبب", ""))
				results <- err
			})
		}
		wg.Wait()
		close(results)
		done := 0
		for err := range results {
			if err == nil {
				done++
			} else {
				want(t, "the slower ones", err, gov.Conflict)
			}
		}
		if done != 1 {
			t.Errorf("%d of them ended the document", done)
		}
		if mine, _ := o.Mine(pupil); len(mine) > 2 {
			t.Errorf("%d documents: a failed replacement stayed", len(mine))
		}
	})
}

func TestFirstDocumentsAtOnceShareOneKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		nodes := []*document.Issuer{o.Issuer, o.another(o.secret, certificate)}
		var wg sync.WaitGroup
		for n := range 16 {
			wg.Go(func() {
				err := d.Write(as(gov.System), func(tx *db.Tx) error { _, err := nodes[n%2].Issue(tx, draft()); return err })
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		keys, err := o.Keys().All(operator)
		if err != nil || len(keys) != 2 { // its own and the root
			t.Fatalf("%d keys, %v", len(keys), err)
		}
		mine, err := o.Mine(pupil)
		if err != nil || len(mine) != 16 {
			t.Fatalf("%d documents, %v", len(mine), err)
		}
		for _, x := range mine {
			if x.State != document.Valid {
				t.Errorf("%s is %s", x.Number, x.State)
			}
		}
	})
}
