package country

import (
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
)

// Tariffs are the prices by which the burden of procedures is worked out
// (Standard Cost Model: tariff × time × population × frequency). They are data
// of a country: dated, with their source. Amounts are minor units.
type Tariffs struct {
	Illustrative bool             `yaml:"illustrative"` // invented or assumed; every page must say so
	Source       gov.Text         `yaml:"source"`       // where the prices come from
	Link         string           `yaml:"link"`         // where one can read them
	Prices       []Price          `yaml:"prices"`
	Minutes      []TypicalMinutes `yaml:"minutes"`  // what a step takes when nobody has said
	Channels     []ChannelEffort  `yaml:"channels"` // what one transaction takes on a channel
}

// The prices that every list of tariffs has, beside one for each channel.
const (
	PersonHour     = "person-hour"     // an hour of the person's time
	OfficerHour    = "officer-hour"    // an hour of an officer, with overhead
	SupervisorHour = "supervisor-hour" // of a supervisor
	HeadHour       = "head-hour"       // of a head of an organisation
	VisitPrice     = "visit"           // getting to an office and back, without the time
	DocumentPrice  = "document"        // getting and copying one document
	channelPrice   = "channel-"        // + channel: running the channel, for one transaction
)

// ChannelPrice is the id of a channel's price for one transaction.
func ChannelPrice(channel string) string { return channelPrice + channel }

// Price is what something costs, from which day on.
type Price struct {
	ID     string        `yaml:"id"`
	Name   gov.Text      `yaml:"name"`
	Source gov.Text      `yaml:"source"` // when it differs from the list's
	Values []DatedAmount `yaml:"values"` // the oldest first
}

// DatedAmount is an amount that holds from a day on.
type DatedAmount struct {
	Since  string    `yaml:"since"` // "2026-01-01"
	Amount gov.Money `yaml:"amount"`
}

// TypicalMinutes are the minutes that a kind of step usually takes: estimates,
// used only where a procedure says nothing.
type TypicalMinutes struct {
	Kind   string `yaml:"kind"` // of StepKinds
	Theirs int    `yaml:"theirs"`
	Ours   int    `yaml:"ours"`
}

// ChannelEffort is what asking on a channel adds to a transaction, whatever the
// service: minutes of the person and of officers.
type ChannelEffort struct {
	Channel string `yaml:"channel"` // of ChannelKinds
	Theirs  int    `yaml:"theirs"`
	Ours    int    `yaml:"ours"`
}

// Known reports whether there are tariffs at all.
func (t *Tariffs) Known() bool { return t != nil && len(t.Prices) > 0 }

// At is a price as it held on a day ("2026-11-29"): the last value that had
// begun; the first one before its time. It is zero for an unknown id.
func (t *Tariffs) At(id, day string) (amount gov.Money, since string) {
	if t == nil {
		return 0, ""
	}
	i := slices.IndexFunc(t.Prices, func(p Price) bool { return p.ID == id })
	if i < 0 {
		return 0, ""
	}
	for k, v := range t.Prices[i].Values {
		if k == 0 || v.Since <= day {
			amount, since = v.Amount, v.Since
		}
	}
	return amount, since
}

// Typical are the minutes of a kind of step when nobody has said; zero when unknown.
func (t *Tariffs) Typical(kind string) (m TypicalMinutes) {
	if t != nil {
		for _, x := range t.Minutes {
			if x.Kind == kind {
				return x
			}
		}
	}
	return m
}

// Effort is what a channel adds to a transaction; zero when unknown.
func (t *Tariffs) Effort(channel string) (e ChannelEffort) {
	if t != nil {
		for _, x := range t.Channels {
			if x.Channel == channel {
				return x
			}
		}
	}
	return e
}

// checkTariffs holds the tariffs to their rules. A country without tariffs is
// whole: its pages then show times and numbers, and no money.
func (c *Country) checkTariffs(r *reader) {
	const file = "tariffs.yaml"
	t := &c.Tariffs
	if !t.Known() {
		return
	}
	r.text(c, file, t.Source, "source")
	if c.Sample && !t.Illustrative {
		r.fail(file, "a sample country has illustrative tariffs", "illustrative")
	}
	seen := map[string]bool{}
	for i, p := range t.Prices {
		r.once(seen, file, p.ID, "prices", i, "id")
		r.text(c, file, p.Name, "prices", i, "name")
		if channel, of := strings.CutPrefix(p.ID, channelPrice); of && !slices.Contains(ChannelKinds, channel) {
			r.fail(file, "there is no channel "+channel, "prices", i, "id")
		}
		r.values(file, i, p.Values)
	}
	for _, id := range []string{PersonHour, OfficerHour, SupervisorHour, HeadHour, VisitPrice, DocumentPrice} {
		if !seen[id] {
			r.fail(file, "the price "+id+" is missing", "prices")
		}
	}
	for i, m := range t.Minutes {
		if !slices.Contains(StepKinds, m.Kind) || m.Theirs < 0 || m.Ours < 0 {
			r.fail(file, "minutes need a kind of step and are from 0 up", "minutes", i)
		}
	}
	for i, m := range t.Channels {
		if !slices.Contains(ChannelKinds, m.Channel) || m.Theirs < 0 || m.Ours < 0 {
			r.fail(file, "effort needs a channel and is from 0 up", "channels", i)
		}
	}
}

func (r *reader) values(file string, i int, list []DatedAmount) {
	if len(list) == 0 {
		r.fail(file, "a price needs a value", "prices", i, "values")
	}
	last := ""
	for k, v := range list {
		if _, err := time.Parse(time.DateOnly, v.Since); err != nil || v.Since <= last {
			r.fail(file, "since is no date like 2026-01-01, or not after the one before", "prices", i, "values", k, "since")
		}
		if v.Amount < 0 {
			r.fail(file, "an amount is from 0 up", "prices", i, "values", k, "amount")
		}
		last = v.Since
	}
}

// Documented is how the services of a profile go, kept beside their entries.
type Documented struct {
	Service gov.ServiceID `yaml:"service"`
	Yearly  int64         `yaml:"yearly"`
	AsIs    *Procedure    `yaml:"as_is"`
	ToBe    *Procedure    `yaml:"to_be"`
}

// document adds the procedures of procedures.yaml to a service before it is checked.
func (c *Country) document(s *Service, list []Documented) (found bool) {
	for i := range list {
		if d := &list[i]; d.Service == s.ID {
			found = true
			if d.AsIs != nil {
				s.AsIs = d.AsIs
			}
			if d.ToBe != nil {
				s.ToBe = d.ToBe
			}
			if d.Yearly > 0 {
				s.Yearly = d.Yearly
			}
		}
	}
	return found
}
