package api

import (
	"context"
	"net/http"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
)

// figures are the operations of oversight.
func figures(s *server) {
	const tag = "figures"
	add(s, route{id: "get-figures", method: http.MethodGet, path: "/figures", tag: tag, scope: figuresRead, name: gov.T("المؤشرات", "Figures"),
		about: "Committees and the leading authority see all; heads and owners their own organisation. No person is in any figure."}, s.overview)
	add(s, route{id: "list-figure-rows", method: http.MethodGet, path: "/figures/{figure}/rows", tag: tag, scope: figuresRead, name: gov.T("ما يعدّه مؤشر", "The rows that a figure counts")}, s.rows)
}

// Span narrows what is counted.
type Span struct {
	From         string        `query:"from" maxLength:"10" doc:"First day" example:"2026-01-01"`
	To           string        `query:"to" maxLength:"10" doc:"Last day" example:"2026-12-31"`
	Organisation gov.OrgID     `query:"organisation" maxLength:"64"`
	Service      gov.ServiceID `query:"service" maxLength:"120"`
	Channel      gov.Channel   `query:"channel" enum:"portal,counter,kiosk,phone,api"`
	Place        string        `query:"place" maxLength:"64"`
}

func (p Span) filter() (f programme.Filter, err error) {
	f = programme.Filter{Organisation: p.Organisation, Service: p.Service, Channel: p.Channel, Place: p.Place}
	for text, day := range map[*string]*programme.Day{&p.From: &f.From, &p.To: &f.To} {
		if *text == "" {
			continue
		}
		if *day, err = programme.ParseDay(*text); err != nil {
			return f, err
		}
	}
	return f, nil
}

// Waited is how long people waited, in seconds.
type Waited struct {
	Median int64 `json:"median"`
	P90    int64 `json:"p90"`
}

func waited(w programme.Wait) Waited {
	return Waited{int64(w.Median / time.Second), int64(w.P90 / time.Second)}
}

// Figures are what was counted; amounts are in minor units.
type Figures struct {
	Key       string     `json:"key,omitempty" doc:"Of a group: its id"`
	Submitted int64      `json:"submitted"`
	Closed    int64      `json:"closed"`
	Granted   int64      `json:"granted"`
	Refused   int64      `json:"refused"`
	Settled   int64      `json:"settled"`
	Lapsed    int64      `json:"lapsed"`
	Withdrawn int64      `json:"withdrawn"`
	Timed     int64      `json:"timed" doc:"Closed ones for which a deadline ran"`
	Late      int64      `json:"late" doc:"Of these, those that missed it"`
	Overdue   int64      `json:"overdue"`
	Decided   int64      `json:"decided"`
	Silent    int64      `json:"silent" doc:"Decided by silence"`
	Corrected int64      `json:"corrected"`
	Appealed  int64      `json:"appealed"`
	Paid      int64      `json:"paid"`
	Collected gov.Money  `json:"collected"`
	Waived    gov.Money  `json:"waived"`
	Refunded  gov.Money  `json:"refunded"`
	Documents int64      `json:"documents"`
	Revoked   int64      `json:"revoked"`
	Ours      Waited     `json:"waited_for_us"`
	Theirs    Waited     `json:"waited_for_applicant"`
	Others    Waited     `json:"waited_for_others"`
	Open      int64      `json:"open" doc:"Open now, whatever days are asked"`
	OpenLate  int64      `json:"open_late"`
	Oldest    *time.Time `json:"oldest,omitempty" doc:"When the oldest open one came"`
}

func showFigures(key string, f programme.Figures, o programme.Open) Figures {
	return Figures{
		Key: key, Submitted: f.Submitted, Closed: f.Closed, Granted: f.Granted, Refused: f.Refused, Settled: f.Settled, Lapsed: f.Lapsed,
		Withdrawn: f.Withdrawn, Timed: f.Timed, Late: f.Late, Overdue: f.Overdue, Decided: f.Decided, Silent: f.Silent, Corrected: f.Corrected,
		Appealed: f.Appealed, Paid: f.Paid, Collected: f.Collected, Waived: f.Waived, Refunded: f.Refunded, Documents: f.Documents, Revoked: f.Revoked,
		Ours: waited(f.Ours), Theirs: waited(f.Theirs), Others: waited(f.Others), Open: o.Cases, OpenLate: o.Late, Oldest: when(o.Oldest),
	}
}

// Standing counts how far services have come online.
type Standing struct {
	Services int `json:"services"`
	Declared int `json:"declared" doc:"Online by their organisation's own word"`
	Running  int `json:"running" doc:"With a version published here"`
	Proven   int `json:"proven" doc:"With a case completed here online"`
}

// Report are all figures with a breakdown.
type Report struct {
	Total    Figures   `json:"total"`
	Groups   []Figures `json:"groups"`
	Services Standing  `json:"services"`
}

func (s *server) overview(ctx context.Context, in *struct {
	Span
	By programme.Dimension `query:"by" enum:"organisation,service,channel,place" default:"organisation"`
}) (*answer[Report], error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	var r programme.Report
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) { r, err = programme.Overview(tx, f, in.By); return err })
	n := r.Services
	return say(Report{
		Total: showFigures("", r.Figures, r.Open), Services: Standing{n.Services, n.Declared, n.Running, n.Proven},
		Groups: each(r.Groups, func(g programme.Group) Figures { return showFigures(g.Key, g.Figures, g.Open) }),
	}, err)
}

// FigureRow is one thing that a figure counts.
type FigureRow struct {
	At           time.Time     `json:"at"`
	Subject      string        `json:"subject" doc:"Id of an application, charge, document or service"`
	Organisation gov.OrgID     `json:"organisation"`
	Service      gov.ServiceID `json:"service"`
	Channel      gov.Channel   `json:"channel,omitempty"`
	Place        string        `json:"place,omitempty"`
	Outcome      string        `json:"outcome,omitempty"`
	Late         bool          `json:"late,omitempty"`
	Amount       gov.Money     `json:"amount,omitempty"`
}

func (s *server) rows(ctx context.Context, in *struct {
	Paging
	Span
	Figure string `path:"figure" maxLength:"32" example:"late"`
}) (*answer[List[FigureRow]], error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	at, err := in.at()
	if err != nil {
		return nil, err
	}
	var out List[FigureRow]
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, next, err := programme.Rows(tx, in.Figure, f, at, in.Limit)
		out.Items = each(rows, func(r programme.Row) FigureRow {
			return FigureRow{At: r.At.UTC(), Subject: r.Subject, Organisation: r.Organisation, Service: r.Service, Channel: r.Channel, Place: r.Place,
				Outcome: r.Outcome, Late: r.Late, Amount: r.Amount}
		})
		if next != "" {
			out.Next = cursor(next)
		}
		return err
	})
	return say(out, err)
}
