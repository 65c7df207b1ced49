// Package procedure is where an entity's service owner writes how a service goes
// now and how it shall go: steps typed as rows, in both languages, into the same
// draft of the entry that the register writes. Every rule is the catalogue's.
package procedure

import (
	"embed"
	"net/http"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Procedure is the area. Every field is needed.
type Procedure struct {
	DB      *db.DB
	Book    *catalogue.Book
	Country *country.Country // its languages, money and organisations
}

var (
	readers = ui.Role(gov.Owner, gov.Head, gov.Authority, gov.Auditor)
	writers = ui.Role(gov.Owner)
)

// Routes are the addresses of the area, below those of the register.
func (p *Procedure) Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /register/{area}/{name}/procedure", Guard: readers, Page: p.both},
		{Pattern: "POST /register/{area}/{name}/procedure/begin", Guard: writers, Page: p.begin},
		{Pattern: "GET /register/{area}/{name}/procedure/{which}", Guard: writers, Page: p.edit},
		{Pattern: "POST /register/{area}/{name}/procedure/{which}", Guard: writers, Page: p.save},
	}
}

// whiches are the two procedures as addresses name them, and as entries do.
var whiches = map[string]string{"as-is": "as_is", "to-be": "to_be"}

func serviceOf(r *http.Request) gov.ServiceID {
	return gov.ServiceID(r.PathValue("area") + "/" + r.PathValue("name"))
}

// state is an entry and its draft as the actor may see them.
type state struct {
	Entry  catalogue.Entry // the draft's when there is one
	Draft  *catalogue.Revision
	Write  bool // the actor may write it
	Owner  gov.Text
	ID     gov.ServiceID
	Review bool // the draft is being reviewed
}

// Home is the address of the entry in the register.
func (s state) Home() string { return "/register/" + string(s.ID) }

// Here is the address of the two procedures.
func (s state) Here() string { return s.Home() + "/procedure" }

// read reads an entry and its draft. To whoever may neither write nor review it,
// there is only what is published. Errors: NotFound.
func (p *Procedure) read(tx *db.Tx, r *http.Request) (s state, err error) {
	s.ID = serviceOf(r)
	d, err := catalogue.Written(tx, s.ID)
	switch {
	case err == nil:
		s.Draft, s.Entry, s.Review = &d, d.Entry, d.State == catalogue.RevisionReview
	case gov.KindOf(err) == gov.NotFound:
		var e catalogue.Service
		if e, err = catalogue.Find(tx, s.ID); err != nil {
			return s, err
		}
		s.Entry = e.Entry
	default:
		return s, err
	}
	a := tx.Actor()
	s.Write = catalogue.MayWrite(a, s.Entry.Organisation)
	if !s.Write && !a.Has(gov.Authority, gov.Auditor) && a.Org != s.Entry.Organisation {
		return s, gov.Fail(gov.NotFound, "هذه الخدمة ليست في دليل الخدمات", "This service is not in the catalogue")
	}
	return s, nil
}

// bothPage shows the two procedures.
type bothPage struct {
	state
	Sides []side
	Done  bool
}

// side is one procedure as a table.
type side struct {
	Which string
	Since string
	Steps []country.Step
	Wrong int
}

// named gives the words of a step's kind or channel.
func named(group, id string) gov.Text {
	if id == "" {
		return nil
	}
	return pages.T("procedure." + group + "." + id)
}

// KindOf names a kind of step.
func (bothPage) KindOf(s country.Step) gov.Text { return named("kind", s.Kind) }

func (p *Procedure) both(w http.ResponseWriter, r *http.Request) error {
	v := bothPage{Done: r.URL.Query().Has("saved")}
	var wrong gov.Problems
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.state, err = p.read(tx, r); err == nil && v.Draft != nil {
			wrong, err = problems(tx, v.Entry)
		}
		return err
	})
	if err != nil {
		return err
	}
	v.Owner = p.organisation(r, v.Entry.Organisation)
	for _, which := range []string{"as-is", "to-be"} {
		x := side{Which: which, Wrong: len(placed(wrong, which))}
		if g := *chosen(&v.Entry, which); g != nil {
			x.Since, x.Steps = g.Since, g.Steps
		}
		v.Sides = append(v.Sides, x)
	}
	return pages.Render(w, r, "procedure", v)
}

// chosen is where an entry keeps one of its procedures.
func chosen(e *catalogue.Entry, which string) **country.Procedure {
	if which == "to-be" {
		return &e.ToBe
	}
	return &e.AsIs
}

// problems are everything wrong with an entry.
func problems(tx *db.Tx, e catalogue.Entry) (gov.Problems, error) {
	k, err := catalogue.Known(tx, e.Organisation)
	return e.Problems(k), err
}

func (p *Procedure) organisation(r *http.Request, id gov.OrgID) gov.Text {
	if o, err := p.Book.Organisation(r.Context(), id); err == nil {
		return o.Name
	}
	return gov.T(string(id), string(id))
}

func (p *Procedure) begin(w http.ResponseWriter, r *http.Request) error {
	id := serviceOf(r)
	err := p.DB.Write(r.Context(), func(tx *db.Tx) error { _, err := catalogue.Begin(tx, id); return err })
	if gov.KindOf(err) == gov.Denied {
		return gov.Fail(gov.NotFound, "هذه الخدمة ليست في دليل الخدمات", "This service is not in the catalogue")
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/register/"+string(id)+"/procedure")
}
