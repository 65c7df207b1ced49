package registry_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/registries"
	"diwan.example/registry"
)

// land is the definition of a registry whose records live elsewhere.
const land = `id: land
title: {ar: أراض, en: Land}
about: {ar: قطع., en: Plots.}
keeper: slrb
legal: {ar: قانون, en: A law}
key: number
person: owner
fields:
  - {name: number, attribute: property.number}
  - {name: address, attribute: property.address}
  - {name: owner, attribute: property.owner}
  - {name: price, kind: money, personal: sensitive, optional: true, label: {ar: الثمن, en: Price}}
  - {name: sold, kind: date, personal: true, optional: true, label: {ar: تاريخ البيع, en: Sold on}}
  - {name: mortgaged, kind: yes-no, personal: sensitive, optional: true, label: {ar: هل هو مرهون؟, en: Is it mortgaged?}}
retention: {days: 10, because: {ar: سبب, en: A reason}}
`

// connected loads land with a place for its records.
func connected(t *testing.T, connector string, o registry.Options) *registry.Book {
	t.Helper()
	words, err := registries.Files.ReadFile("vocabulary.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b, err := registry.Load(folder(map[string]string{"vocabulary.yaml": string(words), "land/registry.yaml": land + connector}), o)
	if err != nil {
		t.Fatal(err)
	}
	b.DB, b.Secret = dbtest.SQLite(t), []byte(strings.Repeat("k", 32))
	return b
}

// source is a place of records that the suite can ask and fill.
type source struct {
	byKey, byPerson func(ctx context.Context, what string) ([]registry.Record, error)
	spoil           func() // makes the plots break the schema
	away            func() // makes the source not answer
}

var owner = civilOf("8501")

// plots are what every source holds: two of one owner, one of nobody known.
var plots = []map[string]any{
	{"number": "L-00000001", "address": map[string]any{"block": "305", "road": "0511", "building": "12", "flat": ""}, "owner": owner, "price": int64(95_000_000), "sold": "2020-05-01", "mortgaged": true},
	{"number": "L-00000002", "address": map[string]any{"block": "410", "road": "1020", "building": "7", "flat": "3"}, "owner": owner, "mortgaged": false},
	{"number": "L-00000003", "address": map[string]any{"block": "410", "road": "1020", "building": "8", "flat": ""}, "owner": civilOf("7001")},
}

// civilOf is a right civil number of a year and month.
func civilOf(month string) string {
	for i := 100; ; i++ {
		if n, ok := gov.CivilNumber(fmt.Sprintf("%s%04d", month, i)); ok {
			return n
		}
	}
}

// TestConnectors holds our own store, a view and a service to one suite.
func TestConnectors(t *testing.T) {
	for name, make := range map[string]func(*testing.T) source{
		"store":              storeSource,
		"view of SQLite":     func(t *testing.T) source { return viewSource(t, "sqlite", filepath.Join(t.TempDir(), "land.db")) },
		"view of PostgreSQL": func(t *testing.T) source { return viewSource(t, "postgres", dbtest.PostgresURL(t)) },
		"service":            serviceSource,
	} {
		t.Run(name, func(t *testing.T) { connectorSuite(t, make(t)) })
	}
}

func connectorSuite(t *testing.T, s source) {
	ctx := gov.WithActor(t.Context(), gov.System)
	for i, want := range plots {
		list, err := s.byKey(ctx, want["number"].(string))
		if err != nil || len(list) != 1 {
			t.Fatalf("plot %d: %v %v", i, list, err)
		}
		if got, want := db.JSON(list[0].Values), db.JSON(want); got != want {
			t.Errorf("plot %d is\n%s, want\n%s", i, got, want)
		}
		if list[0].Key != want["number"] || list[0].Civil() != want["owner"] || list[0].Registry != "land" {
			t.Errorf("plot %d: %+v", i, list[0])
		}
	}
	if list, err := s.byPerson(ctx, owner); err != nil || len(list) != 2 {
		t.Errorf("of the owner: %v %v", list, err)
	}
	if list, err := s.byPerson(ctx, civilOf("6001")); err != nil || len(list) != 0 {
		t.Errorf("of somebody without plots: %v %v", list, err)
	}
	for _, key := range []string{"L-99999999", "x' OR '1'='1", "../../secret", "%2e%2e?all=1"} {
		if list, err := s.byKey(ctx, key); err != nil || len(list) != 0 {
			t.Errorf("no such plot %q: %v %v", key, list, err)
		}
	}
	if s.spoil != nil {
		s.spoil()
		if _, err := s.byKey(ctx, "L-00000001"); gov.KindOf(err) != gov.Unavailable || !strings.Contains(gov.PublicOf(err)[gov.English], "breaks its definition") {
			t.Errorf("a row that breaks the schema: %v", err)
		}
	}
	if s.away != nil {
		s.away()
		if _, err := s.byKey(ctx, "L-00000002"); gov.KindOf(err) != gov.Unavailable || gov.PublicOf(err)[gov.Arabic] == "" {
			t.Errorf("away: %v", err)
		}
	}
}

func storeSource(t *testing.T) source {
	b := connected(t, "write: {import: true}\nsearch: [[owner]]\n", registry.Options{})
	var changes []registry.Change
	for _, p := range plots {
		changes = append(changes, registry.Change{Values: p})
	}
	in := func(ctx context.Context, do func(tx *db.Tx) error) error { return b.DB.Write(ctx, do) }
	ids := map[string]gov.PersonID{}
	err := in(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) (err error) {
		for _, n := range []string{owner, civilOf("6001")} {
			if ids[n], err = identity.Register(tx, identity.Person{CivilNumber: n, NameAr: "مالك"}); err != nil {
				return err
			}
		}
		_, err = b.EnterAll(tx, "land", changes, "test")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	keeper := gov.Actor{Person: "keeper", Org: "slrb", Roles: []gov.Role{gov.Officer}}
	return source{
		byKey: func(ctx context.Context, key string) (out []registry.Record, err error) {
			err = in(gov.WithActor(ctx, keeper), func(tx *db.Tx) error {
				r, err := b.Lookup(tx, registry.Ask{Registry: "land", Key: key, Purpose: purpose})
				if err == nil {
					out = []registry.Record{*r}
				}
				if gov.KindOf(err) == gov.NotFound {
					return nil
				}
				return err
			})
			return out, err
		},
		byPerson: func(ctx context.Context, civil string) (out []registry.Record, err error) {
			err = in(ctx, func(tx *db.Tx) (err error) { out, err = b.OfPerson(tx, "land", ids[civil], time.Time{}); return err })
			return out, err
		},
	}
}

func viewSource(t *testing.T, driver, address string) source {
	name := map[string]string{"sqlite": "sqlite", "postgres": "pgx"}[driver]
	there, err := sql.Open(name, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { there.Close() })
	run := func(q string, args ...any) {
		t.Helper()
		if _, err := there.Exec(q, args...); err != nil {
			t.Fatal(err)
		}
	}
	run(`CREATE TABLE parcels (parcel_no text, addr jsonb, owner_cpr text, price bigint, sold date, mortgaged boolean)`)
	for _, p := range plots {
		run(`INSERT INTO parcels VALUES ($1,$2,$3,$4,$5,$6)`, p["number"], db.JSON(p["address"]), p["owner"], p["price"], p["sold"], p["mortgaged"])
	}
	run(`CREATE VIEW public_parcels AS SELECT parcel_no, addr, owner_cpr, price, sold, mortgaged FROM parcels`)
	connector := "connector: {sql: {driver: " + driver + ", secret: LAND, view: public_parcels}, columns: {number: parcel_no, address: addr, owner: owner_cpr}, seconds: 2}\nwrite: {}\n"
	b := connected(t, connector, registry.Options{Setting: func(n string) string { return map[string]string{"LAND": address}[n] }})
	return elsewhere(b, func() { run(`UPDATE parcels SET sold = NULL, owner_cpr = 'somebody' WHERE parcel_no = 'L-00000001'`) }, func() { run(`DROP VIEW public_parcels`) })
}

func elsewhere(b *registry.Book, spoil, away func()) source {
	return source{
		byKey: func(ctx context.Context, key string) ([]registry.Record, error) { return b.Elsewhere(ctx, "land", key) },
		byPerson: func(ctx context.Context, civil string) ([]registry.Record, error) {
			return b.ElsewhereOfPerson(ctx, "land", civil)
		},
		spoil: spoil, away: away,
	}
}

// serviceSource is a real HTTP server; the book reaches it as the exchange would
// have it do.
func serviceSource(t *testing.T) source {
	spoilt := false
	answer := func(w http.ResponseWriter, list []map[string]any) {
		var out []map[string]any
		for _, p := range list {
			o := map[string]any{"more": "than asked", "parcel": p["number"]}
			for k, v := range p {
				if k != "number" {
					o[k] = v
				}
			}
			if spoilt {
				o["owner"] = "somebody"
			}
			out = append(out, o)
		}
		json.NewEncoder(w).Encode(map[string]any{"records": out})
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /parcels/{key}", func(w http.ResponseWriter, r *http.Request) {
		for _, p := range plots {
			if p["number"] == r.PathValue("key") {
				answer(w, []map[string]any{p})
				return
			}
		}
		http.NotFound(w, r)
	})
	mux.HandleFunc("GET /owners/{person}", func(w http.ResponseWriter, r *http.Request) {
		var mine []map[string]any
		for _, p := range plots {
			if p["owner"] == r.PathValue("person") {
				mine = append(mine, p)
			}
		}
		answer(w, mine)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	b := connected(t, "connector: {service: TEST/GOV/1/land/parcels, path: \"/parcels/{key}\", persons: \"/owners/{person}\", columns: {number: parcel}}\nwrite: {}\n", registry.Options{})
	b.Call = func(ctx context.Context, service, path string, headers map[string]string) ([]byte, error) {
		if service != "TEST/GOV/1/land/parcels" {
			t.Errorf("service %q", service)
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
		if err != nil {
			return nil, err
		}
		for k, v := range headers {
			r.Header.Set(k, v)
		}
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			return nil, err
		}
		defer got.Body.Close()
		if got.StatusCode == http.StatusNotFound {
			return nil, gov.Fail(gov.NotFound, "لا يوجد", "None")
		}
		return io.ReadAll(got.Body)
	}
	return elsewhere(b, func() { spoilt = true }, s.Close)
}

func TestASlowSourceIsAway(t *testing.T) {
	b := connected(t, "connector: {service: A/B/C/D/E, path: \"/x/{key}\", seconds: 1}\nwrite: {}\n", registry.Options{})
	if _, err := b.Elsewhere(t.Context(), "land", "L-00000001"); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("no exchange: %v", err)
	}
	b.Call = func(ctx context.Context, _, _ string, _ map[string]string) ([]byte, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if _, err := b.Elsewhere(t.Context(), "land", "L-00000001"); gov.KindOf(err) != gov.Unavailable || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("slow: %v", err)
	}
	b.Call = func(context.Context, string, string, map[string]string) ([]byte, error) { return []byte("<html>"), nil }
	if _, err := b.Elsewhere(t.Context(), "land", "L-00000001"); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("no JSON: %v", err)
	}
	missing := connected(t, "connector: {sql: {driver: sqlite, secret: NOWHERE, view: v}}\nwrite: {}\n", registry.Options{Setting: os.Getenv})
	if _, err := missing.Elsewhere(t.Context(), "land", "L-00000001"); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("no address: %v", err)
	}
}

func TestAViewIsNeverWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "land.db")
	s := viewSource(t, "sqlite", file)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s.byKey(t.Context(), "L-00000001; DELETE FROM parcels")
	s.byPerson(t.Context(), owner)
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("the other database has changed: %v", err)
	}
}

func TestLookingElsewhereIsInTheLogToo(t *testing.T) {
	b := connected(t, "connector: {service: A/B/C/D/E, path: \"/x/{key}\"}\nwrite: {}\n", registry.Options{})
	b.Call = func(context.Context, string, string, map[string]string) ([]byte, error) {
		return []byte(db.JSON(plots[0])), nil
	}
	var id gov.PersonID
	err := b.DB.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) (err error) {
		id, err = identity.Register(tx, identity.Person{CivilNumber: owner, NameAr: "مالك"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ask := registry.Ask{Registry: "land", Key: "L-00000001", Purpose: purpose}
	if _, err := b.LookupElsewhere(gov.WithActor(t.Context(), officer), ask); gov.KindOf(err) != gov.NotFound {
		t.Errorf("an officer of another organisation: %v", err)
	}
	keeper := gov.Actor{Person: "keeper", Org: "slrb", Roles: []gov.Role{gov.Officer}}
	if _, err := b.LookupElsewhere(gov.WithActor(t.Context(), keeper), registry.Ask{Registry: "land", Key: "L-00000001"}); gov.KindOf(err) != gov.Invalid {
		t.Errorf("no purpose: %v", err)
	}
	r, err := b.LookupElsewhere(gov.WithActor(t.Context(), keeper), ask)
	if err != nil || r.Person != id {
		t.Fatalf("%+v %v", r, err)
	}
	b.DB.Read(t.Context(), func(tx *db.Tx) error {
		l, err := journal.Looks(tx, id, 9)
		if err != nil || len(l) != 1 || l[0].Actor != "keeper" || l[0].Registry != "land" {
			t.Errorf("%+v %v", l, err)
		}
		return nil
	})
}
