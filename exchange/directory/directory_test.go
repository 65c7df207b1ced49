package directory_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/sign"
)

var (
	moe     = xroad.ClientID{Instance: "BH", Class: "GOV", Member: "moe"}
	moj     = xroad.ClientID{Instance: "BH", Class: "GOV", Member: "moj"}
	schools = xroad.ClientID{Instance: "BH", Class: "GOV", Member: "moe", Subsystem: "schools"}
	courts  = xroad.ClientID{Instance: "BH", Class: "GOV", Member: "moj", Subsystem: "courts"}
	pupils  = xroad.ServiceID{ClientID: schools, Service: "pupils"}
	gwMoe   = xroad.ServerID{Instance: "BH", Class: "GOV", Member: "moe", Server: "gw"}
	gwMoj   = xroad.ServerID{Instance: "BH", Class: "GOV", Member: "moj", Server: "gw"}
)

// world is a centre over HTTP with a clock that tests move.
type world struct {
	*testing.T
	centre *directory.Centre
	http   *httptest.Server
	clock  atomic.Int64
}

func (w *world) now() time.Time       { return time.UnixMilli(w.clock.Load()).UTC() }
func (w *world) pass(d time.Duration) { w.clock.Add(d.Milliseconds()) }
func (w *world) ctx() context.Context { return gov.WithActor(w.Context(), gov.System) }
func (w *world) must(err error)       { w.Helper(); fatal(w.T, err) }
func fatal(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) do(f func(tx *db.Tx) error) error { return w.centre.DB.Write(w.ctx(), f) }

func opened(t *testing.T, d *db.DB) *world {
	vault, err := sign.OpenVault(sign.NewSecret())
	fatal(t, err)
	w := &world{T: t, centre: &directory.Centre{DB: d, Vault: vault, Instance: "BH"}}
	w.clock.Store(dbtest.Start.UnixMilli())
	d.SetClock(w.now)
	w.must(w.do(w.centre.Start))
	w.http = httptest.NewServer(w.centre.Handler())
	t.Cleanup(w.http.Close)
	t.Cleanup(w.centre.Close)
	w.centre.Origin = w.http.URL
	w.must(w.do(w.register))
	return w
}

func name(s string) gov.Text { return gov.T("اسم", s) }

func (w *world) register(tx *db.Tx) error {
	c := w.centre
	for _, err := range []error{
		c.PutMember(tx, moe, name("Education"), "moe"), c.PutMember(tx, moj, name("Justice"), "moj"),
		c.PutSubsystem(tx, schools, name("Schools"), false), c.PutSubsystem(tx, courts, name("Courts"), true),
		c.PutServer(tx, gwMoe, "127.0.0.1:5500"), c.PutServer(tx, gwMoj, "gw.moj.example:5500"),
		c.Serve(tx, gwMoe, schools), c.Serve(tx, gwMoj, courts),
		c.PutService(tx, directory.Service{ID: pupils, URL: "https://127.0.0.1:9443/api"}),
		c.PutGrant(tx, directory.Grant{Client: courts, Service: pupils, Methods: []string{"GET"}, Paths: []string{"/pupils/*"}}),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// member is a gateway that follows the centre.
type member struct {
	*directory.Follower
	w      *world
	client *directory.Client
}

// enrolled makes a gateway in a folder, with a token of the centre.
func (w *world) enrolled(id xroad.ServerID) *member {
	w.Helper()
	dir := w.TempDir()
	keys, err := directory.OpenKeyring(dir)
	w.must(err)
	var token string
	var anchor *directory.Anchor
	w.must(w.do(func(tx *db.Tx) (err error) {
		if anchor, err = w.centre.Anchor(tx); err == nil {
			token, err = w.centre.Ticket(tx, id)
		}
		return err
	}))
	c := &directory.Client{Centre: anchor.Centre, Server: id, Identity: keys.Identity, Clock: w.now}
	r, err := keys.Requests(id)
	w.must(err)
	got, who, err := c.Enrol(w.Context(), token, r)
	w.must(err)
	if who != id {
		w.Fatalf("enrolled as %s", who)
	}
	again, _, err := c.Enrol(w.Context(), token, r) // the first answer may have got lost
	w.must(err)
	if string(again.TLS) != string(got.TLS) {
		w.Fatal("the same request gave another certificate")
	}
	w.must(keys.Accept(got))
	f := &directory.Follower{Server: id, Anchor: anchor, View: &directory.View{}, Keys: keys, File: filepath.Join(dir, "directory.json"), Clock: w.now,
		Log: slog.New(slog.DiscardHandler), Fetch: c.Fetch, Renew: c.Renew}
	return &member{f, w, c}
}

func TestAGatewayEnrolsAndKnowsWhatItMay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := opened(t, d)
		a, b := w.enrolled(gwMoe), w.enrolled(gwMoj)
		w.must(a.Once(t.Context(), 0))
		w.must(b.Once(t.Context(), 0))
		s := a.View.Current()
		w.must(s.Usable(w.now()))
		if p, err := s.Peer([]*x509Certificate{b.Keys.Identity().TLS.Leaf}, w.now()); err != nil || p.ID != gwMoj {
			t.Errorf("the peer is %v, %v", p, err)
		}
		if _, err := s.Signer(gwMoj, b.Keys.Identity().Signing.Raw, w.now()); err != nil {
			t.Error(err)
		}
		if s.Service(pupils) == nil || b.View.Current().Service(pupils) != nil {
			t.Error("a service's address belongs to its own gateway only")
		}
		_, err := s.Granted(courts, pupils, "GET", "/pupils/7", w.now())
		w.must(err)
		for _, x := range [][2]string{{"POST", "/pupils/7"}, {"GET", "/pupils"}, {"GET", "/pupils/7/marks"}, {"GET", "/pupils/"}} {
			if _, err := s.Granted(courts, pupils, x[0], x[1], w.now()); gov.KindOf(err) != gov.Denied {
				t.Errorf("%v: %v", x, err)
			}
		}
		w.must(w.do(func(tx *db.Tx) error {
			r, err := w.centre.Read(tx)
			if g, _ := r.Server(gwMoe); !g.Seen.Equal(w.now()) {
				t.Errorf("seen %v", g.Seen)
			}
			return err
		}))
	})
}

// A right that ends is gone at every gateway that waits, at once.
func TestAChangeReachesThoseWhoWait(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := opened(t, d)
		a := w.enrolled(gwMoe)
		w.must(a.Once(t.Context(), 0))
		done := make(chan error, 1)
		go func() { done <- a.Once(t.Context(), 50*time.Second) }()
		w.must(w.do(func(tx *db.Tx) error { return w.centre.EndGrant(tx, courts, pupils) }))
		select {
		case err := <-done:
			w.must(err)
		case <-time.After(40 * time.Second):
			t.Fatal("nobody told the gateway")
		}
		if _, err := a.View.Current().Granted(courts, pupils, "GET", "/pupils/7", w.now()); gov.KindOf(err) != gov.Denied {
			t.Error(err)
		}
	})
}

func TestNothingChangedIsNotIssuedAgainUntilItIsDue(t *testing.T) {
	w := opened(t, dbtest.SQLite(t))
	version := func() (n int64) {
		w.must(w.do(func(tx *db.Tx) error {
			if err := w.centre.Publish(tx); err != nil {
				return err
			}
			r, err := w.centre.Read(tx)
			n = r.Version
			return err
		}))
		return n
	}
	v := version()
	w.pass(11 * time.Hour)
	if n := version(); n != v {
		t.Errorf("issued %d after %d though nothing changed", n, v)
	}
	w.pass(2 * time.Hour)
	if n := version(); n != v+1 {
		t.Errorf("number %d is in force after half its time, want %d", n, v+1)
	}
}

// The centre goes away: the gateway works until its directory expires, also
// after a restart, and not longer.
func TestAGatewayWorksWithoutTheCentreUntilTheDirectoryExpires(t *testing.T) {
	w := opened(t, dbtest.SQLite(t))
	a := w.enrolled(gwMoe)
	w.must(a.Once(t.Context(), 0))
	w.http.Close()
	w.pass(23 * time.Hour)
	if err := a.Once(t.Context(), 0); gov.KindOf(err) != gov.Unavailable || gov.PublicOf(err)[gov.English] != "The centre of the exchange cannot be reached: "+w.http.URL {
		t.Errorf("%v", err)
	}
	a.View = &directory.View{} // a new process
	w.must(a.Load())
	w.must(a.View.Usable(w.now()))
	w.pass(2 * time.Hour)
	says(t, a.View.Usable(w.now()), gov.Unavailable, "Directory 12 expired at 2026-11-24 06:00:00Z and the gateway has not reached the centre for a newer one (the gateway's clock says 2026-11-24 07:00:00Z)")
}

// says compares the exact words of an error.
func says(t *testing.T, err error, kind gov.Kind, text string) {
	t.Helper()
	if gov.KindOf(err) != kind || gov.PublicOf(err)[gov.English] != text {
		t.Errorf("got %s: %s\nwant %s: %s", gov.KindOf(err), gov.PublicOf(err)[gov.English], kind, text)
	}
	if err != nil && gov.PublicOf(err)[gov.Arabic] == "" {
		t.Errorf("%q is not said in Arabic", text)
	}
}

func (w *world) bundle(id xroad.ServerID) (b directory.Bundle) {
	w.Helper()
	w.must(w.centre.DB.Read(w.ctx(), func(tx *db.Tx) (err error) { b, err = w.centre.Bundle(tx, id); return err }))
	return b
}

func TestAForgedOldOrForeignDirectoryIsRefused(t *testing.T) {
	w := opened(t, dbtest.SQLite(t))
	a := w.enrolled(gwMoe)
	old := w.bundle(gwMoe)
	w.must(w.do(func(tx *db.Tx) error { return w.centre.EndGrant(tx, courts, pupils) }))
	w.must(a.Once(t.Context(), 0))
	good := w.bundle(gwMoe)
	other := opened(t, dbtest.SQLite(t)).bundle(gwMoe)
	for _, x := range []struct {
		b    directory.Bundle
		kind gov.Kind
		text string
	}{
		{other, gov.Denied, "The directory's signature is wrong: no key of the anchor made it"},
		{directory.Bundle{Directory: good.Directory[:len(good.Directory)-4] + "AAAA", Local: good.Local}, gov.Denied, "The directory's signature is wrong: no key of the anchor made it"},
		{directory.Bundle{Directory: good.Local, Local: good.Directory}, gov.Denied, "The directory's signature is wrong: no key of the anchor made it"},
		{directory.Bundle{Directory: good.Directory, Local: old.Local}, gov.Denied, "The local part is another gateway's or belongs to another version of the directory"},
		{directory.Bundle{Directory: good.Directory, Local: w.bundle(gwMoj).Local}, gov.Denied, "The local part is another gateway's or belongs to another version of the directory"},
		{old, gov.Conflict, "An old directory was refused: it is number 12, and number 13 is in force"},
	} {
		a.Fetch = func(context.Context, int64, time.Duration, directory.Report) (directory.Bundle, bool, error) {
			return x.b, true, nil
		}
		before := a.View.Current()
		says(t, a.Once(t.Context(), 0), x.kind, x.text)
		if a.View.Current() != before {
			t.Error("a refused directory is in force")
		}
	}
}

func TestAClockTwoHoursOffIsSaid(t *testing.T) {
	w := opened(t, dbtest.SQLite(t))
	a := w.enrolled(gwMoe)
	w.must(a.Once(t.Context(), 0))
	for off, want := range map[time.Duration]string{
		2 * time.Hour:  "The gateway's clock is off: it says 2026-11-23 08:00:00Z, the centre's says 2026-11-23 06:00:00Z, more than five minutes apart",
		-2 * time.Hour: "The gateway's clock is off: it says 2026-11-23 04:00:00Z, the centre's says 2026-11-23 06:00:00Z, more than five minutes apart",
	} {
		a.client.Clock = func() time.Time { return w.now().Add(off) }
		says(t, a.Once(t.Context(), 0), gov.Denied, want)
	}
	says(t, a.View.Usable(w.now().Add(-2*time.Hour)), gov.Unavailable,
		"The directory was issued at 2026-11-23 06:00:00Z but the gateway's clock says 2026-11-23 04:00:00Z: set the clock of the gateway or of the centre")
	// A directory from the future does not replace one that is good.
	b := w.bundle(gwMoe)
	a.Clock = func() time.Time { return w.now().Add(-2 * time.Hour) }
	a.Fetch = func(context.Context, int64, time.Duration, directory.Report) (directory.Bundle, bool, error) {
		return b, true, nil
	}
	before := a.View.Current()
	if err := a.Once(t.Context(), 0); gov.KindOf(err) != gov.Unavailable || a.View.Current() != before {
		t.Errorf("%v", err)
	}
}

func TestTheCentreKnowsWhoAsks(t *testing.T) {
	w := opened(t, dbtest.SQLite(t))
	a, b := w.enrolled(gwMoe), w.enrolled(gwMoj)
	// Somebody else's key under our name.
	a.client.Identity = b.Keys.Identity
	says(t, a.Once(t.Context(), 0), gov.Denied, "The gateway did not prove who it is: the signature of the request is wrong")
	a.client.Identity = a.Keys.Identity
	w.must(a.Once(t.Context(), 0))
	w.must(w.do(func(tx *db.Tx) error { return w.centre.Revoke(tx, directory.Serial(a.Keys.Identity().TLS.Leaf)) }))
	says(t, a.Once(t.Context(), 0), gov.Denied, "The certificate is revoked")
	w.must(b.Once(t.Context(), 0))
	_, err := b.View.Current().Peer([]*x509Certificate{a.Keys.Identity().TLS.Leaf}, w.now())
	says(t, err, gov.Denied, "The certificate is revoked")
	// A token is good once, for one pair of keys.
	keys, err := directory.OpenKeyring(t.TempDir())
	w.must(err)
	r, err := keys.Requests(gwMoe)
	w.must(err)
	_, _, err = a.client.Enrol(t.Context(), "no-such-token", r)
	says(t, err, gov.Denied, "The one-time token is unknown, has expired or was used before: ask the centre for a new one")
	r.TLS[len(r.TLS)-1] ^= 1
	var token string
	w.must(w.do(func(tx *db.Tx) (err error) { token, err = w.centre.Ticket(tx, gwMoe); return err }))
	_, _, err = a.client.Enrol(t.Context(), token, r)
	says(t, err, gov.Invalid, "The certificate request is not usable: a PKCS #10 request signed by a P-256 key is needed")
}

func TestCertificatesAreRenewedBeforeTheyEnd(t *testing.T) {
	w := opened(t, dbtest.SQLite(t))
	a, b := w.enrolled(gwMoe), w.enrolled(gwMoj)
	first := a.Keys.Identity()
	if a.Keys.Renewing(w.now()) {
		t.Fatal("renews at once")
	}
	w.pass(121 * 24 * time.Hour)
	if !a.Keys.Renewing(w.now()) {
		t.Fatal("does not renew in the last third")
	}
	ctx, stop := context.WithCancel(t.Context())
	a.Fetch = func(ctx context.Context, have int64, wait time.Duration, r directory.Report) (directory.Bundle, bool, error) {
		if wait > 0 {
			stop() // the second question: the first round is done
		}
		return a.client.Fetch(ctx, have, 0, r)
	}
	a.Run(ctx)
	if a.Keys.Identity() != first {
		t.Error("the new certificate is used before anybody can know it")
	}
	a.Fetch = a.client.Fetch
	w.must(a.Once(t.Context(), 0))
	w.must(b.Once(t.Context(), 0))
	w.pass(2 * time.Hour)
	w.must(a.Keys.Turn(a.View.Current(), w.now()))
	second := a.Keys.Identity()
	if second == first || second == nil {
		t.Fatal("the new certificate is not used")
	}
	for _, i := range []*directory.Identity{first, second} {
		if _, err := b.View.Current().Peer([]*x509Certificate{i.TLS.Leaf}, w.now()); err != nil {
			t.Error(err)
		}
	}
	again, err := directory.OpenKeyring(filepath.Dir(a.File))
	w.must(err)
	if string(again.Identity().TLS.Leaf.Raw) != string(second.TLS.Leaf.Raw) {
		t.Error("the folder keeps other keys than those in use")
	}
	w.pass(60 * 24 * time.Hour)
	_, err = b.View.Current().Peer([]*x509Certificate{first.TLS.Leaf}, w.now())
	says(t, err, gov.Denied, "The certificate expired at 2027-05-22 06:00:00Z")
	w.must(w.do(func(tx *db.Tx) error { return w.centre.Publish(tx) }))
	b.client.Clock = w.now
	says(t, b.Once(t.Context(), 0), gov.Denied, "The certificate expired at 2027-05-22 06:00:00Z")
}

// A gateway that nobody renews is warned of, once for every threshold.
func TestTheEndOfACertificateIsAnnounced(t *testing.T) {
	w := opened(t, dbtest.SQLite(t))
	w.enrolled(gwMoe)
	round := func() (n int) {
		w.must(w.do(func(tx *db.Tx) error { return w.centre.Jobs()["directory.round"].Do(tx, jobsJob{}) }))
		w.must(w.do(func(tx *db.Tx) error {
			list, err := journalOf(tx, gwMoe.String())
			for _, f := range list {
				if f.Name == "directory.warned" {
					n++
				}
			}
			return err
		}))
		return n
	}
	if n := round(); n != 0 {
		t.Errorf("%d warnings on the first day", n)
	}
	w.pass(151 * 24 * time.Hour)
	if n := round(); n != 2 {
		t.Errorf("%d warnings a month before, want one for each certificate", n)
	}
	if n := round(); n != 2 {
		t.Errorf("%d warnings: the same one twice", n)
	}
	w.pass(28 * 24 * time.Hour)
	if n := round(); n != 4 {
		t.Errorf("%d warnings on the last day, want 4", n)
	}
}

func TestOnlyThoseWhoManageTheExchangeChangeIt(t *testing.T) {
	w := opened(t, dbtest.SQLite(t))
	stranger := gov.WithActor(t.Context(), gov.Actor{Person: "p", Org: "moe", Roles: []gov.Role{gov.Officer, gov.Head}})
	c := w.centre
	for what, f := range map[string]func(tx *db.Tx) error{
		"member":    func(tx *db.Tx) error { return c.PutMember(tx, moe, name("x"), "") },
		"subsystem": func(tx *db.Tx) error { return c.PutSubsystem(tx, schools, name("x"), true) },
		"server":    func(tx *db.Tx) error { return c.PutServer(tx, gwMoe, "evil.example:1") },
		"serve":     func(tx *db.Tx) error { return c.Serve(tx, gwMoj, schools) },
		"service": func(tx *db.Tx) error {
			return c.PutService(tx, directory.Service{ID: pupils, URL: "http://evil.example"})
		},
		"right":  func(tx *db.Tx) error { return c.PutGrant(tx, directory.Grant{Client: courts, Service: pupils}) },
		"token":  func(tx *db.Tx) error { _, err := c.Ticket(tx, gwMoe); return err },
		"end":    func(tx *db.Tx) error { return c.MoveMember(tx, moe, directory.End) },
		"upkeep": func(tx *db.Tx) error { return c.Maintain(tx, gwMoe, nil) },
		"revoke": func(tx *db.Tx) error { return c.Revoke(tx, "00") },
		"read":   func(tx *db.Tx) error { _, err := c.Read(tx); return err },
	} {
		if err := c.DB.Write(stranger, f); gov.KindOf(err) != gov.Denied {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestWhatIsRegisteredIsChecked(t *testing.T) {
	w := opened(t, dbtest.SQLite(t))
	c := w.centre
	for _, u := range []string{"", "ftp://x.example", "https://", "https://u:p@x.example", "https://x.example/?q=1", "https://x.example/#f", "//x.example", "javascript:x"} {
		err := w.do(func(tx *db.Tx) error { return c.PutService(tx, directory.Service{ID: pupils, URL: u}) })
		says(t, err, gov.Invalid, "A whole http or https address without query or user is needed, such as https://api.example/v1")
	}
	for _, a := range []string{"", "x", "x:", ":5", "x:0", "x:70000", "u@x:5", "x/y:5"} {
		err := w.do(func(tx *db.Tx) error { return c.PutServer(tx, gwMoe, a) })
		says(t, err, gov.Invalid, "A host and a port are needed, such as gateway.example:5500")
	}
	alien := moe
	alien.Instance = "EE"
	says(t, w.do(func(tx *db.Tx) error { return c.PutMember(tx, alien, name("x"), "") }), gov.Invalid, "The identifier belongs to another instance of the exchange")
	says(t, w.do(func(tx *db.Tx) error { return c.MoveMember(tx, moe, directory.Resume) }), gov.Conflict, "This entry of the directory is in a state that does not allow that")
	nobody := moe
	nobody.Member = "nobody"
	says(t, w.do(func(tx *db.Tx) error { return c.MoveMember(tx, nobody, directory.End) }), gov.NotFound, "The directory of the exchange has no entry with this identifier")
}

// What ends takes with it what depends on it.
func TestAMemberThatEndsLeavesTheDirectory(t *testing.T) {
	w := opened(t, dbtest.SQLite(t))
	a := w.enrolled(gwMoj)
	w.must(w.do(func(tx *db.Tx) error { return w.centre.MoveMember(tx, moe, directory.Suspend) }))
	w.must(a.Once(t.Context(), 0))
	s := a.View.Current()
	if s.Knows(moe) || s.Knows(schools) || s.Server(gwMoe) != nil || len(s.Grants) != 0 || !s.Knows(courts) {
		b, _ := json.Marshal(s.Directory.Members)
		t.Errorf("still there: %s", b)
	}
	w.must(w.do(func(tx *db.Tx) error { return w.centre.MoveMember(tx, moe, directory.Resume) }))
	w.must(a.Once(t.Context(), 0))
	if s := a.View.Current(); !s.Knows(schools) || len(s.Grants) != 1 {
		t.Error("it does not come back")
	}
}
