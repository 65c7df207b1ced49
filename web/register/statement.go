package register

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// statementPage is what an entity says of one of its services for a year, signed
// by whoever says it. What is proven by cases stands elsewhere.
type statementPage struct {
	head
	form
	Earlier []stated
	Year    string
}

type stated struct {
	catalogue.Statement
	Author gov.Text
}

// Online is the level in words; empty when it was not said.
func (s stated) Online() gov.Text {
	if s.Level == nil {
		return nil
	}
	return catalogue.InWords(catalogue.LevelWords, fmt.Sprint(*s.Level))
}

// Yes counts the interaction points that are online, and those that apply.
func (s stated) Yes() [2]int {
	n := [2]int{}
	for _, a := range s.Points {
		if a == country.Yes {
			n[0]++
		}
		if a != country.NotApplicable {
			n[1]++
		}
	}
	return n
}

func statementFields(e catalogue.Entry) []ui.Field {
	fields := []ui.Field{
		{Kind: "short-text", Name: "year", Label: pages.T("register.statement.year"), Hint: pages.T("register.statement.year.hint"), MaxLength: 9},
		{Kind: "one-of", Name: "level", Label: pages.T("register.statement.level"), Options: options(catalogue.LevelWords)},
		{Kind: "date", Name: "on", Label: pages.T("register.statement.on")},
		{Kind: "short-text", Name: "link", Label: pages.T("register.statement.link"), Hint: pages.T("register.statement.link.hint")},
	}
	for _, p := range catalogue.PointWords {
		fields = append(fields, ui.Field{Kind: "one-of", Name: "point_" + p.Code, Label: pages.T("register.statement.point", p.Text), Options: options(catalogue.AnswerWords)})
	}
	for _, k := range e.Channels.Kinds() {
		fields = append(fields, ui.Field{Kind: "number", Name: "volume_" + k, Label: pages.T("register.statement.volume", catalogue.InWords(catalogue.ChannelWords, k)), Optional: true})
	}
	return append(fields,
		ui.Field{Kind: "group", Name: "standards", Label: pages.T("register.statement.standards"), Hint: pages.T("register.statement.standards.hint"), Optional: true, Inner: []ui.Field{
			{Kind: "hidden", Name: "id"},
			{Kind: "short-text", Name: "name_ar", Label: pages.T("register.statement.standard.ar")}, {Kind: "short-text", Name: "name_en", Label: pages.T("register.statement.standard.en")},
			{Kind: "number", Name: "target", Label: pages.T("register.statement.target"), Suffix: gov.T("%", "%"), Optional: true},
			{Kind: "number", Name: "meeting", Label: pages.T("register.statement.meeting"), Optional: true}, {Kind: "number", Name: "total", Label: pages.T("register.statement.total"), Optional: true},
			{Kind: "one-of", Name: "met", Label: pages.T("register.statement.met"), Options: options(catalogue.AnswerWords)},
		}},
		ui.Field{Kind: "declaration", Name: "signed", Label: pages.T("register.statement.signed")})
}

// answersOf puts a statement into the form's boxes.
func answersOf(s catalogue.Statement) map[string]any {
	out := map[string]any{"year": s.Year, "on": s.On, "link": s.Link}
	if s.Level != nil {
		out["level"] = fmt.Sprint(*s.Level)
	}
	for p, a := range s.Points {
		out["point_"+string(p)] = string(a)
	}
	for k, n := range s.Volumes {
		out["volume_"+k] = fmt.Sprint(n)
	}
	rows := []map[string]any{}
	for _, x := range s.Standards {
		row := map[string]any{"id": x.ID, "name_ar": x.Name[gov.Arabic], "name_en": x.Name[gov.English], "met": string(x.Met)}
		if f, err := strconv.ParseFloat(x.Target, 64); err == nil {
			row["target"] = strconv.FormatFloat(f*100, 'f', -1, 64)
		}
		for name, n := range map[string]*int64{"meeting": x.Meeting, "total": x.Total} {
			if n != nil {
				row[name] = fmt.Sprint(*n)
			}
		}
		rows = append(rows, row)
	}
	out["standards"] = rows
	return out
}

func (g *Register) statementPage(r *http.Request) (p *statementPage, err error) {
	p = &statementPage{}
	err = g.read(r, func(tx *db.Tx) (err error) {
		if p.head, err = g.head(tx, r); err != nil {
			return err
		}
		if p.Published == nil {
			return gov.Fail(gov.NotFound, "البيان عن خدمة منشورة", "A statement is about a published service")
		}
		list, err := catalogue.StatementsOf(tx, p.ID)
		if err != nil {
			return err
		}
		var people []gov.PersonID
		for _, s := range list {
			people = append(people, s.Author)
		}
		if p.Names, err = identity.Names(tx, people...); err != nil {
			return err
		}
		for _, s := range list {
			p.Earlier = append(p.Earlier, stated{s, p.Who(s.Author)})
		}
		p.Year = shortened(r.URL.Query().Get("year"))
		return nil
	})
	return p, err
}

func (g *Register) statement(w http.ResponseWriter, r *http.Request) error {
	p, err := g.statementPage(r)
	if err != nil {
		return err
	}
	s := catalogue.Statement{Year: p.Year}
	if s.Year == "" {
		s.Year = fmt.Sprint(g.DB.Now().In(g.Country.Calendar.Zone).Year())
	}
	for _, x := range p.Earlier {
		if x.Year == s.Year {
			s = x.Statement
		}
	}
	if s.Service == "" { // the first one for the year begins with what the entry declares
		o := p.Published.Online
		s.Level, s.On, s.Link, s.Points = &o.Level, o.Declared, o.Link, o.Points
	}
	p.Fields = ui.Fill(statementFields(p.Published.Entry), answersOf(s), nil, g.Country.Currency)
	return pages.Render(w, r, "statement", p)
}

// state signs a statement. What cannot be read is shown again at its place.
func (g *Register) state(w http.ResponseWriter, r *http.Request) error {
	p, err := g.statementPage(r)
	if err != nil {
		return err
	}
	if !p.Write {
		return gov.Fail(gov.Denied, "البيان تقدمه الجهة التي تملك الخدمة", "The entity that owns the service makes the statement")
	}
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	fields := statementFields(p.Published.Entry)
	answers := ui.Read(r.PostForm, fields)
	if _, again := ui.Rearranged(r.PostForm); again {
		p.Fields = ui.Fill(fields, answers, nil, g.Country.Currency)
		return pages.Render(w, r, "statement", p)
	}
	s, wrong := read(p.Earlier, answers)
	s.Service, s.Organisation = p.ID, p.Organisation
	if len(wrong) > 0 {
		p.Fields, p.Problems = ui.Fill(fields, answers, wrong, g.Country.Currency), wrong
		return pages.RenderInvalid(w, r, "statement", p)
	}
	if err := g.write(r, func(tx *db.Tx) error { return catalogue.State(tx, s) }); err != nil {
		return err
	}
	return ui.Redirect(w, r, home(p.ID)+"/statement?done=stated&year="+s.Year)
}

// read makes a statement of what was typed; what the form does not ask stays as
// it was said earlier for the year.
func read(earlier []stated, answers map[string]any) (s catalogue.Statement, wrong gov.Problems) {
	a := &reader{answers: answers}
	year := a.year()
	for _, x := range earlier {
		if x.Year == year {
			s = x.Statement
		}
	}
	s.Year, s.On, s.Link = year, a.day("on"), a.link("link")
	if n := a.count("level"); n != nil && *n <= 4 {
		level := int(*n)
		s.Level = &level
	} else {
		a.fail("level", "اختر المستوى", "Choose the level")
	}
	s.Points = map[country.Point]country.Answer{}
	for _, p := range country.Points {
		if x := a.answer("point_" + string(p)); x != "" {
			s.Points[p] = x
		}
	}
	s.Volumes = map[string]int64{}
	for _, k := range country.ChannelKinds {
		if n := a.count("volume_" + k); n != nil {
			s.Volumes[k] = *n
		}
	}
	was := map[string]catalogue.Standard{}
	for _, x := range s.Standards {
		was[x.ID] = x
	}
	s.Standards = nil
	rows, _ := answers["standards"].([]map[string]any)
	for i, row := range rows {
		s.Standards = append(s.Standards, a.standard(i, row, was))
	}
	if a.said("signed") != "true" {
		a.fail("signed", "أقرّ بالبيان قبل تقديمه", "Sign the statement before you make it")
	}
	return s, a.wrong
}

// reader reads answers and gathers what is wrong.
type reader struct {
	prefix  string
	answers map[string]any
	wrong   gov.Problems
}

func (a *reader) said(name string) string {
	s, _ := a.answers[name].(string)
	s, _ = gov.CleanText(strings.TrimSpace(s))
	return s
}

func (a *reader) fail(name, ar, en string) {
	a.wrong = append(a.wrong, gov.Problem{Field: a.prefix + name, Text: gov.T(ar, en)})
}

func (a *reader) standard(i int, row map[string]any, was map[string]catalogue.Standard) catalogue.Standard {
	in := &reader{prefix: fmt.Sprintf("standards.%d.", i), answers: row}
	x := was[in.said("id")]
	if x.ID == "" {
		x.ID = fmt.Sprintf("standard-%d", i+1)
		for n := len(was) + i + 1; was[x.ID].ID != ""; n++ {
			x.ID = fmt.Sprintf("standard-%d", n)
		}
	}
	x.Name = gov.Text{}
	for name, l := range map[string]gov.Lang{"name_ar": gov.Arabic, "name_en": gov.English} {
		if x.Name[l] = in.said(name); x.Name[l] == "" {
			in.fail(name, "اكتب اسم المعيار", "Write the name of the standard")
		}
	}
	x.Meeting, x.Total, x.Met = in.count("meeting"), in.count("total"), in.answer("met")
	if x.Meeting != nil && x.Total != nil && *x.Meeting > *x.Total {
		in.fail("meeting", "لا يزيد ما التزم بالمعيار على المجموع", "No more can meet the standard than there were")
	}
	x.Target = ""
	if s := gov.Digits(in.said("target")); s != "" {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f <= 0 || f > 100 {
			in.fail("target", "اكتب نسبة من 1 إلى 100", "Write a share from 1 to 100")
		}
		x.Target = strconv.FormatFloat(f/100, 'f', -1, 64)
	}
	a.wrong = append(a.wrong, in.wrong...)
	return x
}
