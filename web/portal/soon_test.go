package portal

import (
	"testing"
	"time"
)

func TestDaysThatAreLeftAreThoseOfTheCalendar(t *testing.T) {
	at := func(s string) time.Time {
		x, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for _, x := range []struct {
		from, to string
		want     int
	}{
		{"2026-11-30 00:28:00", "2026-12-30 00:24:00", 30},
		{"2026-11-30 23:59:00", "2026-12-01 00:01:00", 1},
		{"2026-11-30 00:01:00", "2026-11-30 23:59:00", 0},
		{"2026-12-31 12:00:00", "2027-01-02 06:00:00", 2},
	} {
		if got := nights(at(x.from), at(x.to)); got != x.want {
			t.Errorf("from %s to %s: %d", x.from, x.to, got)
		}
	}
}
