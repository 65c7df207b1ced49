package indicator

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Ask says what is counted.
type Ask struct {
	Year         string    // "2023-2024"; empty: the latest for which anything was said
	At           time.Time // as it was known then; zero: now
	Organisation gov.OrgID // empty: all
	Packs        Packs     // reads what runs; nil: nothing is known of packs
}

// Count is what the services of an organisation, or of a life event, add up to.
type Count struct {
	Organisation gov.OrgID
	Services     int64            // that count
	Figures      map[string]int64 // figure → number; of items, how many services answer yes
	Known        map[string]int64 // item → services whose records answer it, yes or no
	Proven       map[string]int64 // item → services whose yes is proven here; the other ones are declared
}

func newCount(org gov.OrgID) Count {
	return Count{Organisation: org, Figures: map[string]int64{}, Known: map[string]int64{}, Proven: map[string]int64{}}
}

// add counts a service.
func (c *Count) add(x *row) {
	c.Services++
	for id, n := range x.adds {
		c.Figures[id] += n
	}
	for id := range x.known {
		c.Known[id]++
	}
	for id := range x.proven {
		c.Proven[id]++
	}
}

// Share is a figure over the one it is a share of; false when that is zero or
// there is none: a share of nothing is no number.
func (c Count) Share(f *Figure) (float64, bool) {
	if f.Of == "" || c.Figures[f.Of] == 0 {
		return 0, false
	}
	return float64(c.Figures[f.ID]) / float64(c.Figures[f.Of]), true
}

// Unknown is how many services' records do not answer an item.
func (c Count) Unknown(f *Figure) int64 { return c.Services - c.Known[f.ID] }

// Declared is how many services answer an item yes by their organisation's word.
func (c Count) Declared(f *Figure) int64 { return c.Figures[f.ID] - c.Proven[f.ID] }

// No is how many services answer an item no.
func (c Count) No(f *Figure) int64 { return c.Known[f.ID] - c.Figures[f.ID] }

// Span is the share of services that answer an item yes: at least low, and high
// if all whose records are silent did too. False when there are no services, or
// nothing is known of any.
func (c Count) Span(f *Figure) (low, high float64, ok bool) {
	if c.Services == 0 || c.Known[f.ID] == 0 {
		return 0, 0, false
	}
	return float64(c.Figures[f.ID]) / float64(c.Services), float64(c.Figures[f.ID]+c.Unknown(f)) / float64(c.Services), true
}

// Mean is the mean of a group's items, when something is known of every one;
// known of all items says how many that are.
func (s *Scheme) Mean(c Count, group string) (low, high float64, known, items int) {
	for i := range s.Figures {
		f := &s.Figures[i]
		if f.Group != group || !f.Item() {
			continue
		}
		items++
		if l, h, ok := c.Span(f); ok {
			low, high, known = low+l, high+h, known+1
		}
	}
	n := float64(max(known, 1))
	return low / n, high / n, known, items
}

// Part are the services of one life event.
type Part struct {
	Event Event
	Count
}

// Result is a scheme counted.
type Result struct {
	Year   string // "" when the scheme counts records as they stand
	At     time.Time
	By     []Count // organisations with services that count, by id
	Events []Part  // a service stands in each life event it belongs to
	Total  Count
}

// row is one service that counts and what it adds to each figure.
type row struct {
	subject
	adds          map[string]int64
	known, proven map[string]bool
}

// Compute counts a scheme. Errors: Invalid when the year is none of the scheme's.
func (s *Scheme) Compute(tx *db.Tx, ask Ask) (Result, error) {
	rows, r, err := s.rows(tx, ask)
	if err != nil {
		return r, err
	}
	by := map[gov.OrgID]Count{}
	r.Total = newCount("")
	for _, f := range s.Figures {
		r.Total.Figures[f.ID] = 0
	}
	for i := range rows {
		x := &rows[i]
		c, ok := by[x.entry.Organisation]
		if !ok {
			c = newCount(x.entry.Organisation)
		}
		c.add(x)
		by[c.Organisation] = c
		r.Total.add(x)
	}
	for _, c := range by {
		r.By = append(r.By, c)
	}
	slices.SortFunc(r.By, func(a, b Count) int { return strings.Compare(string(a.Organisation), string(b.Organisation)) })
	r.Events, err = s.events(tx, rows)
	return r, err
}

// events counts by the life events of the scheme, else of the country.
func (s *Scheme) events(tx *db.Tx, rows []row) ([]Part, error) {
	events := s.Events
	if len(events) == 0 {
		all, err := catalogue.LifeEvents(tx)
		if err != nil {
			return nil, err
		}
		for _, e := range all {
			events = append(events, Event{e.ID, e.Name, []string{e.ID}})
		}
	}
	out := make([]Part, len(events))
	for i, e := range events {
		out[i] = Part{e, newCount("")}
		for j := range rows {
			if slices.ContainsFunc(rows[j].entry.LifeEvents, func(id string) bool { return slices.Contains(e.Of, id) }) {
				out[i].add(&rows[j])
			}
		}
	}
	return out, nil
}

// Row is a service behind a figure, and what it adds to it.
type Row struct {
	Service       gov.ServiceID
	Organisation  gov.OrgID
	Name          gov.Text
	Adds          int64
	Known, Proven bool   // of items
	Link          string // where its organisation says so
}

// Rows lists the services that count for a figure, also those that add nothing to
// it, by id. Errors: NotFound, Invalid.
func (s *Scheme) Rows(tx *db.Tx, ask Ask, figure string) ([]Row, error) {
	if _, err := s.Figure(figure); err != nil {
		return nil, err
	}
	rows, _, err := s.rows(tx, ask)
	if err != nil {
		return nil, err
	}
	out := make([]Row, len(rows))
	for i, x := range rows {
		out[i] = Row{x.entry.ID, x.entry.Organisation, x.entry.Name, x.adds[figure], x.known[figure], x.proven[figure], cmp.Or(x.statement.Link, x.entry.Online.Link)}
	}
	return out, nil
}

// rows are the services that count.
func (s *Scheme) rows(tx *db.Tx, ask Ask) ([]row, Result, error) {
	year, err := s.year(tx, ask.Year)
	r := Result{Year: year, At: ask.At}
	if err != nil {
		return nil, r, err
	}
	if r.At.IsZero() {
		r.At = tx.Now()
	}
	all, err := s.subjects(tx, year, ask)
	if err != nil {
		return nil, r, err
	}
	var out []row
	for _, x := range all {
		if ask.Organisation != "" && x.entry.Organisation != ask.Organisation {
			continue
		}
		y, counts, err := s.adds(tx.Context(), x, year)
		if err != nil {
			return nil, r, gov.Wrap(err, string(x.entry.ID))
		}
		if counts {
			out = append(out, y)
		}
	}
	return out, r, nil
}

// adds is what a service adds to every figure; counts is false when it is not
// one of those counted.
func (s *Scheme) adds(ctx context.Context, x subject, year string) (out row, counts bool, err error) {
	values := x.values(year, s.Standing())
	if counts, err = s.counts.True(ctx, values); err != nil || !counts {
		return out, false, err
	}
	out = row{x, map[string]int64{}, map[string]bool{}, map[string]bool{}}
	for i := range s.Figures {
		if err := out.figure(ctx, &s.Figures[i], values); err != nil {
			return out, false, gov.Wrap(err, s.Figures[i].ID)
		}
	}
	return out, true, nil
}

// figure adds what the service's record says to one figure.
func (r *row) figure(ctx context.Context, f *Figure, values map[string]any) error {
	if f.sum != nil {
		v, err := f.sum.Eval(ctx, values)
		r.adds[f.ID], _ = v.(int64)
		return err
	}
	if f.known != nil {
		known, err := f.known.True(ctx, values)
		if err != nil || !known {
			return err
		}
		r.known[f.ID] = true
	}
	if f.where == nil {
		return nil
	}
	yes, err := f.where.True(ctx, values)
	if r.adds[f.ID] = 0; yes {
		r.adds[f.ID] = 1
	}
	if err != nil || !yes || f.proven == nil {
		return err
	}
	if proven, err := f.proven.True(ctx, values); err != nil || !proven {
		return err
	}
	r.proven[f.ID] = true
	return nil
}
