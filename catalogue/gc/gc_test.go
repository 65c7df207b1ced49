package gc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/need"
)

// table writes a small file: rows of cells by column, with defaults.
func table(columns []string, defaults map[string]string, rows ...map[string]string) string {
	var b strings.Builder
	b.WriteString("\uFEFF" + strings.Join(columns, ",") + "\r\n")
	for _, row := range rows {
		for i, c := range columns {
			v, ok := row[c]
			if !ok {
				v = defaults[c]
			}
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `"%s"`, strings.ReplaceAll(v, `"`, `""`))
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

type row = map[string]string

var serviceDefaults = row{
	"fiscal_yr": "2023-2024", "service_id": "1", "service_name_en": "Fishing licence", "service_name_fr": "Permis de pêche", "service_description_en": "A licence",
	"service_description_fr": "Un permis", "service_type": "APIR", "service_scope": "EXTERN,INTERN", "client_target_groups": "PERSON,ECONOM", "client_feedback_channel": "EML",
	"service_fee": "Y", "os_account_registration": "Y", "os_authentication": "NA", "os_application": "Y", "os_decision": "N", "os_issuance": "N",
	"os_issue_resolution_feedback": "Y", "last_service_review": "2022-2023", "last_service_improvement": "2023-2024", "num_phone_enquiries": "ND",
	"num_applications_by_phone": "NA", "num_website_visits": "100", "num_applications_online": "30", "num_applications_in_person": "5", "num_applications_by_mail": "NA",
	"num_applications_by_email": "0", "num_applications_by_fax": "NA", "num_applications_by_other": "NA", "num_applications_total": "35",
	"service_uri_en": "https://example.org/fish", "owner_org": "dfo-mpo", "owner_org_title": "Fisheries | Pêches",
}

var standardDefaults = row{
	"fiscal_yr": "2023-2024", "service_id": "1", "service_standard_id": "10", "service_standard_en": "A decision within 30 calendar days", "service_standard_fr": "Une décision en 30 jours",
	"type": "TML", "channel": "ONL", "target": "0.9", "volume_meeting_target": "9", "total_volume": "10", "target_met": "Y", "owner_org": "dfo-mpo",
}

func services(rows ...row) string  { return table(serviceColumns, serviceDefaults, rows...) }
func standards(rows ...row) string { return table(standardColumns, standardDefaults, rows...) }

func read(services, standards io.Reader) (*Inventory, error) {
	return Read(Files{Services: services, Standards: standards, ServicesName: "si.csv", StandardsName: "ss.csv"})
}

func TestARowBecomesAnEntryAndAStatement(t *testing.T) {
	inv, err := read(strings.NewReader(services(row{}, row{"service_id": "SRV2", "service_scope": "INTERN", "service_fee": "N"})), strings.NewReader(standards(row{})))
	if err != nil {
		t.Fatal(err)
	}
	if len(inv.Entries) != 2 || len(inv.Statements) != 2 || len(inv.Organisations) != 1 || len(inv.Notes) != 0 {
		t.Fatalf("%+v", inv)
	}
	e := inv.Entries[0]
	if e.ID != "dfo-mpo/1" || e.Name["fr"] != "Permis de pêche" || e.Internal || e.Online.Level != 3 || e.Online.Declared != "2024-03-31" || e.Yearly != 35 || e.Costs.Free() ||
		e.WorkingDays != 22 || !slices.Equal(e.Channels.Kinds(), []string{"portal", "counter", "email"}) || !slices.Equal(e.Audience, []string{"citizen", "resident", "business"}) {
		t.Errorf("%+v", e)
	}
	if other := inv.Entries[1]; other.ID != "dfo-mpo/srv2" || !other.Internal || !other.Costs.Free() || other.WorkingDays != country.NotSaid {
		t.Errorf("%+v", other)
	}
	s := inv.Statements[0]
	if s.Points[country.Authentication] != country.NotApplicable || s.Points[country.Decision] != country.No || s.Enquiries != nil || *s.Visits != 100 || len(s.Standards) != 1 || s.Standards[0].Met != country.Yes {
		t.Errorf("%+v", s)
	}
	if _, ok := s.Volumes["phone"]; ok || s.Volumes["portal"] != 30 {
		t.Errorf("%v", s.Volumes)
	}
	known := country.Known{Langs: languages}
	for _, e := range inv.Entries {
		if list := e.Problems(known); len(list) > 0 {
			t.Errorf("%s: %v", e.ID, list)
		}
	}
}

func TestWrongFilesAreRefusedWhole(t *testing.T) {
	latin1 := services(row{"service_name_fr": "P\xeache"})
	for name, c := range map[string]struct{ services, standards, place, words string }{
		"empty":                    {"", standards(), "si.csv: ", "empty"},
		"no CSV":                   {"%PDF-1.7\n\x00\x01", standards(), "si.csv:1", "another file"},
		"the other file":           {standards(row{}), standards(row{}), "si.csv:1", "another file"},
		"semicolons":               {strings.ReplaceAll(services(row{}), ",", ";"), standards(), "si.csv:1", "commas"},
		"a column short":           {strings.Replace(services(row{}), "service_fee", "fee", 1), standards(), "si.csv:1", "service_fee"},
		"a row short":              {services(row{}) + "a,b\r\n", standards(), "si.csv:3", "cells"},
		"an open quote":            {services(row{}) + `"abc` + "\r\n", standards(), "si.csv:", "quotation"},
		"not UTF-8":                {latin1, standards(), "si.csv:2", "UTF-8"},
		"an id twice":              {services(row{}, row{}), standards(), "si.csv:3: service_id", "twice"},
		"a wrong answer":           {services(row{"os_decision": "maybe"}), standards(), "si.csv:2: os_decision", "“maybe”"},
		"a number in words":        {services(row{"num_applications_online": "many"}), standards(), "si.csv:2: num_applications_online", "“many”"},
		"a negative number":        {services(row{"num_applications_online": "-3"}), standards(), "si.csv:2: num_applications_online", "“-3”"},
		"a formula":                {services(row{"num_applications_online": "=1+1"}), standards(), "si.csv:2: num_applications_online", "“=1+1”"},
		"UTF-16":                   {"\xff\xfef\x00i\x00", standards(), "si.csv:1", "UTF-8"},
		"a formula in words":       {services(row{"service_name_en": `=HYPERLINK(1)`}), standards(), "si.csv:2: service_name_en", "formula"},
		"a formula, standards":     {services(row{}), standards(row{"service_standard_en": "=A1"}), "ss.csv:2: service_standard_en", "formula"},
		"a formula of a function":  {services(row{"service_name_fr": "@SUM(1)"}), standards(), "si.csv:2: service_name_fr", "formula"},
		"a cell without end":       {services(row{"service_description_en": strings.Repeat("é", longest+1)}), standards(), "si.csv:2: service_description_en", "32767"},
		"a standard twice":         {services(row{}), standards(row{}, row{}), "ss.csv:3: service_standard_id", "twice"},
		"no rows, but standards":   {services(), standards(row{}), "si.csv: ", "no services"},
		"a year in words":          {services(row{"fiscal_yr": "2023"}), standards(), "si.csv:2: fiscal_yr", "“2023”"},
		"a year that skips":        {services(row{"fiscal_yr": "2023-2025"}), standards(), "si.csv:2: fiscal_yr", "“2023-2025”"},
		"no department":            {services(row{"owner_org": ""}), standards(), "si.csv:2: owner_org", "empty"},
		"an id with a path":        {services(row{"service_id": "../x"}), standards(), "si.csv:2: service_id", "letters"},
		"no name":                  {services(row{"service_name_fr": "NA"}), standards(), "si.csv:2: service_name_fr", "missing"},
		"a department not known":   {services(row{}), standards(row{"owner_org": "atlantis"}), "ss.csv:2: owner_org", "atlantis"},
		"a service not known":      {services(row{}), standards(row{"service_id": "99"}), "ss.csv:2: service_id", "99"},
		"a target above one":       {services(row{}), standards(row{"target": "90"}), "ss.csv:2: target", "“90”"},
		"a standard of other year": {services(row{}), standards(row{"fiscal_yr": "2022-2023"}), "ss.csv:2: service_id", "same year"},
		"no rows":                  {services(), standards(), "si.csv: ", "no services"},
	} {
		inv, err := read(strings.NewReader(c.services), strings.NewReader(c.standards))
		var wrong Wrong
		if !errors.As(err, &wrong) || inv != nil || gov.KindOf(err) != gov.Invalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		found := false
		for _, n := range wrong {
			found = found || strings.HasPrefix(n.In(gov.English), c.place) && strings.Contains(n.In(gov.English), c.words)
			if len(n.Text.Missing(gov.Arabic, gov.English)) > 0 {
				t.Errorf("%s: not in both languages: %v", name, n)
			}
		}
		if !found {
			t.Errorf("%s:\n got %v\nwant %s … %s", name, wrong, c.place, c.words)
		}
	}
	if _, err := Read(Files{Services: strings.NewReader(""), Standards: strings.NewReader(""), FiscalYear: "last"}); gov.KindOf(err) != gov.Invalid {
		t.Error(err)
	}
}

// Where the publisher says that there is no data, nothing is said; lists that
// begin with a sign are no formulas.
func TestNoDataIsNoAnswer(t *testing.T) {
	inv, err := read(strings.NewReader(services(row{"os_application": "ND", "service_fee": "ND", "service_description_en": "- first\n- second", "service_description_fr": "+ taxes (en sus)"})),
		strings.NewReader(standards(row{"target_met": "ND"})))
	if err != nil {
		t.Fatal(err)
	}
	s := inv.Statements[0]
	if _, ok := s.Points[country.Application]; ok || len(s.Points) != 5 || s.Fee || s.Standards[0].Met != "" {
		t.Errorf("%+v", s)
	}
}

// A file that is too large is refused by its size, before a row of it is read.
func TestAFileOnDiskIsRefusedByItsSize(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "si.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(Largest + 1); err != nil {
		t.Fatal(err)
	}
	_, err = read(f, strings.NewReader(standards(row{})))
	var wrong Wrong
	if !errors.As(err, &wrong) || len(wrong) != 1 || !strings.Contains(wrong[0].In(gov.English), "larger than 64 MB") {
		t.Error(err)
	}
	if at, _ := f.Seek(0, io.SeekCurrent); at != 0 {
		t.Errorf("read up to %d", at)
	}
}

// endless repeats a row for ever.
type endless struct {
	head, row string
	i         int
}

func (e *endless) Read(b []byte) (int, error) {
	if e.i == 0 {
		e.i++
		return copy(b, e.head), nil
	}
	e.i++
	return copy(b, strings.Replace(e.row, `"1"`, fmt.Sprintf(`"%d"`, e.i), 1)), nil
}

func TestAHugeFileIsRefusedEarly(t *testing.T) {
	whole := services(row{"service_description_en": strings.Repeat("long ", 6000)})
	head, body, _ := strings.Cut(whole, "\r\n")
	_, err := read(&endless{head: head + "\r\n", row: body}, strings.NewReader(standards()))
	if err == nil || !strings.Contains(err.Error(), "64 MB") {
		t.Errorf("%v", err)
	}
}

func TestMessyCellsAreLeftOutAndNoted(t *testing.T) {
	inv, err := read(strings.NewReader(services(row{"service_uri_en": "Unavailable", "num_applications_total": "7"}, row{"service_id": "2", "service_uri_en": "N/A"})),
		strings.NewReader(standards(row{"target_met": "N"}, row{"service_standard_id": "11", "target": "", "volume_meeting_target": "", "total_volume": "ND", "target_met": "NA"})))
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	for _, n := range inv.Notes {
		columns = append(columns, n.Column)
	}
	slices.Sort(columns)
	if !slices.Equal(columns, []string{"num_applications_total", "service_uri_en", "target_met"}) {
		t.Errorf("%v", inv.Notes)
	}
	if inv.Entries[0].Online.Link != "" || inv.Statements[0].Standards[0].Met != country.No {
		t.Errorf("%+v", inv.Entries[0].Online)
	}
}

func put(t *testing.T, d *db.DB, inv *Inventory) {
	t.Helper()
	if err := d.Write(gov.WithActor(context.Background(), gov.System), func(tx *db.Tx) error { return Put(tx, inv, nil) }); err != nil {
		t.Fatal(err)
	}
}

func TestPuttingTwiceChangesNothingAndTheYearsFollow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		inv, err := read(strings.NewReader(services(row{}, row{"fiscal_yr": "2022-2023", "service_name_en": "Old name"})), strings.NewReader(standards(row{})))
		if err != nil {
			t.Fatal(err)
		}
		put(t, d, inv)
		put(t, d, inv)
		err = d.Read(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
			s, err := catalogue.Find(tx, "dfo-mpo/1")
			said, err2 := catalogue.StatementsOf(tx, "dfo-mpo/1")
			history, err3 := catalogue.Revisions(tx, "dfo-mpo/1")
			if s.Name[gov.English] != "Fishing licence" || len(said) != 2 || len(history) != 1 {
				t.Errorf("%v %d statements, %d revisions", s.Name, len(said), len(history))
			}
			return errors.Join(err, err2, err3)
		})
		if err != nil {
			t.Error(err)
		}
		if err := d.Write(gov.WithActor(t.Context(), gov.Actor{Person: "x", Org: "dfo-mpo", Roles: []gov.Role{gov.Owner}}), func(tx *db.Tx) error { return Put(tx, inv, nil) }); gov.KindOf(err) != gov.Denied {
			t.Errorf("an owner imports: %v", err)
		}
	})
}

func TestNothingIsHalfImported(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		inv, err := read(strings.NewReader(services(row{}, row{"service_id": "2"})), strings.NewReader(standards()))
		if err != nil {
			t.Fatal(err)
		}
		inv.Entries[1].Name = nil
		if err := d.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error { return Put(tx, inv, nil) }); gov.KindOf(err) != gov.Invalid {
			t.Fatal(err)
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			list, err := catalogue.Services(tx, catalogue.Filter{})
			if len(list) != 0 {
				t.Errorf("%d services stayed", len(list))
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// The inventory as published is read whole.
func TestThePublishedInventoryIsRead(t *testing.T) {
	a, err := os.Open(need.Data(t, "canada-service-inventory", "si_2024.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := os.Open(need.Data(t, "canada-service-inventory", "ss_2024.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	inv, err := read(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if len(inv.Entries) != 1716 || len(inv.Statements) != 1721 || len(inv.Organisations) != 78 {
		t.Errorf("%d entries, %d statements, %d departments", len(inv.Entries), len(inv.Statements), len(inv.Organisations))
	}
	known := country.Known{Langs: languages}
	for _, e := range inv.Entries {
		if list := e.Problems(known); len(list) > 0 {
			t.Errorf("%s: %v", e.ID, list)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(services(row{}), standards(row{}))
	f.Add(services(row{"service_scope": "", "owner_org_title": "|"}), "\uFEFF")
	f.Fuzz(func(t *testing.T, a, b string) {
		inv, err := read(strings.NewReader(a), strings.NewReader(b))
		if (inv == nil) == (err == nil) {
			t.Errorf("%v %v", inv, err)
		}
	})
}
