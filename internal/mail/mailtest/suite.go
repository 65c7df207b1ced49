package mailtest

import (
	"context"
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/mail"
)

// Subject is a sender under test.
type Subject struct {
	Sender mail.Sender
	Good   string // an address that takes messages
	Wrong  string // one that never will: refused by the sender or the far side
	Later  string // one that does not now; empty: the sender knows no such thing
	// Texts returns what has arrived, as people would read it.
	Texts func() []string
}

// Conform checks what every sender promises.
func Conform(t *testing.T, make func(t *testing.T) Subject) {
	ctx := context.Background()
	message := func(to string) mail.Message {
		return mail.Message{
			ID: "01ABC", To: to, Lang: gov.Arabic, Link: "https://portal.example/m/01ABC",
			Subject: gov.T("لديك رسالة", "You have a message"), Body: gov.T("وصلت رسالة بخصوص طلبك", "A message about your application has come"),
		}
	}
	t.Run("delivers Arabic and the link", func(t *testing.T) {
		s := make(t)
		if err := s.Sender.Send(ctx, message(s.Good)); err != nil {
			t.Fatal(err)
		}
		got := s.Texts()
		if len(got) != 1 || !strings.Contains(got[0], "وصلت رسالة بخصوص طلبك") || !strings.Contains(got[0], "https://portal.example/m/01ABC") {
			t.Errorf("%q", got)
		}
	})
	t.Run("says never", func(t *testing.T) {
		s := make(t)
		for _, to := range []string{s.Wrong, "", "x\r\nBcc: y@example.org", s.Good + "\r\n"} {
			if k := gov.KindOf(s.Sender.Send(ctx, message(to))); k != gov.Invalid {
				t.Errorf("%q: %q", to, k)
			}
		}
		if got := s.Texts(); len(got) != 0 {
			t.Errorf("arrived: %q", got)
		}
	})
	t.Run("says later", func(t *testing.T) {
		s := make(t)
		if s.Later == "" {
			t.Skip("this sender is always ready")
		}
		if k := gov.KindOf(s.Sender.Send(ctx, message(s.Later))); k != gov.Unavailable {
			t.Errorf("%q", k)
		}
	})
	t.Run("never shows the address in an error", func(t *testing.T) {
		s := make(t)
		for _, to := range []string{s.Wrong, s.Later} {
			if err := s.Sender.Send(ctx, message(to)); err != nil && to != "" && strings.Contains(gov.PublicOf(err).In(gov.English), to) {
				t.Error(err)
			}
		}
	})
}
