package linkage

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/plan"
	"diwan.example/registry"
	"diwan.example/web/ui"
)

// proposePage asks for a proposal: first for the registry, then for the rest.
type proposePage struct {
	Title      gov.Text
	Registries []line // to choose from; with none the fields are asked
	Registry   gov.Text
	Plan       string // whose proposal it grows from, "2027/moe"
	Row        string // which of its proposals
	Fields     []ui.Field
	Problems   gov.Problems
	Saves      int
	Back       string
	Tries      bool
	Tried      []tried
	Nothing    bool
}

// proposal is what a form says.
type proposal struct {
	agreement.Terms
	agreement.Span
	PerDayText, PerPersonText, RetentionText string
}

// linkage is the proposal of a yearly plan that the query names.
func (l *Linkage) linkage(tx *db.Tx, ref string, row int) (plan.Linkage, bool, error) {
	year, org, _ := strings.Cut(ref, "/")
	n, err := plan.ParseYear(year)
	if err != nil || gov.OrgID(org) != tx.Actor().Org {
		return plan.Linkage{}, false, nil
	}
	_, parts, err := l.Plans.Parts(tx, n, gov.OrgID(org))
	if err != nil {
		return plan.Linkage{}, false, err
	}
	c := plan.Content{}
	for _, p := range parts {
		c[p.Section.ID] = p.Answers
	}
	if list := c.Linkages(); row >= 0 && row < len(list) {
		return list[row], true, nil
	}
	return plan.Linkage{}, false, nil
}

func (l *Linkage) proposeForm(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	row, err := strconv.Atoi(q.Get("row"))
	if err != nil {
		row = -1
	}
	var from plan.Linkage
	var found bool
	if err := l.DB.Read(r.Context(), func(tx *db.Tx) (err error) { from, found, err = l.linkage(tx, q.Get("plan"), row); return err }); err != nil {
		return err
	}
	x := proposal{Terms: agreement.Terms{Registry: gov.RegistryID(q.Get("registry")), Machine: true}}
	if found {
		x.Plan, x.Purpose = q.Get("plan"), from.Purpose
		if from.Service != "" {
			x.Services = []gov.ServiceID{from.Service}
		}
	}
	d, err := l.Records.Definition(x.Registry)
	if err != nil {
		return l.chooseRegistry(w, r, from.With, x.Plan, q.Get("row"))
	}
	p, err := l.proposePage(r, d, x, nil)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "propose", p)
}

// chooseRegistry offers the registries of others, those of with first.
func (l *Linkage) chooseRegistry(w http.ResponseWriter, r *http.Request, with gov.OrgID, ref, row string) error {
	p := &proposePage{Title: pages.T("linkage.new"), Back: "/agreements/ours", Plan: ref, Row: row}
	a := gov.ActorFrom(r.Context())
	for _, d := range l.Records.Definitions() {
		if d.Organisation == a.Org {
			continue
		}
		x := l.line(r.Context(), agreement.Agreement{Provider: d.Organisation, Terms: agreement.Terms{Registry: d.ID, Attributes: held(d), Purpose: d.About}})
		if d.Organisation == with {
			p.Registries = slices.Insert(p.Registries, 0, x)
		} else {
			p.Registries = append(p.Registries, x)
		}
	}
	return pages.Render(w, r, "propose", p)
}

// held are the attributes that a registry is authoritative for.
func held(d *registry.Definition) (out []gov.AttributeID) {
	for _, f := range d.Fields {
		if f.Authoritative && f.Attribute != "" {
			out = append(append(out, f.Attribute), f.Also...)
		}
	}
	return out
}

// options are choices by id.
func options[T ~string](ids []T, name func(T) gov.Text) (out []ui.Option) {
	for _, id := range ids {
		out = append(out, ui.Option{Value: string(id), Text: name(id)})
	}
	return out
}

func strs[T ~string](list []T) (out []string) {
	for _, x := range list {
		out = append(out, string(x))
	}
	return out
}

var readers = []gov.Role{gov.Officer, gov.Supervisor, gov.Owner, gov.Head}

func (l *Linkage) proposePage(r *http.Request, d *registry.Definition, x proposal, bad gov.Problems) (*proposePage, error) {
	services, err := l.Offered(r.Context(), gov.ActorFrom(r.Context()).Org)
	p := &proposePage{Title: pages.T("linkage.new"), Registry: d.Title, Back: "/agreements/ours", Problems: bad, Tries: len(l.Sample) > 0 && d.Connector == nil}
	yes := func(b bool) string { return map[bool]string{true: "true", false: "false"}[b] }
	p.Fields = []ui.Field{
		{Kind: "hidden", Name: "registry", Value: string(d.ID)},
		{Kind: "hidden", Name: "plan", Value: x.Plan},
		{Kind: "many-of", Name: "attributes", Label: pages.T("linkage.attributes"), Hint: pages.T("linkage.attributes.hint"), Options: options(held(d), l.label), Chosen: strs(x.Attributes)},
		{Kind: "long-text", Name: "purpose", Label: pages.T("linkage.purpose"), Hint: pages.T("linkage.purpose.hint"), MaxLength: 600, Value: x.Purpose[gov.Arabic]},
		{Kind: "long-text", Name: "purpose_en", Label: pages.T("linkage.purpose.en"), MaxLength: 600, Optional: true, Value: x.Purpose[gov.English]},
		{Kind: "short-text", Name: "legal", Label: pages.T("linkage.legal"), Hint: pages.T("linkage.legal.hint"), MaxLength: 600, Value: x.Legal[gov.Arabic]},
		{Kind: "short-text", Name: "legal_en", Label: pages.T("linkage.legal.en"), MaxLength: 600, Optional: true, Value: x.Legal[gov.English]},
		{Kind: "short-text", Name: "link", Label: pages.T("linkage.link"), MaxLength: 500, Optional: true, Value: x.Link},
		{Kind: "many-of", Name: "services", Label: pages.T("linkage.services"), Hint: pages.T("linkage.services.hint"), Options: services, Optional: true, Chosen: strs(x.Services)},
		{Kind: "yes-no", Name: "machine", Label: pages.T("linkage.machine"), Value: yes(x.Machine)},
		{Kind: "many-of", Name: "roles", Label: pages.T("linkage.roles"), Options: options(readers, func(g gov.Role) gov.Text { return pages.T("linkage.role." + string(g)) }), Optional: true, Chosen: strs(x.Roles)},
		{Kind: "short-text", Name: "from", Label: pages.T("linkage.from"), Hint: pages.T("linkage.day.hint"), MaxLength: 20, Value: x.Span.From},
		{Kind: "short-text", Name: "until", Label: pages.T("linkage.until"), Hint: pages.T("linkage.until.hint"), MaxLength: 20, Value: x.Span.Until},
		{Kind: "number", Name: "per_day", Label: pages.T("linkage.per_day"), Optional: true, Value: x.PerDayText},
		{Kind: "number", Name: "per_person", Label: pages.T("linkage.per_person"), Optional: true, Value: x.PerPersonText},
		{Kind: "number", Name: "retention", Label: pages.T("linkage.retention"), Hint: pages.T("linkage.retention.hint"), Optional: true, Value: x.RetentionText},
		{Kind: "yes-no", Name: "consent", Label: pages.T("linkage.consent"), Hint: pages.T("linkage.consent.hint"), Value: yes(x.Consent)},
		{Kind: "yes-no", Name: "events", Label: pages.T("linkage.tell"), Hint: pages.T("linkage.tell.hint"), Value: yes(x.Terms.Events)},
	}
	if len(services) == 0 {
		p.Fields = slices.DeleteFunc(p.Fields, func(f ui.Field) bool { return f.Name == "services" })
	}
	place := func(b gov.Problem) int {
		return slices.IndexFunc(p.Fields, func(f ui.Field) bool { return f.Name == b.Field })
	}
	slices.SortStableFunc(bad, func(a, b gov.Problem) int { return place(a) - place(b) })
	for i := range p.Fields {
		for _, b := range bad {
			if b.Field == p.Fields[i].Name {
				p.Fields[i].Error = b.Text
			}
		}
	}
	return p, err
}

// read takes a proposal from a form; numbers that are none are problems.
func read(r *http.Request) (x proposal, bad gov.Problems) {
	f := r.PostForm
	x.Registry, x.Plan, x.Link = gov.RegistryID(f.Get("registry")), f.Get("plan"), f.Get("link")
	x.Purpose, x.Legal = gov.T(f.Get("purpose"), f.Get("purpose_en")), gov.T(f.Get("legal"), f.Get("legal_en"))
	for _, s := range f["attributes"] {
		x.Attributes = append(x.Attributes, gov.AttributeID(s))
	}
	for _, s := range f["services"] {
		x.Services = append(x.Services, gov.ServiceID(s))
	}
	for _, s := range f["roles"] {
		x.Roles = append(x.Roles, gov.Role(s))
	}
	x.Machine, x.Consent, x.Terms.Events = f.Get("machine") == "true", f.Get("consent") == "true", f.Get("events") == "true"
	x.Span = agreement.Span{From: f.Get("from"), Until: f.Get("until")}
	x.PerDayText, x.PerPersonText, x.RetentionText = f.Get("per_day"), f.Get("per_person"), f.Get("retention")
	number := func(text, field string) int64 {
		n, err := strconv.ParseInt(gov.Digits(strings.TrimSpace(text)), 10, 64)
		if err != nil && strings.TrimSpace(text) != "" {
			bad = append(bad, gov.Problem{Field: field, Text: pages.T("linkage.number.wrong")})
		}
		return n
	}
	x.PerDay, x.PerPerson, x.RetentionDays = number(x.PerDayText, "per_day"), number(x.PerPersonText, "per_person"), int(number(x.RetentionText, "retention"))
	return x, bad
}

func (l *Linkage) propose(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	x, bad := read(r)
	d, err := l.Records.Definition(x.Registry)
	if err != nil {
		return err
	}
	if r.PostForm.Get("_try") != "" {
		return l.tryDraft(w, r, d, x)
	}
	var made agreement.Agreement
	if len(bad) == 0 {
		err = l.DB.Write(r.Context(), func(tx *db.Tx) (err error) {
			made, err = l.Office.Propose(tx, d.Organisation, x.Terms, x.Span)
			return err
		})
	}
	return l.proposed(w, r, d, x, bad, err, made.ID, "propose", nil)
}

// proposed answers a proposal that was written or refused.
func (l *Linkage) proposed(w http.ResponseWriter, r *http.Request, d *registry.Definition, x proposal, bad gov.Problems, err error, id gov.AgreementID, event string, change func(*proposePage)) error {
	if list, ok := gov.ProblemsOf(err, "attributes"); ok {
		bad = append(bad, list...)
	}
	if gov.KindOf(err) == gov.Conflict {
		bad = append(bad, gov.Problem{Field: "attributes", Text: gov.PublicOf(err)})
	}
	if len(bad) == 0 {
		if err != nil {
			return err
		}
		return ui.Redirect(w, r, "/agreements/"+string(id)+"?done="+event)
	}
	p, err := l.proposePage(r, d, x, bad)
	if err != nil {
		return err
	}
	if change != nil {
		change(p)
	}
	return pages.RenderInvalid(w, r, "propose", p)
}

// tryDraft shows what a proposal that is not given yet would give.
func (l *Linkage) tryDraft(w http.ResponseWriter, r *http.Request, d *registry.Definition, x proposal) error {
	if len(x.Attributes) == 0 {
		p, err := l.proposePage(r, d, x, gov.Problems{{Field: "attributes", Text: gov.T("اختر البيانات التي تريد تجربتها", "Choose the data that you want to try")}})
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "propose", p)
	}
	p, err := l.proposePage(r, d, x, nil)
	if err != nil {
		return err
	}
	if p.Tried, err = l.sampled(r, x.Terms); err != nil {
		return err
	}
	p.Nothing = len(p.Tried) == 0
	return pages.Render(w, r, "propose", p)
}

// revising is the proposal that is written anew.
func (l *Linkage) revising(r *http.Request) (x agreement.Agreement, d *registry.Definition, err error) {
	err = l.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if x, err = l.find(tx, r); err == nil && x.Consumer != tx.Actor().Org {
			err = gov.Fail(gov.NotFound, "لا توجد اتفاقية بهذا الرقم", "There is no such agreement")
		}
		return err
	})
	if err == nil {
		d, err = l.Records.Definition(x.Registry)
	}
	return x, d, err
}

func (l *Linkage) reviseForm(w http.ResponseWriter, r *http.Request) error {
	x, d, err := l.revising(r)
	if err != nil {
		return err
	}
	text := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	p, err := l.proposePage(r, d, proposal{Terms: x.Terms, Span: agreement.Span{From: l.day(x.From), Until: l.day(x.Until.AddDate(0, 0, -1))},
		PerDayText: text(x.PerDay), PerPersonText: text(x.PerPerson), RetentionText: text(int64(x.RetentionDays))}, nil)
	if err != nil {
		return err
	}
	p.again(x)
	return pages.Render(w, r, "propose", p)
}

// again makes the page one that writes a proposal anew.
func (p *proposePage) again(x agreement.Agreement) {
	p.Title, p.Saves, p.Back, p.Tries = pages.T("linkage.revise"), x.Saves, "/agreements/"+string(x.ID), false
}

func (l *Linkage) revise(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	old, d, err := l.revising(r)
	if err != nil {
		return err
	}
	x, bad := read(r)
	saves, _ := strconv.Atoi(r.PostForm.Get("_saves"))
	if len(bad) == 0 {
		err = l.DB.Write(r.Context(), func(tx *db.Tx) error {
			_, err := l.Office.Revise(tx, old.ID, x.Terms, x.Span, saves)
			return err
		})
	}
	return l.proposed(w, r, d, x, bad, err, old.ID, "revise", func(p *proposePage) { p.again(old) })
}
