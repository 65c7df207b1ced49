package priority

import (
	"bytes"
	"os"
	"testing"

	"diwan.example/catalogue/gc"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/need"
)

// inventory is a database that holds the Canadian inventory.
func inventory(t testing.TB) *db.DB {
	t.Helper()
	d := dbtest.SQLite(t)
	open := func(name string) *bytes.Reader {
		b, err := os.ReadFile(need.Data(t, "canada-service-inventory", name))
		must(t, err)
		return bytes.NewReader(b)
	}
	inv, err := gc.Read(gc.Files{Services: open("si_2024.csv"), Standards: open("ss_2024.csv"), ServicesName: "si", StandardsName: "ss"})
	must(t, err)
	must(t, as(t, d, gov.System, func(tx *db.Tx) error { return gc.Put(tx, inv, nil) }))
	return d
}

// Reading the records of a nation's services, and ranking them with how far the
// order depends on the weights.
func BenchmarkRead(b *testing.B) {
	d := inventory(b)
	for b.Loop() {
		table(b, d, Ask{Declared: true})
	}
}

func BenchmarkRank(b *testing.B) {
	t := table(b, inventory(b), Ask{Declared: true})
	w := defaults(b)
	for b.Loop() {
		t.Rank(w, 20, 20)
	}
}
