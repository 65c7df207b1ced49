package procedure

import (
	"math"
	"testing"

	"diwan.example/country"
	"diwan.example/gov"
)

// prices are easy to reckon with: 60 an hour for people, 120 for officers, 240
// for supervisors.
func prices() Rates {
	one := func(id string, amount gov.Money) country.Price {
		return country.Price{ID: id, Values: []country.DatedAmount{{Since: "2026-01-01", Amount: amount}}}
	}
	return Rates{Tariffs: &country.Tariffs{Prices: []country.Price{
		one(country.PersonHour, 60), one(country.OfficerHour, 120), one(country.SupervisorHour, 240), one(country.HeadHour, 480),
		one(country.VisitPrice, 100), one(country.DocumentPrice, 10), one(country.ChannelPrice("counter"), 7),
	}}, Day: "2026-06-01", Hours: 5}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func steps(list ...country.Step) *country.Procedure { return &country.Procedure{Steps: list} }

func TestACounterProcedureAddsUp(t *testing.T) {
	s := Sum(steps(
		country.Step{ID: "come", Kind: "apply", Next: []string{"look"}, Visit: true, Channel: "counter", Documents: []string{"1", "2"}, Theirs: 60, Ours: 10},
		country.Step{ID: "look", Kind: "review", Next: []string{"ask", "sign"}, Ours: 30, Days: 4},
		country.Step{ID: "ask", Kind: "correct", Next: []string{"sign"}, Share: 25, Visit: true, Theirs: 40, Days: 8, Spent: 500},
		country.Step{ID: "sign", Kind: "review", Role: gov.Supervisor, Organisation: "moj", Next: []string{"keep"}, Ours: 15, Days: 2},
		country.Step{ID: "keep", Kind: "record"},
	), "iga", prices())
	near(t, "steps", s.Steps, 3.25)
	near(t, "automatic", s.Automatic, 1)
	near(t, "documents", s.Documents, 2)
	near(t, "visits", s.Visits, 1.25)
	near(t, "days", s.Days, 4+2+2)
	near(t, "theirs", s.Theirs, 70)
	near(t, "ours", s.Ours, 55)
	// person → iga, iga → person for a quarter, all → moj
	near(t, "hand-offs", s.Handoffs, 1+0.25+1)
	near(t, "person", s.Person, 70+2*10+100+0.25*500)
	near(t, "state", s.State, 40.0/60*120+15.0/60*240+7)
	near(t, "worked", s.Worked, 125.0/300)
	near(t, "waiting", s.Waiting, 8-125.0/300)
	near(t, "yearly", s.Yearly(1000).Total(), 1000*(s.Person+s.State))
}

func TestBranchesRunAtOnce(t *testing.T) {
	p := steps(
		country.Step{ID: "apply", Kind: "apply", Next: []string{"split"}, Days: 1},
		country.Step{ID: "split", Kind: "fork", Next: []string{"a", "b"}},
		country.Step{ID: "a", Kind: "review", Next: []string{"again"}, Days: 3},
		country.Step{ID: "again", Kind: "fork", Next: []string{"a1", "a2"}},
		country.Step{ID: "a1", Kind: "opinion", Organisation: "moh", Next: []string{"am"}, Days: 5},
		country.Step{ID: "a2", Kind: "opinion", Organisation: "moi", Next: []string{"am"}, Days: 2},
		country.Step{ID: "am", Kind: "join", Next: []string{"meet"}},
		country.Step{ID: "b", Kind: "pay", Next: []string{"meet"}, Days: 6},
		country.Step{ID: "meet", Kind: "join", Next: []string{"end"}},
		country.Step{ID: "end", Kind: "close", Days: 1},
	)
	near(t, "days", Sum(p, "iga", prices()).Days, 1+(3+5)+1)
}

func TestACircleOfCorrectionsEnds(t *testing.T) {
	p := steps(
		country.Step{ID: "apply", Kind: "apply", Next: []string{"review"}},
		country.Step{ID: "review", Kind: "review", Next: []string{"fix", "done"}, Days: 2},
		country.Step{ID: "fix", Kind: "correct", Next: []string{"review"}, Share: 50, Days: 2},
		country.Step{ID: "done", Kind: "issue"},
	)
	s := Sum(p, "iga", prices())
	near(t, "days", s.Days, 3)
	near(t, "hand-offs", s.Handoffs, 1+0.5)
}

func TestNothingAddsUpToNothing(t *testing.T) {
	if s := Sum(nil, "iga", prices()); s != (Sums{}) {
		t.Errorf("%+v", s)
	}
	s := Sum(steps(country.Step{ID: "apply", Kind: "apply", Theirs: 10, Next: []string{"nowhere"}}), "iga", Rates{})
	if s.Person != 0 || s.State != 0 || s.Theirs != 10 {
		t.Errorf("without tariffs: %+v", s)
	}
}

func TestTheWeakestBasisHolds(t *testing.T) {
	if Weakest(Proven, Declared) != Declared || Weakest(Proven, Estimated, Declared) != Estimated || Weakest(Proven) != Proven || Weakest() != Proven {
		t.Error("a figure is worth what its weakest part is worth")
	}
}

func TestPricesHoldFromTheirDay(t *testing.T) {
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]gov.Money{"2020-01-01": 2300, "2025-12-31": 2300, "2026-01-01": 2400, "2030-01-01": 2400} {
		if got, _ := c.Tariffs.At(country.PersonHour, day); got != want {
			t.Errorf("%s: %d, want %d", day, got, want)
		}
	}
	if got, _ := c.Tariffs.At("nothing", "2026-01-01"); got != 0 {
		t.Errorf("an unknown price: %d", got)
	}
}
