package indicator

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/catalogue/gc"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/need"
)

const (
	servicesFile  = "si_2024.csv"
	standardsFile = "ss_2024.csv"
)

// raw reads a published file as plain rows, with nothing of the product.
func raw(t *testing.T, name string) (out []map[string]string) {
	t.Helper()
	b, err := os.ReadFile(need.Data(t, "canada-service-inventory", name))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\uFEFF")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[h] = r[i]
		}
		out = append(out, m)
	}
	return out
}

// expected counts every department's figures straight from the rows, as the
// publisher describes it.
func expected(t *testing.T) map[string]map[string]int64 {
	out, owner, standards := map[string]map[string]int64{}, map[string]string{}, map[string]bool{}
	var kept []map[string]string
	for _, r := range raw(t, standardsFile) {
		if r["fiscal_yr"] == "2023-2024" {
			kept = append(kept, r)
			standards[r["service_id"]] = true
		}
	}
	for _, r := range raw(t, servicesFile) {
		if r["fiscal_yr"] != "2023-2024" || !strings.Contains(r["service_scope"], "EXTERN") && !strings.Contains(r["service_scope"], "ENTERPRISE") {
			continue
		}
		o := out[r["owner_org"]]
		if o == nil {
			o = map[string]int64{"services": 0, "with_standard": 0, "online_end_to_end": 0, "points_online": 0, "points_total": 0, "standards_met": 0, "standards_total": 0, "improved": 0}
			out[r["owner_org"]] = o
		}
		owner[r["service_id"]] = r["owner_org"]
		o["services"]++
		if standards[r["service_id"]] {
			o["with_standard"]++
		}
		if y := r["last_service_improvement"]; y == "2023-2024" || y == "2022-2023" {
			o["improved"]++
		}
		yes, no := int64(0), int64(0)
		for column, v := range r {
			if strings.HasPrefix(column, "os_") && !strings.HasPrefix(column, "os_comments") {
				if v == "Y" {
					yes++
				} else if v == "N" {
					no++
				}
			}
		}
		o["points_online"] += yes
		o["points_total"] += yes + no
		if yes > 0 && no == 0 {
			o["online_end_to_end"]++
		}
	}
	for _, r := range kept {
		if o := out[owner[r["service_id"]]]; o != nil && r["target_met"] != "NA" {
			o["standards_total"]++
			if r["target_met"] == "Y" {
				o["standards_met"]++
			}
		}
	}
	return out
}

func imported(t *testing.T, d *db.DB) {
	t.Helper()
	read := func(name string) *bytes.Reader {
		b, err := os.ReadFile(need.Data(t, "canada-service-inventory", name))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.NewReader(b)
	}
	inv, err := gc.Read(gc.Files{Services: read(servicesFile), Standards: read(standardsFile), ServicesName: servicesFile, StandardsName: standardsFile})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error { return gc.Put(tx, inv, nil) }); err != nil {
		t.Fatal(err)
	}
}

func compute(t *testing.T, d *db.DB, ask Ask) (r Result) {
	t.Helper()
	s, err := ByID("gc")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { r, err = s.Compute(tx, ask); return err }); err != nil {
		t.Fatal(err)
	}
	return r
}

// The totals that the publisher prints, and every department's own figures.
func TestThePublishedCanadianFiguresComeOut(t *testing.T) {
	want := expected(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		imported(t, d)
		for _, year := range []string{"", "2023-2024"} {
			r := compute(t, d, Ask{Year: year})
			published := map[string]int64{"services": 1681, "with_standard": 989, "online_end_to_end": 412, "points_online": 2540, "points_total": 6024, "standards_met": 1296, "standards_total": 1766}
			for id, n := range published {
				if r.Total.Figures[id] != n {
					t.Errorf("year %q: %s is %d, published %d", year, id, r.Total.Figures[id], n)
				}
			}
			if len(r.By) != len(want) || r.Year != "2023-2024" {
				t.Errorf("%d departments of %s, want %d", len(r.By), r.Year, len(want))
			}
			for _, c := range r.By {
				for id, n := range want[string(c.Organisation)] {
					if c.Figures[id] != n {
						t.Errorf("%s: %s is %d, want %d", c.Organisation, id, c.Figures[id], n)
					}
				}
			}
		}
		if r := compute(t, d, Ask{Year: "2023-2024", Organisation: "cfia-acia"}); len(r.By) != 1 || r.Total.Figures["services"] != want["cfia-acia"]["services"] {
			t.Errorf("one department: %+v", r)
		}
		before := compute(t, d, Ask{Year: "2023-2024", At: dbtest.Start.Add(-time.Hour)})
		if before.Total.Figures["services"] != 0 || len(before.By) != 0 {
			t.Errorf("before anything was imported: %+v", before)
		}
		opens(t, d)
	})
}

// opens checks that figures open to rows that add up to them.
func opens(t *testing.T, d *db.DB) {
	s, err := ByID("gc")
	if err != nil {
		t.Fatal(err)
	}
	r := compute(t, d, Ask{})
	for _, f := range s.Figures {
		var rows []Row
		if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { rows, err = s.Rows(tx, Ask{}, f.ID); return err }); err != nil {
			t.Fatal(err)
		}
		sum := int64(0)
		for _, x := range rows {
			sum += x.Adds
		}
		if sum != r.Total.Figures[f.ID] || len(rows) != 1681 {
			t.Errorf("%s is %d and opens to %d in %d rows", f.ID, r.Total.Figures[f.ID], sum, len(rows))
		}
	}
}

func TestCountingNothing(t *testing.T) {
	d := dbtest.SQLite(t)
	s, err := ByID("gc")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(year string) (r Result, err error) {
		err = d.Read(t.Context(), func(tx *db.Tx) (err error) { r, err = s.Compute(tx, Ask{Year: year}); return err })
		return r, err
	}
	if _, err := ask(""); gov.KindOf(err) != gov.NotFound {
		t.Errorf("an empty catalogue: %v", err)
	}
	for _, bad := range []string{"2023", "2023-2025", "last year", "2023-2024-2025"} {
		if _, err := ask(bad); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	r, err := ask("٢٠٢٣-٢٠٢٤")
	if err != nil || r.Total.Figures["services"] != 0 || len(r.Total.Figures) != len(s.Figures) {
		t.Errorf("a year without services: %+v %v", r, err)
	}
	if f, _ := s.Figure("with_standard"); f == nil {
		t.Error("no figure")
	} else if _, ok := r.Total.Share(f); ok {
		t.Error("a share of nothing is a number")
	}
	if _, err := ByID("nothing"); gov.KindOf(err) != gov.NotFound {
		t.Error(err)
	}
	if _, err := s.Figure("nothing"); gov.KindOf(err) != gov.NotFound {
		t.Error(err)
	}
}

func TestSchemesAreWhole(t *testing.T) {
	all, err := Schemes()
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range all {
		ids = append(ids, s.ID)
		for _, f := range s.Figures {
			if !strings.HasPrefix(f.ID, strings.ToLower(f.ID)) {
				t.Errorf("%s: %s", s.ID, f.ID)
			}
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(ids)) != len(all) {
		t.Errorf("%v", ids)
	}
}
