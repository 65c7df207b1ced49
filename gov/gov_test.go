package gov_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"diwan.example/gov"
)

var dinar = gov.Currency{Code: "BHD", Digits: 3, Symbol: gov.T("د.ب", "BD")}

func TestMoneyIsReadAsPeopleTypeIt(t *testing.T) {
	for in, want := range map[string]gov.Money{"2": 2000, "2.5": 2500, "٢٫٥٠٠": 2500, " 1,250.000 ": 1_250_000, "0.001": 1, "-3.000": -3000} {
		if got, err := dinar.Parse(in); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "abc", "1.2345", "1.-5", ".5", "1e9", "99999999999999", "--1"} {
		if got, err := dinar.Parse(in); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%q was read as %d, %v", in, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		m := gov.Money(rapid.Int64Range(-1e12, 1e12).Draw(t, "fils"))
		if back, err := dinar.Parse(dinar.Decimal(m)); err != nil || back != m {
			t.Fatalf("%d is written %s and read %d, %v", m, dinar.Decimal(m), back, err)
		}
	})
}

// bahrain works Sunday to Thursday from 7:00 to 14:15, but for National Day.
var bahrain = gov.Calendar{Zone: time.FixedZone("AST", 3*3600), Weekend: []time.Weekday{time.Friday, time.Saturday},
	Holidays: map[string]gov.Text{"2026-12-16": gov.T("العيد الوطني", "National Day")}, Opens: 7 * time.Hour, Closes: 14*time.Hour + 15*time.Minute}

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, bahrain.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

func TestWorkingTime(t *testing.T) {
	for _, c := range []struct {
		from string
		days int
		want string
	}{
		{"2026-11-23 09:00", 3, "2026-11-26 14:15"}, // Monday to Thursday
		{"2026-11-25 09:00", 3, "2026-11-30 14:15"}, // over the weekend
		{"2026-11-27 09:00", 1, "2026-11-29 14:15"}, // asked on a Friday
		{"2026-12-15 23:00", 1, "2026-12-17 14:15"}, // over National Day
	} {
		if got := bahrain.AddDays(at(c.from), c.days); !got.Equal(at(c.want)) {
			t.Errorf("%d working days from %s end %s, want %s", c.days, c.from, got, c.want)
		}
	}
	if got := bahrain.AddHours(at("2026-11-26 13:15"), 2*time.Hour); !got.Equal(at("2026-11-29 08:00")) {
		t.Errorf("two working hours over the weekend end %s", got)
	}
	if got := bahrain.Between(at("2026-11-26 13:15"), at("2026-11-29 08:00")); got != 2*time.Hour {
		t.Errorf("between them lie %s", got)
	}
	if got := bahrain.DaysBetween(at("2026-11-25 09:00"), at("2026-11-30 10:00")); got != 3 {
		t.Errorf("%d working days", got)
	}
}

// Going on by the working time between two moments leads from one to the other.
func TestAddingWhatLiesBetweenLeadsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := at("2026-11-01 00:00").Add(time.Duration(rapid.IntRange(0, 90*24*60).Draw(t, "a")) * time.Minute)
		d := time.Duration(rapid.IntRange(1, 40*60).Draw(t, "d")) * time.Minute
		b := bahrain.AddHours(a, d)
		if got := bahrain.Between(a, b); got != d {
			t.Fatalf("%s and %s lead to %s, between which lie %s", a, d, b, got)
		}
	})
}

func TestTextsAreCleanedOfDirectionTricks(t *testing.T) {
	for in, want := range map[string]string{"سارة": "سارة", "\u202eevil\u202c": "evil", "a\x00b\nc": "ab\nc", "\u2067x\u2069": "x", "bad\xffutf": "badutf"} {
		got, changed := gov.CleanText(in)
		if got != want || changed != (in != want) {
			t.Errorf("%q became %q, %v", in, got, changed)
		}
	}
}

func TestErrorsKeepTheirKindAndHideTheirCause(t *testing.T) {
	secret := errors.New("password of the database")
	err := gov.Wrap(gov.Fail(gov.Conflict, "تعارض", "conflict").Because(secret).At("name"), "save")
	if gov.KindOf(err) != gov.Conflict || !errors.Is(err, secret) || gov.PublicOf(err)[gov.English] != "conflict" {
		t.Errorf("%v", err)
	}
	if gov.KindOf(secret) != gov.Internal || gov.PublicOf(secret)[gov.Arabic] == "" || gov.KindOf(nil) != "" {
		t.Error("a foreign error is ours, with a calm text")
	}
	list, ok := gov.ProblemsOf(err, "form")
	if ok || list != nil {
		t.Error("a conflict is no wrong answer")
	}
	if list, ok = gov.ProblemsOf(gov.Fail(gov.Invalid, "خطأ", "wrong"), "form"); !ok || list[0].Field != "form" {
		t.Errorf("%v %v", list, ok)
	}
}

func TestALifeAllowsOnlyItsMoves(t *testing.T) {
	type state string
	life := gov.Moves[state]{{From: "", Event: "open", To: "open"}, {From: "open", Event: "close", To: "closed"}}
	if to, ok := life.Next("open", "close"); !ok || to != "closed" {
		t.Errorf("%s %v", to, ok)
	}
	if to, ok := life.Next("closed", "close"); ok || to != "closed" {
		t.Errorf("%s %v", to, ok)
	}
}
