package country

import (
	"fmt"
	"strings"

	"diwan.example/gov"
)

// Employee is an invented person who works for an organisation.
type Employee struct {
	ID    gov.PersonID // "moe-officer"
	Org   gov.OrgID
	Role  gov.Role
	Title gov.Text // what they are
	Name  gov.Text
	Email string
}

// Account is someone whom a demonstration may enter as.
type Account struct {
	ID     string       // "resident", "officer", …: stable, for links and tests
	Label  gov.Text     // what kind of person this is
	Person gov.PersonID // who it is
	Name   gov.Text
	Email  string
	Org    gov.OrgID  // empty for residents
	Roles  []gov.Role // empty for residents
}

// posts are the posts of every organisation, and those of the leading one.
var posts = []struct {
	role    gov.Role
	leading bool // only in the organisation that leads
	title   gov.Text
}{
	{gov.Officer, false, gov.T("موظف خدمة", "Front-line officer")},
	{gov.Supervisor, false, gov.T("مشرف", "Supervisor")},
	{gov.Owner, false, gov.T("مسؤول الخدمات", "Service owner")},
	{gov.Head, false, gov.T("رئيس الجهة", "Head of entity")},
	{gov.Authority, true, gov.T("فريق الجهة القائدة", "Leading authority")},
	{gov.Committee, true, gov.T("عضو لجنة المتابعة", "Committee member")},
	{gov.Auditor, true, gov.T("مدقق", "Auditor")},
	{gov.Operator, true, gov.T("مشغل النظام", "Operator")},
}

// Staff invents the employees of every organisation: an officer, a supervisor,
// a service owner and a head each; in the leading one also its own posts.
func (c *Country) Staff() (out []Employee) {
	men, women, families := c.names.Citizens.Male, c.names.Citizens.Female, c.names.Citizens.Family
	n := 0
	for _, o := range c.Organisations {
		for _, p := range posts {
			if p.leading && o.ID != c.Authority {
				continue
			}
			given := men[n/2%len(men)]
			if n%2 == 1 {
				given = women[n/2%len(women)]
			}
			out = append(out, Employee{
				ID: gov.PersonID(fmt.Sprintf("%s-%s", o.ID, p.role)), Org: o.ID, Role: p.role, Title: p.title,
				Name: joined(given, families[(n*7+3)%len(families)]), Email: fmt.Sprintf("%s.%s@example.org", p.role, o.ID),
			})
			n++
		}
	}
	return out
}

// Accounts are the ten people of the demonstration, one of each kind. The
// parent is the mother of the first family, the resident lives elsewhere.
// resident and the parent are the first two of People.
func (c *Country) Accounts() []Account {
	people := c.People(2)
	out := []Account{
		resident("resident", gov.T("مقيم أو مواطن", "Resident"), c.aloneOr(people[0])),
		resident("parent", gov.T("ولي أمر طلبة", "Parent of pupils"), people[1]),
	}
	for _, e := range c.Staff() {
		if e.Org == c.Authority {
			out = append(out, Account{ID: string(e.Role), Label: e.Title, Person: e.ID, Name: e.Name, Email: e.Email, Org: e.Org, Roles: []gov.Role{e.Role}})
		}
	}
	return out
}

func resident(id string, label gov.Text, p Person) Account {
	return Account{ID: id, Label: label, Person: p.ID, Name: p.Name, Email: p.Email}
}

// aloneOr finds the first adult of another household, so that the resident and
// the parent of the demonstration do not share a home.
func (c *Country) aloneOr(fallback Person) Person {
	for _, p := range c.People(20) {
		if len(p.Guardians) == 0 && p.Address.Building != fallback.Address.Building {
			return p
		}
	}
	return fallback
}

// joined puts name parts together in every language.
func joined(parts ...gov.Text) gov.Text {
	out := gov.Text{}
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		var words []string
		for _, p := range parts {
			words = append(words, p[l])
		}
		out[l] = strings.Join(words, " ")
	}
	return out
}

// firstWord and lastWord take the given and the family name out of a full one.
func firstWord(t gov.Text) gov.Text {
	return gov.T(words(t[gov.Arabic], true), words(t[gov.English], true))
}

func lastWord(t gov.Text) gov.Text {
	return gov.T(words(t[gov.Arabic], false), words(t[gov.English], false))
}

func words(s string, first bool) string {
	f := strings.Fields(s)
	if first {
		return f[0]
	}
	return f[len(f)-1]
}
