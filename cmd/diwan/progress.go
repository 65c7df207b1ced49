package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"diwan.example/gov"
)

// bar shows on standard error how far a long work has come: a bar that is drawn
// over itself on a terminal, a line every tenth elsewhere.
type bar struct {
	io       stdio
	what     string
	terminal bool
	last     int // tenths, or percent on a terminal
	drawn    bool
}

func newBar(io stdio, what string) *bar {
	b := &bar{io: io, what: what, last: -1}
	if f, ok := io.err.(*os.File); ok {
		st, err := f.Stat()
		b.terminal = err == nil && st.Mode()&os.ModeCharDevice != 0
	}
	return b
}

// at draws when something has changed for the eye.
func (b *bar) at(done, all int) {
	if all <= 0 {
		return
	}
	part := done * 100 / all
	if !b.terminal {
		part = part / 10 * 10
	}
	if part == b.last {
		return
	}
	b.last = part
	if !b.terminal {
		fmt.Fprintf(b.io.err, "%s %d%%\n", b.what, part)
		return
	}
	b.drawn = true
	fmt.Fprintf(b.io.err, "\r%s [%s%s] %3d%% %d/%d", b.what, strings.Repeat("█", part*30/100), strings.Repeat("·", 30-part*30/100), part, done, all)
}

func (b *bar) done() {
	if b.drawn {
		fmt.Fprintln(b.io.err)
	}
}

// endOf is the last moment of a day in zone.
func endOf(day string, zone *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, gov.Digits(day), zone)
	if err != nil {
		return t, gov.Fail(gov.Invalid, "التاريخ غير صحيح، اكتبه بهذه الصيغة: \u20662026-03-01\u2069", "This is no date; write it like 2026-03-01").At("at")
	}
	return t.AddDate(0, 0, 1).Add(-time.Millisecond), nil
}

// asOf is the last moment of a past day, or of today.
func asOf(day string, zone *time.Location) (time.Time, error) {
	end, err := endOf(day, zone)
	if err == nil && end.After(time.Now().AddDate(0, 0, 1)) {
		err = gov.Fail(gov.Invalid, "هذا اليوم لم يأتِ بعد", "This day has not come yet").At("at")
	}
	return end, err
}
