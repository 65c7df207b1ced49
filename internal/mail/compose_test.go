package mail

import (
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
)

// Whatever stands in a message, its head has our eight fields and no others.
func FuzzNothingGetsIntoTheHead(f *testing.F) {
	f.Add("01H", "sara@example.org", "قرار\r\nBcc: x@y.example", "س\r\n.\r\nQUIT", "/")
	f.Add("\r\nX: y", "\"a\r\nb\"@example.org", "=?utf-8?q?=0D=0ABcc:?=", "\x00\u202e", "javascript:alert(1)")
	f.Fuzz(func(t *testing.T, id, to, subject, body, link string) {
		m := Message{ID: id, To: to, Lang: gov.Arabic, Subject: gov.T(subject, subject), Body: gov.T(body, body), Link: link}
		b, err := compose(m, netmail.Address{Name: "ديوان", Address: "a@b.example"}, "b.example", time.Unix(0, 0))
		if err != nil {
			if gov.KindOf(err) != gov.Invalid {
				t.Fatal(err)
			}
			return
		}
		got, err := netmail.ReadMessage(strings.NewReader(string(b)))
		if err != nil {
			t.Fatalf("%v in %q", err, b)
		}
		var names []string
		for k := range got.Header {
			names = append(names, k)
		}
		slices.Sort(names)
		if s := strings.Join(names, " "); s != "Auto-Submitted Content-Type Date From Message-Id Mime-Version Subject To" {
			t.Errorf("head: %s", s)
		}
		if strings.Contains(string(b), "\n.\r\n") || strings.Contains(strings.ReplaceAll(string(b), "\r\n", ""), "\n") {
			t.Errorf("a line by itself: %q", b)
		}
	})
}
