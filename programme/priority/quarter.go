package priority

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"diwan.example/gov"
)

// Quarter is a quarter of a year, counted from the year 0: year × 4 + 0 to 3.
type Quarter int

// QuarterOf is the quarter of a moment in a zone; nil means UTC.
func QuarterOf(t time.Time, zone *time.Location) Quarter {
	if zone != nil {
		t = t.In(zone)
	}
	return Quarter(t.Year()*4 + (int(t.Month())-1)/3)
}

var quarterText = regexp.MustCompile(`^(\d{4})-[Qq]([1-4])$`)

// ParseQuarter reads "2027-Q1". Errors: Invalid.
func ParseQuarter(s string) (Quarter, error) {
	m := quarterText.FindStringSubmatch(gov.Digits(s))
	if m == nil {
		return 0, gov.Fail(gov.Invalid, "الربع يُكتب هكذا: \u20662027-Q1\u2069", "A quarter is written like 2027-Q1").At("start")
	}
	year, _ := strconv.Atoi(m[1])
	n, _ := strconv.Atoi(m[2])
	return Quarter(year*4 + n - 1), nil
}

// String writes "2027-Q1".
func (q Quarter) String() string { return fmt.Sprintf("%d-Q%d", q/4, q%4+1) }

// Words are the quarter in few words.
func (q Quarter) Words() gov.Text {
	return gov.T("الربع %d من %d", "Q%d %d").Sprintf(int(q)%4+1, int(q)/4)
}

// Last is its last day, "2027-03-31".
func (q Quarter) Last() string {
	return time.Date(int(q)/4, time.Month(int(q)%4*3+4), 0, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}
