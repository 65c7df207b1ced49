package papers

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"diwan.example/document"
	"diwan.example/document/inventory"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// useNames are the uses in words.
var useNames = map[document.Use]gov.Text{
	document.Downloaded: gov.T("نُزّلت بصيغة PDF", "Downloaded as PDF"),
	document.Handed:     gov.T("سُلّمت إلى محفظة", "Handed to a wallet"),
	document.Printed:    gov.T("طُبعت عند الشباك", "Printed at a counter"),
	document.Verified:   gov.T("تُحقق منها", "Verified"),
}

// usedFigure is how often documents were put to one use, and where its rows are.
type usedFigure struct {
	Name   gov.Text
	Number int64
	URL    string
}

// usedFigures are the uses of a line or of a standing; query says of which.
func usedFigures(used map[document.Use]int64, query url.Values) (out []usedFigure) {
	for _, u := range document.Uses {
		q := url.Values{"use": {string(u)}}
		for k, v := range query {
			q[k] = v
		}
		out = append(out, usedFigure{useNames[u], used[u], "/document-types/uses?" + q.Encode()})
	}
	return out
}

type usesPage struct {
	Org   gov.OrgID
	Over  gov.Text
	Use   document.Use
	Type  string
	Month string
	Rows  []useRow
	Sum   int64
	Tabs  []ui.Option // a use each, by its address
	All   string      // address without a use
	CSV   string
}

// useRow is a month or a day of one type, one use and one channel.
type useRow struct {
	document.Tally
	Name gov.Text
	Type string // its id; empty: no type is linked to the service
	Use  gov.Text
	URL  string // of the days of a month
}

var month = regexp.MustCompile(`^\d{4}-\d{2}$`)

// used are the rows that an address asks for.
func (p *Papers) used(r *http.Request) (data usesPage, err error) {
	q := r.URL.Query()
	data = usesPage{Use: document.Use(q.Get("use")), Type: q.Get("type"), Month: q.Get("month")}
	if data.Org, err = scope(r, q.Get("org")); err != nil {
		return data, err
	}
	if data.Use != "" && !slices.Contains(document.Uses, data.Use) || data.Month != "" && !month.MatchString(data.Month) {
		return data, errAbsent
	}
	err = p.read(r, func(tx *db.Tx) error {
		types, err := inventory.Types(tx, data.Org)
		if err != nil {
			return err
		}
		read := document.TalliesByMonth
		if data.Month != "" {
			read = document.TalliesByDay
		}
		all, err := read(tx, data.Org)
		data.Rows, data.Sum = nil, 0
		for _, t := range all {
			p.useRow(r, &data, types, t)
		}
		return err
	})
	if data.Org != "" {
		data.Over = p.Organisation(r.Context(), data.Org)
	}
	return data, err
}

// useRow adds a row, if the address asks for it.
func (p *Papers) useRow(r *http.Request, data *usesPage, types []inventory.Type, t document.Tally) {
	row := useRow{Tally: t, Use: useNames[t.Use], Name: p.Service(r.Context(), t.Service)}
	at := slices.IndexFunc(types, func(x inventory.Type) bool {
		return slices.Contains(x.Outputs, inventory.Output{Service: t.Service, Kind: t.Type})
	})
	if at >= 0 {
		row.Type, row.Name = types[at].ID, types[at].Name
	}
	if data.Use != "" && t.Use != data.Use || data.Type != "" && row.Type != data.Type || data.Month != "" && t.Day[:7] != data.Month {
		return
	}
	if data.Month == "" {
		q := data.query()
		q.Set("month", t.Day)
		row.URL = "/document-types/uses?" + q.Encode()
	}
	data.Rows, data.Sum = append(data.Rows, row), data.Sum+t.Number
}

// query is what the page is of.
func (u usesPage) query() url.Values {
	q := url.Values{}
	for k, v := range map[string]string{"org": string(u.Org), "use": string(u.Use), "type": u.Type, "month": u.Month} {
		if v != "" {
			q.Set(k, v)
		}
	}
	return q
}

// uses is every use of what was issued here, month by month and day by day.
func (p *Papers) uses(w http.ResponseWriter, r *http.Request) error {
	data, err := p.used(r)
	if err != nil {
		return err
	}
	data.CSV = "/document-types/uses.csv?" + data.query().Encode()
	for _, u := range document.Uses {
		q := data.query()
		q.Set("use", string(u))
		data.Tabs = append(data.Tabs, ui.Option{Value: "/document-types/uses?" + q.Encode(), Text: useNames[u], Hint: gov.T(string(u), string(u))})
	}
	q := data.query()
	q.Del("use")
	data.All = "/document-types/uses?" + q.Encode()
	return pages.Render(w, r, "uses", data)
}

// usesCSV is the same as a file.
func (p *Papers) usesCSV(w http.ResponseWriter, r *http.Request) error {
	data, err := p.used(r)
	if err != nil {
		return err
	}
	lang := ui.LangOf(r)
	head := []string{}
	for _, k := range []string{"papers.use.when", "papers.id", "papers.name", "papers.service", "papers.use", "papers.channel", "papers.count"} {
		head = append(head, pages.T(k).In(lang))
	}
	rows := [][]string{head}
	for _, x := range data.Rows {
		rows = append(rows, []string{x.Day, x.Type, x.Name.In(lang), string(x.Service), x.Use.In(lang), string(x.Channel), strconv.FormatInt(x.Number, 10)})
	}
	return sendCSV(w, "document-uses.csv", rows)
}

// sendCSV sends rows as a file that spreadsheet programs read as UTF-8.
func sendCSV(w http.ResponseWriter, name string, rows [][]string) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Write([]byte("\uFEFF"))
	out := csv.NewWriter(w)
	for _, row := range rows {
		for n := range row {
			row[n] = harmless(row[n])
		}
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// When is the day of a row, or the first of its month.
func (x useRow) When() time.Time {
	if len(x.Day) == 7 {
		return dayOf(x.Day + "-01")
	}
	return dayOf(x.Day)
}
