package db

import "time"

// Moment reads a stored time, in milliseconds since 1970 (UTC); 0 is no time.
func Moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// Millis is what is stored of a time: milliseconds since 1970, 0 for no time.
func Millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
