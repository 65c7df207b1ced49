package gateway

import (
	"crypto"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"diwan.example/exchange/message"
)

// counted is a key that counts what it signs.
type counted struct {
	crypto.Signer
	made atomic.Int64
}

func (c *counted) Sign(r io.Reader, digest []byte, o crypto.SignerOpts) ([]byte, error) {
	c.made.Add(1)
	return c.Signer.Sign(r, digest, o)
}

// Messages that come while another is signed share the next signature, and each
// stands alone in the other gateway's eyes, in both logs and in an export.
func TestMessagesThatComeTogetherShareASignature(t *testing.T) {
	const many = 20
	w := newWorld(t, nil)
	key := &counted{Signer: w.a.own.Signer}
	w.a.own.Signer = key
	line := &w.a.signing
	line.signing = true // as if another message were being signed
	var all sync.WaitGroup
	for range many {
		all.Go(func() {
			if a := w.call("POST", ask, "hello"); a.StatusCode != 201 {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
		})
	}
	for waiting, end := 0, time.Now().Add(time.Minute); waiting < many; {
		if time.Sleep(time.Millisecond); time.Now().After(end) {
			t.Fatalf("%d of %d wait to be signed", waiting, many)
		}
		line.mu.Lock()
		if waiting = len(line.waiting); waiting == many {
			line.waiting[0].turn <- false
		}
		line.mu.Unlock()
	}
	all.Wait()
	if n := key.made.Load(); n != 1 {
		t.Errorf("%d requests have %d signatures", many, n)
	}
	for _, s := range []*site{w.a, w.b} {
		shared := 0
		for r, err := range s.Log.Records(time.Time{}, time.Time{}) {
			if err != nil {
				t.Fatal(err)
			}
			share, err := r.Signed.Share()
			if err != nil {
				t.Fatal(err)
			}
			if r.Head.Kind == message.Request && share != nil {
				shared++
				if share.Count != many {
					t.Errorf("%d messages under a signature", share.Count)
				}
			}
		}
		if shared != many {
			t.Errorf("%s logged %d requests that were signed together", s.ID, shared)
		}
		r, err := s.Log.Verify(nil)
		if err != nil || len(r.Problems) > 0 || r.Messages != 2*many {
			t.Errorf("the log of %s: %+v %v", s.ID, r, err)
		}
	}
}

// A key that panics harms the message it was to sign, and no later one.
func TestAKeyThatPanicsHoldsNobodyUp(t *testing.T) {
	w := newWorld(t, nil)
	good := w.a.own.Signer
	w.a.own.Signer = panicking{good}
	r, _ := http.NewRequest("GET", "https://"+w.a.client+ask, nil)
	r.Header.Set("X-Road-Client", schools.String())
	if res, err := client(&w.system).Do(r); err == nil {
		t.Errorf("%s", res.Status)
	}
	w.untouched()
	w.a.own.Signer = good
	if a := w.call("GET", ask, ""); a.StatusCode != 201 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

type panicking struct{ crypto.Signer }

func (panicking) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { panic("no key") }

// A key that fails fails all that waited for it, and the next may sign again.
func TestAKeyThatFailsIsTriedAgain(t *testing.T) {
	w := newWorld(t, nil)
	good := w.a.own.Signer
	w.a.own.Signer = broken{good}
	w.call("GET", ask, "").fails(t, "Server.ClientProxy.CannotCreateSignature")
	w.untouched()
	w.a.own.Signer = good
	if a := w.call("GET", ask, ""); a.StatusCode != 201 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

type broken struct{ crypto.Signer }

func (broken) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, io.ErrNoProgress
}
