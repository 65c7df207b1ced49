package gov

import "time"

// Calendar is a country's working time. Its zero value works every day from
// 00:00 to 24:00 UTC.
type Calendar struct {
	Zone     *time.Location
	Weekend  []time.Weekday
	Holidays map[string]Text // "2026-12-16" → name
	Opens    time.Duration   // since local midnight
	Closes   time.Duration
}

func (c *Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

func (c *Calendar) hours() (from, to time.Duration) {
	if c.Closes <= c.Opens {
		return 0, 24 * time.Hour
	}
	return c.Opens, c.Closes
}

// Day returns local midnight of t's day.
func (c *Calendar) Day(t time.Time) time.Time {
	t = t.In(c.zone())
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, c.zone())
}

// Working reports whether t's day is a working day.
func (c *Calendar) Working(t time.Time) bool {
	t = t.In(c.zone())
	for _, w := range c.Weekend {
		if t.Weekday() == w {
			return false
		}
	}
	_, off := c.Holidays[t.Format(time.DateOnly)]
	return !off
}

// AddDays returns the end of the n-th working day after t's day: what is asked
// on any day with three working days is due when the third one closes.
func (c *Calendar) AddDays(t time.Time, n int) time.Time {
	_, to := c.hours()
	d := c.Day(t)
	for range 366 * 20 {
		if n <= 0 && c.Working(d) {
			break
		}
		d = d.AddDate(0, 0, 1)
		if c.Working(d) {
			n--
		}
	}
	return d.Add(to)
}

// AddHours returns t plus d of working time: only the open hours of working days count.
func (c *Calendar) AddHours(t time.Time, d time.Duration) time.Time {
	from, to := c.hours()
	day := c.Day(t)
	at := t.In(c.zone())
	for range 366 * 20 {
		if c.Working(day) {
			start, end := day.Add(from), day.Add(to)
			if at.Before(start) {
				at = start
			}
			if left := end.Sub(at); left > 0 {
				if d <= left {
					return at.Add(d)
				}
				d -= left
			}
		}
		day = day.AddDate(0, 0, 1)
		at = day
	}
	return at
}

// Between returns the working time from a to b; 0 when b is not after a.
func (c *Calendar) Between(a, b time.Time) (sum time.Duration) {
	from, to := c.hours()
	for day := c.Day(a); day.Before(b); day = day.AddDate(0, 0, 1) {
		if !c.Working(day) {
			continue
		}
		s, e := day.Add(from), day.Add(to)
		if a.After(s) {
			s = a
		}
		if b.Before(e) {
			e = b
		}
		if e.After(s) {
			sum += e.Sub(s)
		}
	}
	return sum
}

// DaysBetween counts the working days after a's day up to and including b's
// day; negative when b is before a.
func (c *Calendar) DaysBetween(a, b time.Time) (n int) {
	if b.Before(a) {
		return -c.DaysBetween(b, a)
	}
	last := c.Day(b)
	for d := c.Day(a).AddDate(0, 0, 1); !d.After(last); d = d.AddDate(0, 0, 1) {
		if c.Working(d) {
			n++
		}
	}
	return n
}
