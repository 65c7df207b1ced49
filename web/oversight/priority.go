package oversight

import (
	"net/http"
	"net/url"
	"strconv"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	"diwan.example/programme/priority"
)

// wish is what an address about priorities asks for. Weights of one's own stand
// in it and are kept nowhere.
type wish struct {
	Org      gov.OrgID
	Declared bool
	Shift    int
	Mine     priority.Weights // nil: the official ones hold
	Typed    map[string]string
	Problems gov.Problems
}

// firstPlaces is how many first places are watched while weights move, of long
// lists; of short ones a third.
const firstPlaces = 20

// shifts are the percents by which weights can be moved.
var shifts = []int{10, 20, 50, 100}

// wished understands the query. What cannot be understood is a problem, and the
// official weights are taken instead.
func wished(q url.Values) (w wish, err error) {
	w = wish{Org: gov.OrgID(id(q, "org")), Declared: q.Get("declared") != "", Shift: priority.DefaultShift, Typed: map[string]string{}}
	for _, n := range shifts {
		if gov.Digits(q.Get("shift")) == strconv.Itoa(n) {
			w.Shift = n
		}
	}
	all, err := priority.Criteria()
	if err != nil {
		return w, err
	}
	own := priority.Weights{}
	for _, c := range all {
		if !q.Has("w-" + c.ID) {
			continue
		}
		typed, _ := gov.CleanText(q.Get("w-" + c.ID))
		w.Typed[c.ID] = typed
		n, err := strconv.Atoi(gov.Digits(typed))
		if err != nil && typed != "" {
			n = -1 // refused with its words by Check
		}
		own[c.ID] = n
	}
	if len(own) == 0 {
		return w, nil
	}
	wrong, ok := gov.ProblemsOf(own.Check(), all[0].ID)
	for _, p := range wrong {
		w.Problems = append(w.Problems, gov.Problem{Field: "w-" + p.Field, Text: p.Text})
	}
	if !ok {
		w.Mine = own
	}
	return w, nil
}

// query writes the wish as a query, with more pairs of name and value.
func (w wish) query(more ...string) string {
	q := url.Values{}
	set := func(k, v string) {
		if v != "" {
			q.Set(k, v)
		}
	}
	set("org", string(w.Org))
	if w.Declared {
		q.Set("declared", "1")
	}
	if w.Shift != priority.DefaultShift {
		q.Set("shift", strconv.Itoa(w.Shift))
	}
	for id, n := range w.Mine {
		q.Set("w-"+id, strconv.Itoa(n))
	}
	for i := 0; i+1 < len(more); i += 2 {
		set(more[i], more[i+1])
	}
	return q.Encode()
}

// Address is one of the pages about priorities with the same wish.
func (w wish) Address(path string) string {
	if q := w.query(); q != "" {
		return "/oversight/" + path + "?" + q
	}
	return "/oversight/" + path
}

// Why is the address of a service's reasons.
func (w wish) Why(id gov.ServiceID) string { return w.Address("priorities/why/" + string(id)) }

// Wrong is the problem of a field.
func (w wish) Wrong(name string) gov.Text {
	for _, p := range w.Problems {
		if p.Field == name {
			return p.Text
		}
	}
	return nil
}

// ranked is a list made for a wish, and what the actor may see of it.
type ranked struct {
	wish
	Official priority.Weighing
	Own      bool // the reader sees one organisation only
	Table    *priority.Table
	*priority.Ranking
	Seen []priority.Row // of the organisation asked for; ranks are the nation's
}

// rank reads and ranks. Every organisation's services are ranked; who sees one
// organisation only gets its rows.
func (o *Oversight) rank(r *http.Request) (v ranked, err error) {
	if v.wish, err = wished(r.URL.Query()); err != nil {
		return v, err
	}
	err = o.DB.Read(r.Context(), func(tx *db.Tx) error {
		f, err := programme.Scope(tx.Actor(), programme.Filter{Organisation: v.Org})
		if err != nil {
			return err
		}
		v.Org, v.Own = f.Organisation, !tx.Actor().Has(programme.Everything...)
		if v.Official, err = priority.Weighed(tx); err != nil {
			return err
		}
		v.Table, err = priority.Read(tx, priority.Ask{Declared: v.Declared, Currency: o.Country.Currency})
		return err
	})
	if err != nil {
		return v, err
	}
	weights := v.Mine
	if weights == nil {
		weights = v.Official.Weights
	}
	v.Ranking = v.Table.Rank(weights, v.Shift, min(firstPlaces, (len(v.Table.Candidates)+2)/3))
	for _, row := range v.Rows {
		if v.Org == "" || row.Organisation == v.Org {
			v.Seen = append(v.Seen, row)
		}
	}
	return v, nil
}

// OfOwn reports whether the list is ranked by the reader's own weights.
func (v *ranked) OfOwn() bool { return v.Mine != nil }

// Value is what the box of a criterion's weight shows.
func (v *ranked) Value(id string) string {
	if s, ok := v.Typed[id]; ok && len(v.Problems) > 0 {
		return s
	}
	return strconv.Itoa(v.Weights[id])
}

// Known is the share of the services for which a criterion's value is known.
func (v *ranked) Known(criterion int) float64 {
	return float64(v.Table.Known(criterion)) / float64(max(len(v.Table.Candidates), 1))
}

// prioritiesPage is the ranked list.
type prioritiesPage struct {
	ranked
	List     []rankedRow
	Orgs     []catalogue.Organisation
	Shifts   []int
	Prev     bool
	Next     string
	MayWeigh bool
}

type rankedRow struct {
	priority.Row
	Owner   gov.Text
	Reasons []priority.Part // the weightiest
}

// rankedRows is how many services a page of the list shows.
const rankedRows = 25

func (o *Oversight) priorities(w http.ResponseWriter, r *http.Request) error {
	x, err := o.rank(r)
	if err != nil {
		return err
	}
	v := &prioritiesPage{ranked: x, Shifts: shifts, MayWeigh: priority.MayWeigh(gov.ActorFrom(r.Context()))}
	if v.Orgs, err = o.Book.Organisations(r.Context()); err != nil {
		return err
	}
	n := o.names(r.Context())
	from, _ := strconv.Atoi(r.URL.Query().Get("start"))
	from = min(max(from, 0), len(v.Seen))
	to := min(from+rankedRows, len(v.Seen))
	if v.Prev = from > 0; to < len(v.Seen) {
		v.Next = strconv.Itoa(to)
	}
	for _, row := range v.Seen[from:to] {
		v.List = append(v.List, rankedRow{row, n.organisation(row.Organisation), row.Reasons(3)})
	}
	if len(v.Problems) > 0 {
		return pages.RenderInvalid(w, r, "priorities", v)
	}
	return pages.Render(w, r, "priorities", v)
}

func (o *Oversight) prioritiesCSV(w http.ResponseWriter, r *http.Request) error {
	v, err := o.rank(r)
	if err != nil {
		return err
	}
	return v.Table.WriteCSV(&download{w: w, name: "priorities.csv"}, v.Seen)
}

// whyPage are the reasons of one service's rank.
type whyPage struct {
	ranked
	Row   *priority.Row
	Owner gov.Text
	Needs []gov.Text // services that it needs first
}

func (o *Oversight) why(w http.ResponseWriter, r *http.Request) error {
	x, err := o.rank(r)
	if err != nil {
		return err
	}
	v := &whyPage{ranked: x}
	service := gov.ServiceID(r.PathValue("area") + "/" + r.PathValue("name"))
	if v.Row, err = v.Ranking.Row(service); err == nil && v.Org != "" && v.Row.Organisation != v.Org {
		_, err = (&priority.Ranking{}).Row(service) // to a stranger it is not there
	}
	if err != nil {
		return err
	}
	n := o.names(r.Context())
	v.Owner = n.organisation(v.Row.Organisation)
	for _, id := range v.Row.Requires {
		v.Needs = append(v.Needs, n.service(id))
	}
	return pages.Render(w, r, "why", v)
}
