package register

import (
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/web/ui"
)

// line is one field as it is written: a box, or one for each language side by side.
type line []ui.Field

// lines are fields for a page: those that are usual, and those put aside.
type lines struct {
	Usual, Rare []line
	Open        bool // something among the rare ones is filled or wrong
}

// listed is a list with its rows as they are written.
type listed struct {
	ID       string
	Label    gov.Text
	Row      gov.Text
	Wrong    gov.Text // of the list as a whole
	Rows     []written
	From, N  int
	Was      int
	Total    int
	More     bool // another row may be added
	Previous string
	Next     string
}

type written struct {
	lines
	Place  string // "channels.2"
	Number int
	Wrong  gov.Text
}

var kinds = map[catalogue.FieldKind]string{
	catalogue.Phrase: "short-text", catalogue.Prose: "long-text", catalogue.Phrases: "short-text", catalogue.Line: "short-text", catalogue.Link: "short-text",
	catalogue.Email: "email", catalogue.Phone: "short-text", catalogue.Code: "one-of", catalogue.Codes: "many-of", catalogue.Names: "short-text",
	catalogue.Number: "number", catalogue.Days: "number", catalogue.Amount: "money", catalogue.Day: "date", catalogue.Flag: "declaration", catalogue.Opening: "short-text",
}

// writer makes the fields of a sheet.
type writer struct {
	*sheet
	wrong   gov.Problems
	choices map[string][]catalogue.Choice
}

func (w *writer) lines(fields []catalogue.Field, prefix string) (out lines) {
	for i := range fields {
		f := &fields[i]
		if f.Kind == catalogue.List {
			continue
		}
		l := w.line(f, prefix)
		if !f.Rare {
			out.Usual = append(out.Usual, l)
			continue
		}
		out.Rare = append(out.Rare, l)
		for _, x := range l {
			out.Open = out.Open || x.Value != "" || len(x.Chosen) > 0 || len(x.Error) > 0
		}
	}
	return out
}

func (w *writer) line(f *catalogue.Field, prefix string) (out line) {
	for i, name := range w.names(f, prefix) {
		x := ui.Field{Kind: kinds[f.Kind], Name: name, Label: f.Label, Hint: f.Hint, Optional: !f.Needed, Error: w.at(name, f)}
		if f.InLanguages() {
			language := catalogue.InWords(catalogue.LanguageWords, string(w.langs[i]))
			x.Label = gov.Text{gov.Arabic: f.Label.In(gov.Arabic) + " – " + language.In(gov.Arabic), gov.English: f.Label.In(gov.English) + " – " + language.In(gov.English)}
			if i > 0 {
				x.Hint = nil
			}
		}
		w.answer(&x, f)
		out = append(out, x)
	}
	return out
}

// answer puts what stands in the boxes into a field.
func (w *writer) answer(x *ui.Field, f *catalogue.Field) {
	typed := w.boxes[x.Name]
	x.Value = strings.Join(typed, "")
	switch f.Kind {
	case catalogue.Codes:
		x.Chosen, x.Options = typed, options(w.of(f))
	case catalogue.Code:
		x.Options = options(w.of(f))
		if !f.Needed && !f.Whole && !x.Wide() {
			x.Options = append(x.Options, ui.Option{Value: "", Text: pages.T("register.not-said")})
		}
	case catalogue.Day:
		date := ui.Fill([]ui.Field{*x}, map[string]any{last(x.Name): ui.ReadDate(w.boxes, x.Name)}, nil, w.currency)[0]
		x.Value, x.Parts = date.Value, date.Parts
	case catalogue.Flag:
		x.Optional = true
	}
}

func last(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func (w *writer) of(f *catalogue.Field) []catalogue.Choice {
	if f.From != "" {
		return w.choices[f.From]
	}
	return f.Choices
}

// at is what is wrong with a box, or with something inside it.
func (w *writer) at(name string, f *catalogue.Field) gov.Text {
	for _, p := range w.wrong {
		if p.Field == name || !f.InLanguages() && strings.HasPrefix(p.Field, name+".") {
			return p.Text
		}
	}
	return nil
}

// list makes the rows of the sheet's list; nil when it has none. total is how
// many rows the entry has.
func (w *writer) list(total int) *listed {
	f := w.part.List()
	if f == nil {
		return nil
	}
	out := &listed{ID: f.ID, Label: f.Label, Row: f.Row, From: w.from, N: w.n, Was: w.was(), Total: total, More: w.n < rowsMost, Wrong: w.exactly(f.ID)}
	for k := range w.n {
		i := w.from + k
		prefix := prefixOf(f, i)
		out.Rows = append(out.Rows, written{w.lines(f.Fields, prefix), strings.TrimSuffix(prefix, "."), i + 1, w.exactly(strings.TrimSuffix(prefix, "."))})
	}
	return out
}

func (w *writer) exactly(place string) gov.Text {
	for _, p := range w.wrong {
		if p.Field == place {
			return p.Text
		}
	}
	return nil
}

// placed points each problem to a box that is on the page, for the summary's
// links; those of rows on other pages keep their place.
func (w *writer) placed(fields []line) (out gov.Problems) {
	for _, p := range w.wrong {
		best := p.Field
		for _, l := range fields {
			for _, x := range l {
				if strings.HasPrefix(p.Field, x.Name+".") {
					best = x.Name
				}
			}
		}
		out = append(out, gov.Problem{Field: best, Text: p.Text})
	}
	return out
}
