package oversight

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	"diwan.example/programme/procedure"
)

// oncePage is what cases did not ask for in some months.
type oncePage struct {
	months
	Org     gov.OrgID
	Service gov.ServiceID
	Where   gov.Text
	All     procedure.Spared
	Lines   []onceLine
	Rows    []onceRow // the cases, of one organisation's or one service's
	Next    string    // the rows that follow
}

// onceLine is one group of the table.
type onceLine struct {
	procedure.Spared
	Name gov.Text
	URL  string // one level down; empty: a month
}

type onceRow struct {
	procedure.SparedRow
	Name, Way gov.Text
}

// Self is the address of this page.
func (v *oncePage) Self() string { return "/oversight/once" }

// CSV is the address of the cases as a file.
func (v *oncePage) CSV() string { return "/oversight/once.csv?" + v.query(v.Org, v.Service) }

// Up is one level up, or empty.
func (v *oncePage) Up() string {
	switch {
	case v.Service != "":
		return "/oversight/once?" + v.query(v.Org, "")
	case v.Org != "":
		return "/oversight/once?" + v.query("", "")
	}
	return ""
}

// Dimension is how the table is broken down, for its words.
func (v *oncePage) Dimension() string {
	switch {
	case v.Service != "":
		return "month"
	case v.Org != "":
		return "service"
	}
	return "organisation"
}

func (v *oncePage) query(org gov.OrgID, service gov.ServiceID) string {
	q := url.Values{"from": {v.months.From.String()}, "to": {v.months.To.String()}}
	if org != "" {
		q.Set("org", string(org))
	}
	if service != "" {
		q.Set("service", string(service))
	}
	return q.Encode()
}

func (v *oncePage) period() procedure.Period {
	return procedure.Period{From: v.months.From, To: v.months.To, Organisation: v.Org, Service: v.Service}
}

// spared reads the page; of one organisation or service also the cases behind it.
func (o *Oversight) spared(r *http.Request) (*oncePage, *names, error) {
	q := r.URL.Query()
	v := &oncePage{months: o.readMonths(r), Org: gov.OrgID(id(q, "org")), Service: gov.ServiceID(id(q, "service"))}
	before, _ := strconv.ParseInt(q.Get("after"), 10, 64)
	var groups []procedure.Spared
	var rows []procedure.SparedRow
	err := o.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		var p procedure.Period
		if p, groups, v.All, err = procedure.SparedIn(tx, v.period()); err != nil {
			return err
		}
		v.Org = p.Organisation
		rows, err = procedure.SparedRows(tx, p, before, pageRows+1)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	n := o.names(r.Context())
	if v.Where = pages.T("oversight.everyone"); v.Org != "" {
		v.Where = n.organisation(v.Org)
	}
	if v.Service != "" {
		v.Where = n.service(v.Service)
	}
	for _, g := range groups {
		v.Lines = append(v.Lines, v.line(n, g))
	}
	if len(rows) > pageRows {
		rows = rows[:pageRows]
		v.Next = "/oversight/once?" + v.query(v.Org, v.Service) + "&after=" + strconv.FormatInt(rows[pageRows-1].Seq, 10)
	}
	for _, x := range rows {
		v.Rows = append(v.Rows, onceRow{x, n.service(x.Service), n.Of(programme.ByChannel, string(x.Channel))})
	}
	return v, n, nil
}

func (v *oncePage) line(n *names, g procedure.Spared) onceLine {
	switch v.Dimension() {
	case "organisation":
		return onceLine{g, n.organisation(gov.OrgID(g.Key)), "/oversight/once?" + v.query(gov.OrgID(g.Key), "")}
	case "service":
		return onceLine{g, n.service(gov.ServiceID(g.Key)), "/oversight/once?" + v.query(v.Org, gov.ServiceID(g.Key))}
	}
	m, _ := strconv.Atoi(g.Key)
	month := procedure.Month(m).String()
	return onceLine{g, gov.T(month, month), ""}
}

func (o *Oversight) once(w http.ResponseWriter, r *http.Request) error {
	v, _, err := o.spared(r)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(v.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return pages.RenderStatus(w, r, status, "once", v)
}

// onceHeaders of the file, in both languages.
var onceHeaders = []string{"المعاملة / Case", "اليوم / Day", "الجهة / Organisation", "الخدمة / Service", "اسم الخدمة / Service (Arabic)", "القناة / Channel",
	"أسئلة لم تُسأل / Questions not asked (proven)", "مستندات لم تُطلب / Documents not asked (proven)", "زيارات لم تلزم / Visits not needed (declared)"}

// onceCSV sends every case behind the figures.
func (o *Oversight) onceCSV(w http.ResponseWriter, r *http.Request) error {
	v, n, err := o.spared(r)
	if err != nil {
		return err
	}
	if len(v.Problems) > 0 {
		return gov.Fail(gov.Invalid, v.Problems[0].Text[gov.Arabic], v.Problems[0].Text[gov.English])
	}
	d := &download{w: w, name: fmt.Sprintf("once-%s-%s.csv", v.months.From, v.months.To)}
	if _, err := d.Write([]byte("\uFEFF")); err != nil {
		return err
	}
	out := csv.NewWriter(d)
	out.UseCRLF = true
	out.Write(onceHeaders)
	for before, more := int64(0), true; more; {
		var rows []procedure.SparedRow
		err := o.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
			rows, err = procedure.SparedRows(tx, v.period(), before, 1000)
			return err
		})
		if err != nil {
			return err
		}
		for _, x := range rows {
			out.Write(programme.Plain(x.Reference, x.Day.String(), string(x.Organisation), string(x.Service), n.service(x.Service)[gov.Arabic], string(x.Channel),
				strconv.FormatInt(x.Questions, 10), strconv.FormatInt(x.Papers, 10), strconv.FormatInt(x.Visits, 10)))
			before = x.Seq
		}
		more = len(rows) == 1000
	}
	out.Flush()
	return out.Error()
}
