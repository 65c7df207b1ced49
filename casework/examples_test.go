package casework_test

import (
	"testing"

	"diwan.example/casework"
	"diwan.example/casework/casetest"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/pack"
)

// Every pack keeps every promise of its examples on the real engine.
func TestEveryPackKeepsItsExamples(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := casetest.New(t, d)
		var all []*pack.Pack
		if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { all, err = w.Cases.Packs.Published(tx, ""); return err }); err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			for _, x := range p.Examples {
				t.Run(string(p.ID)+"/"+x.Name, func(t *testing.T) {
					try := &casework.Tryout{Engine: w.Cases, Drain: w.DrainAll, Say: func(s string) { t.Log(s) }}
					if err := try.Run(t.Context(), p, x); err != nil {
						t.Error(err)
					}
				})
			}
		}
	})
}
