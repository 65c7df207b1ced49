package procedure

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/web/ui"
)

// mostSteps is how many steps one procedure may have.
const mostSteps = 60

func label(name string) gov.Text { return pages.T("procedure.field." + name) }

// options are the words of ids; the first choice is nothing, when that is one.
func options(group string, ids []string, nothing bool) (out []ui.Option) {
	if nothing {
		out = append(out, ui.Option{Text: pages.T("procedure.nothing")})
	}
	for _, id := range ids {
		out = append(out, ui.Option{Value: id, Text: named(group, id)})
	}
	return out
}

// fields are the boxes of a procedure, filled with what is written or was typed.
func (p *Procedure) fields(r *http.Request, e *catalogue.Entry, which string, typed map[string]any) []ui.Field {
	inner := p.inner(r, e)
	steps := ui.Field{Kind: "group", Name: "steps", Label: label("steps"), Hint: label("steps.hint"), Optional: true, MaxRows: mostSteps, Inner: inner}
	rows, _ := typed["steps"].([]map[string]any)
	for i, row := range rows {
		var out []ui.Field
		for _, f := range inner {
			name := f.Name
			f.Name = "steps." + strconv.Itoa(i) + "." + name
			if list, ok := row[name].([]string); ok {
				f.Chosen = list
			} else {
				f.Value = text(row, name)
			}
			out = append(out, f)
		}
		steps.Rows = append(steps.Rows, out)
	}
	since := ui.Field{Kind: "short-text", Name: "since", Label: label("since." + which), Hint: label("since.hint"), Optional: true, Value: text(typed, "since")}
	return []ui.Field{since, steps}
}

// inner are the boxes of one step.
func (p *Procedure) inner(r *http.Request, e *catalogue.Entry) []ui.Field {
	number := func(name string, decimals int) ui.Field {
		return ui.Field{Kind: "number", Name: name, Label: label(name), Optional: true, Decimals: decimals}
	}
	out := []ui.Field{
		{Kind: "short-text", Name: "title_ar", Label: label("title_ar"), MaxLength: 400},
		{Kind: "short-text", Name: "title_en", Label: label("title_en"), MaxLength: 400},
		{Kind: "one-of", Name: "kind", Label: label("kind"), Options: options("kind", country.StepKinds, false)},
		{Kind: "short-text", Name: "id", Label: label("id"), Hint: label("id.hint"), MaxLength: 60},
		{Kind: "short-text", Name: "next", Label: label("next"), Hint: label("next.hint"), Optional: true},
		{Kind: "one-of", Name: "organisation", Label: label("organisation"), Optional: true, Options: p.organisations(r)},
		{Kind: "one-of", Name: "role", Label: label("role"), Optional: true, Options: options("role", country.StepRoles, false)},
		{Kind: "one-of", Name: "visit", Label: label("visit"), Optional: true, Options: options("visit", []string{"yes", "no"}, false)},
		{Kind: "one-of", Name: "channel", Label: label("channel"), Optional: true, Options: options("channel", country.ChannelKinds, true)},
		number("days", 2), number("theirs", 0), number("ours", 0), number("share", 0),
		{Kind: "money", Name: "spent", Label: label("spent"), Optional: true},
	}
	if docs := documents(e.Evidence); len(docs) > 0 {
		out = append(out, ui.Field{Kind: "many-of", Name: "documents", Label: label("documents"), Optional: true, Options: docs})
	}
	return out
}

// documents are the evidence that an entry asks, by id or by place.
func documents(list []country.Evidence) (out []ui.Option) {
	for i, x := range list {
		out = append(out, ui.Option{Value: cmp.Or(x.ID, strconv.Itoa(i+1)), Text: x.Name})
	}
	return out
}

func (p *Procedure) organisations(r *http.Request) []ui.Option {
	out := []ui.Option{{Text: pages.T("procedure.own")}}
	list, err := p.Book.Organisations(r.Context())
	if err != nil {
		return out
	}
	for _, o := range list {
		out = append(out, ui.Option{Value: string(o.ID), Text: o.Name})
	}
	return out
}

// written turns a procedure into what its boxes show.
func written(g *country.Procedure, c gov.Currency) map[string]any {
	if g == nil {
		return map[string]any{}
	}
	var rows []map[string]any
	for _, s := range g.Steps {
		visit := "no"
		if s.Visit {
			visit = "yes"
		}
		spent := ""
		if s.Spent != 0 {
			spent = c.Decimal(s.Spent)
		}
		rows = append(rows, map[string]any{"id": s.ID, "kind": s.Kind, "title_ar": s.Title[gov.Arabic], "title_en": s.Title[gov.English], "organisation": string(s.Organisation),
			"role": string(s.Role), "next": strings.Join(s.Next, " "), "share": whole(s.Share), "documents": s.Documents, "visit": visit, "channel": s.Channel,
			"days": strings.TrimSuffix(strconv.FormatFloat(s.Days, 'f', -1, 64), ".0"), "theirs": whole(s.Theirs), "ours": whole(s.Ours), "spent": spent})
	}
	return map[string]any{"since": g.Since, "steps": rows}
}

func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// step reads one row. What is no number is wrong at its box.
func step(row map[string]any, c gov.Currency) (s country.Step, wrong gov.Problems) {
	get := func(name string) string { return text(row, name) }
	bad := func(name string, words gov.Text) { wrong = append(wrong, gov.Problem{Field: name, Text: words}) }
	number := func(name string, most int) int {
		t := strings.ReplaceAll(gov.Digits(get(name)), ",", "")
		if t == "" {
			return 0
		}
		n, err := strconv.Atoi(t)
		if err != nil || n < 0 || n > most {
			bad(name, pages.T("procedure.wrong.number", most))
		}
		return n
	}
	s = country.Step{ID: strings.ToLower(get("id")), Kind: get("kind"), Organisation: gov.OrgID(get("organisation")), Role: gov.Role(get("role")), Visit: get("visit") == "yes",
		Channel: get("channel"), Share: number("share", 100), Theirs: number("theirs", 100_000), Ours: number("ours", 100_000),
		Next: strings.FieldsFunc(get("next"), func(r rune) bool { return strings.ContainsRune(" ,،;", r) })}
	s.Title = gov.T(get("title_ar"), get("title_en"))
	if list, ok := row["documents"].([]string); ok {
		s.Documents = slices.Clone(list)
	}
	if t := gov.Digits(get("days")); t != "" {
		var err error
		if s.Days, err = strconv.ParseFloat(t, 64); err != nil || !(s.Days >= 0 && s.Days <= 3660) {
			bad("days", pages.T("procedure.wrong.number", 3660))
			s.Days = 0
		}
	}
	if t := get("spent"); t != "" {
		var err error
		if s.Spent, err = c.Parse(t); err != nil {
			bad("spent", gov.PublicOf(err))
		}
	}
	return s, wrong
}
