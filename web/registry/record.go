package registry

import (
	"net/http"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	records "diwan.example/registry"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// recordPage is a record as of a moment, with its history.
type recordPage struct {
	*records.Definition
	Record     *records.Record
	Fields     []ui.Field
	History    []version
	At         time.Time // the past day it is shown for; zero: now
	Day        string
	Now        time.Time
	Purpose    string
	MayCorrect bool
}

// Home is the address of the registry.
func (p recordPage) Home() string { return "/registries/" + string(p.ID) }

// Ended reports whether the record has ended by the day it is shown for.
func (p recordPage) Ended() bool { return p.Record.Ended(p.Now) }

// version is one line of a record's history.
type version struct {
	records.Record
	By      string     // case, import, correction, sample
	Who     gov.Text   // who corrected
	Changed []gov.Text // the fields that changed; none: the record began
}

// fields are the values of a record as fields to show to r's reader.
func (p *Registries) fields(r *http.Request, d *records.Definition, values map[string]any) []ui.Field {
	qs := d.Questions()
	out := ask.Fields(qs, ask.Page{Answers: form.Answers(values), Currency: p.Currency})
	for i := range out {
		f := d.Field(qs[i].Name)
		out[i].Label = f.Label
		if code, ok := values[f.Name].(string); ok && f.Kind == form.Country {
			out[i].Value = form.Nation(code, ui.LangOf(r))
		}
	}
	return out
}

// lookup shows one record to the keeper's officer, who says why.
func (p *Registries) lookup(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	d, err := p.definition(r)
	if err != nil {
		return err
	}
	at, err := p.day(r.PostForm.Get("at"))
	if err == nil && at.After(p.Book.DB.Now()) {
		at = time.Time{}
	}
	page := &recordPage{Definition: d, At: at, Day: strings.TrimSpace(r.PostForm.Get("at")), Purpose: r.PostForm.Get("purpose"), MayCorrect: d.MayCorrect(gov.ActorFrom(r.Context()))}
	if err == nil {
		err = p.read(r, d, page, records.Ask{Registry: d.ID, Key: r.PostForm.Get("key"), ID: r.PostForm.Get("record"), AsOf: at, Purpose: page.Purpose})
	}
	if err != nil {
		return p.again(w, r, err, "key")
	}
	return pages.Render(w, r, "record", page)
}

// read fills the page from here or from where the records live.
func (p *Registries) read(r *http.Request, d *records.Definition, page *recordPage, q records.Ask) (err error) {
	if d.Connector != nil {
		page.Now = p.Book.DB.Now()
		page.Record, err = p.Book.LookupElsewhere(r.Context(), q)
		if err == nil {
			page.Fields = p.fields(r, d, page.Record.Values)
		}
		return err
	}
	return p.Book.DB.Write(r.Context(), func(tx *db.Tx) error {
		x, err := p.Book.Lookup(tx, q)
		if err != nil {
			return err
		}
		page.Record, page.Fields, page.Now = x, p.fields(r, d, x.Values), tx.Now()
		list, err := p.Book.History(tx, d.ID, x.Key)
		if err != nil {
			return err
		}
		page.History, err = history(tx, d, list)
		return err
	})
}

// history tells the versions of a record, newest first.
func history(tx *db.Tx, d *records.Definition, list []records.Record) (out []version, err error) {
	var staff []gov.PersonID
	for _, x := range list {
		if who, ok := strings.CutPrefix(x.Source, "correction:"); ok {
			staff = append(staff, gov.PersonID(who))
		}
	}
	names, err := identity.Names(tx, staff...)
	for i, x := range list {
		kind, id, _ := strings.Cut(x.Source, ":")
		v := version{Record: x, By: kind}
		if kind == "correction" {
			v.Who = names[gov.PersonID(id)]
		}
		if i+1 < len(list) {
			for _, f := range d.Differing(&list[i+1], &list[i]) {
				v.Changed = append(v.Changed, d.Field(f).Label)
			}
		}
		out = append(out, v)
	}
	return out, err
}
