package translog_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/merkle"
	"diwan.example/internal/translog"
)

// shown is a log served over HTTP whose answers a test may bend.
type shown struct {
	*httptest.Server
	log  *translog.Log
	db   *db.DB
	bend func(w http.ResponseWriter, r *http.Request) bool
}

func show(t *testing.T, d *db.DB, l *translog.Log) *shown {
	s := &shown{log: l, db: d}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.bend == nil || !s.bend(w, r) {
			s.log.Handler().ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *shown) watch(t *testing.T, known merkle.State, now time.Time) (merkle.Seen, error) {
	t.Helper()
	return merkle.NewMonitor(s.URL, s.Client()).Watch(t.Context(), known, now)
}

func wantAlarm(t *testing.T, name merkle.AlarmName, err error) {
	t.Helper()
	a, ok := merkle.AlarmOf(err)
	if !ok || a.Name != name || a.Text[gov.Arabic] == "" || a.Text[gov.English] == "" {
		t.Errorf("want the alarm %s, got %v", name, err)
	}
}

func TestAMonitorFollowsAnHonestLog(t *testing.T) {
	d := dbtest.SQLite(t)
	l := node(t, d, translog.Options{})
	s := show(t, d, l)
	drain(t, l)
	known := merkle.State{}
	for i, at := range []int{0, 1, 5, 256, 300, 900} {
		queue(t, d, l, []int{0, 0, 1, 5, 256, 300}[i], at)
		drain(t, l)
		seen, err := s.watch(t, known, dbtest.Start)
		if err != nil || seen.Checkpoint.Size != int64(at) {
			t.Fatalf("at %d: %+v %v", at, seen, err)
		}
		known = seen.State
	}
	if seen, err := s.watch(t, known, dbtest.Start); err != nil || seen.Before != 900 {
		t.Errorf("nothing new: %+v %v", seen, err)
	}
	_, err := s.watch(t, known, dbtest.Start.Add(2*time.Hour))
	wantAlarm(t, merkle.Stale, err)
	_, err = s.watch(t, known, dbtest.Start.Add(-2*time.Hour))
	wantAlarm(t, merkle.Stale, err)
	s.Close()
	if _, err := s.watch(t, known, dbtest.Start); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("the log is away: %v", err)
	}
}

// Two databases with the same key and name that say different things.
func TestAForkIsSeen(t *testing.T) {
	one, other := dbtest.SQLite(t), dbtest.SQLite(t)
	l := node(t, one, translog.Options{})
	drain(t, l)
	copyKeys(t, one, other)
	evil := node(t, other, translog.Options{})
	queue(t, one, l, 0, 300)
	queue(t, other, evil, 1000, 1300)
	drain(t, l)
	drain(t, evil)
	s := show(t, one, l)
	seen, err := s.watch(t, merkle.State{}, dbtest.Start)
	if err != nil {
		t.Fatal(err)
	}
	s.log = evil
	_, err = s.watch(t, seen.State, dbtest.Start)
	wantAlarm(t, merkle.Fork, err)
	queue(t, other, evil, 1300, 1700) // the fork has grown past it
	drain(t, evil)
	_, err = s.watch(t, seen.State, dbtest.Start)
	wantAlarm(t, merkle.Fork, err)
}

func copyKeys(t *testing.T, from, to *db.DB) {
	t.Helper()
	var row [5]string
	var root []byte
	var signed int64
	err := from.Read(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT name, origin, vkey, clock, sealed, root, signed FROM translog_log WHERE id = 1`).Scan(&row[0], &row[1], &row[2], &row[3], &row[4], &root, &signed)
	})
	if err == nil {
		err = to.Write(t.Context(), func(tx *db.Tx) error {
			return tx.Exec(`INSERT INTO translog_log (id, name, origin, vkey, clock, sealed, root, note, signed) VALUES (1, $1, $2, $3, $4, $5, $6, '', $7)`, row[0], row[1], row[2], row[3], row[4], root, signed)
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestAShrunkenLogIsSeen(t *testing.T) {
	one, other := dbtest.SQLite(t), dbtest.SQLite(t)
	l := node(t, one, translog.Options{})
	drain(t, l)
	copyKeys(t, one, other)
	cut := node(t, other, translog.Options{})
	queue(t, one, l, 0, 50)
	queue(t, other, cut, 0, 20)
	drain(t, l)
	drain(t, cut)
	s := show(t, one, l)
	seen, err := s.watch(t, merkle.State{}, dbtest.Start)
	if err != nil {
		t.Fatal(err)
	}
	s.log = cut
	_, err = s.watch(t, seen.State, dbtest.Start)
	wantAlarm(t, merkle.Shrunk, err)
}

func TestWhatAMonitorDoesNotBelieve(t *testing.T) {
	d := dbtest.SQLite(t)
	l := node(t, d, translog.Options{})
	queue(t, d, l, 0, 300)
	drain(t, l)
	s := show(t, d, l)
	seen, err := s.watch(t, merkle.State{}, dbtest.Start)
	if err != nil {
		t.Fatal(err)
	}
	queue(t, d, l, 300, 700)
	drain(t, l)
	flip := func(part string, at int) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, part) {
				return false
			}
			rec := httptest.NewRecorder()
			l.Handler().ServeHTTP(rec, r)
			b := rec.Body.Bytes()
			b[(at+len(b))%len(b)] ^= 1
			w.Write(b)
			return true
		}
	}
	for name, x := range map[string]struct {
		bend func(http.ResponseWriter, *http.Request) bool
		want merkle.AlarmName
	}{
		"a changed tile":      {flip("/tile/0/", 5), merkle.Broken},
		"a changed entry":     {flip("/tile/entries/", 5), merkle.Broken},
		"a changed root":      {flip("/checkpoint", len("diwan.example/log/documents\n300\nab")), merkle.Unsigned},
		"a changed signature": {flip("/checkpoint", -150), merkle.Unsigned},
	} {
		s.bend = x.bend
		_, err := s.watch(t, seen.State, dbtest.Start)
		if a, ok := merkle.AlarmOf(err); !ok || a.Name != x.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.bend = nil
	damaged := seen.State
	damaged.Note = strings.Replace(damaged.Note, "\n300\n", "\n299\n", 1)
	_, err = s.watch(t, damaged, dbtest.Start)
	wantAlarm(t, merkle.Forgetful, err)
	other := dbtest.SQLite(t)
	another := node(t, other, translog.Options{})
	queue(t, other, another, 0, 300)
	drain(t, another)
	s.log = another // the same name, made anew with another key
	_, err = s.watch(t, seen.State, dbtest.Start)
	wantAlarm(t, merkle.Unsigned, err)
}

func TestWitnessesCosignWhatContinues(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := dbtest.Start
		d.SetClock(func() time.Time { return now })
		plain := node(t, d, translog.Options{})
		queue(t, d, plain, 0, 10)
		drain(t, plain)
		signer, err := merkle.NewCosigner("witness.example/w1", []byte(strings.Repeat("s", 32)))
		if err != nil {
			t.Fatal(err)
		}
		saved := 0
		w := &merkle.Witness{Signer: signer, Logs: []merkle.Keys{status(t, d, plain).Keys}, Clock: func() time.Time { return now }, Save: func(map[string]merkle.Tree) error { saved++; return nil }}
		server := httptest.NewServer(w)
		defer server.Close()
		l := node(t, d, translog.Options{Witnesses: []translog.Witness{{URL: server.URL, Key: signer.VKey()}}, Client: server.Client()})
		cosigned := func(want int64) {
			t.Helper()
			if err := l.Cosign(t.Context()); err != nil {
				t.Fatal(err)
			}
			s := status(t, d, l)
			k := s.Keys
			c, err := merkle.Open(s.Note, k)
			if err != nil || len(c.Cosigned) != 1 || c.Size != want || s.Cosigned != want || s.Witnesses[0].Trouble != "" {
				t.Fatalf("want %d cosigned: %+v %v\n%s", want, s, err, s.Note)
			}
		}
		cosigned(10)
		now = now.Add(time.Minute)
		queue(t, d, l, 10, 600)
		drain(t, plain) // the lease of this node
		cosigned(600)
		if c := proven(t, d, l, entry(3)); c.Size != 600 || len(c.Cosigned) != 1 {
			t.Errorf("the proof is against %+v", c)
		}
		if saved != 2 {
			t.Errorf("saved %d times", saved)
		}
		// The database is put back to a copy of yesterday and goes on otherwise.
		w.Trees["diwan.example/log/documents"] = merkle.Tree{Size: 600, Root: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}
		now = now.Add(time.Minute)
		queue(t, d, l, 600, 601)
		drain(t, plain)
		if err := l.Cosign(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := status(t, d, l); s.Cosigned != 600 || s.Witnesses[0].Trouble == "" {
			t.Errorf("a witness cosigned a fork: %+v", s)
		}
		server.Close()
		now = now.Add(time.Minute)
		if err := l.Cosign(context.Background()); err != nil {
			t.Errorf("a witness that is away: %v", err)
		}
	})
}

func TestAWitnessAnswersAsTheProtocolSays(t *testing.T) {
	d := dbtest.SQLite(t)
	l := node(t, d, translog.Options{})
	queue(t, d, l, 0, 10)
	drain(t, l)
	s := status(t, d, l)
	signer, _ := merkle.NewCosigner("witness.example/w1", []byte(strings.Repeat("s", 32)))
	w := &merkle.Witness{Signer: signer, Logs: []merkle.Keys{s.Keys}, Clock: d.Now, Save: func(map[string]merkle.Tree) error { return nil }}
	ask := func(body string) (int, string) {
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, httptest.NewRequest("POST", "/add-checkpoint", strings.NewReader(body)))
		return rec.Code, rec.Body.String()
	}
	unsigned := merkle.Body("other.example/log", 3, [32]byte{1})
	for body, want := range map[string]int{
		"":                         400,
		"old 0\n":                  400,
		"old -1\n\n" + s.Note:      400,
		"old 00\n\n" + s.Note:      400,
		"old 11\n\n" + s.Note:      400,
		"old 0\nAAAA\n\n" + s.Note: 400,
		"old 5\n\n" + s.Note:       409,
		"old 0\n\n" + unsigned + "\n— x AAAAAAA=\n":                  404,
		"old 0\n\n" + strings.Replace(s.Note, "\n10\n", "\n11\n", 1): 403,
		strings.Repeat("x", 1<<17):                                   413,
	} {
		if code, answer := ask(body); code != want {
			t.Errorf("%.60q: %d %s, want %d", body, code, answer, want)
		}
	}
	if code, line := ask("old 0\n\n" + s.Note); code != 200 || !strings.HasPrefix(line, "— witness.example/w1 ") {
		t.Errorf("%d %s", code, line)
	}
	if code, _ := ask("old 0\n\n" + s.Note); code != 409 {
		t.Errorf("an old size that is not the latest: %d", code)
	}
	if code, _ := ask("old 10\n\n" + s.Note); code != 200 {
		t.Errorf("the same again: %d", code)
	}
	w.Save = func(map[string]merkle.Tree) error { return gov.Fail(gov.Unavailable, "لا", "no") }
	if code, answer := ask("old 10\n\n" + s.Note); code != 500 || strings.Contains(answer, "—") {
		t.Errorf("a cosignature left without being kept: %d %s", code, answer)
	}
}
