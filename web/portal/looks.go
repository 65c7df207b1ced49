package portal

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"diwan.example/casework"
	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
	"diwan.example/web/ui"
)

// looksPage is the access log of the reader, or of a child of theirs.
type looksPage struct {
	whose
	Orgs   []ui.Option
	Org    gov.OrgID
	Orders []order // on this log, that have opened
	Days   []lookDay
	Next   string // address of older entries
	MayAsk bool
}

type order struct {
	journal.Order
	Org gov.Text
}

type lookDay struct {
	Day   time.Time
	Lines []lookLine
}

// lookLine is one look, or the same look several times within a day.
type lookLine struct {
	journal.Look
	Org     gov.Text
	Who     string // the phrase portal.looker.…
	Thing   gov.Text
	URL     string // of the thing, when it is the reader's to open
	Why     gov.Text
	For     gov.Text // the service
	Terms   *agreement.Agreement
	Read    []gov.Text // what was read, when it was not the whole
	Until   time.Time  // the latest of several
	Times   int
	Delayed bool
}

// looksShown is how many entries a page holds.
const looksShown = 100

// looks shows who looked at the reader's data, or at their child's.
func (p *Portal) looks(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	data := looksPage{Org: gov.OrgID(q.Get("org"))}
	var all []journal.Look
	var orgs []gov.OrgID
	var orders []journal.Order
	err := p.whose(r, &data.whose, func(tx *db.Tx) (err error) {
		if all, err = identity.AccessLog(tx, journal.LookQuery{Person: data.Person, Organisation: data.Org, Before: q.Get("before"), Limit: looksShown + 1}); err != nil {
			return err
		}
		if orgs, orders, err = identity.Lookers(tx, data.Person); err != nil {
			return err
		}
		_, err = p.Engine.Packs.Current(tx, accessQuestion)
		data.MayAsk = err == nil
		if gov.KindOf(err) == gov.NotFound {
			err = nil
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, o := range orgs {
		data.Orgs = append(data.Orgs, ui.Option{Value: string(o), Text: p.org(r.Context(), o)})
	}
	for _, o := range orders {
		data.Orders = append(data.Orders, order{o, p.org(r.Context(), o.Organisation)})
	}
	if len(all) > looksShown {
		all = all[:looksShown]
		data.Next = ui.URL(r, "/account/looks", "for", data.For, "org", string(data.Org), "before", all[looksShown-1].ID)
	}
	data.Days = p.days(r, data.whose, all)
	return pages.Render(w, r, "looks", data)
}

// days groups looks by day; what was done alike within a day is one line.
func (p *Portal) days(r *http.Request, of whose, all []journal.Look) (out []lookDay) {
	for _, l := range all {
		at := l.At.In(p.zone())
		day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, p.zone())
		if len(out) == 0 || !out[len(out)-1].Day.Equal(day) {
			out = append(out, lookDay{Day: day})
		}
		d := &out[len(out)-1]
		if i := slices.IndexFunc(d.Lines, func(x lookLine) bool { return alike(x.Look, l) }); i >= 0 {
			d.Lines[i].Times++
			d.Lines[i].At = l.At
			continue
		}
		d.Lines = append(d.Lines, p.lookLine(r, of, l))
	}
	return out
}

func alike(a, b journal.Look) bool {
	return a.Actor == b.Actor && a.Organisation == b.Organisation && a.What == b.What && a.Subject == b.Subject && a.Purpose == b.Purpose &&
		a.Case == b.Case && a.Agreement == b.Agreement && a.Machine == b.Machine && a.Order == b.Order && slices.Equal(a.Attributes, b.Attributes)
}

func (p *Portal) lookLine(r *http.Request, of whose, l journal.Look) lookLine {
	x := lookLine{Look: l, Who: looker(l), Thing: pages.T("portal.look." + l.What), Why: p.purpose(r, l), Until: l.At, Times: 1, Delayed: l.Order != ""}
	if l.Organisation != "" {
		x.Org = p.org(r.Context(), l.Organisation)
	}
	if l.Service != "" {
		if s, err := p.Book.Service(r.Context(), l.Service); err == nil {
			x.For = s.Name
		}
	}
	if l.Registry != "" && p.Records != nil {
		if d, err := p.Records.Definition(l.Registry); err == nil {
			x.Thing = pages.T("portal.look.record.of", d.Title)
		}
	}
	for _, a := range l.Attributes {
		x.Read = append(x.Read, p.attribute(a))
	}
	if l.What == "credential" {
		p.shown(r, &x)
	}
	if l.Agreement != "" {
		p.read(r, func(tx *db.Tx) error {
			if a, err := agreement.Find(tx, l.Agreement); err == nil && a.State.Public() {
				x.Terms = &a
			}
			return nil
		})
	}
	switch {
	case of.Child:
	case l.What == "document":
		x.URL = "/documents/" + l.Subject
	case l.Case != "":
		x.URL = "/cases/" + string(l.Case)
	}
	return x
}

// shown names what was shown from a wallet as the type of document does.
func (p *Portal) shown(r *http.Request, x *lookLine) {
	if p.Presentations == nil {
		return
	}
	p.read(r, func(tx *db.Tx) error {
		t, ok, err := p.Presentations.TypeOf(tx, x.Subject)
		if err != nil || !ok {
			return err
		}
		x.Thing, x.Read = pages.T("portal.look.credential.of", t.Title), nil
		for _, a := range x.Attributes {
			if label := t.Label(string(a)); len(label) > 0 {
				x.Read = append(x.Read, label)
			} else {
				x.Read = append(x.Read, p.attribute(a))
			}
		}
		return nil
	})
}

// looker says in one word what kind of reader it was.
func looker(l journal.Look) string {
	switch {
	case l.Machine && l.Organisation != "":
		return "machine"
	case l.Organisation != "":
		return "officer"
	case l.Actor == "":
		return "code"
	}
	return "person"
}

// whys are the purposes that the platform writes by itself.
var whys = []string{"administration", "audit", "case-search", "counter", "mandate", "verification"}

// purpose says why somebody looked: words of theirs, unless it is the service.
func (p *Portal) purpose(r *http.Request, l journal.Look) gov.Text {
	why := strings.TrimSpace(l.Purpose)
	switch {
	case why == "" || why == string(l.Service):
		return nil
	case slices.Contains(whys, why):
		return pages.T("portal.why." + why)
	}
	if s, err := p.Book.Service(r.Context(), gov.ServiceID(why)); err == nil {
		return s.Name
	}
	return gov.T(why, why)
}

func (p *Portal) attribute(a gov.AttributeID) gov.Text {
	if p.Records != nil {
		if x := p.Records.Vocabulary.Attribute(a); x != nil {
			return x.Label
		}
	}
	return gov.T(string(a), string(a))
}

// The services by which a person asks about their data.
const (
	accessQuestion gov.ServiceID = "personal-data/access-question"
	correction     gov.ServiceID = "personal-data/correction"
)

// askWhy begins a question about one line of the log: a draft that its person
// completes and sends.
func (p *Portal) askWhy(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	lang := ui.LangOf(r)
	var c *casework.Case
	err := p.write(r, func(tx *db.Tx) error {
		l, err := identity.AccessLogLine(tx, r.PostForm.Get("line"))
		if err != nil {
			return err
		}
		x := p.lookLine(r, whose{}, l)
		c, err = p.begin(tx, accessQuestion, l.Person, "line", form.Answers{
			"entity": string(l.Organisation), "line": l.ID, "read_on": l.At.In(p.zone()).Format(time.DateOnly), "read_what": shortened(x.Thing.In(lang), 200),
		})
		return err
	})
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/cases/"+string(c.ID)+"/apply/look")
}

// begin opens a draft with what is known already, for the reader or their child;
// one that stands open with the same answer to key is gone on with.
func (p *Portal) begin(tx *db.Tx, s gov.ServiceID, person gov.PersonID, key string, answers form.Answers) (*casework.Case, error) {
	mine, err := p.Engine.Mine(tx, "", listLength)
	if err != nil {
		return nil, err
	}
	for _, c := range mine {
		if c.Service == s && c.State == casework.Draft && c.Applicant == person && c.Answers[key] == answers[key] && c.Answers["record"] == answers["record"] {
			return c, nil
		}
	}
	in := casework.Application{Service: s, Answers: answers}
	if person != tx.Actor().Person {
		in.For, in.Mandate = person, string(identity.Guardian)
	}
	return p.Engine.Start(tx, in)
}

func shortened(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
