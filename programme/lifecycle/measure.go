package lifecycle

import (
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/pack"
)

// Measure is how far a service is online: as proven here, and as declared by its
// organisation. The two are never added or mixed.
type Measure struct {
	Proven   Online
	Declared Online
}

// Online is one side of a measure. Known is false when that side says nothing.
type Online struct {
	Known  bool
	Level  int                              // 0 none, 1 information, 2 form to download, 3 apply, 4 from start to end
	Points map[country.Point]country.Answer // points not in it are not known
	Since  string                           // declared: the day or year it was said
	Link   string                           // declared: where one can see it
}

// PointsOnline counts the points that are online, of those that apply.
func (o Online) PointsOnline() (yes, of int) {
	for _, p := range country.Points {
		switch o.Points[p] {
		case country.Yes:
			yes++
			of++
		case country.No:
			of++
		}
	}
	return yes, of
}

// Levels computes both sides from what is known of a service.
func (r *Record) Levels() Measure { return Measure{Proven: r.proven(), Declared: r.declared()} }

// declared is what the organisation says in the catalogue, and, for the points,
// in its latest yearly statement when the catalogue does not say.
func (r *Record) declared() Online {
	e := r.Entry.Online
	o := Online{Known: e.Declared != "" || len(e.Points) > 0 || e.Level > 0, Level: e.Level, Points: e.Points, Since: e.Declared, Link: e.Link}
	if len(o.Points) == 0 && len(r.Said.Points) > 0 {
		o.Known, o.Points = true, r.Said.Points
		if o.Since == "" {
			o.Since, o.Link = r.Said.Year, r.Said.Link
		}
	}
	return o
}

// proven is what the pack in force and the year's digital cases show. Where
// nothing runs, only that the catalogue informs people is proven.
func (r *Record) proven() Online {
	if r.Pack == nil {
		o := Online{Known: r.Described && r.Entry.Public()}
		if o.Known {
			o.Level = 1
		}
		return o
	}
	d := r.Cases.Digital
	completed := d.Closed-d.Withdrawn-d.Lapsed > 0
	asked := d.Submitted > 0
	o := Online{Known: true, Level: 1, Points: map[country.Point]country.Answer{
		country.Registration: yes(asked), country.Authentication: yes(asked), country.Application: yes(asked), country.Decision: yes(completed),
		country.Issuance: yes(d.Documents > 0), country.Feedback: yes(completed && listens(r.Pack)),
	}}
	if len(r.Pack.Documents) == 0 {
		o.Points[country.Issuance] = country.NotApplicable
	}
	switch {
	case completed && o.Points[country.Issuance] != country.No:
		o.Level = 4
	case asked && onlineChannel(r.Pack):
		o.Level = 3
	}
	return o
}

func yes(b bool) country.Answer {
	if b {
		return country.Yes
	}
	return country.No
}

// listens reports whether a pack lets people object or correct online.
func listens(p *pack.Pack) bool {
	for _, s := range p.Steps {
		if s.Kind == pack.Correct {
			return true
		}
	}
	return p.AppealTo != ""
}

func onlineChannel(p *pack.Pack) bool {
	for _, c := range p.Channels {
		if c == gov.Portal || c == gov.Kiosk || c == gov.API {
			return true
		}
	}
	return false
}

// LevelName is a level in words.
func LevelName(n int) gov.Text {
	names := []gov.Text{gov.T("غير متاحة إلكترونيًا", "Not online"), gov.T("معلومات", "Information"), gov.T("نموذج للتنزيل", "Form to download"),
		gov.T("تقديم إلكتروني", "Apply online"), gov.T("إلكترونية من أولها إلى آخرها", "Online from start to end")}
	return names[min(max(n, 0), len(names)-1)]
}

// PointName is an interaction point in words.
func PointName(p country.Point) gov.Text {
	return map[country.Point]gov.Text{
		country.Registration: gov.T("التسجيل", "Registration"), country.Authentication: gov.T("إثبات الهوية", "Authentication"), country.Application: gov.T("تقديم الطلب", "Application"),
		country.Decision: gov.T("القرار", "Decision"), country.Issuance: gov.T("الإصدار", "Issuance"), country.Feedback: gov.T("الملاحظات وحل المشكلات", "Issue resolution and feedback"),
	}[p]
}

// holdsAt reports whether something that began and ends holds at a moment; a
// zero end is none.
func holdsAt(since, until, at time.Time) bool {
	return !since.After(at) && (until.IsZero() || at.Before(until))
}
