package app

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/programme/lifecycle"
	"diwan.example/programme/priority"
)

// ranked tells the life cycle, whenever the weights have been decided, which
// place every service that is not online yet has in the list.
func (a *App) ranked() journal.Follower {
	return journal.Follower{Name: "ranked", Names: []string{priority.FactWeighed}, Handle: func(tx *db.Tx, f journal.Fact) error {
		w, err := priority.Weighed(tx)
		if err != nil {
			return err
		}
		t, err := priority.Read(tx, priority.Ask{Declared: true, Currency: a.Country.Currency})
		if err != nil {
			return err
		}
		rows := t.Rank(w.Weights, 0, 0).Rows
		for _, r := range rows {
			err := lifecycle.Give(tx, lifecycle.Evidence{
				Service: r.ID, Name: "prioritised", Source: "priority", Since: f.At, Link: "/oversight/priorities",
				Words: gov.T("المرتبة %d من %d بأوزان القرار رقم %d", "Rank %d of %d by the weights of decision %d").Sprintf(r.Rank, len(rows), w.Number),
			})
			if err != nil && gov.KindOf(err) != gov.NotFound { // it left the catalogue
				return err
			}
		}
		return nil
	}}
}
