package payment

import (
	"context"
	"testing"

	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

// BenchmarkAskAndSettle asks for one charge and settles it, in two durable
// transactions, by 64 people at once.
func BenchmarkAskAndSettle(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := open(b)
			c := newCashier(d)
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				ch := renewal(1000)
				for pb.Next() {
					var got Charge
					err := d.Write(context.Background(), func(tx *db.Tx) (err error) { got, err = c.Ask(tx, ch); return err })
					if err == nil {
						err = d.Write(context.Background(), func(tx *db.Tx) error {
							_, err := c.Settle(tx, got.ID, Means{By: "sandbox", Reference: string(got.ID)})
							return err
						})
					}
					if err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
