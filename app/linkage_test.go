package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// The pages on agreements say to each reader what is theirs to see.
func TestThePagesOnAgreements(t *testing.T) {
	a := tried(t)
	if err := a.SeedAgreements(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	owner, authority := session(t, a, "moe-owner"), session(t, a, "authority")
	show := func(method, path string, c *http.Cookie, code int, want ...string) string {
		t.Helper()
		got := ask(a, method, path, c)
		body := got.Body.String()
		if got.Code != code {
			t.Errorf("%s %s answers %d, want %d", method, path, got.Code, code)
		}
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s %s does not say %q", method, path, w)
			}
		}
		return body
	}
	public := show("GET", "/en/agreements", nil, 200, "Who reads what", "Population register")
	id := regexp.MustCompile(`/agreements/(AGR-\w+)`).FindStringSubmatch(public)
	if id == nil || strings.Contains(public, "Under review") {
		t.Fatal("the public list shows no agreement, or a proposal")
	}
	show("GET", "/en/agreements/"+id[1], nil, 200, "In force", "Legal basis")
	if body := show("GET", "/en/agreements/"+id[1], nil, 200); strings.Contains(body, "How it came to be") {
		t.Error("a stranger reads how it came to be")
	}
	show("GET", "/en/agreements/"+id[1], authority, 200, "How it came to be", "Revoke the agreement at once")
	show("GET", "/en/agreements/ours", owner, 200, "What your organisation reads", "Propose an agreement")
	queue := show("GET", "/en/agreements/ours", authority, 200, "Waits for you", "About to end")
	waits := regexp.MustCompile(`/agreements/(AGR-\w+)`).FindStringSubmatch(queue)
	show("GET", "/en/agreements/"+waits[1], nil, 404)
	show("GET", "/en/agreements/"+waits[1], authority, 200, "Try it on sample data")
	show("GET", "/en/agreements/new", owner, 200, "From which registry?", "Population register")
	show("GET", "/en/agreements/new?registry=population", owner, 200, "Send the proposal", "Home address")
	show("POST", "/en/agreements/"+waits[1]+"/review", owner, 403)
	show("GET", "/en/agreements/events", owner, 200, "No subscriptions")
	show("GET", "/en/agreements/ours", nil, 303)
}
