package programme

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Received counts the cases that each service received from one day to another,
// both counted. It looks at every organisation: the caller shows only what the
// actor may see. Errors: Invalid.
func Received(tx *db.Tx, from, to Day) (map[gov.ServiceID]int64, error) {
	f, err := Filter{From: from, To: to}.check()
	if err != nil {
		return nil, err
	}
	spans, err := asked(tx, f, ByService)
	if err != nil {
		return nil, err
	}
	sums := map[string]*sum{}
	into := func(key string) *sum {
		if sums[key] == nil {
			sums[key] = newSum()
		}
		return sums[key]
	}
	for _, s := range spans {
		if err := counters(tx, f, s, groupOf[ByService], into); err != nil {
			return nil, err
		}
	}
	out := make(map[gov.ServiceID]int64, len(sums))
	for id, s := range sums {
		out[gov.ServiceID(id)] = s.Submitted
	}
	return out, nil
}
