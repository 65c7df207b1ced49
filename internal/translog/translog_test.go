package translog_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/merkle"
	"diwan.example/internal/sign"
	"diwan.example/internal/translog"
)

var secret = sign.NewSecret()

func vault(t testing.TB) *sign.Vault {
	t.Helper()
	v, err := sign.OpenVault(secret)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// node is one node's sequencer over a database.
func node(t testing.TB, d *db.DB, o translog.Options) *translog.Log {
	t.Helper()
	o.DB, o.Vault, o.Origin, o.Log = d, vault(t), "diwan.example/log/documents", slog.New(slog.DiscardHandler)
	if o.Name == "" {
		o.Name = translog.Documents
	}
	l, err := translog.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func entry(i int) merkle.Entry { return sha256.Sum256(fmt.Append(nil, "entry ", i)) }

func queue(t testing.TB, d *db.DB, l *translog.Log, from, to int) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for i := from; i < to; i++ {
			if err := l.Append(tx, entry(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func drain(t testing.TB, l *translog.Log) {
	t.Helper()
	if err := l.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func status(t testing.TB, d *db.DB, l *translog.Log) (s translog.Status) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) { s, _, err = l.Status(tx); return err })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// proven proves an entry and verifies that by another library.
func proven(t testing.TB, d *db.DB, l *translog.Log, e merkle.Entry) merkle.Checkpoint {
	t.Helper()
	var p merkle.Proof
	var k merkle.Keys
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		if k, err = l.Keys(tx); err != nil {
			return err
		}
		var ok bool
		if p, _, ok, err = l.Proof(tx, e); !ok && err == nil {
			err = fmt.Errorf("no proof")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if p, err = merkle.ReadProof(p.Text()); err != nil {
		t.Fatal(err)
	}
	c, err := p.Verify(e, k)
	if err != nil {
		t.Fatal(err)
	}
	hashes := [][]byte{}
	for _, h := range p.Hashes {
		hashes = append(hashes, h[:])
	}
	if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(p.Index), uint64(c.Size), rfc6962.DefaultHasher.HashLeaf(e[:]), hashes, c.Root[:]); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhatIsQueuedStandsInTheLogAndProvesItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := node(t, d, translog.Options{})
		drain(t, l)
		if s := status(t, d, l); s.Size != 0 || s.Note == "" {
			t.Fatalf("an empty log: %+v", s)
		}
		for n, at := range []int{1, 3, 255, 256, 257, 700, 2600} { // over the edges of tiles and of batches
			from := []int{0, 1, 3, 255, 256, 257, 700}[n]
			queue(t, d, l, from, at)
			drain(t, l)
			if s := status(t, d, l); s.Size != int64(at) || s.Waiting != 0 {
				t.Fatalf("size %d, waiting %d, want %d", s.Size, s.Waiting, at)
			}
			for _, i := range []int{0, at / 3, at - 1} {
				proven(t, d, l, entry(i))
			}
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			_, _, ok, err := l.Proof(tx, entry(99999))
			if ok {
				t.Error("an entry that was never queued has a proof")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestWhatFailsIsNotQueued(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := node(t, d, translog.Options{})
		d.Write(t.Context(), func(tx *db.Tx) error {
			if err := l.Append(tx, entry(1)); err != nil {
				return err
			}
			return gov.Fail(gov.Conflict, "لا", "no")
		})
		drain(t, l)
		if s := status(t, d, l); s.Size != 0 || s.Waiting != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// Two nodes with a database each to speak to, many writers, and nobody's entry is
// lost or taken in twice.
func TestTwoNodesSequenceAtOnce(t *testing.T) {
	url := dbtest.PostgresURL(t)
	var wg sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	nodes := make([]*translog.Log, 2)
	dbs := make([]*db.DB, 2)
	for i := range nodes {
		d, err := db.Open(t.Context(), url, db.Options{Conns: 6})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		dbs[i], nodes[i] = d, node(t, d, translog.Options{})
	}
	for i := range nodes {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := nodes[i].Drain(ctx); err != nil && ctx.Err() == nil {
					t.Errorf("node %d: %v", i, err)
				}
			}
		})
	}
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := range 100 {
				queue(t, dbs[w%2], nodes[w%2], w*100+i, w*100+i+1)
			}
		})
	}
	writers.Wait()
	for range 200 {
		if status(t, dbs[0], nodes[0]).Waiting == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	wg.Wait()
	drain(t, nodes[0])
	if s := status(t, dbs[1], nodes[1]); s.Size != 400 || s.Waiting != 0 || s.Trouble != "" {
		t.Fatalf("size %d, waiting %d, %s", s.Size, s.Waiting, s.Trouble)
	}
	for i := range 400 {
		proven(t, dbs[1], nodes[1], entry(i))
	}
}

// A node that dies holding the lease is replaced when the lease ends, and a clock
// that goes back does not keep the lease for ever.
func TestAnotherNodeTakesOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := dbtest.Start
		d.SetClock(func() time.Time { return now })
		dead, heir := node(t, d, translog.Options{}), node(t, d, translog.Options{})
		queue(t, d, dead, 0, 5)
		drain(t, dead)
		queue(t, d, dead, 5, 9) // and now it is killed: these wait
		drain(t, heir)
		if s := status(t, d, heir); s.Size != 5 || s.Waiting != 4 {
			t.Fatalf("the lease did not hold: %+v", s)
		}
		now = now.Add(11 * time.Second)
		drain(t, heir)
		if s := status(t, d, heir); s.Size != 9 {
			t.Fatalf("nobody took over: size %d", s.Size)
		}
		now = now.Add(-24 * time.Hour) // the clock goes back
		queue(t, d, dead, 9, 12)
		drain(t, dead)
		if s := status(t, d, dead); s.Size != 12 || !s.Signed.Equal(now) {
			t.Fatalf("the clock went back and the log stands still: size %d signed %v", s.Size, s.Signed)
		}
		for i := range 12 {
			proven(t, d, dead, entry(i))
		}
	})
}

func TestAnUnchangedCheckpointIsSignedAgain(t *testing.T) {
	d := dbtest.SQLite(t)
	now := dbtest.Start
	d.SetClock(func() time.Time { return now })
	l := node(t, d, translog.Options{})
	queue(t, d, l, 0, 3)
	drain(t, l)
	first := proven(t, d, l, entry(0))
	now = now.Add(time.Hour)
	drain(t, l)
	if c := proven(t, d, l, entry(0)); !c.Time.Equal(now) || c.Size != 3 || !first.Time.Equal(dbtest.Start) || c.Root != first.Root {
		t.Errorf("signed %v, then %v", first.Time, c.Time)
	}
}

func get(t testing.TB, h http.Handler, path string) (int, string, http.Header) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	b, _ := io.ReadAll(w.Body)
	return w.Code, string(b), w.Result().Header
}

func TestTheWorldReadsTiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := node(t, d, translog.Options{})
		queue(t, d, l, 0, 300)
		drain(t, l)
		h := l.Handler()
		for path, size := range map[string]int{"/tile/0/000": 8192, "/tile/0/001.p/44": 44 * 32, "/tile/0/001.p/7": 7 * 32, "/tile/1/000.p/1": 32,
			"/tile/entries/000": 34 * 256, "/tile/entries/001.p/44": 34 * 44} {
			code, body, head := get(t, h, path)
			if code != 200 || len(body) != size || !strings.Contains(head.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %d, %d bytes, %s", path, code, len(body), head.Get("Cache-Control"))
			}
		}
		for _, path := range []string{"/tile/0/001", "/tile/0/001.p/45", "/tile/0/002.p/1", "/tile/1/000", "/tile/8/000", "/tile/-1/000", "/tile/entries/001",
			"/tile/00/000", "/tile/0/0", "/tile/0/x000/000", "/tile/0/000.p/256", "/tile/0/000.p/0", "/tile/", "/tile/0/../0/000", "/", "/tile/0/999999999999999999999"} {
			if code, _, _ := get(t, h, path); code == 200 {
				t.Errorf("%s is served", path)
			}
		}
		_, bundle, _ := get(t, h, "/tile/entries/001.p/44")
		_, tile, _ := get(t, h, "/tile/0/001.p/44")
		e := entry(256 + 43)
		if binary.BigEndian.Uint16([]byte(bundle)[34*43:]) != 32 || bundle[34*43+2:34*44] != string(e[:]) {
			t.Error("the last entry of the bundle is another")
		}
		if leaf := e.Leaf(); tile[43*32:] != string(leaf[:]) {
			t.Error("the last hash of the tile is another")
		}
		_, text, head := get(t, h, "/key")
		k, err := merkle.ReadKeys(text)
		_, note, _ := get(t, h, "/checkpoint")
		c, err2 := merkle.Open(note, k)
		if err != nil || err2 != nil || c.Size != 300 || head.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%v %v %+v", err, err2, c)
		}
	})
}
