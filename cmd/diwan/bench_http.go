package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

// benchOfficers is how many of the invented residents are made officers.
const benchOfficers = 16

// caller is somebody who speaks to the HTTP API with a token of their own.
type caller struct {
	base, token string
	client      *http.Client
}

// call sends a request and reads its answer into out.
func (c caller) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1"+path, body)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := c.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		b, _ := io.ReadAll(io.LimitReader(res.Body, 600))
		return fmt.Errorf("%s %s: %s: %s", method, path, res.Status, b)
	}
	return json.NewDecoder(res.Body).Decode(out)
}

// overHTTP runs cases through the HTTP API of a server in this process: every
// act is a request of its own, with its own token.
func (b *caseBench) overHTTP(ctx context.Context, std stdio, r *caseReport) error {
	officers, applicants, done, err := b.served(ctx)
	if err != nil {
		return err
	}
	defer done()
	fmt.Fprintf(std.err, "running %d cases through the HTTP API …\n", b.http)
	watch := &clockwork{}
	begin := time.Now()
	failed := make(chan error, b.people+2*len(officers))
	turns := numbers(b.http)
	var wg sync.WaitGroup
	for range b.people {
		wg.Go(func() {
			for i := range turns {
				if err := payOverHTTP(ctx, watch, applicants[i%len(applicants)], officers[i%len(officers)]); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Go(func() {
		if err := decideOverHTTP(ctx, watch, officers, b.http, failed); err != nil {
			failed <- err
		}
	})
	wg.Wait()
	select {
	case err := <-failed:
		return err
	default:
	}
	r.HTTPCases, r.HTTPPerSecond, r.HTTPSteps = b.http, float64(b.http)/time.Since(begin).Seconds(), watch.spreads()
	return nil
}

// served starts a server of this process and gives those who call it; done stops it.
func (b *caseBench) served(ctx context.Context) (officers, applicants []caller, done func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	var serving sync.WaitGroup
	serving.Go(func() { b.a.Serve(ctx, l) })
	done = func() { stop(); serving.Wait() }
	if officers, applicants, err = b.callers(ctx, "http://"+l.Addr().String()); err != nil {
		done()
	}
	return officers, applicants, done, err
}

// numbers gives 0 to n-1.
func numbers(n int) <-chan int {
	ch := make(chan int, n)
	for i := range n {
		ch <- i
	}
	close(ch)
	return ch
}

// callers makes some residents officers and gives everybody a token.
func (b *caseBench) callers(ctx context.Context, base string) (officers, applicants []caller, err error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * b.people}, Timeout: time.Minute}
	err = b.a.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		for _, p := range b.residents[:benchOfficers] {
			if err := identity.Appoint(tx, p, "iga", gov.Officer, gov.Owner); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for i, p := range b.residents[:3*benchOfficers] {
		a := gov.Actor{Person: p, Channel: gov.Portal, StepUp: b.a.DB.Now()}
		t := identity.Token{Name: "bench", Scopes: []string{"cases:read", "cases:write"}, Until: b.a.DB.Now().AddDate(0, 1, 0)}
		if i < benchOfficers {
			a.Org, a.Roles, t.Org = "iga", []gov.Role{gov.Officer, gov.Owner}, "iga"
			t.Scopes = []string{"tasks:read", "tasks:decide", "charges:counter"}
		}
		secret, err := b.a.Gate.CreateToken(gov.WithActor(ctx, a), t)
		if err != nil {
			return nil, nil, err
		}
		c := caller{base, secret, client}
		if i < benchOfficers {
			officers = append(officers, c)
		} else {
			applicants = append(applicants, c)
		}
	}
	return officers, applicants, nil
}

func payOverHTTP(ctx context.Context, watch *clockwork, resident, cashier caller) error {
	var made struct {
		Reference string
		At        []struct{ Charge string }
	}
	in := map[string]any{"service": benchService, "answers": maps.Clone(benchAnswers)}
	if err := watch.time("apply", func() error { return resident.call(ctx, http.MethodPost, "/applications", in, &made) }); err != nil {
		return err
	}
	var paid map[string]any
	return watch.time("pay", func() error {
		return cashier.call(ctx, http.MethodPost, "/charges/"+made.At[0].Charge+"/counter-payments", map[string]any{"reference": made.Reference}, &paid)
	})
}

// decideOverHTTP reads the queue and approves every task once.
func decideOverHTTP(ctx context.Context, watch *clockwork, officers []caller, n int, failed <-chan error) error {
	tasks := make(chan string, 512)
	errs := make(chan error, len(officers))
	var wg sync.WaitGroup
	for _, o := range officers {
		wg.Go(func() {
			for id := range tasks {
				var out map[string]any
				err := watch.time("decide and issue", func() error {
					return o.call(ctx, http.MethodPost, "/tasks/"+id+"/decision", map[string]any{"outcome": "approve"}, &out)
				})
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	defer wg.Wait()
	defer close(tasks)
	seen := map[string]bool{}
	for len(seen) < n {
		var page struct{ Items []struct{ ID string } }
		if err := watch.time("queue page", func() error {
			return officers[0].call(ctx, http.MethodGet, "/tasks?limit=100&service="+string(benchService), nil, &page)
		}); err != nil {
			return err
		}
		fresh := false
		for _, t := range page.Items {
			if seen[t.ID] {
				continue
			}
			seen[t.ID], fresh = true, true
			select {
			case tasks <- t.ID:
			case err := <-errs:
				return err
			case err := <-failed:
				return err
			}
		}
		if fresh {
			continue
		}
		select {
		case err := <-failed:
			return err
		case err := <-errs:
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}
