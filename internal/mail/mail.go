// Package mail carries short bilingual messages out of the house: by e-mail
// through an SMTP server, and as text messages through an HTTP gateway. What is
// sent is generic by rule: a notice, a reference and a link, never the matter
// itself.
package mail

import (
	"context"
	"net/mail"
	"strings"

	"diwan.example/gov"
)

// Message is what goes to one address.
type Message struct {
	ID      string   // the same when it is sent again, so that the far side may drop a repetition
	To      string   // an e-mail address or a phone number
	Lang    gov.Lang // which language comes first; text messages carry only this one
	Subject gov.Text // e-mail only
	Body    gov.Text // plain text
	Link    string   // absolute address; may be empty
}

// Sender sends messages. It returns nil once the far side has taken the message
// over; an error of kind Invalid when it never will (there is no such address);
// Unavailable when a later try may succeed. Sending twice is harmless.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

var (
	never = gov.Fail(gov.Invalid, "لا يمكن إيصال الرسالة إلى هذا العنوان", "The message cannot be delivered to this address")
	later = gov.Fail(gov.Unavailable, "تعذّر إرسال الرسالة الآن، وستُعاد المحاولة", "The message could not be sent now; it will be tried again")
)

// CheckEmail returns the bare address of s. Errors: Invalid for anything but one
// plain address; line breaks never pass.
func CheckEmail(s string) (string, error) {
	if strings.ContainsAny(s, "\r\n\x00") || len(s) > 254 {
		return "", never
	}
	a, err := mail.ParseAddress(s)
	if err != nil {
		return "", never.Because(err)
	}
	return a.Address, nil
}

// CheckPhone returns a phone number as digits with an optional leading plus.
// Errors: Invalid.
func CheckPhone(s string) (string, error) {
	if strings.ContainsAny(s, "\r\n\x00") {
		return "", never
	}
	var b strings.Builder
	for i, r := range gov.Digits(strings.TrimSpace(s)) {
		switch {
		case r >= '0' && r <= '9', r == '+' && i == 0:
			b.WriteRune(r)
		case r == ' ' || r == '-' || r == '(' || r == ')':
		default:
			return "", never
		}
	}
	if n := len(strings.TrimPrefix(b.String(), "+")); n < 6 || n > 15 {
		return "", never
	}
	return b.String(), nil
}

// order gives the languages of a text, the wanted one first.
func order(l gov.Lang) []gov.Lang {
	if l == gov.English {
		return []gov.Lang{gov.English, gov.Arabic}
	}
	return []gov.Lang{gov.Arabic, gov.English}
}

// oneLine makes a text fit for a header.
func oneLine(s string) string {
	s, _ = gov.CleanText(s)
	return strings.Join(strings.Fields(s), " ")
}
