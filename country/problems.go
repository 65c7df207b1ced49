package country

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
)

// Known is what a service may name outside of itself.
type Known struct {
	Langs        []gov.Lang               // every text has these
	Organisation func(gov.OrgID) bool     // nil: any
	LifeEvent    func(id string) bool     // nil: any
	Service      func(gov.ServiceID) bool // nil: any
}

// The bounds of a service.
const (
	longestName = 400     // letters
	longestText = 10_000  // letters
	largest     = 512_000 // bytes as JSON
)

// StepKinds are the kinds of step in a procedure, as in packs.
var StepKinds = []string{"apply", "check", "pay", "review", "opinion", "correct", "cosign", "wait", "record", "issue", "notify", "fork", "join", "close"}

// StepRoles are the grades of those who work on a step for an organisation.
var StepRoles = []string{string(gov.Officer), string(gov.Supervisor), string(gov.Head)}

// Problems are everything wrong with a service, each at its place:
// "channels.0.kind". None: it can be published.
func (s *Service) Problems(k Known) gov.Problems {
	c := &checker{known: k}
	c.identity(s)
	c.told(s)
	c.channels(s)
	c.parts(s)
	c.procedure("as_is", s, s.AsIs)
	c.procedure("to_be", s, s.ToBe)
	if b, err := json.Marshal(s); err != nil || len(b) > largest {
		c.fail("", "وصف الخدمة أطول من الحد المسموح", "The description of the service is larger than allowed")
	}
	return c.list
}

// checker gathers problems.
type checker struct {
	known Known
	list  gov.Problems
}

func (c *checker) fail(field, ar, en string, args ...any) {
	c.list = append(c.list, gov.Problem{Field: field, Text: gov.T(ar, en).Sprintf(args...)})
}

// at writes a place: at("channels", 0, "kind") is "channels.0.kind".
func at(parts ...any) string {
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = fmt.Sprint(p)
	}
	return strings.Join(words, ".")
}

var langNames = map[gov.Lang]gov.Text{"ar": gov.T("العربية", "Arabic"), "en": gov.T("الإنجليزية", "English"), "fr": gov.T("الفرنسية", "French")}

func langName(l gov.Lang) gov.Text {
	if t, ok := langNames[l]; ok {
		return t
	}
	return gov.T(string(l), string(l))
}

// text demands every language, and no more letters than most.
func (c *checker) text(field string, t gov.Text, most int) {
	for _, l := range t.Missing(c.known.Langs...) {
		c.fail(at(field, l), "النص ناقص بـ%s", "The text is missing in %s", langName(l))
	}
	c.length(field, t, most)
}

// maybe demands every language only of a text that has one.
func (c *checker) maybe(field string, t gov.Text, most int) {
	for _, s := range t {
		if strings.TrimSpace(s) != "" {
			c.text(field, t, most)
			return
		}
	}
}

func (c *checker) length(field string, t gov.Text, most int) {
	for l, s := range t {
		if n := len([]rune(s)); n > most {
			c.fail(at(field, l), "النص أطول من %s حرف", "The text has more than %s letters", strconv.Itoa(most))
		}
	}
}

func (c *checker) word(field, got string, allowed []string) {
	if !slices.Contains(allowed, got) {
		c.fail(field, "لا توجد قيمة باسم «%s»؛ القيم: %s", "“%s” is not one of: %s", got, strings.Join(allowed, " "))
	}
}

func (c *checker) organisation(field string, id gov.OrgID) {
	if id != "" && c.known.Organisation != nil && !c.known.Organisation(id) {
		c.fail(field, "لا توجد جهة برمز «%s»", "There is no organisation “%s”", string(id))
	}
}

func (c *checker) address(field, s string) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(s) > 2000 {
		c.fail(field, "العنوان غير صحيح، ويبدأ بـ\u2066https://\u2069", "This is no address; it begins with https://")
	}
}

func (c *checker) email(field, s string) {
	if s == "" {
		return
	}
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		c.fail(field, "عنوان البريد غير صحيح", "This is no e-mail address")
	}
}

func (c *checker) identity(s *Service) {
	if !serviceID.MatchString(string(s.ID)) || len(s.ID) > 120 {
		c.fail("id", "رقم الخدمة يتكون من المجال والاسم، مثل \u2066traffic/licence-renewal\u2069", "A service id is area and name, like traffic/licence-renewal")
	}
	if s.Organisation == "" {
		c.fail("organisation", "الجهة المسؤولة عن الخدمة غير محددة", "The organisation that offers the service is missing")
	}
	c.organisation("organisation", s.Organisation)
	c.text("name", s.Name, longestName)
	c.text("description", s.Description, longestText)
	if s.Status != "" {
		c.word("status", s.Status, Statuses)
	}
	for i, e := range s.LifeEvents {
		if c.known.LifeEvent != nil && !c.known.LifeEvent(e) {
			c.fail(at("life_events", i), "لا يوجد حدث حياة برمز «%s»", "There is no life event “%s”", e)
		}
	}
	for i, a := range s.Audience {
		c.word(at("audience", i), a, Audiences)
	}
	for name, list := range map[string][]gov.ServiceID{"requires": s.Requires, "related": s.Related} {
		for i, id := range list {
			if id == s.ID || c.known.Service != nil && !c.known.Service(id) {
				c.fail(at(name, i), "لا توجد خدمة أخرى برقم «%s»", "There is no other service “%s”", string(id))
			}
		}
	}
}

// told checks what the organisation says about cost, time and being online.
func (c *checker) told(s *Service) {
	if s.WorkingDays < NotSaid || s.WorkingDays > 3660 {
		c.fail("working_days", "المدة بأيام العمل رقم من صفر فأكثر، أو 1- إن لم توثق بعد", "The time in working days is a number from 0 up, or -1 while it is not documented")
	}
	if s.Yearly < 0 {
		c.fail("yearly", "عدد الطلبات رقم من صفر فأكثر", "The number of cases is a number from 0 up")
	}
	for i, x := range s.Costs {
		if x.Amount < 0 {
			c.fail(at("cost", i, "amount"), "الرسم لا يقل عن صفر", "A cost cannot be below zero")
		}
		if x.Currency != "" && len(x.Currency) != 3 {
			c.fail(at("cost", i, "currency"), "رمز العملة ثلاثة حروف، مثل BHD", "A currency is three letters, like BHD")
		}
		c.maybe(at("cost", i, "rule"), x.Rule, longestText)
		c.organisation(at("cost", i, "for"), x.For)
		c.refers(at("cost", i, "channel"), x.Channel, len(s.Channels), func(n int) string { return s.Channels[n].ID })
	}
	c.online(s)
}

func (c *checker) online(s *Service) {
	o := s.Online
	if o.Level < 0 || o.Level >= Levels {
		c.fail("online.level", "المستوى من 0 إلى 4", "The level goes from 0 to 4")
	}
	if o.Declared != "" || o.Level > 0 {
		if _, err := time.Parse(time.DateOnly, o.Declared); err != nil {
			c.fail("online.declared", "تاريخ الإعلان غير صحيح، اكتبه بهذه الصيغة: \u20662026-03-01\u2069", "The day of the statement is no date; write it like 2026-03-01")
		}
	}
	c.address("online.link", o.Link)
	for p, a := range o.Points {
		if !slices.Contains(Points, p) || a != Yes && a != No && a != NotApplicable {
			c.fail(at("online.points", p), "الإجابة عن نقطة التفاعل: yes أو no أو not-applicable", "An interaction point is yes, no or not-applicable")
		}
	}
	if o.Level >= 3 && !s.Channels.Has("portal", "app", "api") {
		c.fail("channels", "الخدمة التي يُتقدم لها إلكترونيًا لها قناة portal أو app", "A service that can be applied for online has the channel portal or app")
	}
}

// refers checks that id names one of n parts, by its id or its place.
func (c *checker) refers(field, id string, n int, idOf func(int) string) {
	if id == "" {
		return
	}
	for i := range n {
		if idOf(i) == id || idOf(i) == "" && strconv.Itoa(i+1) == id {
			return
		}
	}
	c.fail(field, "لا يوجد ما اسمه «%s» في هذه الخدمة", "This service has nothing named “%s” to point to", id)
}

func (c *checker) channels(s *Service) {
	c.once("channels", len(s.Channels), func(i int) string { return s.Channels[i].ID })
	for i, x := range s.Channels {
		f := at("channels", i)
		c.word(f+".kind", x.Kind, ChannelKinds)
		c.maybe(f+".description", x.Description, longestText)
		c.maybe(f+".address", x.Address, longestText)
		c.maybe(f+".hours_note", x.HoursNote, longestText)
		c.address(f+".url", x.URL)
		c.email(f+".email", x.Email)
		c.hours(f+".hours", x.Hours)
		c.organisation(f+".owner", x.Owner)
		for k, e := range x.Evidence {
			c.refersEvidence(at(f, "evidence", k), s, e)
		}
		if x.WorkingDays < 0 {
			c.fail(f+".working_days", "المدة بأيام العمل رقم من صفر فأكثر", "The time in working days is a number from 0 up")
		}
	}
	for i, x := range s.Contacts {
		f := at("contacts", i)
		c.maybe(f+".name", x.Name, longestName)
		c.maybe(f+".hours_note", x.HoursNote, longestText)
		c.email(f+".email", x.Email)
		c.address(f+".page", x.Page)
		c.hours(f+".hours", x.Hours)
	}
}

func (c *checker) hours(field string, list []Hours) {
	for i, h := range list {
		for k, d := range h.Days {
			c.word(at(field, i, "days", k), d, Weekdays)
		}
		from, err1 := time.Parse("15:04", h.Opens)
		to, err2 := time.Parse("15:04", h.Closes)
		if err1 != nil || err2 != nil || !to.After(from) || len(h.Days) == 0 {
			c.fail(at(field, i), "ساعات العمل: الأيام ووقت الفتح ووقت الإغلاق بعده، مثل \u206607:00\u2069 و\u206614:15\u2069", "Opening hours need days, and a closing time after the opening time, like 07:00 and 14:15")
		}
	}
}

func (c *checker) refersEvidence(field string, s *Service, id string) {
	c.refers(field, id, len(s.Evidence), func(n int) string { return s.Evidence[n].ID })
}

// once demands that ids that are given are given once.
func (c *checker) once(field string, n int, idOf func(int) string) {
	seen := map[string]bool{}
	for i := range n {
		id := idOf(i)
		if id != "" && seen[id] {
			c.fail(at(field, i, "id"), "الرمز «%s» مكرر", "The id “%s” occurs twice", id)
		}
		seen[id] = true
	}
}

func (c *checker) parts(s *Service) {
	c.once("evidence", len(s.Evidence), func(i int) string { return s.Evidence[i].ID })
	for i, x := range s.Evidence {
		c.text(at("evidence", i, "name"), x.Name, longestName)
		c.maybe(at("evidence", i, "description"), x.Description, longestText)
		c.organisation(at("evidence", i, "issuer"), x.Issuer)
		c.address(at("evidence", i, "page"), x.Page)
	}
	c.once("outputs", len(s.Outputs), func(i int) string { return s.Outputs[i].ID })
	for i, x := range s.Outputs {
		c.text(at("outputs", i, "name"), x.Name, longestName)
		c.maybe(at("outputs", i, "description"), x.Description, longestText)
	}
	c.once("requirements", len(s.Requirements), func(i int) string { return s.Requirements[i].ID })
	for i, x := range s.Requirements {
		f := at("requirements", i)
		c.text(f+".name", x.Name, longestName)
		c.maybe(f+".description", x.Description, longestText)
		if x.Kind != "" {
			c.word(f+".kind", x.Kind, RequirementKinds)
		}
		for k, e := range x.Evidence {
			c.refersEvidence(at(f, "evidence", k), s, e)
		}
		for k, r := range x.Fulfils {
			c.refers(at(f, "fulfils", k), r, len(s.Rules), func(n int) string { return s.Rules[n].ID })
		}
	}
	c.law(s)
}

func (c *checker) law(s *Service) {
	legal := func(n int) string { return s.Legal[n].ID }
	c.once("legal", len(s.Legal), legal)
	for i, x := range s.Legal {
		c.text(at("legal", i, "name"), x.Name, longestName)
		c.maybe(at("legal", i, "description"), x.Description, longestText)
		c.address(at("legal", i, "url"), x.URL)
		for k, r := range x.Related {
			c.refers(at("legal", i, "related", k), r, len(s.Legal), legal)
		}
	}
	c.once("rules", len(s.Rules), func(i int) string { return s.Rules[i].ID })
	for i, x := range s.Rules {
		c.text(at("rules", i, "name"), x.Name, longestName)
		c.text(at("rules", i, "description"), x.Description, longestText)
		for k, l := range x.Implements {
			c.refers(at("rules", i, "implements", k), l, len(s.Legal), legal)
		}
	}
	for i, x := range s.Participants {
		c.text(at("participants", i, "description"), x.Description, longestText)
		c.organisation(at("participants", i, "organisation"), x.Organisation)
		if x.Organisation == "" || len(x.Roles) == 0 {
			c.fail(at("participants", i), "المشارك جهة ودور", "A participant is an organisation and its role")
		}
	}
}

func (c *checker) procedure(name string, s *Service, p *Procedure) {
	if p == nil {
		return
	}
	idOf := func(i int) string { return p.Steps[i].ID }
	c.once(name+".steps", len(p.Steps), idOf)
	if len(p.Steps) == 0 {
		c.fail(name+".steps", "الإجراء خطوة واحدة على الأقل", "A procedure has a step")
	}
	if _, err := time.Parse(time.DateOnly, p.Since); p.Since != "" && err != nil {
		c.fail(name+".since", "التاريخ غير صحيح، اكتبه بهذه الصيغة: \u20662026-03-01\u2069", "This is no date; write it like 2026-03-01")
	}
	for i, x := range p.Steps {
		f := at(name, "steps", i)
		if !stepID.MatchString(x.ID) {
			c.fail(f+".id", "رمز الخطوة حروف لاتينية صغيرة وأرقام و_", "A step's id has small letters, digits and _")
		}
		c.word(f+".kind", x.Kind, StepKinds)
		c.text(f+".title", x.Title, longestName)
		c.organisation(f+".organisation", x.Organisation)
		if x.Role != "" {
			c.word(f+".role", string(x.Role), StepRoles)
		}
		for k, n := range x.Next {
			c.refers(at(f, "next", k), n, len(p.Steps), idOf)
		}
		for k, e := range x.Documents {
			c.refersEvidence(at(f, "documents", k), s, e)
		}
		if x.Channel != "" {
			c.word(f+".channel", x.Channel, ChannelKinds)
		}
		if x.Share < 0 || x.Share > 100 || x.Days < 0 || x.Days > 3660 || x.Theirs < 0 || x.Ours < 0 || x.Spent < 0 {
			c.fail(f, "الأوقات والمبالغ من صفر فأكثر، والنسبة من 0 إلى 100", "Times and amounts are from 0 up, a share from 0 to 100")
		}
	}
}
