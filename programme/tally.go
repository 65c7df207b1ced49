package programme

import (
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Tally are the figures of one service on one channel in one place.
type Tally struct {
	Service gov.ServiceID
	Channel gov.Channel
	Place   string
	Figures
}

// Tallies are the figures that the filter lets through, service by service, for
// what computes from them: who may see what comes of it is the caller's to
// decide. Waiting times are not in them. Errors: Invalid.
func Tallies(tx *db.Tx, f Filter) ([]Tally, error) {
	f, err := f.check()
	if err != nil {
		return nil, err
	}
	if f, err = narrow(tx, f); err != nil || f.From == 0 || f.From > f.To {
		return nil, err
	}
	sums := map[string]*sum{}
	into := func(key string) *sum {
		if sums[key] == nil {
			sums[key] = newSum()
		}
		return sums[key]
	}
	for _, s := range f.spans() {
		if err := counters(tx, f, s, tallyKey, into); err != nil {
			return nil, err
		}
	}
	out := make([]Tally, 0, len(sums))
	for key, s := range sums {
		service, rest, _ := strings.Cut(key, " ")
		channel, place, _ := strings.Cut(rest, " ")
		out = append(out, Tally{gov.ServiceID(service), gov.Channel(channel), place, s.Figures})
	}
	return out, nil
}
