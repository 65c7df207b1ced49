package registry

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	records "diwan.example/registry"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// onePage is a registry, and for its keeper's people what they may ask of it.
type onePage struct {
	*records.Definition
	Keeper   gov.Text
	Count    int
	Writers  []gov.Text // services whose cases write
	Mine     bool
	Key      askForm
	Searches []askForm
	Batches  []records.Batch
	Found    []foundRecord
	Searched bool
	Done     string
	Problems gov.Problems
}

// askForm asks for records by the key or by an allowed search.
type askForm struct {
	Title  gov.Text
	Action string
	Fields []ui.Field
	Open   bool
}

// foundRecord is a record that a search found: enough to tell it from others.
type foundRecord struct {
	records.Record
	Fields  []ui.Field
	Purpose string
}

// Elsewhere reports whether its records live elsewhere.
func (p onePage) Elsewhere() bool { return p.Connector != nil }

// Marks says how personal a field is; nothing for what is not.
func (p onePage) Marks(f records.Field) string {
	if f.Personal == records.NotPersonal {
		return ""
	}
	return string(f.Personal)
}

func (p *Registries) onePage(r *http.Request, asked url.Values, bad gov.Problems) (*onePage, error) {
	d, err := p.definition(r)
	if err != nil {
		return nil, err
	}
	counts, err := p.Book.Counts(r.Context())
	if err != nil {
		return nil, err
	}
	out := &onePage{Definition: d, Keeper: p.Organisation(r.Context(), d.Organisation), Count: counts[d.ID], Mine: d.MayRead(gov.ActorFrom(r.Context())), Problems: bad}
	for _, s := range d.Writers.Services {
		out.Writers = append(out.Writers, p.Service(r.Context(), s))
	}
	if !out.Mine {
		return out, nil
	}
	home := "/registries/" + string(d.ID)
	out.Key = askForm{Title: d.Field(d.Key).Label, Action: home + "/lookup", Fields: p.keyFields(d, asked, bad)}
	if d.Connector == nil {
		for i, set := range d.Search {
			out.Searches = append(out.Searches, p.searchForm(d, i, set, home, asked, bad))
		}
	}
	out.Batches, err = p.batches(r, d)
	return out, err
}

func purposeField(value string, suffix string) ui.Field {
	return ui.Field{Kind: "short-text", Name: "purpose" + suffix, Label: pages.T("registry.purpose"), Hint: pages.T("registry.purpose.hint"), MaxLength: 200, Value: value}
}

func (p *Registries) keyFields(d *records.Definition, asked url.Values, bad gov.Problems) []ui.Field {
	if asked.Get("_set") != "" { // another form was sent
		asked, bad = url.Values{}, nil
	}
	key := d.Field(d.Key)
	list := []ui.Field{
		{Kind: kindOf(key), Name: "key", Label: key.Label, MaxLength: 60, Value: asked.Get("key")},
		purposeField(asked.Get("purpose"), ""),
		{Kind: "short-text", Name: "at", Label: pages.T("registry.at"), Hint: pages.T("registry.at.hint"), Optional: true, MaxLength: 20, Value: asked.Get("at")},
	}
	for i := range list {
		for _, b := range bad {
			if b.Field == list[i].Name || list[i].Name == "key" && b.Field == d.Key {
				list[i].Error = b.Text
			}
		}
	}
	return list
}

func kindOf(f *records.Field) string {
	if f.Kind == form.CivilNumber {
		return string(f.Kind)
	}
	return string(form.ShortText)
}

// searchForm is the form of one allowed search. Its fields carry the number of
// the search, so that several forms stand on one page.
func (p *Registries) searchForm(d *records.Definition, i int, set []string, home string, asked url.Values, bad gov.Problems) askForm {
	suffix := "_" + string(rune('a'+i))
	mine := asked.Get("_set") == suffix
	out := askForm{Action: home + "/search", Open: mine}
	ar, en := make([]string, len(set)), make([]string, len(set))
	var qs []form.Question
	answers := form.Answers{}
	for k, name := range set {
		f := d.Field(name)
		ar[k], en[k] = f.Label[gov.Arabic], f.Label[gov.English]
		q := searchQuestion(d, name)
		q.Name += suffix
		qs = append(qs, q)
	}
	if mine {
		answers, _, _ = ask.Read(asked, qs)
	}
	out.Title = gov.T(strings.Join(ar, pages.T("registry.and").In(gov.Arabic)), strings.Join(en, pages.T("registry.and").In(gov.English)))
	var shown gov.Problems
	if mine {
		for _, b := range bad {
			shown = append(shown, gov.Problem{Field: b.Field + suffix, Text: b.Text})
		}
	}
	out.Fields = ask.Fields(qs, ask.Page{Answers: answers, Problems: shown, Currency: p.Currency})
	why := purposeField("", suffix)
	if mine {
		why.Value = asked.Get("purpose" + suffix)
	}
	for _, b := range shown {
		if b.Field == why.Name {
			why.Error = b.Text
		}
	}
	out.Fields = append(out.Fields, why, ui.Field{Kind: "hidden", Name: "_set", Value: suffix})
	return out
}

// searchQuestion asks for a field without the limits of what is stored.
func searchQuestion(d *records.Definition, name string) form.Question {
	for _, q := range d.Questions() {
		if q.Name == name {
			return form.Question{Name: q.Name, Kind: q.Kind, Label: d.Field(name).Label, Options: q.Options}
		}
	}
	return form.Question{Name: name, Kind: form.ShortText}
}

func (p *Registries) one(w http.ResponseWriter, r *http.Request) error {
	page, err := p.onePage(r, url.Values{}, nil)
	if err != nil {
		return err
	}
	if page.Mine && r.URL.Query().Get("done") == "corrected" {
		page.Done = "corrected"
	}
	return pages.Render(w, r, "one", page)
}

// again shows the registry with what was asked and what is wrong with it; err
// comes back when it is nobody's mistake.
func (p *Registries) again(w http.ResponseWriter, r *http.Request, err error, field string) error {
	bad, ok := gov.ProblemsOf(err, field)
	if !ok && (gov.KindOf(err) == gov.NotFound || gov.KindOf(err) == gov.Unavailable) {
		bad, ok = gov.Problems{{Field: field, Text: gov.PublicOf(err)}}, true
	}
	if !ok {
		return err
	}
	page, perr := p.onePage(r, r.PostForm, bad)
	if perr != nil || !page.Mine {
		return errors.Join(err, perr)
	}
	return pages.RenderInvalid(w, r, "one", page)
}

// search finds records by an allowed search; each that is found is in its
// person's access log.
func (p *Registries) search(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	d, err := p.definition(r)
	if err != nil {
		return err
	}
	suffix := r.PostForm.Get("_set")
	i := 0
	if len(suffix) == 2 {
		i = int(suffix[1]) - 'a'
	}
	if i < 0 || i >= len(d.Search) || len(suffix) != 2 {
		return gov.Fail(gov.Invalid, "طلب البحث غير مفهوم", "The search is not understood")
	}
	var qs []form.Question
	for _, name := range d.Search[i] {
		q := searchQuestion(d, name)
		q.Name += suffix
		qs = append(qs, q)
	}
	answers, _, _ := ask.Read(r.PostForm, qs)
	wanted := map[string]any{}
	for _, name := range d.Search[i] {
		wanted[name] = answers[name+suffix]
		if wanted[name] == nil {
			wanted[name] = ""
		}
	}
	why := r.PostForm.Get("purpose" + suffix)
	var list []records.Record
	err = p.Book.DB.Write(r.Context(), func(tx *db.Tx) (err error) { list, err = p.Book.Search(tx, d.ID, wanted, why); return err })
	if err != nil {
		return p.again(w, r, err, d.Search[i][0])
	}
	page, err := p.onePage(r, r.PostForm, nil)
	if err != nil {
		return err
	}
	page.Searched = true
	for _, x := range list {
		page.Found = append(page.Found, foundRecord{x, p.fields(r, d, x.Values)[:min(3, len(d.Fields))], why})
	}
	return pages.Render(w, r, "one", page)
}

// day reads a day of a form: its last moment; zero when none is given.
func (p *Registries) day(s string) (time.Time, error) {
	if s = strings.TrimSpace(gov.Digits(s)); s == "" {
		return time.Time{}, nil
	}
	zone := p.Book.Zone
	if zone == nil {
		zone = time.UTC
	}
	t, err := time.ParseInLocation(time.DateOnly, s, zone)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		return t, gov.Problems{{Field: "at", Text: pages.T("registry.at.wrong")}}
	}
	return t.AddDate(0, 0, 1).Add(-time.Millisecond).UTC(), nil
}
