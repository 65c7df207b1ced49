package desk

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"diwan.example/casework"
	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
	"diwan.example/pack"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// dossier is a case as the staff read it: answers, evidence, person, history.
type dossier struct {
	*casework.View
	Ours     bool // the case is of the reader's organisation
	Auditing bool // the reader is an auditor, who has no queue here
	Person   identity.Person
	Name     gov.Text // of the applicant
	Agent    gov.Text // who acts for them
	Org      gov.Text // who owns the case
	Sections []section
	Evidence []evidence
	Facts    []event
	Remarks  []remark
	Standing []stand
	Disputed *disputed // the document that the case is about
	from     func(gov.Held) gov.Text
	Kept     string       // a note that was typed and not taken
	Wrong    gov.Problems // with it
}

// section is a page of the pack's questions with what was answered.
type section struct {
	Title gov.Text
	Items []item
}

type item struct {
	Field   ui.Field
	Changed bool // the applicant corrected it last
}

type evidence struct {
	Label     gov.Text
	File      ui.FileRef
	Image     bool
	Unscanned bool
}

// disputed is a document of which the applicant says that something is wrong.
type disputed struct {
	document.Disputed
	Here       bool // the reader's organisation issued it
	MayReplace bool
}

func (d *Desk) disputed(tx *db.Tx, c gov.CaseID) (*disputed, error) {
	x, ok, err := d.Cases.Issuer.InDispute(tx, c)
	if err != nil || !ok {
		return nil, err
	}
	a := tx.Actor()
	here := a.Org == x.Organisation && a.Has(gov.Officer, gov.Supervisor)
	return &disputed{x, here, here && x.Replaceable()}, nil
}

// remark is a note of a colleague.
type remark struct {
	casework.Note
	Who gov.Text
}

// stand is one place where the case stands now.
type stand struct {
	Step  gov.Text
	Kind  pack.StepKind
	Since time.Time
	Clock clock
}

// dossier gathers what the page of a case shows. The look is in the person's
// access log before anything is shown.
func (d *Desk) dossier(tx *db.Tx, r *http.Request, v *casework.View) (*dossier, error) {
	if !v.Staff {
		return nil, errNotHere
	}
	x := &dossier{View: v, from: d.from, Ours: tx.Actor().Org == v.Organisation, Org: d.org(r.Context(), v.Organisation)}
	names, err := d.names(tx, v)
	if err != nil {
		return nil, err
	}
	x.Name, x.Agent = names[v.Applicant], names[v.Agent]
	if x.Ours {
		if x.Person, err = identity.LookFor(tx, v.Applicant, forCase(v.Case)); err != nil {
			return nil, err
		}
	}
	if x.Disputed, err = d.disputed(tx, v.ID); err != nil {
		return nil, err
	}
	x.Auditing = !tx.Actor().Has(gov.Officer, gov.Supervisor)
	x.answers(d.Cases.Currency)
	if err := x.line(tx, ui.LangOf(r)); err != nil {
		return nil, err
	}
	x.Facts = x.events(names)
	for _, n := range v.Notes {
		x.Remarks = append(x.Remarks, remark{n, names[n.Author]})
	}
	for _, t := range v.Track.Tokens {
		if s := v.Pack.Step(t.Step); s != nil {
			x.Standing = append(x.Standing, stand{s.Title, s.Kind, time.UnixMilli(t.Since), d.tokenClock(tx, t)})
		}
	}
	return x, nil
}

// forCase says in the applicant's access log for which case somebody looked.
func forCase(c *casework.Case) journal.Look {
	return journal.Look{Purpose: string(c.Service), Case: c.ID, Service: c.Service}
}

var errNotHere = gov.Fail(gov.NotFound, "لا يوجد طلب بهذا الرقم في جهتك", "Your organisation has no application with this number")

// names are those of everybody who did something in the case.
func (d *Desk) names(tx *db.Tx, v *casework.View) (map[gov.PersonID]gov.Text, error) {
	ids := []gov.PersonID{v.Applicant}
	if v.Agent != "" {
		ids = append(ids, v.Agent)
	}
	for _, n := range v.Notes {
		ids = append(ids, n.Author)
	}
	for _, f := range v.History {
		if f.Actor != gov.System.Person {
			ids = append(ids, f.Actor)
		}
	}
	for _, t := range v.Tasks {
		if t.Assignee != "" {
			ids = append(ids, t.Assignee)
		}
	}
	return identity.Names(tx, ids...)
}

// tokenClock is the legal clock of one place: running, or stopped while the
// applicant owes something.
func (d *Desk) tokenClock(tx *db.Tx, t casework.Token) clock {
	if t.Due == 0 {
		return clock{}
	}
	due := time.UnixMilli(t.Due)
	if t.Paused == 0 {
		return d.clockOf(tx, due)
	}
	since := time.UnixMilli(t.Paused)
	return clock{Due: due, Paused: since, Days: d.Cases.Calendar.DaysBetween(since, due)}
}

func (x *dossier) answers(c gov.Currency) {
	lately := x.corrected()
	add := func(title gov.Text, qs []form.Question) {
		var asked []form.Question
		for _, q := range qs {
			if x.Tells(q) {
				asked = append(asked, q)
			}
		}
		if len(asked) == 0 {
			return
		}
		s := section{Title: title}
		for i, f := range ask.Fields(asked, ask.Page{Answers: x.Answers, Currency: c, FileURL: x.fileURL, Held: &x.Track, From: x.from}) {
			s.Items = append(s.Items, item{f, slices.Contains(lately, f.Name)})
			x.collect(asked[i], x.Answers[f.Name])
		}
		x.Sections = append(x.Sections, s)
	}
	for _, p := range x.Pack.Pages {
		add(p.Title, p.Questions)
	}
	for _, s := range x.Pack.Steps {
		add(s.Title, s.Asks)
	}
}

func (x *dossier) fileURL(_ string, a form.Attachment) string {
	return "/desk/cases/" + string(x.ID) + "/files/" + a.Blob
}

// collect gathers the files in an answer, also those inside the rows of a group.
func (x *dossier) collect(q form.Question, answer any) {
	switch q.Kind {
	case form.File:
		for _, a := range attachments(answer) {
			x.Evidence = append(x.Evidence, evidence{Label: q.Label, Image: strings.HasPrefix(a.Type, "image/"), Unscanned: a.Scan != "clean",
				File: ui.FileRef{ID: a.Blob, Name: a.Name, Size: a.Size, Type: a.Type, URL: x.fileURL(q.Name, a)}})
		}
	case form.Group:
		rows, _ := answer.([]any)
		for _, r := range rows {
			row, _ := r.(map[string]any)
			for _, inner := range q.Questions {
				x.collect(inner, row[inner.Name])
			}
		}
	}
}

// attachments reads stored files whatever shape the answer has.
func attachments(answer any) (list []form.Attachment) {
	b, err := json.Marshal(answer)
	if err != nil || json.Unmarshal(b, &list) != nil {
		return nil
	}
	return list
}

// corrected names the answers that the applicant changed at the last correction.
func (x *dossier) corrected() []string {
	for _, f := range slices.Backward(x.History) {
		if f.Name == "case.corrected" {
			var body struct{ Changed []string }
			if json.Unmarshal(f.Body, &body) == nil {
				return body.Changed
			}
		}
	}
	return nil
}

// file shows a file of a case to those who may see the case.
func (d *Desk) file(w http.ResponseWriter, r *http.Request) error {
	return d.sendFile(w, r, gov.CaseID(r.PathValue("id")), r.PathValue("blob"))
}
