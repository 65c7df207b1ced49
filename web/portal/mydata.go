package portal

import (
	"cmp"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/registry"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// dataPage is what every registry holds of the reader, or of a child of theirs.
type dataPage struct {
	whose
	Now        time.Time
	Registries []holding
	MayDispute bool
}

// holding is what one registry holds.
type holding struct {
	*registry.Definition
	Keeper  gov.Text
	Records []heldRecord
	Away    bool // its source does not answer now
}

type heldRecord struct {
	registry.Record
	Fields  []heldField
	Changes []heldChange
}

// heldField is one datum in words, and since when the registry says so.
type heldField struct {
	ui.Field
	Since     time.Time
	Sensitive bool
}

// heldChange is one version of a record, in brief.
type heldChange struct {
	Version  int64
	At       time.Time
	From     time.Time
	Names    []gov.Text // the fields that changed; none: the record began
	Source   string     // the phrase portal.data.by.…
	Case     gov.CaseID // of the reader, by which it changed
	Reason   string
	Disputed bool
}

// myData shows what the registries hold. A person's own reading is no look.
func (p *Portal) myData(w http.ResponseWriter, r *http.Request) error {
	data := dataPage{}
	var civil string
	err := p.whose(r, &data.whose, func(tx *db.Tx) error {
		data.Now, data.Registries = tx.Now(), nil
		known, err := identity.Known(tx, data.Person)
		if err != nil {
			return err
		}
		civil = known.CivilNumber
		_, err = p.Engine.Packs.Current(tx, correction)
		data.MayDispute = err == nil
		for _, d := range p.registries() {
			if d.Person == "" || d.Connector != nil {
				continue
			}
			list, err := p.Records.Own(tx, d.ID, data.Person)
			if err != nil {
				return err
			}
			data.Registries = append(data.Registries, p.holding(r, d, list))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !data.Child {
		data.Registries = append(data.Registries, p.elsewhere(r, civil)...)
	}
	slices.SortStableFunc(data.Registries, func(a, b holding) int { return cmp.Compare(len(b.Records), len(a.Records)) })
	return pages.Render(w, r, "my-data", data)
}

func (p *Portal) registries() []*registry.Definition {
	if p.Records == nil {
		return nil
	}
	return p.Records.Definitions()
}

// elsewhere asks the sources of registries whose records live elsewhere; that
// takes no transaction, for it may take seconds.
func (p *Portal) elsewhere(r *http.Request, civil string) (out []holding) {
	for _, d := range p.registries() {
		if d.Person == "" || d.Connector == nil || civil == "" {
			continue
		}
		list, err := p.Records.ElsewhereOfPerson(r.Context(), d.ID, civil)
		var each [][]registry.Record
		for _, x := range list {
			each = append(each, []registry.Record{x})
		}
		h := p.holding(r, d, each)
		h.Away = err != nil
		out = append(out, h)
	}
	return out
}

func (p *Portal) holding(r *http.Request, d *registry.Definition, list [][]registry.Record) holding {
	h := holding{Definition: d, Keeper: p.org(r.Context(), d.Organisation)}
	for _, versions := range list {
		x := heldRecord{Record: versions[0]}
		for i, f := range ask.Fields(d.Questions(), ask.Page{Answers: form.Answers(x.Values), Currency: p.Engine.Currency}) {
			q := d.Questions()[i]
			if x.Values[q.Name] == nil {
				continue
			}
			f.Label = d.Field(q.Name).Label
			if code, ok := x.Values[q.Name].(string); ok && d.Field(q.Name).Kind == form.Country {
				f.Value = form.Nation(code, ui.LangOf(r))
			}
			x.Fields = append(x.Fields, heldField{f, since(versions, q.Name), d.Field(q.Name).Personal == registry.Sensitive})
		}
		x.Changes = changes(d, versions)
		h.Records = append(h.Records, x)
	}
	return h
}

// since is the moment from which a field has held its value without a break.
func since(versions []registry.Record, field string) time.Time {
	at := versions[0].From
	for _, v := range versions[1:] {
		if !reflect.DeepEqual(v.Values[field], versions[0].Values[field]) {
			break
		}
		at = v.From
	}
	return at
}

// mostChanges is how many versions of a record a page tells of.
const mostChanges = 10

func changes(d *registry.Definition, versions []registry.Record) (out []heldChange) {
	for i, v := range versions[:min(len(versions), mostChanges)] {
		c := heldChange{Version: v.Version, At: v.Recorded, From: v.From, Reason: v.Reason}
		kind, id, _ := strings.Cut(v.Source, ":")
		if c.Source = kind; kind == "case" {
			c.Case = gov.CaseID(id)
		}
		if !slices.Contains([]string{"case", "import", "correction", "sample"}, kind) {
			c.Source = "other"
		}
		if i+1 < len(versions) {
			for _, f := range d.Fields {
				if !reflect.DeepEqual(v.Values[f.Name], versions[i+1].Values[f.Name]) {
					c.Names = append(c.Names, f.Label)
				}
			}
		}
		out = append(out, c)
	}
	return out
}

// dispute begins the correction of one field of a record of the reader's, or of
// their child's: a draft that its person completes and sends.
func (p *Portal) dispute(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	lang := ui.LangOf(r)
	of := whose{}
	var c *casework.Case
	err := p.write(r, func(tx *db.Tx) error {
		of.For = r.PostForm.Get("for")
		if err := of.find(tx); err != nil {
			return err
		}
		d, x, err := p.disputed(tx, of.Person, gov.RegistryID(r.PostForm.Get("registry")), r.PostForm.Get("record"))
		if err != nil {
			return err
		}
		f := d.Field(r.PostForm.Get("field"))
		if f == nil {
			return errNoField
		}
		answers := form.Answers{"keeper": string(d.Organisation), "registry": string(d.ID), "record": x.Key, "field": f.Name}
		for _, q := range d.Questions() {
			if shown := form.Display(q, x.Values[q.Name], lang, p.Engine.Currency); q.Name == f.Name && shown != "" {
				answers["shown"] = shortened(shown, 200)
			}
		}
		if err := p.offered(tx, d, f, answers, lang); err != nil {
			return err
		}
		c, err = p.begin(tx, correction, of.Person, "field", answers)
		return err
	})
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/cases/"+string(c.ID)+"/apply/record")
}

// offered keeps to what the correction offers: a registry or a detail that it does
// not name is another one, told in words.
func (p *Portal) offered(tx *db.Tx, d *registry.Definition, f *registry.Field, answers form.Answers, lang gov.Lang) error {
	pk, err := p.Engine.Packs.Current(tx, correction)
	if err != nil {
		return err
	}
	for name, label := range map[string]gov.Text{"registry": d.Title, "field": f.Label} {
		q := pk.Form.Question(name)
		if q == nil || len(q.Options) == 0 || slices.ContainsFunc(q.Options, func(o form.Option) bool { return o.Value == answers[name] }) {
			continue
		}
		said, _ := answers["shown"].(string)
		answers[name], answers["shown"] = "other", shortened(strings.TrimSpace(label.In(lang)+": "+said), 200)
	}
	return nil
}

var errNoField = gov.Fail(gov.NotFound, "لا يوجد بيان كهذا في السجل", "The registry holds no such detail of you")

// disputed finds the record that is disputed among those of the person; a record
// whose source is elsewhere is not named, and corrected there.
func (p *Portal) disputed(tx *db.Tx, person gov.PersonID, id gov.RegistryID, record string) (*registry.Definition, registry.Record, error) {
	if p.Records == nil {
		return nil, registry.Record{}, errNoField
	}
	d, err := p.Records.Definition(id)
	if err != nil || d.Connector != nil {
		return d, registry.Record{}, err
	}
	list, err := p.Records.Own(tx, id, person)
	for _, v := range list {
		if v[0].ID == record {
			return d, v[0], nil
		}
	}
	return nil, registry.Record{}, cmp.Or[error](err, errNoField)
}
