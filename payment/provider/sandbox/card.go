package sandbox

import (
	"strings"

	"diwan.example/gov"
)

// outcome is what the bank answers to a card.
type outcome string

const (
	accepted     outcome = "accepted"
	slow         outcome = "slow" // accepted after a while
	declined     outcome = "declined"
	insufficient outcome = "insufficient"
	foreign      outcome = "foreign" // a real card: refused, this is no bank for it
	malformed    outcome = "malformed"
)

// Card is a test card and what happens with it.
type Card struct {
	Number string
	Does   gov.Text
	answer outcome
}

// Cards are the only cards the bank knows; their numbers belong to nobody.
var Cards = []Card{
	{"4242 4242 4242 4242", gov.T("يُقبل الدفع", "Payment is accepted"), accepted},
	{"4000 0000 0000 0002", gov.T("تُرفض البطاقة", "The card is declined"), declined},
	{"4000 0000 0000 9995", gov.T("الرصيد لا يكفي", "There are not enough funds"), insufficient},
	{"4000 0000 0000 0077", gov.T("يُقبل الدفع بعد قليل", "Payment is accepted after a while"), slow},
}

// answers are the texts shown when a card is not accepted.
var answers = map[outcome]gov.Text{
	declined:     gov.T("رفض المصرف هذه البطاقة. جرّب بطاقة أخرى", "The bank declined this card. Try another one"),
	insufficient: gov.T("رصيد هذه البطاقة لا يكفي. جرّب بطاقة أخرى", "This card does not have enough funds. Try another one"),
	foreign:      gov.T("هذا مصرف تجريبي لا يقبل إلا البطاقات المذكورة أدناه. لا تكتب رقم بطاقة حقيقية", "This is a sandbox bank that accepts only the cards listed below. Do not type the number of a real card"),
	malformed:    gov.T("رقم البطاقة غير صحيح، تحقّق من الأرقام", "The card number is not correct; check the digits"),
}

// judge says what happens with a card, and its last four digits. The number
// itself is kept nowhere.
func judge(typed string) (outcome, string) {
	digits := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(gov.Digits(strings.TrimSpace(typed)))
	if len(digits) < 12 || len(digits) > 19 || !luhn(digits) {
		return malformed, ""
	}
	for _, c := range Cards {
		if strings.ReplaceAll(c.Number, " ", "") == digits {
			return c.answer, digits[len(digits)-4:]
		}
	}
	return foreign, ""
}

// luhn checks the last digit of a card number (ISO/IEC 7812-1, annex B).
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if d < 0 || d > 9 {
			return false
		}
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
